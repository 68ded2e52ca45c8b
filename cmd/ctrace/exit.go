package main

import (
	"context"
	"errors"
	"io/fs"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/config"
	"ctrace/internal/connect"
	"ctrace/internal/history"
	"ctrace/internal/lab"
	"ctrace/internal/verify"
)

// The exit codes of every command.
const (
	exitDone           = 0 // done, and for verify verified
	exitNo             = 1 // the answer is no, or something failed that has no code of its own
	exitUsage          = 2 // usage or configuration
	exitSend           = 3 // sending failed
	exitTracking       = 4 // message tracking failed
	exitThreatResponse = 5 // Threat Response failed
	exitPending        = 6 // still pending at the deadline
	exitInterrupted    = 130
)

// exitError is an error with an exit code of its own. Without a cause everything was said already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage marks an error as a wrong use of the command.
func usage(err error) error { return &exitError{exitUsage, err} }

// exitCode finds the code of what a command returned.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	if isConfiguration(err) {
		return exitUsage
	}
	if e, ok := errors.AsType[*testmail.Error](err); ok {
		if e.Class == testmail.ClassInvalid {
			return exitUsage
		}
		return exitSend
	}
	if e, ok := errors.AsType[*esa.Error](err); ok {
		if e.Kind == esa.KindInvalid {
			return exitUsage
		}
		return exitTracking
	}
	if _, ok := errors.AsType[*ctr.Error](err); ok {
		return exitThreatResponse
	}
	return exitNo
}

// isConfiguration tells errors that somebody mends in the configuration or on the command line.
func isConfiguration(err error) bool {
	if _, ok := errors.AsType[*config.FileError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*config.MissingSecretError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*connect.NotConfiguredError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*lab.UnknownFaultError](err); ok {
		return true
	}
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, history.ErrNotFound) || errors.Is(err, verify.ErrNothingToResume)
}

// verdictCode is the exit code of a verification.
func verdictCode(r verify.Result) int {
	switch r.Verdict {
	case verify.Verified:
		return exitDone
	case verify.Refused, verify.Unknown:
		return exitSend
	case verify.Accepted:
		return exitTracking
	case verify.Pending:
		return exitPending
	}
	if len(r.Problems) > 0 && r.Problems[0].Code == verify.CodeNoSighting {
		return exitNo // the module was asked, and the answer is no
	}
	return exitThreatResponse
}
