package main

import (
	"fmt"
	"io"
	"strings"

	"ctrace/esa/testmail"
	"ctrace/internal/safetext"
)

// printSends prints what became of the messages: one in full, several as a table.
func printSends(a *app, o *sendOptions, reports []sendReport) {
	p := &textPrinter{app: a, paint: a.paint()}
	for i, r := range reports {
		if len(reports) == 1 {
			printSend(p, r)
			if o.stopAt == string(testmail.StageAuth) && r.Outcome == "stopped" && r.Receipt.Stage != testmail.StageAuth {
				p.paragraph("Note", "there was no authentication: the profile has no SMTP user, or the server offers none")
			}
		} else {
			printBatchRow(p, r, i == 0)
		}
	}
	for _, r := range reports {
		if len(reports) > 1 && r.Problem != nil {
			p.problem("Cause "+string(r.Kind), *r.Problem)
		}
		if o.transcript {
			fmt.Fprintf(a.out, "\nSMTP dialogue of %s, %s\n", r.Kind, r.Token)
			for _, l := range r.Receipt.Transcript {
				printLine(a.out, l.Line())
			}
		}
	}
}

func printSend(p *textPrinter, r sendReport) {
	w := p.app.out
	switch {
	case r.Sent:
		fmt.Fprintln(w, p.paint.green("SENT")+" - "+words(r.Receipt.Host, "answered", fmt.Sprint(r.Receipt.Code), r.Receipt.Text))
	case r.Outcome == "stopped":
		fmt.Fprintln(w, p.paint.green("STOPPED")+" - as asked for, after "+string(r.Receipt.Stage)+"; nothing was mailed.")
	case r.Outcome == "unknown":
		fmt.Fprintln(w, p.paint.yellow("UNKNOWN")+" - the message may have been taken; do not send it again before looking.")
	default:
		fmt.Fprintln(w, p.paint.red("NOT SENT"))
	}
	if r.Problem != nil {
		p.problem("Cause", *r.Problem)
	}
	fmt.Fprintln(w)
	if r.Kind != testmail.KindPlain {
		p.paragraph("Kind", string(r.Kind))
	}
	p.paragraph("Token", r.Token)
	p.paragraph("Message-ID", r.MessageID)
	p.paragraph("From, to", r.From+", "+r.To)
	if r.Receipt.MID != 0 {
		p.paragraph("MID", fmt.Sprint(r.Receipt.MID))
	}
	if r.Receipt.MessageSize > 0 {
		p.paragraph("Size", fmt.Sprintf("%d bytes", r.Receipt.MessageSize))
	}
	if r.Outcome == "stopped" {
		first, _, _ := strings.Cut(r.Receipt.Text, "\n") // what EHLO lists comes below
		said := words(fmt.Sprint(r.Receipt.Code), first)
		if r.Receipt.Code == 0 {
			said = r.Receipt.Banner
		}
		p.paragraph("Said", said)
		if offers := strings.Join(r.Receipt.Features.Lines, ", "); offers != "" {
			p.paragraph("Offers", offers)
		}
	}
	if s := r.Receipt.Features.Size; s > 0 {
		p.paragraph("Takes", fmt.Sprintf("up to %d bytes", s))
	}
	if t := r.Receipt.TLS; t != nil {
		p.paragraph("TLS", t.Version+" "+t.Cipher)
	}
	var times []string
	for _, s := range r.Receipt.Timings {
		times = append(times, fmt.Sprintf("%s %s", s.Stage, rounded(s.Seconds)))
	}
	p.paragraph("Took", total(r.Receipt).String()+": "+strings.Join(times, ", "))
	if v := r.Verdict; v != nil {
		p.paragraph("Verdict", trackedWords(v))
		if v.Subject != "" {
			p.paragraph("Subject", v.Subject)
		}
	}
}

// printBatchRow is one message of several.
func printBatchRow(p *textPrinter, r sendReport, first bool) {
	w := p.app.out
	if first {
		fmt.Fprintf(w, "%-11s %-9s %-9s %s\n", "KIND", "OUTCOME", "MID", "ANSWER, VERDICT")
	}
	outcome := safetext.Known(strings.ReplaceAll(r.Outcome, "_", " ")).Pad(9).String()
	switch {
	case r.Sent:
		outcome = p.paint.green(outcome)
	case r.Outcome == "unknown":
		outcome = p.paint.yellow(outcome)
	default:
		outcome = p.paint.red(outcome)
	}
	mid, last := "", fmt.Sprintf("%d %s", r.Receipt.Code, r.Receipt.Text)
	if r.Receipt.MID != 0 {
		mid = fmt.Sprint(r.Receipt.MID)
	}
	if r.Verdict != nil {
		last = trackedWords(r.Verdict)
	}
	kind, number := string(r.Kind), mid
	lines := safetext.Line(last).Wrap(48)
	if r.Verdict != nil && r.Verdict.Subject != "" {
		lines = append(lines, safetext.Line("subject now: "+r.Verdict.Subject).Wrap(48)...)
	}
	for _, l := range lines {
		fmt.Fprintf(w, "%-11s %s %-9s %s\n", kind, outcome, number, l)
		kind, outcome, number = "", strings.Repeat(" ", 9), ""
	}
}

// trackedWords is what the appliance did, in its own words.
func trackedWords(v *sendVerdict) string {
	if v.Error != "" {
		return v.Error
	}
	parts := []string{v.Words}
	for _, f := range v.Findings {
		parts = append(parts, f.Engine+": "+f.Text)
	}
	return strings.Join(parts, "; ")
}

// printLine prints one line of the SMTP dialogue: its time in seconds, its direction (doubled under
// TLS), its text.
func printLine(w io.Writer, l testmail.Line) {
	mark := "  "
	switch l.Direction {
	case testmail.Sent:
		mark = "> "
		if l.TLS {
			mark = ">>"
		}
	case testmail.Received:
		mark = "< "
		if l.TLS {
			mark = "<<"
		}
	}
	fmt.Fprintf(w, "%8.3f %s %s\n", l.At.Seconds(), mark, clean(l.Text))
}
