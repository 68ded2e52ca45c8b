// Package verifyscreen is the screen that runs a verification and shows it: four stages with what each
// found, the SMTP dialogue, and at the end the verdict with its evidence.
//
// It draws verify.Event values and decides nothing about the mail: package verify does.
package verifyscreen

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/export"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

// Verifier starts verifications. Run blocks until the run is over or ctx is cancelled, hands every
// event to emit in order (emit never blocks and may be called from any goroutine), and returns within
// 200 ms of the cancelling. resume is the token of an earlier run that is to be continued without
// sending a second mail; it is empty for a new run. The error is for a run that could not start, or
// context.Canceled; a run that ended badly returns its Result and a nil error.
type Verifier interface {
	Run(ctx context.Context, resume string, emit func(verify.Event)) (verify.Result, error)
}

// Plan is what the screen says before anything ran.
type Plan struct {
	Profile, From, To                string
	Gateway, Tracker, ThreatResponse string
	Ask                              bool // a question comes before mail is sent
	ReadOnly                         bool // no mail can be sent at all
}

// Options is what the screen needs.
type Options struct {
	Theme    *theme.Theme
	Verifier Verifier
	Plan     Plan
	Now      func() time.Time
	Zone     *time.Location // of the times that are shown
	Past     bool           // it shows a run of the history and starts none itself
}

// row is what can be selected: a stage by its index, or the verdict.
type row int

const verdictRow = row(4) // after the four stages

// Screen is the Verify screen.
type Screen struct {
	o    Options
	w, h int

	run     *run // nil before the first one
	request int  // number of the run whose events count
	cancel  context.CancelFunc
	work    *work.Group

	now      time.Time // as of the last tick or event: View asks no clock
	ticks    int
	selected row
	moved    bool // the user chose the row: it no longer follows what happens
	copied   int  // copies of this row so far

	transcript bool
	export     *export.Prompt // asks where to write, nil when it does not
	scroll     draw.Scroll    // of the body, or of the transcript
	view       string
}

// New makes the screen in its empty state. Runs end when ctx does.
func New(ctx context.Context, o Options) *Screen {
	return &Screen{o: o, work: work.New(ctx), now: o.Now()}
}

// startMsg is the yes to the question before sending, or the start itself.
type startMsg struct{ resume string }

type tickMsg struct{ request int }

// SetSize tells the screen how much room it has, in cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.layout()
}

// Typing tells that keys are text now.
func (s *Screen) Typing() bool { return s.export != nil }

// Busy tells that a verification runs.
func (s *Screen) Busy() bool { return s.run != nil && !s.run.over }

// Close cancels what runs and waits for its end.
func (s *Screen) Close() {
	s.stop()
	s.work.Close()
}

// Update handles keys, the events of the run and the ticks that move the clock while it runs.
func (s *Screen) Update(msg tea.Msg) (*Screen, tea.Cmd) {
	cmd := s.update(msg)
	s.layout()
	return s, cmd
}

func (s *Screen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case startMsg:
		return s.start(msg.resume)
	case intent.Verify:
		return s.asked(msg)
	case batchMsg:
		return s.receive(msg)
	case tickMsg:
		if msg.request != s.request || !s.Busy() {
			return nil
		}
		s.now = s.o.Now()
		s.ticks++
		return s.tick()
	}
	if k, ok := msg.(tea.KeyMsg); ok && s.export != nil {
		return s.exportKey(k)
	}
	scopes := []keys.Scope{keys.Verify, keys.Move}
	if s.transcript {
		scopes = []keys.Scope{keys.Transcript, keys.Move}
	}
	id, ok := keys.Action(msg, scopes...)
	if !ok {
		return nil
	}
	if rows, ok := keys.Delta(id, s.h); ok {
		return s.move(rows)
	}
	if why := s.reason(id); why != "" {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(why)})
	}
	return s.act(id)
}

func (s *Screen) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.VerifyStart, keys.VerifyAgain:
		return s.asked(intent.Verify{})
	case keys.VerifyResume:
		return s.asked(intent.Verify{Resume: s.run.token()})
	case keys.VerifyCancel:
		s.stop()
	case keys.VerifyTranscript:
		s.transcript, s.scroll = true, draw.Scroll{}
	case keys.TranscriptBack:
		s.transcript, s.scroll = false, draw.Scroll{}
	case keys.TranscriptCopy:
		return intent.Cmd(intent.Copy{What: "SMTP dialogue", Value: s.run.transcript()})
	case keys.VerifyCopy:
		return s.copyNext()
	case keys.VerifyExport:
		s.export = export.Open(s.o.Theme, "the verification", "ctrace-"+s.run.result.Token)
	case keys.VerifyLook:
		return intent.Cmd(intent.Investigate{Query: observable.Format(s.run.observables())})
	}
	return nil
}

