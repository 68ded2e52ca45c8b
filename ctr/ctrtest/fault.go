package ctrtest

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// Fault is something wrong that the cloud can be told to have.
type Fault struct {
	Name        string
	Description string
}

// The faults, by name.
const (
	faultToken400           = "token-400"
	faultTokenUnknownClient = "token-unknown-client"
	faultTokenShort         = "token-short-life"
	faultUnauthorized       = "ctr-401"
	faultUnauthorizedAlways = "ctr-401-always"
	faultForbidden          = "ctr-forbidden"
	faultNoIntegrationScope = "ctr-no-integration-scope"
	faultRateLimited        = "ctr-429"
	faultRateLimitedOnce    = "ctr-429-once"
	fault500                = "ctr-500"
	fault500Once            = "ctr-500-once"
	fault502HTML            = "ctr-502-html"
	faultTruncated          = "ctr-truncated-json"
	faultSlow               = "ctr-slow"
	faultSilent             = "ctr-silent"
	faultUnknownCA          = "ctr-unknown-ca"
	faultModuleMissing      = "module-missing"
	faultModuleDisabled     = "module-disabled"
	faultModuleError        = "module-error"
	faultModuleSlow         = "module-slow"
	faultModuleNoData       = "module-no-data"
	faultModuleAbsent       = "module-absent"
	faultModulePartial      = "module-partial"
	faultModuleRestricted   = "module-restricted"
	faultModuleRateLimited  = "module-rate-limited"
	faultHealthUnknown      = "module-health-unknown"
)

var faultList = []Fault{
	{fault500, "every call to Threat Response ends in a server fault (500)"},
	{fault500Once, "the first enrich call ends in a server fault (500), later ones work"},
	{fault502HTML, "a proxy answers every call to Threat Response with an HTML page (502)"},
	{faultForbidden, "the API client lacks the scope enrich (403 missing_scope)"},
	{faultModuleAbsent, "the email module is missing from the answers without an error"},
	{faultModuleDisabled, "the email module is disabled"},
	{faultModuleError, "the email module is in error: its health is bad and it answers with a fatal error"},
	{faultHealthUnknown, "the health of the email module is unknown, its data is fine"},
	{faultModuleMissing, "no email module was added in Threat Response"},
	{faultModuleNoData, "the email module is healthy and never returns a sighting"},
	{faultModulePartial, "the email module returns data and a warning that it is not all"},
	{faultModuleRateLimited, "the email module answers too many requests inside a 200"},
	{faultModuleRestricted, "the email module's state is restricted"},
	{faultModuleSlow, "the email module takes 5 seconds to answer"},
	{faultNoIntegrationScope, "the API client lacks the scope integration: modules and health cannot be listed"},
	{faultRateLimited, "the organisation's hourly budget is used up (429, Retry-After 3557)"},
	{faultRateLimitedOnce, "the first enrich call is rate limited (429, Retry-After 1), later ones work"},
	{faultSilent, "Threat Response takes connections and never answers a call"},
	{faultSlow, "every call to Threat Response takes 2 seconds longer"},
	{faultToken400, "the token endpoint refuses the client's password (400 wrong_client_creds)"},
	{faultTokenShort, "tokens of Threat Response live for 2 seconds"},
	{faultTokenUnknownClient, "the token endpoint does not know the client (400 invalid_client)"},
	{faultTruncated, "answers of enrich break off in the middle of the JSON"},
	{faultUnauthorized, "the first token stops working in the middle (401 jwt_expired), a new one works"},
	{faultUnauthorizedAlways, "every call is unauthorised (401 jwt_public_key_not_found), as with a token of another region"},
	{faultUnknownCA, "Threat Response shows a certificate of an unknown authority"},
}

// Faults returns every fault that Threat Response can be given, sorted by name.
func Faults() []Fault {
	return slices.SortedFunc(slices.Values(faultList), func(a, b Fault) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
}

// faultSet is the set of faults that are on; reading it takes no lock.
type faultSet struct{ on atomic.Pointer[[]string] }

func (s *faultSet) has(name string) bool {
	on := s.on.Load()
	return on != nil && slices.Contains(*on, name)
}

func (s *faultSet) set(names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(faultList, func(f Fault) bool { return f.Name == name }) {
			return fmt.Errorf("ctrtest: no fault is called %q", name)
		}
	}
	own := slices.Clone(names)
	s.on.Store(&own)
	return nil
}
