package esa

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestErrorKinds(t *testing.T) {
	const page = "<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body>nginx</body></html>"
	for _, tt := range []struct {
		name        string
		status      int
		contentType string
		body        string
		want        ErrorKind
		text        string
		temporary   bool
	}{
		{"missing dates", 404, "application/json", `{"error":{"message":"Missing attribute - startDate or endDate.","code":"404","explanation":"404 = Nothing matches the given URI."}}`, KindQuery, "Missing attribute - startDate or endDate.", false},
		{"role", 403, "application/json", `{"error":{"message":"Forbidden.","code":"403","explanation":"403 = ..."}}`, KindRole, "Help Desk User", false},
		{"not acceptable", 406, "application/json", `{"error":{"message":"Not acceptable","code":406}}`, KindQuery, "Not acceptable", false},
		{"large body", 413, "text/plain", "", KindTooLarge, "ask for less", false},
		{"long query", 414, "text/plain", "too long", KindTooLarge, "HTTP 414", false},
		{"slow down", 429, "text/plain", "", KindRateLimited, "HTTP 429", true},
		{"server", 500, "application/json", `{"error":{"message":"Internal error.","code":"500","explanation":"500"}}`, KindServer, "Internal error.", true},
		{"gateway in JSON", 502, "application/json", `{"error":{"message":"Bad Gateway","code":"502"}}`, KindServer, "Bad Gateway", true},
		{"gateway as a page", 502, "text/html", page, KindProxyHTML, "502 Bad Gateway", true},
		{"page without a type", 503, "", page, KindProxyHTML, "502 Bad Gateway", true},
		{"page with status 200", 200, "text/html; charset=utf-8", "<html>sign in</html>", KindProxyHTML, "a web page", true},
		{"page for an unknown path", 404, "text/html", page, KindProxyHTML, "web page answered", true},
		{"error as a list", 404, "application/json", `{"error":[{"message":"Unexpected attribute - starts_with."}]}`, KindQuery, "Unexpected attribute", false},
		{"error as a text", 404, "application/json", `{"error":"no"}`, KindQuery, "HTTP 404", false},
		{"redirect", 302, "text/plain", "", KindRedirect, "https://other.example.net", false},
		{"not JSON", 200, "application/json", "{\"meta\":", KindAnswer, "breaks off", false},
		{"other JSON", 200, "application/json", "[1,2]", KindAnswer, "not the JSON that was expected", false},
		{"empty", 200, "application/json", " \n", KindAnswer, "empty", false},
		{"not implemented", 501, "application/json", "{}", KindAbsent, "does not offer", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.contentType)
				if tt.status == 302 {
					w.Header().Set("Location", "https://other.example.net/login?token=abc")
				}
				if tt.status == 429 {
					w.Header().Set("Retry-After", "7")
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			_, err := d.client(t).Search(t.Context(), aQuery())
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("got %T %v", err, err)
			}
			if e.Kind != tt.want || e.Temporary() != tt.temporary || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("kind %q, temporary %v: %v\nwant kind %q, temporary %v, text %q", e.Kind, e.Temporary(), err, tt.want, tt.temporary, tt.text)
			}
			if !strings.HasPrefix(err.Error(), strings.TrimPrefix(d.URL, "http://")+": search message tracking") {
				t.Errorf("the error does not begin with host and action: %v", err)
			}
			if tt.status == 429 && e.RetryAfter != 7*time.Second {
				t.Errorf("RetryAfter %v", e.RetryAfter)
			}
			if tt.want == KindQuery && !strings.Contains(e.Query, "startDate=2026-11-23T14:00:00.000Z") {
				t.Errorf("the query is not in the error: %q", e.Query)
			}
			if len(d.seen()) != 1 {
				t.Errorf("%d requests, want 1", len(d.seen()))
			}
		})
	}
}

