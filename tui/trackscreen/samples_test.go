package trackscreen

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ctrace/esa"
	"ctrace/esa/esatest/published"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

// TestPublishedAnswersAreMessagesThatOneCanRead shows every published search, and each message of it
// with every published kind of details.
func TestPublishedAnswersAreMessagesThatOneCanRead(t *testing.T) {
	dir := published.Path(t, "samples", "esa")
	read := func(pattern string) [][]byte {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		var out [][]byte
		for _, f := range files {
			if strings.Contains(f, "context") || strings.Contains(f, "quarantine") {
				continue // not the API's own form, or another API
			}
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, body)
		}
		return out
	}
	searches := append(read("*search*.json"), read("*messages_dropped*.json")...)
	details := append(read("*message_details*.json"), read("*details_12x*.json")...)
	parts := map[string][][]byte{
		"amp-details": read("*amp_details*.json"), "url-details": read("*url_details*.json"), "dlp-details": read("*dlp_details*.json"),
		"connection-details": read("*connection_details*.json"), "remediation-details": read("*remediation_details*.json"),
	}
	if len(searches) == 0 || len(details) == 0 {
		t.Fatal("there is no published search or no published details")
	}
	for i, search := range searches {
		n := 0
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, part, _ := strings.Cut(r.URL.Path, "message-tracking/")
			switch {
			case part == "messages":
				_, _ = w.Write(search)
			case part == "details":
				n++
				_, _ = w.Write(details[n%len(details)])
			case len(parts[part]) > 0:
				_, _ = w.Write(bytes.Clone(parts[part][n%len(parts[part])]))
			default:
				w.WriteHeader(http.StatusNotFound)
			}
		}))
		c, err := esa.New(esa.Config{BaseURL: server.URL, Auth: esa.AuthBasic, Username: "u", Passphrase: "p", HTTPClient: server.Client()})
		if err != nil {
			t.Fatal(err)
		}
		o := options()
		o.Sources = []tracking.Source{{Name: "esa1", Tracker: c}}
		s := newScreen(t, o, 78, 18)
		drive(t, s, intent.Shown{}, idle(s))
		if s.table.Total() == 0 {
			t.Errorf("search %d shows no message:\n%s", i, viewtest.Text(s.View()))
		}
		for range min(s.table.Total(), 8) {
			drive(t, s, viewtest.Key("enter"), told(s))
			viewtest.Shape(t, s.View(), 78, 18)
			viewtest.Safe(t, s.page.lines.String())
			for _, want := range needed(s.page.row) {
				if !strings.Contains(flat(lines(s)), want) {
					t.Errorf("search %d: the message lacks %q:\n%s", i, want, lines(s))
				}
			}
			if s.page.failure != nil || len(s.page.story.Missing) > 0 || len(s.page.life.Steps) == 0 {
				t.Errorf("search %d, %q: %v, missing %v, %d steps", i, s.page.row.Subject, s.page.failure, s.page.story.Missing, len(s.page.life.Steps))
			}
			press(s, "esc", "j")
		}
		c.CloseIdleConnections()
		server.Close()
	}
}

// needed is what a person has to find on the page of a message, whatever else it says.
func needed(r *row) []string {
	out := append([]string{r.Sender, r.TimeText}, r.Recipients...)
	for _, mid := range r.MIDs {
		out = append(out, strconv.FormatInt(mid, 10))
	}
	return out
}

// flat is a page with every white space as one blank.
func flat(page string) string { return strings.Join(strings.Fields(page), " ") }
