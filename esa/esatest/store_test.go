package esatest

import (
	"slices"
	"testing"
	"time"
)

// TestReadersKeepWhatTheyHold: a message that two sessions overtook is put before
// newer ones, and a search that is under way must not see places move.
func TestReadersKeepWhatTheyHold(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(minute int) *Record { return &Record{Received: noon.Add(time.Duration(minute) * time.Minute)} }
	var s store
	s.records = make([]*Record, 0, 8) // room, so that an insertion could be made in place
	s.insert(at(0))
	s.insert(at(2))
	held := s.all()
	before := slices.Clone(held)
	s.insert(at(1))
	s.insert(at(3))
	if !slices.Equal(held, before) {
		t.Error("an insertion changed what a reader holds")
	}
	var minutes []int
	for _, r := range s.all() {
		minutes = append(minutes, int(r.Received.Sub(noon)/time.Minute))
	}
	if want := []int{0, 1, 2, 3}; !slices.Equal(minutes, want) {
		t.Errorf("the order by time is %v, not %v", minutes, want)
	}
}
