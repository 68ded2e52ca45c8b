package setup

import (
	"testing"
	"time"

	"ctrace/esa"
)

// Version 9 is older than 13, although it sorts after it as text.
func TestVersionGate(t *testing.T) {
	for _, c := range []struct {
		version string
		sma, ok bool
	}{
		{"9.8.1", false, false},
		{"12.5.0-670", false, false},
		{"12.5.0-670", true, true},
		{"12.1.0", true, false},
		{"13.0.0-392", false, true},
		{"15.5.1", false, true},
	} {
		v, _ := esa.ParseVersion(c.version)
		if got := v.AtLeast(minimumVersion(c.sma)); got != c.ok {
			t.Errorf("%s (SMA %v): ok = %v, want %v", c.version, c.sma, got, c.ok)
		}
	}
}

func TestLosesCloudConnections(t *testing.T) {
	for text, want := range map[string]bool{
		"11.1.2": true, "12.0.0": true, "12.1.0": true, "12.5.0": true, "12.5.1": false, "12.5.3": false,
		"13.0.0-392": true, "13.0.3": true, "13.0.4": false, "13.5.0": false, "13.5.1": true, "13.5.2": true, "13.5.3": false,
		"14.0.0": false, "15.5.1": false,
	} {
		v, _ := esa.ParseVersion(text)
		if got := losesCloudConnections(v); got != want {
			t.Errorf("%s: affected = %v, want %v", text, got, want)
		}
	}
}

func TestTokenDoubts(t *testing.T) {
	good := "0123456789abcdef0123456789abcdef"
	if got := TokenDoubts("  " + good + "\n"); len(got) != 0 {
		t.Errorf("a token with blanks around it is doubted: %v", got)
	}
	for _, bad := range []string{"", good[:16] + " " + good[16:], `"` + good + `"`, "https://admin.sse.itd.cisco.com/", good[:10]} {
		if len(TokenDoubts(bad)) == 0 {
			t.Errorf("%q is not doubted", bad)
		}
	}
}

func TestTokenTimer(t *testing.T) {
	issued := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	timer := TokenTimer{IssuedAt: issued, Life: 2 * time.Hour}
	if left := timer.Left(issued.Add(90 * time.Minute)); left != 30*time.Minute {
		t.Errorf("Left = %v, want 30m", left)
	}
	if left := timer.Left(issued.Add(3 * time.Hour)); left > 0 {
		t.Errorf("Left = %v after it ran out", left)
	}
}

func TestSkewWithinTheMarginIsNone(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := Clock{Says: now.Add(900 * time.Millisecond), Asked: now, Margin: time.Second}
	if c.Skew() != 0 {
		t.Errorf("Skew = %v, want 0", c.Skew())
	}
	c.Says = now.Add(-6 * time.Minute)
	if c.Skew() != -6*time.Minute {
		t.Errorf("Skew = %v, want -6m", c.Skew())
	}
}
