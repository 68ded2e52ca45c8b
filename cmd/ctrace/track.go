package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/esa"
	"ctrace/internal/connect"
	"ctrace/internal/verify/wire"
)

type trackOptions struct {
	lab   labOptions
	query esa.Query

	subject, sender, recipient, attachment, domain, replyTo string
	is                                                      bool
	status                                                  string
	since                                                   time.Duration
	start, end                                              string
	limit                                                   int
	form                                                    string
}

func newTrackCmd(a *app) *cobra.Command {
	o := &trackOptions{}
	cmd := &cobra.Command{
		Use:   "track [MID]",
		Short: "Search message tracking, or show one message",
		Long: `track searches the appliance's message tracking. Text filters find a part of the
field unless --is asks for all of it; several filters must all match. With a MID
it shows that message with its history.`,
		Example: `  ctrace track --subject invoice --since 2h
  ctrace track --sender a@b.example --status quarantined -o jsonl
  ctrace track 4711`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			return runTrack(cmd.Context(), a, o, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.subject, "subject", "", "subject")
	f.StringVar(&o.sender, "sender", "", "envelope sender")
	f.StringVar(&o.recipient, "recipient", "", "envelope recipient")
	f.StringVar(&o.attachment, "attachment", "", "attachment's name")
	f.StringVar(&o.domain, "sender-domain", "", "sender's domain")
	f.StringVar(&o.replyTo, "reply-to", "", "Reply-To address")
	f.BoolVar(&o.is, "is", false, "text filters match the whole field")
	f.Int64Var(&o.query.MID, "mid", 0, "MID, as a search")
	f.StringVar(&o.query.MessageID, "message-id", "", "Message-ID header")
	f.StringVar(&o.query.SenderIP, "sender-ip", "", "address of the sending host")
	f.StringVar(&o.query.FileSHA256, "sha256", "", "SHA-256 of an attachment")
	f.StringVar(&o.query.Direction, "direction", "", "incoming or outgoing")
	f.StringVar(&o.query.Host, "host", "", "appliance behind an SMA")
	f.StringVar(&o.status, "status", "", "delivered, dropped, quarantined, bounced, aborted, processing or other")
	f.BoolVar(&o.query.RejectedConnections, "rejected", false, "connections that were refused, instead of messages")
	f.DurationVar(&o.since, "since", 24*time.Hour, "how far to look back")
	f.StringVar(&o.start, "start", "", "start instead of --since, such as 2026-11-23 or 2026-11-23T15:00:00Z")
	f.StringVar(&o.end, "end", "", "end (default: now)")
	f.IntVar(&o.limit, "limit", 100, "at most this many messages; 0 means all")
	o.lab.demoFlags(cmd)
	outputFlag(cmd, &o.form, formText, formJSON, formJSONL)
	return cmd
}

func runTrack(ctx context.Context, a *app, o *trackOptions, args []string) error {
	now := time.Now()
	q, err := o.search(now)
	if err != nil {
		return usage(err)
	}
	mid := int64(0)
	if len(args) == 1 {
		if mid, err = strconv.ParseInt(args[0], 10, 64); err != nil || mid <= 0 {
			return usage(fmt.Errorf("%q is no MID: give a number, or use --subject and the other filters", args[0]))
		}
	}
	t, err := a.open(ctx, &o.lab, "", connect.Tracker)
	if err != nil {
		return err
	}
	defer t.Close()
	bounded, cancel := a.bounded(ctx)
	defer cancel()
	if mid > 0 {
		err = trackOne(bounded, a, o, t, mid, now)
	} else {
		err = trackList(bounded, a, o, t, q)
	}
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return &exitError{exitTracking, context.Cause(bounded)}
	}
	return err
}

