// Package work runs what screens start, so that leaving the app cancels it and waits for its end.
// Bubble Tea by itself does neither.
package work

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Group is the running work of one screen.
type Group struct {
	ctx    context.Context //nolint:containedctx // the group is the owner of what runs under it
	cancel context.CancelFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

// New makes a group whose work is cancelled when ctx ends, or by Close.
func New(ctx context.Context) *Group {
	g := &Group{}
	g.ctx, g.cancel = context.WithCancel(ctx)
	return g
}

// Context is what the work runs under.
func (g *Group) Context() context.Context { return g.ctx }

// Go runs work in a goroutine of its own; not after Close.
func (g *Group) Go(work func(ctx context.Context)) {
	if g.begin() {
		go func() {
			defer g.running.Done()
			work(g.ctx)
		}()
	}
}

// Cmd makes a command of work that runs under ctx, which comes from Context, for a limited time. After
// Close it gives no message.
func (g *Group) Cmd(ctx context.Context, patience time.Duration, work func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		if !g.begin() {
			return nil
		}
		defer g.running.Done()
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return work(ctx)
	}
}

// begin counts work in, unless the group is closed.
func (g *Group) begin() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.running.Add(1)
	return true
}

// Close cancels everything and waits until it has ended.
func (g *Group) Close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.cancel()
	g.running.Wait()
}
