package setup

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"ctrace/internal/config"
)

func TestBranchesAreComplete(t *testing.T) {
	var ids []string
	for _, b := range Branches() {
		ids = append(ids, b.ID)
		if len(b.Causes) == 0 {
			t.Errorf("%s has no cause", b.ID)
		}
		if !slices.Contains(b.Opens, Seen(b.ID)) {
			t.Errorf("%s does not open when the person sees it", b.ID)
		}
	}
	slices.Sort(ids)
	want := []string{"D1", "D10", "D11", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9"}
	if !slices.Equal(ids, want) {
		t.Errorf("branches = %v, want %v", ids, want)
	}
}

func TestEveryCauseSaysHowAndWhatInBothLanguages(t *testing.T) {
	for _, b := range Branches() {
		for _, c := range b.Causes {
			for name, text := range map[string]Text{"title": c.Title, "how": c.How, "fix": c.Fix} {
				if text.EN == "" || text.KO == "" || text.EN == text.KO {
					t.Errorf("%s %s: incomplete %s %+v", b.ID, c.ID, name, text)
				}
			}
		}
		eachText(reflect.ValueOf(b.Symptom), func(text Text) {
			if text.EN == "" || text.KO == "" {
				t.Errorf("%s: incomplete symptom", b.ID)
			}
		})
	}
}

// A cause that one signal proves must come first when that signal is there.
func TestProofComesFirst(t *testing.T) {
	for _, b := range Branches() {
		for _, c := range b.Causes {
			for _, proof := range c.Proof {
				got := Diagnose([]Signal{proof})
				if len(got) == 0 {
					t.Errorf("%s: no diagnosis for %s", c.ID, proof)
					continue
				}
				rank := slices.IndexFunc(got, func(d Diagnosis) bool { return d.Cause.ID == c.ID })
				if rank != 0 {
					t.Errorf("%s has rank %d for its proof %s; first is %s", c.ID, rank+1, proof, got[0].Cause.ID)
				}
			}
		}
	}
}

func TestASeenSymptomListsItsCausesInOrder(t *testing.T) {
	got := Diagnose([]Signal{Seen("D1")})
	var ids []string
	for _, d := range got {
		ids = append(ids, d.Cause.ID)
	}
	want := []string{"not-committed", "feature-disabled", "already-registered", "cluster-mode", "version-too-old", "managed-by-sma"}
	if !slices.Equal(ids, want) {
		t.Errorf("causes of D1 = %v, want %v", ids, want)
	}
}

func TestEvidenceAgainstRemovesACause(t *testing.T) {
	for _, d := range Diagnose([]Signal{Seen("D2"), Passed("A17"), Passed("A5")}) {
		if d.Cause.ID == "token-expired" || d.Cause.ID == "token-wrong-cloud" {
			t.Errorf("%s is named although its check passed", d.Cause.ID)
		}
	}
}

func TestAModuleThatIsDisabledIsNotMissing(t *testing.T) {
	got := Diagnose([]Signal{Problem("module_disabled"), Fact("module_disabled"), Failed("A14")})
	if len(got) != 1 || got[0].Cause.ID != "module-disabled" {
		t.Errorf("the diagnosis is %+v", got)
	}
}

func TestNoSignalsNoDiagnosis(t *testing.T) {
	if got := Diagnose(nil); len(got) != 0 {
		t.Errorf("Diagnose(nil) = %v", got)
	}
}

// TestCommandsInFixesAreRight: what a fix tells to run is a command with arguments that there are.
func TestCommandsInFixesAreRight(t *testing.T) {
	command := regexp.MustCompile("ctrace config ([a-z-]+) ([a-z_-]+)")
	known := map[string][]string{"trust": {string(config.SectionGateway), string(config.SectionTracker), string(config.SectionThreatResponse)}}
	for _, k := range config.Kinds() {
		known["set-secret"] = append(known["set-secret"], string(k))
	}
	found := 0
	for _, b := range Branches() {
		for _, c := range b.Causes {
			for _, m := range command.FindAllStringSubmatch(c.Fix.EN+" "+c.Fix.KO, -1) {
				if found++; !slices.Contains(known[m[1]], m[2]) {
					t.Errorf("%s: %q is no command", c.ID, m[0])
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d commands were found", found)
	}
}
