package esatest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ctrace/esa/esatest"
)

// TestIntake mails a message with everything in it and looks at what was read out of it.
func TestIntake(t *testing.T) {
	file := []byte("%PDF-1.7 not really")
	content := strings.Join([]string{
		"From: =?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte("보안팀")) + "?= <soc@sender.example>",
		"Reply-To: answers@sender.example",
		"To: anna.lee@lab.example",
		"Subject: =?utf-8?Q?M=C3=BCller?=",
		" =?iso-8859-1?Q?_gr=FC=DFt?= probe",
		"Message-ID: <intake@sender.example>",
		"MIME-Version: 1.0",
		`Content-Type: multipart/mixed; boundary="b"`,
		"",
		"--b",
		"Content-Type: multipart/alternative; boundary=c",
		"",
		"--c",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: quoted-printable",
		"",
		"See https://www.example.com/a?b=3Dc, and (http://login-verify.example/x).",
		"..leading dot",
		"--c",
		"Content-Type: text/html",
		"",
		`<a href="https://www.example.com/a?b=c">here</a>`,
		"--c--",
		"--b",
		`Content-Type: application/pdf; name="=?utf-8?Q?r=C3=A9sum=C3=A9.pdf?="`,
		"Content-Disposition: attachment",
		"Content-Transfer-Encoding: base64",
		"",
		base64.StdEncoding.EncodeToString(file),
		"--b--",
		"",
	}, "\r\n")
	a := start(t, esatest.Config{Now: newClock().Now})
	m := greeted(t, a)
	m.say("MAIL FROM:<bounce@sender.example>", "250 sender <bounce@sender.example> ok")
	m.say("RCPT TO:<anna.lee@lab.example>", "250 recipient <anna.lee@lab.example> ok")
	m.say("RCPT TO:<ben.lee@lab.example>", "250 recipient <ben.lee@lab.example> ok")
	m.say("DATA", "354 go ahead")
	m.say(content+".", "250 ok:  Message 1000001 accepted")
	got := a.Messages()[0]
	hash := sha256.Sum256(file)
	want := &esatest.Record{
		From: "bounce@sender.example", To: []string{"anna.lee@lab.example", "ben.lee@lab.example"}, HeaderFrom: "soc@sender.example",
		ReplyTo: "answers@sender.example", Subject: "Müller grüßt probe", MessageID: "<intake@sender.example>",
		Attachments: []esatest.Attachment{{Name: "résumé.pdf", ContentType: "application/pdf", Size: int64(len(file)), SHA256: hex.EncodeToString(hash[:]), Disposition: "FILE UNKNOWN"}},
		Status:      "Quarantined by Content Filters", Quarantine: "Policy",
	}
	seen := &esatest.Record{
		From: got.From, To: got.To, HeaderFrom: got.HeaderFrom, ReplyTo: got.ReplyTo, Subject: got.Subject, MessageID: got.MessageID,
		Attachments: got.Attachments, Status: got.Status, Quarantine: got.Quarantine,
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	var links []string
	for _, u := range got.URLs {
		links = append(links, u.URL)
	}
	if diff := cmp.Diff([]string{"https://www.example.com/a?b=c", "http://login-verify.example/x"}, links); diff != "" {
		t.Error(diff)
	}
}

// TestIntakeOfAnything mails contents that are no messages.
func TestIntakeOfAnything(t *testing.T) {
	a := start(t, esatest.Config{})
	m := greeted(t, a)
	for _, content := range []string{"no header at all\r\n", "\r\nonly a body\r\n", "Subject: =?x-unknown?Q?=FF?=\r\nContent-Type: ???\r\n\r\nx\r\n", "Content-Type: multipart/mixed\r\n\r\nno boundary\r\n", "\xff\xfe\x00\r\n"} {
		m.say("MAIL FROM:<>", "250 sender <> ok")
		m.say("RCPT TO:<anna.lee@lab.example>", "250 recipient <anna.lee@lab.example> ok")
		m.say("DATA", "354 go ahead")
		if err := m.PrintfLine("%s.", content); err != nil {
			t.Fatal(err)
		}
		if line, err := m.ReadLine(); err != nil || !strings.HasPrefix(line, "250 ok:  Message ") {
			t.Errorf("%q: %q %v", content, line, err)
		}
	}
	if a.Received() != 5 {
		t.Errorf("%d received", a.Received())
	}
}
