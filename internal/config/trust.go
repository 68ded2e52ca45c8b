package config

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Trust says which certificates a server may show: those that the system's roots
// vouch for; or, with a CA file, those that its certificates vouch for; or, with
// pins, those with one of the pinned keys, whoever signed them and whatever name
// they carry.
type Trust struct {
	CAFile    string   `toml:"ca_file"`    // PEM; instead of the system's roots
	PinSHA256 []string `toml:"pin_sha256"` // fingerprints as Fingerprint writes them
	// Roots are trusted instead of the system's, when the program made the
	// certificates itself.
	Roots *x509.CertPool `toml:"-" json:"-"`
}

// TLSConfig makes the client side's settings. With a serverName, only that name
// or address is accepted; leave it empty where the transport sets it for each
// connection. A server that shows a key that is not pinned fails the handshake
// with an *UnknownCertificateError; other failures are crypto/tls's own, and
// [UnknownCertificate] turns them into one.
func (t Trust) TLSConfig(serverName string) (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: serverName, RootCAs: t.Roots}
	if len(t.PinSHA256) > 0 {
		pins := make([]string, len(t.PinSHA256))
		for i, pin := range t.PinSHA256 {
			var err error
			if pins[i], err = ParseFingerprint(pin); err != nil {
				return nil, err
			}
		}
		// The pin takes the place of the chain; VerifyConnection runs on every
		// connection, resumed ones too, and fails closed.
		cfg.InsecureSkipVerify = true
		cfg.VerifyConnection = func(state tls.ConnectionState) error { return verifyPin(serverName, pins, state) }
		return cfg, nil
	}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("ca_file: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca_file %s holds no certificate in PEM form", t.CAFile)
		}
	}
	return cfg, nil
}

func verifyPin(host string, pins []string, state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server showed no certificate")
	}
	leaf := state.PeerCertificates[0]
	if slices.Contains(pins, Fingerprint(leaf)) {
		return nil
	}
	if host == "" {
		host = state.ServerName
	}
	return &UnknownCertificateError{Certificate: newCertificate(host, leaf), Pinned: true}
}

// Certificate is what a person needs to see of a server's certificate to decide
// about it. Its texts are the server's.
type Certificate struct {
	Host        string    `json:"host"`
	Fingerprint string    `json:"fingerprint"`
	Subject     string    `json:"subject"`
	Issuer      string    `json:"issuer"`
	NotBefore   time.Time `json:"not_before"` // UTC
	NotAfter    time.Time `json:"not_after"`  // UTC
	DNSNames    []string  `json:"dns_names"`  // names and addresses that it is for
}

func newCertificate(host string, c *x509.Certificate) Certificate {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return Certificate{
		Host: host, Fingerprint: Fingerprint(c),
		Subject: c.Subject.String(), Issuer: c.Issuer.String(),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		DNSNames: names,
	}
}

// UnknownCertificateError says that a server showed a certificate that is not
// trusted. Show it, ask once, and [Pin] its Fingerprint when the answer is yes.
type UnknownCertificateError struct {
	Certificate
	Pinned bool  // another key is pinned for this server: it changed, or somebody is in between
	Err    error // why the certificate is not trusted; nil when Pinned
}

// Error implements error.
func (e *UnknownCertificateError) Error() string {
	host := e.Host
	if host == "" {
		host = "the server"
	}
	if e.Pinned {
		return fmt.Sprintf("%s shows a key that is not the pinned one: %s, certificate for %q; "+
			"if it was replaced on purpose, look at it with: ctrace config trust", host, e.Fingerprint, e.Subject)
	}
	return fmt.Sprintf("the certificate of %s is not trusted: %v; its key is %s, for %q, issued by %q; "+
		"set ca_file, or look at it and pin it with: ctrace config trust", host, e.Err, e.Fingerprint, e.Subject, e.Issuer)
}

// Unwrap gives the reason.
func (e *UnknownCertificateError) Unwrap() error { return e.Err }

// UnknownCertificate finds out whether err, from a connection to host, says that
// a certificate is not trusted, and gives that with the certificate.
func UnknownCertificate(host string, err error) (*UnknownCertificateError, bool) {
	if unknown, ok := errors.AsType[*UnknownCertificateError](err); ok {
		if unknown.Host == "" {
			named := *unknown
			named.Host = host
			unknown = &named
		}
		return unknown, true
	}
	var verification *tls.CertificateVerificationError
	if errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0 {
		leaf := verification.UnverifiedCertificates[0]
		return &UnknownCertificateError{Certificate: newCertificate(host, leaf), Err: verification}, true
	}
	return nil, false
}

const fingerprintPrefix = "sha256:"

// Fingerprint is the SHA-256 of the certificate's public key (its
// SubjectPublicKeyInfo) in base64, such as "sha256:tX3…=". It stays the same when
// a certificate is renewed with the same key.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return fingerprintPrefix + base64.StdEncoding.EncodeToString(sum[:])
}

// ParseFingerprint brings a fingerprint to the form that [Fingerprint] gives. It
// takes base64 or hexadecimal, with colons or without, behind "sha256:",
// "SHA256:", curl's "sha256//", or nothing.
func ParseFingerprint(s string) (string, error) {
	body := strings.TrimSpace(s)
	for _, prefix := range []string{"sha256:", "sha256//"} {
		if len(body) >= len(prefix) && strings.EqualFold(body[:len(prefix)], prefix) {
			body = body[len(prefix):]
			break
		}
	}
	sum, err := hex.DecodeString(strings.ReplaceAll(body, ":", ""))
	if err != nil || len(sum) != sha256.Size {
		sum, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
	}
	if err != nil || len(sum) != sha256.Size {
		return "", fmt.Errorf("%q is not the SHA-256 of a public key: write it like sha256:BASE64 or as 64 hexadecimal digits", s)
	}
	return fingerprintPrefix + base64.StdEncoding.EncodeToString(sum), nil
}
