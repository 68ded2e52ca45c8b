package diagnosis

import (
	"slices"
	"strconv"
	"strings"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
)

// labels is how wide the words before a cause's parts are.
const labels = 6

// layout builds what is shown; View only cuts a window out of it.
func (p *Panel) layout() {
	p.lines, p.spans = nil, nil
	if p.w <= 0 || p.h <= 0 {
		return
	}
	if p.choosing {
		p.symptoms()
		p.reveal()
		return
	}
	for _, problem := range p.asked.Problems {
		p.problem(problem)
	}
	switch {
	case p.weighing:
		first := draw.Join(draw.Blank(1), p.t.Mark(p.t.Busy, p.t.Marks.Half), draw.Blank(1))
		text := p.words("making the checks to weigh the causes", "원인을 가리기 위해 점검하는 중")
		p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Dim, safetext.Known(text))...)
		p.lines = append(p.lines, draw.Line{})
	case len(p.causes) == 0 && len(p.asked.Problems) == 0:
		p.nothing()
		return
	}
	if len(p.causes) == 0 {
		return
	}
	p.add(p.t.Title.Text(safetext.Known(p.words("Probable causes", "예상 원인"))))
	p.lines = append(p.lines, draw.Line{})
	for i, d := range p.causes {
		p.cause(i, d)
	}
	p.reveal()
}

// reveal scrolls to what is selected.
func (p *Panel) reveal() {
	if p.at >= len(p.spans) {
		return
	}
	span := p.spans[p.at]
	if p.at == 0 {
		span[0] = 0
	}
	p.scroll = p.scroll.Reveal(span[0], span[1], len(p.lines), p.h)
}

func (p *Panel) nothing() {
	text := p.words("Nothing went wrong so far. When a verification does not end verified, the causes stand here.",
		"아직 문제가 없습니다. 확인이 성공하지 못하면 원인이 여기에 표시됩니다.")
	p.lines = draw.Para(p.w-2, draw.Blank(1), p.t.Dim, safetext.Known(text))
	p.lines = append(p.lines, draw.Line{})
	p.lines = append(p.lines, draw.Para(p.w-2, draw.Join(draw.Blank(1), p.t.Accent.Lit("v"), draw.Blank(2)), p.t.Text,
		safetext.Known(p.words("choose what you see on the products", "제품에서 보이는 증상 선택")))...)
}

// symptoms lists what a person may see.
func (p *Panel) symptoms() {
	p.add(p.t.Title.Text(safetext.Known(p.words("What do you see?", "어떤 증상이 보입니까?"))))
	p.add(p.t.Dim.Text(safetext.Known(p.words("space chooses, enter shows the causes", "space 키로 선택, enter 키로 원인 보기"))))
	p.lines = append(p.lines, draw.Line{})
	for i, b := range branches() {
		from := len(p.lines)
		mark, style := draw.Blank(1), p.t.Text
		if i == p.at {
			mark, style = p.t.Mark(p.t.Accent, p.t.Marks.Select), p.t.Strong
		}
		box := p.t.Mark(p.t.Dim, p.t.Marks.Waiting)
		if p.seen[b.ID] {
			box = p.t.Mark(p.t.Accent, p.t.Marks.Ticked)
		}
		first := draw.Join(mark, draw.Blank(1), box, draw.Blank(1), p.t.Dim.Text(safetext.Known(b.ID).Pad(4)))
		p.lines = append(p.lines, draw.Para(p.w-1, first, style, p.text(b.Symptom))...)
		p.spans = append(p.spans, [2]int{from, len(p.lines)})
	}
}

// problem draws what went wrong. The advice that comes with it is English only: in Korean that
// of the first cause has to do.
func (p *Panel) problem(problem verify.Problem) {
	cause := safetext.Line(setup.InWords(problem.Code, problem.Cause).In(p.o.Language))
	if p.o.Language == setup.Korean && len(p.causes) > 0 {
		problem.Advice = ""
	}
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

// cause draws a probable cause; the selected one with what speaks for it, how to check and to mend it.
func (p *Panel) cause(i int, d setup.Diagnosis) {
	c, from := d.Cause, len(p.lines)
	mark, style := draw.Blank(1), p.t.Text
	if i == p.at {
		mark, style = p.t.Mark(p.t.Accent, p.t.Marks.Select), p.t.Strong
	}
	number := p.t.Dim.Text(safetext.Known(strconv.Itoa(i + 1)).Pad(2))
	p.lines = append(p.lines, draw.Para(p.w-1, draw.Join(mark, number), style, p.text(c.Title))...)
	if i == p.at {
		p.why(d)
		p.part(p.words("Check", "확인"), c.How)
		p.part(p.words("Mend", "조치"), c.Fix)
		p.keys(c.Step)
		p.lines = append(p.lines, draw.Line{})
	}
	p.spans = append(p.spans, [2]int{from, len(p.lines)})
}

// why names the evidence.
func (p *Panel) why(d setup.Diagnosis) {
	var parts []string
	for _, s := range d.Because {
		if words := s.Words().In(p.o.Language); words != "" && !slices.Contains(parts, words) {
			parts = append(parts, words)
		}
	}
	if len(parts) == 0 {
		return
	}
	label := p.words("Likely", "추정")
	if d.Proved() {
		label = p.words("Proved", "확인됨")
	}
	first := draw.Join(draw.Blank(3), p.t.Dim.Text(safetext.Known(label).Pad(labels)), draw.Blank(1))
	p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Dim, safetext.Known(strings.Join(parts, "; ")))...)
}

// keys names what can be done about the selected cause.
func (p *Panel) keys(step int) {
	line := draw.Blank(2)
	if step > 0 {
		line = draw.Join(line, p.t.Dim.Text(safetext.Known(p.words("Step ", "단계 ")+strconv.Itoa(step)+"  ")), p.t.Accent.Lit("enter"), p.t.Dim.Text(safetext.Known(p.words(" shows it", " 키로 열기"))), draw.Blank(2))
	}
	if p.o.Practice {
		line = draw.Join(line, p.t.Accent.Lit("x"), p.t.Dim.Text(safetext.Known(p.words(" mends it here", " 키로 실습에서 조치"))))
	}
	if line.Width() > 2 {
		p.add(line)
	}
}

func (p *Panel) part(label string, text setup.Text) {
	if text.In(p.o.Language) == "" {
		return
	}
	first := draw.Join(draw.Blank(3), p.t.Dim.Text(safetext.Known(label).Pad(labels)), draw.Blank(1))
	p.lines = append(p.lines, draw.Para(p.w-1, first, p.t.Text, p.text(text))...)
}

func (p *Panel) add(l draw.Line) { p.lines = append(p.lines, draw.Join(draw.Blank(1), l)) }
