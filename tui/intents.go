package tui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/intent"
)

// copyPatience is how long a clipboard program may take.
const copyPatience = 5 * time.Second

// copiedMsg is how a copy went.
type copiedMsg struct {
	what, how string
	err       error
}

// intent does what a screen or panel asked the frame for; ok is false for every other message.
func (a *app) intent(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case intent.Notice:
		return a.notices.show(a.work.Context(), msg), true
	case staleMsg:
		a.notices.expire(msg)
	case intent.OpenPanel:
		a.openAsked(msg)
	case intent.ClosePanel:
		a.closePanel()
	case intent.Copy:
		return a.copy(msg), true
	case copiedMsg:
		return a.notices.show(a.work.Context(), msg.notice()), true
	case intent.Verify:
		return tea.Batch(a.show(0), a.screens[0].pane.update(msg)), true
	case intent.Leave:
		a.leftFor = msg.For
		return a.leave(), true
	case intent.Investigate:
		return a.investigate(msg), true
	case intent.Ask:
		a.question = &question{Ask: msg}
	default:
		return nil, false
	}
	return nil, true
}

// investigate shows the Investigate screen, when there is one, and has it look something up.
func (a *app) investigate(msg intent.Investigate) tea.Cmd {
	i := slices.IndexFunc(a.screens, func(s screen) bool { return s.title == investigateTitle })
	if i < 0 {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known("there is no Threat Response here: see the set-up")})
	}
	return tea.Batch(a.show(i), a.screens[i].pane.update(msg))
}

// openAsked opens a panel for a screen. A quiet one takes the place of no panel that is worked in, and leaves
// the focus where it is when there is room beside the screen; over the screen it has the focus, so that esc
// closes it.
func (a *app) openAsked(o intent.OpenPanel) {
	if !o.Quiet {
		a.open(o.Panel)
		return
	}
	if !a.focused {
		a.open(o.Panel)
		a.focused = !a.geometry().Beside
	}
}

func (a *app) copy(c intent.Copy) tea.Cmd {
	copier := a.clip
	return a.work.Cmd(a.work.Context(), copyPatience, func(ctx context.Context) tea.Msg {
		how, err := copier.Copy(ctx, c.Value)
		return copiedMsg{what: c.What, how: how, err: err}
	})
}

func (c copiedMsg) notice() intent.Notice {
	if c.err != nil {
		return intent.Notice{Level: intent.Error, Text: safetext.Line("copying failed: " + c.err.Error())}
	}
	return intent.Notice{Text: safetext.Line("copied the " + c.what + " (" + c.how + " clipboard)")}
}
