package helppanel

import (
	"strings"
	"testing"

	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func newPanel(w, h int) *Panel {
	p := New(viewtest.Theme(theme.Options{}))
	p.SetSize(w, h)
	p.Set(keys.Hints([]keys.Binding{
		{Scope: "One", Show: "a", Long: "Do the first thing", Command: "first"},
		{ID: "no", Scope: "One", Show: "b", Long: "Do the second thing"},
		{Scope: "Two", Show: "pgdn ctrl+f", Long: "A long explanation that takes more than one line of the panel"},
	}, func(id keys.ID) string {
		if id == "no" {
			return "not now"
		}
		return ""
	}))
	return p
}

func TestKeysAreListedWithTheReasonWhenTheyDoNothing(t *testing.T) {
	p := newPanel(44, 12)
	viewtest.Shape(t, p.View(), 44, 12)
	text := viewtest.Text(p.View())
	for _, want := range []string{"One", "a           Do the first thing  :first", "(not now)", "Two", "pgdn ctrl+f A long explanation"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestItScrollsAndCloses(t *testing.T) {
	p := newPanel(44, 3)
	p.Update(viewtest.Key("end"))
	if got := viewtest.Text(p.View()); !strings.Contains(got, "panel") {
		t.Errorf("the end does not show\n%s", got)
	}
	_, cmd := p.Update(viewtest.Key("esc"))
	if _, ok := cmd().(intent.ClosePanel); !ok {
		t.Error("esc does not close it")
	}
}
