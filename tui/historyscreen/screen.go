// Package historyscreen is the screen of past verifications: a list to search, one of them open as it
// was on the Verify screen, or two compared. It reads the history and never changes it.
package historyscreen

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/history"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/table"
	"ctrace/tui/theme"
	"ctrace/tui/verifyscreen"
	"ctrace/tui/work"
)

// Store is the history; *history.Store is one.
type Store interface {
	List(ctx context.Context, f history.Filter) ([]history.Run, error)
	Get(ctx context.Context, token string) (history.Run, []history.Event, error)
}

// Options is what the screen needs.
type Options struct {
	Theme *theme.Theme
	Store Store
	Now   func() time.Time
	Zone  *time.Location // of the times that are shown
}

// patience is how long one reading of the history may take.
const patience = 15 * time.Second

// Screen is the History screen.
type Screen struct {
	o    Options
	work *work.Group
	w, h int

	request int // number of the newest reading; older answers are dropped
	loading bool
	failure string
	table   *table.Table[item]

	open     *verifyscreen.Screen // the run that is open, nil when none is
	compared draw.Block           // two runs side by side, nil when none are
	scroll   draw.Scroll
	view     string
}

// New makes the screen, empty until it is shown.
func New(ctx context.Context, o Options) *Screen {
	return &Screen{o: o, work: work.New(ctx), table: newTable(o.Theme)}
}

// SetSize tells the screen how much room it has, in cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.table.SetSize(w, max(h-2, 1))
	if s.open != nil {
		s.open.SetSize(w, h)
	}
	s.layout()
}

// Typing tells that keys are text now.
func (s *Screen) Typing() bool {
	if s.open != nil {
		return s.open.Typing()
	}
	return s.listed() && s.table.Typing()
}

// listed tells that the list is what shows.
func (s *Screen) listed() bool { return s.open == nil && s.compared == nil }

// Close cancels what still reads and waits for it.
func (s *Screen) Close() { s.work.Close() }

// Update handles keys and the answers of the history.
func (s *Screen) Update(msg tea.Msg) (*Screen, tea.Cmd) {
	cmd := s.update(msg)
	s.layout()
	return s, cmd
}

func (s *Screen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case intent.Shown, intent.Problems: // it may have changed
		return s.load()
	case listedMsg:
		return s.listedRuns(msg)
	case openedMsg:
		return s.opened(msg)
	case tea.KeyMsg, keys.Invoked, tea.MouseMsg:
		return s.key(msg)
	}
	cmd, _ := s.table.Update(msg)
	return cmd
}

func (s *Screen) key(msg tea.Msg) tea.Cmd {
	_, back := keys.Action(msg, keys.Page)
	switch {
	case s.open != nil:
		if back && !s.open.Inside() {
			s.open = nil
			return nil
		}
		_, cmd := s.open.Update(msg)
		return cmd
	case s.compared != nil:
		if back {
			s.compared = nil
		} else if move, ok := keys.Action(msg, keys.Move); ok {
			rows, _ := keys.Delta(move, s.h)
			s.scroll = s.scroll.By(rows, len(s.compared), s.h)
		}
		return nil
	}
	if cmd, handled := s.table.Update(msg); handled {
		return tea.Batch(cmd, s.tellSelected())
	}
	if id, ok := keys.Action(msg, keys.History); ok {
		if why := s.reason(id); why != "" {
			return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)})
		}
		return s.act(id)
	}
	return nil
}

func (s *Screen) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.HistoryOpen:
		return s.get(s.table.Selected().run.Token)
	case keys.HistoryCompare:
		marked := s.table.Marked()
		s.compared, s.scroll = compare(s.o.Theme, marked[0], marked[1], s.w), draw.Scroll{}
	case keys.HistoryAgain:
		return intent.Cmd(intent.Verify{})
	case keys.HistoryResume:
		return intent.Cmd(intent.Verify{Resume: s.table.Selected().run.Token})
	case keys.HistoryCopy:
		return intent.Cmd(intent.Copy{What: "token", Value: s.table.Selected().run.Token})
	case keys.HistoryReload:
		return s.load()
	}
	return nil
}

func (s *Screen) reason(id keys.ID) string {
	selected := s.table.Selected()
	switch id {
	case keys.HistoryOpen, keys.HistoryCopy:
		if selected == nil {
			return "there is no run"
		}
	case keys.HistoryCompare:
		if s.table.Marks() != 2 {
			return "mark two runs with the space bar first"
		}
	case keys.HistoryResume:
		switch {
		case selected == nil:
			return "there is no run"
		case selected.result.Verdict == verify.Verified:
			return "it is verified already"
		}
	}
	return ""
}

// tellSelected tells the inspector about the selected run.
func (s *Screen) tellSelected() tea.Cmd {
	if r := s.table.Selected(); r != nil {
		return intent.Cmd(intent.Selected{Title: "Run", Fields: r.fields()})
	}
	return nil
}

func (s *Screen) layout() {
	if s.w <= 0 || s.h <= 0 {
		return
	}
	switch {
	case s.open != nil:
		s.view = s.open.View()
	case s.compared != nil:
		s.view = s.o.Theme.Scrolled(s.compared, s.scroll, s.w, s.h).String()
	default:
		s.view = append(draw.Block{s.head(), {}}, s.table.View()...).Fit(s.w, s.h).String()
	}
}

// View draws the screen.
func (s *Screen) View() string { return s.view }

// ShortHelp gives the keys for the footer.
func (s *Screen) ShortHelp() []keys.Hint {
	if s.listed() && s.table.Typing() {
		return keys.Filtering()
	}
	return keys.Footer(s.FullHelp())
}

// FullHelp gives every key of the screen.
func (s *Screen) FullHelp() []keys.Hint {
	switch {
	case s.open != nil && s.open.Inside():
		return s.open.FullHelp()
	case s.open != nil:
		return append(keys.Hints(keys.In(keys.Page), nil), s.open.FullHelp()...)
	case s.compared != nil:
		return keys.Hints(keys.In(keys.Page, keys.Move), nil)
	}
	return append(keys.Hints(keys.In(keys.History), s.reason), s.table.Hints()...)
}
