package trackscreen

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/internal/verify"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// storyPatience is for up to five answers, one after the other. The client ends a question that is not
// answered; this is only longer than all of them together.
const storyPatience = 15 * time.Minute

// storyMsg is what an appliance told about a message.
type storyMsg struct {
	request int
	story   tracking.Story
	err     error
	whole   bool // nothing more is asked for
}

// readAgainMsg says that it is time to ask about a message again.
type readAgainMsg struct{ request int }

// open shows a message at once with what its row says, and reads the rest.
func (s *Screen) open(r *row) tea.Cmd {
	s.page = newPage(s, r)
	return tea.Batch(s.read(), s.tellSelected())
}

// leave closes the message that is open, and ends the reading of it.
func (s *Screen) leave() {
	s.endReading()
	s.page = nil
	s.request++
}

// read asks about the open message.
func (s *Screen) read() tea.Cmd {
	m := s.page.story.Row
	tracker := s.o.Sources[s.page.row.Source].Tracker
	return s.reading(func(ctx context.Context, request int) tea.Msg {
		story, err := tracking.Read(ctx, tracker, m)
		return storyMsg{request, story, err, !story.HasMore()}
	})
}

// readMore asks for the parts that the appliance says to have besides.
func (s *Screen) readMore() tea.Cmd {
	story, tracker := s.page.story, s.o.Sources[s.page.row.Source].Tracker
	return s.reading(func(ctx context.Context, request int) tea.Msg {
		return storyMsg{request, story.More(ctx, tracker), nil, true}
	})
}

// reading runs a question about the open message, in the place of the one before.
func (s *Screen) reading(ask func(ctx context.Context, request int) tea.Msg) tea.Cmd {
	s.endReading()
	ctx, cancel := context.WithCancel(s.work.Context())
	s.endReading = cancel
	s.request++
	request := s.request
	s.page.asked, s.page.retryAt = s.o.Now(), time.Time{}
	s.now = s.page.asked
	s.page.layout(s.w, s.h)
	return tea.Batch(s.schedule(), s.work.Cmd(ctx, storyPatience, func(ctx context.Context) tea.Msg { return ask(ctx, request) }))
}

// told takes in what was read, and asks for the rest, or again for what failed.
func (s *Screen) told(m storyMsg) tea.Cmd {
	if m.request != s.request || s.page == nil {
		return nil
	}
	p := s.page
	p.asked, p.failure = time.Time{}, m.err
	if m.err == nil {
		p.story = m.story
		p.life = m.story.Timeline()
		if !m.whole {
			return s.readMore()
		}
	}
	defer p.layout(s.w, s.h)
	failed := m.err
	for _, g := range p.story.Missing {
		if failed == nil || !tracking.Temporary(failed) {
			failed = g.Err
		}
	}
	if failed == nil {
		return nil
	}
	wait, again := p.retry.After(failed)
	if !again {
		return nil
	}
	p.retryAt = s.o.Now().Add(wait)
	return tea.Batch(s.schedule(), intent.After(s.work.Context(), wait, readAgainMsg{m.request}))
}

func (s *Screen) readAgain(m readAgainMsg) tea.Cmd {
	switch {
	case m.request != s.request || s.page == nil || s.page.retryAt.IsZero():
		return nil
	case s.page.failure != nil:
		return s.read()
	}
	return s.readMore()
}

// pageKey handles a key while a message is open.
func (s *Screen) pageKey(msg tea.Msg) tea.Cmd {
	id, ok := keys.Action(msg, keys.Message, keys.Page, keys.Move)
	if !ok {
		return nil
	}
	p := s.page
	if rows, ok := keys.Delta(id, s.h); ok {
		p.scroll = p.scroll.By(rows, len(p.lines), s.h)
		return nil
	}
	if why := s.pageReason(id); why != "" {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)})
	}
	switch id {
	case keys.PageBack:
		s.leave()
	case keys.MessageNext, keys.MessagePrev:
		step := 1
		if id == keys.MessagePrev {
			step = -1
		}
		if r := s.table.Beside(step); r != nil {
			return tea.Batch(s.open(r), s.ahead())
		}
		return intent.Cmd(intent.Notice{Text: safetext.Known("there is no further message")})
	case keys.MessageCopy:
		values := p.values()
		v := values[p.copied%len(values)]
		p.copied++
		return intent.Cmd(intent.Copy{What: v.Name, Value: v.Value})
	case keys.MessageLook:
		return intent.Cmd(intent.Investigate{Query: observable.Format(verify.Observables(p.story.Observables()))})
	case keys.MessageExport:
		s.overlay = s.exportStory()
	case keys.MessageZone:
		s.appliance = !s.appliance
		s.table.Redraw()
		p.layout(s.w, s.h)
	case keys.MessageDLP:
		p.reveal = !p.reveal
		p.layout(s.w, s.h)
	}
	return nil
}

func (s *Screen) pageReason(id keys.ID) string {
	switch id {
	case keys.MessageDLP:
		if d := s.page.story.DLP; d == nil || len(d.Matches) == 0 {
			return "there are no texts that data-loss prevention matched"
		}
	case keys.MessageExport:
		if !s.page.asked.IsZero() && s.page.story.Details == nil {
			return "its history is not read yet"
		}
	}
	return ""
}

// failureText says why a message's history is not there.
func failureText(err error) string {
	text := "its history could not be read: the appliance " + tracking.Cause(err)
	if !tracking.Temporary(err) {
		text += ". " + tracking.Advice(err)
	}
	return strings.TrimSpace(text)
}
