package diagnosis

import (
	"context"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newPanel(t *testing.T, l setup.Language, w, h int, change ...func(*Options)) *Panel {
	t.Helper()
	o := Options{Theme: viewtest.Theme(theme.Options{}), Language: l}
	for _, c := range change {
		c(&o)
	}
	p := New(t.Context(), o)
	t.Cleanup(p.Close)
	p.SetSize(w, h)
	return p
}

func press(p *Panel, names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		_, cmd = p.Update(viewtest.Key(n))
	}
	return cmd
}

func run(t *testing.T, p *Panel, cmd tea.Cmd, done func() bool) {
	t.Helper()
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd { _, c := p.Update(m); return c }, cmd, done)
}

func whole(p *Panel) string {
	return strings.Join(strings.Fields(viewtest.Text(draw.Block(p.lines).String())), " ")
}

func notFound() intent.Problems {
	return intent.Problems{Verdict: verify.Accepted, Problems: []verify.Problem{{
		Code: "tracking_not_found", Stage: verify.StageTrack, Cause: "message tracking does not show the message\x1b[31m", Advice: "wait, or look whether tracking is enabled",
	}}}
}

func TestCausesComeAtOnceAndBetterOnesAfterTheChecks(t *testing.T) {
	checked := make(chan struct{})
	var asked Asked
	p := newPanel(t, setup.English, 64, 40, func(o *Options) {
		o.Practice = true
		o.Diagnose = func(_ context.Context, a Asked) []setup.Diagnosis {
			<-checked
			asked = a
			return setup.Diagnose([]setup.Signal{setup.Problem("tracking_not_found"), setup.Failed("A10"), setup.Fact("tracking_centralized")})[:2]
		}
	})
	_, cmd := p.Update(notFound())
	if text := whole(p); !strings.Contains(text, "making the checks") || !strings.Contains(text, "1 Tracking is late") {
		t.Errorf("before the checks it says\n%s", text)
	}
	close(checked)
	run(t, p, cmd, func() bool { return !p.weighing })
	if text := whole(p); !strings.Contains(text, "1 Tracking is centralized on an SMA") || !strings.Contains(text, "Proved tracking is centralized") {
		t.Errorf("after the checks it says\n%s", text)
	}
	if asked.Verdict != verify.Accepted || len(asked.Problems) != 1 {
		t.Errorf("asked about %+v", asked)
	}
	viewtest.Golden(t, p.View(), 64, 40)
}

func TestAnAnswerThatComesTooLateIsDropped(t *testing.T) {
	p := newPanel(t, setup.English, 64, 40, func(o *Options) {
		o.Diagnose = func(context.Context, Asked) []setup.Diagnosis {
			return setup.Diagnose([]setup.Signal{setup.Seen("D1")})
		}
	})
	_, late := p.Update(notFound())
	p.Update(intent.Problems{})
	p.Update(late())
	if text := whole(p); !strings.Contains(text, "Nothing went wrong so far") {
		t.Errorf("it shows\n%s", text)
	}
}

func TestSymptomsArePicked(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		t.Run(string(l), func(t *testing.T) {
			var seen []setup.Signal
			p := newPanel(t, l, 64, 30, func(o *Options) {
				o.Diagnose = func(_ context.Context, a Asked) []setup.Diagnosis {
					seen = a.Seen
					return setup.Diagnose(a.Seen)
				}
			})
			run(t, p, press(p, "v", "j", " "), func() bool { return !p.weighing })
			viewtest.Golden(t, p.View(), 64, 30)
			if want := []setup.Signal{setup.Seen("D2")}; !slices.Equal(seen, want) {
				t.Errorf("the person sees %v, asked was about %v", want, seen)
			}
			press(p, "enter")
			if p.causes[0].Branch != "D2" || p.choosing {
				t.Errorf("the first cause is of %s", p.causes[0].Branch)
			}
			viewtest.Shape(t, p.View(), 64, 30)
		})
	}
}

// From a cause enter goes to its step, and x to where it can be mended in the lab.
func TestACauseLeadsToItsStep(t *testing.T) {
	p := newPanel(t, setup.English, 64, 40, func(o *Options) { o.Practice = true })
	p.Update(intent.Symptoms{})
	press(p, " ", "enter", "j")
	var got []tea.Msg
	follow := func(m tea.Msg) tea.Cmd { got = append(got, m); return nil }
	viewtest.Drive(t, follow, press(p, "enter"), func() bool { return len(got) == 2 })
	if got[0] != (intent.Step{Number: 3}) || got[1] != (intent.OpenPanel{Panel: intent.Setup}) {
		t.Errorf("enter gives %+v", got)
	}
	got = nil
	viewtest.Drive(t, follow, press(p, "x"), func() bool { return len(got) == 2 })
	if got[0] != (intent.Step{Number: 3, Practice: true}) {
		t.Errorf("x gives %+v", got)
	}
	if _, ok := press(p, "v", "esc", "esc")().(intent.ClosePanel); !ok {
		t.Error("esc goes from the symptoms to the causes, and then closes")
	}
}

func TestEverySizeIsFilled(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		for w := 20; w < 90; w += 5 {
			p := newPanel(t, l, w, 12)
			viewtest.Shape(t, p.View(), w, 12)
			p.Update(notFound())
			for range setup.Branches() {
				viewtest.Shape(t, p.View(), w, 12)
				viewtest.Safe(t, p.View())
				press(p, "j")
			}
			press(p, "v")
			viewtest.Shape(t, p.View(), w, 12)
		}
	}
}
