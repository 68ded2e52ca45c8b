package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Shown is an observable's value as people get to see it: defanged, and with every hidden character
// as a mark.
func Shown(o observable.Observable) string {
	switch {
	case o.Value == "":
		return "(no value)"
	case o.Type == observable.EmailSubject:
		return prose(o.Value) // any text, which may hold addresses
	}
	return Visible(observable.Defang(o))
}

// prose is foreign text as people get to see it: what could become a link is defanged.
func prose(s string) string { return Visible(observable.DefangText(s)) }

// moment is a time for people, in UTC, "" when there is none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// period is a span of time for people: one moment when both ends are the same.
func period(first, last time.Time) string {
	switch {
	case first.IsZero():
		return moment(last)
	case last.IsZero() || last.Equal(first):
		return moment(first)
	}
	return moment(first) + " to " + moment(last)
}

// validWords says how long a statement holds, "" when nothing was said.
func validWords(v ctim.ValidTime) string {
	switch {
	case v.IsZero():
		return ""
	case v.Forever():
		return "no end"
	}
	return "until " + moment(v.End.Time)
}

// ModuleWords says in a few words how a module did: "ok", "rate limited", "2 problems".
func ModuleWords(m *ctr.ModuleStatus) string {
	failing, warnings := 0, 0
	for _, p := range m.Problems {
		if p.Type == "warning" {
			warnings += p.Count
		} else {
			failing += p.Count
		}
	}
	switch {
	case m.RateLimited:
		return "rate limited"
	case failing > 0:
		return plural(failing, "failure")
	case !m.Done:
		return "unfinished"
	case warnings > 0:
		return plural(warnings, "warning")
	case m.Asked == 0 && m.Answered == 0 && m.FromCache == 0: // an answer of all modules counts as its own
		if m.Documents > 0 {
			return "earlier run"
		}
		return "not asked"
	}
	return "ok"
}

// ProblemWords says what a module's problem was, foreign text included.
func ProblemWords(p ctr.Problem) string {
	text := cmp.Or(p.Type, "error")
	switch {
	case p.Type == "call":
		text = cmp.Or(p.Code, "the call failed")
	case p.Code != "":
		text += ": " + p.Code
	}
	if p.Message != "" {
		text += ": " + p.Message
	}
	if p.Count > 1 {
		text += fmt.Sprintf(" (%d times)", p.Count)
	}
	return text
}

// sightingTitle is what people call a sighting.
func sightingTitle(s *ctim.Sighting) string {
	return cmp.Or(s.Title, s.ShortDescription, s.Description, s.Sensor, s.Type, "sighting")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	if strings.HasSuffix(word, "y") {
		return fmt.Sprintf("%d %sies", n, word[:len(word)-1])
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// moduleNames joins the names of modules.
func moduleNames(list []ctr.ModuleRef) string {
	var names []string
	for _, m := range list {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}
