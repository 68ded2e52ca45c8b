package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

const (
	testToken = "20261123T150000Z-9f3c2a1b04de"
	testMID   = 4711
)

func testPlan() Plan {
	return Plan{
		Profile: "test", Gateway: "esa1.lab.example", Tracker: "esa1.lab.example", ThreatResponse: "visibility.lab.example",
		Message: testmail.Message{
			Token: testToken, From: "verify@lab.example", To: "soc@lab.example",
			Subject: "CTR verify " + testToken, MessageID: testToken + "@lab.example",
		},
	}
}

// world is an appliance and a cloud as far as verify sees them. It is a fake of the consumer-side
// interfaces on the test's synthetic clock.
type world struct {
	sendErr   *testmail.Error
	noMID     bool
	sentAt    time.Time
	sends     int
	visible   time.Duration // after sending; negative is never
	final     time.Duration // after sending
	rewritten bool          // tracking gives the message a second MID
	hides     []Key         // keys that do not find it
	early     bool          // the appliance drops it before it notes its headers
	others    int           // rows of other people that an unfiltered search finds
	trackErr  func(n int) error
	searches  []esa.Query
	searchAt  []time.Duration
	searchFor time.Duration // how long a search takes

	noModules   bool
	disabled    bool
	moduleErr   *ctr.ModuleError
	listErr     error
	callErr     func(n int) error
	sightings   func(obs []observable.Observable) []ctim.Sighting
	calls       [][]observable.Observable
	callModules [][]string
}

func newWorld() *world { return &world{visible: 3 * time.Second, final: 3 * time.Second, others: 5} }

func (w *world) deps() Deps { return Deps{Sender: w, Tracker: w, Investigator: w} }

func (w *world) Send(ctx context.Context, m testmail.Message, onLine func(testmail.Line)) (testmail.Receipt, error) {
	w.sends++
	say := func(d testmail.Direction, text string) { onLine(testmail.Line{Direction: d, Text: text}) }
	say(testmail.Received, "220 esa1.lab.example ESMTP")
	say(testmail.Sent, "EHLO lab.example")
	say(testmail.Sent, "MAIL FROM:<"+m.From+">")
	say(testmail.Sent, "RCPT TO:<"+m.To+">")
	if w.sendErr != nil && w.sendErr.Stage == testmail.StageRcpt {
		return testmail.Receipt{}, w.sendErr
	}
	say(testmail.Sent, "DATA")
	say(testmail.Received, "354 go ahead")
	if w.sendErr != nil && w.sendErr.Class != testmail.ClassUnknownOutcome {
		return testmail.Receipt{}, w.sendErr
	}
	w.sentAt = time.Now()
	if w.sendErr != nil {
		return testmail.Receipt{}, w.sendErr
	}
	receipt := testmail.Receipt{Stage: testmail.StageSent, Code: 250, Accepted: true, Text: "ok:  Message 4711 accepted", MID: testMID}
	if w.noMID {
		receipt.MID, receipt.Text = 0, "2.0.0 Ok: queued as 4F1A2"
	}
	return receipt, ctx.Err()
}

func (w *world) row() esa.Message {
	m := esa.Message{
		MIDs: []int64{testMID}, ICID: 99, Serial: "S1", Sender: "verify@lab.example", Recipients: []string{"soc@lab.example"},
		Subject: "[SPAM] CTR verify " + testToken, MessageIDs: esa.ByMID[string]{{MID: testMID, Value: "<" + testToken + "@lab.example>"}},
		StatusText: "Processing", Time: w.sentAt, SenderIP: "192.0.2.1",
	}
	if w.rewritten {
		m.MIDs = []int64{testMID, testMID + 1}
	}
	if slices.Contains(w.hides, KeySubject) {
		m.Subject = "(No Subject)"
	}
	if w.final >= 0 && time.Since(w.sentAt) >= w.final {
		m.StatusText = "Delivered"
	}
	if w.early {
		m.StatusText, m.MessageIDs = "Dropped By Anti-Virus", nil
	}
	return m
}

func (w *world) Search(ctx context.Context, q esa.Query) (esa.Page, error) {
	w.searches = append(w.searches, q)
	w.searchAt = append(w.searchAt, time.Since(w.sentAt))
	if err := sleep(ctx, w.searchFor); err != nil {
		return esa.Page{}, err
	}
	if w.trackErr != nil {
		if err := w.trackErr(len(w.searches)); err != nil {
			return esa.Page{}, err
		}
	}
	if q.MID == 0 && q.MessageID == "" && q.Subject.Value == "" {
		return esa.Page{Rows: w.others}, nil
	}
	key := KeySubject
	switch {
	case q.MID != 0:
		key = KeyMID
	case q.MessageID != "":
		key = KeyMessageID
	}
	if w.visible < 0 || time.Since(w.sentAt) < w.visible || slices.Contains(w.hides, key) {
		return esa.Page{}, nil
	}
	foreign := esa.Message{MIDs: []int64{testMID}, Serial: "S2", Subject: "another", MessageIDs: esa.ByMID[string]{{MID: testMID, Value: "<x@y>"}}}
	return esa.Page{Messages: []esa.Message{foreign, w.row()}, Rows: 2}, nil
}

