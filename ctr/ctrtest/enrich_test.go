package ctrtest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctrace/ctr/observable"
)

var (
	badDomain = observable.Observable{Type: "domain", Value: "invoice-portal.example"}
	badHash   = observable.Observable{Type: "sha256", Value: "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"}
)

// seer is an email module that saw everything an hour ago.
func seer(name string) Module {
	return Module{
		ID: newUUID(), Name: name,
		Type: ModuleType{Title: "Email Security Appliance", Categories: []string{"email-security"}},
		Backend: ObserveFunc(func(_ context.Context, obs []observable.Observable) Answer {
			a := Answer{Data: map[string][]Doc{}}
			for _, o := range obs {
				a.Data["sightings"] = append(a.Data["sightings"], Doc{
					"id": transient("sighting", o.Value), "type": "sighting", "schema_version": ctimVersion, "count": 1,
					"confidence": "High", "observed_time": Doc{"start_time": "2026-01-01T10:00:00.000Z"}, "observables": []Doc{observableDoc(o)},
				})
			}
			return a
		}),
	}
}

// elements returns a list of objects out of a decoded answer.
func elements(t testing.TB, v any) []map[string]any {
	t.Helper()
	list, isList := v.([]any)
	if !isList {
		t.Fatalf("not a list: %v", v)
	}
	var objects []map[string]any
	for _, element := range list {
		objects = append(objects, element.(map[string]any))
	}
	return objects
}

