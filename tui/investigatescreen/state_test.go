package investigatescreen

import (
	"context"
	"strings"
	"testing"

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
