package work

import (
	"sync"

	tea "github.com/charmbracelet/bubbletea"
)

// Stream carries what a run emits from the run's goroutine to the app. Emitting never blocks, so that a
// run ends at once when it is cancelled, whether or not anybody reads.
type Stream[E, R any] struct {
	mu    sync.Mutex
	batch Batch[E, R]
	wake  chan struct{} // holds one token when there is something to read
}

// Batch is what a run emitted since the batch before, and what it returned when it has ended.
type Batch[E, R any] struct {
	Events []E
	Ended  bool
	Result R
	Err    error
}

// NewStream makes a stream for one run.
func NewStream[E, R any]() *Stream[E, R] { return &Stream[E, R]{wake: make(chan struct{}, 1)} }

// Emit adds an event to the next batch.
func (s *Stream[E, R]) Emit(e E) {
	s.mu.Lock()
	s.batch.Events = append(s.batch.Events, e)
	s.mu.Unlock()
	s.signal()
}

// End says what the run returned.
func (s *Stream[E, R]) End(result R, err error) {
	s.mu.Lock()
	s.batch.Ended, s.batch.Result, s.batch.Err = true, result, err
	s.mu.Unlock()
	s.signal()
}

func (s *Stream[E, R]) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Next waits for the next batch and makes a message of it. It always comes: a run ends when it is
// cancelled.
func (s *Stream[E, R]) Next(message func(Batch[E, R]) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		<-s.wake
		s.mu.Lock()
		b := s.batch
		s.batch.Events = nil
		s.mu.Unlock()
		return message(b)
	}
}