func TestBodiesThatAreRefused(t *testing.T) {
	k := start(t, Config{Modules: []Module{Intelligence(KnownValues(), nil)}})
	for _, test := range []struct {
		name, path string
		body       any
		mirror     string // part of the body of the 400
	}{
		{"an object around the array", "/iroh-enrich/observe/observables", map[string]any{"observables": []any{badDomain}}, `(not (sequential?`},
		{"an unknown type spoils the request", "/iroh-enrich/observe/observables", []any{badDomain, map[string]string{"type": "pki_cereal", "value": "x"}}, `[null,{"type":`},
		{"an additional member", "/iroh-enrich/deliberate/observables", []any{map[string]string{"type": "ip", "value": "192.0.2.1", "note": "x"}}, `"note":"disallowed-key"`},
		{"no value", "/iroh-enrich/refer/observables", []any{map[string]string{"type": "ip"}}, `"value":"missing-required-key"`},
		{"a number for a value", "/iroh-enrich/observe/observables", []any{map[string]any{"type": "cisco_mid", "value": 12}}, `"value":"(not (instance? java.lang.String 12))"`},
		{"no JSON", "/iroh-enrich/observe/observables", "[", `malformed-request`},
		{"no body", "/iroh-enrich/observe/observables", nil, `malformed-request`},
		{"targets: additional member", "/iroh-enrich/observe/targets", map[string]any{"observables": []any{}, "limit": 1}, `"limit":"disallowed-key"`},
		{"targets: bare array", "/iroh-enrich/observe/targets", []any{badDomain}, `malformed-request`},
		{"targets: bad time", "/iroh-enrich/observe/targets", map[string]any{"observables": []any{}, "start_time": "noon"}, `"start_time":"(not (inst?`},
		{"inspect: no content", "/iroh-inspect/inspect", map[string]any{}, `{"content":"missing-required-key"}`},
		{"inspect: additional member", "/iroh-inspect/inspect", map[string]any{"content": "x", "types": "ip"}, `{"types":"disallowed-key"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := k.iroh(http.MethodPost, test.path, test.body)
			if answer.status != 400 || !strings.Contains(string(answer.body), test.mirror) {
				t.Errorf("%d %s, want 400 with %s", answer.status, answer.body, test.mirror)
			}
		})
	}
}

func TestAllTypesAreAccepted(t *testing.T) {
	k := start(t, Config{})
	var body []observable.Observable
	for _, info := range observable.Types() {
		body = append(body, observable.Observable{Type: info.Type, Value: "x"})
	}
	if answer := k.iroh(http.MethodPost, "/iroh-enrich/observe/observables", body); len(body) != 63 || answer.status != 200 {
		t.Errorf("%d types: %d %s", len(body), answer.status, answer.body)
	}
}

func TestObserveEnvelope(t *testing.T) {
	k := start(t, Config{Modules: []Module{Intelligence(KnownValues(), nil), seer("ESA"), Partial(nil), RateLimited(100), Broken()}})
	answer := k.iroh(http.MethodPost, "/iroh-enrich/observe/observables", []any{badDomain})
	o := answer.object(t)
	modules := map[string]map[string]any{}
	for _, d := range elements(t, o["data"]) {
		modules[d["module"].(string)] = d["data"].(map[string]any)
		for _, key := range []string{"module_instance_id", "module_type_id"} {
			if d[key] == "" || d[key] == nil {
				t.Errorf("%s has no %s", d["module"], key)
			}
		}
	}
	for _, kind := range []string{"verdicts", "judgements", "indicators", "relationships"} {
		if section, _ := modules["Lab Threat Intelligence"][kind].(map[string]any); section["count"] != 1.0 {
			t.Errorf("intelligence: %s is %v", kind, section)
		}
	}
	codes := map[string]string{}
	for _, e := range elements(t, o["errors"]) {
		codes[e["module"].(string)] = e["type"].(string) + ": " + e["code"].(string)
	}
	if codes["Partial Log Search"] != "warning: search job did not finish" || modules["Partial Log Search"] == nil {
		t.Errorf("the partial module must be in data and in errors: %v", codes)
	}
	if codes["Busy Reputation"] != "fatal: too many requests" || modules["Busy Reputation"] != nil {
		t.Errorf("the busy module must be in errors only: %v", codes)
	}
	if modules["Broken Feed"]["premonitions"] == nil {
		t.Error("the broken module's unknown kind is missing")
	}
}

func TestChoosingModules(t *testing.T) {
	esa, other := seer("ESA one"), seer("ESA two")
	k := start(t, Config{Modules: []Module{Intelligence(KnownValues(), nil), esa, other}})
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"", []string{"Lab Threat Intelligence", "ESA one", "ESA two"}},
		{"?mids=" + esa.ID, []string{"ESA one"}},
		{"?mids=" + esa.ID + "&mids=" + other.ID, []string{"ESA one", "ESA two"}},
		{"?mids=" + esa.ID + "," + other.ID, nil}, // a list in one parameter is one unknown id
		{"?product_categories=email-security", []string{"ESA one", "ESA two"}},
		{"?product_categories=threat-intel&product_categories=siem", []string{"Lab Threat Intelligence"}},
		{"?flags=cisco", []string{"Lab Threat Intelligence"}},
		{"?mids=" + newUUID(), nil},
	} {
		var names []string
		answer := k.iroh(http.MethodPost, "/iroh-enrich/observe/observables"+test.query, []any{badDomain})
		for _, d := range elements(t, answer.object(t)["data"]) {
			names = append(names, d["module"].(string))
		}
		if !slices.Equal(names, test.want) {
			t.Errorf("%q: %v, want %v", test.query, names, test.want)
		}
	}
}

func TestDeliberateHasVerdictsOnly(t *testing.T) {
	k := start(t, Config{Modules: []Module{Intelligence(KnownValues(), nil), seer("ESA")}})
	answer := k.iroh(http.MethodPost, "/iroh-enrich/deliberate/observables", []any{badDomain, badHash})
	data := elements(t, answer.object(t)["data"])
	if len(data) != 1 {
		t.Fatalf("only the intelligence module deliberates: %v", data)
	}
	inner := data[0]["data"].(map[string]any)
	if len(inner) != 1 {
		t.Errorf("there are other kinds than verdicts: %v", inner)
	}
	docs := elements(t, inner["verdicts"].(map[string]any)["docs"])
	if len(docs) != 2 || docs[0]["disposition"] != 2.0 || docs[0]["judgement_id"] != nil {
		t.Errorf("verdicts: %v", docs)
	}
}

func TestTargetsHaveAWindow(t *testing.T) {
	k := start(t, Config{Modules: []Module{seer("ESA")}})
	for window, want := range map[string]float64{
		"2026-01-01T09:00:00Z": 1, "2026-01-01T11:00:00Z": 0,
	} {
		answer := k.iroh(http.MethodPost, "/iroh-enrich/observe/targets", map[string]any{"observables": []any{badDomain}, "start_time": window})
		data := elements(t, answer.object(t)["data"])
		sightings := data[0]["data"].(map[string]any)["sightings"].(map[string]any)
		if sightings["count"] != want {
			t.Errorf("since %s: %v sightings", window, sightings["count"])
		}
	}
}

func TestReferAndReputation(t *testing.T) {
	k := start(t, Config{Modules: []Module{Intelligence(KnownValues(), nil)}})
	links := elements(t, k.iroh(http.MethodPost, "/iroh-enrich/refer/observables", []any{badDomain}).object(t)["data"])
	if len(links) != 1 || links[0]["data"] != nil || links[0]["title"] != "Search for this domain" {
		t.Errorf("links: %v", links)
	}
	path := "/iroh-enrich/reputation/observable?" + url.Values{"type": {"domain"}, "value": {badDomain.Value}}.Encode()
	o := k.iroh(http.MethodGet, path, nil).object(t)
	inner := o["data"].(map[string]any)
	if inner["reputation"].(map[string]any)["disposition_name"] != "Malicious" || len(inner["data"].([]any)) != 1 {
		t.Errorf("reputation: %v", o)
	}
	if answer := k.iroh(http.MethodGet, "/iroh-enrich/reputation/observable?type=domain", nil); answer.status != 400 {
		t.Errorf("without a value: %d", answer.status)
	}
}

func TestHealth(t *testing.T) {
	esa := seer("ESA")
	k := start(t, Config{Modules: []Module{esa}})
	if _, isList := k.iroh(http.MethodPost, "/iroh-enrich/health", nil).object(t)["data"].([]any); !isList {
		t.Error("the health of all is a list")
	}
	one, isObject := k.iroh(http.MethodPost, "/iroh-enrich/health/"+esa.ID, nil).object(t)["data"].(map[string]any)
	if !isObject || one["data"].(map[string]any)["status"] != "ok" {
		t.Errorf("the health of one is an object with the status: %v", one)
	}
	if answer := k.iroh(http.MethodPost, "/iroh-enrich/health/"+newUUID(), nil); answer.status != 404 || answer.object(t)["error"] != "module_instance_not_found" {
		t.Errorf("unknown module: %d %s", answer.status, answer.body)
	}
	if answer := k.iroh(http.MethodGet, "/iroh-enrich/health", nil); answer.status != 404 {
		t.Errorf("health is POST only; GET got %d", answer.status)
	}
}

func TestInspect(t *testing.T) {
	k := start(t, Config{})
	text := "From billing@invoice-portal.example via 203.0.113.66 see hxxps://evil[.]example.com/a?b=c, hash " + badHash.Value +
		" twice 203.0.113.66; www.example.org and make_atom.py at 08:51:06 for $20,000"
	var got []string
	for _, o := range elements(t, k.iroh(http.MethodPost, "/iroh-inspect/inspect", map[string]string{"content": text}).json(t)) {
		got = append(got, o["type"].(string)+"="+o["value"].(string))
	}
	want := []string{
		"url=https://evil.example.com/a?b=c", "email=billing@invoice-portal.example", "sha256=" + badHash.Value,
		"ip=203.0.113.66", "domain=www.example.org", "domain=make_atom.py",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if answer := k.iroh(http.MethodPost, "/iroh-inspect/inspect", map[string]string{"content": "nothing here"}); string(answer.body) != "[]" {
		t.Errorf("nothing: %s", answer.body)
	}
}

func TestModulesAnswerSideBySide(t *testing.T) {
	modules := []Module{seer("a"), seer("b"), seer("c"), seer("d")}
	var asked sync.WaitGroup
	asked.Add(len(modules))
	for i := range modules { // none answers before all are asked
		modules[i].Backend = ObserveFunc(func(context.Context, []observable.Observable) Answer {
			asked.Done()
			asked.Wait()
			return Answer{}
		})
	}
	k := start(t, Config{Modules: modules})
	if answer := k.iroh(http.MethodPost, "/iroh-enrich/observe/observables", []any{badDomain}); answer.status != http.StatusOK {
		t.Errorf("status %d", answer.status)
	}
}

func TestRateLimit(t *testing.T) {
	now := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	clock := now
	k := start(t, Config{OrgLimit: 3, Now: func() time.Time { return clock }, TokenLife: 3 * time.Hour})
	for i := range 3 {
		clock = now.Add(time.Duration(i) * 10 * time.Second)
		if answer := k.iroh(http.MethodGet, "/profile/whoami", nil); answer.status != 200 || answer.header.Get("X-Ratelimit-Org-Limit") != "3" {
			t.Fatalf("call %d: %d %v", i, answer.status, answer.header)
		}
	}
	answer := k.iroh(http.MethodGet, "/profile/whoami", nil)
	if answer.status != 429 || answer.header.Get("Retry-After") != "3580" || string(answer.body) != `{"error": "Too Many Requests"}` || answer.header.Get("Content-Length") != "30" {
		t.Errorf("%d %v %s", answer.status, answer.header, answer.body)
	}
	clock = now.Add(time.Hour + time.Second) // the first call is out of the window, the others are in
	if answer := k.iroh(http.MethodGet, "/profile/whoami", nil); answer.status != 200 {
		t.Errorf("after the window: %d", answer.status)
	}
	if answer := k.iroh(http.MethodGet, "/profile/whoami", nil); answer.status != 429 {
		t.Errorf("the window rolls, it does not restart: %d", answer.status)
	}
}

func TestMixedFamiliesAreNotFound(t *testing.T) {
	k := start(t, Config{})
	if answer := k.do(k.request(http.MethodGet, k.IROHURL()+"/ctia/casebook/search", nil)); answer.status != 404 {
		t.Errorf("CTIA on the platform host: %d", answer.status)
	}
	if answer := k.do(k.request(http.MethodGet, k.IntelURL()+"/iroh/profile/whoami", nil)); answer.status != 404 {
		t.Errorf("IROH on the intel host: %d", answer.status)
	}
}

func TestRequestLogHoldsNoSecret(t *testing.T) {
	k := start(t, Config{})
	k.iroh(http.MethodGet, "/profile/whoami?x=1", nil)
	requests := k.Requests()
	if len(requests) != 2 || requests[0].Path != "/iroh/oauth2/token" || requests[1].Query != "x=1" || requests[1].Status != 200 {
		t.Errorf("log: %+v", requests)
	}
	for _, r := range requests {
		if text := string(encode(r)); strings.Contains(text, k.ClientSecret()) || strings.Contains(text, k.bearer()) {
			t.Errorf("the log holds a secret: %s", text)
		}
	}
}
