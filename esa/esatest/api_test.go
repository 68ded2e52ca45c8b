package esatest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest"
)

func TestLogin(t *testing.T) {
	a := start(t, esatest.Config{Username: "soc", Passphrase: "pass:word", Role: "HelpDeskUser"})
	c := newAPI(t, a)
	status, body := c.login("soc", "wrong")
	if message := refusal(t, status, body); status != http.StatusUnauthorized || message != "Invalid username or passphrase." {
		t.Errorf("wrong passphrase: %d %q", status, message)
	}
	if got := at[string](t, body, "error", "explanation"); got != "401 = No permission -- see authorization schemes." {
		t.Errorf("explanation %q", got)
	}
	status, body = c.do(http.MethodPost, "login", `{"data":{"userName":"soc","passphrase":"pass:word"}}`)
	if message := refusal(t, status, body); status != http.StatusUnauthorized {
		t.Errorf("without base64: %d %q", status, message)
	}
	status, body = c.login("soc", "pass:word")
	if status != http.StatusOK || at[string](t, body, "data", "is2FactorRedirectRequired") != "false" || at[string](t, body, "data", "role") != "HelpDeskUser" {
		t.Fatalf("login: %d %v", status, body)
	}
	c.token = at[string](t, body, "data", "jwtToken")
	if strings.Count(c.token, ".") != 2 {
		t.Errorf("token %q", c.token)
	}
	status, body = c.get("login/privileges")
	if privileges := at[[]any](t, body, "data"); status != http.StatusOK || privileges[0] != "e_message_tracking_messages" {
		t.Errorf("privileges: %d %v", status, body)
	}
}

func TestTokens(t *testing.T) {
	clock := newClock()
	a := start(t, esatest.Config{Now: clock.Now, TokenLife: 10 * time.Minute})
	c := newAPI(t, a)
	status, body := c.get("health")
	if message := refusal(t, status, body); status != http.StatusUnauthorized || message != "Unauthorized." {
		t.Errorf("without a token: %d %q", status, message)
	}
	for _, token := range []string{"x", "a.b.c", "e30.e30."} {
		c.token = token
		status, body = c.get("health")
		if message := refusal(t, status, body); status != http.StatusUnauthorized || message != "InvalidTokenError." {
			t.Errorf("token %q: %d %q", token, status, message)
		}
	}
	c = loggedIn(t, a)
	first := c.token
	clock.add(4 * time.Minute)
	if status, _ = c.get("health"); status != http.StatusOK || c.token != first {
		t.Errorf("a young token: %d, renewed %t", status, c.token != first)
	}
	clock.add(2 * time.Minute)
	if status, _ = c.get("health"); status != http.StatusOK || c.token == first {
		t.Errorf("an old token: %d, renewed %t", status, c.token != first)
	}
	clock.add(9 * time.Minute)
	if status, _ = c.get("health"); status != http.StatusOK {
		t.Errorf("a renewed token: %d", status)
	}
	c.token = first
	status, body = c.get("health")
	if message := refusal(t, status, body); status != http.StatusUnauthorized || message != "ExpiredSignatureError." {
		t.Errorf("an expired token: %d %q", status, message)
	}
}

func TestBasicAuthentication(t *testing.T) {
	a := start(t, esatest.Config{})
	c := newAPI(t, a)
	for passphrase, want := range map[string]int{a.Passphrase(): http.StatusOK, "wrong": http.StatusUnauthorized} {
		request, err := http.NewRequest(http.MethodGet, a.APIURL()+"/esa/api/v2.0/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth(a.Username(), passphrase)
		response, err := c.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("passphrase %q: %d", passphrase, response.StatusCode)
		}
	}
}

