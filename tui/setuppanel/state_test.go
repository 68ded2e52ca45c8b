package setuppanel

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

// run gives the panel what a command and those that follow bring, until done says so.
func run(t *testing.T, p *Panel, cmd tea.Cmd, done func() bool) {
	t.Helper()
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd { _, c := p.Update(m); return c }, cmd, done)
}

func reads(t *testing.T, p *Panel, want ...string) {
	t.Helper()
	text := whole(p)
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q cannot be read in\n%s", w, viewtest.Text(draw.Block(p.page).String()))
		}
	}
}

// book keeps what the panel keeps.
type book struct {
	mu   sync.Mutex
	kept []setup.Progress
}

func (b *book) keep(p setup.Progress) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, p)
	return nil
}

// has tells that something was kept so many times.
func (b *book) has(times int) func() bool {
	return func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.kept) == times
	}
}

func TestAStepIsTickedAndKept(t *testing.T) {
	b := &book{}
	p := newPanel(t, setup.English, 60, 30, func(o *Options) { o.Keep = b.keep })
	run(t, p, press(p, " "), b.has(1))
	if r := b.kept[0].Steps["open"]; !r.Done || r.By != setup.Person || !r.At.Equal(noon) {
		t.Errorf("kept %+v", r)
	}
	if p.at != 1 {
		t.Errorf("entry %d is selected, want the next step", p.at)
	}
	viewtest.Golden(t, p.View(), 60, 30)

	press(p, "k", "enter")
	reads(t, p, "You did this, 12:00")
	run(t, p, press(p, " "), b.has(2))
	if b.kept[1].Steps["open"].Done {
		t.Error("the second space does not take the tick back")
	}
	reads(t, p, "Not done yet")
}

func TestWhatWasKeptIsThereAgain(t *testing.T) {
	progress := setup.Progress{Profile: "x"}
	for _, id := range []string{"open", "edit", "enable", "commit"} {
		progress.Mark(id, true, noon.Add(-24*time.Hour))
	}
	progress.Token = &setup.TokenTimer{IssuedAt: noon.Add(-30 * time.Minute), Life: time.Hour, Portal: "us"}
	p := newPanel(t, setup.English, 60, 30, func(o *Options) { o.Progress = progress })
	reads(t, p, "4/8", "2026-11-22", "30 min")
	press(p, "enter")
	reads(t, p, "Step 5/8", "The token is good for another 30 min", "issued 11:30, good for 1 hour, by admin.sse.itd.cisco.com",
		"The token comes from admin.sse.itd.cisco.com, but the appliance uses api.eu.sse.itd.cisco.com: it will be refused")
	viewtest.Golden(t, p.View(), 60, 30)
}

func TestAFailureToKeepIsSaid(t *testing.T) {
	p := newPanel(t, setup.English, 60, 30, func(o *Options) { o.Keep = func(setup.Progress) error { return errors.New("disk full") } })
	var notice tea.Msg
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd {
		if n, ok := m.(intent.Notice); ok {
			notice = n
		}
		_, c := p.Update(m)
		return c
	}, press(p, " "), func() bool { return notice != nil })
	if n := notice.(intent.Notice); n.Level != intent.Error || n.Text.String() != "disk full" {
		t.Errorf("the notice is %+v", n)
	}
}

// A token's time is watched: it is warned about once before it runs out, and once when it has.
func TestTheTokenIsTimed(t *testing.T) {
	now := noon
	p := newPanel(t, setup.English, 60, 60, func(o *Options) { o.Now = func() time.Time { return now } })
	press(p, "t", "enter", "enter", "enter") // just now, 1 hour, Europe
	const token = "f3a9c1d2e4b5f6a7f3a9c1d2e4b5f6a7"
	for _, r := range token {
		p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	if strings.Contains(viewtest.Text(p.View()), token[:4]) {
		t.Error("the token can be read while it is typed")
	}
	press(p, "enter")
	reads(t, p, "The token is good for another 1 h 00 min", "It looks like a token. It was not kept.")
	if timer := p.progress.Token; timer == nil || timer.Portal != "eu" || timer.Life != time.Hour || !timer.IssuedAt.Equal(noon) {
		t.Fatalf("the timer is %+v", p.progress.Token)
	}
	warning := func() string {
		cmd := p.warn()
		if cmd == nil {
			return ""
		}
		return cmd().(intent.Notice).Text.String()
	}
	now = noon.Add(51 * time.Minute)
	if w := warning(); w != "the registration token expires in 9:00" {
		t.Errorf("nine minutes before its end it says %q", w)
	}
	if w := warning(); w != "" {
		t.Errorf("it says again %q", w)
	}
	now = noon.Add(time.Hour)
	p.Update(tickMsg{p.ticks.id})
	if w := p.warned; !w.ended {
		t.Error("nothing is said when it has expired")
	}
	reads(t, p, "The token has expired")
}

func TestDoubtsAboutATokenAreShownAndTheTokenIsNot(t *testing.T) {
	p := newPanel(t, setup.Korean, 60, 60)
	press(p, "t", "enter", "enter", "enter")
	p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("https://short"), Paste: true})
	press(p, "enter")
	reads(t, p, "토큰이 아니라 링크처럼 보입니다", "길이가 32자와 크게 다릅니다")
	if strings.Contains(whole(p), "https://short") {
		t.Error("the token can be read")
	}
}

