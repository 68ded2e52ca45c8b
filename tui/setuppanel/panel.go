// Package setuppanel is the side panel that guides the set-up of the integration: the eight steps with
// their sub-steps, notes and tips, what is done of them, what the checks found, the time that the
// registration token has left, how the result is proved, and the troubleshooting list.
//
// It shows what package setup holds. It keeps what the person says about the steps through Options.Keep,
// starts checks through Options.Check, and changes nothing else: only a lab's products are touched, by
// the moves of Options.Practice. A registration token is in memory while it is looked at, and nowhere else.
package setuppanel

import (
	"context"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/work"
)

// Options is what the panel shows and how.
type Options struct {
	Theme    *theme.Theme
	Language setup.Language
	Region   setup.Region
	Products setup.Products

	Progress setup.Progress             // as it was kept
	Keep     func(setup.Progress) error // keeps it; nil: it is forgotten with the panel
	Check    Checker                    // nil: checks cannot be made
	Practice Practice                   // nil: there is no lab
	Profile  error                      // what the app is left for to change the profile; nil: it cannot be

	Now  func() time.Time // time.Now when nil
	Zone *time.Location   // of the times that are shown; time.Local when nil
}

// Panel is the set-up panel: a list of entries, and one of them open.
type Panel struct {
	o       Options
	work    *work.Group
	keeper  keeper
	w, h    int
	entries []entry
	at      int  // the selected entry
	open    bool // it is shown instead of the list

	progress setup.Progress
	checks   checks
	proved   proof
	ticks    ticks
	warned   warned
	practice *practice // what can be done in a step; nil: it is not shown
	asking   *asking   // the form that is filled in; nil: none
	token    pasted
	made     string // the token that the lab's portal made, until it was used
	rejected string // what the lab's appliance said of a registration that failed

	page   draw.Block // what is shown: the list, the open entry, moves or a form
	rows   []int      // of the list: the line on which each entry stands
	values []string   // of the open entry: what can be copied
	copied int        // how many copies were asked of the open entry
	scroll draw.Scroll
}

// New makes the panel, with its list shown.
func New(ctx context.Context, o Options) *Panel {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	p := &Panel{o: o, work: work.New(ctx), progress: o.Progress.Clone()}
	p.keeper.write = o.Keep
	p.entries = p.contents()
	if o.Practice != nil {
		p.begin()
	}
	p.proceed()
	return p
}

// SetSize tells the panel how much room it has, in cells.
func (p *Panel) SetSize(w, h int) {
	p.w, p.h = w, h
	p.layout()
}

// Close cancels what the panel started and waits for it.
func (p *Panel) Close() { p.work.Close() }

// Typing tells that keys are text: a form is filled in.
func (p *Panel) Typing() bool { return p.asking != nil }

// Update handles the keys of the panel and the messages that concern it.
func (p *Panel) Update(msg tea.Msg) (*Panel, tea.Cmd) {
	switch msg := msg.(type) {
	case intent.Started:
		return p, p.tick()
	case intent.Step:
		p.jump(msg)
		return p, nil
	case intent.Problems:
		p.proved.take(msg, p.o.Now())
		p.layout()
		return p, nil
	case tickMsg:
		if msg.id != p.ticks.id {
			return p, nil
		}
		p.ticks.due = time.Time{}
		p.look()
		p.layout()
		return p, tea.Batch(p.warn(), p.tick())
	case checkedMsg:
		return p, p.receive(msg)
	case doneMsg:
		return p, p.answered(msg)
	case keptMsg:
		return p, msg.notice()
	}
	if k, ok := msg.(tea.KeyMsg); ok && p.asking != nil {
		return p, p.fill(k)
	}
	id, ok := keys.Action(msg, keys.Setup, keys.Move)
	if !ok {
		return p, nil
	}
	if rows, ok := keys.Delta(id, p.h); ok {
		p.move(rows)
		return p, nil
	}
	return p, p.act(id)
}

// act does one of the panel's actions.
func (p *Panel) act(id keys.ID) tea.Cmd {
	switch id {
	case keys.SetupEnter:
		return p.enter()
	case keys.SetupBack:
		return p.back()
	case keys.SetupNext:
		p.turn(1)
	case keys.SetupPrev:
		p.turn(-1)
	case keys.SetupCopy:
		return p.copyNext()
	case keys.SetupMark:
		return p.mark()
	case keys.SetupCheck:
		return p.check()
	case keys.SetupToken:
		return p.askToken()
	case keys.SetupAppliance:
		return p.askAppliance()
	case keys.SetupPractice:
		return p.practise()
	}
	return nil
}

