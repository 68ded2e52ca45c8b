package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// odd is a module's answer with a field, a relation, a sensor, a kind of entity and an error that
// nobody has heard of, and a relationship that leads to no indicator.
const (
	oddAnswer = `"x-element":{"of":"the answer"},"data":{
		"sightings":{"count":1,"docs":[{"id":"transient:s1","observables":[{"type":"ip","value":"192.0.2.1"}],"sensor":"weather.balloon","count":3,
			"relations":[{"relation":"Floats_Over","source":{"type":"ip","value":"192.0.2.1"},"related":{"type":"cloud_id","value":"c-7","altitude":9}}],
			"observed_time":{"start_time":"2026-11-20T10:00:00Z"},"x-sighting":[1,null]}]},
		"verdicts":{"docs":[{"disposition":77,"observable":{"type":"ip","value":"192.0.2.1"},"x-verdict":true}]},
		"premonitions":{"docs":[{"id":"transient:p1","title":"Rain","mood":"bad"}]},
		"relationships":{"docs":[{"relationship_type":"foretells","source_ref":"transient:p1","target_ref":"transient:s1","x-relationship":0}]}}`
	oddFailure = `"type":"omen","code":"dark clouds","message":"later","x-error":{"deep":[true]}`
)

// TestNothingOfAnAnswerIsDropped looks for what nobody has heard of in the model, and for every
// byte of the answer in Raw.
func TestNothingOfAnAnswerIsDropped(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{"odd": func(string, []observable.Observable) (string, string, int) { return oddAnswer, oddFailure, 200 }})
	inv := investigate(t, cloud.client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
	s := inv.Findings[0].Sightings[0].Sighting
	if s.Sensor != "weather.balloon" || string(s.Extra["x-sighting"]) != "[1,null]" {
		t.Errorf("sighting: %+v", s)
	}
	if related := string(s.Relations[0].Extra["related"]); !strings.Contains(related, `"altitude":9`) {
		t.Errorf("an observable with a member more: %s", related)
	}
	edges := inv.Neighbours(observable.Observable{Type: "cloud_id", Value: "c-7"})
	if len(edges) != 1 || edges[0].Relation != "Floats_Over" {
		t.Errorf("relations: %+v", edges)
	}
	if d := inv.Findings[0].Disposition; d != ctim.Disposition(77) {
		t.Errorf("disposition %v", d)
	}
	kinds := map[string]string{}
	for _, o := range inv.Others {
		kinds[o.Kind] = o.Title + " " + string(o.Raw)
	}
	if !strings.HasPrefix(kinds["premonitions"], "Rain ") || !strings.Contains(kinds["premonitions"], `"mood":"bad"`) {
		t.Errorf("an unknown kind: %v", kinds)
	}
	if r := kinds["relationships"]; !strings.HasPrefix(r, "transient:p1 foretells transient:s1 ") || !strings.Contains(r, `"x-relationship":0`) {
		t.Errorf("a relationship without an indicator: %v", kinds)
	}
	if p := inv.Modules[0].Problems[0]; p.Type != "omen" || p.Code != "dark clouds" {
		t.Errorf("an unknown type of error: %+v", p)
	}
	if f := inv.Findings[0]; f.Standing() != Partly || f.Unanswered[0].InstanceID != "odd" {
		t.Errorf("data and a failure: %v, %v", f.Standing(), f.Unanswered)
	}
	head := `{"module":"Module odd","module_instance_id":"odd","module_type_id":"type-odd",`
	if len(inv.Raw) != 2 || string(inv.Raw[0].JSON) != head+oddFailure+"}" || string(inv.Raw[1].JSON) != head+oddAnswer+"}" {
		t.Errorf("raw: %s", inv.Raw)
	}
}

