// Package setuppanel is the side panel that guides the set-up of the integration: the eight steps with
// their sub-steps, notes and tips, how the result is proved, and the troubleshooting list.
//
// It shows what package setup holds and changes nothing anywhere.
package setuppanel

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// Options is what the panel shows and how.
type Options struct {
	Theme    *theme.Theme
	Language setup.Language
	Region   setup.Region
	Products setup.Products
}

// Panel is the set-up panel: a list of entries, and one of them open.
type Panel struct {
	o       Options
	w, h    int
	entries []entry
	at      int  // the selected entry
	open    bool // it is shown instead of the list

	page   draw.Block // what is shown: the list or the open entry
	rows   []int      // of the list: the line on which each entry stands
	values []string   // of the open entry: what can be copied
	copied int        // how many copies were asked of the open entry
	scroll draw.Scroll
}

// New makes the panel, with its list shown.
func New(o Options) *Panel {
	return &Panel{o: o, entries: entries(o)}
}

// SetSize tells the panel how much room it has, in cells.
func (p *Panel) SetSize(w, h int) {
	p.w, p.h = w, h
	p.layout()
}

// Typing tells that keys are text; never here.
func (p *Panel) Typing() bool { return false }

// Update handles the keys of the panel and intent.Step.
func (p *Panel) Update(msg tea.Msg) (*Panel, tea.Cmd) {
	if step, ok := msg.(intent.Step); ok && step.Number >= 1 && step.Number <= len(p.entries) {
		p.show(step.Number - 1)
		return p, nil
	}
	id, ok := keys.Action(msg, keys.Setup, keys.Move)
	if !ok {
		return p, nil
	}
	if rows, ok := keys.Delta(id, p.h); ok {
		p.move(rows)
		return p, nil
	}
	switch id {
	case keys.SetupEnter:
		if !p.open {
			p.show(p.at)
		}
	case keys.SetupBack:
		if !p.open {
			return p, intent.Cmd(intent.ClosePanel{})
		}
		p.open = false
		p.layout()
	case keys.SetupNext:
		p.show(min(p.at+1, len(p.entries)-1))
	case keys.SetupPrev:
		p.show(max(p.at-1, 0))
	case keys.SetupCopy:
		return p, p.copyNext()
	}
	return p, nil
}

func (p *Panel) show(i int) {
	p.at, p.open, p.copied = i, true, 0
	p.scroll = draw.Scroll{}
	p.layout()
}

// move goes through the list, or scrolls the open entry.
func (p *Panel) move(rows int) {
	if p.open {
		p.scroll = p.scroll.By(rows, len(p.page), p.h)
		return
	}
	p.at = min(max(0, p.at+rows), len(p.entries)-1)
	p.layout()
}

// copyNext asks to copy one value of the open entry, the next one each time.
func (p *Panel) copyNext() tea.Cmd {
	if !p.open || len(p.values) == 0 {
		return intent.Cmd(intent.Notice{Text: safetext.Known("nothing to copy here: open a step that shows values")})
	}
	i := p.copied % len(p.values)
	p.copied++
	what := "value"
	if len(p.values) > 1 {
		what = "value " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(p.values))
	}
	return intent.Cmd(intent.Copy{What: what, Value: p.values[i]})
}

// layout builds what is shown; View only cuts a window out of it.
func (p *Panel) layout() {
	if p.w <= 0 || p.h <= 0 {
		return
	}
	if p.open {
		p.page, p.values = p.entries[p.at].page(p.o, p.w)
		p.scroll = p.scroll.By(0, len(p.page), p.h)
		return
	}
	p.page, p.rows = list(p.o, p.entries, p.at, p.w)
	row := p.rows[p.at]
	if p.at == 0 {
		row = 0 // with the heading
	}
	p.scroll = p.scroll.Reveal(row, p.rows[p.at]+1, len(p.page), p.h)
}

// View draws the panel.
func (p *Panel) View() string {
	return p.o.Theme.Scrolled(p.page, p.scroll, p.w, p.h).String()
}

// ShortHelp gives the keys for the footer.
func (p *Panel) ShortHelp() []keys.Hint { return keys.Footer(p.hints()) }

// FullHelp gives every key of the panel.
func (p *Panel) FullHelp() []keys.Hint {
	return append(p.hints(), keys.Hints(keys.In(keys.Move), nil)...)
}

func (p *Panel) hints() []keys.Hint {
	return keys.Hints(keys.In(keys.Setup), func(id keys.ID) string {
		switch {
		case id == keys.SetupEnter && p.open:
			return "it is open"
		case id == keys.SetupCopy && (!p.open || len(p.values) == 0):
			return "there is no value to copy here"
		case id == keys.SetupNext && (!p.open || p.at == len(p.entries)-1):
			return "there is no next one"
		case id == keys.SetupPrev && (!p.open || p.at == 0):
			return "there is no previous one"
		}
		return ""
	})
}
