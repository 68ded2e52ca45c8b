package esa

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is one row of message tracking, in one form for all versions and
// devices. Fields that the appliance did not send, or sent as "N/A", are zero.
type Message struct {
	MIDs   []int64 // ascending; several after a rewrite or a split per recipient
	ICID   int64   // injection connection
	ICIDs  []int64
	DCIDs  []int64 // delivery connections; only an SMA sends them in rows
	Host   string  // the gateway; empty on an ESA, which does not name itself
	Serial string  // the gateway's serial number, needed for Details

	Direction string    // Incoming or Outgoing
	Time      time.Time // in the appliance's zone; zero when TimeText cannot be read
	TimeText  string    // as it came

	Sender       string   // envelope sender
	FriendlyFrom []string // header From
	ReplyTo      string
	Recipients   []string // envelope recipients
	Subject      string   // as injected

	RecipientsByMID ByMID[[]string]
	FinalSubjects   ByMID[string] // as delivered; none for a message that was dropped early
	MessageIDs      ByMID[string] // Message-ID headers, as they came
	Statuses        ByMID[string] // the appliance's words
	VerdictCharts   ByMID[string] // one digit an engine; their meaning is not published
	MORStates       ByMID[string] // mailbox remediation; often only what Statuses says
	HasMORDetails   bool          // the row has an account of a mailbox remediation

	StatusText   string // the words to show: those of the highest MID that has any
	VerdictChart string // likewise

	SenderIP     string
	SenderDomain string
	SenderGroup  string
	SBRS         string // "3.5", "None", "not enabled"
	MailPolicies []string
	Complete     *bool  // nil: not known
	Rejected     string // of a rejected connection: what was refused
}

// Status classifies StatusText.
func (m Message) Status() Status { return ParseStatus(m.StatusText) }

// FinalSubject is the subject as last rewritten, or the one injected.
func (m Message) FinalSubject() string {
	if s, ok := m.FinalSubjects.Highest(); ok {
		return s.Value
	}
	return m.Subject
}

// Remediated tells that a mailbox remediation may have touched the message: the row
// has an account of one, or names for a MID another state than its status.
func (m Message) Remediated() bool {
	return m.HasMORDetails || slices.ContainsFunc(m.MORStates, func(state MIDValue[string]) bool {
		status, ok := m.Statuses.Get(state.MID)
		if !ok {
			status = m.StatusText
		}
		return state.Value != "" && !strings.EqualFold(state.Value, status)
	})
}

// Key identifies the row among those of all appliances: a MID alone is a counter
// of one device. A rejected connection has no MID and is known by its ICID.
func (m Message) Key() string {
	var b strings.Builder
	b.WriteString(m.Serial)
	if len(m.MIDs) == 0 {
		return b.String() + "/icid/" + strconv.FormatInt(m.ICID, 10) + "/" + m.SenderIP + "/" + m.TimeText
	}
	for _, mid := range m.MIDs {
		b.WriteString("/" + strconv.FormatInt(mid, 10))
	}
	return b.String()
}

// Ref is what the appliance needs to be asked about this message.
func (m Message) Ref() Ref {
	return Ref{MIDs: m.MIDs, Serial: m.Serial, ICID: m.ICID, DCIDs: m.DCIDs, Time: m.Time}
}

// Ref names one message of one appliance. MIDs and Serial are required; Time
// is used when the appliance insists on a time range.
type Ref struct {
	MIDs   []int64
	Serial string
	ICID   int64
	DCIDs  []int64
	Time   time.Time
}

// wireMessage is a row as it may come.
type wireMessage struct {
	MID          numbers   `json:"mid"`
	ICID         number    `json:"icid"`
	AllICID      numbers   `json:"allIcid"`
	DCID         numbers   `json:"dcid"`
	HostName     shared    `json:"hostName"`
	Serial       shared    `json:"serialNumber"`
	Direction    shared    `json:"direction"`
	Timestamp    instant   `json:"timestamp"`
	Sender       word      `json:"sender"`
	FriendlyFrom texts     `json:"friendly_from"`
	ReplyTo      word      `json:"replyTo"`
	Recipient    texts     `json:"recipient"`
	RecipientMap listByMID `json:"recipientMap"`
	Subject      text      `json:"subject"`
	FinalSubject byMID     `json:"finalSubject"`
	MessageID    byMID     `json:"messageID"`
	Status       byMID     `json:"messageStatus"`
	VerdictChart byMID     `json:"verdictChart"`
	MORInfo      record[struct {
		State byMID `json:"midVsState"`
	}] `json:"morInfo"`
	MORDetails   filled `json:"morDetails"`
	SenderIP     word   `json:"senderIp"`
	SenderDomain shared `json:"senderDomain"`
	SenderGroup  shared `json:"senderGroup"`
	SBRS         shared `json:"sbrs"`
	MailPolicy   texts  `json:"mailPolicy"`
	Complete     answer `json:"isCompleteData"`
	Rejected     word   `json:"rejected"`
}

