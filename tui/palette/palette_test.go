package palette

import (
	"strings"
	"testing"

	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func open(names ...string) (*Palette, keys.ID, bool) {
	reason := func(id keys.ID) string {
		if id == keys.Diagnose {
			return "nothing went wrong"
		}
		return ""
	}
	p := Open(viewtest.Theme(theme.Options{}), keys.Hints(keys.In(keys.Verify, keys.Global), reason))
	var id keys.ID
	var closed bool
	for _, n := range names {
		id, closed = p.Update(viewtest.Key(n))
	}
	return p, id, closed
}

func TestChoosing(t *testing.T) {
	for _, tc := range []struct {
		keys []string
		want keys.ID
	}{
		{[]string{"set", "enter"}, keys.SetupOpen},
		{[]string{"re", "tab", "enter"}, keys.VerifyResume},
		{[]string{"re", "down", "enter"}, keys.Redraw},
		{[]string{"esc"}, ""},
		{[]string{"zzz", "enter"}, ""},
		{[]string{"backspace"}, ""},
	} {
		if _, id, closed := open(tc.keys...); id != tc.want || !closed {
			t.Errorf("%v chose %q and closed=%v, want %q", tc.keys, id, closed, tc.want)
		}
	}
	if _, _, closed := open("q", "backspace"); closed {
		t.Error("backspace with text closes it")
	}
}

func TestItIsDrawn(t *testing.T) {
	p, _, _ := open("di")
	list := viewtest.Text(p.List(70).String())
	for _, want := range []string{"▌diagnosis", "(nothing went wrong)", "Show the SMTP dialogue"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is not in\n%s", want, list)
		}
	}
	p, _, _ = open("zzz")
	if !strings.Contains(viewtest.Text(p.List(70).String()), "no such command") {
		t.Error("an unknown command is not told")
	}
	for _, w := range []int{30, 58, 198} {
		viewtest.Shape(t, p.Prompt(w).String(), w, 1)
		p, _, _ := open("")
		for l := range strings.SplitSeq(p.List(w).String(), "\n") {
			viewtest.Shape(t, l, w, 1)
		}
	}
}
