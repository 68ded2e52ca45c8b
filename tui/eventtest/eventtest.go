// Package eventtest plays verifications from a script, for tests of the app: the same events in the
// same order as package verify emits them, without any network. Nothing but tests imports it.
package eventtest

import (
	"context"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/verify"
)

// Begin is when every script starts.
var Begin = time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)

// Player is a verifier that plays a script. Between two events it waits for the time between them,
// divided by Speed; 0 does not wait at all.
type Player struct {
	Script []verify.Event
	Speed  float64
	Hold   chan struct{} // when not nil, the last event waits for it to close
	Err    error

	Returned chan error // when not nil, gets what Run returns
	Resumed  []string   // the tokens that Run was called with
}

// Run plays the script.
func (p *Player) Run(ctx context.Context, resume string, emit func(verify.Event)) (result verify.Result, err error) {
	if p.Returned != nil {
		defer func() { p.Returned <- err }()
	}
	p.Resumed = append(p.Resumed, resume)
	last := Begin
	for i, e := range p.Script {
		if p.Hold != nil && i == len(p.Script)-1 {
			select {
			case <-p.Hold:
			case <-ctx.Done():
				return verify.Result{}, ctx.Err()
			}
		}
		if p.Speed > 0 {
			select {
			case <-time.After(time.Duration(float64(e.Time().Sub(last)) / p.Speed)):
			case <-ctx.Done():
				return verify.Result{}, ctx.Err()
			}
		}
		last = e.Time()
		emit(e)
		if end, ok := e.(verify.Ended); ok {
			return end.Result, p.Err
		}
	}
	return verify.Result{}, p.Err
}

// Values of the scripts.
const (
	Token     = "20261123T150405Z-9f3c2a1b04de"
	From      = "ctrace-probe@example.net"
	To        = "soc-test@example.com"
	Subject   = "Ctrace verification " + Token
	MessageID = "<" + Token + "@ctrace.example.net>"
	Gateway   = "esa1.example.com:25"
)

// at is a moment of a script, in seconds since it began.
func at(s float64) verify.At {
	return verify.At{At: Begin.Add(time.Duration(s * float64(time.Second)))}
}

func ended(stage verify.Stage, when, took float64, p *verify.Problem) verify.StageEnded {
	return verify.StageEnded{At: at(when), Stage: stage, OK: p == nil, Elapsed: time.Duration(took * float64(time.Second)), Seconds: took, Problem: p}
}

func started() verify.Event {
	return verify.Started{
		At: at(0), Token: Token, Profile: "example", From: From, To: To, Subject: Subject,
		MessageID: MessageID, Deadline: Begin.Add(5 * time.Minute),
	}
}

func sendBegun() []verify.Event {
	out := []verify.Event{started(), verify.StageStarted{At: at(0), Stage: verify.StageSend}}
	for _, l := range Dialogue() {
		out = append(out, verify.SMTPLine{At: at(0.05), Line: l})
	}
	return append(out,
		verify.SMTPProgress{At: at(0.05), Stage: testmail.StageDial},
		verify.SMTPProgress{At: at(0.1), Stage: testmail.StageBanner},
		verify.SMTPProgress{At: at(0.15), Stage: testmail.StageEHLO},
		verify.SMTPProgress{At: at(0.3), Stage: testmail.StageStartTLS},
	)
}

// Dialogue is an SMTP dialogue as an appliance has it.
func Dialogue() []testmail.Line {
	ms := time.Millisecond
	return []testmail.Line{
		{At: 2 * ms, Direction: testmail.Note, Text: "connected to 192.0.2.25:25"},
		{At: 14 * ms, Direction: testmail.Received, Text: "220 esa1.example.com ESMTP"},
		{At: 14 * ms, Direction: testmail.Sent, Text: "EHLO probe.example.net"},
		{At: 20 * ms, Direction: testmail.Received, Text: "250-esa1.example.com"},
		{At: 20 * ms, Direction: testmail.Received, Text: "250-8BITMIME"},
		{At: 20 * ms, Direction: testmail.Received, Text: "250-SIZE 33554432"},
		{At: 20 * ms, Direction: testmail.Received, Text: "250 STARTTLS"},
		{At: 21 * ms, Direction: testmail.Sent, Text: "STARTTLS"},
		{At: 28 * ms, Direction: testmail.Received, Text: "220 Go ahead with TLS"},
		{At: 61 * ms, Direction: testmail.Note, Text: "TLS 1.3, TLS_AES_128_GCM_SHA256"},
		{At: 62 * ms, Direction: testmail.Sent, Text: "EHLO probe.example.net", TLS: true},
		{At: 70 * ms, Direction: testmail.Received, Text: "250 8BITMIME", TLS: true},
		{At: 71 * ms, Direction: testmail.Sent, Text: "MAIL FROM:<" + From + ">", TLS: true},
		{At: 80 * ms, Direction: testmail.Received, Text: "250 sender <" + From + "> ok", TLS: true},
		{At: 81 * ms, Direction: testmail.Sent, Text: "RCPT TO:<" + To + ">", TLS: true},
		{At: 92 * ms, Direction: testmail.Received, Text: "250 recipient <" + To + "> ok", TLS: true},
		{At: 93 * ms, Direction: testmail.Sent, Text: "DATA", TLS: true},
		{At: 99 * ms, Direction: testmail.Received, Text: "354 go ahead", TLS: true},
		{At: 100 * ms, Direction: testmail.Note, Text: "message of 1,204 bytes", TLS: true},
		{At: 210 * ms, Direction: testmail.Received, Text: "250 ok:  Message 4711 accepted", TLS: true},
		{At: 211 * ms, Direction: testmail.Sent, Text: "QUIT", TLS: true},
		{At: 216 * ms, Direction: testmail.Received, Text: "221 esa1.example.com", TLS: true},
	}
}

