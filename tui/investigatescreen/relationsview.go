package investigatescreen

import (
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
)

// layout draws the lines that show.
func (t *relationsTab) layout() {
	if t.w <= 0 || t.h <= 0 || t.subject.inv == nil {
		return
	}
	th := t.s.o.Theme
	if len(t.lines) == 0 {
		words := safetext.Known("No sighting says what it is joined to.")
		if t.subject.running {
			words = nothingYet
		}
		t.view = draw.Block{draw.Line{}, draw.Join(draw.Blank(2), th.Dim.Text(words))}.Fit(t.w, t.h)
		return
	}
	first := t.at
	if t.step(t.at, -1) < 0 {
		first = 0 // the heading before the first line shows with it
	}
	t.scroll = t.scroll.Reveal(first, t.at+1, len(t.lines), t.h)
	b := make(draw.Block, 0, t.h)
	for at := t.scroll.Top(); at < min(len(t.lines), t.scroll.Top()+t.h); at++ {
		b = append(b, t.line(at))
	}
	b = b.Fit(t.w, t.h)
	if n := t.scroll.Above(); n > 0 && t.h > 2 {
		b[0] = draw.Spread(t.w, b[0], th.Dim.Text(safetext.Known(th.Marks.Up+number(n))))
	}
	if n := t.scroll.Below(len(t.lines), t.h); n > 0 && t.h > 2 {
		b[t.h-1] = draw.Spread(t.w, b[t.h-1], th.Dim.Text(safetext.Known(th.Marks.Down+number(n))))
	}
	t.view = b
}

func (t *relationsTab) line(at int) draw.Line {
	th, b := t.s.o.Theme, t.lines[at]
	if b.heading != "" {
		head := draw.Join(draw.Blank(1), th.Strong.Text(safetext.Known(b.heading)))
		if b.heading == "Relations" && (t.root != observable.Observable{}) {
			head = draw.Join(head, th.Dim.Lit("  from another root: "), th.Accent.Lit("t"), th.Dim.Lit(" on it goes back"))
		}
		return head
	}
	pick, text := draw.Blank(1), th.Text
	if at == t.at {
		pick = th.Mark(th.Dim, th.Marks.Select)
		if t.focused {
			pick, text = th.Mark(th.Accent, th.Marks.Select), th.Strong
		}
	}
	fold := draw.Blank(2)
	switch {
	case b.open:
		fold = draw.Join(th.Mark(th.Accent, th.Marks.Unfolded), draw.Blank(1))
	case b.inner:
		fold = draw.Join(th.Mark(th.Accent, th.Marks.Folded), draw.Blank(1))
	}
	parts := []draw.Line{pick, draw.Blank(1 + 2*b.depth), fold}
	count := draw.Line{}
	if b.count > 1 {
		count = th.Dim.Text(safetext.Known(times(b.count)))
	}
	switch {
	case b.left > 0:
		parts = append(parts, th.Dim.Text(safetext.Known("and "+number(b.left)+" more")))
	case b.group != nil:
		parts = append(parts, t.mailLine(b.group, text))
	case b.part:
		parts = append(parts, th.Dim.Text(safetext.Known(b.label).Pad(partColumn)), t.node(b.obs, text, false))
	default:
		if b.label != "" {
			parts = append(parts, th.Dim.Text(safetext.Line(b.label)), draw.Blank(1))
		}
		parts = append(parts, t.node(b.obs, text, true))
	}
	return draw.Spread(t.w-1, draw.Join(parts...), count)
}

// mailLine is a message: sender, recipients and subject, each in a style of its own.
func (t *relationsTab) mailLine(g *mailGroup, text draw.Style) draw.Line {
	th := t.s.o.Theme
	line := draw.Join(
		th.Foreign(text, safetext.Line(short(g.from))), draw.Blank(1), th.Mark(th.Accent, th.Marks.Arrow), draw.Blank(1),
		th.Foreign(text, safetext.Line(short(g.to))),
	)
	if len(g.subject) > 0 {
		line = draw.Join(line, draw.Blank(2), th.Foreign(th.Dim, safetext.Line(g.subject[0].Value)))
	}
	return line
}

// partColumn is the width of the names of a message's parts.
const partColumn = 14

// node is an observable with its type and what the modules think of it.
func (t *relationsTab) node(o observable.Observable, text draw.Style, typed bool) draw.Line {
	th := t.s.o.Theme
	value := th.Foreign(text, safetext.Line(observable.Defang(o)))
	kind := draw.Line{}
	if typed {
		kind = th.Dim.Text(safetext.Line(" " + typeLabel(o.Type)))
	}
	if f := t.subject.inv.Find(o); f != nil && f.Disposition != 0 {
		return draw.Join(th.Disposition(f.Disposition), draw.Blank(2), value, kind)
	}
	return draw.Join(value, kind)
}
