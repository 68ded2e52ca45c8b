package lab

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
)

type moveSpec struct {
	Move
	do func(*Practice, form) (Outcome, error)
}

// Menu paths of the three products.
const (
	pathCloudServices = "Network > Cloud Service Settings"
	pathDevices       = "Modules > Devices > Manage Devices"
	pathModules       = "Modules > Add New Module"
)

// table is every move, in the order of the integration document.
func (p *Practice) table() []moveSpec {
	portal := Field{Name: "portal", Label: "Portal", Default: "us", Options: regions}
	return append([]moveSpec{
		{Move{"open-cloud-services", 1, "appliance", pathCloudServices, "Cloud Service Settings", nil}, (*Practice).openPage},
		{Move{"edit-settings", 2, "appliance", pathCloudServices, "Edit Settings", nil}, (*Practice).editSettings},
		{Move{"enable", 3, "appliance", pathCloudServices, "Enable", []Field{
			{Name: "server", Label: "Threat Response Server", Default: serverLabels()[0], Options: serverLabels()},
		}}, (*Practice).enable},
		{Move{"submit", 4, "appliance", pathCloudServices, "Submit", nil}, (*Practice).submit},
		{Move{"commit", 4, "appliance", pathCloudServices, "Commit Changes", nil}, (*Practice).commit},
		{Move{"generate-token", 5, "sse", pathDevices, "Add Devices and Generate Tokens", []Field{
			portal,
			{Name: "devices", Label: "Number of devices", Default: "1"},
			{Name: "expiry", Label: "Token expiration time", Default: expiryLabel(tokenLife), Options: expiryLabels()},
		}}, (*Practice).generateToken},
		{Move{"register", 6, "appliance", pathCloudServices, "Register", []Field{
			{Name: "token", Label: "Registration Token", Secret: true},
		}}, (*Practice).register},
		{Move{"search-device", 7, "sse", pathDevices, "Search", []Field{portal}}, (*Practice).searchDevice},
		{Move{"add-module", 8, "ctr", pathModules, "Save", p.moduleFields()}, (*Practice).addModule},
	}, p.mendingTable(portal)...)
}

func serverLabels() []string {
	var list []string
	for _, s := range esatest.CloudServers() {
		list = append(list, serverLabel(s))
	}
	return list
}

func expiryLabels() []string {
	var list []string
	for _, d := range ctrtest.TokenExpiries() {
		list = append(list, expiryLabel(d))
	}
	return list
}

// expiryLabel writes a token's life as the portal does: 12 hours, 1 day, 2 days.
func expiryLabel(d time.Duration) string {
	n, unit := int(d/time.Hour), "hour"
	if n >= 24 {
		n, unit = n/24, "day"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + " " + unit
}

// moduleTypes are the choices of the page Add New Module, in the words of the
// integration document.
var moduleTypes = []string{productESA, "SMA Email"}

func (p *Practice) moduleFields() []Field {
	fields := []Field{
		{Name: "type", Label: "Module type", Default: moduleTypes[0], Options: moduleTypes},
		{Name: "name", Label: "Module Name", Default: moduleTypes[0]},
		{Name: "device", Label: "Registered Device", Options: deviceNames(p.lab.cloud.OfferedDevices())},
		{Name: "timeframe", Label: "Request Timeframe (days)", Default: strconv.Itoa(defaultTimeframe)},
	}
	if p.lab.product() == productSMA {
		fields[0].Default, fields[1].Default = moduleTypes[1], moduleTypes[1]
	}
	if own := p.lab.appliance.Hostname(); slices.Contains(fields[2].Options, own) {
		fields[2].Default = own
	}
	return fields
}

func (p *Practice) openPage(form) (Outcome, error) {
	status := p.status()
	if !status.Available {
		return refused("There is no Cloud Service Settings page in AsyncOS %s", status.Version)
	}
	p.opened = true
	word := "Disabled"
	if status.Enabled {
		word = "Enabled"
	}
	return said("Threat Response Status: %s", word)
}

func (p *Practice) editSettings(form) (Outcome, error) {
	status := p.status()
	switch {
	case !p.opened:
		return refused("Open %s first", pathCloudServices)
	case status.Mode == "cluster":
		return refused("Cloud Service Settings cannot be edited in cluster mode. Change to machine mode")
	}
	p.editing = true
	return said("Edit Cloud Service Settings")
}

func (p *Practice) enable(f form) (Outcome, error) {
	if !p.editing {
		return refused("The settings cannot be changed. Click Edit Settings first")
	}
	p.enabled, p.server = true, f["server"]
	return said("Threat Response: Enable; Threat Response Server: %s", p.server)
}

func (p *Practice) submit(form) (Outcome, error) {
	if !p.editing {
		return refused("There is nothing to submit. Click Edit Settings first")
	}
	server, _, _ := strings.Cut(p.server, " ")
	if !p.enabled {
		server = p.status().Server.Name
	}
	if err := p.lab.appliance.Cloud().Submit(p.enabled || p.status().Enabled, server); err != nil {
		return Outcome{}, err
	}
	p.editing = false
	return said("Success — your changes were submitted and are not committed yet")
}

func (p *Practice) commit(form) (Outcome, error) {
	if p.editing {
		return refused("Submit the changes first")
	}
	message, err := p.lab.appliance.Cloud().Commit()
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Message: message}, p.lab.mended("not-committed", "feature-disabled")
}

