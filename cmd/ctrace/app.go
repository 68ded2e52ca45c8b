package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"ctrace/internal/config"
	"ctrace/internal/safetext"
)

// app is what every command is given: the streams, the common flags, and how to come by a profile.
type app struct {
	in       io.Reader
	out, err io.Writer

	profile  string
	timeout  time.Duration
	noColor  bool
	verbose  bool
	logFile  string
	started  bool // flags and arguments were understood
	logger   *slog.Logger
	closeLog func() error
}

func newApp(in io.Reader, out, errOut io.Writer) *app {
	return &app{in: in, out: out, err: errOut, logger: slog.New(slog.DiscardHandler), closeLog: func() error { return nil }}
}

// execute runs one command line and returns its exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := newRootCmd(a)
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	_ = a.closeLog()
	if err != nil && !a.started {
		if _, ok := errors.AsType[*exitError](err); !ok {
			err = usage(err) // cobra refused flags or arguments
		}
	}
	if _, said := errors.AsType[*exitError](err); ctx.Err() != nil && err != nil && (!said || exitCode(err) != exitInterrupted) {
		err = &exitError{exitInterrupted, errors.New("interrupted")} // whatever failed, that is why
	}
	if err != nil && err.Error() != "" {
		a.complain(err)
	}
	return exitCode(err)
}

// complain prints an error to standard error. Errors may quote servers, so they are cleaned.
func (a *app) complain(err error) {
	for i, line := range safetext.Block(err.Error()) {
		prefix := "ctrace: "
		if i > 0 {
			prefix = "        "
		}
		fmt.Fprintln(a.err, prefix+line.String())
	}
}

// prepare is run before every command, once its flags and arguments are understood.
func (a *app) prepare(*cobra.Command, []string) error {
	a.started = true
	if a.timeout < 0 {
		return usage(fmt.Errorf("--timeout %s: a command cannot end before it starts; write 90s or 10m, or nothing for no limit", a.timeout))
	}
	if a.logFile == "" {
		if a.verbose {
			a.logger = slog.New(slog.NewTextHandler(a.err, nil)) // what goes wrong; every HTTP exchange is for the log file
		}
		return nil
	}
	f, err := os.OpenFile(a.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return usage(fmt.Errorf("the log file: %w", err))
	}
	a.closeLog = f.Close
	a.logger = slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return nil
}

// bounded limits a command to --timeout.
func (a *app) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if a.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, a.timeout, fmt.Errorf("no answer within --timeout %s", a.timeout))
}

// loadProfile reads the profile that --profile, CTRACE_PROFILE or the file's default names.
func (a *app) loadProfile() (config.Profile, error) {
	c, err := config.Load(config.Path())
	if err != nil {
		return config.Profile{}, usage(err)
	}
	p, err := c.Profile(a.profileName())
	if err != nil {
		return config.Profile{}, usage(err)
	}
	return p, nil
}

func (a *app) profileName() string {
	if a.profile != "" {
		return a.profile
	}
	return os.Getenv("CTRACE_PROFILE")
}

// terminal tells whether a stream is a terminal.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
