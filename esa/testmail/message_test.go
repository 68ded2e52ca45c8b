package testmail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
)

var noon = time.Date(2026, 11, 23, 15, 0, 0, 0, time.FixedZone("KST", 9*60*60))

func TestToken(t *testing.T) {
	form := regexp.MustCompile(`^20261123T060000Z-[0-9a-f]{12}$`)
	first, second := testmail.NewToken(noon), testmail.NewToken(noon)
	if !form.MatchString(first) || first == second {
		t.Errorf("tokens %q and %q", first, second)
	}
}

func TestMessageHeader(t *testing.T) {
	m, err := testmail.New("20261123T060000Z-9f3c2a1b04de", "soc@Sender.Example", "anna@lab.example", noon)
	if err != nil {
		t.Fatal(err)
	}
	m.Headers = []testmail.Header{{"X-Ticket", "INC-7: a value"}}
	m.Date = m.Date.In(time.FixedZone("KST", 9*3600)) // sent in UTC all the same
	var raw bytes.Buffer
	size, err := m.WriteTo(&raw)
	if err != nil {
		t.Fatal(err)
	}
	if size != int64(raw.Len()) {
		t.Errorf("size %d of %d bytes", size, raw.Len())
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"From": "<soc@Sender.Example>", "To": "<anna@lab.example>", "Subject": "CTR verify 20261123T060000Z-9f3c2a1b04de",
		"Message-Id": "<20261123T060000Z-9f3c2a1b04de@sender.example>", "Date": "Mon, 23 Nov 2026 06:00:00 +0000",
		"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "X-Ctrace-Token": m.Token, "X-Ticket": "INC-7: a value",
		"User-Agent": "", "X-Mailer": "", "X-Advertisement": "", "Content-Transfer-Encoding": "7bit",
	}
	for name, value := range want {
		if got := parsed.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	if host, err := os.Hostname(); err == nil && host != "localhost" && strings.Contains(raw.String(), host) {
		t.Errorf("the message names this computer:\n%s", raw.String())
	}
	for i, line := range strings.Split(strings.TrimSuffix(raw.String(), "\r\n"), "\r\n") {
		if strings.ContainsAny(line, "\r\n") || len(line) > 78 {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
}

func TestInvalidMessages(t *testing.T) {
	for name, change := range map[string]func(*testmail.Message){
		"sender without domain":     func(m *testmail.Message) { m.From = "soc" },
		"no sender":                 func(m *testmail.Message) { m.From = "" },
		"international recipient":   func(m *testmail.Message) { m.To = "müller@lab.example" },
		"international domain":      func(m *testmail.Message) { m.To = "a@bücher.example" },
		"two recipients":            func(m *testmail.Message) { m.To = "a@lab.example,b@lab.example" },
		"recipient with a name":     func(m *testmail.Message) { m.To = "Anna <a@lab.example>" },
		"recipient injects":         func(m *testmail.Message) { m.To = "a@lab.example>\r\nRCPT TO:<b@lab.example" },
		"recipient domain with dot": func(m *testmail.Message) { m.To = "a@lab..example" },
		"long recipient":            func(m *testmail.Message) { m.To = "a@" + strings.Repeat("x.", 130) + "example" },
		"token with blank":          func(m *testmail.Message) { m.Token = "a token here"; m.Subject = m.Token },
		"token not in subject":      func(m *testmail.Message) { m.Subject = "hello" },
		"international subject":     func(m *testmail.Message) { m.Subject += " 확인" },
		"subject injects":           func(m *testmail.Message) { m.Subject += "\r\nBcc: b@lab.example" },
		"subject of 60":             func(m *testmail.Message) { m.Subject += strings.Repeat("x", 60-len(m.Subject)) },
		"long subject":              func(m *testmail.Message) { m.Subject += strings.Repeat(" more", 10) },
		"Message-ID in brackets":    func(m *testmail.Message) { m.MessageID = "<" + m.MessageID + ">" },
		"Message-ID injects":        func(m *testmail.Message) { m.MessageID += "\r\nX: y" },
		"no date":                   func(m *testmail.Message) { m.Date = time.Time{} },
		"unknown kind":              func(m *testmail.Message) { m.Kind = "worm" },
		"link without address":      func(m *testmail.Message) { m.Kind = testmail.KindLink },
		"link with a line break":    func(m *testmail.Message) { m.Kind, m.Link = testmail.KindLink, "https://a.example/\r\nX: y" },
		"attachment kind without":   func(m *testmail.Message) { m.Kind = testmail.KindAttachment },
		"attachment with path":      func(m *testmail.Message) { m.Attachments = []testmail.Attachment{{Name: "../x"}} },
		"attachment name injects":   func(m *testmail.Message) { m.Attachments = []testmail.Attachment{{Name: "x\r\nX: y"}} },
		"attachment type injects": func(m *testmail.Message) {
			m.Attachments = []testmail.Attachment{{Name: "x", ContentType: "a/b\r\nX: y"}}
		},
		"header name injects":   func(m *testmail.Message) { m.Headers = []testmail.Header{{"X-A: b\r\nBcc", "c@lab.example"}} },
		"header value injects":  func(m *testmail.Message) { m.Headers = []testmail.Header{{"X-A", "b\r\nBcc: c@lab.example"}} },
		"header value with NUL": func(m *testmail.Message) { m.Headers = []testmail.Header{{"X-A", "b\x00"}} },
		"header that is fixed":  func(m *testmail.Message) { m.Headers = []testmail.Header{{"bcc", "c@lab.example"}} },
		"body with NUL":         func(m *testmail.Message) { m.Body = "a\x00b" },
	} {
		t.Run(name, func(t *testing.T) {
			m := messageTo(t, "anna@lab.example")
			change(&m)
			_, err := testmail.Send(t.Context(), testmail.Server{Host: "127.0.0.1", Port: 1}, m)
			if e := failure(t, err); e.Class != testmail.ClassInvalid {
				t.Errorf("got %v", err)
			}
			if _, err := m.WriteTo(&bytes.Buffer{}); err == nil {
				t.Error("it was written")
			}
		})
	}
}

func TestInvalidServers(t *testing.T) {
	for name, s := range map[string]testmail.Server{
		"no host":             {},
		"host with path":      {Host: "mail.example/x"},
		"port":                {Host: "mail.example", Port: 70000},
		"TLS mode":            {Host: "mail.example", TLS: "maybe"},
		"HELO injects":        {Host: "mail.example", HELO: "x\r\nMAIL"},
		"HELO literal":        {Host: "mail.example", HELO: "[not an address]"},
		"AUTH":                {Host: "mail.example", Auth: "gssapi", Username: "u"},
		"AUTH without a user": {Host: "mail.example", Auth: testmail.AuthPlain},
	} {
		_, err := testmail.Send(t.Context(), s, messageTo(t, "anna@lab.example"))
		if e := failure(t, err); e.Class != testmail.ClassInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	shown := fmt.Sprintf("%v %+v %#v", testmail.Server{Host: "h", Password: "Planted-Secret"}, testmail.Server{Password: "Planted-Secret"}, testmail.Server{Password: "Planted-Secret"})
	if strings.Contains(shown, "Planted") {
		t.Errorf("a server shows its password: %s", shown)
	}
}

// TestKinds sends every kind and looks at what arrived and what the appliance made of it.
func TestKinds(t *testing.T) {
	file := testmail.Attachment{Name: "notes.txt", ContentType: "text/plain", Data: []byte("just notes\n")}
	for _, tc := range []struct {
		kind    testmail.Kind
		status  string
		subject string // in front of it, as delivered
		files   []string
		urls    int
	}{
		{testmail.KindPlain, "Delivered", "", nil, 0},
		{testmail.KindSpam, "Quarantined by Anti-Spam/Graymail", "", nil, 0},
		{testmail.KindSuspect, "Delivered", "[SUSPECTED SPAM] ", nil, 0},
		{testmail.KindMarketing, "Delivered", "[MARKETING] ", nil, 0},
		{testmail.KindEICAR, "Dropped By Anti-Virus", "", []string{"275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"}, 0},
		{testmail.KindLink, "Delivered", "", nil, 1},
		{testmail.KindAttachment, "Delivered", "", []string{"5b7f0c5ea7d7b0bd0fd0f4ad4a0d7ee0"}, 0},
	} {
		t.Run(string(tc.kind), func(t *testing.T) {
			a := start(t, esatest.Config{})
			m := message(t, a)
			m.Kind = tc.kind
			switch tc.kind {
			case testmail.KindLink:
				m.Link = "https://www.example.com/path?q=1"
			case testmail.KindAttachment:
				m.Attachments = []testmail.Attachment{file}
			}
			if _, err := testmail.Send(t.Context(), serverOf(t, a), m); err != nil {
				t.Fatal(err)
			}
			got := a.Messages()[0]
			if got.Status != tc.status || got.Subject != m.Subject || tc.status != "Dropped By Anti-Virus" && got.FinalSubject != tc.subject+m.Subject {
				t.Errorf("status %q, subject %q, finally %q", got.Status, got.Subject, got.FinalSubject)
			}
			if len(got.Attachments) != len(tc.files) || len(got.URLs) != tc.urls || tc.urls > 0 && got.URLs[0].URL != m.Link {
				t.Errorf("attachments %+v, links %+v", got.Attachments, got.URLs)
			}
			if tc.kind == testmail.KindEICAR && got.Attachments[0].SHA256 != tc.files[0] {
				t.Errorf("the test file has the hash %s", got.Attachments[0].SHA256)
			}
			if tc.kind == testmail.KindAttachment && (got.Attachments[0].Name != file.Name || got.Attachments[0].Size != int64(len(file.Data))) {
				t.Errorf("attachment %+v", got.Attachments[0])
			}
		})
	}
	var kinds []testmail.Kind
	for _, k := range testmail.Kinds() {
		kinds = append(kinds, k.Kind)
		if (k.Risk != "") != (k.Kind == testmail.KindEICAR) || k.Description == "" {
			t.Errorf("kind %+v", k)
		}
	}
	if !slices.Contains(kinds, testmail.KindAttachment) || len(kinds) != 7 {
		t.Errorf("kinds %v", kinds)
	}
}

// TestBodies makes sure that any text arrives, whatever its line ends, length and characters.
func TestBodies(t *testing.T) {
	a := start(t, esatest.Config{MaxSize: 1 << 20})
	for _, body := range []string{".\n.leading dots\n..\n", "a\r\nb\rc\nd", strings.Repeat("long ", 1000), "보안 시험", "\ttab", "no end"} {
		m := message(t, a)
		m.Body = body
		if r, err := testmail.Send(t.Context(), serverOf(t, a), m); err != nil || a.Find(nil)[0].Size != r.MessageSize {
			t.Errorf("body %.20q: %v, %d bytes sent", body, err, r.MessageSize)
		}
	}
}

// resolver answers every name alike.
type resolver struct {
	mx  []*net.MX
	err error
}

func (r resolver) LookupMX(context.Context, string) ([]*net.MX, error) { return r.mx, r.err }

func TestLookupMX(t *testing.T) {
	hosts, err := testmail.LookupMX(t.Context(), resolver{mx: []*net.MX{{Host: "b.example.", Pref: 20}, {Host: "a.example.", Pref: 10}}}, "Example.")
	if diff := cmp.Diff([]testmail.MX{{"a.example", 10}, {"b.example", 20}}, hosts); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	hosts, err = testmail.LookupMX(t.Context(), resolver{err: &net.DNSError{IsNotFound: true}}, "example")
	if diff := cmp.Diff([]testmail.MX{{"example", 0}}, hosts); err != nil || diff != "" {
		t.Errorf("without MX: %v %s", err, diff)
	}
	for name, tc := range map[string]struct {
		resolver resolver
		domain   string
		class    testmail.Class
	}{
		"null MX":   {resolver{mx: []*net.MX{{Host: "."}}}, "example", testmail.ClassDNS},
		"no answer": {resolver{err: &net.DNSError{IsTimeout: true}}, "example", testmail.ClassTimeout},
		"broken":    {resolver{err: &net.DNSError{Err: "server misbehaving"}}, "example", testmail.ClassDNS},
		"no domain": {resolver{}, " ", testmail.ClassInvalid},
	} {
		_, err := testmail.LookupMX(t.Context(), tc.resolver, tc.domain)
		if e := failure(t, err); e.Class != tc.class {
			t.Errorf("%s: class %s: %v", name, e.Class, err)
		}
	}
}

func TestReceiptSurvivesJSON(t *testing.T) {
	a := start(t, esatest.Config{})
	r, err := testmail.Send(t.Context(), serverOf(t, a), message(t, a))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back testmail.Receipt
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	r.Started = r.Started.Round(0)
	if diff := cmp.Diff(r, back, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Error(diff)
	}
	for _, member := range []string{`"enhanced_code"`, `"mid":1000001`, `"seconds":`, `"direction":"received"`} {
		if member != `"enhanced_code"` && !bytes.Contains(data, []byte(member)) {
			t.Errorf("no %s in %s", member, data)
		}
	}
}

func TestKnownRefusals(t *testing.T) {
	for _, tc := range []struct {
		stage testmail.Stage
		code  int
		text  string
		cause string
	}{
		{testmail.StageBanner, 421, "The evaluation license has expired", "licence has expired"},
		{testmail.StageBanner, 421, "#4.4.5 Too many TLS sessions at this time", "too many connections"},
		{testmail.StageBanner, 421, "esa1 Service not available, closing transaction channel", "suspended"},
		{testmail.StageMail, 421, "#4.x.2 Too many messages for this session", "too many connections or messages"},
		{testmail.StageMail, 421, "Exceeded allowable connection time", "suspended or busy"},
		{testmail.StageMail, 421, "Exceeded bad SMTP command limit, disconnecting", "bad commands"},
		{testmail.StageMail, 451, "#4.3.0 Server Error", "internal error"},
		{testmail.StageSent, 452, "#4.3.1 queue full", "short of resources"},
		{testmail.StageSent, 452, "#4.3.1 server resources low - try again later", "short of resources"},
		{testmail.StageRcpt, 452, "Too many recipients received this hour", "too many recipients were named"},
		{testmail.StageRcpt, 452, "#4.5.3 Too many recipients", "too many recipients were named"},
		{testmail.StageStartTLS, 454, "TLS not available due to a temporary reason", "cannot start encryption"},
		{testmail.StageMail, 500, "#5.5.1 command not recognized", "did not know a command"},
		{testmail.StageEHLO, 501, "#5.0.0 EHLO requires domain address", "helo name"},
		{testmail.StageMail, 501, "#5.5.2 syntax error", "form of a command"},
		{testmail.StageRcpt, 503, "#5.5.1 MAIL first", "order of commands"},
		{testmail.StageAuth, 503, "#5.3.3 AUTH not available", "mechanism"},
		{testmail.StageAuth, 504, "#5.5.1 AUTH mechanism X is not available", "this authentication mechanism"},
		{testmail.StageMail, 530, "Authentication required", "after authentication"},
		{testmail.StageMail, 530, "#5.7.0 Must issue a STARTTLS command first", "encrypted connection"},
		{testmail.StageMail, 530, "This sender must issue a STARTTLS command first", "encrypted connection"},
		{testmail.StageAuth, 538, "#5.7.11 Encryption required", "encrypted connection"},
		{testmail.StageRcpt, 550, "#5.1.0 Address rejected.", "does not take mail for this recipient"},
		{testmail.StageRcpt, 550, "#5.7.1 Your access to submit messages to this e-mail system has been rejected.", "this computer"},
		{testmail.StageMail, 552, "#5.3.4 message size exceeds limit", "larger than"},
		{testmail.StageSent, 552, "size limit exceeded", "larger than"},
		{testmail.StageMail, 553, "#5.1.8 Domain of sender address <x@y.example> does not exist", "the sender's domain"},
		{testmail.StageBanner, 554, "Your access to this mail system has been rejected due to the sending MTA's poor reputation.", "does not talk to this computer"},
		{testmail.StageSent, 554, "Too many hops", "went round"},
		{testmail.StageSent, 554, "message body contains illegal bare CR/LF characters", "bare line ends"},
		{testmail.StageSent, 571, "who knows", "refused the content"},
		{testmail.StageRcpt, 499, "who knows", "puts the message off"},
	} {
		e := &testmail.Error{Stage: tc.stage, Host: "esa1", Code: tc.code, Text: tc.text}
		meaning, _, _ := strings.Cut(strings.ToLower(e.Cause()), ": at stage") // behind it are the server's own words
		if !strings.Contains(meaning, tc.cause) || e.Advice() == "" {
			t.Errorf("%d %s: %q, %q", tc.code, tc.text, e.Cause(), e.Advice())
		}
	}
	for _, class := range []testmail.Class{
		testmail.ClassInvalid, testmail.ClassDNS, testmail.ClassConnect, testmail.ClassTimeout, testmail.ClassTLS, testmail.ClassCertificate,
		testmail.ClassNoSTARTTLS, testmail.ClassAuth, testmail.ClassProtocol, testmail.ClassUnknownOutcome, testmail.ClassCancelled,
	} {
		e := &testmail.Error{Stage: testmail.StageDial, Class: class, Host: "esa1", Err: errors.New("beneath")}
		if e.Error() != e.Cause()+" "+e.Advice() || !strings.HasSuffix(e.Advice(), ".") || !errors.Is(e, e.Err) {
			t.Errorf("%s: %q", class, e)
		}
	}
}
