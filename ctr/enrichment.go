package ctr

import (
	"encoding/json"
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Enrichment is what modules answered to one question. HTTP success says nothing about the
// modules: every one of them may have failed.
type Enrichment struct {
	Answers []ModuleAnswer
	Errors  []ModuleError
	Skipped []Skipped // observables that were not sent, because one of them would spoil the whole call
}

// ModuleAnswer is one module's part of an answer. A module with nothing to say may answer
// with empty Data or be missing; one module may be among Answers and Errors.
type ModuleAnswer struct {
	Module     string          // the name that an administrator typed; not unique
	InstanceID string          // the key; absent in answers of 2020
	TypeID     string          //
	State      string          // "active", "restricted" or ""
	Data       ctim.Entities   //
	Raw        json.RawMessage // the element as it came
}

// ModuleError is one module's failure, or its warning about a partial answer.
type ModuleError struct {
	Module, InstanceID, TypeID, State string

	Type    string // fatal (misconfigured, or its product is down), error, warning
	Code    string // free text, e.g. "too many requests"
	Message string
	Raw     json.RawMessage
}

// PerModule is what one module answered to one batch of observables.
type PerModule struct {
	Module      ModuleInstance
	Observables []observable.Observable // the batch
	Enrichment  *Enrichment             // nil when Err is not
	Err         error
	Elapsed     time.Duration
}

// Reference is a link into a product: a pivot.
type Reference struct {
	ID          string
	Title       string
	Description string
	URL         string
	Categories  []string
	Module      string
	InstanceID  string
	TypeID      string
}

// References are the links that refer gave.
type References struct {
	Links   []Reference
	Errors  []ModuleError
	Skipped []Skipped
}
