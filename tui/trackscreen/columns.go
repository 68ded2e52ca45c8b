package trackscreen

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/keys"
	"ctrace/tui/table"
	"ctrace/tui/theme"
)

// columnList chooses the columns of the list.
type columnList struct {
	t     *theme.Theme
	table *table.Table[row]
	at    int
}

func (c *columnList) update(k tea.KeyMsg) (cmd tea.Cmd, closed bool) {
	all := c.table.Columns()
	switch k.String() {
	case "esc", "enter", "q", "C":
		return nil, true
	case "up", "k":
		c.at = max(0, c.at-1)
	case "down", "j":
		c.at = min(c.at+1, len(all)-1)
	case " ":
		c.table.ShowColumn(all[c.at].Title, !all[c.at].Shown)
	}
	return nil, false
}

func (c *columnList) draw(_, _ int) draw.Block {
	t := c.t
	const cells = 40
	var b draw.Block
	for i, x := range c.table.Columns() {
		mark, style, tick, note := draw.Blank(1), t.Text, draw.Blank(1), draw.Line{}
		if i == c.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Title
		}
		if x.Shown {
			tick = t.Mark(t.Accent, t.Marks.Done)
			if !x.Room {
				note = t.Dim.Lit("no room")
			}
		}
		b = append(b, draw.Spread(cells-4, draw.Join(mark, tick, draw.Blank(1), style.Text(safetext.Known(x.Title))), note))
	}
	return t.Card(cells, t.Focus, t.Strong.Lit("Columns"), b)
}

func (c *columnList) hints() []keys.Hint { return keys.Text("space", "show or hide", "esc", "back") }
