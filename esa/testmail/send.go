package testmail

import (
	"context"
	"slices"
	"time"
)

// stops are the stages at which Probe can say good-bye.
var stops = []Stage{StageBanner, StageEHLO, StageStartTLS, StageAuth, StageMail, StageRcpt}

// Send hands one message to a server. The receipt is filled as far as it got, also when the error
// is not nil; an error is always an *Error. It returns within 200 ms of ctx ending.
//
// When the line is lost after the final dot the error is of ClassUnknownOutcome: the message may
// have been taken, and sending it again may deliver it twice.
func Send(ctx context.Context, s Server, m Message) (Receipt, error) {
	if err := m.Validate(); err != nil {
		return Receipt{Host: s.Host, Started: time.Now()}, err
	}
	return converse(ctx, s, m, StageSent)
}

// Probe talks to a server as Send does, but says good-bye after stage stop (StageBanner, StageEHLO,
// StageStartTLS, StageAuth, StageMail or StageRcpt), so that no message leaves. Of m only From and
// To are used. A stage that the settings leave out (StageAuth without a user name) ends the
// dialogue at the point where it would have been.
func Probe(ctx context.Context, s Server, m Message, stop Stage) (Receipt, error) {
	var err error
	switch {
	case !slices.Contains(stops, stop):
		err = invalid("cannot stop at stage %q: use one of %v", stop, stops)
	case stop == StageMail || stop == StageRcpt:
		err = m.validateEnvelope()
	case s.HELO == "":
		err = validateAddress("sender", m.From)
	}
	if err != nil {
		return Receipt{Host: s.Host, Started: time.Now()}, err
	}
	return converse(ctx, s, m, stop)
}

// converse runs the dialogue up to and including stage last, then says good-bye.
func converse(ctx context.Context, s Server, m Message, last Stage) (Receipt, error) {
	s, err := s.normal(m)
	if err != nil {
		return Receipt{Host: s.Host, Started: time.Now()}, err
	}
	d := &dialogue{server: s, message: m, rec: newRecorder(s), receipt: Receipt{
		Host: s.Host, Started: time.Now(), AuthUsed: AuthNone,
	}}
	if err := d.run(ctx, last); err != nil {
		failed := d.failure(ctx, err)
		d.hangUp(ctx, failed)
		d.receipt.Transcript = d.rec.lines
		return d.receipt, failed
	}
	d.hangUp(ctx, nil)
	d.receipt.Transcript = d.rec.lines
	return d.receipt, nil
}

// step is one stage and what it does.
type step struct {
	stage Stage
	do    func(context.Context) error // nil when the settings leave the stage out
}

// steps are the stages in the order of this server's settings: with implicit TLS encryption comes
// before the greeting.
func (d *dialogue) steps() []step {
	steps := []step{{StageDial, d.dial}}
	switch d.server.TLS {
	case TLSImplicit:
		steps = append(steps, step{StageStartTLS, d.handshake}, step{StageBanner, d.banner}, step{StageEHLO, d.ehlo})
	case TLSNone:
		steps = append(steps, step{StageBanner, d.banner}, step{StageEHLO, d.ehlo}, step{StageStartTLS, nil})
	default:
		steps = append(steps, step{StageBanner, d.banner}, step{StageEHLO, d.ehlo}, step{StageStartTLS, d.startTLS})
	}
	auth := d.auth
	if d.server.Auth == AuthNone {
		auth = nil
	}
	return append(steps, step{StageAuth, auth}, step{StageMail, d.mail}, step{StageRcpt, d.rcpt},
		step{StageData, d.data}, step{StageSent, d.finish})
}

// run does one step after the other and keeps the time of each.
func (d *dialogue) run(ctx context.Context, last Stage) error {
	for _, step := range d.steps() {
		if step.do != nil {
			d.stage = step.stage
			began := time.Now()
			err := step.do(ctx)
			d.receipt.Timings = append(d.receipt.Timings, StageTime{step.stage, time.Since(began)})
			d.receipt.answered(d.rec.code, d.rec.text)
			if err != nil {
				return err
			}
			d.receipt.Stage = step.stage
		}
		if step.stage == last {
			return nil
		}
	}
	return nil
}
