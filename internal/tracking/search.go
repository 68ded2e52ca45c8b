package tracking

import (
	"context"
	"strings"
	"time"

	"ctrace/esa"
)

// Times of a search.
const (
	FollowEvery = 5 * time.Second // between two looks for new messages
	Lagging     = 2 * time.Second // an appliance that takes longer no longer holds back what the others found

	// PagePatience is for one page. The client ends a question that is not answered; this is longer,
	// because it may have to let others go first: each appliance is asked one thing at a time.
	PagePatience = 5 * time.Minute
)

// mostStale is how many full pages without a new row end a search: more would mean an appliance that
// ignores the offset.
const mostStale = 3

// Search is one search of all sources, and how far it is. Its methods are not called at the same time.
type Search struct {
	query   esa.Query
	open    bool // its end is the time at which it was made
	sources []*state
	rows    []*Row // newest first
	shown   int    // the first rows, which no source can still put rows between
	want    int
	stopped bool
	follow  bool
	once    bool // a failure is final, and nobody is left behind
	fresh   int
	counts  counts
}

// state is what is known of one source.
type state struct {
	Source
	index    int
	asked    time.Time // when the question under way was asked; zero when none is
	polling  bool      // the question under way is for new messages
	offset   int
	reach    time.Time // the oldest time that the pages came to; zero before the first page
	done     bool
	stale    int
	bad      int
	failure  error
	retry    Retry
	retryAt  time.Time // zero: not by itself
	nextPoll time.Time
	pollFrom int // offset of the look for new messages

	known       map[rowKey]*Row
	gateways    map[string]int // serial numbers, numbered
	connections map[string]int // keys of rejected connections, numbered
}

// New makes a search; it asks nothing yet. The query's limit and offset are the search's own.
func New(query esa.Query, sources []Source, now time.Time) *Search {
	query.Limit, query.Offset = esa.MaxLimit, 0
	s := &Search{query: query, open: !query.End.Before(now.Add(-time.Minute))}
	for i, src := range sources {
		s.sources = append(s.sources, &state{Source: src, index: i, known: map[rowKey]*Row{}, gateways: map[string]int{}, connections: map[string]int{}})
	}
	s.counts.reset(query.Start, query.End)
	return s
}

// Query is what is searched for.
func (s *Search) Query() esa.Query { return s.query }

// Rows are those found so far, newest first, without those that others may still come between. The
// slice is the search's own: it is read before the next call of Apply or Next only.
func (s *Search) Rows() []*Row { return s.rows[:s.shown] }

// Want says how many rows are needed: pages are fetched until there are so many.
func (s *Search) Want(rows int) {
	if rows > s.want {
		s.want, s.stopped = rows, false
	}
}

// Once makes every failure final and waits for every appliance, however slow: what a program wants that
// prints one answer.
func (s *Search) Once() { s.once = true }

// Stop ends the fetching until more rows are wanted than are there. What is under way may still be
// answered.
func (s *Search) Stop() { s.want, s.stopped = s.shown, true }

// Stopped tells that Stop was called and no more was wanted since.
func (s *Search) Stopped() bool { return s.stopped }

// Fetch is a question to one source.
type Fetch struct {
	source  *state
	query   esa.Query
	polling bool
}

// Do asks. It blocks until the appliance answers or ctx ends. A Message-ID without a match is asked
// for once more in its other form: whether an appliance wants it with its angle brackets or without is
// not documented.
func (f Fetch) Do(ctx context.Context) Answer {
	page, err := f.source.Tracker.Search(ctx, f.query)
	if f.query.MessageID != "" && f.query.Offset == 0 && err == nil && page.Rows+page.Bad == 0 {
		other := f.query
		other.MessageID = otherForm(f.query.MessageID)
		page, err = f.source.Tracker.Search(ctx, other)
	}
	return Answer{fetch: f, page: page, err: err}
}

// otherForm takes the angle brackets of a Message-ID off, or puts them on.
func otherForm(id string) string {
	if bare, ok := strings.CutPrefix(id, "<"); ok {
		return strings.TrimSuffix(bare, ">")
	}
	return "<" + id + ">"
}

// Answer is what came of a Fetch. It belongs to the search that the Fetch came from.
type Answer struct {
	fetch Fetch
	page  esa.Page
	err   error
}

// Err is why the source gave no page, nil when it did.
func (a Answer) Err() error { return a.err }

// Next gives the questions to be asked now. Each has to be answered with Apply. Between them it gives
// the source no other.
func (s *Search) Next(now time.Time) []Fetch {
	var out []Fetch
	for _, st := range s.sources {
		if !st.asked.IsZero() || st.retryAt.After(now) || st.failed() {
			continue
		}
		switch {
		case s.needs(st, now):
			q := s.query
			q.Offset = st.offset
			st.asked, st.polling = now, false
			out = append(out, Fetch{source: st, query: q})
		case s.follow && st.settled() && !st.nextPoll.After(now):
			st.asked, st.polling = now, true
			out = append(out, Fetch{source: st, query: s.pollQuery(st, now), polling: true})
		}
	}
	return out
}

// failed tells that a source is not asked again by itself.
func (st *state) failed() bool { return st.failure != nil && st.retryAt.IsZero() }

// settled tells that a source has answered its first page.
func (st *state) settled() bool { return st.done || !st.reach.IsZero() || st.offset > 0 }

// needs tells that a page of a source is needed now: rows are wanted and it is this source that holds
// them back, or it came late and rows are missing among those shown.
func (s *Search) needs(st *state, now time.Time) bool {
	switch {
	case st.done || s.stopped:
		return false
	case !st.settled():
		return true
	}
	limit, held := s.limit(now)
	if s.shown < s.want && (!held || !st.reach.Before(limit)) {
		return true
	}
	return s.shown > 0 && st.reach.After(s.rows[s.shown-1].At())
}

// limit is the time above which no source that answers can put further rows; held is false when no
// source holds anything back.
func (s *Search) limit(now time.Time) (limit time.Time, held bool) {
	for _, st := range s.sources {
		if st.done || st.failure != nil || (!s.once && st.lags(now)) {
			continue
		}
		reach := st.reach
		if !st.settled() {
			reach = farFuture
		}
		if !held || reach.After(limit) {
			limit, held = reach, true
		}
	}
	return limit, held
}

var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// lags tells that a source's answer is late.
func (st *state) lags(now time.Time) bool {
	return !st.asked.IsZero() && !st.polling && now.Sub(st.asked) >= Lagging
}

// Wake is when Next or Reveal may have something new although no answer came; zero when never.
func (s *Search) Wake(now time.Time) time.Time {
	var wake time.Time
	sooner := func(t time.Time) {
		if t.After(now) && (wake.IsZero() || t.Before(wake)) {
			wake = t
		}
	}
	for _, st := range s.sources {
		switch {
		case !st.asked.IsZero():
			sooner(st.asked.Add(Lagging))
		case !st.retryAt.IsZero():
			sooner(st.retryAt)
		case s.follow && !st.failed():
			sooner(st.nextPoll)
		}
	}
	return wake
}
