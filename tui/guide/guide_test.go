package guide

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/internal/config"
	"ctrace/internal/setup"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errDemo  = errors.New("demo")
	errReady = errors.New("ready")
)

// bench answers tests as it is told, and remembers what was saved.
type bench struct {
	found map[string]Found
	tried []string
	saved setup.Answers
	kept  map[string]string
}

func (b *bench) Try(_ context.Context, chapter string, a setup.Answers) Found {
	b.tried = append(b.tried, chapter)
	if f, ok := b.found[chapter]; ok && (f.Unknown == nil || a[setup.PinKey(f.Section)] != f.Unknown.Fingerprint) {
		return f
	}
	return Found{State: setup.Pass, Evidence: setup.Text{EN: chapter + " answers", KO: chapter + " 응답"}}
}

func (b *bench) Save(_ context.Context, a setup.Answers) Found {
	b.saved = maps.Clone(a)
	return Found{State: setup.Pass}
}

func (b *bench) keep(draft map[string]string) error {
	b.kept = draft
	return nil
}

func newScreen(t *testing.T, b *bench, l setup.Language, w, h int, change ...func(*Options)) *Screen {
	t.Helper()
	o := Options{Theme: viewtest.Theme(theme.Options{}), Language: l, First: true, Keep: b.keep, Tester: b, Demo: errDemo, Ready: errReady}
	for _, c := range change {
		c(&o)
	}
	s := New(t.Context(), o)
	t.Cleanup(s.Close)
	s.SetSize(w, h)
	return s
}

func press(s *Screen, names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		_, cmd = s.Update(viewtest.Key(n))
	}
	return cmd
}

// types types a text and enter.
func types(s *Screen, text string) tea.Cmd {
	s.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
	return press(s, "enter")
}

// run does what a command asks for, and answers questions with yes, until done.
func run(t *testing.T, s *Screen, cmd tea.Cmd, done func() bool) (left error) {
	t.Helper()
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd {
		switch m := m.(type) {
		case intent.Ask:
			return intent.Cmd(m.Then)
		case intent.Leave:
			left = m.For
			return nil
		}
		_, c := s.Update(m)
		return c
	}, cmd, func() bool { return done == nil && left != nil || done != nil && done() })
	return left
}

func chapter(s *Screen) string {
	if s.at == welcome {
		return "welcome"
	}
	return s.chapters[s.at].ID
}

func at(s *Screen, id string) func() bool {
	return func() bool { return chapter(s) == id && !s.trying }
}

// walk answers everything up to a chapter.
func walk(t *testing.T, s *Screen, to string) {
	t.Helper()
	press(s, "enter") // set up
	press(s, "enter") // standalone
	press(s, "down", "enter")
	for _, c := range []struct {
		id      string
		answers []string
	}{
		{"gateway", []string{"esa.example.com:25", ""}},
		{"tracker", []string{"https://esa.example.com:6443"}},
		{"user", []string{"analyst", "hunter2-secret"}},
		{"client", []string{"client-1", "client-secret-value"}},
		{"mail", []string{"soc@example.com", "test@example.com"}},
	} {
		if chapter(s) != c.id {
			t.Fatalf("at %s, want %s", chapter(s), c.id)
		}
		if c.id == to {
			return
		}
		var cmd tea.Cmd
		for _, a := range c.answers {
			if cmd = types(s, a); a == "" {
				continue
			}
		}
		run(t, s, cmd, func() bool { return chapter(s) != c.id })
	}
}

func TestTheGuideIsDrawn(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		for _, size := range []viewtest.Size{{Name: "80x24", W: 78, H: 18}, {Name: "120x40", W: 118, H: 34}, {Name: "200x60", W: 198, H: 54}} {
			for _, to := range []string{"welcome", "region", "gateway", "user", "keep"} {
				t.Run(string(l)+"/"+size.Name+"/"+to, func(t *testing.T) {
					s := newScreen(t, &bench{}, l, size.W, size.H)
					switch to {
					case "welcome":
					case "region":
						press(s, "enter", "enter")
					default:
						walk(t, s, to)
					}
					viewtest.Golden(t, s.View(), size.W, size.H)
				})
			}
		}
	}
}

