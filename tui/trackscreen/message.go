package trackscreen

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// message is one message that is open: its details and its life.
type message struct {
	t      *theme.Theme
	zone   *time.Location
	w, h   int
	d      esa.Details
	life   esa.Timeline
	notes  []string // what could not be fetched besides
	copied int
	page   draw.Block
	scroll draw.Scroll
}

// messageMsg is the answer about one message.
type messageMsg struct {
	request int
	details esa.Details
	more    [][]esa.Event
	notes   []string
	err     error
}

// get fetches a message's details, and what AMP and URL filtering say when there is something.
func (s *Screen) get(m esa.Message) tea.Cmd {
	s.request++
	request, tracker, ref := s.request, s.o.Tracker, m.Ref()
	return tea.Batch(
		intent.Cmd(intent.Notice{Text: safetext.Known("reading the message's history")}),
		s.work.Cmd(s.work.Context(), pagePatience, func(ctx context.Context) tea.Msg {
			d, err := tracker.Details(ctx, ref)
			out := messageMsg{request: request, details: d, err: err}
			if err == nil && d.ShowAMP {
				a, err := tracker.AMP(ctx, ref)
				out.add(a.Events, err)
			}
			if err == nil && d.ShowURL {
				u, err := tracker.URLs(ctx, ref)
				out.add(u.Events, err)
			}
			return out
		}),
	)
}

func (m *messageMsg) add(events []esa.Event, err error) {
	if err != nil {
		m.notes = append(m.notes, err.Error())
		return
	}
	m.more = append(m.more, events)
}

func (s *Screen) opened(m messageMsg) tea.Cmd {
	if m.request != s.request {
		return nil
	}
	if m.err != nil {
		return intent.Cmd(intent.Notice{Level: intent.Error, Text: safetext.Line(m.err.Error())})
	}
	s.message = &message{t: s.o.Theme, zone: s.o.Zone, d: m.details, life: m.details.Timeline(m.more...), notes: m.notes}
	s.message.setSize(s.w, s.h)
	return intent.Cmd(intent.Notice{})
}

// messageKey handles a key while a message is open.
func (s *Screen) messageKey(msg tea.Msg) tea.Cmd {
	m := s.message
	id, ok := keys.Action(msg, keys.Message, keys.Page, keys.Move)
	if !ok {
		return nil
	}
	if rows, ok := keys.Delta(id, m.h); ok {
		m.scroll = m.scroll.By(rows, len(m.page), m.h)
		return nil
	}
	switch id {
	case keys.PageBack:
		s.message = nil
	case keys.MessageCopy:
		values := m.values()
		v := values[m.copied%len(values)]
		m.copied++
		return intent.Cmd(intent.Copy{What: v.Name, Value: v.Value})
	case keys.MessageLook:
		return intent.Cmd(intent.Investigate{Query: queryOfDetails(m.d)})
	}
	return nil
}

// values are what y copies, one after the other.
func (m *message) values() []intent.Field {
	var out []intent.Field
	for _, f := range []intent.Field{
		{Name: "Message-ID", Value: m.d.MessageIDHeader}, {Name: "MID", Value: midList(m.d.MIDs)}, {Name: "sender", Value: m.d.Sender},
		{Name: "recipients", Value: strings.Join(m.d.Recipients, ", ")}, {Name: "subject", Value: m.d.Subject}, {Name: "observables", Value: queryOfDetails(m.d)},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = append(out, intent.Field{Name: "status", Value: m.d.StatusText})
	}
	return out
}

func (m *message) setSize(w, h int) {
	m.w, m.h = w, h
	m.page = m.draw()
	m.scroll = m.scroll.By(0, len(m.page), h)
}

func (m *message) view() draw.Block { return m.t.Scrolled(m.page, m.scroll, m.w, m.h) }

const labelWidth = 14

// draw writes the whole page.
func (m *message) draw() draw.Block {
	p := &pageWriter{t: m.t, w: m.w}
	d := m.d
	mark, style := statusLook(m.t, d.Status())
	p.lines = append(p.lines, draw.Para(m.w-1, draw.Blank(1), m.t.Title, safetext.Line(orNone(d.Subject, "(no subject)")))...)
	p.line(draw.Join(m.t.Mark(style, mark), draw.Blank(1), m.t.Foreign(style, safetext.Line(orNone(d.StatusText, "no status"))), draw.Blank(2), m.t.Dim.Text(safetext.Line(m.local(d.Time, d.TimeText)))))
	p.gap()
	p.field("from", d.Sender)
	if d.HeaderFrom != d.Sender {
		p.field("header From", d.HeaderFrom)
	}
	p.field("to", strings.Join(d.Recipients, ", "))
	p.field("Message-ID", d.MessageIDHeader)
	p.field("MID", midList(d.MIDs))
	p.field("ICID", midList(d.ICIDs))
	p.field("sender", strings.Join(nonEmpty(d.SenderIP, d.ReverseDNS, d.SenderGroup, prefixed("SBRS ", d.SBRS)), "  "))
	p.field("policy", strings.Join(nonEmpty(d.Direction, strings.Join(d.MailPolicies, ", ")), "  "))
	p.field("gateway", d.Host)
	p.field("size", d.Size)
	m.facts(p)
	for _, n := range m.notes {
		p.field("not read", n)
	}
	p.gap()
	m.steps(p)
	return p.lines
}

