package esa

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	kst = time.FixedZone("KST", 9*3600)
	// A Monday, 15:04:05 in Seoul.
	filterNow = time.Date(2026, 11, 23, 15, 4, 5, 0, kst)
)

func TestParseFilter(t *testing.T) {
	day := func(y int, m time.Month, d, h, minute int) time.Time { return time.Date(y, m, d, h, minute, 0, 0, kst) }
	ago := func(d time.Duration) time.Time { return filterNow.Add(-d) }
	const sum = "abababababababababababababababababababababababababababababababab"
	for _, tt := range []struct {
		line string
		want Query // with zero times: the last 24 hours
	}{
		{"", Query{}},
		{"subject~invoice from:a@b.example since:2d status:quarantined", Query{
			Subject: TextFilter{Contains, "invoice"}, EnvelopeSender: TextFilter{Contains, "a@b.example"}, Start: ago(48 * time.Hour), End: filterNow, Status: StatusQuarantined,
		}},
		{`subject="Re: \"late\" \\ invoice" to^u@`, Query{Subject: TextFilter{Is, `Re: "late" \ invoice`}, EnvelopeRecipient: TextFilter{BeginsWith, "u@"}}},
		{"late invoice", Query{Subject: TextFilter{Contains, "late invoice"}}},
		{`"3d" "subject:x"`, Query{Subject: TextFilter{Contains, "3d subject:x"}}},
		{"송장 3h", Query{Subject: TextFilter{Contains, "송장"}, Start: ago(3 * time.Hour), End: filterNow}},
		{"2026-11-01..2026-11-03", Query{Start: day(2026, 11, 1, 0, 0), End: day(2026, 11, 4, 0, 0)}},
		{"time:2026-11-01T09:00..17:30", Query{Start: day(2026, 11, 1, 9, 0), End: day(2026, 11, 1, 17, 30)}},
		{"since:2026-11-01 until:2026-11-02", Query{Start: day(2026, 11, 1, 0, 0), End: day(2026, 11, 3, 0, 0)}},
		{"until:2026-11-02T10:00Z", Query{Start: day(2026, 11, 1, 19, 0), End: day(2026, 11, 2, 19, 0)}},
		{"status:delivered", Query{Status: StatusDelivered, Events: Events{DeliveryStatus: "DELIVERED"}}},
		{"status:Dropped is:spam is:virus is:spam", Query{Status: StatusDropped, Events: Events{Flags: []Flag{FlagSpamPositive, FlagVirusPositive}}}},
		{"delivery:bounced", Query{Events: Events{DeliveryStatus: "BOUNCED"}}},
		{"is:rejected ip:2001:db8::7", Query{RejectedConnections: true, SenderIP: "2001:db8::7"}},
		{"mid:12345 id:<7f3a@probe.example> dir:outgoing", Query{MID: 12345, MessageID: "<7f3a@probe.example>", Direction: Outgoing}},
		{"FILE~.exe sha256:" + strings.ToUpper(sum), Query{AttachmentName: TextFilter{Contains, ".exe"}, FileSHA256: sum}},
		{"domain:example.net reply-to=x@y host:esa1", Query{SenderDomain: TextFilter{Contains, "example.net"}, ReplyTo: TextFilter{Is, "x@y"}, Host: "esa1"}},
		{"quarantine:policy quarantine-name:\"Policy, File Analysis\"", Query{Events: Events{QuarantineStatus: "POLICY", QuarantinedTo: []string{"Policy", "File Analysis"}}}},
		{"amp:malicious,unknown direction:outgoing policy:DEFAULT", Query{Direction: Outgoing, Events: Events{
			AMP: []string{"amp_malicious", "amp_unknown"}, AMPDirection: Outgoing, MailPolicy: "DEFAULT", MailPolicyDirection: "outbound",
		}}},
		{"content-filter:Block macro:\"Microsoft Office Files\" clicked:http://x", Query{Events: Events{
			ContentFilter: "Block", ContentFilterDirection: "inbound", ContentFilterAction: "stopped",
			MacroFileTypes: []string{"Microsoft Office Files"}, MacroDirection: "inbound", WebInteractionURLs: "http://x", WebInteractionDirection: "inbound",
		}}},
		{"url-reputation:malicious dmarc:reject dlp-severity:critical,high smime:failed app:app_success", Query{Events: Events{
			URLReputation: "Malicious", DMARCAction: "reject", DLPSeverities: []string{"critical", "high"}, SMIME: "smime_failed", AppForwarding: "app_success",
		}}},
	} {
		if tt.want.Start.IsZero() {
			tt.want.Start, tt.want.End = ago(DefaultWindow), filterNow
		}
		got, err := ParseFilter(tt.line, filterNow, kst)
		if err != nil {
			t.Errorf("%s: %v", tt.line, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.line, diff)
		}
	}
}

