// Package table is a table for many rows: it draws only the rows that show, keeps what it drew, and
// filters and sorts outside of Update, so that no key takes longer because there are more rows.
//
// A table owns the order, the selection, the marks and the filter. Its rows are pointers that are
// never changed after they were given to it; a changed row is a new pointer.
package table

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// Column is one column of rows of type R.
type Column[R any] struct {
	Title string
	Width int // wanted, in cells
	Min   int // it is never narrower, but left out when there is no room at all
	Grow  bool
	Right bool // aligned to the right
	// Keep is how much the column matters: when there is no room, those with the lowest go first.
	Keep  int
	Cell  func(*R) safetext.Text
	Style func(*R) draw.Style // nil: ordinary text
	Order func(a, b *R) int   // nil: the column cannot be sorted by
}

// Options is what a table is made from.
type Options[R any] struct {
	Theme   *theme.Theme
	Columns []Column[R]
	ID      func(*R) string // unique; marks and selection hold on to it
	Text    func(*R) string // what the filter looks through
	Empty   safetext.Text   // what is said when there is no row
	NoMatch safetext.Text   // what is said when the filter leaves none; there are words for it without
}

// Table is the state of a table. Its methods are called from Update only; View is pure.
type Table[R any] struct {
	o    Options[R]
	w, h int

	rows   []*R
	order  []int32 // the rows that show, in order; nil: all, as they came
	at     int     // the selected one, in what shows
	scroll draw.Scroll
	ticked map[string]bool

	hidden   map[int]bool // columns that were taken away
	sort     int          // column, -1: as they came
	reverse  bool
	filter   string // what is filtered by
	field    *field.Field
	request  int // number of the newest arranging; older answers are dropped
	arranges bool

	widths  []int // of the columns that are shown, 0 for those that are not
	drawn   map[drawnKey]draw.Line
	blurred bool // something else has the focus
	view    draw.Block
}

type drawnKey struct {
	row      int32
	selected bool
	ticked   bool
}

// mostDrawn is how many drawn rows are kept.
const mostDrawn = 1024

// New makes an empty table.
func New[R any](o Options[R]) *Table[R] {
	return &Table[R]{o: o, sort: -1, ticked: map[string]bool{}, drawn: map[drawnKey]draw.Line{}}
}

// SetSize tells the table how much room it has, its header included.
func (t *Table[R]) SetSize(w, h int) {
	if w != t.w {
		t.widths = t.divide(w)
		clear(t.drawn)
	}
	t.w, t.h = w, h
	t.layout()
}

// SetEmpty changes what is said when there is no row.
func (t *Table[R]) SetEmpty(words safetext.Text) {
	t.o.Empty = words
	t.layout()
}

// SetNoMatch changes what is said when the filter leaves no row.
func (t *Table[R]) SetNoMatch(words safetext.Text) {
	if t.o.NoMatch != words {
		t.o.NoMatch = words
		t.layout()
	}
}

// Len is how many rows show, and Total how many there are.
func (t *Table[R]) Len() int {
	if t.order == nil {
		return len(t.rows)
	}
	return len(t.order)
}

// Total is how many rows there are.
func (t *Table[R]) Total() int { return len(t.rows) }

// Since gives the rows from the nth on, in the order in which they came. They must not be changed.
func (t *Table[R]) Since(n int) []*R { return t.rows[min(n, len(t.rows)):] }

// At is the place of the selected row among those that show.
func (t *Table[R]) At() int { return t.at }

// Selected is the selected row, nil when there is none.
func (t *Table[R]) Selected() *R {
	if i, ok := t.row(t.at); ok {
		return t.rows[i]
	}
	return nil
}

// Marked are the rows that were marked, or the selected one when none of them is here, in the order in
// which they came.
func (t *Table[R]) Marked() []*R {
	var out []*R
	if len(t.ticked) > 0 {
		for _, r := range t.rows {
			if t.ticked[t.o.ID(r)] {
				out = append(out, r)
			}
		}
	}
	if r := t.Selected(); r != nil && len(out) == 0 {
		out = append(out, r)
	}
	return out
}

// Unmark takes all marks away.
func (t *Table[R]) Unmark() {
	clear(t.ticked)
	t.Redraw()
}

