package observable

import (
	"strings"
	"unicode/utf8"
)

// localByte classes what may stand before the @ of an address that is not
// quoted: RFC 5322 atext and ".", without what in running text belongs to
// something before the address ("/", "?", "^", "{", "|", "}", "`"). Zero ends
// the local part.
type localByte uint8

const (
	lPlain   localByte = 1 << iota // letters, digits, "_"
	lMark                          // may stand within, but not in front
	lEquals                        // =
	lPercent                       // %
	lHigh                          // outside ASCII
)

var localBytes = func() (t [256]localByte) {
	for b := range 256 {
		switch k := atoms[b]; {
		case k&(aAlnum|aUnder) != 0:
			t[b] = lPlain
		case k&aHigh != 0:
			t[b] = lHigh
		}
	}
	for _, b := range []byte(".-+'&$~#!*") {
		t[b] = lMark
	}
	t['='], t['%'] = lMark|lEquals, lMark|lPercent
	return t
}()

// emailAt reads the address around the @ at position at. Nothing left of
// floor is looked at. It returns the end of the address, or 0.
func (s *scanner) emailAt(line string, floor, at int) int {
	hostEnd, kinds := s.emailHost(line, at+1)
	if hostEnd == 0 {
		return 0
	}
	start, ok := localStart(line, floor, at)
	if !ok {
		return 0
	}
	if opensEmphasis(line, start) && closesEmphasis(line, hostEnd) {
		start++
	}
	k, flags := kEmail, nameFlags(line[at+1:hostEnd], kinds)
	if a, b, is := messageIDAround(line, start, hostEnd); is || s.idHeader {
		k, start, hostEnd, flags = kMessageID, a, b, flags|Header
	}
	for n := len(s.found); n > 0 && s.found[n-1].start >= start; n-- {
		// A name in a local part with "=" is no domain of its own.
		s.found = s.found[:n-1]
	}
	s.addName(k, start, hostEnd, flags, kinds)
	return hostEnd
}

// emailHost reads the host behind the @: a domain, an IPv4 address, or a
// literal in brackets. kinds are of the bytes of a name.
func (s *scanner) emailHost(line string, h int) (end int, kinds kindOf) {
	if h < len(line) && line[h] == '[' {
		end := strings.IndexByte(line[h:min(len(line), h+48)], ']')
		if end < 0 || !isAddressLiteral(line[h+1:h+end]) {
			return 0, 0
		}
		return h + end + 1, aUpper // "IPv6:" is written in any case
	}
	b := h
	for b < len(line) && atoms[line[b]] != 0 {
		kinds |= atoms[line[b]]
		b++
	}
	if kinds&aHigh != 0 {
		_, b = trimForeign(line, h, b, h)
	}
	if doubleDot(line[h:b]) {
		b = h + strings.Index(line[h:b], "..")
	}
	for b > h && atoms[line[b-1]]&(aDot|aDash|aUnder) != 0 {
		b--
	}
	if b-h > 253 || b == h {
		return 0, 0
	}
	switch {
	case kinds&(aAlpha|aHigh) == 0:
		if parseIPv4(line[h:b]) {
			return b, 0
		}
		return 0, 0
	case plainLabels(line[h:b], kinds) && s.knownName(line[h:b]) || s.tlds.validDomain(line[h:b]):
		return b, kinds
	case kinds&aHigh != 0:
		if _, end := s.tlds.cutGlue(line, h, b); end < b && s.tlds.validDomain(line[h:end]) {
			return end, kinds
		}
	}
	return 0, 0
}

// knownName tells whether a name of plain labels ends in a top-level domain.
func (s *scanner) knownName(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i > 0 && name[0] != '.' && s.tlds.known(name[i+1:])
}

// isAddressLiteral is RFC 5321 4.1.3: an IPv4 address, or "IPv6:" and one.
func isAddressLiteral(s string) bool {
	if hasFoldPrefix(s, "ipv6:") {
		return isIPv6Text(s[5:])
	}
	return parseIPv4(s)
}

