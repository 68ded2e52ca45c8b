package field

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestTheCursorAlwaysShows(t *testing.T) {
	f := New(viewtest.Theme(theme.Options{}))
	f.Set("0123456789abcdefghij")
	if got := viewtest.Text(f.Draw(8).String()); got != "defghij" {
		t.Errorf("at the end it shows %q", got)
	}
	for range 20 {
		f.Update(viewtest.Key("left"))
	}
	if got := viewtest.Text(f.Draw(8).String()); !strings.HasPrefix(got, "012345") {
		t.Errorf("at the start it shows %q", got)
	}
	if !strings.Contains(f.Draw(8).String(), "\x1b[7m0") {
		t.Error("the cursor is not reversed")
	}
}

func TestWhatIsPastedDoesNothing(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		f := New(viewtest.Theme(theme.Options{}))
		f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(x), Paste: true})
		for range 6 {
			viewtest.Shape(t, f.Draw(20).String(), 20, 1)
			viewtest.Safe(t, f.Draw(20).String())
			f.Update(viewtest.Key("left"))
		}
	}
}
