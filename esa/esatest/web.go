package esatest

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// webServer serves the API. It gets its connections from the appliance's listener, so that faults
// can break them below HTTP.
type webServer struct {
	a      *Appliance
	server *http.Server
	queue  chan net.Conn
	closed chan struct{}
	group  sync.WaitGroup
	taken  atomic.Int64 // connections so far

	searches, others atomic.Int64 // questions about messages so far
}

// newWebServer starts an HTTP server on connections that take hands over.
func newWebServer(a *Appliance) *webServer {
	w := &webServer{a: a, queue: make(chan net.Conn), closed: make(chan struct{})}
	w.server = &http.Server{
		Handler:           http.HandlerFunc(w.handle),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // refused handshakes are the clients' business
		MaxHeaderBytes:    64 << 10,
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert := a.certs.forAPI(a.on)
		return &cert, nil
	}}
	w.group.Go(func() {
		_ = w.server.Serve(tls.NewListener(w, config)) // ends with http.ErrServerClosed
	})
	return w
}

// take hands one accepted connection to the HTTP server and returns when it is closed.
func (w *webServer) take(conn net.Conn) {
	switch n := w.taken.Add(1); {
	case w.a.on("api-disabled"), w.a.on("api-restart") && n%3 == 0:
		reset(conn)
		if w.a.on("api-restart") {
			w.a.tokens.forget()
		}
		return
	case w.a.on("api-silent"):
		_, _ = io.Copy(io.Discard, conn) // ends when either side has had enough
		return
	}
	watched := &watchedConn{Conn: conn, gone: make(chan struct{})}
	select {
	case w.queue <- watched:
		<-watched.gone
	case <-w.closed:
	}
}

// Accept, Close and Addr make the queue a net.Listener.
func (w *webServer) Accept() (net.Conn, error) {
	select {
	case conn := <-w.queue:
		return conn, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept. It may be called more than once.
func (w *webServer) Close() error {
	select {
	case <-w.closed:
	default:
		close(w.closed)
	}
	return nil
}

// Addr is the address of the listener.
func (w *webServer) Addr() net.Addr { return w.a.api.Addr() }

// close ends the server and waits for what it runs.
func (w *webServer) close() {
	if err := w.server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		w.a.api.cut()
	}
	w.group.Wait()
}

// watchedConn tells when it was closed.
type watchedConn struct {
	net.Conn
	once sync.Once
	gone chan struct{}
}

func (c *watchedConn) Close() error {
	defer c.once.Do(func() { close(c.gone) })
	return c.Conn.Close()
}
