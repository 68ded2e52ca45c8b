package main

import (
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
)

// TestResumedLinesOfFailures resumes an investigation in which a module fails again: its observable
// has a line in both runs, because it is not known in either.
func TestResumedLinesOfFailures(t *testing.T) {
	var down atomic.Bool
	flaky := ctrtest.Module{
		ID: "11111111-2222-4333-8444-555555555555", Name: "Flaky", Type: ctrtest.ModuleType{Title: "Flaky", Capabilities: []string{"observe"}},
		Backend: ctrtest.ObserveFunc(func(_ context.Context, obs []observable.Observable) ctrtest.Answer {
			if down.Load() || obs[0].Type == "ip" {
				return ctrtest.Answer{Errors: []ctrtest.ModuleError{{Type: "fatal", Code: "connection error", Message: "down"}}}
			}
			return ctrtest.Answer{}
		}),
	}
	state := filepath.Join(t.TempDir(), "state")
	domain, address := observable.Observable{Type: "domain", Value: "a.example"}, observable.Observable{Type: "ip", Value: "192.0.2.1"}
	count := func(asked ...observable.Observable) string {
		out := investigated(t, &investigateOptions{form: formJSONL, resume: state}, ctr.InvestigateRequest{Observables: asked}, flaky)
		var lines []string
		for line := range strings.Lines(out) {
			if strings.Contains(line, `"event":"observable"`) {
				_, value, _ := strings.Cut(line, `"value":"`)
				_, standing, _ := strings.Cut(line, `"standing":"`)
				lines = append(lines, value[:strings.IndexByte(value, '"')]+" "+standing[:strings.IndexByte(standing, '"')])
			}
		}
		return strings.Join(lines, ", ")
	}
	if got := count(domain); got != "a.example answered" {
		t.Errorf("the first run: %s", got)
	}
	if got := count(domain, address); got != "192.0.2.1 not_answered" {
		t.Errorf("the second run: %s", got)
	}
	down.Store(true)
	if got := count(domain, address); got != "192.0.2.1 not_answered" {
		t.Errorf("the third run: %s", got)
	}
}

// TestJournalThatCannotBeKept writes to a file that takes nothing: it is said once, and the answers are
// still printed.
func TestJournalThatCannotBeKept(t *testing.T) {
	j, err := openJournal(filepath.Join(t.TempDir(), "state"), "site", func(ctr.CallRecord) { t.Error("a new file has a record") })
	if err != nil {
		t.Fatal(err)
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	r := &investigateRun{app: newApp(nil, nil, &problems), o: &investigateOptions{}, journal: j}
	for range 2 {
		r.keep(r.journal.add([]ctr.CallRecord{{Route: ctr.RouteObserve}}))
	}
	if r.unkept == nil || strings.Count(problems.String(), "--resume: ") != 1 {
		t.Errorf("%v: %s", r.unkept, problems.String())
	}
}
