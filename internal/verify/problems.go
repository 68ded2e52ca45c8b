package verify

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/esa/testmail"
)

// Codes of problems, for programs and for diagnoses. SMTP failures without a code here have "smtp_" and
// the testmail.Class with underscores, such as smtp_dns, smtp_certificate, smtp_no_starttls and
// smtp_temporary; failures of the appliance's API "tracking_" and the esa.ErrorKind, such as
// tracking_credentials, tracking_role, tracking_server, tracking_proxy_html and tracking_timeout.
const (
	CodeSMTPBanner    = "smtp_refused_banner"    // 5yz before any command: the sending host
	CodeSMTPSender    = "smtp_refused_sender"    // 5yz at MAIL
	CodeSMTPRecipient = "smtp_refused_recipient" // 5yz at RCPT
	CodeSMTPRelay     = "smtp_refused_relay"     // the same, because the domain is not served
	CodeSMTPSize      = "smtp_refused_size"      // 552
	CodeSMTPContent   = "smtp_refused_content"   // 5yz at or after DATA
	CodeSMTPStartTLS  = "smtp_starttls_required" // 530
	CodeSMTPUnknown   = "smtp_unknown_outcome"   // the line was lost after the final dot
	CodeMIDMissing    = "mid_missing"            // note: the SMTP answer names no MID

	CodeTrackingNotFound    = "tracking_not_found"   // rows, but not ours, until the deadline
	CodeTrackingEmpty       = "tracking_empty"       // no message of anybody: off, or centralized
	CodeTrackingUnreachable = "tracking_unreachable" // no connection to the API
	CodeTrackingCertificate = "tracking_certificate" // no trusted connection to the API
	CodeSubjectNotLogged    = "subject_not_logged"   // note: found, but not by its subject
	CodeSubjectChanged      = "subject_changed"      // note: a policy put a tag in front
	CodeMessageIDMissed     = "message_id_missed"    // note: found, but not by its Message-ID
	CodeMIDMissed           = "mid_missed"           // note: found, but not by the MID of the SMTP answer
	CodeMIDChanged          = "mid_changed"          // note: the message has a newer MID
	CodeStatusNotFinal      = "status_not_final"     // note: still being processed at the deadline
	CodeMessageDropped      = "message_dropped"      // note
	CodeMessageQuarantined  = "message_quarantined"  // note
	CodeMessageBounced      = "message_bounced"      // note
	CodeMessageAborted      = "message_aborted"      // note
	CodeDetailsFailed       = "details_failed"       // note: the row had to do

	CodeNoIntegrationScope = "ctr_no_integration_scope" // note: modules cannot be listed
	CodeModuleMissing      = "module_missing"
	CodeModuleDisabled     = "module_disabled"
	CodeModuleError        = "module_error"
	CodeModuleRateLimited  = "module_rate_limited" // its product is asked too often
	CodeNoSighting         = "no_sighting"

	CodeCTRCredentials = "ctr_credentials"  // the token endpoint refuses the client
	CodeCTRRegion      = "ctr_region"       // the token is of another region
	CodeCTRSession     = "ctr_session"      // 401 with a fresh token
	CodeCTRScope       = "ctr_scope"        // 403
	CodeCTRRateLimited = "ctr_rate_limited" // 429, longer than the patience
	CodeCTRServer      = "ctr_server"       // 5xx, or no API answer
	CodeCTRUnreachable = "ctr_unreachable"  // no connection
	CodeCTRCertificate = "ctr_certificate"  // no trusted connection
	CodeCTRTimeout     = "ctr_timeout"      // no answer in time
	CodeCTRAnswer      = "ctr_answer"       // an answer that cannot be understood

	CodeDeadline = "deadline" // no time was left for a stage
)

// stopError ends a run with a verdict and its reason.
type stopError struct {
	verdict Verdict
	problem Problem
}

func (s *stopError) Error() string { return s.problem.Cause }

func stopped(v Verdict, p Problem) *stopError { return &stopError{v, p} }

// SendProblem describes why the test message could not be handed to a gateway, whose name is only used
// in the sentence.
func SendProblem(err error, gateway string) Problem {
	e, ok := errors.AsType[*testmail.Error](err)
	if !ok {
		return Problem{
			Code: "smtp_failed", Stage: StageSend,
			Cause:  fmt.Sprintf("The test message could not be handed to %s: %v.", gateway, err),
			Advice: "Check the gateway's address in the profile.",
		}
	}
	return Problem{Code: sendCode(e), Stage: StageSend, Cause: e.Cause(), Advice: e.Advice(), Detail: e.Answer()}
}

