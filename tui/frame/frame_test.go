package frame

import (
	"strings"
	"testing"
	"time"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

// state is an app of a size, with a body and a panel of dots.
func state(w, h int, panel intent.Panel) State {
	g := Measure(w, h, panel != intent.None)
	dots := func(char string, cells int) string {
		line := strings.Repeat(char, max(cells, 0))
		return strings.TrimSuffix(strings.Repeat(line+"\n", max(g.Height, 0)), "\n")
	}
	s := State{
		W: w, H: h, Profile: safetext.Known("example"), Region: safetext.Known("Europe"),
		Lamps: [intent.Lamps]intent.State{intent.OK, intent.Busy, intent.Failed, intent.Unknown}, Clock: time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC),
		Screens: []string{"Verify", "Track", "History"}, Current: 1, Body: dots(".", g.BodyW), Panel: panel, PanelView: dots(":", g.PanelW),
	}
	for _, short := range []string{"start", "transcript", "investigate", "copy", "run again", "set-up"} {
		s.Hints = append(s.Hints, keys.Hint{Binding: keys.Binding{Show: short[:1], Short: short}})
	}
	s.Hints = append(s.Hints, keys.Hint{Binding: keys.Binding{ID: keys.Help, Show: "?", Short: "help"}}, keys.Hint{Binding: keys.Binding{Show: "q", Short: "quit"}})
	return s
}

func TestDraw(t *testing.T) {
	ascii := viewtest.Theme(theme.Options{Mode: theme.Light, ASCII: true})
	looks := viewtest.Looks()
	looks["ascii"] = ascii
	for look, th := range looks {
		for _, size := range viewtest.Sizes() {
			for name, change := range map[string]func(*State){
				"plain": nil,
				"panel": func(s *State) { *s = state(size.W, size.H, intent.Setup); s.PanelFocus = true },
				"notice": func(s *State) {
					s.Notice = intent.Notice{Level: intent.Error, Text: safetext.Known("the appliance does not answer")}
				},
				"question": func(s *State) {
					s.Hints = nil
					s.Overlay = th.Card(40, th.Focus, th.Strong.Lit("Sure?"), draw.Block{th.Text.Lit("y yes, esc no")})
				},
				"palette": func(s *State) {
					prompt := th.Text.Lit(" :set")
					s.Prompt, s.List = &prompt, th.Card(size.W-2, th.Focus, th.Title.Lit("Commands"), draw.Block{th.Text.Lit("setup")})
				},
			} {
				t.Run(look+"/"+size.Name+"/"+name, func(t *testing.T) {
					s := state(size.W, size.H, intent.None)
					if change != nil {
						change(&s)
					}
					viewtest.Golden(t, Draw(th, s), size.W, size.H)
				})
			}
		}
	}
}

func TestHelpIsAlwaysAmongTheKeys(t *testing.T) {
	th := viewtest.Theme(theme.Options{})
	for w := MinWidth; w < 140; w++ {
		s := state(w, MinHeight, intent.None)
		s.Notice = intent.Notice{Text: safetext.Known("a notice of some length")}
		view := Draw(th, s)
		viewtest.Shape(t, view, w, MinHeight)
		if !strings.Contains(viewtest.Text(view), "? help") {
			t.Errorf("at %d columns the way to help is gone", w)
		}
	}
}

func TestLongAndHostileNames(t *testing.T) {
	th := viewtest.Theme(theme.Options{})
	for _, x := range viewtest.Hostile() {
		for _, size := range viewtest.Sizes() {
			s := state(size.W, size.H, intent.Setup)
			s.Profile, s.Region = safetext.Line(x), safetext.Line(x)
			s.Notice = intent.Notice{Level: intent.Warning, Text: safetext.Line(x)}
			viewtest.Shape(t, Draw(th, s), size.W, size.H)
			viewtest.Safe(t, Draw(th, s))
		}
	}
}

func TestMeasure(t *testing.T) {
	for _, tc := range []struct {
		w, h          int
		panel         bool
		body, side    int
		beside, small bool
	}{
		{80, 24, false, 78, 78, false, false},
		{80, 24, true, 78, 78, false, false},
		{109, 24, true, 107, 107, false, false},
		{110, 24, true, 65, 42, true, false},
		{110, 24, false, 108, 42, true, false},
		{200, 60, true, 133, 64, true, false},
		{59, 24, false, 57, 57, false, true},
		{80, 14, false, 78, 78, false, true},
	} {
		g := Measure(tc.w, tc.h, tc.panel)
		if g.BodyW != tc.body || g.PanelW != tc.side || g.Beside != tc.beside || g.Small != tc.small {
			t.Errorf("%dx%d with panel=%v gives %+v", tc.w, tc.h, tc.panel, g)
		}
	}
}

func TestTabAt(t *testing.T) {
	titles := []string{"Verify", "Track", "History"}
	bar := []rune(strings.Split(viewtest.Text(Draw(viewtest.Theme(theme.Options{}), state(80, 24, intent.None))), "\n")[1])
	for i, title := range titles {
		at := len([]rune(strings.Split(string(bar), title)[0]))
		if got := TabAt(titles, at); got != i {
			t.Errorf("column %d, where %s stands, is taken for %d", at, title, got)
		}
	}
	if got := TabAt(titles, 70); got != 3 {
		t.Errorf("behind the last title is screen %d", got)
	}
}
