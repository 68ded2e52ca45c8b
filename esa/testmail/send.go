package testmail

import (
	"context"
	"errors"
	"io"
)

// Send hands one message to a server. The receipt is filled as far as it got, also when the error
// is not nil; an error is always an *Error. It returns within 200 ms of ctx ending.
func Send(ctx context.Context, s Server, m Message) (Receipt, error) {
	return Receipt{}, invalid("not built yet")
}

// Probe talks to a server as Send does, but says good-bye after stage stop (StageBanner, StageEHLO,
// StageStartTLS, StageAuth, StageMail or StageRcpt), so that no message leaves. Of m only From and
// To are used.
func Probe(ctx context.Context, s Server, m Message, stop Stage) (Receipt, error) {
	return Receipt{}, invalid("not built yet")
}

// Validate says what is wrong with a message, as an *Error of ClassInvalid.
func (m Message) Validate() error { return nil }

// WriteTo writes the message as it is sent, with CRLF line ends.
func (m Message) WriteTo(w io.Writer) (int64, error) { return 0, errors.New("not built yet") }

// Cause says in one sentence what went wrong.
func (e *Error) Cause() string { return e.Error() }

// Advice says what to do next.
func (e *Error) Advice() string { return "" }

func classify(stage Stage, host string, err error) *Error {
	return &Error{Stage: stage, Host: host, Err: err}
}
