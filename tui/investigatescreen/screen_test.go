package investigatescreen

import (
	"context"
	"strings"
	"testing"

	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestEveryTabIsDrawn(t *testing.T) {
	for look, th := range viewtest.Looks() {
		for _, size := range viewtest.Sizes() {
			w, h := size.W-2, size.H-6
			_, client := cloud(t) // a new one each time: nothing comes from the cache
			t.Run(look+"/"+size.Name+"/empty", func(t *testing.T) {
				viewtest.Golden(t, newScreen(t, th, client, w, h).View(), w, h)
			})
			s := newScreen(t, th, client, w, h)
			lookUp(t, s, sender, hash, address, missing)
			t.Run(look+"/"+size.Name+"/all", func(t *testing.T) { viewtest.Golden(t, s.View(), w, h) })
			press(t, s, "down", "right")
			for tab := range tabs {
				t.Run(look+"/"+size.Name+"/"+strings.ToLower(tabNames[tab]), func(t *testing.T) {
					if tab == tabRaw { // its answers carry times and ids of the run
						s.detail.raw.take(rawMsg{s.detail.raw.number, []string{"// gateway, observe", "{", `  "sightings": {`, `    "count": 4`, "  }", "}"}, ""})
						s.layout()
					}
					viewtest.Golden(t, s.View(), w, h)
				})
				press(t, s, "]")
			}
		}
	}
}

func TestEverySizeIsFilled(t *testing.T) {
	_, client := cloud(t)
	s := newScreen(t, viewtest.Theme(theme.Options{ASCII: true}), client, 78, 18)
	lookUp(t, s, sender, hash, address, missing)
	for _, w := range []int{58, 61, 78, 99, 100, 118, 198} {
		for _, h := range []int{9, 13, 18, 34} {
			s.SetSize(w, h)
			for range tabs {
				for _, k := range []string{"right", "enter", "esc", "left", "]"} {
					_, _ = s.Update(viewtest.Key(k))
					viewtest.Shape(t, s.View(), w, h)
				}
			}
		}
	}
}

// TestHostileTextIsShownAndDoesNothing has every text of every answer play tricks.
func TestHostileTextIsShownAndDoesNothing(t *testing.T) {
	for i, x := range viewtest.Hostile() {
		if x == "" {
			continue
		}
		poison := func(string) string { return x }
		_, client := cloud(t, gateway(poison), intelligence(poison))
		s := newScreen(t, plainTheme(), client, []int{78, 118}[i%2], 30)
		check := func() {
			t.Helper()
			viewtest.Shape(t, s.View(), s.w, s.h)
			viewtest.Safe(t, s.View())
		}
		lookUp(t, s, sender, hash, address, observable.Observable{Type: observable.UserAgent, Value: x})
		if len(s.visit.inv.Sightings) == 0 {
			t.Fatalf("%q: nothing was seen", x)
		}
		press(t, s, "down", "right")
		for range tabs {
			check()
			press(t, s, "down", "Y")
			check()
			press(t, s, "esc", "w")
			check()
			press(t, s, "esc")
			if s.detail.tab != tabSummary {
				if p := s.detail.picked(); p.open != nil {
					press(t, s, "enter")
					check()
					press(t, s, "end")
					check()
					press(t, s, "esc")
				}
			}
			press(t, s, "]")
		}
	}
}

func TestOpeningAndGoingBack(t *testing.T) {
	_, client := cloud(t, gateway(same), intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	lookUp(t, s, sender, hash)
	press(t, s, "down", "right", "]", "]", "down", "enter") // the second newest message
	mustHold(t, s, "Sighting of 2026-11-22 16:00:00", "user2[@]corp[.]example[.]com")
	press(t, s, "down", "enter") // its recipient, which was not asked about
	if len(s.visit.asked) != 1 || s.visit.asked[0].Value != "user2@corp.example.com" {
		t.Fatalf("enter on the recipient looked up %v", s.visit.asked)
	}
	mustHold(t, s, "user2[@]corp[.]example[.]com")
	press(t, s, "esc")
	if s.visit.asked[0] != sender || s.detail.tab != tabSightings || len(s.detail.pages) != 1 || !s.inDetail {
		t.Fatalf("esc went to %v, tab %d, %d pages", s.visit.asked, s.detail.tab, len(s.detail.pages))
	}
	mustHold(t, s, "Sighting of 2026-11-22 16:00:00")
	press(t, s, "esc")
	if got := s.detail.picked(); !strings.Contains(got.value, "user2") {
		t.Errorf("after closing the page %q is selected, want the message to user2", got.value)
	}
	press(t, s, "esc", "esc")
	if s.inDetail || s.visit.asked[0] != sender {
		t.Error("esc on the first page left it")
	}
	press(t, s, "[", "[", "right", "]", "]", "]") // relations
	lookForKey(t, s, hash)
	press(t, s, "enter")
	if s.list.selected != hash || len(s.visit.asked) != 2 {
		t.Errorf("enter on an observable that was asked about selects %v", s.list.selected)
	}
	press(t, s, "esc")
	if s.list.selected != sender || s.detail.tab != tabRelations {
		t.Errorf("esc went back to %v, tab %d", s.list.selected, s.detail.tab)
	}
}

// lookForKey moves down until an observable is selected on the right side.
func lookForKey(t *testing.T, s *Screen, o observable.Observable) {
	t.Helper()
	for range 60 {
		if s.detail.picked().observable == o {
			return
		}
		press(t, s, "down")
	}
	t.Fatalf("%v does not show:\n%s", o, text(s))
}

func TestTheTreeFoldsAndIsRerooted(t *testing.T) {
	_, client := cloud(t)
	s := newScreen(t, plainTheme(), client, 118, 40)
	lookUp(t, s, sender)
	press(t, s, "right", "]", "]", "]")
	mustHold(t, s, "Mail: who sent what to whom", "billing[@]mail[.]example[.]net", "user0[@]corp[.]example[.]com", "4 times")
	mid := observable.Observable{Type: observable.CiscoMID, Value: "1003"}
	press(t, s, "end")
	if s.detail.picked().observable != mid {
		t.Fatalf("the last line is %v", s.detail.picked().observable)
	}
	before := text(s)
	press(t, s, "right")
	mustHold(t, s, "Sent To → user3")
	press(t, s, "left")
	if text(s) != before {
		t.Errorf("folding does not undo unfolding:\n%s", text(s))
	}
	press(t, s, "t")
	mustHold(t, s, "from another root", "▾ 1003")
	press(t, s, "t")
	if strings.Contains(text(s), "from another root") {
		t.Error("t on the root does not go back")
	}
}

func TestActionsThatCannotBeDoneSayWhy(t *testing.T) {
	_, client := cloud(t)
	for _, tc := range []struct {
		name, key, want string
		change          func(*Screen)
	}{
		{"nothing yet", "r", "n begins", func(*Screen) {}},
		{"no profile", "n", "set-up", func(s *Screen) { s.o.Investigator = nil }},
		{"read only", "a", "--read-only", func(s *Screen) { lookUp(t, s, hash); s.o.ReadOnly = true }},
		{"casebook read only", "c", "--read-only", func(s *Screen) { lookUp(t, s, hash); s.o.ReadOnly = true }},
		{"nothing before", "esc", "nothing before", func(s *Screen) { lookUp(t, s, hash) }},
		{"all", "a", "select one", func(s *Screen) { lookUp(t, s, hash, sender) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newScreen(t, plainTheme(), client, 118, 34)
			tc.change(s)
			_, cmd := s.Update(viewtest.Key(tc.key))
			if cmd == nil {
				t.Fatal("the key does nothing and says nothing")
			}
			if n, ok := cmd().(intent.Notice); !ok || !strings.Contains(n.Text.String(), tc.want) {
				t.Errorf("the key says %v, want a notice with %q", cmd(), tc.want)
			}
			if strings.Contains(tc.name, "read only") {
				for _, h := range s.FullHelp() {
					if h.Show == tc.key && h.Scope == "Investigate" {
						t.Error("help offers it")
					}
				}
			}
		})
	}
}

func TestModulesThatFailAreSeen(t *testing.T) {
	down := ctrtest.Module{
		Name: "Sandbox", Type: ctrtest.ModuleType{Title: "Sandbox", Capabilities: []string{"observe"}},
		Backend: ctrtest.ObserveFunc(func(context.Context, []observable.Observable) ctrtest.Answer {
			return ctrtest.Answer{Errors: []ctrtest.ModuleError{{Type: "fatal", Code: "unauthorized", Message: "the key of the sandbox is wrong"}}}
		}),
	}
	_, client := cloud(t, intelligence(same), ctrtest.RateLimited(1000), ctrtest.Partial(clock), down)
	s := newScreen(t, plainTheme(), client, 118, 34)
	lookUp(t, s, hash)
	mustHold(t, s, "rate-limited", "1 failed", "What is missing", "the key of the sandbox is wrong")
}
