package tracking

import (
	"slices"
	"strings"
	"time"

	"ctrace/esa"
)

// StatusWords says what became of a message in the appliance's words, or in ours when it said nothing.
func StatusWords(m *esa.Message) string {
	switch {
	case m.StatusText != "":
		return m.StatusText
	case m.Rejected != "" || len(m.MIDs) == 0:
		return "Rejected"
	}
	return "not said"
}

// Status is StatusWords as of the details, when their words are not among those of the row: the row was
// read before them.
func (s Story) Status() string {
	d := s.Details
	if d == nil || d.StatusText == "" || strings.EqualFold(s.Row.StatusText, d.StatusText) ||
		slices.ContainsFunc(s.Row.Statuses, func(x esa.MIDValue[string]) bool { return strings.EqualFold(x.Value, d.StatusText) }) {
		return StatusWords(&s.Row)
	}
	return d.StatusText
}

// StatusOfMID says what became of one of a message's MIDs. moved tells that the appliance has nothing to
// say of it, because the message went on under another one.
func StatusOfMID(m *esa.Message, mid int64) (words string, moved bool) {
	words, known := m.Statuses.Get(mid)
	switch {
	case known:
		return words, false
	case len(m.Statuses) == 0: // one status for all of them, as of AsyncOS 12
		return StatusWords(m), false
	}
	return "went on under another MID", true
}

// nearby is within which a day and a month tell which day is meant.
const nearby = 300 * 24 * time.Hour

// ListTime writes a time in at most 16 cells: with seconds, or with the year when the day alone may be
// of another one. text is what the appliance sent, for a time that could not be read.
func ListTime(at time.Time, text string, now time.Time) string {
	switch {
	case at.IsZero():
		return text
	case now.Sub(at).Abs() > nearby:
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("01-02 15:04:05")
}
