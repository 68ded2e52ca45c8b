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

// cores are what may stand in brackets, and what it means. The words for dot
// and at are those that reports in English, Spanish, German and French use.
var cores = []struct {
	text, repl string
	word       bool
}{
	{"dot", ".", true}, {"punto", ".", true}, {"punkt", ".", true}, {"point", ".", true},
	{"at", "@", true}, {"arroba", "@", true}, {"et", "@", true},
	{"://", "://", false}, {":\\\\", "://", false}, {":.:", ".", false}, {":/", ":/", false}, {"://www.", "://www.", false},
	{"//", "//", false}, {".", ".", false}, {"@", "@", false}, {",", ".", false}, {":", ":", false}, {"/", "/", false},
}

// coreBytes begin a core, in lower case.
var coreBytes = func() (t [256]bool) {
	for _, c := range cores {
		t[c.text[0]] = true
		t[c.text[0]-'a'+'A'] = t[c.text[0]-'a'+'A'] || c.word
	}
	return t
}()

// bracketForm reads "[.]", "(dot)", " { at } ", "[[.]]", "[.", "h[tt]p" and
// their like, which begin with the bracket at k.
func bracketForm(s string, k int) (form, bool) {
	p := k + 1
	for p < len(s) && p-k < 3 && isOpening(s[p]) {
		p++
	}
	for p < len(s) && s[p] == ' ' && p-k < 5 {
		p++
	}
	if p >= len(s) {
		return form{}, false
	}
	if coreBytes[s[p]] {
		if f, ok := schemeSeparator(s, k, p); ok {
			return f, true
		}
		for _, c := range cores {
			if hasFoldPrefix(s[p:], c.text) {
				if f, ok := coreForm(s, k, p, p+len(c.text), c.repl, c.word); ok {
					return f, true
				}
			}
		}
	}
	return labelForm(s, k)
}

// schemeSeparator hands "[:]//" behind a scheme to schemeForm.
func schemeSeparator(s string, k, p int) (form, bool) {
	if (s[p] == ':' || s[p] == '/') && k > 1 && isAlpha(s[k-1]) {
		return schemeForm(s, k)
	}
	return form{}, false
}

// coreForm checks what stands around the core s[from:to] in a bracket at k.
func coreForm(s string, k, from, to int, repl string, word bool) (form, bool) {
	end := to
	for end < len(s) && s[end] == ' ' && end-to < 2 {
		end++
	}
	closers := end
	for end < len(s) && end-closers < 3 && isBracket(s[end]) && (end == closers && repl != ":" || !isOpening(s[end])) {
		end++
	}
	if end == closers {
		// Half a bracket: only a bare dot or at sign within a name.
		if word || repl != "." && repl != "@" || from != k+1 || s[from] == ',' || s[from] == ':' || s[k] == '<' || !between(s, k, to) {
			return form{}, false
		}
		return form{k, to, repl}, true
	}
	if s[k] == '<' && s[end-1] != '>' {
		return form{}, false
	}
	if repl != "." && repl != "@" {
		return form{k, end, repl}, true
	}
	start, stop := k, end
	for start > 0 && s[start-1] == ' ' && k-start < 2 {
		start--
	}
	for stop < len(s) && s[stop] == ' ' && stop-end < 2 {
		stop++
	}
	if start > 0 && stop < len(s) && partOfName(s[start-1]) && (partOfName(s[stop]) || s[stop] == '.') {
		return form{start, stop, repl}, true
	}
	// "evil[.]com[.]": a final dot.
	if repl == "." && !word && start == k && start > 0 && partOfName(s[start-1]) && (stop == len(s) || s[stop] == '/') {
		return form{start, end, repl}, true
	}
	return form{}, false
}

// partOfName is true next to a dot: letters, digits, and brackets around
// another part.
func partOfName(b byte) bool {
	return isWord(b) || b == '_' || b == '-' || isBracket(b) && b != '<' && b != '>'
}

// labelForm reads a label in brackets: "[www].example.com", "fpw.[com].my".
func labelForm(s string, k int) (form, bool) {
	p := k + 1
	for p < len(s) && p-k < 20 && isAlpha(s[p]) {
		p++
	}
	if p == k+1 || p >= len(s) || s[k] == '<' || isOpening(s[p]) || !isBracket(s[p]) || s[p] == '>' {
		return form{}, false
	}
	beforeDot := p+2 < len(s) && s[p+1] == '.' && isWord(s[p+2]) && (k == 0 || !isWord(s[k-1]) && s[k-1] != '_' && s[k-1] != '-')
	afterDot := k > 1 && s[k-1] == '.' && isWord(s[k-2])
	if !beforeDot && !afterDot {
		return form{}, false
	}
	return form{k, p + 1, s[k+1 : p]}, true
}

