package tui

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// startProgram runs a program on a pty with an emulator at the other end, in an empty home.
func startProgram(t *testing.T, w, h int, name string, args ...string) *terminal {
	t.Helper()
	home := t.TempDir()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "CTRACE_STATE_DIR="+home,
		"TERM=xterm-256color", "NO_COLOR=", "ACCESSIBLE=", "LANG=C.UTF-8", "LC_ALL=", "TMUX=", "SSH_TTY=x")
	ptmx, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)})
	if err != nil {
		t.Skipf("this machine has no pty: %v", err)
	}
	x := &terminal{t: t, ptmx: ptmx, screen: vt.NewEmulator(w, h), ended: make(chan error, 1), program: cmd.Process}
	x.listen()
	go func() { x.ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		x.close()
	})
	return x
}

func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "ctrace")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "ctrace/cmd/ctrace").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return program
}

// TestSignalsEndTheDemo sends signals while it starts and later. A signal that two listen to made it hang in
// one of about fifty times.
func TestSignalsEndTheDemo(t *testing.T) {
	program := buildProgram(t)
	for i := range 40 {
		x := startProgram(t, 80, 24, program, "demo")
		time.Sleep(time.Duration(i) * 2 * time.Millisecond)
		if err := x.program.Signal([]os.Signal{syscall.SIGTERM, syscall.SIGINT}[i%2]); err != nil {
			t.Fatal(err)
		}
		select {
		case <-x.ended:
		case <-time.After(time.Minute):
			t.Fatalf("it does not end after a signal that came %d ms after the start", 2*i)
		}
	}
}

// The program that people run, against the lab that they run it against.
func TestTheDemoFromStartToEnd(t *testing.T) {
	x := startProgram(t, 80, 24, buildProgram(t), "demo")
	x.sees("nothing has run yet", "Press enter to start")
	x.write("\r")
	x.sees("VERIFIED", "ESA ●", "module ●")
	for _, size := range [][2]int{{100, 30}, {140, 40}, {60, 15}, {80, 24}} {
		x.resize(size[0], size[1])
		x.sees("VERIFIED", "1 Verify")
	}
	x.write("t")
	x.sees("SMTP transcript", "EHLO")
	x.write("t")
	x.sees("VERIFIED")
	x.write("2")
	x.sees("Search", "Subject")
	x.write("4")
	x.sees("Past verifications", "1 run", "verified")
	x.write("\r")
	x.sees("VERIFIED")
	x.write("1")
	x.write("y")
	x.sees("copied the token (terminal clipboard)")
	x.write("?")
	x.sees("Help", "Moving")
	x.write("q")
	x.ends()
}
