package esa

import (
	"context"
	"encoding/json"
	"time"
)

// Remediation is what a mailbox remediation did with one message.
type Remediation struct {
	Batch       string
	Description string
	User        string
	Source      string
	Action      string // "Delete"
	Started     time.Time
	Mailboxes   []MailboxRemediation
}

// MailboxRemediation is the result in one mailbox.
type MailboxRemediation struct {
	MID       int64
	Sender    string
	Recipient string
	Delivered time.Time
	Status    string // "Success", "Failed"
	Read      *bool  // whether the message had been read; nil: not known
}

// Remediation fetches the result of a mailbox remediation; without one it is empty.
func (c *Client) Remediation(ctx context.Context, ref Ref) (Remediation, error) {
	call := call{op: "read remediation details", path: "message-tracking/remediation-details"}
	body, err := c.about(ctx, ref, call)
	if KindOf(err) == KindQuery {
		// The names in use elsewhere are refused; one client has others, for this call only.
		call.query, err = ref.values(c.config.Flavour)
		if err != nil {
			return Remediation{}, c.failure(call, err)
		}
		call.query.Del("serialNumber")
		call.query.Set("sma_serial_number", ref.Serial)
		if !ref.Time.IsZero() {
			call.query.Set("start_date", stamp(floorMinute(ref.Time)))
			call.query.Set("end_date", stamp(floorMinute(ref.Time).Add(time.Minute)))
		}
		body, err = c.read(ctx, call)
	}
	if err != nil {
		return Remediation{}, err
	}
	r, err := decodeRemediation(body)
	if err != nil {
		return Remediation{}, c.undecodable(call, err)
	}
	return r, nil
}

type wireRemediation struct {
	Batch record[struct {
		Name        word   `json:"batch_name"`
		Description word   `json:"batch_desc"`
		User        word   `json:"b_init_username"`
		Time        number `json:"b_init_time"`
		Source      word   `json:"b_init_source"`
		Action      word   `json:"mor_action"`
	}] `json:"batch_details"`
	Mailboxes records[struct {
		MID       number `json:"mid"`
		From      word   `json:"from_email"`
		Recipient word   `json:"recipient_email"`
		Delivered number `json:"delivered_at"`
		Status    word   `json:"mor_status"`
		Read      word   `json:"msg_read"`
	}] `json:"message_details"`
}

// decodeRemediation takes the answer with or without a "data" around it.
func decodeRemediation(body []byte) (Remediation, error) {
	var in struct {
		wireRemediation
		Data record[wireRemediation] `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Remediation{}, err
	}
	w := in.wireRemediation
	if in.Data.found {
		w = in.Data.value
	}
	b := w.Batch.value
	r := Remediation{
		Batch: string(b.Name), Description: string(b.Description), User: string(b.User),
		Source: string(b.Source), Action: string(b.Action), Started: epoch(b.Time),
	}
	for _, m := range w.Mailboxes.list {
		r.Mailboxes = append(r.Mailboxes, MailboxRemediation{
			MID: int64(m.MID), Sender: string(m.From), Recipient: string(m.Recipient),
			Delivered: epoch(m.Delivered), Status: string(m.Status), Read: wasRead(string(m.Read)),
		})
	}
	return r, nil
}

// wasRead reads "0" and "1"; "N/A" is not known.
func wasRead(s string) *bool {
	switch s {
	case "0", "false":
		return new(false)
	case "1", "true":
		return new(true)
	}
	return nil
}

// epoch is a time in seconds since 1970, zero for 0.
func epoch(n number) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}
