package verifyscreen

import (
	"context"
	"errors"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
)

// stream carries events from the run's goroutine to the app. Emitting never blocks, so that a run ends
// at once when it is cancelled, whether or not anybody reads.
type stream struct {
	mu     sync.Mutex
	events []verify.Event
	ended  bool
	result verify.Result
	err    error
	wake   chan struct{} // holds one token when there is something to read
}

func newStream() *stream { return &stream{wake: make(chan struct{}, 1)} }

func (st *stream) emit(e verify.Event) {
	st.mu.Lock()
	st.events = append(st.events, e)
	st.mu.Unlock()
	st.signal()
}

func (st *stream) end(r verify.Result, err error) {
	st.mu.Lock()
	st.ended, st.result, st.err = true, r, err
	st.mu.Unlock()
	st.signal()
}

func (st *stream) signal() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

// batchMsg is what happened since the last batch of the same run.
type batchMsg struct {
	request int
	from    *stream
	events  []verify.Event
	ended   bool
	result  verify.Result
	err     error
}

// next waits for the next batch. It always comes: a run ends when it is cancelled.
func (st *stream) next(request int) tea.Cmd {
	return func() tea.Msg {
		<-st.wake
		st.mu.Lock()
		defer st.mu.Unlock()
		m := batchMsg{request: request, from: st, events: st.events, ended: st.ended, result: st.result, err: st.err}
		st.events = nil
		return m
	}
}

// tickEvery is how often the clock and the spinner move while something runs.
const tickEvery = 125 * time.Millisecond

func (s *Screen) tick() tea.Cmd {
	return intent.After(s.work.Context(), tickEvery, tickMsg{request: s.request})
}

// ask starts a run, after a question when mail really leaves.
func (s *Screen) ask() tea.Cmd {
	if !s.o.Plan.Ask {
		return s.start("")
	}
	p := s.o.Plan
	return intent.Cmd(intent.Ask{
		Title: "Send a test email?",
		Lines: []safetext.Text{
			safetext.Line("from     " + p.From),
			safetext.Line("to       " + p.To),
			safetext.Line("through  " + p.Gateway),
		},
		Yes:  "send it",
		Then: startMsg{},
	})
}

// start begins a run, or continues the one with the token resume.
func (s *Screen) start(resume string) tea.Cmd {
	if s.Busy() || s.o.Verifier == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(s.work.Context())
	s.request++
	s.cancel = cancel
	s.now = s.o.Now()
	s.run = newRun(s.now)
	s.selected, s.moved, s.copied, s.transcript, s.scroll = 0, false, 0, false, draw.Scroll{}
	st, verifier := newStream(), s.o.Verifier
	s.work.Go(func(context.Context) {
		defer cancel()
		st.end(verifier.Run(ctx, resume, st.emit))
	})
	return tea.Batch(st.next(s.request), s.tick(), intent.Cmd(intent.Problems{}))
}

// stop cancels the run; its end arrives as an event.
func (s *Screen) stop() {
	if s.cancel != nil {
		s.cancel()
		if s.Busy() {
			s.run.stopping = true
		}
	}
}

// receive takes in a batch of events.
func (s *Screen) receive(m batchMsg) tea.Cmd {
	if m.request != s.request {
		return nil
	}
	s.now = s.o.Now()
	for _, e := range m.events {
		s.run.apply(e)
	}
	var cmds []tea.Cmd
	if m.ended {
		s.run.end(m.result, m.err, s.now, errors.Is(m.err, context.Canceled))
		ended := intent.Problems{Problems: s.run.problems(), Verdict: m.result.Verdict, Token: m.result.Token}
		if s.run.cancelled {
			ended.Verdict = "" // it says nothing about the integration
		}
		cmds = append(cmds, intent.Cmd(ended))
		if len(s.run.problems()) > 0 && m.result.Verdict != verify.Verified {
			cmds = append(cmds, intent.Cmd(intent.OpenPanel{Panel: intent.Diagnosis, Quiet: true}))
		}
	} else {
		cmds = append(cmds, m.from.next(s.request))
	}
	if !s.moved {
		s.selected = s.run.current()
	}
	return tea.Batch(append(cmds, s.tellSelected())...)
}
