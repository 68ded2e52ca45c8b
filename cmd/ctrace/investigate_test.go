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
	"time"

	"ctrace/internal/lab"
)

// TestInvestigateInterrupted interrupts a look-up of many observables: what was found until then is
// printed, every answer is kept, and the same command asks the rest and reports all of it.
func TestInvestigateInterrupted(t *testing.T) {
	s := newSite(t, lab.Config{Messages: -1, CallDelay: 20 * time.Millisecond})
	dir := t.TempDir()
	var list strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&list, "203.0.%d.%d\n", 113+i/250, i%250)
	}
	file, state := filepath.Join(dir, "list.txt"), filepath.Join(dir, "state.jsonl")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"investigate", "--file", file, "--resume", state, "-o", "jsonl", "--modules", "Lab Threat Intelligence"}
	cmd := s.command(t, args...)
	var problems bytes.Buffer
	lines := &signalling{find: `"event":"observable"`, then: func() { _ = cmd.Process.Signal(syscall.SIGINT) }}
	cmd.Stdout, cmd.Stderr = lines, &problems
	err := cmd.Run()
	if cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Fatalf("exit code %d (%v): %s", cmd.ProcessState.ExitCode(), err, problems.String())
	}
	if !strings.Contains(problems.String(), "interrupted; the same command goes on with the rest") {
		t.Errorf("standard error: %s", problems.String())
	}
	first := eventsOf(t, lines.all.Bytes())
	if last := first.ended; last.Summary.Observables != 2000 || last.Summary.Standings["waiting"] != 0 || last.Summary.Standings["not_asked"] == 0 || last.Error == "" {
		t.Errorf("the last line: %+v", last)
	}
	kept, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	answered := bytes.Count(kept, []byte{'\n'}) - 1
	if answered < 1 || len(first.observables) == 0 || len(first.observables) == 2000 {
		t.Fatalf("%d calls are kept, %d observables were done: it was to be interrupted in the middle", answered, len(first.observables))
	}
	if err := os.WriteFile(state, append(kept, `{"route":"observe","observ`...), 0o600); err != nil { // a line that was cut
		t.Fatal(err)
	}

	cmd = s.command(t, args...)
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	second := eventsOf(t, output)
	if second.kept != answered {
		t.Errorf("%d calls are taken from the file, which has %d", second.kept, answered)
	}
	for key := range second.answers {
		if first.answers[key] {
			t.Errorf("asked again: %s", key)
		}
	}
	for value := range second.observables {
		if first.observables[value] {
			t.Errorf("%s has two lines", value)
		}
	}
	if n := len(first.observables) + len(second.observables); n != 2000 {
		t.Errorf("%d observables have a line", n)
	}
	if last := second.ended; last.Summary.Standings["answered"] != 2000 || !last.Summary.Complete || last.Error != "" {
		t.Errorf("the last line: %+v", last)
	}

	third, err := s.command(t, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if e := eventsOf(t, third); e.kept != answered+len(second.answers) || len(e.answers) != 0 || e.ended.Summary.Standings["answered"] != 2000 {
		t.Errorf("nothing is left to ask: %d calls are kept, %d were made, %+v", e.kept, len(e.answers), e.ended)
	}

	for _, c := range []struct{ state, want string }{
		{`{"schema":"ctrace/investigate-state/1","done":[]}`, "no state of an investigation by this version"},
		{`{"schema":"ctrace/investigate-state/2","profile":"other"}`, `answers of profile "other", not of "site"`},
		{`{"schema":"ctrace/investigate-state/2","profile":"site"}` + "\n}{", "is damaged behind byte"},
	} {
		if err := os.WriteFile(state, []byte(c.state), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := s.command(t, "investigate", "--resume", state, "203.0.113.1")
		text, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(text), c.want) {
			t.Errorf("%s: exit code %d: %s", c.state, cmd.ProcessState.ExitCode(), text)
		}
	}
}

// investigateEvents is what the lines of -o jsonl say.
type investigateEvents struct {
	kept        int
	answers     map[string]bool // by module, route and first observable
	observables map[string]bool
	ended       struct {
		Error   string
		Summary struct {
			Observables int
			Standings   map[string]int
			Complete    bool
		}
	}
}

func eventsOf(t *testing.T, text []byte) investigateEvents {
	t.Helper()
	e := investigateEvents{answers: map[string]bool{}, observables: map[string]bool{}}
	for line := range bytes.Lines(text) {
		var head struct {
			Event       string
			KeptCalls   int `json:"kept_calls"`
			Value       string
			Route       string
			Module      struct{ ID string }
			Observables json.RawMessage
		}
		if err := json.Unmarshal(line, &head); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		switch head.Event {
		case "started":
			e.kept = head.KeptCalls
		case "answer":
			e.answers[head.Module.ID+" "+head.Route+" "+string(head.Observables)] = true
		case "observable":
			e.observables[head.Value] = true
		case "ended":
			if err := json.Unmarshal(line, &e.ended); err != nil {
				t.Fatal(err)
			}
		}
	}
	return e
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
