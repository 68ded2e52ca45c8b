// Package quarantine releases and deletes quarantined messages, and keeps a record of each time: what
// was asked for is written to the journal before it is sent, and what came of it afterwards.
//
// An action is sent once and never repeated. When its answer is lost, that is what is recorded, and
// looking into the quarantine again is left to a person. The package asks nobody for consent: whoever
// calls Do has done that.
package quarantine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/history"
)

// Keeper is an appliance that keeps quarantines; *esa.Client is one.
type Keeper interface {
	SearchQuarantine(ctx context.Context, q esa.QuarantineQuery) (esa.QuarantinePage, error)
	QuarantineDetails(ctx context.Context, kind esa.QuarantineType, mid int64) (esa.QuarantineDetails, error)
	ReleaseQuarantined(ctx context.Context, s esa.QuarantineSelection) (esa.QuarantineOutcome, error)
	DeleteQuarantined(ctx context.Context, s esa.QuarantineSelection) (esa.QuarantineOutcome, error)
}

// Source is a keeper, and what people call it.
type Source struct {
	Name   string
	Keeper Keeper
}

// Journal is where actions are recorded; *history.Store is one.
type Journal interface {
	AddAction(ctx context.Context, a history.Action) (id int64, err error)
	SetOutcome(ctx context.Context, id int64, outcome, detail string) error
}

// Act is what is done to messages.
type Act string

// The acts.
const (
	Release Act = "release"
	Delete  Act = "delete"
)

// The outcomes, as the journal has them.
const (
	Done     = "done"
	NotFound = "not found"
	Failed   = "failed"
	Unknown  = "unknown" // it may have been done: the answer was lost
)

// Request is one action.
type Request struct {
	Act        Act
	Profile    string
	Appliance  string // what people call it
	Messages   []esa.QuarantinedMessage
	Type       esa.QuarantineType
	Quarantine string // which policy quarantine; not for spam
}

// Result is what came of a request.
type Result struct {
	Outcome string
	Count   int   // messages that it reached
	Asked   int   // messages that it was asked for
	Err     error // why it failed, or why the outcome is not known
}

// Text says the result in one sentence.
func (r Result) Text(a Act) string {
	verb := map[Act]string{Release: "released", Delete: "deleted"}[a]
	switch r.Outcome {
	case Done:
		if r.Count < r.Asked {
			return fmt.Sprintf("%d of %d messages were %s: the quarantine no longer has the others", r.Count, r.Asked, verb)
		}
		if r.Count == 1 {
			return "1 message was " + verb
		}
		return strconv.Itoa(r.Count) + " messages were " + verb
	case NotFound:
		what := "it"
		if r.Asked > 1 {
			what = "them"
		}
		return "nothing was " + verb + ": the quarantine no longer has " + what
	case Unknown:
		return "it is not known whether it was " + verb + ": the answer was lost. Look into the quarantine before anything else"
	}
	return "nothing was " + verb + ": " + r.Err.Error()
}

// recordPatience is how long the journal may take for the outcome, also when the caller gave up.
const recordPatience = 5 * time.Second

// Do records the request, sends it once, and records the outcome. Nothing is sent that could not be
// recorded before. The error is that of the journal: the outcome stands in the Result.
func Do(ctx context.Context, k Keeper, j Journal, r Request, now time.Time) (Result, error) {
	if len(r.Messages) == 0 {
		return Result{}, errors.New("no message was named")
	}
	id, err := j.AddAction(ctx, history.Action{
		At: now, Profile: r.Profile, Action: "quarantine " + string(r.Act), Target: r.target(),
	})
	if err != nil {
		return Result{}, fmt.Errorf("nothing was sent, because it could not be recorded: %w", err)
	}
	result := r.send(ctx, k)
	result.Asked = len(r.Messages)
	detail := strconv.Itoa(result.Count) + " of " + strconv.Itoa(len(r.Messages))
	if result.Err != nil {
		detail = result.Err.Error()
	}
	record, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordPatience)
	defer cancel()
	return result, j.SetOutcome(record, id, result.Outcome, detail)
}

func (r Request) send(ctx context.Context, k Keeper) Result {
	s := esa.QuarantineSelection{Type: r.Type}
	if r.Type == esa.PolicyQuarantine {
		s.Name = r.Quarantine
	}
	for _, m := range r.Messages {
		s.MIDs = append(s.MIDs, m.MID)
	}
	act := k.ReleaseQuarantined
	if r.Act == Delete {
		act = k.DeleteQuarantined
	}
	out, err := act(ctx, s)
	switch e, ok := errors.AsType[*esa.Error](err); {
	case err == nil && out.NotFound():
		return Result{Outcome: NotFound}
	case err == nil:
		return Result{Outcome: Done, Count: out.Count}
	case ok && e.Uncertain:
		return Result{Outcome: Unknown, Err: err}
	}
	return Result{Outcome: Failed, Err: err}
}

// target names appliance, quarantine and messages.
func (r Request) target() string {
	names := make([]string, len(r.Messages))
	for i, m := range r.Messages {
		names[i] = fmt.Sprintf("MID %d %q", m.MID, m.Subject)
	}
	return r.Appliance + ", " + r.Name() + ": " + strings.Join(names, ", ")
}

// Name is what people call the quarantine.
func (r Request) Name() string {
	if r.Type == esa.SpamQuarantine {
		return "spam quarantine"
	}
	return "quarantine " + r.Quarantine
}

// Together tells whether messages can be acted on at once: all in the same quarantine. name is that of
// the policy quarantine; a message may be in several, of which the first that all share is taken.
func Together(kind esa.QuarantineType, messages []esa.QuarantinedMessage) (name string, ok bool) {
	if kind == esa.SpamQuarantine {
		return "", len(messages) > 0
	}
	if len(messages) == 0 {
		return "", false
	}
	for _, q := range messages[0].Quarantines {
		shared := !slices.ContainsFunc(messages, func(m esa.QuarantinedMessage) bool { return !slices.Contains(m.Quarantines, q) })
		if shared {
			return q, true
		}
	}
	return "", false
}
