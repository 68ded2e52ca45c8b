package mailfile

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/observable"
)

var update = flag.Bool("update", false, "write the golden files anew")

func parse(t testing.TB, mail string, o Options) *Report {
	t.Helper()
	report, err := Parse(context.Background(), strings.NewReader(mail), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// The golden files list what a person would list of each mail.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "testdata/headers.txt")
	if len(files) < 12 {
		t.Fatalf("only %d mails", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			mail, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			report := parse(t, string(mail), Options{})
			checkOffsets(t, string(mail), report)
			checkTextOffsets(t, string(mail), report)
			got := render(report)
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
				t.Error(d)
			}
		})
	}
}

// checkOffsets holds the promise about offsets: each lies in the file, and that
// of a header field is where its name stands.
func checkOffsets(t *testing.T, mail string, report *Report) {
	t.Helper()
	for _, o := range report.Observables {
		if len(o.Sources) == 0 || o.Count < len(o.Sources) {
			t.Errorf("%s has %d sources and count %d", o.Value, len(o.Sources), o.Count)
		}
		for _, s := range o.Sources {
			switch {
			case s.Offset < -1 || s.Offset >= len(mail):
				t.Errorf("%s %q: offset %d of %d", o.Type, o.Value, s.Offset, len(mail))
			case s.Offset >= 0 && s.Header != "" && !strings.HasPrefix(mail[s.Offset:], s.Header):
				t.Errorf("%s %q: no field %s at %d", o.Type, o.Value, s.Header, s.Offset)
			}
		}
	}
}

// checkTextOffsets: in the test mails, whose texts have nothing defanged but what
// is listed here, a value stands where its offset says.
func checkTextOffsets(t *testing.T, mail string, report *Report) {
	t.Helper()
	defanged := []string{"https://backup.example.net/c", "203.0.113.99"}
	for _, o := range report.Observables {
		for _, s := range o.Sources {
			if s.Offset >= 0 && s.Header == "" && !slices.Contains(defanged, o.Value) && !strings.HasPrefix(mail[s.Offset:], o.Value) {
				t.Errorf("%s %q does not stand at %d", o.Type, o.Value, s.Offset)
			}
		}
	}
}

func render(r *Report) string {
	var b strings.Builder
	section := func(name string) { b.WriteString("\n" + name + "\n") }
	for _, m := range r.Messages {
		fmt.Fprintf(&b, "message at part %q\n  subject %q\n  message id %q\n", m.Part, m.Subject, m.MessageID)
		if !m.Date.IsZero() {
			fmt.Fprintf(&b, "  date %s\n", m.Date.Format("2006-01-02 15:04:05 -0700"))
		}
		for _, a := range m.Addresses {
			fmt.Fprintf(&b, "  %s %q <%s>\n", a.Role, a.Name, a.Address)
		}
		for _, h := range m.Received {
			fmt.Fprintf(&b, "  hop from %q [%s] by %q with %q id %q for %q", h.From, h.FromIP, h.By, h.With, h.ID, h.For)
			if !h.Time.IsZero() {
				fmt.Fprintf(&b, " at %s", h.Time.Format("15:04:05"))
			}
			if h.DelaySeconds != nil {
				fmt.Fprintf(&b, " after %s", h.Delay)
			}
			b.WriteString("\n")
		}
		for _, a := range m.Authentication {
			fmt.Fprintf(&b, "  %s %s of %q by %q, reason %q (%s)\n", a.Method, a.Result, a.Domain, a.Server, a.Reason, a.Header)
		}
	}
	section("parts")
	for _, p := range r.Parts {
		fmt.Fprintf(&b, "  %-6s %s charset=%s encoding=%s size=%d\n", p.Path, p.MediaType, p.Charset, p.Encoding, p.Size)
	}
	section("links")
	for _, l := range r.Links {
		mark := ""
		if l.Deceptive {
			mark = "  DECEPTIVE, shows " + l.ShownHost
		}
		fmt.Fprintf(&b, "  %-4s %-6s %s %q%s\n", l.Part, l.Tag, l.URL, l.Text, mark)
	}
	section("attachments")
	for _, a := range r.Attachments {
		fmt.Fprintf(&b, "  %-4s %q %s detected=%s inline=%v size=%d\n       sha256 %s\n", a.Part, a.Name, a.MediaType, a.Detected, a.Inline, a.Size, a.SHA256)
		for _, e := range a.Entries {
			fmt.Fprintf(&b, "       %s: %q size=%d encrypted=%v\n", a.Archive, e.Name, e.Size, e.Encrypted)
		}
	}
	section("observables")
	for _, o := range r.Observables {
		fmt.Fprintf(&b, "  %-16s %q", o.Type, o.Value)
		for _, s := range o.Sources {
			fmt.Fprintf(&b, "  [part %q %s @%d %s]", s.Part, s.Header, s.Offset, s.Note)
		}
		b.WriteString("\n")
	}
	section("problems")
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "  %s\n", p)
	}
	return b.String()
}

