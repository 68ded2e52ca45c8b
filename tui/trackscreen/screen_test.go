package trackscreen

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/esa"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fake is an appliance's message tracking in memory, newest first.
type fake struct {
	mu       sync.Mutex
	messages []esa.Message
	err      error
	details  esa.Details
	asked    []esa.Query
	silent   bool // it does not answer until it is cancelled
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

func (f *fake) Details(context.Context, esa.Ref) (esa.Details, error) { return f.details, f.err }
func (f *fake) AMP(context.Context, esa.Ref) (esa.AMP, error) {
	return esa.AMP{}, errors.New("AMP is off")
}
func (f *fake) URLs(context.Context, esa.Ref) (esa.URLs, error) { return esa.URLs{}, nil }

func message1(n int) esa.Message {
	return esa.Message{
		MIDs: []int64{int64(1000 + n)}, ICID: int64(2000 + n), Serial: "SN1", Time: noon.Add(-time.Duration(n) * time.Minute), TimeText: "23 Nov 2026",
		Sender: fmt.Sprintf("sender%d@example.com", n), Recipients: []string{"soc@example.net"}, Subject: fmt.Sprintf("Invoice %d", n),
		StatusText: []string{"Delivered", "Dropped By Anti-Virus", "Quarantined", "Processing"}[(n+4)%4], SenderIP: "192.0.2.1",
	}
}

func appliance(n int) *fake {
	f := &fake{details: life()}
	for i := range n {
		f.messages = append(f.messages, message1(i))
	}
	return f
}

func life() esa.Details {
	at := func(s int, text string) esa.Event {
		return esa.Event{Time: noon.Add(time.Duration(s) * time.Second), TimeText: "12:00", Description: text}
	}
	return esa.Details{
		MIDs: []int64{1000}, ICIDs: []int64{2000}, Host: "esa1.example.com", Direction: "Incoming", Time: noon, TimeText: "23 Nov 2026 12:00:00 (GMT)",
		StatusText: "Delivered", Subject: "Invoice 0", Sender: "sender0@example.com", HeaderFrom: "Boss <boss@example.com>", Recipients: []string{"soc@example.net"},
		MessageIDHeader: "<id0@example.com>", Size: "3 (KB)", SenderIP: "192.0.2.1", SenderGroup: "UNKNOWNLIST", MailPolicies: []string{"DEFAULT"}, ShowAMP: true,
		Events: []esa.Event{
			at(0, "Protocol SMTP interface Data 1 (IP 192.0.2.11) on incoming connection (ICID 2000) from sender IP 192.0.2.1. Reverse DNS host mx.example.com verified yes."),
			at(1, "Start message 1000 on incoming connection (ICID 2000)."),
			at(2, "Message 1000 scanned by Anti-Virus engine. Final verdict: Negative"),
			at(3, "Message 1000 to soc@example.net received remote SMTP response 'OK'."),
		},
	}
}

func newScreen(t *testing.T, f *fake, w, h int) *Screen {
	t.Helper()
	s := New(t.Context(), Options{Theme: viewtest.Theme(theme.Options{}), Tracker: f, Now: func() time.Time { return noon }, Zone: time.UTC})
	t.Cleanup(s.Close)
	s.SetSize(w, h)
	return s
}

func drive(t *testing.T, s *Screen, msg tea.Msg, done func() bool) {
	t.Helper()
	update := func(m tea.Msg) tea.Cmd { _, c := s.Update(m); return c }
	viewtest.Drive(t, update, update(msg), done)
}

// shown is a screen whose first search is over.
func shown(t *testing.T, f *fake, w, h int) *Screen {
	t.Helper()
	s := newScreen(t, f, w, h)
	drive(t, s, intent.Shown{}, func() bool { return s.search.asked.IsZero() })
	return s
}

func press(s *Screen, names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		_, cmd = s.Update(viewtest.Key(n))
	}
	return cmd
}

func TestTheScreenIsDrawn(t *testing.T) {
	for _, size := range viewtest.Sizes() {
		w, h := size.W-2, size.H-6
		t.Run(size.Name+"/list", func(t *testing.T) { viewtest.Golden(t, shown(t, appliance(60), w, h).View(), w, h) })
		t.Run(size.Name+"/search", func(t *testing.T) {
			s := shown(t, appliance(60), w, h)
			press(s, "n", " s")
			viewtest.Golden(t, s.View(), w, h)
		})
		t.Run(size.Name+"/message", func(t *testing.T) {
			s := shown(t, appliance(60), w, h)
			drive(t, s, viewtest.Key("enter"), func() bool { return s.message != nil })
			viewtest.Golden(t, s.View(), w, h)
		})
		t.Run(size.Name+"/searching", func(t *testing.T) {
			s := newScreen(t, appliance(0), w, h)
			s.Update(intent.Shown{})
			viewtest.Golden(t, s.View(), w, h)
		})
		t.Run(size.Name+"/none", func(t *testing.T) { viewtest.Golden(t, shown(t, appliance(0), w, h).View(), w, h) })
	}
}

