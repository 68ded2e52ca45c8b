package ctr

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// indicatorDigest is an indicator with what points to it inside one answer.
type indicatorDigest struct {
	identity    string
	indicator   *ctim.Indicator
	observables []observable.Observable
	judgements  []string
	sightings   []string
	related     []RelatedEntity
}

// joinIndicators follows the relationships of one answer. Ids are unique there and nowhere
// else, so nothing is joined over answers. Relationships of other documents are given back.
func joinIndicators(data ctim.Entities, d *digest, ids identities) (hits []indicatorDigest, loose []ctim.Relationship) {
	if len(data.Indicators) == 0 {
		return nil, data.Relationships
	}
	hits = make([]indicatorDigest, len(data.Indicators))
	byID := make(map[string]int, len(data.Indicators))
	for i := range data.Indicators {
		indicator := &data.Indicators[i]
		hits[i] = indicatorDigest{identity: ids.of(indicator.ID, withoutIndicatorID(*indicator)), indicator: indicator}
		byID[ctim.ShortID(indicator.ID)] = i
	}
	ends := newRelationshipEnds(data, d)
	for _, r := range data.Relationships {
		source, target := ctim.ShortID(r.SourceRef), ctim.ShortID(r.TargetRef)
		from, isTarget := byID[target]
		if isTarget {
			ends.join(&hits[from], r.RelationshipType, source)
		}
		to, isSource := byID[source]
		if isSource {
			ends.join(&hits[to], r.RelationshipType, target)
		}
		if !isTarget && !isSource {
			loose = append(loose, r)
		}
	}
	return hits, loose
}

// relationshipEnds finds the documents of an answer by their short ids.
type relationshipEnds struct {
	judgements map[string]judgementDigest
	sightings  map[string]sightingDigest
	documents  map[string]RelatedEntity
}

func newRelationshipEnds(data ctim.Entities, d *digest) relationshipEnds {
	e := relationshipEnds{
		judgements: make(map[string]judgementDigest), sightings: make(map[string]sightingDigest), documents: make(map[string]RelatedEntity),
	}
	for _, j := range d.judgements {
		e.judgements[ctim.ShortID(j.judgement.ID)] = j
	}
	for _, s := range d.sightings {
		e.sightings[ctim.ShortID(s.sighting.ID)] = s
	}
	for _, i := range data.Indicators {
		e.documents[ctim.ShortID(i.ID)] = RelatedEntity{Kind: "indicators", Document: ctim.Document{Entity: i.Entity}}
	}
	for kind, docs := range data.Other {
		for _, raw := range docs {
			var doc ctim.Document
			if json.Unmarshal(raw, &doc) == nil && doc.ID != "" {
				e.documents[ctim.ShortID(doc.ID)] = RelatedEntity{Kind: kind, Document: doc}
			}
		}
	}
	return e
}

// join notes the other end of a relationship on an indicator. An id that is not in the answer
// is kept as it is.
func (e relationshipEnds) join(hit *indicatorDigest, relationship, id string) {
	if j, ok := e.judgements[id]; ok {
		hit.judgements = append(hit.judgements, j.judgement.ID)
		hit.observables = append(hit.observables, j.observable)
		return
	}
	if s, ok := e.sightings[id]; ok {
		hit.sightings = append(hit.sightings, s.sighting.ID)
		hit.observables = append(hit.observables, s.about...)
		return
	}
	related, ok := e.documents[id]
	if !ok {
		related.Document.ID = id
	}
	related.Relationship = relationship
	hit.related = append(hit.related, related)
}

// addIndicator joins what one answer says with what is known of the same indicator.
func (m *model) addIndicator(inv *Investigation, d *digest, i indicatorDigest) {
	key := d.module.key() + "\x00" + i.identity
	hit := m.indicators[key]
	if hit == nil {
		hit = &IndicatorHit{Module: d.module, Indicator: *i.indicator, identity: i.identity}
		m.indicators[key] = hit
		inv.Indicators = insertUnique(inv.Indicators, hit, compareIndicators)
	}
	if i.indicator.ID < hit.Indicator.ID {
		hit.Indicator.ID = i.indicator.ID
	}
	for _, o := range i.observables {
		hit.Observables = insertUnique(hit.Observables, o, compareObservables)
	}
	for _, id := range i.judgements {
		hit.Judgements = insertUnique(hit.Judgements, id, strings.Compare)
	}
	for _, id := range i.sightings {
		hit.Sightings = insertUnique(hit.Sightings, id, strings.Compare)
	}
	for _, r := range i.related {
		hit.Related = insertLeast(hit.Related, r, compareRelated, func(r RelatedEntity) string { return r.Document.ID })
	}
}

func compareIndicators(a, b *IndicatorHit) int {
	return cmp.Or(
		a.Module.compare(b.Module), cmp.Compare(a.Indicator.Title, b.Indicator.Title), cmp.Compare(a.identity, b.identity),
	)
}

func compareRelated(a, b RelatedEntity) int {
	return cmp.Or(
		cmp.Compare(a.Relationship, b.Relationship), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Document.Title, b.Document.Title), cmp.Compare(relatedKey(a), relatedKey(b)),
	)
}

// relatedKey names a related document: a transient id differs between calls, so it only counts
// when there is no title.
func relatedKey(r RelatedEntity) string {
	if ctim.IsTransient(r.Document.ID) && r.Document.Title != "" {
		return ""
	}
	return r.Document.ID
}

// insertUnique puts v at its place in a sorted list without repetitions.
func insertUnique[T any](list []T, v T, compare func(a, b T) int) []T {
	at, found := slices.BinarySearchFunc(list, v, compare)
	if found {
		return list
	}
	return slices.Insert(list, at, v)
}

// insertLeast is insertUnique for documents that may come with another transient id in each
// answer: the lowest one stays, so that the result does not depend on the order of answers.
func insertLeast[T any](list []T, v T, compare func(a, b T) int, id func(T) string) []T {
	at, found := slices.BinarySearchFunc(list, v, compare)
	if !found {
		return slices.Insert(list, at, v)
	}
	if id(v) < id(list[at]) {
		list[at] = v
	}
	return list
}

func compareObservables(a, b observable.Observable) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
}
