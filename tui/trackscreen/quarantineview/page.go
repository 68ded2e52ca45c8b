package quarantineview

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/quarantine"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/say"
	"ctrace/tui/theme"
	"ctrace/tui/trackscreen/waiting"
)

// page is one held message.
type page struct {
	row     *held
	details esa.QuarantineDetails
	asked   time.Time // since when an answer is waited for; zero when none is
	failure error
	retry   tracking.Retry
	retryAt time.Time // zero: not by itself
	end     context.CancelFunc
	reveal  bool // what a policy matched is shown
	lines   draw.Block
	scroll  draw.Scroll
}

type detailsMsg struct {
	row     *held
	details esa.QuarantineDetails
	err     error
}

// read opens a message at once with what its row says, and reads the rest.
func (v *View) read(r *held) tea.Cmd {
	v.open = &page{row: r, details: esa.QuarantineDetails{QuarantinedMessage: r.QuarantinedMessage}, end: func() {}}
	return v.readOpen()
}

// closeOpen goes back to the list, and ends the reading of the message.
func (v *View) closeOpen() {
	if v.open != nil {
		v.open.end()
		v.open = nil
	}
}

// readOpen asks about the open message.
func (v *View) readOpen() tea.Cmd {
	r := v.open.row
	v.now = v.o.Now()
	v.open.asked, v.open.retryAt = v.now, time.Time{}
	ctx, cancel := context.WithCancel(v.ctx)
	v.open.end()
	v.open.end = cancel
	v.open.layout(v)
	kind, keeper := v.kind, v.o.Sources[r.source].Keeper
	return tea.Batch(v.schedule(), v.work.Cmd(ctx, patience, func(ctx context.Context) tea.Msg {
		d, err := keeper.QuarantineDetails(ctx, kind, r.MID)
		return detailsMsg{r, d, err}
	}))
}

func (v *View) opened(m detailsMsg) tea.Cmd {
	p := v.open
	if p == nil || p.row != m.row {
		return nil
	}
	p.asked, p.failure = time.Time{}, m.err
	if m.err == nil {
		p.details = m.details
	} else if wait, again := p.retry.After(m.err); again {
		p.retryAt = v.o.Now().Add(wait)
	}
	p.layout(v)
	return v.schedule()
}

func (v *View) pageKey(msg tea.Msg) tea.Cmd {
	p := v.open
	if id, ok := keys.Action(msg, keys.Page); ok && id == keys.PageBack {
		v.closeOpen()
		return nil
	}
	id, ok := keys.Action(msg, keys.Held, keys.Move)
	if !ok {
		return nil
	}
	if rows, ok := keys.Delta(id, v.h); ok {
		p.scroll = p.scroll.By(rows, len(p.lines), v.h)
		return nil
	}
	if why := v.reason(id); why != "" {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)})
	}
	switch id {
	case keys.HeldRelease:
		return v.ask(quarantine.Release)
	case keys.HeldDelete:
		return v.ask(quarantine.Delete)
	case keys.HeldLook:
		return intent.Cmd(intent.Investigate{Query: query([]*held{p.row})})
	case keys.HeldCopy:
		return intent.Cmd(intent.Copy{What: "MID", Value: strconv.FormatInt(p.row.MID, 10)})
	case keys.HeldMatches:
		p.reveal = !p.reveal
		p.layout(v)
	}
	return nil
}

const labelWidth = 14

// layout writes the whole page.
func (p *page) layout(v *View) {
	s := sheet{t: v.o.Theme, w: v.w}
	p.head(v, &s)
	p.envelope(v, &s)
	p.findings(&s)
	p.reading(v, &s)
	s.text("Headers", p.details.Headers)
	s.text("Text", p.details.Body)
	p.lines = s.lines
	p.scroll = p.scroll.By(0, len(p.lines), v.h)
}

