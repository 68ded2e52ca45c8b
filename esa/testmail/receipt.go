package testmail

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Stage is a step of the dialogue with the server.
type Stage string

// The stages in order. StageSent is reached when the server has taken the message; StageQuit after
// the good-bye, which never decides anything.
const (
	StageDial     Stage = "dial"
	StageBanner   Stage = "banner"
	StageEHLO     Stage = "ehlo"
	StageStartTLS Stage = "starttls"
	StageAuth     Stage = "auth"
	StageMail     Stage = "mail"
	StageRcpt     Stage = "rcpt"
	StageData     Stage = "data"
	StageSent     Stage = "sent"
	StageQuit     Stage = "quit"
)

// Receipt is what happened on the way to the server and what it answered, as far as it got.
// Text in it comes from the server: it is capped in length but otherwise as it was sent.
type Receipt struct {
	Stage        Stage       `json:"stage"`                   // last stage that succeeded; of a failed one the Error tells the stage
	Code         int         `json:"code,omitzero"`           // code of the last answer that counts, 0 when there was none
	EnhancedCode string      `json:"enhanced_code,omitempty"` // 5.1.0 of a text like "#5.1.0 Address rejected."
	Text         string      `json:"text,omitempty"`          // text of that answer, without the code
	MID          int64       `json:"mid,omitzero"`            // the appliance's message number, 0 when the answer names none
	Host         string      `json:"host"`                    // host that was connected to, as given
	RemoteAddr   string      `json:"remote_addr,omitempty"`   // address and port that answered
	LocalAddr    string      `json:"local_addr,omitempty"`    // address and port of this end
	Banner       string      `json:"banner,omitempty"`        // text of the 220 greeting
	Features     Features    `json:"features,omitzero"`
	AuthUsed     AuthMethod  `json:"auth,omitempty"` // the mechanism that was used, AuthNone when none was
	Started      time.Time   `json:"started"`
	Timings      []StageTime `json:"timings,omitempty"`
	Transcript   []Line      `json:"transcript,omitempty"`
	TLS          *TLSInfo    `json:"tls,omitempty"`         // nil when the connection never was encrypted
	MessageSize  int64       `json:"message_size,omitzero"` // bytes of the message as sent, 0 when it was not
	Accepted     bool        `json:"accepted"`              // the server took the message: it must not be sent again
}

// Features is what the server offered in its last answer to EHLO.
type Features struct {
	Name     string   `json:"name,omitempty"`  // the server's name for itself
	Size     int64    `json:"size,omitzero"`   // largest message in bytes; 0 when not said
	StartTLS bool     `json:"starttls"`        // offered before the connection was encrypted
	Auth     []string `json:"auth,omitempty"`  // mechanisms, upper case
	Lines    []string `json:"lines,omitempty"` // every extension as offered
}

// StageTime is how long one stage took.
type StageTime struct {
	Stage    Stage
	Duration time.Duration
}

// Direction tells who said a line of the transcript.
type Direction string

// The directions.
const (
	Sent     Direction = "sent"
	Received Direction = "received"
	Note     Direction = "note" // not on the wire: what was done in between
)

// Line is one line of the transcript.
type Line struct {
	At        time.Duration // since the start
	Direction Direction
	Text      string
	TLS       bool // went over the encrypted connection
}

// TLSInfo describes the encryption and the certificate that the server showed, trusted or not.
type TLSInfo struct {
	Version     string    `json:"version,omitempty"` // as in "TLS 1.3"; empty when the handshake failed
	Cipher      string    `json:"cipher,omitempty"`
	Subject     string    `json:"subject"`
	Issuer      string    `json:"issuer"`
	DNSNames    []string  `json:"dns_names,omitempty"`
	NotBefore   time.Time `json:"not_before"`
	NotAfter    time.Time `json:"not_after"`
	Fingerprint string    `json:"sha256"`     // lower-case hex SHA-256 of the certificate
	KeySHA256   string    `json:"key_sha256"` // base64 SHA-256 of its public key (SPKI), as in a pin
	Verified    bool      `json:"verified"`
}

var (
	// midPattern finds the message number in "ok:  Message 56754911 accepted" (Cisco: the appliance
	// answers accepted DATA with "250 Ok: Message MID accepted").
	midPattern = regexp.MustCompile(`(?i)^\s*(?:ok:?\s+)?Message\s+(\d+)\s+accepted\b`)
	// enhancedPattern finds an enhanced status code; the appliance writes it with a hash in front and
	// does not offer ENHANCEDSTATUSCODES. Its literal "#4.x.2" is none.
	enhancedPattern = regexp.MustCompile(`(?:^|[\s#])([245]\.\d{1,3}\.\d{1,3})\b`)
)

// answered keeps the last answer. Only an answer to the final dot names a message.
func (r *Receipt) answered(code int, text string) {
	r.Code, r.Text, r.EnhancedCode = code, text, enhancedCode(text)
	if !r.Accepted {
		return
	}
	if m := midPattern.FindStringSubmatch(text); m != nil {
		if mid, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			r.MID = mid
		}
	}
}

// enhancedCode finds the enhanced status code in an answer, empty without one.
func enhancedCode(text string) string {
	if m := enhancedPattern.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// parseFeatures reads the answer to EHLO: the first line is the server's name.
func parseFeatures(text string) Features {
	first, rest, _ := strings.Cut(text, "\n")
	name, _, _ := strings.Cut(first, " ")
	f := Features{Name: name}
	for line := range strings.SplitSeq(rest, "\n") {
		keyword, arguments, _ := strings.Cut(strings.TrimSpace(line), " ")
		if keyword == "" {
			continue
		}
		f.Lines = append(f.Lines, line)
		switch strings.ToUpper(keyword) {
		case "STARTTLS":
			f.StartTLS = true
		case "SIZE":
			f.Size, _ = strconv.ParseInt(strings.TrimSpace(arguments), 10, 64)
		case "AUTH":
			f.Auth = strings.Fields(strings.ToUpper(arguments))
		}
	}
	return f
}
