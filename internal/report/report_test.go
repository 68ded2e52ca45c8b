package report

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
)

// hostile is text that must act nowhere: markup, scripts, formulas, escapes, bidirectional controls.
const hostile = "=cmd|' /C calc'!A0 </script><script>document.title='owned'</script><img src=x onerror=alert(1)> " +
	"\x1b]0;owned\x07 \u202etxt.exe [x](javascript:alert(1)) `code` | cell \" ' & http://evil.com/a"

// now is the clock of the tests.
var now = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

func of(t observable.Type, value string) observable.Observable {
	return observable.Observable{Type: t, Value: value}
}

// mailbox is a module that has seen mails with whatever it is asked about.
func mailbox(_ context.Context, obs []observable.Observable) ctrtest.Answer {
	var docs []ctrtest.Doc
	for i, o := range obs {
		for j := range 3 {
			docs = append(docs, ctrtest.Doc{
				"id": "transient:sighting-" + string(rune('a'+i)) + string(rune('0'+j)), "type": "sighting", "schema_version": "1.3.30", "count": j + 1,
				"confidence": "High", "title": "Mail: " + hostile, "resolution": "allowed", "unheard_of": hostile,
				"observed_time": ctrtest.Doc{"start_time": now.Add(-time.Duration(i*7+j*31) * time.Hour).Format(time.RFC3339)},
				"observables":   []ctrtest.Doc{{"type": string(o.Type), "value": o.Value}},
				"targets": []ctrtest.Doc{{
					"type": "email", "observables": []ctrtest.Doc{{"type": "email", "value": "anna@lab.example"}},
					"observed_time": ctrtest.Doc{"start_time": now.Format(time.RFC3339)},
				}},
				"relations": []ctrtest.Doc{
					{"origin": "lab", "relation": "Sent_To", "source": ctrtest.Doc{"type": string(o.Type), "value": o.Value}, "related": ctrtest.Doc{"type": "email", "value": "anna@lab.example"}},
					{"origin": hostile, "relation": hostile, "source": ctrtest.Doc{"type": "email_subject", "value": hostile}, "related": ctrtest.Doc{"type": string(o.Type), "value": o.Value}},
				},
			})
		}
	}
	return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"sightings": docs}}
}

type observing func(context.Context, []observable.Observable) ctrtest.Answer

// Observe implements ctrtest.Backend.
func (o observing) Observe(ctx context.Context, obs []observable.Observable) ctrtest.Answer {
	return o(ctx, obs)
}