// head is the subject, and where the message is held.
func (p *page) head(v *View, s *sheet) {
	place := quarantine.Request{Type: v.kind, Quarantine: strings.Join(p.row.Quarantines, ", ")}.Name()
	subject := cmp.Or(p.row.Subject, "(no subject)")
	s.add(draw.Para(s.w-1, draw.Blank(1), s.t.Title, safetext.Line(observable.DefangLinks(subject)))...)
	s.add(draw.Join(draw.Blank(1), s.t.Mark(s.t.Warn, s.t.Marks.Ticked), draw.Blank(1), s.t.Warn.Text(safetext.Line("held in the "+place))), draw.Line{})
}

// envelope is who sent it to whom, when, and by which numbers it is known.
func (p *page) envelope(v *View, s *sheet) {
	r := p.row
	recipients, to := strings.Join(r.Recipients, ", "), strings.Join(r.To, ", ")
	s.field("from", r.Sender)
	s.field("header From", strings.Join(r.From, ", "))
	s.field("to", recipients)
	if to != recipients {
		s.field("header To", to)
	}
	s.field("received", v.moment(r.Received, r.ReceivedText))
	s.field("leaves", v.moment(r.ScheduledExit, r.ScheduledExitText))
	mid := strconv.FormatInt(r.MID, 10)
	if r.GatewayMID != 0 && r.GatewayMID != r.MID {
		mid += ", on the gateway " + strconv.FormatInt(r.GatewayMID, 10)
	}
	s.field("MID", mid)
	if len(v.o.Sources) > 1 {
		s.field("appliance", v.o.Sources[r.source].Name)
	}
	s.field("gateway", strings.TrimSpace(r.GatewayHost+"  "+r.GatewayIP))
	s.field("size", r.Size)
}

// findings are why it is held, its files, and the texts that matched, which are hidden until asked for.
func (p *page) findings(s *sheet) {
	for _, r := range p.details.Reasons {
		s.field("reason", r.Quarantine+": "+r.Reason)
	}
	for _, a := range p.details.Attachments {
		s.field("file", strings.TrimSpace(a.Name+"  "+a.Size))
	}
	matched := p.details.Matched
	if len(matched) == 0 {
		return
	}
	s.field("matches", strconv.Itoa(len(matched))+" texts")
	if !p.reveal {
		s.add(draw.Join(draw.Blank(labelWidth+1), s.t.Dim.Lit("The texts are hidden; D shows them.")))
		return
	}
	for _, x := range matched {
		s.field("", x.Reveal())
	}
}

// reading tells that the details are still being read, or why they could not be.
func (p *page) reading(v *View, s *sheet) {
	switch {
	case !p.asked.IsZero():
		s.add(draw.Line{}, waiting.For(s.t, "reading the message from "+v.o.Sources[p.row.source].Name, v.now.Sub(p.asked), v.ticks, "esc goes back"))
	case p.failure != nil:
		s.add(draw.Line{})
		s.field("not read", p.failure.Error())
		if !p.retryAt.IsZero() {
			s.field("", "It is asked again in "+say.Rough(p.retryAt.Sub(v.now)).String()+".")
		}
	}
}

// sheet is a page while it is written.
type sheet struct {
	t     *theme.Theme
	w     int
	lines draw.Block
}

func (s *sheet) add(lines ...draw.Line) { s.lines = append(s.lines, lines...) }

// field adds a name with its value; nothing for one without.
func (s *sheet) field(name, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	text := safetext.Line(observable.DefangLinks(value))
	first := draw.Join(draw.Blank(1), s.t.Dim.Text(safetext.Known(name))).Fit(labelWidth + 1)
	if text.Hostile() {
		first = draw.Join(first, s.t.Mark(s.t.Warn, s.t.Marks.Hostile), draw.Blank(1))
	}
	s.add(draw.Para(s.w-1, first, s.t.Text, text)...)
}

// text adds a text of several lines under its title; nothing for an empty one.
func (s *sheet) text(title, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	s.add(draw.Line{}, draw.Join(draw.Blank(1), s.t.Strong.Text(safetext.Known(title))))
	for _, l := range safetext.Block(observable.DefangLinks(lineEnds.Replace(text))) {
		s.add(draw.Para(s.w-1, draw.Blank(2), s.t.Text, l)...)
	}
}

// lineEnds are how quarantines mark the ends of lines.
var lineEnds = strings.NewReplacer("<br />", "\n", "<br/>", "\n", "<br>", "\n")
