package config

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testCA makes certificates for the tests.
type testCA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newCA(t *testing.T) testCA {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return testCA{cert, key}
}

// leaf makes a server certificate for name, valid until notAfter.
func (ca testCA) leaf(t *testing.T, name string, notAfter time.Time) tls.Certificate {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "mail \x1b[31m"},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: notAfter,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}
}

// file writes the CA's certificate as PEM.
func (ca testCA) file(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve accepts connections until the test ends and hands each to handle.
func serve(t *testing.T, handle func(net.Conn)) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			handle(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return listener.Addr().String()
}

func serveTLS(t *testing.T, cert tls.Certificate) (addr string) {
	return serve(t, func(conn net.Conn) {
		server := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
		if server.Handshake() == nil {
			_, _ = io.Copy(io.Discard, server)
		}
	})
}

func dialOver(addr string, cfg *tls.Config) error {
	conn, err := tls.Dial("tcp", addr, cfg)
	if err == nil {
		_ = conn.Close()
	}
	return err
}

func TestTrust(t *testing.T) {
	ca := newCA(t)
	good := ca.leaf(t, "127.0.0.1", time.Now().Add(time.Hour))
	named := ca.leaf(t, "other.example", time.Now().Add(time.Hour))
	expired := ca.leaf(t, "127.0.0.1", time.Now().Add(-time.Hour))
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	pin := func(c tls.Certificate) Trust { return Trust{PinSHA256: []string{samplePin, Fingerprint(c.Leaf)}} }

	tests := []struct {
		name   string
		cert   tls.Certificate
		trust  Trust
		ok     bool
		pinned bool   // the error speaks of another pin
		reason string // in the error
	}{
		{"CA file", good, Trust{CAFile: ca.file(t)}, true, false, ""},
		{"roots of the program", good, Trust{Roots: roots}, true, false, ""},
		{"system roots", good, Trust{}, false, false, "unknown authority"},
		{"another CA file", good, Trust{CAFile: newCA(t).file(t)}, false, false, "unknown authority"},
		{"wrong name", named, Trust{CAFile: ca.file(t)}, false, false, "127.0.0.1"},
		{"expired", expired, Trust{CAFile: ca.file(t)}, false, false, "expired"},
		{"pinned", good, pin(good), true, false, ""},
		{"pinned with a wrong name", named, pin(named), true, false, ""},
		{"pinned and expired", expired, pin(expired), true, false, ""},
		{"another key pinned", good, pin(named), false, true, "shows a key that is not the pinned one"},
		{"pin instead of a good chain", good, Trust{PinSHA256: []string{samplePin}, Roots: roots}, false, true, "not the pinned one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serveTLS(t, tt.cert)
			cfg, err := tt.trust.TLSConfig("127.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			err = dialOver(addr, cfg)
			if tt.ok {
				if err != nil {
					t.Error(err)
				}
				return
			}
			unknown, ok := UnknownCertificate("the-host", fmt.Errorf("wrapped: %w", err))
			if !ok {
				t.Fatalf("%T %v is not about a certificate", err, err)
			}
			if unknown.Fingerprint != Fingerprint(tt.cert.Leaf) || unknown.Issuer != "CN=Test CA" || unknown.Pinned != tt.pinned ||
				!unknown.NotAfter.Equal(tt.cert.Leaf.NotAfter) || len(unknown.DNSNames) != 1 {
				t.Errorf("%+v", unknown)
			}
			text := unknown.Error()
			if !strings.Contains(text, tt.reason) || !strings.Contains(text, unknown.Fingerprint) ||
				!strings.Contains(text, "ctrace config trust") || strings.Contains(text, "\x1b") {
				t.Errorf("%q", text)
			}
			again := &UnknownCertificateError{}
			if !errors.As(fmt.Errorf("more: %w", unknown), &again) {
				t.Error("not found by errors.As")
			}
		})
	}
}

func TestTrustErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, trust := range []Trust{{CAFile: "/no/such/file"}, {CAFile: empty}, {PinSHA256: []string{"x"}}} {
		if cfg, err := trust.TLSConfig("h"); err == nil || cfg != nil {
			t.Errorf("%+v was accepted", trust)
		}
	}
	if _, ok := UnknownCertificate("h", errors.New("connection refused")); ok {
		t.Error("any error is taken for one about a certificate")
	}
	if _, ok := UnknownCertificate("h", nil); ok {
		t.Error("no error is taken for one about a certificate")
	}
}

