package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"ctrace/internal/history"
	"ctrace/tui/eventtest"
)

// terminal is the app on a pty with an emulator at the other end.
type terminal struct {
	t       *testing.T
	ptmx    *os.File
	tty     *os.File    // of an app in this process
	program *os.Process // of one in its own
	readers sync.WaitGroup
	ended   chan error
	cancel  context.CancelFunc

	mu     sync.Mutex
	screen *vt.Emulator // reading from it needs no lock
	got    int          // bytes that arrived
}

func startApp(t *testing.T, o Options, w, h int) *terminal {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skipf("this machine has no pty: %v", err)
	}
	x := &terminal{t: t, ptmx: ptmx, tty: tty, screen: vt.NewEmulator(w, h), ended: make(chan error, 1)}
	x.setSize(w, h)
	o.Input, o.Output = tty, tty
	ctx, cancel := context.WithCancel(t.Context())
	x.cancel = cancel
	x.listen()
	go func() { x.ended <- Run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		_ = tty.Close()
		x.close()
	})
	return x
}

// listen shows and answers what the app writes.
func (x *terminal) listen() {
	x.readers.Go(x.show)
	x.readers.Go(x.answer)
}

func (x *terminal) close() {
	_ = x.ptmx.Close()
	_ = x.screen.InputPipe().(io.Closer).Close() // ends answer; Close of the emulator would race with it
	x.readers.Wait()
}

// show draws what the app writes.
func (x *terminal) show() {
	buf := make([]byte, 1<<16)
	for {
		n, err := x.ptmx.Read(buf)
		x.mu.Lock()
		_, _ = x.screen.Write(buf[:n])
		x.got += n
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// answer gives the app what a terminal answers to its questions.
func (x *terminal) answer() {
	buf := make([]byte, 1024)
	for {
		n, err := x.screen.Read(buf)
		if n > 0 {
			_, _ = x.ptmx.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (x *terminal) bytes() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.got
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

func (x *terminal) setSize(w, h int) {
	if err := pty.Setsize(x.ptmx, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		x.t.Fatal(err)
	}
}

func (x *terminal) resize(w, h int) {
	x.mu.Lock()
	x.screen.Resize(w, h)
	x.mu.Unlock()
	x.setSize(w, h)
	if x.program == nil { // the app's own terminal would tell it
		_ = syscall.Kill(os.Getpid(), syscall.SIGWINCH)
	}
}

func (x *terminal) write(keys string) {
	if _, err := x.ptmx.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// sees waits until every text shows.
func (x *terminal) sees(texts ...string) {
	x.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		missing := ""
		screen := x.text()
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			x.t.Fatalf("%q does not show in\n%s", missing, screen)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// ends waits for the app to end by itself.
func (x *terminal) ends() {
	x.t.Helper()
	select {
	case err := <-x.ended:
		if err != nil {
			x.t.Errorf("the app ended with %v", err)
		}
	case <-time.After(time.Minute):
		x.t.Fatal("the app does not end")
	}
}

func TestJourneyOfAnAnalyst(t *testing.T) {
	o := testOptions()
	o.Now = time.Now
	o.Verifier = &eventtest.Player{Script: eventtest.Verified()}
	x := startApp(t, o, 80, 24)
	x.sees("nothing has run yet")
	x.write("\r")
	x.sees("VERIFIED", "ESA Seoul", "tracking ●")
	x.write("t")
	x.sees("SMTP transcript", "220 esa1.example.com ESMTP")
	x.write("\x1b")
	x.sees("VERIFIED")
	x.write("sjjjj\r")
	x.sees("Generate the registration token")
	x.resize(120, 40)
	x.sees("Generate the registration token", "VERIFIED")
	x.resize(60, 15)
	x.sees("Generate the registration token")
	x.resize(40, 10)
	x.sees("needs a terminal")
	x.resize(100, 30)
	x.sees("Generate the registration token", "▌1 Verify")
	x.write("q")
	x.ends()
}

func TestResizingWhileItRuns(t *testing.T) {
	o := testOptions()
	o.Now = time.Now
	player := &eventtest.Player{Script: eventtest.Verified(), Hold: make(chan struct{})}
	o.Verifier = player
	x := startApp(t, o, 80, 24)
	x.sees("nothing has run yet")
	x.write("\r")
	x.sees("running")
	for _, size := range [][2]int{{100, 30}, {140, 40}, {60, 15}, {200, 60}, {80, 24}} {
		x.resize(size[0], size[1])
		x.sees("running", "1 Verify")
	}
	close(player.Hold)
	x.sees("VERIFIED")
	x.write("q")
	x.ends()
}

func TestLeavingWhileItRuns(t *testing.T) {
	o := testOptions()
	o.Verifier = &eventtest.Player{Script: eventtest.Verified(), Hold: make(chan struct{})}
	x := startApp(t, o, 80, 24)
	x.sees("nothing has run yet")
	x.write("\r")
	x.sees("running")
	x.write("q")
	x.sees("Leave while a verification runs?")
	x.write("y")
	x.ends()
}

func TestCancellingTheContextEndsTheApp(t *testing.T) {
	o := testOptions()
	o.Verifier = &eventtest.Player{Script: eventtest.Verified(), Hold: make(chan struct{})}
	x := startApp(t, o, 80, 24)
	x.sees("nothing has run yet")
	x.write("\r")
	x.sees("running")
	x.cancel()
	x.ends()
}

func TestAnIdleAppWritesNothing(t *testing.T) {
	x := startApp(t, testOptions(), 80, 24)
	x.sees("nothing has run yet", "q quit", "└───")
	silent := func() bool { // longer than the ticks of anything that moves
		before := x.bytes()
		time.Sleep(300 * time.Millisecond)
		return x.bytes() == before
	}
	for tries := 0; !silent(); tries++ { // a busy machine may draw late
		if tries == 10 {
			t.Fatal("the idle app goes on writing")
		}
	}
	x.write("q")
	x.ends()
}

// many is a history of many runs.
type many int

func (n many) List(context.Context, history.Filter) ([]history.Run, error) {
	runs := make([]history.Run, n)
	for i := range runs {
		runs[i] = history.Run{Token: fmt.Sprintf("token-%04d", i), Profile: fmt.Sprintf("profile-%d", i), State: history.Finished, Verdict: "verified"}
	}
	return runs, nil
}

func (many) Get(context.Context, string) (history.Run, []history.Event, error) {
	return history.Run{}, nil, history.ErrNotFound
}

// A held key over a slow line arrives in one piece: every press counts.
func TestABurstOfKeysMovesAsFar(t *testing.T) {
	o := testOptions()
	o.History = many(1000)
	x := startApp(t, o, 120, 40)
	x.sees("nothing has run yet")
	x.write("2")
	x.sees("1000 runs", "profile-30")
	x.write(strings.Repeat("j", 500))
	x.write("I") // the inspector shows what is selected
	x.sees("token-0500")
	x.write("q")
	x.ends()
}
