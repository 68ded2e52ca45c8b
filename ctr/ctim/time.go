package ctim

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// foreverYear is the year from which a time means "no end": CTIM writes forever as
// 2525-01-01T00:00:00.000Z.
const foreverYear = 2500

// Time is a CTIM instant, in UTC, with the text that it was read from. A text that is not
// understood leaves the instant zero and is kept.
type Time struct {
	time.Time

	// Text is what the answer said; it is written back unchanged.
	Text string
}

// NewTime gives the CTIM form of t: UTC with milliseconds.
func NewTime(t time.Time) Time {
	t = t.UTC()
	return Time{Time: t, Text: t.Format("2006-01-02T15:04:05.000Z07:00")}
}

// timeLayouts are the shapes of ISO 8601 that modules write; without a zone UTC is meant.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04Z07:00",
	"2006-01-02",
}

// ParseTime reads an ISO 8601 instant leniently. The error names the text.
func ParseTime(text string) (Time, error) {
	trimmed := strings.TrimSpace(text)
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, trimmed); err == nil {
			return Time{Time: t.UTC(), Text: text}, nil
		}
	}
	return Time{Text: text}, fmt.Errorf("ctim: %q is not an ISO 8601 time", text)
}

// Forever tells whether the time stands for "no end". Durations up to such a time overflow
// time.Duration, so ask this before subtracting.
func (t Time) Forever() bool { return t.Year() >= foreverYear }

// IsZero tells whether nothing at all was said.
func (t Time) IsZero() bool { return t.Text == "" && t.Time.IsZero() }

// UnmarshalJSON reads the JSON string of an instant; a text that is no time is kept in Text.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("ctim: time: %w", err)
	}
	*t, _ = ParseTime(text)
	return nil
}

// MarshalJSON writes the text that was read, or the instant with milliseconds.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.Text == "" && !t.Time.IsZero() {
		t = NewTime(t.Time)
	}
	return marshal(t.Text)
}

// String is the instant as the model writes it, "forever", or "" when there is none.
func (t Time) String() string {
	switch {
	case t.Time.IsZero():
		return t.Text
	case t.Forever():
		return "forever"
	}
	return t.UTC().Format(time.RFC3339)
}

// ObservedTime is when something was seen: an instant, or a period when End is set.
type ObservedTime struct {
	Start Time  `json:"start_time"`
	End   Time  `json:"end_time"`
	Extra Extra `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (o *ObservedTime) UnmarshalJSON(data []byte) (err error) {
	var fresh ObservedTime
	fresh.Extra, err = decodeObject(data, &fresh)
	*o = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (o ObservedTime) MarshalJSON() ([]byte, error) { return encodeObject(o, o.Extra) }

// IsZero tells whether nothing was said.
func (o ObservedTime) IsZero() bool { return o.Start.IsZero() && o.End.IsZero() && o.Extra == nil }

// ValidTime is how long a statement holds. Talos verdicts start at the time of the query, so
// Start is no date of detection.
type ValidTime struct {
	Start Time  `json:"start_time"`
	End   Time  `json:"end_time"`
	Extra Extra `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (v *ValidTime) UnmarshalJSON(data []byte) (err error) {
	var fresh ValidTime
	fresh.Extra, err = decodeObject(data, &fresh)
	*v = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (v ValidTime) MarshalJSON() ([]byte, error) { return encodeObject(v, v.Extra) }

// IsZero tells whether nothing was said.
func (v ValidTime) IsZero() bool { return v.Start.IsZero() && v.End.IsZero() && v.Extra == nil }

// Forever tells whether the statement has no end: none is given, or one in the year 2500 or
// later.
func (v ValidTime) Forever() bool { return v.End.Time.IsZero() || v.End.Forever() }

// Expired tells whether the statement had ended at now.
func (v ValidTime) Expired(now time.Time) bool { return !v.Forever() && !now.Before(v.End.Time) }
