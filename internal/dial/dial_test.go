package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func opError(op string, number syscall.Errno) *net.OpError {
	return &net.OpError{Op: op, Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, Err: os.NewSyscallError("connect", number)}
}

func TestWords(t *testing.T) {
	own := errors.New("tls: handshake failure")
	for name, tt := range map[string]struct {
		err  error
		want string // the whole text; empty when the error stays as it is
	}{
		"refused":         {opError("dial", syscall.ECONNREFUSED), "192.0.2.1:443 refused the connection: nothing listens there, or a firewall rejects it"},
		"reset":           {opError("read", syscall.ECONNRESET), "192.0.2.1:443 broke the connection off"},
		"no route":        {opError("dial", syscall.EHOSTUNREACH), "this computer has no route to 192.0.2.1:443"},
		"no network":      {opError("dial", syscall.ENETUNREACH), "this computer has no route to 192.0.2.1:443"},
		"dropped":         {opError("dial", syscall.ETIMEDOUT), "192.0.2.1:443 did not answer in time: it is down, or a firewall drops what is sent to it"},
		"something else":  {opError("dial", syscall.EACCES), "no connection to 192.0.2.1:443 (connect: permission denied)"},
		"without address": {&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, "the other side refused the connection: nothing listens there, or a firewall rejects it"},
		"proxy":           {&net.OpError{Op: "proxyconnect", Net: "tcp", Addr: opError("", 0).Addr, Err: syscall.ECONNREFUSED}, "the proxy 192.0.2.1:443 refused the connection: nothing listens there, or a firewall rejects it"},
		"unknown name":    {&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Name: "esa.example", Server: "192.0.2.53:53", IsNotFound: true}}, "there is no host of the name esa.example, says the name server 192.0.2.53"},
		"unknown here":    {&net.DNSError{Name: "esa.example", IsNotFound: true}, "there is no host of the name esa.example"},
		"silent server":   {&net.DNSError{Name: "esa.example", Server: "192.0.2.53:53", IsTimeout: true}, "the name server 192.0.2.53 did not answer about esa.example"},
		"broken server":   {&net.DNSError{Name: "esa.example", Err: "server misbehaving"}, "the name server could not tell the address of esa.example (server misbehaving)"},
		"closed":          {io.EOF, "the other side closed the connection before it had answered"},
		"closed by us":    {&net.OpError{Op: "read", Err: net.ErrClosed}, ""},
		"cancelled":       {&net.OpError{Op: "dial", Err: context.Canceled}, ""},
		"TLS":             {own, ""},
		"TLS alert":       {&net.OpError{Op: "remote error", Err: own}, ""},
		"none":            {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Words(tt.err)
			if tt.want == "" {
				if got != tt.err { //nolint:errorlint // the very same
					t.Errorf("became %v", got)
				}
				return
			}
			if got.Error() != tt.want || !errors.Is(got, tt.err) {
				t.Errorf("%q, want %q over the error itself", got, tt.want)
			}
			if again := Words(got); again != got { //nolint:errorlint // the very same
				t.Errorf("words of words are %q", again)
			}
		})
	}
}

func TestTimeoutStaysOne(t *testing.T) {
	for err, want := range map[error]bool{
		opError("dial", syscall.ETIMEDOUT):    true,
		&net.DNSError{IsTimeout: true}:        true,
		opError("dial", syscall.ECONNREFUSED): false,
	} {
		worded, ok := errors.AsType[net.Error](Words(err))
		if !ok || worded.Timeout() != want {
			t.Errorf("%v: a net.Error %t, timeout %t", err, ok, ok && worded.Timeout())
		}
	}
}

// TestRefused dials a port where nothing listens, by its name.
func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(addr)
	for written, want := range map[string]string{
		addr:                "127.0.0.1:" + port + " refused the connection",
		"localhost:" + port: "localhost:" + port + " [",
	} {
		_, err := With(net.Dialer{})(t.Context(), "tcp4", written)
		if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s: %v, want %q", written, err, want)
		}
	}
}

// TestLost breaks a connection off, and lets a deadline pass.
func TestLost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := With(net.Dialer{})(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	other, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, new(*Error)) {
		t.Errorf("after the deadline: %v", err)
	}
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := other.(*net.TCPConn).SetLinger(0); err != nil { // so that closing resets
		t.Fatal(err)
	}
	other.Close()
	_, err = c.Read(make([]byte, 1))
	if want := l.Addr().String() + " broke the connection off"; err == nil || err.Error() != want || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, want %s", err, want)
	}
}
