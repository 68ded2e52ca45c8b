package verify

import (
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// Stage is one of the four parts of a verification, in the order of Stages.
type Stage string

// The stages of a verification.
const (
	StageSend        Stage = "send"        // the test message leaves over SMTP
	StageTrack       Stage = "track"       // the appliance's message tracking shows it
	StageDetails     Stage = "details"     // its status is final, its observables are known
	StageInvestigate Stage = "investigate" // a module of Threat Response returned a sighting of it
)

// Stages lists the stages in the order in which they run.
func Stages() []Stage {
	return []Stage{StageSend, StageTrack, StageDetails, StageInvestigate}
}

// Verdict is the outcome of a verification.
type Verdict string

// The verdicts. Only Verified says that the integration is proved.
const (
	Verified Verdict = "verified" // a module of the appliance returned a sighting of our message
	Tracked  Verdict = "tracked"  // the appliance has it, Threat Response has not
	Accepted Verdict = "accepted" // SMTP took it, tracking has not
	Refused  Verdict = "refused"  // SMTP refused it, or it never got that far
	Unknown  Verdict = "unknown"  // the line was lost after the final dot and tracking does not know it
	Pending  Verdict = "pending"  // the deadline was reached while waiting
)

// Key is what tied an answer to our message.
type Key string

// The correlation keys, strongest first.
const (
	KeyMessageID Key = "message_id" // our own Message-ID header
	KeyMID       Key = "mid"        // the MID in the 250 answer
	KeySubject   Key = "subject"    // the token inside the subject
)

// Event is one thing that happened in a verification. The command prints events, the app draws
// them, history keeps them and `-o jsonl` writes them: there is no second path. Every event is
// one of the types below, by value.
type Event interface {
	// Kind is the event's name in JSON, such as "poll".
	Kind() string
	// Time is when it happened, in UTC.
	Time() time.Time
}

// At is the time of an event; every event embeds it.
type At struct {
	At time.Time `json:"at"`
}

// Time returns when the event happened.
func (a At) Time() time.Time { return a.At }

// Started is the first event of a run, also of a resumed one.
type Started struct {
	At
	Token      string    `json:"token"`
	Profile    string    `json:"profile"`
	From       string    `json:"from"`
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	MessageID  string    `json:"message_id"`
	Deadline   time.Time `json:"deadline"`          // of the waiting in message tracking
	Resumed    bool      `json:"resumed,omitempty"` // no mail is sent
	ResumeFrom Stage     `json:"resume_from,omitempty"`
}

// StageStarted says that a stage began.
type StageStarted struct {
	At
	Stage Stage `json:"stage"`
}

// StageEnded says that a stage is over: done, failed with a sentence, or skipped.
type StageEnded struct {
	At
	Stage   Stage         `json:"stage"`
	OK      bool          `json:"ok"`
	Skipped bool          `json:"skipped,omitempty"`
	Elapsed time.Duration `json:"-"`
	Seconds float64       `json:"seconds"`
	Problem *Problem      `json:"problem,omitempty"`
}

// SMTPProgress says that the SMTP dialogue reached a stage of its own.
type SMTPProgress struct {
	At
	Stage testmail.Stage `json:"smtp_stage"`
}

// SMTPLine is one line of the SMTP dialogue, as it happens; secrets in it are hidden already.
type SMTPLine struct {
	At
	Line testmail.Line `json:"line"`
}

// Sending is written, and kept in history, right before the message's content is handed over: a run
// that ends without a Sent event after it may have delivered the message and must never send again.
type Sending struct{ At }

// Sent says that SMTP accepted the message.
type Sent struct {
	At
	Receipt testmail.Receipt `json:"receipt"`
}

// Polled is one look into message tracking.
type Polled struct {
	At
	Try   int       `json:"try"`
	Keys  []Key     `json:"keys"` // which keys were asked in this look
	Found bool      `json:"found"`
	Rows  int       `json:"rows"`           // rows seen, whether ours or not
	Next  time.Time `json:"next,omitzero"`  // when the next look is, zero when there is none
	Note  string    `json:"note,omitempty"` // what went wrong in this look, when polling goes on all the same
}

// Found says that message tracking shows the message.
type Found struct {
	At
	Message esa.Message   `json:"message"`
	Keys    []Key         `json:"keys"`   // every key that hit
	Missed  []Key         `json:"missed"` // keys that were asked and did not hit: a diagnosis by itself
	Lag     time.Duration `json:"-"`
	Seconds float64       `json:"seconds"` // since the SMTP answer
}

// DetailsRead holds the details of the message; Status may not be final yet.
type DetailsRead struct {
	At
	Details     esa.Details             `json:"details"`
	Status      string                  `json:"status"`
	Final       bool                    `json:"final"`
	Observables []observable.Observable `json:"observables"`
}

// ModulesListed names the modules that are enabled. The email modules among them are asked.
type ModulesListed struct {
	At
	Modules []ctr.ModuleInstance `json:"modules"`
	Email   []string             `json:"email"`          // ids of those that are email modules
	Note    string               `json:"note,omitempty"` // such as a missing integration scope
}

// Asked says that a question went out to Threat Response.
type Asked struct {
	At
	Round       int                     `json:"round"`
	Observables []observable.Observable `json:"observables"`
}

// ModuleAnswered is one module's answer to one question.
type ModuleAnswered struct {
	At
	Round     int               `json:"round"`
	Module    string            `json:"module"` // the instance's name: foreign text
	ModuleID  string            `json:"module_id"`
	Email     bool              `json:"email"`
	Sightings []ctim.Sighting   `json:"sightings"`
	Verdicts  []ctim.Verdict    `json:"verdicts,omitempty"`
	Errors    []ctr.ModuleError `json:"errors,omitempty"`
	Failure   string            `json:"failure,omitempty"` // the call itself failed
	Seconds   float64           `json:"seconds"`
}

// Waiting says why nothing happens until a moment: a rate limit with its Retry-After, or the pause
// before Threat Response is asked again.
type Waiting struct {
	At
	Stage  Stage     `json:"stage"`
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"`
}

// Ended is the last event of a run.
type Ended struct {
	At
	Result Result `json:"result"`
}

// Kind implements Event.
func (Started) Kind() string        { return "started" }
func (StageStarted) Kind() string   { return "stage_started" }
func (StageEnded) Kind() string     { return "stage_ended" }
func (SMTPProgress) Kind() string   { return "smtp" }
func (SMTPLine) Kind() string       { return "smtp_line" }
func (Sending) Kind() string        { return "sending" }
func (Sent) Kind() string           { return "sent" }
func (Polled) Kind() string         { return "poll" }
func (Found) Kind() string          { return "found" }
func (DetailsRead) Kind() string    { return "details" }
func (ModulesListed) Kind() string  { return "modules" }
func (Asked) Kind() string          { return "asked" }
func (ModuleAnswered) Kind() string { return "module" }
func (Waiting) Kind() string        { return "waiting" }
func (Ended) Kind() string          { return "ended" }
