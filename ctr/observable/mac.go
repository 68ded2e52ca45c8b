package observable

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
