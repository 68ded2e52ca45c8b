package main

import (
	"bufio"
	"context"
	"os"
	"time"

	"golang.org/x/term"
)

// readLine reads one line of an answer, or ends with ctx. A read of a terminal cannot be interrupted:
// its goroutine then ends with the process, as the caller is about to.
func readLine(ctx context.Context, lines *bufio.Reader) (string, error) {
	return await(ctx, begin(func() (string, error) { return lines.ReadString('\n') }))
}

// readHidden reads a line from a terminal without showing it, and leaves the terminal as it was. It
// prompts once nothing typed shows any more: a prompt before that would let a quick typist's secret be
// seen.
func readHidden(ctx context.Context, f *os.File, prompt func()) (string, error) {
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	line := begin(func() (string, error) {
		text, err := term.ReadPassword(fd)
		return string(text), err
	})
	awaitHiding(ctx, fd, *before, line)
	prompt()
	text, err := await(ctx, line)
	if ctx.Err() != nil {
		_ = term.Restore(fd, before)
	}
	return text, err
}

// awaitHiding waits until a terminal is in another state than before, or the line was read already; for
// a second at most, because there may be systems that do not tell.
func awaitHiding(ctx context.Context, fd int, before term.State, line <-chan answer) {
	for range 1000 {
		if now, err := term.GetState(fd); err != nil || *now != before || len(line) > 0 || ctx.Err() != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// answer is what a read came to.
type answer struct {
	text string
	err  error
}

func begin(read func() (string, error)) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		text, err := read()
		done <- answer{text, err}
	}()
	return done
}

func await(ctx context.Context, done <-chan answer) (string, error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-done:
		return a.text, a.err
	}
}
