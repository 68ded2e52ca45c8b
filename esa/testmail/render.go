package testmail

import (
	"bytes"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"

	"github.com/wneessen/go-mail"
)

// standardText is the body of a message without one of its own.
const standardText = "This test message checks the email security integration."

// advertisements are the values of X-Advertisement that an appliance's anti-spam engine answers with
// a verdict (Cisco TechNote 117865).
var advertisements = map[Kind]string{KindSpam: "Spam", KindSuspect: "Suspect", KindMarketing: "Marketing"}

// WriteTo writes the message as it is sent, with CRLF line ends, and returns its size in bytes.
func (m Message) WriteTo(w io.Writer) (int64, error) {
	msg, err := m.compose()
	if err != nil {
		return 0, err
	}
	counted := &counter{w: w}
	_, err = msg.WriteTo(counted) // its own count leaves the header out
	return counted.n, err
}

// Size is the size of the message in bytes, before dots are doubled for SMTP.
func (m Message) Size() (int64, error) { return m.WriteTo(io.Discard) }

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// compose builds the MIME message.
func (m Message) compose() (*mail.Msg, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	text := m.text()
	encoding := mail.EncodingUSASCII
	if needsEncoding(text) {
		encoding = mail.EncodingQP
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(encoding))
	if err := msg.From(m.From); err != nil {
		return nil, invalid("sender address %q: %w", m.From, err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, invalid("recipient address %q: %w", m.To, err)
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(m.Date.UTC())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("X-Ctrace-Token", m.Token)
	if value := advertisements[m.Kind]; value != "" {
		msg.SetGenHeader("X-Advertisement", value)
	}
	for _, h := range m.Headers {
		msg.SetGenHeader(mail.Header(h.Name), h.Value)
	}
	msg.SetBodyString(mail.TypeTextPlain, text)
	for _, a := range m.Files() {
		options := []mail.FileOption{mail.WithFileEncoding(mail.EncodingB64)}
		if a.ContentType != "" {
			options = append(options, mail.WithFileContentType(mail.ContentType(a.ContentType)))
		}
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Data), options...); err != nil {
			return nil, fmt.Errorf("attach %q: %w", a.Name, err)
		}
	}
	return msg, nil
}

// Files lists every file that is sent: the kind's own first, then Attachments.
func (m Message) Files() []Attachment {
	if m.Kind != KindEICAR {
		return m.Attachments
	}
	return append([]Attachment{eicarFile()}, m.Attachments...)
}

// text is the body with CRLF line ends.
func (m Message) text() string {
	text := m.Body
	if text == "" {
		text = standardText
	}
	if m.Kind == KindLink {
		text = strings.TrimRight(text, "\r\n") + "\n\n" + m.Link
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.ReplaceAll(strings.TrimRight(text, "\n")+"\n", "\n", "\r\n")
}

// needsEncoding tells whether a text differs from its quoted-printable form. Only one that does not
// may be called 7bit: go-mail v0.8.1 writes quoted-printable under that name too.
func needsEncoding(text string) bool {
	var encoded strings.Builder
	w := quotedprintable.NewWriter(&encoded)
	_, _ = io.WriteString(w, text) // a strings.Builder does not fail
	_ = w.Close()
	return encoded.String() != text
}
