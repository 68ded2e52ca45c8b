package testmail

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// maxAnswer is how many bytes the other end may send before it is our turn again, TLS handshake
// included. An SMTP answer is a few hundred bytes; without a bound one line could fill the memory.
const maxAnswer = 1 << 20

// errAnswerTooLong ends a dialogue with a server that does not stop talking.
var errAnswerTooLong = errors.New("the server's answer is longer than 1 MiB")

// aLongTimeAgo is a deadline that makes every pending read and write return at once.
var aLongTimeAgo = time.Unix(1, 0)

// guardedConn is a connection that returns at once when its context ends, that waits at most timeout
// for an answer after the last byte written, and that bounds the length of an answer.
type guardedConn struct {
	net.Conn
	timeout time.Duration
	stop    func() bool // ends the watch on the context

	mu       sync.Mutex
	ended    bool // the context ended: no deadline may be set any more
	received int  // bytes since the last write
}

// guard watches over conn until it is closed.
func guard(ctx context.Context, conn net.Conn, timeout time.Duration) *guardedConn {
	g := &guardedConn{Conn: conn, timeout: timeout}
	g.extend()
	g.stop = context.AfterFunc(ctx, g.end)
	return g
}

// end makes every read and write fail from now on.
func (g *guardedConn) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	_ = g.Conn.SetDeadline(aLongTimeAgo)
}

// extend allows another timeout from now. A failing SetDeadline shows at the next read or write.
func (g *guardedConn) extend() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.received = 0
	if !g.ended {
		_ = g.Conn.SetDeadline(time.Now().Add(g.timeout))
	}
}

// hurry shortens the wait for all answers from now on.
func (g *guardedConn) hurry(timeout time.Duration) {
	g.mu.Lock()
	g.timeout = min(g.timeout, timeout)
	g.mu.Unlock()
	g.extend()
}

func (g *guardedConn) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.received += n
	if g.received > maxAnswer {
		return 0, errAnswerTooLong
	}
	return n, err
}

func (g *guardedConn) Write(p []byte) (int, error) {
	g.extend()
	n, err := g.Conn.Write(p)
	if err == nil {
		g.extend()
	}
	return n, err
}

// SetDeadline, SetReadDeadline and SetWriteDeadline do nothing: the guard keeps the only clock.
// crypto/tls would otherwise push the deadline of a cancelled connection five seconds into the
// future to send its closing alert.
func (g *guardedConn) SetDeadline(time.Time) error      { return nil }
func (g *guardedConn) SetReadDeadline(time.Time) error  { return nil }
func (g *guardedConn) SetWriteDeadline(time.Time) error { return nil }

func (g *guardedConn) Close() error {
	g.stop()
	return g.Conn.Close()
}

// bannerTap keeps the first bytes read, because the client library drops the greeting's text.
type bannerTap struct {
	net.Conn
	seen []byte
	done bool
}

func (t *bannerTap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if !t.done && len(t.seen) < maxText {
		t.seen = append(t.seen, p[:n]...)
	}
	return n, err
}
