package verify

import (
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Problem names what went wrong: a stable code for programs and diagnoses, and sentences for people.
type Problem struct {
	Code   string `json:"code"` // such as "smtp_refused", "tracking_timeout", "module_missing"
	Stage  Stage  `json:"stage"`
	Cause  string `json:"cause"`            // one sentence that names the cause
	Advice string `json:"advice,omitempty"` // what to do next
	Detail string `json:"detail,omitempty"` // what the server said: foreign text
}

// Evidence is the sighting that proves the integration.
type Evidence struct {
	Module     string                `json:"module"`
	ModuleID   string                `json:"module_id"`
	ModuleType string                `json:"module_type"`
	Matched    observable.Observable `json:"matched"` // the observable of ours that the sighting holds
	Sighting   ctim.Sighting         `json:"sighting"`
}

// Result is the outcome of a verification with its evidence.
type Result struct {
	Verdict     Verdict                 `json:"verdict"`
	Token       string                  `json:"token"`
	Profile     string                  `json:"profile"`
	MessageID   string                  `json:"message_id"`
	Subject     string                  `json:"subject"`
	MID         int64                   `json:"mid,omitempty"` // the newest one known
	MIDs        []int64                 `json:"mids,omitempty"`
	ICID        int64                   `json:"icid,omitempty"`
	Serial      string                  `json:"serial,omitempty"`
	Status      string                  `json:"status,omitempty"` // the appliance's own word
	Keys        []Key                   `json:"keys"`
	MissedKeys  []Key                   `json:"missed_keys,omitempty"`
	Observables []observable.Observable `json:"observables,omitempty"`
	Evidence    *Evidence               `json:"evidence,omitempty"`
	Problems    []Problem               `json:"problems,omitempty"` // the first is the reason of a verdict other than verified
	FailedAt    Stage                   `json:"failed_at,omitempty"`
	StartedAt   time.Time               `json:"started_at"`
	EndedAt     time.Time               `json:"ended_at"`
	Stages      map[Stage]float64       `json:"stage_seconds"`
	LagSeconds  float64                 `json:"lag_seconds,omitempty"` // from the SMTP answer to the look that found it
}
