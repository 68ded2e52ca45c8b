package tui

import (
	"slices"
	"strings"

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
	}
	return ""
}

// global are the actions that work everywhere. The bar gives the screens their numbers, so their names are
// put in here, and those that there are not are left out.
func (a *app) global() []keys.Hint {
	var hints []keys.Hint
	for _, h := range keys.Hints(keys.In(keys.Global), a.reason) {
		if i := slices.Index(screenKeys, h.ID); i >= len(a.screens) {
			continue
		} else if i >= 0 {
			h.Command, h.Long = strings.ToLower(a.screens[i].title)+" screen", "Go to the screen "+a.screens[i].title
		}
		hints = append(hints, h)
	}
	return hints
}

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
// the app.
func (a *app) helpHints() []keys.Hint {
	hints := a.screens[a.current].pane.FullHelp()
	if a.panel != intent.None && a.panel != intent.Help && a.focused {
		hints = a.panels[a.panel].FullHelp()
	}
	return append(hints, a.global()...)
}

// paletteHints are the actions that the palette offers.
func (a *app) paletteHints() []keys.Hint { return append(a.focus().FullHelp(), a.global()...) }
