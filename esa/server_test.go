package esa

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testUser       = "analyst"
	testPassphrase = "s3cret-Pass phrase"
	basePath       = "/gateways/one" // as behind a reverse proxy
)

// device is a minimal appliance: it logs in, counts, remembers, and lets a test
// answer the rest.
type device struct {
	*httptest.Server
	mu       sync.Mutex
	requests []received
	logins   int
	token    string
	serve    func(w http.ResponseWriter, r *http.Request)
}

type received struct {
	Method, Path, Query, Body string
	Header                    http.Header
}

// newDevice starts an appliance whose calls other than the login go to serve.
func newDevice(t *testing.T, serve func(w http.ResponseWriter, r *http.Request)) *device {
	t.Helper()
	d := &device{serve: serve}
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Close)
	return d
}

func (d *device) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path, under := strings.CutPrefix(r.URL.Path, basePath)
	d.mu.Lock()
	d.requests = append(d.requests, received{r.Method, path, r.URL.RawQuery, string(body), r.Header.Clone()})
	d.mu.Unlock()
	if !under {
		http.Error(w, "outside the base path", http.StatusTeapot)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(path, "/api/v2.0/login") {
		d.login(w, string(body))
		return
	}
	d.serve(w, r)
}

func (d *device) login(w http.ResponseWriter, body string) {
	var in struct {
		Data struct{ UserName, Passphrase string }
	}
	_ = json.Unmarshal([]byte(body), &in)
	user, _ := base64.StdEncoding.DecodeString(in.Data.UserName)
	passphrase, _ := base64.StdEncoding.DecodeString(in.Data.Passphrase)
	if string(user) != testUser || string(passphrase) != testPassphrase {
		refuse(w, 401, "Invalid username or passphrase.", "401 = No permission -- see authorization schemes.")
		return
	}
	d.mu.Lock()
	d.logins++
	d.token = fmt.Sprintf("token-%d", d.logins)
	token := d.token
	d.mu.Unlock()
	fmt.Fprintf(w, `{"data":{"userName":%q,"is2FactorRedirectRequired":"false","role":"HelpDeskUser","email":[],"jwtToken":%q}}`, testUser, token)
}

// seen returns the requests so far, logins left out.
func (d *device) seen() []received {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []received
	for _, r := range d.requests {
		if !strings.HasSuffix(r.Path, "/login") {
			out = append(out, r)
		}
	}
	return out
}

func (d *device) loginCount() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.logins
}

func refuse(w http.ResponseWriter, status int, message, explanation string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"message":%q,"code":"%d","explanation":%q}}`, message, status, explanation)
}

// reply serves one fixed answer.
func reply(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// client makes a client of the device; change may adjust the configuration.
func (d *device) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		BaseURL: d.URL + basePath, Username: testUser, Passphrase: testPassphrase,
		HTTPClient: &http.Client{Transport: &http.Transport{}},
	}
	for _, f := range change {
		f(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// aQuery is any valid query.
func aQuery() Query {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	return Query{Start: now.Add(-time.Hour), End: now}
}

var aRef = Ref{MIDs: []int64{1756, 1757}, Serial: "EC2A-4D1B", ICID: 1625, DCIDs: []int64{31}, Time: time.Date(2026, 11, 23, 14, 5, 9, 0, time.UTC)}
