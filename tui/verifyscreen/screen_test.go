package verifyscreen

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/internal/verify"
	"ctrace/tui/eventtest"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var plan = Plan{
	Profile: "example", From: eventtest.From, To: eventtest.To, Gateway: eventtest.Gateway,
	Tracker: "esa1.example.com", ThreatResponse: "visibility.eu.amp.cisco.com",
}

// newScreen makes a screen whose clock stands where the script's does.
func newScreen(t *testing.T, th *theme.Theme, v Verifier, w, h int) *Screen {
	t.Helper()
	s := New(t.Context(), Options{Theme: th, Verifier: v, Plan: plan, Zone: time.UTC, Now: func() time.Time { return eventtest.Begin }})
	t.Cleanup(s.Close)
	s.SetSize(w, h)
	return s
}

// play puts a screen into the state after some events of a script, without running anything.
func play(s *Screen, events []verify.Event) {
	s.request++
	s.run = newRun(eventtest.Begin)
	now := eventtest.Begin
	if len(events) > 0 {
		now = events[len(events)-1].Time()
	}
	s.o.Now = func() time.Time { return now }
	m := batchMsg{request: s.request, events: events, from: newStream()}
	if len(events) > 0 {
		if end, ok := events[len(events)-1].(verify.Ended); ok {
			m.ended, m.result = true, end.Result
		}
	}
	s.Update(m)
}

// until gives the first events of a script, up to the first one of a kind.
func until(script []verify.Event, kind string) []verify.Event {
	for i, e := range script {
		if e.Kind() == kind {
			return script[:i+1]
		}
	}
	return script
}

func TestEveryStateIsDrawn(t *testing.T) {
	states := map[string][]verify.Event{
		"sending":  eventtest.Verified()[:4],
		"tracking": until(eventtest.Verified(), "poll"),
		"asking":   until(eventtest.Verified(), "module"),
		"verified": eventtest.Verified(),
		"refused":  eventtest.Refused(),
		"waiting":  until(eventtest.NotSeen(), "waiting"),
		"not-seen": eventtest.NotSeen(),
	}
	for look, th := range viewtest.Looks() {
		for _, size := range viewtest.Sizes() {
			w, h := size.W-2, size.H-6
			t.Run(look+"/"+size.Name+"/empty", func(t *testing.T) {
				viewtest.Golden(t, newScreen(t, th, &eventtest.Player{}, w, h).View(), w, h)
			})
			for name, events := range states {
				t.Run(look+"/"+size.Name+"/"+name, func(t *testing.T) {
					s := newScreen(t, th, &eventtest.Player{}, w, h)
					play(s, events)
					viewtest.Golden(t, s.View(), w, h)
				})
			}
			t.Run(look+"/"+size.Name+"/transcript", func(t *testing.T) {
				s := newScreen(t, th, &eventtest.Player{}, w, h)
				play(s, eventtest.Verified())
				s.Update(key("t"))
				viewtest.Golden(t, s.View(), w, h)
			})
		}
	}
}

func key(k string) tea.KeyMsg { return viewtest.Key(k) }

func drive(t *testing.T, s *Screen, cmd tea.Cmd, done func() bool) {
	t.Helper()
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd { _, c := s.Update(m); return c }, cmd, done)
}

func TestARunFromEnterToVerdict(t *testing.T) {
	v := &eventtest.Player{Script: eventtest.Verified()}
	s := newScreen(t, viewtest.Theme(theme.Options{}), v, 78, 18)
	_, cmd := s.Update(key("enter"))
	drive(t, s, cmd, func() bool { return !s.Busy() })
	if got := viewtest.Text(s.View()); !strings.Contains(got, "VERIFIED") {
		t.Errorf("no verdict in\n%s", got)
	}
	if len(v.Resumed) != 1 || v.Resumed[0] != "" {
		t.Errorf("the verifier was called with %q, want one new run", v.Resumed)
	}
}

