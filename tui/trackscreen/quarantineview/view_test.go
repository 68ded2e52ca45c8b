package quarantineview

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/esa"
	"ctrace/esa/esatest"
	"ctrace/internal/history"
	"ctrace/internal/quarantine"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// bench is the view on an appliance of loopback whose clock stands still.
type bench struct {
	*View
	journal *history.Store
	a       *esatest.Appliance
}

func onAppliance(t *testing.T, w, h int, change func(*Options)) *bench {
	t.Helper()
	now := func() time.Time { return noon }
	a, err := esatest.Start(esatest.Config{Messages: 300, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = a.CA().Pool()
	transport.TLSClientConfig.Time = time.Now
	c, err := esa.New(esa.Config{BaseURL: a.APIURL(), Username: a.Username(), Passphrase: a.Passphrase(), HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	store, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	o := Options{Theme: viewtest.Theme(theme.Options{}), Sources: []quarantine.Source{{Name: "esa1.lab.example", Keeper: c}}, Journal: store, Profile: "lab", Now: now, Zone: time.UTC}
	if change != nil {
		change(&o)
	}
	b := &bench{New(t.Context(), o), store, a}
	t.Cleanup(b.Close)
	b.SetSize(w, h)
	b.drive(t, b.Load(), b.idle)
	return b
}

func (b *bench) update(msg tea.Msg) tea.Cmd { cmd, _ := b.Update(msg); return cmd }

func (b *bench) drive(t *testing.T, cmd tea.Cmd, done func() bool) {
	t.Helper()
	viewtest.Drive(t, b.update, cmd, done)
}

func (b *bench) idle() bool {
	for _, s := range b.sources {
		if !s.asked.IsZero() || !s.begun && s.failure == nil {
			return false
		}
	}
	return b.acting == ""
}

func (b *bench) press(names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		cmd = b.update(viewtest.Key(n))
	}
	return cmd
}

func TestTheViewIsDrawn(t *testing.T) {
	for _, size := range viewtest.Sizes() {
		w, h := size.W-2, size.H-6
		golden := func(name string, change func(*Options), prepare func(*testing.T, *bench)) {
			t.Run(size.Name+"/"+name, func(t *testing.T) {
				b := onAppliance(t, w, h, change)
				if prepare != nil {
					prepare(t, b)
				}
				viewtest.Golden(t, b.View.View().String(), w, h)
			})
		}
		golden("spam", nil, nil)
		golden("policy", nil, func(t *testing.T, b *bench) { b.drive(t, b.press("c"), b.idle) })
		golden("message", nil, func(t *testing.T, b *bench) {
			b.drive(t, b.press("c"), b.idle)
			b.drive(t, b.press("enter"), func() bool { return b.open.asked.IsZero() })
		})
		golden("marked", nil, func(_ *testing.T, b *bench) { b.press(" ", " ") })
		golden("released", nil, func(t *testing.T, b *bench) {
			ask := b.press("r")().(intent.Ask)
			b.drive(t, b.update(ask.Then), b.idle)
		})
		golden("refused", nil, func(t *testing.T, b *bench) {
			if err := b.a.SetFaults("api-401"); err != nil {
				t.Fatal(err)
			}
			b.drive(t, b.press("ctrl+r"), b.idle)
		})
	}
}

func TestReleaseAndDeleteAskAndAreRecorded(t *testing.T) {
	for key, want := range map[string]string{"r": "quarantine release", "x": "quarantine delete"} {
		b := onAppliance(t, 100, 30, nil)
		before := b.sources[0].total
		subject := b.table.Selected().Subject
		ask, ok := b.press(key)().(intent.Ask)
		if !ok {
			t.Fatalf("%s does not ask", key)
		}
		var words []string
		for _, l := range ask.Lines {
			words = append(words, l.String())
		}
		if text := strings.Join(words, "\n"); !strings.Contains(text, subject) || !strings.Contains(text, "esa1.lab.example") || !strings.Contains(text, "spam quarantine") {
			t.Errorf("the question does not name message, quarantine and appliance:\n%s", text)
		}
		if all, _ := b.journal.Actions(t.Context(), history.Filter{}); len(all) != 0 {
			t.Fatal("something was done before the answer")
		}
		b.drive(t, b.update(ask.Then), b.idle)
		if b.sources[0].total != before-1 || b.lastBad {
			t.Errorf("%s: %d of %d are left, %s", key, b.sources[0].total, before, b.last)
		}
		all, err := b.journal.Actions(t.Context(), history.Filter{})
		if err != nil || len(all) != 1 || all[0].Action != want || all[0].Outcome != "done" || all[0].Profile != "lab" {
			t.Errorf("recorded %+v, %v", all, err)
		}
		// The same once more: the message is not there any longer, and that is said.
		b.drive(t, b.update(ask.Then), b.idle)
		if !b.lastBad || !strings.Contains(b.last, "no longer has it") {
			t.Errorf("the second time it says %q", b.last)
		}
	}
}

func TestReadOnlyHidesWhatActs(t *testing.T) {
	b := onAppliance(t, 100, 30, func(o *Options) { o.ReadOnly = true })
	for _, h := range b.FullHelp() {
		if h.Short == "release" || h.Short == "delete" {
			t.Errorf("%s is offered", h.Short)
		}
	}
	if n, ok := b.press("r")().(intent.Notice); !ok || !strings.Contains(n.Text.String(), "--read-only") {
		t.Errorf("r gives %v", n)
	}
	w := onAppliance(t, 100, 30, func(o *Options) { o.Journal = nil })
	if n, ok := w.press("x")().(intent.Notice); !ok || !strings.Contains(n.Text.String(), "recorded") {
		t.Errorf("without a history x gives %v", n)
	}
}

func TestMessagesOfDifferentQuarantinesAreNotMixed(t *testing.T) {
	b := onAppliance(t, 100, 30, nil)
	b.drive(t, b.press("c"), b.idle)
	names := map[string]bool{}
	for _, r := range b.rows {
		names[strings.Join(r.Quarantines, ",")] = true
	}
	if len(names) < 2 {
		t.Skip("the day has one policy quarantine only")
	}
	for range b.rows {
		b.press(" ")
	}
	if n, ok := b.press("r")().(intent.Notice); !ok || !strings.Contains(n.Text.String(), "different quarantines") {
		t.Errorf("r gives %v", n)
	}
}

func TestHostileMessages(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		b := &bench{View: New(t.Context(), Options{Theme: viewtest.Theme(theme.Options{}), Sources: []quarantine.Source{{Name: x}}, Now: func() time.Time { return noon }, Zone: time.UTC})}
		b.SetSize(78, 18)
		b.sources = make([]state, 1)
		m := esa.QuarantinedMessage{MID: 1, Subject: x, From: []string{x}, Sender: x, Recipients: []string{x}, ReceivedText: x, Size: x, Quarantines: []string{x}, GatewayHost: x, Reasons: []esa.QuarantineReason{{Quarantine: x, Reason: x}}}
		b.arrived(pageMsg{0, 0, esa.QuarantinePage{Messages: []esa.QuarantinedMessage{m}, Total: 1}, nil})
		b.last = x
		check := func() {
			t.Helper()
			viewtest.Shape(t, b.View.View().String(), 78, 18)
			viewtest.Safe(t, b.View.View().String())
		}
		check()
		b.open = &page{row: b.rows[0], details: esa.QuarantineDetails{QuarantinedMessage: m, Headers: x, Body: x + "<br />" + x, Attachments: []esa.QuarantineAttachment{{Name: x, Size: x}}}}
		b.open.layout(b.View)
		check()
		viewtest.Safe(t, b.open.lines.String())
		b.Close()
	}
}

// TestTroubleGoesByItself keeps the rows while the appliance fails, and needs nobody when it is back.
func TestTroubleGoesByItself(t *testing.T) {
	for fault, want := range map[string]string{
		"api-500":       "fails (HTTP 500)",
		"api-disabled":  "broke off|cannot be reached",
		"api-502-html":  "a web page",
		"api-truncated": "broke off the connection|cannot be read",
	} {
		t.Run(fault, func(t *testing.T) {
			now := noon
			b := onAppliance(t, 100, 30, func(o *Options) { o.Now = func() time.Time { return now } })
			rows := b.table.Total()
			if err := b.a.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			failed := func() bool { return b.sources[0].failure != nil }
			for range 3 { // every other answer comes with api-502-html
				if !failed() {
					b.drive(t, b.press("ctrl+r"), b.idle)
				}
			}
			says := func(got string) bool {
				for _, w := range strings.Split(want, "|") {
					if strings.Contains(got, w) {
						return true
					}
				}
				return false
			}
			if got := viewtest.Text(b.View.View().String()); !failed() || b.table.Total() != rows || !says(got) || !strings.Contains(got, "again in 2 s") {
				t.Errorf("%d rows of %d are left, and it says\n%s", b.table.Total(), rows, got)
			}
			b.drive(t, b.press("enter"), func() bool { return b.open.asked.IsZero() })
			if fault != "api-502-html" && (b.open.failure == nil || b.open.retryAt.IsZero()) {
				t.Errorf("the message was read all the same: %v", b.open.failure)
			}
			if err := b.a.SetFaults(); err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Minute)
			b.drive(t, b.update(tickMsg{b.timer}), func() bool {
				return !failed() && b.idle() && b.open.failure == nil && b.open.asked.IsZero()
			})
			if b.table.Total() != rows || b.open.details.Headers == "" && b.open.details.Body == "" {
				t.Errorf("%d rows of %d, %+v", b.table.Total(), rows, b.open.details)
			}
		})
	}
}

func TestReadingEndsWithLeaving(t *testing.T) {
	b := onAppliance(t, 100, 30, nil)
	if err := b.a.SetFaults("api-silent"); err != nil {
		t.Fatal(err)
	}
	asked := func(cmd tea.Cmd) chan struct{} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			var run func(tea.Cmd)
			run = func(c tea.Cmd) {
				if all, ok := c().(tea.BatchMsg); ok {
					for _, c := range all {
						if c != nil {
							run(c)
						}
					}
				}
			}
			run(cmd)
		}()
		return done
	}
	for name, c := range map[string]struct{ begin, leave string }{"the list": {"ctrl+r", "esc"}, "a message": {"enter", "esc"}} {
		done := asked(b.press(c.begin))
		b.press(c.leave)
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("%s is still read", name)
		}
		b.Load()
	}
}

