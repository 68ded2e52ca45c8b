package verify

import (
	"math"
	"slices"
	"time"
)

// The promise of the schedule: a message is found at most one second, or a tenth of the time that
// it took to become searchable, after it did; and message tracking is searched at most 60 times in
// 15 minutes, because a search can be heavy work for the appliance.
const (
	shortestGap   = time.Second
	gapShare      = 10 // a gap is at most a tenth of the time waited so far
	maxSearches   = 60
	searchWindow  = 15 * time.Minute
	messageIDTurn = 4 // every fourth look asks by Message-ID instead of by the first key
)

// gapMargin shortens each gap so that the look's own round trip fits into the promise.
const gapMargin = 0.99

// look is one planned look into message tracking.
type look struct {
	at   time.Duration // since the waiting began
	keys []Key         // one search each
}

// offsets are the times of the looks in a waiting of the given length: every second at first, then
// a tenth later each time, the last one at the very end.
func offsets(patience time.Duration) []time.Duration {
	var list []time.Duration
	for at := time.Duration(0); at < patience; {
		gap := max(shortestGap, at/gapShare)
		at = min(patience, at+time.Duration(gapMargin*float64(gap)))
		list = append(list, at)
	}
	return list
}

// looks plans a waiting. hasMID tells whether the SMTP answer named a MID.
//
// The MID is the first choice, because it is an exact and cheap key and works whatever is logged;
// without one the subject is. Every fourth look asks by our Message-ID instead: normally any key
// finds the message, so nothing is lost, and whether an appliance wants the Message-ID with or
// without brackets is not documented. The key that is left over is asked for too at a few looks, as
// many as the number of searches leaves room for, spread evenly over the orders of magnitude of the
// waiting, and all keys at the last look.
func looks(patience time.Duration, hasMID bool) []look {
	first, rest := KeySubject, KeyMessageID
	if hasMID {
		first, rest = KeyMID, KeySubject
	}
	var plan []look
	for i, at := range offsets(patience) {
		key := first
		if (i+1)%messageIDTurn == 0 {
			key = KeyMessageID
		}
		plan = append(plan, look{at: at, keys: []Key{key}})
	}
	spare := maxSearches - len(plan) - 1
	for _, i := range spread(plan, spare, patience) {
		plan[i].add(rest)
	}
	for _, key := range []Key{first, rest, KeyMessageID} {
		if last := len(plan) - 1; last >= 0 && (searches(plan) < maxSearches || patience > searchWindow) {
			plan[last].add(key)
		}
	}
	return plan
}

func (l *look) add(k Key) {
	if !slices.Contains(l.keys, k) {
		l.keys = append(l.keys, k)
	}
}

// spread chooses up to n looks, evenly on a logarithmic scale between the third look and the end.
func spread(plan []look, n int, patience time.Duration) []int {
	const from = 3 * time.Second
	var chosen []int
	ratio := float64(patience) / float64(from)
	for k := range min(n, 12) {
		at := time.Duration(float64(from) * math.Pow(ratio, float64(k)/float64(n)))
		i := slices.IndexFunc(plan, func(l look) bool { return l.at >= at })
		if i >= 0 && !slices.Contains(chosen, i) {
			chosen = append(chosen, i)
		}
	}
	return chosen
}

// searches counts the searches of a plan.
func searches(plan []look) int {
	n := 0
	for _, l := range plan {
		n += len(l.keys)
	}
	return n
}