func sendCode(e *testmail.Error) string {
	switch {
	case e.Code == 530 && strings.Contains(strings.ToUpper(e.Text), "STARTTLS"):
		return CodeSMTPStartTLS
	case e.Class != testmail.ClassRefused:
		return "smtp_" + underscored(string(e.Class))
	case e.Code == 552:
		return CodeSMTPSize
	}
	switch e.Stage {
	case testmail.StageBanner, testmail.StageDial:
		return CodeSMTPBanner
	case testmail.StageMail:
		return CodeSMTPSender
	case testmail.StageRcpt:
		if e.EnhancedCode == "5.7.1" || strings.Contains(strings.ToLower(e.Text), "relay") {
			return CodeSMTPRelay
		}
		return CodeSMTPRecipient
	case testmail.StageData, testmail.StageSent:
		return CodeSMTPContent
	}
	return "smtp_refused"
}

func underscored(s string) string { return strings.ReplaceAll(s, "-", "_") }

// trackProblem describes a failure of the appliance's API.
func trackProblem(err error, stage Stage, tracker string) Problem {
	p := Problem{Code: "tracking_failed", Stage: stage}
	found, ok := errors.AsType[*esa.Error](err)
	if !ok {
		p.Cause = fmt.Sprintf("Message tracking of %s could not be read: %v.", tracker, err)
		p.Advice = "Check the tracker's address in the profile."
		return p
	}
	e := *found
	e.Kind = esa.KindOf(err)
	p.Code = trackCode(e.Kind)
	p.Cause = fmt.Sprintf(trackCause(e.Kind), tracker)
	p.Advice = sentence(e.Advice())
	p.Detail = e.Said()
	return p
}

func trackCode(kind esa.ErrorKind) string {
	switch kind {
	case esa.KindNetwork:
		return CodeTrackingUnreachable
	case esa.KindTLS:
		return CodeTrackingCertificate
	}
	return "tracking_" + underscored(string(kind))
}

// trackCause is the sentence for a kind of failure, with a place for the appliance's name.
func trackCause(kind esa.ErrorKind) string {
	switch kind {
	case esa.KindCredentials:
		return "%s refuses the user name or the passphrase of the API user."
	case esa.KindTwoFactor:
		return "%s asks the API user for a second factor, which the API cannot give."
	case esa.KindSession:
		return "%s ended the API session again and again."
	case esa.KindRole:
		return "The API user's role on %s may not read message tracking."
	case esa.KindQuery:
		return "%s did not understand the search."
	case esa.KindAbsent:
		return "%s does not offer message tracking by its API."
	case esa.KindTLS:
		return "The certificate of the API of %s is not trusted, or the connection is not TLS."
	case esa.KindNetwork:
		return "The API of %s cannot be reached, or breaks the connection off."
	case esa.KindTimeout:
		return "The API of %s did not answer in time."
	case esa.KindServer:
		return "The API of %s fails with server errors."
	case esa.KindProxyHTML:
		return "A web page answers instead of the API of %s: a proxy, or the appliance while it restarts."
	case esa.KindRedirect:
		return "%s sends the API call elsewhere."
	case esa.KindRateLimited:
		return "%s asks to slow down."
	}
	return "%s gave an answer that cannot be used."
}

// sentence makes a clause a sentence.
func sentence(clause string) string {
	if clause == "" {
		return ""
	}
	s := strings.ToUpper(clause[:1]) + clause[1:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// trackingFatal reports whether waiting cannot mend a failure of the appliance's API.
func trackingFatal(err error) bool {
	switch esa.KindOf(err) {
	case esa.KindInvalid, esa.KindCredentials, esa.KindTwoFactor, esa.KindRole, esa.KindAbsent, esa.KindRedirect, esa.KindTLS, esa.KindTooLarge:
		return true
	}
	return false
}

func notFoundProblem(tracker string, waited time.Duration, token string) Problem {
	return Problem{
		Code: CodeTrackingNotFound, Stage: StageTrack,
		Cause:  fmt.Sprintf("The message is not in message tracking of %s yet, %s after SMTP took it.", tracker, waited.Round(time.Second)),
		Advice: fmt.Sprintf("Look again later with: ctrace verify --resume %s. If it never shows, check that the gateway that took it reports to this tracker.", token),
	}
}

func emptyProblem(tracker string) Problem {
	return Problem{
		Code: CodeTrackingEmpty, Stage: StageTrack,
		Cause:  fmt.Sprintf("Message tracking of %s shows no message of anybody in the last day: it is disabled, or centralized on a management appliance.", tracker),
		Advice: "Enable it under Security Services > Message Tracking and commit, or use the SMA as the tracker; only mail handled afterwards is recorded, so send a new test message.",
	}
}
