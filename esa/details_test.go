package esa

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDetails(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "details_esa.json"))))
	got, err := d.client(t).Details(t.Context(), aRef)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s int) time.Time { return time.Date(2026, 9, 20, 13, 30, s, 0, time.UTC) }
	want := Details{
		MIDs: []int64{765, 766, 767}, ICIDs: []int64{23092}, Host: "(Name unresolved,  SN:EC2A11-4D1B)", Direction: Incoming,
		Time: at(51), TimeText: "20 Sep 2026 13:30:51 (GMT +00:00)", StatusText: "Quarantined by Multiple Engines",
		Subject: "invoice", Sender: "bill@example.net", HeaderFrom: "billing@example.net", Recipients: []string{"user@example.com"},
		MessageIDHeader: "<a1@example.net>", Size: "439.25 (KB)", Attachments: []string{"invoice.pdf", "logo 1.png"},
		SenderGroup: "ACCEPTLIST", SenderIP: "192.0.2.1", SBRS: "2.7", ReverseDNS: "out.example.net", ReverseDNSVerified: true,
		MailPolicies: []string{"DEFAULT"}, SDRAge: "30 days (or greater)", SDRReputation: "Neutral", SDRThreatLevels: "3",
		Complete: new(false), ShowAMP: true, ShowURL: true,
		Events: []Event{
			{Time: at(50), TimeText: "20 Sep 2026 13:30:50 (GMT +00:00)", Description: "Incoming connection (ICID 23092) has sender_group: ACCEPTLIST, sender_ip: 192.0.2.1 and sbrs: 2.7"},
			{Time: at(54), TimeText: "20 Sep 2026 13:30:54 (GMT +00:00)", Description: "Message 767 to user@example.com received remote SMTP response 'ok:  Message 89 accepted'.", Last: true},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Status() != StatusQuarantined {
		t.Errorf("status %s", got.Status())
	}
	r := d.seen()[0]
	if r.Path != "/esa/api/v2.0/message-tracking/details" || r.Query != "icid=1625&mid=1756&mid=1757&serialNumber=EC2A-4D1B" {
		t.Errorf("asked %s?%s", r.Path, r.Query)
	}
}

func TestRefOnAnSMAHasTheDeliveryConnections(t *testing.T) {
	d := newDevice(t, reply(`{"data":{"messages":{}}}`))
	if _, err := d.client(t, func(c *Config) { c.Flavour = SMA }).Details(t.Context(), aRef); err != nil {
		t.Fatal(err)
	}
	if r := d.seen()[0]; r.Path != "/sma/api/v2.0/message-tracking/details" || r.Query != "dcid=31&icid=1625&mid=1756&mid=1757&serialNumber=EC2A-4D1B" {
		t.Errorf("asked %s?%s", r.Path, r.Query)
	}
}

func TestDetailsGiveTheTimeRangeOnlyWhenAsked(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("startDate") {
			refuse(w, 404, "Missing attribute - startDate or endDate.", "404 = Nothing matches the given URI.")
			return
		}
		_, _ = w.Write(fixture(t, "details_esa.json"))
	})
	c := d.client(t)
	got, err := c.Details(t.Context(), aRef)
	if err != nil || got.Subject != "invoice" {
		t.Fatal(got, err)
	}
	if q := d.seen()[1].Query; !strings.Contains(q, "endDate=2026-11-23T14:06:00.000Z") || !strings.Contains(q, "startDate=2026-11-23T14:05:00.000Z") {
		t.Errorf("the range is not the row's minute: %s", q)
	}
	if _, err := c.Details(t.Context(), Ref{MIDs: []int64{1}, Serial: "s"}); KindOf(err) != KindQuery {
		t.Errorf("without a time: %v", err)
	}
}

