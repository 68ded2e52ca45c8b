package esa

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
	"unique"
)

// The types of this file decode what AsyncOS may put where a text, a number or a
// list belongs, and never refuse: a field in an unforeseen form must not lose its
// row. Each sets its target once and leaves it zero for null.

// text takes a JSON string as it is. Any other value is kept as its JSON text,
// so that a person still sees it.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = text(anyText(b))
	return nil
}

// word is a text in which "N/A" stands for none.
type word string

func (w *word) UnmarshalJSON(b []byte) error {
	*w = word(noNA(anyText(b)))
	return nil
}

func (w word) String() string { return string(w) }

// shared is a word that the same appliance repeats in row after row, kept once in memory.
type shared string

func (s *shared) UnmarshalJSON(b []byte) error {
	*s = shared(intern(noNA(anyText(b))))
	return nil
}

// intern returns the one copy of a text that is kept in memory.
func intern(s string) string { return unique.Make(s).Value() }

// number takes 12, "12" and 12.0; anything else is 0.
type number int64

func (n *number) UnmarshalJSON(b []byte) error {
	v, _ := parseNumber(anyText(b))
	*n = number(v)
	return nil
}

// numbers takes a list of numbers, or one number.
type numbers []int64

func (n *numbers) UnmarshalJSON(b []byte) error {
	*n = nil
	for _, item := range items(b) {
		if v, ok := parseNumber(anyText(item)); ok {
			*n = append(*n, v)
		}
	}
	return nil
}

// texts takes a list of texts, or one text; "", "N/A" and null mean an empty list.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	*t = nil
	list := items(b)
	for _, item := range list {
		if s := anyText(item); s != "" && s != "N/A" {
			if *t == nil {
				*t = make(texts, 0, len(list)) // of 100,000 rows, what growing would leave over counts
			}
			*t = append(*t, s)
		}
	}
	return nil
}

// answer is true, false, or nil for "N/A".
type answer struct{ value *bool }

func (a *answer) UnmarshalJSON(b []byte) error {
	a.value = nil
	switch strings.ToLower(anyText(b)) {
	case "true":
		a.value = new(true)
	case "false":
		a.value = new(false)
	}
	return nil
}

func (a answer) isTrue() bool { return a.value != nil && *a.value }

// filled tells that there is something in an object or a list.
type filled bool

func (f *filled) UnmarshalJSON(b []byte) error {
	members, ok := object(b)
	*f = filled(len(members) > 0 || !ok && len(items(b)) > 0 && noNA(anyText(b)) != "")
	return nil
}

// byMID takes an object keyed by MID (AsyncOS 14 and later), or a plain text
// (AsyncOS 12), which then stands for all MIDs of the row.
type byMID struct {
	values ByMID[string]
	plain  string
}

func (m *byMID) UnmarshalJSON(b []byte) error {
	*m = byMID{}
	members, ok := object(b)
	if !ok {
		m.plain = noNA(anyText(b))
		return nil
	}
	for key, value := range members {
		if mid, ok := parseNumber(key); ok {
			m.values = m.values.set(mid, anyText(value))
		}
	}
	return nil
}

// listByMID takes an object keyed by MID whose values are lists.
type listByMID ByMID[[]string]

func (m *listByMID) UnmarshalJSON(b []byte) error {
	var out ByMID[[]string]
	members, _ := object(b)
	for key, value := range members {
		mid, ok := parseNumber(key)
		if !ok {
			continue
		}
		var list texts
		_ = list.UnmarshalJSON(value)
		out = out.set(mid, list)
	}
	*m = listByMID(out)
	return nil
}

// instant takes a time stamp in any form that AsyncOS uses and keeps its text.
type instant struct{ timestamp }

func (i *instant) UnmarshalJSON(b []byte) error {
	i.timestamp = parseTimestamp(anyText(b))
	return nil
}

// one or many objects of type T; members that are no objects are counted as bad.
type records[T any] struct {
	list []T
	bad  int
}

func (r *records[T]) UnmarshalJSON(b []byte) error {
	*r = records[T]{}
	for _, item := range items(b) {
		var v T
		if !isObject(item) || json.Unmarshal(item, &v) != nil {
			r.bad++
			continue
		}
		r.list = append(r.list, v)
	}
	return nil
}

// record takes one object, or a list that starts with one.
type record[T any] struct {
	value T
	found bool
}

func (r *record[T]) UnmarshalJSON(b []byte) error {
	var list records[T]
	_ = list.UnmarshalJSON(b)
	*r = record[T]{}
	if len(list.list) > 0 {
		r.value, r.found = list.list[0], true
	}
	return nil
}

// anyText is the text of any JSON value: strings unquoted, null empty, the rest as written.
func anyText(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || string(b) == "null" {
		return ""
	}
	if b[0] == '"' && len(b) > 1 {
		if plain := b[1 : len(b)-1]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
			return string(plain) // nearly every text
		}
		var s string
		if json.Unmarshal(b, &s) == nil {
			return s
		}
	}
	return string(b)
}

// items splits a JSON list; any other value but null and "" is a list of itself.
func items(b []byte) []json.RawMessage {
	b = bytes.TrimSpace(b)
	var list []json.RawMessage
	if len(b) > 0 && b[0] == '[' && json.Unmarshal(b, &list) == nil {
		return list
	}
	if anyText(b) == "" {
		return nil
	}
	return []json.RawMessage{b}
}

// isObject tells a JSON object from other values, of which b must be one.
func isObject(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) > 0 && b[0] == '{'
}

// object splits a JSON object; ok is false for every other value.
func object(b []byte) (members map[string]json.RawMessage, ok bool) {
	if !isObject(b) || json.Unmarshal(b, &members) != nil {
		return nil, false
	}
	return members, true
}

func parseNumber(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		return v, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

func noNA(s string) string {
	if s == "N/A" {
		return ""
	}
	return s
}

// sortedNumbers is a copy of a list of MIDs or connection ids, sorted, each once.
func sortedNumbers(list []int64) []int64 {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
