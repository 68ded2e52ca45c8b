package trackscreen

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/esa"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fake is an appliance's message tracking in memory, newest first.
type fake struct {
	mu          sync.Mutex
	messages    []esa.Message
	err         error
	details     esa.Details
	dlp         esa.DLP
	remediation esa.Remediation
	urls        esa.URLs
	asked       []esa.Query
	silent      bool // it does not answer until it is cancelled
	amp         *esa.AMP

	connection    esa.Connection
	connectionErr error

	silentDetails chan error // not nil: details are not answered, and why they ended is sent
	asksDetails   int
}

func (f *fake) Search(ctx context.Context, q esa.Query) (esa.Page, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, q)
	if f.silent {
		<-ctx.Done()
		return esa.Page{}, ctx.Err()
	}
	if f.err != nil {
		return esa.Page{}, f.err
	}
	from := min(q.Offset, len(f.messages))
	to := min(from+q.Limit, len(f.messages))
	return esa.Page{Messages: f.messages[from:to], Rows: to - from, Last: to == len(f.messages)}, nil
}

// change does something to the appliance between two questions.
func (f *fake) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

func (f *fake) questions() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

func (f *fake) detailsAsked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asksDetails
}

func (f *fake) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *fake) Details(ctx context.Context, _ esa.Ref) (esa.Details, error) {
	f.mu.Lock()
	silent := f.silentDetails
	f.asksDetails++
	f.mu.Unlock()
	if silent != nil {
		<-ctx.Done()
		silent <- ctx.Err()
		return esa.Details{}, ctx.Err()
	}
	return f.details, f.failure()
}

func (f *fake) AMP(context.Context, esa.Ref) (esa.AMP, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.amp != nil {
		return *f.amp, nil
	}
	return esa.AMP{}, &esa.Error{Kind: esa.KindServer, Status: 500, Message: "AMP is off"}
}

func (f *fake) Connection(context.Context, esa.Ref) (esa.Connection, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.connection, f.connectionErr
}
func (f *fake) URLs(context.Context, esa.Ref) (esa.URLs, error) { return f.urls, nil }
func (f *fake) DLP(context.Context, esa.Ref) (esa.DLP, error)   { return f.dlp, nil }
func (f *fake) Remediation(context.Context, esa.Ref) (esa.Remediation, error) {
	return f.remediation, nil
}

func mail(n int) esa.Message {
	return esa.Message{
		MIDs: []int64{int64(1000 + n)}, ICID: int64(2000 + n), Serial: "SN1", Time: noon.Add(-time.Duration(n) * time.Minute), TimeText: "23 Nov 2026",
		Sender: fmt.Sprintf("sender%d@example.com", n), Recipients: []string{"soc@example.net"}, Subject: fmt.Sprintf("Invoice %d", n),
		StatusText: []string{"Delivered", "Dropped By Anti-Virus", "Quarantined by Content Filters", "Processing"}[(n+4)%4], SenderIP: "192.0.2.1",
	}
}

func appliance(n int) *fake {
	f := &fake{details: life()}
	for i := range n {
		f.messages = append(f.messages, mail(i))
	}
	return f
}

func life() esa.Details {
	at := func(s int, text string) esa.Event {
		return esa.Event{Time: noon.Add(time.Duration(s) * time.Second), TimeText: "12:00", Description: text}
	}
	return esa.Details{
		MIDs: []int64{1000}, ICIDs: []int64{2000}, Host: "esa1.example.com", Direction: "incoming", Time: noon, TimeText: "23 Nov 2026 12:00:00 (GMT)",
		StatusText: "Delivered", Subject: "Invoice 0", Sender: "sender0@example.com", HeaderFrom: "Boss <boss@example.com>", Recipients: []string{"soc@example.net"},
		MessageIDHeader: "<id0@example.com>", Size: "3 (KB)", SenderIP: "192.0.2.1", ReverseDNS: "mx.example.com", ReverseDNSVerified: true,
		SenderGroup: "UNKNOWNLIST", SBRS: "3.5", MailPolicies: []string{"DEFAULT"}, ShowAMP: true,
		Events: []esa.Event{
			at(0, "Protocol SMTP interface Data 1 (IP 192.0.2.11) on incoming connection (ICID 2000) from sender IP 192.0.2.1. Reverse DNS host mx.example.com verified yes."),
			at(0, "(ICID 2000) ACCEPT sender group UNKNOWNLIST match sbrs[0.0:10.0] SBRS 3.5 country Netherlands"),
			at(0, "Incoming connection (ICID 2000) successfully accepted TLS protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384."),
			at(1, "Start message 1000 on incoming connection (ICID 2000)."),
			at(1, "Message 1000 on incoming connection (ICID 2000) added recipient (soc@example.net)."),
			at(1, "Message 1000 SPF: mailfrom identity sender0@example.com Pass"),
			at(1, "Message 1000 DKIM: fail body hash did not verify (d=example.com s=mail i=@example.com)"),
			at(1, "Message 1000: DMARC Message from domain example.com, DMARC pass (SPF aligned True, DKIM aligned False),"),
			at(1, "Message 1000 matched per-recipient policy DEFAULT for inbound mail policies."),
			at(2, "Message 1000 scanned by Anti-Spam engine: CASE. Final verdict: Negative"),
			at(2, "Message 1000 scanned by Anti-Virus engine. Final verdict: Negative"),
			at(2, "Message 1000 scanned by Outbreak Filters. Verdict: SKIPPED(no license)"),
			at(3, "Message 1000 queued for delivery."),
			at(4, "(DCID 31) Delivery started for message 1000 to soc@example.net."),
			at(5, "Message 1000 to soc@example.net received remote SMTP response 'OK'."),
		},
	}
}

func options(fs ...*fake) Options {
	o := Options{Theme: viewtest.Theme(theme.Options{}), Now: func() time.Time { return noon }, Zone: time.FixedZone("CET", 3600)}
	for i, f := range fs {
		o.Sources = append(o.Sources, tracking.Source{Name: fmt.Sprintf("esa%d.example.com", i+1), Tracker: f})
	}
	return o
}

func newScreen(t *testing.T, o Options, w, h int) *Screen {
	t.Helper()
	s := New(t.Context(), o)
	t.Cleanup(s.Close)
	s.SetSize(w, h)
	return s
}

func drive(t *testing.T, s *Screen, msg tea.Msg, done func() bool) {
	t.Helper()
	update := func(m tea.Msg) tea.Cmd { _, c := s.Update(m); return c }
	viewtest.Drive(t, update, update(msg), done)
}

// idle tells that no page is waited for.
func idle(s *Screen) func() bool {
	return func() bool { return s.search != nil && !s.search.Working() }
}

// told tells that the open message is read.
func told(s *Screen) func() bool {
	return func() bool { return s.page != nil && s.page.asked.IsZero() }
}

// shown is a screen whose first search is over.
func shown(t *testing.T, f *fake, w, h int) *Screen {
	t.Helper()
	s := newScreen(t, options(f), w, h)
	drive(t, s, intent.Shown{}, idle(s))
	return s
}

func press(s *Screen, names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		_, cmd = s.Update(viewtest.Key(n))
	}
	return cmd
}
