package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"ctrace/ctr"
	"ctrace/internal/safetext"
)

// The drawing of a timeline, in units of its view box.
const (
	timelineWidth = 1040
	timelineLeft  = 210 // the names of the lanes stand before it
	timelineBins  = 104
	laneHeight    = 46
	lanesShown    = 12
)

// timeline is the sightings over time: a lane a module, a bar a stretch of time.
type timeline struct {
	Width, Height, Left int
	Bottom, TickY       int
	Span                string
	Ticks               []tick
	Lanes               []lane
	Omitted             int
}

type tick struct {
	X    string
	Text string
}

type lane struct {
	Name, Count         string
	TextY, CountY, Base int
	Bars                []bar
}

type bar struct {
	X, Y, W, H string
	Text       string
}

// OmittedWords says how many sightings are not drawn, "" when all are.
func (t *timeline) OmittedWords() string {
	if t.Omitted == 0 {
		return ""
	}
	return plural(t.Omitted, "sighting")
}

// laneBins are the sightings of a module, counted in bins.
type laneBins struct {
	name  string
	total int
	bins  [timelineBins]int
}

// newTimeline draws sightings; nil when none has a time.
func newTimeline(list []*ctr.Seen) *timeline {
	var first, last time.Time
	for _, s := range list {
		if at, ok := drawable(s); ok {
			if first.IsZero() || at.Before(first) {
				first = at
			}
			if at.After(last) {
				last = at
			}
		}
	}
	if first.IsZero() {
		return nil
	}
	pad := max(last.Sub(first)/50, 5*time.Minute)
	from, to := first.Add(-pad), last.Add(pad)
	lanes, omitted := countBins(list, from, to)
	t := &timeline{
		Width: timelineWidth, Left: timelineLeft, Bottom: len(lanes) * laneHeight, Omitted: omitted,
		Span: period(first, last) + " UTC",
	}
	t.TickY, t.Height = t.Bottom+16, t.Bottom+24
	t.Ticks = ticks(from, to)
	for i, l := range lanes {
		t.Lanes = append(t.Lanes, drawLane(l, i, from, to))
	}
	return t
}

// drawable gives the time of a sighting, unless it is none that a chart can hold.
func drawable(s *ctr.Seen) (time.Time, bool) {
	at := s.Sighting.ObservedTime.Start
	return at.Time, !at.Time.IsZero() && at.Year() >= 1990 && at.Year() < 2200
}

// countBins counts the sightings of each module, the one with the most first.
func countBins(list []*ctr.Seen, from, to time.Time) (lanes []*laneBins, omitted int) {
	byModule := make(map[ctr.ModuleRef]*laneBins)
	width := to.Sub(from)
	for _, s := range list {
		at, ok := drawable(s)
		if !ok {
			omitted++
			continue
		}
		l := byModule[s.Module]
		if l == nil {
			l = &laneBins{name: s.Module.Name}
			byModule[s.Module] = l
			lanes = append(lanes, l)
		}
		n := occurrences(s)
		l.total += n
		l.bins[min(timelineBins-1, int(float64(at.Sub(from))/float64(width)*timelineBins))] += n
	}
	slices.SortStableFunc(lanes, func(a, b *laneBins) int { return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(a.name, b.name)) })
	for _, l := range lanes[min(len(lanes), lanesShown):] {
		omitted += l.total
	}
	return lanes[:min(len(lanes), lanesShown)], omitted
}

func drawLane(l *laneBins, i int, from, to time.Time) lane {
	base := i*laneHeight + laneHeight - 6
	out := lane{
		Name: safetext.Line(l.name).Truncate(32).String(), Count: plural(l.total, "sighting"),
		TextY: base - 18, CountY: base - 4, Base: base,
	}
	most := slices.Max(l.bins[:])
	step := float64(timelineWidth-timelineLeft) / timelineBins
	each := to.Sub(from) / timelineBins
	for b, n := range l.bins {
		if n == 0 {
			continue
		}
		height := math.Max(3, math.Sqrt(float64(n)/float64(most))*(laneHeight-14))
		start := from.Add(time.Duration(b) * each)
		out.Bars = append(out.Bars, bar{
			X: number(timelineLeft + float64(b)*step), W: number(step - 1), Y: number(float64(base) - height), H: number(height),
			Text: fmt.Sprintf("%s: %s to %s", plural(n, "sighting"), moment(start), moment(start.Add(each))),
		})
	}
	return out
}

// ticks marks round times, at most nine.
func ticks(from, to time.Time) []tick {
	const day = 24 * time.Hour
	steps := []time.Duration{
		time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day,
		14 * day, 30 * day, 90 * day, 365 * day, 5 * 365 * day, 20 * 365 * day,
	}
	step := steps[len(steps)-1]
	for _, s := range steps {
		if to.Sub(from)/s <= 8 {
			step = s
			break
		}
	}
	layout := "15:04"
	switch {
	case step >= day:
		layout = "2006-01-02"
	case from.UTC().YearDay() != to.UTC().YearDay():
		layout = "Jan 2 15:04"
	}
	var list []tick
	for at := from.Truncate(step).Add(step); at.Before(to); at = at.Add(step) {
		x := timelineLeft + float64(at.Sub(from))/float64(to.Sub(from))*(timelineWidth-timelineLeft)
		if x > timelineWidth-30 || x < timelineLeft+20 {
			continue // its text would be cut
		}
		list = append(list, tick{number(x), at.UTC().Format(layout)})
	}
	return list
}

// number writes a coordinate.
func number(x float64) string { return fmt.Sprintf("%.1f", x) }
