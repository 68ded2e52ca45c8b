package ctrtest

import (
	"sync"
	"time"
)

// budget counts the organisation's requests of the last hour.
type budget struct {
	mu   sync.Mutex
	used []time.Time // oldest first
}

// spend takes one request out of the budget. When it is used up, wait is the
// time until the oldest request of the hour no longer counts.
func (b *budget) spend(now time.Time, limit int) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	start := now.Add(-time.Hour)
	old := 0
	for old < len(b.used) && !b.used[old].After(start) {
		old++
	}
	b.used = b.used[old:]
	if len(b.used) >= limit {
		return b.used[0].Sub(start), false
	}
	b.used = append(b.used, now)
	return 0, true
}
