package spelling

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"gateway", "tracker", "threat_response"}
	for _, tt := range []struct {
		given, want string
		edits       int
	}{
		{"tracker", "tracker", 0},
		{"gatway", "gateway", 1},   // one is missing
		{"gatewayy", "gateway", 1}, // one too many
		{"gatewai", "gateway", 1},  // another one
		{"Trakcer", "tracker", 2},  // two in the wrong order, and a capital
		{"", "gateway", 7},         // the first of two at the same distance
	} {
		if got, edits := Nearest(tt.given, known); got != tt.want || edits != tt.edits {
			t.Errorf("nearest to %q: %q by %d edits, want %q by %d", tt.given, got, edits, tt.want, tt.edits)
		}
	}
	if got, _ := Nearest("word", nil); got != "" {
		t.Errorf("nearest of nothing: %q", got)
	}
}