// TestRawAnswersAreBoundedByBytes has answers of more than 32 MB in all: the model says how many
// calls it left out, what those said is in it, and their records have the rest.
func TestRawAnswersAreBoundedByBytes(t *testing.T) {
	const calls, each = 5, 9 << 20
	padding := strings.Repeat("x", each)
	cloud := houseOf(t, map[string]answerFunc{"big": func(route string, asked []observable.Observable) (string, string, int) {
		element, _, _ := verdicts(ctim.Clean, "")(route, asked)
		return `"padding":"` + padding + `",` + element, "", 200
	}})
	var left, size int
	state := new(State)
	r := InvestigateRequest{Observables: domains(20 * calls), Routes: []Route{RouteObserve}}
	client := cloud.client(t)
	inv, err := client.Investigate(t.Context(), r, func(u Update) {
		for _, record := range u.Records() {
			raw := record.Raw()
			if len(raw) != 1 || len(raw[0].JSON) < each {
				t.Errorf("a record without its answer: %d", len(raw))
			}
			if record.LeftOut {
				left++
			}
			if kept := state.Add(record); kept == record.LeftOut {
				t.Errorf("left out by the model: %v, kept in the state: %v", record.LeftOut, kept)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range inv.Raw {
		size += len(raw.JSON)
	}
	if size > rawLimit || len(inv.Raw) != 3 || inv.RawLeftOut != calls-3 || left != calls-3 {
		t.Errorf("%d bytes in %d raw answers, %d left out, %d told", size, len(inv.Raw), inv.RawLeftOut, left)
	}
	if client.cache.raw > rawLimit {
		t.Errorf("the cache holds %d bytes", client.cache.raw)
	}
	for _, f := range inv.Findings {
		if f.Disposition != ctim.Clean || f.Standing() != Answered {
			t.Fatalf("%v: %v, %v", f.Observable, f.Disposition, f.Standing())
		}
	}
	r.Resume = state
	again := investigate(t, cloud.client(t), r)
	if len(cloud.sent(observePath)) != calls || len(again.Raw) != 3 || again.RawLeftOut != calls-3 || again.Findings[99].Disposition != ctim.Clean {
		t.Errorf("resumed: %d calls, %d raw answers, %d left out", len(cloud.sent(observePath)), len(again.Raw), again.RawLeftOut)
	}
}

// TestStandings has an observable for each way in which a question can end.
func TestStandings(t *testing.T) {
	none := func(string, []observable.Observable) (string, string, int) { return "", "", 200 }
	down := func(string, []observable.Observable) (string, string, int) { return "", "", 503 }
	fatal := func(string, []observable.Observable) (string, string, int) {
		return "", `"type":"fatal","code":"connection error"`, 200
	}
	warning := func(string, []observable.Observable) (string, string, int) {
		return `"data":{}`, `"type":"warning","code":"search job did not finish"`, 200
	}
	for name, c := range map[string]struct {
		modules   map[string]answerFunc
		asked     []observable.Observable
		together  bool
		want      Standing
		shortfall string
	}{
		"an opinion":                {modules: map[string]answerFunc{"a": verdicts(ctim.Unknown, "")}, want: Answered},
		"nothing to say":            {modules: map[string]answerFunc{"a": none}, want: Answered},
		"a warning":                 {modules: map[string]answerFunc{"a": warning}, want: Answered},
		"a call failed":             {modules: map[string]answerFunc{"a": down}, want: Failed, shortfall: "no answer from Module a"},
		"a module failed":           {modules: map[string]answerFunc{"a": fatal}, want: Failed, shortfall: "no answer from Module a"},
		"all failed":                {modules: map[string]answerFunc{"a": fatal, "b": down}, want: Failed, shortfall: "no answer from Module a, Module b"},
		"one of two failed":         {modules: map[string]answerFunc{"a": fatal, "b": none}, want: Partly, shortfall: "no answer from Module a"},
		"one of two, together":      {modules: map[string]answerFunc{"a": fatal, "b": verdicts(ctim.Clean, "")}, together: true, want: Partly, shortfall: "no answer from Module a"},
		"all failed, together":      {modules: map[string]answerFunc{"a": fatal, "b": fatal}, together: true, want: Failed, shortfall: "no answer from Module a, Module b"},
		"the call failed, together": {modules: map[string]answerFunc{"a": down, "b": none}, together: true, want: Failed, shortfall: "no answer from all modules"},
		"no module takes the type":  {modules: map[string]answerFunc{"mail1": mail}, asked: obs("mutex", "m"), want: NotAsked, shortfall: "no module can be asked about this type"},
	} {
		t.Run(name, func(t *testing.T) {
			r := InvestigateRequest{Observables: c.asked}
			if r.Observables == nil {
				r.Observables = obs("ip", "192.0.2.1")
			}
			if c.together {
				r.MaxCalls, r.Routes = 2+1, []Route{RouteObserve} // 2 list the modules
			}
			var last Update
			var during []Standing
			follower := NewInvestigation(r, newClock().now())
			inv, err := houseOf(t, c.modules).client(t).Investigate(t.Context(), r, func(u Update) {
				follower.Apply(u)
				if !u.Ended && !follower.Findings[0].Done {
					during = append(during, follower.Findings[0].Standing())
				}
				last = u
			})
			if !errors.Is(last.Err, err) || !last.Ended || inv.AllInOne != c.together {
				t.Errorf("the end: %+v, %v, together: %v", last, err, inv.AllInOne)
			}
			for _, f := range []*Finding{inv.Findings[0], follower.Findings[0]} {
				if f.Standing() != c.want || f.Shortfall() != c.shortfall {
					t.Errorf("got %v: %q", f.Standing(), f.Shortfall())
				}
			}
			for _, s := range during {
				if s != Waiting {
					t.Errorf("while it ran: %v", s)
				}
			}
		})
	}
	inv := investigate(t, houseOf(t, map[string]answerFunc{"a": func(string, []observable.Observable) (string, string, int) {
		return `"data":{"verdicts":{"docs":[{"disposition":2,"observable":{"type":"ip","value":"192.0.2.9"}}]}}`, "", 200
	}}).client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1")})
	if s := inv.Findings[1].Standing(); s != Mentioned || fmt.Sprint(s, Answered, Standing(99)) != "mentioned answered standing unknown" {
		t.Errorf("got %v", s)
	}
}

// TestWhyNobodyWasAsked names what ended an investigation before its time.
func TestWhyNobodyWasAsked(t *testing.T) {
	for want, err := range map[string]error{
		"the calls are spent":                          &Error{Code: CodeBudget, Held: true},
		"the organisation's request limit was reached": &Error{Status: 429},
		"the investigation was stopped":                fmt.Errorf("x: %w", context.Canceled),
		"the time was up":                              context.DeadlineExceeded,
		"the investigation ended early":                &Error{Status: 401},
	} {
		inv := NewInvestigation(InvestigateRequest{Observables: obs("ip", "192.0.2.1")}, newClock().now())
		f := inv.Findings[0]
		if f.Standing() != Waiting || f.Shortfall() != "" {
			t.Errorf("before: %v, %q", f.Standing(), f.Shortfall())
		}
		inv.Apply(Update{Ended: true, Err: err})
		if f.Standing() != NotAsked || f.Shortfall() != want {
			t.Errorf("%v: %v, %q, want %q", err, f.Standing(), f.Shortfall(), want)
		}
		f.answered = true // and the other modules were not asked
		if f.Standing() != Partly || f.Shortfall() != want {
			t.Errorf("%v: %v, %q, want %q", err, f.Standing(), f.Shortfall(), want)
		}
	}
}

// TestRecordsSurviveJSON writes records as lines and reads them again.
func TestRecordsSurviveJSON(t *testing.T) {
	record := CallRecord{
		Modules: []string{"m"}, Route: RouteObserve, Observables: obs("email_subject", hostile), Fetched: newClock().now(),
		Data:   []json.RawMessage{json.RawMessage(`{"module":"M","data":{"verdicts":{"docs":[{"disposition":2,"observable":{"type":"email_subject","value":"x"}}]}}}`)},
		Errors: []json.RawMessage{json.RawMessage(`{"type":"warning","code":"c"}`)},
	}
	line, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	var again CallRecord
	if err := json.Unmarshal(line, &again); err != nil {
		t.Fatal(err)
	}
	raw := again.Raw()
	if len(raw) != 2 || raw[0].Module.InstanceID != "m" || raw[0].Observables[0] != record.Observables[0].Normal() || string(raw[0].JSON) != string(record.Data[0]) {
		t.Errorf("got %+v", raw)
	}
}
