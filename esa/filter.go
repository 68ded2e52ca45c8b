package esa

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// DefaultWindow is how far back a filter without a time searches.
const DefaultWindow = 24 * time.Hour

// FilterError says where a filter line is wrong.
type FilterError struct {
	Offset     int    // byte where the wrong part begins
	Length     int    // bytes of the wrong part
	Message    string // what is wrong with it
	Suggestion string // what was perhaps meant; may be ""
}

// Error gives the position as a column counted from 1.
func (e *FilterError) Error() string {
	return fmt.Sprintf("column %d: %s", e.Offset+1, e.Text())
}

// Text is what is wrong and what was perhaps meant, without the position.
func (e *FilterError) Text() string {
	if e.Suggestion == "" {
		return e.Message
	}
	return e.Message + "; did you mean " + e.Suggestion + "?"
}

// ParseFilter reads a search as one line:
//
//	subject~invoice from:a@b.example since:2d status:quarantined
//
// A term is a key, an operator and a value; a value with blanks stands in double
// quotes, in which \" and \\ stand for a quote and a backslash. For texts, ":" and
// "~" mean contains, "=" is, "^" begins with. Words without a key are searched in the
// subject, but for a time range such as 3d or 2026-11-01..2026-11-03. Without any
// time the last 24 hours are searched. FilterKeys lists the keys.
//
// Times without an offset are in loc. Errors are of type *FilterError.
func ParseFilter(line string, now time.Time, loc *time.Location) (Query, error) {
	p := filterParser{line: line, now: now.In(loc), loc: loc, given: map[string]bool{}}
	for _, t := range splitFilter(line) {
		if err := p.term(t); err != nil {
			return Query{}, err
		}
	}
	return p.finish()
}

type filterParser struct {
	line  string
	now   time.Time
	loc   *time.Location
	query Query
	given map[string]bool // keys seen
	words []string        // without a key
}

// filterTerm is a stretch of the line.
type filterTerm struct {
	start, end int    // in the line
	key        string // "" for a word
	op         byte
	valueStart int
	value      string // unquoted
	quoted     bool
	open       bool // the closing quote is missing
}

const filterOperators = ":=~^"

// splitFilter cuts the line into terms. It never fails; what is wrong with a term is
// left in it.
func splitFilter(line string) []filterTerm {
	var terms []filterTerm
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t := filterTerm{start: i, valueStart: i}
		if n := strings.IndexAny(line[i:], filterOperators+" \"\t"); n > 0 && strings.IndexByte(filterOperators, line[i+n]) >= 0 && isKey(line[i:i+n]) {
			t.key, t.op, t.valueStart = line[i:i+n], line[i+n], i+n+1
		}
		t.readValue(line)
		terms, i = append(terms, t), t.end
	}
	return terms
}

// FilterTerm is a stretch of a filter line, by byte offsets: key, operator and value, or a value alone.
type FilterTerm struct {
	Start, ValueStart, End int
	Key                    string // the key's name in lower case, also when the line has an alias; empty without one
	Known                  bool   // there is such a key
	Op                     byte   // one of ":=~^"; 0 without a key
	Value                  string // without quotes
}

// FilterTerms cuts a filter line into its terms, for colouring and for forms; ParseFilter says what the
// line means. It never fails.
func FilterTerms(line string) []FilterTerm {
	terms := splitFilter(line)
	out := make([]FilterTerm, len(terms))
	for i, t := range terms {
		key, known := lookUpKey(t.key)
		if !known {
			key.name = strings.ToLower(t.key)
		}
		out[i] = FilterTerm{t.start, t.valueStart, t.end, key.name, known, t.op, t.value}
	}
	return out
}

