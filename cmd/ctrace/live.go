package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"ctrace/internal/safetext"
	"ctrace/internal/verify"
)

// live is a line on standard error that tells what a run is doing. It exists only on a terminal, and
// is gone when the run is over.
type live struct {
	out  io.Writer // nil when there is no terminal
	stop chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	begin time.Time
	doing string
	next  time.Time
}

func newLive(a *app) *live {
	l := &live{}
	if !terminal(a.err) || a.verbose || os.Getenv("TERM") == "dumb" {
		return l
	}
	l.out, l.stop, l.begin = a.err, make(chan struct{}), time.Now()
	l.done.Go(l.tick)
	return l
}

// tick redraws the line every second, so that a person sees that something is waited for.
func (l *live) tick() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
			l.mu.Lock()
			l.draw()
			l.mu.Unlock()
		}
	}
}

func (l *live) event(e verify.Event) {
	if l.out == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := e.(type) {
	case verify.StageStarted:
		l.doing, l.next = e.Stage.Title(), time.Time{}
	case verify.SMTPProgress:
		l.doing = "Send: " + string(e.Stage)
	case verify.Polled:
		l.doing, l.next = fmt.Sprintf("Track: look %d", e.Try), e.Next
	case verify.Asked:
		l.doing, l.next = fmt.Sprintf("Investigate: round %d", e.Round), time.Time{}
	case verify.Waiting:
		l.doing, l.next = "Waiting: "+e.Reason, e.Until
	default:
		return
	}
	l.draw()
}

func (l *live) draw() {
	text := fmt.Sprintf("%s · %s", l.doing, time.Since(l.begin).Round(time.Second))
	if wait := time.Until(l.next).Round(time.Second); wait > 0 {
		text += fmt.Sprintf(" · again in %s", wait)
	}
	fmt.Fprint(l.out, "\r\x1b[K"+safetext.Line(text).Truncate(79).String())
}

// erase takes the line away, for what is printed between.
func (l *live) erase() {
	if l.out == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.out, "\r\x1b[K")
}

func (l *live) close() {
	if l.out == nil {
		return
	}
	close(l.stop)
	l.done.Wait()
	l.erase()
}
