package quarantineview

import (
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
	t := v.o.Theme
	d := &p.details
	w := v.w
	var b draw.Block
	field := func(name, value string) {
		if strings.TrimSpace(value) == "" {
			return
		}
		text := safetext.Line(observable.DefangLinks(value))
		first := draw.Join(draw.Blank(1), t.Dim.Text(safetext.Known(name))).Fit(labelWidth + 1)
		if text.Hostile() {
			first = draw.Join(first, t.Mark(t.Warn, t.Marks.Hostile), draw.Blank(1))
		}
		b = append(b, draw.Para(w-1, first, t.Text, text)...)
	}
	heading := func(words string) {
		b = append(b, draw.Line{}, draw.Join(draw.Blank(1), t.Strong.Text(safetext.Known(words))))
	}
	subject := p.row.Subject
	if subject == "" {
		subject = "(no subject)"
	}
	b = append(b, draw.Para(w-1, draw.Blank(1), t.Title, safetext.Line(observable.DefangLinks(subject)))...)
	b = append(b, draw.Join(draw.Blank(1), t.Mark(t.Warn, t.Marks.Ticked), draw.Blank(1), t.Warn.Text(safetext.Line("held in the "+quarantine.Request{Type: v.kind, Quarantine: strings.Join(p.row.Quarantines, ", ")}.Name()))), draw.Line{})
	field("from", p.row.Sender)
	field("header From", strings.Join(p.row.From, ", "))
	field("to", strings.Join(p.row.Recipients, ", "))
	if to := strings.Join(p.row.To, ", "); to != strings.Join(p.row.Recipients, ", ") {
		field("header To", to)
	}
	field("received", v.moment(p.row.Received, p.row.ReceivedText))
	field("leaves", v.moment(p.row.ScheduledExit, p.row.ScheduledExitText))
	mid := strconv.FormatInt(p.row.MID, 10)
	if p.row.GatewayMID != 0 && p.row.GatewayMID != p.row.MID {
		mid += ", on the gateway " + strconv.FormatInt(p.row.GatewayMID, 10)
	}
	field("MID", mid)
	if len(v.o.Sources) > 1 {
		field("appliance", v.o.Sources[p.row.source].Name)
	}
	field("gateway", strings.TrimSpace(p.row.GatewayHost+"  "+p.row.GatewayIP))
	field("size", p.row.Size)
	for _, r := range d.Reasons {
		field("reason", r.Quarantine+": "+r.Reason)
	}
	for _, a := range d.Attachments {
		field("file", strings.TrimSpace(a.Name+"  "+a.Size))
	}
	if len(d.Matched) > 0 {
		field("matches", strconv.Itoa(len(d.Matched))+" texts")
		for _, x := range d.Matched {
			if p.reveal {
				field("", x.Reveal())
			}
		}
		if !p.reveal {
			b = append(b, draw.Join(draw.Blank(labelWidth+1), t.Dim.Lit("The texts are hidden; D shows them.")))
		}
	}
	block := func(title, text string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		heading(title)
		for _, l := range safetext.Block(observable.DefangLinks(lineEnds.Replace(text))) {
			b = append(b, draw.Para(w-1, draw.Blank(2), t.Text, l)...)
		}
	}
	switch {
	case !p.asked.IsZero():
		b = append(b, draw.Line{}, waiting.For(t, "reading the message from "+v.o.Sources[p.row.source].Name, v.now.Sub(p.asked), v.ticks, "esc goes back"))
	case p.failure != nil:
		b = append(b, draw.Line{})
		field("not read", p.failure.Error())
		if !p.retryAt.IsZero() {
			field("", "It is asked again in "+say.Rough(p.retryAt.Sub(v.now)).String()+".")
		}
	}
	block("Headers", d.Headers)
	block("Text", d.Body)
	p.lines = b
	p.scroll = p.scroll.By(0, len(b), v.h)
}

// lineEnds are how quarantines mark the ends of lines.
var lineEnds = strings.NewReplacer("<br />", "\n", "<br/>", "\n", "<br>", "\n")
