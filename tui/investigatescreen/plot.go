package investigatescreen

import (
	"strconv"
	"strings"
	"time"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// plot draws how often something was seen over time: bars of the given height, the most at the left of
// the first line, the time below. Moments without a time are left out; fewer than two make no plot.
func plot(t *theme.Theme, times []time.Time, weights []int, cells, height int, zone *time.Location) draw.Block {
	first, last := span(times)
	width := cells - 8
	if width < 16 || height < 1 || !last.After(first) {
		return nil
	}
	counts, most := buckets(times, weights, first, last, width)
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

// span is the first and the last of the moments.
func span(times []time.Time) (first, last time.Time) {
	for _, x := range times {
		if x.IsZero() {
			continue
		}
		if first.IsZero() || x.Before(first) {
			first = x
		}
		if x.After(last) {
			last = x
		}
	}
	return first, last
}

// buckets counts what falls into each of the columns.
func buckets(times []time.Time, weights []int, first, last time.Time, columns int) (counts []int, most int) {
	counts = make([]int, columns)
	whole := last.Unix() - first.Unix() + 1 // seconds: a duration overflows after 292 years
	for i, x := range times {
		if x.IsZero() {
			continue
		}
		at := min(int((x.Unix()-first.Unix())*int64(columns)/whole), columns-1)
		counts[at] += weights[i]
		most = max(most, counts[at])
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
