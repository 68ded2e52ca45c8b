package ctr

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// model is what an Investigation keeps to join answers. All lists of the Investigation are
// sorted at all times, by orders that do not depend on the order of the answers.
type model struct {
	findings   map[observable.Observable]*Finding // by normal form
	asked      map[observable.Observable]bool
	seen       map[string]*Seen
	targets    map[string]*Target
	edges      map[edgeKey]*Edge
	adjacent   map[observable.Observable][]*Edge
	indicators map[string]*IndicatorHit
	modules    map[string]int // the sequence number that a status is of
	seq        int
}

// NewInvestigation makes the empty model of a request, to apply updates to. Observables that
// cannot be asked about are in Skipped.
func NewInvestigation(r InvestigateRequest, started time.Time) *Investigation {
	m := &model{
		findings: make(map[observable.Observable]*Finding), asked: make(map[observable.Observable]bool),
		seen: make(map[string]*Seen), targets: make(map[string]*Target),
		edges: make(map[edgeKey]*Edge), adjacent: make(map[observable.Observable][]*Edge),
		indicators: make(map[string]*IndicatorHit), modules: make(map[string]int),
	}
	inv := &Investigation{Started: started, model: m}
	valid, skipped := askable(r.Observables)
	inv.Skipped = skipped
	for _, o := range valid {
		normal := o.Normal()
		f := &Finding{Observable: o, Asked: true, of: inv, order: len(inv.Findings)}
		inv.Findings = append(inv.Findings, f)
		m.findings[normal], m.asked[normal] = f, true
	}
	inv.Progress = Progress{Observables: len(valid)}
	return inv
}

// Find gives the finding of an observable in any spelling, nil when there is none.
func (inv *Investigation) Find(o observable.Observable) *Finding {
	return inv.model.findings[o.Normal()]
}

// Apply adds what an update brought. Its cost grows with the update, not with what is already
// known (but for moving list entries).
func (inv *Investigation) Apply(u Update) {
	m := inv.model
	if u.seq >= m.seq {
		m.seq, inv.Progress, inv.AllInOne = u.seq, u.Progress, u.AllInOne
	}
	for i := range u.Modules {
		inv.setStatus(u.seq, &u.Modules[i])
	}
	if u.Ended {
		inv.Ended, inv.Err = true, u.Err
	}
	touched := make(map[*Finding]bool)
	for _, d := range u.brings {
		inv.add(d, touched)
	}
	for _, t := range u.told {
		inv.settle(t.settled)
		if !t.raw {
			inv.RawLeftOut++
			continue
		}
		for _, raw := range t.outcome.rawAnswers() {
			inv.Raw = insertUnique(inv.Raw, raw, compareRaw)
		}
	}
	for f := range touched {
		f.conclude(inv.Started)
	}
	for _, o := range u.Finished {
		if f := inv.Find(o); f != nil {
			f.Done = true
		}
	}
}

func (inv *Investigation) setStatus(seq int, s *ModuleStatus) {
	key := s.Module.key()
	if last, known := inv.model.modules[key]; known && last > seq {
		return
	}
	inv.model.modules[key] = seq
	status := *s
	at := slices.IndexFunc(inv.Modules, func(other *ModuleStatus) bool { return other.Module.key() == key })
	if at >= 0 {
		inv.Modules[at] = &status
		return
	}
	inv.Modules = insertUnique(inv.Modules, &status, func(a, b *ModuleStatus) int { return a.Module.compare(b.Module) })
}

// add joins one answer. What an answer out of the cache says about observables that are not
// asked about here is left out.
func (inv *Investigation) add(d *digest, touched map[*Finding]bool) {
	m := inv.model
	whole := !slices.ContainsFunc(d.batch, func(o observable.Observable) bool { return !m.asked[o] })
	about := func(o observable.Observable) bool { return m.asked[o] || whole }
	for _, v := range d.verdicts {
		if about(v.Observable) && v.Disposition != 0 {
			f := inv.finding(v.Observable)
			f.addVerdict(d.module, v)
			touched[f] = true
		}
	}
	for _, j := range d.judgements {
		if about(j.observable) {
			f := inv.finding(j.observable)
			f.Judgements = insertLeast(f.Judgements, Judged{d.module, j.judgement, j.identity}, compareJudged, judgedID)
			touched[f] = true
		}
	}
	inv.addSightings(d, whole, touched)
	for _, i := range d.indicators {
		if whole || slices.ContainsFunc(i.observables, func(o observable.Observable) bool { return m.asked[o] }) {
			m.addIndicator(inv, d, i)
		}
	}
	for i := range d.others {
		if whole {
			inv.Others = insertLeast(inv.Others, &d.others[i], compareOthers, func(o *OtherDocument) string { return o.ID })
		}
	}
	inv.addLinks(d, whole, touched)
}

// finding gives the finding of a normal observable; one that was not asked about is added
// behind the asked ones.
func (inv *Investigation) finding(o observable.Observable) *Finding {
	f := inv.model.findings[o]
	if f == nil {
		f = &Finding{Observable: o, of: inv}
		inv.model.findings[o] = f
		inv.Findings = insertUnique(inv.Findings, f, compareFindings)
	}
	return f
}

func compareFindings(a, b *Finding) int {
	switch {
	case a.Asked && b.Asked:
		return cmp.Compare(a.order, b.order)
	case a.Asked:
		return -1
	case b.Asked:
		return 1
	}
	return compareObservables(a.Observable, b.Observable)
}

