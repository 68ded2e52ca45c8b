package mailfile

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const mailHead = "From: a@example.com\n"

// hostile gives mails that are made to stall or crash a reader, about n bytes
// long.
func hostile(n int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	nested := func(open, inner, end string, depth int) string {
		return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
	}
	var boundaries strings.Builder // multiparts in each other, with boundaries of their own
	for i := range n / 60 {
		fmt.Fprintf(&boundaries, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	return map[string]string{
		"one long line":            mailHead + "\n" + fill("x"),
		"one long header field":    mailHead + "X: " + fill("y"),
		"folded without end":       mailHead + "Subject: x" + fill("\n y"),
		"header lines":             mailHead + fill("X-A: b\n"),
		"lines that are no fields": mailHead + fill("nofield\n"),
		"encoded words":            mailHead + "Subject: " + fill("=?utf-8?Q?a?= "),
		"broken encoded words":     mailHead + "Subject: " + fill("=?utf-8?Q?"),
		"question marks":           mailHead + "Subject: " + fill("=?"),
		"addresses":                mailHead + "To: " + fill("a@example.com,"),
		"angle brackets":           mailHead + "To: " + fill("<"),
		"comments":                 mailHead + "To: " + fill("("),
		"quotes":                   mailHead + "To: " + fill("\"\\"),
		"received comments":        mailHead + "Received: from x (" + fill("(") + "; x",
		"received words":           mailHead + "Received: " + fill("from [1.2.3.4] by "),
		"authentication clauses":   mailHead + "Authentication-Results: x; " + fill("spf=pass;"),
		"parameters":               mailHead + "Content-Type: text/plain; " + fill("a=b;"),
		"parameter pieces":         mailHead + "Content-Type: text/plain; " + fill("a*9999999=b;"),
		"empty parts":              mailHead + "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\n"),
		"boundary in every line":   mailHead + "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--bx\n"),
		"same boundary nested":     mailHead + nested("Content-Type: multipart/mixed; boundary=b\n\n--b\n", "", "--b--\n", n/60),
		"nested multiparts":        mailHead + boundaries.String(),
		"nested messages":          mailHead + fill("Content-Type: message/rfc822\n\nFrom: b@example.com\n"),
		"base64 rubbish":           mailHead + "Content-Transfer-Encoding: base64\n\n" + fill("=A*"),
		"quoted-printable rubbish": mailHead + "Content-Transfer-Encoding: quoted-printable\n\n" + fill("=X="),
		"soft line breaks":         mailHead + "Content-Transfer-Encoding: quoted-printable\n\n=ZZ" + fill("= "),
		"HTML tags":                mailHead + "Content-Type: text/html\n\n" + fill("<a href=//x.example.com>"),
		"open tags":                mailHead + "Content-Type: text/html\n\n" + fill("<a "),
		"attributes":               mailHead + "Content-Type: text/html\n\n<a " + fill("x=y "),
		"different attributes":     mailHead + "Content-Type: text/html\n\n<a " + fill("x ab c1 "),
		"comment starts":           mailHead + "Content-Type: text/html\n\n" + fill("<!--"),
		"entities":                 mailHead + "Content-Type: text/html\n\n" + fill("&amp"),
		"script":                   mailHead + "Content-Type: text/html\n\n<script>" + fill("<script>"),
		"srcset":                   mailHead + "Content-Type: text/html\n\n<img srcset=\"" + fill("a,") + "\">",
		"zip headers":              mailHead + "Content-Type: application/zip\n\nPK\x03\x04" + fill("PK\x01\x02") + "PK\x05\x06" + strings.Repeat("\xff", 18),
		"zip ends":                 mailHead + "Content-Type: application/zip\n\nPK\x03\x04" + fill("PK\x05\x06"),
		"EUC-KR halves":            mailHead + "Content-Type: text/plain; charset=euc-kr\n\n" + fill("\xb0"),
		"shift out":                mailHead + "Content-Type: text/plain; charset=iso-2022-kr\n\n" + fill("\x0e\x0f"),
		"observables":              mailHead + "\n" + fill("a@example.com 1.1.1.1 "),
	}
}

func TestHostileMailsAreRead(t *testing.T) {
	for name, mail := range hostile(1 << 18) {
		t.Run(name, func(t *testing.T) {
			report := parse(t, mail, Options{})
			if report.Observables[0].Value != "a@example.com" {
				t.Errorf("the sender is lost: %v", report.Observables[0])
			}
			checkOffsets(t, mail, report)
		})
	}
}

