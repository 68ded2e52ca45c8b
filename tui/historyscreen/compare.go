package historyscreen

import (
	"strconv"
	"strings"
	"time"

	"ctrace/internal/history"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/say"
	"ctrace/tui/theme"
)

// line is one thing to know about a run.
type line struct{ name, value string }

// lines is what is known about a run, the same names in the same order for every run.
func (i *item) lines() []line {
	r := i.result
	verdict := i.run.Verdict
	if i.run.State == history.Running {
		verdict = "not ended"
	}
	out := []line{
		{"Token", i.run.Token},
		{"Started", started(i)},
		{"Profile", i.run.Profile},
		{"Verdict", verdict},
		{"Took", say.Elapsed(i.took()).String()},
	}
	for _, v := range verify.Stages() {
		took := ""
		if s, ok := r.Stages[v]; ok {
			took = say.Elapsed(time.Duration(s * float64(time.Second))).String()
		}
		out = append(out, line{v.Title() + " took", took})
	}
	lag := ""
	if r.LagSeconds > 0 {
		lag = say.Elapsed(time.Duration(r.LagSeconds * float64(time.Second))).String()
	}
	mids := make([]string, len(r.MIDs))
	for n, mid := range r.MIDs {
		mids[n] = strconv.FormatInt(mid, 10)
	}
	module, failed := "", string(r.FailedAt)
	if r.Evidence != nil {
		module = r.Evidence.Module
	}
	out = append(
		out, line{"Shown after", lag}, line{"Status", r.Status}, line{"MID", strings.Join(mids, ", ")}, line{"Serial", r.Serial},
		line{"Found by", verify.KeyTitles(r.Keys)}, line{"Missed by", verify.KeyTitles(r.MissedKeys)}, line{"Module", module}, line{"Failed at", failed},
	)
	causes := make([]string, len(r.Problems))
	for n, p := range r.Problems {
		causes[n] = p.Cause
	}
	return append(out, line{"Causes", strings.Join(causes, " ")}, line{"Message-ID", r.MessageID})
}

// compare draws two runs side by side; what differs is marked.
func compare(t *theme.Theme, a, b *item, w int) draw.Block {
	const label = 24
	half := max((w-label-4)/2, 8)
	out := draw.Block{draw.Join(draw.Blank(1), t.Title.Lit("Two runs compared")), {}}
	left, right := a.lines(), b.lines()
	for i := range left {
		mark, style := draw.Blank(1), t.Text
		if left[i].value != right[i].value {
			mark, style = t.Mark(t.Accent, t.Marks.Differs), t.Strong
		}
		first := draw.Join(draw.Blank(1), mark, draw.Blank(1), t.Dim.Text(safetext.Known(left[i].name))).Fit(label)
		l := draw.Para(half, draw.Line{}, style, safetext.Line(left[i].value))
		r := draw.Para(half, draw.Line{}, style, safetext.Line(right[i].value))
		for n := range max(len(l), len(r)) {
			var x, y draw.Line
			if n < len(l) {
				x = l[n]
			}
			if n < len(r) {
				y = r[n]
			}
			out = append(out, draw.Join(first, x.Fit(half), draw.Blank(2), y))
			first = draw.Blank(label)
		}
	}
	return out
}
