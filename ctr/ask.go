package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"ctrace/ctr/observable"
)

const (
	// retryPause is the time before a read that failed for a passing reason is sent again.
	retryPause = 250 * time.Millisecond

	// refusalsEnough is how many single observables a module may refuse, with nothing
	// accepted, until the search for the culprit ends: it is not the observables then.
	refusalsEnough = 8

	// busyEnough is how many times in a row a module may say "too many requests" until it is
	// left alone for the rest of an investigation.
	busyEnough = 3
)

// question is what one call asks one module (or all at once).
type question struct {
	asker *asker
	route Route
	batch []observable.Observable
}

// outcome is what came of a question: answers, or a failure of the whole call. It is immutable
// once it was told, so that investigations and the cache can share it.
type outcome struct {
	question
	data    []json.RawMessage // as it came: of each module, or each link
	dropped bool              // data was too much
	answers []*digest         // of each element of data, or one for all links
	errors  []ModuleError     // the first so many as the service stated, then those found here
	stated  int
	err     error
	fetched time.Time
	elapsed time.Duration
	cached  bool
	unsent  bool // not asked after all: the module asked for quiet, or the route is not allowed
}

// warningsOnly leaves the failures of modules out, of an outcome that was not told yet.
func (o *outcome) warningsOnly() {
	o.errors = slices.DeleteFunc(slices.Clone(o.errors), func(e ModuleError) bool { return !e.IsWarning() })
	o.stated = 0
}

// answer asks one question. It runs beside others.
func (run *investigationRun) answer(ctx context.Context, q question) []*outcome {
	if run.forbidden[q.route].Load() || q.asker.busy.Load() >= busyEnough {
		return []*outcome{{question: q, unsent: true}}
	}
	o := run.call(ctx, q)
	if e, ok := errors.AsType[*Error](o.err); ok && e.Status == http.StatusBadRequest && !IsBadCredentials(e) {
		return run.split(ctx, o)
	}
	run.learn(o)
	return []*outcome{o}
}

// learn keeps what an outcome says about asking on.
func (run *investigationRun) learn(o *outcome) {
	switch {
	case o.err == nil:
		o.asker.accepted.Store(true)
	case IsMissingScope(o.err):
		run.forbidden[o.route].Store(true)
	}
	if slices.ContainsFunc(o.errors, ModuleError.IsRateLimit) && o.asker.single {
		o.asker.busy.Add(1)
	} else if o.err == nil {
		o.asker.busy.Store(0)
	}
}

// split asks a refused batch again in parts, so that one observable that the service does not
// take spoils no other: first by type, because a type may be newer than the server, then by
// halves.
func (run *investigationRun) split(ctx context.Context, refused *outcome) []*outcome {
	a := refused.asker
	if len(refused.batch) == 1 {
		a.refused.Add(1)
		return []*outcome{refused}
	}
	if a.refused.Load() >= refusalsEnough && !a.accepted.Load() {
		return []*outcome{refused}
	}
	var outcomes []*outcome
	for _, part := range parts(refused.batch) {
		outcomes = append(outcomes, run.answer(ctx, question{a, refused.route, part})...)
	}
	return outcomes
}

// parts splits a batch by type, or in halves when there is one type only.
func parts(batch []observable.Observable) [][]observable.Observable {
	byType := make(map[observable.Type][]observable.Observable)
	var types []observable.Type
	for _, o := range batch {
		if byType[o.Type] == nil {
			types = append(types, o.Type)
		}
		byType[o.Type] = append(byType[o.Type], o)
	}
	if len(types) == 1 {
		return [][]observable.Observable{batch[:len(batch)/2], batch[len(batch)/2:]}
	}
	split := make([][]observable.Observable, 0, len(types))
	for _, t := range types {
		split = append(split, byType[t])
	}
	return split
}

// call sends one question, and once more when it failed for a passing reason.
func (run *investigationRun) call(ctx context.Context, q question) *outcome {
	o := &outcome{question: q}
	start := time.Now()
	defer func() { o.elapsed = time.Since(start) }()
	run.send(ctx, o)
	failed := o.err
	if !passing(ctx, failed) {
		return o
	}
	select {
	case <-time.After(retryPause):
	case <-ctx.Done():
		return o
	}
	run.send(ctx, o)
	if e, ok := errors.AsType[*Error](o.err); ok && e.Held {
		o.err = failed // a second try is not to be had
	}
	return o
}

// send makes one attempt and prepares the answer, here, beside others.
func (run *investigationRun) send(ctx context.Context, o *outcome) {
	o.fetched = run.client.config.Now()
	elements, stated, err := run.client.enrichCall(ctx, o.route, o.batch, o.asker.mids, run.spend)
	if o.err = err; err != nil {
		return
	}
	o.read(elements, stated, o.asker.mids, o.asker.typeID)
}

// read takes an answer in: its elements, and the errors of modules that it states. When one
// module was asked, an element that has no id, as those of 2020, is its.
func (o *outcome) read(elements []json.RawMessage, stated []ModuleError, asked []string, typeID string) {
	o.data, o.errors, o.stated = elements, stated, len(stated)
	if o.route == RouteRefer {
		o.answers = []*digest{newLinksDigest(references(elements), o.batch)}
		return
	}
	for _, element := range elements {
		answer, problem := moduleAnswer(element)
		if problem != nil {
			o.errors = append(o.errors, *problem)
		}
		if answer.InstanceID == "" && len(asked) == 1 {
			answer.InstanceID, answer.TypeID = asked[0], typeID
		}
		o.answers = append(o.answers, newDigest(answer, o.batch))
	}
}

// spend counts an attempt against the request's own budget.
func (run *investigationRun) spend() error {
	if limit := run.request.MaxCalls; limit > 0 && run.spent.Add(1) > int64(limit) {
		return &Error{
			Host: run.client.iroh.host, Method: http.MethodPost, Path: "/iroh/iroh-enrich", Held: true, Code: CodeBudget,
			Description: "the calls that this investigation may make are spent",
		}
	}
	return nil
}

// passing tells whether a failure may be over at the next try: the service's own fault, or a
// lost connection. A call that took its whole time is not tried again.
func passing(ctx context.Context, err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return e.Status == 0 && !e.Held || e.Status >= 500
}
