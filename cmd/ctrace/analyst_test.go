package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// analyst is a person at this program on a pty, in this process, with an emulator at the other end.
type analyst struct {
	t     *testing.T
	ptmx  *os.File
	ended chan error

	mu       sync.Mutex
	emulator *vt.Emulator // reading from it needs no lock
	cleared  int          // how often the app cleared the whole screen
}

// onScreen runs something that draws on the terminal of an app.
func onScreen(t *testing.T, w, h int, run func(context.Context, *app) error) *analyst {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skipf("this machine has no pty: %v", err)
	}
	if err := pty.Setsize(ptmx, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		t.Fatal(err)
	}
	s := &analyst{t: t, ptmx: ptmx, ended: make(chan error, 1), emulator: vt.NewEmulator(w, h)}
	ctx, cancel := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	readers.Go(s.show)
	readers.Go(s.answer)
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.ended <- run(ctx, newApp(tty, tty, tty))
	}()
	t.Cleanup(func() {
		cancel()
		<-over // it still reads from the terminal
		_ = tty.Close()
		_ = ptmx.Close()
		_ = s.emulator.InputPipe().(io.Closer).Close()
		readers.Wait()
	})
	return s
}

// show draws what the app writes.
func (s *analyst) show() {
	buf := make([]byte, 1<<16)
	for {
		n, err := s.ptmx.Read(buf)
		s.mu.Lock()
		_, _ = s.emulator.Write(buf[:n])
		s.cleared += strings.Count(string(buf[:n]), erased)
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// answer gives the app what a terminal answers to its questions.
func (s *analyst) answer() {
	buf := make([]byte, 1024)
	for {
		n, err := s.emulator.Read(buf)
		if n > 0 {
			_, _ = s.ptmx.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (s *analyst) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emulator.String()
}

// types writes keys. After an escape it waits for what that changes, because an escape that is followed at
// once by something is another key.
func (s *analyst) types(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		before, at := s.text(), time.Now()
		if _, err := s.ptmx.WriteString(k); err != nil {
			s.t.Fatal(err)
		}
		for k == esc && s.text() == before && time.Since(at) < 2*time.Second {
			time.Sleep(time.Millisecond)
		}
	}
}

// until waits for something to come true.
func (s *analyst) until(holds func() bool, otherwise func() string) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s in\n%s", otherwise(), s.text())
		}
	}
}

// settles waits until what was typed before is drawn: it has everything drawn again.
func (s *analyst) settles() {
	s.t.Helper()
	count := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.cleared
	}
	before := count()
	s.types(ctrlL)
	s.until(func() bool { return count() > before && strings.Contains(s.text(), "└") }, func() string { return "the screen is not drawn again" })
}

const (
	enter  = "\r"
	esc    = "\x1b"
	back   = "\x7f" // does in panels what esc does, and is no other key together with what follows
	down   = "\x1b[B"
	up     = "\x1b[A"
	ctrlL  = "\x0c"
	ctrlT  = "\x14"
	erased = "\x1b[2J"
)

// sees waits until every text shows, wherever its lines are broken.
func (s *analyst) sees(texts ...string) {
	s.t.Helper()
	missing := ""
	s.until(func() bool {
		shown := columns(s.text())
		i := slices.IndexFunc(texts, func(text string) bool { return !strings.Contains(shown, squeezed(text)) })
		if i >= 0 {
			missing = texts[i]
		}
		return i < 0
	}, func() string { return fmt.Sprintf("%q does not show", missing) })
}

// columns is what stands in each column of the screen from its top to its end, without blanks, so that
// it does not matter where lines are broken.
func columns(text string) string {
	var first, last, whole strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		parts := strings.Split(strings.Trim(strings.TrimSpace(line), "│"), "│")
		first.WriteString(squeezed(parts[0]))
		last.WriteString(squeezed(parts[len(parts)-1]))
		whole.WriteString(squeezed(line))
	}
	return first.String() + "\n" + last.String() + "\n" + whole.String()
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// ends waits for the app to end by itself.
func (s *analyst) ends() {
	s.t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("the app ended with %v", err)
		}
	case <-time.After(time.Minute):
		s.t.Fatalf("the app does not end:\n%s", s.text())
	}
}

// ownFolders gives the program a home of its own and returns it.
func ownFolders(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for name, folder := range map[string]string{
		"HOME": "", "XDG_CONFIG_HOME": "/.config", "XDG_STATE_HOME": "/.local/state", "XDG_CACHE_HOME": "/.cache", "XDG_DATA_HOME": "/.local/share",
		"CTRACE_CONFIG_DIR": "/.config/ctrace", "CTRACE_STATE_DIR": "/.local/state/ctrace",
	} {
		t.Setenv(name, home+folder)
	}
	return home
}

// choose goes down a list until the nth line with a text is selected, and presses enter.
func (s *analyst) choose(text string, nth int) {
	s.t.Helper()
	s.types("g")
	for range 40 {
		if s.selected(text) {
			if nth--; nth == 0 {
				s.types(enter)
				return
			}
		}
		s.types("j")
	}
	s.t.Fatalf("%q cannot be selected in\n%s", text, s.text())
}

// selected tells whether a line with a text is selected.
func (s *analyst) selected(text string) bool {
	s.settles()
	for line := range strings.SplitSeq(s.text(), "\n") {
		if at := strings.LastIndex(line, "▌"); at >= 0 && strings.Trim(line[at+len("▌"):], " │") == text {
			return true
		}
	}
	return false
}
