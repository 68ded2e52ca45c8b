package verify

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr"
)

// fatal reports whether waiting cannot mend a failure of Threat Response.
func (q *inquiry) fatal(err error) bool {
	return ctr.IsBadCredentials(err) || ctr.IsUnauthorized(err) || ctr.IsMissingScope(err) || ctr.IsNotFound(err) || q.untrusted(err)
}

// untrusted reports whether the certificate of the other side was not accepted.
func (q *inquiry) untrusted(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	return err != nil && q.run.deps.Untrusted != nil && q.run.deps.Untrusted(err)
}

// retryAfter tells how long Threat Response wants to be left alone.
func retryAfter(err error) (time.Duration, bool) {
	e, ok := errors.AsType[*ctr.Error](err)
	if !ok || !ctr.IsRateLimited(err) {
		return 0, false
	}
	return e.RetryAfter, true
}

// problem describes a failure of Threat Response as a whole.
func (q *inquiry) problem(err error) Problem {
	p := Problem{Stage: StageInvestigate}
	p.Code, p.Cause, p.Advice = q.cause(err)
	if e, ok := errors.AsType[*ctr.Error](err); ok {
		p.Detail = e.Said()
		p.Advice = cmp.Or(e.Advice(), p.Advice)
	}
	return p
}

func (q *inquiry) cause(err error) (code, cause, advice string) {
	host := q.run.plan.ThreatResponse
	switch {
	case ctr.IsBadCredentials(err):
		return CodeCTRCredentials, fmt.Sprintf("Threat Response (%s) refuses the API client's id or password.", host),
			"Check the client id and password, and that they belong to this region."
	case otherRegion(err):
		return CodeCTRRegion, fmt.Sprintf("Threat Response (%s) does not know the token's key: the API client belongs to another region.", host),
			"Check the region of the profile."
	case ctr.IsUnauthorized(err):
		return CodeCTRSession, fmt.Sprintf("Threat Response (%s) refuses the token of the API client (401), also a fresh one.", host),
			"Check the region of the profile and that the API client still exists."
	case ctr.IsMissingScope(err):
		return CodeCTRScope, fmt.Sprintf("The API client may not ask Threat Response (%s): a scope is missing.", host),
			"Create an API client with the scope enrich."
	case q.untrusted(err):
		return CodeCTRCertificate, fmt.Sprintf("The certificate of Threat Response (%s) is not trusted.", host),
			"Trust its CA file or pin its key in the profile, if it is the right host; otherwise something intercepts TLS."
	case ctr.IsRateLimited(err):
		return CodeCTRRateLimited, fmt.Sprintf("Threat Response (%s) limits the rate of calls.", host), "Try again later."
	case timedOut(err):
		return CodeCTRTimeout, fmt.Sprintf("Threat Response (%s) did not answer in time.", host),
			"Try again; if it stays silent, check proxies and firewalls on the way."
	}
	e, ok := errors.AsType[*ctr.Error](err)
	switch {
	case ok && e.Status >= http.StatusInternalServerError:
		return CodeCTRServer, fmt.Sprintf("Threat Response (%s) fails with server errors (HTTP %d).", host, e.Status),
			"Try again later; the status page of the cloud may tell more."
	case ok && e.Status == 0 && e.Err != nil:
		return CodeCTRUnreachable, fmt.Sprintf("Threat Response (%s) cannot be reached, or breaks the connection off.", host),
			"Check the name, the proxy and the firewall."
	}
	return CodeCTRAnswer, fmt.Sprintf("Threat Response (%s) gave an answer that cannot be used.", host),
		"Check the addresses in the profile and proxies on the way."
}

