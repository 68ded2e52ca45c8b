// Package draw builds what the app shows out of lines whose width is known.
//
// A [Line] is styled text made from safetext.Text or from constants of this program, and from nothing
// else: foreign text that did not pass safetext does not compile. Because every Line carries its
// width, laying out a screen measures nothing twice. The package knows no colours (package theme does)
// and keeps no state.
package draw

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"ctrace/internal/safetext"
)

// Style is how text looks: what is written before and after it.
type Style struct{ open, end string }

// NewStyle takes colours and attributes from a Lip Gloss style; padding, borders and widths of it are
// not used, because Line does the layout.
func NewStyle(s lipgloss.Style) Style {
	const probe = "x"
	open, end, _ := strings.Cut(s.Render(probe), probe)
	return Style{open: open, end: end}
}

// literal takes only untyped constants of a caller in another package: the words of this program.
type literal string

// Lit draws words of this program. They must be printable ASCII or single-cell characters.
func (s Style) Lit(words literal) Line { return s.line(string(words), ansi.StringWidth(string(words))) }

// Text draws text that was made safe.
func (s Style) Text(t safetext.Text) Line { return s.line(t.String(), t.Width()) }

func (s Style) line(text string, width int) Line {
	if text == "" {
		return Line{}
	}
	return Line{s: s.open + text + s.end, width: width}
}

// Line is one line, or a part of one, of styled text.
type Line struct {
	s     string
	width int
}

// Width is the number of cells.
func (l Line) Width() int { return l.width }

// String gives the line with its escape sequences.
func (l Line) String() string { return l.s }

// Fit makes the line exactly the given number of cells wide: cut with an ellipsis, or filled with blanks.
func (l Line) Fit(cells int) Line {
	switch {
	case cells <= 0:
		return Line{}
	case l.width == cells:
		return l
	case l.width < cells:
		return Line{s: l.s + blanks(cells-l.width), width: cells}
	}
	s := ansi.Truncate(l.s, cells, "…")
	// A wide character may not fit into the last cell.
	return Line{s: s + blanks(cells-ansi.StringWidth(s)), width: cells}
}

// Join puts parts next to each other.
func Join(parts ...Line) Line {
	var b strings.Builder
	n, width := 0, 0
	for _, p := range parts {
		n += len(p.s)
		width += p.width
	}
	b.Grow(n)
	for _, p := range parts {
		b.WriteString(p.s)
	}
	return Line{s: b.String(), width: width}
}

// Spread puts left and right at the two ends of a line of the given width; left gives way.
func Spread(cells int, left, right Line) Line {
	if right.width+1 >= cells {
		return Join(left, Blank(1), right).Fit(cells)
	}
	return Join(left.Fit(cells-right.width-1), Blank(1), right)
}

// Blank is a number of blanks.
func Blank(cells int) Line {
	if cells <= 0 {
		return Line{}
	}
	return Line{s: blanks(cells), width: cells}
}

const manyBlanks = "                                                                                                    "

func blanks(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(manyBlanks):
		return manyBlanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Repeat draws a character of one cell n times.
func (s Style) Repeat(char string, n int) Line {
	if n <= 0 {
		return Line{}
	}
	return s.line(strings.Repeat(char, n), n)
}

// Block is lines below each other.
type Block []Line

// Fit makes the block exactly cells wide and rows high.
func (b Block) Fit(cells, rows int) Block {
	out := make(Block, max(rows, 0))
	for i := range out {
		if i < len(b) {
			out[i] = b[i].Fit(cells)
		} else {
			out[i] = Blank(cells)
		}
	}
	return out
}

// String joins the lines with line feeds, without one at the end.
func (b Block) String() string {
	var s strings.Builder
	n := len(b)
	for _, l := range b {
		n += len(l.s)
	}
	s.Grow(n)
	for i, l := range b {
		if i > 0 {
			s.WriteByte('\n')
		}
		s.WriteString(l.s)
	}
	return s.String()
}

// View takes apart what a screen's or panel's View gave. By contract each of its lines is exactly cells wide.
func View(view string, cells int) Block {
	b := make(Block, 0, strings.Count(view, "\n")+1)
	for l := range strings.SplitSeq(view, "\n") {
		b = append(b, Line{s: l, width: cells})
	}
	return b
}

// Over draws a smaller block over b at column x and row y, and changes neither.
func (b Block) Over(top Block, x, y int) Block {
	out := append(Block(nil), b...)
	for i, l := range top {
		if y+i < 0 || y+i >= len(out) {
			continue
		}
		under := out[y+i]
		left := Line{s: ansi.Truncate(under.s, x, ""), width: min(x, under.width)}
		left.s += blanks(left.width - ansi.StringWidth(left.s)) // a wide character may be cut through
		right := under.from(x + l.width)
		out[y+i] = Join(left, l, right)
	}
	return out
}

// from is what stands from a cell on. The half of a wide character becomes a blank.
func (l Line) from(cell int) Line {
	width := max(0, l.width-cell)
	s := ansi.TruncateLeft(l.s, cell, "")
	if ansi.StringWidth(s) > width {
		s = ansi.TruncateLeft(l.s, cell+1, "")
	}
	return Line{s: blanks(width-ansi.StringWidth(s)) + s, width: width}
}