// asked starts or continues a run, or has the Verify screen do it.
func (s *Screen) asked(v intent.Verify) tea.Cmd {
	switch {
	case s.o.Past:
		return intent.Cmd(v)
	case v.Resume != "":
		return s.start(v.Resume)
	}
	return s.ask()
}

// Inside tells that esc belongs to something inside the screen: the SMTP dialogue, or a question.
func (s *Screen) Inside() bool { return s.transcript || s.export != nil }

// Replay shows a run of the past by its events. One that did not end was killed, or runs elsewhere.
func (s *Screen) Replay(events []verify.Event) {
	s.run = newRun(s.o.Now())
	for i, e := range events {
		if i == 0 {
			s.run.began = e.Time()
		}
		s.now = e.Time()
		s.run.apply(e)
	}
	s.run.end(verify.Result{}, nil, s.now, s.run.result == nil)
	s.selected = s.run.current()
	s.layout()
}

// reason tells why an action cannot be done now.
func (s *Screen) reason(id keys.ID) string {
	switch id {
	case keys.VerifyStart, keys.VerifyAgain:
		switch {
		case s.o.Past && id == keys.VerifyAgain:
			return ""
		case s.o.Verifier == nil:
			return "there is no profile to verify: see the set-up"
		case s.o.Plan.ReadOnly:
			return "sending is off: Ctrace was started with --read-only"
		case s.Busy():
			return "a verification runs: esc stops it"
		case id == keys.VerifyAgain && s.run == nil:
			return "nothing has run yet: enter starts"
		case id == keys.VerifyStart && s.run != nil:
			return "r runs a new verification"
		}
	case keys.VerifyCancel:
		if s.o.Past {
			return ""
		}
		if !s.Busy() {
			return "nothing runs"
		}
	case keys.VerifyResume:
		return s.notResumable()
	case keys.VerifyTranscript:
		if s.run == nil || len(s.run.dialogue) == 0 {
			return "there is no SMTP dialogue yet"
		}
	case keys.VerifyExport:
		if s.run == nil || s.run.result == nil {
			return "there is no result to write yet"
		}
	case keys.VerifyLook:
		if s.run == nil || len(s.run.observables()) == 0 {
			return "there is nothing to investigate before the message's details are read"
		}
	case keys.VerifyCopy:
		if s.run == nil {
			return "there is nothing to copy yet"
		}
	}
	return ""
}

func (s *Screen) notResumable() string {
	switch {
	case s.run == nil:
		return "nothing has run yet"
	case s.Busy():
		return "it runs"
	case s.run.token() == "":
		return "the run ended before it had a token"
	case s.run.result != nil && s.run.result.Verdict == verify.Verified:
		return "it is verified already"
	case !s.run.mayBeDelivered():
		return "no mail left: r runs a new verification"
	}
	return ""
}

// move changes the selected row, or scrolls the transcript.
func (s *Screen) move(rows int) tea.Cmd {
	if s.transcript {
		s.scroll = s.scroll.By(rows, len(s.run.dialogue), s.h-2)
		return nil
	}
	if s.run == nil {
		return nil
	}
	last := verdictRow
	if !s.run.over {
		last--
	}
	s.selected = min(max(0, s.selected+row(rows)), last)
	s.moved, s.copied = true, 0
	return s.tellSelected()
}

// tellSelected tells the inspector what is selected.
func (s *Screen) tellSelected() tea.Cmd {
	return intent.Cmd(intent.Selected{Title: s.title(s.selected), Fields: s.run.fields(s.selected, s.o.Zone)})
}

// copyNext copies one value of the selected row, the next one each time.
func (s *Screen) copyNext() tea.Cmd {
	values := s.run.copies(s.selected)
	if len(values) == 0 {
		return intent.Cmd(intent.Notice{Text: safetext.Known("nothing was found here yet")})
	}
	v := values[s.copied%len(values)]
	s.copied++
	return intent.Cmd(intent.Copy{What: v.Name, Value: v.Value})
}

// ShortHelp gives the keys for the footer; a question says its own.
func (s *Screen) ShortHelp() []keys.Hint {
	if s.export != nil {
		return nil
	}
	return keys.Footer(s.hints())
}

// FullHelp gives every key of the screen.
func (s *Screen) FullHelp() []keys.Hint {
	return append(s.hints(), keys.Hints(keys.In(keys.Move), nil)...)
}

func (s *Screen) hints() []keys.Hint {
	scope := keys.Verify
	if s.transcript {
		scope = keys.Transcript
	}
	hints := keys.Hints(keys.In(scope), s.reason)
	if s.o.Past { // whoever shows a run of the past says where esc leads
		hints = slices.DeleteFunc(hints, func(h keys.Hint) bool { return h.ID == keys.VerifyCancel })
	}
	return hints
}
