// Package trackscreen is the screen of message tracking: a search line, the messages that it finds on
// one appliance or on several, and the life of one of them.
//
// Pages are fetched ahead while one scrolls, what is on the screen stays when an appliance fails, and
// the search goes on by itself when the appliance does. The screen only reads, but for the searches
// that are saved and the files that are exported.
package trackscreen

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/quarantine"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/queryline"
	"ctrace/tui/table"
	"ctrace/tui/theme"
	"ctrace/tui/trackscreen/quarantineview"
	"ctrace/tui/work"
)

// Options is what the screen needs.
type Options struct {
	Theme    *theme.Theme
	Sources  []tracking.Source  // the appliances that are searched
	Searches *tracking.Searches // nil: searches cannot be saved
	Dir      string             // where exports are written; the working directory when empty
	Now      func() time.Time
	Zone     *time.Location // the analyst's

	Quarantines []quarantine.Source // none: the quarantines are not reached from here
	Journal     quarantine.Journal  // nil: nothing can be released or deleted
	Profile     string              // under which actions are recorded
	ReadOnly    bool
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

	search *tracking.Search // nil before the first one
	number int              // of the search: answers to an older one are dropped
	asked  string           // its line
	old    bool             // the rows are still those of the search before
	end    context.CancelFunc
	ask    func(tracking.Fetch) tea.Cmd // asks in the name of the search
	timer  int                          // of the timers only the newest counts
	now    time.Time
	lamp   intent.Light // as of the last answer
	ticks  int

	table     *table.Table[tracking.Row]
	appliance bool // times in the appliance's zone
	overlay   overlay
	page      *page // the message that is open, nil when none is
	request   int   // number of the newest reading of a message

	endReading context.CancelFunc // of the message that is open
	held       *quarantineview.View
	inHeld     bool // the quarantines are shown instead of the list
	view       string
}

// overlay is a box over the list that takes the keys.
type overlay interface {
	update(k tea.KeyMsg) (cmd tea.Cmd, closed bool)
	draw(w, h int) draw.Block
	hints() []keys.Hint
}

// New makes the screen; it searches when it is first shown.
func New(ctx context.Context, o Options) *Screen {
	s := &Screen{o: o, work: work.New(ctx), end: func() {}, endReading: func() {}, now: o.Now()}
	s.table = s.newTable()
	s.line = queryline.New(queryline.Options{Theme: o.Theme, Complete: complete, Colours: s.colours})
	s.line.Set(first)
	s.held = quarantineview.New(ctx, quarantineview.Options{
		Theme: o.Theme, Sources: o.Quarantines, Journal: o.Journal, Profile: o.Profile, ReadOnly: o.ReadOnly, Now: o.Now, Zone: o.Zone,
	})
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

// colours are those of the search line: keys, and keys that do not exist.
func (s *Screen) colours(line string) []field.Span {
	var out []field.Span
	for _, t := range esa.FilterTerms(line) {
		switch {
		case t.Key == "":
		case t.Known:
			out = append(out, field.Span{Start: t.Start, End: t.ValueStart, Style: s.o.Theme.Accent})
		default:
			out = append(out, field.Span{Start: t.Start, End: t.ValueStart, Style: s.o.Theme.Bad})
		}
	}
	return out
}

// SetSize tells the screen how much room it has, in cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.table.SetSize(w, max(h-headLines, 1))
	s.held.SetSize(w, h)
	if s.page != nil {
		s.page.layout(w, h)
	}
	s.layout()
}

// Typing tells that keys are text now.
func (s *Screen) Typing() bool {
	if s.inHeld {
		return s.held.Typing()
	}
	return s.overlay != nil || (s.page == nil && (s.editing || s.table.Typing()))
}

// Close cancels what still runs and waits for it.
func (s *Screen) Close() {
	s.end()
	s.endReading()
	s.work.Close()
	s.held.Close()
}

// Update handles keys and the appliances' answers.
func (s *Screen) Update(msg tea.Msg) (*Screen, tea.Cmd) {
	cmd := s.update(msg)
	s.layout()
	return s, cmd
}

func (s *Screen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case intent.Shown:
		if s.search == nil {
			return s.begin()
		}
		return nil
	case answerMsg:
		return s.answer(msg)
	case timerMsg:
		return s.tick(msg)
	case storyMsg:
		return s.told(msg)
	case readAgainMsg:
		return s.readAgain(msg)
	case doneMsg:
		return intent.Cmd(msg.notice)
	case tea.KeyMsg, keys.Invoked, tea.MouseMsg:
		return s.key(msg)
	}
	cmd, _ := s.table.Update(msg)
	other, _ := s.held.Update(msg)
	return tea.Batch(cmd, other)
}

