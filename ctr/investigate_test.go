package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/ctim"
	"ctrace/ctr/ctrtest/published"
	"ctrace/ctr/observable"
)

// answerFunc is a module of the test cloud: it gives the members of its element ("data":…), or
// an error object, or a status.
type answerFunc func(route string, asked []observable.Observable) (element, failure string, status int)

// houseOf makes a cloud with modules; the key of each is its instance id, its type is type-ID.
// mail… are Secure Email modules.
func houseOf(t testing.TB, modules map[string]answerFunc) *cloud {
	t.Helper()
	c := newCloud(t)
	var instances, types []string
	for id := range modules {
		category := "threat-intel"
		if strings.HasPrefix(id, "mail") {
			category = "email-security"
		}
		instances = append(instances, fmt.Sprintf(`{"id":%q,"name":"Module %s","module_type_id":"type-%s","enabled":true}`, id, id, id))
		types = append(types, fmt.Sprintf(`{"id":"type-%s","title":"T","product_categories":[{"id":%q}],"capabilities":[{"id":"observe"},{"id":"deliberate"}]}`, id, category))
	}
	instances = append(instances, `{"id":"off","name":"Disabled","enabled":false}`)
	c.on("GET /iroh/iroh-int/module-instance", 200, "["+strings.Join(instances, ",")+"]")
	c.on("GET /iroh/iroh-int/module-type", 200, "["+strings.Join(types, ",")+"]")
	c.on("POST /iroh/iroh-enrich/refer/observables", 200, `{"data":[]}`)
	for _, route := range []string{"observe", "deliberate"} {
		c.mux.HandleFunc("POST /iroh/iroh-enrich/"+route+"/observables", func(w http.ResponseWriter, r *http.Request) {
			var asked []observable.Observable
			body, _ := io.ReadAll(r.Body)
			if err := json.Unmarshal(body, &asked); err != nil {
				t.Error(err)
			}
			ids := r.URL.Query()["mids"]
			if ids == nil {
				for id := range modules {
					ids = append(ids, id)
				}
				slices.Sort(ids)
			}
			var data, failures []string
			for _, id := range ids {
				element, failure, status := modules[id](route, asked)
				if status >= 300 {
					answerJSON(w, status, `{"error":"test","trace_id":"t"}`)
					return
				}
				head := fmt.Sprintf(`{"module":"Module %s","module_instance_id":%q,"module_type_id":"type-%s",`, id, id, id)
				if element != "" {
					data = append(data, head+element+"}")
				}
				if failure != "" {
					failures = append(failures, head+failure+"}")
				}
			}
			answerJSON(w, 200, `{"data":[`+strings.Join(data, ",")+`],"errors":[`+strings.Join(failures, ",")+`]}`)
		})
	}
	return c
}

// verdicts is a module that has the same opinion of everything.
func verdicts(d ctim.Disposition, reason string) answerFunc {
	return func(route string, asked []observable.Observable) (string, string, int) {
		var v, j []string
		for i, o := range asked {
			about, _ := json.Marshal(o)
			v = append(v, fmt.Sprintf(`{"type":"verdict","disposition":%d,"observable":%s,"valid_time":{"start_time":"2026-11-01T00:00:00Z"}}`, d, about))
			if route == "observe" && reason != "" {
				j = append(j, fmt.Sprintf(`{"id":"transient:%d","type":"judgement","disposition":%d,"observable":%s,"reason":%q,"priority":90,"valid_time":{"start_time":"2026-11-01T00:00:00Z"}}`, i, d, about, reason))
			}
		}
		return `"data":{"verdicts":{"count":1,"docs":[` + strings.Join(v, ",") + `]},"judgements":{"docs":[` + strings.Join(j, ",") + `]}}`, "", 200
	}
}

var transientCount atomic.Int64

// mail is a module that saw one message for each observable: transient ids differ between
// calls, as they do in reality.
func mail(route string, asked []observable.Observable) (string, string, int) {
	if route != "observe" {
		return `"data":{}`, "", 200
	}
	var docs []string
	for _, o := range asked {
		about, _ := json.Marshal(o)
		hour := len(o.Value) % 24
		docs = append(docs, fmt.Sprintf(`{"id":"transient:sighting-%d","type":"sighting","count":1,"confidence":"High","observed_time":{"start_time":"2026-11-20T%02d:00:00Z"},
			"observables":[%s],"targets":[{"type":"email","observables":[{"type":"email","value":"kim@example.org"}],"observed_time":{"start_time":"2026-11-20T%02d:00:00Z"}}],
			"relations":[{"origin":"gateway","relation":"Sent_To","source":%s,"related":{"type":"email","value":"kim@example.org"}}]}`,
			transientCount.Add(1), hour, about, hour, about))
	}
	return `"data":{"sightings":{"count":` + fmt.Sprint(len(docs)) + `,"docs":[` + strings.Join(docs, ",") + `]}}`, "", 200
}

