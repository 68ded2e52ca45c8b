package ctr

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// orgLimit is the number of requests that an organisation may make in a rolling hour,
	// all its people and clients together (Cisco XDR API: rate limits).
	orgLimit = 8000

	budgetWindow = time.Hour

	// unknownRetryAfter holds calls back when a 429 does not say how long.
	unknownRetryAfter = time.Minute
)

// Budget is what is left of the organisation's requests an hour.
type Budget struct {
	Limit      int           // X-Ratelimit-Org-Limit; 8,000 until an answer says otherwise
	Used       int           // own calls in the last 60 minutes; others of the organisation use the same budget
	Remaining  int           // Limit-Used, or less when the cloud says so
	ResetAt    time.Time     // when the oldest of the own calls leaves the window; zero when there is none
	HeldUntil  time.Time     // after a 429: no call is sent before; zero when nothing holds
	RetryAfter time.Duration // from now to HeldUntil
}

// budget counts the calls to one service. Its zero value is ready.
type budget struct {
	mu        sync.Mutex
	limit     int         // as the service says; 0 is unknown
	calls     []time.Time // of the last hour, oldest first
	held      time.Time
	stated    int // X-Ratelimit-Org-Remaining of the last answer that had it
	statedAt  time.Time
	sinceThen int // calls since statedAt
}

// admit counts one call, or says why it must not be sent.
func (b *budget) admit(now time.Time) *Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	state := b.state(now)
	if state.RetryAfter > 0 {
		return &Error{
			Held: true, Status: http.StatusTooManyRequests, Code: CodeRateLimited, RetryAfter: state.RetryAfter,
			Description: "the organisation's request limit was reached earlier",
		}
	}
	if state.Used >= state.Limit {
		return &Error{
			Held: true, Status: http.StatusTooManyRequests, Code: CodeBudget, RetryAfter: state.ResetAt.Sub(now),
			Description: "this client alone made " + strconv.Itoa(state.Used) + " calls in the last hour, all that the organisation has",
		}
	}
	b.calls = append(b.calls, now)
	b.sinceThen++
	return nil
}

// note learns from an answer's headers.
func (b *budget) note(header http.Header, refused *Error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n, err := strconv.Atoi(header.Get("X-Ratelimit-Org-Limit")); err == nil && n > 0 {
		b.limit = n
	}
	if n, err := strconv.Atoi(header.Get("X-Ratelimit-Org-Remaining")); err == nil && n >= 0 {
		b.stated, b.statedAt, b.sinceThen = n, now, 0
	}
	if refused != nil && refused.Status == http.StatusTooManyRequests {
		b.held = now.Add(refused.RetryAfter)
	}
}

func (b *budget) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = time.Time{}
}

func (b *budget) now(now time.Time) Budget {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state(now)
}

// state forgets the calls of more than an hour ago and sums up. b.mu is held.
func (b *budget) state(now time.Time) Budget {
	old := 0
	for old < len(b.calls) && now.Sub(b.calls[old]) >= budgetWindow {
		old++
	}
	b.calls = b.calls[old:]
	s := Budget{Limit: cmp.Or(b.limit, orgLimit), Used: len(b.calls)}
	s.Remaining = max(0, s.Limit-s.Used)
	if !b.statedAt.IsZero() && now.Sub(b.statedAt) < budgetWindow {
		s.Remaining = min(s.Remaining, max(0, b.stated-b.sinceThen))
	}
	if len(b.calls) > 0 {
		s.ResetAt = b.calls[0].Add(budgetWindow)
	}
	if b.held.After(now) {
		s.HeldUntil, s.RetryAfter, s.Remaining = b.held, b.held.Sub(now), 0
	}
	return s
}

// Budget tells what is left of the requests to the platform (not to private intelligence,
// which has a budget of its own).
func (c *Client) Budget() Budget { return c.iroh.budget.now(c.config.Now()) }

// Release lifts the hold that a 429 put on the client, because the user wants to try anyway.
func (c *Client) Release() {
	c.iroh.budget.release()
	if c.intel != nil {
		c.intel.budget.release()
	}
}

// parseRetryAfter reads a Retry-After header: seconds ("3557"), with a unit ("3172s", "53m"),
// or an HTTP date.
func parseRetryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 && n < 1e6 {
		return time.Duration(n * float64(time.Second))
	}
	if d, err := time.ParseDuration(strings.ReplaceAll(text, " ", "")); err == nil && d >= 0 {
		return d
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return unknownRetryAfter
}
