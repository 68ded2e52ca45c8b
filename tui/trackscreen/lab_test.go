package trackscreen

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

var labMessages = flag.Int("lab.messages", 400, "seeded messages of the appliance that the screen is tested against")

// bench is an appliance on loopback with the screen on it.
type bench struct {
	*esatest.Appliance
	s   *Screen
	now time.Time
}

func onAppliance(t *testing.T, cfg esatest.Config, timeout time.Duration) *bench {
	t.Helper()
	a, err := esatest.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = a.CA().Pool()
	client, err := esa.New(esa.Config{
		BaseURL: a.APIURL(), Flavour: esa.Flavour(a.Flavour()), Username: a.Username(), Passphrase: a.Passphrase(),
		HTTPClient: &http.Client{Transport: transport}, Timeout: timeout,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	b := &bench{Appliance: a, now: time.Now()}
	o := options()
	o.Now, o.Zone = func() time.Time { return b.now }, time.UTC
	o.Sources = []tracking.Source{{Name: a.Hostname(), Tracker: client}}
	b.s = newScreen(t, o, 138, 34)
	return b
}

// later lets time go by, and what is due happen, until done says so.
func (b *bench) later(t *testing.T, d time.Duration, done func() bool) {
	t.Helper()
	b.now = b.now.Add(d)
	drive(t, b.s, timerMsg{b.s.timer}, done)
}

func (b *bench) faults(t *testing.T, names ...string) {
	t.Helper()
	if err := b.SetFaults(names...); err != nil {
		t.Fatal(err)
	}
}

// timed is a tracker that notes how long its pages took.
type timed struct {
	tracking.Tracker
	mu    sync.Mutex
	pages []time.Duration
}

func (x *timed) Search(ctx context.Context, q esa.Query) (esa.Page, error) {
	began := time.Now()
	page, err := x.Tracker.Search(ctx, q)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.pages = append(x.pages, time.Since(began))
	return page, err
}

func (x *timed) answers() []time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.pages)
}

// pump runs a screen's commands and gives it their messages, as Bubble Tea does. Unlike drive it loses
// none between two keys.
type pump struct {
	s    *Screen
	ctx  context.Context //nolint:containedctx // the test's
	msgs chan tea.Msg
}

func (p *pump) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				p.start(c)
			}
			return
		}
		if msg != nil {
			select {
			case p.msgs <- msg:
			case <-p.ctx.Done():
			}
		}
	}()
}

func (p *pump) until(msg tea.Msg, done func() bool) {
	for {
		_, cmd := p.s.Update(msg)
		p.start(cmd)
		if done() {
			return
		}
		select {
		case msg = <-p.msgs:
		case <-p.ctx.Done():
			return
		}
	}
}

// TestScrollingWaitsForOnePage goes from the top to the bottom by jumping to the end of what is there:
// the next rows are there as soon as one page is answered, which mostly was asked for before.
func TestScrollingWaitsForOnePage(t *testing.T) {
	b := onAppliance(t, esatest.Config{Messages: *labMessages}, 0)
	pages := &timed{Tracker: b.s.o.Sources[0].Tracker}
	b.s.o.Sources[0].Tracker = pages
	p := &pump{b.s, t.Context(), make(chan tea.Msg)}
	began := time.Now()
	p.until(intent.Shown{}, func() bool { return b.s.table.Total() > 0 })
	first := time.Since(began)
	var longest, more time.Duration
	for !b.s.search.Complete() {
		before, rows := len(pages.answers()), b.s.table.Total()
		began := time.Now()
		p.until(viewtest.Key("end"), func() bool { return b.s.table.Total() > rows || b.s.search.Complete() })
		wait := time.Since(began)
		answers := pages.answers()[before:]
		if len(answers) > 1 {
			t.Fatalf("after %d rows it waited for %d pages", rows, len(answers))
		}
		longest = max(longest, wait)
		if len(answers) == 1 {
			more = max(more, wait-answers[0])
		}
	}
	t.Logf("%d rows; the first after %v; the longest wait %v, the longest answer %v; the longest that a wait was longer than its answer %v",
		b.s.table.Total(), first, longest, slices.Max(pages.answers()), more)
	if n := b.s.table.Total(); n < *labMessages*9/10 || n > *labMessages {
		t.Errorf("%d rows, want about the %d of the day", n, *labMessages)
	}
}

