package ctr

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// digest is one module's answer to one call, prepared for joining with others: observables in
// their normal form, documents with an identity that holds over calls. It is immutable, so
// that several investigations can share it.
type digest struct {
	module ModuleRef
	state  string
	batch  []observable.Observable // that the call asked about, normal

	verdicts   []ctim.Verdict
	judgements []judgementDigest
	sightings  []sightingDigest
	indicators []indicatorDigest
	others     []OtherDocument
	links      []linkDigest
	documents  int
	truncated  []string // kinds with as many documents as a module gives at most
}

type judgementDigest struct {
	identity   string
	observable observable.Observable
	judgement  *ctim.Judgement
}

type sightingDigest struct {
	identity  string
	about     []observable.Observable // of the batch
	sighting  *ctim.Sighting
	relations []relationDigest
	targets   []targetDigest
}

type relationDigest struct {
	edge   edgeKey
	origin string
}

type targetDigest struct {
	identity string
	target   *ctim.Target
	at       time.Time
}

// entityLimit is how many documents of a kind Cisco's relay modules give at most, silently.
const entityLimit = 100

// newDigest prepares an answer. batch holds what the call asked about.
func newDigest(a ModuleAnswer, batch []observable.Observable) *digest {
	d := &digest{module: ModuleRef{InstanceID: a.InstanceID, Name: a.Module, TypeID: a.TypeID}, state: a.State}
	names := normalizer{}
	for _, o := range batch {
		d.batch = append(d.batch, names.of(o))
	}
	data := a.Data
	d.count("verdicts", len(data.Verdicts), data.Counts)
	for _, v := range data.Verdicts {
		v.Observable = names.of(v.Observable)
		d.verdicts = append(d.verdicts, v)
	}
	d.count("judgements", len(data.Judgements), data.Counts)
	ids := identities{}
	for i := range data.Judgements {
		j := &data.Judgements[i]
		d.judgements = append(d.judgements, judgementDigest{ids.of(j.ID, withoutJudgementID(*j)), names.of(j.Observable), j})
	}
	d.count("sightings", len(data.Sightings), data.Counts)
	for i := range data.Sightings {
		d.sightings = append(d.sightings, newSightingDigest(&data.Sightings[i], d.batch, ids, names))
	}
	d.count("indicators", len(data.Indicators), data.Counts)
	var loose []ctim.Relationship
	d.indicators, loose = joinIndicators(data, d, ids)
	for _, r := range loose {
		d.others = append(d.others, newLoose(d.module, r))
	}
	d.documents += len(loose)
	for kind, docs := range data.Other {
		d.count(kind, len(docs), data.Counts)
		for _, raw := range docs {
			d.others = append(d.others, newOther(d.module, kind, raw))
		}
	}
	slices.Sort(d.truncated)
	return d
}

func (d *digest) count(kind string, documents int, stated map[string]int) {
	d.documents += documents
	if documents >= entityLimit || stated[kind] > documents {
		d.truncated = append(d.truncated, kind)
	}
}

func newSightingDigest(s *ctim.Sighting, batch []observable.Observable, ids identities, names normalizer) sightingDigest {
	d := sightingDigest{identity: ids.of(s.ID, withoutSightingID(*s)), sighting: s}
	for _, r := range s.Relations {
		d.relations = append(d.relations, relationDigest{
			edgeKey{source: names.of(r.Source), relation: r.Relation, related: names.of(r.Related)}, r.Origin,
		})
	}
	for i := range s.Targets {
		d.targets = append(d.targets, newTargetDigest(&s.Targets[i], s.ObservedTime, names))
	}
	d.about = d.attribute(batch, names)
	return d
}

// attribute finds out which of the asked observables a sighting answers: those that it lists,
// else those in its relations and targets, else the only one that was asked about.
func (d *sightingDigest) attribute(batch []observable.Observable, names normalizer) []observable.Observable {
	listed := make(map[observable.Observable]bool)
	for _, o := range d.sighting.Observables {
		listed[names.of(o)] = true
	}
	if about := intersect(batch, listed); len(about) > 0 {
		return about
	}
	for _, r := range d.relations {
		listed[r.edge.source], listed[r.edge.related] = true, true
	}
	for _, target := range d.sighting.Targets {
		for _, o := range target.Observables {
			listed[names.of(o)] = true
		}
	}
	if about := intersect(batch, listed); len(about) > 0 {
		return about
	}
	if len(batch) == 1 {
		return batch
	}
	return nil
}

func intersect(list []observable.Observable, set map[observable.Observable]bool) []observable.Observable {
	var both []observable.Observable
	for _, o := range list {
		if set[o] {
			both = append(both, o)
		}
	}
	return both
}

// newTargetDigest gives a target the identity under which it is one over all sightings: the
// time is left out.
func newTargetDigest(t *ctim.Target, seen ctim.ObservedTime, names normalizer) targetDigest {
	parts := []string{t.Type, t.OS}
	var observables []string
	for _, o := range t.Observables {
		o = names.of(o)
		observables = append(observables, string(o.Type)+"\x00"+o.Value)
	}
	slices.Sort(observables)
	at := t.ObservedTime.Start.Time
	if at.IsZero() {
		at = seen.Start.Time
	}
	return targetDigest{identity: hashOf(append(parts, slices.Compact(observables)...)), target: t, at: at}
}

func newOther(module ModuleRef, kind string, raw json.RawMessage) OtherDocument {
	o := OtherDocument{Module: module, Kind: kind, Raw: raw}
	_ = json.Unmarshal(raw, &o.Document) // what is no object has only Raw
	plain := o.Document
	if plain.ID == "" {
		o.identity = hashOf(string(raw))
		return o
	}
	o.identity = identityOf(plain.ID, func() any { plain.ID = ""; return plain })
	return o
}

// newLoose keeps a relationship that leads to no indicator.
func newLoose(module ModuleRef, r ctim.Relationship) OtherDocument {
	raw, _ := json.Marshal(r) // our own types always marshal
	o := newOther(module, "relationships", raw)
	o.Title = cmp.Or(o.Title, r.SourceRef+" "+r.RelationshipType+" "+r.TargetRef)
	return o
}

// normalizer remembers normal forms, because an answer repeats its observables.
type normalizer map[observable.Observable]observable.Observable

func (n normalizer) of(o observable.Observable) observable.Observable {
	normal, ok := n[o]
	if !ok {
		normal = o.Normal()
		n[o] = normal
	}
	return normal
}

// identities gives the documents of one answer the names under which they are the same in
// another. Documents that differ by nothing but their ids are told apart by their order.
type identities map[string]int

func (i identities) of(id string, content func() any) string {
	identity := identityOf(id, content)
	i[identity]++
	if n := i[identity]; n > 1 {
		return identity + "#" + strconv.Itoa(n)
	}
	return identity
}

// identityOf is a hash of a document without its id, and its short id unless that is
// transient: such a one holds for one answer only.
func identityOf(id string, content func() any) string {
	if ctim.IsTransient(id) {
		id = ""
	}
	return ctim.ShortID(id) + "\x00" + hashOf(content())
}

func withoutSightingID(s ctim.Sighting) func() any {
	return func() any { s.ID = ""; return s }
}

func withoutJudgementID(j ctim.Judgement) func() any {
	return func() any { j.ID = ""; return j }
}

func withoutIndicatorID(i ctim.Indicator) func() any {
	return func() any { i.ID = ""; return i }
}

func hashOf(content any) string {
	data, _ := json.Marshal(content) // our own types always marshal
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}
