package esatest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
)

// defaultAddr is a free port on loopback.
const defaultAddr = "127.0.0.1:0"

// listener accepts connections and hands each to a function in a goroutine of its own.
type listener struct {
	net.Listener
	mu    sync.Mutex
	conns map[net.Conn]struct{} // nil once closed
	group sync.WaitGroup
}

// listen opens a listener; serve starts it.
func listen(addr string) (*listener, error) {
	if addr == "" {
		addr = defaultAddr
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return &listener{Listener: l, conns: map[net.Conn]struct{}{}}, nil
}

// serve accepts until close is called; every connection is closed when its handler returns.
func (l *listener) serve(handle func(net.Conn)) {
	l.group.Go(func() {
		for {
			conn, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue // the peer gave up between SYN and accept
			}
			if !l.keep(conn) {
				conn.Close()
				return
			}
			l.group.Go(func() {
				defer l.drop(conn)
				handle(conn)
			})
		}
	})
}

// keep remembers a connection, unless the listener was closed meanwhile.
func (l *listener) keep(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		return false
	}
	l.conns[conn] = struct{}{}
	return true
}

func (l *listener) drop(conn net.Conn) {
	l.mu.Lock()
	delete(l.conns, conn)
	l.mu.Unlock()
	conn.Close()
}

// cut closes every open connection, as a restart does.
func (l *listener) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.conns {
		conn.Close()
	}
}

// close ends the listener and its connections and waits for their handlers.
func (l *listener) close() {
	l.Listener.Close()
	l.cut()
	l.mu.Lock()
	l.conns = nil
	l.mu.Unlock()
	l.group.Wait()
}

// reset closes a connection so that the peer sees it refused rather than ended.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // at worst the peer sees an orderly end
	}
	conn.Close()
}
