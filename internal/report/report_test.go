package report

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
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
	inv, err := clientOf(t, cloud).Investigate(t.Context(), ctr.InvestigateRequest{Observables: []observable.Observable{
		of("domain", "invoice-portal.example"), of("ip", "198.51.100.25"), of("email_subject", hostile), of("nonsense", "value"),
		of("url", "https://invoice-portal.example/pay/"),
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// clientOf makes a client of a cloud.
func clientOf(t *testing.T, cloud *ctrtest.Cloud) *ctr.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cloud.Roots()}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := ctr.New(ctr.Config{
		IROHURL: cloud.IROHURL(), IntelURL: cloud.IntelURL(), ClientID: cloud.ClientID(), ClientSecret: cloud.ClientSecret(),
		HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
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

// TestUnansweredIsNoVerdict has an observable that every module failed at, one that no module can be
// asked about, and one that one of two modules answered about.
func TestUnansweredIsNoVerdict(t *testing.T) {
	down := ctrtest.ModuleError{Type: "fatal", Code: "connection error", Message: "down"}
	picky := observing(func(_ context.Context, obs []observable.Observable) ctrtest.Answer {
		if obs[0].Type != "email_messageid" {
			return ctrtest.Answer{Errors: []ctrtest.ModuleError{down}}
		}
		return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"verdicts": {}}}
	})
	email := ctrtest.ModuleType{Title: "Mail", Categories: []string{"email-security"}, Capabilities: []string{"observe"}}
	failing := observing(func(context.Context, []observable.Observable) ctrtest.Answer {
		return ctrtest.Answer{Errors: []ctrtest.ModuleError{down}}
	})
	cloud, err := ctrtest.Start(ctrtest.Config{Modules: []ctrtest.Module{
		{Name: "Gateway A", Type: email, Backend: picky}, {Name: "Gateway B", Type: email, Backend: failing},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	client := clientOf(t, cloud)
	var inv *ctr.Investigation
	for _, o := range []observable.Observable{of("email_messageid", "1@example.com"), of("ip", "192.0.2.1"), of("mutex", "m")} {
		one, err := client.Investigate(t.Context(), ctr.InvestigateRequest{Observables: []observable.Observable{o}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		inv = one
		want := map[observable.Type]struct{ word, standing, cell, shortfall string }{
			"email_messageid": {"No opinion", "partly_answered", "none", "no answer from Gateway B"},
			"ip":              {"No answer", "not_answered", "", "no answer from Gateway A, Gateway B"},
			"mutex":           {"Not asked", "not_asked", "", "no module can be asked about this type"},
		}[o.Type]
		s := Summarize(inv)
		if s.Standings[want.standing] != 1 || s.Dispositions["unknown"] != 0 || s.Dispositions["none"] != len(want.cell)/4 || s.Complete != (o.Type == "mutex") {
			t.Errorf("%s: %+v", o.Type, s)
		}
		r := Rows(inv)[0]
		if r.Word() != want.word || r.Shortfall != want.shortfall {
			t.Errorf("%s: %q, %q", o.Type, r.Word(), r.Shortfall)
		}
		var table, page, list, object bytes.Buffer
		for format, buf := range map[Format]*bytes.Buffer{CSV: &table, HTML: &page, Markdown: &list, JSON: &object} {
			if err := Write(buf, format, inv, about()); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := csv.NewReader(&table).ReadAll()
		if err != nil || rows[0][13] != "standing" || rows[1][13] != want.standing || rows[1][3] != want.cell || rows[1][14] != want.shortfall {
			t.Errorf("%s: %v, %v", o.Type, rows, err)
		}
		if !strings.Contains(page.String(), want.word) || !strings.Contains(page.String(), want.shortfall) {
			t.Errorf("%s: the page does not say %q", o.Type, want.shortfall)
		}
		if !strings.Contains(list.String(), want.word+" ("+want.shortfall+")") || !strings.Contains(list.String(), "Not all is answered: 1 "+strings.ReplaceAll(want.standing, "_", " ")) {
			t.Errorf("%s: %s", o.Type, list.String())
		}
		var got struct {
			Observables []struct{ Standing, Shortfall string }
		}
		if err := json.Unmarshal(object.Bytes(), &got); err != nil || got.Observables[0].Standing != want.standing || got.Observables[0].Shortfall != want.shortfall {
			t.Errorf("%s: %+v, %v", o.Type, got, err)
		}
		if note := Casebook("T", inv, about()).Texts[0].Text; !strings.Contains(note, want.word+": "+string(o.Type)) || !strings.Contains(note, "Incomplete: "+want.shortfall) {
			t.Errorf("%s: %s", o.Type, note)
		}
	}
}

// TestJSONTakesMoreAnswers adds the answers that an investigation does not hold.
func TestJSONTakesMoreAnswers(t *testing.T) {
	inv := investigation(t)
	inv.RawLeftOut = 2
	type object struct {
		Raw        []struct{ Answer json.RawMessage }
		RawLeftOut bool `json:"raw_left_out"`
	}
	read := func(more io.Reader) (o object) {
		var buf bytes.Buffer
		if err := WriteInvestigationJSON(&buf, inv, about(), more); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(buf.Bytes(), &o); err != nil || !bytes.HasSuffix(buf.Bytes(), []byte("}\n")) {
			t.Fatalf("%v: %s", err, buf.Bytes())
		}
		return o
	}
	alone, more := read(nil), read(strings.NewReader(`{"answer":{"n":1}}`+"\n"+`{"answer":{"n":2}}`))
	held := len(inv.Raw)
	if !alone.RawLeftOut || len(alone.Raw) != held || held == 0 {
		t.Errorf("alone: left out %v, %d answers", alone.RawLeftOut, len(alone.Raw))
	}
	if more.RawLeftOut || len(more.Raw) != held+2 || string(more.Raw[held+1].Answer) != `{"n":2}` {
		t.Errorf("with more: left out %v, %d answers", more.RawLeftOut, len(more.Raw))
	}
	inv.Raw = nil
	if more = read(strings.NewReader(`{"answer":3}` + "\n")); len(more.Raw) != 1 {
		t.Errorf("only more: %+v", more)
	}
	if err := WriteInvestigationJSON(io.Discard, inv, about(), iotest.ErrReader(io.ErrUnexpectedEOF)); err == nil {
		t.Error("what cannot be read is no end")
	}
}
