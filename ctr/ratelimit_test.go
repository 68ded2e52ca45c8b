package ctr

import (
	"net/http"
	"testing"
	"time"
)

// TestWhatTheCloudSaysIsLeft: others of the organisation use the same budget, and one header, which not
// every cloud sends, tells what they left. It holds until an hour is over.
func TestWhatTheCloudSaysIsLeft(t *testing.T) {
	clock := newClock()
	cloud := newCloud(t)
	remaining := "7"
	cloud.mux.HandleFunc("GET /iroh/profile/whoami", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Ratelimit-Org-Limit", "100")
		if remaining != "" {
			w.Header().Set("X-Ratelimit-Org-Remaining", remaining)
		}
		answerJSON(w, 200, `{}`)
	})
	client := cloud.client(t, func(c *Config) { c.Now = clock.now })
	for _, step := range []struct {
		header string
		later  time.Duration
		want   int
	}{
		{"7", 0, 7}, {"", 0, 6}, {"nonsense", 0, 5}, {"90", 0, 90}, {"", time.Hour, 99},
	} {
		remaining = step.header
		clock.move(step.later)
		if _, err := client.WhoAmI(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b := client.Budget(); b.Limit != 100 || b.Remaining != step.want {
			t.Errorf("after the header %q: %d of %d left, want %d", step.header, b.Remaining, b.Limit, step.want)
		}
	}
}
