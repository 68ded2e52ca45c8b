package trackscreen

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// prompt asks for one line.
type prompt struct {
	t     *theme.Theme
	title string
	help  string
	field *field.Field
	next  func(value string) string // what tab makes of the value; nil: nothing
	done  func(value string) tea.Cmd
}

func (s *Screen) newPrompt(title, help, value string, done func(string) tea.Cmd) *prompt {
	p := &prompt{t: s.o.Theme, title: title, help: help, field: field.New(s.o.Theme), done: done}
	p.field.Set(value)
	return p
}

func (p *prompt) update(k tea.KeyMsg) (cmd tea.Cmd, closed bool) {
	switch k.String() {
	case "esc":
		return nil, true
	case "enter":
		if p.field.Value() == "" {
			return nil, false
		}
		return p.done(p.field.Value()), true
	case "tab":
		if p.next != nil {
			p.field.Set(p.next(p.field.Value()))
		}
	default:
		p.field.Update(k)
	}
	return nil, false
}

func (p *prompt) draw(w, _ int) draw.Block {
	cells := min(w, 76)
	return p.t.Card(cells, p.t.Focus, p.t.Strong.Text(safetext.Known(p.title)), draw.Block{
		p.field.Draw(cells - 4), p.t.Dim.Text(safetext.Known(p.help)),
	})
}

func (p *prompt) hints() []keys.Hint {
	if p.next != nil {
		return keys.Text("enter", "write", "tab", "other format", "esc", "back")
	}
	return keys.Text("enter", "save", "esc", "back")
}

// doneMsg says how something ended that only the footer tells.
type doneMsg struct{ notice intent.Notice }

func done(level intent.Level, text string) doneMsg {
	return doneMsg{intent.Notice{Level: level, Text: safetext.Line(text)}}
}
