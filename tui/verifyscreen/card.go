package verifyscreen

import (
	"strings"
	"time"

	"ctrace/ctr/ctim"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/say"
)

// card is the verdict with its evidence, or with the cause and the advice.
func (s *Screen) card() draw.Block {
	t, r := s.o.Theme, s.run
	v := s.outcome()
	c := &card{s: s, width: min(s.w-2, 100) - 4}
	c.para(t.Strong, v.sentence)
	switch {
	case r.failure != "":
		c.foreign("cause", r.failure)
	case r.cancelled || r.result == nil:
	case r.result.Evidence != nil:
		c.evidence(r.result)
	default:
		c.causes(r.result.Problems)
		c.add("next", draw.Join(t.Accent.Lit("d"), t.Dim.Lit(" shows the probable causes and how to mend them")))
	}
	border := t.Border
	if s.selected == verdictRow {
		border = t.Focus
	}
	title := draw.Join(t.Mark(v.style, v.mark), draw.Blank(1), v.style.Text(safetext.Known(strings.ToUpper(v.word))))
	box := t.Card(c.width+4, border, title, c.lines)
	for i, l := range box {
		box[i] = draw.Join(draw.Blank(1), l)
	}
	return box
}

// card collects the lines of the verdict card.
type card struct {
	s     *Screen
	width int
	lines draw.Block
}

const cardLabel = 12

func (c *card) para(st draw.Style, text string) {
	if text != "" {
		c.lines = append(c.lines, draw.Para(c.width, draw.Line{}, st, safetext.Known(text))...)
	}
}

func (c *card) add(name string, l draw.Line) {
	label := c.s.o.Theme.Dim.Text(safetext.Known(name)).Fit(cardLabel)
	c.lines = append(c.lines, draw.Join(label, l))
}

// foreign adds a named value that may take several lines.
func (c *card) foreign(name, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	t := c.s.o.Theme
	x := safetext.Line(value)
	label := t.Dim.Text(safetext.Known(name)).Fit(cardLabel)
	if x.Hostile() {
		label = draw.Join(label, t.Mark(t.Warn, t.Marks.Hostile), draw.Blank(1))
	}
	c.lines = append(c.lines, draw.Para(c.width, label, t.Text, x)...)
}

func (c *card) evidence(r *verify.Result) {
	e := r.Evidence
	c.foreign("module", strings.Join(nonEmpty(e.Module, bracket(e.ModuleType)), " "))
	c.foreign("sighting", strings.Join(nonEmpty(timeText(e.Sighting.ObservedTime.Start, c.s.o.Zone), firstOf(e.Sighting.Title, e.Sighting.ShortDescription, e.Sighting.Description)), "  "))
	c.foreign("holds our", string(e.Matched.Type)+" "+e.Matched.Value)
	c.foreign("appliance", strings.Join(nonEmpty(r.Status, named("MID", midList(r.MIDs)), named("ICID", number(r.ICID)), r.Serial), "  "))
	c.add("found by", c.s.foundBy(r))
	for _, p := range r.Problems {
		c.foreign("but", p.Cause)
	}
}

func (c *card) causes(problems []verify.Problem) {
	for i, p := range problems {
		if i > 0 {
			c.lines = append(c.lines, draw.Line{})
		}
		c.foreign("cause", p.Cause)
		c.foreign("server said", p.Detail)
		c.foreign("do", p.Advice)
	}
}

func timeText(t ctim.Time, zone *time.Location) string {
	if t.Time.IsZero() {
		return t.Text
	}
	return t.In(zone).Format(time.DateTime)
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func named(name, value string) string {
	if value == "" {
		return ""
	}
	return name + " " + value
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return midList([]int64{n})
}

// foundBy shows the keys that found the message in message tracking, and how long after it was sent.
func (s *Screen) foundBy(r *verify.Result) draw.Line {
	keys := s.keyMarks(r.Keys, r.MissedKeys)
	if r.LagSeconds <= 0 {
		return keys
	}
	return draw.Join(keys, s.o.Theme.Dim.Text(safetext.Concat(safetext.Known("  after "), say.Elapsed(seconds(r.LagSeconds)))))
}
