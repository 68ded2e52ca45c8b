package esatest

import "time"

// Record is all that the appliance knows about one message. Records are shared and must not be
// changed; when the appliance learns more, it makes a new one.
type Record struct {
	MIDs       []int64   // in order of making: more than one when the message was rewritten
	ICID, DCID int64     // connections: injection, and delivery (0 without one)
	*Gateway             // that handled it
	*Sender              // that handed it in
	Received   time.Time // end of DATA
	VisibleAt  time.Time // from then on message tracking has it
	FinalAt    time.Time // from then on its status is final
	Live       bool      // came over SMTP, not seeded
	Direction  string    // incoming or outgoing

	From         string // envelope sender
	To           []string
	HeaderFrom   string
	ReplyTo      string // empty without one
	Subject      string // decoded
	FinalSubject string // as delivered: with the tag that a policy put in front
	MessageID    string // with angle brackets
	Size         int64  // bytes

	MailPolicy string
	AuthUser   string // empty without SMTP authentication

	Status      string     // the appliance's own words, once final
	Splinters   []Splinter // when it was split: each recipient with a message of its own
	Verdicts    *Verdicts
	Attachments []Attachment
	URLs        []URL

	Quarantine string // name of the quarantine that holds it: Spam, Policy, Virus, Outbreak ...; empty when none
	Campaign   string // name of the seeded campaign that it belongs to
	Retracted  bool   // taken out of the mailboxes after it was delivered
	Untracked  bool   // handled while message tracking was off: never shows
	NoSubject  bool   // handled while the Subject header was not logged
}

// Splinter is what became of a message for one recipient, after it was split because its recipients
// fall under different policies. Its MID is one of the record's.
type Splinter struct {
	MID    int64
	To     string
	Status string
}

// Gateway is one email gateway: the appliance itself, or one behind a Web Manager. Many records
// share one.
type Gateway struct {
	Serial string
	Host   string // host name
	HostIP string
}

// Sender is the host that handed mail in. Many records share one.
type Sender struct {
	SenderIP     string
	SenderHost   string // reverse DNS, empty when unknown
	Helo         string
	SenderDomain string
	SenderGroup  string
	SBRS         string // "3.5", "None"
	Country      string
	TLS          string // "TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384"; empty without TLS
}

// Verdicts is what the engines said. Many records share one.
type Verdicts struct {
	AntiSpam         string // Negative, Positive, Suspect, Marketing
	AntiVirus        string // Negative, Positive
	Threat           string // name of the virus or threat
	AMP              string // SKIPPED, UNKNOWN, CLEAN, MALICIOUS
	Outbreak         string // Negative, Positive
	SPF, DKIM, DMARC string // Pass, Fail, None
	DLPPolicy        string
	DLPSeverity      string // LOW, MEDIUM, HIGH, CRITICAL
	Chart            string // verdictChart: 8 digits
}

// Attachment is a file of a message.
type Attachment struct {
	Name        string
	ContentType string
	Size        int64
	SHA256      string // lower-case hex
	Disposition string // as file reputation calls it: CLEAN, MALICIOUS, FILE UNKNOWN
	Threat      string // malware name when malicious
}

// URL is a link of a message.
type URL struct {
	URL        string
	Reputation float64 // -10 to 10
	Category   string
}
