package ctr

import (
	"strings"
	"testing"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// one answers every question with the same element.
func one(element string) answerFunc {
	return func(string, []observable.Observable) (string, string, int) { return element, "", 200 }
}

// TestRepetitionsCountOnce has a sighting that names its target twice, with the observables the other
// way round, and a relation twice; another sighting names both once more.
func TestRepetitionsCountOnce(t *testing.T) {
	const (
		target   = `{"type":"email","observables":[{"type":"email","value":"a@example.org"},{"type":"user","value":"a"}],"observed_time":{"start_time":"2026-11-20T10:00:00Z"}}`
		reversed = `{"type":"email","observables":[{"type":"user","value":"a"},{"type":"email","value":"a@EXAMPLE.org"}],"observed_time":{"start_time":"2026-11-21T10:00:00Z"}}`
		relation = `{"relation":"Sent_To","source":{"type":"ip","value":"192.0.2.1"},"related":{"type":"email","value":"a@example.org"}}`
		about    = `"observables":[{"type":"ip","value":"192.0.2.1"}]`
	)
	inv := investigate(t, houseOf(t, map[string]answerFunc{"a": one(`"data":{"sightings":{"docs":[
		{"id":"transient:1",` + about + `,"targets":[` + target + `,` + reversed + `],"relations":[` + relation + `,` + relation + `]},
		{"id":"transient:2","title":"another",` + about + `,"targets":[` + target + `],"relations":[` + relation + `]}]}}`)}).client(t),
		InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
	if len(inv.Targets) != 1 || inv.Targets[0].Sightings != 2 || len(inv.Findings[0].Targets) != 1 {
		t.Fatalf("targets: %+v", inv.Targets)
	}
	if first, last := inv.Targets[0].First, inv.Targets[0].Last; first.Day() != 20 || last.Day() != 21 {
		t.Errorf("from %v to %v", first, last)
	}
	if edges := inv.Graph().Edges; len(edges) != 1 || edges[0].Count != 2 {
		t.Errorf("relations: %+v", edges)
	}
}

// TestRelationshipsKnowLongAndShortIDs joins an indicator whose id is long to a judgement by short ids.
func TestRelationshipsKnowLongAndShortIDs(t *testing.T) {
	inv := investigate(t, houseOf(t, map[string]answerFunc{"a": one(`"data":{
		"indicators":{"docs":[{"id":"https://private.intel.amp.cisco.com:443/ctia/indicator/indicator-1","title":"I"}]},
		"judgements":{"docs":[{"id":"https://private.intel.amp.cisco.com/ctia/judgement/judgement-1","disposition":2,"observable":{"type":"ip","value":"192.0.2.1"}}]},
		"relationships":{"docs":[{"relationship_type":"element-of","source_ref":"judgement-1","target_ref":"indicator-1"}]}}`)}).client(t),
		InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
	if len(inv.Indicators) != 1 || len(inv.Indicators[0].Observables) != 1 || len(inv.Others) != 0 {
		t.Errorf("got %+v, others %+v", inv.Indicators, inv.Others)
	}
}

// TestOnlyWhatAModuleCan asks a module that can only observe for nothing else.
func TestOnlyWhatAModuleCan(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{"a": verdicts(ctim.Clean, "")})
	client := cloud.client(t)
	if _, _, err := client.listModules(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	client.modules.types["type-a"] = ModuleType{ID: "type-a", Capabilities: []Capability{{ID: "observe"}}}
	inv := investigate(t, client, InvestigateRequest{Observables: obs("ip", "192.0.2.1")})
	if n := len(cloud.sent("/iroh/iroh-enrich/deliberate/observables")); n != 0 || len(cloud.sent(observePath)) != 1 || inv.Findings[0].Standing() != Answered {
		t.Errorf("%d verdicts were asked for, %v", n, inv.Findings[0].Standing())
	}
}

// TestDropKeepsANewerToken drops a token that another call has replaced already.
func TestDropKeepsANewerToken(t *testing.T) {
	cloud := newCloud(t)
	client := cloud.client(t)
	token, _, err := client.tokens.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client.tokens.drop(t.Context(), "an older one")
	if again, _, err := client.tokens.get(t.Context()); err != nil || again != token {
		t.Errorf("the newer token is gone: %v", err)
	}
	client.tokens.drop(t.Context(), token)
	if again, _, err := client.tokens.get(t.Context()); err != nil || again == token {
		t.Errorf("a refused token is used again: %v", err)
	}
}

func TestNotesAreSplitAtLineBreaks(t *testing.T) {
	line := strings.Repeat("x", 90) + "\n"
	pieces := splitText(ctim.Text{Type: "text", Text: strings.Repeat(line, 100)})
	var whole strings.Builder
	for _, p := range pieces {
		whole.WriteString(p.Text)
		if len(p.Text) > longText || !strings.HasSuffix(p.Text, "\n") || p.Type != "text" {
			t.Errorf("a piece of %d characters that ends with %q", len(p.Text), p.Text[len(p.Text)-1:])
		}
	}
	if len(pieces) != 2 || whole.String() != strings.Repeat(line, 100) {
		t.Errorf("%d pieces", len(pieces))
	}
}
