package observable

import "strings"

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
	if start > a && (isNumbered(line[:a]) && !isTitle(line[start:end]) || quotedName(line, start, end) > 0) && isFileName(line[a:end]) {
		s.fileName(line, start, end)
		return 0
	}
	if end-start < 4 {
		return 0
	}
	if line[start] == '_' && closesEmphasis(line, portEnd(line, end)) {
		start++
	}
	if n := escapeLen(line, start); n > 0 && end-start > n+3 && !isQuotedPath(line, start, end) {
		start = afterMarks(line, start+n, end)
		kinds = kindsOf(line[start:end])
	}
	if kinds&aAlpha == 0 {
		return s.numbers(line, start, end, b)
	}
	return s.name(line, start, end, b, kinds)
}

func kindsOf(s string) kindOf {
	kinds := kindOf(0)
	for i := range len(s) {
		kinds |= atoms[s[i]]
	}
	return kinds
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
			kinds := kindsOf(line[a:end])
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
	if opensEmphasis(line, start) {
		start++
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
	if isCiscoMAC(text) && (start == 0 || line[start-1] != '.' && (!isAlnum(line[start-1]) || escapeEnds(line, start))) {
		s.add(kMAC, start, end)
		return 0
	}
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		return 0
	}
	last := text[i+1:]
	if len(last) < 5 && isDigit(last[len(last)-1]) && !(isAlpha(last[0]) && isFileName(text)) {
		// "v1.2" and the like, and an address glued to a dash.
		return s.gluedAddress(line, start, end)
	}
	is := s.tlds.look(last)
	if !is.tld && !is.file {
		return 0
	}
	if len(text) <= len("12.pm") && hasFoldSuffix(text, "m") && allDigits(text[:i]) && len(last) == 2 {
		// A time of day: "10.am", "5.pm".
		return 0
	}
	if isTitle(last) && !isUpper(text[0]) {
		// Two sentences without a blank between: "the end.In the".
		return 0
	}
	if is.file && (!is.tld || !s.writtenAsHost(line, start, end)) || is.build && isBuildFile(text) && !s.inPath(line, start, end) {
		s.fileName(line, start, end)
		return 0
	}
	if !plainLabels(text, kinds) && !validLabels(text) || s.isProse(line, start, end, last, is, kinds) || s.inPath(line, start, end) {
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
// host: defanged, with "www.", a port, or a path behind it, or of three labels
// under one of two countries.
func (s *scanner) writtenAsHost(line string, start, end int) bool {
	if hasFoldPrefix(line[start:end], "www.") {
		return true
	}
	if start > 0 && (line[start-1] == '/' || line[start-1] == '\\') {
		return false
	}
	if end < len(line) && (line[end] == '/' || isPort(line, end)) {
		return true
	}
	if s.refanged && s.editedWithin(start, end) {
		return true
	}
	// "mail.example.pl": Poland and Serbia, whose endings are those of scripts
	// and sources that rarely have a second dot.
	name, ok := strings.CutSuffix(line[start:end], ".pl")
	if !ok {
		name, ok = strings.CutSuffix(name, ".rs")
	}
	return ok && strings.IndexByte(name, '.') > 0 && !isFileName(name) && !s.inPath(line, start, end)
}

// isPort tells ":8080" from the number of a line, as in "setup.py:12" and
// "setup.py:1234: error".
func isPort(line string, i int) bool {
	end := portEnd(line, i)
	port := line[i:end]
	return (len(port) > 4 || port == ":80" || port == ":443") && at(line, end) != ':'
}

// isTitle tells a word that begins with a capital and goes on without.
func isTitle(word string) bool { return len(word) > 1 && isUpper(word[0]) && !isUpper(word[1]) }

// isProse tells what has the shape of a domain but is not one: a time of day
// ("10.am"), a country's registry ("co.uk"), and code (see isCode).
func (s *scanner) isProse(line string, start, end int, last string, is lastLabel, kinds kindOf) bool {
	text := line[start:end]
	first := text[:strings.IndexByte(text, '.')]
	two := len(first)+1+len(last) == len(text)
	if two && len(last) == 2 && len(first) <= 2 && allDigits(first) {
		return true
	}
	if isRegistry(text) {
		return true
	}
	if two && (at(line, end) == '(' || at(line, end) == '[') && last != "com" && last != "net" && last != "org" {
		return true
	}
	if two && !is.common && followsUserLabel(line, start) {
		return true
	}
	return (is.member || kinds&aUpper != 0 && !is.common) && isCode(first, last, is, kinds) && !(s.refanged && s.editedWithin(start, end))
}
