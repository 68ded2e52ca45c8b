package esatest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/esa/esatest"
)

// TestRefusedSearches has what the appliance refuses, in its words.
func TestRefusedSearches(t *testing.T) {
	c := loggedIn(t, start(t, esatest.Config{}))
	const day = "startDate=2026-11-22T00:00:00.000Z&endDate=2026-11-25T00:00:00.000Z"
	for query, want := range map[string]string{
		"":                                   "Missing attribute - startDate or endDate.",
		"startDate=2026-11-22T00:00:00.000Z": "Missing attribute - startDate or endDate.",
		"startDate=2026-11-22T00:00:05.000Z&endDate=2026-11-25T00:00:00.000Z": "Unexpected attribute - 2026-11-22T00:00:05.000Z.",
		"startDate=2026-11-22T00:00:00.500Z&endDate=2026-11-25T00:00:00.000Z": "Unexpected attribute - 2026-11-22T00:00:00.500Z.",
		"startDate=2026-11-22&endDate=2026-11-25":                             "Unexpected attribute - 2026-11-22.",
		day + "&subjectFilterOperator=contains&subjectFilterValue=x":          "Unexpected attribute - subjectFilterOperator.|Unexpected attribute - subjectFilterValue.",
		day + "&subjectfilterOperator=starts_with&subjectfilterValue=x":       "Unexpected attribute - starts_with.",
		day + "&subjectfilterOperator=contains":                               "Missing attribute - subjectfilterValue.",
		day + "&subjectfilterValue=x":                                         "Missing attribute - subjectfilterOperator.",
		day + "&orderBy=date":                                                 "Unexpected attribute - orderBy.",
		day + "&offset=0&limit=101":                                           "Unexpected attribute - 101.",
		day + "&offset=-1&limit=10":                                           "Unexpected attribute - -1.",
		day + "&searchOption=all":                                             "Unexpected attribute - all.",
		day + "&spamPositive=true":                                            "Unexpected attribute - true.",
		day + "&deliveryStatus=Delivered":                                     "Unexpected attribute - Delivered.",
		day + "&contentFiltersName=x&contentFiltersDirection=inbound":         "Missing attribute - contentFiltersAction.",
		day + "&mailPolicyDirection=inbound":                                  "Missing attribute - mailPolicyName.",
		day + "&ciscoMid=x":                                                   "Unexpected attribute - x.",
		day + "&messageDirection=in":                                          "Unexpected attribute - in.",
		day + "&fileSha256=abc":                                               "Unexpected attribute - abc.",
	} {
		status, body := c.get("message-tracking/messages?" + query)
		if message := refusal(t, status, body); status != http.StatusNotFound || !slices.Contains(strings.Split(want, "|"), message) {
			t.Errorf("%s: %d %q, want %q", query, status, message, want)
		}
	}
}

func TestPages(t *testing.T) {
	clock := newClock()
	a := start(t, esatest.Config{Messages: 250, Now: clock.Now})
	c := loggedIn(t, a)
	const day = "message-tracking/messages?startDate=2026-11-22T00:00:00.000Z&endDate=2026-11-25T00:00:00.000Z"
	seen := map[string]bool{}
	var last time.Time
	for offset := 0; ; offset += 100 {
		status, body := c.get(fmt.Sprintf("%s&searchOption=messages&offset=%d&limit=100", day, offset))
		if status != http.StatusOK {
			t.Fatal(status, body)
		}
		rows := rowsOf(t, body)
		if total := at[float64](t, body, "meta", "totalCount"); int(total) != len(rows) {
			t.Errorf("totalCount %v with %d rows", total, len(rows))
		}
		for _, row := range rows {
			when, err := time.Parse("02 Jan 2006 15:04:05 (GMT -07:00)", at[string](t, row, "timestamp"))
			if err != nil || !last.IsZero() && when.After(last) {
				t.Fatalf("row of %v after %v: %v", when, last, err)
			}
			last = when
			seen[fmt.Sprint(row["serialNumber"], row["mid"])] = true
		}
		if len(rows) < 100 {
			break
		}
	}
	if len(seen) != 250 {
		t.Errorf("%d messages on all pages", len(seen))
	}
	for _, lone := range []string{"&offset=0", "&limit=10"} { // one without the other: no data
		if _, body := c.get(day + lone); len(rowsOf(t, body)) != 0 {
			t.Errorf("%s gives rows", lone)
		}
	}
	if _, body := c.get(day); len(rowsOf(t, body)) != 20 {
		t.Error("neither offset nor limit")
	}
}

