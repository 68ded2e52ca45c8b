package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// investigationPrinter prints an investigation for people: each observable with its evidence, the
// worst first, within 80 columns. Values are defanged.
type investigationPrinter struct {
	w       io.Writer
	paint   paint
	verbose bool
	err     error // the first failure to write
}

func (p *investigationPrinter) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(text, " "))
	}
}

// field prints a label, which is safe to print, and foreign text behind it, at most a few lines of it.
func (p *investigationPrinter) field(label, text string, lines int) {
	parts := safetext.Line(text).Wrap(66)
	for i, part := range parts {
		if i == lines {
			return
		}
		if i == lines-1 && len(parts) > lines {
			part = safetext.Concat(part.Truncate(64), safetext.Known(" …"))
		}
		p.line(fmt.Sprintf("  %-12s%s", label, part))
		label = ""
	}
}

// openShown is the number of observables up to which each one without an answer has its line.
const openShown = 50

func (p *investigationPrinter) print(inv *ctr.Investigation, about reports.About, budget ctr.Budget) {
	rows := reports.Rows(inv)
	p.head(inv, budget)
	mentioned, quiet := false, false
	open := make(map[string]int) // observables without an answer by the reason, when there are many
	for i, r := range rows {
		if r.Asked && !r.Answered() && len(rows) > openShown {
			open[r.Word()+": "+r.Shortfall]++
			continue
		}
		if !r.Asked && !mentioned {
			mentioned = true
			p.line("")
			p.line(p.paint.bold("MENTIONED IN ANSWERS"))
		}
		plain := r.Disposition == 0 && r.Documents == 0
		if i == 0 || !plain && r.Asked || plain != quiet {
			p.line("")
		}
		quiet = plain || !r.Asked
		p.row(r, about, plain || !r.Asked)
	}
	if len(open) > 0 {
		p.line("")
		p.line(p.paint.bold("WITHOUT AN ANSWER"))
	}
	for _, reason := range slices.Sorted(maps.Keys(open)) {
		p.field(fmt.Sprint(open[reason]), observable.DefangText(reason), 3)
	}
	p.others(inv)
	p.modules(inv)
	for i, s := range inv.Skipped {
		if i == 0 {
			p.line("")
			p.line(p.paint.bold("NOT ASKED ABOUT"))
		}
		p.field(clean(string(s.Observable.Type)), reports.Shown(s.Observable)+": "+s.Reason, 2)
	}
}

func (p *investigationPrinter) head(inv *ctr.Investigation, budget ctr.Budget) {
	s := reports.Summarize(inv)
	p.line(fmt.Sprintf("%s, %s, %s in %s", plural(s.Observables, "observable"), plural(s.Modules, "module"), plural(inv.Progress.CallsDone, "call"),
		inv.Progress.Elapsed.Round(time.Millisecond)))
	if p.verbose || budget.Remaining < budget.Limit/10 {
		p.line(fmt.Sprintf("%d of the hour's %d calls are left", budget.Remaining, budget.Limit))
	}
	if open := s.Open(); open != "" {
		p.line("Not all is answered: " + open)
	}
	if inv.AllInOne {
		p.line("All modules were asked in one call each time, as slow as the slowest: the API client may not list them")
		p.line("(tick integration when it is created), or few calls of the hour are left.")
	}
}

// word is a disposition, or why there is none, in the width of its column.
func (p *investigationPrinter) word(r reports.Row) string {
	text := fmt.Sprintf("%-10s", strings.ToUpper(r.Word()))
	switch r.Disposition {
	case ctim.Malicious:
		return p.paint.bold(p.paint.red(text))
	case ctim.Suspicious:
		return p.paint.bold(p.paint.yellow(text))
	case ctim.Clean:
		return p.paint.green(text)
	}
	return text
}

// row prints one observable: a line, and the evidence below it unless brief is set.
func (p *investigationPrinter) row(r reports.Row, about reports.About, brief bool) {
	remark := ""
	switch {
	case r.Standing == ctr.Partly:
		remark = "  (partly answered)"
	case about.Finders.Only(r.Observable) == "ctrace":
		remark = "  (not found by Threat Response)"
	case about.Finders.Only(r.Observable) != "":
		remark = "  (found only by Threat Response)"
	}
	kind := safetext.Line(string(r.Observable.Type)).Truncate(30)
	head := fmt.Sprintf("%s  %s ", p.word(r), kind)
	room := 80 - 12 - kind.Width() - 1 - len(remark)
	value := safetext.Line(reports.Shown(r.Observable))
	if value.Width() > room {
		p.line(head + remark)
		for _, part := range value.Wrap(76) {
			p.line("    " + part.String())
		}
	} else {
		p.line(head + p.paint.bold(value.String()) + remark)
	}
	if r.Shortfall != "" && (!brief || !r.Answered()) {
		p.field("Incomplete", observable.DefangText(r.Shortfall), 3)
	}
	if brief {
		return
	}
	p.opinions(r)
	if r.Documents > 0 {
		text := fmt.Sprint(r.Sightings)
		if r.Documents != r.Sightings {
			text += fmt.Sprintf(" in %s", plural(r.Documents, "document"))
		}
		if !r.First.IsZero() {
			text += ", " + span(r.First, r.Last)
		}
		p.field("Sightings", text, 2)
		p.field("Newest", newestWords(r.Newest), 2)
	}
	if len(r.Targets) > 0 {
		p.field("Targets", someValues(r.Targets, 5), 3)
	}
	if len(r.Indicators) > 0 {
		p.field("Indicators", observable.DefangText(strings.Join(r.Indicators, "; ")), 3)
	}
	if r.Links > 0 && p.verbose {
		p.field("Links", fmt.Sprintf("%d: see -o json", r.Links), 1)
	}
}

