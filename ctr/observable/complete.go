package observable

import (
	"slices"
	"strings"
)

// Completion is one proposal for the text at the cursor.
type Completion struct {
	Start, End int    // the bytes of the query that Text replaces
	Text       string // what to insert, e.g. `email_subject:"`
	Label      string // what to show
	Detail     string // a remark beside it, e.g. the label of the type
}

// maxCompletions bounds the list: more than a screen of proposals helps
// nobody.
const maxCompletions = 50

// Complete proposes what could stand at the cursor, a byte offset in the
// query: in the place of a type the types (those that an email module can be
// asked about first), then values seen before; behind "type:" the values seen
// before of that type. seen is in the order of preference, latest first.
func Complete(query string, cursor int, seen []Observable) []Completion {
	cursor = max(0, min(cursor, len(query)))
	start, end := cursor, cursor
	for _, it := range parseItems(query) {
		if it.start > cursor {
			break
		}
		if it.typeEnd > 0 && cursor > it.typeEnd {
			v := it.value
			if v.next >= cursor || v.next == 0 && it.err != nil {
				return completeValue(query, cursor, it, seen)
			}
			continue
		}
		if last := max(it.value.next, it.errEnd); cursor <= last {
			start, end = it.start, cursor
			if it.typeEnd > 0 {
				end = it.typeEnd
				if at(query, end) == ':' {
					end++
				}
				if n := quoteLen(query[end:]); n > 0 {
					end += n
				}
			}
		}
	}
	return completeType(query[start:cursor], start, end, seen)
}

// completeValue proposes values for the type of an item.
func completeValue(query string, cursor int, it queryItem, seen []Observable) []Completion {
	info, _ := Lookup(query[it.typeAt:it.typeEnd])
	start := it.typeEnd + 1
	typed := ""
	if it.value.next > 0 {
		typed = query[min(it.value.start, cursor):cursor]
	}
	var cs []Completion
	for _, o := range seen {
		if o.Type != info.Type || !containsFold(o.Value, typed) || len(cs) == maxCompletions {
			continue
		}
		var b strings.Builder
		writeQuoted(&b, o.Value)
		c := Completion{Start: start, End: max(cursor, it.value.next), Text: b.String(), Label: o.Value, Detail: info.Label}
		if !slices.Contains(cs, c) {
			cs = append(cs, c)
		}
	}
	return cs
}

// completeType proposes types whose name or alias begins with what was typed,
// then those that hold it, then values.
func completeType(typed string, start, end int, seen []Observable) []Completion {
	folded := foldName(typed)
	var exact, within []Completion
	for _, first := range []bool{true, false} {
		for _, t := range types {
			if t.EmailModule != first {
				continue
			}
			c := Completion{Start: start, End: end, Text: string(t.Type) + `:"`, Label: string(t.Type), Detail: t.Label}
			switch rank(t, folded) {
			case 2:
				exact = append(exact, c)
			case 1:
				within = append(within, c)
			}
		}
	}
	cs := append(exact, within...)
	for _, o := range seen {
		if len(cs) >= maxCompletions+len(types) {
			break
		}
		if !containsFold(o.Value, strings.Trim(typed, `"'“”`)) {
			continue
		}
		info, _ := o.Type.Info()
		c := Completion{Start: start, End: end, Text: Format([]Observable{o}), Label: o.Value, Detail: info.Label}
		if !slices.Contains(cs, c) {
			cs = append(cs, c)
		}
	}
	return cs
}

// rank is 2 when a name of the type begins with what was typed, 1 when one
// holds it, else 0.
func rank(t TypeInfo, folded string) int {
	r := 0
	for i := -1; i < len(t.Aliases); i++ {
		name := string(t.Type)
		if i >= 0 {
			name = t.Aliases[i]
		}
		switch name = foldName(name); {
		case strings.HasPrefix(name, folded):
			return 2
		case strings.Contains(name, folded):
			r = 1
		}
	}
	return r
}

func containsFold(s, part string) bool {
	return part == "" || strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
