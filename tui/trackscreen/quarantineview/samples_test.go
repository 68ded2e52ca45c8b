package quarantineview

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ctrace/esa"
	"ctrace/esa/esatest/published"
	"ctrace/internal/quarantine"
	"ctrace/tui/viewtest"
)

// TestPublishedAnswersAreHeldMessages shows every published list of a spam quarantine, and each message
// of it with every published message.
func TestPublishedAnswersAreHeldMessages(t *testing.T) {
	dir := published.Path(t, "samples", "esa")
	read := func(pattern string) [][]byte {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		var out [][]byte
		for _, f := range files {
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, body)
		}
		return out
	}
	messages := read("*spam_quarantine_message_get.json")
	for i, list := range read("*spam_quarantine_message_search.json") {
		n := 0
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			body := list
			if strings.HasSuffix(r.URL.Path, "details") {
				n++
				body = messages[n%len(messages)]
			}
			_, _ = w.Write(body)
		}))
		c, err := esa.New(esa.Config{BaseURL: server.URL, Auth: esa.AuthBasic, Username: "u", Passphrase: "p", HTTPClient: server.Client()})
		if err != nil {
			t.Fatal(err)
		}
		b := onAppliance(t, 78, 18, func(o *Options) {
			o.Sources = []quarantine.Source{{Name: "esa1", Keeper: c}}
			o.Zone = time.UTC
		})
		if b.table.Total() != 3 {
			t.Errorf("list %d shows %d messages:\n%s", i, b.table.Total(), viewtest.Text(b.View.View().String()))
		}
		for range b.table.Total() {
			r := b.table.Selected()
			b.drive(t, b.press("enter"), func() bool { return b.open.asked.IsZero() })
			got := strings.Join(strings.Fields(viewtest.Text(b.open.lines.String())), " ")
			for _, want := range []string{r.Subject, r.From[0], r.To[0], r.Recipients[0], r.Received.Format("2006-01-02 15:04"), r.Size, "Text"} {
				if !strings.Contains(got, strings.Join(strings.Fields(want), " ")) {
					t.Errorf("list %d: the message lacks %q:\n%s", i, want, viewtest.Text(b.open.lines.String()))
				}
			}
			viewtest.Shape(t, b.View.View().String(), 78, 18)
			b.press("esc", "j")
		}
		c.CloseIdleConnections()
		server.Close()
	}
}
