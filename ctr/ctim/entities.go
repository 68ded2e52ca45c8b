package ctim

import (
	"encoding/json"
	"fmt"
)

// Entities is what one module found: the inner "data" of its answer.
type Entities struct {
	Verdicts      []Verdict
	Judgements    []Judgement
	Sightings     []Sighting
	Indicators    []Indicator
	Relationships []Relationship

	// Other holds the documents of all other kinds by their member name (malwares, actors,
	// attack_patterns, …), and documents of the kinds above that are no objects, all as they
	// came.
	Other map[string][]json.RawMessage

	// Counts is what the module stated for each kind. Modules state the number of documents
	// sent, so it is no grand total.
	Counts map[string]int
}

// IsEmpty tells whether the module found nothing.
func (e Entities) IsEmpty() bool {
	return len(e.Verdicts)+len(e.Judgements)+len(e.Sightings)+len(e.Indicators)+len(e.Relationships)+len(e.Other) == 0
}

// UnmarshalJSON decodes leniently: {} and null are a module with nothing to say, each kind
// is {count, docs} or a bare list, and kinds or documents of another form are kept in Other.
func (e *Entities) UnmarshalJSON(data []byte) error {
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(data, &kinds); err != nil {
		return fmt.Errorf("ctim: entities: %w", err)
	}
	*e = Entities{}
	for kind, raw := range kinds {
		docs, count, ok := section(raw)
		if !ok {
			e.keep(kind, raw)
			continue
		}
		if count != nil {
			if e.Counts == nil {
				e.Counts = make(map[string]int)
			}
			e.Counts[kind] = *count
		}
		e.add(kind, docs)
	}
	return nil
}

// section takes one kind's value apart. count is nil when none was stated.
func section(raw json.RawMessage) (docs []json.RawMessage, count *int, ok bool) {
	if string(raw) == "null" || json.Unmarshal(raw, &docs) == nil {
		return docs, nil, true
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil, nil, false
	}
	list, ok := members["docs"]
	if !ok {
		list = json.RawMessage("[]")
	}
	if json.Unmarshal(list, &docs) != nil {
		return nil, nil, false
	}
	if n, ok := decodeInt(members["count"]); ok {
		whole := int(n)
		count = &whole
	}
	for name := range members {
		if name != "docs" && name != "count" {
			return nil, nil, false
		}
	}
	return docs, count, true
}

func (e *Entities) add(kind string, docs []json.RawMessage) {
	switch kind {
	case "verdicts":
		e.Verdicts = decodeDocs[Verdict](e, kind, docs)
	case "judgements":
		e.Judgements = decodeDocs[Judgement](e, kind, docs)
	case "sightings":
		e.Sightings = decodeDocs[Sighting](e, kind, docs)
	case "indicators":
		e.Indicators = decodeDocs[Indicator](e, kind, docs)
	case "relationships":
		e.Relationships = decodeDocs[Relationship](e, kind, docs)
	default:
		for _, doc := range docs {
			e.keep(kind, doc)
		}
	}
}

func (e *Entities) keep(kind string, doc json.RawMessage) {
	if e.Other == nil {
		e.Other = make(map[string][]json.RawMessage)
	}
	e.Other[kind] = append(e.Other[kind], doc)
}

// decodeDocs decodes documents of one kind; those that are no objects are kept raw.
func decodeDocs[T any](e *Entities, kind string, docs []json.RawMessage) []T {
	var out []T
	for _, raw := range docs {
		var doc *T
		if err := json.Unmarshal(raw, &doc); err != nil || doc == nil {
			e.keep(kind, raw)
			continue
		}
		out = append(out, *doc)
	}
	return out
}

// MarshalJSON writes the form that Threat Response sends: {count, docs} for each kind that
// has documents.
func (e Entities) MarshalJSON() ([]byte, error) {
	kinds := make(map[string][]any, len(e.Other)+5)
	collect(kinds, "verdicts", e.Verdicts)
	collect(kinds, "judgements", e.Judgements)
	collect(kinds, "sightings", e.Sightings)
	collect(kinds, "indicators", e.Indicators)
	collect(kinds, "relationships", e.Relationships)
	for kind, docs := range e.Other {
		collect(kinds, kind, docs)
	}
	type envelope struct {
		Count int   `json:"count"`
		Docs  []any `json:"docs"`
	}
	out := make(map[string]envelope, len(kinds))
	for kind, docs := range kinds {
		out[kind] = envelope{Count: max(e.Counts[kind], len(docs)), Docs: docs}
	}
	return marshal(out)
}

func collect[T any](kinds map[string][]any, kind string, docs []T) {
	for _, doc := range docs {
		kinds[kind] = append(kinds[kind], doc)
	}
}
