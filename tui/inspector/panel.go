// Package inspector is the side panel that shows everything known about what is selected, raw values
// made safe, each of which can be copied as it arrived.
package inspector

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// Panel is the inspector.
type Panel struct {
	t        *theme.Theme
	w, h     int
	selected intent.Selected
	at       int
	lines    draw.Block
	spans    [][2]int // lines of each field
	scroll   draw.Scroll
}

// New makes the panel, empty.
func New(t *theme.Theme) *Panel { return &Panel{t: t} }

// SetSize tells the panel how much room it has, in cells.
func (p *Panel) SetSize(w, h int) {
	p.w, p.h = w, h
	p.layout()
}

// Typing tells that keys are text; never here.
func (p *Panel) Typing() bool { return false }

// Update handles the keys of the panel and intent.Selected.
func (p *Panel) Update(msg tea.Msg) (*Panel, tea.Cmd) {
	if selected, ok := msg.(intent.Selected); ok {
		if selected.Before(p.selected) {
			return p, nil
		}
		if selected.Title != p.selected.Title {
			p.at, p.scroll = 0, draw.Scroll{}
		}
		p.selected = selected
		p.at = max(0, min(p.at, len(selected.Fields)-1))
		p.layout()
		return p, nil
	}
	id, ok := keys.Action(msg, keys.Panel, keys.Move)
	if !ok {
		return p, nil
	}
	if rows, ok := keys.Delta(id, p.h); ok {
		p.at = max(0, min(p.at+rows, len(p.selected.Fields)-1))
		p.layout()
		return p, nil
	}
	switch id {
	case keys.PanelClose:
		return p, intent.Cmd(intent.ClosePanel{})
	case keys.PanelCopy:
		if p.at < len(p.selected.Fields) {
			f := p.selected.Fields[p.at]
			return p, intent.Cmd(intent.Copy{What: f.Name, Value: f.Value})
		}
	}
	return p, nil
}

func (p *Panel) layout() {
	p.lines, p.spans = nil, nil
	if p.w <= 0 || p.h <= 0 {
		return
	}
	if len(p.selected.Fields) == 0 {
		p.lines = draw.Para(p.w-2, draw.Blank(1), p.t.Dim, safetext.Known("Nothing is selected, or nothing is known about it yet."))
		return
	}
	column := 0
	for _, f := range p.selected.Fields {
		column = max(column, safetext.Line(f.Name).Width())
	}
	column = 1 + min(max(column, 13), p.w/2) + 2 // after the mark
	p.lines = draw.Block{draw.Join(draw.Blank(1), p.t.Title.Text(safetext.Known(p.selected.Title))), {}}
	for i, f := range p.selected.Fields {
		from := len(p.lines)
		mark, label := draw.Blank(1), p.t.Dim
		if i == p.at {
			mark, label = p.t.Mark(p.t.Accent, p.t.Marks.Select), p.t.Accent
		}
		value := safetext.Line(f.Value)
		first := draw.Join(mark, label.Text(safetext.Line(f.Name))).Fit(column)
		if value.Hostile() {
			first = draw.Join(first, p.t.Mark(p.t.Warn, p.t.Marks.Hostile), draw.Blank(1))
		}
		p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Text, value)...)
		p.spans = append(p.spans, [2]int{from, len(p.lines)})
	}
	span := p.spans[p.at]
	if p.at == 0 {
		span[0] = 0
	}
	p.scroll = p.scroll.Reveal(span[0], span[1], len(p.lines), p.h)
}

// View draws the panel.
func (p *Panel) View() string { return p.t.Scrolled(p.lines, p.scroll, p.w, p.h).String() }

// ShortHelp gives the keys for the footer.
func (p *Panel) ShortHelp() []keys.Hint { return keys.Footer(p.hints()) }

// FullHelp gives every key of the panel.
func (p *Panel) FullHelp() []keys.Hint {
	return append(p.hints(), keys.Hints(keys.In(keys.Move), nil)...)
}

func (p *Panel) hints() []keys.Hint {
	return keys.Hints(keys.In(keys.Panel), func(id keys.ID) string {
		if id == keys.PanelCopy && len(p.selected.Fields) == 0 {
			return "nothing is selected"
		}
		return ""
	})
}
