package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/clip"
	"ctrace/tui/eventtest"
	"ctrace/tui/frame"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testOptions() Options {
	return Options{
		Profile: "example", Region: "Europe", Demo: true, From: eventtest.From, To: eventtest.To, Gateway: eventtest.Gateway,
		Tracker: "esa1.example.com", ThreatResponse: "visibility.eu.amp.cisco.com", SetupRegion: setup.Regions()[1],
		Verifier: &eventtest.Player{Script: eventtest.Verified()}, Theme: theme.Options{Mode: theme.Dark},
		Now: func() time.Time { return eventtest.Begin },
	}
}

func testApp(t *testing.T, o Options, w, h int) *app {
	t.Helper()
	a := newApp(t.Context(), o)
	a.clip = clip.Copier{Getenv: func(string) string { return "" }, Native: func(string) error { return nil }}
	t.Cleanup(a.close)
	a.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return a
}

// press presses keys and gives the command of the last one.
func press(a *app, names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		_, cmd = a.Update(viewtest.Key(n))
	}
	return cmd
}

func drive(t *testing.T, a *app, cmd tea.Cmd, done func() bool) {
	t.Helper()
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd { _, c := a.Update(m); return c }, cmd, done)
}

func shows(t *testing.T, a *app, want ...string) {
	t.Helper()
	view := viewtest.Text(a.View())
	for _, w := range want {
		if !strings.Contains(view, w) {
			t.Errorf("%q does not show in\n%s", w, view)
		}
	}
}

func TestAVerificationThatFailsNamesItsCauses(t *testing.T) {
	o := testOptions()
	o.Verifier = &eventtest.Player{Script: eventtest.Refused()}
	a := testApp(t, o, 120, 40)
	drive(t, a, press(a, "enter"), func() bool {
		return a.panel == intent.Diagnosis && strings.Contains(a.View(), "Probable causes")
	})
	if a.focused {
		t.Error("the panel that came by itself took the focus")
	}
	shows(t, a, "REFUSED", "Probable causes", "ESA ✗")
	viewtest.Shape(t, a.View(), 120, 40)
	drive(t, a, press(a, "d", "enter"), func() bool { return a.panel == intent.Setup || a.focused })
}

// The set-up that stands beside the screen makes room for the causes, unless it is worked in.
func TestTheCausesTakeThePlaceOfTheSetUp(t *testing.T) {
	for _, worked := range []bool{false, true} {
		o := testOptions()
		o.Verifier = &eventtest.Player{Script: eventtest.Refused()}
		a := testApp(t, o, 120, 40)
		press(a, "s", "tab")
		cmd := press(a, "enter")
		want := intent.Diagnosis
		if worked {
			want = intent.Setup
			press(a, "tab")
		}
		drive(t, a, cmd, func() bool { return strings.Contains(a.View(), "REFUSED") && a.problems })
		if a.openAsked(intent.OpenPanel{Panel: intent.Diagnosis, Quiet: true}); a.panel != want || a.focused != worked {
			t.Errorf("worked in %t: the panel is %s with the focus %t, want %s", worked, a.panel, a.focused, want)
		}
	}
}

func TestThePanelStandsBesideOrOver(t *testing.T) {
	a := testApp(t, testOptions(), 110, 24)
	press(a, "s")
	shows(t, a, "Set up the integration", "Verification")
	a.Update(tea.WindowSizeMsg{Width: 109, Height: 24})
	view := viewtest.Text(a.View())
	if !strings.Contains(view, "Set up the integration") || strings.Contains(view, "Verification") {
		t.Errorf("below 110 columns the panel is not over the screen:\n%s", view)
	}
	drive(t, a, press(a, "esc"), func() bool { return a.panel == intent.None })
	shows(t, a, "Verification")
}

