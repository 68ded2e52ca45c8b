package mailfile

import (
	"slices"
	"strings"
)

// maxResults bounds the results of one field.
const maxResults = 100

// authenticationResults reads the field of RFC 8601, and ARC's form of it:
// server; method=result (comment) reason="…" property=value; …
func authenticationResults(f field) []AuthResult {
	var (
		results []AuthResult
		server  string
	)
	for i, clause := range splitClauses(f.value) {
		words := strings.Fields(dropComments(clause))
		if len(words) == 0 || len(results) >= maxResults {
			continue
		}
		method, result, ok := strings.Cut(words[0], "=")
		if strings.EqualFold(method, "i") && ok { // the number of an ARC set
			continue
		}
		if !ok {
			if i <= 1 && server == "" {
				server = words[0]
			}
			continue
		}
		method, _, _ = strings.Cut(method, "/") // a version may follow
		r := AuthResult{
			Server: server, Method: strings.ToLower(method), Result: strings.ToLower(strings.TrimSpace(result)),
			Reason: firstComment(clause), Header: f.name, Offset: f.offset,
		}
		for _, word := range words[1:] {
			property, value, _ := strings.Cut(word, "=")
			switch strings.ToLower(property) {
			case "header.d", "header.i", "header.from", "smtp.mailfrom", "smtp.helo", "policy.from":
				if r.Domain == "" {
					r.Domain = domainOf(value)
				}
			}
		}
		if _, reason, ok := strings.Cut(clause, `reason="`); ok {
			r.Reason, _, _ = strings.Cut(reason, `"`)
		}
		results = append(results, r)
	}
	return results
}

// receivedSPF reads the field of RFC 7208: result (comment) key=value; …
func (p *parser) receivedSPF(f field, at Source) []AuthResult {
	words := strings.FieldsFunc(dropComments(f.value), func(r rune) bool { return r == ' ' || r == '\t' || r == ';' })
	if len(words) == 0 {
		return nil
	}
	r := AuthResult{Method: "spf", Result: strings.ToLower(words[0]), Reason: firstComment(f.value), Header: f.name, Offset: f.offset}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		value = strings.Trim(value, `"<>`)
		switch strings.ToLower(key) {
		case "envelope-from":
			r.Domain = domainOf(value)
		case "receiver":
			r.Server = value
		case "client-ip":
			if ip, ok := clientAddress(value); ok {
				p.addIP(ip, at)
			}
		}
	}
	return []AuthResult{r}
}

// splitClauses cuts at semicolons outside of quotes and comments.
func splitClauses(s string) []string {
	var clauses []string
	start, scan := 0, scanner{}
	for i := range len(s) {
		if scan.next(s[i]) && s[i] == ';' {
			clauses = append(clauses, s[start:i])
			start = i + 1
		}
	}
	clauses = append(clauses, s[start:])
	return slices.DeleteFunc(clauses, func(c string) bool { return strings.TrimSpace(c) == "" })
}

func firstComment(s string) string {
	_, rest, ok := strings.Cut(s, "(")
	if !ok {
		return ""
	}
	depth := 1
	for i := range len(rest) {
		switch rest[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return strings.TrimSpace(rest[:i])
			}
		}
	}
	return strings.TrimSpace(rest)
}

func domainOf(address string) string {
	address = strings.Trim(address, `"<>;,`)
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
