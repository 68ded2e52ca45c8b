package mailfile

import (
	"bytes"
	"net/mail"
	"strings"
	"time"

	"ctrace/ctr/observable"
)

const (
	maxHeaderFields = 5000 // of one header
	maxFieldValue   = 1 << 20
	maxAddresses    = 10_000 // of one header
	maxCharset      = 64     // bytes of a charset's name
)

// field is one header field.
type field struct {
	name   string // as written
	value  string // unfolded and UTF-8, but not decoded
	offset int    // of the name in the file; -1 when unknown
}

// header is the fields of a message or part, in their order.
type header struct{ fields []field }

// get gives the first field of a name, in any letter case; "" when there is none.
func (h header) get(name string) string {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// messageHeader reads the header of a message, behind a byte order mark and empty
// lines, which a file may have in front, and gives where the body begins.
func messageHeader(s section) (h header, body int) {
	start := 0
	if bytes.HasPrefix(s.data, []byte("\xef\xbb\xbf")) {
		start = 3
	}
	for start < len(s.data) && (s.data[start] == '\n' || s.data[start] == '\r') {
		start++
	}
	h, body = splitHeader(s.from(start))
	return h, start + body
}

// splitHeader reads fields up to the first empty line, and gives where the body
// begins. What is not a field is passed over, as mail programs do: the line of an
// mbox in front, stray text.
func splitHeader(s section) (h header, body int) {
	var (
		data   = s.data
		fields []field
	)
	var value []byte // of the last field, as it is unfolded
	folded := false  // whether a line that begins with a blank belongs to the last field
	finish := func() {
		if len(fields) > 0 {
			fields[len(fields)-1].value = guessUTF8(string(value))
		}
	}
	i := 0
	for i < len(data) {
		line, next := cutLine(data, i)
		if len(line) == 0 {
			i = next
			break
		}
		switch name, rest, ok := cutField(line); {
		case line[0] == ' ' || line[0] == '\t':
			if folded && len(value)+len(line) < maxFieldValue {
				value = append(append(value, ' '), bytes.Trim(line, " \t")...)
			}
		case ok && len(fields) < maxHeaderFields:
			finish()
			value = append(value[:0], rest[:min(len(rest), maxFieldValue)]...)
			offset := -1
			if s.offset >= 0 {
				offset = s.offset + i
			}
			fields = append(fields, field{name: name, offset: offset})
			folded = true
		default:
			folded = false
		}
		i = next
	}
	finish()
	return header{fields}, i
}

// cutLine gives the line that begins at i, without its end, and where the next
// one begins.
func cutLine(data []byte, i int) (line []byte, next int) {
	end := bytes.IndexByte(data[i:], '\n')
	if end < 0 {
		return bytes.TrimRight(data[i:], "\r"), len(data)
	}
	return bytes.TrimRight(data[i:i+end], "\r"), i + end + 1
}

func cutField(line []byte) (name string, value []byte, ok bool) {
	n, v, found := bytes.Cut(line, []byte(":"))
	n = bytes.TrimRight(n, " \t")
	if !found || len(n) == 0 || len(n) > 128 {
		return "", nil, false
	}
	for _, c := range n {
		if c <= ' ' || c >= 0x7F {
			return "", nil, false
		}
	}
	return string(n), bytes.Trim(v, " \t"), true
}

var addressRoles = map[string]Role{
	"from": RoleFrom, "sender": RoleSender, "reply-to": RoleReplyTo, "return-path": RoleReturnPath,
	"to": RoleTo, "cc": RoleCc, "bcc": RoleBcc,
	"delivered-to": RoleDeliveredTo, "x-original-to": RoleDeliveredTo, "envelope-to": RoleDeliveredTo,
	"disposition-notification-to": RoleNotification,
}

// readHeader takes what a message's header tells.
func (p *parser) readHeader(h header, path string) {
	m := Message{Part: path, Addresses: []Address{}, Received: []Hop{}, Authentication: []AuthResult{}}
	for _, f := range h.fields {
		at := Source{Part: path, Header: f.name, Offset: f.offset}
		name := strings.ToLower(f.name)
		if role, ok := addressRoles[name]; ok {
			m.Addresses = append(m.Addresses, p.addresses(role, f, at, maxAddresses-len(m.Addresses))...)
			continue
		}
		switch {
		case name == "subject" && m.Subject == "":
			m.Subject = p.subject(f, at)
		case name == "message-id" && m.MessageID == "":
			m.MessageID = p.messageID(f, at)
		case name == "date" && m.Date.IsZero():
			m.Date = parseDate(f.value)
		case name == "received":
			m.Received = append(m.Received, p.received(f, at))
		case name == "received-spf":
			m.Authentication = append(m.Authentication, p.receivedSPF(f, at)...)
		case name == "authentication-results" || name == "arc-authentication-results":
			m.Authentication = append(m.Authentication, authenticationResults(f)...)
		default:
			p.otherField(name, f, at)
		}
	}
	m.Received = inOrderOfTravel(m.Received)
	p.report.Messages = append(p.report.Messages, m)
}

func (p *parser) subject(f field, at Source) string {
	subject := decodeWords(f.value)
	p.add(observable.EmailSubject, subject, at)
	p.extract(subject, withoutOffset(at))
	return subject
}

func (p *parser) messageID(f field, at Source) string {
	id, _, _ := strings.Cut(f.value, " ")
	p.add(observable.EmailMessageID, id, at)
	return id
}

// otherField takes observables out of the fields that carry some.
func (p *parser) otherField(name string, f field, at Source) {
	switch {
	case name == "x-mailer" || name == "user-agent":
		p.add(observable.UserAgent, decodeWords(f.value), at)
	case name == "x-ironport-mid" || name == "x-cisco-mid":
		p.add(observable.CiscoMID, f.value, at)
	case strings.HasPrefix(name, "list-") && name != "list-id":
		p.extract(decodeWords(f.value), withoutOffset(at))
	case strings.HasPrefix(name, "x-") && (strings.HasSuffix(name, "-ip") || strings.Contains(name, "ip-address")):
		p.extract(f.value, withoutOffset(at))
	}
}

// withoutOffset is for text that was unfolded or decoded: positions inside it
// are not positions in the file, so only the field's own is kept.
func withoutOffset(at Source) Source {
	at.Note = "in the field"
	return at
}

var dateFormats = []string{
	"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST",
	"Mon Jan 2 15:04:05 2006", time.RFC3339,
}

// parseDate reads a date as lenient as it can, in UTC; the zero time when it
// cannot.
func parseDate(s string) time.Time {
	s = strings.TrimSpace(s)
	if t, err := mail.ParseDate(s); err == nil {
		return t.UTC()
	}
	s, _, _ = strings.Cut(s, " (")
	for _, format := range dateFormats {
		if t, err := time.Parse(format, strings.Join(strings.Fields(s), " ")); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// decodeWords decodes RFC 2047 encoded words, also those that mail programs get
// wrong: inside quotes, and with a character split over two words, which is why
// neighbours of one charset are put together before they are converted.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var (
		out     strings.Builder
		pending []byte // of charset, not yet converted
		charset string
	)
	flush := func() {
		if len(pending) > 0 {
			out.WriteString(convert(pending, charset))
			pending = pending[:0]
		}
	}
	for {
		start := strings.Index(s, "=?")
		if start < 0 || !strings.Contains(s[start:], "?=") {
			break
		}
		word, ok := cutWord(s[start:])
		if !ok {
			flush()
			out.WriteString(s[:start+2])
			s = s[start+2:]
			continue
		}
		between := s[:start]
		if len(pending) == 0 || strings.Trim(between, " \t") != "" {
			flush()
			out.WriteString(between)
		}
		if !strings.EqualFold(word.charset, charset) {
			flush()
			charset = word.charset
		}
		pending = append(pending, word.content...)
		s = s[start+word.length:]
	}
	flush()
	out.WriteString(s)
	return out.String()
}

type encodedWord struct {
	charset string
	content []byte
	length  int
}

// cutWord reads the encoded word at the start of s: =?charset?B?…?=. What it
// cannot read it refuses within a few bytes, so that looking on is linear.
func cutWord(s string) (w encodedWord, ok bool) {
	end := strings.IndexByte(s[2:min(len(s), 2+maxCharset)], '?')
	if end <= 0 || end+5 > len(s) || s[end+4] != '?' {
		return w, false
	}
	charset, encoding, rest := s[2:2+end], s[end+3]|0x20, s[end+5:]
	if strings.ContainsAny(charset, " \t\"") || encoding != 'b' && encoding != 'q' {
		return w, false
	}
	text, _, ok := strings.Cut(rest, "?=")
	if !ok {
		return w, false
	}
	w.length = end + 5 + len(text) + 2
	w.charset, _, _ = strings.Cut(charset, "*") // RFC 2231: a language may follow
	if encoding == 'b' {
		w.content = lenientBase64([]byte(text))
	} else {
		w.content = decodeQ(text)
	}
	return w, true
}

// decodeQ decodes the Q encoding; what is broken stays as it is.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
