package ctr

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// This file is the API agreed upon; each part moves to a file of its own.

var errPending = errors.New("ctr: not written yet")

func (e *Error) Error() string { return e.Code }
func (e *Error) Unwrap() error { return e.Err }

// Advice says in one sentence what to do about it, "" when nothing is known.
func (e *Error) Advice() string { return "" }

// IsRateLimited tells whether err is a 429, or the client holding calls back because of one.
func IsRateLimited(err error) bool { return false }

// IsUnauthorized tells whether a token was refused (401).
func IsUnauthorized(err error) bool { return false }

// IsBadCredentials tells whether the token service refused id or secret (400 invalid_client, wrong_client_creds).
func IsBadCredentials(err error) bool { return false }

// IsMissingScope tells whether the API client lacks a scope (403).
func IsMissingScope(err error) bool { return false }

// IsNotFound tells whether the answer was 404.
func IsNotFound(err error) bool { return false }

// IsRateLimit tells whether the module, not Threat Response, was asked too often: a badge, no failure.
func (e ModuleError) IsRateLimit() bool { return false }

// IsWarning tells whether the module's answer is there, but partial.
func (e ModuleError) IsWarning() bool { return false }

// TokenInfo is what is known about the present token, without the token.
type TokenInfo struct {
	Scopes  []string  // granted; may be fewer than the API client was created with
	Expires time.Time // UTC
}

// Has tells whether the scopes contain one: the coarse scope contains its finer ones, and one without suffix :read and :write.
func (t TokenInfo) Has(scope string) bool { return false }

// Token gets a token, or tells about the present one.
func (c *Client) Token(ctx context.Context) (TokenInfo, error) { return TokenInfo{}, errPending }

// WhoAmI tells which user and organisation the API client belongs to.
func (c *Client) WhoAmI(ctx context.Context) (Identity, error) { return Identity{}, errPending }

// Identity is a user and its organisation.
type Identity struct {
	User User
	Org  Org
}

// User is the owner of the API client.
type User struct {
	ID, Email, Name, Nick, Role, OrgID string
	Scopes                             []string
	Enabled                            bool
}

// Org is the organisation.
type Org struct {
	ID, Name, ActivationStatus string
	Enabled                    bool
}

// Budget is what is left of the organisation's requests an hour.
type Budget struct {
	Limit      int           // X-Ratelimit-Org-Limit, 8000 until an answer says otherwise
	Used       int           // own calls in the last 60 minutes; others of the organisation use the same budget
	Remaining  int           // Limit-Used, or less when the cloud says so
	ResetAt    time.Time     // when the oldest of the own calls leaves the window; zero when there is none
	HeldUntil  time.Time     // after a 429: no call is sent before; zero when none holds
	RetryAfter time.Duration // the same as time left
}

// Budget tells what is left.
func (c *Client) Budget() Budget { return Budget{} }

// Release lifts the hold that a 429 put on the client, because the user wants to try anyway.
func (c *Client) Release() {}

// Inspect finds the observables in a text. It is asked in pieces of at most 2,000 characters, cut at white space.
func (c *Client) Inspect(ctx context.Context, text string) ([]observable.Observable, error) {
	return nil, errPending
}

// Observe asks modules (all when none is named) for everything that they know about observables.
func (c *Client) Observe(ctx context.Context, obs []observable.Observable, moduleIDs ...string) (*Enrichment, error) {
	return nil, errPending
}

// Deliberate asks modules (all when none is named) for verdicts.
func (c *Client) Deliberate(ctx context.Context, obs []observable.Observable, moduleIDs ...string) (*Enrichment, error) {
	return nil, errPending
}

// Refer asks for links into the products.
func (c *Client) Refer(ctx context.Context, obs []observable.Observable) (*References, error) {
	return nil, errPending
}

// ObserveEach asks each module on its own and side by side, and hands over each answer as it comes; emit is never called concurrently.
func (c *Client) ObserveEach(ctx context.Context, obs []observable.Observable, modules []ModuleInstance, emit func(PerModule)) error {
	return errPending
}

// DeliberateEach is ObserveEach for verdicts.
func (c *Client) DeliberateEach(ctx context.Context, obs []observable.Observable, modules []ModuleInstance, emit func(PerModule)) error {
	return errPending
}

// Health asks all modules whether they work.
func (c *Client) Health(ctx context.Context) (*Health, error) { return nil, errPending }

// HealthOf asks one module instance.
func (c *Client) HealthOf(ctx context.Context, instanceID string) (HealthStatus, error) {
	return HealthStatus{}, errPending
}

