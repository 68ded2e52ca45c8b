package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/verify"
)

// The bounds of the lists in Markdown; JSON has everything.
const (
	sightingsShown = 100
	targetsShown   = 100
	edgesShown     = 200
)

// document writes Markdown and keeps the first failure.
type document struct {
	w   io.Writer
	err error
}

func (d *document) printf(format string, args ...any) {
	if d.err == nil {
		_, d.err = fmt.Fprintf(d.w, format, args...)
	}
}

// table writes a table; its cells are Markdown already.
func (d *document) table(header []string, rows [][]string) {
	d.printf("| %s |\n|%s\n", strings.Join(header, " | "), strings.Repeat(" --- |", len(header)))
	for _, row := range rows {
		d.printf("| %s |\n", strings.Join(row, " | "))
	}
	d.printf("\n")
}

// md makes foreign text harmless in Markdown: defanged, on one line, and every character that means
// something there escaped.
func md(s string) string {
	return escapeMarkdown(prose(s))
}

// escapeMarkdown escapes what begins markup, and what some programs make links of although it is none:
// "x://" and "www.".
func escapeMarkdown(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
			continue
		case r == '>':
			b.WriteString("&gt;")
			continue
		case r == '&':
			b.WriteString("&amp;")
			continue
		case strings.ContainsRune("\\`*_[]#|~!$@", r),
			r == ':' && strings.HasPrefix(s[i:], "://"),
			r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code writes a value as a code span of a table, which shows it character by character.
func code(o observable.Observable) string { return codeSpan(Shown(o)) }

func codeSpan(s string) string {
	s = strings.ReplaceAll(s, "|", `\|`) // a table cell would end, also within a code span
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.TrimSpace(s) == "" {
		s = " " + s + " "
	}
	return fence + s + fence
}

func codes(list []observable.Observable) string {
	var parts []string
	for _, o := range list {
		parts = append(parts, code(o))
	}
	return strings.Join(parts, ", ")
}

func writeMarkdown(w io.Writer, inv *ctr.Investigation, about About) error {
	d := &document{w: w}
	d.head(cmp.Or(about.Title, "Investigation"), about)
	rows := Rows(inv)
	s := summarize(inv, rows)
	d.printf("%s asked about, %s, %s, %s, %s.\n\n", plural(s.Observables, "observable"), plural(s.Sightings, "sighting"),
		plural(s.Targets, "target"), plural(s.Indicators, "indicator"), plural(s.Modules, "module"))
	if words := s.Open(); words != "" {
		d.printf("Not all is answered: %s. What is not answered has no verdict, not even “unknown”.\n\n", words)
	}
	d.observables(rows, about)
	d.opinions(rows)
	d.sightings(inv)
	d.targets(inv)
	d.relations(inv)
	d.indicators(inv)
	d.others(inv)
	d.modules(inv)
	return d.err
}

func (d *document) head(title string, about About) {
	d.printf("# %s\n\n", md(title))
	for _, line := range []struct{ label, text string }{
		{"Profile", about.Profile}, {"Asked", about.Service}, {"Query", about.Query}, {"Written by", about.Program},
	} {
		if line.text != "" {
			d.printf("- %s: %s\n", line.label, md(line.text))
		}
	}
	if !about.Written.IsZero() {
		d.printf("- Written: %s UTC\n", moment(about.Written))
	}
	if about.Failure != nil {
		d.printf("- **Not complete**: %s\n", md(about.Failure.Error()))
	}
	d.printf("\n")
}

func (d *document) observables(list []Row, about About) {
	var rows [][]string
	for _, r := range list {
		word := r.Word()
		if r.Disagree {
			word += " (modules disagree)"
		}
		if r.Shortfall != "" {
			word += " (" + md(r.Shortfall) + ")"
		}
		value := code(r.Observable)
		if !r.Asked {
			value += " (mentioned)"
		}
		if only := about.Finders.Only(r.Observable); only != "" {
			value += " (found only by " + md(only) + ")"
		}
		rows = append(rows, []string{
			word, md(string(r.Observable.Type)), value, fmt.Sprint(r.Sightings), moment(r.Last), md(strings.Join(r.Indicators, "; ")),
		})
	}
	d.printf("## Observables\n\n")
	d.table([]string{"Disposition", "Type", "Value", "Sightings", "Last seen (UTC)", "Indicators"}, rows)
}

func (d *document) opinions(list []Row) {
	var rows [][]string
	for _, r := range list {
		for _, o := range r.Opinions {
			rows = append(rows, []string{
				code(r.Observable), md(o.Module.Name), DispositionWord(o.Disposition), md(strings.Join(o.Reasons, "; ")), validWords(o.ValidTime),
			})
		}
	}
	if len(rows) > 0 {
		d.printf("## Opinions\n\n")
		d.table([]string{"Observable", "Module", "Disposition", "Reasons", "Valid (UTC)"}, rows)
	}
}

func (d *document) sightings(inv *ctr.Investigation) {
	if len(inv.Sightings) == 0 {
		return
	}
	d.printf("## Sightings\n\n")
	var rows [][]string
	for i := len(inv.Sightings) - 1; i >= 0 && len(rows) < sightingsShown; i-- { // newest first
		s := inv.Sightings[i]
		rows = append(rows, []string{
			moment(s.Sighting.ObservedTime.Start.Time), md(s.Module.Name), md(sightingTitle(s.Sighting)), fmt.Sprint(occurrences(s)),
			md(s.Sighting.Resolution), codes(s.About),
		})
	}
	d.table([]string{"Seen (UTC)", "Module", "What", "Count", "Resolution", "About"}, rows)
	d.more(len(inv.Sightings) - len(rows))
}

func (d *document) more(left int) {
	if left > 0 {
		d.printf("And %d more.\n\n", left)
	}
}

func (d *document) targets(inv *ctr.Investigation) {
	if len(inv.Targets) == 0 {
		return
	}
	d.printf("## Targets\n\n")
	var rows [][]string
	for _, t := range inv.Targets[:min(len(inv.Targets), targetsShown)] {
		rows = append(rows, []string{codes(t.Observables), md(t.Type), fmt.Sprint(t.Sightings), period(t.First, t.Last), md(moduleNames(t.Modules))})
	}
	d.table([]string{"Target", "Type", "Sightings", "Seen (UTC)", "Modules"}, rows)
	d.more(len(inv.Targets) - len(rows))
}

func (d *document) relations(inv *ctr.Investigation) {
	edges := inv.Graph().Edges
	if len(edges) == 0 {
		return
	}
	d.printf("## Relations\n\n")
	var rows [][]string
	for _, e := range edges[:min(len(edges), edgesShown)] {
		rows = append(rows, []string{code(e.Source), md(ctim.RelationLabel(e.Relation)), code(e.Related), fmt.Sprint(e.Count)})
	}
	d.table([]string{"Source", "Relation", "Related", "Sightings"}, rows)
	d.more(len(edges) - len(rows))
}

func (d *document) indicators(inv *ctr.Investigation) {
	if len(inv.Indicators) == 0 {
		return
	}
	d.printf("## Indicators\n\n")
	var rows [][]string
	for _, hit := range inv.Indicators {
		i := hit.Indicator
		rows = append(rows, []string{
			md(indicatorTitle(hit)), md(strings.Join(i.IndicatorType, ", ")), md(i.Severity), md(i.Confidence), md(hit.Module.Name), codes(hit.Observables),
		})
	}
	d.table([]string{"Indicator", "Type", "Severity", "Confidence", "Module", "Observables"}, rows)
}

func (d *document) others(inv *ctr.Investigation) {
	if len(inv.Others) == 0 {
		return
	}
	d.printf("## Other documents\n\n")
	var rows [][]string
	for _, o := range inv.Others {
		rows = append(rows, []string{md(o.Kind), md(cmp.Or(o.Title, o.ShortDescription, o.ID)), md(o.Module.Name)})
	}
	d.table([]string{"Kind", "Title", "Module"}, rows)
}

func (d *document) modules(inv *ctr.Investigation) {
	d.printf("## Modules\n\n")
	var rows [][]string
	for _, m := range inv.Modules {
		var problems []string
		for _, p := range m.Problems {
			problems = append(problems, md(ProblemWords(p)))
		}
		rows = append(rows, []string{
			md(m.Module.Name), ModuleWords(m), fmt.Sprintf("%d of %d", m.Answered, m.Asked), fmt.Sprint(m.Documents),
			fmt.Sprintf("%.2f s", m.Elapsed.Seconds()), strings.Join(problems, "; "),
		})
	}
	d.table([]string{"Module", "State", "Calls", "Documents", "Time", "Problems"}, rows)
	if len(inv.Skipped) == 0 {
		return
	}
	d.printf("## Not asked about\n\n")
	rows = nil
	for _, s := range inv.Skipped {
		rows = append(rows, []string{md(string(s.Observable.Type)), code(s.Observable), md(s.Reason)})
	}
	d.table([]string{"Type", "Value", "Reason"}, rows)
}

func writeVerificationMarkdown(w io.Writer, r verify.Result, about About) error {
	d := &document{w: w}
	d.head(cmp.Or(about.Title, "Verification "+r.Token), about)
	d.printf("**%s**: %s\n\n", md(string(r.Verdict)), r.Verdict.Sentence())
	d.table([]string{"Fact", "Value"}, factRows(r))
	for i, p := range r.Problems {
		if i == 0 {
			d.printf("## Problems\n\n")
		}
		d.printf("- %s (%s)", md(p.Cause), md(p.Code))
		if p.Detail != "" {
			d.printf(" It said: %s", md(p.Detail))
		}
		if p.Advice != "" {
			d.printf(" To do: %s", md(p.Advice))
		}
		d.printf("\n")
	}
	return d.err
}

func factRows(r verify.Result) [][]string {
	var rows [][]string
	for _, f := range facts(r) {
		rows = append(rows, []string{f.Label, codeSpan(f.Text)})
	}
	return rows
}
