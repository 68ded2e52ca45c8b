package ctrtest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTokenEndpoint(t *testing.T) {
	k := start(t, Config{})
	for _, test := range []struct {
		name, id, secret, form string
		status                 int
		code                   string
	}{
		{"right", k.ClientID(), k.ClientSecret(), "grant_type=client_credentials", 200, ""},
		{"unknown client is 400, not 401", "client-unknown", k.ClientSecret(), "grant_type=client_credentials", 400, "invalid_client"},
		{"wrong password is 400, not 401", k.ClientID(), "wrong", "grant_type=client_credentials", 400, "wrong_client_creds"},
		{"no grant type", k.ClientID(), k.ClientSecret(), "", 400, "invalid_request"},
		{"another grant", k.ClientID(), k.ClientSecret(), "grant_type=password", 400, "unsupported_grant_type"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := k.askToken(test.id, test.secret, test.form)
			if answer.status != test.status {
				t.Fatalf("status %d: %s", answer.status, answer.body)
			}
			o := answer.object(t)
			if test.code != "" {
				if o["error"] != test.code {
					t.Errorf("error is %v, want %s", o["error"], test.code)
				}
				return
			}
			if o["token_type"] != "bearer" || o["expires_in"] != 600.0 || !strings.Contains(o["scope"].(string), "enrich:read") {
				t.Errorf("answer: %v", o)
			}
			if _, there := o["refresh_token"]; there {
				t.Error("this grant has no refresh token")
			}
			checkJWT(t, o["access_token"].(string))
		})
	}
}

func checkJWT(t *testing.T, jwt string) {
	t.Helper()
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 || len(jwt) < 1000 {
		t.Fatalf("not the form of a JWT: %d parts, %d bytes", len(parts), len(jwt))
	}
	var header struct{ Alg string }
	var claims struct{ Iat, Exp, Nbf int64 }
	for i, into := range []any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	if header.Alg != "RS256" || claims.Exp != claims.Iat+600 || claims.Nbf != claims.Iat-60 {
		t.Errorf("header %+v, claims %+v", header, claims)
	}
}

// The service knows nothing of the form encoding that RFC 6749 asks for inside Basic: a client that
// writes it is refused.
func TestCredentialsAreTakenAsTheyAre(t *testing.T) {
	const secret = "a+b%20c"
	k := start(t, Config{ClientSecret: secret})
	for sent, want := range map[string]int{secret: 200, url.QueryEscape(secret): 400, "a b c": 400} {
		if answer := k.askToken(k.ClientID(), sent, "grant_type=client_credentials"); answer.status != want {
			t.Errorf("%q got %d, want %d: %s", sent, answer.status, want, answer.body)
		}
	}
}

func TestTokenNeedsForm(t *testing.T) {
	k := start(t, Config{})
	req := k.request(http.MethodPost, k.IROHURL()+"/iroh/oauth2/token", map[string]string{"grant_type": "client_credentials"})
	req.SetBasicAuth(k.ClientID(), k.ClientSecret())
	if answer := k.do(req); answer.status != 400 {
		t.Errorf("a JSON body got %d: %s", answer.status, answer.body)
	}
}

func TestAuthorizationHeader(t *testing.T) {
	now := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	clock := now
	k := start(t, Config{Now: func() time.Time { return clock }})
	jwt := k.bearer()
	clock = now.Add(9 * time.Minute)
	for _, test := range []struct {
		name, header, code string
		later              time.Duration
	}{
		{"none", "", "invalid_request", 0},
		{"lower case bearer", "bearer " + jwt, "invalid_request", 0},
		{"basic", "Basic Zm9vOmJhcg==", "invalid_request", 0},
		{"no JWT at all", "Bearer abc", "jwt_decode_failed_exception", 0},
		{"a stranger's JWT", "Bearer a.b.c", "jwt_invalid_signature", 0},
		{"good", "Bearer " + jwt, "", 0},
		{"expired", "Bearer " + jwt, "jwt_expired", time.Minute + 12*time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock = now.Add(9*time.Minute + test.later)
			req := k.request(http.MethodGet, k.IROHURL()+"/iroh/profile/whoami", nil)
			req.Header.Del("Authorization")
			if test.header != "" {
				req.Header.Set("Authorization", test.header)
			}
			answer := k.do(req)
			if test.code == "" {
				if answer.status != 200 || answer.header.Get("X-Ratelimit-Org-Limit") != "8000" {
					t.Errorf("status %d, limit %q", answer.status, answer.header.Get("X-Ratelimit-Org-Limit"))
				}
				return
			}
			o := answer.object(t)
			if answer.status != 401 || o["error"] != test.code || !strings.HasPrefix(o["trace_id"].(string), "ctx-") {
				t.Errorf("%d %v", answer.status, o)
			}
			if _, echoed := o["token"]; echoed != (test.code != "invalid_request") {
				t.Errorf("the token is echoed: %v", echoed)
			}
			if answer.header.Get("X-Ratelimit-Org-Limit") != "" || answer.header.Get("WWW-Authenticate") != "" {
				t.Errorf("headers of a 401: %v", answer.header)
			}
			if test.name == "expired" && o["error_description"] != "This JWT max lifetime has expired 12s ago" {
				t.Errorf("description: %v", o["error_description"])
			}
		})
	}
}

func TestMissingScope(t *testing.T) {
	k := start(t, Config{Scopes: []string{"enrich:read"}})
	answer := k.iroh(http.MethodPost, "/iroh-inspect/inspect", map[string]string{"content": "x"})
	o := answer.object(t)
	if answer.status != 403 || o["error"] != "missing_scope" {
		t.Fatalf("%d %v", answer.status, o)
	}
	for _, key := range []string{"missing-scopes", "required-scopes", "scopes", "user-id", "org-id", "trace_id"} {
		if _, there := o[key]; !there {
			t.Errorf("%s is missing: %v", key, o)
		}
	}
	if answer := k.iroh(http.MethodPost, "/iroh-enrich/observe/observables", []any{}); answer.status != 200 {
		t.Errorf("observe with enrich:read: %d %s", answer.status, answer.body)
	}
	if answer := k.iroh(http.MethodPost, "/iroh-enrich/health", nil); answer.status != 403 {
		t.Errorf("health needs the scope integration, got %d", answer.status)
	}
}

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		granted, need string
		want          bool
	}{
		{"enrich", "enrich/observables/observe:read", true},
		{"enrich:read", "enrich/observables/observe:read", true},
		{"enrich:write", "enrich/observables/observe:read", false},
		{"integration:read", "integration/module-instance:write", false},
		{"enrichment", "enrich/observables/observe:read", false},
		{"inspect:read", "inspect:read", true},
	} {
		if got := covers([]string{test.granted}, test.need); got != test.want {
			t.Errorf("%s covers %s: %v", test.granted, test.need, got)
		}
	}
}