// Receipt is what an appliance answered.
func Receipt() testmail.Receipt {
	ms := time.Millisecond
	return testmail.Receipt{
		Stage: testmail.StageQuit, Code: 250, Text: "ok:  Message 4711 accepted", MID: 4711,
		Host: "esa1.example.com", RemoteAddr: "192.0.2.25:25", Banner: "esa1.example.com ESMTP",
		Timings: []testmail.StageTime{
			{Stage: testmail.StageDial, Duration: 2 * ms},
			{Stage: testmail.StageBanner, Duration: 12 * ms},
			{Stage: testmail.StageEHLO, Duration: 6 * ms},
			{Stage: testmail.StageStartTLS, Duration: 40 * ms},
			{Stage: testmail.StageRcpt, Duration: 20 * ms},
			{Stage: testmail.StageData, Duration: 110 * ms},
		},
		Transcript: Dialogue(), TLS: &testmail.TLSInfo{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", Subject: "CN=esa1.example.com", Verified: true},
		MessageSize: 1204, Accepted: true,
	}
}

// Row is the message's row in message tracking.
func Row() esa.Message {
	return esa.Message{
		MIDs: []int64{4711, 4712}, ICID: 1023, DCIDs: []int64{88}, Host: "esa1.example.com", Serial: "564D4A8E2D9E-C0FFEE00",
		Direction: "Incoming", Time: Begin.Add(9 * time.Second), TimeText: "23 Nov 2026 15:04:14 (GMT)",
		Sender: From, Recipients: []string{To}, Subject: Subject, StatusText: "Delivered", SenderIP: "198.51.100.7",
		SenderGroup: "UNKNOWNLIST", MailPolicies: []string{"DEFAULT"}, SBRS: "None",
	}
}

func observables() []observable.Observable {
	return []observable.Observable{
		{Type: observable.EmailMessageID, Value: MessageID},
		{Type: observable.CiscoMID, Value: "4711"},
		{Type: observable.Email, Value: From},
		{Type: observable.EmailSubject, Value: Subject},
	}
}

func tracked() []verify.Event {
	row := Row()
	out := append(sendBegun(),
		verify.Sending{At: at(0.4)},
		verify.Sent{At: at(0.5), Receipt: Receipt()},
		ended(verify.StageSend, 0.52, 0.52, nil),
		verify.StageStarted{At: at(0.52), Stage: verify.StageTrack},
		verify.Polled{At: at(1), Try: 1, Keys: []verify.Key{verify.KeySubject}, Next: at(3).At},
		verify.Polled{At: at(3), Try: 2, Keys: []verify.Key{verify.KeySubject}, Next: at(6.5).At},
		verify.Polled{At: at(6.5), Try: 3, Keys: []verify.Key{verify.KeySubject, verify.KeyMessageID, verify.KeyMID}, Found: true, Rows: 1},
		verify.Found{
			At: at(6.6), Message: row, Keys: []verify.Key{verify.KeyMessageID, verify.KeyMID, verify.KeySubject},
			Lag: 6100 * time.Millisecond, Seconds: 6.1,
		},
		ended(verify.StageTrack, 6.6, 6.08, nil),
		verify.StageStarted{At: at(6.6), Stage: verify.StageDetails},
		verify.DetailsRead{
			At: at(6.9), Status: "Delivered", Final: true, Observables: observables(),
			Details: esa.Details{
				MIDs: row.MIDs, ICIDs: []int64{1023}, Direction: "Incoming", SenderGroup: "UNKNOWNLIST", MailPolicies: []string{"DEFAULT"},
				SenderIP: "198.51.100.7", SBRS: "None", StatusText: "Delivered", MessageIDHeader: MessageID,
				Events: []esa.Event{{TimeText: "15:04:14", Description: "Message 4712 to " + To + " received remote SMTP response 'OK queued'."}},
			},
		},
		ended(verify.StageDetails, 6.9, 0.3, nil),
		verify.StageStarted{At: at(6.9), Stage: verify.StageInvestigate},
		verify.ModulesListed{
			At: at(7.1), Email: []string{"m1"},
			Modules: []ctr.ModuleInstance{{ID: "m1", Name: "ESA Seoul"}, {ID: "m2", Name: "Talos Intelligence"}, {ID: "m3", Name: "Slow feed"}},
		},
		verify.Asked{At: at(7.1), Round: 1, Observables: observables()[:2]},
	)
	return out
}

// Evidence is a sighting of the message.
func Evidence() *verify.Evidence {
	return &verify.Evidence{
		Module: "ESA Seoul", ModuleID: "m1", ModuleType: "Email Security Appliance",
		Matched: observable.Observable{Type: observable.EmailMessageID, Value: MessageID},
		Sighting: ctim.Sighting{
			Entity:       ctim.Entity{ID: "transient:sighting-2f1c", Title: "Message delivered to " + To},
			ObservedTime: ctim.ObservedTime{Start: ctim.NewTime(Begin.Add(9 * time.Second))},
		},
	}
}

// Verified is a run that proves the integration.
func Verified() []verify.Event {
	row := Row()
	result := verify.Result{
		Verdict: verify.Verified, Token: Token, Profile: "example", MessageID: MessageID, Subject: Subject,
		MID: 4712, MIDs: row.MIDs, ICID: 1023, Serial: row.Serial, Status: "Delivered",
		Keys: []verify.Key{verify.KeyMessageID, verify.KeyMID, verify.KeySubject}, Observables: observables(), Evidence: Evidence(),
		StartedAt: Begin, EndedAt: at(8.2).At, LagSeconds: 6.1,
	}
	return append(tracked(),
		verify.ModuleAnswered{At: at(7.3), Round: 1, Module: "Talos Intelligence", ModuleID: "m2", Seconds: 0.18},
		verify.ModuleAnswered{At: at(7.9), Round: 1, Module: "ESA Seoul", ModuleID: "m1", Email: true, Sightings: []ctim.Sighting{Evidence().Sighting}, Seconds: 0.81},
		verify.ModuleAnswered{At: at(8.1), Round: 1, Module: "Slow feed", ModuleID: "m3", Errors: []ctr.ModuleError{{Module: "Slow feed", Code: "too many requests", Message: "API rate limit reached"}}, Seconds: 1},
		ended(verify.StageInvestigate, 8.2, 1.3, nil),
		verify.Ended{At: at(8.2), Result: result},
	)
}

// Refused is a run that the gateway refused.
func Refused() []verify.Event {
	p := verify.Problem{
		Code: "smtp_refused_recipient", Stage: verify.StageSend,
		Cause:  "esa1.example.com:25 refused the recipient soc-test@example.com with 550.",
		Advice: "Choose a recipient in a domain that this listener accepts, or add its domain to the Recipient Access Table.",
		Detail: "550 #5.1.0 Address rejected.",
	}
	return append(sendBegun(),
		ended(verify.StageSend, 0.6, 0.6, &p),
		verify.Ended{At: at(0.6), Result: verify.Result{
			Verdict: verify.Refused, Token: Token, MessageID: MessageID, Subject: Subject, Problems: []verify.Problem{p},
			FailedAt: verify.StageSend, StartedAt: Begin, EndedAt: at(0.6).At,
		}},
	)
}

// NotSeen is a run whose message Threat Response has not seen.
func NotSeen() []verify.Event {
	row := Row()
	p := verify.Problem{
		Code: "module_missing", Stage: verify.StageInvestigate,
		Cause:  "No email module is configured in Threat Response (Europe): nobody could be asked about the message.",
		Advice: "Add the module of the appliance: step 8 of the set-up.",
	}
	return append(tracked(),
		verify.ModuleAnswered{At: at(7.3), Round: 1, Module: "Talos Intelligence", ModuleID: "m2", Seconds: 0.18},
		verify.Waiting{At: at(7.4), Stage: verify.StageInvestigate, Reason: "Threat Response limits its callers (429)", Until: at(12).At},
		ended(verify.StageInvestigate, 12.2, 5.3, &p),
		verify.Ended{At: at(12.2), Result: verify.Result{
			Verdict: verify.Tracked, Token: Token, MessageID: MessageID, Subject: Subject, MIDs: row.MIDs, ICID: 1023, Status: "Delivered",
			Keys: []verify.Key{verify.KeyMessageID, verify.KeyMID}, MissedKeys: []verify.Key{verify.KeySubject}, Problems: []verify.Problem{p},
			FailedAt: verify.StageInvestigate, StartedAt: Begin, EndedAt: at(12.2).At,
		}},
	)
}
