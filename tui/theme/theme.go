// Package theme decides once how the app looks: colours, marks and borders.
//
// It uses the terminal's own 16 colours and its own background, so that the app looks like the rest
// of the analyst's terminal. One accent, one colour for each outcome, and no meaning by colour alone:
// whatever has a colour has a mark and a word too. Nothing else in the module touches colours, and
// nothing asks the terminal.
package theme

import (
	"io"
	"strconv"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"ctrace/ctr/ctim"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
)

// Theme is every style, mark and border of the app.
type Theme struct {
	Text   draw.Style // ordinary text
	Dim    draw.Style // what may be overlooked
	Strong draw.Style // headings and what matters
	Accent draw.Style // the one accent: focus, keys, selection
	Title  draw.Style // the accent, bold
	Border draw.Style
	Focus  draw.Style // the border of what has the focus
	Cursor draw.Style // of a text field: reversed, also without colour

	Good, Warn, Bad, Busy draw.Style // outcomes, and nothing else

	dispositions map[ctim.Disposition]draw.Style

	Marks Marks
	Box   Box
}

// New makes a theme. environ is the environment's value of a name, as os.Getenv gives it: COLORFGBG
// tells the background when the mode is Auto.
func New(o Options, environ func(string) string) *Theme {
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(termenv.ANSI))
	r.SetColorProfile(termenv.ANSI)
	p := choose(o, environ)
	style := func(colour string, bold bool) draw.Style {
		s := r.NewStyle().Bold(bold)
		if colour != "" && !o.NoColor {
			s = s.Foreground(lipgloss.Color(colour))
		}
		return draw.NewStyle(s)
	}
	t := &Theme{
		Text:   style("", false),
		Dim:    style(p.dim, false),
		Strong: style("", true),
		Accent: style(p.accent, false),
		Title:  style(p.accent, true),
		Border: style(p.dim, false),
		Focus:  style(p.accent, false),
		Good:   style(p.good, true),
		Warn:   style(p.warn, true),
		Bad:    style(p.bad, true),
		Busy:   style(p.accent, true),
		Cursor: draw.NewStyle(r.NewStyle().Reverse(true)),
		Marks:  unicodeMarks,
		Box:    unicodeBox,
	}
	t.dispositions = map[ctim.Disposition]draw.Style{
		ctim.Malicious:  style(p.bad, true),
		ctim.Suspicious: style(p.warn, true),
		ctim.Clean:      style(p.good, false),
		ctim.Common:     style(p.common, false),
		ctim.Unknown:    style(p.dim, false),
	}
	if o.ASCII {
		t.Marks, t.Box = asciiMarks, asciiBox
	}
	return t
}

// Disposition draws a disposition: its mark and its word, in its colour.
func (t *Theme) Disposition(d ctim.Disposition) draw.Line {
	s := t.DispositionStyle(d)
	return draw.Join(s.Text(safetext.Known(t.DispositionMark(d))), s.Lit(" "), s.Text(safetext.Known(d.String())))
}

// Foreign draws text from outside. Text that tried to play tricks gets a warning mark before it.
func (t *Theme) Foreign(s draw.Style, x safetext.Text) draw.Line {
	if !x.Hostile() {
		return s.Text(x)
	}
	return draw.Join(t.Warn.Text(safetext.Known(t.Marks.Hostile)), s.Lit(" "), s.Text(x))
}

// palette is a choice among the 16 ANSI colours; "" is the terminal's own foreground.
type palette struct{ accent, dim, good, warn, bad, common string }

var (
	darkPalette  = palette{accent: "14", dim: "8", good: "10", warn: "11", bad: "9", common: "12"}
	lightPalette = palette{accent: "4", dim: "8", good: "2", warn: "3", bad: "1", common: "6"}
)

func choose(o Options, environ func(string) string) palette {
	light := o.Mode == Light
	if o.Mode == Auto || o.Mode == "" {
		light = lightBackground(environ("COLORFGBG"))
	}
	if light {
		return lightPalette
	}
	return darkPalette
}

// lightBackground reads COLORFGBG, "foreground;background" or "foreground;default;background" in
// ANSI numbers, which rxvt, Konsole and others set. 7 and 9 to 15 are light.
func lightBackground(colours string) bool {
	bg := colours
	for i := len(bg) - 1; i >= 0; i-- {
		if bg[i] == ';' {
			bg = bg[i+1:]
			break
		}
	}
	switch bg {
	case "7", "9", "10", "11", "12", "13", "14", "15":
		return colours != bg
	}
	return false
}

// Card draws a box with a title around lines.
func (t *Theme) Card(cells int, border draw.Style, title draw.Line, b draw.Block) draw.Block {
	x := t.Box
	return draw.Box(cells, border, [6]string{x.TopLeft, x.TopRight, x.BottomLeft, x.BottomRight, x.Horizontal, x.Vertical}, title, b)
}

// Mark draws one of the theme's marks.
func (t *Theme) Mark(s draw.Style, mark string) draw.Line { return s.Text(safetext.Known(mark)) }

// Scrolled draws the part of b that shows in a window of w by h cells. When lines are hidden, the last
// column tells how many: above at the top, below at the bottom.
func (t *Theme) Scrolled(b draw.Block, s draw.Scroll, w, h int) draw.Block {
	s = s.By(0, len(b), h)
	out := s.Window(b, h).Fit(w, h)
	if h < 3 || w < 8 {
		return out
	}
	tag := func(i int, mark string, n int) {
		if n > 0 {
			out[i] = draw.Spread(w, out[i], t.Dim.Text(safetext.Known(mark+strconv.Itoa(n))))
		}
	}
	tag(0, t.Marks.Up, s.Above())
	tag(h-1, t.Marks.Down, s.Below(len(b), h))
	return out
}

// DispositionMark is the mark of a disposition; one that nobody knows has that of Unknown.
func (t *Theme) DispositionMark(d ctim.Disposition) string {
	if mark := t.Marks.Dispositions[d]; mark != "" {
		return mark
	}
	return t.Marks.Dispositions[ctim.Unknown]
}

// DispositionStyle is the colour of a disposition.
func (t *Theme) DispositionStyle(d ctim.Disposition) draw.Style {
	if s, ok := t.dispositions[d]; ok {
		return s
	}
	return t.dispositions[ctim.Unknown]
}
