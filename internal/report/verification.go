package report

import (
	"fmt"
	"strings"

	"ctrace/internal/verify"
)

// verdictWords says what a verdict means.
func verdictWords(v verify.Verdict) string {
	switch v {
	case verify.Verified:
		return "Threat Response sees mail of this appliance."
	case verify.Tracked:
		return "The appliance tracked the message; Threat Response has no sighting of it."
	case verify.Accepted:
		return "The gateway took the message; message tracking does not show it."
	case verify.Refused:
		return "The message was not accepted by the gateway."
	case verify.Unknown:
		return "The line was lost after the message was handed over, and tracking does not show it."
	case verify.Pending:
		return "The deadline was reached while waiting."
	}
	return ""
}

// fact is a labelled value, safe to show.
type fact struct{ Label, Text string }

// facts lists what a verification found out.
func facts(r verify.Result) []fact {
	var keys, missed, mids []string
	for _, k := range r.Keys {
		keys = append(keys, string(k))
	}
	for _, k := range r.MissedKeys {
		missed = append(missed, string(k))
	}
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
		{"Found by", strings.Join(keys, ", ")},
		{"Not found by", strings.Join(missed, ", ")},
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
