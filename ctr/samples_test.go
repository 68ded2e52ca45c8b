package ctr

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/ctim"
	"ctrace/ctr/ctrtest/published"
)

// canonical brings JSON into a form in which what means nothing (null, false, 0, empty) is
// gone.
func canonical(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return prune(v)
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member = prune(member); member == nil {
				delete(v, name)
			} else {
				v[name] = member
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	}
	return v
}

// TestPublishedAnswersLoseNothing decodes every published answer and writes it again.
func TestPublishedAnswersLoseNothing(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(published.Path(t, "samples", "ctr"), "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	decoded := 0
	for _, file := range files {
		name := filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file))
		check := sampleCheck(name)
		if check == nil {
			continue
		}
		decoded++
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			check(t, data)
		})
	}
	if decoded < 30 {
		t.Errorf("only %d of %d files were recognised", decoded, len(files))
	}
}

// sampleCheck chooses how a file is decoded; nil for API descriptions and the like.
func sampleCheck(name string) func(*testing.T, []byte) {
	switch {
	case strings.Contains(name, "error"):
		return checkError
	case strings.HasPrefix(name, "ctim-doc-json"):
		return checkDocument
	case strings.Contains(name, "health"):
		return checkHealth
	case strings.Contains(name, "refer") && strings.Contains(name, "02"), strings.Contains(name, "refer-observables-200"), strings.Contains(name, "respond_observable-02"):
		return checkLinks
	case strings.Contains(name, "query_tr-02"), strings.Contains(name, "query_tr-04"), strings.Contains(name, "-observables-200"):
		return checkEnrichment
	case strings.Contains(name, "reputation"):
		return func(t *testing.T, data []byte) {
			outer, _, err := envelope(data)
			if err != nil {
				t.Fatal(err)
			}
			checkEnrichment(t, outer[0])
		}
	case strings.Contains(name, "investigations-03"):
		return func(t *testing.T, data []byte) { checkRoundTrip[[]ctim.Casebook](t, data) }
	case strings.Contains(name, "investigations"):
		return func(t *testing.T, data []byte) { checkRoundTrip[ctim.Casebook](t, data) }
	case strings.Contains(name, "api_client"):
		return checkToken
	case strings.HasPrefix(name, "docs-json"), strings.Contains(name, "observables-request"):
		return checkObservables
	}
	return nil
}

func checkRoundTrip[T any](t *testing.T, data []byte) {
	t.Helper()
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(canonical(t, data), canonical(t, out)); diff != "" {
		t.Error(diff)
	}
}

func checkDocument(t *testing.T, data []byte) {
	var kind struct{ Type string }
	if err := json.Unmarshal(data, &kind); err != nil {
		t.Fatal(err)
	}
	switch kind.Type {
	case "verdict":
		checkRoundTrip[ctim.Verdict](t, data)
	case "judgement":
		checkRoundTrip[ctim.Judgement](t, data)
	case "sighting":
		checkRoundTrip[ctim.Sighting](t, data)
	case "indicator":
		checkRoundTrip[ctim.Indicator](t, data)
	case "relationship":
		checkRoundTrip[ctim.Relationship](t, data)
	case "casebook":
		checkRoundTrip[ctim.Casebook](t, data)
	default:
		checkRoundTrip[ctim.Document](t, data)
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(data, &members)
	for _, name := range []string{"bundle", "sightings", "judgements", "indicators", "relationships", "verdicts", "malwares"} {
		for _, doc := range listOf(members[name]) {
			if membersOf(doc) != nil && name != kind.Type {
				checkDocument(t, doc)
			}
		}
	}
}

func checkEnrichment(t *testing.T, data []byte) {
	elements, moduleErrors, err := envelope(data)
	if err != nil || len(elements) == 0 {
		t.Fatalf("%d elements, %v", len(elements), err)
	}
	for _, e := range moduleErrors {
		t.Errorf("module error: %+v", e)
	}
	for _, element := range elements {
		answer, problem := moduleAnswer(element)
		if problem != nil || answer.Module == "" {
			t.Errorf("got %+v, %+v", answer, problem)
		}
		var original struct{ Data json.RawMessage }
		if err := json.Unmarshal(element, &original); err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(answer.Data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(canonical(t, original.Data), canonical(t, out)); diff != "" {
			t.Error(diff)
		}
	}
}

func checkHealth(t *testing.T, data []byte) {
	elements, _, err := envelope(data)
	if err != nil || len(elements) == 0 {
		t.Fatal(err)
	}
	for _, element := range elements {
		if s := healthStatus(membersOf(element)); s.Status != "ok" || s.InstanceID == "" || s.Module == "" || s.TypeID == "" {
			t.Errorf("got %+v", s)
		}
	}
}

func checkLinks(t *testing.T, data []byte) {
	elements, _, err := envelope(data)
	if err != nil || len(elements) == 0 {
		t.Fatal(err)
	}
	for _, element := range elements {
		if a := action(membersOf(element)); a.ID == "" || a.Title == "" || a.Path == "" || a.Module == "" || a.Description == "" {
			t.Errorf("got %+v", a)
		}
	}
}

func checkError(t *testing.T, data []byte) {
	e := refusal(400, nil, data, newClock().now())
	if e.Code == "" && len(e.Fields) == 0 {
		t.Errorf("got %+v", e)
	}
	if strings.Contains(string(data), "missing-scopes") && len(e.MissingScopes) == 0 {
		t.Errorf("no missing scopes: %+v", e)
	}
}

func checkToken(t *testing.T, data []byte) {
	cloud := newCloud(t)
	cloud.token = func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, 200, string(data)) }
	info, err := cloud.client(t).Token(t.Context())
	if err != nil || len(info.Scopes) != 4 {
		t.Errorf("got %+v, %v", info, err)
	}
}

