// Package quarantineview looks into the quarantines of the appliances: what is held, one message of it,
// and after a question letting it go or deleting it.
//
// Looking is all it does by itself. An action is asked about by name, sent once, never repeated, and
// recorded; with --read-only there are none.
package quarantineview

import (
	"context"
	"fmt"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/quarantine"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/say"
	"ctrace/tui/table"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

// Options is what the view needs.
type Options struct {
	Theme    *theme.Theme
	Sources  []quarantine.Source
	Journal  quarantine.Journal // nil: nothing can be released or deleted
	Profile  string             // under which actions are recorded
	ReadOnly bool
	Now      func() time.Time
	Zone     *time.Location
}

const (
	patience  = 5 * time.Minute     // the client ends a question that is not answered; it may have to wait its turn
	reachBack = 30 * 24 * time.Hour // policy quarantines keep for ten days, spam for two weeks, unless told otherwise
	margin    = 100
	headLines = 3
)

// held is a message in a quarantine of a source.
type held struct {
	esa.QuarantinedMessage
	source int
}

// state is what is known of one source's quarantine.
type state struct {
	offset, total int
	asked         time.Time // since when an answer is waited for; zero when none is
	begun, done   bool
	failure       error
	retry         tracking.Retry
	retryAt       time.Time // zero: not by itself
}

// View is the quarantine view.
type View struct {
	o    Options
	work *work.Group
	w, h int

	ctx        context.Context //nolint:containedctx // of what is read; an action has the group's own
	endReading context.CancelFunc
	timer      int // of the timers only the newest counts
	now        time.Time
	ticks      int

	kind    esa.QuarantineType
	request int // number of the newest reading; older answers are dropped
	sources []state
	rows    []*held
	table   *table.Table[held]
	open    *page
	acting  string // what was sent and is not answered yet
	last    string // what became of the last action
	lastBad bool
}

type pageMsg struct {
	request, source int
	page            esa.QuarantinePage
	err             error
}

// tickMsg says that something is due, or that a second went by while something is waited for.
type tickMsg struct{ timer int }

type actMsg struct {
	request quarantine.Request
	source  int
}

type actedMsg struct {
	act    quarantine.Act
	result quarantine.Result
	err    error
}

// New makes the view; Load fills it.
func New(ctx context.Context, o Options) *View {
	v := &View{o: o, work: work.New(ctx), kind: esa.SpamQuarantine, endReading: func() {}, now: o.Now()}
	v.table = v.newTable()
	return v
}

// SetSize tells the view how much room it has, in cells.
func (v *View) SetSize(w, h int) {
	v.w, v.h = w, h
	v.table.SetSize(w, max(h-headLines, 1))
	if v.open != nil {
		v.open.layout(v)
	}
}

// Typing tells that keys are text now.
func (v *View) Typing() bool { return v.open == nil && v.table.Typing() }

// Close cancels what still reads, waits for it, and for an action that was sent.
func (v *View) Close() {
	v.endReading()
	v.work.Close()
}

// Load reads the quarantine anew. What was read before stays until the answer comes.
func (v *View) Load() tea.Cmd {
	v.endReading()
	v.ctx, v.endReading = context.WithCancel(v.work.Context())
	v.request++
	v.sources = make([]state, len(v.o.Sources))
	v.table.SetEmpty(readingText)
	return v.more()
}

// leave ends what is read. An action that was sent is waited for.
func (v *View) leave() {
	v.endReading()
	v.request++
	v.timer++
}

// more asks each source for its next page, as far as rows are wanted, and sees to it that what failed is
// asked again.
func (v *View) more() tea.Cmd {
	v.now = v.o.Now()
	var cmds []tea.Cmd
	for i := range v.sources {
		st := &v.sources[i]
		wanted := !st.begun || v.table.Len()-v.table.At() < v.h+margin
		failed := st.failure != nil && (st.retryAt.IsZero() || st.retryAt.After(v.now))
		if st.done || !st.asked.IsZero() || failed || !wanted {
			continue
		}
		st.asked, st.retryAt = v.now, time.Time{}
		q := esa.QuarantineQuery{Type: v.kind, Start: v.o.Now().Add(-reachBack), End: v.o.Now().Add(time.Hour), Offset: st.offset, Limit: esa.MaxLimit, Descending: true, OrderBy: "received"}
		if v.kind == esa.SpamQuarantine {
			q.OrderBy = "date"
		}
		request, keeper := v.request, v.o.Sources[i].Keeper
		cmds = append(cmds, v.work.Cmd(v.ctx, patience, func(ctx context.Context) tea.Msg {
			p, err := keeper.SearchQuarantine(ctx, q)
			return pageMsg{request, i, p, err}
		}))
	}
	return tea.Batch(append(cmds, v.schedule())...)
}

// schedule sets the timer anew while something is waited for.
func (v *View) schedule() tea.Cmd {
	v.timer++
	wake := time.Duration(0)
	for _, st := range v.sources {
		if !st.asked.IsZero() || !st.retryAt.IsZero() {
			wake = time.Second
		}
	}
	if v.open != nil && (!v.open.asked.IsZero() || !v.open.retryAt.IsZero()) {
		wake = time.Second
	}
	if wake == 0 || v.ctx == nil {
		return nil
	}
	return intent.After(v.ctx, wake, tickMsg{v.timer})
}

func (v *View) tick(m tickMsg) tea.Cmd {
	if m.timer != v.timer {
		return nil
	}
	v.ticks++
	v.now = v.o.Now()
	if p := v.open; p != nil {
		p.layout(v)
		if !p.retryAt.IsZero() && !p.retryAt.After(v.now) {
			return tea.Batch(v.readOpen(), v.more())
		}
	}
	return v.more()
}

// Update handles keys and answers. back tells that the view is done with.
func (v *View) Update(msg tea.Msg) (cmd tea.Cmd, back bool) {
	switch msg := msg.(type) {
	case pageMsg:
		return v.arrived(msg), false
	case tickMsg:
		return v.tick(msg), false
	case detailsMsg:
		return v.opened(msg), false
	case actMsg:
		return v.act(msg), false
	case actedMsg:
		return v.acted(msg), false
	case tea.KeyMsg, keys.Invoked, tea.MouseMsg:
		return v.key(msg)
	}
	cmd, _ = v.table.Update(msg)
	return cmd, false
}

func (v *View) key(msg tea.Msg) (cmd tea.Cmd, back bool) {
	if v.open != nil {
		return v.pageKey(msg), false
	}
	if m, ok := msg.(tea.MouseMsg); ok {
		m.Y -= headLines
		msg = m
	}
	if cmd, handled := v.table.Update(msg); handled {
		return tea.Batch(cmd, v.more()), false
	}
	if _, ok := keys.Action(msg, keys.Page); ok {
		v.leave()
		return nil, true
	}
	id, ok := keys.Action(msg, keys.Held)
	if !ok {
		return nil, false
	}
	if why := v.reason(id); why != "" {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)}), false
	}
	return v.do(id), false
}

