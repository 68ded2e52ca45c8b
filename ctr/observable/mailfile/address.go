package mailfile

import (
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// addresses reads an address list, however it is broken, up to a limit.
func (p *parser) addresses(role Role, f field, at Source, limit int) []Address {
	var list []Address
	for _, item := range splitList(f.value) {
		if len(list) >= limit {
			p.problem(at.Part, "the header has more than %d addresses; the rest was left out", maxAddresses)
			break
		}
		name, address := splitAddress(item)
		if name == "" && address == "" {
			continue
		}
		list = append(list, Address{Role: role, Name: name, Address: address, Offset: f.offset})
		p.add(observable.Email, address, at)
		if strings.Contains(name, "@") || strings.Contains(name, "://") {
			// A name that shows another address than the real one.
			named := at
			named.Note = "display name"
			p.extract(name, named)
		}
	}
	return list
}

// splitList cuts at commas and semicolons outside of quotes, comments and angle
// brackets. The name of a group, as in "friends: a@b, c@d;", is dropped.
func splitList(s string) []string {
	var (
		items []string
		start int
		scan  = scanner{}
	)
	for i := range len(s) {
		plain := scan.next(s[i])
		if !plain || scan.angle {
			continue
		}
		switch s[i] {
		case ',', ';':
			items = append(items, s[start:i])
			start = i + 1
		case ':':
			start = i + 1
		}
	}
	items = append(items, s[start:])
	return slices.DeleteFunc(items, func(item string) bool { return strings.TrimSpace(item) == "" })
}

// scanner follows quotes, comments and angle brackets through a field, one byte
// at a time.
type scanner struct {
	quoted, angle, escaped bool
	comment                int // depth
}

// next tells whether the byte stands outside of quotes and comments.
func (s *scanner) next(c byte) (plain bool) {
	switch {
	case s.escaped:
		s.escaped = false
		return false
	case c == '\\' && (s.quoted || s.comment > 0):
		s.escaped = true
		return false
	case s.comment > 0:
		switch c {
		case '(':
			s.comment++
		case ')':
			s.comment--
		}
		return false
	case c == '"':
		s.quoted = !s.quoted
		return false
	case s.quoted:
		return false
	case c == '(':
		s.comment++
		return false
	case c == '<':
		s.angle = true
	case c == '>':
		s.angle = false
	}
	return true
}

// splitAddress takes one item apart: `"Name" <address>`, `address (Name)`,
// `address`. The last angle brackets count.
func splitAddress(item string) (name, address string) {
	item = strings.TrimSpace(item)
	if open := strings.LastIndexByte(item, '<'); open >= 0 {
		inside, _, _ := strings.Cut(item[open+1:], ">")
		name = strings.TrimSpace(item[:open])
		address = inside
	} else {
		address = dropComments(item)
		if comment := strings.IndexByte(item, '('); comment >= 0 {
			name = strings.Trim(item[comment:], "() ")
		}
	}
	return unquote(decodeWords(name)), strings.TrimSpace(decodeWords(address))
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	return strings.TrimSpace(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s))
}

// dropComments removes what stands in round brackets.
func dropComments(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	var b strings.Builder
	scan := scanner{}
	for i := range len(s) {
		wasComment := scan.comment > 0
		scan.next(s[i])
		if !wasComment && scan.comment == 0 {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
