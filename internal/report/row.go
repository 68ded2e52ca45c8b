package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Row is one observable of an investigation in brief: what a line of a table says. Its texts are
// foreign and raw.
type Row struct {
	Observable  observable.Observable
	Asked       bool
	Standing    ctr.Standing
	Shortfall   string // why it is not answered, or only partly
	Disposition ctim.Disposition
	Disagree    bool
	Opinions    []ctr.Opinion
	Sightings   int // occurrences, which one sighting may count several of
	Documents   int // sightings
	First, Last time.Time
	Newest      *ctr.Seen // nil without sightings
	Targets     []observable.Observable
	Indicators  []string
	Links       int

	finding *ctr.Finding
}

// Rows lists the observables of an investigation, the worst first, those of the request before those
// that answers only mention.
func Rows(inv *ctr.Investigation) []Row {
	indicators := make(map[observable.Observable][]string)
	for _, hit := range inv.Indicators {
		title := indicatorTitle(hit)
		for _, o := range hit.Observables {
			if key := o.Normal(); !slices.Contains(indicators[key], title) {
				indicators[key] = append(indicators[key], title)
			}
		}
	}
	rows := make([]Row, 0, len(inv.Findings))
	for _, f := range inv.Findings {
		r := Row{
			Observable: f.Observable, Asked: f.Asked, Standing: f.Standing(), Shortfall: f.Shortfall(),
			Disposition: f.Disposition, Disagree: f.Disagree,
			Opinions: f.Opinions, Documents: len(f.Sightings), Links: len(f.Links), Indicators: indicators[f.Observable.Normal()],
			finding: f,
		}
		for _, s := range f.Sightings {
			r.Sightings += occurrences(s)
		}
		r.First, r.Last = span(f.Sightings)
		if len(f.Sightings) > 0 {
			r.Newest = f.Sightings[len(f.Sightings)-1]
		}
		for _, t := range f.Targets {
			for _, o := range t.Observables {
				if !slices.Contains(r.Targets, o) {
					r.Targets = append(r.Targets, o)
				}
			}
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		if a.Asked != b.Asked {
			if a.Asked {
				return -1
			}
			return 1
		}
		return a.Disposition.Compare(b.Disposition)
	})
	return rows
}

// occurrences is how many times something was seen in a sighting: at least once, whatever it states, and
// no number that adds up to nonsense.
func occurrences(s *ctr.Seen) int { return min(max(1, s.Sighting.Count), 1e9) }

// span gives the first and the last time in sightings, zero where none says one.
func span(list []*ctr.Seen) (first, last time.Time) {
	for _, s := range list {
		at := s.Sighting.ObservedTime.Start.Time
		if at.IsZero() {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		end := at
		if e := s.Sighting.ObservedTime.End; !e.IsZero() && !e.Forever() && e.After(at) {
			end = e.Time
		}
		if end.After(last) {
			last = end
		}
	}
	return first, last
}

// indicatorTitle is what people call an indicator.
func indicatorTitle(hit *ctr.IndicatorHit) string {
	for _, text := range []string{hit.Indicator.Title, hit.Indicator.ShortDescription, hit.Indicator.ID} {
		if text != "" {
			return text
		}
	}
	return "(no title)"
}

// DispositionWord is the word for a disposition, "No opinion" when no module has one.
func DispositionWord(d ctim.Disposition) string {
	if d == 0 {
		return "No opinion"
	}
	return d.String()
}

// Word is the disposition, or what there is to say without one: that the modules have no opinion, or
// that nobody has answered.
func (r Row) Word() string {
	if r.Disposition == 0 {
		switch r.Standing {
		case ctr.Waiting:
			return "Not done"
		case ctr.Failed:
			return "No answer"
		case ctr.NotAsked:
			return "Not asked"
		}
	}
	return DispositionWord(r.Disposition)
}

// Answered tells whether some module has answered about it, so that a disposition, or the lack of
// one, says something.
func (r Row) Answered() bool {
	return r.Standing == ctr.Answered || r.Standing == ctr.Partly || r.Disposition != 0 || r.Documents > 0
}

// Summary is what an investigation found, in figures: what the history keeps.
type Summary struct {
	Observables  int            `json:"observables"`
	Done         int            `json:"done"`         // nothing more was asked about them
	Standings    map[string]int `json:"standings"`    // how many of the observables are answered, partly_answered, not_answered, not_asked, waiting
	Dispositions map[string]int `json:"dispositions"` // of those with an answer, by lower-case name, "none" without an opinion
	Sightings    int            `json:"sightings"`    // occurrences
	Targets      int            `json:"targets"`
	Indicators   int            `json:"indicators"`
	Modules      int            `json:"modules"`
	Failing      []string       `json:"failing_modules,omitempty"`
	Worst        []Bad          `json:"worst,omitempty"` // the first of the malicious and suspicious ones
	Complete     bool           `json:"complete"`        // every module that can be asked about the observables has answered
}

// Bad is an observable with a bad disposition.
type Bad struct {
	observable.Observable
	Disposition string `json:"disposition"`
}

// worstKept bounds the list of bad observables in a summary.
const worstKept = 20

// Summarize counts an investigation.
func Summarize(inv *ctr.Investigation) Summary { return summarize(inv, Rows(inv)) }

func summarize(inv *ctr.Investigation, rows []Row) Summary {
	s := Summary{
		Standings: make(map[string]int), Dispositions: make(map[string]int),
		Targets: len(inv.Targets), Indicators: len(inv.Indicators), Complete: true,
	}
	for _, r := range rows {
		if !r.Asked {
			continue
		}
		s.Observables++
		if r.finding.Done {
			s.Done++
		}
		s.Standings[standingKey(r.Standing)]++
		s.Complete = s.Complete && (r.Standing == ctr.Answered || r.Standing == ctr.NotAsked && r.finding.Done && len(r.finding.Unanswered) == 0)
		if r.Answered() {
			s.Dispositions[dispositionKey(r.Disposition)]++
		}
		if (r.Disposition == ctim.Malicious || r.Disposition == ctim.Suspicious) && len(s.Worst) < worstKept {
			s.Worst = append(s.Worst, Bad{r.Observable, dispositionKey(r.Disposition)})
		}
	}
	for _, seen := range inv.Sightings {
		s.Sightings += occurrences(seen)
	}
	for _, m := range inv.Modules {
		s.Modules++
		if len(m.Problems) > 0 {
			s.Failing = append(s.Failing, m.Module.Name)
		}
	}
	return s
}

// Open counts the observables that are not, or only partly, answered, in words: "2 partly answered, 1 not
// asked"; "" when there are none.
func (s Summary) Open() string {
	var parts []string
	for _, standing := range []ctr.Standing{ctr.Partly, ctr.Failed, ctr.NotAsked, ctr.Waiting} {
		if n := s.Standings[standingKey(standing)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, standing))
		}
	}
	return strings.Join(parts, ", ")
}

// standingKey is the name of a standing for programs.
func standingKey(s ctr.Standing) string { return strings.ReplaceAll(s.String(), " ", "_") }

func dispositionKey(d ctim.Disposition) string {
	if d == 0 {
		return "none"
	}
	return strings.ToLower(d.String())
}
