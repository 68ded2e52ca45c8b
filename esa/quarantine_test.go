package esa

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func aQuarantineQuery(kind QuarantineType) QuarantineQuery {
	q := aQuery()
	return QuarantineQuery{Type: kind, Start: q.Start, End: q.End}
}

func TestQuarantineQueryString(t *testing.T) {
	const window = "endDate=2026-11-23T15:00:00.000Z&startDate=2026-11-23T14:00:00.000Z"
	for _, tt := range []struct {
		name   string
		kind   QuarantineType
		change func(*QuarantineQuery)
		want   string // without window, offset and limit
	}{
		{"spam", SpamQuarantine, func(*QuarantineQuery) {}, "quarantineType=spam"},
		{"spam, recipient", SpamQuarantine, func(q *QuarantineQuery) { q.Recipient.Value = "u@example.com" }, "envelopeRecipientFilterOperator=contains&envelopeRecipientFilterValue=u%40example.com&quarantineType=spam"},
		{"spam, sender", SpamQuarantine, func(q *QuarantineQuery) { q.Sender = QuarantineFilter{QuarantineBeginsWith, "a b"} }, "filterBy=from_address&filterOperator=begins_with&filterValue=a%20b&quarantineType=spam"},
		{"spam, subject", SpamQuarantine, func(q *QuarantineQuery) { q.Subject = QuarantineFilter{QuarantineContainsNot, "x"} }, "filterBy=subject&filterOperator=does_not_contain&filterValue=x&quarantineType=spam"},
		{"spam, sorted", SpamQuarantine, func(q *QuarantineQuery) { q.OrderBy, q.Descending = "date", true }, "orderBy=date&orderDir=desc&quarantineType=spam"},
		{"policy", PolicyQuarantine, func(*QuarantineQuery) {}, "quarantineType=pvo&quarantines=Outbreak,Virus,File%20Analysis,Unclassified,Policy"},
		{"policy, all filters", PolicyQuarantine, func(q *QuarantineQuery) {
			q.Quarantines, q.OriginatingIP, q.AttachmentName = []string{"Policy"}, "192.0.2.9", "a.exe"
			q.Recipient, q.Sender, q.Subject = QuarantineFilter{QuarantineIs, "r"}, QuarantineFilter{QuarantineBeginsWith, "s"}, QuarantineFilter{QuarantineEndsWithNot, "t"}
			q.OrderBy = "scheduledExit"
		}, "attachmentName=a.exe&envelopeRecipientFilterBy=matches_exactly&envelopeRecipientFilterValue=r&envelopeSenderFilterBy=starts_with&envelopeSenderFilterValue=s&orderBy=scheduledExit&orderDir=asc&originatingEsaIp=192.0.2.9&quarantineType=pvo&quarantines=Policy&subjectFilterBy=does_not_end_with&subjectFilterValue=t"},
		{"policy, size range", PolicyQuarantine, func(q *QuarantineQuery) {
			q.Quarantines, q.AttachmentMin, q.AttachmentMax = []string{"Virus"}, 5, 10
		}, "attachmentSizeFilterBy=range&attachmentSizeFromValue=5&attachmentSizeToValue=10&quarantineType=pvo&quarantines=Virus"},
		{"policy, over a size", PolicyQuarantine, func(q *QuarantineQuery) { q.Quarantines, q.AttachmentMin = []string{"Virus"}, 5 }, "attachmentSizeFilterBy=more_than&attachmentSizeFromValue=5&quarantineType=pvo&quarantines=Virus"},
		{"policy, under a size", PolicyQuarantine, func(q *QuarantineQuery) { q.Quarantines, q.AttachmentMax = []string{"Virus"}, 5 }, "attachmentSizeFilterBy=less_than&attachmentSizeToValue=5&quarantineType=pvo&quarantines=Virus"},
	} {
		q := aQuarantineQuery(tt.kind)
		tt.change(&q)
		v, err := q.Values()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if v.Get("offset") != "0" || v.Get("limit") != "25" || !strings.Contains(encode(v), "startDate=2026-11-23T14:00:00.000Z") {
			t.Errorf("%s: %s has no %s", tt.name, encode(v), window)
		}
		for _, name := range []string{"offset", "limit", "startDate", "endDate"} {
			v.Del(name)
		}
		if got := encode(v); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestWrongQuarantineQueries(t *testing.T) {
	for want, change := range map[string]func(*QuarantineQuery){
		"quarantine type \"virus\"":         func(q *QuarantineQuery) { q.Type = "virus" },
		"a start and an end":                func(q *QuarantineQuery) { q.End = time.Time{} },
		"limit 500":                         func(q *QuarantineQuery) { q.Limit = 500 },
		"not by both":                       func(q *QuarantineQuery) { q.Sender.Value, q.Subject.Value = "a", "b" },
		"does not know the operator is_not": func(q *QuarantineQuery) { q.Subject = QuarantineFilter{QuarantineIsNot, "b"} },
		"in policy quarantines only":        func(q *QuarantineQuery) { q.AttachmentName = "x" },
		"sorted by \"received\"":            func(q *QuarantineQuery) { q.OrderBy = "received" },
		"but no value":                      func(q *QuarantineQuery) { q.Recipient.Operator = QuarantineIs },
		"is no range":                       func(q *QuarantineQuery) { q.Type, q.AttachmentMin, q.AttachmentMax = PolicyQuarantine, 9, 5 },
	} {
		q := aQuarantineQuery(SpamQuarantine)
		change(&q)
		if _, err := q.Values(); KindOf(err) != KindInvalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

func TestSearchSpamQuarantine(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "quarantine_spam.json"))))
	got, err := d.client(t).SearchQuarantine(t.Context(), aQuarantineQuery(SpamQuarantine))
	if err != nil {
		t.Fatal(err)
	}
	want := QuarantinePage{Total: 3, Bad: 1, Messages: []QuarantinedMessage{
		{
			MID: 45, Subject: "win", From: []string{"T <t1@example.net>"}, To: []string{"U <u@example.com>, V <v@example.com>"}, Recipients: []string{"u@example.com"},
			Received: time.Date(2026, 8, 28, 15, 33, 0, 0, time.UTC), ReceivedText: "28 Aug 2026 15:33 (GMT)", Size: "17.50K",
		},
		{
			MID: 44, Recipients: []string{"u@example.com"}, Size: "17.50K",
			Received: time.Date(2026, 8, 28, 6, 33, 0, 0, time.UTC), ReceivedText: "28 Aug 2026 15:33 (GMT +09:00)",
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r := d.seen()[0]; r.Method != http.MethodGet || r.Path != "/esa/api/v2.0/quarantine/messages" || r.Body != "" {
		t.Errorf("%+v", r)
	}
}

func TestSearchPolicyQuarantine(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "quarantine_policy.json"))))
	got, err := d.client(t).SearchQuarantine(t.Context(), aQuarantineQuery(PolicyQuarantine))
	if err != nil {
		t.Fatal(err)
	}
	want := QuarantinePage{Total: 1, Messages: []QuarantinedMessage{{
		MID: 2, GatewayMID: 379, GatewayHost: "esa1.example.com", GatewayIP: "192.0.2.9",
		Subject: "report", From: []string{"S <s@example.net>"}, Sender: "s@example.net", Recipients: []string{"u@example.com"},
		Received: time.Date(2026, 6, 13, 5, 10, 33, 0, time.UTC), ReceivedText: "13 Jun 2026 05:10:33 (GMT)",
		ScheduledExit: time.Date(2026, 6, 23, 5, 10, 0, 0, time.UTC), ScheduledExitText: "23 Jun 2026 05:10 (GMT)",
		Size: "11.1K", Quarantines: []string{"Policy"},
		Reasons: []QuarantineReason{{"Policy", "Content Filter: 'block'"}, {"Policy", "Virus"}},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestQuarantineDetails(t *testing.T) {
	d := newDevice(t, reply(string(fixture(t, "quarantine_policy_details.json"))))
	got, err := d.client(t).QuarantineDetails(t.Context(), PolicyQuarantine, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got.MID != 2 || got.Body != "hello<br />" || got.Headers == "" || got.GatewayHost != "esa1.example.com" || got.Received.IsZero() || got.ScheduledExit.IsZero() {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]QuarantineAttachment{{"2", "a.exe", "4.1K"}}, got.Attachments); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]QuarantineReason{{"Policy", "Content Filter: 'block'"}}, got.Reasons); diff != "" {
		t.Error(diff)
	}
	if got.Subject != "report" || !slices.Equal(got.Recipients, []string{"u@example.com"}) || len(got.Other) != 1 || got.Other["policy"] != "DEFAULT" {
		t.Errorf("what messageDetails tells is not in its place: %q %v %v", got.Subject, got.Recipients, got.Other)
	}
	if s := fmt.Sprintf("%+v", got); strings.Contains(s, "TEST") || len(got.Matched) != 1 {
		t.Errorf("matched content shows: %s", s)
	}
	if r := d.seen()[0]; r.Path != "/esa/api/v2.0/quarantine/messages/details" || r.Query != "mid=2&quarantineType=pvo" {
		t.Errorf("asked %s?%s", r.Path, r.Query)
	}
}

func TestSpamQuarantineDetails(t *testing.T) {
	d := newDevice(t, reply(`{"data":{"mid":50,"attributes":{"envelopeRecipient":["u@example.com"],"toAddress":["u"],"attachments":["a.pdf"],"messageBody":"b","date":"28 Aug 2026 15:33 (GMT)","fromAddress":["t"],"subject":"s"}}}`))
	got, err := d.client(t).QuarantineDetails(t.Context(), SpamQuarantine, 50)
	if err != nil || got.MID != 50 || got.Subject != "s" || got.Body != "b" || len(got.Attachments) != 1 || got.Attachments[0].Name != "a.pdf" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestQuarantinePaging(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		rows := map[string]string{
			"0": `{"mid":3,"attributes":{}},{"mid":2,"attributes":{}}`,
			"2": `null,{"mid":8}`, // a page that says nothing is not the end
			"4": `{"mid":2,"attributes":{}},{"mid":1,"attributes":{}}`,
		}
		fmt.Fprintf(w, `{"meta":{"totalCount":6},"data":[%s]}`, rows[r.URL.Query().Get("offset")])
	})
	q := aQuarantineQuery(SpamQuarantine)
	q.Limit = 2
	var mids []int64
	for m, err := range d.client(t).QuarantineMessages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		mids = append(mids, m.MID)
	}
	if diff := cmp.Diff([]int64{3, 2, 1}, mids); diff != "" {
		t.Error(diff)
	}
	if len(d.seen()) != 3 {
		t.Errorf("%d pages", len(d.seen()))
	}
}

