package testmail

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// refusal explains an answer of the appliance. Texts are from published lists of AsyncOS answers;
// releases differ and policies can change them, so each is looked for only within its code.
type refusal struct {
	code   int
	text   string // lower case; empty matches every text of the code
	cause  string
	advice string
}

const waitAndRetry = "Wait a few minutes and send a new test message."

// refusals are the known answers, the more particular ones of a code first.
var refusals = []refusal{
	{421, "too many", "the server has too many connections or messages from here at the moment", waitAndRetry},
	{421, "license", "the appliance's licence has expired", "Renew the licence on the appliance."},
	{421, "bad smtp command limit", "the server counted too many bad commands", "Report this with the transcript: the client sent something that the server does not know."},
	{421, "", "the server is closing, suspended or busy", "Check that the listener is not suspended on the appliance, then send a new test message."},
	{450, "", "the server puts the message off (greylisting or a busy mailbox)", waitAndRetry},
	{451, "", "the server had an internal error or puts the message off", waitAndRetry},
	{452, "recipients", "too many recipients were named from here this hour", "Wait until the hour is over or raise the limit of the mail flow policy."},
	{452, "", "the appliance is short of resources or its queue is full", "Look at the appliance's health page, then send a new test message."},
	{454, "", "the server cannot start encryption at the moment", "Check that the listener has a certificate on the appliance."},
	{500, "", "the server did not know a command", "Report this with the transcript."},
	{501, "domain", "the server does not accept our HELO name", "Set a full domain name as the HELO name in the profile."},
	{501, "", "the server refused the form of a command", "Check the sender and recipient addresses and the HELO name."},
	{503, "", "the server refused the order of commands", "Report this with the transcript."},
	{504, "", "the server does not offer this authentication mechanism", "Choose another mechanism or auto in the profile."},
	{530, "starttls", "the server takes mail only over an encrypted connection", "Set TLS to starttls in the profile."},
	{530, "", "the server takes mail only after authentication", "Set a user name and password for the listener, or send to a listener that takes mail without."},
	{535, "", "the server refused the user name or password", "Check the user name and the password for this listener."},
	{538, "", "the server takes a password only over an encrypted connection", "Set TLS to starttls in the profile."},
	{550, "#5.1.0", "the appliance does not take mail for this recipient", "Use a recipient in a domain of the Recipient Access Table, known to LDAP if it is checked."},
	{550, "address rejected", "the appliance does not take mail for this recipient", "Use a recipient in a domain of the Recipient Access Table, known to LDAP if it is checked."},
	{550, "", "the server does not let this computer send to this recipient", "Send from an address in an accepting sender group, or add this computer to one (Mail Policies > HAT Overview)."},
	{552, "", "the message is larger than the server takes", "Send a smaller message or raise the limit of the mail flow policy."},
	{553, "", "the server does not accept the sender's domain", "Use a sender in a domain that exists in DNS."},
	{554, "reputation", "the sender IP reputation keeps this computer out", "Send from another address, or put this one into an accepting sender group (Mail Policies > HAT Overview)."},
	{554, "hops", "the message went round too many servers", "Send to the appliance itself and check its routes for a loop."},
	{554, "illegal bare", "the server found bare line ends in the message", "Report this with the transcript."},
}

// Answer is what the server said, its code and its text in one line; empty when it did not answer with
// a code.
func (e *Error) Answer() string {
	if e.Code == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%03d %s", e.Code, strings.Join(strings.Fields(e.Text), " ")))
}

// shortened keeps the beginning of an answer, which is what tells answers apart.
func shortened(answer string) string {
	const most = 100 // runes
	if runes := []rune(answer); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + "…"
	}
	return answer
}

// Cause says in one sentence what went wrong, with the beginning of the server's own words.
func (e *Error) Cause() string {
	if e.Code != 0 {
		meaning := e.explain().cause
		return fmt.Sprintf("%s: at stage %s %s answered %q.", strings.ToUpper(meaning[:1])+meaning[1:], e.Stage, cmp.Or(e.Host, "it"), shortened(e.Answer()))
	}
	detail := ""
	if beneath := e.Beneath(); beneath != "" {
		detail = ": " + beneath
	}
	switch e.Class {
	case ClassInvalid:
		return "The test message or its settings cannot be used" + detail + "."
	case ClassDNS:
		return fmt.Sprintf("The name %s could not be resolved%s.", e.Host, detail)
	case ClassConnect:
		if e.Stage == StageDial {
			return fmt.Sprintf("No connection to %s could be made%s.", e.Host, detail)
		}
		return fmt.Sprintf("The connection to %s was lost at stage %s%s.", e.Host, e.Stage, detail)
	case ClassTimeout:
		return fmt.Sprintf("%s did not answer in time at stage %s.", e.Host, e.Stage)
	case ClassTLS:
		return fmt.Sprintf("No encryption could be agreed with %s%s.", e.Host, detail)
	case ClassCertificate:
		return fmt.Sprintf("The certificate of %s is not trusted%s.", e.Host, detail)
	case ClassNoSTARTTLS:
		return fmt.Sprintf("%s does not offer STARTTLS, and encryption is required.", e.Host)
	case ClassAuth:
		return fmt.Sprintf("Authentication with %s is not possible%s.", e.Host, detail)
	case ClassUnknownOutcome:
		return fmt.Sprintf("The line to %s was lost after the whole message was sent and before the answer came, so it may or may not have been accepted%s.", e.Host, detail)
	case ClassCancelled:
		return fmt.Sprintf("Sending was cancelled at stage %s, before the message was handed over.", e.Stage)
	default:
		return fmt.Sprintf("%s does not answer as a mail server should at stage %s%s.", e.Host, e.Stage, detail)
	}
}

