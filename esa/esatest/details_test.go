package esatest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctrace/esa/esatest"
)

// of is the query string for the calls about one message.
func of(r *esatest.Record) string {
	query := "serialNumber=" + r.Serial
	for _, mid := range r.MIDs {
		query += fmt.Sprintf("&mid=%d", mid)
	}
	return query
}

// lines are the descriptions of events.
func lines(t *testing.T, events []any) []string {
	t.Helper()
	var lines []string
	for i, event := range events {
		lines = append(lines, at[string](t, event, "description"))
		if last, ok := event.(map[string]any)["lastEvent"].(bool); ok && last != (i == len(events)-1) {
			t.Errorf("event %d of %d has lastEvent %t", i+1, len(events), last)
		}
	}
	return lines
}

// one finds a seeded message.
func one(t *testing.T, a *esatest.Appliance, match func(*esatest.Record) bool) *esatest.Record {
	t.Helper()
	found := a.Find(match)
	if len(found) == 0 {
		t.Fatal("no such message in the day")
	}
	return found[0]
}

func TestDetails(t *testing.T) {
	clock := newClock()
	for _, flavour := range []string{esatest.FlavourESA, esatest.FlavourSMA} {
		t.Run(flavour, func(t *testing.T) {
			a := start(t, esatest.Config{Messages: 2000, Now: clock.Now, Flavour: flavour})
			c := loggedIn(t, a)
			r := one(t, a, func(r *esatest.Record) bool {
				return r.Status == "Delivered" && len(r.Attachments) == 1 && len(r.MIDs) == 1 && r.Direction == "incoming" && r.Campaign == ""
			})
			status, body := c.get("message-tracking/details?" + of(r))
			if status != http.StatusOK {
				t.Fatal(status, body)
			}
			m := at[map[string]any](t, body, "data", "messages")
			host := fmt.Sprintf("(Name unresolved,  SN:%s)", r.Serial)
			if flavour == esatest.FlavourSMA {
				host = fmt.Sprintf("%s (%s)", r.Host, r.HostIP)
			}
			if m["hostName"] != host || m["messageStatus"] != "Delivered" || m["midHeader"] != r.MessageID || m["showAMP"] != true || m["showDLP"] != false ||
				m["isCompleteData"] != true || at[[]any](t, m, "attachments")[0] != r.Attachments[0].Name || !strings.HasSuffix(at[string](t, m, "messageSize"), " (KB)") {
				t.Errorf("details %v", m)
			}
			if got := at[string](t, m, "sendingHostSummary", "reverseDnsHostname"); got != r.SenderHost+" (verified)" {
				t.Errorf("sending host %q", got)
			}
			mid, dcid, icid := r.MIDs[0], r.DCID, r.ICID
			life := lines(t, at[[]any](t, m, "summary"))
			for _, want := range []string{
				fmt.Sprintf("Incoming connection (ICID %d) has sender_group: ACCEPTLIST, sender_ip: %s and sbrs: %s", icid, r.SenderIP, r.SBRS),
				fmt.Sprintf("Incoming connection (ICID %d) successfully accepted TLS protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384.", icid),
				fmt.Sprintf("Start message %d on incoming connection (ICID %d).", mid, icid),
				fmt.Sprintf("Message %d contains message ID header '%s'.", mid, r.MessageID),
				fmt.Sprintf("Message %d original subject on injection: %s", mid, r.Subject),
				fmt.Sprintf("Message %d: DMARC verification passed.", mid),
				fmt.Sprintf("Message %d matched per-recipient policy DEFAULT for inbound mail policies.", mid),
				fmt.Sprintf("Message %d scanned by Anti-Virus engine. Final verdict: Negative ", mid),
				fmt.Sprintf("Message %d contains attachment '%s' (SHA256 %s).", mid, r.Attachments[0].Name, r.Attachments[0].SHA256),
				fmt.Sprintf("Message %d scanned by Outbreak Filters. Verdict: Negative", mid),
				fmt.Sprintf("Message %d queued for delivery.", mid),
				fmt.Sprintf("(DCID %d) Delivery started for message %d to %s.", dcid, mid, r.To[0]),
			} {
				if !slices.Contains(life, want) {
					t.Errorf("no %q in\n%s", want, strings.Join(life, "\n"))
				}
			}
		})
	}
}

func TestDetailsOfEachFate(t *testing.T) {
	a := start(t, esatest.Config{Messages: 3000, Now: newClock().Now})
	c := loggedIn(t, a)
	for status, want := range map[string]string{
		"Dropped By Anti-Virus":             "Delivery Status: DROPPED",
		"Dropped by DLP":                    "Verdict chart: ",
		"Quarantined by Anti-Spam/Graymail": `quarantined to "Spam".`,
		"Quarantined by Content Filters":    `quarantined to "Policy".`,
		"Aborted":                           "aborted: Dropped by filter",
		"Bounced":                           "bounced by destination server",
	} {
		r := one(t, a, func(r *esatest.Record) bool { return r.Status == status })
		_, body := c.get("message-tracking/details?" + of(r))
		life := strings.Join(lines(t, at[[]any](t, body, "data", "messages", "summary")), "\n")
		if !strings.Contains(life, want) {
			t.Errorf("%s: no %q in\n%s", status, want, life)
		}
	}
	r := one(t, a, func(r *esatest.Record) bool { return len(r.MIDs) == 2 && len(r.Attachments) == 0 })
	_, body := c.get("message-tracking/details?" + of(r))
	if m := at[map[string]any](t, body, "data", "messages"); m["attachments"] != "" {
		t.Errorf("attachments of none: %v", m["attachments"])
	}
	if life := strings.Join(lines(t, at[[]any](t, body, "data", "messages", "summary")), "\n"); !strings.Contains(life, fmt.Sprintf("Message %d rewritten to %d by antispam", r.MIDs[0], r.MIDs[1])) {
		t.Errorf("rewritten: %s", life)
	}
}

