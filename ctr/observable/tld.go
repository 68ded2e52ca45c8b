package observable

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// tldCache remembers what last labels are: a look-up in the public suffix
// list costs more than all the rest of the work on a name, and a text uses
// few. The cache has a fixed size: hostile text only makes it miss.
type tldCache [512]struct {
	key  [tldMax]byte
	last lastLabel
}

// lastLabel is what the last label of a name can be.
type lastLabel struct {
	tld, file bool
	common    bool // a top-level domain that is no word of code (see isCode)
	member    bool // a top-level domain that members of objects are called
	build     bool // a top-level domain that names of build files end in
}

// tldMax is the longest top-level domain in ASCII, xn--vermgensberatung-pwb.
const tldMax = 24

// look tells what an ASCII label, in any case, is at the end of a name.
func (c *tldCache) look(label string) lastLabel {
	if len(label) == 0 || len(label) > tldMax || isDigit(label[0]) && len(label) != len("7z") {
		// No top-level domain begins with a digit, but the fractions of
		// seconds in time stamps do.
		return lastLabel{}
	}
	var key [tldMax]byte
	h := uint32(len(label))
	for i := range len(label) {
		b := lower(label[i])
		key[i] = b
		h = h*31 + uint32(b)
	}
	slot := &c[h%uint32(len(c))]
	if slot.key != key {
		text := string(key[:len(label)])
		slot.key = key
		slot.last = lastLabel{
			tld: len(text) > 1 && isTLD(text) || text == documentation, file: fileExtensions[text],
			common: commonTLDs[text], member: memberNames[text], build: buildEndings[text],
		}
	}
	return slot.last
}

// known tells whether an ASCII label is a top-level domain. Without a cache
// anything with the shape of one is: what a person typed as a domain may lie
// under a new one, or inside a network.
func (c *tldCache) known(label string) bool {
	if c != nil {
		return c.look(label).tld
	}
	if len(label) < 2 || len(label) > 63 {
		return false
	}
	for i := range len(label) {
		if !isAlpha(label[i]) {
			return hasFoldPrefix(label, "xn--")
		}
	}
	return true
}

// documentation is the top-level domain that RFC 2606 sets apart for
// examples. Its fellows (test, invalid, localhost) are words of code and of
// log lines too, and are not looked for in text.
const documentation = "example"

// isTLD asks the public suffix list about a lower-case label. A few
// registries have only rules below the top ("*.ck"), which only a longer name
// matches.
func isTLD(label string) bool {
	if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
		return false
	}
	if _, icann := publicsuffix.PublicSuffix(label); icann {
		return true
	}
	_, icann := publicsuffix.PublicSuffix("a." + label)
	return icann
}

// isRegistry tells a bare public suffix such as co.uk, under which names are
// registered but which is nobody's own. Only country domains have them.
func isRegistry(name string) bool {
	i := strings.IndexByte(name, '.')
	if i < 0 || len(name)-i != 3 || i > 4 {
		return false
	}
	name = lowerASCII(name)
	suffix, icann := publicsuffix.PublicSuffix(name)
	return icann && suffix == name
}
