package lab

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/esa/esatest"
)

// The products that Security Services Exchange knows, in the words of its
// device list.
const (
	productESA = "Email Security Appliance"
	productSMA = "Security Management Appliance"
)

// The keys of the form in which an email module is added. The real keys are
// not published: clients find them through the configuration specification.
const (
	keyDevice    = "device_id"
	keyTimeframe = "request_timeframe"
)

// emailRecord begins the names of the email modules' implementations.
const emailRecord = "threatgrid.iroh.modules.email."

// defaultTimeframe is how many days a module looks back.
const defaultTimeframe = 30

// maxSightings is how many sightings a module returns for one call. What is
// above it is cut off without a word, as in the real modules.
const maxSightings = 100

// emailType makes the module type of an appliance.
func (l *Lab) emailType(product string) ctrtest.ModuleType {
	title, former, record := "Secure Email Gateway", "Email Security Appliance", emailRecord+"ESA"
	if product == productSMA {
		title, former, record = "Secure Email and Web Manager", "SMA Email", emailRecord+"SMA"
	}
	return ctrtest.ModuleType{
		Title: title, FormerTitle: former, DefaultName: former, Record: record,
		Short:        "Sender, message and target relationships out of message tracking.",
		Description:  "Searches the **message tracking** of the appliance that is registered with Security Services Exchange.",
		Tips:         "Register the appliance in *Manage Devices* first.",
		Categories:   []string{"email-security"},
		Capabilities: []string{"health", "observe"},
		Flags:        []string{"cisco"},
		Configuration: []ctrtest.ConfigField{
			{Key: keyDevice, Type: "device", Label: "Registered Device", Required: true, Tooltip: "A device that is registered with Security Services Exchange"},
			{Key: keyTimeframe, Type: "integer", Label: "Request Timeframe (days)", Default: defaultTimeframe, Tooltip: "How far back the appliance is searched"},
		},
		New: func(settings map[string]any) (ctrtest.Backend, error) {
			days, err := strconv.Atoi(fmt.Sprint(settings[keyTimeframe]))
			if err != nil {
				return nil, &ctrtest.FormError{Field: keyTimeframe, Message: "Request Timeframe (days) must be a whole number"}
			}
			return &emailModule{
				lab: l, product: product, title: former, device: fmt.Sprint(settings[keyDevice]),
				lookBack: time.Duration(days) * 24 * time.Hour,
			}, nil
		},
	}
}

// emailModule answers out of what the appliance tracked. It reaches the
// appliance through the device link of Security Services Exchange.
type emailModule struct {
	lab            *Lab
	product, title string
	device         string
	lookBack       time.Duration
}

// Health implements ctrtest.HealthChecker.
func (m *emailModule) Health(context.Context) error {
	if e, broken := m.fault(); broken {
		return e
	}
	return nil
}

// fault says why the link to the device does not work.
func (m *emailModule) fault() (ctrtest.ModuleError, bool) {
	fatal := func(code, message string) (ctrtest.ModuleError, bool) {
		return ctrtest.ModuleError{Type: "fatal", Code: code, Message: message}, true
	}
	device, known := m.lab.cloud.Home().Device(m.device)
	status := m.lab.appliance.Cloud().Status()
	switch {
	case !known:
		return fatal("not found", "The registered device was not found in Security Services Exchange.")
	case !m.lab.cloud.Home().ThreatResponseEnabled():
		return fatal("permission denied", "Cisco Threat Response is not enabled in Cloud Services of Security Services Exchange.")
	case device.Unlinked, status.Registration != esatest.Registered, status.DeviceID != m.device:
		return fatal("service unavailable", "The device "+device.Name+" is not connected to Security Services Exchange.")
	case device.Type != m.product:
		return fatal("invalid request", "The device "+device.Name+" does not answer as a module of this type expects.")
	}
	return ctrtest.ModuleError{}, false
}

// Observe implements ctrtest.Backend.
func (m *emailModule) Observe(_ context.Context, obs []observable.Observable) ctrtest.Answer {
	if e, broken := m.fault(); broken {
		return ctrtest.Answer{Errors: []ctrtest.ModuleError{e}}
	}
	asked := newQuestion(obs, m.lab.cfg.SubjectPivot)
	now := m.lab.now()
	since, until := now.Add(-m.lookBack), now
	if m.lab.has("too-early") {
		until = now.Add(-time.Minute)
	}
	found := m.lab.appliance.Find(func(r *esatest.Record) bool {
		return r.Received.After(since) && !r.Received.After(until) && asked.matches(r)
	})
	if len(found) == 0 {
		return ctrtest.Answer{}
	}
	sightings := make([]ctrtest.Doc, 0, min(len(found), maxSightings))
	for _, r := range found[:min(len(found), maxSightings)] {
		sightings = append(sightings, m.sighting(r, asked.matched(r)))
	}
	return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"sightings": sightings}}
}

// question is a set of observables in the form in which records are compared.
type question struct {
	obs      []observable.Observable
	byValue  map[observable.Observable]int // position in obs
	types    []observable.Type             // that are asked about
	subjects bool
}

func newQuestion(obs []observable.Observable, subjects bool) question {
	q := question{obs: obs, byValue: make(map[observable.Observable]int, len(obs)), subjects: subjects}
	for i, o := range obs {
		q.byValue[folded(o)] = i
		if !slices.Contains(q.types, o.Type) {
			q.types = append(q.types, o.Type)
		}
	}
	return q
}

func (q question) matches(r *esatest.Record) bool {
	for o := range q.keys(r) {
		if _, asked := q.byValue[o]; asked {
			return true
		}
	}
	return false
}

// matched returns the asked observables that the record answers, as they were asked.
func (q question) matched(r *esatest.Record) []observable.Observable {
	var positions []int
	for o := range q.keys(r) {
		if i, asked := q.byValue[o]; asked && !slices.Contains(positions, i) {
			positions = append(positions, i)
		}
	}
	slices.Sort(positions)
	matched := make([]observable.Observable, 0, len(positions))
	for _, i := range positions {
		matched = append(matched, q.obs[i])
	}
	return matched
}
