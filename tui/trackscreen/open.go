package trackscreen

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/internal/verify"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

const (
	storyPatience = 3 * time.Minute // up to five answers, one after the other
	readAgain     = 4 * time.Second
)

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
	s.page.layout(s.w, s.h)
	return tea.Batch(s.read(), s.tellSelected())
}

// read asks about the open message.
func (s *Screen) read() tea.Cmd {
	s.request++
	s.page.reading = true
	request, m := s.request, s.page.story.Row
	tracker := s.o.Sources[s.page.row.Source].Tracker
	return s.work.Cmd(s.work.Context(), storyPatience, func(ctx context.Context) tea.Msg {
		story, err := tracking.Read(ctx, tracker, m)
		return storyMsg{request, story, err, !story.HasMore()}
	})
}

// told takes in what was read, and asks for the parts that the appliance says to have besides.
func (s *Screen) told(m storyMsg) tea.Cmd {
	if m.request != s.request || s.page == nil {
		return nil
	}
	p := s.page
	p.reading, p.failure = !m.whole && m.err == nil, m.err
	if m.err != nil {
		p.layout(s.w, s.h)
		if tracking.Temporary(m.err) {
			return intent.After(s.work.Context(), readAgain, readAgainMsg{m.request})
		}
		return nil
	}
	p.story = m.story
	p.life = m.story.Timeline()
	p.layout(s.w, s.h)
	if m.whole {
		return nil
	}
	tracker := s.o.Sources[p.row.Source].Tracker
	return s.work.Cmd(s.work.Context(), storyPatience, func(ctx context.Context) tea.Msg {
		return storyMsg{m.request, m.story.More(ctx, tracker), nil, true}
	})
}

func (s *Screen) readAgain(m readAgainMsg) tea.Cmd {
	if m.request != s.request || s.page == nil || s.page.failure == nil {
		return nil
	}
	return s.read()
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
		s.page = nil
		s.request++
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
		if s.page.story.DLP == nil {
			return "data-loss prevention found nothing in this message"
		}
	case keys.MessageExport:
		if s.page.reading && s.page.story.Details == nil {
			return "its history is not read yet"
		}
	}
	return ""
}

// failureText says why a message's history is not there.
func failureText(err error) string {
	if e, ok := errors.AsType[*esa.Error](err); ok && !tracking.Temporary(err) {
		return "its history could not be read: the appliance " + tracking.Cause(err) + ". " + e.Advice()
	}
	return "its history could not be read: the appliance " + tracking.Cause(err)
}
