package ctr

import (
	"sync"
	"time"

	"ctrace/ctr/observable"
)

// cacheLimit bounds the cache's entries: an observable asked of ten modules by two routes has 20.
const cacheLimit = 20_000

// answerCache remembers outcomes by observable, module and route for some minutes, as many as
// cacheLimit and rawLimit let it. Outcomes are immutable and shared.
type answerCache struct {
	life time.Duration

	mu       sync.Mutex
	entries  map[cacheKey]*outcome
	outcomes []*outcome // oldest first
	held     int        // observables of all outcomes
	raw      int        // bytes of all outcomes
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
		c.entries[cacheKey{o.asker.id, o.route, asked.Normal()}] = o
	}
	c.outcomes = append(c.outcomes, o)
	c.held += len(o.batch)
	c.raw += o.rawSize()
	for oldest := c.outcomes[0]; c.held > cacheLimit || c.raw > rawLimit || o.fetched.Sub(oldest.fetched) >= c.life; oldest = c.outcomes[0] {
		c.forget(oldest)
		if c.outcomes = c.outcomes[1:]; len(c.outcomes) == 0 {
			return
		}
	}
}

// forget removes an outcome's entries, but for those that a later one has taken. c.mu is held.
func (c *answerCache) forget(o *outcome) {
	for _, asked := range o.batch {
		if key := (cacheKey{o.asker.id, o.route, asked.Normal()}); c.entries[key] == o {
			delete(c.entries, key)
		}
	}
	c.held -= len(o.batch)
	c.raw -= o.rawSize()
}
