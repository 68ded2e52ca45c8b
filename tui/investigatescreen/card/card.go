// Package card shows facts below each other, one of them selected: a summary, or one thing in full. What
// is selected can be copied, and opened when it is an observable, a link or a page of its own.
package card

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// Tone is how a fact looks.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Quiet
	Strong
	Good
	Warn
	Bad
)

// Item is one fact. Label and Text are raw.
type Item struct {
	Label, Text string
	Note        string // behind the text, such as how often
	Tone        Tone
	Heading     bool // begins a section; it cannot be selected

	Disposition ctim.Disposition      // drawn before the text when Judged
	Judged      bool                  // the fact is about a disposition
	Observable  observable.Observable // what opens; Text is shown defanged
	Link        string                // what opens
	Open        func() Page           // what opens
	JSON        any                   // what is copied as JSON

	Draw func(cells int) draw.Block // its own drawing, which cannot be selected
}

// Page is one thing in full.
type Page struct {
	Title string // raw
	Items []Item
	JSON  any
}

// Card is the list of facts with its selection.
type Card struct {
	t      *theme.Theme
	w, h   int
	items  []Item
	at     int
	lines  draw.Block
	spans  [][2]int
	scroll draw.Scroll
	view   draw.Block
	dimmed bool // something else has the focus
}

// New makes an empty card.
func New(t *theme.Theme) *Card { return &Card{t: t} }

// Set shows other items. The selection holds on to its fact when it is still there, on the same line of
// the screen.
func (c *Card) Set(items []Item) {
	line := -1
	var was Item
	if s := c.Selected(); s != nil && c.at < len(c.spans) {
		was, line = *s, c.spans[c.at][0]-c.scroll.Top()
	}
	c.items = items
	c.at = c.next(-1, 1)
	if line >= 0 {
		for i, x := range items {
			if c.selectable(i) && x.Label == was.Label && x.Text == was.Text {
				c.at = i
				break
			}
		}
	}
	c.build()
	if line >= 0 && c.at >= 0 && c.at < len(c.spans) {
		c.scroll = draw.Scroll{}.By(c.spans[c.at][0]-line, len(c.lines), c.h)
	}
	c.show()
}

// ToTop selects the first fact.
func (c *Card) ToTop() {
	c.at, c.scroll = c.next(-1, 1), draw.Scroll{}
	c.build()
	c.show()
}

// SelectWhere selects the first fact that fits; ok is false when none does.
func (c *Card) SelectWhere(fits func(*Item) bool) (ok bool) {
	for i := range c.items {
		if c.selectable(i) && fits(&c.items[i]) {
			c.at = i
			c.build()
			c.show()
			return true
		}
	}
	return false
}

// SetFocus tells the card whether it has the focus, which its selection shows.
func (c *Card) SetFocus(focused bool) {
	if c.dimmed == focused {
		c.dimmed = !focused
		c.build()
		c.show()
	}
}

// SetSize tells the card how much room it has, in cells.
func (c *Card) SetSize(w, h int) {
	c.w, c.h = w, h
	c.build()
	c.show()
}

// Selected is the selected fact, nil when there is none.
func (c *Card) Selected() *Item {
	if c.at < 0 || c.at >= len(c.items) {
		return nil
	}
	return &c.items[c.at]
}

// Typing tells that keys are text; never here.
func (c *Card) Typing() bool { return false }

// Update handles the keys that move. handled tells that the message was for the card.
func (c *Card) Update(msg tea.Msg) (cmd tea.Cmd, handled bool) {
	if m, ok := msg.(tea.MouseMsg); ok {
		c.click(m.Y + c.scroll.Top())
		return nil, true
	}
	id, ok := keys.Action(msg, keys.Move)
	if !ok {
		return nil, false
	}
	rows, _ := keys.Delta(id, c.h)
	if len(c.items) == 0 {
		return nil, true
	}
	if c.at < 0 { // nothing can be selected: the keys scroll
		c.scroll = c.scroll.By(rows, len(c.lines), c.h)
		c.view = c.t.Scrolled(c.lines, c.scroll, c.w, c.h)
		return nil, true
	}
	c.move(rows)
	return nil, true
}

func (c *Card) click(line int) {
	for i, span := range c.spans {
		if line >= span[0] && line < span[1] && c.selectable(i) {
			c.at = i
			c.build()
			c.show()
			return
		}
	}
}

