// Package waiting draws which appliance is waited for, and which one fails and when it is asked again.
// It asks nothing and knows no clock: the time comes with what is drawn.
package waiting

import (
	"strconv"
	"strings"
	"time"

	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/say"
	"ctrace/tui/theme"
)

// patient is how long an answer is waited for without a word.
const patient = 300 * time.Millisecond

// Clock is what time it is, and how often a spinner has turned.
type Clock struct {
	Now   time.Time
	Ticks int
}

// Line is one line about the appliances: the one that fails and when it is asked again, or else the one
// that is waited for. again is the key that asks again where nothing does by itself; stop, when not
// empty, what ends the waiting.
func Line(t *theme.Theme, w int, sources []tracking.SourceStatus, c Clock, again, stop string) draw.Line {
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
		return Failing(t, w, text, next(x, c.Now, again))
	}
	for _, x := range sources {
		if waited := c.Now.Sub(x.Asked); !x.Asked.IsZero() && !x.Polling && waited >= patient {
			return For(t, "waiting for "+x.Name, waited, c.Ticks, stop).Fit(w)
		}
	}
	return draw.Blank(w)
}

// Nothing says why an appliance that failed has given nothing, and what to do about it; empty when none
// failed.
func Nothing(sources []tracking.SourceStatus) safetext.Text {
	for _, x := range sources {
		if x.Failure == nil {
			continue
		}
		text := "Nothing was read: " + x.Name + " " + tracking.Cause(x.Failure) + ". " + tracking.Advice(x.Failure)
		return safetext.Line(strings.TrimSpace(text))
	}
	return safetext.Text{}
}

// Failing is a line with what is wrong, and at its end what follows from it.
func Failing(t *theme.Theme, w int, text, rest string) draw.Line {
	left := draw.Join(draw.Blank(1), t.Mark(t.Bad, t.Marks.Failed), draw.Blank(1), t.Foreign(t.Bad, safetext.Line(text)))
	return draw.Spread(w, left, draw.Join(draw.Blank(1), t.Dim.Text(safetext.Line(rest)), draw.Blank(1)))
}

// For is what is waited for, and how long already.
func For(t *theme.Theme, what string, waited time.Duration, ticks int, stop string) draw.Line {
	spinner := t.Marks.Spinner[ticks%len(t.Marks.Spinner)]
	rest := "  " + say.Rough(waited).String()
	if stop != "" {
		rest += ", " + stop
	}
	return draw.Join(draw.Blank(1), t.Mark(t.Busy, spinner), draw.Blank(1), t.Foreign(t.Text, safetext.Line(what)), t.Dim.Text(safetext.Known(rest)))
}

// next says when an appliance that fails is asked again.
func next(x tracking.SourceStatus, now time.Time, again string) string {
	switch {
	case !x.Asked.IsZero():
		return "asking again, " + say.Rough(now.Sub(x.Asked)).String()
	case x.RetryAt.IsZero():
		return again + " retries"
	}
	return "again in " + say.Rough(x.RetryAt.Sub(now)).String()
}
