package observable

import "strings"

// form is a defanged spelling in a text: text[start:end] stands for repl.
type form struct {
	start, end int
	repl       string
}

// formTriggers are the bytes at which a form can be found.
var formTriggers = func() (t [256]bool) {
	for b := range 256 {
		t[b] = classes[b]&sign != 0
	}
	t[':'], t['/'], t['<'], t[' '] = true, true, true, true
	return t
}()

// defangedToken tells whether a defanged form begins in the token line[i:j].
func defangedToken(line string, i, j int, m class) bool {
	if m&sign == 0 {
		return brokenScheme(line, i, j)
	}
	token := line[:j]
	for k := i; k < len(token); k++ {
		switch classes[token[k]] & (sign | colon | slash) {
		case 0:
			continue
		case colon:
			if plainScheme(line, i, k) {
				k += 2
				continue
			}
		case slash:
			if k+1 == j || line[k+1] != '/' {
				continue
			}
		default:
			if lead := formLead[line[k]]; lead&formNext[at(line, k+1)] == 0 {
				continue
			}
		}
		if _, ok := formAt(line, k); ok {
			return true
		}
	}
	return false
}

// angleForm tells whether "<.>", "<dot>", "<@>" or "<at>" begin at j: in text
// that is full of angle brackets they are rare.
func angleForm(line string, j int) bool {
	end := j
	switch line[j+1] {
	case '.', '@':
		end = j + 2
	case 'a', 'A':
		end = j + 3
	case 'd', 'D':
		end = j + 4
	}
	if end == j || at(line, end) != '>' {
		return false
	}
	_, ok := bracketForm(line, j)
	return ok
}

// plainScheme tells "http://" and "https://" in front of a name.
func plainScheme(line string, i, k int) bool {
	if k+3 >= len(line) || line[k+1] != '/' || line[k+2] != '/' || !isWord(line[k+3]) {
		return false
	}
	word := line[i:k]
	return strings.HasSuffix(word, "https") || strings.HasSuffix(word, "http")
}

// brokenScheme is defangedToken for tokens without brackets and other signs,
// in which only the scheme of a URL can be odd.
func brokenScheme(line string, i, j int) bool {
	for k := i; k < j; {
		n := strings.IndexByte(line[k:j], ':')
		if n < 0 {
			break
		}
		k += n
		if next := at(line, k+1); next == '/' && !plainScheme(line, i, k) || next == ' ' {
			if _, ok := formAt(line, k); ok {
				return true
			}
		}
		k++
	}
	if n := strings.Index(line[i:j], "//"); n > 1 && line[i+n-1] != ':' {
		_, ok := formAt(line, i+n)
		return ok
	}
	return false
}

// formLead and formNext tell, with one look at two bytes, most signs that
// begin no form: a byte may begin one when it shares a bit with the next.
var formLead, formNext = func() (lead, next [256]uint8) {
	for i, group := range []struct{ lead, next string }{
		{"[({", "[({<.@:/, "}, {"])}", "."}, {`\\`, "./@"}, {"^", "."}, {"%", "24"}, {"&", "#pcs"},
	} {
		for b := range 256 {
			if strings.IndexByte(group.lead, byte(b)) >= 0 {
				lead[b] |= 1 << i
			}
			if strings.IndexByte(group.next, byte(b)) >= 0 || i == 0 && isAlpha(byte(b)) || i == 1 && isWord(byte(b)) {
				next[b] |= 1 << i
			}
		}
	}
	for b := 0x80; b < 256; b++ {
		lead[b] = 1 << 7
	}
	for b := range 256 {
		next[b] |= 1 << 7
	}
	return lead, next
}()

// formAt looks for a defanged form whose decisive byte is s[k]. Forms are
// undone wherever they stand between two parts of a name; whether a name
// comes of it is for the scanner to say.
func formAt(s string, k int) (form, bool) {
	switch b := s[k]; b {
	case '[', '(', '{', '<':
		return bracketForm(s, k)
	case ']', ')', '}':
		return closerForm(s, k)
	case '\\':
		return backslashForm(s, k)
	case '^':
		if between(s, k, k+2) && s[k+1] == '.' {
			return form{k, k + 2, "."}, true
		}
	case '%':
		return percentForm(s, k)
	case '&':
		return entityForm(s, k)
	case ':':
		if k+1 < len(s) && (s[k+1] == '/' || s[k+1] == '\\' || s[k+1] == '[' || s[k+1] == '(' || s[k+1] == '{' || s[k+1] == ' ') {
			return schemeForm(s, k)
		}
	case '/':
		if k > 1 && k+1 < len(s) && s[k+1] == '/' && (lower(s[k-1]) == 'p' || lower(s[k-1]) == 's') {
			return schemeForm(s, k)
		}
	default:
		if b >= 0x80 {
			return foreignForm(s, k)
		}
	}
	return form{}, false
}

// between tells whether a name stands on both sides of s[a:b].
func between(s string, a, b int) bool {
	return a > 0 && b < len(s) && isWord(s[a-1]) && isWord(s[b])
}

func isOpening(b byte) bool { return b == '[' || b == '(' || b == '{' || b == '<' }
func isBracket(b byte) bool {
	return isOpening(b) || b == ']' || b == ')' || b == '}' || b == '>'
}
