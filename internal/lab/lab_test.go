package lab

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ctrace/ctr/observable"
)

// TestSendTrackObserve is the lab's reason to be: what is mailed to it is in
// its tracking and is then known to its Threat Response.
func TestSendTrackObserve(t *testing.T) {
	for name, cfg := range map[string]Config{"ESA": {}, "SMA": {SMA: true}} {
		t.Run(name, func(t *testing.T) {
			k := start(t, cfg)
			k.mail("<abc-1@ctrace.example>", "Ctrace test abc-1")
			rows := k.track("abc-1")
			if len(rows) != 1 || k.Received() != 1 {
				t.Fatalf("%d rows, %d received", len(rows), k.Received())
			}
			record := k.appliance.Messages()[0]
			mid := strconv.FormatInt(record.MIDs[0], 10)
			for _, o := range []observable.Observable{
				{Type: "email_messageid", Value: "abc-1@ctrace.example"},
				{Type: "email_messageid", Value: "<abc-1@ctrace.example>"},
				{Type: "cisco_mid", Value: mid},
				{Type: "email", Value: strings.ToUpper(k.Info().Sender)},
				{Type: "ip", Value: "127.0.0.1"},
				{Type: "domain", Value: "sender.example"},
			} {
				sightings, errs := k.observe(o)
				if len(sightings) != 1 || errs != "[]" {
					t.Errorf("%v: %d sightings, errors %s", o, len(sightings), errs)
				}
			}
			for _, o := range []observable.Observable{
				{Type: "email_subject", Value: "Ctrace test abc-1"},
				{Type: "email", Value: k.Info().Recipient},
				{Type: "cisco_mid", Value: "1"},
				{Type: "url", Value: "https://www.example.org/lab"},
			} {
				if sightings, _ := k.observe(o); len(sightings) != 0 {
					t.Errorf("%v: the module cannot be asked about it, %d sightings", o, len(sightings))
				}
			}
		})
	}
}

func TestSightingSaysWhoSentWhatToWhom(t *testing.T) {
	k := start(t, Config{})
	k.mail("<abc-2@ctrace.example>", "Ctrace test abc-2")
	sightings, _ := k.observe(
		observable.Observable{Type: "email_messageid", Value: "abc-2@ctrace.example"},
		observable.Observable{Type: "email", Value: k.Info().Sender})
	if len(sightings) != 1 {
		t.Fatalf("%d sightings of one message", len(sightings))
	}
	s := sightings[0]
	if n := len(s["observables"].([]any)); n != 2 {
		t.Errorf("%d matched observables", n)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"relation":"Sent"`, `"relation":"Sent_To"`, `"relation":"Characterizes"`, `"relation":"Received_From"`,
		`"sensor":"process.email-service"`, `"type":"email_subject","value":"Ctrace test abc-2"`, k.Info().Recipient, `"row_count":1`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s is not in %s", want, raw)
		}
	}
	data := s["data"].(map[string]any)
	if len(data["columns"].([]any)) != len(data["rows"].([]any)[0].([]any)) {
		t.Error("the row does not fit the columns")
	}
}

func TestSubjectPivot(t *testing.T) {
	k := start(t, Config{SubjectPivot: true})
	k.mail("<abc-3@ctrace.example>", "Ctrace test abc-3")
	if sightings, _ := k.observe(observable.Observable{Type: "email_subject", Value: "Ctrace test abc-3"}); len(sightings) != 1 {
		t.Errorf("%d sightings", len(sightings))
	}
}

func TestSeededCampaignsAreKnown(t *testing.T) {
	k := start(t, Config{Messages: 3000})
	sightings, _ := k.observe(observable.Observable{Type: "email", Value: "billing@invoice-portal.example"})
	if len(sightings) < 2 || len(sightings) > maxSightings {
		t.Fatalf("%d sightings of the campaign", len(sightings))
	}
	for _, known := range KnownValues() {
		if _, typed := known.Observable.Type.Info(); !typed || known.Observable.Value == "" || known.Reason == "" {
			t.Errorf("not worth knowing: %+v", known)
		}
	}
	status, answer := k.ctr("POST", "/iroh/iroh-enrich/deliberate/observables", []observable.Observable{
		{Type: "sha256", Value: "7d3c1f0a9b5e4c62a8f17e0d25b3946f8c01ad7e63f2b9405d8e17a6c4f3b210"},
	})
	raw, _ := json.Marshal(answer)
	if status != 200 || !strings.Contains(string(raw), `"disposition_name":"Malicious"`) {
		t.Errorf("%d %s", status, raw)
	}
}

func TestInfo(t *testing.T) {
	k := start(t, Config{})
	raw, err := json.Marshal(k.Info())
	if err != nil {
		t.Fatal(err)
	}
	var line map[string]string
	if err := json.Unmarshal(raw, &line); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"schema", "smtp", "esa_url", "ctr_url", "intel_url", "sse_url", "user", "passphrase", "client_id", "client_secret",
		"ca_file", "sender", "recipient",
	} {
		if line[key] == "" {
			t.Errorf("%s is empty: %s", key, raw)
		}
		delete(line, key)
	}
	if len(line) != 0 {
		t.Errorf("other members: %v", line)
	}
	pem, err := os.ReadFile(k.Info().CAFile)
	if err != nil || !strings.HasPrefix(string(pem), "-----BEGIN CERTIFICATE-----") {
		t.Errorf("CA file: %v %.40s", err, pem)
	}
}

func TestCloseRemovesWhatWasWritten(t *testing.T) {
	l, err := Start(t.Context(), Config{Messages: -1})
	if err != nil {
		t.Fatal(err)
	}
	file := l.Info().CAFile
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the CA file is still there: %v", err)
	}
}

func TestAddressInUse(t *testing.T) {
	k := start(t, Config{})
	_, err := Start(t.Context(), Config{SMTPAddr: k.Info().SMTP, Messages: -1})
	if err == nil {
		t.Fatal("two labs listen on one address")
	}
	if _, err := Start(t.Context(), Config{CTRAddr: strings.TrimPrefix(k.Info().CTRURL, "https://"), Messages: -1}); err == nil {
		t.Fatal("two labs listen on one address")
	}
}

func TestAwkwardModules(t *testing.T) {
	k := start(t, Config{Awkward: true})
	var names []string
	for _, m := range k.cloud.Modules() {
		names = append(names, m.Name)
	}
	for _, want := range []string{"Slow Sandbox", "Busy Reputation", "Partial Log Search", "Broken Feed", "Lab Threat Intelligence", "Email Security Appliance"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing in %v", want, names)
		}
	}
}

// BenchmarkStart is the lab's share of the first frame of `ctrace demo`.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		l, err := Start(b.Context(), Config{})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkObserve is one question of 20 observables to the email module with
// a day of 100,000 messages behind it.
func BenchmarkObserve(b *testing.B) {
	k := start(b, Config{Messages: 100_000})
	var obs []observable.Observable
	for i := range 20 {
		obs = append(obs, observable.Observable{Type: "cisco_mid", Value: strconv.Itoa(i)})
	}
	m := k.emailModules()[0].Backend
	for b.Loop() {
		m.Observe(b.Context(), obs)
	}
}