func (w *world) Details(_ context.Context, r esa.Ref) (esa.Details, error) {
	row := w.row()
	return esa.Details{MIDs: r.MIDs, StatusText: row.StatusText, Subject: row.Subject, Attachments: []string{"note.txt"}}, nil
}

func (w *world) ModuleInstances(context.Context) ([]ctr.ModuleInstance, error) {
	if w.listErr != nil {
		return nil, w.listErr
	}
	list := []ctr.ModuleInstance{{ID: "ti", Name: "Talos", TypeID: "t-ti", Enabled: true}}
	if !w.noModules {
		list = append(list, ctr.ModuleInstance{ID: "esa", Name: "ESA Seoul", TypeID: "t-esa", Enabled: !w.disabled})
	}
	return list, nil
}

func (w *world) ModuleTypes(context.Context) ([]ctr.ModuleType, error) {
	return []ctr.ModuleType{
		{ID: "t-ti", Title: "Talos Intelligence", Categories: []string{"threat-intel"}},
		{ID: "t-esa", Title: "Secure Email Gateway", Categories: []string{"email-security"}},
	}, nil
}

func (w *world) Observe(_ context.Context, obs []observable.Observable, _ ...string) (*ctr.Enrichment, error) {
	return w.answer(ctr.ModuleInstance{ID: "esa", Name: "ESA Seoul", TypeID: "t-esa"}, obs)
}

func (w *world) answer(m ctr.ModuleInstance, obs []observable.Observable) (*ctr.Enrichment, error) {
	w.calls = append(w.calls, obs)
	if w.callErr != nil {
		if err := w.callErr(len(w.calls)); err != nil {
			return nil, err
		}
	}
	e := &ctr.Enrichment{}
	a := ctr.ModuleAnswer{Module: m.Name, InstanceID: m.ID, TypeID: m.TypeID}
	if w.moduleErr != nil && m.ID == "esa" {
		e.Errors = []ctr.ModuleError{*w.moduleErr}
		return e, nil
	}
	if w.sightings != nil && m.ID == "esa" {
		a.Data.Sightings = w.sightings(obs)
	}
	e.Answers = []ctr.ModuleAnswer{a}
	return e, nil
}

func (w *world) ObserveEach(ctx context.Context, obs []observable.Observable, modules []ctr.ModuleInstance, emit func(ctr.PerModule)) error {
	var ids []string
	for _, m := range modules {
		ids = append(ids, m.ID)
		e, err := w.answer(m, obs)
		emit(ctr.PerModule{Module: m, Observables: obs, Enrichment: e, Err: err})
	}
	w.callModules = append(w.callModules, ids)
	return ctx.Err()
}

// seesMessageID is a module that answers as an appliance's does: by Message-ID without brackets.
func seesMessageID(obs []observable.Observable) []ctim.Sighting {
	for _, o := range obs {
		if o.Type == observable.EmailMessageID && o.Value == testToken+"@lab.example" {
			return []ctim.Sighting{{Observables: []observable.Observable{o}, Count: 1}}
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return ctx.Err()
	}
}

// transcript is what a run emitted.
type transcript struct{ events []Event }

func (tr *transcript) emit(e Event) { tr.events = append(tr.events, e) }

func (tr *transcript) kinds() string {
	var kinds []string
	for _, e := range tr.events {
		kinds = append(kinds, e.Kind())
	}
	return strings.Join(kinds, " ")
}

func (tr *transcript) polls() (list []Polled) {
	for _, e := range tr.events {
		if p, ok := e.(Polled); ok {
			list = append(list, p)
		}
	}
	return list
}

// verifyIn runs a verification in a world.
func verifyIn(t *testing.T, w *world, plan Plan) (Result, *transcript) {
	t.Helper()
	tr := &transcript{}
	result, err := Run(t.Context(), plan, w.deps(), tr.emit)
	if err != nil {
		t.Fatalf("Run: %v\n%s", err, tr.kinds())
	}
	return result, tr
}

func problemCodes(r Result) string {
	var codes []string
	for _, p := range r.Problems {
		codes = append(codes, p.Code)
	}
	return fmt.Sprint(codes)
}
