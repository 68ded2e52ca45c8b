package esa

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Event is one line of a message's history.
type Event struct {
	Time        time.Time // in the appliance's zone; zero when TimeText cannot be read
	TimeText    string
	Description string // a log line for people
	Last        bool   // the appliance says that nothing followed
}

// Details is what message tracking knows about one message. The answers about
// AMP, DLP and URLs repeat part of it.
type Details struct {
	MIDs            []int64 // ascending
	ICIDs           []int64
	Host            string // as it came: "name (address)", or "(Name unresolved,  SN:…)" on an ESA
	Direction       string
	Time            time.Time
	TimeText        string
	StatusText      string // one text for all MIDs, unlike in rows
	Subject         string
	Sender          string
	HeaderFrom      string
	Recipients      []string
	MessageIDHeader string // as it came, usually in angle brackets
	Size            string // "70.14 (KB)"
	Attachments     []string

	SenderGroup        string
	SenderIP           string
	SBRS               string
	ReverseDNS         string // without the mark " (verified)"
	ReverseDNSVerified bool
	MailPolicies       []string
	SMTPAuthID         string

	SDRAge          string // sender domain reputation
	SDRCategory     string
	SDRReputation   string
	SDRThreatLevels string
	AMPCategories   []string

	Complete                  *bool // nil: not known
	ShowAMP, ShowDLP, ShowURL bool  // whether AMP, DLP and URLs are worth asking for

	Events []Event // the whole history in time order
}

// Status classifies StatusText.
func (d Details) Status() Status { return ParseStatus(d.StatusText) }

// Connection is the SMTP connection that brought a message.
type Connection struct {
	SenderGroup string
	SBRS        string
	Events      []Event
}

// AMP is what Advanced Malware Protection did with a message's attachments.
type AMP struct {
	Message Details // without events
	Events  []Event
}

// URLs is what URL filtering did with a message's links.
type URLs struct {
	Message Details // without events
	Events  []Event
}

// Details fetches the history of one message.
func (c *Client) Details(ctx context.Context, ref Ref) (Details, error) {
	w, err := c.detail(ctx, ref, "read message details", "details")
	return w.details(w.Summary), err
}

// Connection fetches the connection of one message.
func (c *Client) Connection(ctx context.Context, ref Ref) (Connection, error) {
	w, err := c.detail(ctx, ref, "read connection details", "connection-details")
	return Connection{SenderGroup: string(w.SenderGroup), SBRS: string(w.SBRS), Events: w.Summary.events()}, err
}

// AMP fetches what Advanced Malware Protection found; see Details.ShowAMP.
func (c *Client) AMP(ctx context.Context, ref Ref) (AMP, error) {
	w, err := c.detail(ctx, ref, "read AMP details", "amp-details")
	return AMP{Message: w.details(nil), Events: w.AMP.events()}, err
}

// URLs fetches what URL filtering found; see Details.ShowURL. AsyncOS lists a
// link only when a URL condition, rewriting or an outbreak filter logged it.
func (c *Client) URLs(ctx context.Context, ref Ref) (URLs, error) {
	w, err := c.detail(ctx, ref, "read URL details", "url-details")
	return URLs{Message: w.details(nil), Events: w.URL.events()}, err
}

// detail asks one of the calls about a message and decodes what they share.
func (c *Client) detail(ctx context.Context, ref Ref, op, resource string) (wireDetails, error) {
	call := call{op: op, path: "message-tracking/" + resource}
	body, err := c.about(ctx, ref, call)
	if err != nil {
		return wireDetails{}, err
	}
	w, err := decodeDetails(body)
	if err != nil {
		return wireDetails{}, c.undecodable(call, err)
	}
	return w, nil
}

// about sends a call about one message. The time range is optional in practice
// but declared by the API, so it is sent only to an appliance that asks for it.
func (c *Client) about(ctx context.Context, ref Ref, call call) ([]byte, error) {
	values, err := ref.values(c.config.Flavour)
	if err != nil {
		return nil, c.failure(call, err)
	}
	call.query = values
	body, err := c.read(ctx, call)
	if KindOf(err) != KindQuery || ref.Time.IsZero() || !strings.Contains(err.Error(), "startDate") {
		return body, err
	}
	call.query.Set("startDate", stamp(floorMinute(ref.Time)))
	call.query.Set("endDate", stamp(floorMinute(ref.Time).Add(time.Minute)))
	return c.read(ctx, call)
}

func (r Ref) values(flavour Flavour) (url.Values, error) {
	if len(r.MIDs) == 0 || r.Serial == "" {
		return nil, invalid("a message is named by its MIDs and the serial number of its appliance")
	}
	v := url.Values{"serialNumber": {r.Serial}}
	for _, mid := range r.MIDs {
		v.Add("mid", strconv.FormatInt(mid, 10))
	}
	if r.ICID != 0 {
		v.Set("icid", strconv.FormatInt(r.ICID, 10))
	}
	if flavour == SMA {
		for _, dcid := range r.DCIDs {
			v.Add("dcid", strconv.FormatInt(dcid, 10))
		}
	}
	return v, nil
}

