package observable

import (
	"strings"
	"unicode/utf8"
)

// dotted scans line[a:b], an atom with a dot in it: an IPv4 address, a domain,
// a file name, a MAC address in Cisco's form, or nothing. It returns where to
// go on when that lies behind b, else 0.
func (s *scanner) dotted(line string, a, b int, kinds kindOf) int {
	if kinds&aHigh != 0 {
		return s.foreign(line, a, b)
	}
	if doubleDot(line[a:b]) {
		s.pieces(line, a, b)
		return 0
	}
	start, end := afterMarks(line, a, b), b
	for end > start && atoms[line[end-1]]&(aDot|aDash|aUnder) != 0 {
		end--
	}
	if end-start < 4 {
		return 0
	}
	if kinds&aAlpha == 0 {
		return s.numbers(line, start, end, b)
	}
	return s.name(line, start, end, b, kinds)
}

// afterMarks skips the dots and dashes that a name cannot begin with.
func afterMarks(line string, a, b int) int {
	for a < b && (line[a] == '.' || line[a] == '-') {
		a++
	}
	return a
}

// doubleDot tells whether s holds "..".
func doubleDot(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] == '.' && s[i-1] == '.' {
			return true
		}
	}
	return false
}

// plainLabels tells names whose labels need no look, for they are short and
// made of letters and digits alone. There is no ".." in them.
func plainLabels(name string, kinds kindOf) bool {
	return len(name) < 64 && kinds&(aDash|aUnder|aHigh) == 0
}

// pieces scans the parts between ".." each on its own.
func (s *scanner) pieces(line string, a, b int) {
	for a < b {
		end := b
		if i := strings.Index(line[a:b], ".."); i >= 0 {
			end = a + i
		}
		if end > a {
			kinds := kindOf(0)
			for i := a; i < end; i++ {
				kinds |= atoms[line[i]]
			}
			if kinds&aDot != 0 {
				s.dotted(line, a, end, kinds)
			}
		}
		a = end + 2
	}
}

// numbers scans digits, dots and dashes: an address, or a range of two.
func (s *scanner) numbers(line string, start, end, b int) int {
	if end-start > 40 {
		return 0
	}
	if i := strings.IndexByte(line[start:end], '-'); i > 0 {
		if parseIPv4(line[start : start+i]) {
			s.ipv4(line, start, start+i)
			if parseIPv4(line[start+i+1 : end]) {
				s.ipv4(line, start+i+1, end)
			}
		}
		return 0
	}
	if s.ipv4(line, start, end) {
		return s.afterHost(line, b)
	}
	return 0
}

// afterHost skips the port and path written behind a host without a scheme;
// its parts are not scanned for names.
func (s *scanner) afterHost(line string, b int) int {
	i := portEnd(line, b)
	if i >= len(line) || line[i] != '/' {
		return 0
	}
	end := trimURL(line, i, pathEnd(line, i, 0))
	if s.wantsNested {
		s.nest(line, i, end)
	}
	return max(end, i+1)
}

// name scans line[start:end], which holds a letter.
func (s *scanner) name(line string, start, end, b int, kinds kindOf) int {
	text := line[start:end]
	if len(text) > 253 {
		return 0
	}
	if isEscapeLetter(line, start) && len(text) > 4 {
		start = afterMarks(line, start+1, end)
		text = line[start:end]
	}
	if isCiscoMAC(text) && (start == 0 || !isAlnum(line[start-1])) {
		s.add(kMAC, start, end)
		return 0
	}
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		return 0
	}
	last := text[i+1:]
	if isDigit(last[len(last)-1]) && len(last) < 5 {
		// "v1.2" and the like, and an address glued to a dash.
		return s.gluedAddress(line, start, end)
	}
	is := s.tlds.look(last)
	if !is.tld {
		if is.file {
			s.fileName(line, start, end)
		}
		return 0
	}
	if is.file && !s.writtenAsHost(line, start, end) {
		s.fileName(line, start, end)
		return 0
	}
	if !plainLabels(text, kinds) && !validLabels(text) || s.isProse(line, end, text, last) || s.inPath(line, start, end) {
		return 0
	}
	s.addName(kDomain, start, end, nameFlags(text, kinds), kinds)
	return s.afterHost(line, b)
}

