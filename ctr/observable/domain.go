package observable

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// idnaProfile maps to lower case and NFC as a browser does, and allows the
// underscore and the "--" that real host names hold.
var idnaProfile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false))

// toASCII gives the lower-case A-label form of a domain, and false when it
// has none, or none that DNS could hold.
func toASCII(name string) (string, bool) {
	if isASCII(name) {
		return lowerASCII(name), true
	}
	a, err := idnaProfile.ToASCII(name)
	if err != nil || !isASCII(a) || len(a) > 254 {
		return name, false
	}
	for label := range strings.SplitSeq(a, ".") {
		if len(label) > 63 {
			// The letters were short enough (RFC 1035), their A-label is not.
			return name, false
		}
	}
	for i := range len(a) {
		if !isAlnum(a[i]) && strings.IndexByte("-_.", a[i]) < 0 {
			// Some signs stand for several, such as a letter in parentheses.
			return name, false
		}
	}
	return a, true
}

// DisplayDomain gives the form of a domain that people read: A-labels
// ("xn--mnchen-3ya") become letters. Anything that is not a valid A-label
// stays as it is.
func DisplayDomain(name string) string {
	if !strings.Contains(name, "xn--") {
		return name
	}
	if u, err := idnaProfile.ToUnicode(name); err == nil {
		return u
	}
	return name
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// validDomain tells whether an ASCII or IDN name without a final dot is a
// host name under a top-level domain that exists.
func (c *tldCache) validDomain(name string) bool {
	if !validLabels(name) {
		return false
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if !isASCII(last) {
		a, ok := toASCII(last)
		if !ok {
			return false
		}
		last = a
	}
	return c.known(last)
}

// validLabels checks the shape of a name of two labels or more: RFC 1035
// lengths, no label of hyphens at its ends, and a letter or digit in each
// label but a leading service label such as _dmarc may begin with "_".
func validLabels(name string) bool {
	if len(name) < 4 || len(name) > 253 {
		return false
	}
	start, labels := 0, 0
	word := false
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '.' {
			k := atoms[name[i]]
			if k == 0 {
				return false
			}
			word = word || k&(aAlnum|aHigh) != 0
			continue
		}
		if !word || i-start > 63 && isASCII(name[start:i]) || name[start] == '-' || name[i-1] == '-' {
			return false
		}
		labels++
		start, word = i+1, false
	}
	return labels > 1
}

// nameFlags marks names that are not what they seem; kinds are of its bytes.
func nameFlags(name string, kinds kindOf) Flags {
	if kinds&(aDash|aHigh) == 0 {
		return 0
	}
	if kinds&aHigh == 0 {
		if !hasALabel(name) {
			return 0
		}
		name = DisplayDomain(lowerASCII(name))
	}
	f := IDN
	ascii := isASCII(name[strings.LastIndexByte(name, '.')+1:])
	for label := range strings.SplitSeq(name, ".") {
		if looksLike(label, ascii) {
			f |= Homograph
		}
	}
	return f
}

func hasALabel(name string) bool {
	for i := 0; i+4 < len(name); i++ {
		if name[i+2] == '-' && name[i+3] == '-' && (i == 0 || name[i-1] == '.') && hasFoldPrefix(name[i:], "xn--") {
			return true
		}
	}
	return false
}

// asLatin are the Cyrillic, Greek and Armenian letters that are drawn like a
// Latin one (Unicode confusables, the single letters of them).
const asLatin = "аеорсухіјѕԁһӏԛԝьгкмтвнпᴦοαονρυικτχωϲϳօսցհոզ"

// looksLike tells a label that mixes Latin with Greek, Cyrillic, Armenian or
// Cherokee letters, or that is made of look-alikes alone under an ASCII
// top-level domain.
func looksLike(label string, asciiTLD bool) bool {
	latin, other, alike, letters := false, false, 0, 0
	for _, r := range label {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		switch {
		case unicode.Is(unicode.Latin, r):
			latin = true
		case unicode.In(r, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Cherokee):
			other = true
			if strings.ContainsRune(asLatin, unicode.ToLower(r)) {
				alike++
			}
		}
	}
	return latin && other || asciiTLD && letters > 0 && alike == letters
}
