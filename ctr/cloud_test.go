package ctr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctrace/ctr/observable"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testID     = "client-0b1c2d3e-1111-4222-8333-444455556666"
	testSecret = "planted-Secret_value"
	testJWT    = "eyJhbGciOiJSUzI1NiJ9.eyJwbGFudGVkIjoidG9rZW4ifQ.c2lnbmF0dXJl"
)

// request is what the cloud was sent.
type request struct {
	Method, Path, Query, Body string
	Header                    http.Header
	ContentLength             int64
}

// cloud is a Threat Response over a real socket whose routes a test writes itself.
type cloud struct {
	*httptest.Server
	mux *http.ServeMux

	mu       sync.Mutex
	requests []request
	tokens   int
	token    http.HandlerFunc // nil gives tokens
}

func newCloud(t testing.TB) *cloud {
	t.Helper()
	c := &cloud{mux: http.NewServeMux()}
	c.mux.HandleFunc("POST /iroh/oauth2/token", c.giveToken)
	c.Server = httptest.NewServer(http.HandlerFunc(c.record))
	t.Cleanup(c.Close)
	return c
}

func (c *cloud) record(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.mu.Lock()
	c.requests = append(c.requests, request{
		r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header.Clone(), r.ContentLength,
	})
	c.mu.Unlock()
	c.mux.ServeHTTP(w, r)
}

func (c *cloud) giveToken(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.tokens++
	number, custom := c.tokens, c.token
	c.mu.Unlock()
	if custom != nil {
		custom(w, r)
		return
	}
	answerJSON(w, 200, fmt.Sprintf(
		`{"access_token":"%s%d","token_type":"bearer","expires_in":600,"scope":"enrich:read casebook inspect:read integration"}`, testJWT, number))
}

// on answers a route ("POST /iroh/…") with a status and a JSON body.
func (c *cloud) on(route string, status int, body string) {
	c.mux.HandleFunc(route, func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, status, body) })
}

// sent lists the requests to a path.
func (c *cloud) sent(path string) []request {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []request
	for _, r := range c.requests {
		if r.Path == path {
			list = append(list, r)
		}
	}
	return list
}

func (c *cloud) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.requests)
}

func answerJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// client makes a client of the cloud with its own connections.
func (c *cloud) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := Config{
		IROHURL: c.URL, IntelURL: c.URL, ClientID: testID, ClientSecret: testSecret,
		HTTPClient: &http.Client{Transport: transport},
	}
	for _, f := range change {
		f(&config)
	}
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func obs(pairs ...string) []observable.Observable {
	var list []observable.Observable
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, observable.Observable{Type: observable.Type(pairs[i]), Value: pairs[i+1]})
	}
	return list
}

// fixture reads an answer of our own from testdata.
func fixture(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func wantNoSecret(t *testing.T, what string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{testSecret, testJWT, testJWT[:24]} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows a secret: %s", what, text)
			}
		}
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
