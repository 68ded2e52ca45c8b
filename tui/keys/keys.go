// Package keys holds the keys of the app as data: one table gives what a key does, where, how help
// and the footer call it, and its name in the command palette. No other place names a key.
//
// Whether an action can be done at the moment only its screen knows; it gives the reason when not.
package keys

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Scope is where a binding works.
type Scope string

// The scopes.
const (
	Global     Scope = "Everywhere"
	Move       Scope = "Moving" // in everything that scrolls or has a selection
	Verify     Scope = "Verify"
	Transcript Scope = "SMTP transcript"
	Track      Scope = "Track"
	Message    Scope = "Message"
	Held       Scope = "Quarantine"
	Look       Scope = "Investigate"
	LookLine   Scope = "Look-up line" // keys while it is typed in
	LookDraft  Scope = "Pasted text"  // what was found in it waits for a yes
	LookMenu   Scope = "Choice"       // a list of choices over the Investigate screen
	Tree       Scope = "Relations"
	History    Scope = "History"
	Page       Scope = "Page" // a page that was opened from a list
	Table      Scope = "Table"
	Setup      Scope = "Set-up"
	Diagnosis  Scope = "Diagnosis"
	Form       Scope = "Form"         // keys while a form is filled in
	Answers    Scope = "Form answers" // keys while one of several answers is chosen
	Panel      Scope = "Panel"
)

// ID names an action.
type ID string

// Binding is one row of the table.
type Binding struct {
	ID      ID
	Scope   Scope
	Keys    []string // as Bubble Tea names them
	Show    string   // how people write the key
	Short   string   // for the footer; empty when the footer never shows it
	Long    string   // for help and the palette
	Command string   // its name in the palette; empty when it is not there
}

// Hint is a binding as it stands now.
type Hint struct {
	Binding
	Reason string // why it cannot be done now; empty when it can
}

// In gives the bindings of scopes, in the order of the scopes and of the table.
func In(scopes ...Scope) []Binding {
	var out []Binding
	for _, s := range scopes {
		for _, b := range table {
			if b.Scope == s {
				out = append(out, b)
			}
		}
	}
	return out
}

// ByID gives the binding of an action. An unknown id is a mistake in the program and gives the zero
// Binding.
func ByID(id ID) Binding {
	if i := slices.IndexFunc(table, func(b Binding) bool { return b.ID == id }); i >= 0 {
		return table[i]
	}
	return Binding{}
}

// Match finds the action of a key in the first of the scopes that knows it; ok is false when none does.
func Match(k tea.KeyMsg, scopes ...Scope) (id ID, ok bool) {
	name := k.String()
	for _, s := range scopes {
		for _, b := range table {
			if b.Scope == s && slices.Contains(b.Keys, name) {
				return b.ID, true
			}
		}
	}
	return "", false
}

// Invoked asks what has the focus to do an action, as if its key had been pressed: the palette sends it.
type Invoked struct{ ID ID }

// Action reads the action out of a message: a key of one of the scopes, or an Invoked of theirs.
func Action(msg tea.Msg, scopes ...Scope) (id ID, ok bool) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return Match(msg, scopes...)
	case Invoked:
		return msg.ID, slices.Contains(scopes, ByID(msg.ID).Scope)
	}
	return "", false
}

// Split takes apart the keys that Bubble Tea v1 puts into one message when they arrive in one read:
// a held key over a slow line would be lost otherwise. Pastes stay whole.
func Split(k tea.KeyMsg) []tea.KeyMsg {
	if k.Type != tea.KeyRunes || k.Paste || len(k.Runes) < 2 {
		return []tea.KeyMsg{k}
	}
	out := make([]tea.KeyMsg, len(k.Runes))
	for i := range k.Runes {
		out[i] = tea.KeyMsg{Type: tea.KeyRunes, Runes: k.Runes[i : i+1], Alt: k.Alt}
		if k.Runes[i] == ' ' {
			out[i].Type = tea.KeySpace
		}
	}
	return out
}

// Hints gives bindings with the reason that reason tells for each.
func Hints(bindings []Binding, reason func(ID) string) []Hint {
	out := make([]Hint, len(bindings))
	for i, b := range bindings {
		out[i] = Hint{Binding: b}
		if reason != nil {
			out[i].Reason = reason(b.ID)
		}
	}
	return out
}

// Footer keeps the hints that the footer shows.
func Footer(hints []Hint) []Hint {
	return slices.DeleteFunc(slices.Clone(hints), func(h Hint) bool { return h.Short == "" || h.Reason != "" })
}

// Text makes hints of pairs of a key and what it does, for where keys are text otherwise.
func Text(pairs ...string) []Hint {
	var out []Hint
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, Hint{Binding: Binding{Show: pairs[i], Short: pairs[i+1]}})
	}
	return out
}

// Filtering are the keys while a filter is typed.
func Filtering() []Hint { return Text("enter", "keep", "esc", "show all again") }

// Commands gives the palette's entries out of hints that match what was typed: those whose name starts
// with it first, then those that hold it in name or description.
func Commands(hints []Hint, typed string) []Hint {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var first, second []Hint
	for _, h := range hints {
		switch {
		case h.Command == "":
		case strings.HasPrefix(h.Command, typed):
			first = append(first, h)
		case strings.Contains(h.Command, typed), strings.Contains(strings.ToLower(h.Long), typed):
			second = append(second, h)
		}
	}
	return append(first, second...)
}

// Delta gives by how many rows an action of the scope Move moves, where a page has the given number
// of rows; ok is false for every other action.
func Delta(id ID, page int) (rows int, ok bool) {
	const all = 1 << 30
	switch id {
	case Up:
		return -1, true
	case Down:
		return 1, true
	case HalfUp:
		return -max(1, page/2), true
	case HalfDown:
		return max(1, page/2), true
	case PageUp:
		return -max(1, page-1), true
	case PageDown:
		return max(1, page-1), true
	case Top:
		return -all, true
	case Bottom:
		return all, true
	}
	return 0, false
}