func TestAProfileIsMade(t *testing.T) {
	b := &bench{}
	s := newScreen(t, b, setup.English, 78, 18)
	walk(t, s, "keep")
	cmd := press(s, "enter", "enter")
	if left := run(t, s, cmd, nil); !errors.Is(left, errReady) {
		t.Errorf("left for %v", left)
	}
	s.Close() // waits for what is still being kept
	want := map[string]string{
		"topology": "standalone", "region": "eu", "gateway": "esa.example.com:25", "tls": "starttls", "tracker": "https://esa.example.com:6443", "user": "analyst",
		"passphrase": "hunter2-secret", "client-id": "client-1", "client-secret": "client-secret-value", "sender": "soc@example.com", "recipient": "test@example.com",
		"name": "default", "keep": "keyring",
	}
	for k, v := range want {
		if b.saved[k] != v {
			t.Errorf("%s is %q, want %q", k, b.saved[k], v)
		}
	}
	for k, v := range b.kept {
		if strings.Contains(v, "secret") {
			t.Errorf("the secret %s was kept", k)
		}
	}
	if s.answers["passphrase"] != "" {
		t.Error("the passphrase is still there after it was handed over")
	}
}

// Quitting anywhere keeps what was typed, and a second run goes on there.
func TestQuittingKeepsWhatWasTyped(t *testing.T) {
	b := &bench{}
	s := newScreen(t, b, setup.English, 78, 18)
	walk(t, s, "user")
	s.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("analyst-half-typed")})
	press(s, "tab")
	s.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a-secret")})
	s.Close()
	if b.kept["user"] != "analyst-half-typed" || b.kept["gateway"] != "esa.example.com:25" {
		t.Errorf("kept %v", b.kept)
	}
	for k, v := range b.kept {
		if v == "a-secret" {
			t.Errorf("the secret was kept as %s", k)
		}
	}
	again := newScreen(t, &bench{}, setup.English, 78, 18, func(o *Options) { o.Answers = b.kept })
	if chapter(again) != "user" || !strings.Contains(viewtest.Text(again.View()), "analyst-half-typed") {
		t.Errorf("the second run is at %s:\n%s", chapter(again), viewtest.Text(again.View()))
	}
}

func unknown() Found {
	return Found{
		State: setup.Fail, Evidence: setup.Text{EN: "not trusted yet", KO: "아직 신뢰하지 않음"}, Section: config.SectionTracker,
		Unknown: &config.Certificate{
			Host: "esa.example.com", Fingerprint: "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Subject: "CN=esa\x1b[2J", Issuer: "CN=esa",
			NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), DNSNames: []string{"esa.example.com"},
		},
	}
}

func TestACertificateIsShownAndPinnedAfterAQuestion(t *testing.T) {
	b := &bench{found: map[string]Found{"tracker": unknown()}}
	s := newScreen(t, b, setup.English, 100, 30)
	walk(t, s, "tracker")
	var asked intent.Ask
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd {
		if a, ok := m.(intent.Ask); ok {
			asked = a
		}
		_, c := s.Update(m)
		return c
	}, types(s, "https://esa.example.com:6443"), func() bool { return asked.Then != nil })
	viewtest.Golden(t, s.View(), 100, 30)
	if chapter(s) != "tracker" {
		t.Fatalf("it went on to %s without an answer", chapter(s))
	}
	run(t, s, intent.Cmd(asked.Then), at(s, "user"))
	if s.answers["tracker-pin"] != unknown().Unknown.Fingerprint {
		t.Errorf("pinned %q", s.answers["tracker-pin"])
	}
	press(s, "esc")
	for range 4 { // another port is another server
		s.Update(tea.KeyMsg{Type: tea.KeyBackspace})
	}
	run(t, s, types(s, "4431"), func() bool { return !s.trying && s.found["tracker"].Unknown != nil || chapter(s) == "user" })
	if len(b.tried) < 3 {
		t.Error("the other address was not tried")
	}
}

