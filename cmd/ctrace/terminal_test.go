package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// onTerminal runs ctrace on a terminal of 80 columns, types a text, and returns what was drawn.
func onTerminal(t *testing.T, typed string, env []string, args ...string) (drawn string, exit int) {
	t.Helper()
	cmd := command(t, args...)
	cmd.Env = append(cmd.Env, env...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := io.WriteString(f, typed); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil && !errors.Is(err, syscall.EIO) && !errors.Is(err, os.ErrClosed) { // EIO: the other end is gone
		t.Fatal(err)
	}
	if e, ok := errors.AsType[*exec.ExitError](cmd.Wait()); ok {
		exit = e.ExitCode()
	}
	return string(text), exit
}

// TestFirstRun: without a profile plain mode offers the demo and the set-up.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	drawn, exit := onTerminal(t, "x\nq\n", []string{"TERM=xterm"}, "--plain")
	if exit != exitDone || !strings.Contains(drawn, "d  look around") || !strings.Contains(drawn, "s  set up") {
		t.Errorf("exit code %d, %q", exit, drawn)
	}
	if strings.Count(drawn, "d, s or q:") != 2 {
		t.Errorf("asked %d times, want again after a wrong answer", strings.Count(drawn, "d, s or q:"))
	}
}

// TestVerifyOnTerminal: colours and a live line that is gone at the end; neither where they are
// unwanted.
func TestVerifyOnTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		env, flags      []string
		colours, cursor bool
	}{
		{"plain", []string{"TERM=xterm", "NO_COLOR="}, nil, true, true},
		{"no-color", []string{"TERM=xterm"}, []string{"--no-color"}, false, true},
		{"NO_COLOR", []string{"TERM=xterm", "NO_COLOR=1"}, nil, false, true},
		{"dumb", []string{"TERM=dumb"}, nil, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			drawn, exit := onTerminal(t, "", c.env, append([]string{"verify", "--demo", "--messages", "0", "--delay", "50ms"}, c.flags...)...)
			if exit != exitDone || !strings.Contains(drawn, "VERIFIED") {
				t.Fatalf("exit code %d, %q", exit, drawn)
			}
			if got := strings.Contains(drawn, "\x1b[32m"); got != c.colours {
				t.Errorf("coloured %t, want %t", got, c.colours)
			}
			if got := strings.Contains(drawn, "\r\x1b[K"); got != c.cursor {
				t.Errorf("a live line %t, want %t", got, c.cursor)
			}
			for line := range strings.SplitSeq(drawn[strings.LastIndex(drawn, "Investigate"):], "\n") {
				if !c.cursor && len([]rune(line)) > 81 {
					t.Errorf("wider than 80 columns: %q", line)
				}
			}
		})
	}
}
