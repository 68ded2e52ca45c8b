// Package guide is the screen of the first run: it asks for what a profile needs, chapter by chapter,
// tries each answer out as it is given, and has the profile written. The same questions change a
// profile later.
//
// It talks to nobody by itself: a Tester does. Secrets are in memory until they were handed over, and
// never among the answers that are kept.
package guide

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/config"
	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/form"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

// Keep keeps unfinished answers; they hold no secret.
type Keep func(draft map[string]string) error

// Found is what trying an answer out showed.
type Found struct {
	State    setup.State
	Evidence setup.Text // may hold foreign text
	// Unknown is a certificate that is not trusted, and Section the server that showed it: the person is
	// asked about it.
	Unknown *config.Certificate
	Section config.Section
}

// Tester tries answers out and writes the profile. Its calls end soon after their context.
type Tester interface {
	Try(ctx context.Context, chapter string, a setup.Answers) Found
	// Save writes the profile and hands the secrets to where they are kept. Pass means that it is done.
	Save(ctx context.Context, a setup.Answers) Found
}

// Options is what the screen shows and how.
type Options struct {
	Theme    *theme.Theme
	Language setup.Language
	First    bool          // the demo is offered at first
	Answers  setup.Answers // those of an earlier run, or of the profile
	Keep     Keep
	Tester   Tester
	Demo     error // what the app is left for to see the demo
	Ready    error // and when the profile can be used
}

// patience bounds a test.
const patience = 30 * time.Second

// welcome is the place before the first chapter.
const welcome = -1

// chapterKey is where the draft says how far the person came.
const chapterKey = "chapter"

// Screen is the guide.
type Screen struct {
	o        Options
	t        *theme.Theme
	work     *work.Group
	w, h     int
	chapters []setup.Chapter

	at      int // the chapter, or welcome
	answers setup.Answers
	form    *form.Form
	wrong   setup.Text // what is wrong with an answer
	found   map[string]Found
	trying  bool
	request int
	done    bool // the profile is written, or stays as it is

	keeping sync.Mutex
	lines   draw.Block
	scroll  draw.Scroll
}

// New makes the screen, where an earlier run ended.
func New(ctx context.Context, o Options) *Screen {
	s := &Screen{o: o, t: o.Theme, work: work.New(ctx), chapters: setup.Chapters(), answers: setup.Answers{}, found: map[string]Found{}}
	maps.Copy(s.answers, o.Answers)
	at := slices.IndexFunc(s.chapters, func(c setup.Chapter) bool { return c.ID == s.answers[chapterKey] })
	if at < 0 {
		at = 0
		if o.First {
			at = welcome
		}
	}
	s.open(at)
	return s
}

// SetSize tells the screen how much room it has, in cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.layout()
}

// Typing tells that keys are text.
func (s *Screen) Typing() bool {
	return s.at != welcome && slices.ContainsFunc(s.asked(), func(q setup.Question) bool { return len(q.Options) == 0 })
}

// Close cancels what the screen started, waits for it, and keeps what was typed.
func (s *Screen) Close() {
	s.work.Close()
	if s.at != welcome && !s.done {
		s.take()
		_ = s.keep()() // nobody is there to be told
	}
}

// asked are the questions of the chapter that make sense.
func (s *Screen) asked() []setup.Question {
	if s.at == welcome {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.chapters[s.at].Questions), func(q setup.Question) bool { return !q.Asked(s.answers) })
}

// Update handles keys, and what the tests found.
func (s *Screen) Update(msg tea.Msg) (*Screen, tea.Cmd) {
	switch m := msg.(type) {
	case foundMsg:
		return s, s.receive(m)
	case pinMsg:
		return s, s.pin(m)
	case keptMsg:
		return s, intent.Cmd(intent.Notice{Level: intent.Error, Text: safetext.Line(m.err.Error())})
	case tea.KeyMsg:
		return s, s.key(m)
	}
	return s, nil
}

func (s *Screen) key(k tea.KeyMsg) tea.Cmd {
	if s.trying {
		if id, _ := keys.Match(k, keys.Form); id == keys.FormCancel {
			s.request++ // its answer does not count any more
			s.trying = false
			s.layout()
		}
		return nil
	}
	if id, _ := keys.Match(k, keys.Form); id == keys.FormSkip && s.failed() {
		return s.next()
	}
	var cmd tea.Cmd
	switch s.form.Update(k) {
	case form.Done:
		cmd = s.accept()
	case form.Cancelled:
		cmd = s.back()
	case form.Edited:
		s.wrong = setup.Text{}
		s.follow()
	}
	s.layout()
	return cmd
}

// follow asks the questions that an answer of the same chapter brings up.
func (s *Screen) follow() {
	if s.at == welcome {
		return
	}
	before := len(s.asked())
	values := s.form.Values()
	for _, q := range s.chapters[s.at].Questions {
		if v, there := values[q.Key]; there && len(q.Options) > 0 {
			s.answers[q.Key] = v
		}
	}
	if focus := s.form.Focus(); len(s.asked()) != before {
		s.take()
		s.form = s.fields()
		s.form.Go(focus)
	}
}

