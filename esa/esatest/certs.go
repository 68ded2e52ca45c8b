package esatest

import (
	"crypto/tls"
	"time"
)

// certificates are the good one and what the TLS faults show instead.
type certificates struct {
	good, wrongName, expired, unknown tls.Certificate
}

// newCertificates makes the certificates for a host that is reached by the given names.
func newCertificates(ca *CA, names ...string) (*certificates, error) {
	stranger, err := NewCA("Unknown CA")
	if err != nil {
		return nil, err
	}
	var c certificates
	for _, leaf := range []struct {
		to    *tls.Certificate
		ca    *CA
		until time.Time
		names []string
	}{
		{&c.good, ca, time.Time{}, names},
		{&c.wrongName, ca, time.Time{}, []string{"mail.elsewhere.example"}},
		{&c.expired, ca, time.Now().Add(-time.Hour), names},
		{&c.unknown, stranger, time.Time{}, names},
	} {
		if *leaf.to, err = leaf.ca.Leaf(leaf.until, leaf.names...); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// forSMTP and forAPI choose the certificate to show.
func (c *certificates) forSMTP(on func(string) bool) tls.Certificate { return c.choose(on, "smtp-") }
func (c *certificates) forAPI(on func(string) bool) tls.Certificate  { return c.choose(on, "api-") }

func (c *certificates) choose(on func(string) bool, prefix string) tls.Certificate {
	switch {
	case on(prefix + "unknown-ca"):
		return c.unknown
	case on(prefix + "wrong-name"):
		return c.wrongName
	case on(prefix + "expired-certificate"):
		return c.expired
	}
	return c.good
}
