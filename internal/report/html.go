package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // the page's template and style
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/verify"
)

//go:embed page/page.tmpl
var pageTemplate string

//go:embed page/page.css
var pageStyle string

// pages has the style in its text: it is the program's own, and nothing of others is ever put into it.
var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(strings.Replace(pageTemplate, "STYLE", pageStyle, 1)))
})

// policy lets the page do nothing but use its one style.
var policy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
})

// The bounds of the lists in HTML; JSON has everything.
const (
	rowsShown   = 1000
	reasonLimit = 400 // characters of a reason
	queryLimit  = 600 // characters of the query
)

// head is what every page begins with. All texts of pages are safe to show; the template escapes them.
type head struct {
	Policy  string
	Kind    string
	Title   string
	Facts   []fact
	Failure string
	Program string
}

func newHead(kind, title string, about About) head {
	h := head{
		Policy: policy(), Kind: kind, Title: prose(cmp.Or(about.Title, title)), Program: prose(about.Program),
	}
	for _, f := range []fact{
		{"Profile", Visible(about.Profile)},
		{"Asked", Visible(about.Service)},
		{"Query", prose(limit(about.Query, queryLimit))},
		{"Written", moment(about.Written)},
	} {
		if f.Text != "" {
			h.Facts = append(h.Facts, f)
		}
	}
	if about.Failure != nil {
		h.Failure = prose(about.Failure.Error())
	}
	return h
}

// investigationPage is what the template of an investigation takes.
type investigationPage struct {
	Head            head
	Tiles           []tile
	Observables     []observableRow
	ObservablesLeft int
	Timeline        *timeline
	Graph           *graph
	Relations       []relationRow
	RelationsLeft   int
	Targets         []targetRow
	TargetsLeft     int
	Indicators      []indicatorRow
	Sightings       []sightingRow
	SightingsLeft   int
	Others          []otherRow
	Modules         []moduleRow
	Skipped         []fact
}

type tile struct {
	Class, Label string
	Count        int
}

type observableRow struct {
	Class, Word, Type, Value, Note string
	Shortfall                      string
	Opinions                       []opinionRow
	Disagree                       bool
	Sightings                      int
	First, Last                    string
	Indicators                     []string
}

type opinionRow struct{ Module, Word, Reasons string }

type relationRow struct {
	SourceType, Source, Relation, RelatedType, Related, Modules string
	Count                                                       int
}

type targetRow struct {
	Values                     []string
	Type, First, Last, Modules string
	Sightings                  int
}

type indicatorRow struct {
	Title, Type, Severity, Confidence, Module, Related string
	Values                                             []string
}

type sightingRow struct {
	Seen, Module, What, Resolution string
	Count                          int
	About                          []string
}

type otherRow struct{ Kind, Title, Module string }

type moduleRow struct {
	Name, State, Calls, Time string
	Documents                int
	Problems                 []string
}

func writeHTML(w io.Writer, inv *ctr.Investigation, about About) error {
	g, rows := inv.Graph(), Rows(inv)
	p := investigationPage{
		Head: newHead("Investigation", "Investigation", about), Tiles: tiles(summarize(inv, rows)),
		Timeline: newTimeline(inv.Sightings), Graph: newGraph(g),
	}
	for _, r := range rows[:min(len(rows), rowsShown)] {
		p.Observables = append(p.Observables, newObservableRow(r, about))
	}
	p.ObservablesLeft = len(rows) - len(p.Observables)
	for _, e := range g.Edges[:min(len(g.Edges), edgesShown)] {
		p.Relations = append(p.Relations, relationRow{
			SourceType: Visible(string(e.Source.Type)), Source: Shown(e.Source), Relation: prose(ctim.RelationLabel(e.Relation)),
			RelatedType: Visible(string(e.Related.Type)), Related: Shown(e.Related), Count: e.Count, Modules: prose(moduleNames(e.Modules)),
		})
	}
	p.RelationsLeft = len(g.Edges) - len(p.Relations)
	for _, t := range inv.Targets[:min(len(inv.Targets), targetsShown)] {
		first, last := ends(moment(t.First), moment(t.Last))
		p.Targets = append(p.Targets, targetRow{shownAll(t.Observables), prose(t.Type), first, last, prose(moduleNames(t.Modules)), t.Sightings})
	}
	p.TargetsLeft = len(inv.Targets) - len(p.Targets)
	for _, hit := range inv.Indicators {
		p.Indicators = append(p.Indicators, newIndicatorRow(hit))
	}
	for _, s := range slices.Backward(inv.Sightings) {
		if len(p.Sightings) == sightingsShown {
			break
		}
		p.Sightings = append(p.Sightings, sightingRow{
			Seen: moment(s.Sighting.ObservedTime.Start.Time), Module: prose(s.Module.Name), What: prose(limit(sightingTitle(s.Sighting), reasonLimit)),
			Resolution: prose(s.Sighting.Resolution), Count: occurrences(s), About: shownAll(s.About),
		})
	}
	p.SightingsLeft = len(inv.Sightings) - len(p.Sightings)
	p.addRest(inv)
	return pages().ExecuteTemplate(w, "investigation", p)
}

