package setup

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// TestFailuresAreSaidInBothLanguages: what an appliance, a cloud or a gateway failed with has words in
// Korean that go with what the other side said.
func TestFailuresAreSaidInBothLanguages(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		ko   string // the problem's code
		said string
	}{
		"passphrase":  {&esa.Error{Kind: esa.KindCredentials, Status: 401, Message: "Invalid username or passphrase."}, "tracking_credentials", "HTTP 401: Invalid username or passphrase."},
		"no route":    {&esa.Error{Kind: esa.KindNetwork, Err: errors.New("no route to esa.example")}, "tracking_unreachable", "no route to esa.example"},
		"certificate": {&esa.Error{Kind: esa.KindTLS, Err: errors.New("unknown authority")}, "tracking_certificate", "unknown authority"},
		"slow":        {&esa.Error{Kind: esa.KindTimeout, Err: context.DeadlineExceeded}, "tracking_timeout", "no answer in time"},
		"recipient":   {&testmail.Error{Class: testmail.ClassRefused, Stage: testmail.StageRcpt, Code: 550, Text: "#5.1.0 Address rejected."}, "smtp_refused", "550 #5.1.0 Address rejected."},
		"STARTTLS":    {&testmail.Error{Class: testmail.ClassNoSTARTTLS, Host: "esa.example"}, "smtp_no_starttls", ""},
		"client":      {&ctr.Error{Path: "/iroh/oauth2/token", Status: http.StatusBadRequest, Code: "invalid_client"}, "ctr_credentials", "HTTP 400: invalid_client"},
		"region":      {&ctr.Error{Status: http.StatusUnauthorized, Code: "jwt_public_key_not_found"}, "ctr_region", "HTTP 401: jwt_public_key_not_found"},
		"revoked":     {&ctr.Error{Status: http.StatusUnauthorized}, "ctr_session", "HTTP 401"},
		"scope":       {&ctr.Error{Status: http.StatusForbidden, MissingScopes: []string{"enrich"}}, "ctr_scope", "HTTP 403: missing scopes: enrich"},
		"budget":      {&ctr.Error{Status: http.StatusTooManyRequests}, "ctr_rate_limited", "HTTP 429"},
		"fault":       {&ctr.Error{Status: http.StatusBadGateway}, "ctr_server", "HTTP 502"},
		"silent":      {&ctr.Error{Err: context.DeadlineExceeded}, "ctr_timeout", "no answer in time"},
		"unreachable": {&ctr.Error{Err: errors.New("no host of the name")}, "ctr_unreachable", "no host of the name"},
		"nonsense":    {&ctr.Error{Status: http.StatusOK, Code: ctr.CodeUnreadable}, "ctr_answer", "HTTP 200: unreadable_answer"},
	} {
		got := failure(c.err)
		want := strings.TrimSpace(problemsKO[c.ko] + " " + c.said)
		if problemsKO[c.ko] == "" || got.KO != want || got.EN == "" || strings.Contains(got.EN, problemsKO[c.ko]) {
			t.Errorf("%s: %+v, want %q in Korean", name, got, want)
		}
	}
	if own := failure(errors.New("another failure")); own.EN != "another failure" || own.KO != own.EN {
		t.Errorf("another error became %+v", own)
	}
}