// move goes by a number of facts that can be selected.
func (c *Card) move(rows int) {
	step := 1
	if rows < 0 {
		step, rows = -1, -rows
	}
	for range min(rows, len(c.items)) {
		n := c.next(c.at, step)
		if n < 0 {
			break
		}
		c.at = n
	}
	c.build()
	c.show()
}

// next is the next fact that can be selected, -1 when there is none.
func (c *Card) next(from, step int) int {
	for i := from + step; i >= 0 && i < len(c.items); i += step {
		if c.selectable(i) {
			return i
		}
	}
	return -1
}

func (c *Card) selectable(i int) bool {
	x := c.items[i]
	opens := x.Open != nil || x.Link != "" || x.Observable.Value != ""
	return !x.Heading && x.Draw == nil && (opens || x.Text != "" && x.Tone != Quiet)
}

// labelColumn is the width of the labels, where there is room.
const labelColumn = 22

func (c *Card) build() {
	c.lines, c.spans = nil, make([][2]int, 0, len(c.items))
	if c.w <= 0 || c.h <= 0 {
		return
	}
	for i := range c.items {
		from := len(c.lines)
		if c.items[i].Heading && from > 0 {
			c.lines = append(c.lines, draw.Line{})
			from++
		}
		c.lines = append(c.lines, c.draw(i)...)
		c.spans = append(c.spans, [2]int{from, len(c.lines)})
	}
}

func (c *Card) draw(i int) draw.Block {
	t, x := c.t, &c.items[i]
	switch {
	case x.Draw != nil:
		return x.Draw(c.w)
	case x.Heading:
		head := draw.Join(draw.Blank(1), t.Strong.Text(safetext.Line(x.Label)))
		if x.Text != "" {
			head = draw.Join(head, draw.Blank(2), t.Dim.Text(safetext.Line(x.Text)))
		}
		return draw.Block{head.Fit(c.w)}
	}
	pick, label := draw.Blank(1), t.Dim
	if i == c.at {
		pick = t.Mark(t.Dim, t.Marks.Select)
		if !c.dimmed {
			pick, label = t.Mark(t.Accent, t.Marks.Select), t.Accent
		}
	}
	first := pick
	column := min(labelColumn, max(c.w/4, 8))
	if x.Label != "" {
		first = draw.Join(pick, label.Text(safetext.Line(x.Label))).Fit(column)
		first = draw.Join(first.Fit(column), draw.Blank(1))
	} else if x.Tone == Plain || x.Judged {
		first = draw.Join(first, draw.Blank(column))
	}
	text := safetext.Line(x.Text)
	style := c.style(x)
	if i == c.at && x.Tone == Plain && !c.dimmed {
		style = t.Strong
	}
	if x.Judged {
		first = draw.Join(first, t.Disposition(x.Disposition), draw.Blank(2))
	}
	if text.Hostile() {
		first = draw.Join(first, t.Mark(t.Warn, t.Marks.Hostile), draw.Blank(1))
	}
	if x.Judged && text.Width() == 0 {
		return draw.Block{first}
	}
	b := draw.Para(c.w-1, first, style, text)
	if x.Note != "" {
		last := len(b) - 1
		b[last] = draw.Join(b[last], draw.Blank(2), t.Dim.Text(safetext.Line(x.Note)))
	}
	return b
}

func (c *Card) style(x *Item) draw.Style {
	t := c.t
	switch x.Tone {
	case Quiet:
		return t.Dim
	case Strong:
		return t.Strong
	case Good:
		return t.Good
	case Warn:
		return t.Warn
	case Bad:
		return t.Bad
	}
	return t.Text
}

// show scrolls to the selection and cuts out what shows.
func (c *Card) show() {
	if c.w <= 0 || c.h <= 0 {
		return
	}
	if c.at >= 0 && c.at < len(c.spans) {
		span := c.spans[c.at]
		if c.next(c.at, -1) < 0 {
			span[0] = 0 // what stands before the first fact shows with it
		}
		c.scroll = c.scroll.Reveal(span[0], span[1], len(c.lines), c.h)
	}
	c.view = c.t.Scrolled(c.lines, c.scroll, c.w, c.h)
}

// View draws the card. Everything was laid out when it changed.
func (c *Card) View() draw.Block { return c.view }

// Hints gives the keys of cards.
func (c *Card) Hints() []keys.Hint { return keys.Hints(keys.In(keys.Move), nil) }
