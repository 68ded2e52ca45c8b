package ctr

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"ctrace/ctr/observable"
)

// moduleList is what the organisation has configured.
type moduleList struct {
	instances []ModuleInstance
	types     map[string]ModuleType
	fetched   time.Time
}

// listModules gives the configured modules, from memory when that is fresh. An API client
// without the scope integration may not list them: then the list is empty and all modules are
// asked at once, as after any other failure to list them that does not meet all calls.
// calls is what that cost.
func (c *Client) listModules(ctx context.Context, refresh bool) (list moduleList, calls int, err error) {
	c.modulesMu.Lock()
	known := c.modules
	c.modulesMu.Unlock()
	now := c.config.Now()
	if !refresh && !known.fetched.IsZero() && now.Sub(known.fetched) < c.config.CacheFor {
		return known, 0, nil
	}
	fresh := moduleList{types: make(map[string]ModuleType), fetched: now}
	pages := 0
	group, listing := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		fresh.instances, err = c.ModuleInstances(listing)
		return harmless(err)
	})
	group.Go(func() error {
		types, err := c.ModuleTypes(listing)
		pages += len(types)/modulePage + 1
		for _, t := range types {
			fresh.types[t.ID] = t
		}
		return harmless(err)
	})
	if err := cmp.Or(group.Wait(), ctx.Err()); err != nil {
		return moduleList{}, 0, err
	}
	c.modulesMu.Lock()
	defer c.modulesMu.Unlock()
	c.modules = fresh
	return fresh, pages + len(fresh.instances)/modulePage + 1, nil
}

// harmless drops the errors of listing that asking all modules at once gets around.
func harmless(err error) error {
	if isFatal(err) && !IsMissingScope(err) {
		return err
	}
	return nil
}

// asker is one module that is asked, or what stands for all of them.
type asker struct {
	id     string // instance id; "" for all at once
	typeID string
	status ModuleStatus
	hidden bool // stands for no single module: shown only with its problems
	routes []Route

	pending int // questions without outcome; like status, owned by the run's goroutine

	refused  atomic.Int32 // single observables that the service refused (400)
	accepted atomic.Bool  // a call succeeded
	busy     atomic.Int32 // answers in a row that said "too many requests"
}

// askers lists who is to be asked. Modules named in the request are asked even when they
// cannot be listed.
func askers(r InvestigateRequest, list moduleList) (all []*asker, allInOne bool) {
	routes := r.Routes
	if len(routes) == 0 {
		routes = []Route{RouteDeliberate, RouteObserve, RouteRefer}
	}
	var enriching []Route
	for _, route := range routes {
		if route != RouteRefer {
			enriching = append(enriching, route)
		}
	}
	known := make(map[string]bool)
	for _, m := range list.instances {
		known[m.ID] = true
		if len(r.Modules) == 0 && m.Enabled || slices.Contains(r.Modules, m.ID) {
			all = append(all, newAsker(m, list.types[m.TypeID], enriching))
		}
	}
	for _, id := range r.Modules {
		if !known[id] {
			all = append(all, newAsker(ModuleInstance{ID: id}, ModuleType{}, enriching))
		}
	}
	if allInOne = len(all) == 0; allInOne {
		all = append(all, &asker{status: ModuleStatus{Module: ModuleRef{Name: "all modules"}}, hidden: true, routes: enriching})
	}
	if slices.Contains(routes, RouteRefer) {
		all = append(all, &asker{id: "refer", status: ModuleStatus{Module: ModuleRef{Name: "links"}}, hidden: true, routes: []Route{RouteRefer}})
	}
	return all, allInOne
}

func newAsker(m ModuleInstance, t ModuleType, routes []Route) *asker {
	a := &asker{id: m.ID, typeID: m.TypeID}
	a.status.Module = ModuleRef{InstanceID: m.ID, Name: m.Name, TypeID: m.TypeID}
	a.status.State, a.status.Email = m.State, t.IsEmail()
	for _, route := range routes {
		if t.Can(string(route)) {
			a.routes = append(a.routes, route)
		}
	}
	return a
}

// questions makes the batches of a module: only what it can be asked about, a subject never
// together with other things because a module may refuse it, and every 100 observables'
// verdicts before their sightings. What the cache answers is given back as well.
func (a *asker) questions(valid []observable.Observable, fromCache func(cacheKey) *outcome) (queue []question, cached []*outcome) {
	var askable []observable.Observable
	for _, o := range valid {
		if a.status.Email {
			if info, _ := o.Type.Info(); !info.EmailModule {
				a.status.NotAskable++
				continue
			}
		}
		askable = append(askable, o)
	}
	batches := make(map[Route][]question)
	used := make(map[*outcome]bool)
	for _, route := range a.routes {
		var plain, subjects []observable.Observable
		for _, o := range askable {
			known := fromCache(cacheKey{a.id, route, o.Normal()})
			switch {
			case known != nil && used[known]:
			case known != nil:
				used[known] = true
				cached = append(cached, known)
			case a.status.Email && o.Type == observable.EmailSubject:
				subjects = append(subjects, o)
			default:
				plain = append(plain, o)
			}
		}
		for _, part := range [][]observable.Observable{plain, subjects} {
			for batch := range slices.Chunk(part, route.batchSize()) {
				batches[route] = append(batches[route], question{a, route, batch})
			}
		}
	}
	for len(batches) > 0 {
		for _, route := range a.routes {
			n := min(len(batches[route]), deliberateBatch/route.batchSize())
			queue = append(queue, batches[route][:n]...)
			if batches[route] = batches[route][n:]; len(batches[route]) == 0 {
				delete(batches, route)
			}
		}
	}
	return queue, cached
}