// message brings a row into its one form.
func (w *wireMessage) message() Message {
	m := Message{
		MIDs: sortedNumbers(w.MID), ICID: int64(w.ICID), ICIDs: w.AllICID, DCIDs: w.DCID,
		Host: string(w.HostName), Serial: string(w.Serial),
		Direction: string(w.Direction), Time: w.Timestamp.Time, TimeText: w.Timestamp.Text,
		Sender: string(w.Sender), FriendlyFrom: w.FriendlyFrom, ReplyTo: string(w.ReplyTo),
		Recipients: w.Recipient, RecipientsByMID: ByMID[[]string](w.RecipientMap),
		Subject:       string(w.Subject),
		FinalSubjects: w.FinalSubject.each(w.MID), MessageIDs: w.MessageID.each(w.MID),
		Statuses: w.Status.values, VerdictCharts: w.VerdictChart.values, MORStates: w.MORInfo.value.State.values, HasMORDetails: bool(w.MORDetails),
		StatusText: w.Status.shown(), VerdictChart: w.VerdictChart.shown(),
		SenderIP: string(w.SenderIP), SenderDomain: string(w.SenderDomain), SenderGroup: string(w.SenderGroup),
		SBRS: string(w.SBRS), MailPolicies: w.MailPolicy, Complete: w.Complete.value, Rejected: string(w.Rejected),
	}
	if m.ICID == 0 && len(m.ICIDs) > 0 {
		m.ICID = m.ICIDs[0]
	}
	m.share()
	return m
}

// share lets what is the same in one row, or in many, be in memory once.
func (m *Message) share() {
	for i := range m.FinalSubjects {
		switch final := m.FinalSubjects[i].Value; {
		case final == m.Subject:
			m.FinalSubjects[i].Value = m.Subject
		case strings.HasSuffix(final, m.Subject): // behind a tag, which is the usual change
			m.Subject = final[len(final)-len(m.Subject):]
		}
	}
	for i := range m.RecipientsByMID {
		if slices.Equal(m.RecipientsByMID[i].Value, m.Recipients) {
			m.RecipientsByMID[i].Value = m.Recipients
		}
	}
	for _, list := range []ByMID[string]{m.Statuses, m.VerdictCharts, m.MORStates} {
		for i := range list {
			list[i].Value = intern(list[i].Value)
		}
	}
	if slices.Equal(m.MORStates, m.Statuses) {
		m.MORStates = m.Statuses
	}
	m.StatusText, m.VerdictChart = intern(m.StatusText), intern(m.VerdictChart)
	for i := range m.MailPolicies {
		m.MailPolicies[i] = intern(m.MailPolicies[i])
	}
}

// shown is the value of the highest MID that has one, else the plain text. Not
// that of the first MID of the row: after a rewrite only the last has a status.
func (m byMID) shown() string {
	if v, ok := m.values.Highest(); ok {
		return v.Value
	}
	return m.plain
}

// each is the values by MID; a plain text counts for the highest MID of the row.
func (m byMID) each(mids []int64) ByMID[string] {
	if m.plain == "" || len(mids) == 0 {
		return m.values
	}
	return ByMID[string]{{slices.Max(mids), m.plain}}
}

// Page is one page of search results.
type Page struct {
	Messages []Message // what matched, newest first as far as the appliance sorts
	Rows     int       // rows that the appliance says, or shows, to be on this page
	Bad      int       // rows that the appliance could not assemble, and rows that we could not decode
	Last     bool      // nothing can follow this page
}

// decodePage decodes the answer to a search. limit is how many rows were asked for.
func decodePage(body []byte, limit int) (Page, error) {
	var in struct {
		Meta record[struct {
			Total number `json:"totalCount"`
			Bad   number `json:"num_bad_records"`
		}] `json:"meta"`
		Data records[struct {
			Attributes json.RawMessage `json:"attributes"`
		}] `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Page{}, err
	}
	total, bad := int(in.Meta.value.Total), max(0, int(in.Meta.value.Bad))
	p := Page{Bad: bad + in.Data.bad}
	for _, row := range in.Data.list {
		var w wireMessage
		if !isObject(row.Attributes) || json.Unmarshal(row.Attributes, &w) != nil {
			p.Bad++
			continue
		}
		m := w.message()
		if n := len(p.Messages); n > 0 && p.Messages[n-1].TimeText == m.TimeText {
			m.TimeText = p.Messages[n-1].TimeText // in memory once
		}
		p.Messages = append(p.Messages, m)
	}
	shown := len(in.Data.list) + in.Data.bad
	p.Rows = max(shown, total)
	// totalCount counts this page, not the matches, and bad records use up places
	// of it; so a page is the last one when both together do not fill it.
	p.Last = shown == 0 || p.Rows+bad < cmp.Or(limit, DefaultLimit)
	return p, nil
}
