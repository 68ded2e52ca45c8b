package esatest_test

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctrace/esa/esatest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a clock that only moves when told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// start starts an appliance for one test.
func start(tb testing.TB, cfg esatest.Config) *esatest.Appliance {
	tb.Helper()
	a, err := esatest.Start(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { a.Close() })
	return a
}

func setFaults(tb testing.TB, a *esatest.Appliance, names ...string) {
	tb.Helper()
	if err := a.SetFaults(names...); err != nil {
		tb.Fatal(err)
	}
}

// mailer speaks SMTP line by line.
type mailer struct {
	t testing.TB
	*textproto.Conn
	raw net.Conn
}

// dialSMTP connects and reads nothing yet.
func dialSMTP(tb testing.TB, a *esatest.Appliance) *mailer {
	tb.Helper()
	conn, err := net.Dial("tcp", a.SMTPAddr())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		tb.Fatal(err)
	}
	return &mailer{tb, textproto.NewConn(conn), conn}
}

// greeted connects and says EHLO.
func greeted(tb testing.TB, a *esatest.Appliance) *mailer {
	tb.Helper()
	m := dialSMTP(tb, a)
	m.expect("220 esa1.lab.example ESMTP")
	m.say("EHLO client.example", "250-esa1.lab.example", "250-8BITMIME", "250-SIZE 31457280", "250 STARTTLS")
	return m
}

// expect reads lines and compares them to the letter.
func (m *mailer) expect(lines ...string) {
	m.t.Helper()
	for _, want := range lines {
		got, err := m.ReadLine()
		if err != nil {
			m.t.Fatalf("reading %q: %v", want, err)
		}
		if got != want {
			m.t.Fatalf("answer %q, want %q", got, want)
		}
	}
}

// say sends a line and expects the answer.
func (m *mailer) say(line string, answers ...string) {
	m.t.Helper()
	if err := m.PrintfLine("%s", line); err != nil {
		m.t.Fatal(err)
	}
	m.expect(answers...)
}

// upgrade starts TLS after STARTTLS was agreed.
func (m *mailer) upgrade(a *esatest.Appliance) {
	m.t.Helper()
	conn := tls.Client(m.raw, &tls.Config{RootCAs: a.CA().Pool(), ServerName: "localhost"})
	if err := conn.Handshake(); err != nil {
		m.t.Fatal(err)
	}
	m.Conn = textproto.NewConn(conn)
}

// ended expects that the server closed the connection.
func (m *mailer) ended() {
	m.t.Helper()
	if line, err := m.ReadLine(); err == nil {
		m.t.Fatalf("the session goes on with %q", line)
	}
}

// mail hands in one message: content has CRLF line ends and is dot-stuffed by hand if at all.
func mail(tb testing.TB, a *esatest.Appliance, from, to, content string) *esatest.Record {
	tb.Helper()
	before := a.Received()
	m := greeted(tb, a)
	m.say("MAIL FROM:<"+from+">", "250 sender <"+from+"> ok")
	m.say("RCPT TO:<"+to+">", "250 recipient <"+to+"> ok")
	m.say("DATA", "354 go ahead")
	if _, err := io.WriteString(m.raw, content+".\r\n"); err != nil {
		tb.Fatal(err)
	}
	if line, err := m.ReadLine(); err != nil || !strings.HasPrefix(line, "250 ok:  Message ") {
		tb.Fatalf("answer %q, %v", line, err)
	}
	m.say("QUIT", "221 esa1.lab.example")
	m.ended()
	if a.Received() != before+1 {
		tb.Fatalf("%d messages received", a.Received())
	}
	for _, r := range a.Messages() {
		if r.Live && r.From == from && strings.Contains(content, r.Subject) {
			return r
		}
	}
	tb.Fatal("the message is not among those received")
	return nil
}

// simple is a message with a subject.
func simple(subject string) string {
	return "From: <soc@sender.example>\r\nTo: <anna.lee@lab.example>\r\nSubject: " + subject + "\r\nMessage-ID: <" +
		strings.ReplaceAll(subject, " ", ".") + "@sender.example>\r\n\r\ntext\r\n"
}

