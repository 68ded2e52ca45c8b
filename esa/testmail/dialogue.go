package testmail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// quitPatience is how long a good-bye may take: it decides nothing.
const quitPatience = 2 * time.Second

// dialogue is one connection to a server from dialling to the good-bye.
type dialogue struct {
	server  Server
	message Message
	receipt Receipt
	rec     *recorder
	stage   Stage

	line   *guardedConn // to the server, below TLS
	top    net.Conn     // what SMTP is spoken over
	client *smtp.Client
	body   io.WriteCloser
	dotted bool // the final dot may have been sent
}

// dial opens the connection.
func (d *dialogue) dial(ctx context.Context) error {
	dialing, cancel := context.WithTimeout(ctx, d.server.Timeout)
	defer cancel()
	address := net.JoinHostPort(d.server.Host, strconv.Itoa(d.server.Port))
	conn, err := d.server.Dial(dialing, "tcp", address)
	if err != nil {
		return err
	}
	d.line = guard(ctx, conn, d.server.Timeout)
	d.top = d.line
	d.receipt.LocalAddr, d.receipt.RemoteAddr = conn.LocalAddr().String(), conn.RemoteAddr().String()
	d.rec.note("connected to %s from %s", d.receipt.RemoteAddr, d.receipt.LocalAddr)
	return nil
}

// handshake starts TLS from the first byte.
func (d *dialogue) handshake(ctx context.Context) error {
	conn := tls.Client(d.line, tlsConfig(d.server, d.encrypted))
	d.top = conn
	return conn.HandshakeContext(ctx)
}

// encrypted is told about every handshake that succeeded.
func (d *dialogue) encrypted(info *TLSInfo) {
	d.receipt.TLS = info
	d.rec.encrypted(info)
}

// banner reads the greeting.
func (d *dialogue) banner(context.Context) error {
	tap := &bannerTap{Conn: d.top}
	client, err := smtp.NewClient(tap, d.server.Host)
	tap.done = true
	if err != nil {
		return d.rec.HandleError("", "", nil, err)
	}
	d.client = client
	d.rec.received(220, bannerText(tap.seen))
	d.receipt.Banner = d.rec.text
	client.ErrorHandlerRegistry.SetDefaultHandler(d.rec)
	client.SetLogger(d.rec)
	client.SetDebugLog(true)
	client.SkipSMTPUTF8(true)
	return nil
}

// ehlo introduces us and notes what the server offers.
func (d *dialogue) ehlo(context.Context) error {
	if err := d.client.Hello(d.server.HELO); err != nil {
		return err
	}
	d.receipt.Features = parseFeatures(d.rec.text)
	return nil
}

// startTLS encrypts the connection, without which nothing more is said.
func (d *dialogue) startTLS(context.Context) error {
	if !d.receipt.Features.StartTLS {
		return &Error{Class: ClassNoSTARTTLS, Err: errors.New("STARTTLS is not offered")}
	}
	err := d.client.StartTLS(tlsConfig(d.server, d.encrypted))
	if err != nil {
		if d.receipt.TLS == nil && d.rec.upgrading {
			d.rec.note("encryption failed: %s", d.rec.clean(err.Error()))
		}
		return err
	}
	d.receipt.Features = parseFeatures(d.rec.text)
	d.receipt.Features.StartTLS = true // it was offered; it never is again over TLS
	return nil
}

// mail names the sender.
func (d *dialogue) mail(context.Context) error { return d.client.Mail("<" + d.message.From + ">") }

// rcpt names the recipient.
func (d *dialogue) rcpt(context.Context) error { return d.client.Rcpt("<" + d.message.To + ">") }

// data writes the message, all but the final dot. The message itself is not recorded.
func (d *dialogue) data(context.Context) error {
	body, err := d.client.Data()
	if err != nil {
		return err
	}
	d.body = body
	d.receipt.MessageSize, err = d.message.WriteTo(body)
	if err != nil {
		return err
	}
	d.rec.note("message of %d bytes sent, not recorded", d.receipt.MessageSize)
	return nil
}

// finish sends the final dot and reads the answer that decides.
func (d *dialogue) finish(context.Context) error {
	d.dotted = true
	d.rec.sent(".")
	d.rec.code, d.rec.text = 0, "" // until the answer that decides
	if err := d.body.Close(); err != nil {
		return d.rec.HandleError("", "", nil, err)
	}
	d.receipt.Accepted = true
	if body, ok := d.body.(*smtp.DataCloser); ok {
		d.rec.received(250, body.ServerResponse())
	}
	return nil
}

// hangUp says good-bye where the line still serves for that, and closes the connection. A good-bye
// that fails changes nothing.
func (d *dialogue) hangUp(ctx context.Context, failed *Error) {
	if d.line == nil {
		return
	}
	defer func() { _ = d.top.Close() }()
	usable := failed == nil || failed.Code != 0 || failed.Class == ClassNoSTARTTLS || failed.Class == ClassInvalid || failed.Class == ClassAuth
	if d.client == nil || !d.client.HasConnection() || !usable || ctx.Err() != nil {
		return
	}
	began := time.Now()
	d.line.hurry(quitPatience)
	err := d.client.Quit()
	d.receipt.Timings = append(d.receipt.Timings, StageTime{StageQuit, time.Since(began)})
	if err == nil && d.receipt.Accepted {
		d.receipt.Stage = StageQuit
	}
}

// failure turns what went wrong into an *Error that knows stage, host and answer.
func (d *dialogue) failure(ctx context.Context, err error) *Error {
	if cert := untrusted(err); cert != nil && d.receipt.TLS == nil {
		d.receipt.TLS = certificateInfo(cert)
	}
	if cause := context.Cause(ctx); cause != nil && !isRefusal(err) {
		err = fmt.Errorf("%w (%w)", cause, err)
	}
	failed := classify(d.stage, d.server.Host, err)
	if failed.Code != 0 {
		failed.Text = d.rec.clean(failed.Text)
		failed.Err = &textproto.Error{Code: failed.Code, Msg: failed.Text}
		return failed
	}
	if d.dotted {
		failed.Class = ClassUnknownOutcome
	}
	if shown := failed.Err.Error(); d.rec.clean(shown) != shown { // the server's words are in it
		failed.Err = errors.New(d.rec.clean(shown))
	}
	return failed
}

// isRefusal tells whether the server answered with a code.
func isRefusal(err error) bool {
	_, ok := errors.AsType[*textproto.Error](err)
	return ok
}

// bannerText is the text of a greeting of one or more lines, without the codes.
func bannerText(seen []byte) string {
	var lines []string
	for line := range strings.Lines(string(seen)) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 4 {
			continue
		}
		lines = append(lines, line[4:])
		if line[3] != '-' {
			break
		}
	}
	return strings.Join(lines, "\n")
}