// Marks is how many rows are marked.
func (t *Table[R]) Marks() int { return len(t.ticked) }

// Filter is what the rows are filtered by, empty when all show.
func (t *Table[R]) Filter() string { return t.filter }

// row gives the index of the row that shows at a place.
func (t *Table[R]) row(at int) (int32, bool) {
	switch {
	case at < 0 || at >= t.Len():
		return 0, false
	case t.order == nil:
		return int32(at), true
	}
	return t.order[at], true
}

// Reset replaces all rows, and forgets selection and marks.
func (t *Table[R]) Reset(rows []*R) tea.Cmd {
	t.rows, t.order, t.at, t.scroll = rows, nil, 0, draw.Scroll{}
	clear(t.ticked)
	clear(t.drawn)
	return t.arrange()
}

// Append adds rows at the end.
func (t *Table[R]) Append(rows []*R) tea.Cmd {
	t.rows = append(t.rows, rows...)
	if t.order == nil {
		t.layout()
		return nil
	}
	return t.arrange()
}

// Typing tells that keys are text now.
func (t *Table[R]) Typing() bool { return t.field != nil }

// Update handles the keys of tables, clicks, and the table's own answers. handled tells that the message
// was for the table.
func (t *Table[R]) Update(msg tea.Msg) (cmd tea.Cmd, handled bool) {
	switch msg := msg.(type) {
	case arrangedMsg[R]:
		if msg.table != t {
			return nil, false
		}
		t.arranged(msg)
		return nil, true
	case tea.KeyMsg:
		if t.field != nil {
			return t.typed(msg), true
		}
	case tea.MouseMsg:
		if top := t.scroll.Top(); msg.Y >= 1 && msg.Y < t.h {
			t.move(top + msg.Y - 1 - t.at)
			return nil, true
		}
	}
	id, ok := keys.Action(msg, keys.Table, keys.Move)
	if !ok {
		return nil, false
	}
	if rows, ok := keys.Delta(id, t.page()); ok {
		t.move(rows)
		return nil, true
	}
	return t.act(id)
}

func (t *Table[R]) act(id keys.ID) (cmd tea.Cmd, handled bool) {
	switch id {
	case keys.TableFilter:
		t.field = field.New(t.o.Theme)
		t.field.Set(t.filter)
		t.layout()
	case keys.TableSort:
		t.nextSort()
		return t.arrange(), true
	case keys.TableReverse:
		t.reverse = !t.reverse
		return t.arrange(), true
	case keys.TableMark:
		t.mark()
	case keys.TableClear:
		if t.filter == "" && len(t.ticked) == 0 {
			return nil, false // esc is somebody else's then
		}
		t.Unmark()
		t.filter = ""
		return t.arrange(), true
	}
	return nil, true
}

// typed gives a key to the filter.
func (t *Table[R]) typed(k tea.KeyMsg) tea.Cmd {
	switch k.String() {
	case "enter":
		t.field = nil
		t.layout()
		return nil
	case "esc":
		t.field = nil
		t.filter = ""
		return t.arrange()
	}
	t.field.Update(k)
	t.filter = t.field.Value()
	return t.arrange()
}

func (t *Table[R]) page() int { return max(1, t.h-1-t.filterLine()) }

func (t *Table[R]) filterLine() int {
	if t.field != nil || t.filter != "" {
		return 1
	}
	return 0
}

func (t *Table[R]) move(rows int) {
	t.at = max(0, min(t.at+rows, t.Len()-1))
	t.layout()
}

// mark marks the selected row, or takes the mark away, and goes to the next.
func (t *Table[R]) mark() {
	r := t.Selected()
	if r == nil {
		return
	}
	if id := t.o.ID(r); t.ticked[id] {
		delete(t.ticked, id)
	} else {
		t.ticked[id] = true
	}
	t.move(1)
}

// nextSort goes to the next column that can be sorted by; after the last one the rows stand as they came.
func (t *Table[R]) nextSort() {
	for t.sort++; t.sort < len(t.o.Columns); t.sort++ {
		if t.o.Columns[t.sort].Order != nil && t.widths[t.sort] > 0 {
			return
		}
	}
	t.sort, t.reverse = -1, false
}
