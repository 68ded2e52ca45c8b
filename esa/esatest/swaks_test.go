//go:build postfix

// This test has swaks, an SMTP client that many people use by hand, talk to the listener. It needs
// the Debian packages swaks and libnet-ssleay-perl:
//
//	go test -tags postfix -run Swaks ./esa/esatest

package esatest_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ctrace/esa/esatest"
)

func TestSwaks(t *testing.T) {
	if _, err := exec.LookPath("swaks"); err != nil {
		t.Skip("swaks is not installed")
	}
	a := start(t, esatest.Config{Auth: []string{"PLAIN", "LOGIN", "CRAM-MD5"}})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, a.CA().CertPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(a.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		args []string
		code int // exit code
	}{
		"plain":      {nil, 0},
		"STARTTLS":   {[]string{"--tls", "--tls-verify", "--tls-ca-path", ca}, 0},
		"AUTH PLAIN": {[]string{"--tls", "--auth", "PLAIN", "--auth-user", a.Username(), "--auth-password", a.Passphrase()}, 0},
		"AUTH LOGIN": {[]string{"--tls", "--auth", "LOGIN", "--auth-user", a.Username(), "--auth-password", a.Passphrase()}, 0},
		"wrong AUTH": {[]string{"--tls", "--auth", "PLAIN", "--auth-user", a.Username(), "--auth-password", "wrong"}, 28},
		"attachment": {[]string{"--attach", "@" + ca, "--attach-name", "ca.pem"}, 0},
		"recipient":  {[]string{"--to", "x@elsewhere.example"}, 24},
	} {
		t.Run(name, func(t *testing.T) {
			before := a.Received()
			args := append([]string{"--server", host, "--port", port, "--ehlo", "client.example", "--from", "soc@sender.example", "--to", "anna.lee@lab.example"}, tc.args...)
			cmd := exec.CommandContext(t.Context(), "swaks", args...)
			out, _ := cmd.CombinedOutput() // the exit code is looked at
			if strings.Contains(string(out), "not available") && strings.Contains(strings.Join(args, " "), "--tls") {
				t.Skipf("swaks lacks TLS: %s", out)
			}
			if code := cmd.ProcessState.ExitCode(); code != tc.code {
				t.Fatalf("exit code %d, want %d:\n%s", code, tc.code, out)
			}
			if taken := a.Received() - before; (taken == 1) != (tc.code == 0) {
				t.Errorf("%d messages taken:\n%s", taken, out)
			}
		})
	}
}