func (s *Screen) key(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyMsg)
	switch {
	case s.inHeld:
		cmd, back := s.held.Update(msg)
		s.inHeld = !back
		return cmd
	case s.overlay != nil && isKey:
		o := s.overlay
		cmd, closed := o.update(k)
		if closed && s.overlay == o {
			s.overlay = nil
		}
		return cmd
	case s.page != nil:
		return s.pageKey(msg)
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
		if id == keys.TrackStop {
			return nil
		}
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
	case keys.TrackForm:
		s.overlay = newForm(s)
	case keys.TrackOpen:
		return s.open(s.table.Selected())
	case keys.TrackFollow:
		return s.follow()
	case keys.TrackAgain:
		return s.begin()
	case keys.TrackAll:
		s.search.Want(everything)
		return s.step()
	case keys.TrackStop:
		s.search.Stop()
		s.search.Follow(false, s.o.Now())
		s.sayEmpty()
	case keys.TrackZone:
		s.appliance = !s.appliance
		s.table.Redraw()
	case keys.TrackSaved:
		return s.openSaved()
	case keys.TrackSave:
		s.overlay = s.savePrompt()
	case keys.TrackColumns:
		s.overlay = &columnList{t: s.o.Theme, table: s.table}
	case keys.TrackQuarantine:
		s.inHeld = true
		return s.held.Load()
	case keys.TrackExport:
		s.overlay = s.exportRows()
	case keys.TrackInvestigate:
		return intent.Cmd(intent.Investigate{Query: queryOfRows(s.table.Marked())})
	case keys.TrackCopy:
		return intent.Cmd(copyOf(s.table.Selected().Message))
	}
	return nil
}

func (s *Screen) reason(id keys.ID) string {
	switch id {
	case keys.TrackOpen, keys.TrackCopy, keys.TrackInvestigate, keys.TrackExport:
		if s.table.Selected() == nil {
			return "there is no message"
		}
	case keys.TrackFollow:
		if s.search == nil || !s.search.Followable() {
			return "the search ends in the past: take until away to follow"
		}
	case keys.TrackAll:
		if s.search == nil || s.search.Complete() {
			return "everything that matches is here"
		}
	case keys.TrackStop:
		if s.search == nil || (!s.search.Following() && (s.search.Stopped() || !s.waits())) {
			return "nothing is fetched"
		}
	case keys.TrackSaved, keys.TrackSave:
		if s.o.Searches == nil {
			return "searches cannot be saved here"
		}
	case keys.TrackQuarantine:
		if len(s.o.Quarantines) == 0 {
			return "the quarantines are not reached from here"
		}
	}
	return ""
}

// tellSelected tells the inspector about the selected message.
func (s *Screen) tellSelected() tea.Cmd {
	if r := s.table.Selected(); r != nil {
		return intent.Cmd(intent.Selected{Title: "Message", Fields: fields(r.Message, s.o.Sources[r.Source].Name)})
	}
	return nil
}

// ShortHelp gives the keys for the footer.
func (s *Screen) ShortHelp() []keys.Hint {
	switch {
	case s.inHeld:
		return s.held.ShortHelp()
	case s.overlay != nil:
		return s.overlay.hints()
	case s.editing && s.page == nil:
		return keys.Text("enter", "search", "tab", "complete", "↑", "earlier searches", "esc", "back")
	case s.page == nil && s.table.Typing():
		return keys.Filtering()
	}
	return keys.Footer(s.FullHelp())
}

// FullHelp gives every key of the screen.
func (s *Screen) FullHelp() []keys.Hint {
	if s.inHeld {
		return s.held.FullHelp()
	}
	if s.page != nil {
		return keys.Hints(keys.In(keys.Message, keys.Page, keys.Move), s.pageReason)
	}
	return append(keys.Hints(keys.In(keys.Track), s.reason), s.table.Hints()...)
}

// View draws the screen.
func (s *Screen) View() string { return s.view }

func (s *Screen) layout() {
	if s.w <= 0 || s.h <= 0 {
		return
	}
	var b draw.Block
	if s.inHeld {
		s.view = s.held.View().Fit(s.w, s.h).String()
		return
	}
	if s.page != nil {
		b = s.page.view()
	} else {
		b = append(s.head(), s.table.View()...)
	}
	b = b.Fit(s.w, s.h)
	switch {
	case s.overlay != nil:
		card := s.overlay.draw(s.w, s.h)
		b = b.Over(card, max(0, (s.w-widest(card))/2), max(1, min((s.h-len(card))/2, s.h-len(card))))
	case s.editing && s.page == nil:
		if offers := s.line.Offers(min(s.w-4, 90)); len(offers) > 0 {
			b = b.Over(s.o.Theme.Card(min(s.w, 94), s.o.Theme.Focus, draw.Line{}, offers), 0, 1)
		}
	}
	s.view = b.String()
}

func widest(b draw.Block) int {
	w := 0
	for _, l := range b {
		w = max(w, l.Width())
	}
	return w
}