// search makes the query of the flags.
func (o *trackOptions) search(now time.Time) (esa.Query, error) {
	q := o.query
	op := esa.Contains
	if o.is {
		op = esa.Is
	}
	text := func(value string) esa.TextFilter {
		if value == "" {
			return esa.TextFilter{}
		}
		return esa.TextFilter{Operator: op, Value: value}
	}
	q.Subject, q.EnvelopeSender, q.EnvelopeRecipient = text(o.subject), text(o.sender), text(o.recipient)
	q.AttachmentName, q.SenderDomain, q.ReplyTo = text(o.attachment), text(o.domain), text(o.replyTo)
	q.Status = esa.Status(strings.ToLower(o.status))
	q.Start, q.End = now.Add(-o.since), now
	for _, bound := range []struct {
		flag, text string
		into       *time.Time
	}{{"--start", o.start, &q.Start}, {"--end", o.end, &q.End}} {
		if bound.text == "" {
			continue
		}
		at, err := parseMoment(bound.text)
		if err != nil {
			return q, fmt.Errorf("%s: %w", bound.flag, err)
		}
		*bound.into = at
	}
	if o.limit < 0 {
		return q, fmt.Errorf("--limit %d is negative", o.limit)
	}
	if o.limit > 0 {
		q.Limit = min(o.limit, esa.MaxLimit)
	}
	_, err := q.Values(esa.ESA)
	return q, err
}

// parseMoment reads a day, a minute or a full time stamp; without a zone it is local.
func parseMoment(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write 2026-11-23, 2026-11-23T15:04 or 2026-11-23T15:04:05Z", s)
}

// trackReport is what `track -o json` prints for a search.
type trackReport struct {
	Start    time.Time      `json:"start"`
	End      time.Time      `json:"end"`
	Messages []wire.Message `json:"messages"`
	More     bool           `json:"more"` // --limit cut the list
}

func trackList(ctx context.Context, a *app, o *trackOptions, t *target, q esa.Query) error {
	r := trackReport{Start: q.Start.UTC(), End: q.End.UTC(), Messages: []wire.Message{}}
	show := &rowPrinter{app: a, where: t.profile.Location()}
	n := 0
	for m, err := range t.clients.Tracker.Messages(ctx, q) {
		if err != nil {
			return err
		}
		if o.limit > 0 && n == o.limit {
			r.More = true
			break
		}
		n++
		row := wire.FromMessage(m)
		switch o.form {
		case formJSON:
			r.Messages = append(r.Messages, row)
		case formJSONL:
			if err := writeJSON(a.out, row); err != nil {
				return err
			}
		default:
			show.row(m)
		}
	}
	if o.form == formJSON {
		line, err := withSchema("ctrace/track/1", r)
		if err != nil {
			return err
		}
		return writeJSON(a.out, line)
	}
	if o.form == formText {
		show.end(n, r.More)
	}
	return nil
}

// oneReport is what `track MID -o json` prints.
type oneReport struct {
	Message wire.Message `json:"message"`
	Details wire.Details `json:"details"`
}

// trackOne shows one message. On an SMA a MID may be one of several gateways': all of them are shown.
func trackOne(ctx context.Context, a *app, o *trackOptions, t *target, mid int64, now time.Time) error {
	q := esa.Query{Start: now.Add(-30 * 24 * time.Hour), End: now.Add(24 * time.Hour), MID: mid, Host: o.query.Host}
	page, err := t.clients.Tracker.Search(ctx, q)
	if err != nil {
		return err
	}
	if len(page.Messages) == 0 {
		return &exitError{exitNo, fmt.Errorf("message tracking of %s has no message with MID %d in the last 30 days", t.clients.Tracker.Host(), mid)}
	}
	for _, m := range page.Messages {
		d, err := t.clients.Tracker.Details(ctx, m.Ref())
		if err != nil {
			return err
		}
		if o.form == formText {
			printMessage(a, t.profile.Location(), m, d)
			continue
		}
		line, err := withSchema("ctrace/track-message/1", oneReport{wire.FromMessage(m), wire.FromDetails(d)})
		if err != nil {
			return err
		}
		if err := writeJSON(a.out, line); err != nil {
			return err
		}
	}
	return nil
}
