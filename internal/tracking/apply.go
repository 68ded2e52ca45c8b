package tracking

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"ctrace/esa"
)

// Change is what became of the rows.
type Change struct {
	Appended []*Row // new rows behind those that were shown
	Replaced bool   // rows came between, or changed: Rows has to be taken anew
	Fresh    []*Row // those that came or changed by following, newest first
}

// Any tells that something changed.
func (c Change) Any() bool { return len(c.Appended) > 0 || c.Replaced }

// Apply takes an answer in.
func (s *Search) Apply(a Answer, now time.Time) Change {
	st := a.fetch.source
	st.asked = time.Time{}
	if a.err != nil {
		st.fail(a, now)
		if s.once {
			st.retryAt = time.Time{}
		}
		return s.reveal(now, false)
	}
	st.failure, st.retry, st.retryAt = nil, Retry{}, time.Time{}
	rows, fresh, moved := s.take(st, a)
	if a.fetch.polling {
		st.afterPoll(a, len(fresh) == len(a.page.Messages), now)
	} else {
		st.afterPage(a, len(rows) > 0)
		st.nextPoll = now.Add(FollowEvery)
	}
	between := s.insert(rows, s.shown)
	s.shown += between
	c := s.reveal(now, moved || between > 0)
	c.Fresh = fresh
	return c
}

// Reveal shows rows that an appliance held back which is late by now.
func (s *Search) Reveal(now time.Time) Change { return s.reveal(now, false) }

// reveal finds anew how many rows are shown.
func (s *Search) reveal(now time.Time, replaced bool) Change {
	before := s.shown
	limit, held := s.limit(now)
	n := len(s.rows)
	if held {
		n = sort.Search(n, func(i int) bool { return s.rows[i].At().Before(limit) })
	}
	if replaced {
		s.shown = max(n, before)
		return Change{Replaced: true}
	}
	if n <= before {
		return Change{} // what was shown once stays
	}
	s.shown = n
	return Change{Appended: slices.Clone(s.rows[before:n])}
}

func (st *state) fail(a Answer, now time.Time) {
	st.failure, st.retryAt, st.polling = a.err, time.Time{}, a.fetch.polling
	if wait, again := st.retry.After(a.err); again {
		st.retryAt = now.Add(wait)
	}
}

// rowsTogether is how many rows are allocated at once. So many fill a block of 16 KiB, which Go's allocator
// hands out without rounding up; each by itself, they would take a tenth more memory.
const rowsTogether = 28

// take makes rows of the messages that are new. What is known already and looks otherwise now is put
// in the place of the old row; moved tells that there was such a row.
func (s *Search) take(st *state, a Answer) (rows, fresh []*Row, moved bool) {
	st.bad += a.page.Bad
	at := st.reach
	var chunk []Row
	for i, m := range a.page.Messages {
		if len(chunk) == 0 {
			chunk = make([]Row, min(rowsTogether, len(a.page.Messages)-i))
		}
		if !m.Time.IsZero() {
			at = m.Time
		} else if at.IsZero() {
			at = s.query.End
		}
		key := st.keyOf(&m)
		old, ok := st.known[key]
		r := &chunk[0]
		chunk = chunk[1:]
		*r = Row{Message: m, Source: int32(st.index), at: at.UnixNano(), Fresh: a.fetch.polling}
		switch {
		case !ok:
			st.known[key] = r
			rows = append(rows, r)
			s.counts.add(r)
			if a.fetch.polling {
				fresh = append(fresh, r)
				s.fresh++
			}
		case changed(&old.Message, &m):
			r.at = old.at // it keeps its place
			r.Fresh = r.Fresh || old.Fresh
			s.replace(old, r)
			st.known[key] = r
			moved = true
			if a.fetch.polling {
				fresh = append(fresh, r)
			}
		}
	}
	return rows, fresh, moved
}

// changed tells that a row says something else than before.
func changed(a, b *esa.Message) bool {
	return a.StatusText != b.StatusText || len(a.MIDs) != len(b.MIDs) || len(a.DCIDs) != len(b.DCIDs) ||
		len(a.FinalSubjects) != len(b.FinalSubjects) || len(a.Recipients) != len(b.Recipients)
}

func (s *Search) replace(old, r *Row) {
	i := sort.Search(len(s.rows), func(i int) bool { return s.rows[i].at <= old.at })
	for ; i < len(s.rows) && s.rows[i].at == old.at; i++ {
		if s.rows[i] == old {
			s.rows[i] = r
			s.counts.remove(old)
			s.counts.add(r)
			return
		}
	}
}

func (st *state) afterPage(a Answer, anyNew bool) {
	st.offset += a.fetch.query.Limit
	if st.stale++; anyNew || (a.fetch.query.Status != "" && a.page.Rows > 0) {
		st.stale = 0
	}
	st.done = a.page.Last || st.stale >= mostStale
	for _, m := range a.page.Messages {
		if !m.Time.IsZero() && (st.reach.IsZero() || m.Time.Before(st.reach)) {
			st.reach = m.Time
		}
	}
}

// insert puts rows where their times belong, behind those of the same time. between is how many of
// them came among the first so many.
func (s *Search) insert(rows []*Row, first int) (between int) {
	if len(rows) == 0 {
		return 0
	}
	slices.SortStableFunc(rows, func(a, b *Row) int { return cmp.Compare(b.at, a.at) })
	from := sort.Search(len(s.rows), func(i int) bool { return s.rows[i].at < rows[0].at })
	tail := slices.Clone(s.rows[from:])
	s.rows = slices.Grow(s.rows, len(rows))[:from]
	for len(rows) > 0 || len(tail) > 0 {
		if len(rows) == 0 || (len(tail) > 0 && tail[0].at >= rows[0].at) {
			s.rows = append(s.rows, tail[0])
			tail = tail[1:]
			continue
		}
		if len(s.rows) < first+between {
			between++
		}
		s.rows = append(s.rows, rows[0])
		rows = rows[1:]
	}
	return between
}
