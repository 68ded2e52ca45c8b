// Package clip puts text on the clipboard that the user means: inside tmux through tmux, over SSH
// through the terminal (OSC 52), else through the system. It never reads a clipboard.
package clip

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/atotto/clipboard"
	"github.com/aymanbagabas/go-osc52/v2"
)

// mostBase64 is how much terminals take in one OSC 52 sequence, in bytes after encoding.
const mostBase64 = 74994

// ErrTooLong says that the terminal would not take the text.
var ErrTooLong = errors.New("the text is too long for the terminal's clipboard: export it instead")

// Copier knows where the app runs.
type Copier struct {
	Getenv func(string) string
	Output io.Writer // the terminal
	// Run runs a program with an input; Native writes to the system's clipboard. Both are there for tests.
	Run    func(ctx context.Context, input string, name string, args ...string) error
	Native func(string) error
}

// New makes a Copier for this process.
func New(getenv func(string) string, output io.Writer) Copier {
	return Copier{Getenv: getenv, Output: output, Run: run, Native: native}
}

// Copy puts text on the clipboard and says how: "tmux", "terminal" or "system". tmux comes first because
// by default it lets no OSC 52 of the programs inside it through; OSC 52 comes before the system's
// clipboard over SSH, because that clipboard is the far machine's.
func (c Copier) Copy(ctx context.Context, text string) (how string, err error) {
	if c.Getenv("TMUX") != "" {
		if err = c.Run(ctx, text, "tmux", "load-buffer", "-w", "-"); err == nil {
			return "tmux", nil
		}
	}
	remote := c.Getenv("SSH_TTY") != "" || c.Getenv("SSH_CONNECTION") != ""
	if !remote && c.Native(text) == nil {
		return "system", nil
	}
	if base64.StdEncoding.EncodedLen(len(text)) > mostBase64 {
		return "", ErrTooLong
	}
	if _, err := io.WriteString(c.Output, osc52.New(text).String()); err != nil {
		return "", fmt.Errorf("copying through the terminal: %w", err)
	}
	return "terminal", nil
}

func run(ctx context.Context, input, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = strings.NewReader(input)
	return cmd.Run()
}

func native(text string) error {
	if clipboard.Unsupported {
		return errors.New("this system has no clipboard program")
	}
	return clipboard.WriteAll(text)
}
