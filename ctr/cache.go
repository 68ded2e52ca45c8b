package ctr

import (
	"sync"
	"time"

	"ctrace/ctr/observable"
)

// cacheLimit bounds the cache: an observable asked of ten modules by two routes has 20 entries.
const cacheLimit = 20_000

// answerCache remembers outcomes by observable, module and route for some minutes. Outcomes
// are immutable and shared.
type answerCache struct {
	life time.Duration

	mu      sync.Mutex
	entries map[cacheKey]*outcome
	order   []cacheKey // oldest first; an entry that was renewed stands in it again
}

type cacheKey struct {
	module     string // instance id; "" for all at once
	route      Route
	observable observable.Observable // normal
}

func newAnswerCache(life time.Duration) *answerCache {
	return &answerCache{life: life, entries: make(map[cacheKey]*outcome)}
}

// get gives a remembered outcome that is still fresh at now.
func (c *answerCache) get(key cacheKey, now time.Time) *outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.entries[key]
	if known == nil || now.Sub(known.fetched) >= c.life {
		return nil
	}
	return known
}

// put remembers an outcome, unless a module failed in it: that is worth another try.
func (c *answerCache) put(o *outcome) {
	if o.err != nil || o.unsent {
		return
	}
	for _, e := range o.errors {
		if !e.IsWarning() {
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, asked := range o.batch {
		key := cacheKey{o.asker.id, o.route, asked.Normal()}
		c.entries[key] = o
		c.order = append(c.order, key)
	}
	for len(c.order) > 0 {
		oldest := c.order[0]
		known := c.entries[oldest]
		expired := known != nil && o.fetched.Sub(known.fetched) >= c.life
		if !expired && len(c.order) <= cacheLimit {
			break
		}
		if expired || len(c.order) > cacheLimit {
			delete(c.entries, oldest)
		}
		c.order = c.order[1:]
	}
}
