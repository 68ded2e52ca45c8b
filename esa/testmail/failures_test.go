package testmail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
)

func TestRefusals(t *testing.T) {
	for _, tc := range []struct {
		fault    string
		class    testmail.Class
		stage    testmail.Stage
		code     int
		enhanced string
	}{
		{"smtp-refuse-banner", testmail.ClassRefused, testmail.StageBanner, 554, ""},
		{"smtp-busy", testmail.ClassTemporary, testmail.StageBanner, 421, "4.4.5"},
		{"smtp-suspended", testmail.ClassTemporary, testmail.StageBanner, 421, ""},
		{"smtp-no-starttls", testmail.ClassNoSTARTTLS, testmail.StageStartTLS, 0, ""},
		{"smtp-starttls-454", testmail.ClassTLS, testmail.StageStartTLS, 454, ""},
		{"smtp-unknown-ca", testmail.ClassCertificate, testmail.StageStartTLS, 0, ""},
		{"smtp-wrong-name", testmail.ClassCertificate, testmail.StageStartTLS, 0, ""},
		{"smtp-expired-certificate", testmail.ClassCertificate, testmail.StageStartTLS, 0, ""},
		{"smtp-auth-required", testmail.ClassAuth, testmail.StageMail, 530, ""},
		{"smtp-refuse-sender", testmail.ClassRefused, testmail.StageMail, 553, "5.1.8"},
		{"smtp-refuse-rcpt", testmail.ClassRefused, testmail.StageRcpt, 550, "5.1.0"},
		{"smtp-refuse-relay", testmail.ClassRefused, testmail.StageRcpt, 550, "5.7.1"},
		{"smtp-greylist", testmail.ClassTemporary, testmail.StageRcpt, 451, "4.7.1"},
		{"smtp-rate-limit", testmail.ClassTemporary, testmail.StageRcpt, 452, ""},
		{"smtp-refuse-data", testmail.ClassRefused, testmail.StageSent, 554, "5.3.0"},
		{"smtp-tempfail", testmail.ClassTemporary, testmail.StageSent, 452, "4.3.1"},
		{"smtp-size", testmail.ClassRefused, testmail.StageSent, 552, "5.3.4"},
		{"smtp-cut-after-dot", testmail.ClassUnknownOutcome, testmail.StageSent, 0, ""},
		{"smtp-lost-after-dot", testmail.ClassUnknownOutcome, testmail.StageSent, 0, ""},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			a := start(t, esatest.Config{Faults: []string{tc.fault}})
			r, err := testmail.Send(t.Context(), serverOf(t, a), message(t, a))
			e := failure(t, err)
			if e.Class != tc.class || e.Stage != tc.stage || e.Code != tc.code || e.EnhancedCode != tc.enhanced || e.Host != "127.0.0.1" {
				t.Errorf("got class %s, stage %s, code %d, enhanced %q: %v", e.Class, e.Stage, e.Code, e.EnhancedCode, e)
			}
			if r.Code != tc.code && tc.code != 0 || r.Accepted || r.MID != 0 {
				t.Errorf("receipt %+v", r)
			}
			if e.Code != 0 && !strings.Contains(words(r, nil), fmt.Sprint(e.Code)) {
				t.Errorf("the transcript misses the refusal:\n%s", words(r, nil))
			}
			if !strings.HasSuffix(e.Cause(), ".") || !strings.HasSuffix(e.Advice(), ".") || strings.Contains(e.Cause(), "\n") || strings.Contains(e.Cause(), "EOF") {
				t.Errorf("cause %q, advice %q", e.Cause(), e.Advice())
			}
		})
	}
}

func TestTLSRequiredByServer(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-starttls-required"}})
	s := serverOf(t, a)
	s.TLS = testmail.TLSNone
	_, err := testmail.Send(t.Context(), s, message(t, a))
	if e := failure(t, err); e.Class != testmail.ClassTLS || e.Code != 530 || e.EnhancedCode != "5.7.0" {
		t.Errorf("got %+v", e)
	}
}

