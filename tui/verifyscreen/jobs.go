package verifyscreen

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/work"
)

// stream carries the events of a run to the app.
type stream = work.Stream[verify.Event, verify.Result]

func newStream() *stream { return work.NewStream[verify.Event, verify.Result]() }

// batchMsg is what happened since the last batch of the same run.
type batchMsg struct {
	request int
	from    *stream
	events  []verify.Event
	ended   bool
	result  verify.Result
	err     error
}

// next waits for the next batch of a run.
func next(st *stream, request int) tea.Cmd {
	return st.Next(func(b work.Batch[verify.Event, verify.Result]) tea.Msg {
		return batchMsg{request: request, from: st, events: b.Events, ended: b.Ended, result: b.Result, err: b.Err}
	})
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
		st.End(verifier.Run(ctx, resume, st.Emit))
	})
	return tea.Batch(next(st, s.request), s.tick(), intent.Cmd(intent.Problems{}))
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
		cmds = append(cmds, next(m.from, s.request))
	}
	if !s.moved {
		s.selected = s.run.current()
	}
	return tea.Batch(append(cmds, s.tellSelected())...)
}
