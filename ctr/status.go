package ctr

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
)

// addStatus puts a module's present status into an update.
func (u *Update) addStatus(a *asker) {
	if !a.single && len(a.status.Problems) == 0 {
		return
	}
	u.Modules = append(u.Modules, a.status.snapshot())
}

// snapshot is a copy that later changes do not reach.
func (s *ModuleStatus) snapshot() ModuleStatus {
	copied := *s
	copied.Problems, copied.Truncated = slices.Clone(s.Problems), slices.Clone(s.Truncated)
	return copied
}

// record writes an outcome into the statuses of the modules in it, and its answers into the
// update. run's goroutine only.
func (run *investigationRun) record(o *outcome, u *Update) {
	changed := make(map[*ModuleStatus]bool)
	a := o.asker
	if o.cached {
		run.progress.FromCache++
		a.status.FromCache++
		a.status.Age = max(a.status.Age, run.client.config.Now().Sub(o.fetched))
	} else {
		a.status.Elapsed += o.elapsed
		a.status.Slowest = max(a.status.Slowest, o.elapsed)
	}
	if o.err != nil {
		a.status.Failed++
		a.status.addProblem(callProblem(o.err))
	}
	if o.unsent {
		a.status.Unasked += len(o.batch)
	}
	for _, d := range o.answers {
		if o.route == RouteRefer {
			continue
		}
		status := run.statusOf(a, d.module)
		status.State = cmp.Or(d.state, status.State)
		status.Documents += d.documents
		if status != &a.status && !o.cached {
			status.Answered++
			status.Elapsed += o.elapsed
			status.Slowest = max(status.Slowest, o.elapsed)
		}
		for _, kind := range d.truncated {
			status.Truncated = insertUnique(status.Truncated, kind, cmp.Compare[string])
		}
		changed[status] = true
	}
	for _, e := range o.errors {
		status := run.statusOf(a, ModuleRef{InstanceID: e.InstanceID, Name: e.Module, TypeID: e.TypeID})
		status.State = cmp.Or(e.State, status.State)
		status.RateLimited = status.RateLimited || e.IsRateLimit()
		status.addProblem(Problem{Type: e.Type, Code: e.Code, Message: e.Message, Count: 1})
		changed[status] = true
	}
	run.tell(o, u)
	delete(changed, &a.status) // told by the caller
	for status := range changed {
		u.Modules = append(u.Modules, status.snapshot())
	}
}

// tell puts an outcome into the update. Links say nothing of whether a module has answered, unless
// nothing else was asked for.
func (run *investigationRun) tell(o *outcome, u *Update) {
	t := told{outcome: o, modules: o.asker.mids}
	if routes, _ := run.request.enriching(); o.route != RouteRefer || len(routes) == 0 {
		t.settled = settle(o, o.asker.status.Module, o.asker.single)
	}
	if size := o.rawSize(); !o.dropped && run.rawSize+size <= rawLimit {
		t.raw = true
		run.rawSize += size
	}
	u.brings = append(u.brings, o.answers...)
	u.told = append(u.told, t)
}

// statusOf finds the status that an answer belongs to: the asked module's, or, when all are
// asked at once, one of its own.
func (run *investigationRun) statusOf(a *asker, m ModuleRef) *ModuleStatus {
	own := a.status.Module
	if m.key() == "" || a.single && (m.InstanceID == "" || m.InstanceID == own.InstanceID) {
		if own.Name == "" {
			a.status.Module.Name, a.status.Module.TypeID = m.Name, cmp.Or(own.TypeID, m.TypeID)
		}
		return &a.status
	}
	for _, other := range run.askers {
		if other.single && other.id == m.InstanceID {
			return &other.status
		}
	}
	status := run.shared[m.key()]
	if status == nil {
		status = &ModuleStatus{Module: m, Done: true}
		run.shared[m.key()] = status
	}
	return status
}

// addProblem counts a problem.
func (s *ModuleStatus) addProblem(p Problem) {
	at, found := slices.BinarySearchFunc(s.Problems, p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	if found {
		s.Problems[at].Count++
		return
	}
	s.Problems = slices.Insert(s.Problems, at, p)
}

// callProblem describes the failure of a whole call. Trace ids and the like would make every
// failure another problem, so they stay in Err.
func callProblem(err error) Problem {
	p := Problem{Type: "call", Count: 1, Err: err}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		p.Message = err.Error()
	case e.Status == 0 && e.Err != nil:
		p.Code, p.Message = "no answer", e.Unanswered()
	default:
		p.Code, p.Message = cmp.Or(e.Code, strconv.Itoa(e.Status)), e.Description
	}
	return p
}