// open goes to a chapter.
func (s *Screen) open(at int) {
	s.at, s.wrong, s.scroll = at, setup.Text{}, draw.Scroll{}
	s.form = s.fields()
	s.layout()
}

func (s *Screen) back() tea.Cmd {
	s.take()
	switch {
	case s.at > 0:
		at := s.at - 1
		for len(s.chapters[at].Questions) > 0 && at > 0 && !s.asks(at) {
			at--
		}
		s.open(at)
	case s.at == 0 && s.o.First:
		s.open(welcome)
	case s.at == 0: // nothing is to be changed
		s.done = true
		return intent.Cmd(intent.Leave{For: s.o.Ready})
	}
	return nil
}

// asks tells that a chapter has a question that makes sense.
func (s *Screen) asks(at int) bool {
	return slices.ContainsFunc(s.chapters[at].Questions, func(q setup.Question) bool { return q.Asked(s.answers) })
}

// take takes the form's values. The key that a server showed is not that of another one.
func (s *Screen) take() {
	if s.at == welcome {
		return
	}
	for key, value := range s.form.Values() {
		if section, ok := sections[key]; ok && s.answers[key] != value {
			delete(s.answers, setup.PinKey(section))
		}
		s.answers[key] = value
	}
	s.answers[chapterKey] = s.chapters[s.at].ID
}

// sections are the servers by the answer that names them.
var sections = map[string]config.Section{
	"gateway": config.SectionGateway, "tracker": config.SectionTracker, "region": config.SectionThreatResponse,
}

// accept takes the answers of a chapter and tries them out.
func (s *Screen) accept() tea.Cmd {
	if s.at == welcome {
		if s.form.Values()["first"] == "demo" {
			return intent.Cmd(intent.Leave{For: s.o.Demo})
		}
		s.open(0)
		return nil
	}
	s.take()
	for _, q := range s.asked() {
		if wrong, ok := s.answers.Check(q.Key); !ok {
			s.wrong = wrong
			s.form.Go(q.Key)
			return nil
		}
	}
	if s.at == len(s.chapters)-1 || s.chapters[s.at].Tested {
		return tea.Batch(s.keepCmd(), s.try())
	}
	return s.next()
}

func (s *Screen) next() tea.Cmd {
	at := s.at + 1
	for at < len(s.chapters)-1 && !s.asks(at) {
		at++
	}
	s.open(at)
	s.answers[chapterKey] = s.chapters[at].ID
	return s.keepCmd()
}

// failed tells that the answers of this chapter were tried out in vain.
func (s *Screen) failed() bool {
	return s.at != welcome && s.at < len(s.chapters)-1 && s.found[s.chapters[s.at].ID].State == setup.Fail
}

// foundMsg is what a test showed.
type foundMsg struct {
	request int
	chapter string
	found   Found
}

func (s *Screen) try() tea.Cmd {
	s.request++
	s.trying = true
	request, chapter, answers, tester := s.request, s.chapters[s.at].ID, maps.Clone(s.answers), s.o.Tester
	last := s.at == len(s.chapters)-1
	return s.work.Cmd(s.work.Context(), patience, func(ctx context.Context) tea.Msg {
		if last {
			return foundMsg{request, chapter, tester.Save(ctx, answers)}
		}
		return foundMsg{request, chapter, tester.Try(ctx, chapter, answers)}
	})
}

// receive takes in what a test showed: on to the next chapter, or a question about a certificate.
func (s *Screen) receive(m foundMsg) tea.Cmd {
	if m.request != s.request {
		return nil
	}
	s.trying = false
	s.found[m.chapter] = m.found
	var cmd tea.Cmd
	switch {
	case m.found.Unknown != nil:
		cmd = s.askPin(m.found)
	case m.found.State == setup.Fail:
	case s.at == len(s.chapters)-1:
		s.done = true
		for _, q := range setup.Questions() {
			if q.Secret != "" {
				delete(s.answers, q.Key)
			}
		}
		cmd = intent.Cmd(intent.Leave{For: s.o.Ready})
	default:
		cmd = s.next()
	}
	s.layout()
	return cmd
}

// keptMsg tells that the answers could not be kept.
type keptMsg struct{ err error }

// keep keeps what was answered so far, as it is now.
func (s *Screen) keep() func() error {
	draft, write := s.answers.Draft(), s.o.Keep
	return func() error {
		if write == nil {
			return nil
		}
		s.keeping.Lock()
		defer s.keeping.Unlock()
		return write(draft)
	}
}

func (s *Screen) keepCmd() tea.Cmd {
	keep := s.keep()
	return s.work.Cmd(s.work.Context(), patience, func(context.Context) tea.Msg {
		if err := keep(); err != nil {
			return keptMsg{err}
		}
		return nil
	})
}
