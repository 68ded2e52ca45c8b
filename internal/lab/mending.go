package lab

import (
	"strconv"

	"ctrace/ctr/ctrtest"
)

// mendingTable is what a person does about the causes of the troubleshooting
// list that the eight steps do not mend.
func (p *Practice) mendingTable(portal Field) []moveSpec {
	at := func(id, place, path, label string, do func(*Practice, form) (Outcome, error), fields ...Field) moveSpec {
		return moveSpec{Move{id, 0, place, path, label, fields}, do}
	}
	module := Field{Name: "module", Label: "Module", Options: moduleNames(p.lab.emailModules())}
	if len(module.Options) > 0 {
		module.Default = module.Options[0]
	}
	fields := p.moduleFields()
	specs := []moveSpec{
		at("machine-mode", "appliance", "Mode — Machine", "Change Mode", simple("Mode: Machine", "cluster-mode")),
		at("upgrade", "appliance", "System Administration > System Upgrade", "Upgrade", simple("The system was upgraded", "version-too-old", "version-old", "old-ca-bundle", "cloud-ca-old", "fn72113")),
		at("set-clock", "appliance", "System Administration > Time Settings", "Use Network Time Protocol", simple("Your changes have been committed", "clock-skew")),
		at("open-firewall", "appliance", "Firewall: HTTPS 443 to the SSE host", "Allow", simple("The connection to the SSE host is open", "sse-unreachable", "cloud-unreachable")),
		at("deregister", "appliance", pathCloudServices, "Deregister", (*Practice).deregister),
		at("disable", "appliance", pathCloudServices, "Disable", (*Practice).disable),
		at("enable-tracking", "appliance", "Security Services > Message Tracking", "Enable Message Tracking", simple("Your changes have been committed", "tracking-disabled")),
		at("local-tracking", "appliance", "Security Services > Message Tracking", "Local Tracking", simple("Your changes have been committed", "tracking-centralized", "managed-by-sma", "cloud-managed")),
		at("log-subject", "appliance", "System Administration > Log Subscriptions > Global Settings", "Headers to log: Subject", simple("Your changes have been committed", "subject-not-logged")),
		at("remove-device", "sse", pathDevices, "Delete", (*Practice).removeDevice, portal),
		at("enable-ctr", "sse", "Cloud Services > Cisco Threat Response", "Enable", (*Practice).enableCTR, portal),
		at("edit-module", "ctr", "Modules > Edit", "Save", (*Practice).editModule, module, fields[2], fields[3]),
		at("enable-module", "ctr", "Modules", "Enable", (*Practice).enableModule, module),
		at("delete-module", "ctr", "Modules > Edit", "Delete", (*Practice).deleteModule, module),
		at("new-client", "ctr", "Settings > API Clients", "Generate API Client", simple("The API client has every scope that Ctrace needs, in this region",
			"wrong-region", "ctr-forbidden", "ctr-no-integration-scope", "token-400", "token-unknown-client", "ctr-401", "ctr-401-always")),
	}
	return specs
}

func moduleNames(modules []ctrtest.Module) []string {
	var names []string
	for _, m := range modules {
		names = append(names, m.Name)
	}
	return names
}

// simple is a move that takes faults away and says so.
func simple(message string, mends ...string) func(*Practice, form) (Outcome, error) {
	return func(p *Practice, _ form) (Outcome, error) {
		return Outcome{Message: message}, p.lab.mended(mends...)
	}
}

func (p *Practice) deregister(form) (Outcome, error) {
	if err := p.lab.appliance.Cloud().Deregister(p.lab.life); err != nil {
		return Outcome{}, err
	}
	p.searched = false
	if err := p.lab.mended("portal-other-region", "deregistered-in-cloud", "device-deregistered"); err != nil {
		return Outcome{}, err
	}
	return said("The appliance was deregistered from the Cisco Threat Response portal")
}

// disable submits and commits in one, so that another server can be chosen.
func (p *Practice) disable(form) (Outcome, error) {
	services := p.lab.appliance.Cloud()
	if err := services.Submit(false, p.status().Server.Name); err != nil {
		return Outcome{}, err
	}
	p.opened, p.editing, p.enabled = false, false, false
	message, err := services.Commit()
	return Outcome{Message: message}, err
}

func (p *Practice) removeDevice(f form) (Outcome, error) {
	portal, err := p.lab.cloud.Portal(f["portal"])
	if err != nil {
		return Outcome{}, err
	}
	devices := portal.Devices()
	if len(devices) == 0 {
		return refused("No devices found in %s", portal.Host)
	}
	for _, d := range devices {
		portal.Remove(d.ID)
	}
	return said("%d device(s) deleted", len(devices))
}

func (p *Practice) enableCTR(f form) (Outcome, error) {
	portal, err := p.lab.cloud.Portal(f["portal"])
	if err != nil {
		return Outcome{}, err
	}
	portal.EnableThreatResponse(true)
	if portal == p.lab.cloud.Home() {
		if err := p.lab.mended("ctr-not-enabled-in-sse"); err != nil {
			return Outcome{}, err
		}
	}
	return said("Cisco Threat Response: enabled")
}

// theModule finds a module by the name that is on the page.
func (p *Practice) theModule(name string) (ctrtest.Module, bool) {
	for _, m := range p.lab.emailModules() {
		if m.Name == name {
			return m, true
		}
	}
	return ctrtest.Module{}, false
}

func (p *Practice) editModule(f form) (Outcome, error) {
	m, there := p.theModule(f["module"])
	if !there {
		return refused("There is no such module")
	}
	device, err := p.offered(f["device"])
	if err != nil {
		return Outcome{}, err
	}
	days, err := timeframe(f["timeframe"])
	if err != nil {
		return Outcome{}, err
	}
	change := ctrtest.ModuleChange{Settings: map[string]any{keyDevice: device.ID, keyTimeframe: days}}
	if _, err := p.lab.cloud.ChangeModule(m.ID, change); err != nil {
		return refused("%s", formMessage(err))
	}
	if err := p.lab.mended("timeframe-too-short", "device-deregistered", "module-error", "module-no-data"); err != nil {
		return Outcome{}, err
	}
	return said("%s was saved with a Request Timeframe of %s days", m.Name, strconv.Itoa(days))
}

func (p *Practice) enableModule(f form) (Outcome, error) {
	m, there := p.theModule(f["module"])
	if !there {
		return refused("There is no such module")
	}
	enabled := true
	if _, err := p.lab.cloud.ChangeModule(m.ID, ctrtest.ModuleChange{Enabled: &enabled}); err != nil {
		return Outcome{}, err
	}
	if err := p.lab.mended("module-disabled"); err != nil {
		return Outcome{}, err
	}
	return said("%s is enabled", m.Name)
}

func (p *Practice) deleteModule(f form) (Outcome, error) {
	m, there := p.theModule(f["module"])
	if !there {
		return refused("There is no such module")
	}
	p.lab.cloud.RemoveModule(m.ID)
	if err := p.lab.mended("module-wrong-type"); err != nil {
		return Outcome{}, err
	}
	return said("%s was deleted", m.Name)
}
