// Package diagnosis is the side panel that names what went wrong in a verification: the cause, what to do
// about it, and the probable causes behind it with the set-up step that each belongs to.
package diagnosis

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// mostCauses is how many probable causes are shown; behind the first few they are guesses.
const mostCauses = 6

// Panel is the diagnosis panel.
type Panel struct {
	t        *theme.Theme
	language setup.Language
	w, h     int

	problems []verify.Problem
	causes   []setup.Diagnosis
	at       int // the selected cause
	lines    draw.Block
	spans    [][2]int
	scroll   draw.Scroll
}

// New makes the panel, empty.
func New(t *theme.Theme, l setup.Language) *Panel { return &Panel{t: t, language: l} }

// SetSize tells the panel how much room it has, in cells.
func (p *Panel) SetSize(w, h int) {
	p.w, p.h = w, h
	p.layout()
}

// Typing tells that keys are text; never here.
func (p *Panel) Typing() bool { return false }

// Update handles the keys of the panel and intent.Problems.
func (p *Panel) Update(msg tea.Msg) (*Panel, tea.Cmd) {
	if m, ok := msg.(intent.Problems); ok {
		p.take(m.Problems)
		p.layout()
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
	switch id {
	case keys.PanelClose:
		return p, intent.Cmd(intent.ClosePanel{})
	case keys.DiagnosisStep:
		if n := p.step(); n > 0 {
			return p, tea.Sequence(intent.Cmd(intent.Step{Number: n}), intent.Cmd(intent.OpenPanel{Panel: intent.Setup}))
		}
	}
	return p, nil
}

func (p *Panel) take(problems []verify.Problem) {
	p.problems, p.at, p.scroll = problems, 0, draw.Scroll{}
	signals := make([]setup.Signal, len(problems))
	for i, problem := range problems {
		signals[i] = setup.Problem(problem.Code)
	}
	p.causes = setup.Diagnose(signals)
	p.causes = p.causes[:min(len(p.causes), mostCauses)]
}

// move selects another cause, or scrolls when there is none.
func (p *Panel) move(rows int) {
	if len(p.causes) == 0 {
		p.scroll = p.scroll.By(rows, len(p.lines), p.h)
		return
	}
	p.at = max(0, min(p.at+rows, len(p.causes)-1))
	p.layout()
}

// step is the set-up step of the selected cause, 0 when there is none.
func (p *Panel) step() int {
	if p.at < len(p.causes) {
		return p.causes[p.at].Cause.Step
	}
	return 0
}

func (p *Panel) layout() {
	p.lines, p.spans = nil, nil
	if p.w <= 0 || p.h <= 0 {
		return
	}
	if len(p.problems) == 0 {
		p.lines = draw.Para(p.w-2, draw.Blank(1), p.t.Dim, safetext.Known("Nothing went wrong so far. When a verification does not end verified, the causes stand here."))
		return
	}
	for _, problem := range p.problems {
		p.problem(problem)
	}
	if len(p.causes) == 0 {
		return
	}
	p.add(p.t.Title.Text(safetext.Known(p.words("Probable causes", "예상 원인"))))
	p.lines = append(p.lines, draw.Line{})
	for i, d := range p.causes {
		p.cause(i, d.Cause)
	}
	span := p.spans[p.at]
	if p.at == 0 {
		span[0] = 0
	}
	p.scroll = p.scroll.Reveal(span[0], span[1], len(p.lines), p.h)
}

func (p *Panel) problem(problem verify.Problem) {
	cause := safetext.Line(problem.Cause)
	first := draw.Join(draw.Blank(1), p.t.Mark(p.t.Bad, p.t.Marks.Failed), draw.Blank(1))
	p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Strong, cause)...)
	for _, x := range []struct {
		text  string
		style draw.Style
	}{{problem.Detail, p.t.Dim}, {problem.Advice, p.t.Text}} {
		if x.text == "" {
			continue
		}
		text := safetext.Line(x.text)
		first := draw.Blank(3)
		if text.Hostile() {
			first = draw.Join(first, p.t.Mark(p.t.Warn, p.t.Marks.Hostile), draw.Blank(1))
		}
		p.lines = append(p.lines, draw.Para(p.w-1, first, x.style, text)...)
	}
	p.lines = append(p.lines, draw.Line{})
}

// cause draws a probable cause; the selected one with how to check and to mend it.
func (p *Panel) cause(i int, c setup.Cause) {
	from := len(p.lines)
	mark, style := draw.Blank(1), p.t.Text
	if i == p.at {
		mark, style = p.t.Mark(p.t.Accent, p.t.Marks.Select), p.t.Strong
	}
	number := p.t.Dim.Text(safetext.Known(strconv.Itoa(i + 1)).Pad(2))
	p.lines = append(p.lines, draw.Para(p.w-1, draw.Join(mark, number), style, p.text(c.Title))...)
	if i == p.at {
		p.part(p.words("Check", "확인"), c.How)
		p.part(p.words("Mend", "조치"), c.Fix)
		if c.Step > 0 {
			p.add(draw.Join(draw.Blank(2), p.t.Dim.Text(safetext.Known(p.words("Step ", "단계 ")+strconv.Itoa(c.Step)+"  ")), p.t.Accent.Lit("enter"), p.t.Dim.Text(safetext.Known(p.words(" shows it", " 키로 열기")))))
		}
		p.lines = append(p.lines, draw.Line{})
	}
	p.spans = append(p.spans, [2]int{from, len(p.lines)})
}

func (p *Panel) part(label string, text setup.Text) {
	if text.In(p.language) == "" {
		return
	}
	first := draw.Join(draw.Blank(3), p.t.Dim.Text(safetext.Known(label)), draw.Blank(1))
	p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Text, p.text(text))...)
}

func (p *Panel) add(l draw.Line) { p.lines = append(p.lines, draw.Join(draw.Blank(1), l)) }

func (p *Panel) text(t setup.Text) safetext.Text { return safetext.Known(t.In(p.language)) }

func (p *Panel) words(en, ko string) string { return setup.Text{EN: en, KO: ko}.In(p.language) }

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
		case id == keys.PanelCopy:
			return "there is no value to copy here"
		}
		return ""
	})
}
