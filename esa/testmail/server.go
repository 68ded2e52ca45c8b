package testmail

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// TLSMode says how a connection is encrypted.
type TLSMode string

// The TLS modes. The zero value of Server.TLS means TLSStartTLS.
const (
	TLSStartTLS TLSMode = "starttls" // STARTTLS, required
	TLSImplicit TLSMode = "implicit" // TLS from the first byte
	TLSNone     TLSMode = "none"     // never encrypted
)

// AuthMethod is an SMTP authentication mechanism.
type AuthMethod string

// The authentication mechanisms. The zero value of Server.Auth means AuthNone without a user name
// and AuthAuto with one.
const (
	AuthNone        AuthMethod = "none"
	AuthAuto        AuthMethod = "auto" // the strongest that the server offers
	AuthPlain       AuthMethod = "plain"
	AuthLogin       AuthMethod = "login"
	AuthCRAMMD5     AuthMethod = "cram-md5"
	AuthSCRAMSHA1   AuthMethod = "scram-sha-1"
	AuthSCRAMSHA256 AuthMethod = "scram-sha-256"
)

// Server says where and how to hand in a message.
type Server struct {
	Host       string
	Port       int // 0 means 25, or 465 with TLSImplicit
	TLS        TLSMode
	TLSConfig  *tls.Config // trust; nil means the system's. ServerName is set to Host when empty
	HELO       string      // name to introduce ourselves with; empty means the sender's domain
	Auth       AuthMethod
	Username   string
	Password   string                                                            `json:"-"`
	Timeout    time.Duration                                                     // longest wait for one answer; 0 means 60 s
	Dial       func(ctx context.Context, network, addr string) (net.Conn, error) // nil means net.Dialer
	Transcript func(Line)                                                        // called for each line as it happens; may be nil
}

// String names the server without its credentials.
func (s Server) String() string {
	return fmt.Sprintf("%s (%s)", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), s.TLS)
}

// GoString is String: %#v must not print a password either.
func (s Server) GoString() string { return s.String() }

// Defaults of a Server.
const (
	defaultTimeout = 60 * time.Second
	portSMTP       = 25
	portSMTPS      = 465
)

// normal fills in the defaults for sending m and refuses what cannot work.
func (s Server) normal(m Message) (Server, error) {
	if s.Host == "" || !isPrintableASCII(s.Host) || strings.ContainsAny(s.Host, " /") {
		return s, invalid("mail server %q: give a host name or an IP address", s.Host)
	}
	s.TLS = cmp.Or(s.TLS, TLSStartTLS)
	s.Port = cmp.Or(s.Port, map[TLSMode]int{TLSImplicit: portSMTPS}[s.TLS], portSMTP)
	s.Timeout = cmp.Or(s.Timeout, defaultTimeout)
	if s.Auth == "" {
		s.Auth = AuthNone
		if s.Username != "" {
			s.Auth = AuthAuto
		}
	}
	if s.HELO == "" {
		_, s.HELO, _ = strings.Cut(m.From, "@")
	}
	switch {
	case s.TLS != TLSStartTLS && s.TLS != TLSImplicit && s.TLS != TLSNone:
		return s, invalid("unknown TLS mode %q: use starttls, implicit or none", s.TLS)
	case s.Port < 1 || s.Port > 65535:
		return s, invalid("port %d of %s is not between 1 and 65535", s.Port, s.Host)
	case !domainPattern.MatchString(s.HELO) && !addressLiteral(s.HELO):
		return s, invalid("HELO name %q is not a domain name", s.HELO)
	case s.Auth != AuthNone && s.Username == "":
		return s, invalid("authentication %s at %s needs a user name", s.Auth, s.Host)
	case s.Auth != AuthNone && s.Auth != AuthAuto && mechanisms[s.Auth] == "":
		return s, invalid("unknown authentication %q: use auto, plain, login, cram-md5, scram-sha-1 or scram-sha-256", s.Auth)
	}
	if s.Dial == nil {
		s.Dial = (&net.Dialer{}).DialContext
	}
	return s, nil
}

// addressLiteral tells whether name is an address in brackets, as [192.0.2.1] or [IPv6:2001:db8::1].
func addressLiteral(name string) bool {
	inner, ok := strings.CutPrefix(name, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	return ok && closed && net.ParseIP(strings.TrimPrefix(inner, "IPv6:")) != nil
}
