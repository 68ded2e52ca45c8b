package trackscreen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
)

// steps is the message's life, one event a line, under the names of its stages. The number of the
// message stands before an event when there are several, and not once more in it.
func (p *page) steps(o *pageWriter) {
	t := o.t
	several := len(p.story.Row.MIDs) > 1
	stage, day := esa.Stage(""), p.s.local(p.story.Row.Time).Format(time.DateOnly)
	border := draw.Join(draw.Blank(1), t.Mark(t.Border, t.Box.Vertical), draw.Blank(1))
	for _, st := range p.life.Steps {
		if st.Stage != stage {
			stage = st.Stage
			o.heading(stageTitle(stage))
		}
		if at := p.s.local(st.Time).Format(time.DateOnly); !st.Time.IsZero() && at != day {
			day = at
			o.line(draw.Join(draw.Blank(1), t.Dim.Text(safetext.Known(day))))
		}
		before := draw.Join(t.Dim.Text(safetext.Line(p.s.clock(st.Time, st.TimeText)).Pad(8)), draw.Blank(2))
		if several && st.MID != 0 {
			before = draw.Join(before, t.Accent.Text(safetext.Known(strconv.FormatInt(st.MID, 10))), draw.Blank(2))
		}
		text := safetext.Line(observable.DefangLinks(unfolded(withoutMID(st))))
		if text.Hostile() {
			before = draw.Join(before, t.Mark(t.Warn, t.Marks.Hostile), draw.Blank(1))
		}
		for _, l := range draw.Para(o.w-1-border.Width(), before, t.Text, text) {
			o.lines = append(o.lines, draw.Join(border, l))
		}
	}
}

// unfolded is a text whose ends of lines are blanks: appliances break long events and matched texts
// into lines, which is no trick of a sender's.
func unfolded(text string) string {
	if !strings.ContainsRune(text, '\n') {
		return text
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), " ")
}

// withoutMID is what an event says about its message, without naming it first.
func withoutMID(st esa.Step) string {
	text := strings.TrimSpace(st.Description)
	rest, found := strings.CutPrefix(text, "Message "+strconv.FormatInt(st.MID, 10))
	if trimmed := strings.TrimLeft(rest, ": "); found && trimmed != "" && trimmed != rest {
		return trimmed
	}
	return text
}

func stageTitle(s esa.Stage) string {
	switch s {
	case esa.StageAMP:
		return "File reputation"
	case esa.StageURL:
		return "Links"
	case esa.StageEnd:
		return "End of processing"
	case esa.StageReputation:
		return "Sender's reputation"
	case esa.StageOther:
		return "Further events"
	}
	return strings.ToUpper(string(s[:1])) + string(s[1:])
}
