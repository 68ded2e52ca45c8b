package main

import (
	"fmt"
	"strings"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
)

// textPrinter prints a run for people: one line a stage as it ends, then the verdict with its cause
// and what to do. Every line fits into 80 columns.
type textPrinter struct {
	app   *app
	lang  setup.Language // of what went wrong
	paint paint
	live  *live

	found string // what the present stage found
}

func (p *textPrinter) event(e verify.Event) {
	if p.app.verbose {
		p.tell(e)
	}
	switch e := e.(type) {
	case verify.Started:
		p.start(e)
	case verify.Sent:
		p.found = words(fmt.Sprint(e.Receipt.Code), e.Receipt.Text)
	case verify.Found:
		p.found = fmt.Sprintf("found by %s after %s", verify.KeyTitles(e.Keys), seconds(e.Seconds))
	case verify.DetailsRead:
		p.found = clean(e.Status)
	case verify.ModuleAnswered:
		if len(e.Sightings) > 0 && e.Email {
			p.found = fmt.Sprintf("%s: %s", clean(e.Module), plural(len(e.Sightings), "sighting"))
		}
	case verify.StageEnded:
		p.stage(e)
	}
	p.live.event(e)
}

func (p *textPrinter) start(e verify.Started) {
	p.live.erase()
	verb := "Verification"
	if e.Resumed {
		verb = "Resumed verification"
	}
	fmt.Fprintf(p.app.out, "%s %s, profile %s\n", verb, e.Token, clean(e.Profile))
	fmt.Fprintf(p.app.out, "%s\n\n", safetext.Line("from "+e.From+" to "+e.To).Truncate(80))
}

// stage prints the line of a stage: name, outcome, time, what was found.
func (p *textPrinter) stage(e verify.StageEnded) {
	p.live.erase()
	outcome, found := p.paint.green("ok     "), p.found
	switch {
	case e.Skipped:
		outcome, found = "skipped", "done by the earlier run"
	case e.OK:
	case e.Problem != nil && e.Problem.Code == verify.CodeSMTPUnknown:
		outcome, found = p.paint.yellow("unknown"), "looking into tracking before anything else"
	default:
		outcome = p.paint.red("failed ")
		if e.Problem != nil {
			found = clean(e.Problem.Code)
		}
	}
	line := fmt.Sprintf("%-12s %s %9s  ", e.Stage.Title(), outcome, seconds(e.Seconds))
	fmt.Fprintln(p.app.out, strings.TrimRight(line+safetext.Line(found).Truncate(47).String(), " "))
	p.found = ""
}

func (p *textPrinter) close() { p.live.close() }

func (p *textPrinter) result(r report) error {
	w := p.app.out
	fmt.Fprintln(w)
	problems := r.Problems
	if r.Verdict == verify.Verified {
		fmt.Fprintln(w, p.paint.bold(p.paint.green("VERIFIED"))+" - Threat Response sees mail of this appliance.")
	} else {
		fmt.Fprintln(w, p.paint.bold(p.paint.red("NOT VERIFIED"))+" - "+verdictWords(r.Verdict))
		if len(problems) > 0 {
			p.problem(p.words("Cause", "원인"), p.inWords(problems[0], len(r.Causes) > 0))
			problems = problems[1:]
		}
	}
	p.facts(r.Result)
	for _, note := range problems {
		p.problem(p.words("Note", "참고"), p.inWords(note, len(r.Causes) > 0))
	}
	p.causes(r.Causes)
	return nil
}

// inWords puts a problem into the printer's language. The advice that comes with it is English only: in
// Korean that of the causes below it has to do, when there are any.
func (p *textPrinter) inWords(pr verify.Problem, causes bool) verify.Problem {
	pr.Cause = setup.InWords(pr.Code, pr.Cause).In(p.lang)
	if p.lang == setup.Korean && causes {
		pr.Advice = ""
	}
	return pr
}

func (p *textPrinter) words(en, ko string) string { return setup.Text{EN: en, KO: ko}.In(p.lang) }

