package quiet_test

import (
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A program that links the app must not wait for a terminal that answers nothing, nor write to it. With
// the query that Bubble Tea v1 makes it would take five seconds.
func TestStartsAtOnceOnATerminalThatAnswersNothing(t *testing.T) {
	program := filepath.Join(t.TempDir(), "linked")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./testdata/linked").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	fastest := time.Hour
	for range 5 {
		began := time.Now()
		terminal, err := pty.Start(exec.CommandContext(t.Context(), program))
		if err != nil {
			t.Fatal(err)
		}
		output, _ := io.ReadAll(terminal) // ends with an error when the program does
		fastest = min(fastest, time.Since(began))
		_ = terminal.Close()
		if strings.TrimSpace(string(output)) != "hello" {
			t.Fatalf("the terminal got %q, want the one word and no escape sequence", output)
		}
	}
	if fastest > 2*time.Second {
		t.Errorf("the program took %v at best, want it at once", fastest)
	}
	t.Logf("fastest of 5: %v", fastest)
}
