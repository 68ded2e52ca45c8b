package table

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/draw"
)

// Replace gives the table other rows, which may be some of the same. Marks and the selection hold on to
// their rows by ID, and the selected row stays on its line of the screen, so that rows that come in
// before it do not move what is looked at. When it is gone, the first row is selected.
func (t *Table[R]) Replace(rows []*R) tea.Cmd {
	if t.filter == "" && t.sort < 0 && !t.reverse {
		t.request++
		t.swap(rows, nil)
		return nil
	}
	if rows == nil {
		rows = []*R{}
	}
	return t.arrangeRows(rows)
}

// Select selects the row with an ID; ok is false when it does not show.
func (t *Table[R]) Select(id string) (ok bool) {
	for at := range t.Len() {
		if i, _ := t.row(at); t.o.ID(t.rows[i]) == id {
			t.move(at - t.at)
			return true
		}
	}
	return false
}

// SetFocus tells the table whether it has the focus, which its selection shows. A new table has it.
func (t *Table[R]) SetFocus(focused bool) {
	if t.blurred == focused {
		t.blurred = !focused
		clear(t.drawn)
		t.layout()
	}
}

// ToTop selects the first row.
func (t *Table[R]) ToTop() { t.move(-t.at) }

// swap shows rows in an order.
func (t *Table[R]) swap(rows []*R, order []int32) {
	was, line := t.Selected(), t.at-t.scroll.Top()
	t.rows, t.order, t.arranges = rows, order, false
	clear(t.drawn) // the drawn rows are known by their index
	t.at = 0
	if was != nil {
		t.at = max(0, t.place(was))
	}
	t.scroll = draw.Scroll{}.By(t.at-line, t.Len(), t.page())
	t.layout()
}

// place finds where a row shows now: itself, or the one with its ID; -1 when it does not.
func (t *Table[R]) place(r *R) int {
	i := slices.Index(t.rows, r)
	if i < 0 {
		id := t.o.ID(r)
		i = slices.IndexFunc(t.rows, func(other *R) bool { return t.o.ID(other) == id })
	}
	if i < 0 || t.order == nil {
		return i
	}
	return slices.Index(t.order, int32(i))
}