func TestReleaseAndDelete(t *testing.T) {
	for _, tt := range []struct {
		name         string
		act          func(*Client) (QuarantineOutcome, error)
		answer       string
		method, body string
		want         QuarantineOutcome
		found        bool
	}{
		{
			"release spam",
			func(c *Client) (QuarantineOutcome, error) {
				return c.ReleaseQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{45}})
			},
			`{"data":{"action":"release","totalCount":1}}`, "POST", `{"action":"release","quarantineType":"spam","mids":[45]}`,
			QuarantineOutcome{"release", 1},
			true,
		},
		{
			"release from a policy quarantine",
			func(c *Client) (QuarantineOutcome, error) {
				return c.ReleaseQuarantined(t.Context(), QuarantineSelection{PolicyQuarantine, "Policy", []int64{2, 3}})
			},
			`{"data":{"action":"release","totalCount":2}}`, "POST", `{"action":"release","quarantineType":"pvo","quarantineName":"Policy","mids":[2,3]}`,
			QuarantineOutcome{"release", 2},
			true,
		},
		{
			"delete what is not there",
			func(c *Client) (QuarantineOutcome, error) {
				return c.DeleteQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{45}})
			},
			`{"data":{"action":"delete","totalCount":0}}`, "DELETE", `{"quarantineType":"spam","mids":[45]}`,
			QuarantineOutcome{"delete", 0},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = io.WriteString(w, `{"data":[]}`)
					return
				}
				_, _ = io.WriteString(w, tt.answer)
			})
			got, err := tt.act(d.client(t))
			if err != nil || got != tt.want || got.NotFound() == tt.found {
				t.Errorf("%+v, %v", got, err)
			}
			r := d.seen()[1]
			if r.Method != tt.method || r.Path != "/esa/api/v2.0/quarantine/messages" || r.Query != "" || r.Body != tt.body || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestChangesNeedNames(t *testing.T) {
	d := newDevice(t, reply(`{}`))
	c := d.client(t)
	for _, s := range []QuarantineSelection{
		{Type: "virus", MIDs: []int64{1}},
		{Type: SpamQuarantine},
		{Type: PolicyQuarantine, MIDs: []int64{1}},
		{Type: SpamQuarantine, Name: "Policy", MIDs: []int64{1}},
	} {
		if _, err := c.DeleteQuarantined(t.Context(), s); KindOf(err) != KindInvalid {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if len(d.requests) != 0 {
		t.Errorf("%d requests", len(d.requests))
	}
}

func TestChangesAreNeverRepeated(t *testing.T) {
	for _, tt := range []struct {
		name      string
		answer    func(w http.ResponseWriter, r *http.Request)
		kind      ErrorKind
		uncertain bool
	}{
		{"session over", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 401, "ExpiredSignatureError.", "") }, KindSession, false},
		{"role", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 403, "", "") }, KindRole, false},
		{"gateway", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 502, "Bad Gateway", "") }, KindServer, true},
		{"line cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, KindNetwork, true},
		{"a page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, KindProxyHTML, true},
		{"no data", reply(`{}`), KindAnswer, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = io.WriteString(w, `{"data":[]}`)
					return
				}
				tt.answer(w, r)
			})
			c := d.client(t)
			for _, act := range []func() error{
				func() error {
					_, err := c.ReleaseQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{1}})
					return err
				},
				func() error {
					_, err := c.DeleteQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{1}})
					return err
				},
			} {
				before := len(d.seen())
				err := act()
				e, _ := errors.AsType[*Error](err)
				if e == nil || e.Kind != tt.kind || e.Uncertain != tt.uncertain || tt.uncertain && e.Temporary() {
					t.Errorf("%#v", err)
				}
				if tt.uncertain && !strings.Contains(err.Error(), "may have been done") {
					t.Error(err)
				}
				var sent int
				for _, r := range d.seen()[before:] {
					if r.Method != http.MethodGet {
						sent++
					}
				}
				if sent != 1 {
					t.Errorf("the change was sent %d times", sent)
				}
			}
		})
	}
}