// picture is all that an investigation found, without times of this machine, transient ids and
// raw answers.
func picture(t *testing.T, inv *Investigation) string {
	t.Helper()
	var modules []ModuleStatus
	for _, m := range inv.Modules {
		plain := *m
		plain.Elapsed, plain.Slowest, plain.Age, plain.FromCache = 0, 0, 0, 0
		plain.Asked, plain.Answered = 0, 0
		for i := range plain.Problems {
			plain.Problems[i].Err = nil
		}
		modules = append(modules, plain)
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetIndent("", " ")
	for _, part := range []any{inv.Skipped, inv.Findings, inv.Sightings, inv.Targets, inv.Indicators, inv.Links, inv.Others, modules, inv.Graph()} {
		if err := enc.Encode(part); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		if !strings.Contains(line, `"transient:sighting-`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func investigate(t *testing.T, client *Client, r InvestigateRequest) *Investigation {
	t.Helper()
	inv, err := client.Investigate(t.Context(), r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestInvestigateJoinsModules(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{
		"talos":  verdicts(ctim.Clean, "Good reputation"),
		"amp":    verdicts(ctim.Malicious, "Conviction"),
		"common": verdicts(ctim.Unknown, ""),
		"mail1":  mail,
	})
	asked := obs("cisco_mid", "4711", "email_subject", "Rechnung", "url", "https://example.net/x", "cidr_block", "192.0.2.0/24")
	inv := investigate(t, cloud.client(t), InvestigateRequest{Observables: asked})
	if len(inv.Findings) != 3 || len(inv.Skipped) != 1 || inv.AllInOne {
		t.Fatalf("%d findings, skipped %v", len(inv.Findings), inv.Skipped)
	}
	f := inv.Find(asked[0])
	if f.Disposition != ctim.Malicious || !f.Disagree || !f.Done || len(f.Opinions) != 3 || len(f.Judgements) != 2 {
		t.Errorf("got %+v", f)
	}
	if o := f.Opinions[0]; o.Module.InstanceID != "amp" || !cmp.Equal(o.Reasons, []string{"Conviction"}) || o.Derived {
		t.Errorf("got %+v", o)
	}
	if len(f.Sightings) != 1 || len(f.Targets) != 1 || f.Targets[0].Observables[0].Value != "kim@example.org" {
		t.Errorf("got %+v", f)
	}
	if len(inv.Sightings) != 2 || inv.Sightings[0].About[0].Value != "4711" || len(inv.Targets) != 1 || inv.Targets[0].Sightings != 2 {
		t.Errorf("got %d sightings, targets %+v", len(inv.Sightings), inv.Targets)
	}
	edges := inv.Neighbours(obs("email", "kim@example.org")[0])
	if len(edges) != 2 || edges[0].Source.Value != "4711" || edges[0].Count != 1 || !cmp.Equal(edges[0].Origins, []string{"gateway"}) {
		t.Errorf("got %+v", edges)
	}
	graph := inv.Graph()
	if len(graph.Nodes) != 4 || len(graph.Edges) != 2 || !graph.Nodes[0].Asked || graph.Nodes[0].Disposition != ctim.Malicious || graph.Nodes[3].Asked {
		t.Errorf("got %+v", graph)
	}
	status := inv.Modules[2]
	if status.Module.InstanceID != "mail1" || !status.Email || status.NotAskable != 1 || status.Documents != 2 || !status.Done || status.Asked != 4 || status.Answered != 4 {
		t.Errorf("got %+v", status)
	}
	for _, sent := range cloud.sent(observePath) {
		if sent.Query == "mids=mail1" && (strings.Contains(sent.Body, "url") || strings.Contains(sent.Body, "4711") && strings.Contains(sent.Body, "Rechnung")) {
			t.Errorf("the mail module was asked %s", sent.Body)
		}
		if sent.Query == "mids=off" {
			t.Error("a disabled module was asked")
		}
	}
	if p := inv.Progress; p.ObservablesDone != 3 || p.Observables != 3 || p.Calls != p.CallsDone || p.Estimate != 0 || p.Elapsed <= 0 {
		t.Errorf("got %+v", p)
	}
	for _, f := range inv.Findings {
		if f.Standing() != Answered || f.Shortfall() != "" || len(f.Unanswered) != 0 {
			t.Errorf("%v: %v: %s", f.Observable, f.Standing(), f.Shortfall())
		}
	}
	if len(inv.Raw) == 0 || !json.Valid(inv.Raw[0].JSON) {
		t.Error("no raw answers")
	}
}

func TestInvestigateIsTheSameInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	slow := func(next answerFunc) answerFunc {
		return func(route string, asked []observable.Observable) (string, string, int) {
			mu.Lock()
			d := time.Duration(rng.IntN(8)) * time.Millisecond
			mu.Unlock()
			time.Sleep(d)
			return next(route, asked)
		}
	}
	cloud := houseOf(t, map[string]answerFunc{
		"a": slow(verdicts(ctim.Clean, "r1")), "b": slow(verdicts(ctim.Suspicious, "r2")), "mail1": slow(mail), "mail2": slow(mail),
		"c": slow(func(string, []observable.Observable) (string, string, int) {
			return fixtureIndicators(rng, &mu), `"code":"c","message":"m","type":"warning"`, 200
		}),
	})
	var asked []observable.Observable
	for i := range 30 {
		asked = append(asked, obs("email", fmt.Sprintf("user%d@example.com", i), "domain", fmt.Sprintf("d%d.example", i))...)
	}
	r := InvestigateRequest{Observables: asked}
	client := cloud.client(t)
	var updates []Update
	inv, err := client.Investigate(t.Context(), r, func(u Update) { updates = append(updates, u) })
	if err != nil {
		t.Fatal(err)
	}
	want := picture(t, inv)
	if len(inv.Indicators) != 1 || len(inv.Indicators[0].Related) != 2 || len(inv.Others) == 0 || len(inv.Sightings) < 60 {
		t.Errorf("%d indicators, %d sightings", len(inv.Indicators), len(inv.Sightings))
	}
	for _, documents := range []int{1, 2, 3, 40, 1000} {
		var parts []Update
		for _, u := range updates {
			parts = append(parts, u.Parts(documents)...)
		}
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		follower := NewInvestigation(r, inv.Started)
		for _, u := range parts {
			if n := documentsOf(u); n > documents {
				t.Errorf("a part brings %d documents, not at most %d", n, documents)
			}
			follower.Apply(u)
		}
		if diff := cmp.Diff(want, picture(t, follower)); diff != "" {
			t.Fatalf("another order, and parts of %d documents, give another picture: %s", documents, diff)
		}
		if diff := cmp.Diff(inv.Progress, follower.Progress); diff != "" {
			t.Error(diff)
		}
	}
	r.Refresh = true
	if diff := cmp.Diff(want, picture(t, investigate(t, client, r))); diff != "" {
		t.Fatalf("another run gives another picture: %s", diff)
	}
}

func documentsOf(u Update) int {
	n := 0
	for _, d := range u.brings {
		n += len(d.verdicts) + len(d.judgements) + len(d.sightings) + len(d.indicators) + len(d.others) + len(d.links)
	}
	return n
}

// fixtureIndicators is an answer with relationships whose transient ids change with each call.
func fixtureIndicators(rng *rand.Rand, mu *sync.Mutex) string {
	mu.Lock()
	defer mu.Unlock()
	n := rng.IntN(1 << 30)
	return fmt.Sprintf(`"data":{"indicators":{"docs":[{"id":"transient:sighting-i%[1]d","type":"indicator","title":"Campaign","producer":"c"}]},
		"judgements":{"docs":[{"id":"transient:sighting-j%[1]d","disposition":2,"priority":50,"observable":{"type":"domain","value":"D1.example.net"},"reason":"listed","valid_time":{"start_time":"2026-01-01T00:00:00Z"}},
			{"id":"transient:sighting-k%[1]d","disposition":1,"priority":90,"observable":{"type":"domain","value":"d1.example.net"},"valid_time":{"start_time":"2026-01-01T00:00:00Z","end_time":"2026-01-02T00:00:00Z"}}]},
		"malwares":{"docs":[{"id":"transient:sighting-m%[1]d","type":"malware","title":"Sleeper"}]},
		"relationships":{"docs":[
			{"relationship_type":"element-of","source_ref":"transient:sighting-j%[1]d","target_ref":"transient:sighting-i%[1]d"},
			{"relationship_type":"indicates","source_ref":"transient:sighting-i%[1]d","target_ref":"transient:sighting-m%[1]d"},
			{"relationship_type":"attributed-to","source_ref":"transient:sighting-i%[1]d","target_ref":"https://x:443/ctia/actor/actor-9"}]}}`, n)
}

func TestInvestigateJoinsIndicatorsAndDerivesOpinions(t *testing.T) {
	rng, mu := rand.New(rand.NewPCG(3, 4)), &sync.Mutex{}
	cloud := houseOf(t, map[string]answerFunc{
		"c": func(string, []observable.Observable) (string, string, int) {
			return fixtureIndicators(rng, mu), "", 200
		},
	})
	clock := newClock()
	inv := investigate(t, cloud.client(t, func(c *Config) { c.Now = clock.now }), InvestigateRequest{Observables: obs("domain", "d1.example.net")})
	f := inv.Findings[0]
	if len(f.Opinions) != 1 || f.Disposition != ctim.Malicious || !f.Opinions[0].Derived || !cmp.Equal(f.Opinions[0].Reasons, []string{"listed"}) {
		t.Errorf("the expired judgement of higher priority must not count: %+v", f.Opinions)
	}
	if len(inv.Indicators) != 1 {
		t.Fatalf("got %+v", inv.Indicators)
	}
	hit := inv.Indicators[0]
	if hit.Indicator.Title != "Campaign" || len(hit.Observables) != 1 || len(hit.Judgements) == 0 {
		t.Errorf("got %+v", hit)
	}
	var related []string
	for _, r := range hit.Related {
		related = append(related, r.Relationship+" "+r.Kind+" "+r.Document.Title+strings.TrimPrefix(r.Document.ID, "transient:")[:7])
	}
	if diff := cmp.Diff([]string{"attributed-to  actor-9", "indicates malwares Sleepersightin"}, related); diff != "" {
		t.Error(diff)
	}
}

func TestInvestigateStreams(t *testing.T) {
	release := make(chan struct{})
	cloud := houseOf(t, map[string]answerFunc{
		"fast": verdicts(ctim.Malicious, ""),
		"slow": func(route string, asked []observable.Observable) (string, string, int) {
			<-release
			return verdicts(ctim.Clean, "")(route, asked)
		},
	})
	r := InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteDeliberate}}
	follower := NewInvestigation(r, time.Now())
	var once sync.Once
	emitting := atomic.Bool{}
	_, err := cloud.client(t).Investigate(t.Context(), r, func(u Update) {
		if emitting.Swap(true) {
			t.Error("emit is called concurrently")
		}
		follower.Apply(u)
		f := follower.Findings[0]
		if f.Disposition == ctim.Malicious && len(f.Opinions) == 1 {
			if f.Done || follower.Progress.CallsDone != 1 || len(follower.Modules) != 2 {
				t.Errorf("got %+v", follower.Progress)
			}
			once.Do(func() { close(release) })
		}
		emitting.Store(false)
	})
	if f := follower.Findings[0]; err != nil || !f.Done || !f.Disagree || len(f.Opinions) != 2 {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestInvestigateOneModuleSpoilsNothing(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{
		"good": verdicts(ctim.Clean, ""),
		"down": func(string, []observable.Observable) (string, string, int) { return "", "", 503 },
		"both": func(string, []observable.Observable) (string, string, int) {
			return `"data":{"sightings":{"docs":[{"id":"transient:1"}]}}`, `"code":"search job did not finish","message":"m","type":"warning"`, 200
		},
		"broken": func(string, []observable.Observable) (string, string, int) { return `"data":"<html>"`, "", 200 },
		"busy": func(string, []observable.Observable) (string, string, int) {
			return "", `"code":"too many requests","message":"later","type":"fatal"`, 200
		},
		"capped": func(string, []observable.Observable) (string, string, int) {
			return `"data":{"sightings":{"count":100,"docs":[` + strings.Repeat(`{"observed_time":{}},`, 99) + `{}]}}`, "", 200
		},
	})
	inv := investigate(t, cloud.client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
	status := map[string]*ModuleStatus{}
	for _, m := range inv.Modules {
		status[m.Module.InstanceID] = m
	}
	if inv.Findings[0].Disposition != ctim.Clean || !inv.Findings[0].Done {
		t.Errorf("got %+v", inv.Findings[0])
	}
	if s := status["down"]; s.Failed != 1 || s.Problems[0].Type != "call" || s.Problems[0].Err == nil {
		t.Errorf("down: %+v", s)
	}
	if n := len(slices.DeleteFunc(cloud.sent(observePath), func(r request) bool { return r.Query != "mids=down" })); n != 2 {
		t.Errorf("a failing read was sent %d times", n)
	}
	if s := status["both"]; s.Documents != 1 || s.Failed != 0 || s.Problems[0].Type != "warning" || s.RateLimited {
		t.Errorf("both: %+v", s)
	}
	if s := status["broken"]; s.Problems[0].Code != CodeUnreadable {
		t.Errorf("broken: %+v", s)
	}
	if s := status["busy"]; !s.RateLimited || s.Failed != 0 {
		t.Errorf("busy: %+v", s)
	}
	if s := status["capped"]; !cmp.Equal(s.Truncated, []string{"sightings"}) || s.Documents != 100 || len(inv.Sightings) != 101 {
		t.Errorf("capped: %+v, %d sightings", s, len(inv.Sightings))
	}
}

func TestInvestigateLeavesABusyModuleAlone(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{
		"busy": func(string, []observable.Observable) (string, string, int) {
			return "", `"code":"Too-Many-Requests","type":"fatal"`, 200
		},
		"good": verdicts(ctim.Clean, ""),
	})
	var asked []observable.Observable
	for i := range 400 {
		asked = append(asked, obs("domain", fmt.Sprintf("d%d.example", i))...)
	}
	inv := investigate(t, cloud.client(t), InvestigateRequest{Observables: asked, Routes: []Route{RouteObserve}})
	calls := len(slices.DeleteFunc(cloud.sent(observePath), func(r request) bool { return r.Query != "mids=busy" }))
	if calls < busyEnough || calls > busyEnough+callsPerModule || inv.Modules[0].Unasked != 400-20*calls || inv.Progress.ObservablesDone != 400 {
		t.Errorf("%d calls, %+v", calls, inv.Modules[0])
	}
}

func TestInvestigateFindsTheCulprit(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{
		"old": func(route string, asked []observable.Observable) (string, string, int) {
			for _, o := range asked {
				if o.Type == "pki_serial" || o.Value == "bad.example" {
					return "", "", 400
				}
			}
			return verdicts(ctim.Clean, "")(route, asked)
		},
	})
	asked := obs("pki_serial", "1", "ip", "192.0.2.1", "domain", "bad.example")
	for i := range 12 {
		asked = append(asked, obs("domain", fmt.Sprintf("d%d.example", i))...)
	}
	inv := investigate(t, cloud.client(t), InvestigateRequest{Observables: asked, Routes: []Route{RouteObserve}})
	for _, f := range inv.Findings {
		want := ctim.Clean
		if f.Observable == asked[0] || f.Observable == asked[2] {
			want = 0
		}
		if f.Disposition != want || !f.Done {
			t.Errorf("%v: %v, done %v", f.Observable, f.Disposition, f.Done)
		}
	}
	if s := inv.Modules[0]; s.Failed != 2 || s.Problems[0].Count != 2 {
		t.Errorf("got %+v", s)
	}

	refusing := houseOf(t, map[string]answerFunc{"no": func(string, []observable.Observable) (string, string, int) { return "", "", 400 }})
	var many []observable.Observable
	for i := range 200 {
		many = append(many, obs("domain", fmt.Sprintf("d%d.example", i))...)
	}
	_, err := refusing.client(t).Investigate(t.Context(), InvestigateRequest{Observables: many, Routes: []Route{RouteObserve}}, nil)
	if n := len(refusing.sent(observePath)); err == nil || n > 100 {
		t.Errorf("%v after %d calls", err, n)
	}
}

func TestInvestigateAllInOneWithoutTheScope(t *testing.T) {
	inner := houseOf(t, map[string]answerFunc{"a": verdicts(ctim.Clean, ""), "b": verdicts(ctim.Malicious, "")})
	outer := newCloud(t)
	forbidden := `{"error":"missing_scope","missing-scopes":["integration/module-instance:read"]}`
	outer.on("GET /iroh/iroh-int/module-instance", 403, forbidden)
	outer.on("GET /iroh/iroh-int/module-type", 403, forbidden)
	outer.mux.Handle("POST /iroh/iroh-enrich/", inner.mux)
	client := outer.client(t)
	inv := investigate(t, client, InvestigateRequest{Observables: obs("ip", "192.0.2.1")})
	if f := inv.Findings[0]; !inv.AllInOne || f.Disposition != ctim.Malicious || len(f.Opinions) != 2 || len(inv.Modules) != 2 {
		t.Errorf("got %+v, %d modules", f, len(inv.Modules))
	}
	for _, sent := range outer.sent(observePath) {
		if sent.Query != "" {
			t.Errorf("query %s", sent.Query)
		}
	}
	named := investigate(t, client, InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Modules: []string{"b"}})
	if len(named.Modules) != 1 || named.Modules[0].Module.Name != "Module b" || named.AllInOne {
		t.Errorf("got %+v", named.Modules[0])
	}
	if n := len(outer.sent("/iroh/iroh-int/module-instance")); n != 1 {
		t.Errorf("the list was asked for %d times", n)
	}
}

func TestInvestigateCache(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{"a": verdicts(ctim.Malicious, "r"), "mail1": mail})
	clock := newClock()
	client := cloud.client(t, func(c *Config) { c.Now = clock.now; c.CacheFor = 10 * time.Minute })
	asked := obs("domain", "one.example", "domain", "two.example")
	all := investigate(t, client, InvestigateRequest{Observables: asked})
	calls := len(cloud.sent(observePath))
	clock.move(3 * time.Minute)
	one := investigate(t, client, InvestigateRequest{Observables: asked[1:]})
	if len(cloud.sent(observePath)) != calls {
		t.Error("asked again")
	}
	f := one.Findings[0]
	if len(one.Findings) != 1 || len(f.Sightings) != 1 || len(one.Sightings) != 1 || f.Disposition != ctim.Malicious || !f.Done || len(f.Judgements) != 1 {
		t.Errorf("of a shared answer only its own part counts: %+v", f)
	}
	if s := one.Modules[0]; s.FromCache != 2 || s.Age != 3*time.Minute || !s.Done {
		t.Errorf("got %+v", s)
	}
	if len(all.Sightings) != 2 || len(all.Sightings[0].About) != 1 {
		t.Error("the first investigation changed")
	}
	more := investigate(t, client, InvestigateRequest{Observables: append(asked[:1:1], obs("domain", "three.example")...)})
	if sent := cloud.sent(observePath); len(sent) != calls+2 || strings.Contains(sent[calls].Body, "one.example") || len(more.Sightings) != 2 {
		t.Errorf("only what is new must be asked: %+v", cloud.sent(observePath)[calls:])
	}
	investigate(t, client, InvestigateRequest{Observables: asked, Refresh: true})
	if len(cloud.sent(observePath)) != calls+4 {
		t.Error("refresh did not ask")
	}
	clock.move(10 * time.Minute)
	investigate(t, client, InvestigateRequest{Observables: asked})
	if len(cloud.sent(observePath)) != calls+6 {
		t.Error("an old answer was used")
	}
}

