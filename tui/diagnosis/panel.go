// Package diagnosis is the side panel that names what went wrong in a verification: the cause, what to do
// about it, and the probable causes behind it with the set-up step that each belongs to. The person can
// say what is seen on the products, too; that is weighed with the rest.
package diagnosis

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

const (
	// mostCauses is how many probable causes are shown; behind the first few they are guesses.
	mostCauses = 6
	// patience bounds the weighing: the checks that it makes are bounded themselves.
	patience = 30 * time.Second
)

// Asked is what a diagnosis is asked about.
type Asked struct {
	Problems []verify.Problem
	Verdict  verify.Verdict // of the run; empty when only symptoms are there
	Seen     []setup.Signal // what the person sees
}

// Diagnose weighs everything that can be known, checks included, the likeliest cause first. It ends
// soon after ctx.
type Diagnose func(ctx context.Context, a Asked) []setup.Diagnosis

// Options is what the panel shows and how.
type Options struct {
	Theme    *theme.Theme
	Language setup.Language
	Diagnose Diagnose // nil: only the problems and the symptoms are weighed
	Practice bool     // causes can be mended on the lab's products
}

// Panel is the diagnosis panel.
type Panel struct {
	o    Options
	t    *theme.Theme
	work *work.Group
	w, h int

	asked    Asked
	seen     map[string]bool // the symptoms that were chosen, by id of the branch
	request  int
	weighing bool // the checks are being made
	causes   []setup.Diagnosis
	at       int  // the selected cause, or symptom
	choosing bool // the symptoms are shown

	lines  draw.Block
	spans  [][2]int
	scroll draw.Scroll
}

// New makes the panel, empty.
func New(ctx context.Context, o Options) *Panel {
	return &Panel{o: o, t: o.Theme, work: work.New(ctx), seen: map[string]bool{}}
}

// SetSize tells the panel how much room it has, in cells.
func (p *Panel) SetSize(w, h int) {
	p.w, p.h = w, h
	p.layout()
}

// Close cancels what the panel started and waits for it.
func (p *Panel) Close() { p.work.Close() }

// Typing tells that keys are text; never here.
func (p *Panel) Typing() bool { return false }

// Update handles the keys of the panel and what went wrong.
func (p *Panel) Update(msg tea.Msg) (*Panel, tea.Cmd) {
	switch m := msg.(type) {
	case intent.Problems:
		return p, p.take(m)
	case intent.Symptoms:
		p.choose(true)
		return p, nil
	case weighedMsg:
		p.weighed(m)
		return p, nil
	}
	id, ok := keys.Action(msg, keys.Diagnosis, keys.Panel, keys.Move)
	if !ok {
		return p, nil
	}
	if rows, ok := keys.Delta(id, p.h); ok {
		p.move(rows)
		return p, nil
	}
	return p, p.act(id)
}

func (p *Panel) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.PanelClose:
		if p.choosing {
			p.choose(false)
			return nil
		}
		return intent.Cmd(intent.ClosePanel{})
	case keys.DiagnosisSymptoms:
		p.choose(!p.choosing)
	case keys.DiagnosisTick:
		if p.choosing {
			return p.tick()
		}
	case keys.DiagnosisStep:
		if p.choosing {
			p.choose(false)
			return nil
		}
		return p.open(false)
	case keys.DiagnosisPractice:
		return p.open(true)
	}
	return nil
}

// open goes to the step of the selected cause, or to where it can be mended.
func (p *Panel) open(practice bool) tea.Cmd {
	practice = practice && p.o.Practice
	if p.choosing || p.at >= len(p.causes) || p.step() == 0 && !practice {
		return nil
	}
	return tea.Sequence(intent.Cmd(intent.Step{Number: p.step(), Practice: practice}), intent.Cmd(intent.OpenPanel{Panel: intent.Setup}))
}

// take takes in how a verification ended, or that one starts.
func (p *Panel) take(m intent.Problems) tea.Cmd {
	p.asked = Asked{Problems: m.Problems, Verdict: m.Verdict, Seen: p.asked.Seen}
	p.at, p.scroll, p.choosing = 0, draw.Scroll{}, false
	if len(m.Problems) == 0 && (m.Verdict == "" || m.Verdict == verify.Verified) {
		p.request++ // what is being weighed is of no interest now
		p.weighing, p.causes = false, nil
		p.asked.Seen, p.seen = nil, map[string]bool{}
		p.layout()
		return nil
	}
	return p.weigh()
}