// TestTroubleOfTheAppliance goes through everything that an appliance can do in the middle of a search.
func TestTroubleOfTheAppliance(t *testing.T) {
	for _, c := range []struct {
		faults []string
		want   string
	}{
		{[]string{"api-slow"}, "did not answer in time"},
		{[]string{"api-silent"}, "did not answer in time"},
		{[]string{"api-disabled"}, "cannot be reached|broke off"},
		{[]string{"api-500"}, "fails (HTTP 500)"},
		{[]string{"api-restart"}, "cannot be reached|broke off"},
		{[]string{"api-truncated"}, "broke off the connection|cannot be read"},
	} {
		t.Run(strings.Join(c.faults, ","), func(t *testing.T) {
			t.Parallel()
			b := onAppliance(t, esatest.Config{Messages: 900, Slow: time.Minute}, 3*time.Second)
			drive(t, b.s, intent.Shown{}, idle(b.s))
			had := b.s.table.Total()
			b.faults(t, c.faults...)
			for range 10 {
				if b.s.search.Sources()[0].Failure != nil {
					break
				}
				had = b.s.table.Total()
				drive(t, b.s, viewtest.Key("end"), idle(b.s))
			}
			got := viewtest.Text(b.s.View())
			if b.s.table.Total() != had || !slices.ContainsFunc(strings.Split(c.want, "|"), func(w string) bool { return strings.Contains(got, w) }) {
				t.Errorf("%d rows of %d are left, and the screen does not say %q:\n%s", b.s.table.Total(), had, c.want, got)
			}
			b.faults(t)
			b.later(t, time.Minute, func() bool { return b.s.table.Total() > had && !b.s.search.Working() })
			if got := viewtest.Text(b.s.View()); b.s.search.Sources()[0].Failure != nil {
				t.Errorf("it did not recover:\n%s", got)
			}
		})
	}
}

// TestTroubleThatComesAndGoes needs nobody: every other answer is a web page, sessions live a second.
func TestTroubleThatComesAndGoes(t *testing.T) {
	for _, fault := range []string{"api-502-html", "jwt-expires"} {
		t.Run(fault, func(t *testing.T) {
			b := onAppliance(t, esatest.Config{Messages: 400, Faults: []string{fault}}, 0)
			drive(t, b.s, intent.Shown{}, idle(b.s))
			drive(t, b.s, viewtest.Key("L"), idle(b.s))
			for range 40 {
				if b.s.search.Complete() {
					break
				}
				b.later(t, 70*time.Second, idle(b.s))
			}
			if !b.s.search.Complete() || b.s.table.Total() < 350 {
				t.Errorf("%d rows, complete=%v\n%s", b.s.table.Total(), b.s.search.Complete(), viewtest.Text(b.s.View()))
			}
		})
	}
}

func TestRefusedCredentialsWaitForAPerson(t *testing.T) {
	b := onAppliance(t, esatest.Config{Messages: 400}, 0)
	drive(t, b.s, intent.Shown{}, idle(b.s))
	had := b.s.table.Total()
	b.faults(t, "api-401")
	drive(t, b.s, viewtest.Key("end"), func() bool { return b.s.search.Sources()[0].Failure != nil })
	if got := viewtest.Text(b.s.View()); b.s.table.Total() != had || !strings.Contains(got, "refuses the user name") || !strings.Contains(got, "ctrl+r") {
		t.Errorf("%d rows are left and the screen says\n%s", b.s.table.Total(), got)
	}
	b.faults(t)
	drive(t, b.s, viewtest.Key("ctrl+r"), idle(b.s))
	if b.s.table.Total() < 100 {
		t.Errorf("%d rows after ctrl+r", b.s.table.Total())
	}
}