// addRest adds the documents without a form of their own, the modules, and what was not asked about.
func (p *investigationPage) addRest(inv *ctr.Investigation) {
	for _, o := range inv.Others {
		p.Others = append(p.Others, otherRow{prose(o.Kind), prose(cmp.Or(o.Title, o.ShortDescription, o.ID)), prose(o.Module.Name)})
	}
	for _, m := range inv.Modules {
		row := moduleRow{
			Name: prose(m.Module.Name), State: ModuleWords(m), Calls: fmt.Sprintf("%d of %d", m.Answered, m.Asked),
			Documents: m.Documents, Time: fmt.Sprintf("%.2f s", m.Elapsed.Seconds()),
		}
		for _, problem := range m.Problems {
			row.Problems = append(row.Problems, prose(limit(ProblemWords(problem), reasonLimit)))
		}
		p.Modules = append(p.Modules, row)
	}
	for _, s := range inv.Skipped {
		p.Skipped = append(p.Skipped, fact{Visible(string(s.Observable.Type)) + " " + Shown(s.Observable), prose(s.Reason)})
	}
}

func tiles(s Summary) []tile {
	list := []tile{{"", "asked about", s.Observables}}
	for _, d := range []ctim.Disposition{ctim.Malicious, ctim.Suspicious, ctim.Unknown, ctim.Common, ctim.Clean, 0} {
		key := dispositionKey(d)
		if n := s.Dispositions[key]; n > 0 || d == ctim.Malicious || d == ctim.Suspicious {
			class := key
			if n == 0 {
				class = "none"
			}
			list = append(list, tile{class, strings.ToLower(DispositionWord(d)), n})
		}
	}
	for _, standing := range []ctr.Standing{ctr.Failed, ctr.NotAsked, ctr.Waiting} {
		if n := s.Standings[standingKey(standing)]; n > 0 {
			list = append(list, tile{"none", standing.String(), n})
		}
	}
	return append(list, tile{"", "sightings", s.Sightings}, tile{"", "targets", s.Targets}, tile{"", "indicators", s.Indicators})
}

// dispositionClass is the style of a disposition; numbers that the model does not know have the plain one.
func dispositionClass(d ctim.Disposition) string {
	switch d {
	case ctim.Clean, ctim.Malicious, ctim.Suspicious, ctim.Common, ctim.Unknown:
		return dispositionKey(d)
	}
	return "none"
}

func newObservableRow(r Row, about About) observableRow {
	row := observableRow{
		Class: dispositionClass(r.Disposition), Word: r.Word(), Shortfall: prose(limit(r.Shortfall, reasonLimit)), Type: Visible(string(r.Observable.Type)), Value: Shown(r.Observable),
		Disagree: r.Disagree, Sightings: r.Sightings,
	}
	row.First, row.Last = ends(moment(r.First), moment(r.Last))
	switch only := about.Finders.Only(r.Observable); {
	case !r.Asked:
		row.Note = "mentioned in answers"
	case only == "ctrace":
		row.Note = "not found by Threat Response"
	case only != "":
		row.Note = "found only by Threat Response"
	}
	for _, o := range r.Opinions {
		row.Opinions = append(row.Opinions, opinionRow{prose(o.Module.Name), DispositionWord(o.Disposition), prose(limit(strings.Join(o.Reasons, "; "), reasonLimit))})
	}
	for _, i := range r.Indicators {
		row.Indicators = append(row.Indicators, prose(i))
	}
	return row
}

func newIndicatorRow(hit *ctr.IndicatorHit) indicatorRow {
	i := hit.Indicator
	var related []string
	for _, r := range hit.Related {
		related = append(related, r.Relationship+" "+cmp.Or(r.Document.Title, r.Document.ShortDescription, r.Document.ID))
	}
	return indicatorRow{
		Title: prose(indicatorTitle(hit)), Type: prose(strings.Join(i.IndicatorType, ", ")), Severity: prose(i.Severity), Confidence: prose(i.Confidence),
		Module: prose(hit.Module.Name), Related: prose(strings.Join(related, "; ")), Values: shownAll(hit.Observables),
	}
}

// ends gives two lines for a span of time, the second one empty when it is a moment.
func ends(first, last string) (string, string) {
	if first == last || last == "" {
		return first, ""
	}
	return first, "to " + last
}

func shownAll(list []observable.Observable) []string {
	var texts []string
	for _, o := range list {
		texts = append(texts, Shown(o))
	}
	return texts
}

// verificationPage is what the template of a verification takes.
type verificationPage struct {
	Head           head
	Class          string
	Verdict, Words string
	Problems       []verify.Problem
	Found          []fact
	Observables    []fact
}

// verdictClass is the style of a verdict.
func verdictClass(v verify.Verdict) string {
	switch v {
	case verify.Verified:
		return "clean"
	case verify.Refused:
		return "malicious"
	}
	return "suspicious"
}

func writeVerificationHTML(w io.Writer, r verify.Result, about About) error {
	p := verificationPage{
		Head: newHead("Verification", "Verification "+r.Token, about), Class: verdictClass(r.Verdict), Verdict: strings.ToUpper(Visible(string(r.Verdict))),
		Words: r.Verdict.Sentence(), Found: facts(r),
	}
	for _, problem := range r.Problems {
		p.Problems = append(p.Problems, verify.Problem{
			Code: Visible(problem.Code), Cause: prose(problem.Cause), Detail: prose(problem.Detail), Advice: prose(problem.Advice),
		})
	}
	for _, o := range r.Observables {
		p.Observables = append(p.Observables, fact{Visible(string(o.Type)), Shown(o)})
	}
	return pages().ExecuteTemplate(w, "verification", p)
}
