package observable

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ctrace/ctr/ctrtest/published"
)

// corpusCase is a text and what an extractor must, and must not, find in it.
// It passes when each of Expect (or one of its alternatives) was found and
// nothing of Forbid (value "*": any of that type), and, for the types in
// Exact, nothing else. With Only nothing else of any type may be found.
type corpusCase struct {
	ID     string   `json:"id"`
	Text   string   `json:"text"`
	Expect []wantIt `json:"expect"`
	Forbid []wantIt `json:"forbid"`
	Exact  []Type   `json:"exact"`
	Only   bool     `json:"only"`
	Quirks []string `json:"quirks"`
}

type wantIt struct {
	Observable
	Or   []Observable `json:"or"`
	From string       `json:"from"` // derived from another, or doubtful: optional
}

func readCases(t testing.TB, path string) []corpusCase {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []corpusCase
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var c corpusCase
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		cases = append(cases, c)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// judge gives the reasons why a case fails.
func (c *corpusCase) judge() []string {
	var why []string
	got := map[Observable]bool{}
	for _, m := range Extract(c.Text, Options{IncludePrivate: true}) {
		got[canonical(m.Observable)] = true
	}
	ok := map[Observable]bool{}
	for _, e := range c.Expect {
		hit := false
		for _, o := range append([]Observable{e.Observable}, e.Or...) {
			ok[canonical(o)] = true
			hit = hit || got[canonical(o)]
		}
		if !hit && e.From == "" {
			why = append(why, fmt.Sprintf("missing %s %q", e.Type, e.Value))
		}
	}
	for o := range got {
		for _, f := range c.Forbid {
			if f.Type == o.Type && (f.Value == "*" || canonical(f.Observable) == o) {
				why = append(why, fmt.Sprintf("forbidden %s %q", o.Type, o.Value))
			}
		}
		expected := slices.ContainsFunc(c.Expect, func(e wantIt) bool { return e.Type == o.Type })
		if (c.Only || slices.Contains(c.Exact, o.Type) && expected) && !ok[o] {
			why = append(why, fmt.Sprintf("extra %s %q", o.Type, o.Value))
		}
	}
	return why
}

// canonical compares values without their spelling.
func canonical(o Observable) Observable {
	n := o.Normal()
	if n.Type == Email {
		n.Value = strings.ToLower(n.Value)
	}
	return n
}

// rate runs the cases and logs those that fail.
func rate(t *testing.T, cases []corpusCase) float64 {
	t.Helper()
	passed := 0
	for _, c := range cases {
		if why := c.judge(); len(why) == 0 {
			passed++
		} else {
			t.Logf("%s %.80q: %s", c.ID, c.Text, strings.Join(why, "; "))
		}
	}
	t.Logf("%d of %d pass", passed, len(cases))
	return float64(passed) / float64(len(cases))
}

func hasQuirk(c corpusCase, prefix string) bool {
	return slices.ContainsFunc(c.Quirks, func(q string) bool { return strings.HasPrefix(q, prefix) })
}

// The test suites of the peers: what they agree on has to pass nearly whole.
func TestPeerCorpus(t *testing.T) {
	cases := readCases(t, published.Path(t, "corpus", "observables-open.jsonl"))
	cases = slices.DeleteFunc(cases, func(c corpusCase) bool { return hasQuirk(c, "reject:") })
	if r := rate(t, cases); r < 0.95 {
		t.Errorf("%.1f %% of the cases pass", 100*r)
	}
	cases = slices.DeleteFunc(cases, func(c corpusCase) bool { return hasQuirk(c, "choice:") })
	if r := rate(t, cases); r < 0.98 {
		t.Errorf("%.1f %% of the cases without a choice pass", 100*r)
	}
}

// leftOut are the written forms that are not undone, with the reason.
var leftOut = map[string]string{
	"form-010": "-dot- is a part of real host names",
	"form-012": "_dot_ is a part of real names in code and of files",
	"form-041": "1,2,3,4 is a list of numbers",
	"form-050": `"at" between blanks is English ("failed at example.com"), unless the domain is spelled out too`,
	"form-053": "-at- is a part of real host names",
	"form-054": "_at_ is a part of real names",
	"form-095": "http__ is a label that a name may begin with; nothing tells it from one",
	"form-188": "a Message-ID is email_messageid, not email",
}

// The written forms of a probe: each is undone, or left out for a reason.
func TestPeerForms(t *testing.T) {
	for _, c := range readCases(t, published.Path(t, "corpus", "forms.jsonl")) {
		why := c.judge()
		reason, left := leftOut[c.ID]
		switch {
		case len(why) > 0 && !left:
			t.Errorf("%s %q: %s", c.ID, c.Text, strings.Join(why, "; "))
		case len(why) == 0 && left:
			t.Errorf("%s %q passes, but is listed as left out: %s", c.ID, c.Text, reason)
		}
	}
}

// Our own corpus: subjects, Message-IDs, MIDs, quoted query lines, mail
// headers and logs, which no peer's suite has, and prose that must stay free
// of findings.
func TestOwnCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, f := range files {
		for _, c := range readCases(t, f) {
			t.Run(c.ID, func(t *testing.T) {
				for _, why := range c.judge() {
					t.Errorf("%q: %s", c.Text, why)
				}
				checkMatches(t, c.Text, Extract(c.Text, Options{IncludePrivate: true}))
			})
		}
	}
}
