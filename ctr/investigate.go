package ctr

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"ctrace/ctr/observable"
)

// silenceEnough is how many calls may go without any answer, and none with one, until the
// service counts as unreachable.
const silenceEnough = 3

// Investigate asks the modules about the request's observables and joins their answers. Each
// module is asked on its own, side by side, so that answers stream in: emit gets an update for
// each, and a last one for the end (it may be nil; it is never called concurrently, and not after
// the return). A module's failure is in Modules and spoils nothing. When an error is returned,
// which is what meets all modules alike (the context's end, refused credentials, a missing right,
// a spent budget, no network), the investigation holds what was found until then, and the records
// of its updates are what a later one can go on from. Calls that are under way when the budget is
// spent are waited for, because they are paid for; the context's end stops them.
//
// When there are more calls to make than the budget has, the modules are asked together, in one
// call for each batch. Reads that fail with 5xx or without an answer are sent once more. Answers
// are remembered for some minutes, by observable, module and route.
func (c *Client) Investigate(ctx context.Context, r InvestigateRequest, emit func(Update)) (*Investigation, error) {
	run := &investigationRun{
		client: c, request: r, inv: NewInvestigation(r, c.config.Now()), emit: emit, started: time.Now(),
		forbidden: make(map[Route]*atomic.Bool),
	}
	for _, route := range []Route{RouteDeliberate, RouteObserve, RouteRefer} {
		run.forbidden[route] = new(atomic.Bool)
	}
	run.progress = run.inv.Progress
	err := run.work(ctx)
	run.publish(Update{Ended: true, Err: err})
	return run.inv, err
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
	queues    [][]question
	known     []*outcome        // what need not be asked, each once
	used      map[*outcome]bool // those that known is made of
	allInOne  bool
	seq       int
	progress  Progress
	pending   map[observable.Observable]int // outcomes that an observable waits for
	shared    map[string]*ModuleStatus      // of modules that are not asked on their own
	rawSize   int                           // bytes of the raw answers that the model holds
	answered  bool                          // a call succeeded
	silent    int                           // calls without an answer
	failure   error                         // the first failure of a whole call
	fatal     error
	spent     atomic.Int64
	forbidden map[Route]*atomic.Bool
}

// work does the whole investigation. The error is what ended it before its time.
func (run *investigationRun) work(ctx context.Context) error {
	if len(run.inv.Findings) == 0 {
		return nil
	}
	list, calls, err := run.client.listModules(ctx, run.request.Refresh)
	if err != nil {
		return err
	}
	run.spent.Add(int64(calls))
	modules := len(modulesOf(run.request, list))
	run.allInOne = modules == 0
	run.plan(list)
	if modules > 1 && run.progress.Calls > run.affordable() {
		run.allInOne = true
		run.plan(list)
	}
	run.begin()
	run.fanOut(ctx)
	switch {
	case run.fatal != nil:
		return run.fatal
	case ctx.Err() != nil:
		return ctx.Err()
	case !run.answered:
		return run.failure
	}
	return nil
}

// affordable is how many calls may be made.
func (run *investigationRun) affordable() int {
	left := run.client.Budget().Remaining
	if limit := run.request.MaxCalls; limit > 0 {
		left = min(left, limit-int(run.spent.Load()))
	}
	return left
}

// plan makes everybody's questions. When the modules are asked together, those observables that
// some module has answered about already are still asked of each of the others on its own.
func (run *investigationRun) plan(list moduleList) {
	run.askers, run.queues, run.known = nil, nil, nil
	run.used = make(map[*outcome]bool)
	run.progress = run.inv.Progress
	run.pending = make(map[observable.Observable]int)
	run.shared = make(map[string]*ModuleStatus)
	var valid []observable.Observable
	for _, f := range run.inv.Findings {
		valid = append(valid, f.Observable)
	}
	single, alone := askers(run.request, list), valid
	if run.allInOne {
		var together []observable.Observable
		alone = nil
		for _, o := range valid {
			if run.begun(o, single) {
				alone = append(alone, o)
			} else {
				together = append(together, o)
			}
		}
		run.ask(askerOfAll(run.request), together)
	}
	if len(alone) > 0 {
		for _, a := range single {
			run.ask(a, alone)
		}
	}
	if _, links := run.request.enriching(); links {
		run.ask(askerOfLinks(), valid)
	}
}

// begun tells whether some module has answered about an observable already.
func (run *investigationRun) begun(o observable.Observable, modules []*asker) bool {
	return slices.ContainsFunc(modules, func(a *asker) bool {
		return slices.ContainsFunc(a.routes, func(route Route) bool { return run.lookUp(a, route, o) != nil })
	})
}