func TestStoppingAndContinuing(t *testing.T) {
	v := &eventtest.Player{Script: until(eventtest.Verified(), "poll"), Hold: make(chan struct{}), Returned: make(chan error, 2)}
	s := newScreen(t, viewtest.Theme(theme.Options{}), v, 78, 18)
	_, cmd := s.Update(key("enter"))
	drive(t, s, cmd, func() bool { return s.run.sent != nil })
	began := time.Now()
	s.Update(key("esc"))
	err := <-v.Returned
	s.Update(batchMsg{request: s.request, ended: true, err: err, from: newStream()})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if got := viewtest.Text(s.View()); !strings.Contains(got, "STOPPED") || !strings.Contains(got, "c continues") {
		t.Errorf("a stopped run does not say how to go on:\n%s", got)
	}
	close(v.Hold)
	v.Script = eventtest.Verified()
	_, cmd = s.Update(key("c"))
	drive(t, s, cmd, func() bool { return !s.Busy() })
	if len(v.Resumed) != 2 || v.Resumed[1] != eventtest.Token {
		t.Errorf("the verifier was called with %q, want the token the second time", v.Resumed)
	}
}

func TestSendingRealMailAsksFirst(t *testing.T) {
	v := &eventtest.Player{Script: eventtest.Verified()}
	s := newScreen(t, viewtest.Theme(theme.Options{}), v, 78, 18)
	s.o.Plan.Ask = true
	_, cmd := s.Update(key("enter"))
	ask, ok := cmd().(intent.Ask)
	if !ok || s.Busy() {
		t.Fatalf("enter gave %T and busy=%v, want a question and nothing running", cmd(), s.Busy())
	}
	_, cmd = s.Update(ask.Then)
	drive(t, s, cmd, func() bool { return !s.Busy() })
	if len(v.Resumed) != 1 {
		t.Errorf("after the yes %d runs were started, want 1", len(v.Resumed))
	}
}

func TestActionsThatCannotBeDoneSayWhy(t *testing.T) {
	for _, tc := range []struct {
		name, key, want string
		change          func(*Screen)
	}{
		{"read only", "enter", "--read-only", func(s *Screen) { s.o.Plan.ReadOnly = true }},
		{"no profile", "enter", "set-up", func(s *Screen) { s.o.Verifier = nil }},
		{"running", "r", "esc stops", func(s *Screen) { play(s, eventtest.Verified()[:4]) }},
		{"nothing to stop", "esc", "nothing runs", func(*Screen) {}},
		{"no transcript", "t", "no SMTP dialogue", func(*Screen) {}},
		{"nothing to continue", "c", "nothing has run", func(*Screen) {}},
		{"nothing to write", "e", "no result", func(s *Screen) { play(s, eventtest.Verified()[:4]) }},
		{"nothing to investigate", "i", "before the message's details", func(s *Screen) { play(s, eventtest.Refused()) }},
		{"verified already", "c", "verified already", func(s *Screen) { play(s, eventtest.Verified()) }},
		{"refused", "c", "no mail left", func(s *Screen) { play(s, eventtest.Refused()) }},
		{"after a run", "enter", "r runs", func(s *Screen) { play(s, eventtest.Verified()) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newScreen(t, viewtest.Theme(theme.Options{}), &eventtest.Player{}, 78, 18)
			tc.change(s)
			_, cmd := s.Update(key(tc.key))
			if cmd == nil {
				t.Fatal("the key does nothing and says nothing")
			}
			if n, ok := cmd().(intent.Notice); !ok || !strings.Contains(n.Text.String(), tc.want) {
				t.Errorf("the key says %v, want a notice with %q", cmd(), tc.want)
			}
		})
	}
}

