package ctr

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

func domains(n int) []observable.Observable {
	var list []observable.Observable
	for i := range n {
		list = append(list, obs("domain", fmt.Sprintf("d%d.example.com", i))...)
	}
	return list
}

// BenchmarkInvestigate asks four modules about 1,000 observables, with 100 ms for each call,
// and prints how long that takes, how long one call after another for each observable would
// (calculated, at the delay alone), and the calls made of the hourly budget.
func BenchmarkInvestigate(b *testing.B) {
	const observables, delay, budget = 1000, 100 * time.Millisecond, 8000
	house := houseOf(b, map[string]answerFunc{
		"talos": verdicts(ctim.Clean, "r"), "amp": verdicts(ctim.Malicious, "r"), "mail1": mail, "mail2": mail,
	})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "iroh-enrich") {
			time.Sleep(delay)
		}
		house.mux.ServeHTTP(w, r)
	}))
	defer slow.Close()
	asked := domains(observables)
	for b.Loop() {
		client, err := New(Config{
			IROHURL: slow.URL, ClientID: testID, ClientSecret: testSecret,
			HTTPClient: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		})
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		inv, err := client.Investigate(b.Context(), InvestigateRequest{Observables: asked, MaxCalls: budget}, nil)
		took := time.Since(start)
		if err != nil || inv.Progress.ObservablesDone != observables {
			b.Fatal(err)
		}
		used := client.Budget().Used
		if used > budget {
			b.Fatalf("%d calls are over the budget of %d", used, budget)
		}
		oneByOne := observables * delay // the least: one call for each, to all modules at once
		b.ReportMetric(float64(oneByOne)/float64(took), "x-faster")
		b.ReportMetric(float64(used), "calls-of-8000")
		b.ReportMetric(took.Seconds(), "s")
		b.ReportMetric(oneByOne.Seconds(), "s-one-by-one")
	}
}

// bulkUpdates are the answers to a bulk investigation: n observables, five sightings each.
func bulkUpdates(n int) (InvestigateRequest, []Update) {
	r := InvestigateRequest{Observables: domains(n)}
	module := ModuleRef{InstanceID: "m", Name: "M"}
	var updates []Update
	for at := 0; at < n; at += observeBatch {
		batch := r.Observables[at : at+observeBatch]
		var docs []string
		for i, o := range batch {
			for hour := range 5 {
				docs = append(docs, fmt.Sprintf(`{"id":"transient:%d-%d-%d","count":1,"observed_time":{"start_time":"2026-11-%02dT%02d:00:00Z"},"observables":[{"type":"domain","value":%q}],
					"targets":[{"type":"email","observables":[{"type":"email","value":"user%d@example.com"}]}],
					"relations":[{"origin":"g","relation":"Sent_To","source":{"type":"domain","value":%q},"related":{"type":"email","value":"user%d@example.com"}}]}`,
					at, i, hour, 1+(at+i)%28, hour, o.Value, at%500, o.Value, at%500))
			}
		}
		var data ctim.Entities
		if err := json.Unmarshal([]byte(`{"sightings":[`+strings.Join(docs, ",")+`]}`), &data); err != nil {
			panic(err)
		}
		d := newDigest(ModuleAnswer{Module: module.Name, InstanceID: module.InstanceID, Data: data}, batch)
		updates = append(updates, Update{seq: len(updates), Finished: batch, brings: []*digest{d}})
	}
	return r, updates
}

// BenchmarkApply follows a bulk investigation of 10,000 observables and 50,000 sightings; the
// time of one update is what an app spends on it between two frames.
func BenchmarkApply(b *testing.B) {
	r, updates := bulkUpdates(10_000)
	for b.Loop() {
		inv := NewInvestigation(r, time.Now())
		var slowest time.Duration
		start := time.Now()
		for _, u := range updates {
			one := time.Now()
			inv.Apply(u)
			slowest = max(slowest, time.Since(one))
		}
		b.ReportMetric(time.Since(start).Seconds()*1e6/float64(len(updates)), "µs/update")
		b.ReportMetric(float64(slowest.Microseconds()), "µs-slowest")
		if len(inv.Sightings) != 50_000 {
			b.Fatal(len(inv.Sightings))
		}
	}
}

// BenchmarkDecode reads one answer with 100 sightings and prepares it for joining.
func BenchmarkDecode(b *testing.B) {
	element, _, _ := mail("observe", domains(100))
	body := []byte(`{"module":"M","module_instance_id":"m",` + element + `}`)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		answer, problem := moduleAnswer(body)
		if problem != nil {
			b.Fatal(problem)
		}
		newDigest(answer, domains(20))
	}
}
