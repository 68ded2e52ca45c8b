package setuppanel

import (
	"strconv"
	"strings"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// page is an open entry while it is written.
type page struct {
	p      *Panel
	t      *theme.Theme
	width  int
	lines  draw.Block
	values []string
	place  string
}

func (x *page) step(s setup.Step, of int) {
	t := x.t
	who := x.p.words("you do this", "직접 수행")
	if s.Actor == setup.Program {
		who = x.p.words("Ctrace does this", "Ctrace가 수행")
	}
	number := x.p.words("Step", "단계") + " " + strconv.Itoa(s.Number) + "/" + strconv.Itoa(of)
	x.add(draw.Spread(x.width, t.Dim.Text(safetext.Known(" "+number)), t.Dim.Text(safetext.Known(who+" "))))
	x.heading(s.Title)
	x.state(s)
	for i, d := range s.Do {
		x.where(d.Where)
		x.para(3, t.Accent.Text(safetext.Known(strconv.Itoa(i+1))), t.Text, x.p.text(d.Do))
		for _, v := range d.CopyFor(x.p.o.Region, x.p.products()) {
			x.value(v)
		}
	}
	for _, r := range s.Remarks {
		x.gap()
		label := x.p.words("Note", "참고")
		if r.Kind == setup.Tip {
			label = x.p.words("Tip", "팁")
		}
		x.labelled(label, x.p.text(r.Text))
	}
	x.gap()
	x.labelled(x.p.words("Then you see", "예상 결과"), x.p.text(s.Expected))
	x.results(s)
}

// state tells what is done of a step, and what runs: the token's time or the registration's.
func (x *page) state(s setup.Step) {
	p, t := x.p, x.t
	r := p.progress.Steps[s.ID]
	switch since, registering := p.progress.Registering(); {
	case s.ID == "register" && registering:
		x.mark(t.Busy, t.Marks.Half, p.words("Waiting for the registration, since ", "등록 대기 중, 경과 시간 ")+clock(p.o.Now().Sub(since)).String()+
			p.words(". It goes on by itself: look at the appliance's page after some minutes, then at step 7.", ". 비동기로 진행됩니다. 몇 분 후 어플라이언스 페이지를 확인한 다음 7단계로 진행하십시오."))
	case r.Done && r.By == setup.Program:
		x.mark(t.Good, t.Marks.Done, p.words("Proved, ", "확인됨, ")+p.when(r.At))
		x.foreign(r.Evidence)
	case r.Done:
		x.mark(t.Good, t.Marks.Done, p.words("You did this, ", "완료함, ")+p.when(r.At))
		x.foreign(r.Evidence)
	case p.refuted(s):
		x.mark(t.Bad, t.Marks.Failed, p.words("A check failed, ", "점검 실패, ")+p.when(r.At))
		x.foreign(r.Evidence)
	case s.Number == registration && p.rejected != "":
		x.mark(t.Bad, t.Marks.Failed, p.words("The registration failed", "등록 실패"))
		x.foreign(setup.Text{EN: p.rejected, KO: p.rejected})
		x.para(3, draw.Line{}, t.Text, safetext.Known(p.tryAgain()))
	default:
		x.mark(t.Dim, t.Marks.Waiting, p.words("Not done yet", "아직 완료되지 않음"))
	}
	if s.ID == "token" || s.ID == "register" {
		x.timer()
	}
	if s.ID == "enable" {
		x.warnings(p.regionDoubts())
	}
	x.gap()
}

// results shows what the checks of a step found.
func (x *page) results(s setup.Step) {
	if len(s.Checks) == 0 {
		return
	}
	x.gap()
	x.add(x.t.Strong.Text(safetext.Known(" " + x.p.words("What Ctrace checks", "Ctrace의 점검 항목"))))
	for _, c := range setup.Checks() {
		for _, id := range s.Checks {
			if c.ID == id {
				x.result(c)
			}
		}
	}
}

func (x *page) section(s setup.Section) {
	x.heading(s.Title)
	x.where(s.Where)
	if s.Tip {
		x.labelled(x.p.words("Tip", "팁"), x.p.text(s.Text))
		return
	}
	x.para(0, draw.Line{}, x.t.Text, x.p.text(s.Text))
}

// proof is a section of how the result is verified, which the program does.
func (x *page) proof(s setup.Section) {
	x.section(s)
	if s.Tip {
		return
	}
	x.gap()
	x.para(3, x.t.Mark(x.t.Accent, x.t.Marks.Key), x.t.Dim, safetext.Known(x.p.words(
		"Ctrace does this by itself: 1 goes to Verify, enter starts it there.", "Ctrace가 자동으로 수행합니다. 1 키로 Verify 화면으로 이동하여 enter 키로 시작합니다.")))
}

func (x *page) trouble(t setup.Trouble) {
	x.heading(t.Symptom)
	x.para(0, draw.Line{}, x.t.Text, x.p.text(t.Fix))
	if t.Step > 0 {
		x.gap()
		step := x.p.words("This belongs to step", "관련 단계:") + " " + strconv.Itoa(t.Step)
		x.add(x.t.Dim.Text(safetext.Known(" " + step)))
	}
}

func (x *page) heading(title setup.Text) {
	x.lines = append(x.lines, draw.Para(x.width-1, draw.Blank(1), x.t.Title, x.p.text(title))...)
	x.gap()
}

// where names the menu path, unless it is the one that was named last.
func (x *page) where(w setup.Place) {
	place := w.In(x.p.products())
	if place == "" || place == x.place {
		return
	}
	x.place = place
	menu := strings.ReplaceAll(place, " > ", " "+x.t.Marks.Arrow+" ")
	x.lines = append(x.lines, draw.Para(x.width-1, draw.Blank(1), x.t.Dim, safetext.Known(menu))...)
}

// value shows one value that can be copied.
func (x *page) value(v string) {
	x.values = append(x.values, v)
	first := draw.Join(draw.Blank(3), x.t.Dim.Text(safetext.Known(x.t.Marks.Key+" ")))
	x.lines = append(x.lines, draw.Para(x.width-1, first, x.t.Accent, safetext.Known(v))...)
}

func (x *page) labelled(label string, text safetext.Text) {
	x.add(x.t.Strong.Text(safetext.Known(" " + label)))
	x.para(0, draw.Line{}, x.t.Text, text)
}

// mark writes a paragraph behind the mark of a state.
func (x *page) mark(s draw.Style, mark, text string) {
	x.para(3, x.t.Mark(s, mark), x.t.Text, safetext.Known(text))
}

// foreign writes evidence, which may quote servers, below what it proves.
func (x *page) foreign(evidence setup.Text) {
	text := safetext.Line(evidence.In(x.p.o.Language))
	if text.Width() == 0 {
		return
	}
	first := draw.Blank(3)
	if text.Hostile() {
		first = draw.Join(draw.Blank(1), x.t.Mark(x.t.Warn, x.t.Marks.Hostile), draw.Blank(1))
	}
	x.lines = append(x.lines, draw.Para(x.width-1, first, x.t.Dim, text)...)
}

// warnings writes what is doubtful.
func (x *page) warnings(doubts []setup.Text) {
	for _, d := range doubts {
		x.para(3, x.t.Mark(x.t.Warn, x.t.Marks.Hostile), x.t.Text, x.p.text(d))
	}
}

// para writes a paragraph behind a mark, indented by at least one cell.
func (x *page) para(indent int, mark draw.Line, s draw.Style, text safetext.Text) {
	first := draw.Join(draw.Blank(1), mark).Fit(max(1, indent))
	x.lines = append(x.lines, draw.Para(x.width-1, first, s, text)...)
}

func (x *page) add(l draw.Line) { x.lines = append(x.lines, l) }
func (x *page) gap()            { x.lines = append(x.lines, draw.Line{}) }
