// Package say puts numbers and times into the words of the app. It gives safe text of the program's own.
package say

import (
	"fmt"
	"strconv"
	"time"

	"ctrace/internal/safetext"
)

// Elapsed writes a duration with about three significant digits: "4 ms", "0.21 s", "12.4 s", "3:05 min".
func Elapsed(d time.Duration) safetext.Text {
	var s string
	switch {
	case d <= 0:
		s = "0 ms"
	case d < time.Millisecond:
		s = "<1 ms"
	case d < 100*time.Millisecond:
		s = strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 10*time.Second:
		s = fmt.Sprintf("%.2f s", d.Seconds())
	case d < time.Minute:
		s = fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		s = fmt.Sprintf("%d:%02d min", d/time.Minute, d%time.Minute/time.Second)
	default:
		s = fmt.Sprintf("%d:%02d h", d/time.Hour, d%time.Hour/time.Minute)
	}
	return safetext.Known(s)
}

// Running writes how long something runs already, in tenths of a second: "3.9 s".
func Running(d time.Duration) safetext.Text {
	if d = max(0, d); d < 10*time.Second {
		return safetext.Known(fmt.Sprintf("%.1f s", d.Truncate(100*time.Millisecond).Seconds()))
	}
	return Elapsed(d.Truncate(100 * time.Millisecond))
}

// Rough writes a duration in whole seconds, rounded up, so that a countdown ends at "1 s":
// "8 s", "3:05 min".
func Rough(d time.Duration) safetext.Text {
	d = max(0, (d + time.Second - 1).Truncate(time.Second))
	if d < time.Minute {
		return safetext.Known(strconv.FormatInt(int64(d/time.Second), 10) + " s")
	}
	return Elapsed(d)
}

// Count writes a number with its noun: "1 module", "3 modules".
func Count(n int, noun string) safetext.Text {
	if n != 1 {
		noun += "s"
	}
	return safetext.Known(strconv.Itoa(n) + " " + noun)
}
