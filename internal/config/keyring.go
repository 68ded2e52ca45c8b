package config

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	keyringService = "ctrace"
	// keyringTimeout: without a desktop session the keyring can hang instead of
	// failing.
	keyringTimeout = 2 * time.Second
)

var errNotInKeyring = errors.New("not in the keyring")

// SetSecret puts a secret of a profile into the system's keyring.
func SetSecret(ctx context.Context, profile string, kind Kind, value string) error {
	if err := kind.check(); err != nil {
		return err
	}
	if value == "" {
		return fmt.Errorf("an empty %s cannot be stored", kind.words())
	}
	_, err := withinTime(ctx, func() (string, error) {
		return "", keyring.Set(keyringService, keyringUser(profile, kind), value)
	})
	if err != nil {
		p := Profile{Name: profile}
		key, _ := p.command(kind)
		return fmt.Errorf("the keyring did not take the %s: %w; set the variable %s or %s in the profile instead",
			kind.words(), err, p.variable(kind), key)
	}
	return nil
}

func keyringGet(ctx context.Context, profile string, kind Kind) (string, error) {
	value, err := withinTime(ctx, func() (string, error) {
		return keyring.Get(keyringService, keyringUser(profile, kind))
	})
	if errors.Is(err, keyring.ErrNotFound) || err == nil && value == "" {
		return "", errNotInKeyring
	}
	return value, err
}

func keyringUser(profile string, kind Kind) string { return profile + "/" + string(kind) }

// withinTime waits for a call to the keyring no longer than its time limit. A
// call that hangs cannot be interrupted; its goroutine ends with the call, and
// nobody reads its answer.
func withinTime(ctx context.Context, call func() (string, error)) (string, error) {
	type answer struct {
		value string
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		value, err := call()
		done <- answer{value, err}
	}()
	limit := time.NewTimer(keyringTimeout)
	defer limit.Stop()
	select {
	case a := <-done:
		return a.value, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	case <-limit.C:
		return "", fmt.Errorf("it did not answer within %s; is there a desktop session", keyringTimeout)
	}
}
