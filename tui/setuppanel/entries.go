package setuppanel

import (
	"strconv"
	"strings"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
)

// entry is one line of the list with the page behind it.
type entry struct {
	group string // the heading above it, when it starts a group
	label string // before the title: a number
	title setup.Text
	build func(*page)
}

func (e entry) page(o Options, width int) (draw.Block, []string) {
	p := &page{o: o, width: width}
	e.build(p)
	return p.lines, p.values
}

func entries(o Options) []entry {
	var out []entry
	steps := setup.Steps()
	for _, s := range steps {
		out = append(out, entry{label: strconv.Itoa(s.Number), title: s.Title, build: func(p *page) { p.step(s, len(steps)) }})
	}
	out[0].group = words(o.Language, "Set up the integration", "통합 설정")
	verification := setup.Verification()
	for _, s := range verification {
		out = append(out, entry{title: s.Title, build: func(p *page) { p.section(s) }})
	}
	out[len(steps)].group = words(o.Language, "Prove that it works", "통합 확인")
	first := len(out)
	for _, t := range setup.Troubles() {
		out = append(out, entry{label: t.ID, title: t.Symptom, build: func(p *page) { p.trouble(t) }})
	}
	out[first].group = words(o.Language, "When it does not work", "문제 해결")
	first = len(out)
	for _, s := range append(setup.Frame(), setup.Related()) {
		out = append(out, entry{title: s.Title, build: func(p *page) { p.section(s) }})
	}
	out[first].group = words(o.Language, "About this guide", "이 가이드에 대하여")
	return out
}

// list draws the entries with their headings, and tells on which line each one stands.
func list(o Options, entries []entry, selected, width int) (b draw.Block, rows []int) {
	t := o.Theme
	for i, e := range entries {
		if e.group != "" {
			if i > 0 {
				b = append(b, draw.Line{})
			}
			b = append(b, t.Title.Text(safetext.Known(" "+e.group)))
		}
		rows = append(rows, len(b))
		mark, style := draw.Blank(1), t.Text
		if i == selected {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Strong
		}
		label := t.Dim.Text(safetext.Known(e.label).Pad(3))
		title := style.Text(safetext.Known(e.title.In(o.Language)))
		b = append(b, draw.Join(mark, draw.Blank(1), label, draw.Blank(1), title).Fit(width))
	}
	return b, rows
}

// page is an open entry while it is written.
type page struct {
	o      Options
	width  int
	lines  draw.Block
	values []string
	place  string
}

func (p *page) step(s setup.Step, of int) {
	t := p.o.Theme
	who := words(p.o.Language, "you do this", "직접 수행")
	if s.Actor == setup.Program {
		who = words(p.o.Language, "Ctrace does this", "Ctrace가 수행")
	}
	number := words(p.o.Language, "Step", "단계") + " " + strconv.Itoa(s.Number) + "/" + strconv.Itoa(of)
	p.add(draw.Spread(p.width, t.Dim.Text(safetext.Known(" "+number)), t.Dim.Text(safetext.Known(who+" "))))
	p.heading(s.Title)
	for i, d := range s.Do {
		p.where(d.Where)
		p.para(3, t.Accent.Text(safetext.Known(strconv.Itoa(i+1))), t.Text, d.Do)
		for _, v := range d.Copy(p.o.Region) {
			p.value(v)
		}
	}
	for _, r := range s.Remarks {
		p.gap()
		label := words(p.o.Language, "Note", "참고")
		if r.Kind == setup.Tip {
			label = words(p.o.Language, "Tip", "팁")
		}
		p.labelled(label, r.Text)
	}
	p.gap()
	p.labelled(words(p.o.Language, "Then you see", "예상 결과"), s.Expected)
}

func (p *page) section(s setup.Section) {
	p.heading(s.Title)
	p.where(s.Where)
	style := p.o.Theme.Text
	if s.Tip {
		p.labelled(words(p.o.Language, "Tip", "팁"), s.Text)
		return
	}
	p.para(0, draw.Line{}, style, s.Text)
}

func (p *page) trouble(t setup.Trouble) {
	p.heading(t.Symptom)
	p.para(0, draw.Line{}, p.o.Theme.Text, t.Fix)
	if t.Step > 0 {
		p.gap()
		step := words(p.o.Language, "This belongs to step", "관련 단계:") + " " + strconv.Itoa(t.Step)
		p.add(p.o.Theme.Dim.Text(safetext.Known(" " + step)))
	}
}

func (p *page) heading(title setup.Text) {
	p.lines = append(p.lines, draw.Para(p.width-1, draw.Blank(1), p.o.Theme.Title, p.text(title))...)
	p.gap()
}

// where names the menu path, unless it is the one that was named last.
func (p *page) where(w setup.Place) {
	place := w.In(p.o.Products)
	if place == "" || place == p.place {
		return
	}
	p.place = place
	menu := strings.ReplaceAll(place, " > ", " "+p.o.Theme.Marks.Arrow+" ")
	p.lines = append(p.lines, draw.Para(p.width-1, draw.Blank(1), p.o.Theme.Dim, safetext.Known(menu))...)
}

// value shows one value that can be copied.
func (p *page) value(v string) {
	p.values = append(p.values, v)
	t := p.o.Theme
	first := draw.Join(draw.Blank(3), t.Dim.Text(safetext.Known(t.Marks.Key+" ")))
	p.lines = append(p.lines, draw.Para(p.width-1, first, t.Accent, safetext.Known(v))...)
}

func (p *page) labelled(label string, text setup.Text) {
	p.add(p.o.Theme.Strong.Text(safetext.Known(" " + label)))
	p.para(0, draw.Line{}, p.o.Theme.Text, text)
}

// para writes a paragraph behind a mark, indented by at least one cell.
func (p *page) para(indent int, mark draw.Line, s draw.Style, text setup.Text) {
	first := draw.Join(draw.Blank(1), mark).Fit(max(1, indent))
	p.lines = append(p.lines, draw.Para(p.width-1, first, s, p.text(text))...)
}

func (p *page) add(l draw.Line) { p.lines = append(p.lines, l) }
func (p *page) gap()            { p.lines = append(p.lines, draw.Line{}) }

func (p *page) text(t setup.Text) safetext.Text { return safetext.Known(t.In(p.o.Language)) }

// words chooses between the two languages of the guide.
func words(l setup.Language, en, ko string) string { return setup.Text{EN: en, KO: ko}.In(l) }
