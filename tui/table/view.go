package table

import (
	"strconv"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/keys"
)

// gap is the blanks between two columns; the marks take two cells before the first.
const (
	gap   = 2
	marks = 2
)

// divide gives each column its width. When there is no room the columns shrink towards their least
// width, and those that matter least go; what is left over goes to those that grow.
func (t *Table[R]) divide(w int) []int {
	widths := make([]int, len(t.o.Columns))
	for i, c := range t.o.Columns {
		if !t.hidden[i] {
			widths[i] = c.Width
		}
	}
	for {
		over := t.taken(widths) - w
		if over <= 0 {
			break
		}
		if over -= t.shrink(widths, over); over <= 0 {
			break
		}
		if !t.drop(widths) {
			break
		}
	}
	t.grow(widths, w-t.taken(widths))
	return widths
}

func (t *Table[R]) taken(widths []int) int {
	n := marks
	for _, w := range widths {
		if w > 0 {
			n += w + gap
		}
	}
	return n - gap + 1 // one cell of slack at the right edge: terminals disagree on emoji
}

// shrink takes cells from the columns that are wider than they need to be: those that grow first, and of
// them the one with the most to spare.
func (t *Table[R]) shrink(widths []int, over int) (got int) {
	for _, growing := range []bool{true, false} {
		for got < over {
			widest, spare := -1, 0
			for i, w := range widths {
				c := t.o.Columns[i]
				if s := w - c.Min; w > 0 && c.Grow == growing && s > spare {
					widest, spare = i, s
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
			got++
		}
	}
	return got
}

// drop leaves out the column that matters least, and gives the others their wanted width again.
func (t *Table[R]) drop(widths []int) bool {
	least, shown := -1, 0
	for i, w := range widths {
		if w == 0 {
			continue
		}
		shown++
		if least < 0 || t.o.Columns[i].Keep <= t.o.Columns[least].Keep {
			least = i
		}
	}
	if shown < 2 {
		return false
	}
	widths[least] = 0
	for i := range widths {
		if widths[i] > 0 {
			widths[i] = t.o.Columns[i].Width
		}
	}
	return true
}

func (t *Table[R]) grow(widths []int, rest int) {
	var growing []int
	for i, w := range widths {
		if w > 0 && t.o.Columns[i].Grow {
			growing = append(growing, i)
		}
	}
	for n := 0; n < rest && len(growing) > 0; n++ {
		widths[growing[n%len(growing)]]++
	}
}

// View draws the table. Everything was laid out when it changed.
func (t *Table[R]) View() draw.Block { return t.view }

func (t *Table[R]) layout() {
	if t.w <= 0 || t.h <= 0 {
		return
	}
	page := t.page()
	t.at = max(0, min(t.at, t.Len()-1))
	t.scroll = t.scroll.Reveal(t.at, t.at+1, t.Len(), page)
	b := draw.Block{t.header()}
	if t.Len() == 0 {
		b = append(b, draw.Line{})
		b = append(b, draw.Para(t.w-marks, draw.Blank(marks), t.o.Theme.Dim, t.nothing())...)
	}
	for at := t.scroll.Top(); at < min(t.Len(), t.scroll.Top()+page); at++ {
		b = append(b, t.line(at))
	}
	b = b.Fit(t.w, t.h)
	if t.filterLine() > 0 {
		b[t.h-1] = t.filterPrompt()
	}
	t.view = b
}

func (t *Table[R]) nothing() safetext.Text {
	switch {
	case t.filter == "":
		return t.o.Empty
	case t.o.NoMatch.Width() > 0:
		return t.o.NoMatch
	}
	return safetext.Known("No row holds what you filter by.")
}

func (t *Table[R]) header() draw.Line {
	th := t.o.Theme
	parts := []draw.Line{draw.Blank(marks)}
	for i, c := range t.o.Columns {
		if t.widths[i] == 0 {
			continue
		}
		title, style := c.Title, th.Dim
		if i == t.sort {
			style = th.Accent
			mark := th.Marks.Down
			if t.reverse {
				mark = th.Marks.Up
			}
			title += " " + mark
		}
		parts = append(parts, style.Text(align(safetext.Known(title), t.widths[i], c.Right)), draw.Blank(gap))
	}
	return draw.Join(parts[:len(parts)-1]...).Fit(t.w)
}

func align(x safetext.Text, w int, right bool) safetext.Text {
	if right {
		return x.PadLeft(w)
	}
	return x.Pad(w)
}

// line draws a row, or gives it as it was drawn before.
func (t *Table[R]) line(at int) draw.Line {
	i, _ := t.row(at)
	r := t.rows[i]
	k := drawnKey{row: i, selected: at == t.at, ticked: len(t.ticked) > 0 && t.ticked[t.o.ID(r)]}
	if l, ok := t.drawn[k]; ok {
		return l
	}
	if len(t.drawn) >= mostDrawn {
		clear(t.drawn)
	}
	l := t.drawRow(r, k)
	t.drawn[k] = l
	return l
}

func (t *Table[R]) drawRow(r *R, k drawnKey) draw.Line {
	th := t.o.Theme
	parts := make([]draw.Line, 0, 2*len(t.o.Columns)+2)
	mark, tick, text := draw.Blank(1), draw.Blank(1), th.Text
	if k.selected {
		mark = th.Mark(th.Dim, th.Marks.Select)
		if !t.blurred {
			mark, text = th.Mark(th.Accent, th.Marks.Select), th.Strong
		}
	}
	if k.ticked {
		tick = th.Mark(th.Accent, th.Marks.Ticked)
	}
	parts = append(parts, mark, tick)
	hostile := false
	for i, c := range t.o.Columns {
		if t.widths[i] == 0 {
			continue
		}
		style := text
		if c.Style != nil {
			style = c.Style(r)
		}
		x := c.Cell(r)
		hostile = hostile || x.Hostile()
		parts = append(parts, style.Text(align(x, t.widths[i], c.Right)), draw.Blank(gap))
	}
	if hostile && !k.ticked { // the row tries tricks: say so where marks stand
		parts[1] = th.Mark(th.Warn, th.Marks.Hostile)
	}
	return draw.Join(parts[:len(parts)-1]...).Fit(t.w)
}

// filterPrompt is the last line while there is a filter: what is typed and how many rows are left.
func (t *Table[R]) filterPrompt() draw.Line {
	th := t.o.Theme
	count := strconv.Itoa(t.Len()) + " of " + strconv.Itoa(t.Total())
	if t.arranges {
		count = "looking"
	}
	right := th.Dim.Text(safetext.Known(count + " "))
	room := max(t.w-right.Width()-marks-1, 1)
	left := th.Text.Text(safetext.Line(t.filter)).Fit(room)
	if t.field != nil {
		left = t.field.Draw(room)
	}
	return draw.Spread(t.w, draw.Join(th.Title.Lit(" /"), left), right)
}

// Hints gives the keys of tables.
func (t *Table[R]) Hints() []keys.Hint {
	return keys.Hints(keys.In(keys.Table, keys.Move), func(id keys.ID) string {
		switch {
		case id == keys.TableClear && t.filter == "" && len(t.ticked) == 0:
			return "there is no filter and no mark"
		case id == keys.TableMark && t.Len() == 0:
			return "there is no row"
		}
		return ""
	})
}
