package ctr_test

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
)

// lab starts the strict cloud of the lab with its awkward modules, and a client of it.
func lab(t *testing.T, faults ...string) (*ctrtest.Cloud, *ctr.Client) {
	t.Helper()
	cloud, err := ctrtest.Start(ctrtest.Config{
		Modules: []ctrtest.Module{
			ctrtest.Intelligence(ctrtest.KnownValues(), nil), ctrtest.Slow(10*time.Millisecond, 0),
			ctrtest.RateLimited(3), ctrtest.Partial(nil), ctrtest.Broken(),
		},
		Faults: faults,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cloud.Roots()}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := ctr.New(ctr.Config{
		IROHURL: cloud.IROHURL(), IntelURL: cloud.IntelURL(), ClientID: cloud.ClientID(), ClientSecret: cloud.ClientSecret(),
		HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cloud, client
}

// TestJourney walks through everything that an analyst does, against the lab's strict cloud.
func TestJourney(t *testing.T) {
	_, client := lab(t)
	ctx := t.Context()
	if who, err := client.WhoAmI(ctx); err != nil || who.Org.Name == "" {
		t.Errorf("whoami: %+v, %v", who, err)
	}
	known := ctrtest.KnownValues()
	if found, err := client.Inspect(ctx, "what about example.com and 192.0.2.1?"); err != nil || len(found) == 0 {
		t.Errorf("inspect: %v, %v", found, err)
	}
	var asked []observable.Observable
	for _, k := range known {
		asked = append(asked, k.Observable)
	}
	inv, err := client.Investigate(ctx, ctr.InvestigateRequest{Observables: asked}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range known {
		f := inv.Find(k.Observable)
		if f == nil || !slices.ContainsFunc(f.Opinions, func(o ctr.Opinion) bool {
			return o.Disposition == ctim.Disposition(k.Disposition) && (k.Reason == "" || slices.Contains(o.Reasons, k.Reason))
		}) {
			t.Errorf("%v: got %+v", k.Observable, f)
		}
	}
	if len(inv.Modules) != 5 || len(inv.Indicators) == 0 || len(inv.Sightings) == 0 || len(inv.Graph().Edges) == 0 {
		t.Errorf("%d modules, %d indicators, %d sightings", len(inv.Modules), len(inv.Indicators), len(inv.Sightings))
	}
	for _, m := range inv.Modules {
		if !m.Done {
			t.Errorf("got %+v", m)
		}
	}
	if b := client.Budget(); b.Used == 0 || b.Limit == 0 {
		t.Errorf("got %+v", b)
	}
	walkHealth(t, client)
	walkCasebook(t, client, asked)
}

func walkHealth(t *testing.T, client *ctr.Client) {
	t.Helper()
	health, err := client.Health(t.Context())
	if err != nil || len(health.Modules)+len(health.Errors) < 5 {
		t.Fatalf("got %+v, %v", health, err)
	}
	one, err := client.HealthOf(t.Context(), health.Modules[0].InstanceID)
	if err != nil || one.Status != health.Modules[0].Status {
		t.Errorf("got %+v, %v", one, err)
	}
	if _, err := client.HealthOf(t.Context(), "no/such module"); err == nil {
		t.Error("no error for an unknown module")
	}
}

func walkCasebook(t *testing.T, client *ctr.Client, asked []observable.Observable) {
	t.Helper()
	ctx := t.Context()
	const external = "ctrace/journey 1"
	if books, err := client.CasebookByExternalID(ctx, external); err != nil || len(books) != 0 {
		t.Fatalf("got %v, %v", books, err)
	}
	made, err := client.CreateCasebook(ctx, ctim.Casebook{
		Entity:      ctim.Entity{Title: "Invoice: \"phish\" (lab)", ExternalIDs: []string{external}},
		Observables: asked[:1], Texts: []ctim.Text{{Type: "text", Text: "first note"}},
	})
	if err != nil || made.ID == "" || made.TLP != "amber" {
		t.Fatalf("got %+v, %v", made, err)
	}
	if added, err := client.AddToCasebook(ctx, made.ID, asked[1:3]); err != nil || len(added.Observables) != 3 {
		t.Errorf("got %+v, %v", added, err)
	}
	if noted, err := client.AppendText(ctx, made.ID, "second note"); err != nil || len(noted.Texts) != 2 {
		t.Errorf("got %+v, %v", noted, err)
	}
	for what, find := range map[string]func() ([]ctim.Casebook, error){
		"external id": func() ([]ctim.Casebook, error) { return client.CasebookByExternalID(ctx, external) },
		"search":      func() ([]ctim.Casebook, error) { return client.SearchCasebooks(ctx, "phish", 10) },
	} {
		if books, err := find(); err != nil || len(books) != 1 || books[0].ID != made.ID {
			t.Errorf("by %s: %+v, %v", what, books, err)
		}
	}
	if read, err := client.Casebook(ctx, ctim.ShortID(made.ID)); err != nil || len(read.Observables) != 3 {
		t.Errorf("got %+v, %v", read, err)
	}
}

func TestJourneyWithFaults(t *testing.T) {
	ask := ctr.InvestigateRequest{Observables: []observable.Observable{{Type: observable.IP, Value: "192.0.2.1"}}}
	for fault, check := range map[string]func(error) bool{
		"token-400": ctr.IsBadCredentials,
		"ctr-429":   ctr.IsRateLimited,
		"ctr-500":   func(err error) bool { return err != nil && !ctr.IsRateLimited(err) },
		"ctr-401":   func(err error) bool { return err == nil || ctr.IsUnauthorized(err) },
	} {
		t.Run(fault, func(t *testing.T) {
			cloud, client := lab(t, fault)
			_, err := client.Investigate(t.Context(), ask, nil)
			if !check(err) {
				t.Errorf("got %v", err)
			}
			if err == nil {
				return
			}
			for _, secret := range []string{cloud.ClientSecret(), "eyJ"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("a secret is shown: %v", err)
				}
			}
		})
	}
}
