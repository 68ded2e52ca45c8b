package lab

import "context"

// Move is one thing that a person does in a step of the integration document,
// on the appliance, in the Security Services Exchange portal or in Threat
// Response.
type Move struct {
	ID     string  // such as "commit"
	Step   int     // 1 to 8; 0 for the troubleshooting moves
	Place  string  // "appliance", "sse" or "ctr"
	Path   string  // the menu path, such as "Network > Cloud Service Settings"
	Label  string  // the button or action, in the product's words
	Fields []Field // what to type or choose
}

// Field is one value that a move asks for.
type Field struct {
	Name    string   // the key in the values given to Do
	Label   string   // the product's word
	Default string   // what is filled in at first
	Options []string // the choices; empty when it is typed
	Secret  bool     // must be masked on screen
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
	Status          string   // Threat Response on the appliance: "Disabled", "Enabled"
	Server          string   // the chosen Threat Response Server
	PendingChanges  bool     // submitted, not committed
	TokenField      bool     // the appliance asks for the registration token
	Registration    string   // "", "in progress", "registered", or the reason of its failure
	Devices         []string // names in the portal of the lab's region
	CTRInSSE        bool     // Cloud Services > Cisco Threat Response in the portal
	DevicesForCTR   []string // what the drop-down "Registered Device" offers
	Modules         []string // names of the email modules in Threat Response
	StepsDone       [9]bool  // by number; index 0 is not used
	ApplianceRegion string   // us, eu or apjc; empty when no server was chosen
}

// Practice does what only a person can do on the real products. Each move
// refuses wrong order as the product does, with a *RefusedError.
type Practice struct{}

// Moves returns the moves of a step in the order of the integration document;
// step 0 are those of its troubleshooting list.
func (p *Practice) Moves(step int) []Move { return nil }

// Do does one move with the values of its fields; a missing value is the
// field's default.
func (p *Practice) Do(ctx context.Context, move string, values map[string]string) (Outcome, error) {
	return Outcome{}, nil
}

// View returns what a person would see now.
func (p *Practice) View() View { return View{} }