// addSightings joins an answer's sightings. One that is known already, from another call, only
// adds what it is about.
func (inv *Investigation) addSightings(d *digest, whole bool, touched map[*Finding]bool) {
	m := inv.model
	var fresh []*Seen
	for i := range d.sightings {
		s := &d.sightings[i]
		about := intersect(s.about, m.asked)
		if len(about) == 0 && !whole {
			continue
		}
		key := d.module.key() + "\x00" + s.identity
		seen := m.seen[key]
		if seen == nil {
			seen = &Seen{Module: d.module, Sighting: s.sighting, identity: s.identity, at: s.sighting.ObservedTime.Start.UnixMicro()}
			m.seen[key] = seen
			fresh = append(fresh, seen)
			inv.addRelations(d.module, s)
			inv.addTargets(d.module, s)
		} else if s.sighting.ID < seen.Sighting.ID {
			seen.Sighting = s.sighting
		}
		for _, o := range about {
			f := m.findings[o]
			f.Sightings = insertUnique(f.Sightings, seen, compareSeen)
			seen.About = insertUnique(seen.About, f.Observable, inv.compareAsked)
			touched[f] = true
			for _, t := range s.targets {
				f.Targets = insertUnique(f.Targets, m.targets[t.identity], compareTargets)
			}
		}
	}
	slices.SortFunc(fresh, compareSeen)
	inv.Sightings = merge(inv.Sightings, fresh, compareSeen)
}

// compareAsked orders asked observables as the request does.
func (inv *Investigation) compareAsked(a, b observable.Observable) int {
	return cmp.Compare(inv.Find(a).order, inv.Find(b).order)
}

func (inv *Investigation) addTargets(module ModuleRef, s *sightingDigest) {
	counted := make(map[string]bool, len(s.targets))
	for _, t := range s.targets {
		target := inv.model.targets[t.identity]
		if target == nil {
			target = &Target{Type: t.target.Type, OS: t.target.OS, Observables: t.target.Observables, identity: t.identity}
			inv.model.targets[t.identity] = target
			inv.Targets = insertUnique(inv.Targets, target, compareTargets)
		}
		if !counted[t.identity] {
			counted[t.identity] = true
			target.Sightings++
		}
		target.Modules = insertUnique(target.Modules, module, ModuleRef.compare)
		if !t.at.IsZero() && (target.First.IsZero() || t.at.Before(target.First)) {
			target.First = t.at
		}
		if t.at.After(target.Last) {
			target.Last = t.at
		}
	}
}

// merge merges a sorted list into another one, in place, in as many searches as there are fresh
// entries.
func merge[T any](list, fresh []T, compare func(a, b T) int) []T {
	end := len(list) // of what has not moved yet
	list = append(list, fresh...)
	free := len(list)
	for _, v := range slices.Backward(fresh) {
		at, _ := slices.BinarySearchFunc(list[:end], v, compare)
		free -= copy(list[free-(end-at):free], list[at:end]) + 1
		list[free], end = v, at
	}
	return list
}

func compareSeen(a, b *Seen) int {
	return cmp.Or(
		cmp.Compare(a.at, b.at), a.Module.compare(b.Module), cmp.Compare(a.identity, b.identity),
	)
}

func compareTargets(a, b *Target) int {
	return cmp.Or(
		cmp.Compare(a.Type, b.Type), slices.CompareFunc(a.Observables, b.Observables, compareObservables), cmp.Compare(a.identity, b.identity),
	)
}

func compareJudged(a, b Judged) int {
	return cmp.Or(
		b.Judgement.ValidTime.Start.Compare(a.Judgement.ValidTime.Start.Time), a.Module.compare(b.Module), cmp.Compare(a.identity, b.identity),
	)
}

func judgedID(j Judged) string { return j.Judgement.ID }

func compareOthers(a, b *OtherDocument) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Title, b.Title), a.Module.compare(b.Module), cmp.Compare(a.identity, b.identity),
	)
}

func compareRaw(a, b RawAnswer) int {
	return cmp.Or(
		a.Module.compare(b.Module), cmp.Compare(a.Route, b.Route),
		slices.CompareFunc(a.Observables, b.Observables, compareObservables), bytes.Compare(a.JSON, b.JSON),
	)
}

// key is what a module is the same by: its instance id, or its name in old answers.
func (m ModuleRef) key() string { return cmp.Or(m.InstanceID, m.Name) }

func (m ModuleRef) compare(other ModuleRef) int {
	return cmp.Or(cmp.Compare(m.Name, other.Name), cmp.Compare(m.InstanceID, other.InstanceID), cmp.Compare(m.TypeID, other.TypeID))
}

type verdictKey struct {
	module      ModuleRef
	disposition ctim.Disposition
}

// addVerdict keeps, of a module's equal opinions, the one that holds longest.
func (f *Finding) addVerdict(module ModuleRef, v ctim.Verdict) {
	if f.verdicts == nil {
		f.verdicts = make(map[verdictKey]ctim.ValidTime)
	}
	key := verdictKey{module, v.Disposition}
	known, ok := f.verdicts[key]
	later := cmp.Or(v.ValidTime.End.Compare(known.End.Time), v.ValidTime.Start.Compare(known.Start.Time))
	if !ok || later > 0 {
		f.verdicts[key] = v.ValidTime
	}
}
