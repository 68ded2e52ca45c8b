package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ctrace/internal/history"
	"ctrace/internal/verify"
)

// verifier runs verifications of a target and keeps them in the history. The command and the app use
// the same one.
type verifier struct {
	target   *target
	store    *history.Store // nil when there is no history
	from, to string         // instead of the profile's
	timeout  time.Duration
	patience time.Duration // with Threat Response; 0 means the usual one
	warn     func(error)
}

// Run runs a new verification, or goes on with an earlier one when resume is its token.
func (v *verifier) Run(ctx context.Context, resume string, emit func(verify.Event)) (verify.Result, error) {
	if v.store != nil {
		emit = verify.Recorder(ctx, runJournal{v.store}, emit, v.warn)
	}
	if resume == "" {
		m, err := v.target.message(v.from, v.to)
		if err != nil {
			return verify.Result{}, err
		}
		plan := v.plan()
		plan.Message = m
		return verify.Run(ctx, plan, v.target.deps(), emit)
	}
	rec, err := v.record(ctx, resume)
	if err != nil {
		return verify.Result{}, err
	}
	return verify.Resume(ctx, rec, v.plan(), v.target.deps(), emit)
}

// plan is a plan without a message, as a resumed run needs it.
func (v *verifier) plan() verify.Plan {
	p := v.target.plan()
	p.Timeout = v.timeout
	p.InvestigateFor = cmp.Or(v.patience, p.InvestigateFor)
	return p
}

// record reads what was kept of an earlier run.
func (v *verifier) record(ctx context.Context, token string) (verify.Record, error) {
	if v.store == nil {
		return verify.Record{}, errors.New("without the history no run can be resumed")
	}
	return readRecord(ctx, v.store, token)
}

func readRecord(ctx context.Context, store *history.Store, token string) (verify.Record, error) {
	_, events, err := store.Get(ctx, token)
	if err != nil {
		return verify.Record{}, err
	}
	lines := make([][]byte, 0, len(events))
	for _, e := range events {
		lines = append(lines, e.Data)
	}
	return verify.ReadRecord(lines)
}

// runJournal is the history as package verify writes it.
type runJournal struct{ *history.Store }

// Begin implements verify.Journal.
func (j runJournal) Begin(ctx context.Context, token, profile string, plan json.RawMessage, at time.Time) error {
	return j.Store.Begin(ctx, history.Run{Token: token, Profile: profile, Plan: plan, StartedAt: at})
}

// openHistory opens the history, or says on standard error why there is none: a verification is worth
// doing without it.
func (a *app) openHistory(ctx context.Context) *history.Store {
	store, err := history.Open(ctx, history.Path())
	if err != nil {
		a.complain(fmt.Errorf("this run will not be kept: %w", err))
		return nil
	}
	return store
}

func closeHistory(s *history.Store) {
	if s != nil {
		_ = s.Close()
	}
}
