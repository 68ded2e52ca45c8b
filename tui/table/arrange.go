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
	lower   []string // of the first rows
	text    func(*R) string
	filter  string
	order   func(a, b *R) int
	reverse bool
}

type arrangedMsg[R any] struct {
	table   *Table[R]
	request int
	lower   []string
	order   []int32
}

// arrange filters and sorts. With many rows the answer comes as a message; until then the rows stand
// as they did.
func (t *Table[R]) arrange() tea.Cmd {
	t.request++
	if t.filter == "" && t.sort < 0 && !t.reverse {
		t.put(nil)
		return nil
	}
	j := job[R]{rows: t.rows, lower: t.lower, text: t.o.Text, filter: strings.ToLower(t.filter), reverse: t.reverse}
	if t.sort >= 0 {
		j.order = t.o.Columns[t.sort].Order
	}
	if len(t.rows) <= fewRows {
		m := j.do()
		t.lower = m.lower
		t.put(m.order)
		return nil
	}
	t.arranges = true
	t.layout()
	request := t.request
	return func() tea.Msg {
		m := j.do()
		m.table, m.request = t, request
		return m
	}
}

func (j job[R]) do() arrangedMsg[R] {
	lower := j.lower
	order := make([]int32, 0, len(j.rows))
	if j.filter == "" {
		for i := range j.rows {
			order = append(order, int32(i))
		}
	} else {
		lower = slices.Grow(slices.Clip(lower), len(j.rows)-len(lower))
		for i, r := range j.rows {
			if i == len(lower) {
				lower = append(lower, strings.ToLower(j.text(r)))
			}
			if strings.Contains(lower[i], j.filter) {
				order = append(order, int32(i))
			}
		}
	}
	if j.order != nil {
		slices.SortStableFunc(order, func(a, b int32) int { return j.order(j.rows[a], j.rows[b]) })
	}
	if j.reverse {
		slices.Reverse(order)
	}
	return arrangedMsg[R]{lower: lower, order: order}
}

// arranged takes the answer of the newest arranging.
func (t *Table[R]) arranged(m arrangedMsg[R]) {
	if m.request != t.request {
		return
	}
	t.lower = m.lower
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