func TestAnOldSessionIsRenewedBeforeAChange(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("jwtToken") == "token-1" {
			refuse(w, 401, "ExpiredSignatureError.", "")
			return
		}
		_, _ = io.WriteString(w, `{"data":{"action":"release","totalCount":1}}`)
	})
	got, err := d.client(t).ReleaseQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{1}})
	if err != nil || got.Count != 1 {
		t.Error(got, err)
	}
}

func TestChangesDoNotNeedThePrivilegesCall(t *testing.T) {
	for _, status := range []int{403, 404} {
		d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				refuse(w, status, "", "")
				return
			}
			_, _ = io.WriteString(w, `{"data":{"action":"release","totalCount":1}}`)
		})
		got, err := d.client(t).ReleaseQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{1}})
		if err != nil || got.Count != 1 {
			t.Errorf("%d: %+v, %v", status, got, err)
		}
	}
}

func FuzzDecodeQuarantine(f *testing.F) {
	for _, name := range []string{"quarantine_spam.json", "quarantine_policy.json", "quarantine_policy_details.json"} {
		f.Add(fixture(f, name))
	}
	f.Fuzz(func(_ *testing.T, body []byte) {
		_, _ = decodeQuarantinePage(body)
		_, _ = decodeQuarantineDetails(body)
	})
}
