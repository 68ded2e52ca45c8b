package tracking

import (
	"context"
	"errors"
	"time"

	"ctrace/esa"
)

// How long is waited before an appliance that failed is asked again: twice as long after each failure.
const (
	retryFirst   = 2 * time.Second
	retryLongest = time.Minute
)

// Retry says when a question that failed is asked again. The zero value has not failed yet.
type Retry struct{ failures int }

// After counts a failure and tells how long to wait before asking again; again is false when only a
// person can help.
func (r *Retry) After(err error) (wait time.Duration, again bool) {
	if !Temporary(err) {
		return 0, false
	}
	wait = min(retryFirst<<r.failures, retryLongest)
	if e, ok := errors.AsType[*esa.Error](err); ok && e.RetryAfter > wait {
		wait = e.RetryAfter
	}
	r.failures = min(r.failures+1, 8)
	return wait, true
}

// Temporary tells that asking again may help without anybody changing anything. A page of the web
// interface instead of an answer, a dropped session or a handshake that was cut are what a restart
// looks like; credentials and rights are not, and asking again would lock the account.
func Temporary(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	e, ok := errors.AsType[*esa.Error](err)
	if !ok {
		return false
	}
	return e.Temporary() || e.Kind == esa.KindAnswer || e.Kind == esa.KindTLS
}
