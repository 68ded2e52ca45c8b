package tracking

import (
	"strings"
	"unicode"

	"ctrace/esa"
)

// SetTerm puts a value in the place of what a line says under a key, or takes the term away when the
// value is empty. A value may begin with an operator of texts ("=", "^", "~"). Times have three keys,
// of which the line keeps only the one that is set.
func SetTerm(line, key, value string) string {
	var kept []string
	for _, t := range esa.FilterTerms(line) {
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
	for _, t := range esa.FilterTerms(line) {
		switch {
		case t.Key != key:
		case t.Op == ':' || t.Op == '~':
			return t.Value
		default:
			return string(t.Op) + t.Value
		}
	}
	return ""
}

func isTime(key string) bool { return key == "time" || key == "since" || key == "until" }
