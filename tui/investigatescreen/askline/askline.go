// Package askline is the line in which an analyst writes what to look up: coloured as it is read, with
// proposals for types, values and earlier look-ups. A text of several lines, or one that is no query,
// is searched for observables, and what was found is shown before anything is asked.
//
// It reads and proposes; it never asks anybody.
package askline

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/tui/field"
	"ctrace/tui/theme"
)

// most is how many proposals show at once, and mostText how long a line may be before it is read as a
// text and not as a query.
const (
	most     = 7
	mostText = 4000
)

// Line is the look-up line.
type Line struct {
	t     *theme.Theme
	field *field.Field // nil while it has no focus
	past  []string     // earlier look-ups, latest first
	seen  []observable.Observable

	offers []offer
	at     int // the chosen one, -1 when none is

	draft   *draft // what was found in a text, waiting for a yes
	problem *observable.QueryError
	said    string // a remark in the program's own words
}

// offer is a proposal: put text in the place of the bytes from start to end.
type offer struct {
	start, end  int
	text        string
	label, help string
}

// New makes a line without focus.
func New(t *theme.Theme) *Line { return &Line{t: t} }

// SetPast tells the earlier look-ups, latest first.
func (l *Line) SetPast(past []string) { l.past = past }

// SetSeen tells the observables that are worth proposing, latest first.
func (l *Line) SetSeen(seen []observable.Observable) { l.seen = seen }

// Focused tells that the line has the focus: keys are text.
func (l *Line) Focused() bool { return l.field != nil }

// Focus gives the line the focus, with a text in it.
func (l *Line) Focus(text string) {
	l.field = field.New(l.t)
	l.field.Set(text)
	l.forget()
	l.offer()
}

// Blur takes the focus away.
func (l *Line) Blur() {
	l.field = nil
	l.forget()
}

func (l *Line) forget() {
	l.offers, l.at, l.draft, l.problem, l.said = nil, -1, nil, nil, ""
}

// Result is what a key led to. Observables are set when they are to be looked up.
type Result struct {
	Observables []observable.Observable
	Left        bool   // the line was left
	Read        string // a text to read: give it to Read, beside the app, and the answer to Found
}

// Update handles a key while the line has the focus.
func (l *Line) Update(k tea.KeyMsg) Result {
	if l.draft != nil {
		return l.decide(k)
	}
	switch k.String() {
	case "enter":
		if l.at >= 0 {
			l.take(l.at)
			return Result{}
		}
		return l.run(l.field.Value())
	case "esc":
		if l.at >= 0 {
			l.at = -1
			return Result{}
		}
		return Result{Left: true}
	case "tab":
		if len(l.offers) > 0 {
			l.take(max(l.at, 0))
		}
		return Result{}
	case "up", "ctrl+p":
		l.at = max(l.at-1, -1)
		return Result{}
	case "down", "ctrl+n":
		l.at = min(l.at+1, len(l.offers)-1)
		return Result{}
	}
	if k.Paste && (slices.Contains(k.Runes, '\n') || slices.Contains(k.Runes, '\r') || len(k.Runes) > mostText) {
		return l.run(l.field.Value() + string(k.Runes))
	}
	l.field.Update(k)
	l.problem, l.said = nil, ""
	l.offer()
	return Result{}
}

func (l *Line) run(text string) Result {
	if strings.TrimSpace(text) == "" {
		l.said = "type or paste what to look up first"
		return Result{}
	}
	l.said = ""
	return Result{Read: text}
}

// Reading is what a text was understood as.
type Reading struct {
	Text    string
	Query   []observable.Observable // when it is a query with something to ask about
	Found   []observable.Observable // else: what is in it
	Problem *observable.QueryError  // why it is no query
	Invalid string                  // which typed value is none of its type

	Mistyped []string // what was meant as an observable with its type in a text, and is none
}

// Found takes a reading: a query is looked up at once, what was found in a text after it was shown.
func (l *Line) Found(r Reading) Result {
	switch {
	case !l.Focused():
		return Result{}
	case len(r.Query) > 0:
		return Result{Observables: r.Query}
	case len(r.Found) > 0:
		l.draft, l.offers, l.at, l.said = newDraft(r), nil, -1, ""
		if r.Invalid != "" {
			l.draft.remark = "left out: " + r.Invalid
		} else if len(r.Mistyped) > 0 {
			l.draft.remark = "not looked up as written: " + strings.Join(r.Mistyped, "; ")
		} else if p := r.Problem; p != nil && p.Offset > 0 && !strings.Contains(r.Text, "\n") { // a query with a mistake, rather than prose
			word, _, _ := strings.Cut(r.Text[min(p.Offset, len(r.Text)):], " ")
			l.draft.remark = "left out: " + word + " at character " + number(len([]rune(r.Text[:min(p.Offset, len(r.Text))]))+1)
		}
		return Result{}
	}
	l.offers, l.at = nil, -1
	l.problem, l.said = r.Problem, r.Invalid
	if r.Problem == nil && r.Invalid == "" {
		l.said = "there is nothing in it that can be looked up"
	}
	if l.field.Value() == "" {
		l.problem = nil
		l.said = "nothing in the pasted text can be looked up"
	}
	return Result{}
}

// take puts a proposal into the line.
func (l *Line) take(i int) {
	o := l.offers[i]
	v := l.field.Value()
	l.field.SetAt(v[:o.start]+o.text+v[o.end:], len([]rune(v[:o.start]+o.text)))
	l.problem, l.said = nil, ""
	l.offer()
}

// offer proposes what fits to the place of the cursor: earlier look-ups on an empty line.
func (l *Line) offer() {
	l.offers, l.at = nil, -1
	v := l.field.Value()
	if strings.TrimSpace(v) == "" {
		for _, p := range l.past {
			l.offers = append(l.offers, offer{start: 0, end: len(v), text: p, label: p, help: "earlier"})
		}
		return
	}
	for _, c := range observable.Complete(v, l.cursor(), l.seen) {
		if v[c.Start:c.End] != c.Text {
			l.offers = append(l.offers, offer{c.Start, c.End, c.Text, c.Label, c.Detail})
		}
	}
	for _, p := range l.past {
		if p != v && strings.Contains(strings.ToLower(p), strings.ToLower(v)) {
			l.offers = append(l.offers, offer{start: 0, end: len(v), text: p, label: p, help: "earlier"})
		}
	}
}

// cursor is the cursor's byte offset.
func (l *Line) cursor() int {
	runes := []rune(l.field.Value())
	return len(string(runes[:min(l.field.Position(), len(runes))]))
}
