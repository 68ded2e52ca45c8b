package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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
	t.Parallel()
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
	t.Run("planted", func(t *testing.T) {
		for i, id := range ids {
			t.Run(id, func(t *testing.T) {
				t.Parallel()
				if err := lab.CheckFaults(id); err != nil {
					t.Fatalf("the lab cannot have this cause, and the tree does not say why: %v", err)
				}
				for _, timeout := range []string{"3s", "15s", "60s"} { // a busy machine may not get that far in time
					if ranks[i] = rankOf(t, id, timeout); ranks[i] == 1 || ranks[i] == 2 {
						return
					}
				}
				t.Errorf("rank = %d, want 1 or 2", ranks[i])
			})
		}
	})

	sum := 0
	var table strings.Builder
	for i, id := range ids {
		fmt.Fprintf(&table, "%-26s %d\n", id, ranks[i])
		sum += ranks[i]
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
	cmd := command(t, "verify", "--demo", "--fault", id, "--timeout", timeout, "--delay", "0", "-o", "json")
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, _ := cmd.Output() // few of them end with 0
	var got struct {
		Causes []struct {
			ID string `json:"id"`
		} `json:"causes"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Errorf("%v in the output %q; standard error: %s", err, out, errOut.String())
		return 0
	}
	for i, c := range got.Causes {
		if c.ID == id {
			return i + 1
		}
	}
	return 0
}

// seenBy lists the checks that see a fault; every other fault is seen by none, because nothing that a
// check may do shows it.
var seenBy = map[string][]string{
	"api-401": {"A9", "A10"}, "api-403": {"A9", "A10"}, "api-500": {"A9", "A10"}, "api-disabled": {"A9", "A10"},
	"api-expired-certificate": {"A9", "A10"}, "api-malformed-header": {"A9", "A10"},
	"api-truncated": {"A9", "A10"}, "api-two-factor": {"A9", "A10"}, "api-unknown-ca": {"A9", "A10"},
	"api-wrong-name": {"A9", "A10"}, "wrong-port": {"A9", "A10"},
	"tracking-centralized": {"A10"}, "tracking-disabled": {"A10"}, "managed-by-sma": {"A10"},
	"subject-not-logged": {"A11"},
	"version-old":        {"A6"},
	// Without a registered device there is no module.
	"already-registered": {"A14"}, "cluster-mode": {"A14"}, "ctr-not-enabled-in-sse": {"A14"}, "deregistered-in-cloud": {"A14"},
	"device-not-in-sse": {"A14"}, "feature-disabled": {"A14"}, "module-disabled": {"A14"}, "module-missing": {"A14"},
	"not-committed": {"A14"}, "old-ca-bundle": {"A14"}, "sse-unreachable": {"A14"}, "token-expired": {"A14"},
	"token-miscopied": {"A14"}, "token-used-up": {"A14"}, "token-wrong-cloud": {"A14"},
	"clock-skew": {"A8", "A14"}, "portal-other-region": {"A5", "A14"}, "version-too-old": {"A6", "A14"},
	"device-deregistered": {"A15"}, "module-error": {"A15"}, "module-wrong-type": {"A15"},
	"timeframe-too-short": {"A16"},
	"ctr-401-always":      {"A13"}, "ctr-429": {"A13"}, "ctr-500": {"A13"}, "ctr-502-html": {"A13"}, "ctr-forbidden": {"A13"},
	"ctr-no-integration-scope": {"A13"}, "token-400": {"A13"}, "token-unknown-client": {"A13"}, "wrong-region": {"A13"},
	"ctr-unknown-ca": {"A3", "A13"},
	"smtp-busy":      {"A20"}, "smtp-expired-certificate": {"A20"}, "smtp-no-starttls": {"A20"}, "smtp-refuse-banner": {"A20"},
	"smtp-refuse-connection": {"A20"}, "smtp-starttls-454": {"A20"}, "smtp-suspended": {"A20"}, "smtp-unknown-ca": {"A20"},
	"smtp-wrong-name": {"A20"},
}

// anyCheck are faults that strike whichever call comes first or every third connection, those whose checks
// end by a time-out, and sessions that live a second, which is less than a busy machine needs for a call.
var anyCheck = []string{"api-restart", "jwt-expires", "token-short-life", "ctr-429-once", "ctr-500-once", "ctr-401", "ctr-truncated-json", "api-502-html", "api-slow", "ctr-slow", "smtp-slow"}

// With each fault on, exactly the checks that can see it fail.
func TestChecksFailForTheirFaultOnly(t *testing.T) {
	t.Parallel()
	if got := failedChecks(t, ""); len(got) > 0 {
		t.Errorf("without a fault %v fail", got)
	}
	for _, fault := range lab.Faults() {
		if slices.Contains(anyCheck, fault.Name) || strings.Contains(fault.Name, "silent") {
			continue
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			if got, want := failedChecks(t, fault.Name), seenBy[fault.Name]; !slices.Equal(got, want) {
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
		t.Errorf("%s: %v in %q; standard error: %s", fault, err, out.String(), errOut.String())
		return nil
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
