package esa

import (
	"slices"
	"strings"
	"time"
)

// Stage is a part of a message's way through the appliance.
type Stage string

// The stages, in the order of a message's life.
const (
	StageConnection     Stage = "connection"
	StageEnvelope       Stage = "envelope"
	StageReputation     Stage = "reputation"
	StageAuthentication Stage = "authentication"
	StageHeaders        Stage = "headers"
	StagePolicy         Stage = "policy"
	StageEngines        Stage = "engines"
	StageAMP            Stage = "amp"
	StageURL            Stage = "url"
	StageQuarantine     Stage = "quarantine"
	StageEnd            Stage = "end"
	StageDelivery       Stage = "delivery"
	StageOther          Stage = "other" // an event text not known here
)

// Timeline is the life of a message: its events by stage, and the facts that
// their texts tell. The texts are log lines for people and change with versions,
// so a fact that is missing here is not known, never false.
type Timeline struct {
	Steps       []Step // all events in time order
	Connections []Injection
	TLS         []TLS
	Reputations []SenderReputation
	SPF         []SPF
	DKIM        []DKIM
	DMARC       []DMARC
	Policies    []PolicyMatch
	Verdicts    []Verdict
	Rewrites    []Rewrite
	Attachments []Attachment
	URLs        []URLVerdict
	Quarantines []Quarantining
	Deliveries  []Delivery
}

// Step is an event with its place in the message's life.
type Step struct {
	Event
	Stage Stage
	MID   int64 // the message that the event is about; 0: the connection
	ICID  int64
	DCID  int64
}

// Injection is a connection that brought the message.
type Injection struct {
	ICID               int64
	SenderIP           string
	SenderGroup        string
	SBRS               string
	Interface          string // the listener's, by name
	InterfaceIP        string
	ReverseDNS         string
	ReverseDNSVerified bool
	Action             string // "ACCEPT", "RELAY", "REJECT", …
	Country            string
}

// TLS is the encryption of an incoming or outgoing connection.
type TLS struct {
	ConnectionID int64 // ICID, or DCID when Delivery
	Delivery     bool
	Protocol     string // "TLSv1.2"
	Cipher       string
}

// SenderReputation is a verdict of sender domain reputation.
type SenderReputation struct {
	MID         int64
	ThreatLevel string
	Category    string
	Maturity    string
	Domain      string
}

// SPF is a check of the sending host.
type SPF struct {
	MID      int64
	Identity string // "mailfrom", "helo", "pra"
	Value    string
	Result   string // lower case: "pass", "fail", "none", …
}

// DKIM is a check of a signature.
type DKIM struct {
	MID      int64
	Result   string // lower case
	Domain   string
	Selector string
	Identity string
	Text     string
}

// DMARC is the check of a message's header From.
type DMARC struct {
	MID         int64
	Domain      string
	Result      string // lower case: "pass", "fail", "skipped"
	SPFAligned  *bool  // nil: not known
	DKIMAligned *bool
	Text        string
}

// PolicyMatch is the mail policy that was applied.
type PolicyMatch struct {
	MID       int64
	Policy    string
	Direction string // "inbound", "outbound"
}

// Verdict is what an engine said.
type Verdict struct {
	MID     int64
	Engine  string // "Anti-Spam", "Anti-Virus", "Advanced Malware Protection", "Outbreak Filters", …
	Product string // "CASE", "Sophos"; "" when not told
	Final   bool
	Text    string // "Negative", "CLEAN", "SKIPPED(no attachment in message)"
}

// Bad reports whether the engine found something.
func (v Verdict) Bad() bool {
	t := strings.ToLower(v.Text)
	for _, word := range []string{"positive", "suspect", "malicious", "infected", "viral", "virus found"} {
		if strings.Contains(t, word) {
			return true
		}
	}
	return false
}

// Rewrite is the birth of a new MID out of another one: all of them are one story.
type Rewrite struct {
	From, To int64
	By       string // "antispam", "bcc filter 'copy'"; "" when not told
}

// Attachment is a file in the message.
type Attachment struct {
	MID         int64 // 0: known by name only
	Name        string
	SHA256      string // lower case
	Size        int64  // bytes; 0: not told
	MIME        string
	Disposition string // of AMP: "Unknown", "FILE UNKNOWN", "MALICIOUS"
	Malware     string
	Upload      string // why it was not uploaded, or what was recommended
}

