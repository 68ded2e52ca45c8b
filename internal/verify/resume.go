package verify

import (
	"context"
	"errors"
	"fmt"

	"ctrace/esa/testmail"
)

// ErrNothingToResume says that a run ended before its message can have left, so that there is
// nothing to look for: a new verification has to be started.
var ErrNothingToResume = errors.New("the message of this run was never handed over: start a new verification")

// Record is what was kept of an earlier run: its events in order.
type Record struct {
	Events []Event
}

// ReadRecord reads the events of a run as MarshalEvent wrote them. Events of kinds that only a newer
// version knows are left out.
func ReadRecord(lines [][]byte) (Record, error) {
	var rec Record
	for i, line := range lines {
		e, err := UnmarshalEvent(line)
		if errors.Is(err, errUnknownEvent) {
			continue
		}
		if err != nil {
			return Record{}, fmt.Errorf("event %d of the run: %w", i+1, err)
		}
		rec.Events = append(rec.Events, e)
	}
	return rec, nil
}

// past is what the events of an earlier run tell.
type past struct {
	started *Started
	sending *Sending
	sent    *Sent
	refused bool // the server said no, after Sending too
	found   *Found
	result  *Result
}

func (rec Record) past() past {
	var p past
	for _, e := range rec.Events {
		switch e := e.(type) {
		case Started:
			if p.started == nil {
				p.started = &e
			}
		case Sending:
			p.sending = &e
		case Sent:
			p.sent = &e
		case StageEnded:
			if e.Stage == StageSend && e.Problem != nil && e.Problem.Code != CodeSMTPUnknown {
				p.refused = true
			}
		case Found:
			p.found = &e
		case Ended:
			p.result = &e.Result
		}
	}
	return p
}

// Result returns how the run ended, nil when it did not.
func (rec Record) Result() *Result { return rec.past().result }

// Resume goes on with an earlier run. It never sends: a run that was interrupted while the message
// was handed over may have delivered it, so message tracking is asked. Of the plan everything counts
// but the message, which is the one of the record. A run that had found its message in tracking goes
// on with the details. Otherwise it is like Run; ErrNothingToResume means that nothing can have been
// delivered.
func Resume(ctx context.Context, rec Record, plan Plan, deps Deps, emit func(Event)) (Result, error) {
	p := rec.past()
	if p.started == nil || p.sending == nil && p.sent == nil || p.refused {
		return Result{}, ErrNothingToResume
	}
	plan.Message = testmail.Message{
		Token: p.started.Token, From: p.started.From, To: p.started.To,
		Subject: p.started.Subject, MessageID: p.started.MessageID, Date: p.started.At.At,
	}
	r, err := newRun(plan, deps, emit)
	if err != nil {
		return Result{}, err
	}
	r.recall(p)
	from := StageTrack
	if p.found != nil {
		from = StageDetails
	}
	r.begin(true, from)
	return r.through(ctx, from)
}

// recall takes over what the earlier run knew.
func (r *run) recall(p past) {
	if p.sent != nil {
		r.sentAt = p.sent.At.At
		r.receipt = p.sent.Receipt
		r.result.MID = p.sent.Receipt.MID
	} else {
		r.sentAt = p.sending.At.At
		r.unknown = &Problem{
			Code: CodeSMTPUnknown, Stage: StageSend,
			Cause:  "The earlier run ended while the message was being handed over, so it is not known whether the gateway took it.",
			Advice: "Start a new verification if message tracking never shows it.",
		}
	}
	if p.found != nil {
		r.found = p.found
		r.result.Keys, r.result.MissedKeys, r.result.LagSeconds = p.found.Keys, p.found.Missed, p.found.Seconds
		r.setRow(p.found.Message)
		r.unknown = nil
	}
}