func TestFailuresAreNotCached(t *testing.T) {
	var calls atomic.Int32
	cloud := houseOf(t, map[string]answerFunc{"a": func(route string, asked []observable.Observable) (string, string, int) {
		if calls.Add(1) == 1 {
			return `"data":{}`, `"type":"fatal","code":"connection error"`, 200
		}
		return verdicts(ctim.Clean, "")(route, asked)
	}})
	client, r := cloud.client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}}
	for i, want := range []Standing{Failed, Answered, Answered} {
		if f := investigate(t, client, r).Findings[0]; f.Standing() != want {
			t.Errorf("%d: %v", i, f.Standing())
		}
	}
	if calls.Load() != 2 {
		t.Errorf("%d calls", calls.Load())
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newAnswerCache(time.Hour)
	a := &asker{id: "a"}
	now := newClock().now()
	for i := range cacheLimit + 500 {
		c.put(&outcome{question: question{a, RouteObserve, obs("domain", fmt.Sprintf("d%d.example", i))}, fetched: now})
	}
	if len(c.entries) > cacheLimit || c.get(cacheKey{"a", RouteObserve, obs("domain", "d0.example")[0]}, now) != nil {
		t.Errorf("%d entries", len(c.entries))
	}
	c.put(&outcome{question: question{a, RouteObserve, obs("domain", "new.example")}, fetched: now.Add(2 * time.Hour)})
	if len(c.entries) != 1 {
		t.Errorf("%d entries after all have expired", len(c.entries))
	}

	c = newAnswerCache(time.Hour)
	both, one := obs("domain", "a.example", "domain", "b.example"), obs("domain", "a.example")
	c.put(&outcome{question: question{a, RouteObserve, both}, fetched: now})
	c.put(&outcome{question: question{a, RouteObserve, one}, fetched: now.Add(30 * time.Minute)})
	later := now.Add(70 * time.Minute)
	c.put(&outcome{question: question{a, RouteObserve, obs("domain", "new.example")}, fetched: later})
	if c.get(cacheKey{"a", RouteObserve, one[0]}, later) == nil || c.get(cacheKey{"a", RouteObserve, both[1]}, later) != nil || c.held != 2 {
		t.Errorf("a renewed answer must outlive the one that it replaces: %v", c.entries)
	}
}

