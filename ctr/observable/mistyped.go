package observable

import "strings"

// Mistyped is a place in a text that is written as an observable with its
// type, name:"value", and is none.
type Mistyped struct {
	Start, End int    // byte offsets in the text
	Reason     string // what is wrong with it, in words, without the value's normal form
}

// FindMistyped finds the places of a text where a type's name is misspelt, or a
// value is none of its type, at most limit. Extract takes them for prose, so
// that what a person meant there is not looked up, or as another type.
func FindMistyped(text string, limit int) []Mistyped {
	var out []Mistyped
	for i := 0; len(out) < limit; {
		k := strings.IndexByte(text[i:], ':')
		if k < 0 {
			return out
		}
		colon := i + k
		start := nameStart(text, i, colon)
		i = colon + 1
		if start == colon || quoteLen(text[i:]) == 0 {
			continue
		}
		v := readValue(text, i, looseClose)
		i = max(i, v.next)
		if reason := mistyped(text[start:colon], v.text); reason != "" {
			out = append(out, Mistyped{start, v.next, reason})
		}
	}
	return out
}

// nameStart finds where the name begins that ends at end, end when there is none;
// it looks back to from, and no further than a name is long.
func nameStart(text string, from, end int) int {
	const longest = 32
	start := end
	for start > max(from, end-longest) && (isAlnum(text[start-1]) || text[start-1] == '_') {
		start--
	}
	if start > 0 && (isWord(text[start-1]) || text[start-1] == '-') || start < end && !isAlpha(text[start]) {
		return end
	}
	return start
}

// mistyped says what is wrong with a value and the name before it, "" when
// nothing is, or when the name is a word of prose.
func mistyped(name, value string) string {
	info, known := Lookup(name)
	if !known {
		limit := 2 // letters that differ, and one more: a word of prose is farther from all types
		if strings.Contains(name, "_") {
			limit = len(name)/3 + 2
		}
		if near := nearestWithin(name, limit); near != "" {
			return name + " is no observable type; did you mean " + near + "?"
		}
		return ""
	}
	if !strings.EqualFold(string(info.Type), name) { // an alias: from:"Accounts" is prose as well
		return ""
	}
	if err := (Observable{info.Type, value}).Validate(); err != nil {
		return strings.TrimPrefix(err.Error(), "observable: ")
	}
	return ""
}
