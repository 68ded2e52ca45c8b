// Package form is a small form: fields with labels that are typed in or chosen. One of them has the
// focus. Secrets are masked, and forgotten with the form.
package form

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// Choice is one value that can be chosen.
type Choice struct {
	Value string
	Label safetext.Text
	Note  safetext.Text // what it means, below it; shown while the field has the focus
}

// Field is one field.
type Field struct {
	Name    string
	Label   safetext.Text
	Hint    safetext.Text // below the label; shown while the field has the focus
	Value   string        // what is filled in at first
	Choices []Choice      // empty: it is typed
	Secret  bool
}

// Event is what a key did.
type Event int

// The events.
const (
	Edited Event = iota
	Done         // enter on the last field
	Cancelled
)

// Form is a form with the focus on one of its fields.
type Form struct {
	t      *theme.Theme
	fields []item
	at     int
}

type item struct {
	Field
	typed  *field.Field // nil when it is chosen
	chosen int
}

// New makes a form of at least one field, the first one with the focus.
func New(t *theme.Theme, fields ...Field) *Form {
	f := &Form{t: t}
	for _, x := range fields {
		i := item{Field: x}
		if len(x.Choices) > 0 {
			i.chosen = max(0, slices.IndexFunc(x.Choices, func(c Choice) bool { return c.Value == x.Value }))
		} else {
			i.typed = field.New(t)
			i.typed.Set(x.Value)
			if x.Secret {
				i.typed.Mask()
			}
		}
		f.fields = append(f.fields, i)
	}
	return f
}

// Values are the values by the fields' names.
func (f *Form) Values() map[string]string {
	values := map[string]string{}
	for _, i := range f.fields {
		values[i.Name] = i.value()
	}
	return values
}

func (i *item) value() string {
	if i.typed != nil {
		return i.typed.Value()
	}
	return i.Choices[i.chosen].Value
}

// Set puts a value into a typed field and gives it the focus.
func (f *Form) Set(name, value string) {
	for n := range f.fields {
		if i := &f.fields[n]; i.Name == name && i.typed != nil {
			i.typed.Set(value)
			f.at = n
		}
	}
}

// Go gives the focus to a field.
func (f *Form) Go(name string) {
	for n, i := range f.fields {
		if i.Name == name {
			f.at = n
		}
	}
}

// Secret names the first field that takes a secret; empty when there is none.
func (f *Form) Secret() string {
	for _, i := range f.fields {
		if i.Secret {
			return i.Name
		}
	}
	return ""
}

// Update takes a key.
func (f *Form) Update(k tea.KeyMsg) Event {
	i := &f.fields[f.at]
	if i.choose(k) {
		return Edited
	}
	id, _ := keys.Match(k, keys.Form)
	switch id {
	case keys.FormCancel:
		return Cancelled
	case keys.FormDone:
		if f.at == len(f.fields)-1 {
			return Done
		}
		f.at++
		return Edited
	case keys.FormNext:
		f.at = min(f.at+1, len(f.fields)-1)
		return Edited
	case keys.FormPrev:
		f.at = max(f.at-1, 0)
		return Edited
	}
	if i.typed != nil {
		i.typed.Update(k)
	}
	return Edited
}

// choose takes the keys that go through choices; false for every other one, and at their end, where the
// arrows go on to another field.
func (i *item) choose(k tea.KeyMsg) bool {
	if i.typed != nil {
		return false
	}
	switch id, _ := keys.Match(k, keys.Answers); id {
	case keys.AnswerNext:
		return i.step(1)
	case keys.AnswerPrev:
		return i.step(-1)
	}
	return false
}

// step moves through the choices; false at their end, or when there are none.
func (i *item) step(by int) bool {
	to := i.chosen + by
	if i.typed != nil || to < 0 || to >= len(i.Choices) {
		return false
	}
	i.chosen = to
	return true
}

// Draw draws the form, and tells on which lines the field with the focus stands.
func (f *Form) Draw(cells int) (b draw.Block, from, end int) {
	for n := range f.fields {
		i := &f.fields[n]
		if n > 0 {
			b = append(b, draw.Line{})
		}
		focused := n == f.at
		if focused {
			from = len(b)
		}
		b = append(b, f.draw(i, focused, cells)...)
		if focused {
			end = len(b)
		}
	}
	return b, from, end
}

const indent = 3

func (f *Form) draw(i *item, focused bool, cells int) draw.Block {
	label, mark := f.t.Dim, draw.Blank(1)
	if focused {
		label, mark = f.t.Strong, f.t.Mark(f.t.Accent, f.t.Marks.Select)
	}
	b := draw.Para(cells, mark.Fit(2), label, i.Label)
	if focused && i.Hint.Width() > 0 {
		b = append(b, draw.Para(cells, draw.Blank(indent), f.t.Dim, i.Hint)...)
	}
	switch {
	case i.typed != nil:
		return append(b, draw.Join(draw.Blank(indent), f.value(i, focused, cells-indent-1)).Fit(cells))
	case !focused:
		return append(b, draw.Para(cells, draw.Blank(indent), f.t.Text, i.Choices[i.chosen].Label)...)
	}
	for n, c := range i.Choices {
		style, dot := f.t.Text, f.t.Mark(f.t.Dim, f.t.Marks.Waiting)
		if n == i.chosen {
			style, dot = f.t.Title, f.t.Mark(f.t.Accent, f.t.Marks.Running)
		}
		b = append(b, draw.Para(cells, draw.Join(draw.Blank(indent), dot, draw.Blank(1)), style, c.Label)...)
		if c.Note.Width() > 0 {
			b = append(b, draw.Para(cells, draw.Blank(indent+2), f.t.Dim, c.Note)...)
		}
	}
	return b
}

// value draws what is typed; without the focus there is no cursor.
func (f *Form) value(i *item, focused bool, cells int) draw.Line {
	if focused {
		return i.typed.Draw(cells)
	}
	text := i.typed.Value()
	switch {
	case text == "":
		return f.t.Dim.Text(safetext.Known(f.t.Box.Horizontal))
	case i.Secret:
		return f.t.Text.Repeat(f.t.Marks.Key, min(len([]rune(text)), cells))
	}
	return f.t.Text.Text(safetext.Line(text)).Fit(cells)
}

// Help gives every key that works in the field with the focus; reason tells why one does not.
func (f *Form) Help(reason func(keys.ID) string) []keys.Hint {
	scopes := []keys.Scope{keys.Form}
	if f.fields[f.at].typed == nil {
		scopes = []keys.Scope{keys.Answers, keys.Form}
	}
	return keys.Hints(keys.In(scopes...), func(id keys.ID) string {
		switch {
		case id == keys.FormNext && f.at == len(f.fields)-1:
			return "this is the last field"
		case id == keys.FormPrev && f.at == 0:
			return "this is the first field"
		}
		return reason(id)
	})
}

// Focus names the field with the focus.
func (f *Form) Focus() string { return f.fields[f.at].Name }