// ask adds an asker with its questions about observables.
func (run *investigationRun) ask(a *asker, valid []observable.Observable) {
	queue := a.questions(valid, run.isKnown)
	for _, q := range queue {
		for _, o := range q.batch {
			run.pending[o.Normal()]++
		}
	}
	a.pending, a.status.Asked, a.status.Done = len(queue), len(queue), len(queue) == 0
	run.progress.Calls += len(queue)
	run.askers, run.queues = append(run.askers, a), append(run.queues, queue)
}

// lookUp finds what need not be asked: the cache has it, or an earlier run that is resumed.
func (run *investigationRun) lookUp(a *asker, route Route, o observable.Observable) *outcome {
	if run.request.Refresh {
		return nil
	}
	key := cacheKey{a.id, route, o.Normal()}
	if o := run.client.cache.get(key, run.client.config.Now()); o != nil {
		return o
	}
	return run.request.Resume.get(key, a.single)
}

// isKnown tells whether something need not be asked, and then notes its answer, once.
func (run *investigationRun) isKnown(a *asker, route Route, o observable.Observable) bool {
	found := run.lookUp(a, route, o)
	if found == nil {
		return false
	}
	if run.used[found] {
		return true
	}
	run.used[found] = true
	shared := *found
	shared.asker, shared.cached = a, true
	if a.single {
		shared.warningsOnly() // what other modules failed at in the same call is asked again
	}
	run.known = append(run.known, &shared)
	return true
}

// begin tells what is known before the first call: all modules, and what need not be asked.
func (run *investigationRun) begin() {
	u := Update{}
	for _, o := range run.known {
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
func (run *investigationRun) fanOut(ctx context.Context) {
	total := run.request.Concurrency
	if total <= 0 {
		total = callsAtOnce
	}
	fanOut(ctx, run.queues, callsPerModule, total, run.answer, func(outcomes []*outcome) next {
		run.take(ctx, outcomes)
		switch {
		case run.fatal == nil:
			return goOn
		case IsRateLimited(run.fatal):
			return beginNoMore
		}
		return stop
	})
}

// take takes in what came of one question: one outcome, or several when a refused batch was
// split. What is left open, because the investigation ends, stays pending.
func (run *investigationRun) take(ctx context.Context, outcomes []*outcome) {
	u := Update{}
	a := outcomes[0].asker
	open := false
	for _, o := range outcomes {
		if run.ends(ctx, o) {
			open = true
			continue
		}
		run.client.cache.put(o)
		run.record(o, &u)
		for _, asked := range o.batch {
			key := asked.Normal()
			if run.pending[key]--; run.pending[key] == 0 {
				u.Finished = append(u.Finished, asked)
			}
		}
	}
	if !open {
		a.pending--
		a.status.Answered++
		a.status.Done = a.pending == 0
		run.progress.CallsDone++
	} else if len(u.told) == 0 {
		return
	}
	u.addStatus(a)
	run.publish(u)
}

// ends tells whether an outcome is the end of the investigation, or came of it: a failure that
// would meet all further questions, too, or a call that was stopped.
func (run *investigationRun) ends(ctx context.Context, o *outcome) bool {
	switch {
	case o.err == nil:
		run.answered = run.answered || !o.unsent
		return false
	case ctx.Err() != nil || run.fatal != nil && !IsRateLimited(run.fatal):
		return true
	case isFatal(o.err) && !IsMissingScope(o.err):
		run.fatal = cmp.Or(run.fatal, o.err)
		return true
	}
	if run.failure == nil {
		run.failure = o.err
	}
	if e, ok := errors.AsType[*Error](o.err); ok && e.Status == 0 && !run.answered {
		if run.silent++; run.silent >= silenceEnough {
			run.fatal = cmp.Or(run.fatal, o.err)
			return true
		}
	}
	return false
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

// estimate is the time that the module with the most left to do will take; 0 when one of them has
// not answered yet, because it may be the slowest.
func (run *investigationRun) estimate() time.Duration {
	var longest time.Duration
	for _, a := range run.askers {
		if a.pending > 0 && a.status.Answered == 0 {
			return 0
		}
		if a.status.Answered > 0 {
			each := a.status.Elapsed / time.Duration(a.status.Answered)
			rounds := (a.pending + callsPerModule - 1) / callsPerModule
			longest = max(longest, each*time.Duration(rounds))
		}
	}
	return longest
}