// api calls the appliance's API.
type api struct {
	t      testing.TB
	a      *esatest.Appliance
	client *http.Client
	token  string
}

func newAPI(tb testing.TB, a *esatest.Appliance) *api {
	tb.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.CA().Pool()}}
	tb.Cleanup(transport.CloseIdleConnections)
	return &api{t: tb, a: a, client: &http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

// loggedIn logs in with a token.
func loggedIn(tb testing.TB, a *esatest.Appliance) *api {
	tb.Helper()
	c := newAPI(tb, a)
	status, body := c.login(a.Username(), a.Passphrase())
	if status != http.StatusOK {
		tb.Fatalf("login: %d %v", status, body)
	}
	c.token = at[string](tb, body, "data", "jwtToken")
	return c
}

func (c *api) login(user, passphrase string) (int, map[string]any) {
	c.t.Helper()
	encode := base64.StdEncoding.EncodeToString
	body := fmt.Sprintf(`{"data":{"userName":%q,"passphrase":%q}}`, encode([]byte(user)), encode([]byte(passphrase)))
	return c.do(http.MethodPost, "login", body)
}

// get calls a path with a query string as it stands.
func (c *api) get(path string) (int, map[string]any) {
	c.t.Helper()
	return c.do(http.MethodGet, path, "")
}

// do makes a call and decodes the JSON answer.
func (c *api) do(method, path, body string) (int, map[string]any) {
	c.t.Helper()
	response, data := c.raw(method, path, body)
	var decoded map[string]any
	if err := json.Unmarshal(data, &decoded); err != nil {
		c.t.Fatalf("%s %s: %d %q: %v", method, path, response.StatusCode, data, err)
	}
	return response.StatusCode, decoded
}

// raw makes a call.
func (c *api) raw(method, path, body string) (*http.Response, []byte) {
	c.t.Helper()
	response, data, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response, data
}

func (c *api) try(method, path, body string) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.a.APIURL()+"/"+c.a.Flavour()+"/api/v2.0/"+path, strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if c.token != "" {
		request.Header.Set("jwtToken", c.token)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if renewed := response.Header.Get("jwtToken"); renewed != "" {
		c.token = renewed
	}
	return response, bytes.TrimSpace(data), err
}

// window is the query string of a search over the two days around the appliance's clock.
const window = "startDate=2026-11-22T00:00:00.000Z&endDate=2026-11-25T00:00:00.000Z&offset=0&limit=100"

// search returns the rows of a search in the window with further attributes.
func (c *api) search(attributes string) []map[string]any {
	c.t.Helper()
	status, body := c.get("message-tracking/messages?" + window + attributes)
	if status != http.StatusOK {
		c.t.Fatalf("search %s: %d %v", attributes, status, body)
	}
	return rowsOf(c.t, body)
}

// rowsOf are the attributes of each row of an answer.
func rowsOf(tb testing.TB, body map[string]any) []map[string]any {
	tb.Helper()
	var rows []map[string]any
	if body["data"] == nil {
		return nil
	}
	for _, row := range at[[]any](tb, body, "data") {
		rows = append(rows, at[map[string]any](tb, row, "attributes"))
	}
	return rows
}

// at walks into decoded JSON.
func at[T any](tb testing.TB, value any, path ...string) T {
	tb.Helper()
	for _, member := range path {
		object, ok := value.(map[string]any)
		if !ok {
			tb.Fatalf("no object at %s of %v: %v", member, path, value)
		}
		value = object[member]
	}
	typed, ok := value.(T)
	if !ok {
		tb.Fatalf("%v is %T %v", path, value, value)
	}
	return typed
}

// refusal checks the form of an error body and returns its message.
func refusal(tb testing.TB, status int, body map[string]any) string {
	tb.Helper()
	code := fmt.Sprint(status)
	if got := at[string](tb, body, "error", "code"); got != code {
		tb.Errorf("code %q with status %d", got, status)
	}
	if got := at[string](tb, body, "error", "explanation"); !strings.HasPrefix(got, code+" = ") {
		tb.Errorf("explanation %q with status %d", got, status)
	}
	return at[string](tb, body, "error", "message")
}

// escape encodes a value as the appliance wants it: blanks as %20.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