func TestTabGoesBetweenScreenAndPanel(t *testing.T) {
	a := testApp(t, testOptions(), 120, 40)
	press(a, "s", "j", "tab", "j")
	shows(t, a, "▌ ○ 2 Edit the settings")
	press(a, "tab", "j")
	shows(t, a, "▌ ○ 3 Enable")
	press(a, "s") // the panel has the focus: s closes it
	if a.panel != intent.None {
		t.Error("s did not close the panel")
	}
}

func TestAKeyThatCannotWorkSaysWhyInHelp(t *testing.T) {
	a := testApp(t, testOptions(), 100, 60)
	press(a, "?")
	shows(t, a, "no SMTP dialogue yet", "no side panel is open")
	if strings.Contains(viewtest.Text(a.View()), "fourth screen") {
		t.Error("help names a screen that does not exist")
	}
}

func TestLeaving(t *testing.T) {
	o := testOptions()
	player := &eventtest.Player{Script: eventtest.Verified(), Hold: make(chan struct{})}
	o.Verifier = player
	a := testApp(t, o, 80, 24)
	if cmd := press(a, "q"); cmd == nil || cmd() != tea.Quit() {
		t.Error("q does not leave when nothing runs")
	}
	drive(t, a, press(a, "enter"), func() bool { return a.runs() == verifying })
	for _, no := range []string{"enter", "esc", "n", "q"} {
		press(a, "q")
		shows(t, a, "Leave while a verification runs?")
		if cmd := press(a, no); cmd != nil || a.question != nil {
			t.Errorf("%s does not say no", no)
		}
	}
	press(a, "q")
	shows(t, a, "y leave", "esc no, go back")
	if cmd := press(a, "y"); cmd == nil || cmd() != tea.Quit() {
		t.Error("y does not leave")
	}
	began := time.Now()
	a.close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("what ran took %v to stop", took)
	}
}

// counter is a screen that counts what it gets.
type counter struct{ keys, data int }

func (c *counter) SetSize(int, int)       {}
func (c *counter) View() string           { return "" }
func (c *counter) ShortHelp() []keys.Hint { return nil }
func (c *counter) FullHelp() []keys.Hint  { return nil }
func (c *counter) Typing() bool           { return false }

func (c *counter) Update(msg tea.Msg) (*counter, tea.Cmd) {
	switch msg.(type) {
	case tea.KeyMsg:
		c.keys++
	case string:
		c.data++
	}
	return c, nil
}

func TestKeysThatComeTogetherAreAllTaken(t *testing.T) {
	a := testApp(t, testOptions(), 80, 24)
	first, second := &counter{}, &counter{}
	a.screens = []screen{{"One", hold(first)}, {"Two", hold(second)}}
	a.Update(viewtest.Key(strings.Repeat("j", 500)))
	if first.keys != 500 || second.keys != 0 {
		t.Errorf("500 keys in one message: the screen got %d, the other %d", first.keys, second.keys)
	}
	a.Update(viewtest.Key("jj2jjj")) // the 2 changes the screen in the middle
	if first.keys != 502 || second.keys != 3 {
		t.Errorf("after jj2jjj the screens have %d and %d, want 502 and 3", first.keys, second.keys)
	}
	a.Update("an answer")
	if first.data != 1 || second.data != 1 {
		t.Errorf("data went to %d and %d screens, want to every one", first.data, second.data)
	}
}

func TestNotices(t *testing.T) {
	a := testApp(t, testOptions(), 80, 24)
	a.Update(intent.Notice{Level: intent.Error, Text: safetext.Line("it failed")})
	shows(t, a, "✗ it failed")
	press(a, "j")
	if strings.Contains(a.View(), "it failed") {
		t.Error("an error stays after a key")
	}
	drive(t, a, press(a, "M"), func() bool { return strings.Contains(a.View(), "it failed") })
}

func TestCopyingSaysWhatAndHow(t *testing.T) {
	a := testApp(t, testOptions(), 80, 24)
	press(a, "s", "j", "j", "enter")
	drive(t, a, press(a, "y"), func() bool { return strings.Contains(viewtest.Text(a.View()), "copied the value (system clipboard)") })
}

