package testmail

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// certificateError marks what the caller's own verification said, so that it is told apart from
// other failures of a handshake.
type certificateError struct {
	err  error
	cert *x509.Certificate
}

func (e *certificateError) Error() string { return e.err.Error() }
func (e *certificateError) Unwrap() error { return e.err }

// tlsConfig is the caller's configuration with the name to verify, with connected called at the end
// of a successful handshake.
func tlsConfig(s Server, connected func(*TLSInfo)) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLSConfig != nil {
		config = s.TLSConfig.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.Host
	}
	if config.MinVersion == 0 {
		config.MinVersion = tls.VersionTLS12
	}
	verifies := !config.InsecureSkipVerify || config.VerifyConnection != nil || config.VerifyPeerCertificate != nil
	if check := config.VerifyPeerCertificate; check != nil {
		config.VerifyPeerCertificate = func(raw [][]byte, chains [][]*x509.Certificate) error {
			if err := check(raw, chains); err != nil {
				leaf, _ := x509.ParseCertificate(raw[0])
				return &certificateError{err: err, cert: leaf}
			}
			return nil
		}
	}
	check := config.VerifyConnection
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if check != nil {
			if err := check(state); err != nil {
				return &certificateError{err: err, cert: state.PeerCertificates[0]}
			}
		}
		info := certificateInfo(state.PeerCertificates[0])
		info.Version = tls.VersionName(state.Version)
		info.Cipher = tls.CipherSuiteName(state.CipherSuite)
		info.Verified = verifies
		connected(info)
		return nil
	}
	return config
}

// certificateInfo describes a certificate.
func certificateInfo(cert *x509.Certificate) *TLSInfo {
	whole := sha256.Sum256(cert.Raw)
	key := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return &TLSInfo{
		Subject:     cert.Subject.String(),
		Issuer:      cert.Issuer.String(),
		DNSNames:    cert.DNSNames,
		NotBefore:   cert.NotBefore,
		NotAfter:    cert.NotAfter,
		Fingerprint: hex.EncodeToString(whole[:]),
		KeySHA256:   base64.StdEncoding.EncodeToString(key[:]),
	}
}

// untrusted returns the certificate that a failed handshake refused, nil when that was not why.
func untrusted(err error) *x509.Certificate {
	if own, ok := errors.AsType[*certificateError](err); ok {
		return own.cert
	}
	if standard, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(standard.UnverifiedCertificates) > 0 {
		return standard.UnverifiedCertificates[0]
	}
	return nil
}
