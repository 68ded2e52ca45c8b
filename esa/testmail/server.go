package testmail

import (
	"context"
	"crypto/tls"
	"net"
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
	Password   string
	LocalAddr  string                                                            // source address, with or without a port; empty means any
	Timeout    time.Duration                                                     // longest wait for one answer; 0 means 60 s
	Dial       func(ctx context.Context, network, addr string) (net.Conn, error) // nil means net.Dialer
	Transcript func(Line)                                                        // called for each line as it happens; may be nil
}
