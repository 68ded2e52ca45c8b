package verify

import (
	"context"
	"errors"
	"strings"

	"ctrace/esa/testmail"
)

// send hands the message to the gateway, once. When the line is lost after the final dot the run
// goes on without knowing: the message may have been taken, so tracking is asked before anything else,
// and nothing is sent again.
func (r *run) send(ctx context.Context) error {
	dialogue := &dialogue{run: r}
	dialogue.reach(testmail.StageDial)
	bounded, cancel := ctx, context.CancelFunc(func() {})
	if !r.deadline.IsZero() {
		bounded, cancel = context.WithTimeout(ctx, r.deadline.Sub(r.now()))
	}
	defer cancel()
	receipt, err := r.deps.Sender.Send(bounded, r.plan.Message, dialogue.line)
	r.sentAt = r.now()
	r.receipt = receipt
	r.result.MID = receipt.MID
	if err == nil || receipt.Accepted {
		dialogue.reach(testmail.StageSent)
		r.emit(Sent{At: At{At: r.sentAt}, Receipt: receipt})
		if receipt.MID == 0 {
			r.note(Problem{
				Code: CodeMIDMissing, Stage: StageSend,
				Cause:  "The SMTP answer names no MID: what took the message is not the ESA itself, or its answer was changed.",
				Advice: "Send to the appliance's own listener, so that the MID can be followed.",
				Detail: receipt.Text,
			})
		}
		return nil
	}
	e, ok := errors.AsType[*testmail.Error](err)
	if ok && e.Class == testmail.ClassCancelled && ctx.Err() == nil {
		late := *e // the deadline of the run cut the dialogue short
		late.Class, err = testmail.ClassTimeout, &late
	}
	p := SendProblem(err, r.plan.Gateway)
	if ok && e.Class == testmail.ClassUnknownOutcome {
		r.unknown = &p
		return nil
	}
	return stopped(Refused, p)
}

// dialogue turns the lines of the SMTP dialogue into events.
type dialogue struct {
	run     *run
	reached testmail.Stage
	handed  bool
}

// verbs are the commands that begin a stage.
var verbs = map[string]testmail.Stage{
	"EHLO": testmail.StageEHLO, "HELO": testmail.StageEHLO, "STARTTLS": testmail.StageStartTLS,
	"AUTH": testmail.StageAuth, "MAIL": testmail.StageMail, "RCPT": testmail.StageRcpt,
	"DATA": testmail.StageData,
}

// line is called for each line as it happens. The message's content goes out after the server's
// 354, or right behind DATA when commands are pipelined; whichever is seen first is the last moment
// at which it is certain that nothing was handed over.
func (d *dialogue) line(l testmail.Line) {
	d.run.emit(SMTPLine{At: d.run.at(), Line: l})
	verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(l.Text)), " ")
	stage, known := verbs[verb]
	switch {
	case l.Direction == testmail.Sent && known:
		d.reach(stage)
	case l.Direction == testmail.Received && d.reached == testmail.StageDial:
		d.reach(testmail.StageBanner)
	}
	handing := l.Direction == testmail.Sent && verb == "DATA" || l.Direction == testmail.Received && strings.HasPrefix(l.Text, "354")
	if handing && !d.handed {
		d.handed = true
		d.run.emit(Sending{At: d.run.at()})
	}
}

func (d *dialogue) reach(s testmail.Stage) {
	if s != d.reached {
		d.reached = s
		d.run.emit(SMTPProgress{At: d.run.at(), Stage: s})
	}
}