// Beneath is what lies beneath, for the end of a sentence; nothing when the line just ended, which the
// sentence says itself.
func (e *Error) Beneath() string {
	switch {
	case e.Err == nil, errors.Is(e.Err, io.EOF), errors.Is(e.Err, context.Canceled):
		return ""
	case errors.Is(e.Err, os.ErrDeadlineExceeded), errors.Is(e.Err, context.DeadlineExceeded):
		return "no answer came in time"
	}
	return strings.TrimSuffix(e.Err.Error(), ".")
}

// Advice says what to do next.
func (e *Error) Advice() string {
	if e.Code != 0 {
		return e.explain().advice
	}
	switch e.Class {
	case ClassInvalid:
		return "Correct the value and try again; nothing was sent."
	case ClassDNS:
		return "Check the spelling of the host name, or give the appliance's IP address."
	case ClassConnect:
		if e.Stage == StageDial {
			return "Check address and port, that the listener is running, and that no firewall is in between; an appliance that refuses this computer's sender group (TCPREFUSE) looks the same."
		}
		return "Send again; if it happens again, look at the appliance's mail logs for this connection."
	case ClassTimeout:
		return "Check that a mail listener is on this port and that no firewall drops the packets, then send again."
	case ClassTLS:
		return "Check the TLS settings of the listener, or set TLS in the profile to what it offers (starttls, implicit or none)."
	case ClassCertificate:
		return e.certificateAdvice()
	case ClassNoSTARTTLS:
		return "Enable TLS in the listener's mail flow policy, or set TLS to none in the profile if clear text is acceptable."
	case ClassAuth:
		return "Choose a mechanism that the listener offers, use TLS, or leave the user name empty to send without."
	case ClassUnknownOutcome:
		return "Do not send again yet: look for the message in message tracking first."
	case ClassCancelled:
		return "Send again when ready."
	default:
		return "Check that host and port belong to a mail server."
	}
}

// certificateAdvice tells the three reasons not to trust a certificate apart.
func (e *Error) certificateAdvice() string {
	if _, ok := errors.AsType[x509.HostnameError](e.Err); ok {
		return "Connect by a name that the certificate carries, or pin its key in the profile."
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](e.Err); ok && invalid.Reason == x509.Expired {
		return "Renew the listener's certificate on the appliance; check this computer's clock too."
	}
	return "Give the CA file that issued the certificate, or pin its key in the profile after comparing the fingerprint."
}

// explain finds the known answer that fits best.
func (e *Error) explain() refusal {
	text := strings.ToLower(e.Text)
	if e.Stage == StageAuth && e.Code/100 == 5 && e.Code != 538 && e.Code != 504 {
		return refusal{cause: "the server refused the user name, the password or the mechanism", advice: "Check the user name and the password for this listener."}
	}
	if e.Stage == StageBanner && e.Code/100 == 5 {
		return refusal{cause: "the server does not talk to this computer", advice: "Send from another address, or put this one into an accepting sender group (Mail Policies > HAT Overview)."}
	}
	for _, known := range refusals {
		if known.code == e.Code && strings.Contains(text, known.text) {
			return known
		}
	}
	switch {
	case e.Code/100 == 4:
		return refusal{cause: "the server puts the message off", advice: waitAndRetry}
	case e.Code/100 == 5 && e.Stage == StageSent:
		return refusal{cause: "the server refused the content of the message", advice: "Look at the appliance's mail logs for the filter that refused it."}
	case e.Code/100 == 5:
		return refusal{cause: "the server refused", advice: "Look at the appliance's mail logs for this connection."}
	default:
		return refusal{cause: "the code " + strconv.Itoa(e.Code) + " has no place here", advice: "Check that host and port belong to a mail server."}
	}
}
