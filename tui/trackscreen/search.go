package trackscreen

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
)

const (
	margin     = 100     // so many rows are kept ready below what shows
	everything = 1 << 30 // rows
)

// answerMsg is what an appliance answered.
type answerMsg struct {
	number int
	answer tracking.Answer
}

// timerMsg says that something is due, or that a second went by while something is waited for.
type timerMsg struct{ id int }

// begin starts the search of the line.
func (s *Screen) begin() tea.Cmd {
	query, err := esa.ParseFilter(s.line.Value(), s.o.Now(), s.o.Zone)
	if s.wrong = err; err != nil {
		s.editing = true
		return nil
	}
	s.editing = false
	s.number++
	s.end()
	ctx, cancel := context.WithCancel(s.work.Context())
	s.end = cancel
	s.ask = func(f tracking.Fetch) tea.Cmd {
		number := s.number
		return s.work.Cmd(ctx, tracking.PagePatience, func(ctx context.Context) tea.Msg {
			return answerMsg{number, f.Do(ctx)}
		})
	}
	s.search = tracking.New(query, s.o.Sources, s.o.Now())
	s.search.Want(s.room())
	s.sayEmpty()
	s.old = s.asked == s.line.Value() // the same once more: what is there stays until the answer comes
	s.asked = s.line.Value()
	if s.old {
		return s.step()
	}
	return tea.Batch(s.table.Reset(nil), s.step())
}

// room is how many rows are wanted where the selection stands.
func (s *Screen) room() int {
	if s.table.Filter() != "" && s.table.Len()-s.table.At() > s.h {
		return 0
	}
	if s.table.Filter() != "" {
		return s.table.Total() + 1
	}
	return s.table.At() + max(s.h, 1) + margin
}

// ahead fetches further pages when the end of what is here comes near.
func (s *Screen) ahead() tea.Cmd {
	if s.search == nil || s.search.Complete() {
		return nil
	}
	s.search.Want(s.room())
	return s.step()
}

// step asks what is to be asked now, and sees to it that it goes on when something is due later.
func (s *Screen) step() tea.Cmd {
	s.now = s.o.Now()
	var cmds []tea.Cmd
	for _, f := range s.search.Next(s.now) {
		cmds = append(cmds, s.ask(f))
	}
	return tea.Batch(append(cmds, s.schedule())...)
}

// schedule sets the timer anew.
func (s *Screen) schedule() tea.Cmd {
	s.timer++
	wake := s.search.Wake(s.now)
	if s.waits() {
		if second := s.now.Add(time.Second); wake.IsZero() || second.Before(wake) {
			wake = second
		}
	}
	if wake.IsZero() {
		return nil
	}
	return intent.After(s.work.Context(), wake.Sub(s.now), timerMsg{s.timer})
}

// waits tells that the time that goes by shows on the screen.
func (s *Screen) waits() bool {
	if p := s.page; p != nil && (!p.asked.IsZero() || !p.retryAt.IsZero()) {
		return true
	}
	return s.search.Working() || slices.ContainsFunc(s.search.Sources(), func(x tracking.SourceStatus) bool { return !x.RetryAt.IsZero() })
}

func (s *Screen) tick(m timerMsg) tea.Cmd {
	if m.id != s.timer || s.search == nil {
		return nil
	}
	s.ticks++
	s.now = s.o.Now()
	if s.page != nil && s.waits() {
		s.page.layout(s.w, s.h)
	}
	change := s.search.Reveal(s.o.Now())
	return tea.Batch(s.show(change), s.step())
}

func (s *Screen) answer(m answerMsg) tea.Cmd {
	if m.number != s.number {
		return nil
	}
	before := s.table.Selected()
	now := s.o.Now()
	cmd := s.show(s.search.Apply(m.answer, now))
	s.lamp = intent.Light{State: lampOf(s.search.Sources()), At: now}
	s.sayEmpty()
	if r := s.table.Selected(); before == nil && r != nil {
		if r.Host != "" {
			s.table.ShowColumn("Gateway", true) // an SMA names its gateways
		}
		cmd = tea.Batch(cmd, s.tellSelected())
	}
	return tea.Batch(cmd, s.step())
}

// show puts what changed into the table. While one looks at the top, new rows come into view.
func (s *Screen) show(c tracking.Change) tea.Cmd {
	switch {
	case s.old && (c.Any() || s.search.Complete()):
		s.old = false
		return s.table.Replace(slices.Clone(s.search.Rows()))
	case c.Replaced:
		top := s.table.At() == 0
		cmd := s.table.Replace(slices.Clone(s.search.Rows()))
		if top && s.search.Following() {
			s.table.ToTop()
		}
		return cmd
	case len(c.Appended) > 0:
		return s.table.Append(c.Appended)
	}
	return nil
}

// follow begins to look for new messages, or ends it.
func (s *Screen) follow() tea.Cmd {
	s.search.Follow(!s.search.Following(), s.o.Now())
	return s.step()
}