func TestDetailShapes(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want Details
	}{
		"no attachments is an empty text": {`{"data":{"messages":{"attachments":"","mid":[1]}}}`, Details{MIDs: []int64{1}}},
		"without the data wrapper":        {`{"messages":{"mid":[1],"subject":"s"}}`, Details{MIDs: []int64{1}, Subject: "s"}},
		"messages as a list":              {`{"data":{"messages":[{"mid":[1]}]}}`, Details{MIDs: []int64{1}}},
		"reverse DNS not verified":        {`{"data":{"messages":{"sendingHostSummary":{"reverseDnsHostname":"x.example"}}}}`, Details{ReverseDNS: "x.example"}},
		"status keyed by MID":             {`{"data":{"messages":{"messageStatus":{"1":"Processing","2":"Delivered"}}}}`, Details{StatusText: "Delivered"}},
		"flags as texts":                  {`{"data":{"messages":{"showAMP":"true","showDLP":"false","showURL":"True"}}}`, Details{ShowAMP: true, ShowURL: true}},
		"events that are none":            {`{"data":{"messages":{"summary":[null,"x",{"description":"d"}]}}}`, Details{Events: []Event{{Description: "d"}}}},
		"summary is no list":              {`{"data":{"messages":{"summary":"","mid":[4]}}}`, Details{MIDs: []int64{4}}},
		"empty braces":                    {`{}`, Details{}},
		"data is null":                    {`{"data":null}`, Details{}},
	} {
		w, err := decodeDetails([]byte(tt.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, w.details(w.Summary)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestConnectionWithAndWithoutWrapper(t *testing.T) {
	bare := string(fixture(t, "connection_bare.json"))
	for name, body := range map[string]string{"bare": bare, "wrapped": `{"data":` + bare + `}`} {
		d := newDevice(t, reply(body))
		got, err := d.client(t).Connection(t.Context(), aRef)
		if err != nil {
			t.Fatal(err)
		}
		if got.SenderGroup != "RELAYLIST" || got.SBRS != "not enabled" || len(got.Events) != 2 || !got.Events[1].Last ||
			got.Events[1].Description != "Incoming connection (ICID 19213) lost." {
			t.Errorf("%s: %+v", name, got)
		}
		if p := d.seen()[0].Path; p != "/esa/api/v2.0/message-tracking/connection-details" {
			t.Errorf("asked %s", p)
		}
	}
}

func TestAMP(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "amp.json"))))
	got, err := d.client(t).AMP(t.Context(), aRef)
	if err != nil {
		t.Fatal(err)
	}
	if got.Message.Subject != "test" || len(got.Message.Events) != 0 || len(got.Events) != 3 || !got.Events[2].Last {
		t.Errorf("%+v", got)
	}
	want := Observables{
		Addresses: []string{"t@example.net", "u@example.com"}, Subjects: []string{"test"}, MessageIDs: []string{"t@example.net"}, MIDs: []string{"21"},
		SHA256s: []string{"23a9113530549916cd5b410edee79cb5a0fc01233eb9051f9c882a2e7c3fbfbe"}, FileNames: []string{"test file.jpg"},
	}
	if diff := cmp.Diff(want, got.Observables()); diff != "" {
		t.Error(diff)
	}
}

func TestURLs(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "urls.json"))))
	got, err := d.client(t).URLs(t.Context(), aRef)
	if err != nil {
		t.Fatal(err)
	}
	o := got.Observables()
	if diff := cmp.Diff([]string{"http://Bad.example.org:8080/", "https://worse.example.net/a,b/", "http://198.51.100.4/x"}, o.URLs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"bad.example.org", "worse.example.net"}, o.Domains); diff != "" {
		t.Error(diff)
	}
}

func TestDLPHidesWhatMatched(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "dlp.json"))))
	got, err := d.client(t).DLP(t.Context(), aRef)
	if err != nil {
		t.Fatal(err)
	}
	if got.MID != 84 || got.Policy != "PCI-DSS" || got.Severity != "HIGH" || got.RiskFactor != 72 || len(got.Matches) != 1 {
		t.Fatalf("%+v", got)
	}
	m := got.Matches[0]
	if m.Part != "Message" || m.Classifier != "Credit Card Numbers" || len(m.Texts) != 2 || m.Texts[0].Reveal() != "Visa\n\n0000-TEST-0000" {
		t.Errorf("%+v", m)
	}
	j, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprintf("%v %+v %#v %s %s", got, got, got, m.Texts[0], j); strings.Contains(all, "TEST") || !strings.Contains(all, "[hidden]") {
		t.Errorf("the match shows: %s", all)
	}
}