// opinions prints what each module thinks, and why.
func (p *investigationPrinter) opinions(r reports.Row) {
	label := "Says"
	for _, o := range r.Opinions {
		text := o.Module.Name
		if len(r.Opinions) > 1 || r.Disagree {
			text += ": " + reports.DispositionWord(o.Disposition)
		}
		if len(o.Reasons) > 0 {
			text += ": " + strings.Join(o.Reasons, "; ")
		}
		p.field(label, observable.DefangText(text), 3)
		label = ""
	}
	if r.Disagree {
		p.field("", "The modules disagree.", 1)
	}
}

func newestWords(s *ctr.Seen) string {
	text := s.Module.Name
	for _, part := range []string{s.Sighting.Resolution, firstOf(s.Sighting.Title, s.Sighting.ShortDescription, s.Sighting.Sensor)} {
		if part != "" {
			text += ", " + part
		}
	}
	return observable.DefangText(text)
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// someValues lists the first few of many values.
func someValues(list []observable.Observable, n int) string {
	var parts []string
	for _, o := range list[:min(n, len(list))] {
		parts = append(parts, reports.Shown(o))
	}
	text := strings.Join(parts, ", ")
	if left := len(list) - n; left > 0 {
		text += fmt.Sprintf(" and %d more", left)
	}
	return text
}

// plural counts things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// span is the time from first to last, in the local zone as everywhere in text.
func span(first, last time.Time) string {
	const layout = "2006-01-02 15:04"
	text := first.Local().Format(layout)
	if end := last.Local().Format(layout); end != text {
		text += " to " + end
	}
	return text
}

// othersShown is how many titles of a kind are printed.
const othersShown = 5

// others prints the documents of kinds that have no place elsewhere, kinds that nobody has heard of
// among them.
func (p *investigationPrinter) others(inv *ctr.Investigation) {
	titles := make(map[string][]string)
	for _, o := range inv.Others {
		titles[o.Kind] = append(titles[o.Kind], firstOf(o.Title, o.ShortDescription, o.ID, "(no title)"))
	}
	for i, kind := range slices.Sorted(maps.Keys(titles)) {
		if i == 0 {
			p.line("")
			p.line(p.paint.bold("OTHER DOCUMENTS"))
		}
		list := titles[kind]
		text := fmt.Sprintf("%s (%d): %s", kind, len(list), strings.Join(list[:min(len(list), othersShown)], "; "))
		if left := len(list) - othersShown; left > 0 {
			text += fmt.Sprintf("; and %d more", left)
		}
		p.field("", observable.DefangText(text), 3)
	}
}

func (p *investigationPrinter) modules(inv *ctr.Investigation) {
	if len(inv.Modules) == 0 {
		return
	}
	p.line("")
	p.line(p.paint.bold("MODULES"))
	for _, m := range inv.Modules {
		name := m.Module.Name
		if name == "" {
			name = "(no name)"
		}
		state := fmt.Sprintf("%-13s", reports.ModuleWords(m))
		if len(m.Problems) > 0 || m.RateLimited {
			state = p.paint.yellow(state)
		}
		p.line(fmt.Sprintf("  %s %s %6s %14s %7.2fs", safetext.Line(name).Pad(30), state, plural(m.Answered, "call"), plural(m.Documents, "document"), m.Elapsed.Seconds()))
		if m.FromCache > 0 {
			p.field("", fmt.Sprintf("%s of %s ago; --refresh asks anew", plural(m.FromCache, "answer"), m.Age.Round(time.Second)), 1)
		}
		if len(m.Truncated) > 0 {
			p.field("", "there may be more "+strings.Join(m.Truncated, ", ")+" than it sent", 1)
		}
		if p.verbose && m.NotAskable > 0 {
			p.field("", fmt.Sprintf("cannot be asked about %d of the observables", m.NotAskable), 1)
		}
		for _, problem := range m.Problems {
			p.field("", observable.DefangText(reports.ProblemWords(problem)), 3)
		}
	}
}
