package observable

import (
	"strings"
	"unicode/utf8"
)

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
	var repl string
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
	{"&#46;", "."},
	{"&#x2e;", "."},
	{"&#046;", "."},
	{"&period;", "."},
	{"&#64;", "@"},
	{"&#x40;", "@"},
	{"&#064;", "@"},
	{"&commat;", "@"},
	{"&#58;", ":"},
	{"&#x3a;", ":"},
	{"&colon;", ":"},
	{"&#47;", "/"},
	{"&#x2f;", "/"},
	{"&sol;", "/"},
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
	{"。", "."},
	{"．", "."},
	{"｡", "."},
	{"․", "."},
	{"·", "."},
	{"＠", "@"},
	{"﹫", "@"},
	{"\u200b", ""},
	{"\u200c", ""},
	{"\u200d", ""},
	{"\u2060", ""},
	{"\u00ad", ""},
	{"\ufeff", ""},
}

func foreignForm(s string, k int) (form, bool) {
	if k == 0 {
		return form{}, false
	}
	for _, f := range foreignSigns {
		if !strings.HasPrefix(s[k:], f.text) {
			continue
		}
		end := k + len(f.text)
		switch before, behind := s[k-1], at(s, end); {
		case f.repl == "" && (isAlnum(before) || isBracket(before) || before == '.' || before == '/') && (isAlnum(behind) || isBracket(behind) || behind == '.'),
			isAlnum(before) && isAlnum(behind),
			f.text == "．" && isFullWidth(s[:k]) && behind == f.text[0]:
			return form{k, end, f.repl}, true
		}
	}
	return form{}, false
}

// isFullWidth tells a text that ends in a full-width letter or digit, which
// browsers take for the ASCII one.
func isFullWidth(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}