func TestRemediation(t *testing.T) {
	bare := string(fixture(t, "remediation.json"))
	delivered := time.Unix(1784574165, 0).UTC()
	want := Remediation{
		Batch: "Re7", User: "admin", Source: "ESA 117", Action: "Delete", Started: time.Unix(1790646987, 0).UTC(),
		Mailboxes: []MailboxRemediation{
			{MID: 3, Sender: "a@example.com", Recipient: "b@example.com", Delivered: delivered, Status: "Success", Read: new(false)},
			{MID: 3, Sender: "a@example.com", Recipient: "c@example.com", Delivered: delivered, Status: "Failed"},
		},
	}
	for name, body := range map[string]string{"bare": bare, "wrapped": `{"data":` + bare + `}`} {
		d := newDevice(t, reply(body))
		got, err := d.client(t).Remediation(t.Context(), aRef)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if q := d.seen()[0].Query; q != "icid=1625&mid=1756&mid=1757&serialNumber=EC2A-4D1B" {
			t.Errorf("%s: first try with %s", name, q)
		}
	}
}

func TestRemediationTriesTheOtherNames(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("serialNumber") {
			refuse(w, 404, "Unexpected attribute - serialNumber.", "404 = Nothing matches the given URI.")
			return
		}
		_, _ = io.WriteString(w, `{}`)
	})
	got, err := d.client(t).Remediation(t.Context(), aRef)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Remediation{}, got); diff != "" {
		t.Error(diff)
	}
	want := "end_date=2026-11-23T14:06:00.000Z&icid=1625&mid=1756&mid=1757&sma_serial_number=EC2A-4D1B&start_date=2026-11-23T14:05:00.000Z"
	if q := d.seen()[1].Query; q != want {
		t.Errorf("second try with %s", q)
	}
}

func TestObservablesOfARow(t *testing.T) {
	m := Message{
		MIDs: []int64{1756, 1757}, SenderIP: "192.0.2.7", SenderDomain: "mailer.example.net", Sender: "b@mailer.example.net",
		FriendlyFrom: []string{"s@example.net"}, ReplyTo: "r@example.net", Recipients: []string{"u@example.com", "s@example.net"},
		Subject: "Fw: ", FinalSubjects: ByMID[string]{{1756, "Fw: "}, {1757, "[X] Fw: "}},
		MessageIDs: ByMID[string]{{1756, "<7f3a@probe.example>"}, {1757, "7f3a@probe.example"}},
	}
	want := Observables{
		IPs: []string{"192.0.2.7"}, Domains: []string{"mailer.example.net"},
		Addresses: []string{"b@mailer.example.net", "s@example.net", "r@example.net", "u@example.com"},
		Subjects:  []string{"Fw: ", "[X] Fw: "}, MessageIDs: []string{"7f3a@probe.example"}, MIDs: []string{"1756", "1757"},
	}
	if diff := cmp.Diff(want, m.Observables()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Observables{}, Message{}.Observables()); diff != "" {
		t.Error(diff)
	}
}

func TestObservablesOfAHistory(t *testing.T) {
	const sum = "7e3dee4dac8f4af561d1108c4b237e5e139bd8d3ddc8518455d3b5fb7e7a70c3"
	d := Details{ReverseDNS: "out.example.net", Events: []Event{
		{Description: "Message 5 contains attachment'a b.txt' (SHA256 " + sum + ")."},
		{Description: "Message 5 attachment 'a b.txt' scanned by Advanced Malware Protection engine. File Disposition: Unknown"},
		{Description: "Message 5 contains attachment 'it's.doc' (SHA256 " + strings.ToUpper(sum) + ")."},
		{Description: "sha256 of nothing " + sum},
	}}
	want := Observables{Domains: []string{"out.example.net"}, SHA256s: []string{sum}, FileNames: []string{"a b.txt", "it's.doc"}}
	if diff := cmp.Diff(want, d.Observables()); diff != "" {
		t.Error(diff)
	}
}

func FuzzDecodeDetails(f *testing.F) {
	for _, name := range []string{"details_esa.json", "connection_bare.json", "amp.json", "urls.json", "dlp.json", "remediation.json"} {
		f.Add(fixture(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if w, err := decodeDetails(body); err == nil {
			d := w.details(w.Summary)
			d.Observables()
		}
		_, _ = decodeRemediation(body)
	})
}
