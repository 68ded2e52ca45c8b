package observable

import (
	"fmt"
	"strings"
)

// QueryError is a place in a query that could not be read.
type QueryError struct {
	Offset     int    // byte position in the query
	Expected   string // what should stand there, in words
	Suggestion string // a correction to offer, "" when there is none
}

// Error gives the position as a byte counted from 0.
func (e *QueryError) Error() string {
	s := fmt.Sprintf("query, byte %d: expected %s", e.Offset, e.Expected)
	if e.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %s?", e.Suggestion)
	}
	return s
}

// ParseQuery reads a query of Investigate: observables as type:"value",
// type:value or a bare value, separated by white space, "," or ";", on one
// line or several. The type is a name of CTIM or an alias, in any case. The
// quotation marks may be typographic ones, and the closing one may be missing
// at the end of a line. Within them \" and \\ stand for the quotation mark
// and the backslash, and a backslash before a line break for the break; any
// other backslash, and a quotation mark that no separator follows, is part of
// the value. A bare value is refanged and its type recognised.
//
// Typed values are returned as written, valid or not: see
// [Observable.Validate] and [Observable.Normal]. The error is a *QueryError
// for the first place that cannot be read; what could be read is returned
// with it.
func ParseQuery(s string) ([]Observable, error) {
	var obs []Observable
	var first error
	for _, it := range parseItems(s) {
		if it.err != nil {
			if first == nil {
				first = it.err
			}
			continue
		}
		obs = append(obs, it.obs)
	}
	return obs, first
}

// Format writes observables in the canonical form, type:"value" with blanks
// between. ParseQuery gives the same observables back, whatever the values
// hold.
func Format(obs []Observable) string {
	var b strings.Builder
	for i, o := range obs {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(o.Type))
		b.WriteByte(':')
		writeQuoted(&b, o.Value)
	}
	return b.String()
}

func writeQuoted(b *strings.Builder, v string) {
	b.WriteByte('"')
	for i := range len(v) {
		switch v[i] {
		case '"', '\\', '\n', '\r':
			b.WriteByte('\\')
		}
		b.WriteByte(v[i])
	}
	b.WriteByte('"')
}

// queryItem is one observable of a query, or an error in its place.
type queryItem struct {
	start            int // of the type, or of the value without one
	typeEnd, typeAt  int // of the type's name; typeEnd is 0 without one
	value            queryValue
	obs              Observable
	err              *QueryError
	errStart, errEnd int
}

// queryValue is a value in a query.
type queryValue struct {
	text       string
	start, end int // between the quotation marks
	next       int // behind the closing one
	quoted     bool
	escapes    []int // offsets of the backslashes that escape
}

func isSeparator(b byte) bool {
	return b <= ' ' && (b == ' ' || b >= '\t' && b <= '\r') || b == ',' || b == ';'
}

// parseItems reads the whole query; it never stops at an error.
func parseItems(s string) []queryItem {
	var items []queryItem
	for i := 0; i < len(s); {
		if isSeparator(s[i]) {
			i++
			continue
		}
		it, next := parseItem(s, i)
		items = append(items, it)
		i = max(next, i+1)
	}
	return items
}

func parseItem(s string, i int) (queryItem, int) {
	it := queryItem{start: i}
	end := nameEnd(s, i)
	if end == i || end >= len(s) || s[end] != ':' {
		return parseBare(s, it)
	}
	info, known := Lookup(s[i:end])
	v := end + 1
	// "from: bob@…": people put a blank behind the colon.
	if known {
		for v < len(s) && isBlank(s[v]) {
			v++
		}
	}
	opened := v < len(s) && quoteLen(s[v:]) > 0
	if known && !opened && v == end+1 && strings.HasPrefix(s[v:], "//") {
		known = false
	}
	switch {
	case known && (v == len(s) || isSeparator(s[v]) || v > end+1 && typeAhead(s, v)):
		it.fail(end+1, end+1, "a value for "+string(info.Type), string(info.Type)+`:"…"`)
		it.errStart, it.typeAt, it.typeEnd = end, i, end
		return it, end + 1
	case known:
		it.typeAt, it.typeEnd = i, end
		it.value = readValue(s, v, strictClose)
		it.obs = Observable{pickHash(s[i:end], info.Type, it.value.text), it.value.text}
		return it, it.value.next
	case opened:
		it.fail(i, end, "an observable type", nearestType(s[i:end]))
		it.value = readValue(s, v, strictClose)
		return it, it.value.next
	}
	bare, next := parseBare(s, it)
	if bare.err != nil {
		bare.err.Expected, bare.err.Suggestion = "an observable type", nearestType(s[i:end])
		bare.errStart, bare.errEnd = i, end
	}
	return bare, next
}

// typeAhead tells whether a known type with its colon begins at i.
func typeAhead(s string, i int) bool {
	end := nameEnd(s, i)
	if end == i || end == len(s) || s[end] != ':' {
		return false
	}
	_, ok := Lookup(s[i:end])
	return ok
}

func (it *queryItem) fail(start, end int, expected, suggestion string) {
	it.err = &QueryError{Offset: start, Expected: expected, Suggestion: suggestion}
	it.errStart, it.errEnd = start, end
}

// nameEnd finds the end of what can be a type's name.
func nameEnd(s string, i int) int {
	if i >= len(s) || !isAlpha(s[i]) {
		return i
	}
	for i < len(s) && (isAlnum(s[i]) || s[i] == '_' || s[i] == '-') {
		i++
	}
	return i
}

// pickHash gives the hash type that fits the value, when it was only called a
// hash.
func pickHash(name string, t Type, value string) Type {
	if f := foldName(name); f != "hash" && f != "filehash" {
		return t
	}
	switch len(strings.TrimSpace(value)) {
	case 32:
		return MD5
	case 40:
		return SHA1
	}
	return t
}

// parseBare reads a value without a type, and finds out which it has.
func parseBare(s string, it queryItem) (queryItem, int) {
	it.value = readValue(s, it.start, strictClose)
	v := it.value
	if o, ok := recognise(v.text); ok {
		it.obs = o
		return it, v.next
	}
	suggestion := ""
	switch {
	case v.text != "" && allDigits(v.text):
		suggestion = Format([]Observable{{CiscoMID, v.text}})
	case v.quoted && v.text != "":
		suggestion = Format([]Observable{{EmailSubject, v.text}})
	case nameEnd(v.text, 0) == len(v.text) && v.text != "":
		if t := nearestType(v.text); t != "" {
			suggestion = t + `:"…"`
		}
	}
	it.fail(it.start, max(v.next, it.start+1), `type:"value", an address, a domain, a URL, a hash or a file name`, suggestion)
	return it, v.next
}

// recognise finds the type of a bare value: the whole of it has to be one
// observable.
func recognise(v string) (Observable, bool) {
	text := v
	if n := len(v); n > 2 && v[0] == '<' && v[n-1] == '>' && strings.Count(v, "@") == 1 && !strings.ContainsAny(v, " \t") {
		return Observable{EmailMessageID, v[1 : n-1]}, true
	}
	for _, m := range Extract(text, Options{IncludePrivate: true}) {
		if m.Start == 0 && (m.End == len(text) || m.End == len(text)-1 && text[m.End] == '.') {
			return m.Observable, true
		}
		if m.Start == 1 && text[0] == '[' && m.End == len(text)-1 && text[m.End] == ']' {
			return m.Observable, true
		}
	}
	return Observable{}, false
}