// inPath tells a name that is a component of a path ("util/Makefile.in"), and
// was not defanged: those are files, whatever their endings.
func (s *scanner) inPath(line string, start, end int) bool {
	return start > 1 && line[start-1] == '/' && isWord(line[start-2]) && !(s.refanged && s.editedWithin(start, end))
}

// gluedAddress finds the address in "-ip4-1.2.3.4": letters, a dash, digits.
func (s *scanner) gluedAddress(line string, start, end int) int {
	i := strings.LastIndexByte(line[start:end], '-')
	if i >= 0 && parseIPv4(line[start+i+1:end]) {
		s.ipv4(line, start+i+1, end)
	}
	return 0
}

// writtenAsHost tells whether a name that could be a file's is written as a
// host: defanged, with "www.", a port, or a path behind it.
func (s *scanner) writtenAsHost(line string, start, end int) bool {
	if hasFoldPrefix(line[start:end], "www.") {
		return true
	}
	if start > 0 && (line[start-1] == '/' || line[start-1] == '\\') {
		return false
	}
	if end < len(line) && (line[end] == '/' || portEnd(line, end) > end) {
		return true
	}
	return s.refanged && s.editedWithin(start, end)
}

// isProse tells what has the shape of a domain but is not one: two sentences
// without a blank between ("the end.In the"), a time of day ("10.am"), a
// call or an element ("request.is(", "self.name["), a country's registry ("co.uk").
func (s *scanner) isProse(line string, end int, text, last string) bool {
	if isUpper(last[0]) && !isUpper(last[1]) && !isUpper(text[0]) {
		return true
	}
	first := strings.IndexByte(text, '.')
	if first+1+len(last) == len(text) {
		if len(last) == 2 && first <= 2 && allDigits(text[:first]) {
			return true
		}
		if (at(line, end) == '(' || at(line, end) == '[') && last != "com" && last != "net" && last != "org" {
			return true
		}
	}
	return isRegistry(text)
}

// fileName adds the name of a file, with what in brackets or behind "~", "+",
// "&" belongs to it: "report(1).pdf".
func (s *scanner) fileName(line string, start, end int) {
	if start > 0 && line[start-1] == '.' {
		start--
	}
	if start > 0 && line[start-1] == '*' {
		// A pattern ("*.min.js") names no file.
		return
	}
	for start > 0 && line[start-1] == ')' {
		open := strings.LastIndexByte(line[max(0, start-12):start], '(')
		if open < 0 {
			break
		}
		open += max(0, start-12)
		a := open
		for a > 0 && atoms[line[a-1]] != 0 && open-a < 200 {
			a--
		}
		if a == open {
			break
		}
		start = a
	}
	s.add(kFileName, start, end)
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
	kinds := kindOf(0)
	for i := from; i < to; i++ {
		kinds |= atoms[line[i]]
	}
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
	if isFileName(line[a:b]) {
		s.fileName(line, a, b)
		return 0
	}
	a, b = s.tlds.cutGlue(line, a, b)
	if isASCII(line[a:b]) {
		kinds = 0
		for i := a; i < b; i++ {
			kinds |= atoms[line[i]]
		}
		if kinds&aDot == 0 {
			return 0
		}
		return s.dotted(line, a, b, kinds)
	}
	// Glued text around an address: "주소는1.2.3.4입니다".
	if kinds&aDigit != 0 {
		if x, y := asciiRun(line, a, b); parseIPv4(line[x:y]) {
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

// asciiRun gives the digits and dots inside line[a:b].
func asciiRun(line string, a, b int) (int, int) {
	for a < b && !isDigit(line[a]) {
		a++
	}
	end := a
	for end < b && (isDigit(line[end]) || line[end] == '.') {
		end++
	}
	return a, end
}
