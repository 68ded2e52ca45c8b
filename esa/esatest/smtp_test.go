package esatest_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest"
)

func TestDialogue(t *testing.T) {
	a := start(t, esatest.Config{})
	m := greeted(t, a)
	m.say("STARTTLS", "220 Go ahead with TLS")
	m.upgrade(a)
	m.say("MAIL FROM:<a@b.example>", "503 #5.5.1 EHLO first") // TLS starts anew
	m.say("EHLO client.example", "250-esa1.lab.example", "250-8BITMIME", "250 SIZE 31457280")
	m.say("mail from: <a@b.example> SIZE=100 BODY=8BITMIME", "250 sender <a@b.example> ok")
	m.say("rcpt to:<c@LAB.example>", "250 recipient <c@LAB.example> ok")
	m.say("DATA", "354 go ahead")
	m.say("Subject: x\r\n\r\n..dot\r\n.", "250 ok:  Message 1000001 accepted")
	m.say("MAIL FROM:<>", "250 sender <> ok")
	m.say("RSET", "250 reset")
	m.say("NOOP", "250 ok")
	m.say("QUIT", "221 esa1.lab.example")
	m.ended()
	r := a.Messages()[0]
	if r.TLS == "" || r.Size != int64(len("Subject: x\r\n\r\n.dot\r\n")) || r.Subject != "x" || r.Helo != "client.example" || r.MessageID == "" {
		t.Errorf("record %+v", r)
	}
}

func TestRefusedCommands(t *testing.T) {
	for _, tc := range []struct{ after, line, answer string }{
		{"", "EHLO", "501 #5.0.0 EHLO requires domain address"},
		{"", "EHLO -x", "501 #5.0.0 EHLO requires domain address"},
		{"", "HELO", "501 #5.0.0 HELO requires domain address"},
		{"", "XYZZY", "500 #5.5.1 command not recognized"},
		{"", "AUTH PLAIN AGEAYg==", "503 #5.3.3 AUTH not available"},
		{"", "STARTTLS now", "501 #5.5.2 syntax error"},
		{"", "RCPT TO:<c@lab.example>", "503 #5.5.1 MAIL first"},
		{"", "DATA", "503 #5.5.1 MAIL first"},
		{"", "MAIL FROM:a@b.example", "501 #5.5.2 syntax error"},
		{"", "MAIL FROM:<a@b.example", "501 #5.5.2 syntax error"},
		{"", "MAIL FROM:<a b@c.example>", "501 #5.5.2 syntax error"},
		{"", "MAIL FROM:<müller@b.example>", "501 #5.5.2 syntax error"},
		{"", "MAIL FROM:<a@b.example> SMTPUTF8", "501 #5.5.2 syntax error"},
		{"", "MAIL FROM:<a@b.example> SIZE=many", "501 #5.5.2 syntax error"},
		{"", "MAIL FROM:<a@b.example> SIZE=99999999", "552 #5.3.4 message size exceeds limit"},
		{"MAIL FROM:<a@b.example>", "MAIL FROM:<a@b.example>", "503 #5.5.1 sender already specified"},
		{"MAIL FROM:<a@b.example>", "DATA", "503 #5.5.1 RCPT first"},
		{"MAIL FROM:<a@b.example>", "RCPT TO:<c@elsewhere.example>", "550 #5.1.0 Address rejected."},
		{"MAIL FROM:<a@b.example>", "RCPT TO:<>", "501 #5.5.2 syntax error"},
		{"MAIL FROM:<a@b.example>", "RCPT TO:<c@lab.example> NOTIFY=NEVER", "501 #5.5.2 syntax error"},
		{"", strings.Repeat("x", 5000), "500 Line too long"},
		{"", "VRFY a", "252 #2.5.2 cannot VRFY user, but will accept message"},
	} {
		t.Run(fmt.Sprintf("%.40s", tc.line), func(t *testing.T) {
			m := greeted(t, start(t, esatest.Config{}))
			if tc.after != "" {
				m.say(tc.after, "250 sender <a@b.example> ok")
			}
			m.say(tc.line, tc.answer)
			m.say("NOOP", "250 ok")
		})
	}
}

func TestSMTPLimits(t *testing.T) {
	a := start(t, esatest.Config{})
	m := greeted(t, a)
	for range 9 {
		m.say("XYZZY", "500 #5.5.1 command not recognized")
	}
	m.say("XYZZY", "421 Exceeded bad SMTP command limit, disconnecting.")
	m.ended()

	m = greeted(t, a)
	m.say("MAIL FROM:<a@b.example>", "250 sender <a@b.example> ok")
	for i := range 50 {
		m.say(fmt.Sprintf("RCPT TO:<u%d@lab.example>", i), fmt.Sprintf("250 recipient <u%d@lab.example> ok", i))
	}
	m.say("RCPT TO:<one.more@lab.example>", "452 #4.5.3 Too many recipients")

	m = greeted(t, a)
	for range 10 {
		m.say("MAIL FROM:<a@b.example>", "250 sender <a@b.example> ok")
		m.say("RCPT TO:<c@lab.example>", "250 recipient <c@lab.example> ok")
		m.say("DATA", "354 go ahead")
		if err := m.PrintfLine("Subject: x\r\n\r\n."); err != nil {
			t.Fatal(err)
		}
		if _, err := m.ReadLine(); err != nil {
			t.Fatal(err)
		}
	}
	m.say("MAIL FROM:<a@b.example>", "421 #4.x.2 Too many messages for this session")
	m.ended()
}

