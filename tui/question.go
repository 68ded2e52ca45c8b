package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
)

// question is an open question. Only y says yes, whatever key asked; everything that people press to
// get away says no.
type question struct{ intent.Ask }

// quitMsg leaves the app without another question.
type quitMsg struct{}

// answer takes a key for the open question.
func (a *app) answer(k tea.KeyMsg) tea.Cmd {
	q := a.question
	switch k.String() {
	case "y", "Y":
		a.question = nil
		if _, leave := q.Then.(quitMsg); leave {
			return tea.Quit
		}
		return intent.Cmd(q.Then)
	case "n", "N", "esc", "enter", "backspace", "q":
		a.question = nil
	case "ctrl+c":
		a.question = nil
		if _, leave := q.Then.(quitMsg); leave {
			return tea.Quit
		}
	}
	return nil
}

// leave quits, after a question when something runs.
func (a *app) leave() tea.Cmd {
	what := a.runs()
	if what == "" {
		return tea.Quit
	}
	lines := []safetext.Text{
		safetext.Known("Leaving waits for no answer, so that nobody may know whether it was"),
		safetext.Known("done. The history keeps what was asked for."),
	}
	if what == verifying {
		lines = []safetext.Text{
			safetext.Known("It is stopped. If its mail has left, it can be continued later"),
			safetext.Known("without sending again: ctrace history shows its token."),
		}
	}
	a.question = &question{intent.Ask{Title: "Leave while " + what + "?", Lines: lines, Yes: "leave", Then: quitMsg{}}}
	return nil
}

func (q *question) draw(t *theme.Theme, cells int) draw.Block {
	var b draw.Block
	b = append(b, draw.Line{})
	for _, l := range q.Lines {
		b = append(b, draw.Para(cells-4, draw.Line{}, t.Text, l)...)
	}
	b = append(b, draw.Line{}, draw.Join(
		t.Title.Lit("y"), draw.Blank(1), t.Text.Text(safetext.Known(q.Yes)), draw.Blank(4),
		t.Accent.Lit("esc"), draw.Blank(1), t.Text.Lit("no, go back"),
	))
	return t.Card(cells, t.Focus, t.Strong.Text(safetext.Line(q.Title)), b)
}
