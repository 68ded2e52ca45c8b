package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
)

// Move is one thing that a person does in a step of the integration document,
// on the appliance, in the Security Services Exchange portal or in Threat
// Response.
type Move struct {
	ID     string  `json:"id"`     // such as "commit"
	Step   int     `json:"step"`   // 1 to 8; 0 for the moves that mend what went wrong
	Place  string  `json:"place"`  // "appliance", "sse" or "ctr"
	Path   string  `json:"path"`   // the menu path, such as "Network > Cloud Service Settings"
	Label  string  `json:"label"`  // the button or action, in the product's words
	Fields []Field `json:"fields"` // what to type or choose
}

// Field is one value that a move asks for.
type Field struct {
	Name    string   `json:"name"`    // the key in the values given to Do
	Label   string   `json:"label"`   // the product's word
	Default string   `json:"default"` // what is filled in at first
	Options []string `json:"options"` // the choices; empty when it is typed
	Secret  bool     `json:"secret"`  // must be masked on screen
}

// Outcome is the product's answer to a move that it did.
type Outcome struct {
	Message string // in the product's words
	Token   string // the registration token, after it was generated
}

// RefusedError is a move that the product did not do.
type RefusedError struct {
	Move    string
	Message string // in the product's words
}

// Error implements error.
func (e *RefusedError) Error() string { return e.Message }

// View is what a person would see on the pages of the three products now.
type View struct {
	Status          string   `json:"status"`           // Threat Response on the appliance: "Disabled" or "Enabled"
	Server          string   `json:"server"`           // the chosen Threat Response Server
	PendingChanges  bool     `json:"pending_changes"`  // submitted, not committed
	TokenField      bool     `json:"token_field"`      // the appliance asks for the registration token
	Registration    string   `json:"registration"`     // "not registered", "registering", "registered" or "failed"
	Message         string   `json:"message"`          // the appliance's last message
	Version         string   `json:"version"`          // of AsyncOS
	Devices         []string `json:"devices"`          // names in the portal of the lab's region
	CTRInSSE        bool     `json:"ctr_in_sse"`       // Cloud Services > Cisco Threat Response in the portal
	DevicesForCTR   []string `json:"devices_for_ctr"`  // what the list "Registered Device" offers
	Modules         []string `json:"modules"`          // names of the email modules in Threat Response
	StepsDone       [9]bool  `json:"steps_done"`       // by number; index 0 is not used
	ApplianceRegion string   `json:"appliance_region"` // us, eu or apjc; empty when Threat Response is disabled
}

// Practice does what only a person can do on the real products. Each move
// refuses wrong order as the product does, with a *RefusedError.
type Practice struct {
	lab *Lab

	mu       sync.Mutex
	opened   bool          // Network > Cloud Service Settings is open
	editing  bool          // Edit Settings was clicked
	enabled  bool          // Enable is ticked
	server   string        // and this server chosen
	token    ctrtest.Token // the one that was generated last
	portal   string        // region of the portal that made it
	pasted   string        // what was pasted into the appliance
	searched bool          // the device was found in the portal
}

// Moves returns the moves of a step in the order of the integration document;
// step 0 are those that mend what went wrong.
func (p *Practice) Moves(step int) []Move {
	var list []Move
	for _, m := range p.table() {
		if m.Step == step {
			list = append(list, m.Move)
		}
	}
	return list
}

// Do does one move with the values of its fields; a missing value is the
// field's default.
func (p *Practice) Do(ctx context.Context, move string, values map[string]string) (Outcome, error) {
	if err := ctx.Err(); err != nil {
		return Outcome{}, err
	}
	table := p.table()
	i := slices.IndexFunc(table, func(m moveSpec) bool { return m.ID == move })
	if i < 0 {
		return Outcome{}, fmt.Errorf("there is no move %q", move)
	}
	given := make(form)
	for _, f := range table[i].Fields {
		given[f.Name] = f.Default
		if value, there := values[f.Name]; there {
			given[f.Name] = value
		}
		if len(f.Options) > 0 && !slices.Contains(f.Options, given[f.Name]) {
			return Outcome{}, &RefusedError{move, fmt.Sprintf("%s: choose one of %s", f.Label, strings.Join(f.Options, ", "))}
		}
	}
	p.lab.setting.Lock() // before p.mu, as SetFaults does
	defer p.lab.setting.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	outcome, err := table[i].do(p, given)
	if err != nil {
		return Outcome{}, &RefusedError{move, sentence(err.Error())}
	}
	return outcome, nil
}

// form holds the values of a move's fields.
type form map[string]string

func said(format string, args ...any) (Outcome, error) {
	return Outcome{Message: fmt.Sprintf(format, args...)}, nil
}

func refused(format string, args ...any) (Outcome, error) {
	return Outcome{}, refusalError(fmt.Sprintf(format, args...))
}

// sentence begins as the products' messages do.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// refusalError is what a product says when it does not do something.
type refusalError string

