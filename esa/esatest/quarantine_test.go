package esatest_test

import (
	"fmt"
	"net/http"
	"testing"

	"ctrace/esa/esatest"
)

const days = "startDate=2026-11-22T00:00:00.000Z&endDate=2026-11-25T00:00:00.000Z"

const allPolicy = "&quarantines=Outbreak,Virus,File+Analysis,Unclassified,Policy"

func TestQuarantineSearch(t *testing.T) {
	a := start(t, esatest.Config{Messages: 3000, Now: newClock().Now})
	c := loggedIn(t, a)
	total := func(query string) (int, []any) {
		t.Helper()
		status, body := c.get("quarantine/messages?" + days + "&" + query)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %v", query, status, body)
		}
		return int(at[float64](t, body, "meta", "totalCount")), at[[]any](t, body, "data")
	}
	count := func(match func(*esatest.Record) bool) int { return len(a.Find(match)) }
	spam := count(func(r *esatest.Record) bool { return r.Quarantine == "Spam" })
	n, rows := total("quarantineType=spam&offset=0&limit=25")
	if n != spam || len(rows) != 25 {
		t.Errorf("spam: total %d of %d, %d rows", n, spam, len(rows))
	}
	row := at[map[string]any](t, rows[0], "attributes")
	for _, member := range []string{"subject", "date", "fromAddress", "toAddress", "envelopeRecipient", "size"} {
		if row[member] == nil {
			t.Errorf("spam row without %s: %v", member, row)
		}
	}
	n, _ = total("quarantineType=spam&offset=0&limit=25&filterBy=subject&filterOperator=ends_with&filterValue=day&orderBy=from_address&orderDir=desc")
	if want := count(func(r *esatest.Record) bool { return r.Quarantine == "Spam" && r.Subject == "Crypto doubles every day" }); n != want || n == 0 {
		t.Errorf("spam by subject: %d, want %d", n, want)
	}
	n, rows = total("quarantineType=pvo&offset=0&limit=100&orderBy=received&orderDir=asc" + allPolicy)
	if want := count(func(r *esatest.Record) bool { return r.Quarantine != "" && r.Quarantine != "Spam" }); n != want {
		t.Errorf("pvo: %d, want %d", n, want)
	}
	row = at[map[string]any](t, rows[0], "attributes")
	for _, member := range []string{"sender", "recipient", "received", "scheduledExit", "esaHostName", "esaMid", "originatingEsaIp", "inQuarantines", "quarantineForReasonDict"} {
		if row[member] == nil {
			t.Errorf("pvo row without %s: %v", member, row)
		}
	}
	n, _ = total("quarantineType=pvo&offset=0&limit=100&quarantines=Outbreak&subjectFilterBy=starts_with&subjectFilterValue=Your%20parcel&attachmentName=label&attachmentSizeFilterBy=range&attachmentSizeFromValue=40&attachmentSizeToValue=50")
	if want := count(func(r *esatest.Record) bool { return r.Quarantine == "Outbreak" }); n != want || n == 0 {
		t.Errorf("pvo by everything: %d, want %d", n, want)
	}
	for query, want := range map[string]string{
		"":                                    "Missing attribute - quarantineType.",
		"quarantineType=all":                  "Unexpected attribute - all.",
		"quarantineType=pvo":                  "Missing attribute - quarantines.",
		"quarantineType=pvo&quarantines=Junk": "Unexpected attribute - Junk.",
		"quarantineType=spam&subjectFilterBy=contains":                                           "Unexpected attribute - subjectFilterBy.",
		"quarantineType=spam&filterBy=subject&filterOperator=matches_exactly&filterValue=x":      "Unexpected attribute - matches_exactly.",
		"quarantineType=spam&orderBy=received":                                                   "Unexpected attribute - received.",
		"quarantineType=pvo&quarantines=Policy&subjectFilterBy=begins_with&subjectFilterValue=x": "Unexpected attribute - begins_with.",
	} {
		status, body := c.get("quarantine/messages?" + days + "&" + query)
		if message := refusal(t, status, body); message != want {
			t.Errorf("%s: %d %q", query, status, message)
		}
	}
}

