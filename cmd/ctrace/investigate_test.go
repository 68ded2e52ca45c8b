package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ctrace/internal/lab"
)

// TestInvestigateInterrupted interrupts a look-up of many observables: what was found until then is
// printed, what is done is kept, and the same command goes on.
func TestInvestigateInterrupted(t *testing.T) {
	s := newSite(t, lab.Config{Messages: -1})
	dir := t.TempDir()
	var list strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&list, "203.0.%d.%d\n", 113+i/250, i%250)
	}
	file, state := filepath.Join(dir, "list.txt"), filepath.Join(dir, "state.json")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := s.command(t, "investigate", "--file", file, "--resume", state, "-o", "jsonl")
	var problems bytes.Buffer
	lines := &signalling{find: `"event":"module"`, then: func() { _ = cmd.Process.Signal(syscall.SIGINT) }}
	cmd.Stdout, cmd.Stderr = lines, &problems
	err := cmd.Run()
	if cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Fatalf("exit code %d (%v): %s", cmd.ProcessState.ExitCode(), err, problems.String())
	}
	if !strings.Contains(problems.String(), "interrupted; the same command goes on with the rest") {
		t.Errorf("standard error: %s", problems.String())
	}
	text := strings.TrimSpace(lines.all.String())
	var last struct {
		Event   string
		Summary struct{ Observables, Done int }
	}
	if err := json.Unmarshal([]byte(text[strings.LastIndexByte(text, '\n')+1:]), &last); err != nil || last.Event != "ended" || last.Summary.Observables != 2000 {
		t.Errorf("the last line: %+v, %v", last, err)
	}
	kept, err := readState(state)
	if err != nil || kept == nil || len(kept.Done) != last.Summary.Done {
		t.Errorf("the state has %+v, %v; %d were done", kept, err, last.Summary.Done)
	}
}

// signalling keeps what is written, and does something when a text is in it for the first time.
type signalling struct {
	find string
	then func()
	all  bytes.Buffer
	done bool
}

// Write implements io.Writer.
func (s *signalling) Write(p []byte) (int, error) {
	s.all.Write(p)
	if !s.done && bytes.Contains(p, []byte(s.find)) {
		s.done = true
		s.then()
	}
	return len(p), nil
}
