package esa

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// QuarantineType is one of the two kinds of quarantine; the API treats them
// differently in nearly every name.
type QuarantineType string

// The quarantines.
const (
	SpamQuarantine   QuarantineType = "spam"
	PolicyQuarantine QuarantineType = "pvo" // policy, virus and outbreak
)

// QuarantinedMessage is a row of a quarantine, in one form for both kinds.
type QuarantinedMessage struct {
	// MID is that of the device that keeps the quarantine: on an SMA it is the
	// SMA's own and not the one in tracking, which is GatewayMID.
	MID         int64
	GatewayMID  int64
	GatewayHost string
	GatewayIP   string

	Subject    string
	From       []string // header From
	To         []string // header To; only the spam quarantine sends it
	Sender     string   // envelope sender; only a policy quarantine sends it
	Recipients []string // envelope recipients

	Received          time.Time // in the appliance's zone; spam quarantines leave the seconds out
	ReceivedText      string
	ScheduledExit     time.Time
	ScheduledExitText string

	Size        string // "17.50K"
	Quarantines []string
	Reasons     []QuarantineReason
}

// QuarantineReason says why a message is in a quarantine.
type QuarantineReason struct {
	Quarantine string
	Reason     string
}

// QuarantinePage is one page of a quarantine.
type QuarantinePage struct {
	Messages []QuarantinedMessage
	Total    int // all matches, unlike in message tracking
	Bad      int // rows that could not be decoded
}

// QuarantineDetails is one quarantined message.
type QuarantineDetails struct {
	QuarantinedMessage
	Headers     string
	Body        string // as it came: the spam quarantine marks line ends with "<br />"
	Matched     []Sensitive
	Attachments []QuarantineAttachment
	Other       map[string]string // what else a policy quarantine tells, by its names
}

// QuarantineAttachment is a part of a quarantined message.
type QuarantineAttachment struct {
	ID   string
	Name string
	Size string
}

// QuarantineOutcome is how many messages a release or delete reached. The
// appliance answers 200 with 0 when it found none.
type QuarantineOutcome struct {
	Action string
	Count  int
}

// NotFound reports whether none of the messages was there.
func (o QuarantineOutcome) NotFound() bool { return o.Count == 0 }

const quarantinePath = "quarantine/messages"

// SearchQuarantine fetches one page of a quarantine.
func (c *Client) SearchQuarantine(ctx context.Context, q QuarantineQuery) (QuarantinePage, error) {
	call := call{op: "search the " + string(q.Type) + " quarantine", path: quarantinePath}
	var err error
	if call.query, err = q.Values(); err != nil {
		return QuarantinePage{}, c.failure(call, err)
	}
	body, err := c.read(ctx, call)
	if err != nil {
		return QuarantinePage{}, err
	}
	page, err := decodeQuarantinePage(body)
	if err != nil {
		return QuarantinePage{}, c.undecodable(call, err)
	}
	return page, nil
}

// QuarantineMessages fetches page after page and yields each message once. After
// an error, which comes with a zero message, the sequence ends.
func (c *Client) QuarantineMessages(ctx context.Context, q QuarantineQuery) iter.Seq2[QuarantinedMessage, error] {
	return func(yield func(QuarantinedMessage, error) bool) {
		if q.Limit == 0 {
			q.Limit = MaxLimit
		}
		seen := map[int64]bool{}
		for {
			page, err := c.SearchQuarantine(ctx, q)
			if err != nil {
				yield(QuarantinedMessage{}, err)
				return
			}
			for _, m := range page.Messages {
				if seen[m.MID] {
					continue
				}
				seen[m.MID] = true
				if !yield(m, nil) {
					return
				}
			}
			q.Offset += q.Limit
			if len(page.Messages)+page.Bad == 0 || q.Offset >= page.Total {
				return
			}
		}
	}
}

// QuarantineDetails fetches one message of a quarantine.
func (c *Client) QuarantineDetails(ctx context.Context, kind QuarantineType, mid int64) (QuarantineDetails, error) {
	call := call{op: "read a message of the " + string(kind) + " quarantine", path: quarantinePath + "/details"}
	call.query = url.Values{"mid": {strconv.FormatInt(mid, 10)}, "quarantineType": {string(kind)}}
	if err := kind.check(); err != nil {
		return QuarantineDetails{}, c.failure(call, err)
	}
	body, err := c.read(ctx, call)
	if err != nil {
		return QuarantineDetails{}, err
	}
	details, err := decodeQuarantineDetails(body)
	if err != nil {
		return QuarantineDetails{}, c.undecodable(call, err)
	}
	return details, nil
}

// QuarantineSelection names messages of one quarantine.
type QuarantineSelection struct {
	Type QuarantineType
	Name string // which policy quarantine, such as "Policy"; not for spam
	MIDs []int64
}

// ReleaseQuarantined lets messages go on to their recipients. It is sent once and never
// repeated; see Error.Uncertain for one whose answer was lost.
func (c *Client) ReleaseQuarantined(ctx context.Context, s QuarantineSelection) (QuarantineOutcome, error) {
	return c.changeQuarantine(ctx, "release", http.MethodPost, "release", s)
}

// DeleteQuarantined removes messages for good. It is sent once and never repeated; see
// Error.Uncertain for one whose answer was lost.
func (c *Client) DeleteQuarantined(ctx context.Context, s QuarantineSelection) (QuarantineOutcome, error) {
	return c.changeQuarantine(ctx, "delete", http.MethodDelete, "", s)
}

// changeQuarantine sends a change. The body has no "data" around it, and a DELETE has a body too.
func (c *Client) changeQuarantine(ctx context.Context, verb, method, action string, s QuarantineSelection) (QuarantineOutcome, error) {
	call := call{op: verb + " messages of the " + string(s.Type) + " quarantine", method: method, path: quarantinePath}
	if err := s.check(); err != nil {
		return QuarantineOutcome{}, c.failure(call, err)
	}
	var err error
	call.body, err = json.Marshal(struct {
		Action string         `json:"action,omitempty"`
		Type   QuarantineType `json:"quarantineType"`
		Name   string         `json:"quarantineName,omitempty"`
		MIDs   []int64        `json:"mids"`
	}{action, s.Type, s.Name, s.MIDs})
	if err != nil {
		return QuarantineOutcome{}, c.failure(call, err)
	}
	body, err := c.write(ctx, call)
	if err != nil {
		return QuarantineOutcome{}, err
	}
	var in struct {
		Data record[struct {
			Action word   `json:"action"`
			Total  number `json:"totalCount"`
		}] `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil || !in.Data.found {
		return QuarantineOutcome{}, c.undecodable(call, err)
	}
	return QuarantineOutcome{Action: string(in.Data.value.Action), Count: int(in.Data.value.Total)}, nil
}

func (s QuarantineSelection) check() error {
	if err := s.Type.check(); err != nil {
		return err
	}
	switch {
	case len(s.MIDs) == 0:
		return invalid("no messages are named")
	case s.Type == PolicyQuarantine && s.Name == "":
		return invalid("a change in a policy quarantine needs the quarantine's name")
	case s.Type == SpamQuarantine && s.Name != "":
		return invalid("the spam quarantine has no name, but %q was given", s.Name)
	}
	return nil
}

func (k QuarantineType) check() error {
	if k != SpamQuarantine && k != PolicyQuarantine {
		return invalid("quarantine type %q is neither %s nor %s", string(k), SpamQuarantine, PolicyQuarantine)
	}
	return nil
}
