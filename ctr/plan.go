package ctr

import (
	"cmp"
	"context"
	"slices"
	"strings"
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
	var types []ModuleType
	var noInstances, noTypes error
	group, listing := errgroup.WithContext(ctx)
	group.Go(func() error {
		fresh.instances, noInstances = c.ModuleInstances(listing)
		return harmless(noInstances)
	})
	group.Go(func() error {
		types, noTypes = c.ModuleTypes(listing)
		return harmless(noTypes)
	})
	if err := cmp.Or(group.Wait(), ctx.Err()); err != nil {
		return moduleList{}, 0, err
	}
	for _, t := range types {
		fresh.types[t.ID] = t
	}
	if noInstances == nil && noTypes == nil || IsMissingScope(noInstances) {
		c.modulesMu.Lock()
		c.modules = fresh
		c.modulesMu.Unlock()
	}
	return fresh, len(fresh.instances)/modulePage + len(types)/modulePage + 2, nil
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
	mids   []string // the instance ids for the query; none for all
	id     string   // the same in one, see askerID
	typeID string
	status ModuleStatus
	single bool // is one module; else its status is shown only with its problems
	routes []Route

	pending int // questions without outcome; like status, owned by the run's goroutine

	refused  atomic.Int32 // single observables that the service refused (400)
	accepted atomic.Bool  // a call succeeded
	busy     atomic.Int32 // answers in a row that said "too many requests"
}

// askerID is what the answers of modules that are asked together are remembered by: the id of a
// single one, "" for all.
func askerID(modules []string) string { return strings.Join(modules, " ") }

// enriching gives the routes of a request that ask modules, and whether links are wanted as well.
func (r InvestigateRequest) enriching() (routes []Route, links bool) {
	if len(r.Routes) == 0 {
		return []Route{RouteDeliberate, RouteObserve}, true
	}
	routes = slices.DeleteFunc(slices.Clone(r.Routes), func(route Route) bool { return route == RouteRefer })
	return routes, slices.Contains(r.Routes, RouteRefer)
}

// askers lists the modules that are to be asked each on its own. Those named in the request are
// asked even when they cannot be listed.
func askers(r InvestigateRequest, list moduleList) []*asker {
	routes, _ := r.enriching()
	var all []*asker
	for _, m := range modulesOf(r, list) {
		all = append(all, newAsker(m, list.types[m.TypeID], routes))
	}
	return all
}

// askerOfAll asks all modules, or all that the request names, in one call.
func askerOfAll(r InvestigateRequest) *asker {
	routes, _ := r.enriching()
	return &asker{
		id: askerID(r.Modules), mids: r.Modules, routes: routes,
		status: ModuleStatus{Module: ModuleRef{Name: "all modules"}},
	}
}

// askerOfLinks asks for links.
func askerOfLinks() *asker {
	return &asker{status: ModuleStatus{Module: linksModule}, routes: []Route{RouteRefer}}
}

// modulesOf gives the modules that a request means.
func modulesOf(r InvestigateRequest, list moduleList) []ModuleInstance {
	var modules []ModuleInstance
	known := make(map[string]bool)
	for _, m := range list.instances {
		known[m.ID] = true
		if len(r.Modules) == 0 && m.Enabled || slices.Contains(r.Modules, m.ID) {
			modules = append(modules, m)
		}
	}
	for _, id := range r.Modules {
		if !known[id] {
			modules = append(modules, ModuleInstance{ID: id})
		}
	}
	return modules
}

func newAsker(m ModuleInstance, t ModuleType, routes []Route) *asker {
	a := &asker{id: m.ID, mids: []string{m.ID}, typeID: m.TypeID, single: true}
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
// verdicts before their sightings. What is known already is left out.
func (a *asker) questions(valid []observable.Observable, known func(*asker, Route, observable.Observable) bool) (queue []question) {
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
	for _, route := range a.routes {
		var plain, subjects []observable.Observable
		for _, o := range askable {
			switch {
			case known(a, route, o):
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
	return queue
}
