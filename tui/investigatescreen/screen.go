// Package investigatescreen is the screen on which an analyst looks observables up in Threat Response:
// a line to ask in, the observables with what the modules think of them, and everything that is known
// about the selected one. Every observable that shows can be opened in turn, and esc goes back.
//
// It decides nothing about observables and calls no service by itself: package ctr does. What changes
// something outside is asked about first, done once, and written to the history.
package investigatescreen

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/askline"
	"ctrace/tui/keys"
	"ctrace/tui/work"
)

// Screen is the Investigate screen.
type Screen struct {
	o    Options
	w, h int
	work *work.Group

	line    *askline.Line
	reading int // number of the newest text that is read

	inspecting int // number of the newest text that Threat Response is asked about
	past       []pastLook

	visit    *visit // nil before the first look-up
	back     []place
	request  int // number of the run whose answers count
	version  int // counts what changed the present investigation
	drawn    time.Time
	stale    bool // the lists are older than the investigation
	list     *list
	detail   *detail
	inDetail bool // the right side has the focus
	menu     *menu
	asking   int    // number of the newest question to Threat Response beside the run
	changing int    // how much is under way that changes something outside
	changes  string // the newest of it, such as "a response action runs"

	budgetNow ctr.Budget
	now       time.Time // as of the last tick or answer: View asks no clock
	ticks     int
	view      string
}

// New makes the screen in its empty state. What it starts ends when ctx does.
func New(ctx context.Context, o Options) *Screen {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	s := &Screen{o: o, work: work.New(ctx), now: o.Now(), line: askline.New(o.Theme)}
	s.list = newList(o.Theme)
	s.detail = newDetail(s)
	return s
}

// SetSize tells the screen how much room it has, in cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.arrange()
	s.layout()
}

// Typing tells that keys are text now.
func (s *Screen) Typing() bool {
	if s.menu != nil {
		return s.menu.typing()
	}
	return s.line.Focused() && !s.line.Deciding() || (s.visit != nil && (s.list.typing() || s.inDetail && s.detail.Typing()))
}

// Runs says what changes something outside that leaving would cancel; nothing when nothing does.
func (s *Screen) Runs() string {
	if s.changing == 0 {
		return ""
	}
	return s.changes
}

// Sides tells that there are two sides that tab goes between.
func (s *Screen) Sides() bool { return s.visit != nil }

// Close cancels what runs and waits for its end.
func (s *Screen) Close() {
	s.stop()
	s.work.Close()
}

// Update handles keys, the answers of the run, and what other screens ask to look up.
func (s *Screen) Update(msg tea.Msg) (*Screen, tea.Cmd) {
	cmd := s.update(msg)
	s.layout()
	return s, cmd
}

func (s *Screen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case batchMsg:
		return s.receive(msg)
	case asideMsg:
		return s.asideDone(msg)
	case arrangedMsg:
		return s.arranged(msg)
	case filledMsg:
		return s.filled(msg)
	case tickMsg:
		return s.ticked(msg)
	case redrawMsg:
		return s.redraw(msg)
	case readMsg:
		return s.read(msg)
	case inspectedMsg:
		return s.inspected(msg)
	case visitMsg:
		return s.openNumbered(msg)
	case intent.Investigate:
		return s.readText(msg.Query)
	case intent.Shown:
		return s.loadPast()
	case pastMsg:
		s.takePast(msg)
		return nil
	case rawMsg:
		return s.detail.raw.take(msg)
	case tea.KeyMsg:
		return s.key(msg)
	case keys.Invoked, tea.MouseMsg:
		return s.action(msg)
	}
	if cmd, ok := s.answer(msg); ok {
		return cmd
	}
	return s.detail.message(msg)
}

func (s *Screen) ticked(m tickMsg) tea.Cmd {
	if m.request != s.request || s.visit == nil || !s.visit.running {
		return nil
	}
	s.now = s.o.Now()
	s.ticks++
	return s.tick()
}

// key gives a key to what has the focus.
func (s *Screen) key(k tea.KeyMsg) tea.Cmd {
	switch {
	case s.menu != nil:
		return s.menuKey(k)
	case s.line.Focused():
		return s.lineResult(s.line.Update(k))
	}
	return s.action(k)
}

// action does what a key, a command of the palette or a click means.
func (s *Screen) action(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(tea.MouseMsg); ok {
		return s.click(m)
	}
	if i, ok := msg.(keys.Invoked); ok && (i.ID == keys.Focus || i.ID == keys.FocusBack) {
		s.inDetail = s.visit != nil && !s.inDetail
		s.arrange()
		return s.tellSelected()
	}
	if s.visit != nil {
		if cmd, handled := s.inner(msg); handled {
			return tea.Batch(cmd, s.tellSelected())
		}
	}
	id, ok := keys.Action(msg, keys.Look)
	if !ok {
		return nil
	}
	if why := s.reason(id); why != "" {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)})
	}
	return s.act(id)
}

