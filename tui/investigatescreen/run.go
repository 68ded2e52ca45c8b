package investigatescreen

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/tui/intent"
	"ctrace/tui/work"
)

// stream carries the updates of a run to the app.
type stream struct {
	*work.Stream[ctr.Update, *ctr.Investigation]
	model *ctr.Investigation // to apply the updates to, when it is not that of the visit; set before the first
}

func newStream() *stream { return &stream{Stream: work.NewStream[ctr.Update, *ctr.Investigation]()} }

// partDocuments is how many documents the app takes in at a time, so that a key never waits for a whole
// answer: modules send 100 sightings and more.
const partDocuments = 25

func (st *stream) emit(u ctr.Update) {
	for _, part := range u.Parts(partDocuments) {
		st.Emit(part)
	}
}

// batchMsg is what came since the last batch of the same run.
type batchMsg struct {
	request int
	from    *stream
	model   *ctr.Investigation // what the updates are of; nil: the same as before
	updates []ctr.Update
	ended   bool
	err     error
}

// next waits for the next batch.
func (st *stream) next(request int) tea.Cmd {
	return st.Next(func(b work.Batch[ctr.Update, *ctr.Investigation]) tea.Msg {
		m := batchMsg{request: request, from: st, model: st.model, updates: b.Events, ended: b.Ended, err: b.Err}
		st.model = nil
		return m
	})
}

type (
	tickMsg   struct{ request int }
	redrawMsg struct{ request int }
)

const (
	// tickEvery is how often the clock and the spinner move while something runs.
	tickEvery = 125 * time.Millisecond
	// redrawEvery is how often the lists are made anew while answers stream in; with very many sightings
	// less often, because that takes longer then.
	redrawEvery     = 40 * time.Millisecond
	redrawEveryMany = 5 * time.Microsecond // more for each sighting
)

func (s *Screen) tick() tea.Cmd {
	return intent.After(s.work.Context(), tickEvery, tickMsg{s.request})
}

// start asks about the observables of the present visit; renew goes past the cache.
func (s *Screen) start(renew bool) tea.Cmd {
	v := s.visit
	ctx, cancel := context.WithCancel(s.work.Context())
	s.request++
	s.now = s.o.Now()
	v.again = v.began != time.Time{}
	v.cancel, v.running, v.stopped, v.left, v.err, v.began = cancel, true, false, false, nil, s.now
	r := ctr.InvestigateRequest{Observables: v.asked, Refresh: renew}
	st, client, again, began := newStream(), s.o.Investigator, v.again, v.began
	s.work.Go(func(context.Context) {
		defer cancel()
		if again { // what is known stays until this run knows as much
			st.model = ctr.NewInvestigation(r, began)
		}
		st.End(client.Investigate(ctx, r, st.emit))
	})
	return tea.Batch(st.next(s.request), s.tick())
}

// stop cancels the run of the present visit; what was found stays.
func (s *Screen) stop() {
	if v := s.visit; v != nil && v.running {
		v.stopped = true
		v.cancel()
	}
}

// leave cancels the run because something else is opened. Coming back goes on with it.
func (s *Screen) leave() {
	if v := s.visit; v != nil && v.running {
		v.left = !v.stopped
		v.cancel()
		v.next = nil // what was known before is more
		v.end(nil, s.o.Now())
		s.request++ // what still comes of it is dropped
	}
}

// receive takes in one update of a batch, and the rest after the keys had their turn.
func (s *Screen) receive(m batchMsg) tea.Cmd {
	v := s.visit
	if m.request != s.request || v == nil || !v.running {
		return nil
	}
	if v.readers > 0 {
		v.held = &m
		return nil
	}
	s.now = s.o.Now()
	if m.model != nil {
		v.next, m.model = m.model, nil
	}
	if len(m.updates) > 0 {
		v.apply(m.updates[0])
		m.updates = m.updates[1:]
		s.version++
	}
	switch {
	case len(m.updates) > 0:
		return tea.Batch(s.refresh(false), intent.Cmd(m))
	case !m.ended:
		return tea.Batch(s.refresh(false), m.from.next(s.request))
	}
	v.end(m.err, s.now)
	s.version++
	return tea.Batch(s.refresh(true), s.remember(v), s.tellSelected())
}

// refresh makes the lists of what changed; at most some times a second unless it must be now.
func (s *Screen) refresh(now bool) tea.Cmd {
	pause := redrawEvery + time.Duration(len(s.visit.inv.Sightings))*redrawEveryMany
	if wait := s.drawn.Add(pause).Sub(s.now); !now && wait > 0 {
		if s.stale {
			return nil
		}
		s.stale = true
		return intent.After(s.work.Context(), wait, redrawMsg{s.request})
	}
	s.drawn, s.stale = s.now, false
	s.budgetNow = s.o.Investigator.Budget()
	return tea.Batch(s.arrangeList(), s.detail.show(s.subject()))
}

// redraw makes the lists of what came since they were made last.
func (s *Screen) redraw(m redrawMsg) tea.Cmd {
	if m.request != s.request || s.visit == nil || !s.stale {
		return nil
	}
	s.now = s.o.Now()
	return s.refresh(true)
}
