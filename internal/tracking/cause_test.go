package tracking

import (
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"

	"ctrace/esa"
)

func TestCauseAndAdvice(t *testing.T) {
	for _, tc := range []struct {
		err           error
		cause, advice string
	}{
		{&esa.Error{Kind: esa.KindNetwork, Err: errors.New("connection refused")}, "cannot be reached", "Check host, port and firewall"},
		{&esa.Error{Kind: esa.KindNetwork, Err: io.ErrUnexpectedEOF}, "broke off the connection", "Try again; an appliance that restarts"},
		{&esa.Error{Kind: esa.KindTLS, Err: x509.UnknownAuthorityError{}}, "unknown CA", "ctrace config trust"},
		{&esa.Error{Kind: esa.KindTLS, Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a.example"}}, "for another host", "ctrace config trust"},
		{&esa.Error{Kind: esa.KindTLS, Err: x509.CertificateInvalidError{Reason: x509.Expired}}, "out of date", "ctrace config trust"},
		{&esa.Error{Kind: esa.KindTLS}, "does not get to a trusted TLS connection", "ctrace config trust"},
		{&esa.Error{Kind: esa.KindCredentials}, "refuses the user name", "ctrace config set-secret passphrase."},
		{&esa.Error{Kind: esa.KindServer, Status: 500, Message: "Internal Server Error."}, "fails (HTTP 500): Internal Server Error", "The appliance failed; try again later."},
		{errors.New("odd"), "failed: odd", ""},
	} {
		cause, advice := Cause(tc.err), Advice(tc.err)
		if !strings.Contains(cause, tc.cause) || strings.HasSuffix(cause, ".") || !strings.Contains(advice, tc.advice) || (tc.advice == "") != (advice == "") {
			t.Errorf("%v: %q, %q", tc.err, cause, advice)
		}
	}
}
