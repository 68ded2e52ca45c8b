package ctr_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
)

// counter is a module that counts what it is asked, and answers with a verdict after a while.
type counter struct {
	pause time.Duration
	fails func(asked int) bool // of the calls; nil is never
	began chan struct{}        // gets a value for each call, when it is not nil

	mu    sync.Mutex
	calls int
	asked map[string]int // by route and observable
}

// Observe implements ctrtest.Backend.
func (c *counter) Observe(ctx context.Context, obs []observable.Observable) ctrtest.Answer {
	return c.answer(ctx, "observe", obs)
}

// Deliberate implements ctrtest.Deliberator.
func (c *counter) Deliberate(ctx context.Context, obs []observable.Observable) ctrtest.Answer {
	return c.answer(ctx, "deliberate", obs)
}

func (c *counter) answer(ctx context.Context, route string, obs []observable.Observable) ctrtest.Answer {
	c.mu.Lock()
	c.calls++
	fails := c.fails != nil && c.fails(c.calls)
	if c.asked == nil {
		c.asked = make(map[string]int)
	}
	for _, o := range obs {
		c.asked[route+" "+o.Value]++
	}
	c.mu.Unlock()
	if c.began != nil {
		c.began <- struct{}{}
	}
	select {
	case <-time.After(c.pause):
	case <-ctx.Done():
	}
	if fails {
		return ctrtest.Answer{Errors: []ctrtest.ModuleError{{Type: "fatal", Code: "connection error", Message: "down"}}}
	}
	var docs []ctrtest.Doc
	for _, o := range obs {
		docs = append(docs, ctrtest.Doc{
			"type": "verdict", "disposition": 2, "observable": ctrtest.Doc{"type": string(o.Type), "value": o.Value},
			"valid_time": ctrtest.Doc{"start_time": "2026-11-01T00:00:00.000Z"},
		})
	}
	return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"verdicts": docs}}
}

func (c *counter) counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := make(map[string]int, len(c.asked))
	maps.Copy(counts, c.asked)
	return counts
}

