// Package dial opens connections, and says in words why one could not be opened or was lost: Go's own
// errors speak of system calls. What to do about it is the callers' to add, who know whose host it is.
package dial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// Func opens a connection as net.Dialer.DialContext does.
type Func func(ctx context.Context, network, addr string) (net.Conn, error)

// With is the DialContext of d, with errors in words: those of dialling, and those of the connection.
func With(d net.Dialer) Func {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return nil, named(addr, err)
		}
		return conn{c}, nil
	}
}

// conn words the errors of a connection.
type conn struct{ net.Conn }

func (c conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, lost(err)
}

func (c conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, lost(err)
}

// lost words the end of a connection by the other side. Deadlines, and what this side closed, stay as
// they are: those who set them look for them.
func lost(err error) error {
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ETIMEDOUT) {
		return Words(err)
	}
	return err
}

// Error is a failure of the network in words. What Go said lies beneath.
type Error struct {
	words string
	err   error
}

// Error implements error.
func (e *Error) Error() string { return e.words }

// Unwrap gives what Go said.
func (e *Error) Unwrap() error { return e.err }

// Timeout implements net.Error.
func (e *Error) Timeout() bool {
	timeout, ok := errors.AsType[net.Error](e.err)
	return ok && timeout.Timeout()
}

// Temporary implements net.Error: a lost connection does not come back.
func (e *Error) Temporary() bool { return false }

// Words gives an error of the network, or of a connection that ended too soon, in words that name the
// host. Every other error is returned as it is, such as one about TLS, or of a context that ended.
func Words(err error) error { return named("", err) }

// named is Words for a connection to addr, which is what the person wrote: Go knows the address that the
// name was looked up to.
func named(addr string, err error) error {
	if _, worded := errors.AsType[*Error](err); err == nil || worded || errors.Is(err, context.Canceled) {
		return err
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return &Error{lookUp(dns), err}
	}
	op, ok := errors.AsType[*net.OpError](err)
	switch {
	case ok && (errors.Is(err, net.ErrClosed) || strings.HasSuffix(op.Op, " error")): // closed here; TLS' own words
		return err
	case ok:
		return &Error{broken(addr, op), err}
	case err == io.EOF || err == io.ErrUnexpectedEOF: //nolint:errorlint // those wrapped in words have words
		return &Error{"the other side closed the connection before it had answered", err}
	}
	return err
}

// lookUp says why a name has no address.
func lookUp(e *net.DNSError) string {
	server := ""
	if e.Server != "" {
		server = " " + strings.TrimSuffix(e.Server, ":53")
	}
	switch {
	case e.IsNotFound && server != "":
		return fmt.Sprintf("there is no host of the name %s, says the name server%s", e.Name, server)
	case e.IsNotFound:
		return fmt.Sprintf("there is no host of the name %s", e.Name)
	case e.IsTimeout:
		return fmt.Sprintf("the name server%s did not answer about %s", server, e.Name)
	}
	return fmt.Sprintf("the name server%s could not tell the address of %s (%s)", server, e.Name, e.Err)
}

// broken says what became of a connection.
func broken(addr string, e *net.OpError) string {
	at := place(addr, e)
	timeout, ok := errors.AsType[net.Error](e.Err)
	switch {
	case errors.Is(e, syscall.ECONNREFUSED):
		return at + " refused the connection: nothing listens there, or a firewall rejects it"
	case errors.Is(e, syscall.ECONNRESET), errors.Is(e, syscall.EPIPE):
		return at + " broke the connection off"
	case errors.Is(e, syscall.EHOSTUNREACH), errors.Is(e, syscall.ENETUNREACH):
		return "this computer has no route to " + at
	case ok && timeout.Timeout(), errors.Is(e, context.DeadlineExceeded):
		return at + " did not answer in time: it is down, or a firewall drops what is sent to it"
	}
	return fmt.Sprintf("no connection to %s (%v)", at, e.Err)
}

// place is the other end: as it was written, with the address that was tried where that says more.
func place(addr string, e *net.OpError) string {
	proxy := ""
	if e.Op == "proxyconnect" {
		proxy = "the proxy "
	}
	tried := ""
	if e.Addr != nil {
		tried = e.Addr.String()
	}
	switch {
	case addr == "" && tried == "":
		return proxy + "the other side"
	case addr == "" || addr == tried:
		return proxy + tried
	case tried == "":
		return proxy + addr
	}
	return proxy + addr + " [" + tried + "]"
}
