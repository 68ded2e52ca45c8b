package esatest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// idleTimeout ends a connection on which nothing is said.
const idleTimeout = 5 * time.Minute

// errHangUp ends a session.
var errHangUp = errors.New("session over")

// session is one SMTP connection.
type session struct {
	a    *Appliance
	conn net.Conn
	r    *bufio.Reader
	peer net.IP
	icid int64
	tls  string // protocol and cipher, empty without

	hello    string
	user     string // authenticated as
	mailSet  bool
	from     string
	to       []string
	bad      int
	messages int
}

// serveSMTP speaks SMTP on a new connection.
func (a *Appliance) serveSMTP(conn net.Conn, implicit bool) {
	s := &session{a: a, conn: conn, icid: a.store.nextICID()}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		s.peer = tcp.IP
	}
	if a.on("smtp-refuse-connection") {
		reset(conn)
		return
	}
	if implicit && s.upgrade() != nil {
		return
	}
	s.r = bufio.NewReaderSize(s.conn, maxCommandLine)
	if s.greet() != nil {
		return
	}
	for {
		line, err := s.readLine()
		if errors.Is(err, errLineTooLong) {
			err = s.mistake("500 Line too long")
		} else if err == nil {
			err = s.command(line)
		}
		if err != nil {
			return
		}
	}
}

// greet says the first word, or refuses.
func (s *session) greet() error {
	host := s.a.gateways[0].Host
	switch {
	case s.hangs("smtp-silent"):
		return errHangUp
	case s.a.on("smtp-refuse-banner"):
		s.a.rejected(s)
		return s.last(fmt.Sprintf("554-%s\r\n554 Your access to this mail system has been rejected due to the sending MTA's poor reputation. "+
			"If you believe that this failure is in error, please contact the intended recipient via alternate means.", host))
	case s.a.on("smtp-busy"):
		return s.last("421 #4.4.5 Too many connections from your host.")
	case s.a.on("smtp-suspended"):
		return s.last("421 " + host + " Service not available, closing transaction channel")
	}
	return s.say("220 " + host + " ESMTP")
}

// readLine reads one command line without its end.
func (s *session) readLine() (string, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(idleTimeout)); err != nil {
		return "", err
	}
	line, err := s.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = s.r.ReadSlice('\n')
		}
		if err != nil {
			return "", err
		}
		return "", errLineTooLong
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// say answers; the CRLF of the last line is added.
func (s *session) say(answer string) error {
	if s.a.on("smtp-long-answer") && strings.HasPrefix(answer, "250 ok:") {
		answer += " " + strings.Repeat("x", 200<<10)
	}
	if s.a.on("smtp-slow") {
		return s.dribble(answer + "\r\n")
	}
	_, err := io.WriteString(s.conn, answer+"\r\n")
	return err
}

// dribble sends an answer byte by byte.
func (s *session) dribble(answer string) error {
	pause := s.a.cfg.Slow / 50 / time.Duration(len(answer))
	for i := range len(answer) {
		if !s.a.pause(pause) {
			return errHangUp
		}
		if _, err := s.conn.Write([]byte{answer[i]}); err != nil {
			return err
		}
	}
	return nil
}

// last answers and ends the session.
func (s *session) last(answer string) error {
	if err := s.say(answer); err != nil {
		return err
	}
	return errHangUp
}

// mistake answers a bad command; too many of them end the session.
func (s *session) mistake(answer string) error {
	s.bad++
	if s.bad >= maxBadCommands {
		return s.last("421 Exceeded bad SMTP command limit, disconnecting.")
	}
	return s.say(answer)
}

// hangs waits for the end when a fault says to be silent here, and tells whether it did.
func (s *session) hangs(fault string) bool {
	if !s.a.on(fault) {
		return false
	}
	// The peer's end of patience shows as an error of the read.
	_ = s.conn.SetReadDeadline(time.Now().Add(idleTimeout))
	for {
		if _, err := s.conn.Read(make([]byte, 512)); err != nil {
			return true
		}
	}
}

// upgrade puts TLS on the connection. The reader is new afterwards, so that nothing that was sent
// in clear text counts as said under TLS.
func (s *session) upgrade() error {
	conn := tls.Server(s.conn, &tls.Config{Certificates: []tls.Certificate{s.a.certs.forSMTP(s.a.on)}, MinVersion: tls.VersionTLS12})
	if err := conn.SetDeadline(time.Now().Add(idleTimeout)); err != nil {
		return err
	}
	if err := conn.HandshakeContext(context.Background()); err != nil {
		return err
	}
	state := conn.ConnectionState()
	s.tls = tlsWords(state)
	s.conn, s.r = conn, bufio.NewReaderSize(conn, maxCommandLine)
	s.hello, s.user = "", ""
	s.forget()
	return nil
}

// tlsWords is how the appliance writes protocol and cipher.
func tlsWords(state tls.ConnectionState) string {
	return strings.Replace(tls.VersionName(state.Version), "TLS ", "TLSv", 1) + " cipher " + tls.CipherSuiteName(state.CipherSuite)
}

// forget ends the mail transaction.
func (s *session) forget() { s.mailSet, s.from, s.to = false, "", nil }
