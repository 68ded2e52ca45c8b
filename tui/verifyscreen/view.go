package verifyscreen

import (
	"slices"

	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/say"
)

// Columns of a stage's line.
const (
	nameColumn   = 13
	statusColumn = 9
	timeColumn   = 9
	labelColumn  = 13 // of the findings under it
)

// View draws the screen. Everything was laid out when it changed.
func (s *Screen) View() string { return s.view }

// layout draws the screen into s.view.
func (s *Screen) layout() {
	if s.w <= 0 || s.h <= 0 {
		return
	}
	t := s.o.Theme
	if s.transcript {
		s.view = s.dialogueView().String()
		return
	}
	head := s.head()
	rows := max(s.h-len(head), 1)
	body, spans := s.body(rows)
	span := spans[s.selected]
	s.scroll = s.scroll.Reveal(span[0], span[1], len(body), rows)
	lines := append(head, t.Scrolled(body, s.scroll, s.w, rows)...).Fit(s.w, s.h)
	if s.export != nil {
		prompt := s.export.Draw(min(s.w-4, 76))
		lines = lines.Over(prompt, 2, max(0, (s.h-len(prompt))/2))
	}
	s.view = lines.String()
}

// head is what always shows: what is verified, and how it stands.
func (s *Screen) head() draw.Block {
	t := s.o.Theme
	first := draw.Spread(s.w, draw.Join(draw.Blank(1), t.Title.Lit("Verification")), draw.Join(s.standing(), draw.Blank(1)))
	p := s.o.Plan
	route := p.From + " " + t.Marks.Arrow + " " + p.To + "  through " + p.Gateway
	if s.run != nil && s.run.started != nil {
		route = s.run.started.Token + "  " + s.run.started.From + " " + t.Marks.Arrow + " " + s.run.started.To
	}
	return draw.Block{first, draw.Join(draw.Blank(1), t.Foreign(t.Dim, safetext.Line(route))).Fit(s.w), {}}
}

// standing says at the right of the heading how the whole run stands.
func (s *Screen) standing() draw.Line {
	t, r := s.o.Theme, s.run
	switch {
	case r == nil:
		return t.Dim.Lit("nothing has run yet")
	case r.stopping && !r.over:
		return t.Warn.Lit("stopping")
	case !r.over:
		spinner := t.Marks.Spinner[s.ticks%len(t.Marks.Spinner)]
		return draw.Join(t.Mark(t.Busy, spinner), draw.Blank(1), t.Busy.Lit("running"), draw.Blank(1),
			t.Text.Text(say.Running(s.now.Sub(r.began))))
	}
	v := s.outcome()
	return draw.Join(v.style.Text(safetext.Known(v.word)), draw.Blank(1), t.Dim.Text(safetext.Concat(safetext.Known("after "), say.Elapsed(r.ended.Sub(r.began)))))
}

// body draws the stages, and what follows them. The selected stage shows its findings; the others do
// as far as there is room. spans gives for each row its first line and the one after its last.
func (s *Screen) body(rows int) (b draw.Block, spans map[row][2]int) {
	stages := verify.Stages()
	after := s.after()
	shown := make([]draw.Block, len(stages))
	room := rows - len(stages) - len(after) - 1 // one blank line before what follows
	for _, i := range s.unfoldOrder() {
		under := s.under(stages[i])
		if row(i) == s.selected || len(under) <= room {
			shown[i] = under
			room -= len(under)
		}
	}
	spans = map[row][2]int{}
	for i, v := range stages {
		from := len(b)
		b = append(b, s.stageLine(row(i), v))
		b = append(b, shown[i]...)
		spans[row(i)] = [2]int{from, len(b)}
		if len(shown[i]) > 0 && i < len(stages)-1 && room > 0 {
			b = append(b, draw.Line{})
			room--
		}
	}
	if len(b)+len(after) < rows {
		b = append(b, draw.Line{})
	}
	spans[verdictRow] = [2]int{len(b), len(b) + len(after)}
	return append(b, after...), spans
}

// unfoldOrder is which stages show their findings first: the selected one, then those nearest to the proof.
func (s *Screen) unfoldOrder() []int {
	if s.run == nil {
		return nil
	}
	order := []int{int(verdictRow) - 1, 0, 1, 2}
	if i := slices.Index(order, int(s.selected)); i > 0 {
		order = slices.Insert(slices.Delete(order, i, i+1), 0, int(s.selected))
	}
	return order
}

// after is what stands below the stages: an invitation, the progress, or the verdict.
func (s *Screen) after() draw.Block {
	switch {
	case s.run == nil:
		return s.invitation()
	case s.run.over:
		return s.card()
	}
	return draw.Block{s.progress(), s.pausing()}
}

// stageLine is one stage: selection, mark, name, word, time, and the most important thing.
func (s *Screen) stageLine(at row, v verify.Stage) draw.Line {
	t := s.o.Theme
	pick := draw.Blank(1)
	name := t.Strong
	if s.run != nil && s.selected == at {
		pick, name = t.Mark(t.Accent, t.Marks.Select), t.Title
	}
	if s.run == nil {
		return draw.Join(pick, t.Mark(t.Dim, t.Marks.Waiting), draw.Blank(1),
			name.Text(safetext.Line(v.Title())).Fit(nameColumn), t.Text.Text(safetext.Line(s.promise(v)))).Fit(s.w)
	}
	mark, style, word, took := s.stageState(v)
	return draw.Join(
		pick, t.Mark(style, mark), draw.Blank(1),
		name.Text(safetext.Line(v.Title())).Fit(nameColumn),
		style.Text(safetext.Known(word)).Fit(statusColumn),
		t.Dim.Text(took.PadLeft(timeColumn)), draw.Blank(2),
		s.summary(v),
	).Fit(s.w)
}

