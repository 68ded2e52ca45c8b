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
	reveal func() string
}

// NewSecret wraps a value.
func NewSecret(value string) Secret {
	return Secret{func() string { return value }}
}

// Reveal gives the secret itself, to be sent to where it belongs; "" when there is none.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

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