// TestFilters compares every filter with a scan of the records.
func TestFilters(t *testing.T) {
	clock := newClock()
	a := start(t, esatest.Config{Messages: 3000, Now: clock.Now})
	c := loggedIn(t, a)
	some := a.Find(func(r *esatest.Record) bool { return r.Campaign == "Parcel notice" })[0]
	verdict := func(holds func(*esatest.Verdicts) bool) func(*esatest.Record) bool {
		return func(r *esatest.Record) bool { return holds(r.Verdicts) }
	}
	for _, tc := range []struct {
		query string
		holds func(*esatest.Record) bool
	}{
		{"&subjectfilterOperator=contains&subjectfilterValue=" + escape("PARCEL could"), func(r *esatest.Record) bool { return r.Campaign == "Parcel notice" }},
		{"&subjectfilterOperator=is&subjectfilterValue=" + escape("Crypto doubles every day"), func(r *esatest.Record) bool { return r.Subject == "Crypto doubles every day" }},
		{"&subjectfilterOperator=begins_with&subjectfilterValue=" + escape("[marketing] "), func(r *esatest.Record) bool { return strings.HasPrefix(r.FinalSubject, "[MARKETING] ") }},
		{"&subjectfilterOperator=contains&subjectfilterValue=" + escape("견적서"), func(r *esatest.Record) bool { return strings.Contains(r.Subject, "견적서") }},
		{"&envelopeSenderfilterOperator=is&envelopeSenderfilterValue=" + some.From, func(r *esatest.Record) bool { return r.From == some.From }},
		{"&envelopeRecipientfilterOperator=is&envelopeRecipientfilterValue=" + some.To[0], func(r *esatest.Record) bool { return slices.Contains(r.To, some.To[0]) }},
		{"&attachmentNameOperator=begins_with&attachmentNameValue=label", func(r *esatest.Record) bool { return r.Campaign == "Parcel notice" }},
		{"&domainNameOperator=is&domainNameValue=acme.example", func(r *esatest.Record) bool { return r.SenderDomain == "acme.example" }},
		{"&ciscoMid=" + fmt.Sprint(some.MIDs[0]), func(r *esatest.Record) bool { return slices.Contains(r.MIDs, some.MIDs[0]) }},
		{"&messageIdHeader=" + escape(some.MessageID), func(r *esatest.Record) bool { return r.MessageID == some.MessageID }},
		{"&messageIdHeader=" + escape(strings.Trim(some.MessageID, "<>")), func(r *esatest.Record) bool { return r.MessageID == some.MessageID }},
		{"&senderIp=" + some.SenderIP, func(r *esatest.Record) bool { return r.SenderIP == some.SenderIP }},
		{"&fileSha256=" + some.Attachments[0].SHA256, func(r *esatest.Record) bool { return r.Campaign == "Parcel notice" }},
		{"&messageDirection=outgoing", func(r *esatest.Record) bool { return r.Direction == "outgoing" }},
		{"&ciscoHost=All_Hosts&quarantinedAsSpam=True", func(r *esatest.Record) bool { return r.Quarantine == "Spam" }},
		{"&ciscoHost=elsewhere", func(*esatest.Record) bool { return false }},
		{"&deliveryStatus=BOUNCED,ABORTED", func(r *esatest.Record) bool { return r.Status == "Bounced" || r.Status == "Aborted" }},
		{"&spamPositive=True&suspectSpam=True", verdict(func(v *esatest.Verdicts) bool { return v.AntiSpam == "Positive" || v.AntiSpam == "Suspect" })},
		{"&virusPositive=True&messageDirection=incoming", verdict(func(v *esatest.Verdicts) bool { return v.AntiVirus == "Positive" })},
		{"&graymail=True", verdict(func(v *esatest.Verdicts) bool { return v.AntiSpam == "Marketing" })},
		{"&containedMaliciousUrls=True", func(r *esatest.Record) bool {
			return slices.ContainsFunc(r.URLs, func(u esatest.URL) bool { return u.Reputation <= -6 })
		}},
		{"&quarantineStatus=OUTBREAK", func(r *esatest.Record) bool { return r.Quarantine == "Outbreak" }},
		{"&quarantinedTo=Policy,Outbreak", func(r *esatest.Record) bool { return r.Quarantine == "Policy" || r.Quarantine == "Outbreak" }},
		{"&advancedMalwareProtection=amp_malicious&advancedMalwareProtectionMailflowDirection=incoming", verdict(func(v *esatest.Verdicts) bool { return v.AMP == "MALICIOUS" })},
		{"&advancedMalwareProtection=amp_malicious&advancedMalwareProtectionMailflowDirection=outgoing", func(*esatest.Record) bool { return false }},
		{"&dlpViolationsSeverities=critical,high", verdict(func(v *esatest.Verdicts) bool { return v.DLPSeverity == "CRITICAL" || v.DLPSeverity == "HIGH" })},
		{"&dmarcAction=failed", verdict(func(v *esatest.Verdicts) bool { return v.DMARC == "Fail" })},
		{"&mailPolicyName=OUTBOUND&mailPolicyDirection=outbound", func(r *esatest.Record) bool { return r.MailPolicy == "OUTBOUND" }},
		{"&urlReputation=Malicious", func(r *esatest.Record) bool {
			return slices.ContainsFunc(r.URLs, func(u esatest.URL) bool { return u.Reputation <= -6 })
		}},
		{"&softBounced=True", func(*esatest.Record) bool { return false }},
	} {
		var want []string
		for _, r := range a.Find(tc.holds) {
			want = append(want, fmt.Sprint(r.MIDs[0]))
		}
		var got []string
		for offset := 0; offset < 3000; offset += 100 {
			page := strings.Replace(window, "offset=0", fmt.Sprintf("offset=%d", offset), 1)
			_, body := c.get("message-tracking/messages?" + page + tc.query)
			rows := rowsOf(t, body)
			for _, row := range rows {
				got = append(got, fmt.Sprintf("%.0f", at[[]any](t, row, "mid")[0]))
			}
			if len(rows) < 100 {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", tc.query, diff)
		}
		if len(got) == 0 && !strings.Contains(tc.query, "softBounced") && !strings.Contains(tc.query, "elsewhere") && !strings.Contains(tc.query, "=outgoing") {
			t.Errorf("%s: nothing found", tc.query)
		}
	}
}

func TestBlankAsPlusDoesNotMatch(t *testing.T) {
	clock := newClock()
	a := start(t, esatest.Config{Now: clock.Now})
	mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("SOC probe 7f3a"))
	c := loggedIn(t, a)
	for value, want := range map[string]int{"SOC%20probe%207f3a": 1, "SOC+probe+7f3a": 0, "7f3a": 1} {
		if rows := c.search("&subjectfilterOperator=contains&subjectfilterValue=" + value); len(rows) != want {
			t.Errorf("%s: %d rows", value, len(rows))
		}
	}
	for _, colon := range []string{":", "%3A"} { // both are taken
		query := strings.ReplaceAll(window, ":", colon)
		if _, body := c.get("message-tracking/messages?" + query); len(rowsOf(t, body)) != 1 {
			t.Errorf("colons as %s: %v", colon, body)
		}
	}
}

