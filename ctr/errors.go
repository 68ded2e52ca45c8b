package ctr

import "time"

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
