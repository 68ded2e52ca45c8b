// Package queryline is a one-line query that is edited with completion and a memory of the lines before.
package queryline

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/theme"
)

// Completion is a text to put in the place of a part of the line.
type Completion struct {
	Start, End int // bytes
	Text, Help string
}

// Options is what a line needs.
type Options struct {
	Theme    *theme.Theme
	Complete func(line string, cursor int) []Completion // cursor is a byte offset
	Colours  func(line string) []field.Span             // nil: one colour
}

// most is how many completions show, and mostPast how many lines are remembered.
const (
	most     = 6
	mostPast = 100
)

// Line is a query line.
type Line struct {
	o      Options
	field  *field.Field
	offers []Completion
	at     int // the chosen offer
	chosen bool
	past   []string // the last one last
	back   int      // how far back in it
}

// New makes an empty line.
func New(o Options) *Line { return &Line{o: o, field: field.New(o.Theme)} }

// Value is the line as it was typed.
func (l *Line) Value() string { return l.field.Value() }

// Set replaces the line.
func (l *Line) Set(value string) {
	l.field.Set(value)
	l.offers = nil
}

// Outcome is what a key did to the line.
type Outcome int

// The outcomes.
const (
	Edited Outcome = iota
	Submitted
	Left
)

// Update handles a key while the line has the focus.
func (l *Line) Update(k tea.KeyMsg) Outcome {
	switch k.String() {
	case "enter":
		l.remember()
		return Submitted
	case "esc":
		l.offers = nil
		return Left
	case "tab":
		l.accept()
		return Edited
	case "up", "ctrl+p":
		l.up()
		return Edited
	case "down", "ctrl+n":
		if len(l.offers) == 0 && l.back == 0 {
			return Left
		}
		l.down()
		return Edited
	}
	if k.Paste {
		k = oneLine(k)
	}
	l.field.Update(k)
	l.complete()
	return Edited
}

// oneLine makes a blank of every line end of a paste.
func oneLine(k tea.KeyMsg) tea.KeyMsg {
	k.Runes = slices.Clone(k.Runes)
	for i, r := range k.Runes {
		if r == '\n' || r == '\r' {
			k.Runes[i] = ' '
		}
	}
	return k
}

// Focus offers completions for where the cursor is.
func (l *Line) Focus() { l.complete() }

func (l *Line) remember() {
	l.offers, l.back = nil, 0
	v := l.Value()
	if v == "" || (len(l.past) > 0 && l.past[len(l.past)-1] == v) {
		return
	}
	l.past = append(l.past, v)
	if len(l.past) > mostPast {
		l.past = l.past[1:]
	}
}

func (l *Line) complete() {
	l.at, l.chosen, l.back, l.offers = 0, false, 0, nil
	if l.o.Complete == nil {
		return
	}
	l.offers = l.o.Complete(l.Value(), l.cursor())
	l.offers = slices.DeleteFunc(l.offers, func(c Completion) bool { return l.Value()[c.Start:c.End] == c.Text })
}

// cursor is the cursor's byte offset.
func (l *Line) cursor() int {
	runes := []rune(l.Value())
	return len(string(runes[:min(l.field.Position(), len(runes))]))
}

// accept puts the chosen completion into the line.
func (l *Line) accept() {
	if l.at >= len(l.offers) {
		return
	}
	c := l.offers[l.at]
	v := l.Value()
	l.field.SetAt(v[:c.Start]+c.Text+v[c.End:], len([]rune(v[:c.Start]+c.Text)))
	l.complete()
}

// up chooses an earlier completion, or goes back in the lines of before.
func (l *Line) up() {
	if len(l.offers) > 0 && (l.chosen || len(l.past) == 0) {
		l.at = max(0, l.at-1)
		return
	}
	if l.back < len(l.past) {
		l.back++
		l.field.Set(l.past[len(l.past)-l.back])
		l.offers = nil
	}
}

func (l *Line) down() {
	if len(l.offers) > 0 {
		l.at = min(l.at+1, len(l.offers)-1)
		l.chosen = true
		return
	}
	l.back--
	value := ""
	if l.back > 0 {
		value = l.past[len(l.past)-l.back]
	}
	l.field.Set(value)
}

// Draw draws the line, with its cursor when it has the focus.
func (l *Line) Draw(cells int, focused bool) draw.Line {
	var spans []field.Span
	if l.o.Colours != nil {
		spans = l.o.Colours(l.Value())
	}
	if focused {
		return l.field.DrawSpans(cells, spans)
	}
	return l.plain(spans).Fit(cells)
}

// Offers draws the completions, for the lines below the query.
func (l *Line) Offers(cells int) draw.Block {
	t := l.o.Theme
	var b draw.Block
	first := max(0, min(l.at-most/2, len(l.offers)-most))
	for i := first; i < min(first+most, len(l.offers)); i++ {
		c := l.offers[i]
		mark, style := draw.Blank(1), t.Text
		if i == l.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Title
		}
		b = append(b, draw.Join(mark, style.Text(safetext.Line(c.Text).Pad(22)), draw.Blank(1), t.Dim.Text(safetext.Line(c.Help))).Fit(cells))
	}
	if len(b) > 0 {
		hint := draw.Join(t.Accent.Lit("tab"), t.Dim.Lit(" takes it"))
		b[len(b)-1] = draw.Spread(cells, b[len(b)-1], hint)
	}
	return b
}

// plain is the line without a cursor.
func (l *Line) plain(spans []field.Span) draw.Line {
	v, at := l.Value(), 0
	var parts []draw.Line
	for _, s := range spans {
		if s.Start < at || s.End > len(v) || s.End < s.Start {
			continue
		}
		parts = append(parts, l.o.Theme.Text.Text(safetext.Line(v[at:s.Start])), s.Style.Text(safetext.Line(v[s.Start:s.End])))
		at = s.End
	}
	return draw.Join(append(parts, l.o.Theme.Text.Text(safetext.Line(v[at:])))...)
}
