package ctr

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
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

	// silenceEnough is how many calls may go without any answer, and none with one, until the
	// service counts as unreachable.
	silenceEnough = 3
)

// Investigate asks the modules about the request's observables and joins their answers. Each
// module is asked on its own, side by side, so that answers stream in: emit gets an update for
// each (it may be nil; it is never called concurrently, and not after the return). A module's
// failure is in Modules and spoils nothing. When an error is returned, which is what meets all
// modules alike (the context's end, refused credentials, a missing right, a spent budget, no
// network), the investigation holds what was found until then, and its State says what is done.
//
// Reads that fail with 5xx or without an answer are sent once more. Answers are remembered for
// some minutes, by observable, module and route.
func (c *Client) Investigate(ctx context.Context, r InvestigateRequest, emit func(Update)) (*Investigation, error) {
	inv := NewInvestigation(r, c.config.Now())
	if len(inv.Findings) == 0 {
		return inv, nil
	}
	list, calls, err := c.listModules(ctx, r.Refresh)
	if err != nil {
		return inv, err
	}
	run := &investigationRun{
		client: c, request: r, inv: inv, emit: emit, started: time.Now(),
		pending: make(map[observable.Observable]int), forbidden: make(map[Route]*atomic.Bool),
	}
	run.spent.Add(int64(calls))
	for _, route := range []Route{RouteDeliberate, RouteObserve, RouteRefer} {
		run.forbidden[route] = new(atomic.Bool)
	}
	run.work(ctx, list)
	if run.fatal == nil {
		run.fatal = ctx.Err()
	}
	if run.fatal == nil && !run.answered {
		run.fatal = run.failure
	}
	return inv, run.fatal
}

// investigationRun is the work behind one call of Investigate. Its fields belong to the
// calling goroutine, but for those that are atomic.
type investigationRun struct {
	client    *Client
	request   InvestigateRequest
	inv       *Investigation
	emit      func(Update)
	started   time.Time
	askers    []*asker
	allInOne  bool
	seq       int
	progress  Progress
	pending   map[observable.Observable]int // outcomes that an observable waits for
	shared    map[string]*ModuleStatus      // of modules that are not asked on their own
	answered  bool                          // a call succeeded
	silent    int                           // calls without an answer
	failure   error                         // the first failure of a whole call
	fatal     error
	spent     atomic.Int64
	forbidden map[Route]*atomic.Bool
}

func (run *investigationRun) work(ctx context.Context, list moduleList) {
	queues, cached := run.plan(list)
	run.begin(cached)
	run.fanOut(ctx, queues)
}

// plan makes everybody's questions.
func (run *investigationRun) plan(list moduleList) (queues [][]question, cached []*outcome) {
	var valid []observable.Observable
	for _, f := range run.inv.Findings {
		valid = append(valid, f.Observable)
	}
	now := run.client.config.Now()
	fromCache := func(key cacheKey) *outcome {
		if run.request.Refresh {
			return nil
		}
		return run.client.cache.get(key, now)
	}
	run.progress = run.inv.Progress
	run.shared = make(map[string]*ModuleStatus)
	run.askers, run.allInOne = askers(run.request, list)
	for _, a := range run.askers {
		queue, known := a.questions(valid, fromCache)
		for _, q := range queue {
			for _, o := range q.batch {
				run.pending[o.Normal()]++
			}
		}
		a.pending, a.status.Asked, a.status.Done = len(queue), len(queue), len(queue) == 0
		run.progress.Calls += len(queue)
		queues = append(queues, queue)
		for _, o := range known {
			shared := *o
			shared.asker, shared.cached = a, true
			cached = append(cached, &shared)
		}
	}
	return queues, cached
}

// begin tells what is known before the first call: all modules, and what the cache had.
func (run *investigationRun) begin(cached []*outcome) {
	u := Update{}
	for _, o := range cached {
		run.answered = true
		run.record(o, &u)
	}
	for _, f := range run.inv.Findings {
		if f.Asked && run.pending[f.Observable.Normal()] == 0 {
			u.Finished = append(u.Finished, f.Observable)
		}
	}
	for _, a := range run.askers {
		u.addStatus(a)
	}
	run.publish(u)
}

