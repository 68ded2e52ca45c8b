package esa

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const noRows = `{"meta":{"num_bad_records":0,"totalCount":0},"data":[]}`

func TestLoginSendsBase64AndThenOnlyTheToken(t *testing.T) {
	d := newDevice(t, reply(noRows))
	c := d.client(t)
	account, err := c.Login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Account{Username: testUser, Role: "HelpDeskUser"}, account); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Search(t.Context(), aQuery()); err != nil {
		t.Fatal(err)
	}
	login, search := d.requests[0], d.requests[1]
	if login.Method != http.MethodPost || login.Path != "/esa/api/v2.0/login" {
		t.Errorf("login went to %s %s", login.Method, login.Path)
	}
	want := `{"data":{"passphrase":"` + base64.StdEncoding.EncodeToString([]byte(testPassphrase)) + `","userName":"YW5hbHlzdA=="}}`
	if login.Body != want {
		t.Errorf("login body %s, want %s", login.Body, want)
	}
	if login.Header.Get("Authorization") != "" || login.Header.Get("jwtToken") != "" {
		t.Error("the login carries credentials in its header")
	}
	if login.Header.Get("Content-Type") != "application/json" {
		t.Errorf("login has content type %q", login.Header.Get("Content-Type"))
	}
	if got := search.Header.Get("jwtToken"); got != "token-1" {
		t.Errorf("search sent token %q", got)
	}
	if search.Header.Get("Authorization") != "" {
		t.Error("search sent an Authorization header beside the token")
	}
}

func TestTokenIsRenewedFromTheHeaderAndCookiesAreIgnored(t *testing.T) {
	d := newDevice(t, nil)
	calls := 0
	d.serve = func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "stale"})
		w.Header().Set("jwtToken", fmt.Sprintf("renewed-%d", calls))
		if calls == 2 {
			refuse(w, 404, "Unexpected attribute - x.", "404 = Nothing matches the given URI.")
			return
		}
		_, _ = w.Write([]byte(noRows))
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := d.client(t, func(c *Config) { c.HTTPClient.Jar = jar })
	for call := range 4 {
		if _, err := c.Search(t.Context(), aQuery()); (err != nil) != (call == 1) {
			t.Fatal(err)
		}
	}
	var tokens []string
	for _, r := range d.seen() {
		tokens = append(tokens, r.Header.Get("jwtToken"))
		if r.Header.Get("Cookie") != "" {
			t.Errorf("sent the cookie %q", r.Header.Get("Cookie"))
		}
	}
	if diff := cmp.Diff([]string{"token-1", "renewed-1", "renewed-2", "renewed-3"}, tokens); diff != "" {
		t.Error(diff)
	}
	if d.loginCount() != 1 {
		t.Errorf("%d logins, want 1", d.loginCount())
	}
}

func TestExpiredSessionLogsInOnceAndRepeatsOnce(t *testing.T) {
	for _, message := range []string{"ExpiredSignatureError.", "InvalidTokenError."} {
		d := newDevice(t, nil)
		d.serve = func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("jwtToken") == "token-1" {
				refuse(w, 401, message, "401 = No permission -- see authorization schemes.")
				return
			}
			_, _ = w.Write([]byte(noRows))
		}
		if _, err := d.client(t).Search(t.Context(), aQuery()); err != nil {
			t.Errorf("%s: %v", message, err)
		}
		if d.loginCount() != 2 || len(d.seen()) != 2 {
			t.Errorf("%s: %d logins and %d searches, want 2 and 2", message, d.loginCount(), len(d.seen()))
		}
	}
}

func TestSessionRefusedTwiceIsAnError(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		refuse(w, 401, "InvalidTokenError.", "401 = No permission -- see authorization schemes.")
	})
	_, err := d.client(t).Search(t.Context(), aQuery())
	if KindOf(err) != KindSession {
		t.Errorf("got %q (%v), want %q", KindOf(err), err, KindSession)
	}
	if d.loginCount() != 2 || len(d.seen()) != 2 {
		t.Errorf("%d logins and %d searches, want 2 and 2", d.loginCount(), len(d.seen()))
	}
}

func TestPassphraseChangedDuringTheSession(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		refuse(w, 401, "ExpiredSignatureError.", "401 = No permission -- see authorization schemes.")
	})
	c := d.client(t)
	if _, err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.config.Passphrase = "no longer right"
	_, err := c.Search(t.Context(), aQuery())
	if KindOf(err) != KindCredentials {
		t.Errorf("got %q (%v), want %q", KindOf(err), err, KindCredentials)
	}
}

func TestLoginRefusals(t *testing.T) {
	for _, tt := range []struct {
		name string
		body string
		want ErrorKind
	}{
		{"second factor as text", `{"data":{"userName":"a","is2FactorRedirectRequired":"true","jwtToken":"x"}}`, KindTwoFactor},
		{"second factor as boolean", `{"data":{"userName":"a","is2FactorRedirectRequired":true,"jwtToken":"x"}}`, KindTwoFactor},
		{"no token", `{"data":{"userName":"a","is2FactorRedirectRequired":"false"}}`, KindAnswer},
		{"no data", `{}`, KindAnswer},
		{"not JSON", `welcome`, KindAnswer},
		{"empty", ``, KindAnswer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDevice(t, nil)
			d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(tt.body))
			})
			c := d.client(t)
			_, err := c.Login(t.Context())
			if KindOf(err) != tt.want {
				t.Errorf("got %q (%v), want %q", KindOf(err), err, tt.want)
			}
			if c.session.token != "" {
				t.Error("a token was kept")
			}
		})
	}
}

