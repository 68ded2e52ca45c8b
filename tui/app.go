// Package tui is the Bubble Tea program of Ctrace: a frame with screens and one side panel.
//
// The root model here owns size, focus, the screens and the panel, and routes messages: keys to what
// has the focus, everything else to every screen and panel. What the screens show and do is in their
// own packages; which keys there are is in package keys; how it looks is in packages theme and frame.
// The app talks to no network itself: it starts what Options gives it.
package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/clip"
	"ctrace/tui/frame"
	"ctrace/tui/helppanel"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/palette"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

// app is the root model.
type app struct {
	work    *work.Group // ends when the app is left
	options Options
	theme   *theme.Theme
	clip    clip.Copier
	w, h    int

	screens []screen
	current int
	panels  map[intent.Panel]pane
	help    *helppanel.Panel
	panel   intent.Panel // the open one
	focused bool         // the panel has the focus

	question *question
	palette  *palette.Palette
	notices  notices
	problems bool // the last verification did not end verified
	now      time.Time
	mouse    bool
	leftFor  error // what comes after the app; nil: nothing
}

// screenKeys go to the screens, in the order of the bar.
var screenKeys = []keys.ID{keys.Screen1, keys.Screen2, keys.Screen3, keys.Screen4}

type clockMsg struct{}

// Init starts the clock, and tells everybody that the app runs.
func (a *app) Init() tea.Cmd { return tea.Batch(a.nextMinute(), intent.Cmd(intent.Started{})) }

func (a *app) nextMinute() tea.Cmd {
	a.now = a.options.Now()
	return intent.After(a.work.Context(), a.now.Truncate(time.Minute).Add(time.Minute).Sub(a.now), clockMsg{})
}

// Update routes a message.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.w, a.h = msg.Width, msg.Height
		a.resize()
		return a, nil
	case tea.KeyMsg:
		return a, a.keys(msg)
	case tea.MouseMsg:
		return a, a.mouseEvent(msg)
	case clockMsg:
		return a, a.nextMinute()
	}
	if cmd, ok := a.intent(msg); ok {
		return a, cmd
	}
	if p, ok := msg.(intent.Problems); ok {
		a.problems = len(p.Problems) > 0
	}
	return a, a.broadcast(msg)
}

// broadcast gives a message to every screen and panel.
func (a *app) broadcast(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range a.screens {
		cmds = append(cmds, s.pane.update(msg))
	}
	for _, p := range a.panels {
		cmds = append(cmds, p.update(msg))
	}
	return tea.Batch(cmds...)
}

// keys handles a key message. Keys that came together are taken one by one, unless they are text.
func (a *app) keys(msg tea.KeyMsg) tea.Cmd {
	if a.typing() {
		return a.key(msg)
	}
	var cmds []tea.Cmd
	for _, k := range keys.Split(msg) {
		cmds = append(cmds, a.key(k))
	}
	return tea.Batch(cmds...)
}

func (a *app) typing() bool { return a.palette != nil || (a.question == nil && a.focus().Typing()) }

func (a *app) key(k tea.KeyMsg) tea.Cmd {
	a.notices.read()
	switch {
	case a.question != nil:
		return a.answer(k)
	case a.palette != nil:
		return a.command(k)
	}
	if k.String() == "ctrl+c" || !a.focus().Typing() {
		if id, ok := keys.Match(k, keys.Global); ok {
			return a.act(id)
		}
	}
	return a.focus().update(k)
}

// command gives a key to the palette and does what was chosen there.
func (a *app) command(k tea.KeyMsg) tea.Cmd {
	id, closed := a.palette.Update(k)
	if !closed {
		return nil
	}
	a.palette = nil
	switch {
	case id == "":
		return nil
	case keys.ByID(id).Scope == keys.Global:
		return a.act(id)
	}
	return a.focus().update(keys.Invoked{ID: id})
}

