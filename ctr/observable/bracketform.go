package observable

import "strings"

// cores are what may stand in brackets, and what it means. The words for dot
// and at are those that reports in English, Spanish, German and French use.
var cores = []struct {
	text, repl string
	word       bool
}{
	{"dot", ".", true},
	{"punto", ".", true},
	{"punkt", ".", true},
	{"point", ".", true},
	{"at", "@", true},
	{"arroba", "@", true},
	{"et", "@", true},
	{"://", "://", false},
	{":\\\\", "://", false},
	{":.:", ".", false},
	{":/", ":/", false},
	{"://www.", "://www.", false},
	{"//", "//", false},
	{".", ".", false},
	{"@", "@", false},
	{",", ".", false},
	{":", ":", false},
	{"/", "/", false},
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
	beforeDot := p+2 < len(s) && s[p+1] == '.' && isWord(s[p+2]) && (k == 0 || !isWord(s[k-1]) && strings.IndexByte("_-$", s[k-1]) < 0) // "${name}.sh" is a variable
	afterDot := k > 1 && s[k-1] == '.' && isWord(s[k-2])
	if !beforeDot && !afterDot {
		return form{}, false
	}
	if !afterDot {
		if last, _ := nameAhead(s, p+2); !looksTLD(last) {
			// "Invoice (copy).pdf"
			return form{}, false
		}
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
