package tracking

import (
	"strings"
	"testing"
	"time"

	"ctrace/esa"
)

func TestNothingFound(t *testing.T) {
	for line, want := range map[string]string{
		"":                          "message tracking enabled",
		"since:2d":                  "message tracking enabled",
		"3d":                        "message tracking enabled",
		"invoice":                   "logs the Subject header",
		"subject~invoice from:a@b":  "logs the Subject header",
		"is:rejected":               "rejected connections",
		"from:a@b.example since:2d": "No message matches the search.",
		"is:virus":                  "No message matches the search.",
		"status:dropped":            "No message matches the search.",
	} {
		q, err := esa.ParseFilter(line, time.Now(), time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if got := NothingFound(q); !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q in it", line, got, want)
		}
	}
}
