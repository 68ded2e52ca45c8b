package ctrtest

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// kit is a cloud with a plain HTTP client, so that the tests see what is on
// the wire and not what a library makes of it.
type kit struct {
	*Cloud
	t    testing.TB
	http *http.Client
	jwt  string
}

func start(t testing.TB, cfg Config) *kit {
	t.Helper()
	cloud, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cloud.Roots()}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return &kit{Cloud: cloud, t: t, http: &http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

// result is an answer as it came.
type result struct {
	status int
	header http.Header
	body   []byte
}

// json decodes the body.
func (r result) json(t testing.TB) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%d %q: %v", r.status, r.body, err)
	}
	return v
}

func (r result) object(t testing.TB) map[string]any {
	t.Helper()
	o, isObject := r.json(t).(map[string]any)
	if !isObject {
		t.Fatalf("not an object: %s", r.body)
	}
	return o
}

func (k *kit) do(req *http.Request) result {
	k.t.Helper()
	resp, err := k.http.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return result{resp.StatusCode, resp.Header, body}
}

// request builds a call with the headers that a proper client sends. body is
// sent as it is when it is a string, as JSON otherwise; nil is no body.
func (k *kit) request(method, address string, body any) *http.Request {
	k.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			k.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(k.t.Context(), method, address, reader)
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+k.bearer())
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// iroh calls a path below /iroh with a valid token.
func (k *kit) iroh(method, path string, body any) result {
	k.t.Helper()
	return k.do(k.request(method, k.IROHURL()+"/iroh"+path, body))
}

// ctia calls a path below /ctia with a valid token.
func (k *kit) ctia(method, path string, body any) result {
	k.t.Helper()
	return k.do(k.request(method, k.IntelURL()+"/ctia"+path, body))
}

var bearerMu sync.Mutex

// bearer returns the kit's token, asked for once.
func (k *kit) bearer() string {
	bearerMu.Lock()
	defer bearerMu.Unlock()
	if k.jwt == "" {
		answer := k.askToken(k.Cloud.ClientID(), k.Cloud.ClientSecret(), "grant_type=client_credentials")
		k.jwt, _ = answer.object(k.t)["access_token"].(string)
	}
	return k.jwt
}

func (k *kit) askToken(id, secret, form string) result {
	k.t.Helper()
	req, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.IROHURL()+"/iroh/oauth2/token", strings.NewReader(form))
	if err != nil {
		k.t.Fatal(err)
	}
	req.SetBasicAuth(id, secret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	return k.do(req)
}