func (s *Screen) stageState(v verify.Stage) (mark string, style draw.Style, word string, took safetext.Text) {
	t := s.o.Theme
	st := s.run.stages[v]
	took = say.Elapsed(st.elapsed)
	switch st.status {
	case running:
		return t.Marks.Running, t.Busy, "running", say.Running(s.now.Sub(st.started))
	case done:
		return t.Marks.Done, t.Good, "done", took
	case failed:
		return t.Marks.Failed, t.Bad, "failed", took
	case unsure:
		if s.run.found != nil {
			return t.Marks.Done, t.Warn, "taken", took
		}
		return t.Marks.Hostile, t.Warn, "unsure", took
	case stopped:
		return t.Marks.Failed, t.Warn, "stopped", took
	case skipped:
		return t.Marks.Skipped, t.Dim, "skipped", safetext.Text{}
	}
	if s.run.over {
		return t.Marks.Skipped, t.Dim, "not run", safetext.Text{}
	}
	return t.Marks.Waiting, t.Dim, "waiting", safetext.Text{}
}

// summary is the one thing to know about a stage.
func (s *Screen) summary(v verify.Stage) draw.Line {
	t, r := s.o.Theme, s.run
	st := r.stages[v]
	if st.problem != nil && st.status != done {
		return t.Foreign(t.Text, safetext.Line(st.problem.Cause))
	}
	switch {
	case v == verify.StageSend && r.sent != nil:
		text := codeText(r.sent.Receipt.Code) + " accepted"
		if mid := r.sent.Receipt.MID; mid != 0 {
			text += ", MID " + midList([]int64{mid})
		}
		return t.Text.Text(safetext.Line(text))
	case v == verify.StageSend && r.smtp != "" && st.status == running:
		return t.Text.Text(safetext.Line("SMTP: " + string(r.smtp)))
	case v == verify.StageTrack && r.found != nil:
		return draw.Join(t.Text.Lit("found by "), t.Text.Text(safetext.Known(verify.KeyTitles(r.found.Keys))))
	case v == verify.StageTrack && r.polled != nil:
		return s.looking()
	case v == verify.StageDetails && r.details != nil:
		return t.Foreign(t.Text, safetext.Line(r.details.Status))
	case v == verify.StageInvestigate && len(r.answers) > 0:
		return s.answered()
	}
	return draw.Line{}
}

// looking is how the watching of message tracking goes: "look 3, next in 8 s, esc stops".
func (s *Screen) looking() draw.Line {
	t, p := s.o.Theme, s.run.polled
	text := "look " + midList([]int64{int64(p.Try)})
	if !p.Next.IsZero() && s.Busy() {
		text += ", next in " + say.Rough(p.Next.Sub(s.now)).String() + ", esc stops"
	}
	return t.Text.Text(safetext.Known(text))
}

func (s *Screen) answered() draw.Line {
	t := s.o.Theme
	got, sightings := 0, 0
	for _, a := range s.run.answers {
		if a.got != nil {
			got++
			sightings += len(a.got.Sightings)
		}
	}
	text := midList([]int64{int64(got)}) + " of " + say.Count(len(s.run.answers), "module").String() + " answered"
	if sightings > 0 {
		text += ", " + say.Count(sightings, "sighting").String()
	}
	return t.Text.Text(safetext.Known(text))
}

// under draws the findings of a stage below its line.
func (s *Screen) under(v verify.Stage) draw.Block {
	t := s.o.Theme
	guide := draw.Join(draw.Blank(1), t.Mark(t.Border, t.Box.Vertical), draw.Blank(3))
	var b draw.Block
	for _, f := range s.findings(v) {
		label := t.Dim.Text(safetext.Known(f.name)).Fit(labelColumn)
		if f.name == "" {
			label = draw.Line{}
		}
		b = append(b, draw.Join(guide, label, f.line).Fit(s.w))
	}
	return b
}

// progress is the bar of the waiting against its deadline.
func (s *Screen) progress() draw.Line {
	r, t := s.run, s.o.Theme
	if r.started == nil || r.started.Deadline.IsZero() {
		return draw.Line{}
	}
	whole := r.started.Deadline.Sub(r.started.At.At)
	gone := min(max(0, s.now.Sub(r.started.At.At)), whole)
	words := t.Dim.Text(safetext.Concat(say.Rough(gone), safetext.Known(" of "), say.Rough(whole)))
	cells := max(s.w-words.Width()-4, 0)
	full := 0
	if whole > 0 {
		full = int(int64(cells) * int64(gone) / int64(whole))
	}
	return draw.Join(draw.Blank(1), t.Accent.Repeat(t.Marks.Full, full), t.Border.Repeat(t.Marks.Empty, cells-full), draw.Blank(2), words)
}

// pausing says why nothing happens, when it is so.
func (s *Screen) pausing() draw.Line {
	p, t := s.run.pause, s.o.Theme
	if p == nil {
		return draw.Line{}
	}
	rest := t.Dim.Text(safetext.Concat(safetext.Known("  on again in "), say.Rough(p.Until.Sub(s.now)), safetext.Known(", esc stops")))
	return draw.Join(draw.Blank(1), t.Mark(t.Warn, t.Marks.Waiting), draw.Blank(1), t.Foreign(t.Warn, safetext.Line(p.Reason)), rest).Fit(s.w)
}
