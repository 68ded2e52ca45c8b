package esa

import (
	"strings"
	"time"
)

// timestamp is a time as the appliance wrote it.
type timestamp struct {
	Time time.Time // in the zone of the text; zero when the text cannot be read
	Text string    // as it came
}

// stampLayouts are the forms on record: an SMA writes (GMT), an ESA (GMT +00:00),
// quarantines leave the seconds out, and connectors rewrite all of it to RFC 3339.
// Go must not be asked for (MST): it invents zones for names that it does not know.
var stampLayouts = []string{
	"2 Jan 2006 15:04:05 (GMT)",
	"2 Jan 2006 15:04:05 (GMT -07:00)",
	"2 Jan 2006 15:04 (GMT)",
	"2 Jan 2006 15:04 (GMT -07:00)",
	"2 Jan 2006 15:04:05 (GMT -0700)",
	"2 Jan 2006 15:04:05 (GMT-07:00)",
	time.RFC3339,
}

func parseTimestamp(s string) timestamp {
	trimmed := strings.TrimSpace(s)
	for _, layout := range stampLayouts {
		t, err := time.Parse(layout, trimmed)
		if err != nil {
			continue
		}
		if _, offset := t.Zone(); offset == 0 {
			t = t.UTC()
		}
		return timestamp{Time: t, Text: s}
	}
	return timestamp{Text: s}
}

// stamp writes a time as the API wants it. AsyncOS accepts only zero seconds and
// milliseconds, so the time must have been brought to a whole minute.
func stamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func floorMinute(t time.Time) time.Time { return t.UTC().Truncate(time.Minute) }

func ceilMinute(t time.Time) time.Time {
	down := floorMinute(t)
	if down.Equal(t) {
		return down
	}
	return down.Add(time.Minute)
}
