package mailfile

import (
	"time"

	"ctrace/ctr/observable"
)

// Report is what a mail file holds.
type Report struct {
	// Messages are the mail itself and every message inside it, the mail first.
	Messages    []Message    `json:"messages"`
	Parts       []Part       `json:"parts"`
	Links       []Link       `json:"links"`
	Attachments []Attachment `json:"attachments"`
	// Observables are unique, in the order of their first appearance.
	Observables []Observable `json:"observables"`
	// Problems say what was broken, suspicious or left out.
	Problems []string `json:"problems"`
}

// Source is where something stood.
type Source struct {
	// Part is the path of the MIME part, such as "2.1", numbered as IMAP does;
	// "" is the header of the mail itself, and "2" is also the header of a
	// message that is part 2.
	Part string `json:"part"`
	// Header is the name of the header field; "" when it was not in one.
	Header string `json:"header,omitempty"`
	// Offset is the byte position in the file; -1 where the part was encoded,
	// so that the text does not stand in the file as it is.
	Offset int `json:"offset"`
	// Note says what it was there: "link target", "attachment name", …
	Note string `json:"note,omitempty"`
}

// Observable is an observable with the places where it was found.
type Observable struct {
	observable.Observable
	Sources []Source `json:"sources"` // the first ones
	Count   int      `json:"count"`   // of all places
}

// Message is what the header of a message says.
type Message struct {
	Part           string       `json:"part"`
	Subject        string       `json:"subject"`
	MessageID      string       `json:"message_id"`
	Date           time.Time    `json:"date,omitzero"` // UTC; zero when missing or unreadable
	Addresses      []Address    `json:"addresses"`
	Received       []Hop        `json:"received"` // in the order of travel: the first server first
	Authentication []AuthResult `json:"authentication"`
}

// Role is what an address is to a message.
type Role string

// The roles.
const (
	RoleFrom         Role = "from"
	RoleSender       Role = "sender"
	RoleReplyTo      Role = "reply_to"
	RoleReturnPath   Role = "return_path" // the envelope's sender
	RoleTo           Role = "to"
	RoleCc           Role = "cc"
	RoleBcc          Role = "bcc"
	RoleDeliveredTo  Role = "delivered_to" // the envelope's recipient
	RoleNotification Role = "notification" // who is told that it was read
)

// Address is one address of a header.
type Address struct {
	Role    Role   `json:"role"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
	Offset  int    `json:"offset"`
}

// Hop is one Received field.
type Hop struct {
	From   string        `json:"from"`              // the name that the client gave or has
	FromIP string        `json:"from_ip,omitempty"` // its address
	By     string        `json:"by"`
	With   string        `json:"with,omitempty"`
	ID     string        `json:"id,omitempty"`
	For    string        `json:"for,omitempty"`
	Time   time.Time     `json:"time,omitzero"` // UTC
	Delay  time.Duration `json:"-"`             // since the hop before; negative when the clocks disagree
	// DelaySeconds is Delay; it is left out when one of the times is missing.
	DelaySeconds *float64 `json:"delay_seconds,omitempty"`
	Offset       int      `json:"offset"`
}

// AuthResult is the outcome of one check of the sender by a receiving server.
// Only those of the own servers are to be trusted: a sender can write such
// fields too.
type AuthResult struct {
	Server string `json:"server,omitempty"` // that checked
	Method string `json:"method"`           // spf, dkim, dmarc, arc, …
	Result string `json:"result"`           // pass, fail, softfail, none, …
	Domain string `json:"domain,omitempty"` // that was checked
	Reason string `json:"reason,omitempty"`
	Header string `json:"header"`
	Offset int    `json:"offset"`
}

// Part is one MIME part that is not a container.
type Part struct {
	Path      string `json:"path"`
	MediaType string `json:"media_type"`
	Charset   string `json:"charset,omitempty"`
	Encoding  string `json:"encoding,omitempty"`
	Size      int    `json:"size"` // decoded, in bytes
	Offset    int    `json:"offset"`
}

// Link is a target in an HTML part.
type Link struct {
	URL  string `json:"url"`
	Text string `json:"text,omitempty"` // what the reader sees
	Tag  string `json:"tag"`            // a, img, form, …
	// ShownHost is the host in the text, when there is one.
	ShownHost string `json:"shown_host,omitempty"`
	// Deceptive tells that ShownHost is another host than the target's.
	Deceptive bool   `json:"deceptive"`
	Part      string `json:"part"`
}

// Attachment is a part with a name, or one that is no text to be read.
type Attachment struct {
	Part      string `json:"part"`
	Name      string `json:"name,omitempty"`
	MediaType string `json:"media_type"`         // as declared
	Detected  string `json:"detected,omitempty"` // by the first bytes, when that says something else
	Inline    bool   `json:"inline,omitempty"`
	Size      int    `json:"size"`
	SHA256    string `json:"sha256"`
	SHA1      string `json:"sha1"`
	MD5       string `json:"md5"`
	// Archive says which kind of archive it is: zip, gzip, tar, tar.gz; or one
	// that is recognised but not listed: 7z, rar, cab, ….
	Archive string  `json:"archive,omitempty"`
	Entries []Entry `json:"entries,omitempty"`
}

// Entry is a file in an archive, as the archive's directory has it.
type Entry struct {
	Name      string `json:"name"`
	Size      int64  `json:"size"` // unpacked; what the archive says; -1 when it does not
	Encrypted bool   `json:"encrypted,omitempty"`
}
