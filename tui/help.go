package tui

import (
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// reason tells why one of the actions that work everywhere cannot be done now.
func (a *app) reason(id keys.ID) string {
	switch id {
	case keys.Focus, keys.FocusBack:
		switch {
		case a.panel == intent.None && !a.screens[a.current].pane.sides():
			return "no side panel is open"
		case a.panel == intent.None: // the screen has two sides
		case !a.geometry().Beside:
			return "the panel lies over the screen: esc closes it"
		}
	case keys.Diagnose:
		if !a.problems {
			return "nothing went wrong so far"
		}
	case keys.Screen1, keys.Screen2, keys.Screen3, keys.Screen4:
		if i := int(id[len(id)-1] - '1'); i >= len(a.screens) {
			return "there is no such screen"
		}
	}
	return ""
}

func (a *app) global() []keys.Hint { return keys.Hints(keys.In(keys.Global), a.reason) }

// footerHints are the keys of what has the focus, then those that work everywhere.
func (a *app) footerHints() []keys.Hint {
	if a.question != nil {
		return nil
	}
	hints := a.focus().ShortHelp()
	if a.focus().Typing() {
		return hints
	}
	return append(hints, keys.Footer(a.global())...)
}

// helpHints is everything that help shows: of the screen, or of the panel that has the focus, then of
// the app. Keys that exist for no screen are left out.
func (a *app) helpHints() []keys.Hint {
	hints := a.screens[a.current].pane.FullHelp()
	if a.panel != intent.None && a.panel != intent.Help && a.focused {
		hints = a.panels[a.panel].FullHelp()
	}
	for _, h := range a.global() {
		if h.Reason != "there is no such screen" {
			hints = append(hints, h)
		}
	}
	return hints
}

// paletteHints are the actions that the palette offers.
func (a *app) paletteHints() []keys.Hint { return append(a.focus().FullHelp(), a.global()...) }
