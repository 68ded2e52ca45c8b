package testmail_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noSecrets fails when a text holds credentials in any form.
func noSecrets(t *testing.T, text, user, password string) {
	t.Helper()
	encode := base64.StdEncoding.EncodeToString
	for _, form := range []string{password, encode([]byte(password)), encode([]byte("\x00" + user + "\x00" + password)), encode([]byte(user))} {
		if strings.Contains(text, form) {
			t.Errorf("the secret form %q is shown:\n%s", form, text)
		}
	}
}
