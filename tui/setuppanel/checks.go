package setuppanel

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
)

// Said is what the person said in the panel, for checks that no program can make alone.
type Said struct {
	Progress    setup.Progress
	TokenPasted bool
	TokenDoubts []setup.Text // about the shape of the token that was pasted last
}

// Checker makes every check and calls emit for each result as it comes, one at a time, from the
// goroutine that called it or another. It ends soon after ctx.
type Checker func(ctx context.Context, said Said, emit func(setup.Result))

// checks is what the checks found, the last time that they were made.
type checks struct {
	request int
	running bool
	results map[string]setup.Result
	fresh   map[string]bool // which of them are of the run that goes on
}

// proof is how the last verification of this session ended.
type proof struct {
	verdict verify.Verdict
	at      time.Time
}

func (p *proof) take(m intent.Problems, now time.Time) {
	if m.Verdict != "" {
		*p = proof{verdict: m.Verdict, at: now}
	}
}

// checkedMsg is one result, or the end of the checks.
type checkedMsg struct {
	request int
	from    <-chan setup.Result
	result  setup.Result
	more    bool
}

func nextResult(request int, from <-chan setup.Result) tea.Cmd {
	return func() tea.Msg {
		r, more := <-from
		return checkedMsg{request: request, from: from, result: r, more: more}
	}
}

// check starts the checks, and shows their page unless a step with checks of its own is open.
func (p *Panel) check() tea.Cmd {
	switch {
	case p.o.Check == nil:
		return p.say("checks need a profile", "점검하려면 프로파일이 필요합니다")
	case p.checks.running:
		return p.say("the checks run already", "점검이 이미 실행 중입니다")
	}
	c := &p.checks
	c.request++
	c.running, c.fresh = true, map[string]bool{}
	said := Said{Progress: p.progress.Clone(), TokenPasted: p.token.given, TokenDoubts: slices.Clone(p.token.doubts)}
	results := make(chan setup.Result)
	run := p.o.Check
	p.work.Go(func(ctx context.Context) {
		defer close(results)
		run(ctx, said, func(r setup.Result) {
			select {
			case results <- r:
			case <-ctx.Done():
			}
		})
	})
	if s, ok := p.step(); p.practice == nil && (!p.open || !ok || len(s.Checks) == 0) {
		p.show(len(setup.Steps())) // the entry of the checks follows the steps
	}
	p.layout()
	return nextResult(c.request, results)
}

// receive takes in one result. At the end, steps that are proved tick themselves.
func (p *Panel) receive(m checkedMsg) tea.Cmd {
	c := &p.checks
	if m.request != c.request {
		return nil
	}
	if m.more {
		if c.results == nil {
			c.results = map[string]setup.Result{}
		}
		c.results[m.result.Check.ID] = m.result
		c.fresh[m.result.Check.ID] = true
		p.layout()
		return nextResult(m.request, m.from)
	}
	c.running = false
	p.progress.Prove(c.list())
	p.layout()
	return p.keep()
}

// list gives the results by number.
func (c *checks) list() []setup.Result {
	var out []setup.Result
	for _, check := range setup.Checks() {
		if r, ok := c.results[check.ID]; ok {
			out = append(out, r)
		}
	}
	return out
}

func (c *checks) state(id string) setup.State { return c.results[id].State }

// dataState is the second lamp: a verification of this session, or the one on record, proves it.
func (p *Panel) dataState() setup.State {
	switch p.proved.verdict {
	case verify.Verified:
		return setup.Pass
	case "":
		return p.checks.state("A21")
	}
	return setup.Fail
}

func (c *checks) count() map[setup.State]int {
	n := map[setup.State]int{}
	for _, r := range c.results {
		n[r.State]++
	}
	return n
}

