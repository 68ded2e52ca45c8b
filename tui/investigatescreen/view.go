package investigatescreen

import (
	"cmp"
	"errors"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/investigatescreen/askline"
	"ctrace/tui/say"
)

// sideBySide is the width from which list and detail stand beside each other, headRows what is above them.
const (
	sideBySide = 100
	headRows   = 3
)

// room is how the screen is divided, in cells.
type room struct {
	beside         bool
	listW, listH   int
	detailX        int
	detailY        int // of the bar of tabs
	detailW, bodyH int
}

func (s *Screen) room() room {
	h := max(s.h-headRows, 4)
	if s.w >= sideBySide {
		listW := min(max(s.w*2/5, 40), 64)
		return room{beside: true, listW: listW, listH: h, detailX: listW + 1, detailW: s.w - listW - 1, bodyH: max(h-2, 1)}
	}
	entries := 1
	if s.visit != nil {
		entries = max(len(s.list.entries), 1)
		if len(s.list.entries) == 0 && s.list.made == (order{}) { // they are being made
			entries = len(s.visit.inv.Findings) + 1
		}
	}
	if s.list.filter != "" || s.list.field != nil {
		entries++
	}
	listH := max(min(entries, h/3), 1)
	switch { // above each other, what has the focus gets the room
	case len(s.detail.pages) > 0:
		listH = 1
	case s.inDetail:
		listH = min(listH, 3)
	}
	return room{listW: s.w, listH: listH, detailY: listH, detailW: s.w, bodyH: max(h-listH-2, 1)}
}

// arrange tells list and tabs how much room they have.
func (s *Screen) arrange() {
	if s.w <= 0 || s.h <= 0 {
		return
	}
	r := s.room()
	s.list.setSize(r.listW, r.listH, r.beside)
	s.detail.setSize(r.detailW, r.bodyH, s.inDetail)
}

// View draws the screen. Everything was laid out when it changed.
func (s *Screen) View() string { return s.view }

func (s *Screen) layout() {
	if s.w <= 0 || s.h <= 0 {
		return
	}
	b := draw.Block{s.queryLine(), s.factLine()}
	below := s.line.Below(s.w-4, s.h-3)
	switch {
	case s.visit == nil && len(below) > 0: // it lies over what would show
	case s.visit == nil:
		b = append(b, s.empty()...)
	default:
		if r := s.room(); r.listH != s.list.h { // the list grew
			s.arrange()
		}
		b = append(b, s.body()...)
	}
	b = b.Fit(s.w, s.h)
	if len(below) > 0 {
		top := s.o.Theme.Card(s.w, s.o.Theme.Border, draw.Line{}, below)
		b = b.Over(top, 0, 1)
	}
	if s.menu != nil {
		cells := min(s.w-4, 84)
		top := s.menu.draw(s, cells, s.h-2)
		b = b.Over(top, (s.w-cells)/2, max((s.h-len(top))/3, 0))
	}
	s.view = b.Fit(s.w, s.h).String()
}

// queryLine is what is asked, or the line to ask in, and how the run stands.
func (s *Screen) queryLine() draw.Line {
	t := s.o.Theme
	right := draw.Join(s.standing(), draw.Blank(1))
	title := draw.Join(draw.Blank(1), t.Title.Lit("Look up"), draw.Blank(2))
	cells := max(s.w-title.Width()-right.Width()-1, 8)
	var query draw.Line
	switch {
	case s.line.Focused():
		query = s.line.Draw(cells)
	case s.visit != nil:
		query = askline.Paint(t, s.visit.query, cells)
	default:
		query = draw.Join(t.Accent.Lit("n"), t.Dim.Lit(" to type or paste what to look up"))
	}
	return draw.Spread(s.w, draw.Join(title, query), right)
}

// standing says how the run stands.
func (s *Screen) standing() draw.Line {
	t, v := s.o.Theme, s.visit
	switch {
	case v == nil:
		return draw.Line{}
	case v.running && v.stopped:
		return t.Warn.Lit("stopping")
	case v.running:
		word := "asking"
		if v.again {
			word = "asking again"
		}
		return draw.Join(t.Mark(t.Busy, t.Marks.Spinner[s.ticks%len(t.Marks.Spinner)]), draw.Blank(1), t.Busy.Text(safetext.Known(word)), draw.Blank(1),
			t.Text.Text(say.Running(s.now.Sub(v.began))))
	case v.err != nil:
		return t.Bad.Lit("not complete")
	case v.stopped:
		return t.Warn.Lit("stopped")
	}
	return draw.Join(t.Mark(t.Good, t.Marks.Done), draw.Blank(1), t.Dim.Text(say.Elapsed(v.ended.Sub(v.began))))
}

