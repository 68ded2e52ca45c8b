package testmail

import (
	"fmt"
	"strings"
	"time"
)

// Message is a test message. New fills every field that a plain one needs; the caller may change
// Kind, Body, Link, Attachments and Headers before sending it.
type Message struct {
	Token     string    // names the message; part of the subject and of the Message-ID
	From      string    // envelope sender and From header: an ASCII address
	To        string    // the one recipient: an ASCII address
	Subject   string    // ASCII, shorter than 60 characters, holds Token
	MessageID string    // without angle brackets
	Date      time.Time // sent as UTC
	Kind      Kind      // what the gateway is asked to do with it; empty means KindPlain

	Body        string       // plain ASCII text; empty means one standard sentence
	Link        string       // the URL that a KindLink message carries
	Attachments []Attachment // files of the caller's own
	Headers     []Header     // more header fields, after the fixed ones
}

// Attachment is a file sent with a message.
type Attachment struct {
	Name        string // file name, without a path
	ContentType string // media type; empty means application/octet-stream
	Data        []byte
}

// Header is one more header field of a message.
type Header struct {
	Name, Value string
}

// New returns a plain test message from one address to another, with a subject that holds token and
// a Message-ID of token at the sender's own domain (never this computer's name).
// It fails with an *Error of ClassInvalid when an address is not plain ASCII or the token would not
// survive a search.
func New(token, from, to string, now time.Time) (Message, error) {
	m := Message{
		Token:   token,
		From:    from,
		To:      to,
		Subject: "CTR verify " + token,
		Date:    now.UTC().Truncate(time.Second),
		Kind:    KindPlain,
	}
	_, domain, _ := strings.Cut(from, "@")
	m.MessageID = token + "@" + strings.ToLower(domain)
	if err := m.Validate(); err != nil {
		return Message{}, err
	}
	return m, nil
}

// invalid makes the error for a message or server that must not be used.
func invalid(format string, args ...any) *Error {
	return &Error{Class: ClassInvalid, Err: fmt.Errorf(format, args...)}
}
