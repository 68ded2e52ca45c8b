package setuppanel

import (
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
)

// entry is one line of the list with the page behind it.
type entry struct {
	group setup.Text // the heading above it, when it starts a group
	label string     // before the title: a number
	title setup.Text
	build func(*page)
	do    func() tea.Cmd   // instead of a page
	side  func() draw.Line // at the right end; nil: nothing
}

func (p *Panel) build(e entry) (draw.Block, []string) {
	x := &page{p: p, t: p.o.Theme, width: p.w}
	e.build(x)
	return x.lines, x.values
}

// contents makes the list of entries. The steps come first: step n is entry n-1.
func (p *Panel) contents() []entry {
	var out []entry
	group := func(en, ko string, add ...entry) {
		add[0].group = setup.Text{EN: en, KO: ko}
		out = append(out, add...)
	}
	steps := setup.Steps()
	var list []entry
	for _, s := range steps {
		list = append(list, entry{label: strconv.Itoa(s.Number), title: s.Title, build: func(x *page) { x.step(s, len(steps)) }, side: func() draw.Line { return p.stepSide(s) }})
	}
	group("Set up the integration", "통합 설정", list...)
	group("What is known", "확인된 상태", p.known()...)
	list = nil
	for _, s := range setup.Verification() {
		list = append(list, entry{title: s.Title, build: func(x *page) { x.proof(s) }})
	}
	group("Prove that it works", "통합 확인", list...)
	list = []entry{{title: setup.Text{EN: "Choose what you see", KO: "보이는 증상 선택"}, do: askSymptoms}}
	for _, t := range setup.Troubles() {
		list = append(list, entry{label: t.ID, title: t.Symptom, build: func(x *page) { x.trouble(t) }})
	}
	group("When it does not work", "문제 해결", list...)
	list = nil
	for _, s := range append(setup.Frame(), setup.Related()) {
		list = append(list, entry{title: s.Title, build: func(x *page) { x.section(s) }})
	}
	group("About this guide", "이 가이드에 대하여", list...)
	return out
}

// askSymptoms opens the list of symptoms in the diagnosis panel.
func askSymptoms() tea.Cmd {
	return tea.Sequence(intent.Cmd(intent.Symptoms{}), intent.Cmd(intent.OpenPanel{Panel: intent.Diagnosis}))
}

// known are the entries about this integration.
func (p *Panel) known() []entry {
	list := []entry{
		{title: setup.Text{EN: "Checks", KO: "점검"}, build: (*page).checks, side: p.checksSide},
		{title: setup.Text{EN: "Registration token", KO: "등록 토큰"}, build: (*page).token, side: p.tokenSide},
		{title: setup.Text{EN: "Server and version", KO: "서버 및 버전"}, build: (*page).appliance, side: p.applianceSide},
	}
	if p.o.Profile != nil {
		list = append(list, entry{title: setup.Text{EN: "Change the profile", KO: "프로파일 변경"}, do: func() tea.Cmd { return intent.Cmd(intent.Leave{For: p.o.Profile}) }})
	}
	if p.o.Practice != nil {
		list = append(list, entry{title: setup.Text{EN: "Mend it on the lab's products", KO: "실습 제품에서 문제 해결"}, do: func() tea.Cmd { p.openPractice(0, true); return nil }})
	}
	return list
}

// list draws the entries with their headings, and tells on which line each one stands.
func (p *Panel) list() (b draw.Block, rows []int) {
	t := p.o.Theme
	for i, e := range p.entries {
		if e.group.EN != "" {
			if i > 0 {
				b = append(b, draw.Line{})
			}
			b = append(b, p.headline(i, e.group))
		}
		rows = append(rows, len(b))
		mark, style := draw.Blank(1), t.Text
		if i == p.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Strong
		}
		state := draw.Blank(2)
		if i < len(setup.Steps()) {
			state = draw.Join(p.stepMark(setup.Steps()[i]), draw.Blank(1))
		}
		label := draw.Line{}
		if e.label != "" {
			label = t.Dim.Text(safetext.Known(e.label).Pad(max(2, len(e.label)+1)))
		}
		line := draw.Join(mark, draw.Blank(1), state, label, style.Text(p.text(e.title)))
		if e.side != nil {
			if side := e.side(); side.Width() > 0 {
				line = draw.Spread(p.w-1, line, side)
			}
		}
		b = append(b, line.Fit(p.w))
	}
	return b, rows
}

