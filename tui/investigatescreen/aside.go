package investigatescreen

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// small is how many observables and sightings a subject may have for what shows of it to be made at once.
// Of more it is made beside the app, so that no message takes long, however much is known.
const small = 500

// asidePatience is how long reading what is known may take.
const asidePatience = time.Minute

// asideMsg is the answer of work that has read what is known.
type asideMsg struct {
	visit *visit
	msg   tea.Msg
}

// aside reads what is known of a visit beside the app. Until the answer is in, nothing is added to it: what
// comes in the meantime waits.
func (s *Screen) aside(v *visit, read func() tea.Msg) tea.Cmd {
	v.readers++
	return s.work.Cmd(s.work.Context(), asidePatience, func(context.Context) tea.Msg { return asideMsg{v, read()} })
}

// asideDone takes the answer, and what waited for it.
func (s *Screen) asideDone(m asideMsg) tea.Cmd {
	v := m.visit
	v.readers--
	cmd := s.update(m.msg)
	if v.readers > 0 || v.held == nil {
		return cmd
	}
	held := *v.held
	v.held = nil
	return tea.Batch(cmd, func() tea.Msg { return held })
}