func (v *View) do(id keys.ID) tea.Cmd {
	switch id {
	case keys.HeldOpen:
		return v.read(v.table.Selected())
	case keys.HeldKind:
		if v.kind == esa.SpamQuarantine {
			v.kind = esa.PolicyQuarantine
		} else {
			v.kind = esa.SpamQuarantine
		}
		v.rows, v.last = nil, ""
		v.table = v.newTable()
		v.table.SetSize(v.w, max(v.h-headLines, 1))
		return v.Load()
	case keys.HeldRelease:
		return v.ask(quarantine.Release)
	case keys.HeldDelete:
		return v.ask(quarantine.Delete)
	case keys.HeldReload:
		return v.Load()
	case keys.HeldCopy:
		return intent.Cmd(intent.Copy{What: "MID", Value: strconv.FormatInt(v.table.Selected().MID, 10)})
	case keys.HeldLook:
		return intent.Cmd(intent.Investigate{Query: query(v.table.Marked())})
	}
	return nil
}

// reason tells why an action cannot be done now.
func (v *View) reason(id keys.ID) string {
	switch id {
	case keys.HeldOpen, keys.HeldCopy, keys.HeldLook:
		if v.table.Selected() == nil {
			return "the quarantine holds nothing"
		}
	case keys.HeldMatches:
		if v.open == nil || len(v.open.details.Matched) == 0 {
			return "no policy's matches are known here"
		}
	case keys.HeldRelease, keys.HeldDelete:
		return v.notActing()
	}
	return ""
}

func (v *View) notActing() string {
	switch {
	case v.o.ReadOnly:
		return "Ctrace was started with --read-only"
	case v.o.Journal == nil:
		return "what is done cannot be recorded: see the history"
	case v.acting != "":
		return "the last action is not answered yet"
	case v.table.Selected() == nil:
		return "the quarantine holds nothing"
	}
	if _, ok := v.selection(quarantine.Release); !ok {
		return "the marked messages are in different quarantines: mark those of one only"
	}
	return ""
}

