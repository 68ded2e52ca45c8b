package report

import (
	"fmt"
	"strings"

	"ctrace/internal/verify"
)

// fact is a labelled value, safe to show.
type fact struct{ Label, Text string }

// facts lists what a verification found out.
func facts(r verify.Result) []fact {
	var mids []string
	for _, m := range r.MIDs {
		mids = append(mids, fmt.Sprint(m))
	}
	list := []fact{
		{"Token", r.Token},
		{"Subject", r.Subject},
		{"Message-ID", r.MessageID},
		{"MID", strings.Join(mids, ", ")},
		{"Appliance", r.Serial},
		{"Status", r.Status},
		{"Found by", verify.KeyTitles(r.Keys)},
		{"Not found by", verify.KeyTitles(r.MissedKeys)},
		{"Started (UTC)", moment(r.StartedAt)},
		{"Ended (UTC)", moment(r.EndedAt)},
	}
	if r.Evidence != nil {
		list = append(list,
			fact{"Module", r.Evidence.Module},
			fact{"Sighting", sightingTitle(&r.Evidence.Sighting)},
			fact{"Matched", string(r.Evidence.Matched.Type) + " " + r.Evidence.Matched.Value},
			fact{"Seen (UTC)", moment(r.Evidence.Sighting.ObservedTime.Start.Time)})
	}
	for _, stage := range verify.Stages() {
		if s, ok := r.Stages[stage]; ok {
			list = append(list, fact{"Time for " + string(stage), fmt.Sprintf("%.1f s", s)})
		}
	}
	var shown []fact
	for _, f := range list {
		switch {
		case f.Text == "":
		case f.Label == "Message-ID":
			shown = append(shown, fact{f.Label, Visible(f.Text)}) // a key to search with, not an address
		default:
			shown = append(shown, fact{f.Label, prose(f.Text)})
		}
	}
	return shown
}