func TestRetryAfterAsDate(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	c, err := New(Config{BaseURL: "https://esa", Username: "u", Passphrase: "p", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]time.Duration{
		"Mon, 23 Nov 2026 15:01:30 GMT": 90 * time.Second,
		"Mon, 23 Nov 2026 14:00:00 GMT": 0,
		"12":                            12 * time.Second,
		"-3":                            0, "soon": 0, "": 0,
	} {
		if got := c.retryAfter(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

// rawServer answers every connection with fixed bytes.
func rawServer(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return "http://" + l.Addr().String()
}

func TestBrokenAnswers(t *testing.T) {
	const token = "eyJhbGciOiJIUzI1NiJ9.secret"
	for _, tt := range []struct {
		name, answer string
		want         ErrorKind
	}{
		{"carriage return in a header", "HTTP/1.1 200 OK\r\njwtToken: " + token + "\rx\r\nContent-Length: 2\r\n\r\n{}", KindMalformedHeader},
		{"header broken over lines", "HTTP/1.1 200 OK\r\nX-A: b\n" + token + "\r\n\r\n{}", KindMalformedHeader},
		{"no HTTP at all", "220 esa.example.com ESMTP " + token + "\r\n", KindMalformedHeader},
		{"closed at once", "", KindNetwork},
		{"body breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{\"da", KindNetwork},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := New(Config{BaseURL: rawServer(t, tt.answer), Username: "u", Passphrase: "p", Auth: AuthBasic})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.CloseIdleConnections)
			_, err = c.Search(t.Context(), aQuery())
			if KindOf(err) != tt.want {
				t.Errorf("got %q (%v), want %q", KindOf(err), err, tt.want)
			}
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), token) {
				t.Errorf("the token of the broken line is in the error: %v", err)
			}
		})
	}
}

func TestBareLineFeedsInHeadersAreAccepted(t *testing.T) {
	c, err := New(Config{
		BaseURL:  rawServer(t, "HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close\n\n{}"),
		Username: "u", Passphrase: "p", Auth: AuthBasic,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	if _, err := c.Search(t.Context(), aQuery()); err != nil {
		t.Error(err)
	}
}

func TestAnswerOverTheLimit(t *testing.T) {
	d := newDevice(t, reply(`{"data":"`+strings.Repeat("x", 5000)+`"}`))
	c := d.client(t, func(c *Config) { c.MaxBody = 4096 })
	_, err := c.Search(t.Context(), aQuery())
	if KindOf(err) != KindTooLarge {
		t.Errorf("got %q: %v", KindOf(err), err)
	}
}

func TestTLSFailures(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for name, base := range map[string]string{
		"unknown authority":       secure.URL,
		"plain port taken as TLS": strings.Replace(plain.URL, "http:", "https:", 1),
	} {
		c, err := New(Config{BaseURL: base, Username: "u", Passphrase: "p", HTTPClient: &http.Client{Transport: &http.Transport{}}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Privileges(t.Context())
		if KindOf(err) != KindTLS {
			t.Errorf("%s: got %q: %v", name, KindOf(err), err)
		}
		c.CloseIdleConnections()
	}
}

func TestNothingListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	c, err := New(Config{BaseURL: "http://" + address, Username: "u", Passphrase: "p"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Privileges(t.Context())
	if KindOf(err) != KindNetwork || strings.Count(err.Error(), address) > 2 {
		t.Errorf("got %q: %v", KindOf(err), err)
	}
}

// stuckDevice accepts the login and then says nothing until the test ends.
func stuckDevice(t *testing.T) (d *device, entered <-chan struct{}) {
	in := make(chan struct{}, 10)
	release := make(chan struct{})
	d = newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		in <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) })
	return d, in
}

func TestNoAnswerInTime(t *testing.T) {
	d, _ := stuckDevice(t)
	c := d.client(t, func(c *Config) { c.Timeout = 30 * time.Millisecond })
	_, err := c.Search(t.Context(), aQuery())
	if KindOf(err) != KindTimeout || !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "context") {
		t.Errorf("got %q: %v", KindOf(err), err)
	}
}

// TestNobodyThere: a connection that cannot be made in time is no slow appliance, for which a smaller
// search would be the advice.
func TestNobodyThere(t *testing.T) {
	d := newDevice(t, reply("{}"))
	c := d.client(t, func(c *Config) {
		c.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
		}}}
	})
	_, err := c.Search(t.Context(), aQuery())
	if KindOf(err) != KindNetwork || !strings.Contains(err.Error(), "firewall") {
		t.Errorf("got %q: %v", KindOf(err), err)
	}
}

