package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"ctrace/esa/testmail"
	"ctrace/internal/connect"
	"ctrace/internal/verify"
	"ctrace/internal/verify/wire"
)

type sendOptions struct {
	lab      labOptions
	from, to string
	form     string
}

// sendReport is what `send -o json` prints.
type sendReport struct {
	Token     string          `json:"token"`
	From      string          `json:"from"`
	To        string          `json:"to"`
	Subject   string          `json:"subject"`
	MessageID string          `json:"message_id"`
	Sent      bool            `json:"sent"`
	Outcome   string          `json:"outcome"` // sent, not_sent, unknown
	Receipt   wire.Receipt    `json:"receipt"`
	Problem   *verify.Problem `json:"problem,omitempty"`
}

func newSendCmd(a *app) *cobra.Command {
	o := &sendOptions{}
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Only send the test message",
		Long: `send hands one test message to the gateway and prints its receipt: the stage
reached, the answer, the MID that an appliance gives, and with -v the dialogue.
Passwords never show in it. It never sends twice.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			return runSend(cmd.Context(), a, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "envelope sender instead of the profile's")
	f.StringVar(&o.to, "to", "", "recipient instead of the profile's")
	o.lab.demoFlags(cmd)
	outputFlag(cmd, &o.form, formText, formJSON)
	return cmd
}

func runSend(ctx context.Context, a *app, o *sendOptions) error {
	t, err := a.open(ctx, &o.lab, "", connect.Gateway)
	if err != nil {
		return err
	}
	defer t.Close()
	m, err := t.message(o.from, o.to)
	if err != nil {
		return err
	}
	server := t.clients.SMTP
	if a.verbose {
		server.Transcript = func(l testmail.Line) { printLine(a.err, l) }
	}
	bounded, cancel := a.bounded(ctx)
	defer cancel()
	receipt, err := testmail.Send(bounded, server, m)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r := sendReport{
		Token: m.Token, From: m.From, To: m.To, Subject: m.Subject, MessageID: m.MessageID,
		Sent: err == nil || receipt.Accepted, Outcome: "sent", Receipt: wire.FromReceipt(receipt),
	}
	if !r.Sent {
		p := verify.SendProblem(err, t.gateway())
		r.Problem, r.Outcome = &p, "not_sent"
		if p.Code == verify.CodeSMTPUnknown {
			r.Outcome = "unknown"
		}
	}
	if err := printSend(a, o.form, r); err != nil {
		return err
	}
	if !r.Sent {
		return &exitError{code: exitSend}
	}
	return nil
}

func printSend(a *app, form string, r sendReport) error {
	if form == formJSON {
		line, err := withSchema("ctrace/send/1", r)
		if err != nil {
			return err
		}
		return writeJSON(a.out, line)
	}
	p := &textPrinter{app: a, paint: a.paint()}
	switch {
	case r.Sent:
		fmt.Fprintln(a.out, p.paint.green("SENT")+" - "+words(r.Receipt.Host, "answered", fmt.Sprint(r.Receipt.Code), r.Receipt.Text))
	case r.Outcome == "unknown":
		fmt.Fprintln(a.out, p.paint.yellow("UNKNOWN")+" - the message may have been taken; do not send it again before looking.")
	default:
		fmt.Fprintln(a.out, p.paint.red("NOT SENT"))
	}
	if r.Problem != nil {
		p.problem("Cause", *r.Problem)
	}
	fmt.Fprintln(a.out)
	p.paragraph("Token", r.Token)
	p.paragraph("Message-ID", r.MessageID)
	p.paragraph("From, to", r.From+", "+r.To)
	if r.Receipt.MID != 0 {
		p.paragraph("MID", fmt.Sprint(r.Receipt.MID))
	}
	if t := r.Receipt.TLS; t != nil {
		p.paragraph("TLS", t.Version+" "+t.Cipher)
	}
	var total time.Duration
	for _, s := range r.Receipt.Timings {
		total += time.Duration(s.Seconds * float64(time.Second))
	}
	p.paragraph("Took", total.Round(time.Millisecond).String())
	return nil
}

// printLine prints one line of the SMTP dialogue.
func printLine(w io.Writer, l testmail.Line) {
	mark := " "
	switch l.Direction {
	case testmail.Sent:
		mark = ">"
	case testmail.Received:
		mark = "<"
	}
	fmt.Fprintf(w, "%8.3f %s %s\n", l.At.Seconds(), mark, clean(l.Text))
}