// TestRowShapes has the shapes of a search row, by flavour.
func TestRowShapes(t *testing.T) {
	for _, flavour := range []string{esatest.FlavourESA, esatest.FlavourSMA} {
		t.Run(flavour, func(t *testing.T) {
			clock := newClock()
			a := start(t, esatest.Config{Now: clock.Now, Flavour: flavour, Delay: time.Minute, Settle: 10 * time.Second})
			r := mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("shape"))
			c := loggedIn(t, a)
			if rows := c.search(""); len(rows) != 0 || len(a.Find(nil)) != 0 {
				t.Fatalf("before the delay: %v", rows)
			}
			clock.add(time.Minute)
			rows := c.search("")
			if len(rows) != 1 || at[string](t, rows[0], "messageStatus", "1000001") != "Processing" || rows[0]["finalSubject"] != nil {
				t.Fatalf("after the delay: %v", rows)
			}
			clock.add(10 * time.Second)
			row := c.search("")[0]
			stamp, host := "23 Nov 2026 15:04:05 (GMT +00:00)", ""
			if flavour == esatest.FlavourSMA {
				stamp, host = "23 Nov 2026 15:04:05 (GMT)", "esa1.lab.example"
			}
			delete(row, "morInfo")
			dcid := row["dcid"]
			delete(row, "dcid")
			want := map[string]any{
				"mid": []any{1000001.0}, "icid": float64(r.ICID), "allIcid": []any{float64(r.ICID)}, "hostName": host, "serialNumber": r.Serial,
				"direction": "incoming", "timestamp": stamp, "sender": "soc@sender.example", "friendly_from": []any{"soc@sender.example"}, "replyTo": "N/A",
				"recipient": []any{"anna.lee@lab.example"}, "recipientMap": map[string]any{"1000001": []any{"anna.lee@lab.example"}},
				"subject": "shape", "finalSubject": map[string]any{"1000001": "shape"}, "messageID": map[string]any{"1000001": "<shape@sender.example>"},
				"messageStatus": map[string]any{"1000001": "Delivered"}, "verdictChart": map[string]any{"1000001": "11010000"},
				"senderIp": "127.0.0.1", "senderDomain": "sender.example", "senderGroup": "UNKNOWNLIST", "sbrs": "None", "mailPolicy": []any{"DEFAULT"},
				"isCompleteData": "N/A", "morDetails": map[string]any{},
			}
			if diff := cmp.Diff(want, row); diff != "" {
				t.Error(diff)
			}
			if (dcid != nil) != (flavour == esatest.FlavourSMA) {
				t.Errorf("dcid %v", dcid)
			}
		})
	}
}

