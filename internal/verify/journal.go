package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Journal keeps runs event by event, so that one that was killed can be resumed and one that ended can
// be looked at. When a call returns, what it was given survives the end of the process.
type Journal interface {
	Begin(ctx context.Context, token, profile string, plan json.RawMessage, at time.Time) error
	Reopen(ctx context.Context, token string) error
	Append(ctx context.Context, token string, at time.Time, kind string, event json.RawMessage) error
	Finish(ctx context.Context, token string, at time.Time, verdict string, result json.RawMessage) error
}

// Recorder returns an emit for Run and Resume that writes each event to a journal and then hands it
// on, so that nothing is shown that would be lost. A journal that cannot be written does not stop the
// run: the first failure is reported to failed.
func Recorder(ctx context.Context, j Journal, emit func(Event), failed func(error)) func(Event) {
	rec := &recorder{journal: j}
	broken := false
	return func(e Event) {
		if err := rec.write(ctx, e); err != nil && !broken && ctx.Err() == nil {
			broken = true
			failed(fmt.Errorf("the run cannot be kept and not be resumed: %w", err))
		}
		emit(e)
	}
}

type recorder struct {
	journal Journal
	token   string
}

func (r *recorder) write(ctx context.Context, e Event) error {
	line, err := MarshalEvent(e)
	if err != nil {
		return err
	}
	if s, ok := e.(Started); ok {
		r.token = s.Token
		if err := r.begin(ctx, s, line); err != nil {
			return err
		}
	}
	if err := r.journal.Append(ctx, r.token, e.Time(), e.Kind(), line); err != nil {
		return err
	}
	if end, ok := e.(Ended); ok {
		result, err := marshal(end.Result)
		if err != nil {
			return err
		}
		return r.journal.Finish(ctx, r.token, e.Time(), string(end.Result.Verdict), result)
	}
	return nil
}

// begin enters a new run, with its first event as the plan, or opens an old one again.
func (r *recorder) begin(ctx context.Context, s Started, line []byte) error {
	if s.Resumed {
		return r.journal.Reopen(ctx, s.Token)
	}
	return r.journal.Begin(ctx, s.Token, s.Profile, line, s.At.At)
}
