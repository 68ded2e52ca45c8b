package setuppanel

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/form"
)

// Practice is the lab's products in the hands of a person.
type Practice interface {
	// Moves gives what can be done in a step, in order; step 0 is what mends things.
	Moves(step int) []Move
	// Do does a move. A refusal is an answer too, with Refused set; an error is that it could not be tried.
	Do(ctx context.Context, move string, values map[string]string) (Outcome, error)
	// Pages tells what the products show now, and which steps are done there.
	Pages() Pages
}

// Move is one thing that a person does on a product, in the product's words.
type Move struct {
	ID     string
	Place  string // the menu path
	Label  string // the button
	Fields []MoveField
}

// MoveField is one value that a move asks for.
type MoveField struct {
	Name, Label, Default string
	Options              []MoveOption // empty: it is typed
	Secret               bool
}

// MoveOption is one choice of a field, and how people know it.
type MoveOption struct{ Value, Label string }

// Outcome is what the product said.
type Outcome struct {
	Message string
	Refused bool
	Token   string            // a registration token that was made
	Timer   *setup.TokenTimer // when, for how long and by whom
}

// Pages is what the products show.
type Pages struct {
	Lines       []PageLine
	Done        [9]bool // by number of the step; index 0 is not used
	Registering bool    // the registration was started and has not ended
	Rejected    string  // what the appliance says of a registration that failed; empty when none did
	Region      string  // of the server chosen on the appliance; empty when there is none
	Build       string  // the appliance's version
}

// PageLine is one thing that is read on a page.
type PageLine struct {
	Label setup.Text
	Value setup.Text // the products' own words are the same in both languages
}

// registration is the step whose end is waited for.
const registration = 6

// movePatience bounds a move.
const movePatience = 20 * time.Second

// practice is the page of what can be done in a step.
type practice struct {
	step  int
	mend  bool // what mends things is there too
	moves []Move
	pages Pages
	at    int
	busy  bool
	said  said // the last answer
}

// said is what a product said to a move.
type said struct {
	move    string
	message string
	refused bool
}

// doneMsg is the product's answer.
type doneMsg struct {
	step    int
	move    Move
	outcome Outcome
	err     error
	moves   []Move // what can be done next
	pages   Pages
}

func (x *practice) move(rows int) { x.at = max(0, min(x.at+rows, len(x.moves)-1)) }

// practise opens what can be done in the step that is open or selected.
func (p *Panel) practise() tea.Cmd {
	if p.o.Practice == nil {
		return p.say("practising needs the lab: ctrace demo --unconfigured", "실습하려면 ctrace demo --unconfigured를 실행하십시오")
	}
	step := 0
	if s, ok := p.step(); ok {
		step = s.Number
	}
	p.openPractice(step, step == 0)
	return nil
}

// openPractice shows what can be done in a step, and what mends things.
func (p *Panel) openPractice(step int, mend bool) {
	p.practice = &practice{step: step, mend: mend, moves: moves(p.o.Practice, step, mend), pages: p.o.Practice.Pages()}
	p.scroll = draw.Scroll{}
	p.layout()
}

// chooseMove does the selected move, after its fields were filled in.
func (p *Panel) chooseMove() tea.Cmd {
	x := p.practice
	if x.busy || x.at >= len(x.moves) {
		return nil
	}
	m := x.moves[x.at]
	if len(m.Fields) == 0 {
		return p.do(m, nil)
	}
	var fields []form.Field
	for _, f := range m.Fields {
		field := form.Field{Name: f.Name, Label: safetext.Line(f.Label), Value: f.Default, Secret: f.Secret}
		for _, o := range f.Options {
			field.Choices = append(field.Choices, form.Choice{Value: o.Value, Label: safetext.Line(o.Label)})
		}
		if f.Secret && p.made != "" {
			field.Hint = safetext.Known(p.words("ctrl+t pastes the token that the portal made.", "ctrl+t 키로 포털에서 생성한 토큰을 붙여넣습니다."))
		}
		fields = append(fields, field)
	}
	return p.ask(&asking{
		title: safetext.Line(m.Label), lines: []safetext.Text{p.menu(m.Place)}, form: form.New(p.o.Theme, fields...),
		then: func(values map[string]string) tea.Cmd { return p.do(m, values) },
	})
}

