package trackscreen

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
)

const (
	pagePatience = 90 * time.Second // a search in months takes an appliance a minute and more
	ahead        = 150              // a page is fetched when fewer rows are left below what shows
	followEvery  = 5 * time.Second
	retryFirst   = 4 * time.Second
	retryLongest = time.Minute
	mostStale    = 3 // full pages without a new row: the appliance ignores the offset
)

// search is one search and how far it is.
type search struct {
	number  int // of the search: answers to an older one are dropped
	line    string
	query   esa.Query
	ctx     context.Context // ends with the search
	cancel  context.CancelFunc
	seen    map[string]bool // keys of the rows
	asked   time.Time       // when the page that is under way was asked for; zero when none is
	done    bool            // every row is here
	stale   int
	bad     int // rows that could not be read
	failure error
	retries int
	retryAt time.Time // zero: it does not go on by itself

	following bool
	fresh     int // rows that came by following
}

func (f *search) begun() bool { return f.number > 0 }

func (f *search) stop() {
	if f.cancel != nil {
		f.cancel()
	}
}

// pageMsg is the answer to one page.
type pageMsg struct {
	number int
	newest bool // a look for new rows, not the next page
	page   esa.Page
	err    error
}

// againMsg says that it is time to ask again.
type againMsg struct {
	number int
	newest bool
}

// begin starts the search of the line.
func (s *Screen) begin() tea.Cmd {
	query, err := esa.ParseFilter(s.line.Value(), s.o.Now(), s.o.Zone)
	if s.wrong = err; err != nil {
		s.editing = true
		return nil
	}
	query.Limit = esa.MaxLimit
	s.editing = false
	s.search.stop()
	s.search = search{
		number: s.search.number + 1, line: s.line.Value(), query: query,
		seen: map[string]bool{},
	}
	s.search.ctx, s.search.cancel = context.WithCancel(s.work.Context())
	s.table.SetEmpty(safetext.Known("Searching message tracking."))
	cmd := s.table.Reset(nil)
	return tea.Batch(cmd, s.fetch())
}

// fetch asks for the next page.
func (s *Screen) fetch() tea.Cmd {
	f := &s.search
	if f.done || !f.asked.IsZero() {
		return nil
	}
	return s.ask(f.query, false)
}

func (s *Screen) ask(q esa.Query, newest bool) tea.Cmd {
	f := &s.search
	f.asked, f.retryAt = s.o.Now(), time.Time{}
	number, tracker := f.number, s.o.Tracker
	return s.work.Cmd(f.ctx, pagePatience, func(ctx context.Context) tea.Msg {
		page, err := tracker.Search(ctx, q)
		return pageMsg{number: number, newest: newest, page: page, err: err}
	})
}

// ahead fetches the next page when the end of what is here comes near.
func (s *Screen) ahead() tea.Cmd {
	if s.search.failure == nil && s.table.Filter() == "" && s.table.Len()-s.table.At() < ahead {
		return s.fetch()
	}
	return nil
}

// page takes in an answer.
func (s *Screen) page(m pageMsg) tea.Cmd {
	f := &s.search
	if m.number != f.number {
		return nil
	}
	f.asked = time.Time{}
	if m.err != nil {
		return s.failed(m)
	}
	f.failure, f.retries = nil, 0
	f.bad += m.page.Bad
	rows := s.unseen(m)
	if m.newest {
		f.fresh += len(rows)
		return tea.Batch(s.table.Prepend(rows), s.later(followEvery, true), s.ahead())
	}
	f.query.Offset += f.query.Limit
	if f.stale++; len(rows) > 0 || (f.query.Status != "" && m.page.Rows > 0) {
		f.stale = 0
	}
	if f.done = m.page.Last || f.stale >= mostStale; f.done {
		s.table.SetEmpty(safetext.Known("No message matches the search."))
	}
	return tea.Batch(s.table.Append(rows), s.ahead(), s.tellSelected())
}

// unseen makes rows of the messages that are not there yet: mail that arrives meanwhile shifts the pages.
func (s *Screen) unseen(m pageMsg) []*item {
	rows := make([]*item, 0, len(m.page.Messages))
	for _, msg := range m.page.Messages {
		if key := msg.Key(); !s.search.seen[key] {
			s.search.seen[key] = true
			rows = append(rows, newItem(msg, s.o.Zone, m.newest))
		}
	}
	return rows
}

// failed keeps what is there, says what happened, and goes on by itself when that may help.
func (s *Screen) failed(m pageMsg) tea.Cmd {
	f := &s.search
	f.failure = m.err
	problem, ok := errors.AsType[*esa.Error](m.err)
	if !ok || !problem.Temporary() {
		return nil
	}
	wait := min(retryFirst<<f.retries, retryLongest)
	f.retries = min(f.retries+1, 8)
	f.retryAt = s.o.Now().Add(wait)
	return s.later(wait, m.newest)
}

func (s *Screen) later(wait time.Duration, newest bool) tea.Cmd {
	return intent.After(s.work.Context(), wait, againMsg{number: s.search.number, newest: newest})
}

// again asks once more, for the page that failed or for new rows.
func (s *Screen) again(m againMsg) tea.Cmd {
	f := &s.search
	switch {
	case m.number != f.number || !f.asked.IsZero():
		return nil
	case !m.newest:
		return s.fetch()
	case !f.following:
		return nil
	}
	// The line is read again, because what it says of time is meant from now on.
	q, err := esa.ParseFilter(f.line, s.o.Now(), s.o.Zone)
	if err != nil {
		return nil
	}
	q.Limit = esa.MaxLimit
	return s.ask(q, true)
}

// follow begins to look for new messages, or ends it.
func (s *Screen) follow() tea.Cmd {
	s.search.following = !s.search.following
	if !s.search.following {
		return nil
	}
	return s.again(againMsg{number: s.search.number, newest: true})
}
