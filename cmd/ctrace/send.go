package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/esa/testmail"
	"ctrace/internal/connect"
	reports "ctrace/internal/report"
	"ctrace/internal/verify"
	"ctrace/internal/verify/wire"
)

type sendOptions struct {
	lab        labOptions
	from, to   string
	kinds      []string
	link       string
	files      []string
	stopAt     string
	route      routeOptions
	transcript bool
	track      bool
	confirm    string
	form       string
}

// sendReport is what `send -o json` prints for one message.
type sendReport struct {
	Kind      testmail.Kind   `json:"kind"`
	Token     string          `json:"token"`
	From      string          `json:"from"`
	To        string          `json:"to"`
	Subject   string          `json:"subject"`
	MessageID string          `json:"message_id"`
	Sent      bool            `json:"sent"`
	Outcome   string          `json:"outcome"` // sent, not_sent, unknown, stopped
	Receipt   wire.Receipt    `json:"receipt"`
	Problem   *verify.Problem `json:"problem,omitempty"`
	Verdict   *sendVerdict    `json:"verdict,omitempty"` // of the appliance, when it was looked for
}

// sendBatch is what `send -o json` prints for several kinds.
type sendBatch struct {
	Messages []sendReport `json:"messages"`
	AllSent  bool         `json:"all_sent"`
}

func newSendCmd(a *app) *cobra.Command {
	o := &sendOptions{}
	kinds := make([]string, 0, len(testmail.Kinds()))
	var help strings.Builder
	for _, k := range testmail.Kinds() {
		kinds = append(kinds, string(k.Kind))
		fmt.Fprintf(&help, "  %-11s %s\n", k.Kind, k.Description)
	}
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Only send the test message, or one for each of several purposes",
		Long: `send hands a test message to the gateway and prints its receipt: the stage reached,
the answer, the MID that an appliance gives, and with --transcript the dialogue with
its times. Passwords never show in it. It never sends twice.

With several kinds it sends one message of each and ends with one report:

` + help.String() + `
--stop-at ends the dialogue after a stage, so that a listener is tested and nothing is
mailed. --mx goes where mail for a domain goes, without the profile's credentials.
With --track, and in a demo, it waits for message tracking and says what the appliance
did with each message.`,
		Example: `  ctrace send --kind spam,marketing,eicar --demo
  ctrace send --attach invoice.pdf --transcript
  ctrace send --stop-at rcpt --to boss@example.com
  ctrace send --mx example.com --from me@example.net --to you@example.com --stop-at starttls`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			if o.lab.demo && !cmd.Flags().Changed("track") {
				o.track = o.stopAt == "" && !o.route.elsewhere()
			}
			return runSend(cmd.Context(), a, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "envelope sender instead of the profile's")
	f.StringVar(&o.to, "to", "", "recipient instead of the profile's")
	f.StringSliceVarP(&o.kinds, "kind", "k", nil, "what the message is for, KIND[,KIND]; all means every harmless one")
	f.StringVar(&o.link, "link", "", "the link of a message of kind link (a demo has one)")
	f.StringArrayVar(&o.files, "attach", nil, "file to attach; may be given several times (a demo has one)")
	f.StringVar(&o.stopAt, "stop-at", "", "say good-bye after this stage: "+stageWords())
	o.route.flags(cmd)
	f.BoolVar(&o.transcript, "transcript", false, "print the SMTP dialogue with its times")
	f.BoolVar(&o.track, "track", false, "wait for message tracking and say what became of each message (default in a demo)")
	f.StringVar(&o.confirm, "confirm", "", "the name of a kind that is asked about, such as eicar: send it without a question")
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(kinds, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("stop-at", cobra.FixedCompletions(strings.Split(stageWords(), ", "), cobra.ShellCompDirectiveNoFileComp))
	o.lab.demoFlags(cmd)
	outputFlag(cmd, &o.form, formText, formJSON)
	return cmd
}

// stopStages are where a dialogue can be ended before a message leaves.
var stopStages = []testmail.Stage{
	testmail.StageBanner, testmail.StageEHLO, testmail.StageStartTLS, testmail.StageAuth, testmail.StageMail, testmail.StageRcpt,
}

func stageWords() string {
	words := make([]string, len(stopStages))
	for i, s := range stopStages {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func runSend(ctx context.Context, a *app, o *sendOptions) error {
	contents, err := o.contents()
	if err != nil {
		return usage(err)
	}
	need := connect.Gateway
	if o.track {
		need |= connect.Tracker
	}
	t, err := a.open(ctx, &o.lab, "", need)
	if err != nil {
		return err
	}
	defer t.Close()
	bounded, cancel := a.bounded(ctx)
	defer cancel()
	server, err := o.route.server(bounded, t)
	if err != nil {
		return err
	}
	if a.verbose {
		server.Transcript = func(l testmail.Line) { printLine(a.err, l) }
	}
	if err := o.agreed(a, t, contents); err != nil {
		return err
	}
	reports := make([]sendReport, 0, len(contents))
	for _, c := range contents {
		r, err := o.sendOne(bounded, t, server, c)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		reports = append(reports, r)
	}
	if o.track {
		if err := awaitVerdicts(bounded, t, reports); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return o.report(a, reports)
}

// sendOne sends a message of one kind, or talks up to the stage where the dialogue is to stop.
func (o *sendOptions) sendOne(ctx context.Context, t *target, server testmail.Server, c content) (sendReport, error) {
	m, err := t.message(o.from, o.to)
	if err != nil {
		return sendReport{}, err
	}
	m.Kind, m.Link, m.Attachments = c.kind, c.link, c.files
	r := sendReport{Kind: c.kind, Token: m.Token, From: m.From, To: m.To, Subject: m.Subject, MessageID: m.MessageID, Outcome: "sent"}
	var receipt testmail.Receipt
	if o.stopAt != "" {
		r.Outcome = "stopped"
		receipt, err = testmail.Probe(ctx, server, m, testmail.Stage(o.stopAt))
	} else {
		receipt, err = testmail.Send(ctx, server, m)
	}
	if e, ok := errors.AsType[*testmail.Error](err); ok && e.Class == testmail.ClassInvalid {
		return r, err
	}
	r.Receipt = wire.FromReceipt(receipt)
	r.Sent = o.stopAt == "" && (err == nil || receipt.Accepted)
	if err != nil && !r.Sent {
		p := verify.SendProblem(err, server.String())
		r.Problem, r.Outcome = &p, "not_sent"
		if p.Code == verify.CodeSMTPUnknown {
			r.Outcome = "unknown"
		}
	}
	return r, nil
}

// report prints what became of the messages.
func (o *sendOptions) report(a *app, sent []sendReport) error {
	failed := false
	for _, r := range sent {
		failed = failed || r.Problem != nil
	}
	if o.form == formJSON {
		schema, v := "ctrace/send-batch/1", any(sendBatch{Messages: sent, AllSent: !failed})
		if len(sent) == 1 {
			schema, v = "ctrace/send/1", sent[0]
		}
		if err := reports.WriteObject(a.out, schema, v); err != nil {
			return err
		}
	} else {
		printSends(a, o, sent)
	}
	if failed {
		return &exitError{code: exitSend}
	}
	return nil
}

// total is how long a dialogue took.
func total(r wire.Receipt) time.Duration {
	seconds := 0.0
	for _, s := range r.Timings {
		seconds += s.Seconds
	}
	return rounded(seconds)
}

// rounded is a number of seconds in whole milliseconds.
func rounded(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
}