// moves are those of a step, and those that mend things.
func moves(hands Practice, step int, mend bool) []Move {
	var list []Move
	if step > 0 {
		list = hands.Moves(step)
	}
	if mend {
		list = append(list, hands.Moves(0)...)
	}
	return list
}

func (p *Panel) do(m Move, values map[string]string) tea.Cmd {
	x := p.practice
	x.busy = true
	p.layout()
	step, mend, hands := x.step, x.mend, p.o.Practice
	return p.work.Cmd(p.work.Context(), movePatience, func(ctx context.Context) tea.Msg {
		outcome, err := hands.Do(ctx, m.ID, values)
		return doneMsg{step: step, move: m, outcome: outcome, err: err, moves: moves(hands, step, mend), pages: hands.Pages()}
	})
}

// answered takes in what the product said, and ticks the steps that are done there now.
func (p *Panel) answered(m doneMsg) tea.Cmd {
	answer := said{move: m.move.ID, message: m.outcome.Message, refused: m.outcome.Refused || m.err != nil}
	if m.err != nil {
		answer.message = m.err.Error()
	}
	if m.outcome.Token != "" {
		p.made = m.outcome.Token
	}
	if m.outcome.Timer != nil {
		p.progress.Token = m.outcome.Timer
	}
	p.follow(m.pages, answer)
	if x := p.practice; x != nil && x.step == m.step {
		x.busy, x.moves = false, m.moves
		x.said = answer
		if !answer.refused && !x.mend {
			x.move(1)
		}
	}
	p.layout()
	return tea.Batch(p.keep(), p.tick())
}

// follow ticks the steps that the lab's products show as done, and takes back those that they do not.
func (p *Panel) follow(pages Pages, answer said) {
	p.progress.ApplianceRegion, p.progress.ApplianceBuild, p.rejected = pages.Region, pages.Build, pages.Rejected
	now := p.o.Now()
	for _, s := range setup.Steps() {
		if done := pages.Done[s.Number]; done != p.progress.Steps[s.ID].Done {
			p.progress.Mark(s.ID, done, now)
			if done && !answer.refused {
				p.progress.Note(s.ID, setup.Text{EN: answer.message, KO: answer.message})
			}
		}
	}
	switch {
	case !pages.Registering:
		p.progress.RegisteredAt = time.Time{}
	case p.progress.RegisteredAt.IsZero():
		p.progress.RegisteredAt = now.UTC()
	}
	if pages.Done[6] {
		p.token, p.made = pasted{}, ""
	}
	if p.practice != nil {
		p.practice.pages = pages
	}
}

// begin takes over what the lab's products have done before anybody touched them.
func (p *Panel) begin() {
	pages := p.o.Practice.Pages()
	p.follow(pages, said{})
	for _, s := range setup.Steps() {
		if pages.Done[s.Number] {
			p.progress.Steps[s.ID] = setup.Record{
				Done: true, By: setup.Program, At: p.o.Now().UTC(),
				Evidence: setup.Text{EN: "The lab starts with this done.", KO: "실습용 랩은 이 단계가 완료된 상태로 시작됩니다."},
			}
		}
	}
}

// look sees what became of the registration on the lab's products, which goes on by itself.
func (p *Panel) look() {
	if _, registering := p.progress.Registering(); registering && p.o.Practice != nil {
		p.follow(p.o.Practice.Pages(), said{})
	}
}

// menu writes a menu path.
func (p *Panel) menu(place string) safetext.Text {
	return safetext.Line(strings.ReplaceAll(place, " > ", " "+p.o.Theme.Marks.Arrow+" "))
}

