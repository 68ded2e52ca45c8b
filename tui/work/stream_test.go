package work

import (
	"errors"
	"slices"
	"sync"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

type batch = Batch[int, string]

func next(s *Stream[int, string]) batch {
	return s.Next(func(b batch) tea.Msg { return b })().(batch)
}

func TestAStreamBringsEverythingOnceAndInOrder(t *testing.T) {
	const events = 10_000
	s := NewStream[int, string]()
	failure := errors.New("refused")
	var run sync.WaitGroup
	run.Go(func() {
		for e := range events {
			s.Emit(e)
		}
		s.End("result", failure)
	})
	var got []int
	var last batch
	for !last.Ended {
		last = next(s)
		got = append(got, last.Events...)
	}
	run.Wait()
	if len(got) != events || !slices.IsSorted(got) || got[0] != 0 || got[events-1] != events-1 {
		t.Errorf("%d events came, want %d in order", len(got), events)
	}
	if last.Result != "result" || !errors.Is(last.Err, failure) {
		t.Errorf("the end was %q, %v", last.Result, last.Err)
	}
}

func TestEmittingDoesNotWaitForAReader(t *testing.T) {
	s := NewStream[int, string]()
	for e := range 3 {
		s.Emit(e)
	}
	s.End("", nil)
	if b := next(s); !slices.Equal(b.Events, []int{0, 1, 2}) || !b.Ended {
		t.Errorf("one batch was %+v, want all of it", b)
	}
}
