package esa

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// TimeRange is from Start up to, not including, End.
type TimeRange struct {
	Start, End time.Time
}

// dateLayouts are the forms of a point in time, most precise first. The first
// has its own zone, the others are in the caller's.
var dateLayouts = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
}

const dayLayout = "2006-01-02"

// ParseTimeRange reads a range as people write it:
//
//	90m 1h 3d 2w               back from now
//	today yesterday
//	2026-11-01                 that day
//	2026-11-01..2026-11-03     both days whole
//	2026-11-01T09:00..17:30    to a time of the same day
//	2d..1d 2026-11-01..        up to now when the end is missing
//
// Days are those of the zone loc.
func ParseTimeRange(s string, now time.Time, loc *time.Location) (TimeRange, error) {
	now = now.In(loc)
	from, to, isRange := strings.Cut(s, "..")
	start, err := parseMoment(from, now, now)
	if err != nil {
		return TimeRange{}, err
	}
	if !isRange {
		return TimeRange{start.begin, start.end}, nil
	}
	end := moment{end: now}
	if to != "" {
		if end, err = parseMoment(to, now, start.begin); err != nil {
			return TimeRange{}, err
		}
	}
	if end.last().Before(start.begin) {
		return TimeRange{}, errors.New("the range ends before it begins")
	}
	return TimeRange{start.begin, end.last()}, nil
}

// moment is a written time: a point, or a span such as a day. As the beginning of
// a range it stands for its begin, as the end for its last.
type moment struct {
	begin time.Time
	end   time.Time // of a span, or now for a time ago
	ago   bool
}

func (m moment) last() time.Time {
	if m.ago {
		return m.begin
	}
	return m.end
}

// parseMoment reads one time. day is the day that a bare time of day belongs to.
func parseMoment(s string, now, day time.Time) (moment, error) {
	loc := now.Location()
	midnight := func(t time.Time, days int) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, loc)
	}
	switch strings.ToLower(s) {
	case "":
		return moment{}, errors.New("a time is missing")
	case "now":
		return moment{begin: now, end: now}, nil
	case "today":
		return moment{begin: midnight(now, 0), end: now}, nil
	case "yesterday":
		return moment{begin: midnight(now, -1), end: midnight(now, 0)}, nil
	}
	if ago, ok := parseAgo(s); ok {
		return moment{begin: now.Add(-ago), end: now, ago: true}, nil
	}
	if t, err := time.ParseInLocation(dayLayout, s, loc); err == nil {
		return moment{begin: t, end: midnight(t, 1)}, nil
	}
	if t, err := time.ParseInLocation("15:04", s, loc); err == nil {
		t = time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 0, 0, loc)
		return moment{begin: t, end: t}, nil
	}
	for _, layout := range dateLayouts {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return moment{begin: t.In(loc), end: t.In(loc)}, nil
		}
	}
	return moment{}, fmt.Errorf("%q is no time; write 90m, 3d, 2026-11-01, 2026-11-01T09:00, today or yesterday", s)
}

// parseAgo reads a number with m, h, d or w; at most ten years.
func parseAgo(s string) (time.Duration, bool) {
	const day = 24 * time.Hour
	if len(s) < 2 {
		return 0, false
	}
	unit, ok := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': day, 'w': 7 * day}[s[len(s)-1]]
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 24)
	if !ok || err != nil || n == 0 || time.Duration(n) > 3653*day/unit {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// looksLikeTime reports whether a word alone would be taken for a time range.
func looksLikeTime(word string, now time.Time, loc *time.Location) bool {
	if _, ok := parseAgo(word); ok || word == "today" || word == "yesterday" {
		return true
	}
	if len(word) < len(dayLayout) {
		return false
	}
	_, err := time.Parse(dayLayout, word[:len(dayLayout)])
	if err != nil {
		_, to, ok := strings.Cut(word, "..")
		return ok && to != "" && looksLikeTime(to, now, loc)
	}
	_, err = ParseTimeRange(word, now, loc)
	return err == nil
}