// counting starts a cloud whose modules are counters, named a, b, c…
func counting(t *testing.T, counters ...*counter) *ctrtest.Cloud {
	t.Helper()
	var modules []ctrtest.Module
	for i, c := range counters {
		name := string(rune('a' + i))
		modules = append(modules, ctrtest.Module{
			Name: name, Backend: c, Type: ctrtest.ModuleType{Title: "Counter " + name, Capabilities: []string{"observe", "deliberate"}},
		})
	}
	cloud, err := ctrtest.Start(ctrtest.Config{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	return cloud
}

// newClient is what a new process has: nothing in its cache.
func newClient(t *testing.T, cloud *ctrtest.Cloud) *ctr.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cloud.Roots()}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := ctr.New(ctr.Config{
		IROHURL: cloud.IROHURL(), ClientID: cloud.ClientID(), ClientSecret: cloud.ClientSecret(), HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// kept is a file of records, as a command keeps it.
type kept struct {
	t    *testing.T
	file bytes.Buffer
	n    int
}

func (k *kept) take(u ctr.Update) {
	for _, r := range u.Records() {
		if err := json.NewEncoder(&k.file).Encode(r); err != nil {
			k.t.Error(err)
		}
		k.n++
	}
}

// state reads the file again.
func (k *kept) state() *ctr.State {
	state := new(ctr.State)
	for lines := json.NewDecoder(bytes.NewReader(k.file.Bytes())); lines.More(); {
		var r ctr.CallRecord
		if err := lines.Decode(&r); err != nil {
			k.t.Fatal(err)
		}
		if !state.Add(r) {
			k.t.Error("raw answers were left out")
		}
	}
	if state.Len() != k.n {
		k.t.Errorf("%d calls in the state, %d were answered", state.Len(), k.n)
	}
	return state
}

func enrichCalls(cloud *ctrtest.Cloud) int {
	n := 0
	for _, r := range cloud.Requests() {
		if strings.Contains(r.Path, "/iroh-enrich/") {
			n++
		}
	}
	return n
}

func names(n int) []observable.Observable {
	var list []observable.Observable
	for i := range n {
		list = append(list, observable.Observable{Type: "domain", Value: fmt.Sprintf("d%d.example.com", i)})
	}
	return list
}

func wantAllAnswered(t *testing.T, inv *ctr.Investigation, observables, opinions int) {
	t.Helper()
	if len(inv.Findings) != observables {
		t.Errorf("%d findings", len(inv.Findings))
	}
	for _, f := range inv.Findings {
		if f.Standing() != ctr.Answered || f.Disposition != ctim.Malicious || len(f.Opinions) != opinions {
			t.Fatalf("%v: %v (%s), %d opinions", f.Observable, f.Standing(), f.Shortfall(), len(f.Opinions))
		}
	}
}

// TestBudgetKeepsWhatIsPaid spends a budget while calls are under way, and goes on: both runs
// together make exactly the calls of one, every answer is kept, and nothing is asked twice.
func TestBudgetKeepsWhatIsPaid(t *testing.T) {
	one := counting(t, &counter{})
	asked := names(500)
	routes := []ctr.Route{ctr.RouteDeliberate, ctr.RouteObserve, ctr.RouteRefer}
	if _, err := newClient(t, one).Investigate(t.Context(), ctr.InvestigateRequest{Observables: asked, Routes: routes}, nil); err != nil {
		t.Fatal(err)
	}
	need := enrichCalls(one)

	module := &counter{pause: 30 * time.Millisecond}
	cloud := counting(t, module)
	file := &kept{t: t}
	const budget, listing = 15, 2
	r := ctr.InvestigateRequest{Observables: asked, Routes: routes, MaxCalls: budget + listing}
	inv, err := newClient(t, cloud).Investigate(t.Context(), r, file.take)
	if e, ok := errors.AsType[*ctr.Error](err); !ok || e.Code != ctr.CodeBudget {
		t.Fatalf("got %v", err)
	}
	if n := enrichCalls(cloud); n != budget || inv.Progress.CallsDone != budget || file.n != budget {
		t.Fatalf("of %d paid calls %d were sent, %d taken in, %d kept", budget, n, inv.Progress.CallsDone, file.n)
	}
	r.MaxCalls, r.Resume = 0, file.state()
	inv, err = newClient(t, cloud).Investigate(t.Context(), r, file.take)
	if err != nil {
		t.Fatal(err)
	}
	if n := enrichCalls(cloud); n != need {
		t.Errorf("both runs made %d calls, one needs %d", n, need)
	}
	for key, n := range module.counts() {
		if n != 1 {
			t.Errorf("%s was asked %d times", key, n)
		}
	}
	wantAllAnswered(t, inv, 500, 1)
	if links := 5; len(inv.Raw) != need-links || inv.RawLeftOut != 0 { // of links there are none
		t.Errorf("%d raw answers, %d left out, of %d calls", len(inv.Raw), inv.RawLeftOut, need)
	}
	r.Resume = file.state()
	if inv, err = newClient(t, cloud).Investigate(t.Context(), r, nil); err != nil || enrichCalls(cloud) != need {
		t.Errorf("everything was known, and yet: %d calls, %v", enrichCalls(cloud), err)
	}
	wantAllAnswered(t, inv, 500, 1)
}

// TestInterruptionKeepsWhatIsAnswered cancels an investigation of a fast and a slow module.
func TestInterruptionKeepsWhatIsAnswered(t *testing.T) {
	fast, slow := &counter{}, &counter{pause: 20 * time.Millisecond}
	cloud := counting(t, fast, slow)
	file := &kept{t: t}
	r := ctr.InvestigateRequest{Observables: names(1000)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ended ctr.Update
	inv, err := newClient(t, cloud).Investigate(ctx, r, func(u ctr.Update) {
		file.take(u)
		if u.Progress.CallsDone == 30 {
			cancel()
		}
		ended = u
	})
	if !errors.Is(err, context.Canceled) || !inv.Ended || !ended.Ended || !errors.Is(ended.Err, context.Canceled) {
		t.Fatalf("got %v, %+v", err, ended)
	}
	if inv.Progress.CallsDone != file.n || file.n < 30 {
		t.Errorf("%d calls were answered, %d kept", inv.Progress.CallsDone, file.n)
	}
	standings := map[ctr.Standing]int{}
	for _, f := range inv.Findings {
		standings[f.Standing()]++
		if f.Standing() == ctr.NotAsked && f.Shortfall() != "the investigation was stopped" {
			t.Fatalf("got %q", f.Shortfall())
		}
	}
	if standings[ctr.Waiting] != 0 || standings[ctr.NotAsked] == 0 || standings[ctr.Partly] == 0 {
		t.Errorf("got %v", standings)
	}
	answered := answeredPairs(t, file)
	before := []map[string]int{fast.counts(), slow.counts()}
	r.Resume = file.state()
	if inv, err = newClient(t, cloud).Investigate(t.Context(), r, file.take); err != nil {
		t.Fatal(err)
	}
	wantAllAnswered(t, inv, 1000, 2)
	for i, c := range []*counter{fast, slow} {
		for key, n := range c.counts() {
			if answered[string(rune('a'+i))+" "+key] && n != before[i][key] {
				t.Fatalf("%s had answered and was asked again", key)
			}
		}
	}
}

// answeredPairs names what modules have answered: module, route and value.
func answeredPairs(t *testing.T, file *kept) map[string]bool {
	t.Helper()
	pairs := make(map[string]bool)
	for lines := json.NewDecoder(bytes.NewReader(file.file.Bytes())); lines.More(); {
		var r ctr.CallRecord
		if err := lines.Decode(&r); err != nil {
			t.Fatal(err)
		}
		for _, raw := range r.Raw() {
			for _, o := range raw.Observables {
				pairs[raw.Module.Name+" "+string(raw.Route)+" "+o.Value] = true
			}
		}
	}
	return pairs
}

// TestResumeBetweenModes begins with each module on its own and goes on with all together, and
// the other way round: no module is asked twice about an observable.
func TestResumeBetweenModes(t *testing.T) {
	for name, limits := range map[string][2]int{
		"alone, then together":        {0, 2 + 12}, // 2 calls list the modules; at least 16 are left to ask alone
		"together, then alone":        {2 + 4, 0},
		"together by name, and alone": {2 + 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := &counter{}, &counter{pause: 10 * time.Millisecond}
			cloud := counting(t, a, b)
			file := &kept{t: t}
			r := ctr.InvestigateRequest{Observables: names(200), Routes: []ctr.Route{ctr.RouteObserve}, MaxCalls: limits[0], Concurrency: 1}
			if strings.Contains(name, "by name") {
				for _, m := range cloud.Modules() {
					r.Modules = append(r.Modules, m.ID)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := newClient(t, cloud).Investigate(ctx, r, func(u ctr.Update) {
				file.take(u)
				if limits[0] == 0 && u.Progress.CallsDone == 3 {
					cancel()
				}
			})
			if err == nil {
				t.Fatal("the first run was to end early")
			}
			answered, before := answeredPairs(t, file), []map[string]int{a.counts(), b.counts()}
			r.MaxCalls, r.Resume = limits[1], file.state()
			inv, err := newClient(t, cloud).Investigate(t.Context(), r, file.take)
			if err != nil || inv.AllInOne != (limits[1] != 0) {
				t.Fatalf("all in one: %v, %v", inv.AllInOne, err)
			}
			wantAllAnswered(t, inv, 200, 2)
			for i, c := range []*counter{a, b} {
				for key, n := range c.counts() {
					if answered[string(rune('a'+i))+" "+key] && n != before[i][key] {
						t.Errorf("%c had answered %s and was asked again", 'a'+i, key)
					}
				}
			}
		})
	}
}

// TestResumeAsksFailedModulesAgain has a module that is down in the first run.
func TestResumeAsksFailedModulesAgain(t *testing.T) {
	good, down := &counter{}, &counter{fails: func(int) bool { return true }}
	cloud := counting(t, good, down)
	for _, limit := range []int{0, 2 + 7} { // each alone; and all together, 5 calls of 10
		file := &kept{t: t}
		down.fails = func(int) bool { return true }
		r := ctr.InvestigateRequest{Observables: names(100), Routes: []ctr.Route{ctr.RouteObserve}, MaxCalls: limit}
		inv, err := newClient(t, cloud).Investigate(t.Context(), r, file.take)
		if err != nil || inv.AllInOne != (limit != 0) {
			t.Fatalf("%v, all in one: %v", err, inv.AllInOne)
		}
		f := inv.Findings[0]
		if f.Standing() != ctr.Partly || f.Shortfall() != "no answer from b" || !f.Done {
			t.Errorf("got %v: %s", f.Standing(), f.Shortfall())
		}
		calls := good.calls
		down.fails = nil
		r.Resume, r.MaxCalls = file.state(), 0
		if inv, err = newClient(t, cloud).Investigate(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
		wantAllAnswered(t, inv, 100, 2)
		if good.calls != calls {
			t.Errorf("the module that had answered got %d calls", good.calls-calls)
		}
		for _, m := range inv.Modules {
			if len(m.Problems) > 0 {
				t.Errorf("%s: a failure that was made good is told: %+v", m.Module.Name, m.Problems)
			}
		}
	}
}
