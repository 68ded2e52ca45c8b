package config

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "REDACTED"

// Secret is a passphrase, password or client secret. However it is printed,
// logged or encoded, it comes out as REDACTED; only [Secret.Reveal] gives it.
type Secret struct {
	// Inside a function, so that printing a struct that holds a Secret in an
	// unexported field, where fmt calls no methods, shows an address.
	reveal func() (value, source string)
}

// NewSecret wraps a value. The source says where it came from, for people, such
// as "keyring".
func NewSecret(value, source string) Secret {
	return Secret{func() (string, string) { return value, source }}
}

// Reveal gives the secret itself, to be sent to where it belongs.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	value, _ := s.reveal()
	return value
}

// Source says where the secret came from.
func (s Secret) Source() string {
	if s.reveal == nil {
		return ""
	}
	_, source := s.reveal()
	return source
}

// IsZero tells that there is no secret.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// Format implements fmt.Formatter, for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
