// Package palette is the command line that ":" opens: every action has a name there, with completion.
package palette

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// most is how many entries show at once.
const most = 8

// Palette is an open command line.
type Palette struct {
	t     *theme.Theme
	hints []keys.Hint
	field *field.Field
	found []keys.Hint
	at    int
}

// Open makes a palette over the actions that can be chosen.
func Open(t *theme.Theme, hints []keys.Hint) *Palette {
	p := &Palette{t: t, hints: hints, field: field.New(t)}
	p.found = keys.Commands(hints, "")
	return p
}

// Update handles a key. closed tells that the palette is done; id is the action that was chosen, or empty.
func (p *Palette) Update(k tea.KeyMsg) (id keys.ID, closed bool) {
	switch k.String() {
	case "esc", "ctrl+c":
		return "", true
	case "enter":
		if p.at < len(p.found) {
			return p.found[p.at].ID, true
		}
		return "", true
	case "tab":
		if p.at < len(p.found) {
			p.field.Set(p.found[p.at].Command)
			p.search()
		}
		return "", false
	case "up", "ctrl+p":
		p.at = max(p.at-1, 0)
		return "", false
	case "down", "ctrl+n":
		p.at = min(p.at+1, max(len(p.found)-1, 0))
		return "", false
	case "backspace":
		if p.field.Value() == "" {
			return "", true
		}
	}
	p.field.Update(k)
	p.search()
	return "", false
}

func (p *Palette) search() {
	p.at, p.found = 0, keys.Commands(p.hints, p.field.Value())
}

// Prompt draws the command line.
func (p *Palette) Prompt(cells int) draw.Line {
	return draw.Join(draw.Blank(1), p.t.Title.Lit(":"), p.field.Draw(cells-2))
}

// List draws the entries that match, for the place above the command line.
func (p *Palette) List(cells int) draw.Block {
	var b draw.Block
	first := max(0, min(p.at-most/2, len(p.found)-most))
	for i := first; i < min(first+most, len(p.found)); i++ {
		b = append(b, p.entry(i))
	}
	if len(b) == 0 {
		b = append(b, p.t.Dim.Lit("no such command; esc goes back"))
	}
	return p.t.Card(cells, p.t.Focus, p.t.Title.Lit("Commands"), b)
}

func (p *Palette) entry(i int) draw.Line {
	h := p.found[i]
	mark, name, words := draw.Blank(1), p.t.Accent, p.t.Text
	if i == p.at {
		mark, name = p.t.Mark(p.t.Accent, p.t.Marks.Select), p.t.Title
	}
	text := h.Long
	if h.Reason != "" {
		name, words = p.t.Dim, p.t.Dim
		text = "(" + h.Reason + ")"
	}
	return draw.Join(mark, name.Text(safetext.Known(h.Command).Pad(20)), words.Text(safetext.Known(text)),
		draw.Blank(2), p.t.Dim.Text(safetext.Known(h.Show)))
}
