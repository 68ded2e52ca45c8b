package esa

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrorKind says what a caller can do about a failed call.
type ErrorKind string

// The kinds of failure.
const (
	KindInvalid         ErrorKind = "invalid"          // refused before anything was sent: the query or the configuration is wrong
	KindCredentials     ErrorKind = "credentials"      // the user name or the passphrase is wrong
	KindTwoFactor       ErrorKind = "two-factor"       // the account wants a second factor, which the API cannot give
	KindSession         ErrorKind = "session"          // refused as not logged in, even right after a new login
	KindRole            ErrorKind = "role"             // the account's role may not do this
	KindQuery           ErrorKind = "query"            // the appliance did not understand the query string
	KindAbsent          ErrorKind = "absent"           // this appliance does not offer the resource
	KindTooLarge        ErrorKind = "too-large"        // the request, or the answer, is over a size limit
	KindRateLimited     ErrorKind = "rate-limited"     // somebody on the way asks to slow down; see RetryAfter
	KindServer          ErrorKind = "server"           // the appliance failed (5xx)
	KindProxyHTML       ErrorKind = "proxy-html"       // a web page instead of an API answer
	KindRedirect        ErrorKind = "redirect"         // sent elsewhere; never followed, because the token would go along
	KindAnswer          ErrorKind = "answer"           // the answer cannot be read
	KindMalformedHeader ErrorKind = "malformed-header" // the answer breaks HTTP's rules for headers
	KindTimeout         ErrorKind = "timeout"          // no answer in time
	KindCancelled       ErrorKind = "cancelled"        // the caller's context ended
	KindTLS             ErrorKind = "tls"              // no trusted TLS connection
	KindNetwork         ErrorKind = "network"          // no connection, or it broke
)

// Error is what every method of Client returns when it fails. It never holds a
// secret. Message and Explanation are the appliance's own words, unchanged.
type Error struct {
	Host        string        // host and port of the appliance
	Op          string        // what was tried, such as "search message tracking"
	Kind        ErrorKind     // what to do about it
	Status      int           // HTTP status, 0 without an answer
	Message     string        // the appliance's message, or ours
	Explanation string        // the appliance's explanation, usually the status in words
	Query       string        // the query string as sent, for KindQuery: a fault of ours to report
	RetryAfter  time.Duration // what the answer asked for, 0 when it did not
	Uncertain   bool          // a change that may have been made all the same
	Err         error         // the cause, when there is one that can be shown
}

// Error says what happened, on which appliance, and what to do next.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Host != "" {
		b.WriteString(e.Host + ": ")
	}
	b.WriteString(e.Op)
	if said := e.Said(); said != "" {
		b.WriteString(": " + said)
	}
	if advice := e.Advice(); advice != "" {
		b.WriteString(" (" + advice + ")")
	}
	return b.String()
}

// Said is what the appliance answered, or what became of the call instead.
func (e *Error) Said() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	switch {
	case e.Kind == KindTimeout && e.Message == "":
		parts = append(parts, "no answer in time")
	case e.Kind == KindCancelled:
		parts = append(parts, "cancelled")
	case errors.Is(e.Err, io.EOF), errors.Is(e.Err, io.ErrUnexpectedEOF):
		parts = append(parts, "the answer broke off")
	case e.Err != nil && e.Kind != KindTimeout:
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// BrokeOff tells that there was a connection, and that the other side ended it.
func (e *Error) BrokeOff() bool { return e.Kind == KindNetwork && lineLost(e.Err) }

// Unwrap gives the cause, so that errors.Is finds context.Canceled and the like.
func (e *Error) Unwrap() error { return e.Err }

// Advice is one clause that says what to do next, or "" when there is nothing to add.
func (e *Error) Advice() string {
	if e.Uncertain {
		return "it may have been done all the same; look before trying again"
	}
	switch e.Kind {
	case KindCredentials:
		return "check the user name and the passphrase; the account must be a local one with a role that may use the API"
	case KindTwoFactor:
		return "use a local account without two-factor authentication"
	case KindSession:
		return "the appliance does not accept its own new session; try again"
	case KindRole:
		return "give the account a role that may do this; Help Desk User is enough for message tracking"
	case KindQuery:
		return "the appliance did not understand the query " + e.Query + "; please report this"
	case KindAbsent:
		return "this appliance or its version does not offer it; check the base URL and whether it is an ESA or an SMA"
	case KindTooLarge:
		return "ask for less at a time"
	case KindServer:
		return "the appliance failed; try again later"
	case KindProxyHTML:
		return "a web page answered instead of the API; check the base URL with its port, and proxies on the way"
	case KindRedirect:
		return "redirects are not followed; set the base URL to where the API is"
	case KindMalformedHeader:
		return "the appliance, or a proxy, broke the rules for HTTP headers; the network is not at fault"
	case KindTimeout:
		return "try again, with a shorter time range or fewer rows at a time"
	case KindTLS:
		return "trust the appliance's certificate: its CA file, or a pin of its key; check that the port speaks TLS"
	case KindNetwork:
		if e.BrokeOff() {
			return "try again; an appliance that restarts takes minutes, and when it goes on look at what is on the way"
		}
		return "check host, port and firewall, and that the AsyncOS API is switched on for the interface"
	}
	return ""
}

// Temporary reports whether the same call may succeed later without anybody
// changing anything, and is safe to be repeated.
func (e *Error) Temporary() bool {
	if e.Uncertain {
		return false
	}
	switch e.Kind {
	case KindServer, KindProxyHTML, KindTimeout, KindNetwork, KindSession, KindRateLimited, KindMalformedHeader:
		return true
	}
	return false
}

// KindOf returns the kind of an error of this package, or "" for any other.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}
