package work

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCloseCancelsAndWaits(t *testing.T) {
	g := New(t.Context())
	var ended bool
	started := make(chan struct{})
	g.Go(func(ctx context.Context) {
		close(started)
		<-ctx.Done()
		ended = true
	})
	<-started
	g.Close()
	if !ended {
		t.Error("Close did not wait")
	}
	g.Go(func(context.Context) { t.Error("work was started after Close") })
	if msg := g.Cmd(g.Context(), time.Second, func(context.Context) tea.Msg { return "late" })(); msg != nil {
		t.Errorf("a command after Close gave %v", msg)
	}
}

func TestCommandsHaveALimitedTime(t *testing.T) {
	g := New(t.Context())
	defer g.Close()
	msg := g.Cmd(g.Context(), time.Millisecond, func(ctx context.Context) tea.Msg { <-ctx.Done(); return ctx.Err() })()
	if err, ok := msg.(error); !ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the command gave %v, want its deadline", msg)
	}
}