func TestTheMessageCanBeInvestigated(t *testing.T) {
	s := newScreen(t, viewtest.Theme(theme.Options{}), &eventtest.Player{}, 78, 18)
	play(s, eventtest.Verified())
	_, cmd := s.Update(key("i"))
	if i, ok := cmd().(intent.Investigate); !ok || !strings.Contains(i.Query, "email_messageid") || !strings.Contains(i.Query, "4711") {
		t.Errorf("i gives %v", cmd())
	}
}

func TestTheVerificationIsWrittenToAFile(t *testing.T) {
	s := newScreen(t, viewtest.Theme(theme.Options{}), &eventtest.Player{}, 78, 18)
	play(s, eventtest.Verified())
	s.Update(key("e"))
	if !s.Typing() {
		t.Fatal("e does not ask for a name")
	}
	viewtest.Shape(t, s.View(), 78, 18)
	path := filepath.Join(t.TempDir(), "run.md")
	for range 80 {
		s.Update(key("backspace"))
	}
	s.Update(key(path))
	_, cmd := s.Update(key("enter"))
	if n, ok := cmd().(intent.Notice); !ok || n.Level != intent.Info {
		t.Errorf("enter gives %v", cmd())
	}
	written, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(written), eventtest.Token) {
		t.Errorf("the file holds %q (%v)", written, err)
	}
}

func TestEventsOfAnOlderRunAreDropped(t *testing.T) {
	s := newScreen(t, viewtest.Theme(theme.Options{}), &eventtest.Player{}, 78, 18)
	play(s, eventtest.Verified()[:3])
	before := s.View()
	s.Update(batchMsg{request: s.request - 1, events: eventtest.Refused(), ended: true, from: newStream()})
	s.Update(tickMsg{request: s.request - 1})
	if s.View() != before || !s.Busy() {
		t.Error("an answer to an older run changed the screen")
	}
}

func TestARunThatCannotStartSaysWhy(t *testing.T) {
	v := &eventtest.Player{Err: errors.New("the passphrase of profile example is not set")}
	s := newScreen(t, viewtest.Theme(theme.Options{}), v, 78, 18)
	_, cmd := s.Update(key("enter"))
	drive(t, s, cmd, func() bool { return !s.Busy() })
	if got := viewtest.Text(s.View()); !strings.Contains(got, "passphrase of profile example") {
		t.Errorf("the reason is not shown:\n%s", got)
	}
}

func TestHostileTextIsShownAndDoesNothing(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		s := newScreen(t, viewtest.Theme(theme.Options{}), &eventtest.Player{}, 78, 30)
		for _, script := range [][]verify.Event{eventtest.Verified(), eventtest.NotSeen(), eventtest.Refused()} {
			play(s, eventtest.Poison(script, x))
			for range 5 {
				viewtest.Shape(t, s.View(), 78, 30)
				viewtest.Safe(t, s.View())
				s.Update(key("k"))
			}
			if s.transcript = len(s.run.dialogue) > 0; s.transcript {
				s.layout()
				viewtest.Shape(t, s.View(), 78, 30)
				viewtest.Safe(t, s.View())
			}
		}
	}
}

func TestEverySizeIsFilled(t *testing.T) {
	for _, w := range []int{58, 61, 78, 97, 118} {
		for _, h := range []int{9, 13, 18, 31} {
			s := newScreen(t, viewtest.Theme(theme.Options{ASCII: true}), &eventtest.Player{}, w, h)
			viewtest.Shape(t, s.View(), w, h)
			for i := range eventtest.Verified() {
				play(s, eventtest.Verified()[:i+1])
				viewtest.Shape(t, s.View(), w, h)
			}
		}
	}
}

func BenchmarkEventAndView(b *testing.B) {
	s := New(b.Context(), Options{Theme: viewtest.Theme(theme.Options{}), Verifier: &eventtest.Player{}, Plan: plan, Now: time.Now, Zone: time.UTC})
	s.SetSize(118, 34)
	play(s, eventtest.Verified())
	for b.Loop() {
		s.Update(key("k"))
		_ = s.View()
	}
}