// checksSide is the sum of the checks in the list.
func (p *Panel) checksSide() draw.Line {
	t, c := p.o.Theme, &p.checks
	if c.running {
		return t.Busy.Text(safetext.Known(fmt.Sprintf("%d/%d", len(c.fresh), len(setup.Checks()))))
	}
	if len(c.results) == 0 {
		return draw.Line{}
	}
	n := c.count()
	var parts []draw.Line
	for _, s := range []setup.State{setup.Pass, setup.Warn, setup.Fail} {
		if n[s] == 0 {
			continue
		}
		style, mark := p.stateMark(s)
		parts = append(parts, draw.Blank(1), t.Text.Text(safetext.Known(strconv.Itoa(n[s]))), t.Mark(style, mark))
	}
	return draw.Join(parts...)
}

// checks is the page of all checks.
func (x *page) checks() {
	p, t := x.p, x.t
	x.heading(setup.Text{EN: "Checks", KO: "점검"})
	c := &p.checks
	switch {
	case c.running:
		x.mark(t.Busy, t.Marks.Half, fmt.Sprintf(p.words("Checking, %d of %d", "점검 중, %d/%d"), len(c.fresh), len(setup.Checks())))
	case len(c.results) == 0:
		x.para(0, draw.Line{}, t.Text, safetext.Known(p.words("c makes every check that a program can make. It mails nothing and changes nothing.", "c 키를 누르면 프로그램이 할 수 있는 모든 점검을 실행합니다. 메일을 보내거나 설정을 변경하지 않습니다.")))
	default:
		n := c.count()
		x.para(0, draw.Line{}, t.Text, safetext.Known(fmt.Sprintf(p.words("%d passed, %d warned, %d failed, %d not made", "통과 %d, 경고 %d, 실패 %d, 미실행 %d"), n[setup.Pass], n[setup.Warn], n[setup.Fail], n[setup.Skip])))
	}
	x.gap()
	x.twoLamps()
	for _, check := range c.worstFirst() {
		x.result(check)
	}
}

// worstFirst gives the checks in the order in which they matter: what failed stands above.
func (c *checks) worstFirst() []setup.Check {
	rank := map[setup.State]int{setup.Fail: -2, setup.Warn: -1}
	list := setup.Checks()
	slices.SortStableFunc(list, func(a, b setup.Check) int { return cmp.Compare(rank[c.state(a.ID)], rank[c.state(b.ID)]) })
	return list
}

// twoLamps explains the two lamps: a healthy module may still show nothing.
func (x *page) twoLamps() {
	p, t := x.p, x.t
	style, mark := p.stateMark(p.checks.state("A15"))
	x.para(3, t.Mark(style, mark), t.Strong, safetext.Known(p.words("Health: what the module says of itself", "상태: 모듈이 스스로 보고하는 상태")))
	style, mark = p.stateMark(p.dataState())
	x.para(3, t.Mark(style, mark), t.Strong, safetext.Known(p.words("Data: a test message was seen by it", "데이터: 모듈에서 테스트 메시지가 확인됨")))
	x.gap()
}

// result draws a check with what it found.
func (x *page) result(c setup.Check) {
	p, t := x.p, x.t
	r, made := p.checks.results[c.ID]
	style, mark := p.stateMark(r.State)
	title := p.text(c.Title)
	if c.FromHere {
		title = safetext.Concat(title, safetext.Known(p.words(" (from this computer)", " (이 컴퓨터에서)")))
	}
	first := draw.Join(t.Mark(style, mark), draw.Blank(1), t.Dim.Text(safetext.Known(c.ID).Pad(4)))
	x.para(7, first, t.Text, title)
	if !made {
		return
	}
	evidence := safetext.Line(r.Evidence.In(p.o.Language))
	at := draw.Blank(7)
	if evidence.Hostile() {
		at = draw.Join(draw.Blank(5), t.Mark(t.Warn, t.Marks.Hostile), draw.Blank(1))
	}
	x.lines = append(x.lines, draw.Para(x.width-1, at, t.Dim, evidence)...)
}