func TestFanOutBeginsNoMore(t *testing.T) {
	for range 50 {
		var began atomic.Int32
		delivered := 0
		fanOut(t.Context(), [][]int{make([]int, 100)}, 1, 1,
			func(context.Context, int) int32 { return began.Add(1) },
			func(int32) next {
				delivered++
				return beginNoMore
			})
		if n := int(began.Load()); n > 2 || delivered != n { // the second one may have begun before the first was looked at
			t.Fatalf("%d jobs were begun, %d delivered", n, delivered)
		}
	}
}

// TestOpinionsOfJudgements makes the verdict of a module that sent none by the rule of CTIA: the
// highest priority, and of equals the lowest number. Unknown is no disagreement.
func TestOpinionsOfJudgements(t *testing.T) {
	judgements := func(list ...[2]int) answerFunc { // disposition and priority
		return func(string, []observable.Observable) (string, string, int) {
			var docs []string
			for i, j := range list {
				docs = append(docs, fmt.Sprintf(`{"id":"transient:%d","disposition":%d,"priority":%d,"observable":{"type":"ip","value":"192.0.2.1"},"valid_time":{"start_time":"2026-11-01T00:00:00Z"}}`, i, j[0], j[1]))
			}
			return `"data":{"judgements":{"docs":[` + strings.Join(docs, ",") + `]}}`, "", 200
		}
	}
	for name, c := range map[string]struct {
		modules  map[string]answerFunc
		want     ctim.Disposition
		disagree bool
	}{
		"the highest priority":   {map[string]answerFunc{"a": judgements([2]int{1, 90}, [2]int{3, 95}, [2]int{2, 10})}, ctim.Suspicious, false},
		"the lowest number":      {map[string]answerFunc{"a": judgements([2]int{2, 90}, [2]int{1, 90}, [2]int{3, 90})}, ctim.Clean, false},
		"unknown and malicious":  {map[string]answerFunc{"a": verdicts(ctim.Unknown, ""), "b": verdicts(ctim.Malicious, "")}, ctim.Malicious, false},
		"common and clean":       {map[string]answerFunc{"a": verdicts(ctim.Common, ""), "b": verdicts(ctim.Clean, "")}, ctim.Common, true},
		"unknown before the two": {map[string]answerFunc{"a": verdicts(ctim.Unknown, ""), "b": verdicts(ctim.Clean, ""), "c": verdicts(ctim.Clean, "")}, ctim.Unknown, false},
	} {
		inv := investigate(t, houseOf(t, c.modules).client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
		if f := inv.Findings[0]; f.Disposition != c.want || f.Disagree != c.disagree {
			t.Errorf("%s: %v, disagree %v: %+v", name, f.Disposition, f.Disagree, f.Opinions)
		}
	}
}

// TestSightingsFindTheirObservable has sightings that name what they are about, that name it only
// in a relation, and that name nothing.
func TestSightingsFindTheirObservable(t *testing.T) {
	nameless := func(string, []observable.Observable) (string, string, int) {
		return `"data":{"sightings":{"docs":[{"id":"transient:1","title":"nameless"}]}}`, "", 200
	}
	inv := investigate(t, houseOf(t, map[string]answerFunc{"a": nameless}).client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
	if len(inv.Findings[0].Sightings) != 1 {
		t.Error("the only one that was asked about must have it")
	}
	inv = investigate(t, houseOf(t, map[string]answerFunc{"a": nameless}).client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1", "ip", "192.0.2.2"), Routes: []Route{RouteObserve}})
	if len(inv.Findings[0].Sightings)+len(inv.Findings[1].Sightings) != 0 || len(inv.Sightings) != 1 {
		t.Error("of two nobody knows which")
	}
	related := func(string, []observable.Observable) (string, string, int) {
		return `"data":{"sightings":{"docs":[{"id":"transient:1","observables":[{"type":"domain","value":"other.example"}],
			"relations":[{"relation":"R","source":{"type":"domain","value":"other.example"},"related":{"type":"ip","value":"192.0.2.2"}}]}]}}`, "", 200
	}
	inv = investigate(t, houseOf(t, map[string]answerFunc{"a": related}).client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.1", "ip", "192.0.2.2"), Routes: []Route{RouteObserve}})
	if len(inv.Findings[0].Sightings) != 0 || len(inv.Findings[1].Sightings) != 1 {
		t.Error("the one in the relation must have it")
	}
	both := func(string, []observable.Observable) (string, string, int) {
		return `"data":{"sightings":{"docs":[{"id":"transient:1","observables":[{"type":"ip","value":"192.0.2.1"},{"type":"ip","value":"192.0.2.2"}]}]}}`, "", 200
	}
	inv = investigate(t, houseOf(t, map[string]answerFunc{"a": both}).client(t), InvestigateRequest{Observables: obs("ip", "192.0.2.2", "ip", "192.0.2.1"), Routes: []Route{RouteObserve}})
	if diff := cmp.Diff(obs("ip", "192.0.2.2", "ip", "192.0.2.1"), inv.Sightings[0].About); diff != "" || inv.Findings[0].Sightings[0] != inv.Findings[1].Sightings[0] {
		t.Errorf("one that is about both, in the order of the request: %s", diff)
	}
}

// TestOwnBudget stops before the organisation's limit does.
func TestOwnBudget(t *testing.T) {
	clock := newClock()
	cloud := newCloud(t)
	cloud.mux.HandleFunc("POST "+observePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Ratelimit-Org-Limit", "3")
		answerJSON(w, 200, `{"data":[]}`)
	})
	client := cloud.client(t, func(c *Config) { c.Now = clock.now })
	for i := range 4 {
		_, err := client.Observe(t.Context(), obs("ip", "192.0.2.1"))
		if e, _ := errors.AsType[*Error](err); i == 3 && (e == nil || e.Code != CodeBudget || !e.Held || e.RetryAfter != time.Hour-3*time.Minute) || i < 3 && err != nil {
			t.Errorf("call %d: %v", i, err)
		}
		clock.move(time.Minute)
	}
	clock.move(time.Hour - 4*time.Minute)
	if _, err := client.Observe(t.Context(), obs("ip", "192.0.2.1")); err != nil || len(cloud.sent(observePath)) != 4 {
		t.Errorf("when the oldest call is an hour old: %v", err)
	}
}

func TestInvestigateAsksTogetherWhenCallsAreShort(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{"a": verdicts(ctim.Clean, ""), "b": verdicts(ctim.Malicious, ""), "c": verdicts(ctim.Unknown, "")})
	var asked []observable.Observable
	for i := range 200 {
		asked = append(asked, obs("domain", fmt.Sprintf("d%d.example", i))...)
	}
	for budget, together := range map[int]bool{32: false, 31: true} {
		inv := investigate(t, cloud.client(t), InvestigateRequest{Observables: asked, Routes: []Route{RouteObserve}, MaxCalls: budget})
		if inv.AllInOne != together || len(inv.Modules) != 3 || len(inv.Findings[0].Opinions) != 3 {
			t.Errorf("%d calls: together %v, %+v", budget, inv.AllInOne, inv.Findings[0])
		}
	}
	named := InvestigateRequest{Observables: asked, Routes: []Route{RouteObserve}, MaxCalls: 12, Modules: []string{"a", "c"}}
	if inv := investigate(t, cloud.client(t), named); !inv.AllInOne || len(inv.Modules) != 2 || inv.Find(asked[0]).Disposition != ctim.Unknown {
		t.Errorf("got %+v", inv.Modules)
	}
}

// TestMaxCallsCountsEveryAttempt refuses the first token and has faults, so that calls are sent again.
func TestMaxCallsCountsEveryAttempt(t *testing.T) {
	var calls atomic.Int32
	cloud := houseOf(t, map[string]answerFunc{"a": func(route string, asked []observable.Observable) (string, string, int) {
		switch n := calls.Add(1); {
		case n == 1:
			return "", "", 401
		case n%5 == 0:
			return "", "", 503
		}
		return verdicts(ctim.Clean, "")(route, asked)
	}})
	const budget, listing = 12, 2
	inv, err := cloud.client(t).Investigate(t.Context(), InvestigateRequest{Observables: domains(1000), Routes: []Route{RouteObserve}, MaxCalls: budget + listing}, nil)
	if e, _ := errors.AsType[*Error](err); e == nil || e.Code != CodeBudget || calls.Load() != budget || inv.Progress.CallsDone == 0 {
		t.Errorf("%v after %d calls, %d of them taken in", err, calls.Load(), inv.Progress.CallsDone)
	}
}

func TestInvestigateEndsAtARateLimit(t *testing.T) {
	var calls atomic.Int32
	cloud := houseOf(t, map[string]answerFunc{"a": func(route string, asked []observable.Observable) (string, string, int) {
		if calls.Add(1) > 3 {
			return "", "", 429
		}
		return verdicts(ctim.Clean, "")(route, asked)
	}})
	var asked []observable.Observable
	for i := range 2000 {
		asked = append(asked, obs("domain", fmt.Sprintf("d%d.example", i))...)
	}
	inv, err := cloud.client(t).Investigate(t.Context(), InvestigateRequest{Observables: asked, Routes: []Route{RouteObserve}}, nil)
	if !IsRateLimited(err) || len(cloud.sent(observePath)) > 12 || inv == nil {
		t.Errorf("%v after %d calls", err, len(cloud.sent(observePath)))
	}
}

func TestInvestigateWithoutRightsOrNetwork(t *testing.T) {
	cloud := houseOf(t, map[string]answerFunc{"a": func(string, []observable.Observable) (string, string, int) { return "", "", 403 }})
	inv, err := cloud.client(t).Investigate(t.Context(), InvestigateRequest{Observables: obs("ip", "192.0.2.1")}, nil)
	if err != nil || len(inv.Modules[0].Problems) == 0 {
		t.Errorf("links were given, so it is no failure: %v", err)
	}
	before := len(cloud.sent(observePath))
	_, err = cloud.client(t).Investigate(t.Context(), InvestigateRequest{Observables: domains(1000), Routes: []Route{RouteObserve}}, nil)
	if calls := len(cloud.sent(observePath)) - before; !IsMissingScope(err) || calls > callsPerModule {
		t.Errorf("got %v after %d calls", err, calls)
	}
	client := cloud.client(t)
	if _, _, err := client.listModules(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	cloud.Close()
	if _, err = client.Investigate(t.Context(), InvestigateRequest{Observables: obs("ip", "192.0.2.1")}, nil); err == nil {
		t.Error("no error without a network")
	}
}

func TestInvestigateCancel(t *testing.T) {
	reached := make(chan struct{}, 100)
	stall := make(chan struct{})
	defer close(stall)
	cloud := houseOf(t, map[string]answerFunc{"a": verdicts(ctim.Clean, ""), "b": func(string, []observable.Observable) (string, string, int) {
		reached <- struct{}{}
		<-stall
		return "", "", 200
	}})
	ctx, cancel := context.WithCancel(t.Context())
	var at time.Time
	go func() {
		<-reached
		at = time.Now()
		cancel()
	}()
	inv, err := cloud.client(t).Investigate(ctx, InvestigateRequest{Observables: obs("ip", "192.0.2.1")}, nil)
	if took := time.Since(at); !errors.Is(err, context.Canceled) || took > 5*time.Second || inv == nil {
		t.Errorf("%v after %v", err, took)
	}
}

func TestLinksFindTheirObservable(t *testing.T) {
	batch := obs("domain", "a.example", "domain", "b.a.example", "sha256", "ff00", "email_subject", "Re: x/y", "domain", "example")
	links := []Reference{
		{ID: "ref-talos-search-domain-b.a.example", URL: "https://t/x"},
		{ID: "1", URL: "https://t/?q=a.example"},
		{ID: "2", URL: "https://t/?q=Re%3A+x%2Fy"},
		{ID: "3", URL: "https://t/"},
		{ID: "4", URL: "https://t/%zz?ff00"},
	}
	var got []string
	for _, l := range newLinksDigest(links, batch).links {
		got = append(got, l.subject.Value)
	}
	if diff := cmp.Diff([]string{"b.a.example", "a.example", "Re: x/y", "", "ff00"}, got); diff != "" {
		t.Error(diff)
	}
	inv := NewInvestigation(InvestigateRequest{Observables: batch}, time.Time{})
	inv.Apply(Update{brings: []*digest{newLinksDigest(append(links, links...), batch)}})
	if len(inv.Links) != 1 || len(inv.Findings[1].Links) != 1 {
		t.Errorf("got %+v", inv.Links)
	}
}

// TestPublishedAnswersFitTheModel applies every published enrich answer.
func TestPublishedAnswersFitTheModel(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(published.Path(t, "samples", "ctr"), "*", "*.json"))
	applied := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		elements, _, err := envelope(data)
		if err != nil || !strings.Contains(string(data), `"docs"`) {
			continue
		}
		if strings.Contains(file, "reputation") {
			elements, _, _ = envelope(elements[0])
		}
		r := InvestigateRequest{Observables: obs("domain", "cisco.com", "domain", "ilo.brenz.pl", "sha256", "8fda14f91e27afec5c1b1f71d708775c9b6e2af31e8331bbf26751bc0583dc7e")}
		inv := NewInvestigation(r, time.Now())
		documents := 0
		for _, element := range elements {
			answer, _ := moduleAnswer(element)
			d := newDigest(answer, obs("domain", "cisco.com", "domain", "ilo.brenz.pl"))
			documents += d.documents
			inv.Apply(Update{brings: []*digest{d}})
		}
		shown := len(inv.Sightings) + len(inv.Indicators) + len(inv.Others)
		for _, f := range inv.Findings {
			shown += len(f.Opinions) + len(f.Judgements)
		}
		if shown == 0 && documents > 0 {
			t.Errorf("%s: nothing of %d documents is shown", file, documents)
		}
		applied++
	}
	if applied < 4 {
		t.Errorf("only %d answers", applied)
	}
}

func TestMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var list, fresh []int
		for range rng.IntN(12) {
			list = append(list, rng.IntN(20))
		}
		for range rng.IntN(6) {
			fresh = append(fresh, rng.IntN(20))
		}
		slices.Sort(list)
		slices.Sort(fresh)
		want := slices.Sorted(slices.Values(append(slices.Clone(list), fresh...)))
		if got := merge(list, fresh, func(a, b int) int { return a - b }); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}
