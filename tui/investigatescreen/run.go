package investigatescreen

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/tui/intent"
)

// stream carries updates from the run's goroutine to the app. Emitting never blocks, so that a run ends
// at once when it is cancelled, whether or not anybody reads.
type stream struct {
	mu      sync.Mutex
	updates []ctr.Update
	ended   bool
	err     error
	wake    chan struct{} // holds one token when there is something to read
}

func newStream() *stream { return &stream{wake: make(chan struct{}, 1)} }

func (st *stream) emit(u ctr.Update) {
	st.mu.Lock()
	st.updates = append(st.updates, u)
	st.mu.Unlock()
	st.signal()
}

func (st *stream) end(err error) {
	st.mu.Lock()
	st.ended, st.err = true, err
	st.mu.Unlock()
	st.signal()
}

func (st *stream) signal() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

// batchMsg is what came since the last batch of the same run.
type batchMsg struct {
	request int
	from    *stream
	updates []ctr.Update
	ended   bool
	err     error
}

// next waits for the next batch. It always comes: a run ends when it is cancelled.
func (st *stream) next(request int) tea.Cmd {
	return func() tea.Msg {
		<-st.wake
		st.mu.Lock()
		defer st.mu.Unlock()
		m := batchMsg{request: request, from: st, updates: st.updates, ended: st.ended, err: st.err}
		st.updates = nil
		return m
	}
}

type tickMsg struct{ request int }

const (
	// tickEvery is how often the clock and the spinner move while something runs.
	tickEvery = 125 * time.Millisecond
	// redrawEvery is how often the lists are made anew while answers stream in; with very many sightings
	// less often, because that takes longer then.
	redrawEvery     = 100 * time.Millisecond
	redrawEveryMany = 20 * time.Microsecond // more for each sighting
	// atOnce is how many answers are taken in before keys get their turn.
	atOnce = 4
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
	again := v.began != time.Time{}
	v.cancel, v.running, v.stopped, v.left, v.err, v.began = cancel, true, false, false, nil, s.now
	r := ctr.InvestigateRequest{Observables: v.asked, Refresh: renew}
	if again {
		v.next = ctr.NewInvestigation(r, s.now)
	}
	st, client := newStream(), s.o.Investigator
	s.work.Go(func(context.Context) {
		defer cancel()
		_, err := client.Investigate(ctx, r, st.emit)
		st.end(err)
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

// receive takes in some of a batch, and the rest after the keys had their turn.
func (s *Screen) receive(m batchMsg) tea.Cmd {
	v := s.visit
	if m.request != s.request || v == nil || !v.running {
		return nil
	}
	s.now = s.o.Now()
	n := min(len(m.updates), atOnce)
	for _, u := range m.updates[:n] {
		v.apply(u)
	}
	m.updates = m.updates[n:]
	if n > 0 {
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

// refresh makes lists of what changed; at most some times a second unless it must be now.
func (s *Screen) refresh(now bool) tea.Cmd {
	pause := redrawEvery + time.Duration(len(s.visit.inv.Sightings))*redrawEveryMany
	if !now && s.drawn != (time.Time{}) && s.now.Sub(s.drawn) < pause {
		s.stale = true
		return nil
	}
	s.drawn, s.stale = s.now, false
	s.budgetNow = s.o.Investigator.Budget()
	s.worst = map[ctim.Disposition]int{}
	for _, f := range s.visit.inv.Findings {
		s.worst[f.Disposition]++
	}
	s.list.over, s.list.broken = !s.visit.running, s.visit.err != nil
	s.list.set(s.visit.inv)
	return s.detail.show(s.subject())
}