func TestQuarantineActions(t *testing.T) {
	a := start(t, esatest.Config{Messages: 3000, Now: newClock().Now})
	c := loggedIn(t, a)
	spam := a.Find(func(r *esatest.Record) bool { return r.Quarantine == "Spam" })
	held := one(t, a, func(r *esatest.Record) bool { return r.Quarantine == "Outbreak" })
	mid := func(r *esatest.Record) int64 { return r.MIDs[len(r.MIDs)-1] }

	_, body := c.get(fmt.Sprintf("quarantine/messages/details?mid=%d&quarantineType=pvo", mid(held)))
	parts := at[[]any](t, body, "data", "attributes", "messagePartDetails")
	if at[string](t, parts[0], "attachmentName") != "[message body]" || at[string](t, parts[1], "attachmentName") != held.Attachments[0].Name {
		t.Errorf("details: %v", body)
	}
	_, body = c.get(fmt.Sprintf("quarantine/messages/details?mid=%d&quarantineType=spam", mid(spam[0])))
	if at[string](t, body, "data", "attributes", "messageBody") == "" {
		t.Errorf("details: %v", body)
	}

	act := func(method, order string) (string, int) {
		t.Helper()
		status, body := c.do(method, "quarantine/messages", order)
		if status != http.StatusOK {
			t.Fatalf("%s %s: %d %v", method, order, status, body)
		}
		return at[string](t, body, "data", "action"), int(at[float64](t, body, "data", "totalCount"))
	}
	now := func(r *esatest.Record) *esatest.Record {
		return one(t, a, func(other *esatest.Record) bool { return other.MIDs[0] == r.MIDs[0] })
	}
	release := fmt.Sprintf(`{"action":"release","quarantineType":"spam","mids":[%d]}`, mid(spam[0]))
	if action, n := act(http.MethodPost, release); action != "release" || n != 1 || now(spam[0]).Status != "Delivered" || now(spam[0]).DCID == 0 {
		t.Errorf("release: %s %d %+v", action, n, now(spam[0]))
	}
	if action, n := act(http.MethodPost, release); action != "release" || n != 0 {
		t.Errorf("release again: %s %d", action, n)
	}
	if action, n := act(http.MethodDelete, fmt.Sprintf(`{"quarantineType":"spam","mids":[%d]}`, mid(spam[1]))); action != "delete" || n != 1 || now(spam[1]).Quarantine != "" {
		t.Errorf("delete: %s %d", action, n)
	}
	move := fmt.Sprintf(`{"action":"move","quarantineType":"pvo","quarantineName":"Outbreak","destinationQuarantineName":"Policy","mids":[%d]}`, mid(held))
	if action, n := act(http.MethodPost, move); action != "move" || n != 1 || now(held).Quarantine != "Policy" {
		t.Errorf("move: %s %d", action, n)
	}
	if _, n := act(http.MethodPost, move); n != 0 { // it is not in that quarantine any more
		t.Errorf("move again: %d", n)
	}
	for order, want := range map[string]int{
		`{"data":{"action":"release","quarantineType":"spam","mids":[1]}}`: http.StatusBadRequest,
		`{"action":"release","quarantineType":"pvo","mids":[1]}`:           http.StatusNotFound,
		`{"action":"burn","quarantineType":"spam","mids":[1]}`:             http.StatusNotFound,
		`not JSON`: http.StatusBadRequest,
	} {
		status, body := c.do(http.MethodPost, "quarantine/messages", order)
		if refusal(t, status, body); status != want {
			t.Errorf("%s: %d", order, status)
		}
	}
}

// TestAWebManagerCountsHeldMessagesItself: its number for a held message is not the gateway's, which the
// row names too, and the only one that it can be asked by.
func TestAWebManagerCountsHeldMessagesItself(t *testing.T) {
	a := start(t, esatest.Config{Messages: 3000, Flavour: esatest.FlavourSMA, Now: newClock().Now})
	c := loggedIn(t, a)
	_, body := c.get("quarantine/messages?" + days + "&quarantineType=pvo&offset=0&limit=1" + allPolicy)
	row := at[[]any](t, body, "data")[0]
	own, gateways := at[float64](t, row, "mid"), at[float64](t, row, "attributes", "esaMid")
	for mid, known := range map[float64]bool{own: true, gateways: false} {
		_, body := c.get(fmt.Sprintf("quarantine/messages/details?mid=%.0f&quarantineType=pvo", mid))
		if got := len(at[map[string]any](t, body, "data")) > 0; got != known {
			t.Errorf("details by %.0f (its own %.0f, the gateway's %.0f): found %v", mid, own, gateways, got)
		}
	}
}
