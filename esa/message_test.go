package esa

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodeRowsKeyedByMID(t *testing.T) {
	p, err := decodePage(fixture(t, "search_esa15.json"), 25)
	if err != nil {
		t.Fatal(err)
	}
	india := time.FixedZone("", 5*3600+1800)
	want := Page{Rows: 3, Last: true, Messages: []Message{
		{ // two MIDs: the gateway rewrote the message
			MIDs: []int64{1756, 1757}, ICID: 1625, ICIDs: []int64{1625}, Serial: "EC2A11-4D1B", Direction: Incoming,
			Time: time.Date(2026, 8, 29, 10, 0, 48, 0, time.UTC), TimeText: "29 Aug 2026 10:00:48 (GMT +00:00)",
			Sender: "bounce+7@mailer.example.net", FriendlyFrom: []string{"sales@example.net"},
			Recipients:      []string{"user1@example.com", "user2@example.com"},
			RecipientsByMID: ByMID[[]string]{{1756, []string{"user1@example.com"}}, {1757, []string{"user1@example.com", "user2@example.com"}}},
			Subject:         "SOC probe 7f3a", FinalSubjects: ByMID[string]{{1757, "[EXTERNAL] SOC probe 7f3a"}},
			MessageIDs: ByMID[string]{{1756, "<7f3a@probe.example.org>"}}, Statuses: ByMID[string]{{1757, "Delivered"}},
			VerdictCharts: ByMID[string]{{1757, "01101110"}}, MORStates: ByMID[string]{{1757, "Delivered"}},
			StatusText: "Delivered", VerdictChart: "01101110",
			SenderIP: "192.0.2.7", SenderDomain: "mailer.example.net", SenderGroup: "UNKNOWNLIST", SBRS: "3.5", MailPolicies: []string{"DEFAULT"},
		},
		{ // dropped by anti-virus: no final subject, no Message-ID
			MIDs: []int64{1619}, ICID: 1350, ICIDs: []int64{1350}, Serial: "EC2A11-4D1B", Direction: Incoming,
			Time: time.Date(2026, 7, 31, 15, 20, 45, 0, time.UTC), TimeText: "31 Jul 2026 15:20:45 (GMT +00:00)",
			Sender: "user2@isp.example", FriendlyFrom: []string{"user1@isp.example"}, Recipients: []string{"user1@isp.example"},
			RecipientsByMID: ByMID[[]string]{{1619, []string{"user1@isp.example"}}}, Subject: "virus mail",
			Statuses: ByMID[string]{{1619, "Dropped By Anti-Virus"}}, VerdictCharts: ByMID[string]{{1619, "01500000"}},
			StatusText: "Dropped By Anti-Virus", VerdictChart: "01500000",
			SenderIP: "198.51.100.1", SenderDomain: "isp.example", SenderGroup: "UNKNOWNLIST", SBRS: "None", MailPolicies: []string{"DEFAULT"},
		},
		{ // an appliance that does not run on GMT, no subject, not finished
			MIDs: []int64{1500}, ICID: 1300, ICIDs: []int64{1300, 1301}, Host: "esa2.example.com", Serial: "EC2A11-4D1B", Direction: Outgoing,
			Time: time.Date(2026, 7, 31, 20, 50, 45, 0, india), TimeText: "31 Jul 2026 20:50:45 (GMT +05:30)",
			Sender: "a@example.com", Statuses: ByMID[string]{{1500, "Processing"}}, StatusText: "Processing",
			SenderIP: "2001:db8::9", Complete: new(true),
		},
	}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
	var statuses []Status
	for _, m := range p.Messages {
		statuses = append(statuses, m.Status())
	}
	if diff := cmp.Diff([]Status{StatusDelivered, StatusDropped, StatusProcessing}, statuses); diff != "" {
		t.Error(diff)
	}
	if _, offset := p.Messages[2].Time.Zone(); offset != 5*3600+1800 {
		t.Errorf("the appliance's zone is lost: offset %d", offset)
	}
	if got := p.Messages[2].Time.UTC(); !got.Equal(p.Messages[1].Time) {
		t.Errorf("the same moment in two zones came out as %v and %v", got, p.Messages[1].Time)
	}
}

func TestDecodeRowsOfVersion12(t *testing.T) {
	p, err := decodePage(fixture(t, "search_sma12.json"), 25)
	if err != nil {
		t.Fatal(err)
	}
	want := Page{Rows: 3, Bad: 3, Last: true, Messages: []Message{
		{
			MIDs: []int64{110}, ICID: 110, Host: "esa01", Serial: "42-F0", Direction: Incoming,
			Time: time.Date(2026, 10, 15, 8, 33, 19, 0, time.UTC), TimeText: "15 Oct 2026 08:33:19 (GMT)",
			Sender: "good.example", Recipients: []string{"user@example.com"}, Subject: "message is good",
			StatusText: "Quarantined by Content Filters", VerdictChart: "0",
			SenderIP: "203.0.113.8", SenderGroup: "UNKNOWNLIST", SBRS: "None", MailPolicies: []string{"DEFAULT"}, Complete: new(true),
		},
		{
			MIDs: []int64{104}, ICID: 103, Serial: "42-F0", TimeText: "not a time", Recipients: []string{"one@example.com"},
			Subject: "2026", SBRS: "2.5", Complete: new(false),
		},
	}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

func TestDecodePages(t *testing.T) {
	row := `{"attributes":{"mid":[1],"serialNumber":"s"}}`
	for _, tt := range []struct {
		name, body string
		limit      int
		want       Page
		messages   int
	}{
		{"no records as empty braces", `{}`, 10, Page{Last: true}, 0},
		{"no rows", `{"meta":{"num_bad_records":0,"totalCount":0},"data":[]}`, 10, Page{Last: true}, 0},
		{"data is null", `{"meta":null,"data":null}`, 10, Page{Last: true}, 0},
		{"only bad records", `{"meta":{"num_bad_records":10,"totalCount":0},"data":[]}`, 10, Page{Bad: 10, Last: true}, 0},
		{"full with bad records", `{"meta":{"num_bad_records":1,"totalCount":1},"data":[` + row + `]}`, 2, Page{Rows: 1, Bad: 1}, 1},
		{"full", `{"meta":{"num_bad_records":0,"totalCount":2},"data":[` + row + `,` + row + `]}`, 2, Page{Rows: 2}, 2},
		{"short", `{"meta":{"num_bad_records":0,"totalCount":1},"data":[` + row + `]}`, 2, Page{Rows: 1, Last: true}, 1},
		{"counts as texts", `{"meta":{"num_bad_records":"1","totalCount":"1"},"data":[` + row + `]}`, 2, Page{Rows: 1, Bad: 1}, 1},
		{"no meta, full", `{"data":[` + row + `,` + row + `]}`, 2, Page{Rows: 2}, 2},
		{"the default limit", `{"data":[` + row + `]}`, 0, Page{Rows: 1, Last: true}, 1},
		{"one row without a list", `{"data":` + row + `}`, 2, Page{Rows: 1, Last: true}, 1},
		{"rows that are none", `{"data":[null,7,"x",{"attributes":[]},{"attributes":7},{},` + row + `]}`, 10, Page{Rows: 7, Bad: 6, Last: true}, 1},
		{"negative bad count", `{"meta":{"num_bad_records":-4,"totalCount":1},"data":[` + row + `]}`, 1, Page{Rows: 1}, 1},
	} {
		got, err := decodePage([]byte(tt.body), tt.limit)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if len(got.Messages) != tt.messages {
			t.Errorf("%s: %d messages, want %d", tt.name, len(got.Messages), tt.messages)
		}
		got.Messages = nil
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	for _, body := range []string{``, `[]`, `"x"`, `{`, `nope`, `{"data":[}`} {
		if _, err := decodePage([]byte(body), 1); err == nil {
			t.Errorf("%q was accepted", body)
		}
	}
}

func TestOddFieldsDoNotLoseTheRow(t *testing.T) {
	for name, tt := range map[string]struct {
		attributes string
		want       Message
	}{
		"MID as a number":         {`{"mid":7}`, Message{MIDs: []int64{7}}},
		"MIDs as texts, doubled":  {`{"mid":["9","8","9",null,"x",{}]}`, Message{MIDs: []int64{8, 9}}},
		"ICID only in the list":   {`{"allIcid":[5,6]}`, Message{ICID: 5, ICIDs: []int64{5, 6}}},
		"everything null":         {`{"mid":null,"icid":null,"subject":null,"recipient":null,"messageStatus":null,"finalSubject":null,"timestamp":null,"recipientMap":null,"morInfo":null,"isCompleteData":null}`, Message{}},
		"N/A and empty":           {`{"replyTo":"N/A","senderDomain":"N/A","sender":"","recipient":"N/A","messageStatus":"N/A","verdictChart":"N/A","isCompleteData":"N/A","friendly_from":["N/A",""],"sbrs":"N/A"}`, Message{}},
		"a subject may be N/A":    {`{"subject":"N/A"}`, Message{Subject: "N/A"}},
		"object for a text":       {`{"sender":{"a":1}}`, Message{Sender: `{"a":1}`}},
		"status keyed by rubbish": {`{"messageStatus":{"x":"Delivered","12":"Bounced"}}`, Message{Statuses: ByMID[string]{{12, "Bounced"}}, StatusText: "Bounced"}},
		"status as a list":        {`{"messageStatus":["Delivered"]}`, Message{StatusText: `["Delivered"]`}},
		"Message-ID as a text":    {`{"mid":[3,4],"messageID":"<a@b>","finalSubject":"x"}`, Message{MIDs: []int64{3, 4}, MessageIDs: ByMID[string]{{4, "<a@b>"}}, FinalSubjects: ByMID[string]{{4, "x"}}}},
		"highest of many":         {`{"messageStatus":{"9":"Processing","10":"Delivered"}}`, Message{Statuses: ByMID[string]{{9, "Processing"}, {10, "Delivered"}}, StatusText: "Delivered"}},
		"completeness as a text":  {`{"isCompleteData":"True"}`, Message{Complete: new(true)}},
		"recipient map of texts":  {`{"recipientMap":{"2":"a@b","1":["c@d"]}}`, Message{RecipientsByMID: ByMID[[]string]{{1, []string{"c@d"}}, {2, []string{"a@b"}}}}},
		"hostile subject as is":   {"{\"subject\":\"\\u001b[31m\\u202eevil\"}", Message{Subject: "\x1b[31m\u202eevil"}},
		"rejected connection":     {`{"icid":1,"senderIp":"192.0.2.1","senderGroup":"BLOCKED","rejected":"relay denied"}`, Message{ICID: 1, SenderIP: "192.0.2.1", SenderGroup: "BLOCKED", Rejected: "relay denied"}},
		"remediation as a text":   {`{"mid":[1],"morInfo":"N/A","morDetails":""}`, Message{MIDs: []int64{1}}},
		"huge numbers":            {`{"mid":[1e300,99999999999999999999,12.5,13.0],"icid":-1}`, Message{MIDs: []int64{13}, ICID: -1}},
	} {
		p, err := decodePage([]byte(`{"data":[{"attributes":`+tt.attributes+`}]}`), 10)
		if err != nil || len(p.Messages) != 1 {
			t.Errorf("%s: %+v, %v", name, p, err)
			continue
		}
		if diff := cmp.Diff(tt.want, p.Messages[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestStamps(t *testing.T) {
	utc := func(h, m, s int) time.Time { return time.Date(2026, 9, 7, h, m, s, 0, time.UTC) }
	for in, want := range map[string]time.Time{
		"07 Sep 2026 08:10:33 (GMT)":        utc(8, 10, 33),
		"07 Sep 2026 08:10:33 (GMT +00:00)": utc(8, 10, 33),
		"07 Sep 2026 17:10:33 (GMT +09:00)": utc(8, 10, 33),
		"06 Sep 2026 22:40:33 (GMT -09:30)": utc(8, 10, 33),
		"07 Sep 2026 17:10:33 (GMT +0900)":  utc(8, 10, 33),
		"7 Sep 2026 08:10:33 (GMT)":         utc(8, 10, 33),
		"07 Sep 2026 08:10 (GMT)":           utc(8, 10, 0),
		"07 Sep 2026 08:10 (GMT +00:00)":    utc(8, 10, 0),
		" 07 Sep 2026 08:10:33 (GMT) ":      utc(8, 10, 33),
		"2026-09-07T08:10:33Z":              utc(8, 10, 33),
		"07 Sep 2026 08:10:33 (KST)":        {}, // never guess what a zone's letters mean
		"07 Sep 2026":                       {},
		"31 Feb 2026 08:10:33 (GMT)":        {},
		"":                                  {},
	} {
		got := parseTimestamp(in)
		if !got.Time.Equal(want) || got.Text != in {
			t.Errorf("%q: got %v, %q; want %v", in, got.Time, got.Text, want)
		}
	}
}

func TestStatusWords(t *testing.T) {
	for in, want := range map[string]Status{
		"Delivered": StatusDelivered, "delivered": StatusDelivered,
		"Dropped By Anti-Virus": StatusDropped, "Dropped by DLP": StatusDropped,
		"Quarantined by Anti-Spam/Graymail": StatusQuarantined, "QUARANTINED BY MULTIPLE ENGINES": StatusQuarantined,
		"Bounced": StatusBounced, "Aborted": StatusAborted,
		"Processing": StatusProcessing, "Queued for delivery": StatusProcessing, " Processed": StatusProcessing,
		"Rejected": StatusOther, "": StatusOther, "del": StatusOther, "전달됨": StatusOther,
	} {
		if got := ParseStatus(in); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
	for s, want := range map[Status]bool{
		StatusDelivered: true, StatusDropped: true, StatusQuarantined: true, StatusBounced: true,
		StatusAborted: true, StatusProcessing: false, StatusOther: false,
	} {
		if s.Final() != want {
			t.Errorf("%s.Final() is %v", s, !want)
		}
	}
}

func TestKeysTellRowsApart(t *testing.T) {
	rows := []Message{
		{Serial: "a", MIDs: []int64{1}},
		{Serial: "b", MIDs: []int64{1}},
		{Serial: "a", MIDs: []int64{1, 2}},
		{Serial: "a", MIDs: []int64{12}},
		{Serial: "a", ICID: 1, SenderIP: "192.0.2.1"},
		{Serial: "a", ICID: 2, SenderIP: "192.0.2.1"},
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.Key()] {
			t.Errorf("%+v has the key of another row", r)
		}
		seen[r.Key()] = true
	}
	if a, b := (Message{Serial: "a", MIDs: []int64{1}, StatusText: "Processing"}), (Message{Serial: "a", MIDs: []int64{1}, StatusText: "Delivered"}); a.Key() != b.Key() {
		t.Error("the key changes with the status")
	}
}

func TestByMID(t *testing.T) {
	b := ByMID[string]{}.set(10, "ten").set(9, "nine").set(10, "TEN")
	if diff := cmp.Diff(ByMID[string]{{9, "nine"}, {10, "TEN"}}, b); diff != "" {
		t.Error(diff)
	}
	if v, ok := b.Get(9); v != "nine" || !ok {
		t.Error(v, ok)
	}
	if v, ok := b.Get(11); v != "" || ok {
		t.Error(v, ok)
	}
	if _, ok := (ByMID[string]{}).Highest(); ok {
		t.Error("nothing has a highest MID")
	}
	if diff := cmp.Diff(map[int64]string{9: "nine", 10: "TEN"}, b.Map()); diff != "" {
		t.Error(diff)
	}
	j, err := json.Marshal(b)
	if err != nil || string(j) != `{"10":"TEN","9":"nine"}` {
		t.Error(string(j), err)
	}
}

func FuzzDecodePage(f *testing.F) {
	f.Add(fixture(f, "search_esa15.json"))
	f.Add(fixture(f, "search_sma12.json"))
	f.Add([]byte(`{"data":[{"attributes":{"mid":"x","messageStatus":{"":[]}}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := decodePage(body, 10)
		if err != nil {
			return
		}
		for _, m := range p.Messages {
			_, _, _, _ = m.Key(), m.Ref(), m.Status(), m.Observables()
		}
		if p.Rows < len(p.Messages) {
			t.Errorf("%d rows but %d messages", p.Rows, len(p.Messages))
		}
	})
}

func TestRemediated(t *testing.T) {
	for name, tt := range map[string]struct {
		row  string
		want bool
	}{
		"the states say what the statuses say": {`{"mid":[1],"messageStatus":{"1":"Delivered"},"morDetails":{},"morInfo":{"midVsState":{"1":"Delivered"}}}`, false},
		"so does that of a message held":       {`{"mid":[1],"messageStatus":{"1":"Quarantined by DLP"},"morInfo":{"midVsState":{"1":"Quarantined by DLP"}}}`, false},
		"one status for all":                   {`{"mid":[1,2],"messageStatus":"Delivered","morInfo":{"midVsState":{"2":"delivered"}}}`, false},
		"another state":                        {`{"mid":[1],"messageStatus":{"1":"Delivered"},"morInfo":{"midVsState":{"1":"Remediated"}}}`, true},
		"an account":                           {`{"mid":[1],"messageStatus":{"1":"Delivered"},"morDetails":{"batch":"x"}}`, true},
		"a list of accounts":                   {`{"mid":[1],"morDetails":[{}]}`, true},
		"no account":                           {`{"mid":[1],"morDetails":"N/A"}`, false},
	} {
		var w wireMessage
		if err := json.Unmarshal([]byte(tt.row), &w); err != nil {
			t.Fatal(err)
		}
		if got := w.message().Remediated(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
