package wire

import (
	"time"

	"ctrace/esa/testmail"
)

// Receipt is what the SMTP server answered.
type Receipt struct {
	Stage        testmail.Stage      `json:"smtp_stage"`
	Code         int                 `json:"code,omitempty"`
	EnhancedCode string              `json:"enhanced_code,omitempty"`
	Text         string              `json:"text,omitempty"`
	MID          int64               `json:"mid,omitempty"`
	Host         string              `json:"host"`
	RemoteAddr   string              `json:"remote_addr,omitempty"`
	LocalAddr    string              `json:"local_addr,omitempty"`
	Banner       string              `json:"banner,omitempty"`
	Features     Features            `json:"features,omitzero"`
	AuthUsed     testmail.AuthMethod `json:"auth,omitempty"`
	Started      time.Time           `json:"started,omitzero"`
	Timings      []StageTime         `json:"timings,omitempty"`
	Transcript   []Line              `json:"transcript,omitempty"`
	TLS          *TLSInfo            `json:"tls,omitempty"`
	MessageSize  int64               `json:"message_size,omitempty"`
	Accepted     bool                `json:"accepted"`
}

// Features is what the server offered.
type Features struct {
	Name     string   `json:"name,omitempty"`
	Size     int64    `json:"size,omitempty"`
	StartTLS bool     `json:"starttls,omitempty"`
	Auth     []string `json:"auth,omitempty"`
	Lines    []string `json:"lines,omitempty"`
}

// IsZero leaves features out when the server offered none.
func (f Features) IsZero() bool {
	return f.Name == "" && f.Size == 0 && !f.StartTLS && len(f.Auth) == 0 && len(f.Lines) == 0
}

// StageTime is how long one stage of the dialogue took.
type StageTime struct {
	Stage   testmail.Stage `json:"smtp_stage"`
	Seconds float64        `json:"seconds"`
}

// Line is one line of the transcript.
type Line struct {
	At        float64            `json:"at"` // seconds since the start
	Direction testmail.Direction `json:"direction"`
	Text      string             `json:"text"`
	TLS       bool               `json:"tls,omitempty"`
}

// TLSInfo describes the encryption and the certificate. It has the same fields as testmail.TLSInfo,
// so that a new one there does not compile here until it has a name in JSON.
type TLSInfo struct {
	Version     string    `json:"version,omitempty"`
	Cipher      string    `json:"cipher,omitempty"`
	Subject     string    `json:"subject,omitempty"`
	Issuer      string    `json:"issuer,omitempty"`
	DNSNames    []string  `json:"dns_names,omitempty"`
	NotBefore   time.Time `json:"not_before,omitzero"`
	NotAfter    time.Time `json:"not_after,omitzero"`
	Fingerprint string    `json:"fingerprint,omitempty"`
	KeySHA256   string    `json:"key_sha256,omitempty"`
	Verified    bool      `json:"verified"`
}

// FromLine converts a line of the transcript.
func FromLine(l testmail.Line) Line {
	return Line{At: l.At.Seconds(), Direction: l.Direction, Text: l.Text, TLS: l.TLS}
}

// Line converts back.
func (l Line) Line() testmail.Line {
	return testmail.Line{At: duration(l.At), Direction: l.Direction, Text: l.Text, TLS: l.TLS}
}

// FromReceipt converts a receipt.
func FromReceipt(r testmail.Receipt) Receipt {
	w := Receipt{
		Stage: r.Stage, Code: r.Code, EnhancedCode: r.EnhancedCode, Text: r.Text, MID: r.MID, Host: r.Host,
		RemoteAddr: r.RemoteAddr, LocalAddr: r.LocalAddr, Banner: r.Banner, Features: Features(r.Features),
		AuthUsed: r.AuthUsed, Started: utc(r.Started), TLS: (*TLSInfo)(r.TLS), MessageSize: r.MessageSize, Accepted: r.Accepted,
	}
	for _, t := range r.Timings {
		w.Timings = append(w.Timings, StageTime{Stage: t.Stage, Seconds: t.Duration.Seconds()})
	}
	for _, l := range r.Transcript {
		w.Transcript = append(w.Transcript, FromLine(l))
	}
	return w
}

// Receipt converts back.
func (r Receipt) Receipt() testmail.Receipt {
	out := testmail.Receipt{
		Stage: r.Stage, Code: r.Code, EnhancedCode: r.EnhancedCode, Text: r.Text, MID: r.MID, Host: r.Host,
		RemoteAddr: r.RemoteAddr, LocalAddr: r.LocalAddr, Banner: r.Banner, Features: testmail.Features(r.Features),
		AuthUsed: r.AuthUsed, Started: r.Started, TLS: (*testmail.TLSInfo)(r.TLS), MessageSize: r.MessageSize, Accepted: r.Accepted,
	}
	for _, t := range r.Timings {
		out.Timings = append(out.Timings, testmail.StageTime{Stage: t.Stage, Duration: duration(t.Seconds)})
	}
	for _, l := range r.Transcript {
		out.Transcript = append(out.Transcript, l.Line())
	}
	return out
}

func duration(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second)).Round(time.Microsecond)
}