// otherRegion reports whether the token was signed by another region's service.
func otherRegion(err error) bool {
	e, ok := errors.AsType[*ctr.Error](err)
	return ok && e.Code == "jwt_public_key_not_found"
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func noScopeNote() Problem {
	return Problem{
		Code: CodeNoIntegrationScope, Stage: StageInvestigate,
		Cause:  "The API client may not list the modules (scope integration): all modules are asked in one call, and a missing or disabled module cannot be told from a silent one.",
		Advice: "Create an API client with the scope integration too.",
	}
}

func missingProblem(p Plan) Problem {
	kind, step := "Secure Email Gateway (ESA)", "ESA"
	if p.SMA {
		kind, step = "Secure Email and Web Manager (SMA)", "SMA"
	}
	return Problem{
		Code: CodeModuleMissing, Stage: StageInvestigate,
		Cause:  fmt.Sprintf("Threat Response (%s) has no module of the appliance: no %s module was added.", p.ThreatResponse, kind),
		Advice: fmt.Sprintf("Add the %s module under Integrations, choosing the registered appliance.", step),
	}
}

func disabledProblem(names []string) Problem {
	return Problem{
		Code: CodeModuleDisabled, Stage: StageInvestigate,
		Cause:  fmt.Sprintf("The appliance's module in Threat Response is disabled: %s.", quoted(names)),
		Advice: "Enable the module under Integrations.",
	}
}

func (q *inquiry) limitProblem(until time.Time) Problem {
	p := q.problem(q.lastErr)
	p.Cause = fmt.Sprintf("Threat Response (%s) limits the rate of calls: the organisation's hourly budget is used up, and calls are taken again from %s on.",
		q.run.plan.ThreatResponse, until.Format("15:04:05 UTC"))
	p.Advice = fmt.Sprintf("Look again then with: ctrace verify --resume %s", q.run.plan.Message.Token)
	return p
}

func deadlineProblem(token string) Problem {
	return Problem{
		Code: CodeDeadline, Stage: StageInvestigate,
		Cause:  "The deadline of the run came before Threat Response could be asked.",
		Advice: fmt.Sprintf("Go on with ctrace verify --resume %s, or give the next run more time.", token),
	}
}

// moduleProblem describes what a module reported about itself.
func moduleProblem(name string, e ctr.ModuleError) Problem {
	p := Problem{
		Code: CodeModuleError, Stage: StageInvestigate,
		Cause:  fmt.Sprintf("The appliance's module %s in Threat Response is in error.", strconv.Quote(name)),
		Advice: "Look at the module's health under Integrations; then check that the appliance is still registered with Security Services Exchange.",
		Detail: strings.TrimSpace(e.Type + ": " + e.Code + ": " + e.Message),
	}
	if e.IsRateLimit() {
		p.Code = CodeModuleRateLimited
		p.Cause = fmt.Sprintf("The appliance's module %s in Threat Response is asked too often: its product limits the rate.", strconv.Quote(name))
		p.Advice = "Try again later."
	}
	return p
}

// giveUp decides what it means that the patience with Threat Response is over.
func (q *inquiry) giveUp() error {
	r := q.run
	names := make([]string, 0, len(q.states))
	for _, id := range slices.Sorted(maps.Keys(q.states)) {
		s := q.states[id]
		names = append(names, s.name)
		if len(s.errors) > 0 {
			return stopped(Tracked, moduleProblem(s.name, s.errors[0]))
		}
	}
	ownDeadline := errors.Is(q.lastErr, context.DeadlineExceeded)
	switch {
	case q.lastErr != nil && !(ownDeadline && q.answered):
		return stopped(Tracked, q.problem(q.lastErr))
	case !q.listed:
		return stopped(Tracked, q.problem(context.DeadlineExceeded))
	}
	p := Problem{
		Code: CodeNoSighting, Stage: StageInvestigate,
		Cause:  fmt.Sprintf("The appliance's module in Threat Response (%s) answers, but has no sighting of the message after %d rounds of questions.", quoted(names), q.round),
		Advice: fmt.Sprintf("It may be too early: look again with ctrace verify --resume %s. Then check that the module is bound to this appliance and its request timeframe is long enough.", r.plan.Message.Token),
	}
	if q.capped {
		return stopped(Pending, p)
	}
	return stopped(Tracked, p)
}

// quoted lists names, which are text of an administrator, in quotation marks.
func quoted(names []string) string {
	list := make([]string, 0, len(names))
	for _, name := range slices.Sorted(slices.Values(names)) {
		list = append(list, strconv.Quote(name))
	}
	return strings.Join(list, ", ")
}
