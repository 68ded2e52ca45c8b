package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// The limits of CTIM for texts, in UTF-16 units.
const (
	titleLimit = 1024
	textLimit  = 5000
)

// Casebook makes a casebook of an investigation: its observables, and a summary as text. Its external
// id is made of title and observables, so that the same casebook is found again instead of made twice.
func Casebook(title string, inv *ctr.Investigation, about About) ctim.Casebook {
	rows := Rows(inv)
	var asked []observable.Observable
	for _, r := range rows {
		if r.Asked {
			asked = append(asked, r.Observable)
		}
	}
	s := summarize(inv, rows)
	short := fmt.Sprintf("%s: %d malicious, %d suspicious; %s, %s", plural(s.Observables, "observable"),
		s.Dispositions["malicious"], s.Dispositions["suspicious"], plural(s.Sightings, "sighting"), plural(s.Targets, "target"))
	return ctim.Casebook{
		Entity: ctim.Entity{
			Title: limit(title, titleLimit), ShortDescription: limit(short, titleLimit), Description: limit(short, textLimit),
			Source: "ctrace", ExternalIDs: []string{externalID(title, asked)}, Timestamp: ctim.NewTime(about.Written),
		},
		Observables: asked,
		Texts:       []ctim.Text{{Type: "text", Text: casebookText(inv, rows, about)}},
	}
}

// casebookText is what was found, as a note of a casebook: defanged, within the limit of a text.
func casebookText(inv *ctr.Investigation, rows []Row, about About) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Investigated with %s on %s UTC.\n", cmp.Or(about.Program, "ctrace"), moment(inv.Started))
	if about.Failure != nil {
		fmt.Fprintf(&b, "Not complete: %s\n", prose(about.Failure.Error()))
	}
	for _, r := range rows {
		if !r.Asked && r.Disposition == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s: %s %s\n", r.Word(), Visible(string(r.Observable.Type)), Shown(r.Observable))
		if r.Shortfall != "" {
			fmt.Fprintf(&b, "  Incomplete: %s\n", prose(r.Shortfall))
		}
		for _, o := range r.Opinions {
			fmt.Fprintf(&b, "  %s: %s", prose(o.Module.Name), DispositionWord(o.Disposition))
			if len(o.Reasons) > 0 {
				fmt.Fprintf(&b, " (%s)", prose(strings.Join(o.Reasons, "; ")))
			}
			b.WriteByte('\n')
		}
		if r.Sightings > 0 {
			fmt.Fprintf(&b, "  %s, %s UTC\n", plural(r.Sightings, "sighting"), period(r.First, r.Last))
		}
		if len(r.Indicators) > 0 {
			fmt.Fprintf(&b, "  Indicators: %s\n", prose(strings.Join(r.Indicators, "; ")))
		}
	}
	for _, m := range inv.Modules {
		for _, p := range m.Problems {
			fmt.Fprintf(&b, "\nModule %s: %s\n", prose(m.Module.Name), prose(ProblemWords(p)))
		}
	}
	return limit(b.String(), textLimit)
}

// externalID names an investigation of these observables under this title.
func externalID(title string, obs []observable.Observable) string {
	var keys []string
	for _, o := range obs {
		keys = append(keys, observable.Format([]observable.Observable{o.Normal()}))
	}
	slices.Sort(keys)
	sum := sha256.Sum256([]byte(title + "\n" + strings.Join(keys, "\n")))
	return "ctrace-investigation-" + hex.EncodeToString(sum[:16])
}

// limit shortens a text to at most n UTF-16 units, between characters, with an ellipsis.
func limit(s string, n int) string {
	units, cut := 0, 0
	for i, r := range s {
		if units <= n-1 {
			cut = i
		}
		units += max(1, utf16.RuneLen(r))
		if units > n {
			return s[:cut] + "…"
		}
	}
	return s
}