// drawPractice draws the moves, what the products said and what they show, and tells where the
// selected move stands.
func (p *Panel) drawPractice() (b draw.Block, from, end int) {
	t, x := p.o.Theme, p.practice
	number, title := p.words("On the lab's products", "실습 제품"), p.words("Mend what went wrong", "문제 해결")
	if !x.mend {
		number, title = fmt.Sprintf(p.words("Practise step %d/%d", "%d/%d단계 실습"), x.step, len(setup.Steps())), setup.Steps()[x.step-1].Title.In(p.o.Language)
	}
	b = append(b, draw.Spread(p.w, t.Dim.Text(safetext.Known(" "+number)), t.Dim.Text(safetext.Known(p.words("the lab, nothing real", "실습용 랩")+" "))))
	b = append(b, draw.Para(p.w-1, draw.Blank(1), t.Title, safetext.Known(title))...)
	b = append(b, draw.Line{})
	from, place := len(b), ""
	for i, m := range x.moves {
		if m.Place != place {
			place = m.Place
			b = append(b, draw.Para(p.w-1, draw.Blank(1), t.Dim, p.menu(place))...)
		}
		mark, style := draw.Blank(1), t.Text
		if i == x.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Strong
			if i > 0 {
				from = len(b)
			}
		}
		b = append(b, draw.Join(mark, draw.Blank(2), style.Text(safetext.Line(m.Label))))
		if m.ID == x.said.move {
			b = append(b, p.drawSaid(x.said)...)
			if x.step == registration && x.pages.Rejected != "" && !x.mend {
				b = append(b, p.drawSaid(said{message: x.pages.Rejected, refused: true})...)
				b = append(b, draw.Para(p.w-1, draw.Blank(5), t.Dim, safetext.Known(p.tryAgain()))...)
			}
		}
		if i == x.at {
			end = len(b)
		}
	}
	if x.said.move != "" && !x.mend && x.step < len(x.pages.Done)-1 && x.pages.Done[x.step] {
		next := t.Dim.Text(safetext.Known(fmt.Sprintf(p.words("goes on to step %d", "키로 %d단계 진행"), x.step+1)))
		b = append(b, draw.Line{}, draw.Join(draw.Blank(3), t.Accent.Lit("n"), draw.Blank(1), next))
	}
	if x.mend && x.said.move != "" && !x.said.refused {
		text := p.words("When it is mended: 1 goes to Verify, r runs it again.", "조치가 끝나면 1 키로 Verify 화면으로 이동하여 r 키로 다시 실행합니다.")
		b = append(b, draw.Line{})
		b = append(b, draw.Para(p.w-1, draw.Blank(3), t.Dim, safetext.Known(text))...)
	}
	return append(b, p.drawPages(x.pages)...), from, end
}

// drawPages draws what the products show, values below each other where there is room.
func (p *Panel) drawPages(pages Pages) draw.Block {
	t, column := p.o.Theme, 0
	for _, l := range pages.Lines {
		column = max(column, p.text(l.Label).Width())
	}
	b := draw.Block{{}, t.Strong.Text(safetext.Known(" " + p.words("What the products show", "제품에 표시된 내용")))}
	for _, l := range pages.Lines {
		above := l.Value.EN == p.practice.said.message || p.practice.said.move != "" && l.Value.EN == pages.Rejected && p.practice.step == registration
		if above {
			continue // it stands above
		}
		first := draw.Join(draw.Blank(3), t.Dim.Text(p.text(l.Label).Pad(column)), draw.Blank(2))
		b = append(b, draw.Para(p.w-1, first, t.Text, safetext.Line(l.Value.In(p.o.Language)))...)
	}
	return b
}

// tryAgain is what to do when the appliance did not take the token.
func (p *Panel) tryAgain() string {
	return p.words("Make a new token at the portal of the appliance's server (step 5), then register again.",
		"어플라이언스의 서버와 같은 지역의 포털에서 새 토큰을 생성한 후(5단계) 다시 등록하십시오.")
}

// drawSaid draws what a product said, below the move.
func (p *Panel) drawSaid(s said) draw.Block {
	t := p.o.Theme
	style, mark := t.Good, t.Marks.Done
	if s.refused {
		style, mark = t.Bad, t.Marks.Failed
	}
	first := draw.Join(draw.Blank(3), t.Mark(style, mark), draw.Blank(1))
	return draw.Para(p.w-1, first, t.Strong, safetext.Line(s.message))
}