// factLine is the investigation in numbers, and the budget.
func (s *Screen) factLine() draw.Line {
	t, v := s.o.Theme, s.visit
	if v == nil {
		return draw.Line{}
	}
	right := draw.Join(s.budget(), draw.Blank(1))
	left := draw.Join(draw.Blank(1), s.facts(v, true))
	if left.Width()+right.Width() >= s.w { // the footer names the key as well
		left = draw.Join(draw.Blank(1), s.facts(v, false))
	}
	if v.err != nil {
		left = draw.Join(draw.Blank(1), t.Mark(t.Bad, t.Marks.Failed), draw.Blank(1), t.Foreign(t.Bad, safetext.Line(headOf(v.err))))
	}
	return draw.Spread(s.w, left, right)
}

// headOf is an error in few words; the summary has all of it.
func headOf(err error) string {
	if e, ok := errors.AsType[*ctr.Error](err); ok {
		switch {
		case ctr.IsRateLimited(err):
			return "too many requests: what is missing was not asked"
		case e.Code == ctr.CodeUnreadable:
			return "an answer cannot be read: " + e.Description
		}
		return cmp.Or(e.Unanswered(), e.Advice(), e.Description, e.Code, e.Error())
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// facts are the numbers; withKey names the key that refreshes what the cache gave.
func (s *Screen) facts(v *visit, withKey bool) draw.Line {
	t, inv := s.o.Theme, v.inv
	dot := t.Dim.Text(safetext.Known(" " + t.Marks.Dot + " "))
	var parts []draw.Line
	add := func(l ...draw.Line) {
		if len(parts) > 0 {
			parts = append(parts, dot)
		}
		parts = append(parts, l...)
	}
	if s.w >= sideBySide {
		add(t.Text.Text(say.Count(inv.Progress.Observables, "observable")))
	}
	for _, d := range []ctim.Disposition{ctim.Malicious, ctim.Suspicious} {
		if n := s.list.worst[d]; n > 0 {
			add(t.DispositionStyle(d).Text(safetext.Known(number(n) + " " + strings.ToLower(d.String()))))
		}
	}
	if n := len(inv.Sightings); n > 0 {
		add(t.Text.Text(say.Count(n, "sighting")))
	}
	if p := inv.Progress; v.running && p.Observables > few && p.ObservablesDone < p.Observables {
		text := number(p.ObservablesDone) + " of " + number(p.Observables) + " done"
		if p.Estimate > 0 {
			text += ", about " + say.Rough(p.Estimate).String() + " left"
		}
		add(t.Busy.Text(safetext.Known(text)))
	}
	add(s.moduleFacts(inv))
	if oldest := s.oldest(inv); oldest > 0 {
		said := []draw.Line{t.Dim.Text(safetext.Known("up to " + age(oldest) + " old"))}
		if withKey {
			said = append(said, t.Dim.Lit(", "), t.Accent.Lit("r"), t.Dim.Lit(" asks anew"))
		}
		add(said...)
	}
	return draw.Join(parts...)
}

// moduleFacts says how many modules have answered, and that some failed.
func (s *Screen) moduleFacts(inv *ctr.Investigation) draw.Line {
	t := s.o.Theme
	done, bad, limited := 0, 0, 0
	for _, m := range inv.Modules {
		switch {
		case failed(m):
			bad++
		case m.RateLimited:
			limited++
		}
		if m.Done {
			done++
		}
	}
	text := number(done) + " of " + say.Count(len(inv.Modules), "module").String()
	if s.w >= sideBySide {
		text += " done"
	}
	line := t.Text.Text(safetext.Known(text))
	if len(inv.Modules) == 0 {
		line = t.Dim.Lit("no module has answered yet")
	}
	if bad > 0 {
		line = draw.Join(line, t.Dim.Lit(", "), t.Bad.Text(safetext.Known(number(bad)+" failed")))
	}
	if limited > 0 {
		line = draw.Join(line, t.Dim.Lit(", "), t.Warn.Text(safetext.Known(number(limited)+" rate-limited")))
	}
	return line
}

// oldest is the age of the oldest answer that the cache gave.
func (s *Screen) oldest(inv *ctr.Investigation) (oldest time.Duration) {
	for _, m := range inv.Modules {
		if m.FromCache > 0 {
			oldest = max(oldest, m.Age)
		}
	}
	return oldest
}

// budget is what is left of the organisation's requests, or until when it asked for quiet.
func (s *Screen) budget() draw.Line {
	t := s.o.Theme
	b := s.budgetNow
	switch {
	case b.Limit == 0:
		return draw.Line{}
	case b.HeldUntil.After(s.now):
		text := "too many requests: quiet until "
		if v := s.visit; v != nil && ctr.IsRateLimited(v.err) { // the line says that at its left
			text = "quiet until "
		}
		return t.Warn.Text(safetext.Known(text + b.HeldUntil.In(s.o.Zone).Format("15:04:05")))
	case b.Remaining < b.Limit/10:
		return t.Warn.Text(safetext.Known(number(b.Remaining) + " of " + number(b.Limit) + " requests left"))
	case s.w < 80:
		return draw.Line{}
	}
	return t.Dim.Text(safetext.Known(number(b.Remaining) + " requests left"))
}

// body is list and tabs, beside or above each other.
func (s *Screen) body() draw.Block {
	t, r := s.o.Theme, s.room()
	list := s.list.view(!s.inDetail)
	bar := s.detail.bar(s.subject(), r.detailW, s.inDetail)
	rule := t.Border.Repeat(t.Box.Horizontal, s.w)
	if !r.beside {
		out := append(draw.Block{rule}, list...)
		below := s.list.hidden()
		out = append(out, draw.Join(t.Border.Repeat(t.Box.Horizontal, max(s.w-below.Width()-2, 0)), below, t.Border.Repeat(t.Box.Horizontal, 2)).Fit(s.w), bar)
		return append(out, s.detail.view()...)
	}
	right := append(draw.Block{bar, draw.Line{}}, s.detail.view()...)
	left := list.Fit(r.listW, s.h-headRows)
	right = right.Fit(r.detailW, s.h-headRows)
	out := draw.Block{draw.Join(t.Border.Repeat(t.Box.Horizontal, r.listW), t.Mark(t.Border, t.Box.TeeTop), t.Border.Repeat(t.Box.Horizontal, r.detailW))}
	side := t.Mark(t.Border, t.Box.Vertical)
	for i := range left {
		out = append(out, draw.Join(left[i], side, right[i]))
	}
	return out
}

// empty is the screen before the first look-up.
func (s *Screen) empty() draw.Block {
	t := s.o.Theme
	if s.o.Investigator == nil {
		return append(draw.Block{{}}, draw.Para(s.w-2, draw.Blank(1), t.Warn,
			safetext.Known("There is no profile with Threat Response. Key s opens the set-up."))...)
	}
	row := func(name, text string) draw.Line {
		return draw.Join(draw.Blank(3), t.Accent.Text(safetext.Known(name).Pad(25)), t.Text.Text(safetext.Known(text)))
	}
	b := draw.Block{
		{},
		draw.Join(draw.Blank(1), t.Strong.Lit("What can be looked up")),
		row("203.0.113.7", "a value by itself: address, domain, URL, hash"),
		row(`email_subject:"Invoice"`, "a value with its type; tab completes the types"),
		row("hxxps://evil[.]example/x", "defanged, as reports write it"),
		row("a list, a report", "paste it: what it holds is shown first"),
		{},
	}
	if len(s.past) > 0 {
		b = append(b, draw.Join(draw.Blank(1), t.Strong.Lit("Looked up before"), t.Dim.Lit("  n, then the arrows")))
		for _, p := range s.past[:min(len(s.past), max(s.h-len(b)-3, 0))] {
			when := t.Dim.Text(safetext.Known(p.at.In(s.o.Zone).Format("2006-01-02 15:04")))
			b = append(b, draw.Join(draw.Blank(3), when, draw.Blank(2), askline.Paint(t, p.query, max(s.w-24, 8))))
		}
	}
	return b
}

// click selects what is under the pointer.
func (s *Screen) click(m tea.MouseMsg) tea.Cmd {
	if s.visit == nil || s.menu != nil {
		return nil
	}
	r := s.room()
	y := m.Y - headRows
	inList := y >= 0 && y < r.listH
	if r.beside {
		inList = m.X < r.listW
	}
	if inList {
		s.inDetail = false
		s.list.click(y)
		return tea.Batch(s.detail.show(s.subject()), s.tellSelected())
	}
	s.inDetail = true
	m.Y = y - 2
	if !r.beside {
		m.Y = y - r.listH - 2
	}
	if s.detail.top() != nil {
		m.Y--
	}
	if m.Y < 0 {
		return nil
	}
	cmd, _ := s.detail.Update(m)
	return tea.Batch(cmd, s.tellSelected())
}
