package ctr

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"ctrace/ctr/observable"
)

// silenceEnough is how many calls may go without any answer, and none with one, until the
// service counts as unreachable.
const silenceEnough = 3

// Investigate asks the modules about the request's observables and joins their answers. Each
// module is asked on its own, side by side, so that answers stream in: emit gets an update for
// each (it may be nil; it is never called concurrently, and not after the return). A module's
// failure is in Modules and spoils nothing. When an error is returned, which is what meets all
// modules alike (the context's end, refused credentials, a missing right, a spent budget, no
// network), the investigation holds what was found until then, and its State says what is done.
//
// When there are more calls to make than the budget has, the modules are asked together, in one
// call for each batch. Reads that fail with 5xx or without an answer are sent once more. Answers are remembered for
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
		forbidden: make(map[Route]*atomic.Bool),
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
	modules := len(modulesOf(run.request, list))
	run.allInOne = modules == 0
	queues, cached := run.plan(list)
	if modules > 1 && run.progress.Calls > run.affordable() {
		run.allInOne = true
		queues, cached = run.plan(list)
	}
	run.begin(cached)
	run.fanOut(ctx, queues)
}

// affordable is how many calls may be made.
func (run *investigationRun) affordable() int {
	left := run.client.Budget().Remaining
	if limit := run.request.MaxCalls; limit > 0 {
		left = min(left, limit-int(run.spent.Load()))
	}
	return left
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
	run.pending = make(map[observable.Observable]int)
	run.shared = make(map[string]*ModuleStatus)
	run.askers = askers(run.request, list, run.allInOne)
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
