package ctr

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// Standing is how far the question about an observable came. A verdict, or the lack of one, says
// something about an observable only when modules have answered.
type Standing int

// The standings of an observable.
const (
	Mentioned Standing = iota // not asked about: answers mention it
	Waiting                   // the investigation goes on, and modules have still to answer
	Answered                  // every module that can be asked about it has answered
	Partly                    // some modules have answered, others failed or were not asked
	Failed                    // every module that was asked failed
	NotAsked                  // no module can be asked about it, or the investigation ended before
)

var standingNames = [...]string{"mentioned", "waiting", "answered", "partly answered", "not answered", "not asked"}

// String is the standing in a word or two.
func (s Standing) String() string {
	if s < 0 || int(s) >= len(standingNames) {
		return "standing unknown"
	}
	return standingNames[s]
}

// Standing tells how far the question about the observable came.
func (f *Finding) Standing() Standing {
	switch {
	case !f.Asked:
		return Mentioned
	case !f.Done && (f.of == nil || !f.of.Ended):
		return Waiting
	case f.answered && f.Done && len(f.Unanswered) == 0:
		return Answered
	case f.answered:
		return Partly
	case f.failed:
		return Failed
	}
	return NotAsked
}

// Shortfall says in a few words what an answer is missing, or why there is none; "" when nothing
// is missing, or nobody knows yet. It names modules, whose names are foreign text.
func (f *Finding) Shortfall() string {
	switch f.Standing() {
	case Partly, Failed:
		if len(f.Unanswered) > 0 {
			return "no answer from " + moduleNames(f.Unanswered)
		}
		return f.of.cutShort()
	case NotAsked:
		switch {
		case !f.Done:
			return f.of.cutShort()
		case len(f.Unanswered) > 0:
			return "not asked after all: " + moduleNames(f.Unanswered)
		}
		return "no module can be asked about this type"
	}
	return ""
}

func moduleNames(list []ModuleRef) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = cmp.Or(m.Name, m.InstanceID)
	}
	return strings.Join(names, ", ")
}

// cutShort says why an investigation ended before all was asked.
func (inv *Investigation) cutShort() string {
	e, ok := errors.AsType[*Error](inv.Err)
	switch {
	case ok && e.Code == CodeBudget:
		return "the calls are spent"
	case IsRateLimited(inv.Err):
		return "the organisation's request limit was reached"
	case errors.Is(inv.Err, context.Canceled):
		return "the investigation was stopped"
	case errors.Is(inv.Err, context.DeadlineExceeded):
		return "the time was up"
	}
	return "the investigation ended early"
}

// settlement is what one question's outcome means for the observables of its batch.
type settlement struct {
	batch    []observable.Observable // as they were asked about
	answered bool                    // by a module at least
	failed   bool                    // by a module at least, or the call as a whole
	missing  []ModuleRef             // the modules that failed, or were not asked after all
}

// settle sums an outcome up. asked is who was asked.
func settle(o *outcome, asked ModuleRef, single bool) settlement {
	s := settlement{batch: o.batch}
	if o.err != nil || o.unsent {
		s.failed, s.missing = o.err != nil, []ModuleRef{asked}
		return s
	}
	for _, e := range o.errors {
		if e.IsWarning() {
			continue
		}
		m := ModuleRef{InstanceID: e.InstanceID, Name: e.Module, TypeID: e.TypeID}
		if single || m.key() == "" {
			m = asked
		}
		s.missing = insertUnique(s.missing, m, ModuleRef.compare)
	}
	s.failed = len(s.missing) > 0
	s.answered = !s.failed || slices.ContainsFunc(o.answers, func(d *digest) bool {
		return d.documents > 0 || !single && !slices.ContainsFunc(s.missing, func(m ModuleRef) bool { return m.key() == d.module.key() })
	})
	return s
}

// settle applies a settlement to the findings that it is about.
func (inv *Investigation) settle(s settlement) {
	for _, o := range s.batch {
		f := inv.Find(o)
		if f == nil {
			continue
		}
		f.answered = f.answered || s.answered
		f.failed = f.failed || s.failed
		for _, m := range s.missing {
			f.Unanswered = insertUnique(f.Unanswered, m, ModuleRef.compare)
		}
	}
}