func TestThePalette(t *testing.T) {
	a := testApp(t, testOptions(), 80, 24)
	press(a, ":", "set", "enter")
	shows(t, a, "Set up the integration")
	drive(t, a, press(a, "esc"), func() bool { return a.panel == intent.None })
	press(a, ":", "veri")
	drive(t, a, press(a, "enter"), func() bool { return strings.Contains(a.View(), "VERIFIED") })
	for i, s := range a.screens {
		press(a, ":", strings.ToLower(s.title)+" s")
		shows(t, a, "Go to the screen "+s.title)
		if press(a, "enter"); a.current != i {
			t.Errorf(":%s went to screen %d, want %d", s.title, a.current, i)
		}
	}
	press(a, ":", "zzz")
	shows(t, a, "no such command")
	press(a, "esc")
	if a.palette != nil {
		t.Error("esc does not close the palette")
	}
}

func TestASmallTerminalIsTold(t *testing.T) {
	a := testApp(t, testOptions(), 80, 24)
	for _, size := range []tea.WindowSizeMsg{{Width: 59, Height: 24}, {Width: 80, Height: 14}, {Width: 3, Height: 2}, {Width: 1, Height: 1}} {
		a.Update(size)
		viewtest.Shape(t, a.View(), size.Width, size.Height)
	}
	a.Update(tea.WindowSizeMsg{Width: 59, Height: 24})
	shows(t, a, "needs a terminal of 60x15")
	a.Update(tea.WindowSizeMsg{Width: frame.MinWidth, Height: frame.MinHeight})
	shows(t, a, "Verification")
}

func TestEverySizeIsFilled(t *testing.T) {
	for _, panel := range []string{"", "s", "d", "I", "?", ":"} {
		a := testApp(t, testOptions(), 80, 24)
		if panel != "" {
			press(a, panel)
		}
		for w := frame.MinWidth; w < 210; w += 7 {
			for h := frame.MinHeight; h < 70; h += 9 {
				a.Update(tea.WindowSizeMsg{Width: w, Height: h})
				viewtest.Shape(t, a.View(), w, h)
			}
		}
	}
}

func TestHostileNamesInTheFrame(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		o := testOptions()
		o.Profile, o.Region, o.From, o.To, o.Gateway = x, x, x, x, x
		a := testApp(t, o, 120, 40)
		a.Update(intent.Notice{Text: safetext.Line(x)})
		a.Update(intent.Selected{Title: "Track", Fields: []intent.Field{{Name: x, Value: x}}})
		press(a, "I")
		viewtest.Shape(t, a.View(), 120, 40)
		viewtest.Safe(t, a.View())
		a.Update(intent.Ask{Title: x, Lines: []safetext.Text{safetext.Line(x)}, Yes: "do it"})
		viewtest.Shape(t, a.View(), 120, 40)
		viewtest.Safe(t, a.View())
	}
}

func TestMouse(t *testing.T) {
	a := testApp(t, testOptions(), 120, 40)
	press(a, "s", "tab")
	a.Update(tea.MouseMsg{X: 100, Y: 20, Button: tea.MouseButtonWheelDown, Action: tea.MouseActionPress})
	shows(t, a, "▌ ○ 2 Edit the settings")
	a.Update(tea.MouseMsg{X: 100, Y: 20, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if !a.focused {
		t.Error("a click on the panel does not give it the focus")
	}
	a.Update(tea.MouseMsg{X: 4, Y: 1, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if a.focused || a.current != 0 {
		t.Error("a click on the first screen's name does not go there")
	}
}

func BenchmarkKeyAndView(b *testing.B) {
	o := testOptions()
	a := newApp(b.Context(), o)
	a.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	press(a, "s")
	for b.Loop() {
		a.Update(viewtest.Key("j"))
		_ = a.View()
		a.Update(viewtest.Key("k"))
		_ = a.View()
	}
}