// fanOut asks the questions and takes the outcomes in.
func (run *investigationRun) fanOut(ctx context.Context, queues [][]question) {
	total := run.request.Concurrency
	if total <= 0 {
		total = callsAtOnce
	}
	fanOut(ctx, queues, callsPerModule, total, run.answer, func(outcomes []*outcome) bool {
		run.take(outcomes)
		return run.fatal == nil
	})
}

// take takes in what came of one question: one outcome, or several when a refused batch was
// split.
func (run *investigationRun) take(outcomes []*outcome) {
	u := Update{}
	a := outcomes[0].asker
	for _, o := range outcomes {
		if run.fatal = run.fatalError(o); run.fatal != nil {
			return
		}
	}
	for _, o := range outcomes {
		run.client.cache.put(o)
		run.record(o, &u)
		for _, asked := range o.batch {
			key := asked.Normal()
			if run.pending[key]--; run.pending[key] == 0 {
				u.Finished = append(u.Finished, asked)
			}
		}
	}
	a.pending--
	a.status.Answered++
	a.status.Done = a.pending == 0
	run.progress.CallsDone++
	u.addStatus(a)
	run.publish(u)
}

// fatalError tells whether an outcome's failure would meet all further questions, too.
func (run *investigationRun) fatalError(o *outcome) error {
	switch {
	case o.err == nil:
		run.answered = run.answered || !o.unsent
		return nil
	case isFatal(o.err) && !IsMissingScope(o.err):
		return o.err
	}
	if run.failure == nil {
		run.failure = o.err
	}
	if e, ok := errors.AsType[*Error](o.err); ok && e.Status == 0 && !run.answered {
		if run.silent++; run.silent >= silenceEnough {
			return o.err
		}
	}
	return nil
}

// publish counts, applies the update to the run's own model, and hands it over.
func (run *investigationRun) publish(u Update) {
	run.seq++
	run.progress.ObservablesDone += len(u.Finished)
	run.progress.Elapsed = time.Since(run.started)
	run.progress.Estimate = run.estimate()
	u.seq, u.Progress, u.AllInOne = run.seq, run.progress, run.allInOne
	run.inv.Apply(u)
	if run.emit != nil {
		run.emit(u)
	}
}

// estimate is the time that the module with the most left to do will take.
func (run *investigationRun) estimate() time.Duration {
	var longest time.Duration
	for _, a := range run.askers {
		if a.status.Answered > 0 {
			each := a.status.Elapsed / time.Duration(a.status.Answered)
			rounds := (a.pending + callsPerModule - 1) / callsPerModule
			longest = max(longest, each*time.Duration(rounds))
		}
	}
	return longest
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
	if slices.ContainsFunc(o.errors, ModuleError.IsRateLimit) && o.asker.id != "" {
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
	for attempt := 0; ; attempt++ {
		if o.err = run.spend(); o.err != nil {
			return o
		}
		run.send(ctx, o)
		if attempt > 0 || !passing(ctx, o.err) {
			return o
		}
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
			return o
		}
	}
}

// send makes one attempt and prepares the answer, here, beside others.
func (run *investigationRun) send(ctx context.Context, o *outcome) {
	c := run.client
	o.fetched = c.config.Now()
	if o.route == RouteRefer {
		var links *References
		if links, o.err = c.refer(ctx, o.batch); o.err == nil {
			o.answers, o.errors = []*digest{newLinksDigest(links.Links, o.batch, o.fetched)}, links.Errors
		}
		return
	}
	var mids []string
	if o.asker.id != "" {
		mids = []string{o.asker.id}
	}
	var enrichment *Enrichment
	if enrichment, o.err = c.ask(ctx, o.route, o.batch, mids); o.err != nil {
		return
	}
	o.errors = enrichment.Errors
	for _, answer := range enrichment.Answers {
		if answer.InstanceID == "" && o.asker.id != "" {
			answer.InstanceID, answer.TypeID = o.asker.id, o.asker.typeID
		}
		if !run.inv.model.keepRaw {
			answer.Raw = nil
		}
		o.answers = append(o.answers, newDigest(answer, o.route, o.batch, o.fetched))
	}
}

// spend counts a call against the request's own budget.
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