func TestParseFingerprint(t *testing.T) {
	sum := sha256.Sum256([]byte("key"))
	want := "sha256:" + base64.StdEncoding.EncodeToString(sum[:])
	colons := ""
	for i, b := range sum {
		if i > 0 {
			colons += ":"
		}
		colons += fmt.Sprintf("%02X", b)
	}
	for _, form := range []string{
		want, "SHA256:" + want[7:], "sha256//" + want[7:], want[7:], strings.TrimRight(want, "="),
		hex.EncodeToString(sum[:]), colons, " sha256:" + hex.EncodeToString(sum[:]) + "\n",
	} {
		got, err := ParseFingerprint(form)
		if err != nil || got != want {
			t.Errorf("%q gives %q, %v", form, got, err)
		}
	}
	for _, bad := range []string{"", "sha256:", "sha1:abc", want[:30], want + "AAAA", strings.Repeat("g", 64), strings.Repeat("a", 62)} {
		if got, err := ParseFingerprint(bad); err == nil {
			t.Errorf("%q gives %q", bad, got)
		}
	}
}

func TestFetchCertificate(t *testing.T) {
	cert := newCA(t).leaf(t, "mail.example", time.Now().Add(time.Hour))
	smtp := func(answers ...string) func(net.Conn) {
		return func(conn net.Conn) {
			lines := bufio.NewReader(conn)
			for i, answer := range answers {
				if _, err := io.WriteString(conn, answer); err != nil || i == len(answers)-1 {
					break
				}
				if _, err := lines.ReadString('\n'); err != nil {
					return
				}
			}
			if len(answers) == 3 && strings.HasPrefix(answers[2], "220") {
				_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}).Handshake()
			}
		}
	}
	tests := []struct {
		name, addr string
		starttls   bool
		err        string
	}{
		{"TLS", serveTLS(t, cert), false, ""},
		{"STARTTLS", serve(t, smtp("220-mail\r\n220 ESMTP\r\n", "250-mail\r\n250 STARTTLS\r\n", "220 Go ahead\r\n")), true, ""},
		{"refused at the banner", serve(t, smtp("554 no\r\n")), true, `no SMTP greeting: 554 "no"`},
		{"no STARTTLS", serve(t, smtp("220 a\r\n", "250 a\r\n", "502 what\r\n")), true, `STARTTLS was refused: 502 "what"`},
		{"endless greeting", serve(t, smtp(strings.Repeat("220-x\r\n", 20_000))), true, "no SMTP greeting"},
		{"not TLS", serve(t, smtp("220 a\r\n")), false, "does not speak TLS here"},
		{"no port", "localhost", false, "is not host:port"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := FetchCertificate(t.Context(), tt.addr, tt.starttls)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil || got.Fingerprint != Fingerprint(cert.Leaf) || got.Host != "127.0.0.1" || got.DNSNames[0] != "mail.example" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestFetchCertificateIsCancelled(t *testing.T) {
	for _, starttls := range []bool{true, false} {
		reached, release := make(chan struct{}), make(chan struct{})
		addr := serve(t, func(net.Conn) { close(reached); <-release })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := FetchCertificate(ctx, addr, starttls)
			done <- err
		}()
		<-reached
		start := time.Now()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("starttls %v: %v", starttls, err)
		}
		if d := time.Since(start); d > fetchTimeout/2 {
			t.Errorf("starttls %v: it took %s", starttls, d)
		}
		close(release)
	}
}
