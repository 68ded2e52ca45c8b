package lab

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"ctrace/esa/esatest"
)

// refusal does a move that must be refused and returns the product's words.
func (k *kit) refusal(id string, values ...string) string {
	k.t.Helper()
	given := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		given[values[i]] = values[i+1]
	}
	_, err := k.Practice().Do(k.t.Context(), id, given)
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Move != id {
		k.t.Fatalf("%s %v: %v", id, values, err)
	}
	return err.Error()
}

func (k *kit) do(id string, values ...string) Outcome {
	k.t.Helper()
	given := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		given[values[i]] = values[i+1]
	}
	outcome, err := k.Practice().Do(k.t.Context(), id, given)
	if err != nil {
		k.t.Fatalf("%s %v: %v", id, values, err)
	}
	return outcome
}

// TestEightStepsInOrder does the integration document from an appliance that
// nobody touched to the proof.
func TestEightStepsInOrder(t *testing.T) {
	for name, cfg := range map[string]Config{"ESA": {Unconfigured: true}, "SMA": {Unconfigured: true, SMA: true}} {
		t.Run(name, func(t *testing.T) {
			k := start(t, cfg)
			practice := k.Practice()
			if v := practice.View(); v.Status != "Disabled" || v.TokenField || len(v.Devices)+len(v.Modules) != 0 || v.StepsDone != [9]bool{} {
				t.Fatalf("before step 1: %+v", v)
			}
			token := ""
			for step := 1; step <= 8; step++ {
				for _, m := range practice.Moves(step) {
					values := []string{}
					if m.ID == "register" {
						values = []string{"token", token}
					}
					outcome := k.do(m.ID, values...)
					if outcome.Message == "" {
						t.Errorf("%s says nothing", m.ID)
					}
					if outcome.Token != "" {
						token = outcome.Token
					}
					switch m.ID {
					case "commit":
						if outcome.Message != "Your changes have been committed" || !practice.View().TokenField {
							t.Errorf("after commit: %q, %+v", outcome.Message, practice.View())
						}
					case "register":
						if !strings.Contains(outcome.Message, "is initiated") || practice.View().Registration != "registering" {
							t.Errorf("registering is not asynchronous: %q, %+v", outcome.Message, practice.View())
						}
						k.waitRegistered()
					}
				}
				if !practice.View().StepsDone[step] {
					t.Errorf("step %d is not done: %+v", step, practice.View())
				}
				if step < 8 && practice.View().StepsDone[8] {
					t.Errorf("step 8 is done after step %d", step)
				}
			}
			if !k.proved("eight-steps") {
				t.Errorf("not proved: %+v", practice.View())
			}
		})
	}
}

// TestWrongOrderIsRefused tries each step before it is its turn.
func TestWrongOrderIsRefused(t *testing.T) {
	k := start(t, Config{Unconfigured: true})
	said := func(id, want string, values ...string) {
		t.Helper()
		if got := k.refusal(id, values...); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	said("edit-settings", "Open Network > Cloud Service Settings first")
	said("enable", "Click Edit Settings first")
	said("submit", "Edit Settings first")
	said("commit", "no changes to commit")
	said("register", "disabled", "token", "x")
	said("search-device", "No devices found")
	said("add-module", "the list is empty")
	k.do("open-cloud-services")
	k.do("edit-settings")
	said("commit", "Submit the changes first")
	said("enable", "choose one of", "server", "MARS")
	k.do("enable")
	k.do("submit")
	said("register", "not committed", "token", "x")
	if v := k.Practice().View(); !v.PendingChanges || v.TokenField {
		t.Errorf("before commit no token is asked for: %+v", v)
	}
	k.do("commit")
	said("commit", "no changes to commit")
	said("generate-token", "between 1 and 100", "devices", "101")
	said("generate-token", "between 1 and 100", "devices", "many")
	said("generate-token", "choose one of", "expiry", "3 hours")

	europe := k.do("generate-token", "portal", "eu").Token
	k.do("register", "token", europe)
	k.waitRegistered()
	if v := k.Practice().View(); v.Registration != string(esatest.RegistrationFailed) || !strings.Contains(v.Message, "invalid or expired token") || !v.TokenField {
		t.Errorf("a token of the wrong cloud: %+v", v)
	}
	said("search-device", "No devices found")

	k.do("register", "token", k.do("generate-token").Token)
	k.waitRegistered()
	said("register", "is registered", "token", "x")
	said("search-device", "admin.eu.sse.itd.cisco.com", "portal", "eu")
	said("add-module", "Module Name is required", "name", " ")
	said("add-module", "between 1 and 365", "timeframe", "0")
	said("delete-module", "no such module")
	k.do("add-module", "name", "My ESA", "timeframe", "7")
	if v := k.Practice().View(); !slices.Equal(v.Modules, []string{"My ESA"}) {
		t.Errorf("modules: %v", v.Modules)
	}
	if !k.proved("after-wrong-order") {
		t.Error("not proved")
	}
}

func TestPracticeNeedsAMove(t *testing.T) {
	k := start(t, Config{})
	if _, err := k.Practice().Do(t.Context(), "make-coffee", nil); err == nil {
		t.Error("an unknown move was done")
	}
	if facts := k.Practice().Facts(); len(facts) != 0 {
		t.Errorf("a whole integration shows %v", facts)
	}
	done := k.Practice().View().StepsDone
	for step := 1; step <= 8; step++ {
		if !done[step] {
			t.Errorf("step %d of a whole integration is not done", step)
		}
		for _, m := range k.Practice().Moves(step) {
			if m.ID == "" || m.Path == "" || m.Label == "" || !slices.Contains([]string{"appliance", "sse", "ctr"}, m.Place) || m.Step != step {
				t.Errorf("%+v", m)
			}
		}
	}
	if len(k.Practice().Moves(0)) < 10 {
		t.Error("there are few mending moves")
	}
}
