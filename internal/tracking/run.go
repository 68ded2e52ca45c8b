package tracking

import (
	"context"
	"sync"
	"time"
)

// Run drives a search until rows of them are shown (0: everything), or, while it is followed, until ctx
// ends. emit is called with each change, by one goroutine at a time. The error is ctx's, or that of a
// search which no source answers. When Run returns, nothing of it runs any more.
func Run(ctx context.Context, s *Search, rows int, now func() time.Time, emit func(Change)) error {
	if rows <= 0 {
		rows = 1 << 30
	}
	s.Want(rows)
	ctx, cancel := context.WithCancel(ctx)
	answers := make(chan Answer)
	var asking sync.WaitGroup
	defer asking.Wait()
	defer cancel()
	for {
		for _, f := range s.Next(now()) {
			asking.Go(func() {
				bounded, done := context.WithTimeout(ctx, PagePatience)
				defer done()
				select {
				case answers <- f.Do(bounded):
				case <-ctx.Done():
				}
			})
		}
		if !s.follow && (s.shown >= rows || s.Complete()) {
			return nil
		}
		if !s.follow && s.over() {
			return s.Err()
		}
		if err := s.Err(); err != nil {
			return err
		}
		var c Change
		wake, stop := wait(s.Wake(now()).Sub(now()))
		select {
		case a := <-answers:
			c = s.Apply(a, now())
		case <-wake:
			c = s.Reveal(now())
		case <-ctx.Done():
			stop()
			return ctx.Err()
		}
		stop()
		if c.Any() {
			emit(c)
		}
	}
}

// over tells that no source has more to give.
func (s *Search) over() bool {
	for _, st := range s.sources {
		if !st.done && !st.failed() {
			return false
		}
	}
	return true
}

// wait is a timer, or nothing to wait for.
func wait(d time.Duration) (<-chan time.Time, func()) {
	if d <= 0 {
		return nil, func() {}
	}
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}
