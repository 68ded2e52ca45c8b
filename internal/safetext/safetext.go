// Package safetext makes foreign text safe to draw on a terminal.
//
// Subjects, senders, file names, URLs, server greetings and API errors are
// written by strangers. Drawn as they are, they can move the cursor, forge rows,
// set the clipboard or reverse what the analyst reads. This package turns such a
// string into a [Text], which shows every trick as a visible mark instead of
// obeying it, and the renderers of the app accept only that type. Nothing is
// deleted: an escape sequence in a subject is a finding, so it stays readable and
// [Text.Hostile] tells that it was there.
//
// It never changes what is stored or exported: models and JSON keep the raw
// string, and only the place that draws or prints goes through here. It knows
// nothing of colours, and it does not defang.
package safetext

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const (
	// maxRunes is how many runes of output one line may have. Longer lines end in
	// an ellipsis ([Line]) or go on in the next [Text] ([Block]).
	maxRunes = 1000
	// maxLines is how many lines [Block] gives; the last one says what is missing.
	maxLines = 10_000

	ellipsis = "…"
)

// Text is one line of text that is safe to draw: valid UTF-8 without control
// characters, escape sequences, bidirectional controls or invisible characters.
// Only this package makes one. The zero value is the empty text.
type Text struct {
	s       string
	width   int
	hostile bool
}

// Line makes a one-line field safe. A tab shows as ␉ and a line feed as ␊. A
// string of more than 1,000 runes is cut there with an ellipsis, before the rest
// is looked at.
func Line(s string) Text {
	if len(s) <= maxRunes && printableASCII(s) {
		return Text{s: s, width: len(s)}
	}
	c := clean(s, maxRunes, tabPicture)
	if c.taken == len(s) {
		return Text{s: c.s, width: c.width, hostile: c.hostile}
	}
	cut := clean(s[:c.taken], maxRunes-1, tabPicture)
	return Text{s: cut.s + ellipsis, width: cut.width + 1, hostile: c.hostile}
}

// Block makes text of several lines safe: one Text a line, without the line
// ends (LF or CR LF). A tab becomes four blanks. A line of more than 1,000 runes
// goes on in the next Text; after 10,000 lines one more says that the rest was
// left out. The empty string has no lines, and a line end at the very end of s
// opens none.
func Block(s string) []Text {
	var lines []Text
	for s != "" {
		if len(lines) == maxLines {
			return append(lines, Known("(the rest is left out)"))
		}
		line, rest, found := strings.Cut(s, "\n")
		if found {
			line = strings.TrimSuffix(line, "\r")
		}
		c := clean(line, maxRunes, tabBlanks)
		lines = append(lines, Text{s: c.s, width: c.width, hostile: c.hostile})
		if c.taken < len(line) {
			s = s[c.taken:]
			continue
		}
		s = rest
	}
	return lines
}

// Known makes a Text of the program's own words. They pass the same cleaning, so
// that a foreign string that gets here by mistake does no harm, but they are
// never flagged.
func Known(s string) Text {
	t := Line(s)
	t.hostile = false
	return t
}

// Concat joins texts without anything between them. The result is flagged when
// one of them is.
func Concat(parts ...Text) Text {
	var b strings.Builder
	var hostile bool
	for _, p := range parts {
		b.WriteString(p.s)
		hostile = hostile || p.hostile
	}
	// Two regional indicators or jamo may meet at a seam, so the widths do not
	// simply add up.
	return Text{s: b.String(), width: ansi.StringWidth(b.String()), hostile: hostile}
}

// String gives the text, ready to be drawn or printed.
func (t Text) String() string { return t.s }

// Width is the number of terminal cells that the text takes.
func (t Text) Width() int { return t.width }

// Hostile tells that the string held something that has no place in an honest
// line: a control character or escape sequence, a bidirectional, invisible or
// private-use character, or a flood of combining marks. A tab alone and badly
// encoded text are not hostile.
func (t Text) Hostile() bool { return t.hostile }

// Truncate shortens the text to at most the given number of cells; a text that
// was cut ends in an ellipsis. It never cuts through a character.
func (t Text) Truncate(cells int) Text {
	switch {
	case t.width <= cells:
		return t
	case cells <= 0:
		return Text{hostile: t.hostile}
	case len(t.s) == t.width: // one byte a cell: ASCII
		return Text{s: t.s[:cells-1] + ellipsis, width: cells, hostile: t.hostile}
	}
	s := ansi.Truncate(t.s, cells, ellipsis)
	return Text{s: s, width: ansi.StringWidth(s), hostile: t.hostile}
}

// Pad makes the text exactly the given number of cells wide: cut with an
// ellipsis when it is longer, filled with blanks on the right when shorter.
func (t Text) Pad(cells int) Text {
	t = t.Truncate(cells)
	if gap := cells - t.width; gap > 0 {
		t.s += strings.Repeat(" ", gap)
		t.width = cells
	}
	return t
}

// PadLeft is Pad with the blanks on the left, for numbers.
func (t Text) PadLeft(cells int) Text {
	t = t.Truncate(cells)
	if gap := cells - t.width; gap > 0 {
		t.s = strings.Repeat(" ", gap) + t.s
		t.width = cells
	}
	return t
}

// Cut gives the cells from left up to, but not including, right: what a view
// that scrolls sideways shows.
func (t Text) Cut(left, right int) Text {
	left = max(left, 0)
	if right = min(right, t.width); left >= right {
		return Text{hostile: t.hostile}
	}
	s := ansi.Cut(t.s, left, right)
	return Text{s: s, width: ansi.StringWidth(s), hostile: t.hostile}
}

// Wrap breaks the text into lines of at most the given number of cells, at
// blanks where it can and inside words where it must. The blanks at a break are
// dropped.
func (t Text) Wrap(cells int) []Text {
	if cells <= 0 || t.width <= cells {
		return []Text{t}
	}
	var lines []Text
	for rest := t.s; rest != ""; {
		head := rest
		if ansi.StringWidth(rest) > cells {
			head = wrapAt(rest, cells)
		}
		line := strings.TrimRight(head, " ")
		lines = append(lines, Text{s: line, width: ansi.StringWidth(line), hostile: t.hostile})
		rest = strings.TrimLeft(rest[len(head):], " ")
	}
	return lines
}

// wrapAt gives the first line of s, which is wider than cells.
func wrapAt(s string, cells int) string {
	head := ansi.Truncate(s, cells, "")
	if head == "" { // a wide character in one cell
		cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		return cluster
	}
	if s[len(head)] == ' ' {
		return head
	}
	if blank := strings.LastIndexByte(head, ' '); blank > 0 && strings.TrimLeft(head[:blank], " ") != "" {
		return head[:blank]
	}
	return head
}
