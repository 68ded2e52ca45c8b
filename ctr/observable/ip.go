package observable

import "net/netip"

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

// ipv4 looks at line[a:b], digits and dots with a boundary at both ends.
func (s *scanner) ipv4(line string, a, b int) bool {
	if !parseIPv4(line[a:b]) {
		return false
	}
	if a > 0 {
		switch p := line[a-1]; {
		case isAlnum(p) && !escapeEnds(line, a) || p == '_' && !opensEmphasis(line, a-1):
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

// colonRun looks at a run of hexadecimal groups and colons that begins at a:
// an IPv6 address, a MAC address, or (mostly) a time of day. It returns the
// end of the run, which is never looked at again.
func (s *scanner) colonRun(line string, a int) int {
	b, group, colons, double, dots := a, a, 0, false, 0
loop:
	for ; b < len(line); b++ {
		switch c := line[b]; {
		case c == ':':
			group = b + 1
			colons++
			double = double || at(line, b+1) == ':'
		case c == '.':
			dots++
		case !isHex(c):
			break loop
		case b-group >= 4 && dots == 0:
			// Longer than a group can be: a number, or a hash.
			return group
		}
	}
	run := b
	address := colons >= 5 || double
	if next := at(line, b); isAlnum(next) || next == '_' && !closesEmphasis(line, b) || !address && (dots > 0 || next == '-' || next == '@') {
		// What stands behind the last colon is scanned on its own: "C2:abc.de", "25:1.2.3.4", "09:42@example.com".
		if dots == 1 && isSeconds(line[group:b]) {
			return b
		}
		return group
	}
	if !address {
		return b // "15:04:05"
	}
	for b > a && (line[b-1] == '.' || (line[b-1] == ':' && (b-a < 2 || line[b-2] != ':'))) {
		b--
	}
	if a > 0 && isAlnum(line[a-1]) && !escapeEnds(line, a) || isSlice(line, a, b) {
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

// hexColon scans the run of hexadecimal groups that the atom line[a:b] ends
// with, in front of a colon: all of it, or what stands behind a dash (the
// second address of a range) or the letter of an escape ("\n2001:db8::1").
func (s *scanner) hexColon(line string, a, b int, kinds kindOf) int {
	start := a
	if kinds&^(aDigit|aHex|aUpper) != 0 {
		for start = b; start > a && isHex(line[start-1]); start-- {
		}
		if start == b || start > a && !isAddressEdge(line, start) || isMACWith(line[a:b], '-') {
			return 0
		}
	}
	if b-start > 4 || start > 1 && line[start-1] == ':' && line[start-2] == ':' {
		return 0
	}
	if end := s.colonRun(line, start); end > b {
		return end
	}
	return 0
}

// isAddressEdge tells whether an address can begin at i of an atom: behind
// the dash of a range, an escape sequence, emphasis, or text in another script.
func isAddressEdge(line string, i int) bool {
	p := line[i-1]
	return p == '-' && i > 1 && (line[i-2] == ':' || isAlnum(line[i-2])) || p >= 0x80 || opensEmphasis(line, i-1) || escapeEnds(line, i)
}