func TestCertificateErrorsAreTyped(t *testing.T) {
	a := start(t, esatest.Config{})
	send := func(fault string, config *tls.Config) (testmail.Receipt, error) {
		if err := a.SetFaults(fault); err != nil {
			t.Fatal(err)
		}
		s := serverOf(t, a)
		if config != nil {
			s.TLSConfig = config
		}
		return testmail.Send(t.Context(), s, message(t, a))
	}
	r, err := send("smtp-unknown-ca", nil)
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok || r.TLS == nil || r.TLS.Verified || r.TLS.Issuer != "CN=Unknown CA,O=Lab" {
		t.Errorf("unknown CA: %v, certificate %+v", err, r.TLS)
	}
	_, err = send("smtp-wrong-name", nil)
	if _, ok := errors.AsType[x509.HostnameError](err); !ok || !strings.Contains(failure(t, err).Advice(), "name") {
		t.Errorf("wrong name: %v", err)
	}
	_, err = send("smtp-expired-certificate", nil)
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); !ok || invalid.Reason != x509.Expired || !strings.Contains(failure(t, err).Advice(), "Renew") {
		t.Errorf("expired: %v", err)
	}
	// A caller that pins keys says so with an error of its own.
	mine := errors.New("the key is not pinned")
	r, err = send("smtp-unknown-ca", &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(tls.ConnectionState) error { return mine }})
	if e := failure(t, err); !errors.Is(err, mine) || e.Class != testmail.ClassCertificate || r.TLS == nil || r.TLS.KeySHA256 == "" {
		t.Errorf("pin refused: %v, certificate %+v", err, r.TLS)
	}
	r, err = send("smtp-unknown-ca", &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { return nil }})
	if err != nil || !r.TLS.Verified {
		t.Errorf("pin accepted: %v, %+v", err, r.TLS)
	}
	r, err = send("smtp-unknown-ca", &tls.Config{InsecureSkipVerify: true})
	if err != nil || r.TLS.Verified {
		t.Errorf("without any verification: %v, %+v", err, r.TLS)
	}
}

// TestInjectedAnswerIsDiscarded sends an answer in clear text behind the agreement to encrypt.
func TestInjectedAnswerIsDiscarded(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-starttls-inject"}})
	r, err := testmail.Send(t.Context(), serverOf(t, a), message(t, a))
	if err != nil || r.MID == 0 || strings.Contains(words(r, nil), "injected") {
		t.Errorf("%v\n%s", err, words(r, nil))
	}
}

func TestAnswersThatAreNoAppliance(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-no-mid"}})
	r, err := testmail.Send(t.Context(), serverOf(t, a), message(t, a))
	if err != nil || r.MID != 0 || !r.Accepted || r.EnhancedCode != "2.0.0" || !strings.HasPrefix(r.Text, "2.0.0 Ok: queued as ") {
		t.Errorf("%v %+v", err, r)
	}
	if err := a.SetFaults("smtp-long-answer"); err != nil {
		t.Fatal(err)
	}
	r, err = testmail.Send(t.Context(), serverOf(t, a), message(t, a))
	if err != nil || r.MID == 0 || len(r.Text) > 5000 {
		t.Errorf("%v, MID %d, text of %d bytes", err, r.MID, len(r.Text))
	}
}

