package observable

import (
	"context"
	"fmt"
	"io"
)

// Normal returns the observable in its normal form.
func (o Observable) Normal() Observable { return o }

// Validate says what is wrong with the value for its type, or nil.
func (o Observable) Validate() error { return nil }

// QueryError is a place in a query that could not be read.
type QueryError struct {
	Offset     int    // byte position in the query
	Expected   string // what should stand there, in words
	Suggestion string // a correction to offer, "" when there is none
}

func (e *QueryError) Error() string {
	s := fmt.Sprintf("query, byte %d: expected %s", e.Offset, e.Expected)
	if e.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %s?", e.Suggestion)
	}
	return s
}

// ParseQuery reads a query line (or several) of Investigate.
func ParseQuery(s string) ([]Observable, error) { return nil, nil }

// Format writes observables in the canonical form type:"value".
func Format(obs []Observable) string { return "" }

// Completion is one proposal for the text at the cursor.
type Completion struct {
	Start, End int    // bytes of the query that Text replaces
	Text       string // what to insert, e.g. `email_subject:"`
	Label      string // what to show
	Detail     string // a remark beside it, e.g. the type's label
}

// Complete proposes types, then values seen before, for the cursor (a byte
// offset) in the query.
func Complete(query string, cursor int, seen []Observable) []Completion { return nil }

// TokenKind says what a span of a query is.
type TokenKind int

// The kinds of token that Highlight tells apart.
const (
	TokenType      TokenKind = iota // a known type or alias
	TokenColon                      // the colon after it
	TokenQuote                      // an opening or closing quote
	TokenValue                      // a value
	TokenEscape                     // \" or \\ inside quotes
	TokenSeparator                  // white space, "," or ";"
	TokenError                      // what ParseQuery would refuse
)

// Token is a span of a query; the tokens cover it without gaps.
type Token struct {
	Kind       TokenKind
	Start, End int
}

// Highlight gives the spans of a query for an editor line.
func Highlight(query string) []Token { return nil }

// Flags mark what an analyst should know about a match.
type Flags uint8

// The flags of a match.
const (
	Defanged  Flags = 1 << iota // the text was written so that it would not work as a link
	IDN                         // the domain has labels that are not ASCII (or their xn-- form)
	Homograph                   // the domain mixes scripts, or looks like an ASCII name
	Private                     // an address of a private, loopback, link-local or other special range
	Header                      // taken from a mail header or log field that names it
	Typed                       // written with a type prefix, as in a query
)

// Options narrow an extraction. The zero value takes every type, leaves out
// private addresses, and allows nothing.
type Options struct {
	// Types to report; empty means all that have TypeInfo.FreeText.
	Types []Type
	// IncludePrivate also reports addresses of private and special ranges.
	IncludePrivate bool
	// AllowList holds domains (with everything under them), addresses and
	// IP prefixes of one's own, which are left out.
	AllowList []string
}

// Match is an observable found in a text.
type Match struct {
	Observable
	Start, End int    // byte offsets in the input
	Text       string // what stood there
	Flags      Flags
}

// Extract finds the observables in a text, in the order of their offsets.
func Extract(text string, o Options) []Match { return nil }

// ExtractReader is Extract for a stream, in constant memory.
func ExtractReader(ctx context.Context, r io.Reader, o Options, emit func(Match) error) error {
	return nil
}

// Defang writes an observable so that no program takes it for a link.
func Defang(o Observable) string { return o.Value }

// DefangText defangs every address, domain and URL in a text.
func DefangText(s string) string { return s }

// Refang undoes every defanged form in a text.
func Refang(s string) string { return s }