func TestUnknownCalls(t *testing.T) {
	a := start(t, esatest.Config{})
	c := loggedIn(t, a)
	for _, tc := range []struct {
		method, path string
		status       int
	}{
		{http.MethodGet, "", http.StatusNotFound}, // authorised, but nothing is there
		{http.MethodGet, "message-tracking/availability", http.StatusNotFound},
		{http.MethodPost, "message-tracking/messages", http.StatusMethodNotAllowed},
		{http.MethodGet, "login", http.StatusMethodNotAllowed},
		{http.MethodGet, "health?" + strings.Repeat("x", 9000), http.StatusRequestURITooLong},
		{http.MethodGet, "health?verbose=1", http.StatusNotFound},
	} {
		status, body := c.do(tc.method, tc.path, "")
		refusal(t, status, body)
		if status != tc.status {
			t.Errorf("%s %.40s: %d, want %d", tc.method, tc.path, status, tc.status)
		}
	}
	response, err := c.client.Get(a.APIURL() + "/sma/api/v2.0/health")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("the other flavour's path: %d", response.StatusCode)
	}
	if !response.Close {
		t.Error("the connection is kept")
	}
	request, err := http.NewRequest(http.MethodGet, a.APIURL()+"/esa/api/v2.0/health", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("jwtToken", c.token)
	response, err = c.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNotAcceptable {
		t.Errorf("Accept: text/html: %d", response.StatusCode)
	}
}

func TestGuestMayNotTrack(t *testing.T) {
	c := loggedIn(t, start(t, esatest.Config{Role: "Guest"}))
	status, body := c.get("message-tracking/messages?" + window)
	refusal(t, status, body)
	if status != http.StatusForbidden {
		t.Errorf("status %d", status)
	}
	if status, body = c.get("login/privileges"); len(at[[]any](t, body, "data")) != 0 {
		t.Errorf("privileges %d %v", status, body)
	}
}

func TestSystem(t *testing.T) {
	clock := newClock()
	for _, flavour := range []string{esatest.FlavourESA, esatest.FlavourSMA} {
		a := start(t, esatest.Config{Flavour: flavour, Now: clock.Now})
		c := loggedIn(t, a)
		_, body := c.get("config/system_time?device_type=" + flavour)
		if got := at[string](t, body, "data", "time"); got != "Mon Nov 23 15:04:05 2026 UTC" || at[string](t, body, "data", "timezone") != "Etc/GMT" {
			t.Errorf("%s: time %v", flavour, body)
		}
		_, body = c.get("config/appliances?device_type=" + flavour)
		appliances := at[map[string]any](t, body, "data")
		if want := map[string]int{esatest.FlavourESA: 1, esatest.FlavourSMA: 2}[flavour]; len(appliances) != want {
			t.Errorf("%s: appliances %v", flavour, appliances)
		}
		if flavour == esatest.FlavourESA && at[string](t, appliances, a.Serial(), "host_name") != "esa1.lab.example" {
			t.Errorf("appliances %v", appliances)
		}
		_, body = c.get("config/logs/subscriptions?retrievalMethod=manual")
		logs := at[[]any](t, body, "data")
		if at[string](t, logs[1], "type") != "CTR Logs" {
			t.Errorf("%s: logs %v", flavour, logs)
		}
		for _, path := range []string{"config/system_time", "config/appliances?device_type=wsa"} {
			if status, body := c.get(path); status != http.StatusNotFound {
				t.Errorf("%s: %d %v", path, status, body)
			}
		}
	}
}

func TestXMLStatus(t *testing.T) {
	a := start(t, esatest.Config{Build: "13.0.0-392"})
	mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("status"))
	c := newAPI(t, a)
	response, err := c.client.Get(a.APIURL() + "/xml/status")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized || response.Header.Get("WWW-Authenticate") != `Basic realm="IronPort Web Interface"` {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
	for _, want := range []string{`build="phoebe 13.0.0-392"`, `hostname="esa1.lab.example"`, `<current_ids message_id="1000001" injection_conn_id="2000001" delivery_conn_id="500001">`, `<system status="online">`} {
		if text := xmlStatus(t, a); !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// xmlStatus is the text of /xml/status, or of what came instead.
func xmlStatus(t *testing.T, a *esatest.Appliance) string {
	t.Helper()
	c := newAPI(t, a)
	request, err := http.NewRequest(http.MethodGet, a.APIURL()+"/xml/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(a.Username(), a.Passphrase())
	response, err := c.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text strings.Builder
	if _, err := io.Copy(&text, response.Body); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