func TestFilterErrorsHavePositions(t *testing.T) {
	for _, tt := range []struct {
		line           string
		offset, length int
		message        string
		suggestion     string
	}{
		{"from:a subjct:b", 7, 6, `there is no key "subjct"`, "subject"},
		{"송장 froom=x", 7, 5, `there is no key "froom"`, "from"},
		{"http://x.example", 0, 4, "put the term in quotes", ""},
		{"status:quarantind", 7, 10, `"quarantind" is not one of delivered, dropped`, "quarantined"},
		{"is:spma", 3, 4, `"spma" is not one of spam`, "spam"},
		{"mid:x", 4, 1, "is no MID", ""},
		{"mid:0", 4, 1, "is no MID", ""},
		{"mid~5", 4, 1, `takes ":"`, ""},
		{"ip:192.0.2", 3, 7, "is not an IPv4 or IPv6 address", ""},
		{"sha256:abc", 7, 3, "64 hexadecimal digits", ""},
		{"subject:", 8, 0, "subject needs a value", ""},
		{`subject:"a b`, 8, 4, "closing quote is missing", ""},
		{`subject:"a"b`, 11, 1, "a blank is missing after the quote", ""},
		{"from:a from:b", 7, 6, "from is given twice", ""},
		{"from:a sender:b", 7, 8, "from is given twice", ""},
		{"since:tomorrow", 6, 8, `"tomorrow" is no time`, ""},
		{"time:2026-11-03..2026-11-01", 5, 22, "ends before it begins", ""},
		{"3d 4d", 3, 2, "a time range is given twice", ""},
		{"3d since:4d", 0, 11, "cannot both be given", ""},
		{"since:1d until:2d", 0, 17, "ends before it begins", ""},
		{"subject:a b", 0, 11, "subject is given too", ""},
		{"amp:malicious,,clean", 4, 16, `"" is not one of clean`, ""},
		{"dlp:a,,b", 4, 4, "nothing between two commas", ""},
		{`""`, 0, 2, "the quotes are empty", ""},
	} {
		_, err := ParseFilter(tt.line, filterNow, kst)
		e, ok := errors.AsType[*FilterError](err)
		if !ok {
			t.Errorf("%s: %v", tt.line, err)
			continue
		}
		if e.Offset != tt.offset || e.Length != tt.length || !strings.Contains(e.Message, tt.message) || e.Suggestion != tt.suggestion {
			t.Errorf("%s: %+v", tt.line, e)
		}
		if !strings.HasPrefix(e.Error(), "column ") || tt.suggestion != "" && !strings.HasSuffix(e.Error(), "did you mean "+tt.suggestion+"?") {
			t.Errorf("%s: %v", tt.line, e)
		}
	}
}

func TestTimesThatTheClockShowsTwice(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 26, 12, 0, 0, 0, berlin)
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // 02:30 in summer time, and again an hour later
	for in, want := range map[string]time.Time{
		"2026-10-25T02:30+02:00": first,
		"2026-10-25T02:30+01:00": first.Add(time.Hour),
		"2026-10-25T06:30":       first.Add(5 * time.Hour),
	} {
		m, err := parseMoment(in, now, now)
		if err != nil || !m.begin.Equal(want) {
			t.Errorf("%s was read as %v, %v, want %v", in, m.begin, err, want)
		}
	}
}

