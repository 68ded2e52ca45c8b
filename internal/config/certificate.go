package config

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"time"

	"ctrace/internal/dial"
)

const (
	fetchTimeout = 15 * time.Second
	// maxGreeting bounds what a server may say before STARTTLS.
	maxGreeting = 64 << 10
)

// FetchCertificate connects to addr (host:port) and gives the certificate that
// the server shows, whether it is trusted or not, so that a person can be asked
// about it. Nothing is sent over the connection but, with starttls, the SMTP
// commands EHLO and STARTTLS.
func FetchCertificate(ctx context.Context, addr string, starttls bool) (Certificate, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return Certificate{}, fmt.Errorf("%q is not host:port: %w", addr, err)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	conn, err := dial.With(net.Dialer{})(ctx, "tcp", addr)
	if err != nil {
		return Certificate{}, fmt.Errorf("no certificate to look at: %w; check host and port in the profile", err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	if starttls {
		if err := startTLS(conn); err != nil {
			return Certificate{}, orCancelled(ctx, fmt.Errorf("%s: %w", addr, err))
		}
	}
	// Looking at the certificate is the purpose; the connection is closed unused.
	client := tls.Client(conn, &tls.Config{ServerName: host, InsecureSkipVerify: true}) //nolint:gosec // see above
	if err := client.HandshakeContext(ctx); err != nil {
		return Certificate{}, orCancelled(ctx, fmt.Errorf("%s does not speak TLS here: %w", addr, err))
	}
	certificates := client.ConnectionState().PeerCertificates
	if len(certificates) == 0 {
		return Certificate{}, fmt.Errorf("%s shows no certificate", addr)
	}
	return newCertificate(host, certificates[0]), nil
}

// startTLS brings an SMTP connection to where the TLS handshake begins.
func startTLS(conn net.Conn) error {
	text := textproto.NewConn(struct {
		io.Reader
		io.Writer
		io.Closer
	}{io.LimitReader(conn, maxGreeting), conn, conn})
	if _, _, err := text.ReadResponse(220); err != nil {
		return fmt.Errorf("no SMTP greeting: %w", err)
	}
	for _, step := range []struct {
		command string
		code    int
	}{{"EHLO localhost", 250}, {"STARTTLS", 220}} {
		if err := text.PrintfLine("%s", step.command); err != nil {
			return err
		}
		if _, _, err := text.ReadResponse(step.code); err != nil {
			return fmt.Errorf("%s was refused: %w", step.command, err)
		}
	}
	return nil
}

// orCancelled gives the context's error where it is the reason.
func orCancelled(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