func TestBoundsAreKept(t *testing.T) {
	contains := func(problems []string, text string) bool {
		return strings.Contains(strings.Join(problems, "\n"), text)
	}
	report := parse(t, mailHead+"\n"+strings.Repeat("x", 100), Options{MaxBytes: 50})
	if !contains(report.Problems, "larger than 50 bytes") || report.Parts[0].Size != 50-len(mailHead)-1 {
		t.Errorf("size: %+v", report)
	}
	report = parse(t, hostile(10_000)["empty parts"], Options{MaxParts: 7})
	if !contains(report.Problems, "more than 7 parts") || len(report.Parts) != 7 {
		t.Errorf("parts: %d, %v", len(report.Parts), report.Problems)
	}
	report = parse(t, hostile(10_000)["nested messages"], Options{MaxDepth: 3})
	if !contains(report.Problems, "nested deeper than 3") || len(report.Messages) != 4 {
		t.Errorf("depth of messages: %d, %v", len(report.Messages), report.Problems)
	}
	report = parse(t, hostile(10_000)["nested multiparts"], Options{MaxDepth: 3})
	if !contains(report.Problems, "nested deeper than 3") {
		t.Errorf("depth of multiparts: %v", report.Problems)
	}
	many := mailHead + "\n" + strings.Join(func() (urls []string) {
		for i := range 50 {
			urls = append(urls, fmt.Sprintf("http://h%d.example.com/", i))
		}
		return urls
	}(), "\n")
	report = parse(t, many, Options{MaxObservables: 10})
	if !contains(report.Problems, "more than 10 observables") || len(report.Observables) != 10 {
		t.Errorf("observables: %d, %v", len(report.Observables), report.Problems)
	}
	report = parse(t, mailHead+"Received: from x ([192.0.2.1]) by y; x\n\n"+strings.Repeat("192.0.2.1 ", 50), Options{})
	if o := report.Observables[1]; o.Count != 51 || len(o.Sources) != maxSources {
		t.Errorf("sources: %d of %d", len(o.Sources), o.Count)
	}
}

func TestArchiveBounds(t *testing.T) {
	var directory bytes.Buffer
	entry := make([]byte, zipEntrySize)
	copy(entry, "PK\x01\x02")
	binary.LittleEndian.PutUint16(entry[28:], 1)
	for range 5000 {
		directory.Write(entry)
		directory.WriteByte('n')
	}
	end := make([]byte, zipEndSize)
	copy(end, "PK\x05\x06")
	binary.LittleEndian.PutUint32(end[12:], uint32(directory.Len()))
	archive := "PK\x03\x04" + directory.String() + string(end)
	report := parse(t, mailHead+"Content-Type: application/zip\n\n"+archive, Options{})
	if a := report.Attachments[0]; len(a.Entries) != 1000 || !strings.Contains(report.Problems[0], "more entries than the 1000 listed") {
		t.Errorf("%d entries, %v", len(a.Entries), report.Problems)
	}

	// A tar of one entry that unpacks to far more than is ever unpacked.
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	head := make([]byte, 512)
	copy(head, "bomb")
	copy(head[100:], "0000644\x000000000\x000000000\x0077777777777\x0000000000000\x00")
	copy(head[257:], "ustar\x0000")
	sum := 8 * int(' ')
	for i, c := range head {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	copy(head[148:], fmt.Sprintf("%06o\x00 ", sum))
	_, _ = z.Write(head)
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	report = parse(t, mailHead+"Content-Type: application/gzip; name=bomb.tgz\n\n"+packed.String(), Options{})
	if a := report.Attachments[0]; a.Archive != "tar.gz" || len(a.Entries) != 1 || a.Entries[0].Size != 0o77777777777 {
		t.Errorf("%+v, %v", a, report.Problems)
	}
}

func FuzzMail(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(seeds, "testdata/headers.txt") {
		mail, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(mail)
	}
	for _, mail := range hostile(200) {
		f.Add([]byte(mail))
	}
	f.Fuzz(func(t *testing.T, mail []byte) {
		report, err := Parse(context.Background(), bytes.NewReader(mail), Options{MaxDepth: 6, MaxParts: 50})
		if errors.Is(err, ErrNotMail) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		checkOffsets(t, string(mail), report)
		for _, text := range texts(report) {
			if !utf8.ValidString(text) {
				t.Fatalf("%q in the report is not UTF-8", text)
			}
		}
		for _, o := range report.Observables {
			if o.Validate() != nil || o.Normal() != o.Observable {
				t.Fatalf("%s %q, in normal form %q: %v", o.Type, o.Value, o.Normal().Value, o.Validate())
			}
		}
	})
}

// texts gives what a report took from a mail.
func texts(r *Report) []string {
	list := slices.Clone(r.Problems)
	for _, m := range r.Messages {
		list = append(list, m.Subject, m.MessageID)
		for _, a := range m.Addresses {
			list = append(list, a.Name, a.Address)
		}
		for _, h := range m.Received {
			list = append(list, h.From, h.FromIP, h.By, h.With, h.ID, h.For)
		}
		for _, a := range m.Authentication {
			list = append(list, a.Server, a.Method, a.Result, a.Domain, a.Reason)
		}
	}
	for _, p := range r.Parts {
		list = append(list, p.MediaType, p.Charset, p.Encoding)
	}
	for _, l := range r.Links {
		list = append(list, l.URL, l.Text, l.ShownHost)
	}
	for _, a := range r.Attachments {
		list = append(list, a.Name)
		for _, e := range a.Entries {
			list = append(list, e.Name)
		}
	}
	for _, o := range r.Observables {
		list = append(list, o.Value)
	}
	return list
}

func BenchmarkHostile(b *testing.B) {
	for _, size := range []int{1 << 18, 1 << 19} {
		for name, mail := range hostile(size) {
			b.Run(fmt.Sprintf("%s/%d", name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(mail)))
				for b.Loop() {
					_ = parse(b, mail, Options{})
				}
			})
		}
	}
}
