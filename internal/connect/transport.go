package connect

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"ctrace/internal/config"
	"ctrace/internal/dial"
)

const (
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	idleTimeout      = 90 * time.Second
	// maxIdle keeps the connections of a fan-out over observables and modules.
	maxIdle = 64
	// maxHeader is what an answer's headers may take.
	maxHeader = 256 << 10
)

// httpClient makes a client with the given trust. How long a request may take
// is the business of the API clients and of their callers' contexts.
func (c *Clients) httpClient(trust *tls.Config, opts Options) *http.Client {
	base := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dial.With(net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}),
		TLSClientConfig:        trust,
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      true, // a transport with its own TLS settings has it off
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdle,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
	}
	c.closeIdle = append(c.closeIdle, base.CloseIdleConnections)
	return &http.Client{Transport: &transport{base: base, trace: opts.Trace}}
}

// transport says in words what became of a connection, names the host and its
// certificate in errors about trust, and writes the trace.
type transport struct {
	base  *http.Transport
	trace *slog.Logger
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := t.base.RoundTrip(req)
	if unknown, ok := config.UnknownCertificate(req.URL.Host, err); ok {
		err = unknown
	}
	if t.trace != nil {
		t.record(req, resp, err, time.Since(start))
	}
	return resp, dial.Words(err)
}

// CloseIdleConnections makes http.Client's method of this name work.
func (t *transport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// tracedHeaders are those of an answer that explain it and hold no secret.
var tracedHeaders = []string{"Content-Type", "Content-Length", "Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Request-Id"}

func (t *transport) record(req *http.Request, resp *http.Response, err error, elapsed time.Duration) {
	ctx := context.WithoutCancel(req.Context())
	if !t.trace.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("url", redactURL(req.URL)),
		slog.Duration("elapsed", elapsed),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	if resp != nil {
		attrs = append(attrs, slog.Int("status", resp.StatusCode))
		for _, name := range tracedHeaders {
			if value := resp.Header.Get(name); value != "" {
				attrs = append(attrs, slog.String(name, value))
			}
		}
	}
	t.trace.LogAttrs(ctx, slog.LevelDebug, "http", attrs...)
}

var secretParameter = regexp.MustCompile(`(?i)token|secret|pass|jwt|auth|code|key|cookie|session`)

// redactURL writes a URL for the trace: without user information, and without
// the values of parameters that may be secret. A query that cannot be read is
// left out whole.
func redactURL(u *url.URL) string {
	shown := *u
	if shown.User != nil {
		shown.User = url.User("REDACTED")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		shown.RawQuery = "REDACTED"
		return shown.String()
	}
	changed := false
	for name, values := range query {
		if secretParameter.MatchString(name) {
			for i := range values {
				values[i] = "REDACTED"
			}
			changed = true
		}
	}
	if changed {
		shown.RawQuery = query.Encode()
	}
	return shown.String()
}