func TestDetailsNotFinal(t *testing.T) {
	clock := newClock()
	a := start(t, esatest.Config{Now: clock.Now, Settle: time.Minute})
	r := mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("early"))
	c := loggedIn(t, a)
	_, body := c.get("message-tracking/details?" + of(r))
	m := at[map[string]any](t, body, "data", "messages")
	life := strings.Join(lines(t, at[[]any](t, m, "summary")), "\n")
	if m["messageStatus"] != "Processing" || strings.Contains(life, "queued for delivery") {
		t.Errorf("status %v, life %s", m["messageStatus"], life)
	}
}

func TestAMPAndURLAndDLPDetails(t *testing.T) {
	for flavour, separator := range map[string]string{esatest.FlavourESA: ",", esatest.FlavourSMA: " ,"} {
		a := start(t, esatest.Config{Messages: 3000, Now: newClock().Now, Flavour: flavour})
		c := loggedIn(t, a)
		r := one(t, a, func(r *esatest.Record) bool { return r.Campaign == "Parcel notice" })
		_, body := c.get("message-tracking/amp-details?" + of(r))
		m := at[map[string]any](t, body, "data", "messages")
		events := at[[]any](t, m, "ampDetails")
		if m["showAMPDetails"] != true || len(events) != 2 || !strings.Contains(at[string](t, events[1], "description"), "sha256 = "+r.Attachments[0].SHA256) {
			t.Errorf("amp: %v", m)
		}
		if first, last := events[0].(map[string]any)["lastEvent"], events[1].(map[string]any)["lastEvent"]; first != nil || last != true {
			t.Errorf("amp: lastEvent %v, %v", first, last)
		}
		_, body = c.get("message-tracking/url-details?" + of(r))
		links := at[[]any](t, body, "data", "messages", "urlDetails")
		want := fmt.Sprintf("Message %d URL: %s%s URL reputation: -8.6, Condition: URL Reputation Rule.", r.MIDs[0], r.URLs[0].URL, separator)
		if got := at[string](t, links[0], "description"); got != want {
			t.Errorf("url: %q, want %q", got, want)
		}
		r = one(t, a, func(r *esatest.Record) bool { return r.Verdicts.DLPSeverity == "HIGH" })
		_, body = c.get("message-tracking/dlp-details?" + of(r))
		if at[string](t, body, "data", "messages", "dlpDetails", "violationSeverity") != "HIGH" || at[float64](t, body, "data", "messages", "dlpDetails", "mid") != float64(r.MIDs[len(r.MIDs)-1]) {
			t.Errorf("dlp: %v", body)
		}
	}
}

func TestConnectionAndRemediationDetails(t *testing.T) {
	a := start(t, esatest.Config{Messages: 3000, Now: newClock().Now})
	c := loggedIn(t, a)
	r := one(t, a, func(r *esatest.Record) bool { return r.Campaign == "Shared document" })
	_, body := c.get("message-tracking/connection-details?" + of(r) + fmt.Sprintf("&icid=%d", r.ICID))
	if body["senderGroup"] != r.SenderGroup || len(at[[]any](t, body, "messages", "summary")) < 3 {
		t.Errorf("connection: %v", body)
	}
	_, body = c.get("message-tracking/remediation-details?" + of(r))
	mailboxes := at[[]any](t, body, "message_details")
	if at[string](t, body, "batch_details", "mor_action") != "Delete" || at[string](t, mailboxes[0], "mid") != fmt.Sprint(r.MIDs[len(r.MIDs)-1]) {
		t.Errorf("remediation: %v", body)
	}
	r = one(t, a, func(r *esatest.Record) bool { return r.Campaign == "" })
	if _, body = c.get("message-tracking/remediation-details?" + of(r)); len(at[[]any](t, body, "message_details")) != 0 {
		t.Errorf("remediation of none: %v", body)
	}
}

func TestRefusedDetails(t *testing.T) {
	c := loggedIn(t, start(t, esatest.Config{}))
	for query, want := range map[string]string{
		"":                                 "Missing attribute - mid.",
		"mid=1":                            "Missing attribute - serialNumber.",
		"serialNumber=x":                   "Missing attribute - mid.",
		"mid=x&serialNumber=x":             "Unexpected attribute - x.",
		"mid=1&serial_number=x":            "Unexpected attribute - serial_number.",
		"mid=1&serialNumber=x&startDate=1": "Unexpected attribute - 1.",
	} {
		status, body := c.get("message-tracking/details?" + query)
		if message := refusal(t, status, body); status != http.StatusNotFound || message != want {
			t.Errorf("%s: %d %q", query, status, message)
		}
	}
	status, body := c.get("message-tracking/details?mid=1&serialNumber=x")
	if status != http.StatusOK || len(at[map[string]any](t, body, "data", "messages")) != 0 {
		t.Errorf("no such message: %d %v", status, body)
	}
}
