package testmail

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
)

// Limits of a message. The subject's keeps it on one line wherever it is logged: longer ones are
// folded, and appliances have logged the line break.
const (
	maxSubject = 60
	maxAddress = 254
)

var (
	tokenPattern  = regexp.MustCompile(`^[A-Za-z0-9-]{8,40}$`)
	namePattern   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,60}$`)
	domainPattern = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)
	idPattern     = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9.-]+$`)
)

// fixedHeaders are the header fields that a message sets itself.
var fixedHeaders = map[string]bool{
	"from": true, "to": true, "cc": true, "bcc": true, "subject": true, "date": true, "message-id": true,
	"auto-submitted": true, "x-auto-response-suppress": true, "x-ctrace-token": true, "x-advertisement": true,
	"mime-version": true, "content-type": true, "content-transfer-encoding": true, "content-disposition": true,
	"sender": true, "return-path": true, "received": true,
}

// Validate says what is wrong with a message, as an *Error of ClassInvalid.
func (m Message) Validate() error {
	if err := m.validateEnvelope(); err != nil {
		return err
	}
	if !tokenPattern.MatchString(m.Token) {
		return invalid("token %q: use 8 to 40 letters, digits and hyphens", m.Token)
	}
	switch {
	case !isPrintableASCII(m.Subject):
		return invalid("subject %q: use printable ASCII characters only, others are encoded and cannot be searched for", m.Subject)
	case len(m.Subject) >= maxSubject:
		return invalid("subject of %d characters: use fewer than %d, longer ones are folded", len(m.Subject), maxSubject)
	case !strings.Contains(m.Subject, m.Token):
		return invalid("subject %q does not hold the token %s, so the message could not be found again", m.Subject, m.Token)
	case !idPattern.MatchString(m.MessageID):
		return invalid("Message-ID %q: use local@domain without angle brackets", m.MessageID)
	case m.Date.IsZero():
		return invalid("the message has no date")
	}
	return m.validateContent()
}

// validateEnvelope checks the two addresses.
func (m Message) validateEnvelope() error {
	if err := validateAddress("sender", m.From); err != nil {
		return err
	}
	return validateAddress("recipient", m.To)
}

// validateContent checks what the kind needs, the attachments and the additional headers.
func (m Message) validateContent() error {
	switch m.Kind {
	case "", KindPlain, KindSpam, KindSuspect, KindMarketing, KindEICAR:
	case KindLink:
		u, err := url.Parse(m.Link)
		if err != nil || u.Scheme == "" || u.Host == "" || !isPrintableASCII(m.Link) || strings.Contains(m.Link, " ") || len(m.Link) > 900 {
			return invalid("link %q: give a whole URL such as https://www.example.com/", m.Link)
		}
	case KindAttachment:
		if len(m.Attachments) == 0 {
			return invalid("a message of kind %s needs a file to attach", m.Kind)
		}
	default:
		return invalid("unknown kind of message %q", m.Kind)
	}
	if strings.ContainsRune(m.Body, 0) {
		return invalid("the text holds a NUL character")
	}
	for _, a := range m.Attachments {
		if a.Name == "" || strings.ContainsAny(a.Name, "\"\\/") || hasControl(a.Name) {
			return invalid("attachment name %q: give a plain file name", a.Name)
		}
		if !isPrintableASCII(a.ContentType) {
			return invalid("attachment %q: media type %q is not plain ASCII", a.Name, a.ContentType)
		}
	}
	for _, h := range m.Headers {
		if !namePattern.MatchString(h.Name) {
			return invalid("header name %q: use letters, digits and hyphens", h.Name)
		}
		if fixedHeaders[strings.ToLower(h.Name)] {
			return invalid("header %s is set by the test message itself", h.Name)
		}
		if !isPrintableASCII(h.Value) || len(h.Value) > 900 {
			return invalid("header %s: the value must be printable ASCII, at most 900 characters", h.Name)
		}
	}
	return nil
}

// validateAddress refuses what could not be sent as it stands: the appliance offers no SMTPUTF8.
func validateAddress(role, address string) error {
	switch {
	case address == "":
		return invalid("no %s address", role)
	case !isPrintableASCII(address):
		return invalid("%s address %q: only ASCII addresses can be sent; write an international domain in its xn-- form", role, address)
	case len(address) > maxAddress:
		return invalid("%s address of %d characters: the limit is %d", role, len(address), maxAddress)
	}
	local, domain, found := strings.Cut(address, "@")
	parsed, err := mail.ParseAddress(address)
	if !found || err != nil || parsed.Address != address || strings.ContainsAny(local, "\"<> ") {
		return invalid("%s address %q is not of the form name@domain", role, address)
	}
	if !domainPattern.MatchString(domain) {
		return invalid("%s address %q: %q is not a domain name", role, address, domain)
	}
	return nil
}

// isPrintableASCII tells whether s holds only the characters from blank to tilde.
func isPrintableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// hasControl tells whether s holds a control character.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