// investigation asks a cloud whose modules say hostile things.
func investigation(t *testing.T) *ctr.Investigation {
	t.Helper()
	known := append(ctrtest.KnownValues(), ctrtest.Known{
		Observable: of("email_subject", hostile), Disposition: ctrtest.Suspicious, Reason: hostile, Indicator: hostile, Kind: hostile,
	})
	cloud, err := ctrtest.Start(ctrtest.Config{Modules: []ctrtest.Module{
		ctrtest.Intelligence(known, func() time.Time { return now }), ctrtest.Broken(), ctrtest.RateLimited(2),
		{Name: "Mail " + hostile, Type: ctrtest.ModuleType{Title: "Mail", Capabilities: []string{"observe"}}, Backend: observing(mailbox)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cloud.Roots()}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := ctr.New(ctr.Config{
		IROHURL: cloud.IROHURL(), IntelURL: cloud.IntelURL(), ClientID: cloud.ClientID(), ClientSecret: cloud.ClientSecret(),
		HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	inv, err := client.Investigate(t.Context(), ctr.InvestigateRequest{Observables: []observable.Observable{
		of("domain", "invoice-portal.example"), of("ip", "198.51.100.25"), of("email_subject", hostile), of("nonsense", "value"),
		of("url", "https://invoice-portal.example/pay/"),
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func about() About {
	return About{Title: "Case " + hostile, Profile: "demo", Service: "visibility.example", Written: now, Query: hostile, Program: "ctrace test"}
}

func TestJSONIsComplete(t *testing.T) {
	inv := investigation(t)
	var buf bytes.Buffer
	if err := Write(&buf, JSON, inv, about()); err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(buf.Bytes(), "\x1b\u202e") {
		t.Error("hidden characters are not escaped")
	}
	var got struct {
		Schema      string
		Observables []struct {
			Type, Value, Disposition string
		}
		Sightings []struct {
			Sighting map[string]json.RawMessage
			About    []observable.Observable
		}
		Relations []struct{ Relation string }
		Modules   []struct{ Name string }
		Skipped   []struct{ Value, Reason string }
		Raw       []struct{ Answer json.RawMessage }
	}
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "ctrace/investigate/1" {
		t.Errorf("schema %q", got.Schema)
	}
	if len(got.Observables) == 0 || got.Observables[0].Disposition != "malicious" {
		t.Errorf("the worst is not the first: %+v", got.Observables)
	}
	if len(got.Sightings) != len(inv.Sightings) || len(got.Sightings) == 0 {
		t.Fatalf("%d sightings, want %d", len(got.Sightings), len(inv.Sightings))
	}
	kept := 0
	for _, s := range got.Sightings {
		var unknown string
		if json.Unmarshal(s.Sighting["unheard_of"], &unknown) == nil && unknown == hostile {
			kept++
		}
	}
	if kept != 12 {
		t.Errorf("%d sightings have their unknown member, want 12", kept)
	}
	if len(got.Skipped) != 1 || got.Skipped[0].Value != "value" {
		t.Errorf("skipped: %+v", got.Skipped)
	}
	if len(got.Raw) != len(inv.Raw) || len(got.Modules) != len(inv.Modules) || len(got.Relations) == 0 {
		t.Errorf("%d raw answers, %d modules, %d relations", len(got.Raw), len(got.Modules), len(got.Relations))
	}
}

func TestCSVIsSafeForSpreadsheets(t *testing.T) {
	var buf bytes.Buffer
	inv := investigation(t)
	if err := Write(&buf, CSV, inv, about()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&buf).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(inv.Findings)+1 {
		t.Errorf("%d rows for %d findings", len(rows), len(inv.Findings))
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) || strings.ContainsFunc(cell, hidden) {
				t.Errorf("cell %q", cell)
			}
		}
	}
}

func TestMarkdownHoldsNoMarkupOfOthers(t *testing.T) {
	var buf bytes.Buffer
	if err := Write(&buf, Markdown, investigation(t), about()); err != nil {
		t.Fatal(err)
	}
	text := buf.String()
	for _, never := range []string{`<\w`, `[^\\]\]\(`, `[^\\]\*\w`, "\x1b", "\u202e", `http:`} {
		if found := regexp.MustCompile(never).FindString(withoutCode(text)); found != "" {
			t.Errorf("Markdown holds %q outside of code", found)
		}
	}
	columns := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if columns != 0 && n != columns {
			t.Errorf("a row with %d bars in a table with %d: %s", n, columns, line)
		}
		columns = n
	}
}

// withoutCode takes the code spans out of Markdown.
func withoutCode(text string) string {
	var b strings.Builder
	for text != "" {
		start := strings.IndexByte(text, '`')
		for start > 0 && text[start-1] == '\\' {
			next := strings.IndexByte(text[start+1:], '`')
			if next < 0 {
				start = -1
				break
			}
			start += 1 + next
		}
		if start < 0 {
			break
		}
		fence := text[start : start+len(text[start:])-len(strings.TrimLeft(text[start:], "`"))]
		end := strings.Index(text[start+len(fence):], fence)
		if end < 0 {
			break
		}
		b.WriteString(text[:start])
		text = text[start+len(fence)+end+len(fence):]
	}
	return b.String() + text
}

func TestCasebookStaysWithinTheLimits(t *testing.T) {
	inv := investigation(t)
	a := about()
	title := strings.Repeat("사건 📎", 600)
	book := Casebook(title, inv, a)
	if n := len(utf16.Encode([]rune(book.Title))); n > 1024 || n < 1020 || !strings.HasSuffix(book.Title, "…") {
		t.Errorf("a title of %d units: …%q", n, book.Title[len(book.Title)-12:])
	}
	if len(book.Texts) != 1 || len(utf16.Encode([]rune(book.Texts[0].Text))) > 5000 {
		t.Errorf("texts: %d", len(book.Texts))
	}
	if !strings.Contains(book.Texts[0].Text, "Malicious: domain invoice-portal[.]example") {
		t.Errorf("the text lacks the worst:\n%s", book.Texts[0].Text)
	}
	if again := Casebook(title, inv, a); again.ExternalIDs[0] != book.ExternalIDs[0] {
		t.Error("the same casebook got another external id")
	}
	if other := Casebook("other", inv, a); other.ExternalIDs[0] == book.ExternalIDs[0] {
		t.Error("another title has the same external id")
	}
}

func TestLimitCutsBetweenCharacters(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"📎📎", 4, "📎📎"}, {"📎📎", 3, "📎…"}, {"a📎b", 2, "a…"}, {"", 3, ""}} {
		if got := limit(c.in, c.n); got != c.want {
			t.Errorf("limit(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func TestEscapeMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain, (text) - 1.5 = a+b": "plain, (text) - 1.5 = a+b",
		"*a* _b_ [c](d) `e` | f":    "\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` \\| f",
		"<img src=x> &amp;":         "&lt;img src=x&gt; &amp;amp;",
		"x://y www.z.internal a@b":  `x\://y www\.z.internal a\@b`,
		"back\\slash":               `back\\slash`,
	} {
		if got := escapeMarkdown(in); got != want {
			t.Errorf("escapeMarkdown(%q) = %q, want %q", in, got, want)
		}
	}
}
