package observable

// hashes looks for hexadecimal runs of the lengths of MD5, SHA-1 and SHA-256
// in an atom. A run is bounded by anything but a letter or digit, so a hash
// inside longer hexadecimal is none. Positions are probed 32 apart: a run
// that long cannot lie between two probes, so text that is not hexadecimal
// costs a byte in 32.
func (s *scanner) hashes(line string, a, b int) {
	for p := a + 31; p < b; {
		if !isHex(line[p]) {
			p += 32
			continue
		}
		start, end := p, p+1
		for start > a && isHex(line[start-1]) {
			start--
		}
		for end < b && isHex(line[end]) {
			end++
		}
		s.hashRun(line, start, end)
		p = end + 32
	}
}

func (s *scanner) hashRun(line string, a, b int) {
	var k kind
	switch b - a {
	case 32:
		k = kMD5
	case 40:
		k = kSHA1
	case 64:
		k = kSHA256
	default:
		return
	}
	if a > 0 && isAlnum(line[a-1]) && !escapeEnds(line, a) || b < len(line) && isAlnum(line[b]) {
		return
	}
	kinds := kindOf(0)
	for i := a; i < b; i++ {
		kinds |= atoms[line[i]]
	}
	if kinds == aDigit || namesOtherDigest(line[:a]) || isIndent(line[:a]) && namesOtherDigest(s.previous) {
		return
	}
	s.found = append(s.found, found{kind: k, start: a, end: b, plain: kinds&aUpper == 0})
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// otherDigests have the length of a file hash but are not the hash of the
// file: asking Threat Response for them as MD5 or SHA-256 finds nothing or,
// worse, another file.
var otherDigests = []string{"imphash", "import hash", "import-hash", "import_hash", "authentihash", "authentihash-sha256", "authentihash sha256", "authenticode hash", "pehash", "rich header hash", "ja3", "ja3s", "vhash"}

// isIndent tells that nothing stands before a value on its line: its label
// may stand on the line before, as in text copied from a table.
func isIndent(before string) bool {
	for i := range len(before) {
		if classes[before[i]]&delim == 0 {
			return false
		}
	}
	return true
}

// namesOtherDigest looks at the label before a hash.
func namesOtherDigest(before string) bool {
	end := len(before)
	for end > 0 && end > len(before)-24 && !isAlnum(before[end-1]) {
		end--
	}
	for _, d := range otherDigests {
		if n := end - len(d); n >= 0 && hasFoldPrefix(before[n:end], d) && (n == 0 || !isAlnum(before[n-1])) {
			return true
		}
	}
	return false
}
