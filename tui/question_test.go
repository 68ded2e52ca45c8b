package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/keys"
)

// acting is a screen with two sides on which something runs.
type acting struct{ counter }

func (acting) Runs() string { return "a response action runs" }
func (acting) Sides() bool  { return true }

func (c *acting) Update(msg tea.Msg) (*acting, tea.Cmd) { return c, nil }

func TestTheQuestionNamesWhatRuns(t *testing.T) {
	a := testApp(t, testOptions(), 100, 40)
	a.screens = append(a.screens, screen{"Acting", hold(&acting{})})
	press(a, "q")
	shows(t, a, "Leave while a response action runs?", "nobody may know whether it was")
}

func TestTabIsNoFaultOnAScreenWithTwoSides(t *testing.T) {
	a := testApp(t, testOptions(), 100, 40)
	a.screens = append(a.screens, screen{"Acting", hold(&acting{})})
	if a.reason(keys.Focus) == "" {
		t.Error("tab does nothing on a screen with one side, and no reason is given")
	}
	a.show(len(a.screens) - 1)
	if why := a.reason(keys.Focus); why != "" {
		t.Errorf("tab goes between the two sides, but help says %q", why)
	}
}
