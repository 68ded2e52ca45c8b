package verifyscreen

import (
	"strconv"
	"strings"

	"ctrace/esa/testmail"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/say"
)

// finding is one line under a stage: a name and what was found.
type finding struct {
	name string
	line draw.Line
}

// findings gives what a stage found, as far as it is known.
func (s *Screen) findings(v verify.Stage) []finding {
	var f found
	f.screen = s
	switch v {
	case verify.StageSend:
		f.send()
	case verify.StageTrack:
		f.track()
	case verify.StageDetails:
		f.detail()
	case verify.StageInvestigate:
		f.investigate()
	}
	if p := s.run.stages[v].problem; p != nil && !s.run.over { // the card says it then
		t := s.o.Theme
		f.add("cause", t.Foreign(t.Bad, safetext.Line(p.Cause)))
		f.foreign("server said", p.Detail)
	}
	return f.all
}

// found collects findings.
type found struct {
	screen *Screen
	all    []finding
}

func (f *found) add(name string, l draw.Line) {
	if l.Width() > 0 {
		f.all = append(f.all, finding{name, l})
	}
}

// foreign adds text from outside.
func (f *found) foreign(name, value string) {
	if value != "" {
		t := f.screen.o.Theme
		f.add(name, t.Foreign(t.Text, safetext.Line(value)))
	}
}

func (f *found) send() {
	r := f.screen.run
	if r.started != nil {
		f.foreign("from, to", r.started.From+" "+f.screen.o.Theme.Marks.Arrow+" "+r.started.To)
		f.foreign("subject", r.started.Subject)
		f.foreign("Message-ID", r.started.MessageID)
	}
	rec := r.receipt()
	if rec == nil {
		if r.smtp != "" {
			f.foreign("dialogue", "as far as "+string(r.smtp))
		}
		return
	}
	f.foreign("answer", strings.Join(nonEmpty(codeText(rec.Code), rec.EnhancedCode, rec.Text), " "))
	f.foreign("server", strings.Join(nonEmpty(rec.Host, bracket(rec.RemoteAddr), tlsText(rec.TLS)), "  "))
	f.foreign("time", timings(rec.Timings))
}

