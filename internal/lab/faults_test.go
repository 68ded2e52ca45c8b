package lab

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"ctrace/ctr/observable"
)

func TestFaultsAreSortedAndDescribed(t *testing.T) {
	all := Faults()
	if !slices.IsSortedFunc(all, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not sorted")
	}
	for i, f := range all {
		if f.Description == "" || strings.Trim(f.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%+v", f)
		}
		if i > 0 && all[i-1].Name == f.Name {
			t.Errorf("%s is there twice", f.Name)
		}
	}
}

// TestEveryCauseHasItsFault names the causes of the troubleshooting tree that
// the lab can have, by symptom.
func TestEveryCauseHasItsFault(t *testing.T) {
	causes := map[string][]string{
		"D1":  {"not-committed", "feature-disabled", "already-registered", "cluster-mode", "version-too-old", "managed-by-sma"},
		"D2":  {"token-wrong-cloud", "token-expired", "token-miscopied", "token-used-up", "clock-skew"},
		"D3":  {"sse-unreachable", "old-ca-bundle"},
		"D4":  {"portal-other-region", "deregistered-in-cloud"},
		"D5":  {"ctr-not-enabled-in-sse", "device-not-in-sse", "module-wrong-type"},
		"D6":  {"wrong-region", "module-missing", "module-disabled", "module-no-data", "timeframe-too-short", "too-early"},
		"D7":  {"tracking-delayed", "subject-not-logged", "tracking-centralized", "tracking-disabled", "subject-prefixed", "mid-rewritten", "smtp-no-mid", "message-dropped", "message-quarantined"},
		"D8":  {"smtp-refuse-banner", "smtp-refuse-rcpt", "smtp-refuse-data", "smtp-refuse-relay", "smtp-refuse-sender", "smtp-refuse-size", "smtp-tempfail", "smtp-auth-required", "smtp-starttls-required", "smtp-no-starttls", "smtp-starttls-454", "smtp-unknown-ca", "smtp-silent", "smtp-cut-after-dot"},
		"D9":  {"api-401", "api-403", "api-unknown-ca", "api-502-html", "wrong-port", "ctr-429"},
		"D10": {"module-error", "device-deregistered", "module-health-unknown", "ctr-forbidden", "token-400", "ctr-401", "ctr-500"},
	}
	// "other organisation" (D4, D5, D11), a proxy that inspects TLS (D3), a typing error in a query (D6) and a cloud
	// gateway's API (D9) are outside: the lab has one organisation, no proxy, no analyst and no cloud gateway.
	for symptom, names := range causes {
		for _, name := range names {
			if err := CheckFaults(name); err != nil {
				t.Errorf("%s: %v", symptom, err)
			}
		}
	}
}

