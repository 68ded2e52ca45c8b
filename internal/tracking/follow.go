package tracking

import (
	"time"

	"ctrace/esa"
)

// overlap is how far before the newest row a look for new messages begins: an SMA learns of messages
// minutes after they came, and what was under way changes its status.
const overlap = 15 * time.Minute

// Followable tells that new messages can still match: the search ends now and not in the past.
func (s *Search) Followable() bool { return s.open }

// Following tells that new messages are looked for.
func (s *Search) Following() bool { return s.follow }

// Follow begins to look for new messages every FollowEvery, or ends it.
func (s *Search) Follow(on bool, now time.Time) {
	s.follow = on && s.open
	s.once = s.once && !s.follow
	for _, st := range s.sources {
		st.nextPoll, st.pollFrom = now, 0
		if !s.follow && st.polling && st.asked.IsZero() {
			st.failure, st.retryAt = nil, time.Time{} // nothing is missing
		}
	}
}

// Fresh is how many rows came by following.
func (s *Search) Fresh() int { return s.fresh }

// pollQuery asks for the newest messages of a source.
func (s *Search) pollQuery(st *state, now time.Time) esa.Query {
	q := s.query
	q.End, q.Offset = now.Add(time.Minute), st.pollFrom
	if i := s.newest(st.index); i != nil {
		if start := i.At().Add(-overlap); start.After(q.Start) {
			q.Start = start
		}
	}
	return q
}

func (s *Search) newest(source int) *Row {
	for _, r := range s.rows {
		if int(r.Source) == source {
			return r
		}
	}
	return nil
}

// afterPoll goes on to the next page of new messages when a whole page was new, else rests.
func (st *state) afterPoll(a Answer, allNew bool, now time.Time) {
	if allNew && !a.page.Last && len(a.page.Messages) > 0 {
		st.pollFrom += a.fetch.query.Limit
		st.nextPoll = now
		return
	}
	st.pollFrom, st.nextPoll = 0, now.Add(FollowEvery)
}
