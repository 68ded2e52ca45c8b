package trackscreen

import (
	"errors"
	"strconv"
	"time"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/say"
)

// head is the search line, how the search stands, and a line between.
func (s *Screen) head() draw.Block {
	t := s.o.Theme
	label := t.Title.Lit(" Search ")
	return draw.Block{
		draw.Join(label, s.line.Draw(max(s.w-label.Width()-1, 1), s.editing)).Fit(s.w),
		s.standing(),
		{},
	}
}

// standing says what is known: never a total that the appliance did not tell.
func (s *Screen) standing() draw.Line {
	t, f := s.o.Theme, &s.search
	switch {
	case s.wrong != nil:
		return draw.Join(draw.Blank(1), t.Mark(t.Bad, t.Marks.Failed), draw.Blank(1), t.Foreign(t.Bad, safetext.Line(s.wrong.Error()))).Fit(s.w)
	case f.failure != nil:
		return s.trouble()
	case !f.begun():
		return draw.Join(draw.Blank(1), t.Dim.Lit("nothing was searched yet"))
	}
	left := draw.Join(draw.Blank(1), t.Text.Text(s.count()))
	if f.following {
		left = draw.Join(left, draw.Blank(2), t.Mark(t.Accent, t.Marks.Running), draw.Blank(1), t.Accent.Text(safetext.Known("following, "+strconv.Itoa(f.fresh)+" new")))
	}
	if f.bad > 0 {
		left = draw.Join(left, draw.Blank(2), t.Warn.Text(safetext.Concat(say.Count(f.bad, "row"), safetext.Known(" could not be read"))))
	}
	return draw.Spread(s.w, left, draw.Join(s.spark(min(s.w/3, 48)), draw.Blank(1)))
}

func (s *Screen) count() safetext.Text {
	f := &s.search
	n := say.Count(s.table.Total(), "message")
	switch {
	case f.done && s.table.Total() == 0:
		return safetext.Known("no message")
	case f.done:
		return n
	case s.table.Total() == 0:
		return safetext.Known("searching")
	}
	return safetext.Concat(n, safetext.Known(" so far"))
}

// trouble says what the appliance did, and whether the search goes on by itself.
func (s *Screen) trouble() draw.Line {
	t, f := s.o.Theme, &s.search
	text := f.failure.Error()
	if e, ok := errors.AsType[*esa.Error](f.failure); ok && f.retryAt.IsZero() {
		text += ": " + e.Advice()
	}
	rest := safetext.Known("ctrl+r tries again")
	if !f.retryAt.IsZero() {
		rest = safetext.Known("tried again at " + f.retryAt.Local().Format(time.TimeOnly))
	}
	return draw.Spread(s.w,
		draw.Join(draw.Blank(1), t.Mark(t.Bad, t.Marks.Failed), draw.Blank(1), t.Foreign(t.Bad, safetext.Line(text))),
		draw.Join(t.Dim.Text(rest), draw.Blank(1)))
}

// spark is how many of the messages that are here came when, over the range of the search.
func (s *Screen) spark(cells int) draw.Line {
	t, q := s.o.Theme, s.search.query
	whole := q.End.Sub(q.Start)
	if cells < 8 || whole <= 0 {
		return draw.Line{}
	}
	return t.Accent.Spark(s.buckets(cells, whole), t.Marks.Levels)
}

// buckets counts the rows by time; the newest rows are counted only once as they come.
func (s *Screen) buckets(cells int, whole time.Duration) []int {
	c := &s.counted
	if c.number != s.search.number || len(c.counts) != cells || s.table.Total() < c.rows {
		*c = counted{number: s.search.number, counts: make([]int, cells)}
	}
	for _, i := range s.table.Since(c.rows) {
		if i.at.IsZero() {
			continue
		}
		at := int(int64(i.at.Sub(s.search.query.Start)) * int64(cells) / int64(whole))
		if at >= 0 && at < cells {
			c.counts[at]++
		}
	}
	c.rows = s.table.Total()
	return c.counts
}

// counted is the counts of spark, as far as the rows were counted.
type counted struct {
	number int
	counts []int
	rows   int
}
