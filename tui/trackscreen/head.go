package trackscreen

import (
	"strconv"
	"time"

	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/say"
)

// headLines is how many lines stand above the table: the search, how it stands, and what is in the way.
const headLines = 3

var (
	searchingText = safetext.Known("Searching.")
	nothingText   = safetext.Known("No message matches the search.")
)

// patient is how long an answer is waited for without a word.
const patient = 300 * time.Millisecond

func (s *Screen) head() draw.Block {
	t := s.o.Theme
	label := t.Title.Lit(" Search ")
	return draw.Block{
		draw.Join(label, s.line.Draw(max(s.w-label.Width()-1, 1), s.editing && s.overlay == nil)).Fit(s.w),
		s.standing(),
		s.trouble(),
	}
}

// standing says what is known of the rows; never a total that no appliance told.
func (s *Screen) standing() draw.Line {
	t := s.o.Theme
	if s.search == nil {
		return draw.Join(draw.Blank(1), t.Dim.Lit("nothing was searched yet")).Fit(s.w)
	}
	parts := []draw.Line{t.Text.Text(s.count())}
	if n := s.table.Marks(); n > 0 {
		parts = append(parts, t.Accent.Text(safetext.Known(strconv.Itoa(n)+" marked")))
	}
	if s.search.Following() {
		parts = append(parts, draw.Join(t.Mark(t.Accent, t.Marks.Running), draw.Blank(1), t.Accent.Text(safetext.Known("following, "+strconv.Itoa(s.search.Fresh())+" new"))))
	}
	if s.appliance {
		parts = append(parts, t.Accent.Lit("appliance's time"))
	}
	bad := 0
	for _, src := range s.search.Sources() {
		bad += src.Bad
	}
	if bad > 0 {
		parts = append(parts, t.Warn.Text(safetext.Concat(say.Count(bad, "row"), safetext.Known(" unreadable"))))
	}
	left := draw.Blank(1)
	for i, p := range parts {
		if i > 0 {
			left = draw.Join(left, t.Dim.Text(safetext.Known("  "+t.Marks.Dot+"  ")))
		}
		left = draw.Join(left, p)
	}
	if room := s.w - left.Width() - 4; room >= 16 {
		return draw.Spread(s.w, left, draw.Join(s.spark(min(room, s.w*2/5, 96)), draw.Blank(1)))
	}
	return left.Fit(s.w)
}

// count says how many rows there are, and how far back that is everything.
func (s *Screen) count() safetext.Text {
	n := len(s.search.Rows())
	noun := "message"
	if s.search.Query().RejectedConnections {
		noun = "connection"
	}
	switch {
	case s.search.Complete() && n == 0:
		return safetext.Known("no " + noun)
	case s.search.Complete():
		return say.Count(n, noun)
	case n == 0 && s.search.Working():
		return safetext.Known("searching")
	case n == 0:
		return safetext.Known("nothing so far")
	}
	text := say.Count(n, noun).String() + " so far"
	if reach := s.search.Reach(); s.w >= 76 && !reach.IsZero() {
		text += ", back to " + s.local(reach).Format("Jan 2 15:04")
	}
	return safetext.Known(text)
}

// local is a time in the zone that is shown. The zone of an appliance comes with its times.
func (s *Screen) local(at time.Time) time.Time {
	if s.appliance {
		return at
	}
	return at.In(s.o.Zone)
}

// trouble says what is wrong with the search line, which appliance fails and whether it is asked again
// by itself, or which one is waited for. The rows stay meanwhile.
func (s *Screen) trouble() draw.Line {
	t := s.o.Theme
	if s.wrong != nil {
		return s.failing(s.wrong.Error(), "")
	}
	if s.search == nil {
		return draw.Blank(s.w)
	}
	sources := s.search.Sources()
	var failed []tracking.SourceStatus
	for _, x := range sources {
		if x.Failure != nil {
			failed = append(failed, x)
		}
	}
	if len(failed) > 0 {
		x := failed[0]
		text := x.Name + " " + tracking.Cause(x.Failure)
		if len(failed) > 1 {
			text += ", and " + strconv.Itoa(len(failed)-1) + " more"
		}
		return s.failing(text, s.afterFailure(x))
	}
	for _, x := range sources {
		if waited := s.now.Sub(x.Asked); !x.Asked.IsZero() && !x.Polling && waited >= patient {
			spinner := t.Marks.Spinner[s.ticks%len(t.Marks.Spinner)]
			return draw.Join(draw.Blank(1), t.Mark(t.Busy, spinner), draw.Blank(1), t.Foreign(t.Text, safetext.Line("waiting for "+x.Name)),
				t.Dim.Text(safetext.Concat(safetext.Known("  "), say.Rough(waited), safetext.Known(", esc stops")))).Fit(s.w)
		}
	}
	return draw.Blank(s.w)
}

func (s *Screen) failing(text, rest string) draw.Line {
	t := s.o.Theme
	left := draw.Join(draw.Blank(1), t.Mark(t.Bad, t.Marks.Failed), draw.Blank(1), t.Foreign(t.Bad, safetext.Line(text)))
	return draw.Spread(s.w, left, draw.Join(t.Dim.Text(safetext.Line(rest)), draw.Blank(1)))
}

func (s *Screen) afterFailure(x tracking.SourceStatus) string {
	switch {
	case !x.Asked.IsZero():
		return "asking again"
	case x.RetryAt.IsZero():
		return "ctrl+r tries again"
	}
	return "again in " + say.Rough(x.RetryAt.Sub(s.now)).String()
}

// spark is how many of the messages that are here came when, over the range of the search. What was not
// searched yet shows as a dotted line.
func (s *Screen) spark(cells int) draw.Line {
	t := s.o.Theme
	all, _, known := s.search.Histogram(cells)
	return draw.Join(t.Dim.Repeat(t.Marks.Dot, known), t.Accent.Spark(all[known:], t.Marks.Levels).Fit(cells-known))
}