func (r refusalError) Error() string { return string(r) }

func (p *Practice) status() esatest.CloudStatus { return p.lab.appliance.Cloud().Status() }

// noteToken remembers a token that the lab generated itself.
func (p *Practice) noteToken(t ctrtest.Token, region string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token, p.portal = t, region
}

// forget closes every page, as after a new log-in.
func (p *Practice) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened, p.editing, p.enabled, p.searched = false, false, false, false
	p.token, p.portal, p.pasted = ctrtest.Token{}, "", ""
}

// noteExpired remembers that the token's time is over.
func (p *Practice) noteExpired() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token.Expires = p.lab.now()
}

func (p *Practice) notePasted(value string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pasted = value
}

// View returns what a person would see now.
func (p *Practice) View() View {
	p.mu.Lock()
	defer p.mu.Unlock()
	status, home := p.status(), p.lab.cloud.Home()
	v := View{
		Status: "Disabled", Server: serverLabel(status.Server), PendingChanges: status.Uncommitted, TokenField: status.TokenField,
		Registration: string(status.Registration), Message: status.Message, Version: status.Version,
		CTRInSSE: home.ThreatResponseEnabled(), Devices: deviceNames(home.Devices()), DevicesForCTR: deviceNames(p.lab.cloud.OfferedDevices()),
	}
	if status.Enabled {
		v.Status, v.ApplianceRegion = "Enabled", regionOf(status.Server)
	}
	for _, m := range p.lab.emailModules() {
		v.Modules = append(v.Modules, m.Name)
	}
	registered := status.Registration == esatest.Registered
	listed := slices.ContainsFunc(home.Devices(), func(d ctrtest.Device) bool { return d.ID == status.DeviceID })
	v.StepsDone = [9]bool{
		1: p.opened || status.Enabled, 2: p.editing || status.Uncommitted || status.Enabled,
		3: p.enabled || status.Uncommitted || status.Enabled, 4: status.Enabled && !status.Uncommitted,
		5: p.token.Value != "" || registered, 6: registered, 7: registered && listed && (p.searched || len(v.Modules) > 0),
		8: len(v.Modules) > 0,
	}
	return v
}

func deviceNames(devices []ctrtest.Device) []string {
	var names []string
	for _, d := range devices {
		names = append(names, d.Name)
	}
	return names
}

// serverLabel is an entry of the drop-down "Threat Response Server".
func serverLabel(s esatest.CloudServer) string {
	if s.Host == "" {
		return ""
	}
	return s.Name + " (" + s.Host + ")"
}

// Facts returns what a person sees on the three products that no program can
// read from the real ones, as the names that a diagnosis knows.
func (p *Practice) Facts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var facts []string
	fact := func(name string, holds bool) {
		if holds {
			facts = append(facts, name)
		}
	}
	l, status, home := p.lab, p.status(), p.lab.cloud.Home()
	modules := l.emailModules()
	registered := status.Registration == esatest.Registered
	failed := status.Registration == esatest.RegistrationFailed
	registering := status.Registration == esatest.Registering
	_, listed := home.Device(status.DeviceID)
	region := regionOf(status.Server)

	fact("no_token_field", !status.TokenField && !registered && !registering)
	fact("pending_changes", status.Uncommitted)
	fact("status_disabled", !status.Enabled && !status.Uncommitted && status.Available && status.Mode != "cluster")
	fact("cluster_mode", status.Mode == "cluster")
	fact("deregister_button", l.has("already-registered")) // else nobody looks for the token field now
	fact("token_refused", failed)
	fact("token_portal_differs", failed && p.portal != region)
	fact("token_expired", failed && p.portal == region && !l.now().Before(p.token.Expires))
	fact("token_miscopied", failed && p.pasted != p.token.Value)
	fact("token_used_up", failed && p.pasted == p.token.Value && p.portal == region && len(home.Devices()) >= p.token.Devices)
	fact("registration_in_progress", registering)
	fact("appliance_cannot_reach_sse", registering && l.has("sse-unreachable"))
	fact("device_not_listed", registered && !listed)
	fact("portal_region_differs", registered && !listed && region != home.Region)
	fact("device_removed", registered && !listed && region == home.Region)
	fact("device_list_empty", len(l.cloud.OfferedDevices()) == 0)
	fact("ctr_off_in_sse", !home.ThreatResponseEnabled())
	fact("device_not_in_sse", status.TokenField && !failed)
	fact("fn72113", registering && l.has("old-ca-bundle"))
	fact("managed_by_sma", l.has("managed-by-sma"))
	for _, m := range modules {
		id := fmt.Sprint(m.Settings[keyDevice])
		device, there := home.Device(id)
		fact("device_gone", !there || device.Unlinked)
		fact("module_type_differs", there && m.Type.ID != l.typeID(device.Type))
	}
	return facts
}

// tokenLife is the entry of the list of expiries that a person would take.
const tokenLife = time.Hour
