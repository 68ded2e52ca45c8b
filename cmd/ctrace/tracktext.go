package main

import (
	"fmt"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/safetext"
)

// rowPrinter prints rows of message tracking for people, 80 columns wide.
type rowPrinter struct {
	app   *app
	where *time.Location
	begun bool
}

func (p *rowPrinter) row(m esa.Message) {
	if !p.begun {
		p.begun = true
		fmt.Fprintf(p.app.out, "%-14s %-8s %-11s %-20s %s\n", "TIME", "MID", "STATUS", "SENDER", "SUBJECT")
	}
	fmt.Fprintln(p.app.out, strings.TrimRight(fmt.Sprintf("%s %s %s %s %s",
		safetext.Line(shortTime(m.Time, m.TimeText, p.where)).Pad(14), safetext.Line(midOf(m)).Pad(8),
		safetext.Line(string(m.Status())).Pad(11), safetext.Line(m.Sender).Pad(20), safetext.Line(m.FinalSubject()).Truncate(23)), " "))
}

func (p *rowPrinter) end(n int, more bool) {
	if n == 0 {
		fmt.Fprintln(p.app.out, "No message matches.")
		return
	}
	text := fmt.Sprintf("%d message(s)", n)
	if more {
		text += "; there are more: use a larger --limit"
	}
	fmt.Fprintln(p.app.out, "\n"+text)
}

// midOf is the newest MID of a row, or what a rejected connection has in its place.
func midOf(m esa.Message) string {
	if len(m.MIDs) == 0 {
		return fmt.Sprintf("I%d", m.ICID)
	}
	return fmt.Sprint(m.MIDs[len(m.MIDs)-1])
}

// shortTime writes a time without its year; a text that could not be read as it came.
func shortTime(t time.Time, text string, where *time.Location) string {
	if t.IsZero() {
		return text
	}
	return t.In(where).Format("01-02 15:04:05")
}

// printMessage prints one message with its history.
func printMessage(a *app, where *time.Location, m esa.Message, d esa.Details) {
	p := &textPrinter{app: a, paint: a.paint()}
	fmt.Fprintf(a.out, "%s\n\n", p.paint.bold(safetext.Line(m.FinalSubject()).Truncate(80).String()))
	mids := make([]string, 0, len(m.MIDs))
	for _, mid := range m.MIDs {
		mids = append(mids, fmt.Sprint(mid))
	}
	for _, f := range []struct{ label, value string }{
		{"MID", strings.Join(mids, ", ") + fmt.Sprintf("  ICID %d", m.ICID)},
		{"Serial", m.Serial},
		{"Status", m.StatusText},
		{"From", m.Sender},
		{"Header", strings.Join(m.FriendlyFrom, ", ")},
		{"To", strings.Join(m.Recipients, ", ")},
		{"Message-ID", d.MessageIDHeader},
		{"Host", strings.TrimSpace(m.SenderIP + " " + d.ReverseDNS)},
		{"Group", strings.TrimSpace(m.SenderGroup + "  SBRS " + m.SBRS)},
		{"Policies", strings.Join(m.MailPolicies, ", ")},
		{"Files", strings.Join(d.Attachments, ", ")},
		{"Size", d.Size},
	} {
		if f.value != "" {
			p.paragraph(f.label, f.value)
		}
	}
	fmt.Fprintln(a.out)
	for _, e := range d.Events {
		fmt.Fprintf(a.out, "%s ", safetext.Line(shortTime(e.Time, e.TimeText, where)).Pad(14))
		for i, line := range safetext.Line(e.Description).Wrap(65) {
			if i > 0 {
				fmt.Fprint(a.out, strings.Repeat(" ", 15))
			}
			fmt.Fprintln(a.out, line.String())
		}
	}
	fmt.Fprintln(a.out)
}
