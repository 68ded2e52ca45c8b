package tui

import (
	"context"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/intent"
)

const (
	noticeTime = 6 * time.Second // an error stays until a key is pressed
	noticeLog  = 50              // how many can be read again
)

// notices is the line at the right of the footer, and those before it.
type notices struct {
	current intent.Notice
	id      int
	past    []intent.Notice
}

// staleMsg says that a notice has been there long enough.
type staleMsg struct{ id int }

func (n *notices) show(ctx context.Context, x intent.Notice) tea.Cmd {
	n.id++
	n.current = x
	n.past = append(n.past, x)
	if len(n.past) > noticeLog {
		n.past = n.past[1:]
	}
	if x.Level == intent.Error {
		return nil
	}
	return intent.After(ctx, noticeTime, staleMsg{n.id})
}

func (n *notices) expire(m staleMsg) {
	if m.id == n.id {
		n.current = intent.Notice{}
	}
}

// read takes an error away: a key was pressed since.
func (n *notices) read() {
	if n.current.Level == intent.Error {
		n.current = intent.Notice{}
	}
}

// log gives the past notices to the inspector, the newest first.
func (n *notices) log() intent.Selected {
	s := intent.Selected{Title: "Messages"}
	for i, past := range slices.Backward(n.past) {
		s.Fields = append(s.Fields, intent.Field{Name: strconv.Itoa(i + 1), Value: past.Text.String()})
	}
	return s
}
