package tracking

import (
	"time"
)

// SourceStatus is how one source stands.
type SourceStatus struct {
	Name    string
	Asked   time.Time // since when its answer is waited for; zero when it is not
	Polling bool      // what is waited for are new messages only
	Done    bool      // everything that matches is here
	Bad     int       // rows that could not be read
	Failure error     // what the last question came to; nil when it was answered
	RetryAt time.Time // when it is asked again; zero when it is not
	Reach   time.Time // how far back it was searched; zero before its first page
}

// Sources gives the sources as they stand.
func (s *Search) Sources() []SourceStatus {
	out := make([]SourceStatus, len(s.sources))
	for i, st := range s.sources {
		out[i] = SourceStatus{
			Name: st.Name, Asked: st.asked, Polling: st.polling && !st.asked.IsZero(), Done: st.done, Bad: st.bad, Failure: st.failure,
			RetryAt: st.retryAt, Reach: st.reach,
		}
	}
	return out
}

// Complete tells that everything that matches is here.
func (s *Search) Complete() bool {
	for _, st := range s.sources {
		if !st.done {
			return false
		}
	}
	return s.shown == len(s.rows)
}

// Working tells that an answer is waited for, other than about new messages.
func (s *Search) Working() bool {
	for _, st := range s.sources {
		if !st.asked.IsZero() && !st.polling {
			return true
		}
	}
	return false
}

// Reach is how far back everything that matches is shown; zero when that is not known.
func (s *Search) Reach() time.Time {
	switch {
	case s.Complete():
		return s.query.Start
	case s.shown == 0:
		return time.Time{}
	}
	return s.rows[s.shown-1].At()
}

// Err is the failure of a search that no source answers and that does not go on by itself, or nil.
func (s *Search) Err() error {
	var err error
	for _, st := range s.sources {
		if !st.failed() {
			return nil
		}
		err = st.failure
	}
	return err
}
