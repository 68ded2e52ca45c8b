package ctrtest

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"ctrace/ctr/observable"
)

// TestFaults shows what each fault does to the call that it is about.
func TestFaults(t *testing.T) {
	observe := func(k *kit) result {
		return k.iroh(http.MethodPost, "/iroh-enrich/observe/observables", []any{badDomain})
	}
	email := func(t *testing.T, r result) (data, errs string) {
		t.Helper()
		o := r.object(t)
		return string(encode(o["data"])), string(encode(o["errors"]))
	}
	status := func(want int) func(*testing.T, *kit) {
		return func(t *testing.T, k *kit) {
			if r := observe(k); r.status != want {
				t.Errorf("%d %s", r.status, r.body)
			}
		}
	}
	health := func(want string) func(*testing.T, *kit) {
		return func(t *testing.T, k *kit) {
			r := k.iroh(http.MethodPost, "/iroh-enrich/health", nil)
			if !strings.Contains(string(r.body), `"status":"`+want+`"`) {
				t.Errorf("%s", r.body)
			}
		}
	}
	checks := map[string]func(*testing.T, *kit){
		faultToken400: func(t *testing.T, k *kit) {
			r := k.askToken(k.ClientID(), k.ClientSecret(), "grant_type=client_credentials")
			if r.status != 400 || r.object(t)["error"] != "wrong_client_creds" {
				t.Errorf("%d %s", r.status, r.body)
			}
		},
		faultTokenUnknownClient: func(t *testing.T, k *kit) {
			r := k.askToken(k.ClientID(), k.ClientSecret(), "grant_type=client_credentials")
			if r.status != 400 || r.object(t)["error"] != "invalid_client" {
				t.Errorf("%d %s", r.status, r.body)
			}
		},
		faultTokenShort: func(t *testing.T, k *kit) {
			r := k.askToken(k.ClientID(), k.ClientSecret(), "grant_type=client_credentials")
			if r.object(t)["expires_in"] != 2.0 {
				t.Errorf("%s", r.body)
			}
		},
		faultUnauthorized: func(t *testing.T, k *kit) {
			for range 2 {
				status(200)(t, k)
			}
			if r := observe(k); r.status != 401 || r.object(t)["error"] != "jwt_expired" {
				t.Errorf("the third call: %d %s", r.status, r.body)
			}
			k.jwt = ""
			for range 4 {
				status(200)(t, k)
			}
		},
		faultUnauthorizedAlways: func(t *testing.T, k *kit) {
			if r := observe(k); r.status != 401 || r.object(t)["error"] != "jwt_public_key_not_found" {
				t.Errorf("%d %s", r.status, r.body)
			}
		},
		faultForbidden: status(403),
		faultNoIntegrationScope: func(t *testing.T, k *kit) {
			status(200)(t, k)
			if r := k.iroh(http.MethodGet, "/iroh-int/module-instance", nil); r.status != 403 {
				t.Errorf("%d %s", r.status, r.body)
			}
		},
		faultRateLimited: func(t *testing.T, k *kit) {
			if r := observe(k); r.status != 429 || r.header.Get("Retry-After") != "3557" {
				t.Errorf("%d %v", r.status, r.header)
			}
		},
		faultRateLimitedOnce: func(t *testing.T, k *kit) {
			if r := observe(k); r.status != 429 || r.header.Get("Retry-After") != "1" {
				t.Errorf("%d %v", r.status, r.header)
			}
			status(200)(t, k)
		},
		fault500:     status(500),
		fault500Once: func(t *testing.T, k *kit) { status(500)(t, k); status(200)(t, k) },
		fault502HTML: func(t *testing.T, k *kit) {
			k.jwt = "any"
			if r := observe(k); r.status != 502 || r.header.Get("Content-Type") != "text/html" {
				t.Errorf("%d %v", r.status, r.header)
			}
		},
		faultTruncated: func(t *testing.T, k *kit) {
			if r := observe(k); r.status != 200 || json.Valid(r.body) {
				t.Errorf("%d %s", r.status, r.body)
			}
		},
		faultSlow: func(t *testing.T, k *kit) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, k.IROHURL()+"/clouds.json", nil)
			if _, err := k.http.Do(req); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("it answered in time: %v", err)
			}
		},
		faultUnknownCA: func(t *testing.T, k *kit) {
			_, err := k.http.Get(k.IROHURL() + "/clouds.json")
			if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok {
				t.Errorf("the certificate was taken: %v", err)
			}
		},
		faultModuleMissing: func(t *testing.T, k *kit) {
			if list := k.iroh(http.MethodGet, "/iroh-int/module-instance", nil).json(t).([]any); len(list) != 1 {
				t.Errorf("%d modules", len(list))
			}
		},
		faultModuleDisabled: func(t *testing.T, k *kit) {
			if list := k.iroh(http.MethodGet, "/iroh-int/module-instance?enabled=false", nil).json(t).([]any); len(list) != 1 {
				t.Errorf("%d disabled modules", len(list))
			}
			if data, _ := email(t, observe(k)); strings.Contains(data, "sightings") {
				t.Error("the disabled module answered")
			}
		},
		faultModuleError: func(t *testing.T, k *kit) {
			health("error")(t, k)
			if data, errs := email(t, observe(k)); strings.Contains(data, "sightings") || !strings.Contains(errs, `"type":"fatal"`) {
				t.Errorf("data %s, errors %s", data, errs)
			}
		},
		faultModuleNoData: func(t *testing.T, k *kit) {
			health("ok")(t, k)
			if data, errs := email(t, observe(k)); strings.Contains(data, "sightings") || !strings.Contains(data, "ESA") || errs != "[]" {
				t.Errorf("data %s, errors %s", data, errs)
			}
		},
		faultModuleAbsent: func(t *testing.T, k *kit) {
			if data, errs := email(t, observe(k)); strings.Contains(data, "ESA") || errs != "[]" {
				t.Errorf("data %s, errors %s", data, errs)
			}
		},
		faultModulePartial: func(t *testing.T, k *kit) {
			if data, errs := email(t, observe(k)); !strings.Contains(data, "sightings") || !strings.Contains(errs, `"type":"warning"`) {
				t.Errorf("data %s, errors %s", data, errs)
			}
		},
		faultModuleRateLimited: func(t *testing.T, k *kit) {
			if _, errs := email(t, observe(k)); !strings.Contains(errs, "too many requests") {
				t.Errorf("errors %s", errs)
			}
		},
		faultModuleRestricted: func(t *testing.T, k *kit) {
			if data, _ := email(t, observe(k)); !strings.Contains(data, `"module_instance_state":"restricted"`) {
				t.Errorf("data %s", data)
			}
		},
		faultHealthUnknown: health("unknown"),
	}
	checks[faultSilent] = checks[faultSlow]
	checks[faultModuleSlow] = func(t *testing.T, k *kit) {
		req := k.request(http.MethodPost, k.IROHURL()+"/iroh/iroh-enrich/observe/observables?mids="+k.Modules()[0].ID, []any{badDomain})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := k.http.Do(req.WithContext(ctx)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it answered in time: %v", err)
		}
	}
	for _, f := range Faults() {
		t.Run(f.Name, func(t *testing.T) {
			check := checks[f.Name]
			if check == nil || f.Description == "" {
				t.Fatal("this fault has no test or no description")
			}
			check(t, start(t, Config{Modules: []Module{seer("ESA"), Intelligence(KnownValues(), nil)}, Faults: []string{f.Name}}))
		})
	}
}

