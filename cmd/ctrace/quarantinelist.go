package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/quarantine"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
)

// heldMessage is one message of a quarantine in JSON.
type heldMessage struct {
	Appliance   string    `json:"appliance"`
	MID         int64     `json:"mid"`
	GatewayMID  int64     `json:"gateway_mid,omitempty"`
	Subject     string    `json:"subject"`
	From        []string  `json:"from,omitempty"`
	Sender      string    `json:"sender,omitempty"`
	Recipients  []string  `json:"recipients"`
	Received    time.Time `json:"received,omitzero"`
	Leaves      time.Time `json:"leaves,omitzero"`
	Size        string    `json:"size,omitempty"`
	Quarantines []string  `json:"quarantines,omitempty"`
	Reasons     []string  `json:"reasons,omitempty"`
	Headers     string    `json:"headers,omitempty"`
	Body        string    `json:"body,omitempty"`
	Attachments []string  `json:"attachments,omitempty"`
	Matches     int       `json:"matches,omitempty"` // how many texts a policy matched; the texts are left out
}

func heldOf(appliance string, m esa.QuarantinedMessage) heldMessage {
	h := heldMessage{
		Appliance: appliance, MID: m.MID, GatewayMID: m.GatewayMID, Subject: m.Subject, From: m.From, Sender: m.Sender,
		Recipients: m.Recipients, Size: m.Size, Quarantines: m.Quarantines,
	}
	if !m.Received.IsZero() {
		h.Received = m.Received.UTC()
	}
	if !m.ScheduledExit.IsZero() {
		h.Leaves = m.ScheduledExit.UTC()
	}
	for _, r := range m.Reasons {
		h.Reasons = append(h.Reasons, r.Quarantine+": "+r.Reason)
	}
	return h
}

// heldReport is what `quarantine list -o json` prints.
type heldReport struct {
	Type     string        `json:"type"`
	Messages []heldMessage `json:"messages"`
	Total    int           `json:"total"` // all that match, also those beyond --limit
}

func listQuarantine(ctx context.Context, a *app, o *quarantineOptions, t *target, _ string, _ []int64) error {
	q, err := o.query(t)
	if err != nil {
		return err
	}
	keepers, err := o.keepers(t)
	if err != nil {
		return err
	}
	r := heldReport{Type: o.kind, Messages: []heldMessage{}}
	var failures []error
	for _, k := range keepers {
		if err := r.read(ctx, k, q, o.limit); err != nil {
			failures = append(failures, failureOf(k.Name, err))
		}
	}
	if len(failures) == len(keepers) && len(failures) > 0 {
		return errors.Join(failures...)
	}
	if err := printHeld(a, o, t, r); err != nil {
		return err
	}
	if len(failures) > 0 {
		return &exitError{exitTracking, errors.Join(failures...)}
	}
	return nil
}

// read adds what a keeper holds, page by page, until there are limit messages; 0 is no limit.
func (r *heldReport) read(ctx context.Context, k quarantine.Source, q esa.QuarantineQuery, limit int) error {
	full := func() bool { return limit > 0 && len(r.Messages) >= limit }
	seen := map[int64]bool{} // pages shift when messages come or go
	for {
		page, err := k.Keeper.SearchQuarantine(ctx, q)
		if err != nil {
			return err
		}
		if q.Offset == 0 {
			r.Total += page.Total
		}
		for _, m := range page.Messages {
			if !seen[m.MID] && !full() {
				seen[m.MID] = true
				r.Messages = append(r.Messages, heldOf(k.Name, m))
			}
		}
		q.Offset += q.Limit
		if q.Offset >= page.Total || len(page.Messages)+page.Bad == 0 || full() {
			return nil
		}
	}
}

func printHeld(a *app, o *quarantineOptions, t *target, r heldReport) error {
	where := t.profile.Location()
	switch o.form {
	case formJSON:
		return reports.WriteObject(a.out, "ctrace/quarantine/1", r)
	case formJSONL:
		for _, m := range r.Messages {
			if err := writeJSON(a.out, m); err != nil {
				return err
			}
		}
		return nil
	case formCSV:
		w := csv.NewWriter(a.out)
		_ = w.Write(heldColumns)
		for _, m := range r.Messages {
			cells := heldCells(m, where)
			for i := range cells {
				cells[i] = reports.CSVCell(cells[i])
			}
			_ = w.Write(cells)
		}
		w.Flush()
		return w.Error()
	case formMarkdown:
		fmt.Fprintln(a.out, "| "+strings.Join(heldColumns, " | ")+" |\n|"+strings.Repeat(" --- |", len(heldColumns)))
		for _, m := range r.Messages {
			cells := heldCells(m, where)
			for i := range cells {
				cells[i] = tracking.MarkdownCell(cells[i])
			}
			fmt.Fprintln(a.out, "| "+strings.Join(cells, " | ")+" |")
		}
		return nil
	}
	if len(r.Messages) == 0 {
		fmt.Fprintln(a.out, "The quarantine holds nothing that matches.")
		return nil
	}
	fmt.Fprintf(a.out, "%-11s %-9s %-10s %-22s %s\n", "RECEIVED", "MID", "QUARANTINE", "SENDER", "SUBJECT")
	for _, m := range r.Messages {
		fmt.Fprintln(a.out, strings.TrimRight(fmt.Sprintf("%s %s %s %s %s",
			safetext.Line(heldTime(m.Received, where)).Pad(11), safetext.Line(strconv.FormatInt(m.MID, 10)).Pad(9),
			safetext.Line(orSpam(m.Quarantines)).Pad(10), safetext.Line(senderOf(m)).Pad(22), safetext.Line(m.Subject).Truncate(24)), " "))
	}
	fmt.Fprintf(a.out, "\n%d of %s\n", len(r.Messages), plural(r.Total, "message"))
	return nil
}

var heldColumns = []string{"received", "mid", "quarantine", "sender", "recipients", "subject", "appliance"}

func heldCells(m heldMessage, where *time.Location) []string {
	at := ""
	if !m.Received.IsZero() {
		at = m.Received.In(where).Format(time.RFC3339)
	}
	return []string{at, strconv.FormatInt(m.MID, 10), orSpam(m.Quarantines), senderOf(m), strings.Join(m.Recipients, " "), m.Subject, m.Appliance}
}

func orSpam(names []string) string {
	if len(names) == 0 {
		return "spam"
	}
	return strings.Join(names, " ")
}

func senderOf(m heldMessage) string {
	if m.Sender != "" {
		return m.Sender
	}
	return strings.Join(m.From, " ")
}

// heldTime is a time in a list, without seconds: quarantines leave them out.
func heldTime(at time.Time, where *time.Location) string { return heldAs("01-02 15:04", at, where) }

// heldSince is a time with its year and zone.
func heldSince(at time.Time, where *time.Location) string {
	return heldAs("2006-01-02 15:04 MST", at, where)
}

func heldAs(layout string, at time.Time, where *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(where).Format(layout)
}

// failureOf names the appliance that an error comes from, unless the error does.
func failureOf(appliance string, err error) error {
	if strings.HasPrefix(err.Error(), appliance+": ") {
		return err
	}
	return fmt.Errorf("%s: %w", appliance, err)
}
