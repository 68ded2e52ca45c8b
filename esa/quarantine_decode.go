package esa

import (
	"cmp"
	"encoding/json"
	"slices"
)

// wireQuarantined is a quarantined message as it may come, as a row or in detail.
type wireQuarantined struct {
	Subject           text    `json:"subject"`
	Date              instant `json:"date"`
	Received          instant `json:"received"`
	ScheduledExit     instant `json:"scheduledExit"`
	From              texts   `json:"fromAddress"`
	To                texts   `json:"toAddress"`
	EnvelopeRecipient texts   `json:"envelopeRecipient"`
	Recipient         texts   `json:"recipient"`
	Sender            word    `json:"sender"`
	Size              word    `json:"size"`
	Host              word    `json:"esaHostName"`
	GatewayMID        number  `json:"esaMid"`
	GatewayIP         word    `json:"originatingEsaIp"`
	InQuarantines     texts   `json:"inQuarantines"`
	Reason            texts   `json:"quarantineForReason"`
	Reasons           records[struct {
		Name   word  `json:"quarantineName"`
		Reason texts `json:"reason"`
	}] `json:"quarantineForReasonDict"`

	// In detail only.
	Body        text            `json:"messageBody"`
	Headers     text            `json:"headers"`
	Attachments json.RawMessage `json:"attachments"`
	Matched     texts           `json:"matchedContents"`
	Details     json.RawMessage `json:"messageDetails"`
	Parts       json.RawMessage `json:"messagePartDetails"`
	Quarantines records[struct {
		Name          word    `json:"quarantineName"`
		Reason        texts   `json:"reason"`
		Received      instant `json:"received"`
		ScheduledExit instant `json:"scheduledExit"`
		Host          word    `json:"esaHostName"`
		GatewayIP     word    `json:"originatingEsaIp"`
	}] `json:"quarantineDetails"`
}

type wireQuarantineRow struct {
	MID        number          `json:"mid"`
	Attributes json.RawMessage `json:"attributes"`
}

func decodeQuarantinePage(body []byte) (QuarantinePage, error) {
	var in struct {
		Meta record[struct {
			Total number `json:"totalCount"`
		}] `json:"meta"`
		Data records[wireQuarantineRow] `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return QuarantinePage{}, err
	}
	p := QuarantinePage{Total: int(in.Meta.value.Total), Bad: in.Data.bad}
	for _, row := range in.Data.list {
		w, ok := row.decode()
		if !ok || row.MID == 0 { // without a MID it is no message
			p.Bad++
			continue
		}
		p.Messages = append(p.Messages, w.message(int64(row.MID)))
	}
	p.Total = max(p.Total, len(p.Messages))
	return p, nil
}

func (r wireQuarantineRow) decode() (w wireQuarantined, ok bool) {
	if !isObject(r.Attributes) {
		return w, false
	}
	return w, json.Unmarshal(r.Attributes, &w) == nil
}

func (w *wireQuarantined) message(mid int64) QuarantinedMessage {
	received := w.Received
	if received.Text == "" {
		received = w.Date
	}
	m := QuarantinedMessage{
		MID: mid, GatewayMID: int64(w.GatewayMID), GatewayHost: string(w.Host), GatewayIP: string(w.GatewayIP),
		Subject: string(w.Subject), From: w.From, To: w.To, Sender: string(w.Sender),
		Recipients: add(slices.Clone(w.EnvelopeRecipient), w.Recipient...),
		Received:   received.Time, ReceivedText: received.Text,
		ScheduledExit: w.ScheduledExit.Time, ScheduledExitText: w.ScheduledExit.Text,
		Size: string(w.Size), Quarantines: w.InQuarantines,
	}
	for _, r := range w.Reasons.list {
		m.addReasons(string(r.Name), r.Reason)
	}
	if len(m.Reasons) == 0 {
		m.addReasons("", w.Reason)
	}
	for _, q := range w.Quarantines.list {
		m.Quarantines = add(m.Quarantines, string(q.Name))
		m.addReasons(string(q.Name), q.Reason)
		if m.ReceivedText == "" {
			m.Received, m.ReceivedText = q.Received.Time, q.Received.Text
		}
		if m.ScheduledExitText == "" {
			m.ScheduledExit, m.ScheduledExitText = q.ScheduledExit.Time, q.ScheduledExit.Text
		}
		if m.GatewayHost == "" {
			m.GatewayHost = string(q.Host)
		}
		if m.GatewayIP == "" {
			m.GatewayIP = string(q.GatewayIP)
		}
	}
	return m
}

func (m *QuarantinedMessage) addReasons(quarantine string, reasons []string) {
	for _, reason := range reasons {
		r := QuarantineReason{quarantine, reason}
		if !slices.Contains(m.Reasons, r) {
			m.Reasons = append(m.Reasons, r)
		}
	}
}

func decodeQuarantineDetails(body []byte) (QuarantineDetails, error) {
	var in struct {
		Data record[wireQuarantineRow] `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return QuarantineDetails{}, err
	}
	w, _ := in.Data.value.decode()
	d := QuarantineDetails{
		QuarantinedMessage: w.message(int64(in.Data.value.MID)), Headers: string(w.Headers), Body: string(w.Body),
		Attachments: slices.Concat(decodeAttachments(w.Attachments), decodeAttachments(w.Parts)),
	}
	for _, m := range w.Matched {
		d.Matched = append(d.Matched, Sensitive{m})
	}
	members, _ := object(w.Details)
	var more wireQuarantined
	if len(members) > 0 && json.Unmarshal(w.Details, &more) == nil {
		d.complete(more.message(d.MID))
	}
	for name, value := range members {
		if slices.Contains(messageMembers, name) {
			continue
		}
		if d.Other == nil {
			d.Other = make(map[string]string)
		}
		d.Other[name] = anyText(value)
	}
	return d, nil
}