func TestFaultsWhileRunning(t *testing.T) {
	k := start(t, Config{})
	if err := k.SetFaults("no-such-fault"); err == nil {
		t.Error("an unknown fault was accepted")
	}
	if _, err := Start(Config{Faults: []string{"no-such-fault"}}); err == nil {
		t.Error("an unknown fault was accepted at the start")
	}
	call := func() int { return k.iroh(http.MethodGet, "/profile/whoami", nil).status }
	if before := call(); before != 200 {
		t.Fatal(before)
	}
	if err := k.SetFaults(fault500); err != nil {
		t.Fatal(err)
	}
	if during := call(); during != 500 {
		t.Error(during)
	}
	if err := k.SetFaults(); err != nil {
		t.Fatal(err)
	}
	if after := call(); after != 200 {
		t.Error(after)
	}
}

// TestCloseWhileAnswering shows that Close ends calls that wait for a module.
func TestCloseWhileAnswering(t *testing.T) {
	waits := make(chan struct{})
	endless := seer("Endless")
	endless.Backend = ObserveFunc(func(ctx context.Context, _ []observable.Observable) Answer {
		close(waits)
		<-ctx.Done()
		return Answer{Absent: true}
	})
	k := start(t, Config{Modules: []Module{endless}})
	req := k.request(http.MethodPost, k.IROHURL()+"/iroh/iroh-enrich/observe/observables", []any{badDomain})
	done := make(chan error, 1)
	go func() {
		resp, err := k.http.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		done <- err
	}()
	<-waits
	began := time.Now()
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if elapsed := time.Since(began); elapsed > 20*time.Second {
		t.Errorf("closing took %s", elapsed)
	}
	<-done
}
