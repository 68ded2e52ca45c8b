package ctr

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Codes that this client gives to answers that carry none of their own.
const (
	CodeHTML        = "html_answer"       // a proxy or sign-in page stands before the service
	CodeUnreadable  = "unreadable_answer" // not the JSON that the route promises
	CodeRateLimited = "rate_limited"
	CodeBudget      = "budget_spent" // the hourly budget, or the one given to an investigation
)

// Error is a call that Threat Response, or what stands before it, refused or did not answer.
type Error struct {
	Host   string // the service called
	Method string
	Path   string // without the query
	Status int    // HTTP status; 0 when there was no answer

	Code        string // "error" or "type" of the answer, e.g. invalid_client, missing_scope
	Description string // the answer's own words, secrets removed
	TraceID     string // for Cisco support

	MissingScopes  []string          // of a 403
	RequiredScopes []string          // of a 403
	Fields         map[string]string // parameters that a 400 refused, with the reason

	RetryAfter time.Duration // of a 429: how long from now until calls are taken again
	Held       bool          // the client itself refused the call: an earlier 429 still holds, or the budget is spent

	Err error // the network's or TLS' cause, when Status is 0
}

// Error says which call failed, how, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s: ", e.Host, e.Method, e.Path)
	switch {
	case e.Held:
		b.WriteString("not sent")
	case e.Status != 0:
		b.WriteString(strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	case e.Err != nil:
		b.WriteString(e.Unanswered())
	}
	for _, part := range []string{e.Code, e.Description} {
		if part != "" {
			b.WriteString(": " + part)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		fmt.Fprintf(&b, "; %s: %s", name, e.Fields[name])
	}
	if len(e.MissingScopes) > 0 {
		b.WriteString("; missing scopes: " + strings.Join(e.MissingScopes, ", "))
	}
	if e.RetryAfter > 0 {
		b.WriteString("; calls are taken again in " + e.RetryAfter.Round(time.Second).String())
	}
	if e.TraceID != "" {
		b.WriteString(" (trace " + e.TraceID + ")")
	}
	if advice := e.Advice(); advice != "" {
		b.WriteString(". " + advice)
	}
	return b.String()
}

// Unwrap gives the cause of a call without answer.
func (e *Error) Unwrap() error { return e.Err }

// Advice says in one sentence what to do about it, "" when nothing is known.
func (e *Error) Advice() string {
	switch {
	case IsBadCredentials(e):
		return "Check the client id and password, and that they belong to this region."
	case e.Code == "jwt_public_key_not_found":
		return "The token is of another region: check the region of the profile."
	case e.Code == "jwt_valid_in_future":
		return "Set this machine's clock."
	case e.Status == http.StatusForbidden && len(e.MissingScopes) > 0:
		return "Create an API client with " + strings.Join(scopeBoxes(e.MissingScopes), ", ") + " ticked."
	case e.Status == http.StatusForbidden && strings.HasPrefix(e.Path, casebookPath): // private intelligence names no scope
		return "Create an API client with casebook ticked."
	case e.Code == CodeHTML:
		return "A proxy or sign-in page answers in the place of the service: check the address and the proxy."
	case e.lost():
		return "Check the address and the proxy, and that a firewall lets this computer out."
	case e.Status >= http.StatusInternalServerError:
		return "The fault is Threat Response's own: ask again later."
	case e.Code == CodeUnreadable:
		return "Ask again; if it stays so, Threat Response or a proxy on the way is at fault."
	case e.Status == http.StatusNotFound && e.Code == "" && e.Description == "":
		return "Check that the address is the one of this service and region."
	}
	return ""
}

// Unanswered says why there was no answer, "" when there was one.
func (e *Error) Unanswered() string {
	switch {
	case e.Err == nil:
		return ""
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(e.Err, io.EOF), errors.Is(e.Err, io.ErrUnexpectedEOF):
		return "the answer broke off"
	}
	return e.Err.Error()
}

// Said is what Threat Response answered, or what became of the call instead.
func (e *Error) Said() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	for _, s := range []string{e.Unanswered(), e.Code, e.Description} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(e.MissingScopes) > 0 {
		parts = append(parts, "missing scopes: "+strings.Join(e.MissingScopes, ", "))
	}
	return strings.Join(parts, ": ")
}

// lost tells that no connection was made, or that it was lost: not that the caller gave up, nor
// that the certificate is not trusted.
func (e *Error) lost() bool {
	if e.Status != 0 || errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded) {
		return false
	}
	network, ok := errors.AsType[net.Error](e.Err)
	return ok && !network.Timeout() || errors.Is(e.Err, io.EOF) || errors.Is(e.Err, io.ErrUnexpectedEOF)
}

// scopeBoxes names the boxes of the console's API client form that hold scopes.
func scopeBoxes(scopes []string) []string {
	var boxes []string
	for _, scope := range scopes {
		box, _, _ := strings.Cut(scope, "/")
		box, _, _ = strings.Cut(box, ":")
		if box != "" && !slices.Contains(boxes, box) {
			boxes = append(boxes, box)
		}
	}
	return boxes
}

// IsRateLimited tells whether err is a 429, or the client holding calls back because of one
// or of a spent budget.
func IsRateLimited(err error) bool {
	return isError(err, func(e *Error) bool { return e.Status == http.StatusTooManyRequests || e.Held })
}

