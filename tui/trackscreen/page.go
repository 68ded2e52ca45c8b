package trackscreen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/say"
	"ctrace/tui/theme"
	"ctrace/tui/trackscreen/waiting"
)

// page is one message that is open.
type page struct {
	s       *Screen
	row     *row
	story   tracking.Story
	life    esa.Timeline
	asked   time.Time // since when an answer is waited for; zero when none is
	failure error     // why its history is not there
	retry   tracking.Retry
	retryAt time.Time // zero: what failed is not asked again by itself
	reveal  bool      // what data-loss prevention matched is shown
	copied  int
	lines   draw.Block
	scroll  draw.Scroll
}

func newPage(s *Screen, r *row) *page {
	return &page{s: s, row: r, story: tracking.Story{Row: r.Message}}
}

func (p *page) view() draw.Block { return p.s.o.Theme.Scrolled(p.lines, p.scroll, p.s.w, p.s.h) }

// values are what y copies, one after the other.
func (p *page) values() []intent.Field {
	m := &p.story.Row
	var out []intent.Field
	for _, f := range []intent.Field{
		{Name: "Message-ID", Value: messageID(m)},
		{Name: "MID", Value: midList(m.MIDs)},
		{Name: "sender", Value: m.Sender},
		{Name: "recipients", Value: strings.Join(m.Recipients, ", ")},
		{Name: "subject", Value: m.Subject},
		{Name: "sender's address", Value: m.SenderIP},
		{Name: "observables", Value: observable.Format(verify.Observables(p.story.Observables()))},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = append(out, intent.Field{Name: "status", Value: m.StatusText})
	}
	return out
}

// layout writes the whole page.
func (p *page) layout(w, h int) {
	t := p.s.o.Theme
	m := &p.story.Row
	o := &pageWriter{t: t, w: w}
	words := p.story.Status()
	mark, style := statusLook(t, esa.ParseStatus(words))
	if len(m.MIDs) == 0 {
		mark, style = rowLook(t, m)
	}
	title := m.FinalSubject()
	if len(m.MIDs) == 0 {
		title = "Refused connection " + strconv.FormatInt(m.ICID, 10)
	}
	o.para(draw.Blank(1), t.Title, orNone(title, "(no subject)"))
	o.line(draw.Join(t.Mark(style, mark), draw.Blank(1), t.Foreign(style, safetext.Line(words))))
	o.gap()
	o.field("time", p.moment(m.Time, m.TimeText))
	p.envelope(o)
	p.outcomes(o)
	p.facts(o)
	p.found(o)
	for _, g := range p.story.Missing {
		o.marked("not read", t.Mark(t.Warn, t.Marks.Waiting), g.Part+": the appliance "+tracking.Cause(g.Err))
	}
	o.gap()
	switch {
	case p.failure != nil:
		o.marked("", t.Mark(t.Bad, t.Marks.Failed), failureText(p.failure))
	case len(m.MIDs) == 0:
		o.line(t.Dim.Lit("It was refused before any message: the appliance keeps no history of it."))
	case p.story.Details != nil && p.asked.IsZero() && len(p.life.Steps) == 0:
		o.line(t.Dim.Lit("The appliance tells no history of this message."))
	}
	p.waits(o)
	p.steps(o)
	p.lines = o.lines
	p.scroll = p.scroll.By(0, len(p.lines), h)
}

// waits says what is waited for, or when what failed is asked again.
func (p *page) waits(o *pageWriter) {
	now, name := p.s.now, p.s.o.Sources[p.row.Source].Name
	switch {
	case !p.asked.IsZero() && p.story.Details == nil && len(p.row.MIDs) > 0:
		o.lines = append(o.lines, waiting.For(o.t, "reading its history from "+name, now.Sub(p.asked), p.s.ticks, "esc goes back"))
	case !p.asked.IsZero() && len(p.row.MIDs) > 0:
		o.lines = append(o.lines, waiting.For(o.t, "reading more of it from "+name, now.Sub(p.asked), p.s.ticks, ""))
	case !p.retryAt.IsZero():
		o.line(o.t.Dim.Text(safetext.Concat(safetext.Known("It is asked again in "), say.Rough(p.retryAt.Sub(now)))))
	}
}

// moment is a time in the zone that is shown, with the appliance's own text where its zone is another.
func (p *page) moment(at time.Time, text string) string {
	if at.IsZero() {
		return text
	}
	shown := p.s.local(at)
	own := prefixed("on the appliance ", text)
	_, ours := shown.Zone()
	if _, theirs := at.Zone(); ours == theirs {
		own = ""
	}
	return join(shown.Format("2006-01-02 15:04:05 MST"), own)
}

// at is a time of day in the zone that is shown, behind its day when that is another than the message's;
// empty when the time is not known.
func (p *page) at(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	if shown := p.s.local(at); shown.Format(time.DateOnly) != p.s.local(p.story.Row.Time).Format(time.DateOnly) {
		return shown.Format(time.DateTime)
	}
	return p.s.clock(at, "")
}