func TestMailThatIsSentShowsWhileFollowing(t *testing.T) {
	b := onAppliance(t, esatest.Config{Messages: 50, Delay: time.Millisecond}, 0)
	drive(t, b.s, intent.Shown{}, idle(b.s))
	had := b.s.table.Total()
	drive(t, b.s, viewtest.Key("f"), func() bool { return b.s.search.Following() && b.s.search.Sources()[0].Asked.IsZero() })
	m, err := testmail.New(testmail.NewToken(time.Now()), "probe@lab.example", "soc@"+b.Domain(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	host, port := "127.0.0.1", 0
	if _, err := fmt.Sscanf(b.SMTPAddr(), "127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := testmail.Send(ctx, testmail.Server{Host: host, Port: port, TLS: testmail.TLSNone}, m); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if b.s.table.Total() > had {
			break
		}
		b.later(t, tracking.FollowEvery, func() bool { return !b.s.search.Sources()[0].Polling || b.s.table.Total() > had })
	}
	if b.s.table.Total() != had+1 || !b.s.table.Selected().Fresh || b.s.table.Selected().Subject != m.Subject {
		t.Fatalf("%d rows (%d before), selected %q, want the new one at the top", b.s.table.Total(), had, b.s.table.Selected().Subject)
	}
	drive(t, b.s, viewtest.Key("enter"), told(b.s))
	if got := lines(b.s); !strings.Contains(got, m.Subject) || !strings.Contains(got, "Connection") {
		t.Errorf("its page is\n%s", got)
	}
}

func TestEveryKindOfRowOfAnApplianceCanBeRead(t *testing.T) {
	for _, cfg := range []esatest.Config{
		{Messages: 60},
		{Messages: 60, Flavour: esatest.FlavourSMA},
		{Messages: 60, Faults: []string{"tracking-12x"}},
		{Messages: 60, Faults: []string{"tracking-bad-records"}},
		{Messages: 60, Location: time.FixedZone("KST", 9*3600)},
	} {
		t.Run(fmt.Sprint(cfg.Flavour, cfg.Faults, cfg.Location), func(t *testing.T) {
			b := onAppliance(t, cfg, 0)
			drive(t, b.s, intent.Shown{}, idle(b.s))
			if b.s.table.Total() < 40 {
				t.Fatalf("%d rows", b.s.table.Total())
			}
			for range 12 {
				drive(t, b.s, viewtest.Key("enter"), told(b.s))
				viewtest.Shape(t, b.s.View(), 138, 34)
				if b.s.page.failure != nil || len(b.s.page.story.Missing) > 0 || len(b.s.page.life.Steps) == 0 {
					t.Errorf("%s: %v %v", b.s.page.row.Subject, b.s.page.failure, b.s.page.story.Missing)
				}
				press(b.s, "esc", "j")
			}
		})
	}
}

func TestRejectedConnectionsOfAnAppliance(t *testing.T) {
	b := onAppliance(t, esatest.Config{Messages: 2000}, 0)
	b.s.line.Set("is:rejected since:1d")
	drive(t, b.s, intent.Shown{}, idle(b.s))
	if b.s.table.Total() == 0 {
		t.Fatal("the appliance refused no connection")
	}
	got := viewtest.Text(b.s.View())
	if !strings.Contains(got, "connection") || !strings.Contains(got, "Rejected") {
		t.Errorf("the list is\n%s", got)
	}
	drive(t, b.s, viewtest.Key("enter"), told(b.s))
	if got := lines(b.s); !strings.Contains(got, "Refused connection") || b.s.page.failure != nil {
		t.Errorf("the page is\n%s", got)
	}
}