func TestParseTimeRange(t *testing.T) {
	d := func(day, h, m, s int) time.Time { return time.Date(2026, 11, day, h, m, s, 0, kst) }
	for in, want := range map[string]TimeRange{
		"1h":                          {d(23, 14, 4, 5), filterNow},
		"90m":                         {d(23, 13, 34, 5), filterNow},
		"3d":                          {d(20, 15, 4, 5), filterNow},
		"2w":                          {d(9, 15, 4, 5), filterNow},
		"3d..1d":                      {d(20, 15, 4, 5), d(22, 15, 4, 5)},
		"today":                       {d(23, 0, 0, 0), filterNow},
		"yesterday":                   {d(22, 0, 0, 0), d(23, 0, 0, 0)},
		"yesterday..now":              {d(22, 0, 0, 0), filterNow},
		"2026-11-01":                  {d(1, 0, 0, 0), d(2, 0, 0, 0)},
		"2026-11-01..2026-11-03":      {d(1, 0, 0, 0), d(4, 0, 0, 0)},
		"2026-11-01..":                {d(1, 0, 0, 0), filterNow},
		"2026-11-01T09:00..17:30":     {d(1, 9, 0, 0), d(1, 17, 30, 0)},
		"09:00..10:00":                {d(23, 9, 0, 0), d(23, 10, 0, 0)},
		"2026-11-01T00:00:00Z..2w":    {d(1, 9, 0, 0), d(9, 15, 4, 5)},
		"2026-11-01T09:00:30..4w":     {},
		"":                            {},
		"..":                          {},
		"..2026-11-01":                {},
		"0h":                          {},
		"-1h":                         {},
		"99999999d":                   {},
		"3y":                          {},
		"2026-13-01":                  {},
		"2026-11-03..2026-11-01":      {},
		"2026-11-01..2026-11-02..x":   {},
		"2026-11-01T25:00..2026-11-2": {},
	} {
		got, err := ParseTimeRange(in, filterNow, kst)
		if (err != nil) != want.Start.IsZero() || err == nil && (!got.Start.Equal(want.Start) || !got.End.Equal(want.End)) {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
}

func TestCompleteFilter(t *testing.T) {
	for _, tt := range []struct {
		line  string // | is the cursor
		start int
		want  string // texts, joined by blanks; the first few
	}{
		{"|", 0, "subject: from: to: status:"},
		{"sub|", 0, "subject:"},
		{"from:a da|", 7, ""},
		{"from:a st|x", 7, "status:"},
		{"from:a |", 7, "subject: from:"},
		{"status:|", 7, "delivered dropped quarantined bounced aborted processing other"},
		{"x status:Q|", 9, "quarantined"},
		{"is:s|", 3, "spam suspect-spam soft-bounced safe-printed"},
		{"amp:clean,u|", 10, "unknown unscannable"},
		{"since:1|", 6, "1h 1d 1w"},
		{"direction:|", 10, "incoming outgoing"},
		{"subject~inv|", 0, ""},
		{`subject:"st|`, 0, ""},
		{"nokey:st|", 0, ""},
		{`"quoted"|`, 8, "subject:"},
	} {
		cursor := strings.IndexByte(tt.line, '|')
		got := CompleteFilter(strings.Replace(tt.line, "|", "", 1), cursor)
		var texts []string
		for _, c := range got {
			texts = append(texts, c.Text)
			if c.Start != tt.start || c.End != cursor || c.Help == "" {
				t.Errorf("%s: %+v", tt.line, c)
			}
		}
		if joined := strings.Join(texts, " "); !strings.HasPrefix(joined, tt.want) || tt.want == "" && joined != "" {
			t.Errorf("%s: %s, want %s", tt.line, joined, tt.want)
		}
	}
	for _, cursor := range []int{-1, 99} {
		CompleteFilter("from:a", cursor) // must not panic
	}
}

func TestKeysAreDistinctAndDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range FilterKeys() {
		if k.Help == "" {
			t.Errorf("%s has no help", k.Name)
		}
		for _, name := range append([]string{k.Name}, k.Aliases...) {
			if seen[name] || !isKey(name) || strings.ToLower(name) != name {
				t.Errorf("key %q is there twice or is no key", name)
			}
			seen[name] = true
		}
	}
	if len(flagWords) != len(Flags()) {
		t.Errorf("%d words for %d flags", len(flagWords), len(Flags()))
	}
}

func TestFilterTerms(t *testing.T) {
	line := `subject~"two \"words\"" sender:a@b since:2d naked nokey=1 no_key:2 "open`
	var got []string
	for _, x := range FilterTerms(line) {
		got = append(got, fmt.Sprintf("%s|%v|%s|%s", x.Key, x.Known, line[x.ValueStart:x.End], x.Value))
	}
	want := []string{
		`subject|true|"two \"words\""|two "words"`, "from|true|a@b|a@b", "since|true|2d|2d", "|false|naked|naked",
		"nokey|false|1|1", "|false|no_key:2|no_key:2", `|false|"open|open`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("subject~invoice from:a@b since:2d status:quarantined")
	f.Add(`"x \" y" is:spam amp:clean,unknown 2026-11-01..2026-11-03 mid=7`)
	f.Add("until:2026-10-25T02:30+01:00 ip:::1 subject^\xff")
	f.Fuzz(func(t *testing.T, line string) {
		for cursor := range len(line) + 1 {
			CompleteFilter(line, cursor)
		}
		end := 0
		for _, x := range FilterTerms(line) {
			if x.Start < end || x.ValueStart < x.Start || x.End < x.ValueStart || x.End > len(line) || x.End == x.Start {
				t.Fatalf("term %+v in %q after %d", x, line, end)
			}
			end = x.End
		}
		q, err := ParseFilter(line, filterNow, kst)
		if err != nil {
			e, ok := errors.AsType[*FilterError](err)
			if !ok || e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(line) {
				t.Fatalf("%q: %#v", line, err)
			}
			return
		}
		if _, err := q.Values(SMA); err != nil {
			t.Fatalf("%q was taken, but cannot be asked for: %v", line, err)
		}
	})
}
