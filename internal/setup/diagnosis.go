package setup

import (
	"cmp"
	"slices"
)

// Signal is one fact that speaks for a cause. Its form is "source:name", see the functions below.
type Signal string

// Problem is the signal of a verification's problem code, such as "smtp_refused_recipient".
func Problem(code string) Signal { return Signal("problem:" + code) }

// Failed is the signal of a check that failed.
func Failed(checkID string) Signal { return Signal("failed:" + checkID) }

// Passed is the signal of a check that passed.
func Passed(checkID string) Signal { return Signal("passed:" + checkID) }

// Seen is the signal of a symptom that the person sees: the branch's id, such as "D1".
func Seen(branchID string) Signal { return Signal("seen:" + branchID) }

// Fact is any other signal, such as "topology_sma" or "finding:subject_not_logged".
func Fact(name string) Signal { return Signal("fact:" + name) }

// Branch is one symptom with its possible causes.
type Branch struct {
	ID      string // D1 to D11
	Symptom Text
	Opens   []Signal // the signals that make its causes worth considering
	Causes  []Cause  // the most likely first
}

// Cause is one probable cause of a symptom.
type Cause struct {
	ID      string // the name of the lab's fault, where the lab can have it
	Title   Text
	How     Text     // how to check it
	Fix     Text     // how to mend it
	Step    int      // the step of the guide that it belongs to, 0 when none
	Proof   []Signal // each of these all but proves it
	Hints   []Signal // each of these makes it likelier
	Against []Signal // each of these makes it unlikely, unless it is proved
	// ExplainedBy names the causes that bring this one about: when one of them is proved, mending
	// this one mends nothing.
	ExplainedBy []string
	Outside     string // why no lab can have it; empty when the lab can
}

// Diagnosis is a cause with what speaks for it.
type Diagnosis struct {
	Branch  string
	Cause   Cause
	Score   int
	Because []Signal
}

// Proved tells whether something all but proves the cause.
func (d Diagnosis) Proved() bool { return d.Score >= proofScore }

// The weights of evidence. A cause without any evidence is worth its place in its branch: the
// document and the field name the usual causes first.
const (
	proofScore   = 100
	hintScore    = 12
	againstScore = -40
	placeScore   = 10 // of the first cause of an open branch; one less for each that follows
)

// Diagnose orders the causes by likelihood given the signals, the likeliest first. It is empty when
// no signal opens a branch and none proves a cause.
func Diagnose(signals []Signal) []Diagnosis {
	var found []Diagnosis
	for _, b := range Branches() {
		open := overlap(b.Opens, signals)
		for i, c := range b.Causes {
			d := weigh(c, signals, len(open) > 0)
			d.Branch = b.ID
			if len(open) > 0 {
				d.Score += max(1, placeScore-i)
				d.Because = append(d.Because, open...)
			}
			if d.Score > 0 {
				found = append(found, d)
			}
		}
	}
	yieldToRoots(found)
	slices.SortStableFunc(found, func(a, b Diagnosis) int { return cmp.Compare(b.Score, a.Score) })
	return firstOfEach(withoutGuesses(found))
}

// weigh scores a cause by its own evidence. One proof is as good as several. Hints count where the
// symptom is there or the cause is proved; elsewhere they hint at nothing.
func weigh(c Cause, signals []Signal, open bool) Diagnosis {
	proof, hints := overlap(c.Proof, signals), overlap(c.Hints, signals)
	d := Diagnosis{Cause: c, Because: proof}
	if len(proof) > 0 {
		d.Score = proofScore
	}
	if open || len(proof) > 0 {
		d.Score += hintScore * len(hints)
		d.Because = slices.Concat(proof, hints)
	}
	if len(proof) == 0 {
		d.Score += againstScore * len(overlap(c.Against, signals))
	}
	return d
}

// yieldToRoots halves the score of what a proved cause explains.
func yieldToRoots(found []Diagnosis) {
	proved := map[string]bool{}
	for _, d := range found {
		proved[d.Cause.ID] = proved[d.Cause.ID] || d.Proved()
	}
	for i, d := range found {
		if slices.ContainsFunc(d.Cause.ExplainedBy, func(id string) bool { return proved[id] }) {
			found[i].Score = d.Score / 2
		}
	}
}

// withoutGuesses leaves out what nothing but its place speaks for, once a cause is proved.
func withoutGuesses(sorted []Diagnosis) []Diagnosis {
	if len(sorted) == 0 || !sorted[0].Proved() {
		return sorted
	}
	return slices.DeleteFunc(sorted, func(d Diagnosis) bool { return d.Score <= placeScore })
}

// overlap returns the wanted signals that are there.
func overlap(wanted, there []Signal) []Signal {
	var both []Signal
	for _, s := range wanted {
		if slices.Contains(there, s) {
			both = append(both, s)
		}
	}
	return both
}

// firstOfEach keeps the best-scored diagnosis of a cause that stands in several branches.
func firstOfEach(sorted []Diagnosis) []Diagnosis {
	seen := map[string]bool{}
	return slices.DeleteFunc(sorted, func(d Diagnosis) bool {
		again := seen[d.Cause.ID]
		seen[d.Cause.ID] = true
		return again
	})
}

// Branches returns the decision tree: every symptom with its causes.
func Branches() []Branch {
	return slices.Concat(applianceBranches(), mailBranches(), cloudBranches())
}
