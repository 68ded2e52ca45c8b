// Package frame draws what is around the screens: the header with its lamps, the bar of screens, the
// borders, the side panel's place and the footer. It is a pure function of its State.
package frame

import (
	"strconv"
	"time"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// The smallest terminal that the app draws itself in.
const (
	MinWidth  = 60
	MinHeight = 15
)

// besideFrom is the width from which the side panel stands beside the screen.
const besideFrom = 110

// Geometry is how much room the parts have, in cells, without borders.
type Geometry struct {
	BodyW, PanelW, Height int
	Beside                bool // the panel, if any, stands beside the screen and not over it
	Small                 bool // too small to draw anything
}

// Top is the first row of screens and panels.
const Top = 3

// rim is how many rows the frame takes: header, screen bar, rule; rule, footer, bottom border.
const rim = 6

// Measure divides a terminal of w by h cells.
func Measure(w, h int, panel bool) Geometry {
	g := Geometry{BodyW: w - 2, PanelW: w - 2, Height: h - rim, Beside: w >= besideFrom, Small: w < MinWidth || h < MinHeight}
	if g.Beside {
		g.PanelW = min(max(w*38/100, 42), 64)
		if panel {
			g.BodyW = w - 3 - g.PanelW
		}
	}
	return g
}

// State is everything that is drawn.
type State struct {
	W, H    int
	Profile safetext.Text
	Region  safetext.Text
	Lamps   [intent.Lamps]intent.State
	Clock   time.Time

	Screens []string // titles
	Current int
	Body    string // the view of the current screen

	Panel      intent.Panel // None: no panel
	PanelView  string
	PanelFocus bool

	Hints   []keys.Hint
	Notice  intent.Notice
	Prompt  *draw.Line // in the place of the keys: a command line
	Overlay draw.Block // over the middle of the body
	List    draw.Block // over the lower end of the body
}

// Draw draws the app.
func Draw(t *theme.Theme, s State) string {
	g := Measure(s.W, s.H, s.Panel != intent.None)
	if g.Small {
		return tooSmall(t, s.W, s.H)
	}
	d := drawer{t: t, s: s, g: g}
	out := draw.Block{d.header(), d.bar(), d.rule(t.Box.TeeLeft, t.Box.TeeTop, t.Box.TeeRight, true)}
	out = append(out, d.middle()...)
	out = append(out, d.rule(t.Box.TeeLeft, t.Box.TeeBottom, t.Box.TeeRight, false), d.footer(), d.bottom())
	return out.String()
}

func tooSmall(t *theme.Theme, w, h int) string {
	need := strconv.Itoa(MinWidth) + "x" + strconv.Itoa(MinHeight)
	have := strconv.Itoa(w) + "x" + strconv.Itoa(h)
	text := safetext.Known("Ctrace needs a terminal of " + need + "; this one is " + have + ". It goes on when it is larger.")
	return draw.Para(max(w, 1), draw.Line{}, t.Text, text).Fit(w, h).String()
}

type drawer struct {
	t *theme.Theme
	s State
	g Geometry
}

func (d drawer) side() draw.Line { return d.t.Mark(d.t.Border, d.t.Box.Vertical) }

func (d drawer) dash(n int) draw.Line { return d.t.Border.Repeat(d.t.Box.Horizontal, n) }

// header is the top border with the profile, the lamps and the clock in it.
func (d drawer) header() draw.Line {
	t := d.t
	sep := draw.Join(draw.Blank(1), d.dash(1), draw.Blank(1))
	lamps := draw.Join(d.lamp(intent.ESA), sep, d.lamp(intent.Tracking), sep, d.lamp(intent.CTR), sep, d.lamp(intent.Module))
	clock := t.Text.Text(safetext.Known(d.s.Clock.Format("15:04")))
	right := draw.Join(draw.Blank(1), lamps, draw.Blank(1), d.dash(3), draw.Blank(1), clock, draw.Blank(1), d.t.Mark(t.Border, t.Box.TopRight))

	room := d.s.W - right.Width() - 2
	left := draw.Join(t.Mark(t.Border, t.Box.TopLeft), draw.Blank(1), t.Title.Lit("ctrace"))
	for _, part := range []safetext.Text{d.s.Profile, d.s.Region} {
		free := room - left.Width() - 3
		if part.Width() > 0 && free >= 4 {
			left = draw.Join(left, sep, t.Foreign(t.Text, part.Truncate(min(free, 24))))
		}
	}
	left = draw.Join(left, draw.Blank(1))
	return draw.Join(left, d.dash(d.s.W-left.Width()-right.Width()), right).Fit(d.s.W)
}

func (d drawer) lamp(l intent.Lamp) draw.Line {
	t := d.t
	name := [...]string{"ESA", "tracking", "CTR", "module"}[l]
	style, mark, words := t.Dim, t.Marks.Waiting, t.Dim
	switch d.s.Lamps[l] {
	case intent.OK:
		style, mark, words = t.Good, t.Marks.Running, t.Text
	case intent.Busy:
		style, mark, words = t.Busy, t.Marks.Half, t.Text
	case intent.Failed:
		style, mark, words = t.Bad, t.Marks.Failed, t.Text
	}
	return draw.Join(words.Text(safetext.Known(name)), draw.Blank(1), t.Mark(style, mark))
}

// bar names the screens.
func (d drawer) bar() draw.Line {
	t := d.t
	var tabs []draw.Line
	for i, title := range d.s.Screens {
		mark, key, name := draw.Blank(1), t.Accent, t.Text
		if i == d.s.Current {
			mark, key, name = t.Mark(t.Accent, t.Marks.Select), t.Title, t.Title
		}
		tabs = append(tabs, mark, key.Text(safetext.Known(strconv.Itoa(i+1))), draw.Blank(1), name.Text(safetext.Known(title)), draw.Blank(2))
	}
	return draw.Join(d.side(), draw.Join(tabs...).Fit(d.s.W-2), d.side())
}

// rule is a line across the frame; the upper one names the panel.
func (d drawer) rule(left, tee, right string, upper bool) draw.Line {
	t := d.t
	open := d.s.Panel != intent.None
	name := draw.Line{}
	if open && upper {
		style := t.Text
		if d.s.PanelFocus {
			style = t.Title
		}
		name = draw.Join(draw.Blank(1), style.Text(safetext.Known(string(d.s.Panel))), draw.Blank(1))
	}
	inner := draw.Join(name, d.dash(d.g.PanelW-name.Width()))
	switch {
	case !open:
		inner = d.dash(d.s.W - 2)
	case d.g.Beside:
		inner = draw.Join(d.dash(d.g.BodyW), t.Mark(t.Border, tee), inner)
	}
	return draw.Join(t.Mark(t.Border, left), inner, t.Mark(t.Border, right))
}

// middle is the screen, with the panel beside or over it, and what lies over both.
func (d drawer) middle() draw.Block {
	inner := draw.View(d.s.Body, d.g.BodyW)
	if d.s.Panel != intent.None {
		panel := draw.View(d.s.PanelView, d.g.PanelW)
		if !d.g.Beside {
			inner = panel
		} else {
			separator := d.side()
			for i := range inner {
				inner[i] = draw.Join(inner[i], separator, panel[i])
			}
		}
	}
	if n := len(d.s.List); n > 0 {
		inner = inner.Over(d.s.List, 0, len(inner)-n)
	}
	if n := len(d.s.Overlay); n > 0 {
		w := d.s.Overlay[0].Width()
		inner = inner.Over(d.s.Overlay, max(0, (d.s.W-2-w)/2), max(0, (len(inner)-n)/2))
	}
	side := d.side()
	for i := range inner {
		inner[i] = draw.Join(side, inner[i], side)
	}
	return inner
}

// footer holds the keys of what has the focus, or the command line, and the notice at the right.
func (d drawer) footer() draw.Line {
	w := d.s.W - 2
	notice := d.notice()
	room := w
	if notice.Width() > 0 {
		room -= notice.Width() + 1
	}
	var left draw.Line
	if d.s.Prompt != nil {
		left = *d.s.Prompt
	} else {
		left = d.hints(room)
	}
	return draw.Join(d.side(), draw.Join(left.Fit(w-notice.Width()), notice), d.side())
}

// hints draws as many keys as there is room for. The last ones go first, but never help, which has them all.
func (d drawer) hints(room int) draw.Line {
	parts := make([]draw.Line, len(d.s.Hints))
	width := 0
	for i, h := range d.s.Hints {
		parts[i] = d.hint(h)
		width += parts[i].Width()
	}
	for i := len(parts) - 1; i >= 0 && width > room; i-- {
		if d.s.Hints[i].ID != keys.Help {
			width -= parts[i].Width()
			parts[i] = draw.Line{}
		}
	}
	return draw.Join(parts...)
}

func (d drawer) hint(h keys.Hint) draw.Line {
	return draw.Join(draw.Blank(1), d.t.Accent.Text(safetext.Known(h.Show)), draw.Blank(1), d.t.Text.Text(safetext.Known(h.Short)), draw.Blank(1))
}

func (d drawer) notice() draw.Line {
	t, n := d.t, d.s.Notice
	if n.Text.Width() == 0 {
		return draw.Line{}
	}
	style, mark := t.Text, t.Marks.Dot
	switch n.Level {
	case intent.Warning:
		style, mark = t.Warn, t.Marks.Hostile
	case intent.Error:
		style, mark = t.Bad, t.Marks.Failed
	}
	return draw.Join(t.Mark(style, mark), draw.Blank(1), style.Text(n.Text), draw.Blank(1)).Fit(min(n.Text.Width()+3, d.s.W-4))
}

func (d drawer) bottom() draw.Line {
	t := d.t
	return draw.Join(t.Mark(t.Border, t.Box.BottomLeft), d.dash(d.s.W-2), t.Mark(t.Border, t.Box.BottomRight))
}

// TabAt tells which screen's title stands at column x of the screen bar; a number past the last one
// when none does.
func TabAt(titles []string, x int) int {
	at := 1
	for i, title := range titles {
		at += 5 + len(title)
		if x < at {
			return i
		}
	}
	return len(titles)
}
