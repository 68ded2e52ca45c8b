package tracking

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctrace/esa"
)

// Term is a stretch of a filter line, by byte offsets: key, operator and value, or a value alone. It
// is for colouring and for forms; esa.ParseFilter decides what a line means.
type Term struct {
	Start, Value, End int    // Value is where the value begins, behind the operator
	Key               string // the name of the key, also when the line has an alias; empty without one
	Known             bool   // there is such a key
}

// Terms cuts a filter line into its terms.
func Terms(line string) []Term {
	var out []Term
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t := Term{Start: i, Value: i}
		if n := strings.IndexAny(line[i:], ":=~^ \t\""); n > 0 && strings.IndexByte(":=~^", line[i+n]) >= 0 {
			t.Key, t.Known = keyName(line[i : i+n])
			t.Value = i + n + 1
		}
		t.End = valueEnd(line, t.Value)
		out, i = append(out, t), t.End
	}
	return out
}

// valueEnd is where a value ends that begins at i: at its closing quote, or at the next blank.
func valueEnd(line string, i int) int {
	if i < len(line) && line[i] == '"' {
		for i++; i < len(line); i++ {
			switch line[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return len(line)
	}
	if n := strings.IndexFunc(line[i:], unicode.IsSpace); n >= 0 {
		return i + n
	}
	return len(line)
}

// keyName is the name of a key or of an alias.
func keyName(word string) (name string, known bool) {
	word = strings.ToLower(word)
	for _, k := range filterKeys {
		if k.Name == word || slices.Contains(k.Aliases, word) {
			return k.Name, true
		}
	}
	return word, false
}

var filterKeys = esa.FilterKeys()

// SetTerm puts a value in the place of what a line says under a key, or takes the term away when the
// value is empty. A value may begin with an operator of texts ("=", "^", "~"). Times have three keys,
// of which the line keeps only the one that is set.
func SetTerm(line, key, value string) string {
	var kept []string
	for _, t := range Terms(line) {
		if t.Key == key || (isTime(key) && isTime(t.Key)) {
			continue
		}
		kept = append(kept, line[t.Start:t.End])
	}
	if value = strings.TrimSpace(value); value != "" {
		op := ":"
		if strings.IndexByte("=^~", value[0]) >= 0 {
			op, value = value[:1], value[1:]
		}
		if strings.IndexFunc(value, unicode.IsSpace) >= 0 && !strings.HasPrefix(value, `"`) {
			value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
		}
		kept = append(kept, key+op+value)
	}
	return strings.Join(kept, " ")
}

// TermValue is what a line says under a key, with its operator unless that is the plain one; empty when
// it says nothing.
func TermValue(line, key string) string {
	for _, t := range Terms(line) {
		if t.Key != key {
			continue
		}
		value := line[t.Value:t.End]
		if len(value) > 1 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
			value = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(value[1 : len(value)-1])
		}
		if op := line[t.Value-1]; op != ':' && op != '~' {
			value = string(op) + value
		}
		return value
	}
	return ""
}

func isTime(key string) bool { return key == "time" || key == "since" || key == "until" }