func TestUnknownFaults(t *testing.T) {
	for name, nearest := range map[string]string{
		"module-mising": "module-missing", "not-commited": "not-committed", "ctr429": "ctr-429", "tracking_disabled": "tracking-disabled",
	} {
		var unknown *UnknownFaultError
		if err := CheckFaults("ctr-500", name); !errors.As(err, &unknown) || unknown.Nearest != nearest || !strings.Contains(err.Error(), nearest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Start(t.Context(), Config{Faults: []string{"nonsense"}}); err == nil || !strings.Contains(err.Error(), "--list-faults") {
		t.Errorf("a fault that is like none, at the start: %v", err)
	}
	k := start(t, Config{Faults: []string{"ctr-500"}})
	if err := k.SetFaults("nonsense"); err == nil || !slices.Equal(k.Faults(), []string{"ctr-500"}) {
		t.Errorf("%v, on are %v", err, k.Faults())
	}
}

// TestEveryFaultCanBeSwitched switches each fault on and off again; afterwards
// the integration works.
func TestEveryFaultCanBeSwitched(t *testing.T) {
	k := start(t, Config{})
	for _, f := range Faults() {
		if err := k.SetFaults(f.Name); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if on := k.Faults(); !slices.Equal(on, []string{f.Name}) {
			t.Errorf("%s: on are %v", f.Name, on)
		}
	}
	if err := k.SetFaults(); err != nil {
		t.Fatal(err)
	}
	k.jwt = ""
	if !k.proved("after-all-faults") {
		t.Error("the lab is not whole after all faults")
	}
}

func TestFaultsTogether(t *testing.T) {
	k := start(t, Config{Faults: []string{"timeframe-too-short", "module-disabled", "tracking-delayed"}})
	modules := k.emailModules()
	if len(modules) != 1 || !modules[0].Disabled || modules[0].Settings[keyTimeframe] != 0 {
		t.Errorf("%+v", modules)
	}
	if on := k.appliance.ActiveFaults(); !slices.Equal(on, []string{"tracking-delayed"}) {
		t.Errorf("on the appliance: %v", on)
	}
}

// move is one move of a mending.
type move struct {
	id     string
	values map[string]string
}

// TestPlantedCauses plants each cause of the set-up, looks at what a person
// would see, mends it as the troubleshooting list says, and proves the
// integration.
func TestPlantedCauses(t *testing.T) {
	do := func(id string, values ...string) move {
		m := move{id, map[string]string{}}
		for i := 0; i < len(values); i += 2 {
			m.values[values[i]] = values[i+1]
		}
		return m
	}
	enable := []move{do("open-cloud-services"), do("edit-settings"), do("enable"), do("submit"), do("commit")}
	register := []move{do("generate-token"), do("register")}
	join := func(parts ...[]move) []move { return slices.Concat(parts...) }
	add := []move{do("add-module")}
	anew := join([]move{do("deregister")}, enable, register)
	for _, test := range []struct {
		fault string
		facts []string
		errs  string // in the module's answer; "" when there is no module or no error
		mend  []move
	}{
		{"feature-disabled", []string{"no_token_field", "status_disabled"}, "", join(enable, register, add)},
		{"not-committed", []string{"no_token_field", "pending_changes"}, "", join([]move{do("commit")}, register, add)},
		{"already-registered", []string{"deregister_button"}, "", add},
		{"cluster-mode", []string{"cluster_mode", "no_token_field"}, "", join([]move{do("machine-mode")}, enable, register, add)},
		{"version-too-old", []string{"no_token_field"}, "", join([]move{do("upgrade")}, enable, register, add)},
		{"token-wrong-cloud", []string{"token_refused", "token_portal_differs"}, "", join(register, add)},
		{"token-expired", []string{"token_refused", "token_expired"}, "", join(register, add)},
		{"token-miscopied", []string{"token_refused", "token_miscopied"}, "", join(register, add)},
		{"token-used-up", []string{"token_refused", "token_used_up"}, "", join(register, add)},
		{"clock-skew", []string{"token_refused"}, "", join([]move{do("set-clock")}, register, add)},
		{"sse-unreachable", []string{"registration_in_progress", "appliance_cannot_reach_sse"}, "", join([]move{do("open-firewall")}, add)},
		{"old-ca-bundle", []string{"registration_in_progress", "fn72113"}, "", join([]move{do("upgrade")}, add)},
		{"portal-other-region", []string{"device_not_listed", "portal_region_differs"}, "", join([]move{do("deregister"), do("disable")}, enable, register, add)},
		{"deregistered-in-cloud", []string{"device_not_listed", "device_removed"}, "", join(anew, add)},
		{"device-deregistered", []string{"device_gone"}, "not found", join(anew, []move{do("edit-module")})},
		{"ctr-not-enabled-in-sse", []string{"ctr_off_in_sse", "device_list_empty"}, "", join([]move{do("enable-ctr")}, add)},
		{"device-not-in-sse", []string{"device_not_in_sse", "device_list_empty"}, "", join(register, add)},
		{"module-missing", nil, "", add},
		{"module-disabled", nil, "", []move{do("enable-module")}},
		{"timeframe-too-short", nil, "", []move{do("edit-module")}},
		{"module-wrong-type", []string{"module_type_differs"}, "invalid request", join([]move{do("delete-module")}, add)},
		{"wrong-region", nil, "", []move{do("new-client")}},
		{"managed-by-sma", []string{"managed_by_sma"}, "", []move{do("local-tracking")}},
		{"tracking-centralized", nil, "", []move{do("local-tracking")}},
		{"tracking-disabled", nil, "", []move{do("enable-tracking")}},
		{"subject-not-logged", nil, "", []move{do("log-subject")}},
		{"module-no-data", nil, "", []move{do("edit-module")}},
		{"module-error", nil, "", []move{do("edit-module")}},
	} {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			k := start(t, Config{Faults: []string{test.fault}})
			facts := k.Practice().Facts()
			if slices.Contains(facts, "token_used_up") && test.fault != "token-used-up" {
				t.Errorf("a person would take the token for used up: %v", facts)
			}
			for _, want := range test.facts {
				if !slices.Contains(facts, want) {
					t.Errorf("a person does not see %s, but %v", want, facts)
				}
			}
			if test.errs != "" {
				if _, errs := k.observe(observable.Observable{Type: "ip", Value: "127.0.0.1"}); !strings.Contains(errs, test.errs) {
					t.Errorf("the module's errors: %s", errs)
				}
			}
			k.mend(test.mend)
			k.jwt = ""
			if !k.proved("mended-" + test.fault) {
				t.Errorf("still not proved; faults %v, facts %v, view %+v", k.Faults(), k.Practice().Facts(), k.Practice().View())
			}
			if left := k.Faults(); len(left) != 0 {
				t.Errorf("still on: %v", left)
			}
		})
	}
}

// mend does moves; a token goes from the portal to the appliance, and adding
// or editing a module waits for the registration, as a person does.
func (k *kit) mend(moves []move) {
	k.t.Helper()
	token := ""
	for _, m := range moves {
		values := maps.Clone(m.values)
		switch m.id {
		case "register":
			values["token"] = token
		case "add-module", "edit-module":
			k.waitRegistered()
		}
		outcome, err := k.Practice().Do(k.t.Context(), m.id, values)
		if err != nil {
			k.t.Fatalf("%s: %v", m.id, err)
		}
		if outcome.Token != "" {
			token = outcome.Token
		}
	}
}

func (k *kit) waitRegistered() {
	k.t.Helper()
	for k.Practice().View().Registration == "registering" {
		if err := wait(k.t.Context(), 10e6); err != nil {
			k.t.Fatal(err)
		}
	}
}
