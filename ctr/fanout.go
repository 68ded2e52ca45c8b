package ctr

import (
	"context"
	"slices"
	"sync"
	"time"

	"ctrace/ctr/observable"
)

const (
	// callsPerModule bounds the calls to one module under way, so that a slow one neither is
	// flooded nor takes the places of the others.
	callsPerModule = 4

	// callsAtOnce bounds all calls under way.
	callsAtOnce = 24
)

// next is what fanOut is to do after a result.
type next int

const (
	goOn        next = iota
	beginNoMore      // wait for what is under way
	stop             // and cancel it
)

// fanOut works on several queues of jobs side by side, each in its order, with at most
// perQueue jobs of one queue and total jobs of all under way. Each result is handed to deliver
// as it comes, by the calling goroutine; also those that come after ctx has ended or deliver has
// said to begin no more. It leaves no goroutine behind.
func fanOut[J, R any](ctx context.Context, queues [][]J, perQueue, total int, run func(context.Context, J) R, deliver func(R) next) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begin, beginNone := context.WithCancel(ctx) // jobs are begun until it ends
	defer beginNone()
	results := make(chan R)
	places := make(chan struct{}, total)
	var workers sync.WaitGroup
	for _, queue := range queues {
		jobs := make(chan J, len(queue))
		for _, job := range queue {
			jobs <- job
		}
		close(jobs)
		for range min(perQueue, len(queue)) {
			workers.Go(func() {
				for job := range jobs {
					select {
					case places <- struct{}{}:
					case <-begin.Done():
						return
					}
					if begin.Err() != nil {
						return
					}
					result := run(ctx, job)
					<-places
					results <- result
				}
			})
		}
	}
	go func() {
		workers.Wait()
		close(results)
	}()
	for result := range results {
		switch deliver(result) {
		case beginNoMore:
			beginNone()
		case stop:
			cancel()
		}
	}
}

// ObserveEach asks each module on its own, side by side, for everything that it knows, and
// hands over each answer as it comes; emit is never called concurrently. A module's failure is
// in its PerModule and spoils nothing. The error is what meets all modules alike: the context's
// end, refused credentials, a missing scope, the organisation's rate limit. Each call costs one
// of the organisation's requests.
func (c *Client) ObserveEach(ctx context.Context, obs []observable.Observable, modules []ModuleInstance, emit func(PerModule)) error {
	valid, skipped := askable(obs)
	queues := make([][]PerModule, len(modules))
	for i, module := range modules {
		for batch := range slices.Chunk(valid, observeBatch) {
			queues[i] = append(queues[i], PerModule{Module: module, Observables: batch})
		}
		if len(valid) == 0 && len(skipped) > 0 {
			emit(PerModule{Module: module, Enrichment: &Enrichment{Skipped: skipped}})
		}
	}
	var fatal error
	fanOut(ctx, queues, callsPerModule, callsAtOnce,
		func(ctx context.Context, p PerModule) PerModule {
			start := time.Now()
			p.Enrichment, p.Err = c.ask(ctx, RouteObserve, p.Observables, []string{p.Module.ID})
			p.Elapsed = time.Since(start)
			if p.Enrichment != nil {
				p.Enrichment.Skipped = skipped
			}
			return p
		},
		func(p PerModule) next {
			switch {
			case p.Err == nil || fatal == nil && ctx.Err() == nil && !isFatal(p.Err):
				emit(p)
				return goOn
			case fatal == nil && isFatal(p.Err):
				fatal = p.Err
			}
			if IsRateLimited(fatal) {
				return beginNoMore // what is under way is paid for
			}
			return stop
		})
	if fatal != nil {
		return fatal
	}
	return ctx.Err()
}