// weighedMsg is the diagnosis that took the checks in.
type weighedMsg struct {
	request int
	causes  []setup.Diagnosis
}

// weigh shows what the problems and the symptoms say by themselves, and asks for more.
func (p *Panel) weigh() tea.Cmd {
	signals := slices.Clone(p.asked.Seen)
	for _, problem := range p.asked.Problems {
		signals = append(signals, setup.Problem(problem.Code))
	}
	p.request++
	p.show(setup.Diagnose(signals))
	if p.o.Diagnose == nil {
		return nil
	}
	p.weighing = true
	p.layout()
	request, asked, diagnose := p.request, p.asked, p.o.Diagnose
	return p.work.Cmd(p.work.Context(), patience, func(ctx context.Context) tea.Msg {
		return weighedMsg{request, diagnose(ctx, asked)}
	})
}

// weighed takes in an answer, unless something else was asked since. The selection stays on its cause.
func (p *Panel) weighed(m weighedMsg) {
	if m.request != p.request {
		return
	}
	p.weighing = false
	selected := ""
	if !p.choosing && p.at > 0 && p.at < len(p.causes) {
		selected = p.causes[p.at].Cause.ID
	}
	p.show(m.causes)
	if i := slices.IndexFunc(p.causes, func(d setup.Diagnosis) bool { return d.Cause.ID == selected }); i >= 0 {
		p.at = i
		p.layout()
	}
}

func (p *Panel) show(causes []setup.Diagnosis) {
	p.causes = causes[:min(len(causes), mostCauses)]
	if !p.choosing {
		p.at = 0
	}
	p.layout()
}

// choose shows the symptoms, or the causes again.
func (p *Panel) choose(symptoms bool) {
	p.choosing, p.at, p.scroll = symptoms, 0, draw.Scroll{}
	p.layout()
}

// tick chooses the selected symptom, or takes it back, and weighs anew.
func (p *Panel) tick() tea.Cmd {
	id := branches()[p.at].ID
	p.seen[id] = !p.seen[id]
	p.asked.Seen = nil
	for _, b := range branches() {
		if p.seen[b.ID] {
			p.asked.Seen = append(p.asked.Seen, setup.Seen(b.ID))
		}
	}
	return p.weigh()
}

// branches are the symptoms in the order of their numbers.
func branches() []setup.Branch {
	list := setup.Branches()
	slices.SortStableFunc(list, func(a, b setup.Branch) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// move selects another cause or symptom, or scrolls when there is none.
func (p *Panel) move(rows int) {
	n := len(p.causes)
	if p.choosing {
		n = len(setup.Branches())
	}
	if n == 0 {
		p.scroll = p.scroll.By(rows, len(p.lines), p.h)
		return
	}
	p.at = max(0, min(p.at+rows, n-1))
	p.layout()
}

// step is the set-up step of the selected cause, 0 when there is none.
func (p *Panel) step() int {
	if !p.choosing && p.at < len(p.causes) {
		return p.causes[p.at].Cause.Step
	}
	return 0
}

func (p *Panel) text(t setup.Text) safetext.Text { return safetext.Known(t.In(p.o.Language)) }

func (p *Panel) words(en, ko string) string { return setup.Text{EN: en, KO: ko}.In(p.o.Language) }

// View draws the panel.
func (p *Panel) View() string { return p.t.Scrolled(p.lines, p.scroll, p.w, p.h).String() }

// ShortHelp gives the keys for the footer.
func (p *Panel) ShortHelp() []keys.Hint { return keys.Footer(p.hints()) }

// FullHelp gives every key of the panel.
func (p *Panel) FullHelp() []keys.Hint {
	return append(p.hints(), keys.Hints(keys.In(keys.Move), nil)...)
}

func (p *Panel) hints() []keys.Hint {
	return keys.Hints(keys.In(keys.Diagnosis, keys.Panel), func(id keys.ID) string {
		switch {
		case id == keys.DiagnosisStep && p.step() == 0:
			return "no step belongs to what is selected"
		case id == keys.DiagnosisTick && !p.choosing:
			return "only symptoms are chosen"
		case id == keys.DiagnosisPractice && !p.o.Practice:
			return "mending by practice needs the lab: ctrace demo"
		case id == keys.DiagnosisPractice && (p.choosing || len(p.causes) == 0):
			return "no cause is selected"
		case id == keys.PanelCopy:
			return "there is no value to copy here"
		}
		return ""
	})
}