// URLVerdict is what URL filtering said about a link, or did to it.
type URLVerdict struct {
	MID        int64
	URL        string
	Reputation string // "-6.8"
	Condition  string
	Rewritten  bool
}

// Quarantining is a message's way into or out of a quarantine.
type Quarantining struct {
	MID        int64
	Quarantine string
	Released   bool
	Time       time.Time
}

// Delivery is the handing over to one recipient's next host.
type Delivery struct {
	MID       int64
	DCID      int64 // 0: not known
	Recipient string
	IP        string
	Port      string
	Started   time.Time // zero: not told
	Ended     time.Time // when the answer came
	Response  string    // of the next host
	Bounced   bool
}

// Timeline tells the message's life. more are the events of AMP and URLs, when
// they were fetched; what the details tell as well is told once.
func (d Details) Timeline(more ...[]Event) Timeline {
	events := slices.Clone(d.Events)
	for _, e := range slices.Concat(more...) {
		if !slices.Contains(d.Events, Event{Time: e.Time, TimeText: e.TimeText, Description: e.Description}) {
			events = append(events, e)
		}
	}
	unknown := func(e Event) bool { return e.Time.IsZero() }
	if len(more) > 0 && !slices.ContainsFunc(events, unknown) {
		slices.SortStableFunc(events, func(a, b Event) int { return a.Time.Compare(b.Time) })
	}
	b := builder{hosts: map[int64]nextHost{}}
	for _, e := range events {
		b.add(e)
	}
	for _, name := range d.Attachments {
		if !slices.ContainsFunc(b.Attachments, func(a Attachment) bool { return a.Name == name }) {
			b.Attachments = append(b.Attachments, Attachment{Name: name})
		}
	}
	return b.Timeline
}

// builder collects the facts of a timeline.
type builder struct {
	Timeline
	hosts map[int64]nextHost // by DCID
}

type nextHost struct{ ip, port string }

func (b *builder) add(e Event) {
	// Fixtures of older versions have line breaks and indents inside a text.
	text := strings.Join(strings.Fields(e.Description), " ")
	step := Step{Event: e, Stage: StageOther}
	step.MID, step.ICID, step.DCID = numbersOf(text)
	for _, r := range rules {
		m := r.pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		step.Stage = r.stage
		if r.fact != nil {
			r.fact(b, step, m)
		}
		break
	}
	b.Steps = append(b.Steps, step)
}

// injection finds or adds the record of a connection.
func (b *builder) injection(icid int64) *Injection {
	for i := range b.Connections {
		if b.Connections[i].ICID == icid {
			return &b.Connections[i]
		}
	}
	b.Connections = append(b.Connections, Injection{ICID: icid})
	return &b.Connections[len(b.Connections)-1]
}

// dmarc finds or adds the record of a message.
func (b *builder) dmarc(mid int64) *DMARC {
	for i := range b.DMARC {
		if b.DMARC[i].MID == mid {
			return &b.DMARC[i]
		}
	}
	b.DMARC = append(b.DMARC, DMARC{MID: mid})
	return &b.DMARC[len(b.DMARC)-1]
}

// attachment finds a file of a message by name or sum, or adds it.
func (b *builder) attachment(mid int64, name, sum string) *Attachment {
	sum = strings.ToLower(sum)
	for i := range b.Attachments {
		a := &b.Attachments[i]
		known := a.SHA256 == "" || a.SHA256 == sum
		if a.MID != mid || name != "" && a.Name != name || sum != "" && !known || name == "" && a.SHA256 != sum {
			continue
		}
		if sum != "" {
			a.SHA256 = sum
		}
		return a
	}
	b.Attachments = append(b.Attachments, Attachment{MID: mid, Name: name, SHA256: sum})
	return &b.Attachments[len(b.Attachments)-1]
}

// delivery finds the delivery of a message to a recipient that has no answer yet, or adds it.
func (b *builder) delivery(mid int64, recipient string) *Delivery {
	for i := len(b.Deliveries) - 1; i >= 0; i-- {
		if d := &b.Deliveries[i]; d.MID == mid && d.Recipient == recipient && d.Response == "" && !d.Bounced {
			return d
		}
	}
	b.Deliveries = append(b.Deliveries, Delivery{MID: mid, Recipient: recipient})
	return &b.Deliveries[len(b.Deliveries)-1]
}
