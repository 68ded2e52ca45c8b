package ctrtest

import (
	"slices"
	"sync"
	"time"
)

// Request is one call as a test may want to see it. It holds no header and no
// body, so that no secret can be in it.
type Request struct {
	At      time.Time
	Service string // iroh, intel or sse
	Method  string
	Path    string
	Query   string // as sent
	Status  int
	Elapsed time.Duration
}

const requestLogLimit = 10_000

type requestLog struct {
	mu   sync.Mutex
	list []Request
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.list) >= 2*requestLogLimit {
		l.list = slices.Clone(l.list[requestLogLimit:])
	}
	l.list = append(l.list, r)
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list[max(0, len(l.list)-requestLogLimit):])
}
