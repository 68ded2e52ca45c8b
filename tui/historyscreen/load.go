package historyscreen

import (
	"context"
	"encoding/json"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/history"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/say"
	"ctrace/tui/verifyscreen"
)

type listedMsg struct {
	request int
	items   []*item
	err     error
}

type openedMsg struct {
	request int
	events  []verify.Event
	err     error
}

// load reads the list of runs.
func (s *Screen) load() tea.Cmd {
	s.request++
	s.loading = true
	store, request, zone := s.o.Store, s.request, s.o.Zone
	return s.work.Cmd(s.work.Context(), patience, func(ctx context.Context) tea.Msg {
		runs, err := store.List(ctx, history.Filter{Limit: -1})
		items := make([]*item, len(runs))
		for i, r := range runs {
			items[i] = newItem(r, zone)
		}
		return listedMsg{request, items, err}
	})
}

// get reads one run with its events.
func (s *Screen) get(token string) tea.Cmd {
	s.request++
	store, request := s.o.Store, s.request
	return s.work.Cmd(s.work.Context(), patience, func(ctx context.Context) tea.Msg {
		_, kept, err := store.Get(ctx, token)
		events := make([]verify.Event, 0, len(kept))
		for _, k := range kept {
			// What a newer version wrote and this one does not know is left out.
			if e, err := verify.UnmarshalEvent(k.Data); err == nil {
				events = append(events, e)
			}
		}
		return openedMsg{request, events, err}
	})
}

func (s *Screen) listedRuns(m listedMsg) tea.Cmd {
	if m.request != s.request {
		return nil
	}
	s.loading, s.failure = false, ""
	if m.err != nil {
		s.failure = m.err.Error()
		return nil
	}
	return s.table.Reset(m.items)
}

func (s *Screen) opened(m openedMsg) tea.Cmd {
	switch {
	case m.request != s.request:
		return nil
	case m.err != nil:
		return intent.Cmd(intent.Notice{Level: intent.Error, Text: safetext.Line(m.err.Error())})
	case len(m.events) == 0:
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known("nothing was kept of this run")})
	}
	s.open = verifyscreen.New(s.work.Context(), verifyscreen.Options{Theme: s.o.Theme, Now: s.o.Now, Zone: s.o.Zone, Past: true})
	s.open.Replay(m.events)
	s.open.SetSize(s.w, s.h)
	return nil
}

// head is the heading of the list: how many runs there are, or why there are none.
func (s *Screen) head() draw.Line {
	t := s.o.Theme
	title := draw.Join(draw.Blank(1), t.Title.Lit("Past verifications"))
	right := t.Dim.Text(say.Count(s.table.Total(), "run"))
	switch {
	case s.failure != "":
		right = draw.Join(t.Mark(t.Bad, t.Marks.Failed), draw.Blank(1), t.Foreign(t.Bad, safetext.Line(s.failure)))
	case s.loading && s.table.Total() == 0:
		right = t.Dim.Lit("reading")
	case s.table.Marks() > 0:
		right = draw.Join(t.Accent.Text(safetext.Concat(say.Count(s.table.Marks(), "mark"))), draw.Blank(2), right)
	}
	return draw.Spread(s.w, title, draw.Join(right, draw.Blank(1)))
}

// newItem takes a run out of the history; a result that cannot be read leaves the row without one.
func newItem(r history.Run, zone *time.Location) *item {
	r.StartedAt = r.StartedAt.In(zone)
	i := &item{run: r}
	_ = json.Unmarshal(r.Result, &i.result)
	return i
}
