package tracking

import (
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
		return "cannot be reached"
	case esa.KindTLS:
		return "broke off the TLS handshake, or shows a certificate that is not trusted"
	case esa.KindProxyHTML:
		return "answers with a web page, not data" + httpStatus(e)
	case esa.KindServer:
		return "fails" + httpStatus(e) + ": " + e.Message
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
	case esa.KindAnswer, esa.KindMalformedHeader:
		return "sent an answer that cannot be read"
	}
	return "says: " + strings.TrimSpace(e.Message)
}

// Advice says what to do about it; empty when nothing is known to help.
func Advice(err error) string {
	if e, ok := errors.AsType[*esa.Error](err); ok {
		return e.Advice()
	}
	return ""
}

func httpStatus(e *esa.Error) string {
	if e.Status == 0 {
		return ""
	}
	return fmt.Sprintf(" (HTTP %d)", e.Status)
}
