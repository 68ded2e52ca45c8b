package investigatescreen

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/keys"
	"ctrace/tui/table"
)

// nothingYet is said where nothing is there while answers still come in.
var nothingYet = safetext.Known("Nothing yet: the modules are asked.")

// tableTab is a tab that is a table. Its rows are never changed: an answer that adds to one makes
// another row.
type tableTab[R any] struct {
	table *table.Table[R]
	id    func(*R) string
	rows  func(s subject, before []*R) []*R // before is what shows now, of the same subject
	pick  func(*R) picked
	empty safetext.Text // what is said when there is no row, and none comes

	touched bool // the user has chosen a row: it stays selected
}

func (t *tableTab[R]) SetSize(w, h int)   { t.table.SetSize(w, h) }
func (t *tableTab[R]) SetFocus(on bool)   { t.table.SetFocus(on) }
func (t *tableTab[R]) View() draw.Block   { return t.table.View() }
func (t *tableTab[R]) Typing() bool       { return t.table.Typing() }
func (t *tableTab[R]) Hints() []keys.Hint { return t.table.Hints() }

func (t *tableTab[R]) Update(msg tea.Msg) (tea.Cmd, bool) {
	cmd, handled := t.table.Update(msg)
	switch msg.(type) {
	case tea.KeyMsg, tea.MouseMsg, keys.Invoked:
		t.touched = t.touched || handled
	}
	return cmd, handled
}

func (t *tableTab[R]) fill(s subject, fresh bool) reading {
	var before []*R
	if !fresh {
		before = t.table.Since(0)
	}
	return func() showing {
		rows := t.rows(s, before)
		return func() tea.Cmd {
			t.table.SetEmpty(t.empty)
			if s.running {
				t.table.SetEmpty(nothingYet)
			}
			if fresh {
				t.touched = false
				return t.table.Reset(rows)
			}
			cmd := t.table.Replace(rows)
			if !t.touched {
				t.table.ToTop()
			}
			return cmd
		}
	}
}

func (t *tableTab[R]) picked() picked {
	if r := t.table.Selected(); r != nil {
		return t.pick(r)
	}
	return picked{}
}

func (t *tableTab[R]) row() string {
	if r := t.table.Selected(); r != nil {
		return t.id(r)
	}
	return ""
}

func (t *tableTab[R]) selectRow(row string) { t.touched = t.table.Select(row) }

// takes keeps the key that takes filter and marks away, as long as there are any.
func (t *tableTab[R]) takes(msg tea.Msg) bool {
	id, _ := keys.Action(msg, keys.Table)
	return id == keys.TableClear && (t.table.Filter() != "" || t.table.Marks() > 0)
}

// newTableTab makes a tab of a table's options.
func newTableTab[R any](o table.Options[R], rows func(s subject, before []*R) []*R, pick func(*R) picked) *tableTab[R] {
	return &tableTab[R]{table: table.New(o), id: o.ID, rows: rows, pick: pick, empty: o.Empty}
}
