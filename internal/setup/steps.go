package setup

import "strings"

// Actor is who does a step: the person at the appliance or portal, or this program.
type Actor string

// The actors.
const (
	Person  Actor = "person"
	Program Actor = "program"
)

// Place is where in a product something is done, as the product's own menu words. The words
// differ between the generations of the products; Place.In chooses.
type Place struct {
	Classic string // ESA 13 and the Threat Response portal
	Current string // Secure Email Gateway 14 and later, and XDR
	SMA     string // Secure Email and Web Manager, which also serves cloud gateways (CES)
}

// Products is the generation and kind of the products of one integration.
type Products int

// The generations that menu paths exist for.
const (
	ClassicProducts Products = iota
	CurrentProducts
	ManagedProducts
)

// In returns the menu path for a generation; the classic one where nothing newer is known.
func (p Place) In(g Products) string {
	switch {
	case g == ManagedProducts && p.SMA != "":
		return p.SMA
	case g != ClassicProducts && p.Current != "":
		return p.Current
	}
	return p.Classic
}

// SubStep is one action inside a step.
type SubStep struct {
	Do    Text
	Where Place    // empty when it is the same place as the action before
	copy  []string // values to copy, with the placeholders of Region.fill
}

// Copy returns the values to type in or to choose, in a region's words, for an ESA.
func (s SubStep) Copy(r Region) []string { return s.CopyFor(r, CurrentProducts) }

// CopyFor returns the values to type in or to choose, in the words of a region and of the products.
func (s SubStep) CopyFor(r Region, g Products) []string {
	module := "Email Security Appliance"
	if g == ManagedProducts {
		module = "SMA Email"
	}
	values := make([]string, len(s.copy))
	for i, v := range s.copy {
		values[i] = strings.ReplaceAll(r.fill(v), "{module_type}", module)
	}
	return values
}

// RemarkKind tells a note from a tip.
type RemarkKind string

// The kinds of remarks.
const (
	Note RemarkKind = "note"
	Tip  RemarkKind = "tip"
)

// Remark is a note or a tip of a step.
type Remark struct {
	Item int // its number in the integration document's list
	Kind RemarkKind
	Text Text
}

// Step is one step of setting the integration up, in the order of the integration document.
type Step struct {
	Number   int // 1 to 8
	Item     int // its number in the integration document's list
	ID       string
	Title    Text
	Actor    Actor
	Do       []SubStep
	Remarks  []Remark
	Expected Text     // what is seen when it worked
	Checks   []string // ids of the checks that have to do with it
	Provable bool     // its checks prove it, so that it ticks itself
}

// Trouble is one entry of the document's troubleshooting list.
type Trouble struct {
	Item    int
	ID      string // T1 to T5b
	Symptom Text
	Fix     Text
	Step    int // the step that it belongs to, 0 when none
}

// Section is a part of the document that is no step: its frame, or how the result is verified.
type Section struct {
	Item  int
	Title Text
	Text  Text
	Where Place
	Tip   bool
}

// fill replaces the placeholders of a value by the region's words.
func (r Region) fill(s string) string {
	return strings.NewReplacer(
		"{appliance_choice}", r.ApplianceChoice,
		"{sse_host}", r.SSEHost,
		"{sse_portal}", "https://"+r.SSEPortal+"/",
		"{console}", r.IROH+"/",
	).Replace(s)
}
