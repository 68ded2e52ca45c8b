package ctrtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// certificates holds what the listeners show. The stranger's certificate of
// the fault ctr-unknown-ca is made when it is needed.
type certificates struct {
	own      *tls.Config
	pem      []byte
	stranger func() (*tls.Certificate, error)
}

func (c *certificates) prepare(given *tls.Config) error {
	c.stranger = sync.OnceValues(func() (*tls.Certificate, error) {
		cert, _, err := selfSigned("Unknown Authority")
		return cert, err
	})
	if given != nil {
		c.own = given
		return nil
	}
	cert, pemBytes, err := selfSigned("ctrtest")
	if err != nil {
		return err
	}
	c.own, c.pem = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}, pemBytes
	return nil
}

// config shows the stranger's certificate while the fault is on.
func (c *certificates) config(faults *faultSet) *tls.Config {
	cfg := c.own.Clone()
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if faults.has(faultUnknownCA) {
			cert, err := c.stranger()
			if err != nil {
				return nil, err
			}
			return &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}, nil
		}
		if c.own.GetConfigForClient != nil {
			return c.own.GetConfigForClient(hello)
		}
		return nil, nil
	}
	return cfg
}

// CertPEM is the certificate to trust, in PEM; nil when Config.TLS was given.
func (c *Cloud) CertPEM() []byte { return c.certs.pem }

// Roots returns a pool that trusts the cloud; nil when Config.TLS was given.
func (c *Cloud) Roots() *x509.CertPool {
	if c.certs.pem == nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.certs.pem)
	return pool
}

// selfSigned makes a certificate for loopback that is its own authority.
func selfSigned(name string) (*tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("ctrtest: making a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(365 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, fmt.Errorf("ctrtest: making a certificate: %w", err)
	}
	cert := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