// selection is a request for what is marked, or open.
func (v *View) selection(act quarantine.Act) (actMsg, bool) {
	rows := v.table.Marked()
	if v.open != nil {
		rows = []*held{v.open.row}
	}
	messages := make([]esa.QuarantinedMessage, len(rows))
	for i, r := range rows {
		if r.source != rows[0].source {
			return actMsg{}, false
		}
		messages[i] = r.QuarantinedMessage
	}
	name, ok := quarantine.Together(v.kind, messages)
	if !ok {
		return actMsg{}, false
	}
	return actMsg{quarantine.Request{
		Act: act, Profile: v.o.Profile, Appliance: v.o.Sources[rows[0].source].Name,
		Messages: messages, Type: v.kind, Quarantine: name,
	}, rows[0].source}, true
}

// ask names what would be done to which messages.
func (v *View) ask(act quarantine.Act) tea.Cmd {
	m, _ := v.selection(act)
	r := m.request
	n := say.Count(len(r.Messages), "message").String()
	title, yes := "Release "+n+"?", "release"
	last := map[bool]string{true: "It goes on to its recipients.", false: "They go on to their recipients."}[len(r.Messages) == 1]
	if act == quarantine.Delete {
		title, yes, last = "Delete "+n+" for good?", "delete", "Nothing brings back what is deleted."
	}
	lines := []safetext.Text{safetext.Line("From the " + r.Name() + " of " + r.Appliance + ":")}
	for i, x := range r.Messages {
		if i == 5 {
			lines = append(lines, safetext.Known(fmt.Sprintf("and %d more", len(r.Messages)-i)))
			break
		}
		lines = append(lines, safetext.Line(fmt.Sprintf("MID %d  %s", x.MID, x.Subject)))
	}
	return intent.Cmd(intent.Ask{Title: title, Lines: append(lines, safetext.Known(last)), Yes: yes, Then: m})
}

// act sends an action, once. It is not cancelled when the view is left, only when the app is.
func (v *View) act(m actMsg) tea.Cmd {
	v.acting = string(m.request.Act) + ": waiting for " + m.request.Appliance
	v.last = ""
	keeper, journal, now := v.o.Sources[m.source].Keeper, v.o.Journal, v.o.Now()
	return v.work.Cmd(v.work.Context(), patience, func(ctx context.Context) tea.Msg {
		result, err := quarantine.Do(ctx, keeper, journal, m.request, now)
		return actedMsg{m.request.Act, result, err}
	})
}

// acted tells the outcome and reads the quarantine anew.
func (v *View) acted(m actedMsg) tea.Cmd {
	v.acting = ""
	switch {
	case m.result.Outcome == "":
		v.last, v.lastBad = m.err.Error(), true
		return nil
	case m.err != nil:
		v.last, v.lastBad = m.result.Text(m.act)+"; the history could not be written: "+m.err.Error(), true
	default:
		v.last, v.lastBad = m.result.Text(m.act), m.result.Outcome != quarantine.Done
	}
	if o := m.result.Outcome; o == quarantine.Done || o == quarantine.NotFound {
		v.table.Unmark() // they are no longer here
	}
	v.closeOpen()
	return v.Load()
}

// ShortHelp gives the keys for the footer.
func (v *View) ShortHelp() []keys.Hint {
	if v.Typing() {
		return keys.Filtering()
	}
	return keys.Footer(v.FullHelp())
}

// FullHelp gives every key of the view. With --read-only there are none that act.
func (v *View) FullHelp() []keys.Hint {
	var hints []keys.Hint
	for _, h := range keys.Hints(keys.In(keys.Held), v.reason) {
		acts := h.ID == keys.HeldRelease || h.ID == keys.HeldDelete
		listed := h.ID == keys.HeldOpen || h.ID == keys.HeldKind || h.ID == keys.HeldReload
		if acts && v.o.ReadOnly || listed && v.open != nil || h.ID == keys.HeldMatches && v.open == nil {
			continue
		}
		hints = append(hints, h)
	}
	hints = append(hints, keys.Hints(keys.In(keys.Page), nil)...)
	if v.open != nil {
		return append(hints, keys.Hints(keys.In(keys.Move), nil)...)
	}
	return append(hints, v.table.Hints()...)
}

// View draws the view.
func (v *View) View() draw.Block {
	if v.open != nil {
		return v.o.Theme.Scrolled(v.open.lines, v.open.scroll, v.w, v.h)
	}
	return append(v.head(), v.table.View()...).Fit(v.w, v.h)
}
