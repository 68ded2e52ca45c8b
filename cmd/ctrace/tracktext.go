package main

import (
	"fmt"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
)

// printMessage prints one message with its history. Texts that data-loss prevention matched are never
// printed.
func printMessage(a *app, where *time.Location, story tracking.Story) {
	p := &textPrinter{app: a, paint: a.paint()}
	m := &story.Row
	d := esa.Details{}
	if story.Details != nil {
		d = *story.Details
	}
	fmt.Fprintf(a.out, "%s\n\n", p.paint.bold(safetext.Line(observable.DefangLinks(m.FinalSubject())).String()))
	for _, f := range []struct{ label, value string }{
		{"MID", tracking.Numbers(m.MIDs) + fmt.Sprintf("  ICID %d", m.ICID)},
		{"Serial", m.Serial},
		{"Time", longTime(m.Time, m.TimeText, where)},
		{"Status", story.Status()},
		{"From", m.Sender},
		{"Header", strings.Join(m.FriendlyFrom, ", ")},
		{"To", strings.Join(m.Recipients, ", ")},
		{"Message-ID", d.MessageIDHeader},
		{"Host", strings.TrimSpace(m.SenderIP + " " + d.ReverseDNS)},
		{"Group", strings.TrimSpace(m.SenderGroup + "  SBRS " + m.SBRS)},
		{"Direction", m.Direction},
		{"Policies", strings.Join(m.MailPolicies, ", ")},
		{"Files", strings.Join(d.Attachments, ", ")},
		{"Size", d.Size},
	} {
		if f.value != "" {
			p.paragraph(f.label, f.value)
		}
	}
	midOutcomes(p, m)
	storyFacts(p, story, where)
	fmt.Fprintln(a.out)
	for _, st := range story.Timeline().Steps {
		fmt.Fprintf(a.out, "%s ", safetext.Line(shortTime(st.Time, st.TimeText, where)).Pad(14))
		for i, line := range safetext.Line(observable.DefangLinks(st.Description)).Wrap(65) {
			if i > 0 {
				fmt.Fprint(a.out, strings.Repeat(" ", 15))
			}
			fmt.Fprintln(a.out, line.String())
		}
	}
	fmt.Fprintln(a.out)
}

// midOutcomes prints what became of each MID when there are several.
func midOutcomes(p *textPrinter, m *esa.Message) {
	if len(m.MIDs) < 2 {
		return
	}
	for _, mid := range m.MIDs {
		words, _ := tracking.StatusOfMID(m, mid)
		to, _ := m.RecipientsByMID.Get(mid)
		p.paragraph(fmt.Sprint(mid), strings.TrimSpace(words+"  "+strings.Join(to, ", ")))
	}
}

// storyFacts prints what the events tell of authentication, files, links and findings.
func storyFacts(p *textPrinter, story tracking.Story, where *time.Location) {
	life := story.Timeline()
	var checks []string
	for _, x := range life.SPF {
		checks = append(checks, "SPF "+x.Result)
	}
	for _, x := range life.DKIM {
		checks = append(checks, "DKIM "+x.Result)
	}
	for _, x := range life.DMARC {
		checks = append(checks, "DMARC "+x.Result)
	}
	optional := func(label, value string) {
		if strings.TrimSpace(value) != "" {
			p.paragraph(label, value)
		}
	}
	optional("Checks", strings.Join(checks, ", "))
	for _, v := range life.Verdicts {
		if v.Final || v.Bad() {
			optional("Verdict", strings.Join(strings.Fields(v.Engine+" "+v.Product+" "+v.Text), " "))
		}
	}
	for _, f := range life.Attachments {
		optional("File", strings.Join([]string{f.Name, f.Disposition, f.Malware, f.SHA256}, "  "))
	}
	for _, u := range life.URLs {
		optional("Link", observable.Defang(observable.Observable{Type: observable.URL, Value: u.URL})+"  "+u.Reputation)
	}
	if d := story.DLP; d != nil {
		found := fmt.Sprintf("%s  %s  risk factor %d", d.Policy, d.Severity, d.RiskFactor)
		if d.Policy == "" && len(d.Matches) == 0 {
			found = "the appliance does not tell what it found"
		}
		optional("DLP", found)
		for _, m := range d.Matches {
			optional("", fmt.Sprintf("%s in %s: %s, not shown", m.Classifier, m.Part, plural(len(m.Texts), "matched text")))
		}
	}
	if r := story.Remediation; r != nil && len(r.Mailboxes) > 0 {
		optional("Mailboxes", strings.Join([]string{r.Batch, r.Action, "by " + r.User, longTime(r.Started, "", where)}, "  "))
		for _, x := range r.Mailboxes {
			optional("", x.Recipient+"  "+x.Status)
		}
	}
	for _, g := range story.Missing {
		optional("Not read", g.Part+": "+g.Err.Error())
	}
}