// TestCancel cancels at every stage, while the server is silent.
func TestCancel(t *testing.T) {
	for _, tc := range []struct {
		fault string
		last  string // the beginning of the last line before the silence
		stage testmail.Stage
		class testmail.Class
	}{
		{"smtp-silent", "connected to", testmail.StageBanner, testmail.ClassCancelled},
		{"smtp-silent-ehlo", "EHLO", testmail.StageEHLO, testmail.ClassCancelled},
		{"smtp-silent-starttls", "STARTTLS", testmail.StageStartTLS, testmail.ClassCancelled},
		{"smtp-silent-handshake", "220 Go ahead", testmail.StageStartTLS, testmail.ClassCancelled},
		{"smtp-silent-auth", "AUTH", testmail.StageAuth, testmail.ClassCancelled},
		{"smtp-silent-mail", "MAIL", testmail.StageMail, testmail.ClassCancelled},
		{"smtp-silent-rcpt", "RCPT", testmail.StageRcpt, testmail.ClassCancelled},
		{"smtp-silent-data", "DATA", testmail.StageData, testmail.ClassCancelled},
		{"smtp-silent-dot", ".", testmail.StageSent, testmail.ClassUnknownOutcome},
		{"smtp-slow", "connected to", testmail.StageBanner, testmail.ClassCancelled},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			a := start(t, esatest.Config{Auth: []string{"PLAIN"}, Faults: []string{tc.fault}})
			s := serverOf(t, a)
			s.Username, s.Password = a.Username(), a.Passphrase()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			began := time.Now()
			var press sync.Once
			s.Transcript = func(l testmail.Line) {
				if strings.HasPrefix(l.Text, tc.last) {
					press.Do(func() { time.AfterFunc(50*time.Millisecond, cancel) }) // in the middle of the wait
				}
			}
			_, err := testmail.Send(ctx, s, message(t, a))
			if took := time.Since(began); took > s.Timeout/2 {
				t.Errorf("returned after %v", took)
			}
			e := failure(t, err)
			if e.Class != tc.class || e.Stage != tc.stage || !errors.Is(err, context.Canceled) {
				t.Errorf("class %s at stage %s: %v", e.Class, e.Stage, err)
			}
		})
	}
}

// TestCancelledGoodbye cancels when the message is taken and only the good-bye is left.
func TestCancelledGoodbye(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-silent-quit"}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := serverOf(t, a)
	s.Transcript = func(l testmail.Line) {
		if l.Text == "QUIT" {
			cancel()
		}
	}
	r, err := testmail.Send(ctx, s, message(t, a))
	if err != nil || !r.Accepted || r.Stage != testmail.StageSent || r.MID == 0 {
		t.Errorf("%v, receipt %+v", err, r)
	}
}

func TestTimeouts(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-silent-mail"}})
	s := serverOf(t, a)
	// silence gives the error of a server that falls silent at a stage. A busy machine may need more time
	// than the first to get there.
	silence := func(stage testmail.Stage) *testmail.Error {
		for _, s.Timeout = range []time.Duration{100 * time.Millisecond, time.Second, 10 * time.Second} {
			_, err := testmail.Send(t.Context(), s, message(t, a))
			if e := failure(t, err); e.Stage == stage {
				return e
			}
		}
		t.Fatalf("it never came to %s", stage)
		return nil
	}
	if e := silence(testmail.StageMail); e.Class != testmail.ClassTimeout {
		t.Errorf("an answer that does not come: %+v", e)
	}
	if err := a.SetFaults("smtp-silent-dot"); err != nil {
		t.Fatal(err)
	}
	if e := silence(testmail.StageSent); e.Class != testmail.ClassUnknownOutcome {
		t.Errorf("no answer to the final dot: %+v", e)
	}
	s.Timeout = 10 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := a.SetFaults("smtp-silent-rcpt"); err != nil {
		t.Fatal(err)
	}
	_, err := testmail.Send(ctx, s, message(t, a))
	if e := failure(t, err); e.Class != testmail.ClassTimeout || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a deadline of the caller: %+v", e)
	}
}

// script answers one connection with fixed texts: the first at once, then one for each line read.
func script(t *testing.T, answers ...string) testmail.Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		lines := bufio.NewReader(conn)
		for _, answer := range answers {
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
			if _, err := lines.ReadString('\n'); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	s := at(t, l.Addr().String())
	s.TLS = testmail.TLSNone
	s.Timeout = 5 * time.Second
	return s
}

