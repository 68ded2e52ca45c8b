package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/verify"
)

// elements are all that a report may consist of.
var elements = strings.Fields(`html head meta title style body header p h1 bdi dl dt dd strong ul li b section h2 small table thead tbody tr
	th td span br figure svg line text rect g path polygon footer`)

// attributes are all that a report's elements may have, with what their values look like: nothing that
// strangers wrote fits.
var attributes = map[string]*regexp.Regexp{
	"lang": regexp.MustCompile(`^en$`), "charset": regexp.MustCompile(`^utf-8$`), "name": regexp.MustCompile(`^(referrer|viewport)$`),
	"content":    regexp.MustCompile(`^(no-referrer|width=device-width, initial-scale=1|default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; base-uri 'none'; form-action 'none')$`),
	"http-equiv": regexp.MustCompile(`^Content-Security-Policy$`), "class": regexp.MustCompile(`^[a-z ]*$`),
	"viewBox": regexp.MustCompile(`^0 0 \d+ \d+$`), "role": regexp.MustCompile(`^img$`), "aria-label": regexp.MustCompile(`^[A-Z][a-z, ]+$`),
	"text-anchor": regexp.MustCompile(`^middle$`), "d": regexp.MustCompile(`^M[0-9. -]+C[0-9. -]+$`), "points": regexp.MustCompile(`^[0-9., -]+$`),
}

var coordinate = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// checkHarmless walks a page: nothing in it can run, load, link or submit.
func checkHarmless(t *testing.T, page []byte) *html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("a comment: %q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(elements, n.Data) {
			t.Errorf("the page has an element %q", n.Data)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "x", "y", "x1", "y1", "x2", "y2", "width", "height", "rx":
				if !coordinate.MatchString(a.Val) {
					t.Errorf("%s %s=%q is no number", n.Data, a.Key, a.Val)
				}
			default:
				if form := attributes[a.Key]; form == nil || !form.MatchString(a.Val) {
					t.Errorf("%s has an attribute %s=%q", n.Data, a.Key, a.Val)
				}
			}
		}
	}
	if bytes.ContainsFunc(page, func(r rune) bool { return r != '\n' && hidden(r) }) {
		t.Error("the page holds hidden characters")
	}
	return root
}

// textOf is the text of the first element with a name.
func textOf(root *html.Node, name string) string {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			var b strings.Builder
			for c := range n.Descendants() {
				if c.Type == html.TextNode {
					b.WriteString(c.Data)
				}
			}
			return b.String()
		}
	}
	return ""
}

func TestHTMLIsHarmless(t *testing.T) {
	var buf bytes.Buffer
	a := about()
	a.Failure = errors.New(hostile)
	a.Finders = Finders{of("ip", "198.51.100.25"): FoundThere}
	if err := Write(&buf, HTML, investigation(t), a); err != nil {
		t.Fatal(err)
	}
	root := checkHarmless(t, buf.Bytes())
	if got, want := textOf(root, "title"), prose(a.Title); got != want {
		t.Errorf("the title is %q, want %q", got, want)
	}
	sum := sha256.Sum256([]byte(textOf(root, "style")))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy(), want) {
		t.Errorf("the policy %s does not let the style in: %s", policy(), want)
	}
	text := textOf(root, "body")
	for _, want := range []string{
		"Malicious", "invoice-portal[.]example", "Hosts a credential phishing kit", "found only by Threat Response", "anna[@]lab[.]example",
		"Sightings over time", "Relations", `\u{202e}txt.exe`, "␛]0;owned␇", "Not complete.", "Not asked about", "rate limited",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	for _, never := range []string{"http://evil.com", "https://invoice-portal.example"} {
		if strings.Contains(buf.String(), never) {
			t.Errorf("the page holds %s as it is", never)
		}
	}
}

func TestHTMLOfAVerification(t *testing.T) {
	r := verify.Result{
		Verdict: verify.Tracked, Token: "20261123T150000Z-9f3c2a1b04de", Profile: "demo", Subject: hostile, MessageID: "<a@b.example>", MIDs: []int64{4711},
		Status: hostile, Problems: []verify.Problem{{Code: "no_sighting", Cause: "No module has a sighting.", Detail: hostile, Advice: "Wait."}},
		Observables: []observable.Observable{of("email_subject", hostile)}, StartedAt: now, EndedAt: now.Add(time.Minute),
		Evidence: &verify.Evidence{Module: hostile, Matched: of("cisco_mid", "4711"), Sighting: ctim.Sighting{Entity: ctim.Entity{Title: hostile}}},
		Stages:   map[verify.Stage]float64{verify.StageSend: 1.5},
	}
	for _, format := range Formats() {
		var buf bytes.Buffer
		if err := WriteVerification(&buf, format, r, About{Program: "ctrace test", Written: now}); err != nil {
			t.Fatal(err)
		}
		switch format {
		case HTML:
			root := checkHarmless(t, buf.Bytes())
			if text := textOf(root, "body"); !strings.Contains(text, "TRACKED") || !strings.Contains(text, "4711") || !strings.Contains(text, "1.5 s") {
				t.Errorf("the page lacks facts: %s", text)
			}
		case JSON:
			if !strings.HasPrefix(buf.String(), `{"schema":"ctrace/verify/1","verdict":"tracked"`) {
				t.Errorf("JSON: %.80s", buf.String())
			}
		case Markdown, CSV:
			if !strings.Contains(buf.String(), "tracked") || strings.ContainsAny(buf.String(), "\x1b\u202e") {
				t.Errorf("%s: %q", format, buf.String())
			}
		}
	}
}

// TestInBrowser opens a report in a real browser: no script runs and nothing is fetched. With
// CTRACE_SCREENSHOTS set, pictures are kept there.
func TestInBrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	asked := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer server.Close()
	a := about()
	a.Title += `"><img src="` + server.URL + `/img"><link rel=stylesheet href="` + server.URL + `/css"><script src="` + server.URL + `/js"></script>`
	a.Query += `<svg onload="fetch('` + server.URL + `/svg')"><style>@import "` + server.URL + `/import";</style>`
	var buf bytes.Buffer
	if err := Write(&buf, HTML, investigation(t), a); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	page := filepath.Join(dir, "report.html")
	if err := os.WriteFile(page, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	chromium := func(args ...string) []byte {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + filepath.Join(dir, "profile")}, args...)
		out, err := exec.CommandContext(ctx, browser, append(args, "file://"+page)...).Output()
		if err != nil {
			t.Skipf("chromium does not run here: %v", err)
		}
		return out
	}
	root, err := html.Parse(bytes.NewReader(chromium("--dump-dom")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := textOf(root, "title"), strings.Join(strings.Fields(prose(a.Title)), " "); strings.Join(strings.Fields(got), " ") != want {
		t.Errorf("the title became %q, want %q", got, want)
	}
	if !strings.Contains(textOf(root, "body"), "invoice-portal[.]example") {
		t.Error("the browser does not show the report")
	}
	picture := filepath.Join(dir, "report.png")
	if keep := os.Getenv("CTRACE_SCREENSHOTS"); keep != "" {
		picture = filepath.Join(keep, "report.png")
	}
	chromium("--window-size=1280,2000", "--screenshot="+picture)
	if info, err := os.Stat(picture); err != nil || info.Size() < 10_000 {
		t.Errorf("no picture: %v", err)
	}
	select {
	case path := <-asked:
		t.Errorf("the browser fetched %s", path)
	default:
	}
}
