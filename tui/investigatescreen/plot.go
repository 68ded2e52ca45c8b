package investigatescreen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// timeline is how often something was seen when, by moments in order. Moments without a time are only in
// the sum.
type timeline struct {
	moments []int64 // in seconds
	sums    []int   // of the counts up to and with each moment
	all     int
}

// timelineOf makes the timeline of sightings, which are in the order of their times.
func timelineOf(list []*ctr.Seen) timeline {
	t := timeline{moments: make([]int64, 0, len(list)), sums: make([]int, 0, len(list))}
	sum := 0
	for _, x := range list {
		n := max(x.Sighting.Count, 1)
		t.all += n
		if at := x.Sighting.ObservedTime.Start; !at.IsZero() {
			sum += n
			t.moments, t.sums = append(t.moments, at.Unix()), append(t.sums, sum)
		}
	}
	return t
}

func (t timeline) total() int { return t.all }

func (t timeline) first() time.Time { return t.moment(0) }
func (t timeline) last() time.Time  { return t.moment(len(t.moments) - 1) }

func (t timeline) moment(i int) time.Time {
	if i < 0 || i >= len(t.moments) {
		return time.Time{}
	}
	return time.Unix(t.moments[i], 0)
}

// before counts what was seen before a moment.
func (t timeline) before(seconds int64) int {
	at, _ := slices.BinarySearch(t.moments, seconds)
	if at == 0 {
		return 0
	}
	return t.sums[at-1]
}

// plot draws how often something was seen over time: bars of the given height, the most at the left of
// the first line, the time below. Fewer than two moments make no plot.
func plot(t *theme.Theme, line timeline, cells, height int, zone *time.Location) draw.Block {
	first, last := line.first(), line.last()
	width := cells - 8
	if width < 16 || height < 1 || !last.After(first) {
		return nil
	}
	counts, most := line.buckets(width)
	height = min(height, most) // a single one is no tower
	b := make(draw.Block, 0, height+2)
	for row := height - 1; row >= 0; row-- {
		label := draw.Blank(6)
		if row == height-1 {
			label = t.Dim.Text(safetext.Known(strconv.Itoa(most)).PadLeft(6))
		}
		b = append(b, draw.Join(label, draw.Blank(1), t.Accent.Text(safetext.Known(bars(counts, most, row, height, t.Marks.Levels)))).Fit(cells))
	}
	layout := "15:04"
	if last.Sub(first) > 22*time.Hour {
		layout = "Jan 02 15:04"
	}
	if last.Sub(first) > 60*24*time.Hour {
		layout = "2006-01-02"
	}
	left, right := t.Dim.Text(safetext.Known(first.In(zone).Format(layout))), t.Dim.Text(safetext.Known(last.In(zone).Format(layout)))
	axis := draw.Join(draw.Blank(7), draw.Spread(width, left, right))
	return append(b, axis.Fit(cells), draw.Blank(cells))
}

// buckets counts what falls into each of the columns.
func (t timeline) buckets(columns int) (counts []int, most int) {
	counts = make([]int, columns)
	first := t.moments[0]
	whole := t.moments[len(t.moments)-1] - first + 1 // seconds: a duration overflows after 292 years
	n, before := int64(columns), 0
	for i := range counts {
		end := first + (int64(i+1)*whole+n-1)/n // the first second of the next column
		upTo := t.before(end)
		counts[i], before = upTo-before, upTo
		most = max(most, counts[i])
	}
	return counts, most
}

// bars draws one row of the bars, row 0 at the bottom. What was seen at all has at least the lowest bar.
func bars(counts []int, most, row, height int, levels []string) string {
	var b strings.Builder
	steps := len(levels)
	for _, n := range counts {
		full := 0
		if n > 0 && most > 0 {
			full = max(1, n*steps*height/most)
		}
		switch part := full - row*steps; {
		case part <= 0:
			b.WriteByte(' ')
		case part >= steps:
			b.WriteString(levels[steps-1])
		default:
			b.WriteString(levels[part-1])
		}
	}
	return b.String()
}
