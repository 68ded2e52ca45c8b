package ctr

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"ctrace/ctr/observable"
)

// rawLimit bounds, in bytes of JSON, the answers that an Investigation, a State and the cache
// each keep as they came. A bulk investigation would hold hundreds of megabytes.
const rawLimit = 32 << 20

// CallRecord is one answered call: what was asked of whom, and what came. An interrupted
// investigation goes on from the records of its calls, see State.
type CallRecord struct {
	Modules     []string                `json:"modules,omitempty"` // instance ids; empty is all
	Route       Route                   `json:"route"`
	Observables []observable.Observable `json:"observables"`
	Fetched     time.Time               `json:"fetched_at"`
	Data        []json.RawMessage       `json:"data,omitempty"`   // an element for each module, or for each link
	Errors      []json.RawMessage       `json:"errors,omitempty"` // of modules

	LeftOut bool `json:"-"` // the Investigation's Raw does not have it

	read *outcome // nil when it was not read yet
}

// Raw gives the answers of a record as an Investigation keeps them.
func (r CallRecord) Raw() []RawAnswer {
	if r.read == nil {
		r.read = r.outcome()
	}
	return r.read.rawAnswers()
}

// outcome reads a record again.
func (r CallRecord) outcome() *outcome {
	o := &outcome{question: question{route: r.Route, batch: r.Observables}, fetched: r.Fetched, cached: true}
	o.read(r.Data, moduleErrors(r.Errors), r.Modules, "")
	return o
}

// Records gives the calls that were answered with this update, not those that the cache or an
// earlier run gave.
func (u Update) Records() []CallRecord {
	var records []CallRecord
	for _, t := range u.told {
		o := t.outcome
		if o.cached || o.err != nil || o.unsent {
			continue
		}
		r := CallRecord{Modules: t.modules, Route: o.route, Observables: o.batch, Fetched: o.fetched, Data: o.data, LeftOut: !t.raw, read: o}
		for _, e := range o.errors[:o.stated] {
			r.Errors = append(r.Errors, e.Raw)
		}
		records = append(records, r)
	}
	return records
}

// rawAnswers gives the elements of an outcome as they came: one for each module, or all links
// together, and one for each error that a module stated.
func (o *outcome) rawAnswers() []RawAnswer {
	if o.dropped {
		return nil
	}
	var list []RawAnswer
	add := func(m ModuleRef, data []byte) {
		list = append(list, RawAnswer{Module: m, Route: o.route, Observables: normal(o.batch), Fetched: o.fetched, JSON: data})
	}
	switch {
	case o.route != RouteRefer:
		for i, d := range o.answers {
			add(d.module, o.data[i])
		}
	case len(o.data) > 0:
		add(linksModule, joinElements(o.data))
	}
	for _, e := range o.errors[:o.stated] {
		add(ModuleRef{InstanceID: e.InstanceID, Name: e.Module, TypeID: e.TypeID}, e.Raw)
	}
	return list
}

func normal(batch []observable.Observable) []observable.Observable {
	list := make([]observable.Observable, len(batch))
	for i, o := range batch {
		list[i] = o.Normal()
	}
	return list
}

// joinElements makes a JSON list of its elements.
func joinElements(elements []json.RawMessage) []byte {
	var b bytes.Buffer
	for i, element := range elements {
		b.WriteByte("[,"[min(i, 1)])
		b.Write(element)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// rawSize is how many bytes came.
func (o *outcome) rawSize() int {
	n := 0
	for _, element := range o.data {
		n += len(element)
	}
	for _, e := range o.errors[:o.stated] {
		n += len(e.Raw)
	}
	return n
}

// State is what an interrupted investigation goes on from: the calls that were answered. What
// they answered is not asked again; a module that failed is. The zero value is empty and ready.
type State struct {
	known map[cacheKey]*outcome
	calls int
	size  int
}

// Len is the number of calls that were answered.
func (s *State) Len() int {
	if s == nil {
		return 0
	}
	return s.calls
}

// Add adds a call; of two that asked the same, the later one counts. It tells whether the raw
// answers are kept: above 32 MB of them only what they say is.
func (s *State) Add(r CallRecord) (rawKept bool) {
	o := r.outcome()
	if s.known == nil {
		s.known = make(map[cacheKey]*outcome)
	}
	for _, key := range recordKeys(r.Modules) {
		for _, asked := range r.Observables {
			s.known[cacheKey{key, r.Route, asked.Normal()}] = o
		}
	}
	s.calls++
	size := o.rawSize()
	if s.size+size > rawLimit {
		o.data, o.dropped = nil, true
		return false
	}
	s.size += size
	return true
}

// recordKeys are the ids under which the answers of modules are looked for: those of the asker,
// and each module's own.
func recordKeys(modules []string) []string {
	keys := []string{askerID(modules)}
	if len(modules) > 1 {
		keys = append(keys, modules...)
	}
	return keys
}

// get gives what a module, or all together, answered about an observable, nil when that has to
// be asked.
func (s *State) get(key cacheKey, single bool) *outcome {
	if s == nil {
		return nil
	}
	if o := s.known[key]; o != nil && !o.failedFor(key.module, single) {
		return o
	}
	if !single {
		return nil
	}
	together := cacheKey{"", key.route, key.observable}
	if o := s.known[together]; o != nil && !o.failedFor(key.module, single) {
		return o
	}
	return nil
}

// failedFor tells whether a module failed in a call that it was asked in, alone or with others;
// of all together, whether none has answered.
func (o *outcome) failedFor(module string, single bool) bool {
	if !single {
		return !settle(o, ModuleRef{}, false).answered
	}
	return slices.ContainsFunc(o.errors, func(e ModuleError) bool {
		return !e.IsWarning() && (e.InstanceID == module || e.InstanceID == "")
	})
}
