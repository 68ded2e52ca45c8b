package config

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/zalando/go-keyring"
)

const planted = "s3cr3t-planted"

func TestSecretNeverPrints(t *testing.T) {
	type holder struct {
		Exported   Secret
		unexported Secret
	}
	s := NewSecret(planted)
	h := holder{s, s}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		for _, value := range []any{s, &s, h, &h, []Secret{s}, map[string]Secret{"a": s}, fmt.Errorf("wrapped: %v", s)} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	fmt.Fprintln(&out, s, h, s.String(), s.GoString())
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("x", "secret", s, "holder", h)
	}
	for _, encode := range []func(any) ([]byte, error){json.Marshal, toml.Marshal} {
		encoded, err := encode(map[string]any{"a": s, "h": h})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(encoded)
	}
	for _, form := range []string{planted, fmt.Sprintf("%x", planted), fmt.Sprintf("%X", planted), fmt.Sprint([]byte(planted))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret shows as %s in:\n%s", form, out.String())
		}
	}
	if !strings.Contains(out.String(), redacted) || s.Reveal() != planted {
		t.Error("the secret cannot be used")
	}
	if (Secret{}).Reveal() != "" {
		t.Error("the zero Secret is not empty")
	}
}

func TestLookupOrder(t *testing.T) {
	p := Profile{Name: "my-esa", PassphraseCommand: "echo from-command"}
	if err := SetSecret(t.Context(), "my-esa", Passphrase, "from-keyring"); err != nil {
		t.Fatal(err)
	}
	defer keyring.MockInit()
	steps := []struct {
		name    string
		prepare func()
		value   string
	}{
		{"keyring", func() { p.PassphraseCommand = "" }, "from-keyring"},
		{"command", func() { p.PassphraseCommand = "echo from-command" }, "from-command"},
		{"variable", func() { t.Setenv("CTRACE_PASSPHRASE", "from-variable") }, "from-variable"},
		{"variable of the profile", func() { t.Setenv("CTRACE_MY_ESA_PASSPHRASE", "own") }, "own"},
	}
	for _, step := range steps {
		step.prepare()
		s, err := p.Secret(t.Context(), Passphrase)
		if err != nil || s.Reveal() != step.value {
			t.Errorf("%s: %q, %v", step.name, s.Reveal(), err)
		}
	}
}

func TestMissingSecret(t *testing.T) {
	p := Profile{Name: "lab"}
	_, err := p.Secret(t.Context(), ClientSecret)
	var missing *MissingSecretError
	if !errors.As(err, &missing) || missing.Keyring != nil {
		t.Fatalf("%T %v", err, err)
	}
	want := `profile "lab" has no client secret: set the variable CTRACE_LAB_CLIENT_SECRET, or client_secret_command in the profile, ` +
		"or put it into the keyring with: ctrace config set-secret client-secret"
	if err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}

	keyring.MockInitWithError(errors.New("org.freedesktop.secrets was not provided"))
	defer keyring.MockInit()
	_, err = p.Secret(t.Context(), SMTPPassword)
	want = `profile "lab" has no smtp password: set the variable CTRACE_LAB_SMTP_PASSWORD, or smtp_password_command in the profile; ` +
		"the keyring cannot be used here: org.freedesktop.secrets was not provided"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := SetSecret(t.Context(), "lab", Passphrase, planted); err == nil || strings.Contains(err.Error(), planted) ||
		!strings.Contains(err.Error(), "set the variable CTRACE_LAB_PASSPHRASE or passphrase_command in the profile instead") {
		t.Error(err)
	}
}

func TestSetSecretRefuses(t *testing.T) {
	if err := SetSecret(t.Context(), "a", "pass", "x"); err == nil ||
		err.Error() != `there is no secret called "pass": use passphrase, client-secret or smtp-password` {
		t.Error(err)
	}
	if err := SetSecret(t.Context(), "a", Passphrase, ""); err == nil {
		t.Error("an empty secret was stored")
	}
}

func TestSecretCommand(t *testing.T) {
	tests := []struct{ name, command, want, err string }{
		{"plain", "echo " + planted, planted, ""},
		{"one line end goes", `printf 'a\n\n'`, "a\n", ""},
		{"Windows line end", `printf 'a\r\n'`, "a", ""},
		{"blanks stay", `printf ' a '`, " a ", ""},
		{"no line end", `printf a`, "a", ""},
		{"a child that stays in the background", "sleep 30 & echo a", "a", ""},
		{"nothing", "true", "", "passphrase_command printed nothing; run it by hand to see what it says"},
		{"failure", "echo " + planted + "; echo " + planted + " >&2; exit 3", "", "passphrase_command failed (exit status 3); run it by hand to see what it says"},
		{"not there", "no-such-program-" + planted, "", "passphrase_command failed (exit status 127); run it by hand to see what it says"},
		{"too much", "head -c 100000 /dev/zero", "", "passphrase_command printed more than 65536 bytes; run it by hand to see what it says"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Profile{Name: "lab", PassphraseCommand: tt.command}.Secret(t.Context(), Passphrase)
			if s.Reveal() != tt.want {
				t.Errorf("got %q", s.Reveal())
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || err.Error() != `profile "lab": `+tt.err) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestSecretCommandIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	start := time.Now()
	_, err := Profile{PassphraseCommand: "sleep 60; echo x"}.Secret(ctx, Passphrase)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if d := time.Since(start); d > commandTimeout/2 {
		t.Errorf("it took %s", d)
	}
}

func TestKeyringThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		hang := func() (string, error) { <-release; return "", nil }
		start := time.Now()
		if _, err := withinTime(t.Context(), hang); err == nil || time.Since(start) != keyringTimeout {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		if _, err := withinTime(ctx, hang); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		close(release)
	})
}

func TestStatic(t *testing.T) {
	lookup := Static(map[Kind]string{Passphrase: planted})
	if s, err := lookup(t.Context(), Passphrase); err != nil || s.Reveal() != planted {
		t.Error(err)
	}
	if _, err := lookup(t.Context(), ClientSecret); err == nil {
		t.Error("a secret out of nowhere")
	}
}