func TestNotMail(t *testing.T) {
	for name, in := range map[string]string{
		"empty": "", "text": "just some words\nwithout a header\n", "bytes": "\x00\x01\x02\xff\xfe",
		"a Word file": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 1000),
	} {
		if _, err := Parse(t.Context(), strings.NewReader(in), Options{}); !errors.Is(err, ErrNotMail) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Parse(ctx, strings.NewReader("From: a@example.com\n\n"), Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestThousandLinks(t *testing.T) {
	var b strings.Builder
	b.WriteString("From: a@example.com\nContent-Type: text/html\n\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "<p><a href=\"https://host%d.example.net/path/%d\">link %d</a>\n", i, i, i)
	}
	report := parse(t, b.String(), Options{})
	urls := 0
	for i, o := range report.Observables {
		if o.Type == observable.URL {
			if want := fmt.Sprintf("https://host%d.example.net/path/%d", urls, urls); o.Value != want {
				t.Fatalf("observable %d is %s, want %s", i, o.Value, want)
			}
			urls++
		}
	}
	if urls != 1000 || len(report.Links) != 1000 || report.Links[999].Text != "link 999" || len(report.Problems) != 0 {
		t.Errorf("%d URLs, %d links, %v", urls, len(report.Links), report.Problems)
	}
}

// The antivirus test file is put together here, so that no scanner removes this
// source.
func TestEICAR(t *testing.T) {
	eicar := strings.Join([]string{`X5O!P%@AP[4\PZX54(P^)7CC)7}$`, "EICAR-STANDARD", "-ANTIVIRUS-", "TEST-FILE!$H+H*"}, "")
	report := parse(t, "From: a@example.com\nContent-Type: application/octet-stream; name=eicar.com\n\n"+eicar, Options{})
	got := map[observable.Type]string{}
	for _, o := range report.Observables {
		got[o.Type] = o.Value
	}
	want := map[observable.Type]string{
		observable.Email:    "a@example.com",
		observable.FileName: "eicar.com",
		observable.MD5:      "44d88612fea8a8f36de82e1278abb02f",
		observable.SHA1:     "3395856ce81f2b7382dee72602f798b642f14140",
		observable.SHA256:   "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestOptionsNarrow(t *testing.T) {
	const mail = "From: boss@corp.example.com\nReceived: from x ([10.0.0.9]) by y; Mon, 23 Nov 2026 00:00:00 +0000\n" +
		"Received: from z ([203.0.113.7]) by x; Mon, 23 Nov 2026 00:00:00 +0000\nTo: out@example.net\n" +
		"Content-Type: text/html\n\n<a href=\"https://intra.corp.example.com/\">a</a> <a href=\"https://evil.example.net/\">b</a> 10.0.0.8"
	tests := []struct {
		name    string
		options observable.Options
		want    []string
	}{
		{"all", observable.Options{}, []string{
			"email:boss@corp.example.com", "ip:203.0.113.7", "email:out@example.net",
			"url:https://intra.corp.example.com/", "url:https://evil.example.net/",
		}},
		{"private too", observable.Options{IncludePrivate: true, Types: []observable.Type{observable.IP}}, []string{"ip:10.0.0.9", "ip:203.0.113.7", "ip:10.0.0.8"}},
		{"own domain left out", observable.Options{AllowList: []string{"corp.example.com"}}, []string{"ip:203.0.113.7", "email:out@example.net", "url:https://evil.example.net/"}},
		{"URLs only", observable.Options{Types: []observable.Type{observable.URL}}, []string{"url:https://intra.corp.example.com/", "url:https://evil.example.net/"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, o := range parse(t, mail, Options{Observables: tt.options}).Observables {
				got = append(got, string(o.Type)+":"+o.Value)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
