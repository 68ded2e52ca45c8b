package clip

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

func TestWhereACopyGoes(t *testing.T) {
	fails := errors.New("fails")
	for _, tc := range []struct {
		name         string
		env          map[string]string
		tmux, native error
		want         string
	}{
		{"tmux first, also over SSH", map[string]string{"TMUX": "x", "SSH_TTY": "x"}, nil, nil, "tmux"},
		{"an old tmux over SSH", map[string]string{"TMUX": "x", "SSH_TTY": "x"}, fails, nil, "terminal"},
		{"SSH before the far machine's clipboard", map[string]string{"SSH_CONNECTION": "x"}, nil, nil, "terminal"},
		{"the system", nil, nil, nil, "system"},
		{"no system clipboard", nil, nil, fails, "terminal"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out bytes.Buffer
			var got string
			c := Copier{
				Getenv: func(name string) string { return tc.env[name] }, Output: &out,
				Run:    func(_ context.Context, in, name string, args ...string) error { got = in; return tc.tmux },
				Native: func(s string) error { got = s; return tc.native },
			}
			how, err := c.Copy(t.Context(), "a\x1bb")
			if err != nil || how != tc.want {
				t.Fatalf("Copy went to %q (%v), want %q", how, err, tc.want)
			}
			if how == "terminal" {
				got = out.String()
				got, _ = strings.CutPrefix(got, "\x1b]52;c;")
				raw, _ := base64.StdEncoding.DecodeString(strings.TrimRight(got, "\a\x1b\\"))
				got = string(raw)
			} else if out.Len() > 0 {
				t.Errorf("the terminal got %q", out.String())
			}
			if got != "a\x1bb" {
				t.Errorf("the clipboard got %q, want the raw value", got)
			}
		})
	}
}

func TestTheTerminalTakesNoLongText(t *testing.T) {
	var out bytes.Buffer
	c := Copier{Getenv: func(n string) string { return map[string]string{"SSH_TTY": "x"}[n] }, Output: &out}
	if _, err := c.Copy(t.Context(), strings.Repeat("x", mostBase64)); !errors.Is(err, ErrTooLong) || out.Len() > 0 {
		t.Errorf("err %v and %d bytes written, want ErrTooLong and none", err, out.Len())
	}
}
