package esa

import (
	"strings"
)

// Completion is a text to put in the place of a part of a filter line.
type Completion struct {
	Start, End int    // bytes of the line to replace
	Text       string // instead
	Help       string
}

// CompleteFilter offers what can stand where the cursor is, a byte offset in the
// line: keys, or the values of a key that has a fixed list.
func CompleteFilter(line string, cursor int) []Completion {
	cursor = max(0, min(cursor, len(line)))
	t := filterTerm{start: cursor, end: cursor, valueStart: cursor}
	if terms := splitFilter(line[:cursor]); len(terms) > 0 {
		if last := terms[len(terms)-1]; last.end == cursor && (last.open || !last.quoted) {
			t = last
		}
	}
	if t.quoted {
		return nil
	}
	if t.key == "" {
		return completeKey(t, cursor)
	}
	key, ok := lookUpKey(t.key)
	if !ok {
		return nil
	}
	return completeValue(key, t, cursor)
}

func completeKey(t filterTerm, cursor int) []Completion {
	prefix := strings.ToLower(t.value)
	var out []Completion
	for _, k := range filterKeys {
		if strings.HasPrefix(k.name, prefix) {
			out = append(out, Completion{t.start, cursor, k.name + ":", k.help})
		}
	}
	return out
}

func completeValue(key filterKey, t filterTerm, cursor int) []Completion {
	words := key.values()
	if key.moment {
		words = []string{"1h", "6h", "1d", "3d", "1w", "today", "yesterday"}
	}
	start := t.valueStart
	if _, list := key.target.(listTarget); list {
		start += strings.LastIndexByte(t.value, ',') + 1
	}
	prefix := strings.ToLower(t.value[start-t.valueStart:])
	var out []Completion
	for _, w := range words {
		if strings.HasPrefix(w, prefix) {
			out = append(out, Completion{start, cursor, w, key.help})
		}
	}
	return out
}

// nearest is the word with the fewest edits from s, "" when none is near.
func nearest(s string, words []string) string {
	s = strings.ToLower(s)
	best, distance := "", 3
	if len(s) > 40 {
		return ""
	}
	for _, w := range words {
		if d := edits(s, w); d < distance && d < len(w) {
			best, distance = w, d
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
