package ctrtest

import (
	"context"

	"ctrace/ctr/observable"
)

// Doc is one CTIM document as it goes over the wire.
type Doc = map[string]any

// Answer is what a module says to a question: entities by their plural name
// ("sightings", "verdicts", …), and errors. Both together are a partial answer.
type Answer struct {
	Data   map[string][]Doc
	Errors []ModuleError
	// Absent leaves the module out of data[] altogether. A module without
	// anything to say otherwise answers "data":{}, and a kind of entity with
	// no documents {"count":0,"docs":[]}: all three occur in practice.
	Absent bool
}

// ModuleError is an entry of errors[] in an answer with HTTP status 200.
type ModuleError struct {
	Type    string // fatal, error or warning
	Code    string // free text, such as "too many requests"
	Message string
}

// Error implements error.
func (e ModuleError) Error() string { return e.Code + ": " + e.Message }

// Backend is the product behind a module.
type Backend interface {
	// Observe answers observe/observables. It returns early when ctx ends.
	Observe(ctx context.Context, obs []observable.Observable) Answer
}

// Deliberator is a Backend that has verdicts of its own for
// deliberate/observables. Of its answer only the verdicts are used.
type Deliberator interface {
	Deliberate(ctx context.Context, obs []observable.Observable) Answer
}

// Referrer is a Backend that has links for refer/observables.
type Referrer interface {
	Refer(ctx context.Context, obs []observable.Observable) []Link
}

// Responder is a Backend that has response actions.
type Responder interface {
	Actions(ctx context.Context, obs []observable.Observable) []Action
	// Trigger carries an action out; ok is false for status "failure".
	Trigger(ctx context.Context, action string, o observable.Observable) (ok bool, err error)
}

// HealthChecker is a Backend that knows its own health. Without it the health
// of a module is "ok". An error that is a ModuleError is reported as it is.
type HealthChecker interface {
	Health(ctx context.Context) error
}

// ObserveFunc is a Backend that can only observe.
type ObserveFunc func(ctx context.Context, obs []observable.Observable) Answer

// Observe implements Backend.
func (f ObserveFunc) Observe(ctx context.Context, obs []observable.Observable) Answer {
	return f(ctx, obs)
}

// Link is one entry of refer/observables, without its module's members.
type Link struct {
	ID, Title, Description, URL string
	Categories                  []string
}

// Action is one response action for one observable.
type Action struct {
	ID, Title, Description string
	Categories             []string
	Observable             observable.Observable
}

// ConfigField is one field of the form in which a module is added.
type ConfigField struct {
	Key      string
	Type     string // string, password, api_key, boolean, integer, options, device, remote or file
	Label    string
	Tooltip  string
	Required bool
	Default  any
	Options  []string
}

// ModuleType is a kind of module that can be added.
type ModuleType struct {
	ID            string
	Title         string
	FormerTitle   string
	DefaultName   string
	Short         string
	Description   string // Markdown
	Tips          string // Markdown
	Record        string // names the implementation
	Categories    []string
	Capabilities  []string
	Flags         []string
	Configuration []ConfigField
	// New makes the backend of a new module from the values of its form. A
	// type without it cannot be added.
	New func(settings map[string]any) (Backend, error)
}

// Module is one configured module instance.
type Module struct {
	ID       string // made when empty
	Name     string // what the administrator typed; the type's default name when empty
	Type     ModuleType
	Disabled bool
	State    string // "", "active" or "restricted"
	Settings map[string]any
	Backend  Backend
}
