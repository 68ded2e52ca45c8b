package safetext

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// What a tab becomes.
const (
	tabPicture = "␉"
	tabBlanks  = "    "
)

const (
	// maxMarks is how many combining marks one character may carry.
	maxMarks = 3
	// maxJoins is how many zero width joiners one emoji may have; the longest
	// that Unicode recommends for interchange (families, kisses) have three.
	maxJoins = 3

	markFlood    = `\u{…}`
	dottedCircle = "◌"

	zwj       = 0x200D
	emojiText = 0xFE0E // variation selector 15
	emojiForm = 0xFE0F // variation selector 16
)

// printableASCII tells whether all bytes are from blank to tilde. It looks at
// eight bytes at a time: this is the path of nearly every field drawn.
func printableASCII(s string) bool {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	for len(s) >= 8 {
		x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		// A byte below the blank borrows, DEL carries, and the rest is above ASCII.
		if (x|(x-ones*' ')|(x+ones))&high != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cleaned is the safe form of the beginning of a string.
type cleaned struct {
	s       string
	taken   int // bytes of the input
	width   int // in cells
	hostile bool
}

// clean gives the safe form of s, at most limit runes long. It allocates only
// when something has to be changed.
func clean(s string, limit int, tab string) cleaned {
	c := cleaner{tab: tab}
	var (
		b            []byte // nil as long as nothing was changed
		runes, width int
		plain        = true // width is right so far
		hostile      bool
		i            int
	)
	for i < len(s) {
		if run := plainRun(s[i:], limit-runes); run.size > 0 {
			c.set(run.last)
			runes += run.runes
			width += run.width
			if b != nil {
				b = append(b, s[i:i+run.size]...)
			}
			i += run.size
			continue
		}
		e := c.next(s[i:])
		if runes+e.runes > limit {
			break
		}
		runes += e.runes
		width += e.runes // right for what is shown in place of something
		plain = plain && e.changed && !e.combining
		hostile = hostile || e.hostile
		if b == nil && e.changed {
			b = append(make([]byte, 0, len(s)+64), s[:i]...)
		}
		switch {
		case e.changed:
			b = append(b, e.shown...)
		case b != nil:
			b = append(b, s[i:i+e.size]...)
		}
		i += e.size
	}
	out := s[:i]
	if b != nil {
		out = string(b)
	}
	if !plain {
		width = ansi.StringWidth(out)
	}
	return cleaned{s: out, taken: i, width: width, hostile: hostile}
}

type run struct {
	size, runes, width int
	last               rune
}

// plainRun gives the run of everyday letters at the start of s, at most limit
// runes: ASCII and Latin, one cell each, Hangul syllables, kana and ideographs,
// two cells each. They need no table, never join, and have the width that
// [ansi.StringWidth] gives them, which a test holds.
func plainRun(s string, limit int) (r run) {
	for r.size < len(s) && r.runes < limit {
		c, size := rune(s[r.size]), 1
		if c >= 0x80 {
			c, size = utf8.DecodeRuneInString(s[r.size:])
		}
		switch {
		case c >= ' ' && c <= '~', c >= 0xA1 && c < 0x300 && c != 0xAD:
			r.width++
		case wide(c):
			r.width += 2
		default:
			return r
		}
		r.size += size
		r.runes++
		r.last = c
	}
	return r
}

// wide tells whether c is a Hangul syllable, a kana or an ideograph.
func wide(c rune) bool {
	return c >= 0xAC00 && c < 0xD7A4 || c >= 0x4E00 && c < 0xA000 || c >= 0x3041 && c < 0x3097 || c >= 0x30A0 && c < 0x3100
}

// element is what cannot be split: a character, a character with what it is
// shown as, or a joiner with the emoji behind it.
type element struct {
	size    int    // bytes of the input
	shown   string // when changed
	runes   int    // of the output
	changed bool
	hostile bool
	// combining: shown has other cells than runes.
	combining bool
}

func asIs(size int) element { return element{size: size, runes: 1} }

func shownAs(size int, s string, hostile bool) element {
	return element{size: size, shown: s, runes: utf8.RuneCountInString(s), changed: true, hostile: hostile}
}

func escaped(r rune, size int) element {
	return shownAs(size, `\u{`+strconv.FormatInt(int64(r), 16)+"}", true)
}

// cleaner holds what the next character may lean on.
type cleaner struct {
	tab   string
	base  rune // the last character that is not a mark; 0 at the start
	prev  rune // the last character of all; 0 at the start
	marks int  // combining marks since base
	joins int  // joiners in this emoji
	bad   bool // the last byte was bad UTF-8
}

func (c *cleaner) next(s string) element {
	r, size := utf8.DecodeRuneInString(s)
	wasBad := c.bad
	c.bad = r == utf8.RuneError && size == 1
	switch {
	case c.bad:
		c.set(r)
		// A lone byte from 0x80 to 0x9F is a control code to some terminals. As a
		// part of a broken sequence it is only an accident.
		return shownAs(1, "\uFFFD", s[0] < 0xA0 && !wasBad)
	case r == '\t':
		c.set(' ')
		return shownAs(size, c.tab, false)
	case r < ' ':
		c.set(r + 0x2400)
		return shownAs(size, string(r+0x2400), true)
	case r == 0x7F:
		c.set('␡')
		return shownAs(size, "␡", true)
	case r == zwj:
		return c.joiner(s, size)
	case unicode.Is(unicode.Variation_Selector, r):
		return c.selector(r, size)
	case forbidden(r):
		c.setMark()
		return escaped(r, size)
	case stacks(r, c.prev):
		return c.mark(s, r, size)
	}
	if r < 0x1F3FB || r > 0x1F3FF { // skin tones belong to the emoji before them
		c.joins = 0
	}
	c.base, c.prev, c.marks = r, r, 0
	return asIs(size)
}

// set starts a new character that nothing may lean on but combining marks.
func (c *cleaner) set(r rune) { c.base, c.prev, c.marks, c.joins = r, r, 0, 0 }

// setMark starts anew behind a mark of ours, which ends in a brace.
func (c *cleaner) setMark() { c.set('}') }

// joiner allows U+200D between two emoji, and takes the second one with it.
func (c *cleaner) joiner(s string, size int) element {
	after, n := utf8.DecodeRuneInString(s[size:])
	if !pictographic(c.base) || c.marks > 0 || !pictographic(after) || c.joins >= maxJoins {
		c.setMark()
		return escaped(zwj, size)
	}
	c.joins++
	c.base, c.prev, c.marks = after, after, 0
	return element{size: size + n, runes: 2}
}

// selector allows a variation selector once, where it selects something: text or
// emoji form of a symbol, or the variant of an ideograph. Anywhere else selectors
// are invisible bytes that can carry a message.
func (c *cleaner) selector(r rune, size int) element {
	emoji := r == emojiText || r == emojiForm
	keycap := c.base == '#' || c.base == '*' || c.base >= '0' && c.base <= '9'
	if c.prev == c.base && c.base != 0 &&
		(emoji && (keycap || pictographic(c.base)) || !emoji && unicode.Is(unicode.Han, c.base)) {
		c.prev = r
		return asIs(size)
	}
	c.setMark()
	return escaped(r, size)
}

// mark allows three combining marks on a character. The first one too many shows
// as a mark of ours, and the rest of the flood goes with it. At the start of a
// text a dotted circle carries them, so that they do not land on what was drawn
// before.
func (c *cleaner) mark(s string, r rune, size int) element {
	if c.prev == 0 {
		c.base, c.prev, c.marks = '◌', r, 1
		e := shownAs(size, dottedCircle+string(r), false)
		e.combining = true
		return e
	}
	if c.marks < maxMarks {
		c.marks++
		c.prev = r
		return asIs(size)
	}
	for size < len(s) {
		next, n := utf8.DecodeRuneInString(s[size:])
		if !stacks(next, r) || forbidden(next) || unicode.Is(unicode.Variation_Selector, next) {
			break
		}
		r = next
		size += n
	}
	c.setMark()
	return shownAs(size, markFlood, true)
}

// stacks tells whether r joins the character before it instead of starting a new
// one: combining marks, and the vowels and finals of conjoining Hangul.
func stacks(r, prev rune) bool {
	switch {
	case r < 0x300:
		return false
	case r >= 0x1100 && r < 0x1160: // initial consonants pile up on each other only
		return prev >= 0x1100 && prev < 0x1160
	case r >= 0x1160 && r < 0x1200, r >= 0xD7B0 && r < 0xD800:
		return true
	}
	return unicode.Is(unicode.M, r)
}

// forbidden tells whether r is never drawn: C1 controls, format characters (bidi
// controls, zero width, tags, soft hyphen), line and paragraph separators,
// private use, unassigned code points outside the emoji blocks, and letters that
// are invisible by definition, such as the Hangul fillers.
func forbidden(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r < 0xA0:
		return true
	}
	return !unicode.IsGraphic(r) && !pictographic(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// pictographic tells whether r may be a part of an emoji sequence. The blocks
// are wider than the emoji in them, which does no harm.
func pictographic(r rune) bool {
	switch {
	case r >= 0x1F000 && r < 0x1FB00, r >= 0x2190 && r < 0x2C00:
		return true
	case r == 0xA9, r == 0xAE, r == 0x203C, r == 0x2049, r == 0x2122, r == 0x2139,
		r == 0x3030, r == 0x303D, r == 0x3297, r == 0x3299:
		return true
	}
	return false
}
