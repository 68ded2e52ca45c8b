// Package field is a line of text that the user edits. The editing is that of Bubbles; the drawing is
// its own, because what is typed or pasted passes safetext like everything else.
package field

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// Field is a text field with the focus.
type Field struct {
	t      *theme.Theme
	input  textinput.Model
	masked bool
}

// New makes an empty field.
func New(t *theme.Theme) *Field {
	input := textinput.New()
	input.Focus()
	return &Field{t: t, input: input}
}

// Mask makes the field show a mark for each character: it takes a secret.
func (f *Field) Mask() { f.masked = true }

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

// Span is a part of the text, by byte offsets, that looks otherwise.
type Span struct {
	Start, End int
	Style      draw.Style
}

// DrawSpans is Draw with the parts in colours. Spans are in order and do not overlap.
func (f *Field) DrawSpans(cells int, spans []Span) draw.Line {
	value := f.Value()
	runes := []rune(value)
	at := min(f.Position(), len(runes))
	cursor := len(string(runes[:at]))
	over := safetext.Line(value[:cursor]).Width() + 2 - cells // the cursor may be on a wide character
	var parts []draw.Line
	put := func(s draw.Style, x safetext.Text) {
		if over > 0 {
			cut := min(over, x.Width())
			over -= cut
			x = x.Cut(cut, x.Width())
		}
		parts = append(parts, s.Text(x))
	}
	for _, p := range f.pieces(spans, cursor) {
		text := safetext.Line(value[p.Start:p.End])
		if p.Start == cursor && p.End > cursor {
			head := text.Cut(0, 1)
			if head.Width() == 0 {
				head = text.Cut(0, 2)
			}
			put(f.t.Cursor, head)
			text = text.Cut(head.Width(), text.Width())
		}
		put(p.Style, text)
	}
	if cursor == len(value) {
		put(f.t.Cursor, safetext.Known(" "))
	}
	return draw.Join(parts...).Fit(cells)
}

// pieces cuts the whole text at the spans and at the cursor.
func (f *Field) pieces(spans []Span, cursor int) []Span {
	var out []Span
	add := func(from, to int, s draw.Style) {
		if from < cursor && cursor < to {
			out = append(out, Span{from, cursor, s})
			from = cursor
		}
		if from < to {
			out = append(out, Span{from, to, s})
		}
	}
	at, end := 0, len(f.Value())
	for _, s := range spans {
		if s.Start < at || s.End > end || s.End < s.Start {
			continue
		}
		add(at, s.Start, f.t.Text)
		add(s.Start, s.End, s.Style)
		at = s.End
	}
	add(at, end, f.t.Text)
	return out
}

// Draw draws the text in the given number of cells, scrolled so that the cursor shows.
func (f *Field) Draw(cells int) draw.Line {
	runes := []rune(f.Value())
	at := min(f.Position(), len(runes))
	if f.masked {
		runes = []rune(strings.Repeat(f.t.Marks.Key, len(runes)))
	}
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
