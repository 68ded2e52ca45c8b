package observable

import (
	"net/netip"
	"strings"
)

// parseIPv4 reads exactly a.b.c.d: decimal, no leading zeros (inet_aton would
// read them as octal, so nobody knows which address was meant).
func parseIPv4(s string) bool {
	if len(s) < 7 || len(s) > 15 {
		return false
	}
	groups, n, value := 0, 0, 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '.' {
			if n == 0 {
				return false
			}
			groups++
			n, value = 0, 0
			continue
		}
		d := s[i] - '0'
		if d > 9 || (n == 1 && value == 0) {
			return false
		}
		value = value*10 + int(d)
		n++
		if value > 255 {
			return false
		}
	}
	return groups == 4
}

// versionWords stand before a version number, which looks like an address.
var versionWords = []string{"ver", "ver.", "v.", "v", "release", "rel", "build", "asyncos", "firmware", "revision", "rev", "section", "sections", "sec.", "chapter", "clause", "kernel", "linux", "oid"}

// ipv4 looks at line[a:b], digits and dots with a boundary at both ends.
func (s *scanner) ipv4(line string, a, b int) bool {
	if !parseIPv4(line[a:b]) {
		return false
	}
	if a > 0 {
		switch p := line[a-1]; {
		case isAlnum(p) && !isEscapeLetter(line, a-1) || p == '_' && !opensEmphasis(line, a-1):
			return false
		case p == '/' && a > 1 && isAlpha(line[a-2]) && s.nested == 0 && !followsRoute(line[:a-1]):
			// Chrome/120.0.0.0: a product and its version.
			return false
		case behindVersion[p] && followsVersionWord(line[:a]):
			return false
		}
	}
	if b < len(line) && (isAlnum(line[b]) || line[b] == '_' && !closesEmphasis(line, b)) {
		return false
	}
	s.addPlain(kIP, a, b, 0)
	return true
}

// opensEmphasis and closesEmphasis tell the underscores that set a word off
// in Markdown from those within a name.
func opensEmphasis(line string, i int) bool {
	return line[i] == '_' && (i == 0 || atoms[line[i-1]] == 0)
}

func closesEmphasis(line string, i int) bool {
	return at(line, i) == '_' && atoms[at(line, i+1)] == 0
}

// routeWords stand before a slash and an address: Squid's "HIER_DIRECT/203.0.113.5",
// Bash's "/dev/tcp/203.0.113.5/443".
var routeWords = wordSet(`direct parent sibling tcp udp ip ipv4 host addr address src dst client server peer from to inside outside dmz`)

// followsRoute looks at the word at the end of s.
func followsRoute(s string) bool {
	a := len(s)
	for a > 0 && isAlpha(s[a-1]) && len(s)-a < 10 {
		a--
	}
	return routeWords[lowerASCII(s[a:])]
}

// behindVersion may stand between the word and the number, as in "version 1",
// "Version: 1", fw_version="1" and "<version>1".
var behindVersion = func() (t [256]bool) {
	for _, b := range []byte(" \t:=\"'>(") {
		t[b] = true
	}
	return t
}()

// followsVersionWord looks at the word at the end of s.
func followsVersionWord(s string) bool {
	end := len(s)
	for end > 0 && behindVersion[s[end-1]] && end > len(s)-4 {
		end--
	}
	start := end
	for start > 0 && end-start < 16 && (isAlpha(s[start-1]) || s[start-1] == '.') {
		start--
	}
	w := s[start:end]
	if hasFoldSuffix(w, "version") || hasFoldSuffix(w, "versions") {
		return true
	}
	for _, v := range versionWords {
		if len(v) == len(w) && hasFoldPrefix(w, v) {
			return true
		}
	}
	return false
}