func TestPagesAreFetchedAhead(t *testing.T) {
	f := appliance(1000)
	s := newScreen(t, f, 78, 18)
	drive(t, s, intent.Shown{}, func() bool { return s.table.Total() == 200 && s.search.asked.IsZero() })
	if got := viewtest.Text(s.View()); !strings.Contains(got, "200 messages so far") {
		t.Errorf("the count claims more than is known:\n%s", got)
	}
	for s.table.Total() < 1000 {
		drive(t, s, viewtest.Key("end"), func() bool { return s.search.asked.IsZero() })
	}
	if !s.search.done || s.table.Total() != 1000 {
		t.Errorf("%d rows and done=%v, want all 1000", s.table.Total(), s.search.done)
	}
	if got := viewtest.Text(s.View()); strings.Contains(got, "so far") {
		t.Error("a complete result is still called so far")
	}
}

func TestRowsThatShiftAreShownOnce(t *testing.T) {
	f := appliance(300)
	s := newScreen(t, f, 78, 18)
	drive(t, s, intent.Shown{}, func() bool { return s.table.Total() == 200 && s.search.asked.IsZero() })
	f.messages = append([]esa.Message{message1(-1), message1(-2)}, f.messages...) // two new ones shift the pages
	drive(t, s, viewtest.Key("end"), func() bool { return s.search.done })
	if s.table.Total() != 300 {
		t.Errorf("%d rows, want the 300 of the search, each once", s.table.Total())
	}
}

func TestAnApplianceThatIgnoresTheOffsetEnds(t *testing.T) {
	s := newScreen(t, nil, 78, 18)
	s.o.Tracker = stuck{&fake{}}
	drive(t, s, intent.Shown{}, func() bool { return s.search.done })
	if s.table.Total() != 100 {
		t.Errorf("%d rows, want 100", s.table.Total())
	}
}

// stuck gives the same full page whatever the offset.
type stuck struct{ *fake }

func (stuck) Search(context.Context, esa.Query) (esa.Page, error) {
	return esa.Page{Messages: appliance(100).messages, Rows: 100}, nil
}

func TestAFailureKeepsWhatIsThereAndRecovers(t *testing.T) {
	f := appliance(1000)
	s := newScreen(t, f, 118, 18)
	drive(t, s, intent.Shown{}, func() bool { return s.table.Total() == 200 && s.search.asked.IsZero() })
	f.err = &esa.Error{Op: "search message tracking", Host: "esa1.example.com", Status: 502, Kind: esa.KindProxyHTML, Message: "a web page"}
	drive(t, s, viewtest.Key("end"), func() bool { return s.search.failure != nil })
	got := viewtest.Text(s.View())
	if s.table.Total() != 200 || !strings.Contains(got, "a web page") || !strings.Contains(got, "tried again at") {
		t.Errorf("after a failure %d rows are left and the screen says\n%s", s.table.Total(), got)
	}
	f.err = nil
	drive(t, s, againMsg{number: s.search.number}, func() bool { return s.search.failure == nil && s.table.Total() > 200 && s.search.asked.IsZero() })
	f.err = &esa.Error{Op: "search message tracking", Host: "esa1.example.com", Status: 403, Kind: esa.KindRole, Message: "forbidden"}
	drive(t, s, viewtest.Key("end"), func() bool { return s.search.failure != nil })
	if got := viewtest.Text(s.View()); !strings.Contains(got, "ctrl+r tries again") {
		t.Errorf("a failure that stays is tried again by itself:\n%s", got)
	}
}

func TestFollowingPutsNewRowsInFront(t *testing.T) {
	f := appliance(10)
	s := shown(t, f, 118, 18)
	press(s, "j", "j")
	f.messages = append([]esa.Message{message1(-1)}, f.messages...)
	drive(t, s, viewtest.Key("f"), func() bool { return s.table.Total() == 11 })
	if s.table.Selected().m.Subject != "Invoice 2" {
		t.Errorf("the selection moved to %s", s.table.Selected().m.Subject)
	}
	if got := viewtest.Text(s.View()); !strings.Contains(got, "following, 1 new") {
		t.Errorf("following is not shown:\n%s", got)
	}
	press(s, "f")
	if cmd := s.again(againMsg{number: s.search.number, newest: true}); cmd != nil {
		t.Error("it looks for new messages after following was ended")
	}
}

