// Package trackscreen is the screen of message tracking: a search line, the messages that it finds, and
// the life of one of them.
//
// It only reads. Pages are fetched ahead while one scrolls, what is on the screen stays when the
// appliance fails, and the search goes on by itself when the appliance does.
package trackscreen

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/queryline"
	"ctrace/tui/table"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

// Tracker is an appliance's message tracking; *esa.Client is one.
type Tracker interface {
	Search(ctx context.Context, q esa.Query) (esa.Page, error)
	Details(ctx context.Context, r esa.Ref) (esa.Details, error)
	AMP(ctx context.Context, r esa.Ref) (esa.AMP, error)
	URLs(ctx context.Context, r esa.Ref) (esa.URLs, error)
}

// Options is what the screen needs.
type Options struct {
	Theme   *theme.Theme
	Tracker Tracker
	Now     func() time.Time
	Zone    *time.Location // of the times shown; the appliance's own stand in the message
}

// first is the search that the screen begins with.
const first = "since:1d"

// Screen is the Track screen.
type Screen struct {
	o    Options
	work *work.Group
	w, h int

	line    *queryline.Line
	editing bool
	wrong   error // of the search line

	search  search
	table   *table.Table[item]
	counted counted

	message *message // the one that is open, nil when none is
	request int      // number of the newest fetching of a message
	view    string
}

// New makes the screen; it searches when it is first shown.
func New(ctx context.Context, o Options) *Screen {
	s := &Screen{o: o, work: work.New(ctx), table: newTable(o.Theme, o.Zone)}
	s.line = queryline.New(queryline.Options{Theme: o.Theme, Complete: complete})
	s.line.Set(first)
	return s
}

func complete(line string, cursor int) []queryline.Completion {
	all := esa.CompleteFilter(line, cursor)
	out := make([]queryline.Completion, len(all))
	for i, c := range all {
		out[i] = queryline.Completion(c)
	}
	return out
}

// SetSize tells the screen how much room it has, in cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.table.SetSize(w, max(h-headLines, 1))
	if s.message != nil {
		s.message.setSize(w, h)
	}
	s.layout()
}

// Typing tells that keys are text now.
func (s *Screen) Typing() bool { return s.message == nil && (s.editing || s.table.Typing()) }

// Close cancels what still runs and waits for it.
func (s *Screen) Close() {
	s.search.stop()
	s.work.Close()
}

// Update handles keys and the appliance's answers.
func (s *Screen) Update(msg tea.Msg) (*Screen, tea.Cmd) {
	cmd := s.update(msg)
	s.layout()
	return s, cmd
}

func (s *Screen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case intent.Shown:
		if !s.search.begun() {
			return s.begin()
		}
		return nil
	case pageMsg:
		return s.page(msg)
	case againMsg:
		return s.again(msg)
	case messageMsg:
		return s.opened(msg)
	case tea.KeyMsg, keys.Invoked, tea.MouseMsg:
		return s.key(msg)
	}
	cmd, _ := s.table.Update(msg)
	return cmd
}

func (s *Screen) key(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyMsg)
	switch {
	case s.message != nil:
		return s.messageKey(msg)
	case s.editing && isKey:
		return s.edit(k)
	}
	if m, ok := msg.(tea.MouseMsg); ok {
		m.Y -= headLines
		msg = m
	}
	if cmd, handled := s.table.Update(msg); handled {
		return tea.Batch(cmd, s.ahead(), s.tellSelected())
	}
	id, ok := keys.Action(msg, keys.Track)
	if !ok {
		return nil
	}
	if why := s.reason(id); why != "" {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)})
	}
	return s.act(id)
}

// edit gives a key to the search line.
func (s *Screen) edit(k tea.KeyMsg) tea.Cmd {
	switch s.line.Update(k) {
	case queryline.Submitted:
		return s.begin()
	case queryline.Left:
		s.editing = false
	default:
		_, s.wrong = esa.ParseFilter(s.line.Value(), s.o.Now(), s.o.Zone)
	}
	return nil
}

func (s *Screen) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.TrackSearch:
		s.editing = true
		s.line.Focus()
	case keys.TrackOpen:
		return s.get(s.table.Selected().m)
	case keys.TrackFollow:
		return s.follow()
	case keys.TrackAgain:
		return s.begin()
	case keys.TrackInvestigate:
		return intent.Cmd(intent.Investigate{Query: queryOf(s.table.Marked())})
	case keys.TrackCopy:
		return intent.Cmd(copyOf(s.table.Selected().m))
	}
	return nil
}

func (s *Screen) reason(id keys.ID) string {
	switch id {
	case keys.TrackOpen, keys.TrackCopy, keys.TrackInvestigate:
		if s.table.Selected() == nil {
			return "there is no message"
		}
		if id == keys.TrackOpen && len(s.table.Selected().m.MIDs) == 0 {
			return "a rejected connection has no message to show"
		}
	}
	return ""
}

// tellSelected tells the inspector about the selected message.
func (s *Screen) tellSelected() tea.Cmd {
	if i := s.table.Selected(); i != nil {
		return intent.Cmd(intent.Selected{Title: "Message", Fields: fields(i.m)})
	}
	return nil
}

// ShortHelp gives the keys for the footer.
func (s *Screen) ShortHelp() []keys.Hint {
	if s.editing && s.message == nil {
		return []keys.Hint{
			{Binding: keys.Binding{Show: "enter", Short: "search"}}, {Binding: keys.Binding{Show: "tab", Short: "complete"}},
			{Binding: keys.Binding{Show: "↑", Short: "earlier searches"}}, {Binding: keys.Binding{Show: "esc", Short: "back"}},
		}
	}
	return keys.Footer(s.FullHelp())
}

// FullHelp gives every key of the screen.
func (s *Screen) FullHelp() []keys.Hint {
	if s.message != nil {
		return keys.Hints(keys.In(keys.Message, keys.Page, keys.Move), nil)
	}
	return append(keys.Hints(keys.In(keys.Track), s.reason), s.table.Hints()...)
}

// View draws the screen.
func (s *Screen) View() string { return s.view }

const headLines = 3

func (s *Screen) layout() {
	if s.w <= 0 || s.h <= 0 {
		return
	}
	if s.message != nil {
		s.view = s.message.view().String()
		return
	}
	b := append(s.head(), s.table.View()...).Fit(s.w, s.h)
	if s.editing {
		offers := s.line.Offers(min(s.w-4, 90))
		if len(offers) > 0 {
			b = b.Over(s.o.Theme.Card(min(s.w, 94), s.o.Theme.Focus, draw.Line{}, offers), 0, 1)
		}
	}
	s.view = b.Fit(s.w, s.h).String()
}