// colonRun looks at a run of hexadecimal groups and colons that begins at a:
// an IPv6 address, a MAC address, or (mostly) a time of day. It returns the
// end of the run, which is never looked at again.
func (s *scanner) colonRun(line string, a int) int {
	b, colons, double, dots := a, 0, false, 0
	for b < len(line) {
		c := line[b]
		switch {
		case c == ':':
			colons++
			if b+1 < len(line) && line[b+1] == ':' {
				double = true
			}
		case c == '.':
			dots++
		case !isHex(c):
			goto end
		}
		b++
	}
end:
	run := b
	address := colons >= 5 || double
	if next := at(line, b); isAlnum(next) || next == '_' && !closesEmphasis(line, b) || !address && (dots > 0 || next == '-' || next == '@') {
		// What stands behind the last colon is scanned on its own: "C2:abc.de", "25:1.2.3.4", "09:42@example.com".
		last := a + strings.LastIndexByte(line[a:b], ':') + 1
		if dots == 1 && isSeconds(line[last:b]) {
			return b
		}
		return last
	}
	if !address {
		return b // "15:04:05"
	}
	for b > a && (line[b-1] == '.' || (line[b-1] == ':' && (b-a < 2 || line[b-2] != ':'))) {
		b--
	}
	if a > 0 && isAlnum(line[a-1]) && !isEscapeLetter(line, a-1) || isSlice(line, a, b) {
		return run
	}
	text := line[a:b]
	switch {
	case isMACWith(text, ':'):
		s.add(kMAC, a, b)
	case isIPv6Text(text):
		s.add(kIPv6, a, b)
		return zoneEnd(line, b, run)
	}
	return run
}

// isSeconds tells the end of a time of day with a fraction, "05.123".
func isSeconds(s string) bool {
	return len(s) > 3 && s[2] == '.' && allDigits(s[:2]) && allDigits(s[3:])
}

// isSlice tells "x[1::2]", every second element in Python, from an address in
// brackets.
func isSlice(line string, a, b int) bool {
	return a > 1 && b-a <= len("10::20") && line[a-1] == '[' && isWord(line[a-2]) && at(line, b) == ']' && line[a:b] != "::1"
}

// zoneEnd skips the zone of a link-local address (fe80::1%eth0): it names an
// interface of one machine, so it is no part of the observable.
func zoneEnd(line string, b, run int) int {
	if b < len(line) && line[b] == '%' {
		for b++; b < len(line) && atoms[line[b]] != 0; b++ {
		}
		return b
	}
	return max(b, run)
}

// isIPv6Text tells a written IPv6 address from what only parses as one:
// "::", names of code such as a::b, and eight pairs of a certificate's serial.
func isIPv6Text(text string) bool {
	digits, pairs := 0, 0
	for i := range len(text) {
		if isDigit(text[i]) {
			digits++
		}
		if text[i] == ':' && i%3 == 2 {
			pairs++
		}
	}
	if len(text) == 23 && pairs == 7 || digits == 0 && len(text) < 12 {
		return false
	}
	addr, err := netip.ParseAddr(text)
	return err == nil && addr.Is6() && addr.Zone() == "" && !addr.IsUnspecified()
}

// macLen is the length of a MAC address as six pairs.
const macLen = 17

// isMACWith tells six pairs of hexadecimal digits with the separator between.
func isMACWith(s string, sep byte) bool {
	if len(s) != macLen {
		return false
	}
	for i := range len(s) {
		if i%3 == 2 {
			if s[i] != sep {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

// macIn finds the MAC address with dashes in the atom line[a:b], and gives -1
// when there is none.
func macIn(line string, a, b int) int {
	for a < b && (line[a] >= 0x80 || opensEmphasis(line, a) || isEscapeLetter(line, a)) {
		a++
	}
	end := a + macLen
	if end > b || !isMACWith(line[a:end], '-') || end < b && atoms[line[end]]&(aAlnum|aDash) != 0 {
		return -1
	}
	return a
}

// isCiscoMAC tells 001b.4411.3ab7, the form that Cisco's switches print.
func isCiscoMAC(s string) bool {
	if len(s) != 14 || s[4] != '.' || s[9] != '.' {
		return false
	}
	letters := s[0] == '0'
	for i := range len(s) {
		if i == 4 || i == 9 {
			continue
		}
		if !isHex(s[i]) {
			return false
		}
		letters = letters || !isDigit(s[i])
	}
	return letters
}

// isPrivate tells the addresses that mean nothing outside one network.
func isPrivate(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() ||
		a.IsMulticast() || a.IsUnspecified() || sharedSpace.Contains(a) || a == broadcast
}

// isPublicIPv4 is a quick look at the first number of an address: false when
// it has to be looked at as a whole.
func isPublicIPv4(s string) bool {
	n := 0
	for i := 0; i < 4 && i < len(s) && s[i] != '.'; i++ {
		n = n*10 + int(s[i]-'0')
	}
	switch n {
	case 0, 10, 100, 127, 169, 172, 192:
		return false
	}
	return n < 224
}

var (
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	broadcast   = netip.AddrFrom4([4]byte{255, 255, 255, 255})
)
