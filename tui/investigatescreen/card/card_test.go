package card

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

var address = observable.Observable{Type: observable.IP, Value: "203.0.113.66"}

func items() []Item {
	return []Item{
		{Heading: true, Label: "What the modules think", Text: "they disagree"},
		{Label: "Lab", Judged: true, Disposition: ctim.Malicious, Text: "Sends a campaign"},
		{Text: "and more: see the tab", Tone: Quiet},
		{Draw: func(int) draw.Block { return draw.Block{{}, {}} }},
		{Heading: true, Label: "Observables"},
		{Label: "IP address", Text: observable.Defang(address), Observable: address, Note: "4"},
		{Label: "Failed", Text: strings.Repeat("a long reason ", 8), Tone: Bad},
		{Label: "Page", Text: "opens", Open: func() Page { return Page{Title: "A page"} }},
	}
}

func newCard(w, h int) *Card {
	c := New(viewtest.Theme(theme.Options{}))
	c.SetSize(w, h)
	c.Set(items())
	return c
}

func selected(c *Card) string {
	if x := c.Selected(); x != nil {
		return x.Label
	}
	return ""
}

func TestTheCardIsDrawn(t *testing.T) {
	for look, th := range viewtest.Looks() {
		t.Run(look, func(t *testing.T) {
			c := New(th)
			c.SetSize(60, 16)
			c.Set(items())
			viewtest.Golden(t, c.View().String(), 60, 16)
		})
	}
}

// TestOnlyFactsAreSelected goes over headings, drawings and quiet remarks, and stays inside.
func TestOnlyFactsAreSelected(t *testing.T) {
	c := newCard(60, 6)
	for _, step := range []struct{ key, want string }{
		{"k", "Lab"},
		{"j", "IP address"},
		{"j", "Failed"},
		{"j", "Page"},
		{"j", "Page"},
		{"home", "Lab"},
		{"end", "Page"},
		{"k", "Failed"},
	} {
		if _, handled := c.Update(viewtest.Key(step.key)); !handled || selected(c) != step.want {
			t.Errorf("after %s %q is selected (handled %v), want %q", step.key, selected(c), handled, step.want)
		}
		viewtest.Shape(t, c.View().String(), 60, 6)
	}
	if _, handled := c.Update(viewtest.Key("x")); handled {
		t.Error("the card takes a key that it has no use for")
	}
}

// TestTheSelectionStaysWhereItIs puts facts before the selected one.
func TestTheSelectionStaysWhereItIs(t *testing.T) {
	c := newCard(60, 8)
	c.SelectWhere(func(x *Item) bool { return x.Label == "Failed" })
	line := lineOf(c, "Failed")
	more := append([]Item{{Label: "New", Text: "came in"}, {Label: "New too", Text: "came in"}}, items()...)
	c.Set(more)
	if selected(c) != "Failed" || lineOf(c, "Failed") != line {
		t.Errorf("%q is selected, on line %d, want Failed on line %d", selected(c), lineOf(c, "Failed"), line)
	}
	c.Set(more[:2])
	if selected(c) != "New" {
		t.Errorf("when the selected fact is gone %q is selected", selected(c))
	}
	c.Set(more)
	c.ToTop()
	if selected(c) != "New" {
		t.Errorf("at the top %q is selected", selected(c))
	}
	if c.SelectWhere(func(*Item) bool { return false }) {
		t.Error("a fact that is not there was selected")
	}
}

func lineOf(c *Card, words string) int {
	for i, l := range strings.Split(viewtest.Text(c.View().String()), "\n") {
		if strings.Contains(l, words) {
			return i
		}
	}
	return -1
}

func TestAClickSelectsAFact(t *testing.T) {
	c := newCard(60, 16)
	c.Update(tea.MouseMsg{Y: lineOf(c, "Page")})
	if selected(c) != "Page" {
		t.Errorf("a click on a fact selects %q", selected(c))
	}
	c.Update(tea.MouseMsg{Y: lineOf(c, "Observables")})
	if selected(c) != "Page" {
		t.Errorf("a click on a heading selects %q", selected(c))
	}
}

// TestWhatCannotBeSelectedScrolls moves through a card of remarks.
func TestWhatCannotBeSelectedScrolls(t *testing.T) {
	c := New(viewtest.Theme(theme.Options{}))
	c.SetSize(40, 3)
	var quiet []Item
	for _, n := range []string{"one", "two", "three", "four", "five"} {
		quiet = append(quiet, Item{Text: n, Tone: Quiet})
	}
	c.Set(quiet)
	c.Update(viewtest.Key("end"))
	if c.Selected() != nil || lineOf(c, "five") < 0 {
		t.Errorf("the end does not show:\n%s", viewtest.Text(c.View().String()))
	}
	empty := New(viewtest.Theme(theme.Options{}))
	empty.SetSize(40, 3)
	empty.Set(nil)
	if _, handled := empty.Update(viewtest.Key("j")); !handled || empty.Selected() != nil {
		t.Error("an empty card has something selected")
	}
	viewtest.Shape(t, empty.View().String(), 40, 3)
}

func TestHostileFactsDoNothing(t *testing.T) {
	c := New(viewtest.Theme(theme.Options{}))
	c.SetSize(50, 12)
	for _, x := range viewtest.Hostile() {
		c.Set([]Item{{Heading: true, Label: x, Text: x}, {Label: x, Text: x, Note: x}, {Label: x, Judged: true, Disposition: ctim.Suspicious, Text: x}})
		viewtest.Shape(t, c.View().String(), 50, 12)
		viewtest.Safe(t, c.View().String())
	}
}