// inner gives a message to the list or the tab. What is this screen's own comes before what tables do,
// except while a filter is typed or shown.
func (s *Screen) inner(msg tea.Msg) (cmd tea.Cmd, handled bool) {
	if !s.inDetail {
		if s.list.update(msg) {
			return tea.Batch(s.arrangeList(), s.detail.show(s.subject())), true
		}
		return nil, false
	}
	if _, own := keys.Action(msg, keys.Look); own && !s.detail.Typing() && !s.detail.takes(msg) {
		return nil, false
	}
	return s.detail.Update(msg)
}

func (s *Screen) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.LookAsk:
		s.focusLine("")
	case keys.LookOpen:
		return s.open()
	case keys.LookBack:
		return s.goBack()
	case keys.LookLeft, keys.LookRight:
		s.inDetail = id == keys.LookRight
		s.arrange()
		return s.tellSelected()
	case keys.LookTab:
		return tea.Batch(s.detail.turn(1, s.subject()), s.tellSelected())
	case keys.LookTabBack:
		return tea.Batch(s.detail.turn(-1, s.subject()), s.tellSelected())
	case keys.LookRefresh:
		return s.askAgain()
	case keys.LookCopy:
		return s.copyValue()
	case keys.LookCopyAs:
		s.copyMenu()
	case keys.LookLinks:
		s.linkMenu()
	case keys.LookRespond:
		return s.listActions()
	case keys.LookCasebook:
		s.casebookMenu()
	case keys.LookExport:
		s.exportMenu()
	case keys.LookOrder:
		s.list.turn()
		return s.arrangeList()
	}
	return nil
}

// reason tells why an action cannot be done now.
func (s *Screen) reason(id keys.ID) string {
	if s.o.Investigator == nil {
		return "there is no profile with Threat Response: see the set-up"
	}
	if s.visit == nil {
		switch id {
		case keys.LookAsk, keys.LookOpen:
			return ""
		}
		return "nothing was looked up yet: n begins"
	}
	switch id {
	case keys.LookBack:
		if !s.visit.running && len(s.back) == 0 && !s.inDetail && len(s.detail.pages) == 0 {
			return "there is nothing before this"
		}
	case keys.LookRefresh:
		if s.visit.running {
			return "it runs: esc stops it"
		}
	case keys.LookRespond:
		switch {
		case s.o.ReadOnly:
			return "response actions are off: Ctrace was started with --read-only"
		case s.focusObservable() == (observable.Observable{}):
			return "select one observable first"
		}
	case keys.LookCasebook:
		if s.o.ReadOnly {
			return "casebooks are off: Ctrace was started with --read-only"
		}
	case keys.LookExport:
		if s.visit.running {
			return "it still runs: wait, or stop it with esc"
		}
	}
	return ""
}

// ShortHelp gives the keys for the footer.
func (s *Screen) ShortHelp() []keys.Hint { return keys.Footer(s.hints()) }

// FullHelp gives every key of the screen.
func (s *Screen) FullHelp() []keys.Hint {
	hints := s.hints()
	if s.menu != nil || s.line.Focused() || s.visit == nil {
		return hints
	}
	if s.inDetail {
		return append(hints, s.detail.Hints()...)
	}
	return append(hints, s.list.hints()...)
}

func (s *Screen) hints() []keys.Hint {
	switch {
	case s.menu != nil && s.menu.field != nil:
		return keys.Text("enter", "go on", "esc", "close")
	case s.menu != nil:
		return keys.Hints(keys.In(keys.LookMenu), func(id keys.ID) string {
			if id == keys.LookChoose && len(s.menu.choices) == 0 {
				return "there is nothing to choose"
			}
			return ""
		})
	case s.line.Focused():
		return s.line.Hints()
	case s.Typing():
		return keys.Filtering()
	}
	var shown []keys.Binding
	for _, b := range keys.In(keys.Look) {
		changes := b.ID == keys.LookRespond || b.ID == keys.LookCasebook
		if !changes || !s.o.ReadOnly {
			shown = append(shown, b)
		}
	}
	hints := keys.Hints(shown, s.reason)
	if s.visit != nil && s.visit.running && !s.inDetail && len(s.detail.pages) == 0 { // what esc does then
		i := slices.IndexFunc(hints, func(h keys.Hint) bool { return h.ID == keys.LookBack })
		hints[i].Short = "stop"
	}
	return hints
}
