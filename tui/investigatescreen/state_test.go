package investigatescreen

import (
	"context"
	"strings"
	"testing"
	"time"

	"ctrace/ctr/observable"
	"ctrace/tui/viewtest"
)

// TestEveryStateIsDrawn looks at what is not the usual answer: asking, failing, choosing, typing.
func TestEveryStateIsDrawn(t *testing.T) {
	report := "The host 203[.]0[.]113[.]66 sent it, hash " + hash.Value + ", please look.\nThanks"
	for _, size := range viewtest.Sizes() {
		w, h := size.W-2, size.H-6
		draw := func(name string, build func(t *testing.T) *Screen) {
			t.Run(size.Name+"/"+name, func(t *testing.T) {
				s := build(t)
				s.layout()
				viewtest.Golden(t, s.View(), w, h)
			})
		}
		draw("asking", func(t *testing.T) *Screen {
			_, client := cloud(t, stuck(nil))
			s := newScreen(t, plainTheme(), client, w, h)
			s.lookUp([]observable.Observable{sender, hash}, false)
			return s
		})
		draw("failed", func(t *testing.T) *Screen {
			c, client := cloud(t)
			if err := c.SetFaults("ctr-forbidden"); err != nil {
				t.Fatal(err)
			}
			s := newScreen(t, plainTheme(), client, w, h)
			lookUp(t, s, sender, hash)
			if s.visit.err == nil || !strings.Contains(text(s), "no answer") {
				t.Errorf("a look-up without the right to do so: %v\n%s", s.visit.err, text(s))
			}
			s.visit.err = forbiddenError{} // without addresses and ids of the run
			s.visit.inv.Modules = nil
			even(s)
			return s
		})
		draw("typing", func(t *testing.T) *Screen {
			s := newScreen(t, plainTheme(), nil, w, h)
			s.o.Investigator = nobody{}
			press(t, s, "n")
			for _, r := range `email_s` {
				s.Update(viewtest.Key(string(r)))
			}
			return s
		})
		draw("pasted", func(t *testing.T) *Screen {
			s := newScreen(t, plainTheme(), nobody{}, w, h)
			press(t, s, "n")
			k := viewtest.Key(report)
			k.Paste = true
			_, cmd := s.Update(k)
			drive(t, s, cmd, func() bool { return strings.Contains(text(s), "Threat Response alone") })
			return s
		})
		draw("menu", func(t *testing.T) *Screen {
			_, client := cloud(t, intelligence(same))
			s := newScreen(t, plainTheme(), client, w, h)
			lookUp(t, s, hash)
			press(t, s, "Y", "down")
			return s
		})
		draw("sighting", func(t *testing.T) *Screen {
			_, client := cloud(t, gateway(same))
			s := newScreen(t, plainTheme(), client, w, h)
			lookUp(t, s, sender)
			press(t, s, "right", "]", "]", "enter", "down")
			return s
		})
	}
}

type forbiddenError struct{}

func (forbiddenError) Error() string { return "403 Forbidden: the API client lacks the scope enrich" }

// nobody is a Threat Response that is never asked.
type nobody struct{ Investigator }

func (nobody) Inspect(context.Context, string) ([]observable.Observable, error) {
	return []observable.Observable{{Type: observable.Hostname, Value: "mail-desk"}, hash}, nil
}

// TestWhatEndedBeforeItsTimeIsNotAsked refuses the call that comes first. Whether it is one of the module's or
// the one for links is chance, so it is tried until it was the module's.
func TestWhatEndedBeforeItsTimeIsNotAsked(t *testing.T) {
	for range 100 {
		c, client := cloud(t, intelligence(same))
		if err := c.SetFaults("ctr-429-once"); err != nil {
			t.Fatal(err)
		}
		s := newScreen(t, plainTheme(), client, 80, 21)
		lookUp(t, s, hash)
		mustHold(t, s, "too many requests: what is missing was not asked")
		press(t, s, "[", "[")
		shown := text(s)
		if strings.Contains(shown, "○ asked") {
			t.Fatalf("a module waits in a look-up that has ended:\n%s", shown)
		}
		if strings.Contains(shown, "unfinished") {
			return
		}
	}
	t.Error("no module is ever unfinished")
}

func TestTheFooterSaysThatEscStops(t *testing.T) {
	_, client := cloud(t, stuck(nil))
	s := newScreen(t, plainTheme(), client, 80, 21)
	s.lookUp([]observable.Observable{hash}, false)
	if got := shortOf(s, "esc"); got != "stop" {
		t.Errorf("esc is said to do %q while it runs", got)
	}
	s.Update(viewtest.Key("right"))
	if got := shortOf(s, "esc"); got != "back" {
		t.Errorf("esc is said to do %q while the tabs have the focus", got)
	}
}

// shortOf is what the footer says of a key.
func shortOf(s *Screen, key string) string {
	for _, h := range s.ShortHelp() {
		if h.Show == key {
			return h.Short
		}
	}
	return ""
}

func TestTheAgeFitsBesideEverythingElse(t *testing.T) {
	_, client := cloud(t, intelligence(same), gateway(same))
	s := newScreen(t, plainTheme(), client, 78, 21)
	lookUp(t, s, hash, sender)
	lookUp(t, s, hash, sender)
	for _, m := range s.visit.inv.Modules {
		m.Age = 59 * time.Minute
	}
	s.layout()
	mustHold(t, s, "up to 59 min old")
	s.SetSize(72, 21)
	if shown := text(s); !strings.Contains(shown, "up to 59 min old\n") || strings.Contains(shown, "asks") {
		t.Errorf("the line has no room for the key, which the footer names:\n%s", shown)
	}
}

func TestAMenuWithoutChoicesOffersNone(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 80, 21)
	lookUp(t, s, hash)
	press(t, s, "c", "down", "enter")
	if got := shortOf(s, "enter"); got != "go on" {
		t.Errorf("enter is said to %q where a line is typed", got)
	}
	for _, r := range "nosuch" {
		s.Update(viewtest.Key(string(r)))
	}
	_, cmd := s.Update(viewtest.Key("enter"))
	drive(t, s, cmd, func() bool { return !strings.Contains(text(s), "looking for") })
	mustHold(t, s, "no casebook holds nosuch: esc, and try other words, or make a new one")
	if shown := text(s); strings.Contains(shown, "chooses") || shortOf(s, "enter") != "" {
		t.Errorf("enter is offered with nothing to choose:\n%s", shown)
	}
}