func TestAFailedTestCanBeMendedOrPassedOver(t *testing.T) {
	b := &bench{found: map[string]Found{"gateway": {State: setup.Fail, Evidence: setup.Text{EN: "cannot be reached\nlook at the firewall", KO: "연결할 수 없음"}}}}
	s := newScreen(t, b, setup.English, 78, 18)
	walk(t, s, "gateway")
	types(s, "esa.example.com")
	run(t, s, press(s, "enter"), func() bool { return s.failed() })
	view := viewtest.Text(s.View())
	if !strings.Contains(view, "cannot be reached") || !strings.Contains(view, "ctrl+n") {
		t.Errorf("it shows\n%s", view)
	}
	s.Update(tea.KeyMsg{Type: tea.KeyCtrlN})
	if chapter(s) != "tracker" {
		t.Errorf("ctrl+n goes to %s", chapter(s))
	}
}

func TestAWrongAnswerIsToldInPlainWords(t *testing.T) {
	s := newScreen(t, &bench{}, setup.Korean, 78, 18)
	walk(t, s, "gateway")
	types(s, "esa example")
	press(s, "enter")
	if view := viewtest.Text(s.View()); chapter(s) != "gateway" || !strings.Contains(view, "형식으로 입력하십시오") {
		t.Errorf("it shows\n%s", view)
	}
}

func TestTheDemoIsOffered(t *testing.T) {
	s := newScreen(t, &bench{}, setup.English, 78, 18)
	if left := run(t, s, press(s, "down", "enter"), nil); !errors.Is(left, errDemo) {
		t.Errorf("left for %v", left)
	}
}

func TestAProfileIsChanged(t *testing.T) {
	p := config.Profile{
		Name: "site", Sender: "a@example.com", Recipient: "b@example.com", Gateway: config.Gateway{Host: "esa.example.com"},
		Tracker: config.Tracker{URL: "https://esa.example.com:6443", Username: "u"}, ThreatResponse: config.ThreatResponse{Region: "eu", ClientID: "c"},
	}.WithDefaults()
	s := newScreen(t, &bench{}, setup.English, 78, 18, func(o *Options) { o.First, o.Answers = false, setup.AnswersOf(p) })
	if chapter(s) != "topology" {
		t.Errorf("it begins at %s", chapter(s))
	}
	press(s, "enter", "enter")
	if view := viewtest.Text(s.View()); !strings.Contains(view, "esa.example.com:25") {
		t.Errorf("the present value is not shown:\n%s", view)
	}
	press(s, "esc", "esc")
	if left := run(t, s, press(s, "esc"), nil); !errors.Is(left, errReady) {
		t.Errorf("esc at the beginning leaves for %v", left)
	}
}

func TestCommandsAreAskedForWhenTheyAreChosen(t *testing.T) {
	s := newScreen(t, &bench{}, setup.English, 78, 40)
	walk(t, s, "keep")
	press(s, "enter", "down", "down")
	if view := viewtest.Text(s.View()); !strings.Contains(view, "Command that prints the passphrase") {
		t.Errorf("it shows\n%s", view)
	}
	press(s, "up")
	if view := viewtest.Text(s.View()); strings.Contains(view, "Command that prints the passphrase") {
		t.Errorf("it still shows\n%s", view)
	}
}

func TestEverySizeIsFilled(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		for w := 58; w < 130; w += 9 {
			s := newScreen(t, &bench{}, l, w, 10)
			for range 3 {
				viewtest.Shape(t, s.View(), w, 10)
				press(s, "enter")
			}
		}
	}
}