// act does one of the actions that work everywhere.
func (a *app) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.Quit:
		a.leftFor = nil
		return a.leave()
	case keys.Help:
		a.help.Set(a.helpHints())
		a.toggle(intent.Help)
	case keys.Palette:
		a.palette = palette.Open(a.theme, a.paletteHints())
	case keys.SetupOpen:
		a.toggle(intent.Setup)
	case keys.Diagnose:
		a.toggle(intent.Diagnosis)
	case keys.Inspect:
		a.toggle(intent.Inspector)
	case keys.Focus, keys.FocusBack:
		if a.panel == intent.None { // a screen may have two sides of its own
			return a.screens[a.current].pane.update(keys.Invoked{ID: id})
		}
		a.focused = a.panel != intent.None && !a.focused
	case keys.Screen1, keys.Screen2, keys.Screen3, keys.Screen4:
		return a.show(slices.Index(screenKeys, id))
	case keys.Mouse:
		return a.toggleMouse()
	case keys.Messages:
		a.open(intent.Inspector)
		return intent.Cmd(a.notices.log())
	case keys.Redraw:
		return tea.ClearScreen
	case keys.Suspend:
		return tea.Suspend
	}
	return nil
}

// show goes to a screen. The bar gives it its number, so what is not there is not gone to.
func (a *app) show(i int) tea.Cmd {
	if i >= len(a.screens) {
		return nil
	}
	a.current, a.focused = i, false
	if a.panel != intent.None && !a.geometry().Beside {
		a.panel = intent.None
	}
	a.resize()
	return a.screens[i].pane.update(intent.Shown{})
}

// toggle opens a panel, gives it the focus when it is open without, or closes it.
func (a *app) toggle(p intent.Panel) {
	switch {
	case a.panel == p && a.focused:
		a.closePanel()
	default:
		a.open(p)
	}
}

func (a *app) open(p intent.Panel) {
	a.panel, a.focused = p, true
	a.resize()
}

func (a *app) closePanel() {
	a.panel, a.focused = intent.None, false
	a.resize()
}

// focus is what gets the keys.
func (a *app) focus() pane {
	if a.panel != intent.None && a.focused {
		return a.panels[a.panel]
	}
	return a.screens[a.current].pane
}

func (a *app) geometry() frame.Geometry { return frame.Measure(a.w, a.h, a.panel != intent.None) }

// resize tells every screen and panel how much room it has. A panel over the screen always has the focus.
func (a *app) resize() {
	g := a.geometry()
	if g.Small {
		return
	}
	if a.panel != intent.None && !g.Beside {
		a.focused = true
	}
	for _, s := range a.screens {
		s.pane.SetSize(g.BodyW, g.Height)
	}
	for _, p := range a.panels {
		p.SetSize(g.PanelW, g.Height)
	}
}

// runs says what runs that leaving would cancel, such as "a verification runs"; nothing when nothing does.
func (a *app) runs() string {
	for _, s := range a.screens {
		if what := s.pane.runs(); what != "" {
			return what
		}
	}
	return ""
}

// close cancels everything that runs and waits for it.
func (a *app) close() {
	a.work.Close()
	for _, s := range a.screens {
		s.pane.close()
	}
	for _, p := range a.panels {
		p.close()
	}
}

// lamps show what the screens learned last about each part.
func (a *app) lamps() (lamps [intent.Lamps]intent.State) {
	var newest [intent.Lamps]intent.Light
	for _, s := range a.screens {
		for i, l := range s.pane.lamps() {
			if l.State != intent.Unknown && !l.At.Before(newest[i].At) {
				newest[i], lamps[i] = l, l.State
			}
		}
	}
	return lamps
}

// View draws the app.
func (a *app) View() string {
	if a.w == 0 || a.h == 0 {
		return ""
	}
	s := frame.State{
		W: a.w, H: a.h,
		Profile: safetext.Line(a.options.Profile), Region: safetext.Line(a.options.Region),
		Lamps: a.lamps(), Clock: a.now.In(a.options.Zone),
		Current: a.current, Body: a.screens[a.current].pane.View(),
		Panel: a.panel, PanelFocus: a.focused,
		Hints: a.footerHints(), Notice: a.notices.current,
	}
	for _, sc := range a.screens {
		s.Screens = append(s.Screens, sc.title)
	}
	if a.panel != intent.None {
		s.PanelView = a.panels[a.panel].View()
	}
	if a.palette != nil {
		prompt := a.palette.Prompt(a.w - 2)
		s.Prompt, s.List = &prompt, a.palette.List(a.w-2)
	}
	if a.question != nil {
		s.Overlay = a.question.draw(a.theme, min(a.w-6, 72))
	}
	return frame.Draw(a.theme, s)
}
