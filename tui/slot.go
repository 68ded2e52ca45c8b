package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// component is what every screen and side panel is: a plain struct whose Update returns its own type.
type component[T any] interface {
	SetSize(w, h int)
	Update(msg tea.Msg) (T, tea.Cmd)
	View() string // exactly the lines and cells of SetSize
	ShortHelp() []keys.Hint
	FullHelp() []keys.Hint
	Typing() bool // keys are text now
}

// pane is a component in the hands of the root model.
type pane interface {
	SetSize(w, h int)
	View() string
	ShortHelp() []keys.Hint
	FullHelp() []keys.Hint
	Typing() bool
	update(msg tea.Msg) tea.Cmd
	runs() string
	sides() bool
	close()
	lamps() [intent.Lamps]intent.Light
}

// slot makes a pane of a component.
type slot[T component[T]] struct{ component T }

func hold[T component[T]](c T) pane { return &slot[T]{c} }

func (s *slot[T]) SetSize(w, h int)       { s.component.SetSize(w, h) }
func (s *slot[T]) View() string           { return s.component.View() }
func (s *slot[T]) ShortHelp() []keys.Hint { return s.component.ShortHelp() }
func (s *slot[T]) FullHelp() []keys.Hint  { return s.component.FullHelp() }
func (s *slot[T]) Typing() bool           { return s.component.Typing() }

func (s *slot[T]) update(msg tea.Msg) (cmd tea.Cmd) {
	s.component, cmd = s.component.Update(msg)
	return cmd
}

// verifying is what runs on a screen that only says that it is busy.
const verifying = "a verification runs"

// runs says what the component runs that leaving would cancel; nothing when nothing does.
func (s *slot[T]) runs() string {
	switch c := any(s.component).(type) {
	case interface{ Runs() string }:
		return c.Runs()
	case interface{ Busy() bool }:
		if c.Busy() {
			return verifying
		}
	}
	return ""
}

// sides tells that the component has two sides that tab goes between.
func (s *slot[T]) sides() bool {
	c, ok := any(s.component).(interface{ Sides() bool })
	return ok && c.Sides()
}

// close cancels what the component runs and waits for it.
func (s *slot[T]) close() {
	if c, ok := any(s.component).(interface{ Close() }); ok {
		c.Close()
	}
}

// lamps gives what the component knows about the parts of the integration.
func (s *slot[T]) lamps() (lamps [intent.Lamps]intent.Light) {
	l, ok := any(s.component).(interface {
		Lamps() [intent.Lamps]intent.Light
	})
	if ok {
		lamps = l.Lamps()
	}
	return lamps
}

// screen is a screen with its title in the bar.
type screen struct {
	title string
	pane  pane
}
