package esatest_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest"
)

// answerTo hands in a message in clear text and returns the first answer that is no consent, or the
// last one; empty means that the line was cut.
func answerTo(t *testing.T, a *esatest.Appliance) string {
	t.Helper()
	m := dialSMTP(t, a)
	commands := []string{"EHLO client.example", "MAIL FROM:<soc@sender.example>", "RCPT TO:<anna.lee@lab.example>", "DATA", simple("fault probe") + ".", "QUIT"}
	last := ""
	for i := range len(commands) + 1 {
		var line string
		for {
			var err error
			if line, err = m.ReadLine(); err != nil {
				return ""
			}
			if len(line) < 4 || line[3] != '-' {
				break
			}
		}
		if line[0] != '2' && line[0] != '3' || i == len(commands)-1 {
			return line
		}
		last = line
		if err := m.PrintfLine("%s", commands[i]); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// answers is a fault's test that compares answerTo with the beginning of a text.
func answers(want string) func(*testing.T, *esatest.Appliance) {
	return func(t *testing.T, a *esatest.Appliance) {
		t.Helper()
		if got := answerTo(t, a); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("answer %q, want %q", got, want)
		}
	}
}

// silent is a fault's test: after some commands nothing more comes.
func silent(commands ...string) func(*testing.T, *esatest.Appliance) {
	return func(t *testing.T, a *esatest.Appliance) {
		t.Helper()
		m := dialSMTP(t, a)
		for _, command := range commands {
			for {
				line, err := m.ReadLine()
				if err != nil {
					t.Fatal(err)
				}
				if line[3] == ' ' {
					break
				}
			}
			if err := m.PrintfLine("%s", command); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.raw.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		line, err := m.ReadLine()
		if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
			t.Errorf("%q %v", line, err)
		}
	}
}

// smtpCertificate and apiCertificate are faults' tests: the handshake fails with an error of type E.
func smtpCertificate[E error](t *testing.T, a *esatest.Appliance) {
	t.Helper()
	m := greeted(t, a)
	m.say("STARTTLS", "220 Go ahead with TLS")
	err := tls.Client(m.raw, &tls.Config{RootCAs: a.CA().Pool(), ServerName: "esa1.lab.example"}).Handshake()
	if _, ok := errors.AsType[E](err); !ok {
		t.Errorf("handshake: %v", err)
	}
}

func apiCertificate[E error](t *testing.T, a *esatest.Appliance) {
	t.Helper()
	_, _, err := newAPI(t, a).try(http.MethodGet, "health", "")
	if _, ok := errors.AsType[E](err); !ok {
		t.Errorf("call: %v", err)
	}
}

// apiFails is a fault's test: the call does not come to an answer.
func apiFails(t *testing.T, a *esatest.Appliance) {
	t.Helper()
	c := newAPI(t, a)
	c.client.Timeout = 300 * time.Millisecond
	if response, data, err := c.try(http.MethodGet, "login/privileges", ""); err == nil {
		t.Errorf("answer %d %q", response.StatusCode, data)
	}
}

// ends is a fault's test: a message handed in has this status in the end.
func ends(status string) func(*testing.T, *esatest.Appliance) {
	return func(t *testing.T, a *esatest.Appliance) {
		t.Helper()
		r := mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("fate"))
		rows := loggedIn(t, a).search("&ciscoMid=" + lastOf(r))
		if len(rows) != 1 || at[string](t, rows[0], "messageStatus", lastOf(r)) != status {
			t.Errorf("rows %v", rows)
		}
	}
}

// lastOf is the MID under which a message ended.
func lastOf(r *esatest.Record) string { return fmt.Sprint(r.MIDs[len(r.MIDs)-1]) }

// found counts what a search for everything finds after one message was handed in.
func found(want int) func(*testing.T, *esatest.Appliance) {
	return func(t *testing.T, a *esatest.Appliance) {
		t.Helper()
		mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("to be found"))
		if rows := loggedIn(t, a).search(""); len(rows) != want || len(a.Find(nil)) != want {
			t.Errorf("rows %v, %d records", rows, len(a.Find(nil)))
		}
	}
}

