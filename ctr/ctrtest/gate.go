package ctrtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// maxBody is the largest body that is read, in bytes.
const maxBody = 16 << 20

// handler answers one call that has passed the gate.
type handler func(r *http.Request) reply

// onceFaults remembers which faults of the "-once" kind have happened.
type onceFaults struct{ limited, failed atomic.Bool }

func (o *onceFaults) reset() {
	o.limited.Store(false)
	o.failed.Store(false)
}

// outermost counts and logs every call and plays the faults that come before
// any service sees it.
func (c *Cloud) outermost(service string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.begin() {
			return
		}
		defer c.work.Done()
		began := time.Now()
		record := Request{At: c.cfg.Now(), Service: service, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
		watched := &statusWriter{ResponseWriter: w}
		defer func() {
			record.Status, record.Elapsed = watched.status, time.Since(began)
			c.log.add(record)
		}()
		if service == "sse" || c.before(watched, r) {
			next.ServeHTTP(watched, r)
		}
	})
}

// before plays the faults that lie between the client and the services; false
// means that the call is over.
func (c *Cloud) before(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case c.faults.has(faultSilent):
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the client hangs up
		<-r.Context().Done()
		return false
	case c.faults.has(fault502HTML):
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n")
		return false
	case c.faults.has(faultSlow):
		return pause(r.Context(), 2*time.Second) == nil
	}
	return true
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// gate makes the handler of an IROH route that needs a scope: identity first,
// then the organisation's budget, then the scope.
func (c *Cloud) gate(scope string, next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		irohHeaders(w.Header())
		scopes, refusal := c.authorize(r)
		if refusal != nil {
			refusal.write(w)
			return
		}
		w.Header().Set("X-Ratelimit-Org-Limit", strconv.Itoa(c.cfg.OrgLimit))
		c.behindGate(r, scopes, scope, next).write(w)
	})
}

func (c *Cloud) behindGate(r *http.Request, scopes []string, scope string, next handler) reply {
	enrich := strings.HasPrefix(r.URL.Path, "/iroh/iroh-enrich/")
	wait, within := c.budget.spend(c.cfg.Now(), c.cfg.OrgLimit)
	switch {
	case c.faults.has(faultRateLimited):
		return tooMany(3557 * time.Second)
	case c.faults.has(faultRateLimitedOnce) && enrich && c.once.limited.CompareAndSwap(false, true):
		return tooMany(time.Second)
	case !within:
		return tooMany(wait)
	case c.faults.has(fault500), c.faults.has(fault500Once) && enrich && c.once.failed.CompareAndSwap(false, true):
		if enrich {
			return enrichFault()
		}
		return serverFault()
	case !covers(scopes, scope):
		return missingScope(scopes, scope)
	case !acceptsJSON(r.Header.Get("Accept")):
		return reply{status: http.StatusNotAcceptable, body: object{"error": "not-acceptable", "trace_id": traceID()}}
	}
	answer := next(r)
	if c.faults.has(faultTruncated) && enrich && answer.status == http.StatusOK {
		whole := encode(answer.body)
		answer.body = json.RawMessage(whole[:len(whole)/2])
	}
	return answer
}

func irohHeaders(h http.Header) {
	h.Set("X-Iroh-Version", "v2.71.0")
	h.Set("X-Iroh-Api-Version", "1.0.107")
	h.Set("X-Ctim-Version", ctimVersion)
	h.Set("X-Iroh-Config", "lab")
	h.Set("X-Jwt-Version", "1")
}

// tooMany is the 429 of the real rate limiter: whole seconds and a body of 30 bytes.
func tooMany(wait time.Duration) reply {
	return reply{
		status: http.StatusTooManyRequests,
		body:   json.RawMessage(`{"error": "Too Many Requests"}`),
		header: map[string]string{"Retry-After": strconv.Itoa(int(math.Ceil(wait.Seconds())))},
	}
}

func enrichFault() reply {
	return reply{status: http.StatusInternalServerError, body: object{
		"error":             "unknown server error",
		"error_description": "An unknown error has occurred during the enrichment",
		"trace_id":          newUUID(),
	}}
}

func missingScope(scopes []string, need string) reply {
	return reply{status: http.StatusForbidden, body: object{
		"error":             "missing_scope",
		"error_description": "You do not have the required credentials to access this route.",
		"missing-scopes":    []string{need}, "required-scopes": []string{need}, "scopes": scopes,
		"user-id": userID, "org-id": orgID, "trace_id": traceID(),
	}}
}

// readBody reads a whole body, up to maxBody.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if len(body) > maxBody {
		return nil, errors.New("the body is too large")
	}
	return body, nil
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