// closerForm reads "].[" and "].]", and drops the half bracket of "evil.]com".
func closerForm(s string, k int) (form, bool) {
	if k == 0 || k+1 >= len(s) {
		return form{}, false
	}
	if s[k+1] == '.' && k+2 < len(s) && isBracket(s[k+2]) && between(s, k, k+3) {
		return form{k, k + 3, "."}, true
	}
	if (s[k-1] == '.' || s[k-1] == '@') && k > 1 && isWord(s[k-2]) && isWord(s[k+1]) {
		return form{k, k + 1, ""}, true
	}
	return form{}, false
}

// backslashForm reads "\.", "\@" and "\/": the escapes of regular expressions
// and JSON. A backslash that separates the parts of a path is none.
func backslashForm(s string, k int) (form, bool) {
	if k+1 >= len(s) {
		return form{}, false
	}
	switch s[k+1] {
	case '/':
		return form{k, k + 2, "/"}, true
	case '.', '@':
		if between(s, k, k+2) && !inWindowsPath(s, k) {
			return form{k, k + 2, s[k+1 : k+2]}, true
		}
	}
	return form{}, false
}

// inWindowsPath looks for another backslash near k that escapes nothing.
func inWindowsPath(s string, k int) bool {
	for i := k - 1; i >= 0 && k-i < 64 && classes[s[i]]&delim == 0; i-- {
		if s[i] == '\\' && s[i+1] != '.' && s[i+1] != '@' && s[i+1] != '/' {
			return true
		}
	}
	for i := k + 2; i+1 < len(s) && i-k < 64 && classes[s[i]]&delim == 0; i++ {
		if s[i] == '\\' && s[i+1] != '.' && s[i+1] != '@' && s[i+1] != '/' {
			return true
		}
	}
	return false
}

// percentForm reads %2E and %40 within a bare name; in a URL they stay.
func percentForm(s string, k int) (form, bool) {
	if !between(s, k, k+3) {
		return form{}, false
	}
	repl := ""
	switch {
	case s[k+1] == '2' && lower(s[k+2]) == 'e':
		repl = "."
	case s[k+1] == '4' && s[k+2] == '0':
		repl = "@"
	default:
		return form{}, false
	}
	for i := k - 1; i >= 0 && k-i < 128 && classes[s[i]]&delim == 0; i-- {
		if strings.IndexByte("/?=&", s[i]) >= 0 {
			return form{}, false
		}
	}
	return form{k, k + 3, repl}, true
}

// entities are the HTML references to dot, at sign, colon and slash.
var entities = []struct{ text, repl string }{
	{"&#46;", "."}, {"&#x2e;", "."}, {"&#046;", "."}, {"&period;", "."},
	{"&#64;", "@"}, {"&#x40;", "@"}, {"&#064;", "@"}, {"&commat;", "@"},
	{"&#58;", ":"}, {"&#x3a;", ":"}, {"&colon;", ":"}, {"&#47;", "/"}, {"&#x2f;", "/"}, {"&sol;", "/"},
}

func entityForm(s string, k int) (form, bool) {
	for _, e := range entities {
		if hasFoldPrefix(s[k:], e.text) {
			end := k + len(e.text)
			if e.repl == ":" || e.repl == "/" || between(s, k, end) {
				return form{k, end, e.repl}, true
			}
		}
	}
	return form{}, false
}

// foreignSigns are characters that look like, or stand for, the ASCII ones,
// and those that cannot be seen at all.
var foreignSigns = []struct{ text, repl string }{
	{"。", "."}, {"．", "."}, {"｡", "."}, {"․", "."}, {"·", "."}, {"＠", "@"}, {"﹫", "@"},
	{"\u200b", ""}, {"\u200c", ""}, {"\u200d", ""}, {"\u2060", ""}, {"\u00ad", ""}, {"\ufeff", ""},
}

func foreignForm(s string, k int) (form, bool) {
	if k == 0 || !isAlnum(s[k-1]) && s[k-1] != '.' && s[k-1] != '/' {
		return form{}, false
	}
	for _, f := range foreignSigns {
		if strings.HasPrefix(s[k:], f.text) {
			end := k + len(f.text)
			if end < len(s) && (isAlnum(s[end]) || f.repl == "" && s[end] == '.') {
				return form{k, end, f.repl}, true
			}
		}
	}
	return form{}, false
}
