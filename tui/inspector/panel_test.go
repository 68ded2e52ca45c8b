package inspector

import (
	"strings"
	"testing"

	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestFieldsAreShownChosenAndCopiedRaw(t *testing.T) {
	p := New(viewtest.Theme(theme.Options{}))
	p.SetSize(42, 10)
	if !strings.Contains(viewtest.Text(p.View()), "Nothing is selected") {
		t.Error("the empty panel says nothing")
	}
	p.Update(intent.Selected{Title: "Track", Fields: []intent.Field{{Name: "MID", Value: "4711"}, {Name: "Subject", Value: "a\x1b[31mb"}}})
	viewtest.Shape(t, p.View(), 42, 10)
	if got := viewtest.Text(p.View()); !strings.Contains(got, "▌MID") || !strings.Contains(got, "! a␛[31mb") {
		t.Errorf("the panel shows\n%s", got)
	}
	p.Update(viewtest.Key("j"))
	_, cmd := p.Update(viewtest.Key("y"))
	if c, ok := cmd().(intent.Copy); !ok || c.Value != "a\x1b[31mb" || c.What != "Subject" {
		t.Errorf("y copies %v, want the raw value", c)
	}
	p.Update(intent.Selected{Title: "Track", Fields: []intent.Field{{Name: "MID", Value: "1"}}}) // fewer than before
	viewtest.Shape(t, p.View(), 42, 10)
	if _, cmd := p.Update(viewtest.Key("esc")); cmd == nil {
		t.Error("esc does not close")
	}
}

func TestLongValuesCanBeReadToTheEnd(t *testing.T) {
	p := New(viewtest.Theme(theme.Options{}))
	p.SetSize(30, 6)
	p.Update(intent.Selected{Title: "x", Fields: []intent.Field{{Name: "a", Value: strings.Repeat("word ", 30)}, {Name: "last", Value: "the end"}}})
	p.Update(viewtest.Key("end"))
	if got := viewtest.Text(p.View()); !strings.Contains(got, "the end") {
		t.Errorf("the last field does not show\n%s", got)
	}
	for _, x := range viewtest.Hostile() {
		p.Update(intent.Selected{Title: "x", Fields: []intent.Field{{Name: x, Value: x}}})
		viewtest.Shape(t, p.View(), 30, 6)
		viewtest.Safe(t, p.View())
	}
}
