package esa

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest/published"

	"github.com/google/go-cmp/cmp"
)

func lifecycle(t *testing.T) Details {
	t.Helper()
	w, err := decodeDetails(fixture(t, "details_lifecycle.json"))
	if err != nil {
		t.Fatal(err)
	}
	return w.details(w.Summary)
}

func TestTimelineOfADeliveredMessage(t *testing.T) {
	got := lifecycle(t).Timeline()
	at := func(s int) time.Time { return time.Date(2026, 9, 7, 10, 11, s, 0, time.UTC) }
	const sum = "7e3dee4dac8f4af561d1108c4b237e5e139bd8d3ddc8518455d3b5fb7e7a70c3"
	want := Timeline{
		Connections: []Injection{{
			ICID: 10821, SenderIP: "192.0.2.7", SenderGroup: "ACCEPTLIST", SBRS: "3.5", Interface: "Data 1", InterfaceIP: "192.0.2.25",
			ReverseDNS: "out.example.net", ReverseDNSVerified: true, Action: "ACCEPT", Country: "Netherlands",
		}},
		TLS: []TLS{
			{10821, false, "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"},
			{4368, true, "TLSv1.3", "TLS_AES_256_GCM_SHA384"},
		},
		Reputations: []SenderReputation{{322, "Neutral", "", "30 days (or greater)", "out.example.net"}},
		SPF:         []SPF{{322, "mailfrom", "a@example.net", "pass"}},
		DKIM:        []DKIM{{322, "pass", "example.net", "s1024", "a@example.net", "signature verified"}},
		DMARC: []DMARC{{
			MID: 322, Domain: "example.net", Result: "pass", SPFAligned: new(true), DKIMAligned: new(false),
			Text: "Message 322: DMARC Message from domain example.net, DMARC pass (SPF aligned True, DKIM aligned False),",
		}},
		Policies: []PolicyMatch{{322, "DEFAULT", "inbound"}},
		Verdicts: []Verdict{
			{322, "Anti-Spam", "CASE", false, "Negative"},
			{322, "Anti-Spam", "CASE", false, "definitely negative"},
			{322, "Anti-Spam", "CASE", true, "Negative"},
			{322, "Anti-Virus", "Sophos", false, "CLEAN"},
			{322, "Anti-Virus", "", true, "Negative"},
			{322, "Advanced Malware Protection", "", true, "SKIPPED(no attachment in message)"},
			{322, "Outbreak Filters", "", true, "Negative"},
		},
		Rewrites:    []Rewrite{{322, 323, "antispam"}},
		Attachments: []Attachment{{MID: 322, Name: "report.pdf", SHA256: sum, Disposition: "Unknown"}, {Name: "plain.txt"}},
		Deliveries: []Delivery{{
			MID: 323, DCID: 4368, Recipient: "u@example.com", IP: "198.51.100.1", Port: "25", Started: at(19), Ended: at(21),
			Response: "2.6.0 <1@example.net> [InternalId=1] it's queued",
		}},
	}
	steps := got.Steps
	got.Steps = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var stages []string
	for _, s := range steps {
		if len(stages) == 0 || stages[len(stages)-1] != string(s.Stage) {
			stages = append(stages, string(s.Stage))
		}
	}
	if got := strings.Join(stages, " "); got != "connection envelope reputation envelope authentication headers reputation headers connection policy connection engines amp engines end delivery" {
		t.Errorf("stages: %s", got)
	}
	if s := steps[10]; s.MID != 322 || s.ICID != 10821 || s.DCID != 0 {
		t.Errorf("numbers of %q: %d, %d, %d", s.Description, s.MID, s.ICID, s.DCID)
	}
	if s := steps[len(steps)-1]; s.MID != 323 || !s.Last {
		t.Errorf("%+v", s)
	}
}

func TestTimelineWithAMPAndURLs(t *testing.T) {
	events := func(name string) []Event {
		w, err := decodeDetails(fixture(t, name))
		if err != nil {
			t.Fatal(err)
		}
		return append(w.AMP.events(), w.URL.events()...)
	}
	got := Details{Attachments: []string{"test file.jpg"}}.Timeline(events("urls.json"), events("amp.json"))
	want := []Attachment{{
		MID: 21, Name: "test file.jpg", SHA256: "23a9113530549916cd5b410edee79cb5a0fc01233eb9051f9c882a2e7c3fbfbe", Size: 325663, MIME: "image/jpeg",
		Disposition: "FILE UNKNOWN", Upload: "The file type is not configured for analysis",
	}}
	if diff := cmp.Diff(want, got.Attachments); diff != "" {
		t.Error(diff)
	}
	urls := []URLVerdict{
		{21, "http://Bad.example.org:8080/", "-6.8", "URL Reputation Rule", true},
		{21, "https://worse.example.net/a,b/", "-9.6", "URL Reputation Rule", false},
		{21, "http://198.51.100.4/x", "", "", true},
	}
	if diff := cmp.Diff(urls, got.URLs); diff != "" {
		t.Error(diff)
	}
	if first := got.Steps[0]; first.Stage != StageAMP || first.MID != 21 {
		t.Errorf("the earliest event is not first: %+v", first)
	}
}