// unregistered is a fault's test: a registration with a good token stays in progress.
func unregistered(t *testing.T, a *esatest.Appliance) {
	t.Helper()
	c := a.Cloud()
	c.Connect(&exchange{token: "good", host: "api-sse.cisco.com"})
	if err := c.Submit(true, "AMERICAS"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Register("good"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond) // far longer than a registration takes here
	if s := c.Status(); s.Registration != esatest.Registering {
		t.Errorf("status %+v", s)
	}
	setFaults(t, a)
	if s := settled(t, c); s.Registration != esatest.Registered {
		t.Errorf("after mending: %+v", s)
	}
}

// faultTests has a test for each fault.
//
//nolint:thelper // These are tests, kept in a table.
var faultTests = map[string]func(*testing.T, *esatest.Appliance){
	"api-401": func(t *testing.T, a *esatest.Appliance) {
		setFaults(t, a)
		c := loggedIn(t, a)
		setFaults(t, a, "api-401")
		if status, body := c.get("health"); status != http.StatusUnauthorized || refusal(t, status, body) != "InvalidTokenError." {
			t.Errorf("with a token: %d %v", status, body)
		}
		if status, body := c.login(a.Username(), a.Passphrase()); status != http.StatusUnauthorized || refusal(t, status, body) != "Invalid username or passphrase." {
			t.Errorf("login: %d %v", status, body)
		}
	},
	"api-403": func(t *testing.T, a *esatest.Appliance) {
		c := loggedIn(t, a)
		if status, _ := c.get("message-tracking/messages?" + window); status != http.StatusForbidden {
			t.Errorf("search: %d", status)
		}
		if status, _ := c.get("health"); status != http.StatusOK {
			t.Errorf("health: %d", status)
		}
	},
	"api-500": func(t *testing.T, a *esatest.Appliance) {
		if status, body := newAPI(t, a).get("health"); status != http.StatusInternalServerError {
			t.Errorf("%d %v", status, body)
		}
	},
	"api-502-html": func(t *testing.T, a *esatest.Appliance) {
		c := loggedIn(t, a)
		response, data := c.raw(http.MethodGet, "message-tracking/messages?"+window, "")
		if response.StatusCode != http.StatusBadGateway || response.Header.Get("Content-Type") != "text/html" || !strings.HasPrefix(string(data), "<html>") {
			t.Errorf("first search: %d %q", response.StatusCode, data)
		}
		c.search("")
	},
	"api-disabled":            apiFails,
	"api-expired-certificate": apiCertificate[x509.CertificateInvalidError],
	"api-malformed-header": func(t *testing.T, a *esatest.Appliance) {
		_, _, err := newAPI(t, a).try(http.MethodGet, "health", "")
		if err == nil || !strings.Contains(err.Error(), "malformed MIME header") {
			t.Errorf("call: %v", err)
		}
	},
	"api-restart": func(t *testing.T, a *esatest.Appliance) {
		c := loggedIn(t, a)
		failed, forgotten := false, false
		for range 6 {
			response, _, err := c.try(http.MethodGet, "health", "")
			failed = failed || err != nil
			forgotten = forgotten || err == nil && response.StatusCode == http.StatusUnauthorized
		}
		if !failed || !forgotten {
			t.Errorf("a connection was cut: %t, the token was forgotten: %t", failed, forgotten)
		}
	},
	"api-silent": apiFails,
	"api-slow": func(t *testing.T, a *esatest.Appliance) {
		c := loggedIn(t, a)
		c.client.Timeout = 50 * time.Millisecond
		if _, _, err := c.try(http.MethodGet, "message-tracking/messages?"+window, ""); err == nil {
			t.Error("the search was answered")
		}
	},
	"api-truncated": func(t *testing.T, a *esatest.Appliance) {
		if _, data, err := newAPI(t, a).try(http.MethodGet, "health", ""); err == nil {
			t.Errorf("the whole answer came: %q", data)
		}
	},
	"api-two-factor": func(t *testing.T, a *esatest.Appliance) {
		_, body := newAPI(t, a).login(a.Username(), a.Passphrase())
		if at[string](t, body, "data", "is2FactorRedirectRequired") != "true" || at[map[string]any](t, body, "data")["jwtToken"] != nil {
			t.Errorf("login: %v", body)
		}
	},
	"api-unknown-ca": apiCertificate[x509.UnknownAuthorityError],
	"api-wrapped-connection": func(t *testing.T, a *esatest.Appliance) {
		r := mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("wrapped"))
		_, body := loggedIn(t, a).get("message-tracking/connection-details?" + of(r))
		if at[string](t, body, "data", "senderGroup") != "UNKNOWNLIST" {
			t.Errorf("connection: %v", body)
		}
	},
	"api-wrong-name": apiCertificate[x509.HostnameError],
	"clock-skew": func(t *testing.T, a *esatest.Appliance) {
		_, body := loggedIn(t, a).get("config/system_time?device_type=esa")
		if got := at[string](t, body, "data", "time"); got != "Mon Nov 23 13:04:05 2026 UTC" {
			t.Errorf("time %q", got)
		}
		c := a.Cloud()
		c.Connect(&exchange{token: "good", host: "api-sse.cisco.com"})
		if err := c.Submit(true, "AMERICAS"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Commit(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Register("good"); err != nil || settled(t, c).Registration != esatest.RegistrationFailed {
			t.Errorf("register: %v %+v", err, c.Status())
		}
	},
	"cloud-ca-old": unregistered,
	"cloud-cluster-mode": func(t *testing.T, a *esatest.Appliance) {
		c := a.Cloud()
		if err := c.Submit(true, "AMERICAS"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Commit(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Register("good"); !errors.Is(err, esatest.ErrClusterMode) || c.Status().TokenField || c.Status().Mode != "cluster" {
			t.Errorf("register: %v %+v", err, c.Status())
		}
	},
	"cloud-managed": func(t *testing.T, a *esatest.Appliance) {
		if err := a.Cloud().Submit(true, "AMERICAS"); !errors.Is(err, esatest.ErrManaged) || a.Cloud().Status().Available {
			t.Errorf("submit: %v %+v", err, a.Cloud().Status())
		}
	},
	"cloud-unreachable": unregistered,
	"fn72113": func(t *testing.T, a *esatest.Appliance) {
		if text := xmlStatus(t, a); !strings.Contains(text, "phoebe 13.0.0-392") || !a.Cloud().Status().Available {
			t.Errorf("%+v %s", a.Cloud().Status(), text)
		}
	},
	"jwt-expires": func(t *testing.T, a *esatest.Appliance) {
		c := loggedIn(t, a)
		if status, _ := c.get("health"); status != http.StatusOK {
			t.Errorf("at once: %d", status)
		}
		theClock.add(time.Second)
		if status, body := c.get("health"); status != http.StatusUnauthorized || refusal(t, status, body) != "ExpiredSignatureError." {
			t.Errorf("a second later: %d %v", status, body)
		}
	},
	"message-aborted":     ends("Aborted"),
	"message-bounced":     ends("Bounced"),
	"message-dropped":     ends("Dropped By Anti-Virus"),
	"message-quarantined": ends("Quarantined by Content Filters"),
	"message-stuck":       ends("Processing"),
	"mid-rewritten": func(t *testing.T, a *esatest.Appliance) {
		if r := mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("twice")); len(r.MIDs) != 2 {
			t.Errorf("MIDs %v", r.MIDs)
		}
	},
	"rejected-off": func(t *testing.T, a *esatest.Appliance) {
		setFaults(t, a, "rejected-off", "smtp-refuse-banner")
		answerTo(t, a)
		setFaults(t, a)
		if rows := loggedIn(t, a).search("&searchOption=rejected_connections"); len(rows) != 0 {
			t.Errorf("rows %v", rows)
		}
	},
	"smtp-auth-refused": func(t *testing.T, a *esatest.Appliance) {
		m := dialSMTP(t, a)
		m.expect("220 esa1.lab.example ESMTP")
		m.say("HELO client.example", "250 esa1.lab.example")
		m.say("AUTH PLAIN AHUAcA==", "535 #5.7.8 Bad username or password")
		answers("530 Authentication required")(t, a)
	},
	"smtp-auth-required": answers("530 Authentication required"),
	"smtp-busy":          answers("421 #4.4.5 Too many connections from your host."),
	"smtp-cut-after-dot": func(t *testing.T, a *esatest.Appliance) {
		if got := answerTo(t, a); got != "" || a.Received() != 1 {
			t.Errorf("answer %q, %d received", got, a.Received())
		}
	},
	"smtp-expired-certificate": smtpCertificate[x509.CertificateInvalidError],
	"smtp-greylist":            answers("451 #4.7.1"),
	"smtp-long-answer": func(t *testing.T, a *esatest.Appliance) {
		if got := answerTo(t, a); len(got) < 200_000 || !strings.HasPrefix(got, "250 ok:  Message 1000001 accepted ") {
			t.Errorf("answer of %d bytes", len(got))
		}
	},
	"smtp-lost-after-dot": func(t *testing.T, a *esatest.Appliance) {
		if got := answerTo(t, a); got != "" || a.Received() != 0 {
			t.Errorf("answer %q, %d received", got, a.Received())
		}
	},
	"smtp-no-mid": answers("250 2.0.0 Ok: queued as "),
	"smtp-no-starttls": func(t *testing.T, a *esatest.Appliance) {
		m := dialSMTP(t, a)
		m.expect("220 esa1.lab.example ESMTP")
		m.say("EHLO client.example", "250-esa1.lab.example", "250-8BITMIME", "250 SIZE 31457280")
		m.say("STARTTLS", "500 #5.5.1 command not recognized")
	},
	"smtp-rate-limit": answers("452 Too many recipients received this hour"),
	"smtp-refuse-banner": func(t *testing.T, a *esatest.Appliance) {
		m := dialSMTP(t, a)
		m.expect("554-esa1.lab.example", "554 Your access to this mail system has been rejected due to the sending MTA's poor reputation. "+
			"If you believe that this failure is in error, please contact the intended recipient via alternate means.")
		m.ended()
	},
	"smtp-refuse-connection": func(t *testing.T, a *esatest.Appliance) {
		conn, err := net.Dial("tcp", a.SMTPAddr())
		if err != nil {
			return // the reset came first
		}
		defer conn.Close()
		if n, err := conn.Read(make([]byte, 1)); err == nil {
			t.Errorf("%d bytes were read", n)
		}
	},
	"smtp-refuse-data":      answers("554 #5.3.0"),
	"smtp-refuse-rcpt":      answers("550 #5.1.0 Address rejected."),
	"smtp-refuse-relay":     answers("550 #5.7.1 Your access to submit messages to this e-mail system has been rejected."),
	"smtp-refuse-sender":    answers("553 #5.1.8 Domain of sender address <soc@sender.example> does not exist"),
	"smtp-silent":           silent(),
	"smtp-silent-auth":      silent("EHLO client.example", "AUTH PLAIN"),
	"smtp-silent-data":      silent("EHLO client.example", "MAIL FROM:<soc@sender.example>", "RCPT TO:<anna.lee@lab.example>", "DATA"),
	"smtp-silent-dot":       silent("EHLO client.example", "MAIL FROM:<soc@sender.example>", "RCPT TO:<anna.lee@lab.example>", "DATA", "Subject: x\r\n\r\n."),
	"smtp-silent-ehlo":      silent("EHLO client.example"),
	"smtp-silent-handshake": silent("EHLO client.example", "STARTTLS", "no hello"),
	"smtp-silent-mail":      silent("EHLO client.example", "MAIL FROM:<soc@sender.example>"),
	"smtp-silent-quit":      silent("QUIT"),
	"smtp-silent-rcpt":      silent("EHLO client.example", "MAIL FROM:<soc@sender.example>", "RCPT TO:<anna.lee@lab.example>"),
	"smtp-silent-starttls":  silent("EHLO client.example", "STARTTLS"),
	"smtp-size": func(t *testing.T, a *esatest.Appliance) {
		m := dialSMTP(t, a)
		m.expect("220 esa1.lab.example ESMTP")
		m.say("EHLO client.example", "250-esa1.lab.example", "250-8BITMIME", "250-SIZE 200", "250 STARTTLS")
		m.say("MAIL FROM:<soc@sender.example> SIZE=201", "552 #5.3.4 message size exceeds limit")
	},
	"smtp-slow": func(t *testing.T, a *esatest.Appliance) {
		began := time.Now()
		answers("250 ok:  Message")(t, a)
		if took := time.Since(began); took < 50*time.Millisecond {
			t.Errorf("the whole dialogue took %v", took)
		}
	},
	"smtp-starttls-454": func(t *testing.T, a *esatest.Appliance) {
		greeted(t, a).say("STARTTLS", "454 TLS not available due to a temporary reason")
	},
	"smtp-starttls-inject": func(t *testing.T, a *esatest.Appliance) {
		greeted(t, a).say("STARTTLS", "220 Go ahead with TLS", "250 injected in clear text")
	},
	"smtp-starttls-required": answers("530 #5.7.0 Must issue a STARTTLS command first"),
	"smtp-suspended":         answers("421 esa1.lab.example Service not available, closing transaction channel"),
	"smtp-tempfail":          answers("452 #4.3.1 queue full"),
	"smtp-unknown-ca":        smtpCertificate[x509.UnknownAuthorityError],
	"smtp-wrong-name":        smtpCertificate[x509.HostnameError],
	"subject-not-logged": func(t *testing.T, a *esatest.Appliance) {
		r := mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("unseen"))
		c := loggedIn(t, a)
		if rows := c.search("&subjectfilterOperator=contains&subjectfilterValue=unseen"); len(rows) != 0 {
			t.Errorf("by subject: %v", rows)
		}
		if rows := c.search("&messageIdHeader=unseen@sender.example"); len(rows) != 1 || rows[0]["subject"] != "(No Subject)" {
			t.Errorf("by Message-ID: %v", rows)
		}
		setFaults(t, a) // what was handled meanwhile stays without
		if rows := c.search("&ciscoMid=" + lastOf(r)); rows[0]["subject"] != "(No Subject)" {
			t.Errorf("afterwards: %v", rows)
		}
	},
	"subject-tagged": func(t *testing.T, a *esatest.Appliance) {
		mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("tagged"))
		rows := loggedIn(t, a).search("&subjectfilterOperator=contains&subjectfilterValue=tagged")
		if at[string](t, rows[0], "finalSubject", "1000001") != "[SUSPICIOUS MESSAGE] tagged" || rows[0]["subject"] != "tagged" {
			t.Errorf("rows %v", rows)
		}
	},
	"tracking-12x": func(t *testing.T, a *esatest.Appliance) {
		mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("old shape"))
		row := loggedIn(t, a).search("")[0]
		if row["messageStatus"] != "Delivered" || row["verdictChart"] != "0" || row["isCompleteData"] != true || row["allIcid"] != nil || row["messageID"] != nil || row["finalSubject"] != nil {
			t.Errorf("row %v", row)
		}
	},
	"tracking-bad-records": func(t *testing.T, a *esatest.Appliance) {
		for range 8 {
			mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("some"))
		}
		_, body := loggedIn(t, a).get("message-tracking/messages?" + window)
		if at[float64](t, body, "meta", "num_bad_records") != 2 || at[float64](t, body, "meta", "totalCount") != 6 || len(rowsOf(t, body)) != 6 {
			t.Errorf("answer %v", body)
		}
	},
	"tracking-centralized": found(0),
	"tracking-delayed": func(t *testing.T, a *esatest.Appliance) {
		found(0)(t, a)
		theClock.add(90 * time.Second)
		if rows := loggedIn(t, a).search(""); len(rows) != 1 {
			t.Errorf("after 90 s: %v", rows)
		}
	},
	"tracking-disabled": func(t *testing.T, a *esatest.Appliance) {
		found(0)(t, a)
		setFaults(t, a)
		found(1)(t, a) // the first message never shows
	},
	"tracking-empty-object": func(t *testing.T, a *esatest.Appliance) {
		if _, body := loggedIn(t, a).get("message-tracking/messages?" + window); len(body) != 0 {
			t.Errorf("answer %v", body)
		}
	},
	"version-old": func(t *testing.T, a *esatest.Appliance) {
		if err := a.Cloud().Submit(true, "AMERICAS"); !errors.Is(err, esatest.ErrVersion) || a.Cloud().Status().Available || !strings.Contains(xmlStatus(t, a), "phoebe 12.0.0-419") {
			t.Errorf("submit: %v %+v", err, a.Cloud().Status())
		}
	},
	"xml-status-missing": func(t *testing.T, a *esatest.Appliance) {
		if text := xmlStatus(t, a); strings.Contains(text, "<status") {
			t.Errorf("answer %q", text)
		}
	},
	"zone-seoul": func(t *testing.T, a *esatest.Appliance) {
		mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("tomorrow"))
		c := loggedIn(t, a)
		if row := c.search("")[0]; row["timestamp"] != "24 Nov 2026 00:04:05 (GMT +09:00)" {
			t.Errorf("row %v", row)
		}
		_, body := c.get("config/system_time?device_type=esa")
		if at[string](t, body, "data", "time") != "Tue Nov 24 00:04:05 2026 KST" || at[string](t, body, "data", "timezone") != "Asia/Seoul" {
			t.Errorf("time %v", body)
		}
	},
}

// theClock is the clock of the fault being tested.
var theClock *clock

func TestFaults(t *testing.T) {
	for _, fault := range esatest.Faults() {
		t.Run(fault.Name, func(t *testing.T) {
			check := faultTests[fault.Name]
			if check == nil || fault.Description == "" {
				t.Fatal("this fault has no test or no description")
			}
			theClock = newClock()
			check(t, start(t, esatest.Config{Now: theClock.Now, Slow: 500 * time.Millisecond, Faults: []string{fault.Name}}))
		})
	}
}

func TestUnknownFault(t *testing.T) {
	a := start(t, esatest.Config{Faults: []string{"smtp-slow"}})
	if err := a.SetFaults("smtp-sloww"); err == nil || a.ActiveFaults()[0] != "smtp-slow" {
		t.Errorf("%v, active %v", err, a.ActiveFaults())
	}
	if _, err := esatest.Start(esatest.Config{Faults: []string{"x"}}); err == nil {
		t.Error("started with an unknown fault")
	}
}
