package ctr

import (
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Route is one way to ask modules about observables.
type Route string

// The routes of an investigation.
const (
	RouteDeliberate Route = "deliberate" // verdicts only; fast
	RouteObserve    Route = "observe"    // everything a module knows
	RouteRefer      Route = "refer"      // links into the products; all modules in one call
)

// InvestigateRequest says what to find out.
type InvestigateRequest struct {
	Observables []observable.Observable

	// Modules are the instance ids to ask; empty means all that are enabled.
	Modules []string
	// Routes to take; empty means all three.
	Routes []Route
	// Refresh asks anew even when an answer is still in the cache.
	Refresh bool
	// MaxCalls bounds the API calls of this investigation; 0 means as many as the
	// organisation's hourly budget leaves.
	MaxCalls int
	// Concurrency bounds the calls under way at once; 0 means 24. One module never has more
	// than 4 of them, so that a slow one delays only itself.
	Concurrency int
	// Resume holds the answers of an earlier, interrupted investigation: they are taken in, and
	// only the rest is asked.
	Resume *State
}

// Skipped is an observable that was not asked about, and why.
type Skipped struct {
	Observable observable.Observable
	Reason     string
}

// Progress counts an investigation's work. Estimate is the time that the rest will take if
// the modules go on as before; it is 0 as long as a module has not answered at all.
type Progress struct {
	Observables, ObservablesDone int
	Calls, CallsDone             int // planned API calls, and those answered
	FromCache                    int // questions that the cache answered instead
	Elapsed, Estimate            time.Duration
}

// Update is one step of a running investigation: one answer of one module, or the end. It is
// immutable.
// Apply it to an Investigation of one's own to follow the run; updates may be applied in any
// order, and after the last one the result is the same as what Investigate returns.
type Update struct {
	Progress Progress
	Finished []observable.Observable // nothing more is asked about them; see Finding.Standing
	Modules  []ModuleStatus          // the modules whose status changed, as it is now
	AllInOne bool
	Ended    bool  // this is the last update
	Err      error // what ended the investigation before its time, with Ended

	seq    int
	brings []*digest // the documents of the outcomes, or a part of them
	told   []told
}

// told is an outcome as an update tells of it.
type told struct {
	outcome *outcome
	modules []string   // the instance ids that were asked; none for all
	settled settlement // empty when it says nothing about the observables
	raw     bool       // the model is to hold the answers as they came
}

// Investigation is everything that is known about a set of observables. The zero value is not
// usable; see NewInvestigation. It is not safe for concurrent use.
type Investigation struct {
	Started  time.Time
	Progress Progress
	Skipped  []Skipped
	// AllInOne says that all modules were asked in one call each time: because they could not be
	// listed (the API client lacks the scope integration), or because the budget has not enough
	// calls left to ask each on its own.
	AllInOne bool
	Ended    bool  // nothing more is asked
	Err      error // what ended it before its time

	Findings   []*Finding       // the asked ones in the request's order, then the ones that answers mention with a verdict or judgement
	Sightings  []*Seen          // oldest first, each once
	Targets    []*Target        // of all sightings
	Indicators []*IndicatorHit  // by module and title
	Links      []Reference      // that name no asked observable
	Others     []*OtherDocument // of kinds without a type of their own
	Modules    []*ModuleStatus  // by name
	Raw        []RawAnswer      // what came over the wire, by module, route and first observable; see RawLeftOut
	RawLeftOut int              // calls whose answers are not in Raw, because it holds 32 MB at most; what they say is in the rest
	model      *model
}

// OtherDocument is a document of a kind that has no type of its own: malware, actors, attack
// patterns, incidents, and kinds that this program does not know.
type OtherDocument struct {
	Module ModuleRef
	Kind   string // member name in the answer, e.g. malwares
	ctim.Document
	Raw []byte

	identity string
}

// RawAnswer is one module's element of an answer as it came, or an error that it stated.
type RawAnswer struct {
	Module      ModuleRef
	Route       Route
	Observables []observable.Observable // that the call asked about
	Fetched     time.Time               // earlier than Investigation.Started when the cache gave it
	JSON        []byte
}

// Finding is what is known about one observable.
type Finding struct {
	Observable  observable.Observable
	Asked       bool             // one of the request's observables, not only mentioned in answers
	Done        bool             // nothing more is asked about it; see Standing for whether anybody has answered
	Disposition ctim.Disposition // the worst opinion; 0 when no module has one
	Opinions    []Opinion        // by module, the worst first
	Disagree    bool             // modules hold different opinions, Unknown not counted
	Judgements  []Judged         // newest first
	Sightings   []*Seen          // oldest first; shared with Investigation.Sightings
	Targets     []*Target        // of its sightings, each once
	Links       []Reference
	Unanswered  []ModuleRef // the modules that failed at it, or were not asked after all

	of       *Investigation
	answered bool // by a module at least
	failed   bool // a module, or a call, did
	order    int  // of asked ones, in the request
	verdicts map[verdictKey]ctim.ValidTime
}

// Opinion is one module's disposition of an observable, and why.
type Opinion struct {
	Module      ModuleRef
	Disposition ctim.Disposition
	ValidTime   ctim.ValidTime
	Reasons     []string // of the judgements behind it; may be empty
	Derived     bool     // from judgements: the module sent no verdict
}

// Judged is a judgement and the module that sent it.
type Judged struct {
	Module    ModuleRef
	Judgement *ctim.Judgement // read only: it is shared with the cache

	identity string
}

// Seen is a sighting and the module that sent it.
type Seen struct {
	Module   ModuleRef
	Sighting *ctim.Sighting // read only: it is shared with the cache
	// About are the asked observables that it answers; empty when it names none of them.
	About []observable.Observable

	identity string
	at       int64 // Sighting.ObservedTime.Start in microseconds, close at hand for sorting
}

// Target is something of one's own that was hit, over all sightings.
type Target struct {
	Type        string
	OS          string
	Observables []observable.Observable
	First, Last time.Time // of the sightings; zero when not said
	Sightings   int
	Modules     []ModuleRef

	identity string
}

// Node is an observable in the relation graph.
type Node struct {
	Observable  observable.Observable
	Asked       bool
	Disposition ctim.Disposition
	Degree      int // edges from and to it
}

// Edge joins two observables: it reads "Source Relation Related".
type Edge struct {
	Source, Related observable.Observable
	Relation        string   // as the module wrote it
	Count           int      // sightings that say so
	Origins         []string // sorted
	Modules         []ModuleRef
}

// Graph is the relations of all sightings.
type Graph struct {
	Nodes []Node // asked first, then by degree, type and value
	Edges []Edge // sorted by source, relation, related
}

// IndicatorHit is an indicator with what points to it inside its module's answer.
type IndicatorHit struct {
	Module      ModuleRef
	Indicator   ctim.Indicator
	Observables []observable.Observable // of the judgements and sightings that belong to it
	Judgements  []string                // ids
	Sightings   []string                // ids
	Related     []RelatedEntity         // what it indicates: malware, actors, attack patterns

	identity string
}

// RelatedEntity is what a relationship of an indicator leads to.
type RelatedEntity struct {
	Relationship string // e.g. indicates
	Kind         string // member name in the answer, e.g. malwares; "" when the id is not in the answer
	Document     ctim.Document
}

// ModuleRef names a module that answered. Key on InstanceID: the name is text of an
// administrator and not unique. An answer of 2020 has no ids; then the name has to do.
type ModuleRef struct {
	InstanceID string
	Name       string
	TypeID     string
}

// ModuleStatus is how one module took part.
type ModuleStatus struct {
	Module      ModuleRef
	State       string        // "active", "restricted", or "" when not said
	Email       bool          // a Secure Email (ESA or SMA) module
	Asked       int           // calls planned
	Answered    int           // calls answered, failures included
	Failed      int           // calls that failed as a whole
	NotAskable  int           // observables that it cannot be asked about
	Unasked     int           // observables that it was not asked about after all: it asked for quiet, or the route is not allowed
	FromCache   int           // answers that the cache gave
	Age         time.Duration // of the oldest of those
	Documents   int           // documents received
	RateLimited bool
	Truncated   []string // kinds that came with 100 documents or more in one answer: there may be more
	Problems    []Problem
	Elapsed     time.Duration // the sum of its calls
	Slowest     time.Duration
	Done        bool
}

// Problem is a kind of failure of a module and how often it came.
type Problem struct {
	Type    string // fatal, error, warning; "call" when the call itself failed
	Code    string
	Message string
	Count   int
	Err     error // for a call that failed
}
