package observable

import "strings"

// typedAt reads an observable that is written with its type, as in a query:
// email_subject:"Invoice 42.pdf". The type's name ends at the colon at b. It
// returns the end of the value, which is not scanned again, or 0.
func (s *scanner) typedAt(line string, a, b int) int {
	if b+1 >= len(line) || a > 0 && isWord(line[a-1]) {
		return 0
	}
	n := quoteLen(line[b+1:])
	if n == 0 && !bareTyped(line[a:b]) {
		return 0
	}
	t, ok := byName[foldName(line[a:b])]
	if !ok || string(types[t].Type) != lowerASCII(line[a:b]) {
		return 0
	}
	v := readValue(line, b+1, looseClose)
	value := v.text
	if s.refanged {
		// The value counts as it stood, not as it was rewritten.
		start, end := s.rawSpan(a, v.next)
		_, rest, _ := strings.Cut(s.raw[start:end], ":")
		value = readValue(rest, 0, looseClose).text
	}
	o := Observable{types[t].Type, value}.Normal()
	if v.next <= v.start || !validNormal(o.Type, o.Value) {
		return 0
	}
	s.found = append(s.found, found{kind: kTyped, flags: Typed, start: a, end: v.next, typed: uint8(byName[foldName(string(o.Type))]), value: o.Value})
	return v.next
}

// bareTyped are the types whose values bare text would not give away, so that
// their prefix counts without quotation marks too.
func bareTyped(name string) bool {
	switch len(name) {
	case len("cisco_mid"):
		return hasFoldPrefix(name, "cisco_mid") || hasFoldPrefix(name, "file_name")
	case len("email_messageid"):
		return hasFoldPrefix(name, "email_messageid")
	}
	return false
}
