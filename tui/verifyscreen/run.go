package verifyscreen

import (
	"slices"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa/testmail"
	"ctrace/internal/verify"
)

// status is where a stage stands.
type status int

const (
	waiting status = iota
	running
	done
	failed
	unsure // the line was lost when the message was handed over: only tracking can tell
	skipped
	stopped // it ran when the user stopped the run
)

// stage is one stage of the run.
type stage struct {
	status  status
	started time.Time
	elapsed time.Duration
	problem *verify.Problem
}

// answer is what one module said to the latest question that it was asked.
type answer struct {
	id   string
	name string

	got *verify.ModuleAnswered // nil while it has not answered
}

// run is what is known about one verification, folded from its events.
type run struct {
	began    time.Time // when it was started here
	stages   map[verify.Stage]*stage
	started  *verify.Started
	smtp     testmail.Stage
	dialogue []testmail.Line
	sending  bool
	sent     *verify.Sent
	polled   *verify.Polled // the last look
	found    *verify.Found
	details  *verify.DetailsRead
	modules  *verify.ModulesListed
	asked    *verify.Asked // the last question
	answers  []answer      // in the order in which the modules became known
	pause    *verify.Waiting
	result   *verify.Result
	failure  string // why it could not run at all

	stopping, cancelled, over bool
	ended                     time.Time
}

func newRun(now time.Time) *run {
	r := &run{began: now, stages: map[verify.Stage]*stage{}}
	for _, s := range verify.Stages() {
		r.stages[s] = &stage{}
	}
	return r
}

// apply takes in one event.
func (r *run) apply(e verify.Event) {
	switch e := e.(type) {
	case verify.Started:
		r.started = &e
		if e.Resumed {
			r.skipUntil(e.ResumeFrom)
		}
	case verify.StageStarted:
		if s := r.stages[e.Stage]; s != nil {
			*s = stage{status: running, started: e.At.At}
		}
	case verify.StageEnded:
		r.endStage(e)
	case verify.SMTPProgress:
		r.smtp = e.Stage
	case verify.SMTPLine:
		r.dialogue = append(r.dialogue, e.Line)
	case verify.Sending:
		r.sending = true
	case verify.Sent:
		r.sent = &e
	case verify.Polled:
		r.polled, r.pause = &e, nil
	case verify.Found:
		r.found = &e
	case verify.DetailsRead:
		r.details = &e
	case verify.ModulesListed:
		r.modules = &e
		for _, m := range e.Modules { // the others are not asked
			if slices.Contains(e.Email, m.ID) {
				r.answerOf(m.ID, m.Name)
			}
		}
	case verify.Asked:
		r.asked, r.pause = &e, nil
	case verify.ModuleAnswered:
		r.answerOf(e.ModuleID, e.Module).take(&e)
	case verify.Waiting:
		r.pause = &e
	case verify.Ended:
		r.result = &e.Result
	}
}

// skipUntil marks what an earlier run did already.
func (r *run) skipUntil(from verify.Stage) {
	for _, s := range verify.Stages() {
		if s == from {
			return
		}
		r.stages[s].status = skipped
	}
}

func (r *run) endStage(e verify.StageEnded) {
	s := r.stages[e.Stage]
	if s == nil {
		return
	}
	s.elapsed, s.problem = e.Elapsed, e.Problem
	switch {
	case e.Skipped:
		s.status = skipped
	case e.OK:
		s.status = done
	case r.stopping:
		s.status = stopped
	case e.Problem != nil && e.Problem.Code == verify.CodeSMTPUnknown:
		s.status = unsure
	default:
		s.status = failed
	}
	r.pause = nil
}

func (r *run) answerOf(id, name string) *answer {
	for i := range r.answers {
		if r.answers[i].id == id {
			return &r.answers[i]
		}
	}
	r.answers = append(r.answers, answer{id: id, name: name})
	return &r.answers[len(r.answers)-1]
}

// take keeps an answer, unless an earlier round had a sighting and this one has not.
func (a *answer) take(e *verify.ModuleAnswered) {
	if e.Module != "" {
		a.name = e.Module
	}
	if a.got != nil && len(a.got.Sightings) > 0 && len(e.Sightings) == 0 {
		return
	}
	a.got = e
}

// end is called once, when the run's goroutine has ended.
func (r *run) end(result verify.Result, err error, now time.Time, cancelled bool) {
	r.over, r.ended, r.cancelled = true, now, cancelled || r.stopping
	switch {
	case r.result != nil:
	case result.Verdict != "":
		r.result = &result
	case err != nil && !r.cancelled:
		r.failure = err.Error()
	}
	for _, s := range r.stages {
		if s.status == running {
			s.status, s.elapsed = stopped, now.Sub(s.started)
		}
	}
	r.pause = nil
}

// token is the run's token, empty until it is known.
func (r *run) token() string {
	if r.started == nil {
		return ""
	}
	return r.started.Token
}

// mayBeDelivered tells that the message left or may have left, so that looking for it makes sense.
func (r *run) mayBeDelivered() bool {
	return r.sending || r.sent != nil || (r.started != nil && r.started.Resumed)
}

// current is the row that follows what happens: the stage that runs, or the verdict.
func (r *run) current() row {
	if r.over {
		return verdictRow
	}
	last := row(0)
	for i, s := range verify.Stages() {
		if st := r.stages[s].status; st == running {
			return row(i)
		} else if st != waiting {
			last = row(i)
		}
	}
	return last
}

// observables are those of the message, as far as they are known.
func (r *run) observables() []observable.Observable {
	if r.details != nil {
		return r.details.Observables
	}
	return nil
}

// problems are those of the result, or those of the stages when there is no result.
func (r *run) problems() []verify.Problem {
	if r.result != nil {
		if r.cancelled {
			return nil
		}
		return r.result.Problems
	}
	if r.failure != "" {
		return []verify.Problem{{Code: "not_started", Stage: verify.StageSend, Cause: r.failure}}
	}
	return nil
}

// receipt is what is known of the SMTP dialogue, also of one that failed.
func (r *run) receipt() *testmail.Receipt {
	if r.sent == nil {
		return nil
	}
	return &r.sent.Receipt
}

// transcript is the SMTP dialogue as text to copy, as it was on the wire, without secrets.
func (r *run) transcript() string {
	var b strings.Builder
	for _, l := range r.dialogue {
		b.WriteString(arrowOf(l.Direction))
		b.WriteByte(' ')
		b.WriteString(l.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

func arrowOf(d testmail.Direction) string {
	switch d {
	case testmail.Sent:
		return "->"
	case testmail.Received:
		return "<-"
	}
	return "--"
}
