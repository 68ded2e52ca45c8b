package trackscreen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/tui/draw"
	"ctrace/tui/say"
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
		name := ""
		if i == 0 {
			name = "verdicts"
		}
		o.marked(name, verdictMark(o, v.Text, v.Bad()), join(v.Engine, v.Product, v.Text))
	}
	for _, a := range l.Attachments {
		p.file(o, a)
	}
	for _, u := range l.URLs {
		rewritten := ""
		if u.Rewritten {
			rewritten = "rewritten"
		}
		o.marked("link", linkMark(o, u.Reputation), join(observable.Defang(observable.Observable{Type: observable.URL, Value: u.URL}), prefixed("reputation ", u.Reputation), u.Condition, rewritten))
	}
	for _, q := range l.Quarantines {
		what := "into "
		if q.Released {
			what = "out of "
		}
		o.field("quarantine", join(what+q.Quarantine, p.at(q.Time)))
	}
	for _, x := range l.Deliveries {
		mark := t.Mark(t.Good, t.Marks.Done)
		if x.Bounced {
			mark = t.Mark(t.Bad, t.Marks.Failed)
		}
		o.marked("delivery", mark, join(x.Recipient, x.IP, took(x), prefixed("answered ", x.Response)))
	}
}

// verdictMark tells what an engine found: something bad, nothing, or that it did not look or does not know.
func verdictMark(o *pageWriter, text string, bad bool) draw.Line {
	t := o.t
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "(")
	switch {
	case bad:
		return t.Mark(t.Bad, t.Marks.Failed)
	case strings.HasPrefix(word, "skipped"):
		return t.Mark(t.Dim, t.Marks.Skipped)
	case word == "", strings.Contains(word, "unknown"), strings.Contains(word, "unscannable"):
		return t.Mark(t.Warn, t.Marks.Waiting)
	}
	return t.Mark(t.Good, t.Marks.Done)
}

// linkMark marks a link of bad reputation: AsyncOS calls malicious by default what is -6.0 and below.
func linkMark(o *pageWriter, reputation string) draw.Line {
	if score, err := strconv.ParseFloat(reputation, 64); err == nil && score <= -6 {
		return o.t.Mark(o.t.Bad, o.t.Marks.Failed)
	}
	return o.t.Mark(o.t.Dim, o.t.Marks.Dot)
}

// file is an attachment: what file reputation says of it, and below what it is known by.
func (p *page) file(o *pageWriter, a esa.Attachment) {
	size := ""
	if a.Size > 0 {
		size = strconv.FormatInt(a.Size, 10) + " bytes"
	}
	bad := none(a.Malware) != "" || strings.Contains(strings.ToLower(a.Disposition), "malicious")
	o.marked("file", verdictMark(o, a.Disposition, bad), join(a.Name, size, a.Disposition, none(a.Malware)))
	o.field("", prefixed("  ", a.MIME))
	if a.SHA256 != "" {
		name := o.t.Dim.Lit("SHA256 ")
		// Under the file's name, or as far left as 80 columns need it to be in one piece.
		left := max(1, min(labelWidth+3, o.w-1-name.Width()-len(a.SHA256)))
		o.para(draw.Join(draw.Blank(left), name), o.t.Text, a.SHA256)
	}
}

func took(x esa.Delivery) string {
	d := x.Ended.Sub(x.Started).Truncate(time.Second)
	if x.Started.IsZero() || x.Ended.IsZero() || d <= 0 {
		return "" // times have whole seconds
	}
	return "in " + d.String()
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
		case "fail", "softfail", "permfail", "permerror", "reject", "quarantine":
			mark = t.Mark(t.Bad, t.Marks.Failed)
		case "none", "skipped":
			mark = t.Mark(t.Dim, t.Marks.Skipped)
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
		risk := ""
		if d.RiskFactor != 0 {
			risk = "risk factor " + strconv.FormatInt(d.RiskFactor, 10)
		}
		o.marked("policy", t.Mark(t.Bad, t.Marks.Failed), join(d.Policy, prefixed("severity ", d.Severity), risk))
		for _, m := range d.Matches {
			o.field("matched", join(m.Classifier, prefixed("in ", m.Part), say.Count(len(m.Texts), "place").String()))
			for _, x := range m.Texts {
				if p.reveal {
					o.field("", unfolded(x.Reveal()))
				}
			}
		}
		switch {
		case d.Policy == "" && d.Severity == "" && len(d.Matches) == 0:
			o.line(t.Dim.Lit("The appliance says that there is something, and does not tell what."))
		case len(d.Matches) > 0 && !p.reveal:
			o.line(draw.Join(draw.Blank(labelWidth), t.Dim.Lit("The texts are hidden; D shows them.")))
		}
	}
	if r := p.story.Remediation; r != nil && (r.Batch != "" || len(r.Mailboxes) > 0) {
		o.heading("Mailbox remediation")
		o.field("batch", join(r.Batch, r.Description, r.Action, prefixed("by ", r.User), prefixed("from ", r.Source), p.at(r.Started)))
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
