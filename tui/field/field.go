// Package field is a line of text that the user edits. The editing is that of Bubbles; the drawing is
// its own, because what is typed or pasted passes safetext like everything else.
package field

import (
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// Field is a text field with the focus.
type Field struct {
	t     *theme.Theme
	input textinput.Model
}

// New makes an empty field.
func New(t *theme.Theme) *Field {
	input := textinput.New()
	input.Focus()
	return &Field{t: t, input: input}
}

// Value is the text as it was typed.
func (f *Field) Value() string { return f.input.Value() }

// Position is the cursor's place, in runes.
func (f *Field) Position() int { return f.input.Position() }

// Set replaces the text and puts the cursor at its end.
func (f *Field) Set(value string) {
	f.input.SetValue(value)
	f.input.CursorEnd()
}

// SetAt replaces the text and puts the cursor at a place, in runes.
func (f *Field) SetAt(value string, position int) {
	f.input.SetValue(value)
	f.input.SetCursor(position)
}

// Update handles a key; the field has no commands, its cursor does not blink.
func (f *Field) Update(k tea.KeyMsg) { f.input, _ = f.input.Update(k) }

// Draw draws the text in the given number of cells, scrolled so that the cursor shows.
func (f *Field) Draw(cells int) draw.Line {
	runes := []rune(f.Value())
	at := min(f.Position(), len(runes))
	before, after := safetext.Line(string(runes[:at])), safetext.Line(string(runes[at:]))
	if over := before.Width() + 1 - cells; over > 0 {
		before = before.Cut(over, before.Width())
	}
	cursor := after.Cut(0, 1)
	if cursor.Width() == 0 {
		cursor = after.Cut(0, 2) // a wide character
	}
	rest := after.Cut(cursor.Width(), after.Width())
	if cursor.Width() == 0 {
		cursor = safetext.Known(" ")
	}
	return draw.Join(f.t.Text.Text(before), f.t.Cursor.Text(cursor), f.t.Text.Text(rest)).Fit(cells)
}