func (p *Practice) generateToken(f form) (Outcome, error) {
	portal, err := p.lab.cloud.Portal(f["portal"])
	if err != nil {
		return Outcome{}, err
	}
	devices, err := strconv.Atoi(strings.TrimSpace(f["devices"]))
	if err != nil {
		return refused("The number of devices must be between 1 and 100")
	}
	i := slices.Index(expiryLabels(), f["expiry"])
	token, err := portal.GenerateToken(devices, ctrtest.TokenExpiries()[i])
	if err != nil {
		return refused("%s", formMessage(err))
	}
	p.token, p.portal = token, portal.Region
	return Outcome{
		Message: fmt.Sprintf("The token was generated by %s for %d device(s) and expires in %s. Copy to Clipboard", portal.Host, devices, f["expiry"]),
		Token:   token.Value,
	}, nil
}

func formMessage(err error) string {
	if form, isForm := errors.AsType[*ctrtest.FormError](err); isForm {
		return form.Message
	}
	return err.Error()
}

func (p *Practice) register(f form) (Outcome, error) {
	p.pasted = f["token"]
	message, err := p.lab.appliance.Cloud().Register(f["token"])
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Message: message}, p.lab.mended("token-wrong-cloud", "token-expired", "token-miscopied", "token-used-up", "device-not-in-sse")
}

func (p *Practice) searchDevice(f form) (Outcome, error) {
	portal, err := p.lab.cloud.Portal(f["portal"])
	if err != nil {
		return Outcome{}, err
	}
	for _, d := range portal.Devices() {
		if d.Serial == p.lab.appliance.Serial() {
			p.searched = p.searched || portal == p.lab.cloud.Home()
			return said("%s, %s, version %s: registered", d.Name, d.Type, d.Version)
		}
	}
	return refused("No devices found in %s", portal.Host)
}

func (p *Practice) addModule(f form) (Outcome, error) {
	if len(p.lab.cloud.OfferedDevices()) == 0 {
		return refused("Registered Device: the list is empty")
	}
	if strings.TrimSpace(f["name"]) == "" {
		return refused("Module Name is required")
	}
	device, err := p.offered(f["device"])
	if err != nil {
		return Outcome{}, err
	}
	product := productESA
	if f["type"] == moduleTypes[1] {
		product = productSMA
	}
	days, err := timeframe(f["timeframe"])
	if err != nil {
		return Outcome{}, err
	}
	_, err = p.lab.cloud.AddModule(ctrtest.NewModule{
		Name: f["name"], TypeID: p.lab.typeID(product), Settings: map[string]any{keyDevice: device.ID, keyTimeframe: days},
	})
	if err != nil {
		return refused("%s", formMessage(err))
	}
	if err := p.lab.mended("module-missing", "already-registered", "deregistered-in-cloud"); err != nil {
		return Outcome{}, err
	}
	return said("%s was added", f["name"])
}

func (p *Practice) offered(name string) (ctrtest.Device, error) {
	for _, d := range p.lab.cloud.OfferedDevices() {
		if d.Name == name {
			return d, nil
		}
	}
	return ctrtest.Device{}, refusalError("Registered Device: " + name + " is not in the list")
}

func timeframe(text string) (int, error) {
	days, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || days < 1 || days > 365 {
		return 0, refusalError("Request Timeframe (days) must be a number between 1 and 365")
	}
	return days, nil
}
