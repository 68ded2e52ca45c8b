package investigatescreen

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// menu is a list of choices, or a line to type, over the screen.
type menu struct {
	title   string // raw
	note    string // what is said above the choices, raw
	choices []choice
	at      int
	scroll  draw.Scroll

	prompt string       // what is asked for, when there is a field
	field  *field.Field // nil: there are only choices
	typed  func(string) tea.Cmd
}

// choice is something to choose. What it does closes the menu first.
type choice struct {
	label, detail string // raw
	do            func() tea.Cmd
}

func (m *menu) typing() bool { return m.field != nil }

// menuKey gives a key to the menu.
func (s *Screen) menuKey(k tea.KeyMsg) tea.Cmd {
	m := s.menu
	if m.field != nil {
		switch k.String() {
		case "esc":
			s.menu = nil
		case "enter":
			s.menu = nil
			return m.typed(m.field.Value())
		default:
			m.field.Update(k)
		}
		return nil
	}
	id, ok := keys.Action(k, keys.LookMenu, keys.Move)
	if !ok {
		return nil
	}
	if rows, ok := keys.Delta(id, 10); ok {
		m.at = max(0, min(m.at+rows, len(m.choices)-1))
		return nil
	}
	s.menu = nil
	if id == keys.LookChoose && m.at < len(m.choices) {
		return m.choices[m.at].do()
	}
	return nil
}

// ask opens a line to type.
func (s *Screen) ask(title, prompt, value string, typed func(string) tea.Cmd) {
	f := field.New(s.o.Theme)
	f.Set(value)
	s.menu = &menu{title: title, prompt: prompt, field: f, typed: typed}
}

// draw draws the menu as a card.
func (m *menu) draw(s *Screen, cells, rows int) draw.Block {
	t := s.o.Theme
	inner := cells - 4
	var b draw.Block
	if m.field != nil {
		b = append(b, t.Dim.Text(safetext.Known(m.prompt)), m.field.Draw(inner), draw.Line{},
			draw.Join(t.Accent.Lit("enter"), t.Text.Lit(" goes on   "), t.Accent.Lit("esc"), t.Text.Lit(" closes")))
		return t.Card(cells, t.Focus, t.Strong.Text(safetext.Line(m.title)), b)
	}
	if m.note != "" {
		b = append(b, draw.Para(inner, draw.Blank(2), t.Dim, safetext.Line(m.note))...)
		if len(m.choices) > 0 {
			b = append(b, draw.Line{})
		}
	}
	room := max(rows-len(b)-4, 1)
	column := 0 // of the details, behind the longest label
	for _, c := range m.choices {
		column = max(column, safetext.Line(c.label).Width())
	}
	column = min(column, inner*2/3)
	m.scroll = m.scroll.Reveal(m.at, m.at+1, len(m.choices), room)
	for i := m.scroll.Top(); i < min(len(m.choices), m.scroll.Top()+room); i++ {
		c := m.choices[i]
		pick, style := draw.Blank(2), t.Text
		if i == m.at {
			pick, style = draw.Join(t.Mark(t.Accent, t.Marks.Select), draw.Blank(1)), t.Strong
		}
		line := draw.Join(pick, t.Foreign(style, safetext.Line(c.label)).Fit(column))
		if c.detail != "" {
			line = draw.Join(line, draw.Blank(2), t.Foreign(t.Dim, safetext.Line(c.detail)))
		}
		b = append(b, line.Fit(inner))
	}
	leave := draw.Join(t.Accent.Lit("esc"), t.Text.Lit(" closes"))
	if len(m.choices) > 0 {
		leave = draw.Join(t.Accent.Lit("enter"), t.Text.Lit(" chooses   "), leave)
	}
	b = append(b, draw.Line{}, draw.Join(draw.Blank(2), leave))
	return t.Card(cells, t.Focus, t.Strong.Text(safetext.Line(m.title)), b)
}

// notice makes a notice.
func notice(level intent.Level, text string) tea.Cmd {
	return intent.Cmd(intent.Notice{Level: level, Text: safetext.Line(text)})
}
