package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/verify"
)

// writeCSV writes one line an observable. Values are exact but for what CSVCell does.
func writeCSV(w io.Writer, inv *ctr.Investigation, about About) error {
	out := csv.NewWriter(w)
	header := []string{
		"type", "value", "asked", "disposition", "modules_disagree", "opinions", "reasons", "sightings", "first_seen", "last_seen",
		"targets", "indicators", "only_found_by", "standing", "shortfall",
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, r := range Rows(inv) {
		row := []string{
			string(r.Observable.Type), r.Observable.Value, strconv.FormatBool(r.Asked), dispositionCell(r), strconv.FormatBool(r.Disagree),
			opinionWords(r.Opinions), reasonWords(r.Opinions), strconv.Itoa(r.Sightings), stamp(r.First), stamp(r.Last),
			values(r.Targets), strings.Join(r.Indicators, "; "), about.Finders.Only(r.Observable), standingKey(r.Standing), r.Shortfall,
		}
		for i := range row {
			row[i] = CSVCell(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// dispositionCell is the disposition, "" when nobody has answered.
func dispositionCell(r Row) string {
	if r.Asked && !r.Answered() {
		return ""
	}
	return dispositionKey(r.Disposition)
}

// writeVerificationCSV writes one line with the outcome of a verification.
func writeVerificationCSV(w io.Writer, r verify.Result) error {
	out := csv.NewWriter(w)
	rows := [][]string{
		{"token", "profile", "verdict", "started_at", "ended_at", "message_id", "subject", "mid", "status", "module", "problems"},
		{
			r.Token, r.Profile, string(r.Verdict), stamp(r.StartedAt), stamp(r.EndedAt), r.MessageID, r.Subject, strconv.FormatInt(r.MID, 10),
			r.Status, "", "",
		},
	}
	if r.Evidence != nil {
		rows[1][9] = r.Evidence.Module
	}
	var problems []string
	for _, p := range r.Problems {
		problems = append(problems, p.Code+": "+p.Cause)
	}
	rows[1][10] = strings.Join(problems, "; ")
	for i := range rows[1] {
		rows[1][i] = CSVCell(rows[1][i])
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

// opinionWords joins the modules' opinions: "Malicious (Talos); Clean (Umbrella)".
func opinionWords(list []ctr.Opinion) string {
	var parts []string
	for _, o := range list {
		parts = append(parts, DispositionWord(o.Disposition)+" ("+o.Module.Name+")")
	}
	return strings.Join(parts, "; ")
}

func reasonWords(list []ctr.Opinion) string {
	var parts []string
	for _, o := range list {
		parts = append(parts, o.Reasons...)
	}
	return strings.Join(parts, "; ")
}

func values(list []observable.Observable) string {
	var parts []string
	for _, o := range list {
		parts = append(parts, o.Value)
	}
	return strings.Join(parts, "; ")
}

// stamp is a time as programs read it, "" when there is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
