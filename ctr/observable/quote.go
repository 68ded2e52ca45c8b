package observable

import (
	"strings"
	"unicode/utf8"
)

// closing says how a quotation mark that ends a value is told from one in it.
type closing bool

const (
	strictClose closing = false // only a separator or the end may follow
	looseClose  closing = true  // in running text: anything may follow
)

// readValue reads the value at s[i:], quoted or not.
func readValue(s string, i int, c closing) queryValue {
	if n := quoteLen(s[i:]); n > 0 {
		return readQuoted(s, i, n, c)
	}
	end := i
	for end < len(s) && !endsBare(s, i, end) {
		end++
	}
	return queryValue{text: s[i:end], start: i, end: end, next: end}
}

// endsBare tells whether a value without quotation marks ends at k: at white
// space, and at "," or ";" unless it is within a URL.
func endsBare(s string, start, k int) bool {
	b := s[k]
	if b != ',' && b != ';' {
		return isSeparator(b)
	}
	if k+1 == len(s) || isSeparator(s[k+1]) || !strings.Contains(s[start:k], "://") && !strings.Contains(s[start:k], ":]//") {
		return true
	}
	n := nameEnd(s, k+1)
	if n > k+1 && n < len(s) && s[n] == ':' {
		return true
	}
	// Within a URL, unless a value of its own follows: "http://a.com,1.2.3.4".
	next := s[k+1:]
	if i := strings.IndexAny(next, ",; \t\r\n"); i >= 0 {
		next = next[:i]
	}
	_, ok := recognise(next)
	return ok && !isFileName(next)
}

// quotes are the quotation marks that quoteLen knows.
const quotes = "\"'\u2018\u2019\u201a\u201c\u201d\u201e"

// quoteLen gives the length of the quotation mark that s begins with, 0 when
// there is none: straight ones, and the typographic ones that the pages of
// Cisco's help and word processors print.
func quoteLen(s string) int {
	if s == "" {
		return 0
	}
	if s[0] == '"' || s[0] == '\'' {
		return 1
	}
	if len(s) >= 3 && s[0] == 0xE2 && s[1] == 0x80 && strings.IndexByte("\x98\x99\x9a\x9c\x9d\x9e", s[2]) >= 0 {
		return 3
	}
	return 0
}

// closes tells whether the mark that end begins with can end what the mark
// open began: single with single, double with double; a straight one only
// closes and is closed by its like, so that a canonical query has one reading.
func closes(open, end string) bool {
	n := quoteLen(end)
	if n == 0 {
		return false
	}
	if len(open) == 1 {
		return n == 1 && end[0] == open[0]
	}
	double := open[2] >= 0x9c
	if n == 1 {
		return double == (end[0] == '"')
	}
	return double == (end[2] >= 0x9c)
}

func readQuoted(s string, i, n int, c closing) queryValue {
	open := s[i : i+n]
	v := queryValue{start: i + n, quoted: true}
	var b strings.Builder
	k := v.start
	for k < len(s) {
		switch {
		case s[k] == '\n' || s[k] == '\r':
			return v.missingClose(&b, k)
		case s[k] == '\\' && k+1 < len(s) && open != "'" && strings.IndexByte("\"\\\n\r", s[k+1]) >= 0:
			v.escapes = append(v.escapes, k)
			b.WriteByte(s[k+1])
			k += 2
			continue
		case closes(open, s[k:]):
			q := quoteLen(s[k:])
			if c == looseClose || k+q == len(s) || isSeparator(s[k+q]) {
				v.text, v.end, v.next = b.String(), k, k+q
				return v
			}
			if at := typeBefore(s, v.start, k); at > 0 {
				// The mark opens the next value: this one was never closed.
				return v.cutAt(s, at)
			}
		}
		b.WriteByte(s[k])
		k++
	}
	return v.missingClose(&b, k)
}

// missingClose ends a value at the end of its line.
func (v queryValue) missingClose(b *strings.Builder, k int) queryValue {
	v.text, v.end, v.next = b.String(), k, k
	trimmed := strings.TrimRight(v.text, " \t")
	if r, n := utf8.DecodeLastRuneInString(trimmed); n == 3 && strings.ContainsRune("“”„", r) {
		trimmed = trimmed[:len(trimmed)-n]
	}
	v.text = trimmed
	return v
}

// cutAt ends a value before the type that begins at position at.
func (v queryValue) cutAt(s string, at int) queryValue {
	end := at
	for end > v.start && isSeparator(s[end-1]) {
		end--
	}
	v.text, v.end, v.next = s[v.start:end], end, end
	for len(v.escapes) > 0 && v.escapes[len(v.escapes)-1] >= end {
		v.escapes = v.escapes[:len(v.escapes)-1]
	}
	return v
}

// typeBefore gives the start of a known type that ends, with its colon, right
// before the quotation mark at k, else 0.
func typeBefore(s string, from, k int) int {
	if k-1 <= from || s[k-1] != ':' {
		return 0
	}
	a := k - 1
	for a > from && (isAlnum(s[a-1]) || s[a-1] == '_' || s[a-1] == '-') {
		a--
	}
	if a == from || a == k-1 || !isSeparator(s[a-1]) {
		return 0
	}
	if _, ok := Lookup(s[a : k-1]); !ok {
		return 0
	}
	return a
}