// IsUnauthorized tells whether a token was refused (401), also after it had been renewed.
func IsUnauthorized(err error) bool {
	return isError(err, func(e *Error) bool { return e.Status == http.StatusUnauthorized })
}

// IsBadCredentials tells whether the token service refused id or password. It does so with
// 400, not 401: invalid_client for an unknown id, wrong_client_creds for a wrong password.
func IsBadCredentials(err error) bool {
	return isError(err, func(e *Error) bool {
		return strings.HasSuffix(e.Path, tokenPath) && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized)
	})
}

// IsMissingScope tells whether the API client lacks a right (403).
func IsMissingScope(err error) bool {
	return isError(err, func(e *Error) bool { return e.Status == http.StatusForbidden })
}

// IsNotFound tells whether the answer was 404.
func IsNotFound(err error) bool {
	return isError(err, func(e *Error) bool { return e.Status == http.StatusNotFound })
}

func isError(err error, match func(*Error) bool) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && match(e)
}

// isFatal tells whether an error would meet every further call as well.
func isFatal(err error) bool {
	return IsRateLimited(err) || IsUnauthorized(err) || IsBadCredentials(err) || IsMissingScope(err)
}

// refusal reads the error that an answer's body describes. There are three envelopes (IROH,
// CTIA, Conure), a mirror of the parameters for refused input, and bodies that are a bare
// string, HTML or nothing.
func refusal(status int, header http.Header, body []byte, now time.Time) *Error {
	e := &Error{Status: status}
	if status == http.StatusTooManyRequests {
		e.RetryAfter = parseRetryAfter(header.Get("Retry-After"), now)
	}
	text := strings.TrimSpace(string(body))
	var members map[string]json.RawMessage
	var bare string
	switch {
	case text == "":
	case isHTML(header, text):
		e.Code, e.Description = CodeHTML, htmlTitle(text)
	case json.Unmarshal(body, &members) == nil && members != nil:
		e.readMembers(members)
	case json.Unmarshal(body, &bare) == nil:
		e.Description = shorten(bare)
	default:
		e.Description = shorten(text)
	}
	if status == http.StatusTooManyRequests {
		e.Code = cmp.Or(e.Code, CodeRateLimited)
	}
	return e
}

// readMembers takes what is known from an error object. The member "token" is left where it
// is: it can be the token that was sent.
func (e *Error) readMembers(members map[string]json.RawMessage) {
	str := func(name string) string { return shorten(jsonText(members[name])) }
	e.Code = cmp.Or(str("error"), str("type"))
	e.Description = cmp.Or(str("error_description"), str("message"), str("exception_message"))
	if kind := str("type"); kind != e.Code && kind != "" {
		e.Description = strings.TrimSuffix(kind+": "+e.Description, ": ")
	}
	e.TraceID = str("trace_id")
	e.MissingScopes = jsonStrings(members["missing-scopes"])
	e.RequiredScopes = jsonStrings(members["required-scopes"])
	if e.Code != "" || e.Description != "" {
		return
	}
	var wrapped map[string]json.RawMessage
	if json.Unmarshal(members["errors"], &wrapped) == nil && wrapped != nil {
		members = wrapped
	}
	e.Fields = make(map[string]string, len(members))
	for name, reason := range members {
		if name != "token" {
			e.Fields[shorten(name)] = shorten(jsonText(reason))
		}
	}
}

func isHTML(header http.Header, text string) bool {
	return strings.HasPrefix(strings.ToLower(header.Get("Content-Type")), "text/html") || strings.HasPrefix(text, "<")
}

var titlePattern = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

func htmlTitle(text string) string {
	if m := titlePattern.FindStringSubmatch(text); m != nil {
		return "the page says: " + shorten(strings.Join(strings.Fields(html.UnescapeString(m[1])), " "))
	}
	return "an HTML page"
}

// shorten cuts foreign text to what an error line can hold.
func shorten(text string) string {
	const limit = 500
	if end := runeOffset(text, limit); end < len(text) {
		return text[:end] + "…"
	}
	return text
}

// jwtPattern matches what looks like a JSON web token.
var jwtPattern = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){0,2}`)

const redacted = "REDACTED"

// redact removes secrets from every text of an error: those known here, and whatever looks
// like a token. Answers may echo what they were sent.
func (e *Error) redact(secrets ...string) {
	clean := func(s string) string {
		for _, secret := range secrets {
			if secret != "" {
				s = strings.ReplaceAll(s, secret, redacted)
			}
		}
		return jwtPattern.ReplaceAllString(s, redacted)
	}
	e.Code, e.Description, e.TraceID = clean(e.Code), clean(e.Description), clean(e.TraceID)
	fields := e.Fields
	e.Fields = nil
	for name, reason := range fields {
		if e.Fields == nil {
			e.Fields = make(map[string]string, len(fields))
		}
		e.Fields[clean(name)] = clean(reason)
	}
	for _, list := range [][]string{e.MissingScopes, e.RequiredScopes} {
		for i := range list {
			list[i] = clean(list[i])
		}
	}
}

// transportError wraps a failure without answer. The address in a *url.Error is left out: it
// repeats the host and may hold values of the query.
func transportError(err error) *Error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return &Error{Err: err}
}