func checkObservables(t *testing.T, data []byte) {
	checkRoundTrip[[]struct {
		Type, Value string
	}](t, []byte(strings.NewReplacer(`"type"`, `"Type"`, `"value"`, `"Value"`).Replace(string(data))))
}

func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"module":"M","data":{"verdicts":{"docs":[{}]}}}],"errors":[{"code":"c"}]}`,
		`{"data":{"status":"ok"}}`, `{"error":"x","trace_id":"t"}`, `{"content":"missing-required-key"}`, `"text"`, `<html><title>t</title>`, ``, `[1]`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e := refusal(400, nil, data, newClock().now())
		e.redact("secret")
		if e.Error() == "" {
			t.Error("an error without words")
		}
		elements, _, err := envelope(data)
		if err != nil {
			return
		}
		for _, element := range elements {
			moduleAnswer(element)
			healthStatus(membersOf(element))
			action(membersOf(element))
		}
	})
}

func FuzzTextPieces(f *testing.F) {
	f.Add("aaaa bbbb cccc\n", 5)
	f.Add("\xff\u00a0é", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 1 || limit > 100 {
			return
		}
		squeezed := strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), "")
		var joined strings.Builder
		for _, piece := range textPieces(text, limit) {
			if n := len([]rune(piece)); n == 0 || n > limit {
				t.Errorf("a piece of %d characters", n)
			}
			joined.WriteString(strings.Join(strings.Fields(piece), ""))
		}
		if joined.String() != squeezed {
			t.Errorf("%q became %q", squeezed, joined.String())
		}
	})
}

func FuzzApply(f *testing.F) {
	f.Add([]byte(fixtureText("observe.json")), "4711")
	f.Add([]byte(`{"data":[{"module":"M","data":{"relationships":[{"source_ref":"a","target_ref":"a"}],"indicators":[{"id":"a"},{"id":"a"}],"x":[1,{"id":"a"}]}}]}`), "a")
	f.Fuzz(func(t *testing.T, body []byte, value string) {
		elements, _, err := envelope(body)
		if err != nil {
			return
		}
		batch := obs("cisco_mid", value, "domain", "example.com")
		var updates []Update
		for _, element := range elements {
			answer, _ := moduleAnswer(element)
			updates = append(updates, Update{brings: []*digest{newDigest(answer, batch)}})
		}
		forwards, backwards := NewInvestigation(InvestigateRequest{Observables: batch}, newClock().now()), NewInvestigation(InvestigateRequest{Observables: batch}, newClock().now())
		for i := range updates {
			forwards.Apply(updates[i])
			backwards.Apply(updates[len(updates)-1-i])
		}
		if diff := cmp.Diff(picture(t, forwards), picture(t, backwards)); diff != "" {
			t.Error(diff)
		}
	})
}

func fixtureText(name string) string {
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		panic(err)
	}
	return string(data)
}