// envelope is who sent what to whom, and how it came in.
func (p *page) envelope(o *pageWriter) {
	m, d := &p.story.Row, p.story.Details
	if d == nil {
		d = &esa.Details{}
	}
	o.field("from", m.Sender)
	if from := strings.Join(m.FriendlyFrom, ", "); from != m.Sender {
		o.field("header From", orNone(from, d.HeaderFrom))
	}
	o.field("reply-to", m.ReplyTo)
	o.field("to", strings.Join(m.Recipients, ", "))
	if m.FinalSubject() != m.Subject {
		o.field("came as", m.Subject)
	}
	o.field("Message-ID", orNone(d.MessageIDHeader, messageID(m)))
	ids := ""
	if m.ICID != 0 {
		ids = "ICID " + strconv.FormatInt(m.ICID, 10)
	}
	if len(m.MIDs) > 0 {
		o.field("MID", join(midList(m.MIDs), ids, prefixed("DCID ", midList(m.DCIDs))))
	}
	reverse := d.ReverseDNS
	if d.ReverseDNSVerified {
		reverse += " verified"
	}
	o.field("sender host", join(orNone(m.SenderIP, d.SenderIP), reverse, orNone(d.SenderGroup, m.SenderGroup), prefixed("SBRS ", orNone(d.SBRS, m.SBRS))))
	o.field("sender domain", join(m.SenderDomain, prefixed("reputation ", d.SDRReputation), prefixed("threat level ", d.SDRThreatLevels), d.SDRCategory, prefixed("age ", d.SDRAge)))
	o.field("direction", join(m.Direction, prefixed("policy ", strings.Join(m.MailPolicies, ", ")), prefixed("authenticated as ", d.SMTPAuthID)))
	o.field("gateway", join(orNone(m.Host, p.s.o.Sources[p.row.Source].Name), prefixed("serial ", m.Serial)))
	o.field("size", d.Size)
	o.field("refused", refusal(m))
	if m.Complete != nil && !*m.Complete {
		o.field("incomplete", "the appliance says that parts of this message's tracking are missing")
	}
}

// outcomes are what became of each MID, when there are several: all of them are one story.
func (p *page) outcomes(o *pageWriter) {
	m, t := &p.story.Row, o.t
	if len(m.MIDs) < 2 {
		return
	}
	o.gap()
	o.heading("Its MIDs")
	for _, mid := range m.MIDs {
		words, moved := tracking.StatusOfMID(m, mid)
		mark, style := statusLook(t, esa.ParseStatus(words))
		if moved {
			mark, style = t.Marks.Skipped, t.Dim
		}
		to, _ := m.RecipientsByMID.Get(mid)
		final, _ := m.FinalSubjects.Get(mid)
		if final == m.FinalSubject() {
			final = ""
		}
		first := draw.Join(draw.Blank(2), t.Text.Text(safetext.Known(strconv.FormatInt(mid, 10))).Fit(labelWidth-1),
			t.Mark(style, mark), draw.Blank(1), t.Foreign(style, safetext.Line(words)), draw.Blank(2))
		o.para(first, t.Text, join(strings.Join(to, ", "), final))
	}
	for _, r := range p.life.Rewrites {
		o.line(draw.Join(draw.Blank(labelWidth), t.Dim.Text(safetext.Line(strconv.FormatInt(r.From, 10)+" became "+join(strconv.FormatInt(r.To, 10), prefixed("by ", r.By))))))
	}
}

const labelWidth = 14

// pageWriter collects the lines of a page.
type pageWriter struct {
	t     *theme.Theme
	w     int
	lines draw.Block
}

// gap leaves one line free, never two.
func (o *pageWriter) gap() {
	if n := len(o.lines); n > 0 && o.lines[n-1].Width() > 0 {
		o.lines = append(o.lines, draw.Line{})
	}
}

func (o *pageWriter) line(l draw.Line) { o.lines = append(o.lines, draw.Join(draw.Blank(1), l)) }

func (o *pageWriter) heading(words string) {
	o.gap()
	o.line(o.t.Strong.Text(safetext.Known(words)))
}

// para wraps foreign text behind a first part. Nothing of it can be clicked on.
func (o *pageWriter) para(first draw.Line, style draw.Style, value string) {
	text := safetext.Line(observable.DefangLinks(value))
	if text.Hostile() {
		first = draw.Join(first, o.t.Mark(o.t.Warn, o.t.Marks.Hostile), draw.Blank(1))
	}
	o.lines = append(o.lines, draw.Para(o.w-1, first, style, text)...)
}

func (o *pageWriter) field(name, value string) { o.marked(name, draw.Line{}, value) }

// marked is a named value behind a mark; an empty value is left out.
func (o *pageWriter) marked(name string, mark draw.Line, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	first := draw.Join(draw.Blank(1), o.t.Dim.Text(safetext.Known(name))).Fit(labelWidth + 1)
	if mark.Width() > 0 {
		first = draw.Join(first, mark, draw.Blank(1))
	}
	o.para(first, o.t.Text, value)
}

func orNone(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// join puts what there is next to each other.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), "  ")
}

// foreign is a short foreign text in a line with others.
func foreign(o *pageWriter, s string) draw.Line { return o.t.Foreign(o.t.Text, safetext.Line(s)) }
