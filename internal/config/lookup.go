package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Kind is which secret of a profile is meant.
type Kind string

// The secrets of a profile. These are also the words of `ctrace config
// set-secret`.
const (
	Passphrase   Kind = "passphrase"    // of the tracker's user
	ClientSecret Kind = "client-secret" // of the Threat Response API client
	SMTPPassword Kind = "smtp-password" // of the gateway's user
)

// Kinds lists the secrets that a profile can have.
func Kinds() []Kind { return []Kind{Passphrase, ClientSecret, SMTPPassword} }

const (
	// commandTimeout leaves time to touch a hardware key or answer a prompt.
	commandTimeout = 30 * time.Second
	maxSecret      = 64 << 10
)

// Lookup finds a secret. [Profile.Secret] is one.
type Lookup func(ctx context.Context, kind Kind) (Secret, error)

// Static is a Lookup that knows its secrets already.
func Static(secrets map[Kind]string) Lookup {
	return func(_ context.Context, kind Kind) (Secret, error) {
		if value := secrets[kind]; value != "" {
			return NewSecret(value), nil
		}
		return Secret{}, fmt.Errorf("no %s was given", kind.words())
	}
}

// MissingSecretError says that a secret was found nowhere, and where it can be
// put.
type MissingSecretError struct {
	Profile    string
	Kind       Kind
	Variable   string // the variable of this profile; that of all profiles lacks the name
	CommandKey string // the key of the file that takes a command
	Keyring    error  // why the keyring could not be asked; nil when it just has no such entry
}

// Error implements error.
func (e *MissingSecretError) Error() string {
	text := fmt.Sprintf("profile %q has no %s: set the variable %s, or %s in the profile", e.Profile, e.Kind.words(), e.Variable, e.CommandKey)
	if e.Keyring != nil {
		return text + fmt.Sprintf("; the keyring cannot be used here: %v", e.Keyring)
	}
	return text + fmt.Sprintf(", or put it into the keyring with: ctrace config set-secret %s", e.Kind)
}

// Unwrap gives the keyring's error.
func (e *MissingSecretError) Unwrap() error { return e.Keyring }

// Secret finds a secret of the profile: first in the environment
// (CTRACE_<PROFILE>_PASSPHRASE, then CTRACE_PASSPHRASE), then from the profile's
// command, then in the keyring. A command that fails is an error and not passed
// over. When nothing has it, the error is a *MissingSecretError.
func (p Profile) Secret(ctx context.Context, kind Kind) (Secret, error) {
	own := p.variable(kind)
	for _, name := range []string{own, "CTRACE_" + kind.variable()} {
		if value := os.Getenv(name); value != "" {
			return NewSecret(value), nil
		}
	}
	key, command := p.command(kind)
	if command != "" {
		value, err := runSecretCommand(ctx, command)
		if err != nil {
			return Secret{}, fmt.Errorf("profile %q: %s %w; run it by hand to see what it says", p.Name, key, err)
		}
		return NewSecret(value), nil
	}
	value, err := keyringGet(ctx, p.Name, kind)
	switch {
	case err == nil:
		return NewSecret(value), nil
	case ctx.Err() != nil:
		return Secret{}, ctx.Err()
	case errors.Is(err, errNotInKeyring):
		err = nil
	}
	return Secret{}, &MissingSecretError{Profile: p.Name, Kind: kind, Variable: own, CommandKey: key, Keyring: err}
}

// words is how a sentence calls the secret.
func (k Kind) words() string { return strings.ReplaceAll(string(k), "-", " ") }

func (k Kind) variable() string { return strings.ToUpper(strings.ReplaceAll(string(k), "-", "_")) }

func (k Kind) check() error {
	switch k {
	case Passphrase, ClientSecret, SMTPPassword:
		return nil
	}
	return fmt.Errorf("there is no secret called %q: use %s, %s or %s", string(k), Passphrase, ClientSecret, SMTPPassword)
}

// variable names the environment variable for this profile only.
func (p Profile) variable(kind Kind) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, p.Name)
	return "CTRACE_" + name + "_" + kind.variable()
}

// command gives the key in the file for the secret's command, and the command.
func (p Profile) command(kind Kind) (key, command string) {
	switch kind {
	case Passphrase:
		return "passphrase_command", p.PassphraseCommand
	case ClientSecret:
		return "client_secret_command", p.ClientSecretCommand
	default:
		return "smtp_password_command", p.SMTPPasswordCommand
	}
}

// runSecretCommand gives what the command prints, without one line end. Its
// errors hold neither the command nor its output: both may carry the secret.
func runSecretCommand(ctx context.Context, command string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(limited, "sh", "-c", command)
	var out limitedBuffer
	cmd.Stdout = &out
	cmd.WaitDelay = 100 * time.Millisecond // for children that keep the output open
	killGroup(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("was interrupted: %w", ctx.Err())
	case limited.Err() != nil:
		return "", fmt.Errorf("did not end within %s", commandTimeout)
	case out.tooMuch:
		return "", fmt.Errorf("printed more than %d bytes", maxSecret)
	case errors.As(err, &exit):
		return "", fmt.Errorf("failed (%s)", exit.ProcessState)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "", fmt.Errorf("could not be run: %w", err)
	}
	value := strings.TrimSuffix(strings.TrimSuffix(out.content.String(), "\n"), "\r")
	if value == "" {
		return "", errors.New("printed nothing")
	}
	return value, nil
}

// limitedBuffer takes no more than a secret can be.
type limitedBuffer struct {
	content bytes.Buffer
	tooMuch bool
}

// Write implements io.Writer.
func (l *limitedBuffer) Write(p []byte) (int, error) {
	if l.content.Len()+len(p) > maxSecret {
		l.tooMuch = true
		return 0, errors.New("too much output")
	}
	return l.content.Write(p)
}