func TestServersThatAreOdd(t *testing.T) {
	endless := strings.Repeat("250-"+strings.Repeat("x", 996)+"\r\n", 1200)
	for _, tc := range []struct {
		name    string
		answers []string
		tls     testmail.TLSMode
		class   testmail.Class
		stage   testmail.Stage
	}{
		{"not SMTP", []string{"HTTP/1.1 400 Bad Request\r\n"}, testmail.TLSNone, testmail.ClassProtocol, testmail.StageBanner},
		{"ends at once", nil, testmail.TLSNone, testmail.ClassConnect, testmail.StageBanner},
		{"ends after the greeting", []string{"220 hi\r\n"}, testmail.TLSNone, testmail.ClassConnect, testmail.StageEHLO},
		{"does not stop talking", []string{"220 hi\r\n", endless}, testmail.TLSNone, testmail.ClassProtocol, testmail.StageEHLO},
		{"one endless line", []string{"220 " + strings.Repeat("x", 2<<20)}, testmail.TLSNone, testmail.ClassProtocol, testmail.StageBanner},
		{"clear text where TLS is due", []string{"220 hi\r\n", "\r\n"}, testmail.TLSImplicit, testmail.ClassTLS, testmail.StageStartTLS},
		{"refuses EHLO and HELO", []string{"220 hi\r\n", "501 #5.0.0 EHLO requires domain address\r\n", "501 #5.0.0 HELO requires domain address\r\n", "221 bye\r\n"}, testmail.TLSNone, testmail.ClassRefused, testmail.StageEHLO},
		{"a code that does not belong there", []string{"220 hi\r\n", "250 hi\r\n", "354 go ahead\r\n", "221 bye\r\n"}, testmail.TLSNone, testmail.ClassProtocol, testmail.StageMail},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := script(t, tc.answers...)
			s.TLS = tc.tls
			_, err := testmail.Send(t.Context(), s, messageTo(t, "anna.lee@lab.example"))
			if e := failure(t, err); e.Class != tc.class || e.Stage != tc.stage {
				t.Errorf("class %s at stage %s: %v", e.Class, e.Stage, err)
			}
		})
	}
}

// TestEchoedPassword has a server repeat the credentials in its refusal and in a line that is none.
func TestEchoedPassword(t *testing.T) {
	const password = "Planted-Secret-8731"
	for _, answer := range []string{"535 bad AHJlbGF5AFBsYW50ZWQtU2VjcmV0LTg3MzE= Planted-Secret-8731\r\n", "Planted-Secret-8731 what?\r\n"} {
		s := script(t, "220 hi\r\n", "250-hi\r\n250 AUTH PLAIN\r\n", answer, "501 no\r\n", "221 bye\r\n")
		s.Username, s.Password = "relay", password
		r, err := testmail.Send(t.Context(), s, messageTo(t, "anna.lee@lab.example"))
		if err == nil {
			t.Fatal("sent")
		}
		noSecrets(t, words(r, err)+fmt.Sprintf("%v %+v", errors.Unwrap(err), err), "relay", password)
	}
}

func TestNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := at(t, l.Addr().String())
	l.Close()
	_, err = testmail.Send(t.Context(), s, messageTo(t, "anna.lee@lab.example"))
	if e := failure(t, err); e.Class != testmail.ClassConnect || e.Stage != testmail.StageDial {
		t.Errorf("closed port: %+v", e)
	}
	s.Dial = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "mail.example", IsNotFound: true}}
	}
	_, err = testmail.Send(t.Context(), s, messageTo(t, "anna.lee@lab.example"))
	if e := failure(t, err); e.Class != testmail.ClassDNS {
		t.Errorf("unknown name: %+v", e)
	}
}

func TestResetConnection(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-refuse-connection"}})
	_, err := testmail.Send(t.Context(), serverOf(t, a), message(t, a))
	if e := failure(t, err); e.Class != testmail.ClassConnect {
		t.Errorf("got %+v", e)
	}
}
