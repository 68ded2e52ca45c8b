package lab

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"strings"
	"testing"
	"time"

	"ctrace/ctr/observable"
)

// kit is a lab with plain clients, so that nothing of the product's own
// clients is between the test and the wire.
type kit struct {
	*Lab
	t    testing.TB
	http *http.Client
	jwt  string
}

func start(t testing.TB, cfg Config) *kit {
	t.Helper()
	if cfg.Delay == 0 {
		cfg.Delay = -1
	}
	if cfg.Messages == 0 {
		cfg.Messages = -1
	}
	if cfg.RegisterDelay == 0 {
		cfg.RegisterDelay = 20 * time.Millisecond
	}
	l, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: l.Roots()}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &kit{Lab: l, t: t, http: &http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

// mail sends a message through the lab's listener with STARTTLS and returns
// what the appliance answered in its 250.
func (k *kit) mail(messageID, subject string) {
	k.t.Helper()
	if err := k.tryMail(messageID, subject); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kit) tryMail(messageID, subject string) error {
	info := k.Info()
	conn, err := net.Dial("tcp", info.SMTP)
	if err != nil {
		return err
	}
	client, err := smtp.NewClient(conn, "127.0.0.1")
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.StartTLS(&tls.Config{RootCAs: k.Roots(), ServerName: "127.0.0.1"}); err != nil {
		return err
	}
	if err := client.Mail(info.Sender); err != nil {
		return err
	}
	if err := client.Rcpt(info.Recipient); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMessage-ID: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nSee https://www.example.org/lab\r\n",
		info.Sender, info.Recipient, subject, messageID, time.Now().Format(time.RFC1123Z))
	if err := w.Close(); err != nil {
		return err
	}
	return client.Quit()
}

func (k *kit) call(method, address string, body any, prepare func(*http.Request)) (int, map[string]any) {
	k.t.Helper()
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			k.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(k.t.Context(), method, address, reader)
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	prepare(req)
	resp, err := k.http.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		k.t.Fatalf("%s %s: %d: %v", method, address, resp.StatusCode, err)
	}
	if list, isList := answer.([]any); isList {
		answer = map[string]any{"list": list}
	}
	return resp.StatusCode, answer.(map[string]any)
}

// track asks the appliance's tracking for a subject and returns the rows.
func (k *kit) track(subject string) []any {
	k.t.Helper()
	info, base := k.Info(), "/esa"
	if info.SMA {
		base = "/sma"
	}
	now := time.Now().UTC().Truncate(time.Minute)
	query := fmt.Sprintf("startDate=%s&endDate=%s&searchOption=messages&subjectfilterOperator=contains&subjectfilterValue=%s&offset=0&limit=20",
		now.Add(-time.Hour).Format("2006-01-02T15:04:00.000Z"), now.Add(time.Hour).Format("2006-01-02T15:04:00.000Z"), url.PathEscape(subject))
	_, answer := k.call(http.MethodGet, info.ESAURL+base+"/api/v2.0/message-tracking/messages?"+query, nil, func(r *http.Request) {
		r.SetBasicAuth(info.User, info.Passphrase)
	})
	rows, _ := answer["data"].([]any)
	return rows
}

// observe asks Threat Response and returns the sightings of email modules and
// what the errors say.
func (k *kit) observe(obs ...observable.Observable) (sightings []map[string]any, errs string) {
	k.t.Helper()
	status, answer := k.ctr(http.MethodPost, "/iroh/iroh-enrich/observe/observables?product_categories=email-security", obs)
	if status != 200 {
		k.t.Fatalf("%d %v", status, answer)
	}
	for _, d := range answer["data"].([]any) {
		section, there := d.(map[string]any)["data"].(map[string]any)["sightings"].(map[string]any)
		if !there {
			continue
		}
		for _, doc := range section["docs"].([]any) {
			sightings = append(sightings, doc.(map[string]any))
		}
	}
	raw, err := json.Marshal(answer["errors"])
	if err != nil {
		k.t.Fatal(err)
	}
	return sightings, string(raw)
}

func (k *kit) ctr(method, path string, body any) (int, map[string]any) {
	k.t.Helper()
	if k.jwt == "" {
		info := k.Info()
		req, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, info.CTRURL+"/iroh/oauth2/token", strings.NewReader("grant_type=client_credentials"))
		if err != nil {
			k.t.Fatal(err)
		}
		req.SetBasicAuth(info.ClientID, info.ClientSecret)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := k.http.Do(req)
		if err != nil {
			k.t.Fatal(err)
		}
		defer resp.Body.Close()
		var answer map[string]any
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
			k.t.Fatal(err)
		}
		k.jwt, _ = answer["access_token"].(string)
	}
	return k.call(method, k.Info().CTRURL+path, body, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+k.jwt) })
}

// proved says whether a new message is found by the module.
func (k *kit) proved(id string) bool {
	k.t.Helper()
	k.mail("<"+id+"@ctrace.example>", "Ctrace "+id)
	sightings, _ := k.observe(observable.Observable{Type: observable.EmailMessageID, Value: id + "@ctrace.example"})
	return len(sightings) == 1
}