// headline draws a group's heading: how many steps are done, or the two lamps, beside it.
func (p *Panel) headline(i int, title setup.Text) draw.Line {
	t := p.o.Theme
	left := t.Title.Text(safetext.Concat(safetext.Known(" "), p.text(title)))
	switch {
	case i == 0:
		steps, done := setup.Steps(), 0
		for _, s := range steps {
			if p.progress.Steps[s.ID].Done {
				done++
			}
		}
		count := t.Dim.Text(safetext.Known(strconv.Itoa(done) + "/" + strconv.Itoa(len(steps))))
		bar := draw.Join(t.Good.Repeat(t.Marks.Full, done), t.Dim.Repeat(t.Marks.Empty, len(steps)-done))
		return draw.Spread(p.w-1, left, draw.Join(bar, draw.Blank(1), count)).Fit(p.w)
	case title.EN == "What is known":
		return draw.Spread(p.w-1, left, p.lamps()).Fit(p.w)
	}
	return left.Fit(p.w)
}

// lamps draws health and data: a module can be healthy and yet show nothing.
func (p *Panel) lamps() draw.Line {
	t := p.o.Theme
	lamp := func(en, ko string, s setup.State) draw.Line {
		style, mark := p.stateMark(s)
		return draw.Join(t.Text.Text(safetext.Known(p.words(en, ko))), draw.Blank(1), t.Mark(style, mark))
	}
	return draw.Join(lamp("health", "상태", p.checks.state("A15")), draw.Blank(2), lamp("data", "데이터", p.dataState()))
}

// stateMark is how the state of a check looks.
func (p *Panel) stateMark(s setup.State) (draw.Style, string) {
	t := p.o.Theme
	switch s {
	case setup.Pass:
		return t.Good, t.Marks.Done
	case setup.Warn:
		return t.Warn, t.Marks.Hostile
	case setup.Fail:
		return t.Bad, t.Marks.Failed
	case setup.Skip:
		return t.Dim, t.Marks.Skipped
	}
	return t.Dim, t.Marks.Waiting
}

func (p *Panel) stepMark(s setup.Step) draw.Line {
	t := p.o.Theme
	record := p.progress.Steps[s.ID]
	_, registering := p.progress.Registering()
	switch {
	case s.ID == "register" && registering:
		return t.Mark(t.Busy, t.Marks.Half)
	case record.Done:
		return t.Mark(t.Good, t.Marks.Done)
	case p.refuted(s), s.Number == registration && p.rejected != "":
		return t.Mark(t.Bad, t.Marks.Failed)
	}
	return t.Mark(t.Dim, t.Marks.Waiting)
}

// refuted tells that a check took the step's tick back.
func (p *Panel) refuted(s setup.Step) bool {
	r, there := p.progress.Steps[s.ID]
	return there && !r.Done && r.By == setup.Program
}

// stepSide is the time at which a step was done, or what is waited for.
func (p *Panel) stepSide(s setup.Step) draw.Line {
	t := p.o.Theme
	if since, yes := p.progress.Registering(); yes && s.ID == "register" {
		return t.Busy.Text(clock(p.o.Now().Sub(since)))
	}
	r := p.progress.Steps[s.ID]
	if !r.Done {
		return draw.Line{}
	}
	return t.Dim.Text(safetext.Known(p.when(r.At)))
}

// when writes a time of today as a time of day, another as a day.
func (p *Panel) when(at time.Time) string {
	at, now := at.In(p.o.Zone), p.o.Now().In(p.o.Zone)
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04")
	}
	return at.Format("2006-01-02")
}

func (p *Panel) text(t setup.Text) safetext.Text { return safetext.Known(t.In(p.o.Language)) }

// words chooses between the two languages of the guide.
func words(l setup.Language, en, ko string) string { return setup.Text{EN: en, KO: ko}.In(l) }
