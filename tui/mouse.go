package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/frame"
	"ctrace/tui/intent"
)

// toggleMouse takes the mouse, or gives it back to the terminal, where it selects text.
func (a *app) toggleMouse() tea.Cmd {
	a.mouse = !a.mouse
	cmd, words := tea.DisableMouse, "the mouse is the terminal's again"
	if a.mouse {
		cmd, words = tea.EnableMouseCellMotion, "the mouse scrolls and clicks; m gives it back"
	}
	return tea.Batch(cmd, intent.Cmd(intent.Notice{Text: safetext.Known(words)}))
}

// mouseEvent scrolls what is under the pointer, and gives the focus to what is clicked.
func (a *app) mouseEvent(m tea.MouseMsg) tea.Cmd {
	if a.question != nil || a.palette != nil || m.Action != tea.MouseActionPress {
		return nil
	}
	onPanel := a.panel != intent.None && (!a.geometry().Beside || m.X > a.geometry().BodyW)
	under := a.screens[a.current].pane
	if onPanel {
		under = a.panels[a.panel]
	}
	switch m.Button {
	case tea.MouseButtonWheelUp:
		return under.update(tea.KeyMsg{Type: tea.KeyUp})
	case tea.MouseButtonWheelDown:
		return under.update(tea.KeyMsg{Type: tea.KeyDown})
	case tea.MouseButtonLeft:
		if m.Y == frame.Top-2 {
			return a.show(frame.TabAt(a.titles(), m.X))
		}
		a.focused = onPanel
		m.X, m.Y = m.X-1, m.Y-frame.Top
		if onPanel && a.geometry().Beside {
			m.X -= a.geometry().BodyW + 1
		}
		return under.update(m)
	}
	return nil
}

func (a *app) titles() []string {
	titles := make([]string, len(a.screens))
	for i, s := range a.screens {
		titles[i] = s.title
	}
	return titles
}
