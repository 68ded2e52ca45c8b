package observable

// TokenKind says what a span of a query is.
type TokenKind int

// The kinds of token that Highlight tells apart.
const (
	TokenType      TokenKind = iota // a known type or alias
	TokenColon                      // the colon behind it
	TokenQuote                      // an opening or closing quotation mark
	TokenValue                      // a value
	TokenEscape                     // \" or \\ in quotation marks
	TokenSeparator                  // white space, "," or ";"
	TokenError                      // what ParseQuery refuses
)

// Token is a span of a query.
type Token struct {
	Kind       TokenKind
	Start, End int // byte offsets
}

// Highlight divides a query into spans for an editor line. They are in order
// and cover the query without gaps.
func Highlight(query string) []Token {
	h := highlighter{}
	for _, it := range parseItems(query) {
		h.to(it.start, TokenSeparator)
		if it.typeEnd > 0 {
			h.to(it.typeEnd, TokenType)
		}
		if it.err != nil {
			h.to(it.errStart, TokenValue)
			h.to(it.errEnd, TokenError)
		}
		if at(query, h.at) == ':' {
			h.to(h.at+1, TokenColon)
		}
		if v := it.value; v.next > h.at {
			h.value(v, it.err != nil && it.typeEnd == 0 && it.errEnd >= v.next)
		}
	}
	h.to(len(query), TokenSeparator)
	return h.tokens
}

type highlighter struct {
	tokens []Token
	at     int
}

// to ends a token of a kind at end; an empty one is none.
func (h *highlighter) to(end int, k TokenKind) {
	if end > h.at {
		h.tokens = append(h.tokens, Token{k, h.at, end})
		h.at = end
	}
}

func (h *highlighter) value(v queryValue, bad bool) {
	if bad {
		h.to(v.next, TokenError)
		return
	}
	if v.quoted {
		for h.at < v.start {
			h.to(v.start, TokenQuote)
		}
	}
	for _, e := range v.escapes {
		h.to(e, TokenValue)
		h.to(e+2, TokenEscape)
	}
	h.to(v.end, TokenValue)
	h.to(v.next, TokenQuote)
}