func TestCancellingReturnsAtOnce(t *testing.T) {
	const bound = 5 * time.Second // nothing else would end it
	d, entered := stuckDevice(t)
	c := d.client(t)
	first, cancelFirst := context.WithCancel(t.Context())
	second, cancelSecond := context.WithCancel(t.Context())
	type result struct {
		err error
		at  time.Time
	}
	results := [2]chan result{make(chan result, 1), make(chan result, 1)}
	for i, ctx := range []context.Context{first, second} {
		go func() {
			_, err := c.Search(ctx, aQuery())
			results[i] <- result{err, time.Now()}
		}()
		if i == 0 {
			<-entered // the first one is in the middle of its request; the second will wait for its turn
		}
	}
	for _, step := range []struct {
		who    string
		cancel context.CancelFunc
		result chan result
	}{{"waiting for its turn", cancelSecond, results[1]}, {"waiting for the answer", cancelFirst, results[0]}} {
		began := time.Now()
		step.cancel()
		r := <-step.result
		if took := r.at.Sub(began); took > bound {
			t.Errorf("%s: took %v to end", step.who, took)
		}
		if KindOf(r.err) != KindCancelled || !errors.Is(r.err, context.Canceled) {
			t.Errorf("%s: got %q: %v", step.who, KindOf(r.err), r.err)
		}
	}
}

func TestEndedContextSendsNothing(t *testing.T) {
	d := newDevice(t, reply(noRows))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.client(t).Search(ctx, aQuery()); KindOf(err) != KindCancelled {
		t.Errorf("got %q: %v", KindOf(err), err)
	}
	if len(d.requests) != 0 {
		t.Errorf("%d requests were sent", len(d.requests))
	}
}

func TestOneRequestAtATime(t *testing.T) {
	var now, most atomic.Int32
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(time.Millisecond) // room for a second one to come in
		now.Add(-1)
		_, _ = io.WriteString(w, noRows)
	})
	c := d.client(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.Search(t.Context(), aQuery()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || d.loginCount() != 1 {
		t.Errorf("%d requests at a time and %d logins, want 1 and 1", most.Load(), d.loginCount())
	}
}

func TestSecretsStayOutOfErrorsAndPrints(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte(testPassphrase))
	pair := base64.StdEncoding.EncodeToString([]byte(testUser + ":" + testPassphrase))
	secrets := []string{testPassphrase, encoded, pair, "token-1", "token-2"}
	// The worst server: it sends back whatever it was given.
	echo := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("limit") == "1" {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprintf(w, "<html><title>%s %s</title></html>", r.Header.Get("jwtToken"), r.Header.Get("Authorization"))
			return
		}
		refuse(w, 500, "bad "+r.Header.Get("jwtToken")+r.Header.Get("Authorization")+testPassphrase, "with "+encoded)
	}
	for _, auth := range []AuthMethod{AuthJWT, AuthBasic} {
		d := newDevice(t, echo)
		c := d.client(t, func(c *Config) { c.Auth = auth })
		for _, limit := range []int{1, 2} {
			q := aQuery()
			q.Limit = limit
			_, err := c.Search(t.Context(), q)
			all := fmt.Sprintf("%v|%+v|%#v|%s|%+v|%#v|%v|%#v", err, err, err, c, c, c, c.config, c.config)
			for _, s := range secrets {
				if strings.Contains(all, s) {
					t.Errorf("%s, limit %d: %q is in %s", auth, limit, s, all)
				}
			}
			if !strings.Contains(all, "[secret]") {
				t.Errorf("%s, limit %d: the echo did not come through: %s", auth, limit, all)
			}
		}
	}
}

// A handshake that the other side breaks off is a matter of the network, not of trust: it may pass.
func TestAHandshakeThatIsBrokenOff(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	c, err := New(Config{BaseURL: "https://" + l.Addr().String(), Username: "u", Passphrase: "p", HTTPClient: &http.Client{Transport: &http.Transport{}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Privileges(t.Context()); KindOf(err) != KindNetwork {
		t.Errorf("got %q: %v", KindOf(err), err)
	}
}
