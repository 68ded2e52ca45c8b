package setup

import (
	"context"
	"errors"
	"strings"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// failure says why a call to the appliance, to Threat Response or to the gateway failed: in English with
// the error's own words, in Korean with those for the problem that a verification would have, and with what
// the other side said.
func failure(err error) Text {
	t := Text{EN: err.Error()}
	code, said := "", ""
	if e, ok := errors.AsType[*testmail.Error](err); ok {
		t.EN = e.Cause()
		code, said = "smtp_"+underscored(string(e.Class)), e.Answer()
		if said == "" {
			said = e.Beneath()
		}
	}
	if e, ok := errors.AsType[*esa.Error](err); ok {
		code, said = trackingCode(e.Kind), e.Said()
	}
	if e, ok := errors.AsType[*ctr.Error](err); ok {
		code, said = cloudCode(e), e.Said()
	}
	t.KO = InWords(code, t.EN).KO
	if t.KO != t.EN && said != "" {
		t.KO += " " + said
	}
	return t
}

func underscored(s string) string { return strings.ReplaceAll(s, "-", "_") }

// trackingCode is the problem of a verification that a failure of the appliance's API makes.
func trackingCode(kind esa.ErrorKind) string {
	switch kind {
	case esa.KindNetwork:
		return "tracking_unreachable"
	case esa.KindTLS:
		return "tracking_certificate"
	}
	return "tracking_" + underscored(string(kind))
}

// cloudCode is the problem of a verification that a failure of Threat Response makes.
func cloudCode(e *ctr.Error) string {
	switch {
	case ctr.IsBadCredentials(e):
		return "ctr_credentials"
	case e.Code == "jwt_public_key_not_found":
		return "ctr_region"
	case ctr.IsUnauthorized(e):
		return "ctr_session"
	case ctr.IsMissingScope(e):
		return "ctr_scope"
	case ctr.IsRateLimited(e):
		return "ctr_rate_limited"
	case e.Status >= 500:
		return "ctr_server"
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "ctr_timeout"
	case e.Status == 0 && e.Err != nil:
		return "ctr_unreachable"
	}
	return "ctr_answer"
}
