package esatest

import (
	"slices"
	"sort"
	"sync"
	"time"
)

// rejection is a connection that was refused before any mail.
type rejection struct {
	icid     int64
	senderIP string
	group    string
	sbrs     string
	serial   string
	host     string
	at       time.Time
	words    string
}

// store keeps what the appliance knows. Records in it never change; they are replaced.
type store struct {
	mu              sync.RWMutex
	records         []*Record // by time received, oldest first
	rejections      []rejection
	mid, icid, dcid int64 // last numbers given
	received        int
}

// nextICID numbers a new connection.
func (s *store) nextICID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.icid++
	return s.icid
}

// take numbers a message and its delivery, and keeps what finish makes of the numbers.
func (s *store) take(mids int, finish func(mids []int64, dcid int64) *Record) *Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	numbers := make([]int64, mids)
	for i := range numbers {
		s.mid++
		numbers[i] = s.mid
	}
	s.dcid++
	r := finish(numbers, s.dcid)
	s.insert(r)
	s.received++
	return r
}

// insert keeps the order by time; almost always the newest comes last. Readers hold slices of the
// records without the lock, so that none of the places that they see may change.
func (s *store) insert(r *Record) {
	at := len(s.records)
	for at > 0 && s.records[at-1].Received.After(r.Received) {
		at--
	}
	if at == len(s.records) {
		s.records = append(s.records, r)
		return
	}
	s.records = slices.Concat(s.records[:at], []*Record{r}, s.records[at:])
}

// reject keeps a refused connection.
func (s *store) reject(r rejection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rejections = append(s.rejections, r)
}

// replace puts a changed copy in the place of a record.
func (s *store) replace(old, changed *Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := slices.Index(s.records, old); at >= 0 {
		records := slices.Clone(s.records) // readers hold the old slice
		records[at] = changed
		s.records = records
	}
}

// all returns every record, oldest first. The slice must not be changed.
func (s *store) all() []*Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clip(s.records)
}

// between returns the records received from start to end, oldest first. A zero end means no bound.
func (s *store) between(start, end time.Time) []*Record {
	records := s.all()
	from := sort.Search(len(records), func(i int) bool { return !records[i].Received.Before(start) })
	to := len(records)
	if !end.IsZero() {
		to = sort.Search(len(records), func(i int) bool { return records[i].Received.After(end) })
	}
	if to < from {
		return nil
	}
	return records[from:to]
}

// counters returns the last MID, ICID and DCID given.
func (s *store) counters() (mid, icid, dcid int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.mid, s.icid, s.dcid
}

// nextDCID numbers a new delivery.
func (s *store) nextDCID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dcid++
	return s.dcid
}
