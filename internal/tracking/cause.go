package tracking

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"ctrace/esa"
)

// Cause says in a few words, behind the name of an appliance, why it did not answer.
func Cause(err error) string {
	e, ok := errors.AsType[*esa.Error](err)
	if !ok {
		return "failed: " + err.Error()
	}
	switch e.Kind {
	case esa.KindTimeout:
		return "did not answer in time"
	case esa.KindNetwork:
		if e.BrokeOff() {
			return "broke off the connection"
		}
		return "cannot be reached"
	case esa.KindTLS:
		return distrust(err)
	case esa.KindProxyHTML:
		return "answers with a web page, not data" + httpStatus(e)
	case esa.KindServer:
		return "fails" + httpStatus(e) + ": " + strings.TrimSuffix(e.Message, ".")
	case esa.KindSession:
		return "dropped the session"
	case esa.KindCredentials:
		return "refuses the user name or the passphrase"
	case esa.KindTwoFactor:
		return "wants a second factor, which its API cannot take"
	case esa.KindRole:
		return "does not let this account read it"
	case esa.KindRateLimited:
		return "asks to slow down"
	case esa.KindMalformedHeader:
		return "sent a malformed HTTP header"
	case esa.KindAnswer:
		return "sent an answer that cannot be read"
	}
	return "says: " + strings.TrimSpace(e.Message)
}

// distrust says why there is no trusted TLS connection.
func distrust(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "shows a certificate of an unknown CA"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "shows a certificate for another host"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "shows a certificate that is out of date"
	}
	return "does not get to a trusted TLS connection"
}

// Advice says in a sentence what to do about it; empty when nothing is known to help.
func Advice(err error) string {
	e, ok := errors.AsType[*esa.Error](err)
	if !ok {
		return ""
	}
	text := e.Advice()
	switch e.Kind {
	case esa.KindCredentials:
		text += ". A new passphrase: ctrace config set-secret passphrase"
	case esa.KindTLS:
		text = "the command ctrace config trust shows the certificate and pins its key; check too that the port speaks TLS"
	}
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func httpStatus(e *esa.Error) string {
	if e.Status == 0 {
		return ""
	}
	return fmt.Sprintf(" (HTTP %d)", e.Status)
}
