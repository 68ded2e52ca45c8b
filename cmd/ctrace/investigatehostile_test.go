package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	reports "ctrace/internal/report"
)

// hostileText acts on whatever shows it as it is: terminals, spreadsheets, Markdown.
const hostileText = "=2+5\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u200b\u2028\u2029\r\n| `x` |[a](javascript:b) \u009b31m \"q\" <b>"

// hostileModule puts it into everything that an answer has.
func hostileModule(_ context.Context, obs []observable.Observable) ctrtest.Answer {
	doc := func(kind string, members ctrtest.Doc) []ctrtest.Doc {
		d := ctrtest.Doc{"id": "transient:" + hostileText, "type": kind, "title": hostileText, "source": hostileText}
		maps.Copy(d, members)
		return []ctrtest.Doc{d}
	}
	asked := ctrtest.Doc{"type": string(obs[0].Type), "value": obs[0].Value}
	strange := ctrtest.Doc{"type": hostileText, "value": hostileText}
	seen := ctrtest.Doc{"start_time": "2026-11-20T10:00:00Z", "end_time": hostileText}
	judged := ctrtest.Doc{"disposition": 2, "observable": asked, "reason": hostileText, "priority": 90, "valid_time": ctrtest.Doc{"start_time": hostileText}}
	mentioned := ctrtest.Doc{"type": "verdict", "disposition": 3, "observable": strange}
	return ctrtest.Answer{
		Data: map[string][]ctrtest.Doc{
			"verdicts":   append(doc("verdict", judged), mentioned),
			"judgements": doc("judgement", judged),
			"sightings": doc("sighting", ctrtest.Doc{
				"count": 1, "observed_time": seen, "observables": []any{asked}, "sensor": hostileText, "resolution": hostileText,
				"targets":   []any{ctrtest.Doc{"type": hostileText, "os": hostileText, "observables": []any{strange}, "observed_time": seen}},
				"relations": []any{ctrtest.Doc{"origin": hostileText, "relation": hostileText, "source": asked, "related": strange}},
			}),
			"indicators":  doc("indicator", ctrtest.Doc{"producer": hostileText, "severity": hostileText, "indicator_type": []any{hostileText}, "tags": []any{hostileText}}),
			hostileText:   doc(hostileText, nil),
			"sheer_chaos": {{"docs": hostileText}},
		},
		Errors: []ctrtest.ModuleError{{Type: hostileText, Code: hostileText, Message: hostileText}},
	}
}

// investigated runs the command's own output over an investigation of modules.
func investigated(t *testing.T, o *investigateOptions, request ctr.InvestigateRequest, modules ...ctrtest.Module) string {
	t.Helper()
	cloud, err := ctrtest.Start(ctrtest.Config{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cloud.Roots()}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := ctr.New(ctr.Config{
		IROHURL: cloud.IROHURL(), ClientID: cloud.ClientID(), ClientSecret: cloud.ClientSecret(), HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	a := newApp(nil, &out, &problems)
	run, err := newInvestigateRun(a, o, "site", &request)
	if err != nil {
		t.Fatal(err)
	}
	inv, err := client.Investigate(t.Context(), request, run.take)
	if err != nil {
		t.Fatal(err)
	}
	about := reports.About{Profile: hostileText, Service: "visibility.example", Written: time.Now(), Query: hostileText, Program: "ctrace"}
	if err := run.result(inv, about, client.Budget()); err != nil {
		t.Fatal(err)
	}
	if err := run.close(); err != nil {
		t.Fatal(err)
	}
	return out.String() + problems.String()
}

// TestInvestigateHostileAnswers looks at every form of output for what acts on terminals.
func TestInvestigateHostileAnswers(t *testing.T) {
	hostile := ctrtest.Module{Name: hostileText, State: "active", Type: ctrtest.ModuleType{Title: "Hostile"}, Backend: ctrtest.ObserveFunc(hostileModule)}
	asked := []observable.Observable{
		{Type: "email_subject", Value: hostileText}, {Type: "file_name", Value: hostileText}, {Type: hostileText, Value: hostileText},
	}
	for _, form := range []string{formText, formJSON, formJSONL, formCSV, formMarkdown, formHTML} {
		t.Run(form, func(t *testing.T) {
			out := investigated(t, &investigateOptions{form: form}, ctr.InvestigateRequest{Observables: asked}, hostile)
			for i, r := range out {
				if r != '\n' && (unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029') {
					t.Fatalf("%q in %q", r, out[max(0, i-60):min(len(out), i+20)])
				}
			}
			if !strings.Contains(html.UnescapeString(out), "2+5") {
				t.Error("nothing of it is shown")
			}
			switch form {
			case formJSONL:
				for line := range strings.Lines(out) {
					if !json.Valid([]byte(line)) {
						t.Errorf("no JSON: %s", line)
					}
				}
			case formCSV:
				table, _, _ := strings.Cut(out, "ctrace: module")
				rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range rows {
					for _, cell := range row {
						if strings.HasPrefix(cell, "=") {
							t.Errorf("a formula: %q", cell)
						}
					}
				}
			case formMarkdown:
				for line := range strings.Lines(out) {
					if strings.HasPrefix(line, "=") || strings.Contains(line, "](javascript") && !strings.Contains(line, "`") {
						t.Errorf("markup: %s", line)
					}
				}
			}
		})
	}
}

// TestInvestigateJSONIsCompleteInAnyCase has more raw answers than an investigation holds.
func TestInvestigateJSONIsCompleteInAnyCase(t *testing.T) {
	const calls, each = 4, 9 << 20
	padding := strings.Repeat("x", each)
	big := ctrtest.Module{
		Name: "Big", Type: ctrtest.ModuleType{Title: "Big", Capabilities: []string{"observe"}},
		Backend: ctrtest.ObserveFunc(func(_ context.Context, obs []observable.Observable) ctrtest.Answer {
			return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"premonitions": {{"title": obs[0].Value, "padding": padding}}}}
		}),
	}
	var asked []observable.Observable
	for i := range 20 * calls {
		asked = append(asked, observable.Observable{Type: "domain", Value: fmt.Sprintf("d%d.example.com", i)})
	}
	state := filepath.Join(t.TempDir(), "state")
	out := investigated(t, &investigateOptions{form: formJSON, resume: state}, ctr.InvestigateRequest{Observables: asked}, big)
	var got struct {
		Raw []struct {
			Answer struct {
				Data map[string]struct {
					Docs []struct{ Title, Padding string }
				}
			}
		}
		RawLeftOut bool `json:"raw_left_out"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	titles := map[string]bool{}
	for _, raw := range got.Raw {
		if docs := raw.Answer.Data["premonitions"].Docs; len(docs) == 1 && len(docs[0].Padding) == each {
			titles[docs[0].Title] = true
		}
	}
	if len(titles) != calls || got.RawLeftOut {
		t.Errorf("%d of %d answers, left out: %v", len(titles), calls, got.RawLeftOut)
	}
	if kept, err := os.Stat(state); err != nil || kept.Size() < calls*each || kept.Mode().Perm() != 0o600 {
		t.Errorf("the file of answers: %v, %v", kept, err)
	}
}