func TestTheSearchLine(t *testing.T) {
	f := appliance(3)
	s := shown(t, f, 78, 18)
	press(s, "n")
	if !s.Typing() {
		t.Fatal("n does not edit the search")
	}
	press(s, " sta")
	press(s, "tab", "quarantined")
	drive(t, s, viewtest.Key("enter"), func() bool { return len(f.asked) > 1 && s.search.asked.IsZero() })
	if q := f.asked[len(f.asked)-1]; q.Status != esa.StatusQuarantined {
		t.Errorf("the search asks for status %q", q.Status)
	}
	press(s, "n", " status:nonsense", "enter")
	if got := viewtest.Text(s.View()); s.wrong == nil || !strings.Contains(got, "column") {
		t.Errorf("a wrong search does not say where it is wrong:\n%s", got)
	}
}

func TestANewSearchDropsTheOldOne(t *testing.T) {
	f := appliance(3)
	f.silent = true
	s := newScreen(t, f, 78, 18)
	_, cmd := s.Update(intent.Shown{})
	old := make(chan tea.Msg, 1)
	go func() { old <- cmd() }()
	press(s, "n", " x")
	s.Update(viewtest.Key("enter")) // its commands are not run
	msg := <-old
	if m, ok := msg.(pageMsg); !ok || !errors.Is(m.err, context.Canceled) {
		t.Errorf("the old search gave %v, want that it was cancelled", msg)
	}
	s.Update(msg)
	if s.search.failure != nil {
		t.Error("the end of the old search is taken for a failure of the new one")
	}
}

func TestInvestigatingAndCopying(t *testing.T) {
	s := shown(t, appliance(5), 78, 18)
	press(s, " ", " ")
	i, ok := press(s, "i")().(intent.Investigate)
	if !ok || !strings.Contains(i.Query, `"1000"`) || !strings.Contains(i.Query, `"1001"`) {
		t.Errorf("i asks for %v", i)
	}
	if c, ok := press(s, "y")().(intent.Copy); !ok || c.Value != "1002" {
		t.Errorf("y copies %v", c)
	}
	drive(t, s, viewtest.Key("enter"), func() bool { return s.message != nil })
	if c, ok := press(s, "y")().(intent.Copy); !ok || c.Value != "<id0@example.com>" {
		t.Errorf("y in the message copies %v", c)
	}
	if i, ok := press(s, "i")().(intent.Investigate); !ok || !strings.Contains(i.Query, "id0@example.com") {
		t.Errorf("i in the message asks for %v", i)
	}
	press(s, "esc")
	if s.message != nil {
		t.Error("esc does not go back")
	}
}

func TestHostileMail(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		m := message1(0)
		m.Subject, m.Sender, m.StatusText, m.SenderIP, m.TimeText, m.Time = x, x, x, x, x, time.Time{}
		m.Recipients = []string{x, x}
		d := life()
		d.Subject, d.Sender, d.HeaderFrom, d.StatusText, d.Host, d.TimeText = x, x, x, x, x, x
		d.Time = time.Time{}
		for i := range d.Events {
			d.Events[i].Description, d.Events[i].TimeText, d.Events[i].Time = x, x, time.Time{}
		}
		s := shown(t, &fake{messages: []esa.Message{m}, details: d}, 78, 18)
		viewtest.Shape(t, s.View(), 78, 18)
		viewtest.Safe(t, s.View())
		drive(t, s, viewtest.Key("enter"), func() bool { return s.message != nil })
		viewtest.Shape(t, s.View(), 78, 18)
		viewtest.Safe(t, s.View())
		press(s, "esc", "n", x)
		viewtest.Shape(t, s.View(), 78, 18)
		viewtest.Safe(t, s.View())
	}
}

func BenchmarkKeyAndView(b *testing.B) {
	f := appliance(100_000)
	s := New(b.Context(), Options{Theme: viewtest.Theme(theme.Options{}), Tracker: f, Now: func() time.Time { return noon }, Zone: time.UTC})
	defer s.Close()
	s.SetSize(118, 34)
	s.begin()
	s.search.asked = time.Time{}
	s.page(pageMsg{number: s.search.number, page: esa.Page{Messages: f.messages, Last: true}})
	for b.Loop() {
		for range 50 {
			s.Update(viewtest.Key("j"))
			_ = s.View()
		}
		s.Update(viewtest.Key("end"))
		_ = s.View()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(51*b.N), "ns/key")
}
