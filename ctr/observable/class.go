package observable

// class says what a byte can mean to the scanner. One table look-up a byte
// decides most of the work, so the table is 256 entries of one byte.
type class uint8

const (
	delim  class = 1 << iota // ends every token: white space, control bytes, quotation marks, < > |
	dot                      // .
	atSign                   // @
	colon                    // :
	slash                    // / and \
	sign                     // may begin a defanged form
	dash                     // -
	equals                   // =
)

// anchors are the classes of which a token needs one to hold an observable,
// long runs of hexadecimal digits and pairs with dashes apart.
const anchors = dot | atSign | colon | slash | sign

var classes = func() (t [256]class) {
	for b := range 256 {
		if b <= ' ' || b == 0x7F {
			t[b] = delim
		}
	}
	for _, b := range []byte("\"<>`|") {
		t[b] = delim
	}
	t['.'], t['@'], t[':'], t['-'], t['='] = dot, atSign, colon, dash, equals
	t['/'] = slash
	t['\\'] = slash | sign
	for _, b := range []byte("[](){}^%&") {
		t[b] = sign
	}
	// The lead bytes of the dots and at signs that are not ASCII (see foreignSigns).
	for _, b := range []byte{0xC2, 0xE2, 0xE3, 0xEF} {
		t[b] = sign
	}
	return t
}()

// kindOf classes the bytes of an atom: the runs of letters, digits, ".",
// "-" and "_" that names and numbers are made of. Zero ends an atom.
type kindOf uint8

const (
	aDigit  kindOf = 1 << iota // 0-9
	aHex                       // a-f A-F
	aLetter                    // g-z G-Z
	aUpper                     // A-Z, beside aHex or aLetter
	aDot                       // .
	aDash                      // -
	aUnder                     // _
	aHigh                      // outside ASCII
)

var atoms = func() (t [256]kindOf) {
	for b := range 256 {
		switch {
		case b >= '0' && b <= '9':
			t[b] = aDigit
		case b >= 'a' && b <= 'f':
			t[b] = aHex
		case b >= 'g' && b <= 'z':
			t[b] = aLetter
		case b >= 'A' && b <= 'F':
			t[b] = aHex | aUpper
		case b >= 'G' && b <= 'Z':
			t[b] = aLetter | aUpper
		case b >= 0x80:
			t[b] = aHigh
		}
	}
	t['.'], t['-'], t['_'] = aDot, aDash, aUnder
	return t
}()

const (
	aAlpha = aHex | aLetter
	aAlnum = aDigit | aHex | aLetter
)

func isAlnum(b byte) bool { return atoms[b]&aAlnum != 0 }
func isAlpha(b byte) bool { return atoms[b]&aAlpha != 0 }
func isDigit(b byte) bool { return b-'0' < 10 }
func isHex(b byte) bool   { return atoms[b]&(aDigit|aHex) != 0 }
func isUpper(b byte) bool { return b-'A' < 26 }
func isBlank(b byte) bool { return b == ' ' || b == '\t' }

// isWord is true for letters, digits and every byte outside ASCII.
func isWord(b byte) bool { return atoms[b]&(aAlnum|aHigh) != 0 }

func lower(b byte) byte {
	if isUpper(b) {
		return b + 'a' - 'A'
	}
	return b
}

// hasFoldPrefix is strings.HasPrefix without regard to ASCII case; prefix is
// in lower case.
func hasFoldPrefix(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// hasFoldSuffix is the same for suffixes.
func hasFoldSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && hasFoldPrefix(s[len(s)-len(suffix):], suffix)
}

// lowerASCII is s in lower case; without an upper-case letter it is s itself.
func lowerASCII(s string) string {
	for i := range len(s) {
		if isUpper(s[i]) {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = lower(b[i])
			}
			return string(b)
		}
	}
	return s
}