func TestWhyTheViewIsEmpty(t *testing.T) {
	b := onAppliance(t, 78, 18, nil)
	if err := b.a.SetFaults("api-401"); err != nil {
		t.Fatal(err)
	}
	b.drive(t, b.press("c"), b.idle)
	got := strings.Join(strings.Fields(viewtest.Text(b.View.View().String())), " ")
	if strings.Contains(got, "Reading the quarantine") || !strings.Contains(got, "Nothing was read: esa1.lab.example refuses") || !strings.Contains(got, "Check the user name") {
		t.Errorf("the view says %s", got)
	}
}

func TestAllWhoTheHeaderNames(t *testing.T) {
	b := onAppliance(t, 78, 18, nil)
	b.open = &page{row: &held{QuarantinedMessage: esa.QuarantinedMessage{
		MID: 1, Recipients: []string{"a@example.net"}, To: []string{"A <a@example.net>", "B <b@example.net>"},
	}}}
	b.open.layout(b.View)
	if got := viewtest.Text(b.View.View().String()); !strings.Contains(got, "header To     A <a@example.net>, B <b@example.net>") {
		t.Errorf("the page says\n%s", got)
	}
}

func TestWhatWasReleasedIsNoLongerMarked(t *testing.T) {
	b := onAppliance(t, 100, 30, nil)
	ask := b.press(" ", " ", "r")().(intent.Ask)
	b.drive(t, b.update(ask.Then), b.idle)
	if b.last != "2 messages were released" || b.table.Marks() != 0 {
		t.Errorf("%q, and %d are marked", b.last, b.table.Marks())
	}
	if why := b.reason(keys.HeldRelease); why != "" {
		t.Errorf("the next one cannot be released: %s", why)
	}
	subject := b.table.Selected().Subject
	ask = b.press("r")().(intent.Ask)
	if len(ask.Lines) != 3 || !strings.Contains(ask.Lines[1].String(), subject) {
		t.Errorf("the next question is about %v", ask.Lines)
	}
	b.press("c")
	if b.last != "" {
		t.Errorf("the other quarantine says %q", b.last)
	}
}
