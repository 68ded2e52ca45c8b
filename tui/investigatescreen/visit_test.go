package investigatescreen

import (
	"testing"

	"ctrace/ctr"
)

// TestWayBackIsBounded: places of one look-up count once, and the newest place is kept at any size.
func TestWayBackIsBounded(t *testing.T) {
	look := func(findings int) place {
		return place{visit: &visit{inv: &ctr.Investigation{Findings: make([]*ctr.Finding, findings)}}}
	}
	large, small, huge := look(60), look(10), look(1000)
	for _, c := range []struct {
		name string
		back []place
		want int
	}{
		{"nothing", nil, 0},
		{"few", []place{large, small}, 0},
		{"one look-up many times", []place{large, large, large, small, large}, 0},
		{"too many places", []place{small, small, small, small, small, small, small}, 2},
		{"too much in all", []place{small, look(60), small, large}, 2},
		{"the newest alone is too much", []place{small, large, huge}, 2},
	} {
		if got := forgotten(c.back, 5, 100); got != c.want {
			t.Errorf("%s: %d forgotten, want %d", c.name, got, c.want)
		}
	}
}