// wireEvents is a list of events as it may come.
type wireEvents []wireEvent

type wireEvent struct {
	Timestamp   instant `json:"timestamp"`
	Description text    `json:"description"`
	Last        answer  `json:"lastEvent"`
}

func (w *wireEvents) UnmarshalJSON(b []byte) error {
	var list records[wireEvent]
	_ = list.UnmarshalJSON(b)
	*w = list.list
	return nil
}

func (w wireEvents) events() []Event {
	var out []Event
	for _, e := range w {
		out = append(out, Event{
			Time: e.Timestamp.Time, TimeText: e.Timestamp.Text,
			Description: string(e.Description), Last: e.Last.isTrue(),
		})
	}
	return out
}

// wireDetails is "messages" of any answer about one message.
type wireDetails struct {
	MID             numbers `json:"mid"`
	AllICID         numbers `json:"allIcid"`
	HostName        word    `json:"hostName"`
	Direction       word    `json:"direction"`
	Timestamp       instant `json:"timestamp"`
	Status          byMID   `json:"messageStatus"`
	Subject         text    `json:"subject"`
	Sender          word    `json:"sender"`
	HeaderFrom      word    `json:"headerFrom"`
	Recipient       texts   `json:"recipient"`
	MIDHeader       word    `json:"midHeader"`
	Size            word    `json:"messageSize"`
	Attachments     texts   `json:"attachments"`
	SenderGroup     word    `json:"senderGroup"`
	SBRS            word    `json:"sbrs"`
	MailPolicy      texts   `json:"mailPolicy"`
	SMTPAuthID      word    `json:"smtpAuthId"`
	SDRAge          word    `json:"sdrAge"`
	SDRCategory     word    `json:"sdrCategory"`
	SDRReputation   word    `json:"sdrReputation"`
	SDRThreatLevels word    `json:"sdrThreatLevels"`
	AMPCategories   texts   `json:"ampTgCategories"`
	Complete        answer  `json:"isCompleteData"`
	ShowAMP         answer  `json:"showAMP"`
	ShowDLP         answer  `json:"showDLP"`
	ShowURL         answer  `json:"showURL"`
	SendingHost     record[struct {
		ReverseDNS word `json:"reverseDnsHostname"`
		IP         word `json:"ipAddress"`
		SBRS       word `json:"sbrsScore"`
	}] `json:"sendingHostSummary"`
	Summary wireEvents      `json:"summary"`
	AMP     wireEvents      `json:"ampDetails"`
	URL     wireEvents      `json:"urlDetails"`
	DLP     record[wireDLP] `json:"dlpDetails"`
}

func (w *wireDetails) details(history wireEvents) Details {
	host, verified := strings.CutSuffix(string(w.SendingHost.value.ReverseDNS), " (verified)")
	sbrs := string(w.SendingHost.value.SBRS)
	if sbrs == "" {
		sbrs = string(w.SBRS)
	}
	return Details{
		MIDs: sortedNumbers(w.MID), ICIDs: w.AllICID, Host: string(w.HostName), Direction: string(w.Direction),
		Time: w.Timestamp.Time, TimeText: w.Timestamp.Text, StatusText: w.Status.shown(),
		Subject: string(w.Subject), Sender: string(w.Sender), HeaderFrom: string(w.HeaderFrom),
		Recipients: w.Recipient, MessageIDHeader: string(w.MIDHeader), Size: string(w.Size), Attachments: w.Attachments,
		SenderGroup: string(w.SenderGroup), SenderIP: string(w.SendingHost.value.IP), SBRS: sbrs,
		ReverseDNS: host, ReverseDNSVerified: verified, MailPolicies: w.MailPolicy, SMTPAuthID: string(w.SMTPAuthID),
		SDRAge: string(w.SDRAge), SDRCategory: string(w.SDRCategory), SDRReputation: string(w.SDRReputation),
		SDRThreatLevels: string(w.SDRThreatLevels), AMPCategories: w.AMPCategories,
		Complete: w.Complete.value, ShowAMP: w.ShowAMP.isTrue(), ShowDLP: w.ShowDLP.isTrue(), ShowURL: w.ShowURL.isTrue(),
		Events: history.events(),
	}
}

// decodeDetails finds "messages" with or without a "data" around it, and takes
// the members beside it (sender group and SBRS of a connection) into account.
func decodeDetails(body []byte) (wireDetails, error) {
	var outer struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		return wireDetails{}, err
	}
	if isObject(outer.Data) {
		body = outer.Data
	}
	var inner struct {
		Messages record[wireDetails] `json:"messages"`
		Group    word                `json:"senderGroup"`
		SBRS     word                `json:"sbrs"`
	}
	if err := json.Unmarshal(body, &inner); err != nil {
		return wireDetails{}, err
	}
	w := inner.Messages.value
	if w.SenderGroup == "" {
		w.SenderGroup = inner.Group
	}
	if w.SBRS == "" {
		w.SBRS = inner.SBRS
	}
	return w, nil
}
