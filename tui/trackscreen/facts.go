package trackscreen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/tui/draw"
)

// facts are what the events tell: authentication, encryption, verdicts, files, links, quarantines, delivery.
func (p *page) facts(o *pageWriter) {
	o.gap()
	l, t := p.life, o.t
	p.authentication(o)
	for _, x := range l.TLS {
		way := "TLS in"
		if x.Delivery {
			way = "TLS out"
		}
		o.field(way, join(x.Protocol, x.Cipher))
	}
	for i, v := range lastVerdicts(l.Verdicts) {
		name, mark := "", t.Mark(t.Good, t.Marks.Done)
		if i == 0 {
			name = "verdicts"
		}
		if v.Bad() {
			mark = t.Mark(t.Bad, t.Marks.Failed)
		}
		o.marked(name, mark, join(v.Engine, v.Product, v.Text))
	}
	for _, a := range l.Attachments {
		size := ""
		if a.Size > 0 {
			size = strconv.FormatInt(a.Size, 10) + " bytes"
		}
		o.field("file", join(a.Name, a.MIME, size, a.Disposition, none(a.Malware), a.SHA256))
	}
	for _, u := range l.URLs {
		rewritten := ""
		if u.Rewritten {
			rewritten = "rewritten"
		}
		o.field("link", join(observable.Defang(observable.Observable{Type: observable.URL, Value: u.URL}), prefixed("reputation ", u.Reputation), u.Condition, rewritten))
	}
	for _, q := range l.Quarantines {
		what := "into "
		if q.Released {
			what = "out of "
		}
		o.field("quarantine", join(what+q.Quarantine, p.s.clock(q.Time, "")))
	}
	for _, x := range l.Deliveries {
		mark := t.Mark(t.Good, t.Marks.Done)
		if x.Bounced {
			mark = t.Mark(t.Bad, t.Marks.Failed)
		}
		o.marked("delivery", mark, join(x.Recipient, x.IP, took(x), x.Response))
	}
}

func took(x esa.Delivery) string {
	if x.Started.IsZero() || x.Ended.IsZero() || x.Ended.Before(x.Started) {
		return ""
	}
	return "in " + x.Ended.Sub(x.Started).Truncate(time.Second).String()
}

func none(s string) string {
	if s == "None" {
		return ""
	}
	return s
}

// authentication is SPF, DKIM and DMARC in one line, each with its outcome.
func (p *page) authentication(o *pageWriter) {
	t := o.t
	var parts []draw.Line
	add := func(name, result string) {
		mark := t.Mark(t.Warn, t.Marks.Waiting)
		switch result {
		case "pass":
			mark = t.Mark(t.Good, t.Marks.Done)
		case "fail", "softfail", "permerror":
			mark = t.Mark(t.Bad, t.Marks.Failed)
		}
		parts = append(parts, draw.Join(mark, draw.Blank(1), foreign(o, name+" "+result), draw.Blank(3)))
	}
	for _, x := range p.life.SPF {
		add(strings.TrimSpace("SPF "+x.Identity), x.Result)
	}
	for _, x := range p.life.DKIM {
		add(strings.TrimSpace("DKIM "+x.Domain), x.Result)
	}
	for _, x := range p.life.DMARC {
		add(strings.TrimSpace("DMARC "+x.Domain), x.Result)
	}
	label := t.Dim.Lit("checks")
	line := draw.Line{}
	for _, x := range parts {
		if line.Width()+x.Width() > o.w-labelWidth-3 && line.Width() > 0 {
			o.line(draw.Join(label.Fit(labelWidth), line))
			label, line = draw.Line{}, draw.Line{}
		}
		line = draw.Join(line, x)
	}
	if line.Width() > 0 {
		o.line(draw.Join(label.Fit(labelWidth), line))
	}
}

// found is what data-loss prevention matched and what a mailbox remediation did.
func (p *page) found(o *pageWriter) {
	t := o.t
	if d := p.story.DLP; d != nil {
		o.heading("Data-loss prevention")
		o.marked("policy", t.Mark(t.Bad, t.Marks.Failed), join(d.Policy, prefixed("severity ", d.Severity), "risk factor "+strconv.FormatInt(d.RiskFactor, 10)))
		for _, m := range d.Matches {
			o.field("matched", join(m.Classifier, "in "+m.Part, strconv.Itoa(len(m.Texts))+" times"))
			for _, x := range m.Texts {
				if p.reveal {
					o.field("", x.Reveal())
				}
			}
		}
		if !p.reveal {
			o.line(draw.Join(draw.Blank(labelWidth), t.Dim.Lit("The texts are hidden; D shows them.")))
		}
	}
	if r := p.story.Remediation; r != nil && (r.Batch != "" || len(r.Mailboxes) > 0) {
		o.heading("Mailbox remediation")
		o.field("batch", join(r.Batch, r.Description, r.Action, prefixed("by ", r.User), p.s.clock(r.Started, "")))
		for _, m := range r.Mailboxes {
			read := ""
			if m.Read != nil && *m.Read {
				read = "had been read"
			}
			mark := t.Mark(t.Warn, t.Marks.Waiting)
			switch strings.ToLower(m.Status) {
			case "success":
				mark = t.Mark(t.Good, t.Marks.Done)
			case "failed":
				mark = t.Mark(t.Bad, t.Marks.Failed)
			}
			o.marked("mailbox", mark, join(m.Recipient, m.Status, read))
		}
	}
}

// lastVerdicts keeps of each engine's verdicts on a message the last one, or the last bad one. All of
// them stand among the steps.
func lastVerdicts(all []esa.Verdict) []esa.Verdict {
	var out []esa.Verdict
	for _, v := range all {
		i := slices.IndexFunc(out, func(o esa.Verdict) bool { return o.Engine == v.Engine && o.MID == v.MID })
		switch {
		case i < 0:
			out = append(out, v)
		case v.Bad() || !out[i].Bad():
			out[i] = v
		}
	}
	return out
}
