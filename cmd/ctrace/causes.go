package main

import (
	"context"
	"time"

	"ctrace/internal/config"
	"ctrace/internal/history"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
)

const (
	// mostCauses is how many probable causes the command shows.
	mostCauses = 3
	// checksPatience bounds the checks that follow a verification.
	checksPatience = 5 * time.Second
)

// cause is a probable cause of what a verification showed.
type cause struct {
	ID     string `json:"id"`
	Branch string `json:"branch"`
	Title  string `json:"title"`
	How    string `json:"how"`
	Fix    string `json:"fix"`
	Step   int    `json:"step,omitempty"`
}

// diagnose weighs what a verification and the checks after it showed, the likeliest cause first. Of a
// verified run only what is all but proved is named: the rest would be guesses about nothing.
func (t *target) diagnose(ctx context.Context, r verify.Result, store *history.Store) []setup.Diagnosis {
	ctx, cancel := context.WithTimeout(ctx, checksPatience)
	defer cancel()
	diagnoses := setup.Diagnose(t.signals(ctx, r, store))
	if r.Verdict != verify.Verified {
		return diagnoses
	}
	var proved []setup.Diagnosis
	for _, d := range diagnoses {
		if d.Proved() {
			proved = append(proved, d)
		}
	}
	return proved
}

// signals gathers what speaks for causes: the run's problems, the checks, the profile, and in a demo
// what a person would see on the pages of the lab's products.
func (t *target) signals(ctx context.Context, r verify.Result, store *history.Store) []setup.Signal {
	var signals []setup.Signal
	for _, p := range r.Problems {
		signals = append(signals, setup.Problem(p.Code))
	}
	if t.profile.Topology == config.Cloud {
		signals = append(signals, setup.Fact("topology_cloud"))
	}
	if t.lab != nil {
		for _, fact := range t.lab.Practice().Facts() {
			signals = append(signals, setup.Fact(fact))
		}
	}
	progress, err := setup.LoadProgress(setup.ProgressPath(stateDir(), t.profile.Name), t.profile.Name)
	if err != nil {
		progress = setup.Progress{} // a damaged list of steps must not spoil the diagnosis
	}
	return append(signals, setup.Signals(setup.Run(ctx, t.scene(ctx, progress, store), nil))...)
}

// causes puts the first diagnoses into a language.
func causes(list []setup.Diagnosis, lang setup.Language) []cause {
	out := make([]cause, 0, mostCauses)
	for _, d := range list[:min(len(list), mostCauses)] {
		c := d.Cause
		out = append(out, cause{ID: c.ID, Branch: d.Branch, Title: c.Title.In(lang), How: c.How.In(lang), Fix: c.Fix.In(lang), Step: c.Step})
	}
	return out
}