func codeText(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

func bracket(s string) string {
	if s == "" {
		return ""
	}
	return "[" + s + "]"
}

func tlsText(i *testmail.TLSInfo) string {
	switch {
	case i == nil:
		return "no TLS"
	case i.Verified:
		return i.Version + ", certificate trusted"
	}
	return i.Version
}

func timings(all []testmail.StageTime) string {
	parts := make([]string, 0, len(all))
	for _, t := range all {
		parts = append(parts, string(t.Stage)+" "+say.Elapsed(t.Duration).String())
	}
	return strings.Join(parts, ", ")
}

func (f *found) track() {
	s, r := f.screen, f.screen.run
	if r.polled != nil {
		looks := say.Count(r.polled.Try, "look").String()
		f.foreign("looked", looks+" by "+verify.KeyTitles(r.polled.Keys))
		f.foreign("note", r.polled.Note)
	}
	if r.found == nil {
		return
	}
	m := r.found.Message
	f.add("matched", s.keyMarks(r.found.Keys, r.found.Missed))
	f.foreign("row", strings.Join(nonEmpty(m.StatusText, m.TimeText), "  "))
	f.foreign("MID", midList(m.MIDs))
	f.foreign("gateway", strings.Join(nonEmpty(m.Host, m.Serial), "  "))
	if r.found.Lag > 0 {
		f.foreign("shown after", say.Elapsed(r.found.Lag).String())
	}
}

// keyMarks shows which keys found the message and which did not.
func (s *Screen) keyMarks(hit, missed []verify.Key) draw.Line {
	t := s.o.Theme
	var parts []draw.Line
	mark := func(st draw.Style, m string, k verify.Key) {
		if len(parts) > 0 {
			parts = append(parts, draw.Blank(2))
		}
		parts = append(parts, t.Mark(st, m), draw.Blank(1), t.Text.Text(safetext.Line(k.Title())))
	}
	for _, k := range hit {
		mark(t.Good, t.Marks.Done, k)
	}
	for _, k := range missed {
		mark(t.Warn, t.Marks.Failed, k)
	}
	return draw.Join(parts...)
}

func midList(mids []int64) string {
	words := make([]string, len(mids))
	for i, m := range mids {
		words[i] = strconv.FormatInt(m, 10)
	}
	return strings.Join(words, ", ")
}

func (f *found) detail() {
	r := f.screen.run
	if r.details == nil {
		return
	}
	d := r.details.Details
	final := "not final yet"
	if r.details.Final {
		final = "final"
	}
	f.foreign("status", strings.Join(nonEmpty(r.details.Status, bracket(final)), " "))
	f.foreign("MID, ICID", strings.Join(nonEmpty(midList(d.MIDs), midList(d.ICIDs)), "  "+f.screen.o.Theme.Marks.Dot+"  "))
	f.foreign("policy", strings.Join(nonEmpty(d.Direction, d.SenderGroup, strings.Join(d.MailPolicies, ", ")), "  "))
	f.foreign("sender IP", strings.Join(nonEmpty(d.SenderIP, d.SBRS), "  SBRS "))
	if n := len(d.Events); n > 0 {
		f.foreign("last event", strings.Join(nonEmpty(d.Events[n-1].TimeText, d.Events[n-1].Description), "  "))
	}
	types := make([]string, 0, len(r.details.Observables))
	for _, o := range r.details.Observables {
		types = append(types, string(o.Type))
	}
	f.foreign("observables", strings.Join(types, ", "))
}

func (f *found) investigate() {
	r := f.screen.run
	if r.modules != nil {
		f.foreign("modules", say.Count(len(r.modules.Modules), "module").String()+" enabled, "+strconv.Itoa(len(r.modules.Email))+" for email")
		f.foreign("note", r.modules.Note)
	}
	if r.asked != nil {
		types := make([]string, 0, len(r.asked.Observables))
		for _, o := range r.asked.Observables {
			types = append(types, string(o.Type))
		}
		f.foreign("asked for", strings.Join(types, ", ")+" (round "+strconv.Itoa(r.asked.Round)+")")
	}
	for _, a := range r.answers {
		f.all = append(f.all, finding{"", f.screen.module(a)})
	}
}

// module draws one module's line: mark, name, what it said, how long it took.
func (s *Screen) module(a answer) draw.Line {
	const nameWidth = 26
	t := s.o.Theme
	mark, style, words, took := s.moduleState(a)
	return draw.Join(
		t.Mark(style, mark), draw.Blank(1),
		t.Foreign(t.Text, safetext.Line(a.name)).Fit(nameWidth), draw.Blank(1),
		t.Dim.Text(took.PadLeft(8)), draw.Blank(2),
		words,
	)
}

func (s *Screen) moduleState(a answer) (mark string, style draw.Style, words draw.Line, took safetext.Text) {
	t := s.o.Theme
	if a.got == nil {
		if s.run.over {
			return t.Marks.Skipped, t.Dim, t.Dim.Lit("no answer"), took
		}
		return t.Marks.Waiting, t.Dim, t.Dim.Lit("no answer yet"), took
	}
	took = say.Elapsed(seconds(a.got.Seconds))
	switch {
	case len(a.got.Sightings) > 0:
		return t.Marks.Done, t.Good, t.Good.Text(say.Count(len(a.got.Sightings), "sighting")), took
	case a.got.Failure != "":
		return t.Marks.Failed, t.Bad, t.Foreign(t.Bad, safetext.Line(a.got.Failure)), took
	case len(a.got.Errors) > 0:
		e := a.got.Errors[0]
		text := strings.Join(nonEmpty(e.Code, e.Message), ": ")
		return t.Marks.Failed, t.Bad, t.Foreign(t.Bad, safetext.Line(text)), took
	}
	return t.Marks.Skipped, t.Dim, t.Text.Lit("nothing about this message"), took
}

func nonEmpty(parts ...string) []string {
	out := parts[:0:0]
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}
