package observable

import (
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// headerSpan is a value taken from a mail header, which may run over several
// lines; its offsets are those of the segment.
type headerSpan struct {
	kind       kind
	start, end int
	value      string
}

// header reads the mail header that begins at seg[i:], where eol ends the
// first line. It appends the values that only the header's name tells, and
// says whether the line holds nothing else.
func (s *scanner) header(seg string, i, eol int, spans []headerSpan) (_ []headerSpan, done bool) {
	if isBlank(seg[i]) {
		if !s.idHeader {
			return spans, false
		}
		return appendIDs(spans, seg, i, eol), true
	}
	s.idHeader, s.skipFiles = false, false
	line := seg[i:eol]
	switch lower(line[0]) {
	case 's':
		if n := headerName(line, "subject"); n > 0 {
			return s.subject(seg, i+n, eol, spans), false
		}
	case 'm', 'i', 'r', 'x':
		n := max(headerName(line, "message-id"), headerName(line, "in-reply-to"), headerName(line, "references"), headerName(line, "x-original-message-id"), headerName(line, "resent-message-id"))
		if n > 0 {
			s.idHeader = true
			return appendIDs(spans, seg, i+n, eol), true
		}
	case 'u':
		if n := headerName(line, "user-agent"); n > 0 {
			if a, b := trimSpan(seg, i+n, eol); b > a {
				spans = append(spans, headerSpan{kUserAgent, a, b, seg[a:b]})
				return spans, true
			}
		}
	}
	return spans, false
}

// headerName gives the length of "name:" at the start of a line, else 0.
func headerName(line, name string) int {
	if len(line) > len(name) && line[len(name)] == ':' && hasFoldPrefix(line, name) {
		return len(name) + 1
	}
	return 0
}

func trimSpan(s string, a, b int) (int, int) {
	for a < b && (isBlank(s[a]) || s[a] == '\r' || s[a] == '\n') {
		a++
	}
	for b > a && (isBlank(s[b-1]) || s[b-1] == '\r' || s[b-1] == '\n') {
		b--
	}
	return a, b
}

// subject reads a Subject header with its folded lines.
func (s *scanner) subject(seg string, i, eol int, spans []headerSpan) []headerSpan {
	end := eol
	for end+1 < len(seg) && isBlank(seg[end+1]) {
		next := strings.IndexByte(seg[end+1:], '\n')
		if next < 0 {
			next = len(seg) - end - 1
		}
		if strings.TrimSpace(seg[end+1:end+1+next]) == "" {
			break
		}
		end += 1 + next
	}
	a, b := trimSpan(seg, i, end)
	if a == b || isDistinguishedName(seg[a:b]) {
		return spans
	}
	s.skipFiles = true
	return append(spans, headerSpan{kSubject, a, b, decodeHeader(unfold(seg[a:b]))})
}

// isDistinguishedName tells the subject of a certificate.
func isDistinguishedName(s string) bool {
	k, _, ok := strings.Cut(s, "=")
	if !ok {
		return false
	}
	switch strings.TrimSpace(strings.ToUpper(k)) {
	case "C", "O", "OU", "CN", "DC", "ST", "L", "E", "EMAILADDRESS", "SERIALNUMBER", "/C", "/CN", "/O":
		return true
	}
	return false
}

// unfold joins the lines of a header (RFC 5322 2.2.3); the white space at a
// fold becomes one blank.
func unfold(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if b.Len() > 0 {
			if t := strings.TrimLeft(line, " \t"); len(t) < len(line) {
				b.WriteByte(' ')
				line = t
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

var wordDecoder = mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(r), nil
}}

// decodeHeader decodes RFC 2047 encoded words; what cannot be decoded stays.
func decodeHeader(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	d, err := wordDecoder.DecodeHeader(s)
	if d = strings.TrimSpace(d); err != nil || d == "" || !utf8.ValidString(d) {
		return s
	}
	return d
}

// isOneToken tells text without a delimiter.
func isOneToken(s string) bool {
	for i := range len(s) {
		if classes[s[i]]&delim != 0 {
			return false
		}
	}
	return true
}

// appendIDs reads the Message-IDs of a header line: what stands in angle
// brackets, or the bare words with an @.
func appendIDs(spans []headerSpan, seg string, i, eol int) []headerSpan {
	n := len(spans)
	for k := i; k < eol; k++ {
		if seg[k] != '<' {
			continue
		}
		end := k + 1
		for end < eol && seg[end] > ' ' && seg[end] != '<' && seg[end] != '>' {
			end++
		}
		if end < eol && seg[end] == '>' && end-k > 2 {
			spans = append(spans, headerSpan{kMessageID, k + 1, end, seg[k+1 : end]})
		}
		k = end - 1
	}
	if len(spans) > n {
		return spans
	}
	if a, b := trimSpan(seg, i, eol); b > a && strings.IndexByte(seg[a:b], '@') > 0 && isOneToken(seg[a:b]) {
		spans = append(spans, headerSpan{kMessageID, a, b, seg[a:b]})
	}
	return spans
}
