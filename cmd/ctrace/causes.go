package main

import (
	"ctrace/internal/config"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
)

// mostCauses is how many probable causes are shown.
const mostCauses = 3

// cause is a probable cause of a verification that did not end verified.
type cause struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	How   string `json:"how"`
	Fix   string `json:"fix"`
	Step  int    `json:"step,omitempty"`
}

// causesOf asks the decision tree what the problems of a result point to.
func causesOf(r verify.Result, t *target) []cause {
	if r.Verdict == verify.Verified {
		return nil
	}
	var signals []setup.Signal
	for _, p := range r.Problems {
		signals = append(signals, setup.Problem(p.Code))
		if p.Code == verify.CodeTrackingEmpty {
			signals = append(signals, setup.Fact("tracking_empty"), setup.Problem(verify.CodeTrackingNotFound))
		}
	}
	if t.profile.Topology == config.SMA {
		signals = append(signals, setup.Fact("topology_sma"))
	}
	if t.lab != nil {
		for _, fact := range t.lab.Practice().Facts() {
			signals = append(signals, setup.Fact(fact))
		}
	}
	lang := setup.LanguageOf(locale())
	var list []cause
	for _, d := range setup.Diagnose(signals) {
		if len(list) == mostCauses {
			break
		}
		c := d.Cause
		list = append(list, cause{ID: c.ID, Title: c.Title.In(lang), How: c.How.In(lang), Fix: c.Fix.In(lang), Step: c.Step})
	}
	return list
}
