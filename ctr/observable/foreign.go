package observable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isGlue tells the scripts that are written without blanks between words, or
// with particles glued to the word: a name in Latin letters ends there.
func isGlue(r rune) bool {
	return r >= 0x1100 && unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func isNameRune(r rune, n int) bool {
	if r == utf8.RuneError && n <= 1 {
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}

// foreign scans an atom with characters outside ASCII, in pieces between
// punctuation.
func (s *scanner) foreign(line string, a, b int) int {
	for a < b {
		from, to := trimForeign(line, a, b, a)
		if to == from {
			_, n := utf8.DecodeRuneInString(line[a:b])
			a += n
			continue
		}
		if end := s.foreignName(line, from, to); end > b {
			return end
		}
		a = to
	}
	return 0
}

func (s *scanner) foreignName(line string, from, to int) int {
	kinds := kindsOf(line[from:to])
	switch {
	case kinds&aDot == 0:
		return 0
	case kinds&aHigh == 0:
		return s.dotted(line, from, to, kinds)
	}
	a, b := from, to
	for a < b && (line[a] == '.' || line[a] == '-') {
		a++
	}
	for b > a && atoms[line[b-1]]&(aDot|aDash|aUnder) != 0 {
		b--
	}
	if i := strings.Index(line[a:b], ".."); i >= 0 || b-a > 500 {
		return 0
	}
	if end := gluedEnd(line, a, b); isFileName(line[a:end]) {
		s.fileName(line, a, end)
		return 0
	}
	a, b = s.tlds.cutGlue(line, a, b)
	if x, y := asciiRun(line, a, b); isCiscoMAC(line[x:y]) {
		s.add(kMAC, x, y)
		return 0
	}
	if isASCII(line[a:b]) {
		kinds = kindsOf(line[a:b])
		if kinds&aDot == 0 {
			return 0
		}
		return s.dotted(line, a, b, kinds)
	}
	// Glued text around an address: "주소는1.2.3.4입니다".
	if kinds&aDigit != 0 {
		if x, y := asciiRun(line, a, b); parseIPv4(strings.TrimRight(line[x:y], ".")) {
			y = x + len(strings.TrimRight(line[x:y], "."))
			s.ipv4(line, x, y)
			return 0
		}
	}
	if s.tlds.validDomain(line[a:b]) {
		if _, ok := toASCII(line[a:b]); ok {
			s.addName(kDomain, a, b, nameFlags(line[a:b], aHigh), aHigh)
			return s.afterHost(line, b)
		}
	}
	return 0
}

// asciiRun gives the first run of letters, digits and dots of ASCII in line[a:b].
func asciiRun(line string, a, b int) (int, int) {
	for a < b && !isAlnum(line[a]) {
		a++
	}
	end := a
	for end < b && (isAlnum(line[end]) || line[end] == '.') {
		end++
	}
	return a, end
}

// trimForeign narrows line[a:b], an atom with characters outside ASCII, to
// the part around position at that can be a name: it stops at punctuation, at
// invalid UTF-8, and where glued text begins ("example.com에서").
func trimForeign(line string, a, b, at int) (int, int) {
	for i := at; i < b; {
		if line[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(line[i:b])
		if !isNameRune(r, n) {
			b = i
			break
		}
		i += n
	}
	for i := at; i > a; {
		if line[i-1] < 0x80 {
			i--
			continue
		}
		r, n := utf8.DecodeLastRuneInString(line[a:i])
		if !isNameRune(r, n) {
			a = i
			break
		}
		i -= n
	}
	return a, b
}

// gluedEnd gives the end of the ASCII that the last label of a name begins
// with ("송장.exe이다"); that of the name when it begins with none.
func gluedEnd(line string, a, b int) int {
	last := a + strings.LastIndexByte(line[a:b], '.') + 1
	end := last
	for end < b && line[end] < 0x80 {
		end++
	}
	if end == last {
		return b
	}
	return end
}

// cutGlue cuts glued text off both ends of a name whose last label, in whole,
// is no top-level domain but begins with one.
func (c *tldCache) cutGlue(line string, a, b int) (int, int) {
	last := a + strings.LastIndexByte(line[a:b], '.') + 1
	if end := gluedEnd(line, a, b); end < b && c.known(line[last:end]) {
		b = end
	}
	if r, _ := utf8.DecodeRuneInString(line[last:b]); r < 0x80 {
		first := a + max(strings.IndexByte(line[a:b], '.'), 0)
		for i := first; i > a; i-- {
			if line[i-1] >= 0x80 {
				if r, _ := utf8.DecodeLastRuneInString(line[a:i]); isGlue(r) && i < first && isAlnum(line[i]) {
					a = i
				}
				break
			}
		}
	}
	return a, b
}

// behindGlue skips words in a script without blanks ("联系bob@example.com")
// when the rest of the local part is ASCII. A local part that is in such a
// script as a whole stays.
func behindGlue(line string, a, b int) int {
	i := b
	for i > a && line[i-1] < 0x80 {
		i--
	}
	if r, _ := utf8.DecodeLastRuneInString(line[a:i]); i < b && isGlue(r) && (isAlnum(line[i]) || line[i] == '.') {
		return i
	}
	return a
}

// punctuation gives the place of the first quotation mark, full stop or the
// like outside ASCII in line[a:b], or b.
func punctuation(line string, a, b int) int {
	for i := a; i < b; i++ {
		if line[i] < 0x80 {
			continue
		}
		r, n := utf8.DecodeRuneInString(line[i:b])
		if unicode.In(r, unicode.P, unicode.Z) {
			return i
		}
		i += n - 1
	}
	return b
}

// behindPunctuation gives the place behind the last of them, or a.
func behindPunctuation(line string, a, b int) int {
	for p := punctuation(line, a, b); p < b; p = punctuation(line, a, b) {
		_, n := utf8.DecodeRuneInString(line[p:b])
		a = p + n
	}
	return a
}
