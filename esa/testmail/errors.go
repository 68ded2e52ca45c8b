package testmail

// Class is the kind of failure, as far as it decides what to do next.
type Class string

// The classes of failure.
const (
	ClassInvalid        Class = "invalid"         // our message or settings: nothing was sent
	ClassDNS            Class = "dns"             // no such name, or no answer from the resolver
	ClassConnect        Class = "connect"         // connection refused, unreachable or reset
	ClassTimeout        Class = "timeout"         // no answer in time
	ClassTLS            Class = "tls"             // the handshake failed, or STARTTLS was refused
	ClassCertificate    Class = "certificate"     // the certificate is not trusted
	ClassNoSTARTTLS     Class = "no-starttls"     // encryption required and not offered
	ClassTemporary      Class = "temporary"       // 4yz: the same may work later
	ClassRefused        Class = "refused"         // 5yz: the same will not work
	ClassAuth           Class = "auth"            // credentials or mechanism refused, or missing
	ClassProtocol       Class = "protocol"        // the other end does not speak SMTP as it should
	ClassUnknownOutcome Class = "unknown-outcome" // line lost after the final dot: it may have been taken
	ClassCancelled      Class = "cancelled"       // the context ended before the message was handed over
)

// Error is why a message was not handed over, or why that is unknown.
type Error struct {
	Stage        Stage
	Class        Class
	Code         int // SMTP code, 0 when the server did not answer with one
	EnhancedCode string
	Text         string // the server's text, capped, without the code
	Host         string
	Err          error // what lies beneath; may be nil
}

// Error says what happened, at which host and stage, and what to do next. Of a long answer it has the
// beginning; Text is the whole.
func (e *Error) Error() string { return e.Cause() + " " + e.Advice() }

// Unwrap gives what lies beneath.
func (e *Error) Unwrap() error { return e.Err }