func TestTheRegistrationIsWaitedForWithAClock(t *testing.T) {
	now := noon
	p := newPanel(t, setup.English, 60, 60, func(o *Options) { o.Now = func() time.Time { return now } })
	p.Update(intent.Step{Number: 6})
	press(p, " ")
	now = now.Add(151 * time.Second)
	p.Update(tickMsg{p.ticks.id})
	reads(t, p, "Waiting for the registration, since 2:31")
	press(p, "esc")
	reads(t, p, "◐ 6", "2:31")
	p.Update(intent.Step{Number: 7})
	press(p, " ", "p")
	reads(t, p, "You did this, 12:00")
}

func TestTheApplianceIsNoted(t *testing.T) {
	p := newPanel(t, setup.English, 60, 60)
	press(p, "a", "up", "enter")
	for _, r := range "13.0.0-392" {
		p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	press(p, "enter")
	reads(t, p, "AMERICAS (api-sse.cisco.com)", "13.0.0-392", "but the profile's region is Europe")
	p.Update(intent.Step{Number: 1})
	reads(t, p, "ESA: Network → Cloud Service Settings") // ESA 13 has the classic menus
	press(p, "a", "enter")
	for range 20 {
		p.Update(tea.KeyMsg{Type: tea.KeyBackspace})
	}
	p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("x")})
	if n, ok := press(p, "enter")().(intent.Notice); !ok || !strings.Contains(n.Text.String(), "no version") {
		t.Error("a version that is none is taken")
	}
}

// script makes checks that were found before.
func script(states map[string]setup.State) Checker {
	return func(_ context.Context, _ Said, emit func(setup.Result)) {
		for _, c := range setup.Checks() {
			state := states[c.ID]
			if state == "" {
				state = setup.Pass
			}
			emit(setup.Result{Check: c, State: state, Evidence: setup.Text{EN: "seen by " + c.ID + "\x1b[2J", KO: c.ID + " 확인"}, At: noon})
		}
	}
}

func TestTheChecksAreMadeAndProveSteps(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		t.Run(string(l), func(t *testing.T) {
			states := map[string]setup.State{"A1": setup.Warn, "A20": setup.Fail, "A21": setup.Skip}
			p := newPanel(t, l, 60, 60, func(o *Options) {
				o.Check = func(ctx context.Context, s Said, emit func(setup.Result)) { script(states)(ctx, s, emit) }
			})
			run(t, p, press(p, "c"), func() bool { return !p.checks.running })
			viewtest.Golden(t, p.View(), 60, 60)
			if r := p.progress.Steps["module"]; !r.Done || r.By != setup.Program {
				t.Errorf("the module's step is %+v, want it proved", r)
			}
			states["A14"] = setup.Fail
			run(t, p, press(p, "c"), func() bool { return !p.checks.running })
			if p.progress.Steps["module"].Done {
				t.Error("a failed check does not take the proved tick back")
			}
		})
	}
}

func TestChecksEndWithThePanel(t *testing.T) {
	p := newPanel(t, setup.English, 60, 20, func(o *Options) {
		o.Check = func(ctx context.Context, _ Said, _ func(setup.Result)) { <-ctx.Done() }
	})
	cmd := press(p, "c")
	p.Close()
	if m := cmd().(checkedMsg); m.more {
		t.Errorf("the checks gave %+v after they were cancelled", m)
	}
}

func TestAVerificationLightsTheLampOfTheData(t *testing.T) {
	p := newPanel(t, setup.English, 60, 60)
	for _, c := range []struct {
		verdict verify.Verdict
		want    string
	}{{"", "data ○"}, {verify.Verified, "data ✓"}, {verify.Tracked, "data ✗"}} {
		p.Update(intent.Problems{Verdict: c.verdict})
		reads(t, p, c.want)
	}
}