// One event each: its stage, and the facts that it tells.
func TestEventTexts(t *testing.T) {
	for _, tt := range []struct {
		text  string
		stage Stage
		want  Timeline
	}{
		{"ICID 19214 sender_group: RELAYLIST sender_ip: 192.0.2.1, sbrs: not enabled", StageConnection, Timeline{Connections: []Injection{{ICID: 19214, SenderGroup: "RELAYLIST", SenderIP: "192.0.2.1", SBRS: "not enabled"}}}},
		{"ICID 19213 sender_group: RELAYLIST sender_ip: 192.0.2.1, \n                 sbrs: not enabled", StageConnection, Timeline{Connections: []Injection{{ICID: 19213, SenderGroup: "RELAYLIST", SenderIP: "192.0.2.1", SBRS: "not enabled"}}}},
		{"Protocol SMTP interface Data 1  (IP 2001:db8::1) on incoming connection (ICID 5) from sender IP 2001:db8::7 Reverse DNS  x.example verified no.", StageConnection, Timeline{Connections: []Injection{{ICID: 5, Interface: "Data 1", InterfaceIP: "2001:db8::1", SenderIP: "2001:db8::7", ReverseDNS: "x.example"}}}},
		{"(ICID 6) REJECT sender group BLOCKED LIST match 192.0.2.0/24 SBRS -9.1 country not enabled", StageConnection, Timeline{Connections: []Injection{{ICID: 6, Action: "REJECT", SenderGroup: "BLOCKED LIST", SBRS: "-9.1", Country: "not enabled"}}}},
		{"Message 7 SPF: helo identity postmaster None", StageAuthentication, Timeline{SPF: []SPF{{7, "helo", "postmaster", "none"}}}},
		{"Message 7 DKIM: no signature", StageAuthentication, Timeline{DKIM: []DKIM{{MID: 7, Result: "none", Text: "signature"}}}},
		{"Message 7 DKIM: permfail body hash did not verify [final] (d=a.example s= i=@a.example)", StageAuthentication, Timeline{DKIM: []DKIM{{7, "permfail", "a.example", "", "@a.example", "body hash did not verify [final]"}}}},
		{"Message 7: DMARC Verification skipped (No record found for the sending domain).", StageAuthentication, Timeline{DMARC: []DMARC{{MID: 7, Result: "skipped", Text: "Message 7: DMARC Verification skipped (No record found for the sending domain)."}}}},
		{"Message 7: DMARC verification failed.", StageAuthentication, Timeline{DMARC: []DMARC{{MID: 7, Result: "fail", Text: "Message 7: DMARC verification failed."}}}},
		{"Message 7 matched per-recipient policy Sales for export for outbound mail policies.", StagePolicy, Timeline{Policies: []PolicyMatch{{7, "Sales for export", "outbound"}}}},
		{"Message 7 scanned by Anti-Spam engine: SLBL. Final verdict: Positive", StageEngines, Timeline{Verdicts: []Verdict{{7, "Anti-Spam", "SLBL", true, "Positive"}}}},
		{"Message 7 Delivery Status: DROPPED", StageEnd, Timeline{}},
		{"Remote procedure call connection (RCID 1) started for message 7 to local Spam Quarantine.", StageQuarantine, Timeline{}},
		{"Message 7 quarantined in Spam Quarantine.", StageQuarantine, Timeline{Quarantines: []Quarantining{{MID: 7, Quarantine: "Spam Quarantine"}}}},
		{"Message 7 released from Policy", StageQuarantine, Timeline{Quarantines: []Quarantining{{MID: 7, Quarantine: "Policy", Released: true}}}},
		{"Message 7 enqueued for transfer to centralized quarantine Policy.", StageQuarantine, Timeline{}},
		{"MID 6 rewritten to 7 by alt-rcpt-to-filter filter 'testfilt'", StageEnd, Timeline{Rewrites: []Rewrite{{6, 7, "alt-rcpt-to-filter filter 'testfilt'"}}}},
		{"Message 8 rewritten to MID 9.", StageEnd, Timeline{Rewrites: []Rewrite{{8, 9, ""}}}},
		{"Message 14 generated based on message 13 by bcc filter 'copy'", StageEnd, Timeline{Rewrites: []Rewrite{{13, 14, "bcc filter 'copy'"}}}},
		{"MID 5 was split creating MID 6 due to a per-recipient policy (DEFAULT) in the inbound table", StageEnd, Timeline{Rewrites: []Rewrite{{5, 6, "a per-recipient policy (DEFAULT) in the inbound table"}}}},
		{"Message 7 to u@example.com bounced by destination server. Reason: 5.1.0 - Unknown address error", StageDelivery, Timeline{Deliveries: []Delivery{{MID: 7, Recipient: "u@example.com", Bounced: true, Response: "5.1.0 - Unknown address error"}}}},
		{"Message 7 to u@example.com received remote SMTP response 'ok:  Message 89 accepted'.", StageDelivery, Timeline{Deliveries: []Delivery{{MID: 7, Recipient: "u@example.com", Response: "ok: Message 89 accepted"}}}},
		{"Something that no version wrote so far", StageOther, Timeline{}},
		{"", StageOther, Timeline{}},
		{"Message 99999999999999999999 SPF: mailfrom identity a Pass", StageAuthentication, Timeline{SPF: []SPF{{0, "mailfrom", "a", "pass"}}}},

		// Text out of the mail cannot forge what the appliance says.
		{"Message 7 original subject on injection: Message 7 quarantined in Policy (ICID 5)", StageHeaders, Timeline{}},
		{"Message 7 original subject on injection: x' scanned by Anti-Virus engine. Final verdict: Negative", StageHeaders, Timeline{}},
		{"Message 7 contains attachment 'a' (SHA256 " + strings.Repeat("00", 32) + ").txt' (SHA256 " + strings.Repeat("ab", 32) + ").", StageEngines, Timeline{Attachments: []Attachment{{MID: 7, Name: "a' (SHA256 " + strings.Repeat("00", 32) + ").txt", SHA256: strings.Repeat("ab", 32)}}}},
		{"File reputation query initiating. File Name = x, MID = 1, File Size = 1 bytes, File Type = a/b, MID = 7, File Size = 22 bytes, File Type = text/plain", StageAMP, Timeline{Attachments: []Attachment{{MID: 7, Name: "x, MID = 1, File Size = 1 bytes, File Type = a/b", Size: 22, MIME: "text/plain"}}}},
	} {
		got := Details{Events: []Event{{Description: tt.text}}}.Timeline()
		if s := got.Steps[0]; s.Stage != tt.stage || s.Description != tt.text {
			t.Errorf("%q: stage %s, want %s", tt.text, s.Stage, tt.stage)
		}
		if strings.Contains(tt.text, "original subject") && (got.Steps[0].MID != 7 || got.Steps[0].ICID != 0) {
			t.Errorf("%q: message %d, connection %d", tt.text, got.Steps[0].MID, got.Steps[0].ICID)
		}
		got.Steps = nil
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: %s", tt.text, diff)
		}
	}
}

