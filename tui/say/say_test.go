package say

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for _, tc := range []struct {
		d                       time.Duration
		elapsed, running, rough string
	}{
		{-time.Second, "0 ms", "0.0 s", "0 s"},
		{0, "0 ms", "0.0 s", "0 s"},
		{300 * time.Microsecond, "<1 ms", "0.0 s", "1 s"},
		{4 * time.Millisecond, "4 ms", "0.0 s", "1 s"},
		{210 * time.Millisecond, "0.21 s", "0.2 s", "1 s"},
		{3990 * time.Millisecond, "3.99 s", "3.9 s", "4 s"},
		{12400 * time.Millisecond, "12.4 s", "12.4 s", "13 s"},
		{185 * time.Second, "3:05 min", "3:05 min", "3:05 min"},
		{3*time.Hour + 5*time.Minute, "3:05 h", "3:05 h", "3:05 h"},
	} {
		if e, r, f := Elapsed(tc.d).String(), Running(tc.d).String(), Rough(tc.d).String(); e != tc.elapsed || r != tc.running || f != tc.rough {
			t.Errorf("%v: %q %q %q, want %q %q %q", tc.d, e, r, f, tc.elapsed, tc.running, tc.rough)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 modules", 1: "1 module", 2: "2 modules"} {
		if got := Count(n, "module").String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
