package verifyscreen

import (
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/internal/verify"
	"ctrace/tui/intent"
)

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// title names a row for the inspector.
func (s *Screen) title(at row) string {
	if at == verdictRow {
		return "Verdict"
	}
	return verify.Stages()[at].Title()
}

// copies gives what can be copied from a row, raw, the most wanted first.
func (r *run) copies(at row) []intent.Field {
	var out []intent.Field
	add := func(name, value string) {
		if value != "" {
			out = append(out, intent.Field{Name: name, Value: value})
		}
	}
	if r.started != nil {
		switch at {
		case 0:
			add("Message-ID", r.started.MessageID)
			add("subject", r.started.Subject)
		case 1:
			add("subject", r.started.Subject)
			add("token", r.started.Token)
		case verdictRow:
			add("token", r.started.Token)
			add("Message-ID", r.started.MessageID)
		}
	}
	if r.found != nil && at >= 1 && at != 3 {
		add("MID", midList(r.found.Message.MIDs))
	}
	if r.details != nil && at >= 2 {
		add("observables", observable.Format(r.details.Observables))
	}
	return out
}

// fields gives everything that is known about a row, raw, for the inspector.
func (r *run) fields(at row, zone *time.Location) []intent.Field {
	var f fieldList
	switch at {
	case 0:
		f.send(r, zone)
	case 1:
		f.track(r)
	case 2:
		f.details(r)
	case 3:
		f.investigate(r)
	default:
		f.verdict(r)
	}
	return f
}

type fieldList []intent.Field

func (f *fieldList) add(name, value string) {
	if strings.TrimSpace(value) != "" {
		*f = append(*f, intent.Field{Name: name, Value: value})
	}
}

func (f *fieldList) number(name string, n int64) {
	if n != 0 {
		f.add(name, strconv.FormatInt(n, 10))
	}
}

func (f *fieldList) send(r *run, zone *time.Location) {
	if e := r.started; e != nil {
		f.add("Token", e.Token)
		f.add("From", e.From)
		f.add("To", e.To)
		f.add("Subject", e.Subject)
		f.add("Message-ID", e.MessageID)
		f.add("Deadline", e.Deadline.In(zone).Format(time.DateTime))
	}
	rec := r.receipt()
	if rec == nil {
		return
	}
	f.add("Answer", strings.Join(nonEmpty(codeText(rec.Code), rec.EnhancedCode, rec.Text), " "))
	f.number("MID", rec.MID)
	f.add("Host", rec.Host)
	f.add("Address", rec.RemoteAddr)
	f.add("From address", rec.LocalAddr)
	f.add("Banner", rec.Banner)
	f.add("Extensions", strings.Join(rec.Features.Lines, "; "))
	f.number("Bytes", rec.MessageSize)
	if t := rec.TLS; t != nil {
		f.add("TLS", strings.Join(nonEmpty(t.Version, t.Cipher), "  "))
		f.add("Certificate", t.Subject)
		f.add("Issuer", t.Issuer)
		f.add("Names", strings.Join(t.DNSNames, ", "))
		f.add("Valid until", t.NotAfter.Format(time.DateOnly))
		f.add("Fingerprint", t.Fingerprint)
	}
	f.add("Times", timings(rec.Timings))
}

func (f *fieldList) track(r *run) {
	if p := r.polled; p != nil {
		f.number("Looks", int64(p.Try))
		f.add("Asked by", verify.KeyTitles(p.Keys))
		f.add("Note", p.Note)
	}
	if r.found == nil {
		return
	}
	m := r.found.Message
	f.add("Matched by", verify.KeyTitles(r.found.Keys))
	f.add("Missed by", verify.KeyTitles(r.found.Missed))
	f.add("MID", midList(m.MIDs))
	f.number("ICID", m.ICID)
	f.add("DCID", midList(m.DCIDs))
	f.add("Status", m.StatusText)
	f.add("Time", m.TimeText)
	f.add("Direction", m.Direction)
	f.add("Sender", m.Sender)
	f.add("Header From", strings.Join(m.FriendlyFrom, ", "))
	f.add("Recipients", strings.Join(m.Recipients, ", "))
	f.add("Subject", m.Subject)
	f.add("Sender IP", m.SenderIP)
	f.add("Sender domain", m.SenderDomain)
	f.add("Sender group", m.SenderGroup)
	f.add("SBRS", m.SBRS)
	f.add("Mail policy", strings.Join(m.MailPolicies, ", "))
	f.add("Gateway", m.Host)
	f.add("Serial", m.Serial)
}

func (f *fieldList) details(r *run) {
	if r.details == nil {
		return
	}
	d := r.details.Details
	f.add("Status", r.details.Status)
	f.add("MID", midList(d.MIDs))
	f.add("ICID", midList(d.ICIDs))
	f.add("Message-ID", d.MessageIDHeader)
	f.add("Size", d.Size)
	f.add("Attachments", strings.Join(d.Attachments, ", "))
	f.add("Reverse DNS", d.ReverseDNS)
	for _, o := range r.details.Observables {
		f.add(string(o.Type), o.Value)
	}
	for _, e := range d.Events {
		f.add(e.TimeText, e.Description)
	}
}

func (f *fieldList) investigate(r *run) {
	for _, a := range r.answers {
		f.add("Module", a.name)
		f.add("Instance", a.id)
		if a.got == nil {
			continue
		}
		f.add("Time", strconv.FormatFloat(a.got.Seconds, 'f', 3, 64)+" s")
		f.number("Sightings", int64(len(a.got.Sightings)))
		f.number("Verdicts", int64(len(a.got.Verdicts)))
		f.add("Failure", a.got.Failure)
		for _, e := range a.got.Errors {
			f.add("Error", strings.Join(nonEmpty(e.Code, e.Message), ": "))
		}
	}
}

func (f *fieldList) verdict(r *run) {
	if r.result == nil {
		f.add("Failure", r.failure)
		return
	}
	f.add("Verdict", string(r.result.Verdict))
	f.add("Token", r.result.Token)
	f.add("Message-ID", r.result.MessageID)
	f.add("MID", midList(r.result.MIDs))
	f.number("ICID", r.result.ICID)
	f.add("Serial", r.result.Serial)
	f.add("Status", r.result.Status)
	f.add("Matched by", verify.KeyTitles(r.result.Keys))
	f.add("Missed by", verify.KeyTitles(r.result.MissedKeys))
	e := r.result.Evidence
	if e == nil {
		return
	}
	f.add("Module", e.Module)
	f.add("Module type", e.ModuleType)
	f.add("Instance", e.ModuleID)
	f.add("Matched", string(e.Matched.Type)+": "+e.Matched.Value)
	f.add("Sighting", e.Sighting.ID)
	f.add("Title", e.Sighting.Title)
	f.add("Description", e.Sighting.Description)
	f.add("Source", e.Sighting.Source)
	f.add("Observed", e.Sighting.ObservedTime.Start.Text)
	for _, o := range e.Sighting.Observables {
		f.add(string(o.Type), o.Value)
	}
}
