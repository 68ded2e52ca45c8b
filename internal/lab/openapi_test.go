package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"ctrace/ctr/ctrtest/published"
	"ctrace/ctr/observable"
)

// TestSightingsFollowThePublishedDescription validates what the email module
// answers for seeded traffic of every kind. The description is not part of the
// repository; without it the test is skipped.
func TestSightingsFollowThePublishedDescription(t *testing.T) {
	raw, err := os.ReadFile(published.Path(t, "samples", "ctr", "openapi", "cisco-xdr-iroh-enrich-openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v2 openapi2.T
	if err := json.Unmarshal(raw, &v2); err != nil {
		t.Fatal(err)
	}
	spec, err := openapi2conv.ToV3(&v2)
	if err != nil {
		t.Fatal(err)
	}
	k := start(t, Config{Messages: 3000})
	var obs []observable.Observable
	for _, known := range KnownValues() {
		obs = append(obs, known.Observable)
	}
	for _, r := range k.appliance.Messages()[:50] {
		obs = append(obs, observable.Observable{Type: observable.EmailMessageID, Value: r.MessageID})
	}
	const route = "/iroh/iroh-enrich/observe/observables"
	_, answer := k.ctr(http.MethodPost, route, obs)
	body, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, route, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: req, QueryParams: url.Values{},
			Route: &routers.Route{Spec: spec, Path: route, PathItem: spec.Paths.Value(route), Method: http.MethodPost, Operation: spec.Paths.Value(route).Post},
		},
		Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%.1500s", err)
	}
	if n := bytes.Count(body, []byte(`"type":"sighting"`)); n < 20 {
		t.Errorf("only %d sightings were looked at", n)
	}
}
