package table

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// fewRows are arranged at once; more of them in a command.
const fewRows = 500

// job is an arranging: which rows show, and in which order. It holds copies and slices that only grow,
// so that it can be done beside the app.
type job[R any] struct {
	rows    []*R
	text    func(*R) string
	filter  string
	order   func(a, b *R) int
	reverse bool
}

type arrangedMsg[R any] struct {
	table   *Table[R]
	request int
	rows    []*R // other rows than the table's; nil when they are those
	order   []int32
}

// arrange filters and sorts. With many rows the answer comes as a message; until then the rows stand
// as they did.
func (t *Table[R]) arrange() tea.Cmd {
	if t.filter == "" && t.sort < 0 && !t.reverse {
		t.request++
		t.put(nil)
		return nil
	}
	return t.arrangeRows(nil)
}

// arrangeRows arranges other rows, or the table's own when they are nil.
func (t *Table[R]) arrangeRows(other []*R) tea.Cmd {
	t.request++
	j := job[R]{rows: other, text: t.o.Text, filter: strings.ToLower(t.filter), reverse: t.reverse}
	if other == nil {
		j.rows = t.rows
	}
	if t.sort >= 0 {
		j.order = t.o.Columns[t.sort].Order
	}
	if len(j.rows) <= fewRows {
		m := j.do()
		m.request, m.rows = t.request, other
		t.arranged(m)
		return nil
	}
	t.arranges = true
	t.layout()
	request := t.request
	return func() tea.Msg {
		m := j.do()
		m.table, m.request, m.rows = t, request, other
		return m
	}
}

func (j job[R]) do() arrangedMsg[R] {
	order := make([]int32, 0, len(j.rows))
	for i, r := range j.rows {
		if j.filter == "" || strings.Contains(strings.ToLower(j.text(r)), j.filter) {
			order = append(order, int32(i))
		}
	}
	if j.order != nil {
		slices.SortStableFunc(order, func(a, b int32) int { return j.order(j.rows[a], j.rows[b]) })
	}
	if j.reverse {
		slices.Reverse(order)
	}
	return arrangedMsg[R]{order: order}
}

// arranged takes the answer of the newest arranging.
func (t *Table[R]) arranged(m arrangedMsg[R]) {
	if m.request != t.request {
		return
	}
	if m.rows != nil {
		t.swap(m.rows, m.order)
		return
	}
	t.put(m.order)
}

// put shows rows in an order, and keeps the selection on the row that it was on when that still shows.
func (t *Table[R]) put(order []int32) {
	selected, had := t.row(t.at)
	t.order, t.arranges = order, false
	switch {
	case !had:
		t.at = 0
	case order == nil:
		t.at = int(selected)
	default:
		t.at = max(0, slices.Index(order, selected))
	}
	t.layout()
}
