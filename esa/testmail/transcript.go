package testmail

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail/log"
)

// maxText is how much of one answer is kept. Servers are not bound in what they say.
const maxText = 4096

const hidden = "<hidden>"

// recorder writes the transcript. It listens at the command level, where the lines are readable
// also under TLS and where the client library marks everything that belongs to an authentication.
// It satisfies go-mail's log.Logger and its smtp.ResponseErrorHandler, because refusals are not
// logged.
type recorder struct {
	began   time.Time
	emit    func(Line)
	secrets *strings.Replacer

	lines     []Line
	tls       bool
	mechanism string // set while an authentication runs
	command   string // last command
	upgrading bool   // STARTTLS was agreed: what is said next waits for the handshake
	held      []string
	code      int // last answer
	text      string
}

// newRecorder starts a transcript. Whatever the server repeats of the credentials is hidden too.
func newRecorder(s Server) *recorder {
	return &recorder{began: time.Now(), emit: s.Transcript, secrets: strings.NewReplacer(secretForms(s)...)}
}

// secretForms lists the forms in which a password could be repeated, each with its replacement.
func secretForms(s Server) []string {
	if len(s.Password) < 4 {
		return nil // shorter ones would blacken every other word
	}
	encode := base64.StdEncoding.EncodeToString
	var pairs []string
	for _, form := range []string{encode([]byte("\x00" + s.Username + "\x00" + s.Password)), encode([]byte(s.Password)), s.Password} {
		pairs = append(pairs, form, hidden)
	}
	return pairs
}

// clean caps a text of the server and hides credentials in it.
func (r *recorder) clean(text string) string {
	text = r.secrets.Replace(text)
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return text
}

func (r *recorder) add(d Direction, text string) {
	line := Line{At: time.Since(r.began), Direction: d, Text: text, TLS: r.tls && d != Note}
	r.lines = append(r.lines, line)
	if r.emit != nil {
		r.emit(line)
	}
}

// note records something that was not on the wire.
func (r *recorder) note(format string, args ...any) { r.add(Note, fmt.Sprintf(format, args...)) }

// sent records a command.
func (r *recorder) sent(text string) {
	if r.mechanism != "" {
		text = r.mechanism + hidden
		r.mechanism = " "
	}
	r.command = text
	if r.upgrading {
		r.held = append(r.held, text)
		return
	}
	r.add(Sent, strings.TrimLeft(text, " "))
}

// received records an answer, one line for each of its lines.
func (r *recorder) received(code int, text string) {
	if r.mechanism != "" && code == 334 {
		text = hidden
	}
	text = r.clean(text)
	r.code, r.text = code, text
	r.upgrading = r.command == "STARTTLS" && code == 220
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		r.add(Received, fmt.Sprintf("%03d%s%s", code, separator, line))
	}
}

// encrypted records that TLS took over; what was held back was said over it.
func (r *recorder) encrypted(info *TLSInfo) {
	r.note("encrypted: %s, %s, certificate %s issued by %s", info.Version, info.Cipher, info.Subject, info.Issuer)
	r.tls, r.upgrading = true, false
	for _, text := range r.held {
		r.add(Sent, text)
	}
	r.held = nil
}

// authenticating hides every line until authenticated is called.
func (r *recorder) authenticating(mechanism string) { r.mechanism = "AUTH " + mechanism + " " }
func (r *recorder) authenticated()                  { r.mechanism = "" }

// Debugf receives every command, and every answer that is not a refusal.
func (r *recorder) Debugf(l log.Log) {
	if l.Direction == log.DirClientToServer {
		r.sent(fmt.Sprintf(l.Format, l.Messages...))
		return
	}
	if len(l.Messages) == 2 {
		code, _ := l.Messages[0].(int)
		text, _ := l.Messages[1].(string)
		r.received(code, text)
	}
}

// Infof, Warnf and Errorf belong to log.Logger; the client never calls them.
func (r *recorder) Infof(log.Log)  {}
func (r *recorder) Warnf(log.Log)  {}
func (r *recorder) Errorf(log.Log) {}

// HandleError records a refusal and hands it on.
func (r *recorder) HandleError(_, _ string, _ *textproto.Conn, err error) error {
	if refusal, ok := errors.AsType[*textproto.Error](err); ok {
		r.received(refusal.Code, refusal.Msg)
	}
	return err
}