// readValue takes a quoted text, or everything up to the next blank.
func (t *filterTerm) readValue(line string) {
	i := t.valueStart
	if i < len(line) && line[i] == '"' {
		var b strings.Builder
		t.quoted, t.open = true, true
		for i++; i < len(line) && t.open; i++ {
			switch {
			case line[i] == '\\' && i+1 < len(line) && strings.IndexByte(`"\`, line[i+1]) >= 0:
				i++
				b.WriteByte(line[i])
			case line[i] == '"':
				t.open = false
			default:
				b.WriteByte(line[i])
			}
		}
		t.value, t.end = b.String(), i
		return
	}
	n := strings.IndexFunc(line[i:], unicode.IsSpace)
	if n < 0 {
		n = len(line) - i
	}
	t.value, t.end = line[i:i+n], i+n
}

// isKey reports whether a text has the form of a key.
func isKey(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}

func (p *filterParser) term(t filterTerm) error {
	if t.open {
		return t.wrong("the closing quote is missing")
	}
	if t.end < len(p.line) && t.quoted {
		if r, _ := utf8.DecodeRuneInString(p.line[t.end:]); !unicode.IsSpace(r) {
			return &FilterError{Offset: t.end, Length: 1, Message: "a blank is missing after the quote"}
		}
	}
	if t.key == "" {
		return p.word(t)
	}
	key, ok := lookUpKey(t.key)
	if !ok {
		return &FilterError{
			Offset: t.start, Length: len(t.key), Message: fmt.Sprintf("there is no key %q; put the term in quotes to search the subject for it", t.key),
			Suggestion: nearest(t.key, keyNames()),
		}
	}
	if t.value == "" {
		return t.wrong("%s needs a value", key.name)
	}
	if p.given[key.name] && !key.repeats() {
		return &FilterError{Offset: t.start, Length: t.end - t.start, Message: key.name + " is given twice"}
	}
	p.given[key.name] = true
	if key.moment {
		return p.time(key.name, t)
	}
	if err := key.target.set(&p.query, t.op, t.value); err != nil {
		return t.wrongValue(err)
	}
	return nil
}

func (t filterTerm) wrong(format string, args ...any) error {
	return &FilterError{Offset: t.valueStart, Length: t.end - t.valueStart, Message: fmt.Sprintf(format, args...)}
}

func (t filterTerm) wrongValue(err error) error {
	e := &FilterError{Offset: t.valueStart, Length: t.end - t.valueStart, Message: err.Error()}
	if w, ok := errors.AsType[*wordError](err); ok {
		e.Suggestion = nearest(w.word, w.words)
	}
	return e
}

// word takes a term without a key.
func (p *filterParser) word(t filterTerm) error {
	if t.quoted || !looksLikeTime(t.value, p.now, p.loc) {
		p.words = append(p.words, t.value)
		return nil
	}
	if p.given["time"] {
		return &FilterError{Offset: t.start, Length: t.end - t.start, Message: "a time range is given twice"}
	}
	p.given["time"] = true
	return p.time("time", t)
}

func (p *filterParser) time(key string, t filterTerm) error {
	if t.op != 0 && t.op != ':' && t.op != '=' {
		return t.wrong("a time is given with \":\"")
	}
	if key == "time" {
		r, err := ParseTimeRange(t.value, p.now, p.loc)
		if err != nil {
			return t.wrongValue(err)
		}
		p.query.Start, p.query.End = r.Start, r.End
		return nil
	}
	m, err := parseMoment(t.value, p.now, p.now)
	if err != nil {
		return t.wrongValue(err)
	}
	if key == "since" {
		p.query.Start = m.begin
	} else {
		p.query.End = m.last()
	}
	return nil
}

// finish adds what the line left open.
func (p *filterParser) finish() (Query, error) {
	all := func(message string) error {
		return &FilterError{Length: len(p.line), Message: message}
	}
	q := &p.query
	if len(p.words) > 0 {
		if q.Subject.Value != "" {
			return Query{}, all("words without a key are searched in the subject, but subject is given too")
		}
		if q.Subject.Value = strings.Join(p.words, " "); q.Subject.Value == "" {
			return Query{}, all("the quotes are empty")
		}
		q.Subject.Operator = Contains
	}
	if p.given["time"] && (p.given["since"] || p.given["until"]) {
		return Query{}, all("a time range and since or until cannot both be given")
	}
	if q.End.IsZero() {
		q.End = p.now
	}
	if q.Start.IsZero() {
		q.Start = q.End.Add(-DefaultWindow)
	}
	if q.End.Before(q.Start) {
		return Query{}, all("the search ends before it begins")
	}
	q.implied()
	if _, err := q.Values(ESA); err != nil {
		return Query{}, all(message(err))
	}
	return *q, nil
}

// message is what an error of ours says, without the operation in front.
func message(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// implied adds what some events need beside them: the direction of the mail flow,
// which is that of the messages, and the action of content filters. A status that the
// appliance can search for is searched there, unless other events would widen it.
func (q *Query) implied() {
	e := &q.Events
	flow, bound := Incoming, "inbound"
	if q.Direction == Outgoing {
		flow, bound = Outgoing, "outbound"
	}
	if len(e.AMP) > 0 {
		e.AMPDirection = flow
	}
	if e.ContentFilter != "" {
		e.ContentFilterDirection, e.ContentFilterAction = bound, "stopped"
	}
	if len(e.MacroFileTypes) > 0 {
		e.MacroDirection = bound
	}
	if e.WebInteractionURLs != "" {
		e.WebInteractionDirection = bound
	}
	if e.MailPolicy != "" {
		e.MailPolicyDirection = bound
	}
	if word := strings.ToUpper(string(q.Status)); slices.Contains(deliveryStatuses, word) && !e.any() && !q.RejectedConnections {
		e.DeliveryStatus = word
	}
}

// any reports whether any event is asked for.
func (e Events) any() bool {
	return len(e.Flags) > 0 || slices.ContainsFunc(e.attributes(), func(a eventAttribute) bool { return len(a.values) > 0 })
}