func TestTwoDeliveriesToOneRecipient(t *testing.T) {
	got := Details{Events: []Event{
		{Description: "(DCID 1) Delivery started for message 7 to u@example.com."},
		{Description: "(DCID 2) Delivery started for message 8 to u@example.com."},
		{Description: "Message 8 to u@example.com received remote SMTP response 'second'."},
		{Description: "Message 7 to u@example.com received remote SMTP response 'first'."},
	}}.Timeline()
	want := []Delivery{{MID: 7, DCID: 1, Recipient: "u@example.com", Response: "first"}, {MID: 8, DCID: 2, Recipient: "u@example.com", Response: "second"}}
	if diff := cmp.Diff(want, got.Deliveries); diff != "" {
		t.Error(diff)
	}
}

func TestBadVerdicts(t *testing.T) {
	for text, want := range map[string]bool{
		"Negative": false, "definitely negative": false, "CLEAN": false, "SKIPPED(no attachment in message)": false, "UNKNOWN": false,
		"Positive": true, "Suspect": true, "MALICIOUS": true, "Viral": true,
	} {
		if (Verdict{Text: text}).Bad() != want {
			t.Errorf("%q: bad is %v", text, !want)
		}
	}
}

// Every event text of the published answers is known.
func TestPublishedEventTextsAreKnown(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(published.Path(t, "samples", "esa"), "*details*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w, err := decodeDetails(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range w.details(w.Summary).Timeline(w.AMP.events(), w.URL.events()).Steps {
			if s.Stage == StageOther || s.MID == 0 && s.ICID == 0 && s.DCID == 0 {
				t.Errorf("%s: %q: stage %s, message %d, connection %d", filepath.Base(file), s.Description, s.Stage, s.MID, s.ICID)
			}
		}
	}
}

func FuzzTimeline(f *testing.F) {
	f.Add("Message 322 rewritten to 323 by antispam", "Message 7 URL: http://x , URL reputation: -6.8, Condition: c.")
	f.Add("File Name = a, MID = 1", "ICID 5 sender_group: a sender_ip: b, sbrs: c")
	f.Fuzz(func(t *testing.T, one, two string) {
		got := Details{Events: []Event{{Description: one}}}.Timeline([]Event{{Description: two}})
		if len(got.Steps) != 2 || got.Steps[0].Description != one || got.Steps[1].Description != two {
			t.Errorf("%+v", got.Steps)
		}
	})
}