// TestContent hands in contents that a sloppy reader would take for something else.
func TestContent(t *testing.T) {
	for name, tc := range map[string]struct{ content, answer string }{
		"smuggled with LF":    {"Subject: x\r\n\r\na\n.\nMAIL FROM:<x@y>\r\n", "554 message body contains illegal bare CR/LF characters"},
		"smuggled with LF.CR": {"Subject: x\r\n\r\na\n.\r\nMAIL FROM:<x@y>\r\n", "554 message body contains illegal bare CR/LF characters"},
		"bare CR":             {"Subject: x\r\n\r\na\rb\r\n", "554 message body contains illegal bare CR/LF characters"},
		"long lines":          {"Subject: x\r\n\r\n" + strings.Repeat("y", 5000) + "\r\n", "250 ok:  Message 1000001 accepted"},
		"CR at a piece's end": {"Subject: x\r\n\r\n" + strings.Repeat("y", 2047) + "\r\n..\r\n", "250 ok:  Message 1000001 accepted"},
		"too large":           {"Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("y", 70)+"\r\n", 60), "552 #5.3.4 message size exceeds limit"},
		"nothing":             {"", "250 ok:  Message 1000001 accepted"},
		"only a dotted line":  {"..\r\n", "250 ok:  Message 1000001 accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			limit := int64(6000)
			if name == "too large" {
				limit = 4000
			}
			m := dialSMTP(t, start(t, esatest.Config{MaxSize: limit}))
			m.expect("220 esa1.lab.example ESMTP")
			m.say("HELO client.example", "250 esa1.lab.example")
			m.say("MAIL FROM:<a@b.example>", "250 sender <a@b.example> ok")
			m.say("RCPT TO:<c@lab.example>", "250 recipient <c@lab.example> ok")
			m.say("DATA", "354 go ahead")
			if _, err := io.WriteString(m.raw, tc.content+".\r\n"); err != nil {
				t.Fatal(err)
			}
			m.expect(tc.answer)
			m.say("NOOP", "250 ok")
		})
	}
}

// TestClearTextBehindSTARTTLS sends commands in clear text behind STARTTLS; they must not count as
// said under TLS.
func TestClearTextBehindSTARTTLS(t *testing.T) {
	a := start(t, esatest.Config{})
	m := greeted(t, a)
	m.say("STARTTLS\r\nMAIL FROM:<evil@b.example>", "220 Go ahead with TLS")
	// The clear text is where the handshake should be: either the handshake fails or the text is
	// gone, but it is never answered.
	if err := m.PrintfLine("NOOP"); err != nil {
		return
	}
	if line, err := m.ReadLine(); err == nil && strings.HasPrefix(line, "250") {
		t.Fatalf("answered %q in clear text after STARTTLS", line)
	}
}

func TestSMTPAuthSyntax(t *testing.T) {
	a := start(t, esatest.Config{Auth: []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"}, SMTPUsername: "u", SMTPPassword: "p"})
	m := dialSMTP(t, a)
	m.expect("220 esa1.lab.example ESMTP")
	m.say("EHLO client.example", "250-esa1.lab.example", "250-8BITMIME", "250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256", "250-SIZE 31457280", "250 STARTTLS")
	m.say("AUTH", "501 #5.5.4 Invalid arguments to AUTH command")
	m.say("AUTH GSSAPI", "504 #5.5.1 AUTH mechanism GSSAPI is not available")
	m.say("AUTH PLAIN !!!", "501 #5.5.4 Invalid arguments to AUTH command")
	m.say("AUTH PLAIN", "334 ")
	m.say("*", "501 #5.5.4 Invalid arguments to AUTH command")
	m.say("AUTH LOGIN", "334 VXNlcm5hbWU6")
	m.say("dQ==", "334 UGFzc3dvcmQ6")
	m.say("eA==", "535 #5.7.8 Bad username or password")
	m.say("AUTH PLAIN AHUAcA==", "235 #2.0.0 OK Authenticated")
	m.say("AUTH PLAIN AHUAcA==", "503 #5.5.0 Already authenticated")
	m.say("MAIL FROM:<a@lab.example>", "250 sender <a@lab.example> ok")
	m.say("RCPT TO:<c@elsewhere.example>", "250 recipient <c@elsewhere.example> ok") // may relay
	m.say("DATA", "354 go ahead")
	m.say("Subject: out\r\n\r\n.", "250 ok:  Message 1000001 accepted")
	if r := a.Messages()[0]; r.Direction != "outgoing" || r.AuthUser != "u" || r.SenderGroup != "RELAYLIST" {
		t.Errorf("record %+v", r)
	}
}

// TestCloseEndsSessions closes the appliance while sessions are in the middle of something.
func TestCloseEndsSessions(t *testing.T) {
	for _, fault := range []string{"", "smtp-slow", "smtp-silent", "smtp-silent-ehlo", "api-silent", "api-slow"} {
		a, err := esatest.Start(esatest.Config{Faults: strings.Fields(fault), Delay: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		m := dialSMTP(t, a)
		if err := m.PrintfLine("EHLO client.example"); err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { a.Close(); close(done) }()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("%s: Close does not return", fault)
		}
	}
}
