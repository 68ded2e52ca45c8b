// Package intent holds the messages by which screens and panels ask the frame for something, and by
// which they tell each other what is selected or what went wrong. They carry values only.
package intent

import (
	"context"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/verify"
)

// Level is how important a notice is.
type Level int

// The levels. An Error stays until a key is pressed, the others go by themselves.
const (
	Info Level = iota
	Warning
	Error
)

// Notice is a line for the footer.
type Notice struct {
	Level Level
	Text  safetext.Text
}

// Panel names a side panel.
type Panel string

// The side panels; None is no panel.
const (
	None      Panel = ""
	Setup     Panel = "Set-up"
	Diagnosis Panel = "Diagnosis"
	Inspector Panel = "Inspector"
	Help      Panel = "Help"
)

// OpenPanel asks for a side panel, with the focus.
type OpenPanel struct {
	Panel Panel
	Quiet bool // in the place of no panel that has the focus, and without the focus if there is room beside the screen
}

// ClosePanel asks to close the side panel.
type ClosePanel struct{}

// Step asks the set-up panel for one step, 1 to 8. With Practice it asks for what can be done there on
// the lab's products; the number 0 is then what mends things.
type Step struct {
	Number   int
	Practice bool
}

// Symptoms asks the diagnosis panel for the list of what a person may see.
type Symptoms struct{}

// Started tells screens and panels that the app runs.
type Started struct{}

// Leave asks to leave the app for what comes after it; nil is nothing.
type Leave struct{ For error }

// Copy asks to put a value on the clipboard. What names it in the notice.
type Copy struct {
	What  string
	Value string // raw, as it arrived
}

// Ask asks the user a question. The harmless answer is the default; only the key y does it.
type Ask struct {
	Title string
	Lines []safetext.Text
	Yes   string  // what y does, such as "send it"
	Then  tea.Msg // sent when the user says yes
}

// Verify asks for the Verify screen and a run there: a new one, or the one with the token Resume.
type Verify struct{ Resume string }

// Investigate asks for the Investigate screen and a look-up there.
type Investigate struct{ Query string }

// Shown tells a screen that it is in front now.
type Shown struct{}

// Lamp is one of the four lamps of the header.
type Lamp int

// The lamps, in their order.
const (
	ESA Lamp = iota
	Tracking
	CTR
	Module
	Lamps // how many there are
)

// State is what a lamp shows.
type State int

// The states of a lamp, in the order in which one of two wins.
const (
	Unknown State = iota
	OK
	Busy
	Failed
)

// Light is what a lamp shows and when that became known. The zero value is not known.
type Light struct {
	State State
	At    time.Time
}

// Field is a name and a value of what is selected.
type Field struct {
	Name  string
	Value string // raw
}

// Selected tells the inspector what is selected.
type Selected struct {
	Title  string
	Fields []Field
	order  int64
}

// Problems tells the diagnosis panel what went wrong in a verification; none when nothing did.
type Problems struct {
	Problems []verify.Problem
	Verdict  verify.Verdict // of the run that ended; empty when one starts
	Token    string         // of the run that ended
}

// Cmd makes a command of a message.
func Cmd(msg tea.Msg) tea.Cmd {
	if s, ok := msg.(Selected); ok {
		s.order = selections.Add(1)
		msg = s
	}
	return func() tea.Msg { return msg }
}

// selections numbers the Selected messages as they are made: Bubble Tea runs commands side by side, so
// that those of many quick keys arrive in any order.
var selections atomic.Int64

// Before tells that s was made before t.
func (s Selected) Before(t Selected) bool { return s.order < t.order }

// After makes a command that gives msg after a while, or nil as soon as ctx ends, so that no timer
// outlives the app.
func After(ctx context.Context, d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return msg
		case <-ctx.Done():
			return nil
		}
	}
}
