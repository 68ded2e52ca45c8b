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
	if err != nil || !utf8.ValidString(d) {
		return s
	}
	return strings.TrimSpace(d)
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
	if a, b := trimSpan(seg, i, eol); b > a && strings.IndexByte(seg[a:b], '@') > 0 && !strings.ContainsAny(seg[a:b], " \t<>\"") {
		spans = append(spans, headerSpan{kMessageID, a, b, seg[a:b]})
	}
	return spans
}

// logFields reads the message ids of an appliance's mail log in a line: "MID
// 123", and behind it the Message-ID and the subject. It returns where the
// ordinary scan has to stop.
func (s *scanner) logFields(line string) int {
	for i := 0; i < len(line); {
		p := strings.Index(line[i:], "MID")
		if p < 0 {
			break
		}
		p += i
		i = p + 3
		a := i
		for a < len(line) && a-i < 3 && (line[a] == ' ' || line[a] == '=' || line[a] == ':') {
			a++
		}
		b := a
		for b < len(line) && isDigit(line[b]) {
			b++
		}
		if a == i || b == a || b-a > 12 || line[a] == '0' || b < len(line) && (isWord(line[b]) || line[b] == '.' && b+1 < len(line) && isWord(line[b+1])) {
			continue
		}
		if p > 0 && isWord(line[p-1]) && !(p > 2 && line[p-3:p] == "ESA") {
			continue
		}
		s.addFlagged(kMID, a, b, Header)
		if stop, ok := s.logValue(line, b); ok {
			return stop
		}
		i = b
	}
	return len(line)
}

// logValue reads "Subject '…'" or "Message-ID '<…>'" behind a MID.
func (s *scanner) logValue(line string, b int) (int, bool) {
	rest := line[b:]
	for _, l := range []struct {
		label string
		kind  kind
	}{{" Subject ", kSubject}, {" Message-ID ", kMessageID}} {
		if !strings.HasPrefix(rest, l.label) {
			continue
		}
		a, end := trimSpan(line, b+len(l.label), len(line))
		if end-a > 1 && (line[a] == '\'' || line[a] == '"') && line[end-1] == line[a] {
			a, end = a+1, end-1
		}
		if l.kind == kMessageID && end-a > 2 && line[a] == '<' && line[end-1] == '>' {
			a, end = a+1, end-1
		}
		if end > a {
			s.addFlagged(l.kind, a, end, Header)
		}
		if l.kind == kSubject {
			s.skipFiles = true
			return len(line), true
		}
		return b, true
	}
	return 0, false
}

// jsonMIDs reads the MIDs of the appliance's API: "mid": [1, 2].
func (s *scanner) jsonMIDs(line string) {
	const name = `"mid":`
	for i := strings.Index(line, name); i >= 0 && i < len(line); {
		k := i + len(name)
		for k < len(line) && strings.IndexByte(" [,\t\"", line[k]) >= 0 || k < len(line) && isDigit(line[k]) {
			if !isDigit(line[k]) {
				k++
				continue
			}
			a := k
			for k < len(line) && isDigit(line[k]) {
				k++
			}
			if line[a] != '0' && k-a <= 12 && (k == len(line) || !isWord(line[k])) {
				s.addFlagged(kMID, a, k, Header)
			}
			if c := at(line, k); c != ',' && c != ' ' {
				break
			}
		}
		n := strings.Index(line[k:], name)
		if n < 0 {
			return
		}
		i = k + n
	}
}
