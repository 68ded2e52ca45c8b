package askline

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/keys"
	"ctrace/tui/say"
)

// many is from how many observables on the user is told what they cost.
const many = 1000

// draft is what was found in a text: the user leaves out what is not to be looked up.
type draft struct {
	text   string
	remark string // what of the text is not looked up as it is written, raw
	found  []candidate
	at     int
	scroll draw.Scroll
	rows   int // that showed last

	inspects bool // Threat Response was asked what it finds, and has not answered
	compared bool // it has
}

// candidate is an observable of the text.
type candidate struct {
	observable.Observable
	out   bool // not to be looked up
	here  bool // found by this program
	there bool // found by Threat Response
}

func newDraft(r Reading) *draft {
	d := &draft{text: r.Text, rows: 1}
	for _, o := range r.Found {
		d.found = append(d.found, candidate{Observable: o, here: true})
	}
	return d
}

// chosen are the observables that are to be looked up.
func (d *draft) chosen() []observable.Observable {
	var out []observable.Observable
	for _, c := range d.found {
		if !c.out {
			out = append(out, c.Observable)
		}
	}
	return out
}

// only says who alone has found an observable; nothing when both have, or only one was asked.
func (d *draft) only(c candidate) string {
	switch {
	case !d.compared || c.here && c.there:
		return ""
	case c.there:
		return "Threat Response alone"
	}
	return "Ctrace alone"
}

// Deciding tells that what was found in a text waits for a yes.
func (l *Line) Deciding() bool { return l.draft != nil }

// Inspects says that Threat Response is asked what it finds in the text.
func (l *Line) Inspects() {
	if l.draft != nil {
		l.draft.inspects = true
	}
}

// Inspected adds what Threat Response finds in the text; failed when it did not answer.
func (l *Line) Inspected(found []observable.Observable, failed bool) {
	d := l.draft
	if d == nil || !d.inspects {
		return
	}
	d.inspects, d.compared = false, !failed
	known := make(map[observable.Observable]int, len(d.found))
	for i, c := range d.found {
		known[c.Normal()] = i
	}
	for _, o := range found {
		if i, is := known[o.Normal()]; is {
			d.found[i].there = true
		} else if o.Validate() == nil {
			known[o.Normal()] = len(d.found)
			d.found = append(d.found, candidate{Observable: o, there: true})
		}
	}
}

// decide takes a key while what was found in a text is shown.
func (l *Line) decide(k tea.KeyMsg) Result {
	d := l.draft
	id, ok := keys.Match(k, keys.LookDraft, keys.Move)
	if rows, moves := keys.Delta(id, d.rows); ok && moves {
		d.at = max(0, min(d.at+rows, len(d.found)-1))
		return Result{}
	}
	switch id {
	case keys.DraftLookUp:
		if obs := d.chosen(); len(obs) > 0 {
			return Result{Observables: obs}
		}
		l.said = "everything is left out: space takes one back in"
	case keys.DraftLeaveOut:
		d.found[d.at].out = !d.found[d.at].out
		d.at = min(d.at+1, len(d.found)-1)
		l.said = ""
	case keys.DraftType:
		kind, out := d.found[d.at].Type, !d.found[d.at].out
		for i := range d.found {
			if d.found[i].Type == kind {
				d.found[i].out = out
			}
		}
		l.said = ""
	case keys.DraftBack:
		text := ""
		if len(d.text) <= mostText {
			text = strings.Join(strings.Fields(d.text), " ")
		}
		l.Focus(text)
	}
	return Result{}
}

// head says how much was found.
func (d *draft) head(l *Line) draw.Line {
	t := l.t
	n := len(d.chosen())
	line := draw.Join(t.Strong.Text(say.Count(len(d.found), "observable")), t.Text.Lit(" in the text"))
	if n < len(d.found) {
		line = draw.Join(line, t.Dim.Text(safetext.Known(", "+number(n)+" to look up")))
	}
	return line
}

// draw lists what is in the text, with what is not to be looked up and what only one has found.
func (d *draft) draw(l *Line, cells, rows int) draw.Block {
	t := l.t
	var b draw.Block
	for _, text := range []string{d.remark, l.said} {
		if text != "" {
			b = append(b, draw.Para(cells-1, draw.Blank(2), t.Warn, safetext.Line(text))...)
		}
	}
	foot := draw.Line{}
	switch {
	case d.inspects:
		foot = t.Dim.Lit("Threat Response is asked what it finds")
	case d.compared && !slices.ContainsFunc(d.found, func(c candidate) bool { return d.only(c) != "" }):
		foot = t.Dim.Lit("Threat Response finds the same")
	}
	if n := len(d.chosen()); n > many {
		b = append(b, draw.Para(cells-1, draw.Blank(2), t.Warn, safetext.Known(number(n)+
			" are many: each module is asked about 20 at a time, and the whole organisation has some thousand requests an hour. t leaves out a type."))...)
	}
	d.rows = max(min(rows-len(b)-2, len(d.found)), 1)
	d.scroll = d.scroll.Reveal(d.at, d.at+1, len(d.found), d.rows)
	top := d.scroll.Top()
	for i := top; i < min(len(d.found), top+d.rows); i++ {
		b = append(b, d.line(l, i, cells))
	}
	if left := len(d.found) - top - d.rows; left > 0 || top > 0 {
		foot = draw.Join(t.Dim.Text(safetext.Known(number(d.at+1)+" of "+number(len(d.found)))), draw.Blank(3), foot)
	}
	if foot.Width() == 0 {
		return b
	}
	return append(b, draw.Line{}, draw.Join(draw.Blank(2), foot))
}

func (d *draft) line(l *Line, i, cells int) draw.Line {
	t, c := l.t, d.found[i]
	pick, tick, style := draw.Blank(1), t.Mark(t.Accent, t.Marks.Done), t.Text
	if c.out {
		tick, style = draw.Blank(1), t.Dim
	}
	if i == d.at {
		pick = t.Mark(t.Accent, t.Marks.Select)
		if !c.out {
			style = t.Strong
		}
	}
	right := draw.Line{}
	if only := d.only(c); only != "" {
		tone := t.Dim
		if c.there {
			tone = t.Accent
		}
		right = draw.Join(draw.Blank(1), tone.Text(safetext.Known(only)), draw.Blank(1))
	}
	left := draw.Join(pick, tick, draw.Blank(1), t.Dim.Text(safetext.Known(label(c.Type)).Pad(16)), draw.Blank(1), t.Foreign(style, safetext.Line(observable.Defang(c.Observable))))
	return draw.Spread(cells, left, right)
}

// Hints gives the keys of the line.
func (l *Line) Hints() []keys.Hint {
	if l.draft != nil {
		return keys.Hints(keys.In(keys.LookDraft, keys.Move), nil)
	}
	return keys.Hints(keys.In(keys.LookLine), func(id keys.ID) string {
		if len(l.offers) == 0 && (id == keys.LookComplete || id == keys.LookEarlier) {
			return "there is no proposal"
		}
		return ""
	})
}
