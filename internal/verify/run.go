package verify

import (
	"context"
	"errors"
	"slices"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// run is the state of one verification. It belongs to the goroutine that called Run or Resume.
type run struct {
	plan Plan
	deps Deps
	emit func(Event)

	started  time.Time
	deadline time.Time // of the whole run; zero when there is none

	sentAt   time.Time // when SMTP answered
	receipt  testmail.Receipt
	unknown  *Problem // the line was lost after the final dot
	found    *Found
	details  *esa.Details
	watching *watch // of message tracking, from its first look to the final status

	observables []observable.Observable
	notes       []Problem
	result      Result
}

// Run does one verification and reports each step to emit, always from this goroutine and in order.
// It returns within 200 ms of ctx ending, with what is known and ctx's error, and then without an
// Ended event, so that the run can be resumed. Any other error says that the plan cannot be run; a
// verification that fails is a Result with its verdict and a nil error.
func Run(ctx context.Context, plan Plan, deps Deps, emit func(Event)) (Result, error) {
	r, err := newRun(plan, deps, emit)
	if err != nil {
		return Result{}, err
	}
	r.begin(false, StageSend)
	return r.through(ctx, StageSend)
}

func newRun(plan Plan, deps Deps, emit func(Event)) (*run, error) {
	if err := plan.check(deps); err != nil {
		return nil, err
	}
	r := &run{plan: plan, deps: deps, emit: emit}
	r.started = r.now()
	if plan.Timeout > 0 {
		r.deadline = r.started.Add(plan.Timeout)
	}
	m := plan.Message
	r.result = Result{
		Token: m.Token, Profile: plan.Profile, MessageID: m.MessageID, Subject: m.Subject,
		Keys: []Key{}, StartedAt: r.started, Stages: map[Stage]float64{},
	}
	return r, nil
}

func (r *run) now() time.Time { return time.Now().UTC() }

func (r *run) at() At { return At{At: r.now()} }

func (r *run) begin(resumed bool, from Stage) {
	m := r.plan.Message
	e := Started{
		At: At{At: r.started}, Token: m.Token, Profile: r.plan.Profile, From: m.From, To: m.To,
		Subject: m.Subject, MessageID: m.MessageID, Deadline: r.until(r.started, r.plan.trackFor()), Resumed: resumed,
	}
	if resumed {
		e.ResumeFrom = from
	}
	r.emit(e)
}

// until is the end of a patience, or the deadline of the whole run when that is earlier.
func (r *run) until(from time.Time, patience time.Duration) time.Time {
	end := from.Add(patience)
	if !r.deadline.IsZero() && r.deadline.Before(end) {
		return r.deadline
	}
	return end
}

// note keeps a remark that does not decide the verdict.
func (r *run) note(p Problem) {
	if !slices.ContainsFunc(r.notes, func(n Problem) bool { return n.Code == p.Code }) {
		r.notes = append(r.notes, p)
	}
}

// through runs the stages from one on and ends the run.
func (r *run) through(ctx context.Context, from Stage) (Result, error) {
	work := map[Stage]func(context.Context) error{
		StageSend: r.send, StageTrack: r.track, StageDetails: r.readDetails, StageInvestigate: r.investigate,
	}
	skip := true
	for _, s := range Stages() {
		if s == from {
			skip = false
		}
		if skip {
			r.emit(StageEnded{At: r.at(), Stage: s, OK: true, Skipped: true})
			continue
		}
		err := r.stage(ctx, s, work[s])
		if ctx.Err() != nil {
			r.close()
			return r.result, ctx.Err()
		}
		if reason, ok := errors.AsType[*stopError](err); ok {
			return r.end(reason), nil
		}
		if err != nil {
			return r.result, err
		}
	}
	return r.end(nil), nil
}

// stage runs one stage between its two events. Of a cancelled one there is no end.
func (r *run) stage(ctx context.Context, s Stage, work func(context.Context) error) error {
	begin := r.now()
	r.emit(StageStarted{At: At{At: begin}, Stage: s})
	err := work(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	end := StageEnded{At: r.at(), Stage: s, OK: err == nil}
	end.Elapsed = end.At.At.Sub(begin)
	end.Seconds = end.Elapsed.Seconds()
	r.result.Stages[s] = end.Seconds
	if reason, ok := errors.AsType[*stopError](err); ok {
		end.Problem = &reason.problem
	} else if s == StageSend && r.unknown != nil {
		end.OK, end.Problem = false, r.unknown
	}
	r.emit(end)
	return err
}

// end decides, reports and returns the result. A nil reason means verified.
func (r *run) end(reason *stopError) Result {
	r.close()
	r.result.Verdict = Verified
	if reason != nil {
		r.result.Verdict = reason.verdict
		r.result.FailedAt = reason.problem.Stage
		r.result.Problems = append([]Problem{reason.problem}, r.notes...)
	}
	r.emit(Ended{At: At{At: r.result.EndedAt}, Result: r.result})
	return r.result
}

// close fills in what the result holds whatever the verdict.
func (r *run) close() {
	r.result.EndedAt = r.now()
	r.result.Observables = r.observables
	r.result.Problems = r.notes
}

// pause waits until a moment, or for ctx to end.
func (r *run) pause(ctx context.Context, until time.Time) error {
	d := until.Sub(r.now())
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
