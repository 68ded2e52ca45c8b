package tracking

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ctrace/esa"
)

// hostile is a text that tries to be a formula, markup and an escape sequence at once.
const hostile = "=cmd|'/c calc'!A0 | `![x](http://evil.example)` <b>\x1b[31m\u202e"

func nasty() esa.Message {
	return esa.Message{
		MIDs: []int64{7, 8}, ICID: 9, Serial: "SN", Time: noon, Subject: hostile, Sender: hostile, Recipients: []string{hostile},
		StatusText: "Delivered", MessageIDs: esa.ByMID[string]{{MID: 7, Value: "<a@b>"}, {MID: 8, Value: "<a@b>"}},
	}
}

func export(t *testing.T, f Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := Export(&b, f, []esa.Message{nasty(), {ICID: 1, TimeText: "then", Rejected: "no"}}, time.UTC); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExportOfAList(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(export(t, CSV))).ReadAll()
	if err != nil || len(rows) != 3 || len(rows[1]) != len(columns) {
		t.Fatalf("%v rows, %v", rows, err)
	}
	if rows[1][4][0] != '\'' || strings.ContainsAny(rows[1][4], "\x1b\u202e") || rows[1][5] != "7 8" || rows[1][8] != "<a@b>" || rows[2][0] != "then" {
		t.Errorf("the rows are %q", rows[1:])
	}
	md := export(t, Markdown)
	for line := range strings.SplitSeq(strings.TrimSpace(md), "\n") {
		if n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); n != markdownColumns+1 {
			t.Errorf("%d bars in %q", n, line)
		}
		if strings.ContainsAny(line, "\x1b\u202e") {
			t.Errorf("raw control characters in %q", line)
		}
	}
	var back struct {
		Schema   string
		Messages []struct{ Subject string }
	}
	if err := json.Unmarshal([]byte(export(t, JSON)), &back); err != nil || back.Schema != "ctrace/track/1" || back.Messages[0].Subject != hostile {
		t.Errorf("%+v, %v: want every value as it came", back, err)
	}
	if err := Export(&bytes.Buffer{}, "xml", nil, time.UTC); err == nil {
		t.Error("an unknown format is no error")
	}
}

// teller tells one message's story.
type teller struct {
	Tracker
	details esa.Details
}

func (f teller) Details(context.Context, esa.Ref) (esa.Details, error) { return f.details, nil }
func (teller) AMP(context.Context, esa.Ref) (esa.AMP, error) {
	return esa.AMP{Events: []esa.Event{{Time: noon, Description: "File reputation query initiating. File Name = a.exe, MID = 7, File Size = 3 bytes, File Type = application/x"}}}, nil
}

func (teller) URLs(context.Context, esa.Ref) (esa.URLs, error) {
	return esa.URLs{}, errors.New("no URLs today")
}
func (teller) DLP(context.Context, esa.Ref) (esa.DLP, error) { return esa.DLP{Policy: "PCI"}, nil }
func (teller) Connection(context.Context, esa.Ref) (esa.Connection, error) {
	return esa.Connection{}, nil
}

func (teller) Remediation(context.Context, esa.Ref) (esa.Remediation, error) {
	return esa.Remediation{Batch: "b", Mailboxes: []esa.MailboxRemediation{{Recipient: "x", Status: "Success"}}}, nil
}

func TestAStoryIsReadAndExported(t *testing.T) {
	m := nasty()
	m.MORStates = esa.ByMID[string]{{MID: 7, Value: "Remediated"}}
	f := teller{details: esa.Details{ShowAMP: true, ShowURL: true, ShowDLP: true, Subject: hostile, Events: []esa.Event{{Time: noon, Description: "Start message 7 on incoming connection (ICID 9)."}, {Time: noon, Description: hostile}}}}
	s, err := Read(t.Context(), f, m)
	if err != nil || !s.HasMore() {
		t.Fatalf("%v, more=%v", err, s.HasMore())
	}
	s = s.More(t.Context(), f)
	if len(s.Missing) != 1 || s.AMP == nil || s.DLP == nil || s.Remediation == nil || len(s.Timeline().Steps) != 3 {
		t.Fatalf("missing %v, %d steps", s.Missing, len(s.Timeline().Steps))
	}
	if o := s.Observables(); len(o.FileNames) != 1 || o.FileNames[0] != "a.exe" {
		t.Errorf("files %v", o.FileNames)
	}
	for _, f := range Formats() {
		var b bytes.Buffer
		if err := s.Export(&b, f, time.UTC); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b") {
			t.Errorf("%s holds an escape character", f)
		}
		if f == JSON && (!strings.Contains(b.String(), `"policy":"PCI"`) || !strings.Contains(b.String(), "no URLs today")) {
			t.Errorf("json lacks a part: %s", b.String())
		}
		if f == Markdown && (!strings.Contains(b.String(), "- Data-loss prevention: ` PCI, severity") || !strings.Contains(b.String(), "- Mailbox remediation: ` x: Success `")) {
			t.Errorf("markdown lacks a part: %s", b.String())
		}
	}
	refused, err := Read(t.Context(), f, esa.Message{ICID: 3, Rejected: "no"})
	if err != nil || refused.HasMore() || len(refused.Timeline().Steps) != 0 {
		t.Errorf("a refused connection has a history: %+v, %v", refused, err)
	}
}

func TestSavedSearches(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "searches.json")
	s := OpenSearches(path)
	if all, err := s.List(); err != nil || len(all) != 0 {
		t.Fatalf("%v, %v before anything was saved", all, err)
	}
	for _, x := range []Saved{{"b", "from:b"}, {"a", "from:a"}, {"b", "from:bb"}} {
		if err := s.Put(x.Name, x.Line); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := OpenSearches(path).List(); err != nil || len(all) != 2 || all[0] != (Saved{"a", "from:a"}) || all[1] != (Saved{"b", "from:bb"}) {
		t.Errorf("%v, %v", all, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if line, ok, err := s.Get("b"); line != "from:bb" || !ok || err != nil {
		t.Errorf("%q %v %v", line, ok, err)
	}
	if err := s.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.Get("a"); ok {
		t.Error("it was not forgotten")
	}
	if err := s.Put(" ", "x"); err == nil {
		t.Error("a search without a name was saved")
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.List(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a broken file gives %v", err)
	}
	if err := s.Put("c", "x"); err == nil {
		t.Error("a broken file was written over")
	}
}