// facts are what the events tell: authentication, encryption, verdicts, files, links, quarantines.
func (m *message) facts(p *pageWriter) {
	var auth []string
	for _, x := range m.life.SPF {
		auth = append(auth, "SPF "+x.Result)
	}
	for _, x := range m.life.DKIM {
		auth = append(auth, "DKIM "+x.Result)
	}
	for _, x := range m.life.DMARC {
		auth = append(auth, "DMARC "+x.Result)
	}
	p.field("authenticated", strings.Join(auth, ", "))
	for _, x := range m.life.TLS {
		way := "TLS in"
		if x.Delivery {
			way = "TLS out"
		}
		p.field(way, strings.Join(nonEmpty(x.Protocol, x.Cipher), "  "))
	}
	for _, v := range lastVerdicts(m.life.Verdicts) {
		mark := m.t.Mark(m.t.Good, m.t.Marks.Done)
		if v.Bad() {
			mark = m.t.Mark(m.t.Bad, m.t.Marks.Failed)
		}
		p.marked("verdict", mark, strings.Join(nonEmpty(v.Engine, v.Product, v.Text), "  "))
	}
	for _, a := range m.life.Attachments {
		p.field("file", strings.Join(nonEmpty(a.Name, a.Disposition, a.Malware, a.SHA256), "  "))
	}
	for _, u := range m.life.URLs {
		p.field("link", strings.Join(nonEmpty(u.Reputation, u.URL), "  "))
	}
	for _, r := range m.life.Rewrites {
		p.field("rewritten", strconv.FormatInt(r.From, 10)+" "+m.t.Marks.Arrow+" "+strings.Join(nonEmpty(strconv.FormatInt(r.To, 10), prefixed("by ", r.By)), " "))
	}
	for _, q := range m.life.Quarantines {
		what := "into "
		if q.Released {
			what = "out of "
		}
		p.field("quarantine", what+q.Quarantine)
	}
	for _, x := range m.life.Deliveries {
		p.field("delivery", strings.Join(nonEmpty(x.Recipient, x.IP, x.Response), "  "))
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

// steps is the message's life, one event a line, under the names of its stages.
func (m *message) steps(p *pageWriter) {
	stage := esa.Stage("")
	for _, st := range m.life.Steps {
		if st.Stage != stage {
			stage = st.Stage
			p.line(m.t.Title.Text(safetext.Known(string(stage))))
		}
		at := m.local(st.Time, st.TimeText)
		if !st.Time.IsZero() {
			at = st.Time.In(m.zone).Format(time.TimeOnly)
		}
		text := safetext.Line(st.Description)
		first := draw.Join(draw.Blank(1), m.t.Mark(m.t.Border, m.t.Box.Vertical), draw.Blank(1), m.t.Dim.Text(safetext.Line(at).Pad(8)), draw.Blank(2))
		if text.Hostile() {
			first = draw.Join(first, m.t.Mark(m.t.Warn, m.t.Marks.Hostile), draw.Blank(1))
		}
		p.lines = append(p.lines, draw.Para(m.w-1, first, m.t.Text, text)...)
	}
}

// local is a time in the analyst's zone with the appliance's own text behind it.
func (m *message) local(at time.Time, text string) string {
	if at.IsZero() {
		return text
	}
	return at.In(m.zone).Format("2006-01-02 15:04:05 MST") + "  (" + text + ")"
}

// pageWriter collects the lines of a page.
type pageWriter struct {
	t     *theme.Theme
	w     int
	lines draw.Block
}

func (p *pageWriter) gap() { p.lines = append(p.lines, draw.Line{}) }

func (p *pageWriter) line(l draw.Line) { p.lines = append(p.lines, draw.Join(draw.Blank(1), l)) }

func (p *pageWriter) field(name, value string) { p.marked(name, draw.Line{}, value) }

// marked is a named value behind a mark; it may take several lines.
func (p *pageWriter) marked(name string, mark draw.Line, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	text := safetext.Line(value)
	first := draw.Join(draw.Blank(1), p.t.Dim.Text(safetext.Known(name))).Fit(labelWidth + 1)
	if mark.Width() > 0 {
		first = draw.Join(first, mark, draw.Blank(1))
	}
	if text.Hostile() {
		first = draw.Join(first, p.t.Mark(p.t.Warn, p.t.Marks.Hostile), draw.Blank(1))
	}
	p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Text, text)...)
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

func nonEmpty(parts ...string) []string {
	out := parts[:0:0]
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}