// localStart finds where the local part begins that ends before at.
func localStart(line string, floor, at int) (int, bool) {
	if at > 0 && line[at-1] == '"' {
		return quotedLocal(line, at)
	}
	a, kinds := at, localByte(0)
	for a > floor && at-a < 128 {
		k := localBytes[line[a-1]]
		if k == 0 {
			break
		}
		kinds |= k
		a--
	}
	if kinds == lPlain && at-a <= 64 && escapeLen(line, a) == 0 {
		return a, true
	}
	if kinds&lHigh != 0 {
		a, _ = trimForeign(line, a, at, at)
		a = behindGlue(line, a, at)
	}
	if kinds&lEquals != 0 {
		if local := line[a:at]; !isReturnPath(local) {
			a += strings.LastIndexByte(local, '=') + 1
		}
	}
	if kinds&lPercent != 0 {
		a = behindEscape(line, a, at)
	}
	if a > floor {
		a = min(at, a+escapeLen(line, a))
	}
	for a < at && localBytes[line[a]]&lMark != 0 {
		a++
	}
	return a, validLocal(line[a:at])
}

// behindEscape gives the place behind the last "%20" or the like.
func behindEscape(line string, a, b int) int {
	for i := a; i+2 < b; i++ {
		if line[i] == '%' && isHex(line[i+1]) && isHex(line[i+2]) {
			a = i + 3
		}
	}
	return a
}

// isReturnPath tells the encoded senders of lists and forwarders (VERP, SRS,
// BATV), in which "=" belongs to the address.
func isReturnPath(local string) bool {
	for _, p := range []string{"srs0", "srs1", "prvs=", "btv1=", "bounce", "return", "msprvs1="} {
		if hasFoldPrefix(local, p) {
			return true
		}
	}
	plus, eq := strings.IndexByte(local, '+'), strings.IndexByte(local, '=')
	return plus > 0 && plus < eq
}

// validLocal is RFC 5321: dot-atoms of up to 64 bytes.
func validLocal(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if atoms[s[i]]&(aAlnum|aHigh|aUnder) != 0 {
			return true
		}
	}
	return false
}

// quotedLocal finds the opening quotation mark of "bob smith"@example.com.
func quotedLocal(line string, at int) (int, bool) {
	for a := at - 2; a >= 0 && at-a <= 66; a-- {
		if line[a] == '"' && (a == 0 || line[a-1] != '\\') {
			// A closing mark of something else: name="x"@y is not an address.
			ok := at-a > 2 && (a == 0 || !isWord(line[a-1]) && line[a-1] != '=') && utf8.ValidString(line[a:at])
			return a, ok
		}
		if line[a] < ' ' || line[a] == '<' || line[a] == '>' {
			return 0, false
		}
	}
	return 0, false
}

// idLabels stand before a Message-ID outside its header: in JSON, in Postfix
// and appliance logs, in tables.
var idLabels = []string{"message-id", "message_id", "messageid", "msgid", "msg-id", "msg_id", "message id", "in-reply-to", "references"}

// messageIDAround tells whether an address is a Message-ID: in angle brackets
// (or bare) behind a label that says so. It gives the extent of the id, which
// may hold bytes that no address does.
func messageIDAround(line string, a, b int) (int, int, bool) {
	start := a
	for start > 0 && a-start < 200 && classes[line[start-1]]&delim == 0 && strings.IndexByte("'([{,;=", line[start-1]) < 0 {
		start--
	}
	end := start
	for end > 0 && start-end < 8 && behindLabel[line[end-1]] {
		end--
	}
	if end == start && end > 0 || end == 0 || !isIDLabelEnd(line[end-1]) {
		// A bare "messageid:x@y" has its label inside the run.
		if i := strings.IndexByte(line[start:a], ':'); i > 0 && endsInIDLabel(line[:start+i]) {
			return start + i + 1, b, true
		}
		return a, b, false
	}
	if !endsInIDLabel(line[:end]) {
		return a, b, false
	}
	for b < len(line) && classes[line[b]]&delim == 0 && line[start-1] == '<' {
		b++
	}
	return start, b, true
}

// behindLabel may stand between a label and a Message-ID.
var behindLabel = func() (t [256]bool) {
	for _, b := range []byte(" \t<'\"=:([") {
		t[b] = true
	}
	return t
}()

func isIDLabelEnd(b byte) bool { b = lower(b); return b == 'd' || b == 'o' || b == 's' }

func endsInIDLabel(s string) bool {
	for _, l := range idLabels {
		if hasFoldSuffix(s, l) && (len(s) == len(l) || !isAlnum(s[len(s)-len(l)-1])) {
			return true
		}
	}
	return false
}
