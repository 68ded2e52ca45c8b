package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/history"
	reports "ctrace/internal/report"
)

// queryKept bounds the query in the history. A longer one is cut between two observables.
const queryKept = 64 << 10

// keepInvestigation enters an investigation into the history.
func (a *app) keepInvestigation(ctx context.Context, inv *ctr.Investigation, about reports.About) {
	store := a.openHistory(ctx)
	if store == nil {
		return
	}
	defer closeHistory(store)
	summary, err := json.Marshal(reports.Summarize(inv))
	if err == nil {
		_, err = store.AddInvestigation(ctx, history.Investigation{At: inv.Started, Profile: about.Profile, Query: keptQuery(inv), Summary: summary})
	}
	if err != nil {
		a.complain(fmt.Errorf("the investigation is not in the history: %w", err))
	}
}

func keptQuery(inv *ctr.Investigation) string {
	var b strings.Builder
	for _, f := range inv.Findings {
		if !f.Asked {
			continue
		}
		text := observable.Format([]observable.Observable{f.Observable})
		if b.Len()+len(text) >= queryKept {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	return b.String()
}