func TestWrongPassphrase(t *testing.T) {
	for _, auth := range []AuthMethod{AuthJWT, AuthBasic} {
		d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
			refuse(w, 401, "Invalid username or passphrase.", "401 = No permission -- see authorization schemes.")
		})
		c := d.client(t, func(c *Config) { c.Passphrase, c.Auth = "wrong", auth })
		_, err := c.Login(t.Context())
		if KindOf(err) != KindCredentials || !strings.Contains(err.Error(), "Invalid username or passphrase.") {
			t.Errorf("%s: got %q: %v", auth, KindOf(err), err)
		}
	}
}

// TestBadRequestsAtTheLogin: wrong credentials may come as 400; another 400 is no word on them.
func TestBadRequestsAtTheLogin(t *testing.T) {
	for message, want := range map[string]ErrorKind{"Invalid credentials.": KindCredentials, "Bad request.": KindQuery} {
		d := newDevice(t, nil)
		d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, 400, message, "400 = Bad request syntax or unsupported method.")
		})
		if _, err := d.client(t).Login(t.Context()); KindOf(err) != want {
			t.Errorf("%s: got %q (%v), want %q", message, KindOf(err), err, want)
		}
	}
}

func TestBasicSendsCredentialsWithoutLogin(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("jwtToken", "never to be used")
		_, _ = w.Write([]byte(`{"data":["e_message_tracking_messages"]}`))
	})
	c := d.client(t, func(c *Config) { c.Auth = AuthBasic })
	account, err := c.Login(t.Context())
	if err != nil || account.Username != testUser {
		t.Fatal(account, err)
	}
	if _, err := c.Privileges(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d.loginCount() != 0 {
		t.Error("logged in with Basic authentication")
	}
	for _, r := range d.seen() {
		user, pass, ok := (&http.Request{Header: r.Header}).BasicAuth()
		if !ok || user != testUser || pass != testPassphrase || r.Header.Get("jwtToken") != "" {
			t.Errorf("request with header %v", r.Header)
		}
	}
}

func TestPrivileges(t *testing.T) {
	d := newDevice(t, reply(`{"data":["e_message_tracking_messages","e_message_tracking_detail"]}`))
	got, err := d.client(t).Privileges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"e_message_tracking_messages", "e_message_tracking_detail"}, got); diff != "" {
		t.Error(diff)
	}
	if d.seen()[0].Path != "/esa/api/v2.0/login/privileges" {
		t.Errorf("asked %s", d.seen()[0].Path)
	}
}

func TestNewRefusesWrongConfiguration(t *testing.T) {
	good := Config{BaseURL: "https://esa.example.com:6443", Username: "u", Passphrase: "p4ssphrase"}
	for name, change := range map[string]func(*Config){
		"no URL":             func(c *Config) { c.BaseURL = "" },
		"no scheme":          func(c *Config) { c.BaseURL = "esa.example.com" },
		"other scheme":       func(c *Config) { c.BaseURL = "ftp://esa.example.com" },
		"user in the URL":    func(c *Config) { c.BaseURL = "https://u:p4ssphrase@esa.example.com" },
		"broken, with a key": func(c *Config) { c.BaseURL = "https://u:p4ssphrase@esa.example.com:port/%zz" },
		"query":              func(c *Config) { c.BaseURL = "https://esa.example.com?x=1" },
		"flavour":            func(c *Config) { c.Flavour = "wsa" },
		"authentication":     func(c *Config) { c.Auth = "digest" },
		"no user":            func(c *Config) { c.Username = "" },
		"no passphrase":      func(c *Config) { c.Passphrase = "" },
		"status URL":         func(c *Config) { c.StatusURL = "gopher://esa" },
	} {
		config := good
		change(&config)
		_, err := New(config)
		if KindOf(err) != KindInvalid {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "p4ssphrase") {
			t.Errorf("%s: the passphrase is in the error: %v", name, err)
		}
	}
}

func TestBaseURLForms(t *testing.T) {
	for in, want := range map[string]string{
		"https://esa.example.com:6443":                 "https://esa.example.com:6443/esa/api/v2.0/x",
		"https://esa.example.com:6443/":                "https://esa.example.com:6443/esa/api/v2.0/x",
		"https://esa.example.com/esa/api/v2.0/":        "https://esa.example.com/esa/api/v2.0/x",
		"http://[2001:db8::1]:6080/gw/":                "http://[2001:db8::1]:6080/gw/esa/api/v2.0/x",
		" https://tenant-sma1.iphmx.com/sma/api/v2.0 ": "https://tenant-sma1.iphmx.com/esa/api/v2.0/x",
	} {
		c, err := New(Config{BaseURL: in, Username: "u", Passphrase: "p"})
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := c.target(call{path: "x"}); got != want {
			t.Errorf("%s: asks %s, want %s", in, got, want)
		}
	}
}
