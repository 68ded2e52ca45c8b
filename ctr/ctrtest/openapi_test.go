package ctrtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"ctrace/ctr/ctrtest/published"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// description loads a Swagger 2 document as OpenAPI 3.
func description(t *testing.T, service string) *openapi3.T {
	t.Helper()
	path := published.Path(t, "samples", "ctr", "openapi", "cisco-xdr-iroh-"+service+"-openapi.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var v2 openapi2.T
	if err := json.Unmarshal(raw, &v2); err != nil {
		t.Fatal(err)
	}
	v3, err := openapi2conv.ToV3(&v2)
	if err != nil {
		t.Fatal(err)
	}
	return v3
}

// TestAnswersFollowThePublishedDescriptions sends one call to every published
// route and validates the answer against the description.
func TestAnswersFollowThePublishedDescriptions(t *testing.T) {
	esa := seer("ESA")
	esa.Settings = map[string]any{"device_id": "d", "request_timeframe": 30}
	addable := relay("Addable", "Can be added.")
	addable.Title, addable.FormerTitle, addable.Tips = "Addable", "Was addable", "Add it."
	addable.New = func(map[string]any) (Backend, error) { return seer("").Backend, nil }
	k := start(t, Config{
		Modules: []Module{Intelligence(KnownValues(), nil), esa, Partial(nil), RateLimited(1000), Slow(0, 0)},
		Types:   []ModuleType{addable}, Scopes: supportedScopes,
	})
	var all []any
	for _, known := range KnownValues() {
		all = append(all, known.Observable)
	}
	action := "/iroh/iroh-response/respond/trigger/" + k.Modules()[0].ID + "/lab-block"
	instance := "/iroh/iroh-int/module-instance/" + esa.ID
	sighting := map[string]any{
		"schema_version": ctimVersion, "type": "sighting", "id": "transient:1", "count": 1, "confidence": "High",
		"observed_time": map[string]any{"start_time": "2026-01-01T10:00:00Z"}, "observables": all,
	}
	for _, test := range []struct {
		service, method, route string // route as in the description
		path                   string // empty when it is the route
		body                   any
		status                 int
	}{
		{"inspect", "POST", "/iroh/iroh-inspect/inspect", "", map[string]string{"content": "192.0.2.1 example.com"}, 200},
		{"inspect", "POST", "/iroh/iroh-inspect/inspect", "", map[string]string{}, 400},
		{"enrich", "POST", "/iroh/iroh-enrich/health", "", nil, 200},
		{"enrich", "POST", "/iroh/iroh-enrich/health/{module_instance_id}", "/iroh/iroh-enrich/health/" + esa.ID, nil, 200},
		{"enrich", "POST", "/iroh/iroh-enrich/deliberate/observables", "", all, 200},
		{"enrich", "POST", "/iroh/iroh-enrich/observe/observables", "", all, 200},
		{"enrich", "POST", "/iroh/iroh-enrich/observe/observables", "", []any{}, 200},
		{"enrich", "POST", "/iroh/iroh-enrich/observe/targets", "", map[string]any{"observables": all}, 200},
		{"enrich", "POST", "/iroh/iroh-enrich/refer/observables", "", all, 200},
		{"enrich", "GET", "/iroh/iroh-enrich/reputation/observable", "/iroh/iroh-enrich/reputation/observable?type=domain&value=" + badDomain.Value, nil, 200},
		{"enrich", "GET", "/iroh/iroh-enrich/reputation/observable", "/iroh/iroh-enrich/reputation/observable?type=ip&value=192.0.2.200", nil, 200},
		{"int", "GET", "/iroh/iroh-int/module-instance", "", nil, 200},
		{"int", "GET", "/iroh/iroh-int/module-instance/{id}", instance, nil, 200},
		{"int", "POST", "/iroh/iroh-int/module-instance", "", map[string]any{"name": "x", "module_type_id": typeUUID("Addable"), "visibility": "org", "settings": map[string]any{"custom_api_key": "k"}}, 200},
		{"int", "PATCH", "/iroh/iroh-int/module-instance/{id}", instance, map[string]any{"name": "ESA renamed"}, 200},
		{"int", "GET", "/iroh/iroh-int/module-type", "", nil, 200},
		{"int", "GET", "/iroh/iroh-int/module-type/{id}", "/iroh/iroh-int/module-type/" + typeUUID("Addable"), nil, 200},
		{"response", "POST", "/iroh/iroh-response/respond/observables", "", all, 200},
		{"response", "POST", "/iroh/iroh-response/respond/sighting", "", sighting, 200},
		{"response", "POST", "/iroh/iroh-response/respond/trigger/{module-instance-id}/{action-id}", action + "?observable_type=domain&observable_value=x.example", nil, 200},
		{"response", "POST", "/iroh/iroh-response/respond/trigger/{module-instance-id}/{action-id}", action + "2?observable_type=domain&observable_value=x.example", nil, 200},
	} {
		t.Run(test.method+" "+test.route, func(t *testing.T) {
			spec := description(t, test.service)
			if test.path == "" {
				test.path = test.route
			}
			req := k.request(test.method, k.IROHURL()+test.path, test.body)
			answer := k.do(req)
			if answer.status != test.status {
				t.Fatalf("%d %s", answer.status, answer.body)
			}
			if err := validate(t, spec, test.route, req, answer); err != nil {
				t.Errorf("%s\n%.2000s", err, answer.body)
			}
		})
	}
	for scope, status := range map[string]int{"none": 401, "other": 403} {
		t.Run("inspect "+scope, func(t *testing.T) {
			other := start(t, Config{Scopes: []string{"enrich"}})
			req := other.request(http.MethodPost, other.IROHURL()+"/iroh/iroh-inspect/inspect", map[string]string{"content": "x"})
			if scope == "none" {
				req.Header.Del("Authorization")
			}
			answer := other.do(req)
			if answer.status != status {
				t.Fatalf("%d", answer.status)
			}
			if err := validate(t, description(t, "inspect"), "/iroh/iroh-inspect/inspect", req, answer); err != nil {
				t.Errorf("%s\n%s", err, answer.body)
			}
		})
	}
}

// validate checks an answer against one operation of a description.
func validate(t *testing.T, spec *openapi3.T, route string, req *http.Request, answer result) error {
	t.Helper()
	item := spec.Paths.Value(route)
	if item == nil {
		t.Fatalf("the description has no %s", route)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: req, QueryParams: url.Values{},
			Route: &routers.Route{Spec: spec, Path: route, PathItem: item, Method: req.Method, Operation: item.GetOperation(req.Method)},
		},
		Status: answer.status, Header: answer.header, Body: io.NopCloser(bytes.NewReader(answer.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	return openapi3filter.ValidateResponse(context.Background(), input)
}

// TestCasebooksFollowThePublishedDescription does the same for private
// intelligence, whose description is OpenAPI 3 already.
func TestCasebooksFollowThePublishedDescription(t *testing.T) {
	spec, err := openapi3.NewLoader().LoadFromFile(published.Path(t, "samples", "ctr", "openapi", "cisco-xdr-casebook-api-openapi.yml"))
	if err != nil {
		t.Fatal(err)
	}
	k := start(t, Config{})
	var id string
	for _, test := range []struct {
		method, route string
		path          func() string
		body          any
		status        int
	}{
		{"POST", "/ctia/casebook", func() string { return "/casebook?wait_for=true" }, map[string]any{
			"title": "x", "short_description": "y", "external_ids": []string{"e"}, "observables": []any{badDomain, badHash},
			"texts": []any{map[string]string{"type": "note", "text": "z"}},
		}, 201},
		{"GET", "/ctia/casebook/{id}", func() string { return "/casebook/" + id }, nil, 200},
		{"GET", "/ctia/casebook/search", func() string { return "/casebook/search?query=*" }, nil, 200},
		{"GET", "/ctia/casebook/external_id/{external_id}", func() string { return "/casebook/external_id/e" }, nil, 200},
		{"POST", "/ctia/casebook/{id}/observables", func() string { return "/casebook/" + id + "/observables?wait_for=true" }, map[string]any{"operation": "remove", "observables": []any{badHash}}, 200},
		{"POST", "/ctia/casebook/{id}/texts", func() string { return "/casebook/" + id + "/texts?wait_for=true" }, map[string]any{"operation": "add", "texts": []any{map[string]string{"type": "note", "text": "w"}}}, 200},
		{"PATCH", "/ctia/casebook/{id}", func() string { return "/casebook/" + id + "?wait_for=true" }, map[string]any{"title": "t"}, 200},
		{"PUT", "/ctia/casebook/{id}", func() string { return "/casebook/" + id + "?wait_for=true" }, map[string]any{"title": "u"}, 200},
		{"DELETE", "/ctia/casebook/{id}", func() string { return "/casebook/" + id }, nil, 204},
	} {
		t.Run(test.method+" "+test.route, func(t *testing.T) {
			req := k.request(test.method, k.IntelURL()+"/ctia"+test.path(), test.body)
			answer := k.do(req)
			if answer.status != test.status {
				t.Fatalf("%d %s", answer.status, answer.body)
			}
			if answer.status == 201 {
				id = shortID(answer.object(t)["id"].(string))
			}
			if err := validate(t, spec, test.route, req, answer); err != nil {
				t.Errorf("%.1500s\n%s", err, answer.body)
			}
		})
	}
}

// TestTheValidationNoticesFaults guards the test above: what does not follow
// the description must not pass.
func TestTheValidationNoticesFaults(t *testing.T) {
	spec, route := description(t, "enrich"), "/iroh/iroh-enrich/observe/observables"
	req := httptest.NewRequest(http.MethodPost, route, nil)
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	for name, body := range map[string]string{
		"a sighting without count":   `{"data":[{"module":"m","module_instance_id":"i","module_type_id":"t","data":{"sightings":{"count":1,"docs":[{"type":"sighting","id":"x","schema_version":"1","confidence":"High","observed_time":{"start_time":"2026-01-01T10:00:00.000Z"}}]}}}]}`,
		"an additional member":       `{"data":[],"errors":[],"warnings":[]}`,
		"a type outside the list":    `{"data":[{"module":"m","module_instance_id":"i","module_type_id":"t","data":{"verdicts":{"count":1,"docs":[{"type":"verdict","disposition":2,"valid_time":{},"observable":{"type":"nonsense","value":"x"}}]}}}]}`,
		"a disposition out of range": `{"data":[{"module":"m","module_instance_id":"i","module_type_id":"t","data":{"verdicts":{"count":1,"docs":[{"type":"verdict","disposition":9,"valid_time":{},"observable":{"type":"ip","value":"x"}}]}}}]}`,
	} {
		if err := validate(t, spec, route, req, result{200, header, []byte(body)}); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}
