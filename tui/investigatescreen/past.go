package investigatescreen

import (
	"context"
	"encoding/json"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/history"
	"ctrace/internal/report"
	"ctrace/tui/intent"
)

// pastLook is an earlier look-up.
type pastLook struct {
	at    time.Time
	query string
}

// mostPast is how many earlier look-ups are offered.
const mostPast = 50

// pastMsg are the earlier look-ups out of the history, the latest first.
type pastMsg struct {
	looks []pastLook
	err   error
}

// loadPast reads the earlier look-ups, once.
func (s *Screen) loadPast() tea.Cmd {
	if s.o.Journal == nil || s.past != nil {
		return nil
	}
	journal := s.o.Journal
	return s.work.Cmd(s.work.Context(), patience, func(ctx context.Context) tea.Msg {
		entries, err := journal.Investigations(ctx, history.Filter{Limit: 4 * mostPast})
		m := pastMsg{looks: []pastLook{}, err: err}
		known := map[string]bool{}
		for _, e := range entries {
			if !known[e.Query] && len(m.looks) < mostPast {
				known[e.Query] = true
				m.looks = append(m.looks, pastLook{e.At, e.Query})
			}
		}
		return m
	})
}

func (s *Screen) takePast(m pastMsg) {
	if m.err == nil && s.past == nil {
		s.past = m.looks
		s.line.SetPast(s.pastQueries())
	}
}

func (s *Screen) pastQueries() []string {
	out := make([]string, len(s.past))
	for i, p := range s.past {
		out[i] = p.query
	}
	return out
}

// remember puts a look-up that has ended before the earlier ones, and into the history.
func (s *Screen) remember(v *visit) tea.Cmd {
	looks := []pastLook{{v.began, v.query}}
	for _, p := range s.past {
		if p.query != v.query && len(looks) < mostPast {
			looks = append(looks, p)
		}
	}
	s.past = looks
	if s.o.Journal == nil {
		return nil
	}
	entry := history.Investigation{At: v.began, Profile: s.o.Profile, Query: v.query}
	journal, inv := s.o.Journal, v.inv // which has ended: nothing changes it any more
	return s.work.Cmd(s.work.Context(), patience, func(ctx context.Context) tea.Msg {
		entry.Summary, _ = json.Marshal(report.Summarize(inv)) // numbers and strings: it cannot fail
		if _, err := journal.AddInvestigation(ctx, entry); err != nil {
			return notice(intent.Warning, "the look-up is not in the history: "+err.Error())()
		}
		return nil
	})
}
