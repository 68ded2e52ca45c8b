package testmail_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
)

// start starts an appliance for one test.
func start(t *testing.T, cfg esatest.Config) *esatest.Appliance {
	t.Helper()
	a, err := esatest.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// at makes a server out of host:port.
func at(t *testing.T, addr string) testmail.Server {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return testmail.Server{Host: host, Port: number, Timeout: 10 * time.Second}
}

// serverOf is how to reach an appliance's listener.
func serverOf(t *testing.T, a *esatest.Appliance) testmail.Server {
	t.Helper()
	s := at(t, a.SMTPAddr())
	s.TLSConfig = &tls.Config{RootCAs: a.CA().Pool()}
	return s
}

// message is a plain test message that the appliance takes.
func message(t *testing.T, a *esatest.Appliance) testmail.Message {
	t.Helper()
	return messageTo(t, "anna.lee@"+a.Domain())
}

func messageTo(t *testing.T, to string) testmail.Message {
	t.Helper()
	now := time.Now()
	m, err := testmail.New(testmail.NewToken(now), "soc@sender.example", to, now)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// failure is the *Error in err.
func failure(t *testing.T, err error) *testmail.Error {
	t.Helper()
	e, ok := errors.AsType[*testmail.Error](err)
	if !ok {
		t.Fatalf("error %v (%T) is not an *Error", err, err)
	}
	return e
}

// words is everything that a receipt and an error show.
func words(r testmail.Receipt, err error) string {
	var b strings.Builder
	for _, l := range r.Transcript {
		b.WriteString(l.Text + "\n")
	}
	b.WriteString(r.Text + "\n" + r.Banner + "\n")
	if err != nil {
		b.WriteString(err.Error())
	}
	return b.String()
}

func TestSendIsTaken(t *testing.T) {
	for _, tc := range []struct {
		name   string
		tls    testmail.TLSMode
		stages string
	}{
		{"starttls by default", "", "dial banner ehlo starttls mail rcpt data sent quit"},
		{"implicit", testmail.TLSImplicit, "dial starttls banner ehlo mail rcpt data sent quit"},
		{"none", testmail.TLSNone, "dial banner ehlo mail rcpt data sent quit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := start(t, esatest.Config{SMTPSAddr: "127.0.0.1:0"})
			s := serverOf(t, a)
			s.TLS = tc.tls
			if tc.tls == testmail.TLSImplicit {
				s.Port = at(t, a.SMTPSAddr()).Port
			}
			m := message(t, a)
			r, err := testmail.Send(t.Context(), s, m)
			if err != nil {
				t.Fatal(err)
			}
			var stages []string
			for _, timing := range r.Timings {
				stages = append(stages, string(timing.Stage))
			}
			if got := strings.Join(stages, " "); got != tc.stages {
				t.Errorf("stages %q, want %q", got, tc.stages)
			}
			records := a.Messages()
			if len(records) != 1 {
				t.Fatalf("the appliance has %d messages", len(records))
			}
			got := records[0]
			if !r.Accepted || r.Code != 250 || r.MID != got.MIDs[0] || r.Text != "ok:  Message "+strconv.FormatInt(r.MID, 10)+" accepted" {
				t.Errorf("receipt %+v does not belong to MID %d", r, got.MIDs[0])
			}
			if r.Stage != testmail.StageQuit || r.Banner != "esa1.lab.example ESMTP" || r.Features.Name != "esa1.lab.example" || r.Features.Size != 31457280 {
				t.Errorf("receipt %+v", r)
			}
			if got.Subject != m.Subject || got.MessageID != "<"+m.MessageID+">" || got.From != m.From || got.Helo != "sender.example" || got.Size != r.MessageSize {
				t.Errorf("arrived as %+v, sent %+v with %d bytes", got, m, r.MessageSize)
			}
			if encrypted := tc.tls != testmail.TLSNone; (r.TLS != nil) != encrypted || (got.TLS != "") != encrypted {
				t.Errorf("TLS %v here, %q there", r.TLS, got.TLS)
			}
			if r.TLS != nil && (r.TLS.Version != "TLS 1.3" || r.TLS.Cipher == "" || !r.TLS.Verified || len(r.TLS.Fingerprint) != 64 || r.TLS.Issuer != "CN=Lab CA,O=Lab") {
				t.Errorf("TLS %+v", r.TLS)
			}
		})
	}
}

func TestAuthentication(t *testing.T) {
	const password = "Planted-Secret-8731"
	all := []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"}
	for _, tc := range []struct {
		method  testmail.AuthMethod
		offered []string
		used    testmail.AuthMethod
	}{
		{testmail.AuthPlain, all, testmail.AuthPlain},
		{testmail.AuthLogin, all, testmail.AuthLogin},
		{testmail.AuthCRAMMD5, all, testmail.AuthCRAMMD5},
		{testmail.AuthSCRAMSHA1, all, testmail.AuthSCRAMSHA1},
		{testmail.AuthSCRAMSHA256, all, testmail.AuthSCRAMSHA256},
		{testmail.AuthAuto, all, testmail.AuthSCRAMSHA256},
		{"", []string{"PLAIN", "LOGIN"}, testmail.AuthPlain},
		{testmail.AuthAuto, []string{"LOGIN"}, testmail.AuthLogin},
	} {
		t.Run(string(tc.method)+" of "+strings.Join(tc.offered, " "), func(t *testing.T) {
			a := start(t, esatest.Config{Auth: tc.offered, SMTPUsername: "relay", SMTPPassword: password, Faults: []string{"smtp-auth-required"}})
			s := serverOf(t, a)
			s.Auth, s.Username, s.Password = tc.method, "relay", password
			r, err := testmail.Send(t.Context(), s, message(t, a))
			if err != nil {
				t.Fatal(err)
			}
			if r.AuthUsed != tc.used || a.Messages()[0].AuthUser != "relay" {
				t.Errorf("used %s, want %s; the appliance knows %q", r.AuthUsed, tc.used, a.Messages()[0].AuthUser)
			}
			shown := words(r, nil)
			if !strings.Contains(shown, "AUTH "+strings.ToUpper(string(tc.used))+" <hidden>") {
				t.Errorf("the transcript does not show the mechanism:\n%s", shown)
			}
			noSecrets(t, shown, "relay", password)

			s.Password = "Wrong-Secret-1234"
			r, err = testmail.Send(t.Context(), s, message(t, a))
			if e := failure(t, err); e.Class != testmail.ClassAuth || e.Stage != testmail.StageAuth || e.Code != 535 {
				t.Errorf("a wrong password gives %+v", e)
			}
			noSecrets(t, words(r, err), "relay", s.Password)
		})
	}
}

func TestAuthenticationThatCannotBe(t *testing.T) {
	for _, tc := range []struct {
		name    string
		method  testmail.AuthMethod
		offered []string
	}{
		{"nothing offered", testmail.AuthAuto, nil},
		{"another offered", testmail.AuthCRAMMD5, []string{"PLAIN"}},
		{"only unknown ones offered", testmail.AuthAuto, []string{"GSSAPI"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := start(t, esatest.Config{Auth: tc.offered})
			s := serverOf(t, a)
			s.Auth, s.Username, s.Password = tc.method, "relay", "Planted-Secret-8731"
			_, err := testmail.Send(t.Context(), s, message(t, a))
			if e := failure(t, err); e.Class != testmail.ClassAuth || e.Stage != testmail.StageAuth || e.Code != 0 {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// TestPasswordInClearText makes sure that a password does not cross a network in clear text, by
// making the loopback connection look like another one.
func TestPasswordInClearText(t *testing.T) {
	a := start(t, esatest.Config{Auth: []string{"PLAIN", "LOGIN"}})
	s := serverOf(t, a)
	s.TLS, s.Username, s.Password = testmail.TLSNone, "relay", "Planted-Secret-8731"
	s.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		return elsewhere{conn}, err
	}
	for _, method := range []testmail.AuthMethod{testmail.AuthAuto, testmail.AuthPlain, testmail.AuthLogin} {
		s.Auth = method
		r, err := testmail.Send(t.Context(), s, message(t, a))
		if e := failure(t, err); e.Class != testmail.ClassAuth || strings.Contains(words(r, nil), "<hidden>") {
			t.Errorf("%s: %+v\n%s", method, e, words(r, nil))
		}
	}
}

// elsewhere is a connection to another machine, as far as its address tells.
type elsewhere struct{ net.Conn }

func (elsewhere) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }

func TestProbeSendsNothing(t *testing.T) {
	last := map[testmail.Stage]string{
		testmail.StageBanner: "", testmail.StageEHLO: "EHLO", testmail.StageStartTLS: "EHLO", testmail.StageAuth: "EHLO",
		testmail.StageMail: "MAIL", testmail.StageRcpt: "RCPT",
	}
	for stage, command := range last {
		t.Run(string(stage), func(t *testing.T) {
			a := start(t, esatest.Config{})
			r, err := testmail.Probe(t.Context(), serverOf(t, a), testmail.Message{From: "soc@sender.example", To: "anna.lee@" + a.Domain()}, stage)
			if err != nil {
				t.Fatal(err)
			}
			var commands []string
			for _, l := range r.Transcript {
				if l.Direction == testmail.Sent {
					verb, _, _ := strings.Cut(l.Text, " ")
					commands = append(commands, verb)
				}
			}
			if n := len(commands); n == 0 || commands[n-1] != "QUIT" || command != "" && commands[n-2] != command {
				t.Errorf("commands %v, want QUIT after %s", commands, command)
			}
			if r.Accepted || a.Received() != 0 {
				t.Error("a message left")
			}
		})
	}
	if _, err := testmail.Probe(t.Context(), testmail.Server{Host: "localhost", HELO: "x.example"}, testmail.Message{}, testmail.StageData); failure(t, err).Class != testmail.ClassInvalid {
		t.Errorf("stopping at DATA gives %v", err)
	}
}

// TestTranscriptHasNoContent makes sure that neither text nor files of a message are recorded, and
// that every line was handed out while it happened.
func TestTranscriptHasNoContent(t *testing.T) {
	a := start(t, esatest.Config{})
	m := message(t, a)
	m.Body = "planted body text"
	m.Kind = testmail.KindEICAR
	s := serverOf(t, a)
	var live []testmail.Line
	s.Transcript = func(l testmail.Line) { live = append(live, l) }
	r, err := testmail.Send(t.Context(), s, m)
	if err != nil {
		t.Fatal(err)
	}
	shown := words(r, nil)
	for _, part := range []string{"planted body", "base64", "eicar", "EICAR", "Subject"} {
		if strings.Contains(shown, part) {
			t.Errorf("the transcript holds %q:\n%s", part, shown)
		}
	}
	if len(live) != len(r.Transcript) {
		t.Errorf("%d lines while it happened, %d afterwards", len(live), len(r.Transcript))
	}
	if got := a.Messages()[0]; got.Status != "Dropped By Anti-Virus" || len(got.Attachments) != 1 || got.Attachments[0].Threat == "" {
		t.Errorf("the appliance made %+v of the EICAR file", got)
	}
}

func TestSourceAddress(t *testing.T) {
	a := start(t, esatest.Config{})
	s := serverOf(t, a)
	s.Dial = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}}).DialContext
	r, err := testmail.Send(t.Context(), s, message(t, a))
	if err != nil {
		t.Skipf("this system has no 127.0.0.9: %v", err)
	}
	if !strings.HasPrefix(r.LocalAddr, "127.0.0.9:") || a.Messages()[0].SenderIP != "127.0.0.9" {
		t.Errorf("sent from %s, the appliance saw %s", r.LocalAddr, a.Messages()[0].SenderIP)
	}
}
