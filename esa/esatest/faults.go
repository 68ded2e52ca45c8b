package esatest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Fault is something wrong that can be switched on.
type Fault struct {
	Name        string
	Description string
}

// faults are all that the appliance can have, sorted by name.
var faults = []Fault{
	{"api-401", "the API refuses the credentials, also those of a valid token"},
	{"api-403", "the role of the API user may not read message tracking"},
	{"api-500", "the API answers 500"},
	{"api-502-html", "every other question about messages is answered 502 with an HTML page, as a proxy does"},
	{"api-disabled", "the AsyncOS API is not enabled: connections to its port are reset"},
	{"api-expired-certificate", "the API shows an expired certificate"},
	{"api-malformed-header", "the API sends a header that breaks the CR LF rule"},
	{"api-restart", "the web service restarts: every third connection is cut and all tokens are forgotten"},
	{"api-silent", "the API takes connections and says nothing"},
	{"api-slow", "answers about messages, in tracking and quarantines, take longer than a minute"},
	{"api-truncated", "the API cuts its answers in the middle"},
	{"api-two-factor", "the API user needs a second factor to log in"},
	{"api-unknown-ca", "the API's certificate comes from an unknown CA"},
	{"api-wrapped-connection", "connection details come inside a data object"},
	{"api-wrong-name", "the API's certificate is for another host name"},
	{"clock-skew", "the appliance's clock is two hours behind"},
	{"cloud-ca-old", "the appliance's CA list is too old for the cloud's certificates: registration never completes"},
	{"cloud-cluster-mode", "the appliance is in cluster mode: it cannot be registered"},
	{"cloud-managed", "the appliance is managed by an SMA: it has no Threat Response section of its own"},
	{"cloud-unreachable", "the appliance cannot reach the cloud: registration never completes"},
	{"fn72113", "AsyncOS 13.0.0-392, which is in the range of Field Notice 72113"},
	{"jwt-expires", "tokens live one second and are never renewed"},
	{"message-aborted", "accepted mail is aborted by a message filter"},
	{"message-bounced", "accepted mail bounces at the next server"},
	{"message-dropped", "accepted mail is dropped by the anti-virus engine"},
	{"message-quarantined", "accepted mail is put into the Policy quarantine by a content filter"},
	{"message-stuck", "accepted mail stays in the work queue: its status never becomes final"},
	{"mid-rewritten", "accepted mail is rewritten under a new MID"},
	{"rejected-off", "information about rejected connections is not saved"},
	{"smtp-auth-refused", "the listener takes mail only after authentication and refuses every user name and password"},
	{"smtp-auth-required", "the listener takes mail only after authentication"},
	{"smtp-busy", "the listener has too many connections: 421 as a greeting"},
	{"smtp-cut-after-dot", "the line is cut after the final dot; the message was accepted"},
	{"smtp-expired-certificate", "the listener shows an expired certificate"},
	{"smtp-greylist", "every recipient is put off with 451"},
	{"smtp-long-answer", "the answer to the final dot is 200 kB long"},
	{"smtp-lost-after-dot", "the line is cut after the final dot; the message was not accepted"},
	{"smtp-no-mid", "another mail server answers: its 250 names no MID"},
	{"smtp-no-starttls", "the listener does not offer STARTTLS"},
	{"smtp-rate-limit", "too many recipients were received this hour: 452"},
	{"smtp-refuse-banner", "the sender IP has a poor reputation: 554 as a greeting"},
	{"smtp-refuse-connection", "the sender group's policy is TCPREFUSE: connections are reset"},
	{"smtp-refuse-data", "the message is refused after the final dot: 554"},
	{"smtp-refuse-rcpt", "the recipient is not in the Recipient Access Table: 550"},
	{"smtp-refuse-relay", "this computer may not submit mail here: 550"},
	{"smtp-refuse-sender", "the sender's domain does not exist: 553"},
	{"smtp-silent", "the listener takes connections and does not greet"},
	{"smtp-silent-auth", "the listener does not answer AUTH"},
	{"smtp-silent-data", "the listener does not answer DATA"},
	{"smtp-silent-dot", "the listener does not answer the final dot"},
	{"smtp-silent-ehlo", "the listener does not answer EHLO"},
	{"smtp-silent-handshake", "the listener does not answer the TLS handshake"},
	{"smtp-silent-mail", "the listener does not answer MAIL"},
	{"smtp-silent-quit", "the listener does not answer QUIT"},
	{"smtp-silent-rcpt", "the listener does not answer RCPT"},
	{"smtp-silent-starttls", "the listener does not answer STARTTLS"},
	{"smtp-size", "the listener takes messages of at most 200 bytes"},
	{"smtp-slow", "the listener sends its answers byte by byte"},
	{"smtp-starttls-454", "STARTTLS is offered and then not available: 454"},
	{"smtp-starttls-inject", "someone in the middle adds an answer in clear text after STARTTLS"},
	{"smtp-starttls-required", "the listener takes mail only over TLS: 530"},
	{"smtp-suspended", "the listener is suspended: 421 as a greeting"},
	{"smtp-tempfail", "the work queue is full: 452 after the final dot"},
	{"smtp-unknown-ca", "the listener's certificate comes from an unknown CA"},
	{"smtp-wrong-name", "the listener's certificate is for another host name"},
	{"subject-not-logged", "the Subject header is not logged: tracking shows (No Subject)"},
	{"subject-tagged", "a policy puts [SUSPICIOUS MESSAGE] in front of the subject"},
	{"tracking-12x", "search rows have the shape of AsyncOS 12"},
	{"tracking-bad-records", "the first page of a search has records that could not be assembled"},
	{"tracking-centralized", "message tracking is centralised: the gateway itself keeps none"},
	{"tracking-delayed", "messages show in tracking 90 seconds later"},
	{"tracking-disabled", "message tracking is not enabled: what is handled meanwhile never shows"},
	{"tracking-empty-object", "an empty search is answered with an empty object"},
	{"version-old", "AsyncOS is too old for Threat Response"},
	{"xml-status-missing", "the appliance has no /xml/status"},
	{"zone-seoul", "the appliance's time zone is Asia/Seoul"},
}

// Faults lists every fault that the appliance can have, sorted by name.
func Faults() []Fault { return slices.Clone(faults) }

// SetFaults replaces the faults that are on. An unknown name is an error and changes nothing.
func (a *Appliance) SetFaults(names ...string) error {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		if !slices.ContainsFunc(faults, func(f Fault) bool { return f.Name == name }) {
			return fmt.Errorf("the appliance has no fault %q; it has %s", name, faultNames())
		}
		set[name] = true
	}
	a.active.Store(&set)
	return nil
}

// ActiveFaults lists the faults that are on, sorted.
func (a *Appliance) ActiveFaults() []string {
	return slices.Sorted(maps.Keys(*a.active.Load()))
}

// on tells whether a fault is on.
func (a *Appliance) on(fault string) bool { return (*a.active.Load())[fault] }

// faultNames lists the names for an error.
func faultNames() string {
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}