func TestRewrittenAndDroppedRows(t *testing.T) {
	a := start(t, esatest.Config{Now: newClock().Now, Faults: []string{"mid-rewritten"}})
	mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("first"))
	setFaults(t, a, "message-dropped")
	mail(t, a, "soc@sender.example", "anna.lee@lab.example", simple("second"))
	c := loggedIn(t, a)
	rows := c.search("")
	dropped, rewritten := rows[0], rows[1]
	if at[string](t, dropped, "subject") != "second" {
		dropped, rewritten = rewritten, dropped
	}
	if got := at[map[string]any](t, dropped, "messageID"); len(got) != 0 || dropped["finalSubject"] != nil || at[string](t, dropped, "messageStatus", "1000003") != "Dropped By Anti-Virus" {
		t.Errorf("dropped: %v", dropped)
	}
	if diff := cmp.Diff([]any{1000001.0, 1000002.0}, rewritten["mid"]); diff != "" {
		t.Error(diff)
	}
	for member, key := range map[string]string{"messageStatus": "1000002", "verdictChart": "1000002", "finalSubject": "1000002", "messageID": "1000001"} {
		values := at[map[string]any](t, rewritten, member)
		if len(values) != 1 || values[key] == nil {
			t.Errorf("%s: %v", member, values)
		}
	}
	if got := c.search("&ciscoMid=1000002"); len(got) != 1 {
		t.Errorf("by the new MID: %v", got)
	}
}

func TestRejectedConnections(t *testing.T) {
	a := start(t, esatest.Config{Now: newClock().Now, Messages: 100, Faults: []string{"smtp-refuse-banner"}})
	m := dialSMTP(t, a)
	m.expect("554-esa1.lab.example")
	if _, err := m.ReadLine(); err != nil {
		t.Fatal(err)
	}
	m.ended()
	c := loggedIn(t, a)
	rows := c.search("&searchOption=rejected_connections")
	if len(rows) != 6 || at[string](t, rows[0], "senderIp") != "127.0.0.1" || rows[0]["mid"] != nil || rows[0]["icid"] == nil {
		t.Errorf("%d rows: %v", len(rows), rows)
	}
	if rows := c.search("&searchOption=rejected_connections&senderIp=127.0.0.1"); len(rows) != 1 {
		t.Errorf("by address: %v", rows)
	}
	setFaults(t, a, "rejected-off")
	if rows := c.search("&searchOption=rejected_connections"); len(rows) != 0 {
		t.Errorf("when not saved: %v", rows)
	}
}

// TestSplitMessages has messages whose recipients fall under different policies.
func TestSplitMessages(t *testing.T) {
	a := start(t, esatest.Config{Messages: 3000, Now: newClock().Now})
	c := loggedIn(t, a)
	r := one(t, a, func(r *esatest.Record) bool { return len(r.Splinters) > 0 })
	row := c.search("&ciscoMid=" + fmt.Sprint(r.Splinters[0].MID))[0]
	if len(at[[]any](t, row, "mid")) != len(r.To)+1 || len(at[map[string]any](t, row, "messageStatus")) != len(r.To) {
		t.Errorf("row %v", row)
	}
	for i, s := range r.Splinters {
		mid := fmt.Sprint(s.MID)
		if got := at[[]any](t, row, "recipientMap", mid); len(got) != 1 || got[0] != r.To[i] {
			t.Errorf("MID %s is for %v", mid, got)
		}
		want := "Delivered"
		if i == 0 {
			want = "Quarantined by Content Filters"
		}
		if got := at[string](t, row, "messageStatus", mid); got != want {
			t.Errorf("MID %s is %q", mid, got)
		}
	}
	_, body := c.get("message-tracking/details?" + of(r))
	life := strings.Join(lines(t, at[[]any](t, body, "data", "messages", "summary")), "\n")
	if !strings.Contains(life, fmt.Sprintf("Message %d split creating message %d due to per-recipient policy.", r.MIDs[0], r.Splinters[1].MID)) ||
		strings.Count(life, "queued for delivery") != len(r.To)-1 {
		t.Errorf("life %s", life)
	}
}
