package historyscreen

import (
	"cmp"
	"strings"
	"time"

	"ctrace/internal/history"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/say"
	"ctrace/tui/table"
	"ctrace/tui/theme"
	"ctrace/tui/verifyscreen"
)

// item is one run of the list.
type item struct {
	run    history.Run   // its beginning in the zone of the times that are shown
	result verify.Result // zero when the run has not ended
}

// verdict is the run's outcome, or that it never came to one.
func (i *item) verdict(t *theme.Theme) (mark, word string, style draw.Style) {
	if i.run.State == history.Running {
		return t.Marks.Waiting, "not ended", t.Warn
	}
	mark, style = verifyscreen.Verdict(t, verify.Verdict(i.run.Verdict))
	return mark, i.run.Verdict, style
}

// took is how long the run took, as far as it is known.
func (i *item) took() time.Duration {
	end := i.run.EndedAt
	if end.IsZero() {
		end = i.run.UpdatedAt
	}
	return end.Sub(i.run.StartedAt)
}

// outcome is the one sentence to know: the cause, or the module that proved it.
func (i *item) outcome() string {
	switch {
	case i.result.Evidence != nil:
		return "seen by " + i.result.Evidence.Module
	case len(i.result.Problems) > 0:
		return i.result.Problems[0].Cause
	}
	return ""
}

func newTable(t *theme.Theme) *table.Table[item] {
	return table.New(table.Options[item]{
		Theme: t,
		ID:    func(i *item) string { return i.run.Token },
		Text: func(i *item) string {
			_, word, _ := i.verdict(t)
			return strings.Join([]string{i.run.Token, i.run.Profile, word, i.outcome(), started(i)}, " ")
		},
		Empty: safetext.Known("No run yet. Key 1, then enter starts one."),
		Columns: []table.Column[item]{
			{
				Title: "Started", Width: 19, Min: 16, Keep: 9, Cell: func(i *item) safetext.Text { return safetext.Known(started(i)) },
				Order: func(a, b *item) int { return a.run.StartedAt.Compare(b.run.StartedAt) },
			},
			{
				Title: "Verdict", Width: 11, Min: 11, Keep: 10,
				Cell: func(i *item) safetext.Text {
					mark, word, _ := i.verdict(t)
					return safetext.Line(mark + " " + word)
				},
				Style: func(i *item) draw.Style { _, _, s := i.verdict(t); return s },
				Order: func(a, b *item) int { return cmp.Compare(a.run.Verdict, b.run.Verdict) },
			},
			{
				Title: "Took", Width: 9, Min: 8, Keep: 5, Right: true, Cell: func(i *item) safetext.Text { return say.Elapsed(i.took()) },
				Order: func(a, b *item) int { return cmp.Compare(a.took(), b.took()) },
			},
			{
				Title: "Profile", Width: 12, Min: 6, Keep: 4, Cell: func(i *item) safetext.Text { return safetext.Line(i.run.Profile) },
				Order: func(a, b *item) int { return cmp.Compare(a.run.Profile, b.run.Profile) },
			},
			{Title: "Outcome", Width: 40, Min: 16, Keep: 8, Grow: true, Cell: func(i *item) safetext.Text { return safetext.Line(i.outcome()) }},
			{Title: "Token", Width: 29, Min: 29, Keep: 3, Cell: func(i *item) safetext.Text { return safetext.Line(i.run.Token) }},
		},
	})
}

func started(i *item) string { return i.run.StartedAt.Format(time.DateTime) }

// fields is everything about the run, raw, for the inspector.
func (i *item) fields() []intent.Field {
	var out []intent.Field
	for _, l := range i.lines() {
		if l.value != "" {
			out = append(out, intent.Field{Name: l.name, Value: l.value})
		}
	}
	return out
}
