package setuppanel

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/setup"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

// bench is a lab with two moves: a token is made in step 5 and used in step 6.
type bench struct {
	now time.Time

	mu     sync.Mutex
	pages  Pages
	pasted string
}

const benchToken = "0123456789abcdef0123456789abcdef"

func (b *bench) Moves(step int) []Move {
	switch step {
	case 5:
		return []Move{{ID: "make", Place: "SSE: Devices", Label: "Continue", Fields: []MoveField{{Name: "expiry", Label: "Expires", Default: "1 hour", Options: []MoveOption{{"1 hour", "1 hour"}, {"1 day", "1 day"}}}}}}
	case 6:
		return []Move{{ID: "register", Place: "ESA: Network > Cloud Service Settings", Label: "Register", Fields: []MoveField{{Name: "token", Label: "Registration Token", Secret: true}}}}
	}
	return []Move{{ID: "mend", Place: "ESA: Mail", Label: "Mend"}}
}

func (b *bench) Do(_ context.Context, move string, values map[string]string) (Outcome, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case move == "make":
		b.pages.Done[5] = true
		return Outcome{Message: "The token was generated", Token: benchToken, Timer: &setup.TokenTimer{IssuedAt: b.now, Life: time.Hour, Portal: "eu"}}, nil
	case values["token"] != benchToken:
		return Outcome{Message: "invalid or expired token", Refused: true}, nil
	}
	b.pasted, b.pages.Registering = values["token"], true
	return Outcome{Message: "A request to register is initiated"}, nil
}

func (b *bench) Pages() Pages {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages
}

func (b *bench) got() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pasted
}

func TestATokenIsMadePastedAndForgotten(t *testing.T) {
	b := &bench{now: noon, pages: Pages{Region: "eu", Build: "13.0.0-392", Lines: []PageLine{{setup.Text{EN: "Registration", KO: "등록"}, setup.Text{EN: "not registered", KO: "등록되지 않음"}}}}}
	p := newPanel(t, setup.English, 78, 18, func(o *Options) { o.Practice = b })
	p.Update(intent.Step{Number: 6})
	run(t, p, press(p, "x", "enter", "x", "enter"), func() bool { return strings.Contains(whole(p), "✗ invalid or expired token") })
	p.Update(intent.Step{Number: 5})
	press(p, "x")
	run(t, p, press(p, "enter", "enter"), func() bool { return p.made == benchToken })
	reads(t, p, "✓ The token was generated", "n goes on to step 6")
	if p.progress.Token == nil || p.progress.Token.Portal != "eu" || !p.progress.Steps["token"].Done {
		t.Errorf("the token's timer is %+v, its step %+v", p.progress.Token, p.progress.Steps["token"])
	}
	press(p, "n", "enter")
	p.Update(tea.KeyMsg{Type: tea.KeyCtrlT})
	viewtest.Golden(t, p.View(), 78, 18)
	run(t, p, press(p, "enter"), func() bool { return b.got() == benchToken && strings.Contains(whole(p), "request to register") })
	reads(t, p, "What the products show")
	press(p, "esc")
	p.Update(intent.Step{Number: 6})
	reads(t, p, "Waiting for the registration")
	b.pages.Registering, b.pages.Done[6] = false, true
	p.Update(tickMsg{p.ticks.id})
	reads(t, p, "You did this")
	if p.made != "" {
		t.Error("the token is still there after it was used")
	}
}

// A registration ends after its request was taken: when it fails, the move, the step and the list say so,
// and what to do.
func TestARegistrationThatFailsIsTold(t *testing.T) {
	const refusal = "The registration failed because of an invalid or expired token"
	for _, c := range []struct {
		lang         setup.Language
		failed, then string
	}{
		{setup.English, "✗ The registration failed", "Make a new token at the portal"},
		{setup.Korean, "✗ 등록 실패", "새 토큰을 생성한 후(5단계)"},
	} {
		b := &bench{now: noon}
		p := newPanel(t, c.lang, 100, 30, func(o *Options) { o.Practice = b })
		p.Update(intent.Step{Number: 6})
		press(p, "x", "enter")
		p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(benchToken), Paste: true})
		run(t, p, press(p, "enter"), func() bool { return b.got() == benchToken && strings.Contains(whole(p), "request to register") })
		b.pages.Registering, b.pages.Rejected = false, refusal
		b.pages.Lines = []PageLine{{setup.Text{EN: "Appliance", KO: "어플라이언스"}, setup.Text{EN: refusal, KO: refusal}}}
		p.Update(tickMsg{p.ticks.id})
		reads(t, p, "✗ "+refusal, c.then)
		if n := strings.Count(whole(p), refusal); n != 1 {
			t.Errorf("the refusal is drawn %d times:\n%s", n, whole(p))
		}
		press(p, "esc")
		p.Update(intent.Step{Number: 6})
		reads(t, p, c.failed, refusal, c.then)
		press(p, "esc")
		reads(t, p, "✗ 6 ")
	}
}

func TestWithoutALabNothingIsPractised(t *testing.T) {
	p := newPanel(t, setup.English, 78, 18)
	n, ok := press(p, "x")().(intent.Notice)
	if !ok || !strings.Contains(n.Text.String(), "ctrace demo") {
		t.Errorf("x gives %+v", n)
	}
}
