package main

import (
	"bufio"
	"context"
	"os"

	"golang.org/x/term"
)

// readLine reads one line of an answer, or ends with ctx. A read of a terminal cannot be interrupted:
// its goroutine then ends with the process, as the caller is about to.
func readLine(ctx context.Context, lines *bufio.Reader) (string, error) {
	return await(ctx, func() (string, error) { return lines.ReadString('\n') })
}

// readHidden reads a line from a terminal without showing it, and leaves the terminal as it was.
func readHidden(ctx context.Context, f *os.File) (string, error) {
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	line, err := await(ctx, func() (string, error) {
		text, err := term.ReadPassword(fd)
		return string(text), err
	})
	if ctx.Err() != nil {
		_ = term.Restore(fd, before)
	}
	return line, err
}

func await(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := read()
		done <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-done:
		return a.text, a.err
	}
}