func (p *Panel) enter() tea.Cmd {
	switch {
	case p.practice != nil:
		return p.chooseMove()
	case p.open:
		return nil
	}
	if do := p.entries[p.at].do; do != nil {
		return do()
	}
	p.show(p.at)
	return nil
}

func (p *Panel) back() tea.Cmd {
	switch {
	case p.practice != nil:
		p.practice = nil
	case p.open:
		p.open = false
	default:
		return intent.Cmd(intent.ClosePanel{})
	}
	p.scroll = draw.Scroll{}
	p.layout()
	return nil
}

// jump goes to a step, or to what can be practised there.
func (p *Panel) jump(to intent.Step) {
	p.asking, p.practice = nil, nil
	if to.Number >= 1 && to.Number <= len(setup.Steps()) {
		p.show(to.Number - 1)
	}
	if to.Practice && p.o.Practice != nil {
		p.openPractice(to.Number, true)
	}
}

// proceed selects the first step that is not done.
func (p *Panel) proceed() {
	if s, ok := p.progress.Next(); ok {
		p.at = s.Number - 1
	}
}

// turn goes to the next entry, or to the one before; where a step is practised, to that of the next step.
func (p *Panel) turn(by int) {
	if x := p.practice; x != nil {
		if to := x.step + by; !x.mend && to >= 1 && to <= len(setup.Steps()) {
			p.at = to - 1
			p.openPractice(to, false)
		}
		return
	}
	if to := p.at + by; p.open && p.canTurn(by) {
		for p.entries[to].build == nil { // neither the first nor the last entry is one of these
			to += by
		}
		p.show(to)
	}
}

func (p *Panel) show(i int) {
	p.at, p.open, p.copied, p.practice = i, true, 0, nil
	p.scroll = draw.Scroll{}
	p.layout()
}

// move goes through the list or the moves, or scrolls the open entry.
func (p *Panel) move(rows int) {
	switch {
	case p.practice != nil:
		p.practice.move(rows)
	case p.open:
		p.scroll = p.scroll.By(rows, len(p.page), p.h)
		return
	default:
		p.at = min(max(0, p.at+rows), len(p.entries)-1)
	}
	p.layout()
}

// step is the step that keys are about: the open or the selected one.
func (p *Panel) step() (setup.Step, bool) {
	steps := setup.Steps()
	if p.at >= len(steps) {
		return setup.Step{}, false
	}
	return steps[p.at], true
}

// copyNext asks to copy one value of the open entry, the next one each time.
func (p *Panel) copyNext() tea.Cmd {
	if !p.open || len(p.values) == 0 {
		return p.say("nothing to copy here: open a step that shows values", "복사할 값이 없습니다. 값이 있는 단계를 여십시오")
	}
	i := p.copied % len(p.values)
	p.copied++
	what := "value"
	if len(p.values) > 1 {
		what = "value " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(p.values))
	}
	return intent.Cmd(intent.Copy{What: what, Value: p.values[i]})
}

// say gives a notice of our own words.
func (p *Panel) say(en, ko string) tea.Cmd {
	return intent.Cmd(intent.Notice{Text: safetext.Known(p.words(en, ko))})
}

func (p *Panel) words(en, ko string) string { return words(p.o.Language, en, ko) }

// layout builds what is shown; View only cuts a window out of it.
func (p *Panel) layout() {
	if p.w <= 0 || p.h <= 0 {
		return
	}
	switch {
	case p.asking != nil:
		var from, end int
		p.page, from, end = p.asking.draw(p.o.Theme, p.w)
		p.scroll = p.scroll.Reveal(from, end, len(p.page), p.h)
	case p.practice != nil:
		var from, end int
		p.page, from, end = p.drawPractice()
		p.scroll = p.scroll.Reveal(from, end, len(p.page), p.h)
	case p.open:
		p.page, p.values = p.build(p.entries[p.at])
		p.scroll = p.scroll.By(0, len(p.page), p.h)
	default:
		p.page, p.rows = p.list()
		row := p.rows[p.at]
		if p.at == 0 {
			row = 0 // with the heading
		}
		p.scroll = p.scroll.Reveal(row, p.rows[p.at]+1, len(p.page), p.h)
	}
}

// View draws the panel.
func (p *Panel) View() string {
	return p.o.Theme.Scrolled(p.page, p.scroll, p.w, p.h).String()
}