// ModuleInstances lists the configured modules, disabled ones too.
func (c *Client) ModuleInstances(ctx context.Context) ([]ModuleInstance, error) {
	return nil, errPending
}

// ModuleTypes lists the products that can be configured, without their logos.
func (c *Client) ModuleTypes(ctx context.Context) ([]ModuleType, error) { return nil, errPending }

// IsEmail tells whether the type is an ESA or SMA: by category email-security, or by its titles.
func (t ModuleType) IsEmail() bool { return false }

// Can tells whether the type has a capability, e.g. observe. A type that lists none may have any.
func (t ModuleType) Can(capability string) bool { return false }

// Device gives the id of the Security Services Exchange device that the instance is bound to, found by its type's form.
func (m ModuleInstance) Device(t ModuleType) (string, bool) { return "", false }

// LookBack gives the request timeframe of the instance in days, found by its type's form.
func (m ModuleInstance) LookBack(t ModuleType) (days int, ok bool) { return 0, false }

// Action is something that a module can do about an observable.
type Action struct {
	ID, Title, Description     string
	Categories                 []string
	Module, InstanceID, TypeID string
	Path                       string // relative to /iroh/iroh-response, with the query
	Observable                 observable.Observable
}

// Actions lists the response actions for observables.
func (c *Client) Actions(ctx context.Context, obs []observable.Observable) ([]Action, []ModuleError, error) {
	return nil, nil, errPending
}

// ActionResult is the outcome of an action.
type ActionResult struct {
	Status string // success, failure
	Errors []ModuleError
}

// Trigger carries an action out. It changes state in the product and is never repeated.
func (c *Client) Trigger(ctx context.Context, a Action) (ActionResult, error) {
	return ActionResult{}, errPending
}

// CreateCasebook keeps a new casebook. It changes state and is never repeated: put an external id
// into it and look with CasebookByExternalID first.
func (c *Client) CreateCasebook(ctx context.Context, book ctim.Casebook) (ctim.Casebook, error) {
	return ctim.Casebook{}, errPending
}

// Casebook reads one by its short or long id.
func (c *Client) Casebook(ctx context.Context, id string) (ctim.Casebook, error) {
	return ctim.Casebook{}, errPending
}

// SearchCasebooks searches titles, descriptions and observable values for words, newest first.
func (c *Client) SearchCasebooks(ctx context.Context, words string, limit int) ([]ctim.Casebook, error) {
	return nil, errPending
}

// CasebookByExternalID lists the casebooks that carry an external id, newest first.
func (c *Client) CasebookByExternalID(ctx context.Context, externalID string) ([]ctim.Casebook, error) {
	return nil, errPending
}

// AddToCasebook adds observables.
func (c *Client) AddToCasebook(ctx context.Context, id string, obs []observable.Observable) (ctim.Casebook, error) {
	return ctim.Casebook{}, errPending
}

// AppendText adds a note.
func (c *Client) AppendText(ctx context.Context, id, text string) (ctim.Casebook, error) {
	return ctim.Casebook{}, errPending
}

// NewInvestigation makes the empty model of a request, to apply updates to.
func NewInvestigation(r InvestigateRequest, started time.Time) *Investigation { return nil }

// Investigate asks the modules about the request's observables, hands over an update for each answer as it
// comes (emit may be nil; it is never called concurrently), and returns the whole. When it returns an error,
// the investigation holds what was found until then and its State says where to go on.
func (c *Client) Investigate(ctx context.Context, r InvestigateRequest, emit func(Update)) (*Investigation, error) {
	return nil, errPending
}

// Apply adds what an update brought.
func (inv *Investigation) Apply(u Update) {}

// Find gives the finding of an observable, nil when there is none.
func (inv *Investigation) Find(o observable.Observable) *Finding { return nil }

// Graph gives the relations of all sightings, sorted. It is built anew by each call.
func (inv *Investigation) Graph() Graph { return Graph{} }

// Neighbours gives the edges from and to an observable, sorted.
func (inv *Investigation) Neighbours(o observable.Observable) []Edge { return nil }

// State tells which observables are done, for Resume.
func (inv *Investigation) State() State { return State{} }

type (
	answer      struct{}
	model       struct{}
	tokenCache  struct{}
	answerCache struct{}
	moduleList  struct{}
	budget      struct{}
)

func (tokenCache) init(*Client)                  {}
func newAnswerCache(time.Duration) *answerCache  { return nil }
func newRESTClient(h *http.Client) *resty.Client { return nil }
func casebookUUID(id string) string              { return id }
