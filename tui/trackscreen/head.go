package trackscreen

import (
	"strconv"
	"time"

	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/say"
	"ctrace/tui/trackscreen/waiting"
)

// headLines is how many lines stand above the table: the search, how it stands, and what is in the way.
const headLines = 3

var (
	searchingText = safetext.Known("Searching.")
	stoppedText   = safetext.Known("The search was stopped; ctrl+r searches again.")
)

func (s *Screen) head() draw.Block {
	t := s.o.Theme
	label := t.Title.Lit(" Search ")
	line := s.line.Draw(max(s.w-label.Width()-1, 1), s.editing && s.overlay == nil)
	if s.line.Value() == "" && !s.editing {
		line = t.Dim.Lit("(everything of the last 24 hours)")
	}
	return draw.Block{
		draw.Join(label, line).Fit(s.w),
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
		layout := "Jan 2 15:04"
		if reach = s.local(reach); reach.Year() != s.local(s.o.Now()).Year() {
			layout = "Jan 2 2006 15:04"
		}
		text += ", back to " + reach.Format(layout)
	}
	return safetext.Known(text)
}

// sayEmpty has the table say why it is empty, when it is.
func (s *Screen) sayEmpty() {
	s.table.SetEmpty(s.nothing())
	noMatch := safetext.Text{}
	if !s.search.Complete() {
		noMatch = safetext.Known("No message of those so far holds what you filter by. Keep the filter (enter) and fetch the rest (L), or search for it (n).")
	}
	s.table.SetNoMatch(noMatch)
}

func (s *Screen) nothing() safetext.Text {
	if s.search.Complete() {
		return safetext.Known(tracking.NothingFound(s.search.Query()))
	}
	if failed := waiting.Nothing(s.search.Sources()); failed.String() != "" {
		return failed
	}
	if s.search.Stopped() {
		return stoppedText
	}
	return searchingText
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
		return waiting.Failing(t, s.w, s.wrong.Error(), "")
	}
	if s.search == nil {
		return draw.Blank(s.w)
	}
	return waiting.Line(t, s.w, s.search.Sources(), waiting.Clock{Now: s.now, Ticks: s.ticks}, "ctrl+r", "esc stops")
}

// spark is how many of the messages that are here came when, over the range of the search. What was not
// searched yet shows as a dotted line.
func (s *Screen) spark(cells int) draw.Line {
	t := s.o.Theme
	all, _, known := s.search.Histogram(cells)
	return draw.Join(t.Dim.Repeat(t.Marks.Dot, known), t.Accent.Spark(all[known:], t.Marks.Levels).Fit(cells-known))
}
