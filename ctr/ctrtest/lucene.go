package ctrtest

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// luceneQuery is a conjunction of terms: the part of the Lucene syntax that
// clients of casebooks need. What Lucene cannot parse, it does not either.
type luceneQuery []luceneTerm

type luceneTerm struct {
	field, text string
	not         bool
}

func (q luceneQuery) matches(d Doc, text string) bool {
	for _, t := range q {
		in := text
		if t.field != "" {
			in = strings.ToLower(fmt.Sprint(d[t.field]))
		}
		if strings.Contains(in, strings.Trim(t.text, "*")) == t.not {
			return false
		}
	}
	return true
}

// parseLucene reads words, quoted phrases, field:term, AND and NOT; a backslash
// takes the meaning from the next character. Unbalanced quotes and brackets,
// a slash, and an operator without a term are errors.
func parseLucene(query string) (luceneQuery, error) {
	var p luceneParser
	var why string
	for _, r := range query {
		if why = p.take(r); why != "" {
			break
		}
	}
	if why == "" {
		why = p.end()
	}
	if why != "" {
		return nil, errors.New("Failed to parse query [" + query + "]: " + why)
	}
	return p.terms, nil
}

// luceneParser is what was read of a query.
type luceneParser struct {
	terms   luceneQuery
	term    luceneTerm // the one under way
	text    strings.Builder
	escaped bool // by the character before
	quoted  bool // inside quotes
	phrase  bool // the term under way was quoted
	depth   int  // open brackets
}

// take reads one character, and says what is wrong with it, "" when nothing is.
func (p *luceneParser) take(r rune) (why string) {
	switch {
	case p.escaped:
		p.escaped = false
		p.text.WriteRune(r)
	case r == '\\':
		p.escaped = true
	case r == '"':
		p.quoted, p.phrase = !p.quoted, true
		if !p.quoted {
			p.flush()
		}
	case p.quoted:
		p.text.WriteRune(r)
	case unicode.IsSpace(r):
		p.flush()
	case r == '(':
		p.flush()
		p.depth++
	case r == ')':
		p.flush()
		if p.depth--; p.depth < 0 {
			return "unbalanced )"
		}
	case r == ':' && p.text.Len() > 0 && p.term.field == "":
		p.term.field = p.text.String()
		p.text.Reset()
	case strings.ContainsRune(`:/[]{}^`, r):
		return "unexpected " + string(r)
	default:
		p.text.WriteRune(r)
	}
	return ""
}

// flush ends the word or phrase under way.
func (p *luceneParser) flush() {
	if p.text.Len() == 0 && !p.phrase {
		return
	}
	word := p.text.String()
	p.text.Reset()
	switch {
	case !p.phrase && word == "AND":
	case !p.phrase && word == "NOT":
		p.term.not = true
		return
	default:
		p.term.text = strings.ToLower(word)
		p.terms = append(p.terms, p.term)
	}
	p.term, p.phrase = luceneTerm{}, false
}

// end says what is missing at the end of a query, "" when nothing is.
func (p *luceneParser) end() (why string) {
	if p.escaped {
		p.text.WriteByte('\\') // it takes the meaning from nothing
	}
	p.flush()
	if p.quoted || p.depth != 0 || p.term.field != "" || p.term.not {
		return "unexpected end"
	}
	return ""
}
