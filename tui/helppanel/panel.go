// Package helppanel is the side panel that lists every key that works here and now, and why one does not.
package helppanel

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// Panel is the help panel. The app tells it what to show with Set.
type Panel struct {
	t      *theme.Theme
	w, h   int
	hints  []keys.Hint
	lines  draw.Block
	scroll draw.Scroll
}

// New makes the panel, empty.
func New(t *theme.Theme) *Panel { return &Panel{t: t} }

// Set gives the panel the keys to show, in the order of their scopes.
func (p *Panel) Set(hints []keys.Hint) {
	p.hints = hints
	p.layout()
}

// SetSize tells the panel how much room it has, in cells.
func (p *Panel) SetSize(w, h int) {
	p.w, p.h = w, h
	p.layout()
}

// Typing tells that keys are text; never here.
func (p *Panel) Typing() bool { return false }

// Update handles the keys of the panel.
func (p *Panel) Update(msg tea.Msg) (*Panel, tea.Cmd) {
	id, ok := keys.Action(msg, keys.Panel, keys.Move)
	if !ok {
		return p, nil
	}
	if rows, ok := keys.Delta(id, p.h); ok {
		p.scroll = p.scroll.By(rows, len(p.lines), p.h)
		return p, nil
	}
	if id == keys.PanelClose {
		return p, intent.Cmd(intent.ClosePanel{})
	}
	return p, nil
}

func (p *Panel) layout() {
	p.lines = nil
	if p.w <= 0 || p.h <= 0 {
		return
	}
	var scope keys.Scope
	for _, h := range p.hints {
		if h.Scope != scope {
			scope = h.Scope
			if len(p.lines) > 0 {
				p.lines = append(p.lines, draw.Line{})
			}
			p.lines = append(p.lines, p.t.Title.Text(safetext.Known(" "+string(scope))))
		}
		p.lines = append(p.lines, p.line(h)...)
	}
	p.scroll = p.scroll.By(0, len(p.lines), p.h)
}

// line draws a key with what it does; one that does nothing now is dim and says why.
func (p *Panel) line(h keys.Hint) draw.Block {
	key, text := p.t.Accent, p.t.Text
	words := h.Long
	if h.Command != "" {
		words += "  :" + h.Command
	}
	if h.Reason != "" {
		key, text = p.t.Dim, p.t.Dim
		words = h.Long + " (" + h.Reason + ")"
	}
	first := draw.Join(draw.Blank(2), key.Text(safetext.Known(h.Show))).Fit(14)
	return draw.Para(p.w-1, first, text, safetext.Known(words))
}

// View draws the panel.
func (p *Panel) View() string { return p.t.Scrolled(p.lines, p.scroll, p.w, p.h).String() }

// ShortHelp gives the keys for the footer.
func (p *Panel) ShortHelp() []keys.Hint {
	return keys.Footer(keys.Hints(keys.In(keys.Panel), func(id keys.ID) string {
		if id == keys.PanelCopy {
			return "there is no value to copy here"
		}
		return ""
	}))
}

// FullHelp gives every key of the panel.
func (p *Panel) FullHelp() []keys.Hint { return keys.Hints(keys.In(keys.Panel, keys.Move), nil) }
