package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"ctrace/internal/lab"
	"ctrace/internal/setup"
)

// Each cause that the lab can have is planted, and must be named first or second. Those out of any
// lab's reach say why in the decision tree.
func TestEveryCauseThatTheLabCanHaveIsNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("plants every cause in a lab of its own")
	}
	t.Setenv("CTRACE_STATE_DIR", t.TempDir())
	var ids []string
	for _, b := range setup.Branches() {
		for _, c := range b.Causes {
			switch {
			case c.Outside != "":
				t.Logf("%-26s outside: %s", c.ID, c.Outside)
			case !slices.Contains(ids, c.ID):
				ids = append(ids, c.ID)
			}
		}
	}
	ranks := make([]int, len(ids))
	var group sync.WaitGroup
	places := make(chan struct{}, 4)
	for i, id := range ids {
		if err := lab.CheckFaults(id); err != nil {
			t.Errorf("%s: the lab cannot have this cause, and the tree does not say why: %v", id, err)
			continue
		}
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			if ranks[i] = rankOf(t, id, "4s"); ranks[i] == 0 {
				ranks[i] = rankOf(t, id, "30s") // a busy machine may not get that far in time
			}
		})
	}
	group.Wait()

	sum := 0
	var table strings.Builder
	for i, id := range ids {
		fmt.Fprintf(&table, "%-26s %d\n", id, ranks[i])
		sum += ranks[i]
		if ranks[i] != 1 && ranks[i] != 2 {
			t.Errorf("%s is planted and has rank %d; want 1 or 2", id, ranks[i])
		}
	}
	mean := float64(sum) / float64(len(ids))
	t.Logf("cause and its rank:\n%smean %.2f", table.String(), mean)
	if mean > 1.3 {
		t.Errorf("mean rank = %.2f, want at most 1.3", mean)
	}
}

// rankOf plants a cause, runs a verification as a user would, and returns the cause's place among
// those that it names; 0 when it is not among them.
func rankOf(t *testing.T, id, timeout string) int {
	t.Helper()
	var out, errOut bytes.Buffer
	a := newApp(strings.NewReader(""), &out, &errOut)
	a.execute(t.Context(), []string{"verify", "--demo", "--fault", id, "--timeout", timeout, "--delay", "0", "-o", "json"})
	var got struct {
		Causes []struct {
			ID string `json:"id"`
		} `json:"causes"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Errorf("%s: %v in the output %q; standard error: %s", id, err, out.String(), errOut.String())
		return 0
	}
	for i, c := range got.Causes {
		if c.ID == id {
			return i + 1
		}
	}
	return 0
}

// With each fault on, the checks that can see it fail, and no other does.
func TestChecksFailForTheirFaultOnly(t *testing.T) {
	t.Setenv("CTRACE_STATE_DIR", t.TempDir())
	for fault, want := range map[string][]string{
		"":                    nil,
		"module-missing":      {"A14"},
		"module-disabled":     {"A14"},
		"module-error":        {"A15"},
		"timeframe-too-short": {"A16"},
		"subject-not-logged":  {"A11"},
		"tracking-disabled":   {"A10"},
		"version-too-old":     {"A6", "A14"}, // too old to be registered: so there is no module either
		"api-403":             {"A9", "A10"},
		"smtp-no-starttls":    {"A20"},
		"smtp-unknown-ca":     {"A20"},
		"ctr-forbidden":       {"A13"},
		"token-400":           {"A13"},
	} {
		t.Run(fault, func(t *testing.T) {
			if got := failedChecks(t, fault); !slices.Equal(got, want) {
				t.Errorf("failed = %v, want %v", got, want)
			}
		})
	}
}

// failedChecks runs `ctrace check` with a fault and returns the ids of the checks that failed.
func failedChecks(t *testing.T, fault string) []string {
	t.Helper()
	args := []string{"check", "--demo", "-o", "json"}
	if fault != "" {
		args = append(args, "--fault", fault)
	}
	var out, errOut bytes.Buffer
	code := newApp(strings.NewReader(""), &out, &errOut).execute(t.Context(), args)
	var got struct {
		Schema string      `json:"schema"`
		Failed int         `json:"failed"`
		Checks []checkLine `json:"checks"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %q; standard error: %s", err, out.String(), errOut.String())
	}
	var failed []string
	for _, c := range got.Checks {
		if c.State == setup.Fail {
			failed = append(failed, c.ID)
		}
	}
	if wantCode := min(len(failed), 1); code != wantCode || got.Failed != len(failed) {
		t.Errorf("exit code %d with %d failed checks, said %d", code, len(failed), got.Failed)
	}
	return failed
}
