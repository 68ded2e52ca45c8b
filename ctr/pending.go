package ctr

import (
	"context"
	"errors"
	"time"

	"ctrace/ctr/observable"
)

var errPending = errors.New("ctr: not written yet")

// NewInvestigation makes the empty model of a request, to apply updates to.
func NewInvestigation(r InvestigateRequest, started time.Time) *Investigation { return nil }

// Investigate asks the modules about the request's observables, hands over an update for each answer as it
// comes (emit may be nil; it is never called concurrently), and returns the whole. When it returns an error,
// the investigation holds what was found until then and its State says where to go on.
func (c *Client) Investigate(ctx context.Context, r InvestigateRequest, emit func(Update)) (*Investigation, error) {
	return nil, errPending
}

// Apply adds what an update brought.
func (inv *Investigation) Apply(u Update) {}

// Find gives the finding of an observable, nil when there is none.
func (inv *Investigation) Find(o observable.Observable) *Finding { return nil }

// Graph gives the relations of all sightings, sorted. It is built anew by each call.
func (inv *Investigation) Graph() Graph { return Graph{} }

// Neighbours gives the edges from and to an observable, sorted.
func (inv *Investigation) Neighbours(o observable.Observable) []Edge { return nil }

// State tells which observables are done, for Resume.
func (inv *Investigation) State() State { return State{} }

type (
	answer      struct{}
	model       struct{}
	answerCache struct{}
	moduleList  struct{}
)

func newAnswerCache(time.Duration) *answerCache { return nil }