// messageMembers are the members of messageDetails that are fields of QuarantinedMessage.
var messageMembers = []string{
	"subject", "date", "received", "scheduledExit", "fromAddress", "toAddress", "envelopeRecipient", "recipient", "sender", "size",
	"esaHostName", "esaMid", "originatingEsaIp", "inQuarantines", "quarantineForReason", "quarantineForReasonDict",
}

// complete fills in what is not known yet. A policy quarantine tells of a message in two places.
func (m *QuarantinedMessage) complete(more QuarantinedMessage) {
	m.GatewayMID = cmp.Or(m.GatewayMID, more.GatewayMID)
	for _, field := range []struct {
		known *string
		more  string
	}{
		{&m.GatewayHost, more.GatewayHost},
		{&m.GatewayIP, more.GatewayIP},
		{&m.Subject, more.Subject},
		{&m.Sender, more.Sender},
		{&m.Size, more.Size},
	} {
		*field.known = cmp.Or(*field.known, field.more)
	}
	for _, list := range []struct {
		known *[]string
		more  []string
	}{{&m.From, more.From}, {&m.To, more.To}, {&m.Recipients, more.Recipients}, {&m.Quarantines, more.Quarantines}} {
		if len(*list.known) == 0 {
			*list.known = list.more
		}
	}
	if len(m.Reasons) == 0 {
		m.Reasons = more.Reasons
	}
	if m.ReceivedText == "" {
		m.Received, m.ReceivedText = more.Received, more.ReceivedText
	}
	if m.ScheduledExitText == "" {
		m.ScheduledExit, m.ScheduledExitText = more.ScheduledExit, more.ScheduledExitText
	}
}

// decodeAttachments takes a list of names or of objects. The part that AsyncOS
// calls "[message body]" is no attachment.
func decodeAttachments(raw json.RawMessage) []QuarantineAttachment {
	var out []QuarantineAttachment
	for _, item := range items(raw) {
		var w struct {
			ID   word `json:"attachmentId"`
			Name text `json:"attachmentName"`
			Size word `json:"attachmentSize"`
		}
		if !isObject(item) || json.Unmarshal(item, &w) != nil {
			w.Name = text(anyText(item))
		}
		if w.Name != "" && w.Name != "[message body]" {
			out = append(out, QuarantineAttachment{string(w.ID), string(w.Name), string(w.Size)})
		}
	}
	return out
}