// problem prints one problem as a paragraph.
func (p *textPrinter) problem(label string, pr verify.Problem) {
	w := p.app.out
	fmt.Fprintln(w)
	p.paragraph(label, pr.Cause)
	if pr.Detail != "" {
		p.paragraph(p.words("Said", "응답"), pr.Detail)
	}
	if pr.Advice != "" {
		p.paragraph(p.words("Do", "조치"), pr.Advice)
	}
}

// paragraph prints a label and text behind it, wrapped.
func (p *textPrinter) paragraph(label, text string) {
	for i, line := range safetext.Line(text).Wrap(67) {
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(p.app.out, "  %s%s\n", safetext.Line(label).Pad(11), line)
	}
}

// facts prints what was found about the message.
func (p *textPrinter) facts(r verify.Result) {
	w := p.app.out
	fmt.Fprintln(w)
	p.paragraph("Message-ID", r.MessageID)
	switch {
	case r.ICID != 0:
		p.paragraph("MID", fmt.Sprintf("%d  ICID %d  serial %s", r.MID, r.ICID, r.Serial))
	case r.MID != 0:
		p.paragraph("MID", fmt.Sprint(r.MID))
	}
	if r.Status != "" {
		p.paragraph("Status", r.Status)
	}
	if len(r.Keys) > 0 {
		text := "tracking knows it by " + verify.KeyTitles(r.Keys)
		if len(r.MissedKeys) > 0 {
			text += ", not by " + verify.KeyTitles(r.MissedKeys)
		}
		p.paragraph("Keys", text)
	}
	if e := r.Evidence; e != nil {
		p.paragraph("Evidence", fmt.Sprintf("a sighting of module %s (%s) holds %s %s", e.Module, e.ModuleType, e.Matched.Type, e.Matched.Value))
		if !e.Sighting.ObservedTime.Start.IsZero() {
			p.paragraph("", "observed "+e.Sighting.ObservedTime.Start.String())
		}
	}
}

func (p *textPrinter) causes(list []cause) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(p.app.out, "\n"+p.words("Likely causes:", "예상 원인:"))
	for i, c := range list {
		step := ""
		if c.Step > 0 {
			step = fmt.Sprintf(p.words(" (step %d)", " (단계 %d)"), c.Step)
		}
		p.paragraph(fmt.Sprintf("%d.", i+1), c.Title+step)
		p.paragraph("", c.Fix)
	}
}

// tell prints an event on standard error, for -v.
func (p *textPrinter) tell(e verify.Event) {
	switch e := e.(type) {
	case verify.SMTPLine:
		mark := map[string]string{"sent": ">", "received": "<"}[string(e.Line.Direction)]
		fmt.Fprintf(p.app.err, "%8.3f %1s %s\n", e.Line.At.Seconds(), mark, clean(e.Line.Text))
	case verify.Polled:
		fmt.Fprintf(p.app.err, "look %d by %s: %d row(s), found %t %s\n", e.Try, verify.KeyTitles(e.Keys), e.Rows, e.Found, clean(e.Note))
	case verify.ModuleAnswered:
		fmt.Fprintf(p.app.err, "round %d, %s: %s, %s %s\n", e.Round, clean(e.Module), plural(len(e.Sightings), "sighting"), plural(len(e.Errors), "error"), clean(e.Failure))
	case verify.Waiting:
		fmt.Fprintf(p.app.err, "waiting until %s: %s\n", e.Until.Format("15:04:05"), clean(e.Reason))
	}
}

// verdictWords says what a verdict means.
func verdictWords(v verify.Verdict) string {
	switch v {
	case verify.Tracked:
		return "tracked: the appliance has the message, Threat Response has not."
	case verify.Accepted:
		return "accepted: SMTP took the message, message tracking does not show it."
	case verify.Refused:
		return "refused: the message was not sent."
	case verify.Unknown:
		return "unknown: the line was lost while the message was handed over."
	case verify.Pending:
		return "pending: the deadline came first; it may still arrive."
	}
	return string(v)
}

func seconds(s float64) string { return fmt.Sprintf("%.2f s", s) }
