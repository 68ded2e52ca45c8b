package spelling

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"gateway", "tracker", "threat_response"}
	for given, want := range map[string]string{
		"tracker":       "tracker",
		"gatway":        "gateway", // one is missing
		"gatewayy":      "gateway", // one too many
		"gatewai":       "gateway", // another one
		"Trakcer":       "tracker", // two in the wrong order, and a capital
		"treat_respnse": "threat_response",
		"trad":          "", // three edits of four letters
		"nonsense":      "",
		"":              "",
	} {
		if got := Nearest(given, known); got != want {
			t.Errorf("nearest to %q: %q, want %q", given, got, want)
		}
	}
	if got := Nearest("word", nil); got != "" {
		t.Errorf("nearest of nothing: %q", got)
	}
}
