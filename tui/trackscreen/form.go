package trackscreen

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/keys"
)

// formKeys are the fields of the form, the common ones first. What else the line says is kept.
var formKeys = []struct{ key, label, help string }{
	{"subject", "Subject", "contains; =whole, ^beginning"},
	{"from", "Sender", "envelope sender; =whole, ^beginning"},
	{"to", "Recipient", "envelope recipient; =whole, ^beginning"},
	{"time", "When", "1h, 3d, today, 2026-11-01..2026-11-03"},
	{"status", "Status", "delivered, dropped, quarantined, bounced"},
	{"direction", "Direction", "incoming, outgoing"},
	{"message-id", "Message-ID", ""},
	{"mid", "MID", ""},
	{"ip", "Sender IP", ""},
	{"attachment", "Attachment", "name; =whole, ^beginning"},
	{"sha256", "SHA-256", "of an attachment"},
	{"is", "Event", "spam, virus, rejected for refused connections"},
}

// form edits the search line field by field.
type form struct {
	s      *Screen
	fields []*field.Field
	at     int
	wrong  error
}

func newForm(s *Screen) *form {
	f := &form{s: s}
	line := s.line.Value()
	for _, k := range formKeys {
		x := field.New(s.o.Theme)
		value := tracking.TermValue(line, k.key)
		if k.key == "time" && value == "" {
			value = timeOf(line)
		}
		x.Set(value)
		f.fields = append(f.fields, x)
	}
	return f
}

// timeOf is the range that a line gives by since and until.
func timeOf(line string) string {
	since, until := tracking.TermValue(line, "since"), tracking.TermValue(line, "until")
	switch {
	case until != "":
		return since + ".." + until
	case since != "":
		return since
	}
	return ""
}

func (f *form) update(k tea.KeyMsg) (cmd tea.Cmd, closed bool) {
	switch k.String() {
	case "esc":
		return nil, true
	case "enter":
		return f.run()
	case "tab", "down":
		f.at = (f.at + 1) % len(f.fields)
	case "shift+tab", "up":
		f.at = (f.at + len(f.fields) - 1) % len(f.fields)
	default:
		f.fields[f.at].Update(k)
		_, f.wrong = esa.ParseFilter(f.line(), f.s.o.Now(), f.s.o.Zone)
	}
	return nil, false
}

// line is the search line as the form has it.
func (f *form) line() string {
	line := f.s.line.Value()
	for i, k := range formKeys {
		if k.key == "time" && f.fields[i].Value() == timeOf(line) {
			continue // since and until stand as they were
		}
		line = tracking.SetTerm(line, k.key, f.fields[i].Value())
	}
	return line
}

func (f *form) run() (tea.Cmd, bool) {
	line := f.line()
	if _, f.wrong = esa.ParseFilter(line, f.s.o.Now(), f.s.o.Zone); f.wrong != nil {
		return nil, false
	}
	f.s.line.Set(line)
	return f.s.begin(), true
}

func (f *form) draw(w, _ int) draw.Block {
	t := f.s.o.Theme
	cells := min(w, 76)
	const label = 13
	var b draw.Block
	for i, k := range formKeys {
		mark, style := draw.Blank(1), t.Dim
		value := t.Text.Text(safetext.Line(f.fields[i].Value()))
		if i == f.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Accent
			value = f.fields[i].Draw(cells - 4 - label)
		} else if f.fields[i].Value() == "" && k.help != "" {
			value = t.Dim.Text(safetext.Known("(" + k.help + ")")) // not to be taken for a value where there is no colour
		}
		b = append(b, draw.Join(mark, style.Text(safetext.Known(k.label)).Fit(label-1), value))
	}
	last := draw.Block{t.Dim.Lit("An empty field searches for everything.")}
	if f.wrong != nil {
		last = draw.Para(cells-4, t.Mark(t.Bad, t.Marks.Failed+" "), t.Bad, safetext.Line(problem(f.wrong)))
	}
	return t.Card(cells, t.Focus, t.Strong.Lit("Search"), append(b, last...))
}

// problem is what is wrong with a field. Its column in the search line says nothing here.
func problem(err error) string {
	if e, ok := errors.AsType[*esa.FilterError](err); ok {
		return e.Text()
	}
	return err.Error()
}

func (f *form) hints() []keys.Hint {
	return keys.Text("enter", "search", "tab", "next field", "esc", "back")
}
