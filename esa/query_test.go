package esa

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestQueryString(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	base := Query{
		Start: time.Date(2026, 3, 1, 0, 0, 59, 999, time.UTC),
		End:   time.Date(2026, 3, 2, 9, 0, 0, 1, seoul),
		Limit: 100,
	}
	const head = "startDate=2026-03-01T00:00:00.000Z"
	const always = "endDate=2026-03-02T00:01:00.000Z&limit=100&offset=0&searchOption=messages&" + head
	for _, tt := range []struct {
		name    string
		flavour Flavour
		change  func(*Query)
		want    string
	}{
		{"nothing but the window", ESA, func(*Query) {}, always},
		{"an SMA is asked for all hosts", SMA, func(*Query) {}, "ciscoHost=All_Hosts&" + always},
		{"one host", SMA, func(q *Query) { q.Host = "esa1.example.com" }, "ciscoHost=esa1.example.com&" + always},
		{"default limit", ESA, func(q *Query) { q.Limit, q.Offset = 0, 200 }, strings.Replace(always, "limit=100&offset=0", "limit=25&offset=200", 1)},
		{"blank is %20 and colon is raw", ESA, func(q *Query) { q.Subject.Value = "SOC probe: 7f3a" }, always + "&subjectfilterOperator=contains&subjectfilterValue=SOC%20probe:%207f3a"},
		{"plus, ampersand, percent, hash", ESA, func(q *Query) { q.Subject = TextFilter{Is, "a+b&c%20d#e;f=g"} }, always + "&subjectfilterOperator=is&subjectfilterValue=a%2Bb%26c%2520d%23e%3Bf%3Dg"},
		{"comma is raw, and one that looks encoded is not", ESA, func(q *Query) { q.Subject.Value = "a, %2C" }, always + "&subjectfilterOperator=contains&subjectfilterValue=a,%20%252C"},
		{"a text that looks encoded", ESA, func(q *Query) { q.Subject.Value = "%3A +" }, always + "&subjectfilterOperator=contains&subjectfilterValue=%253A%20%2B"},
		{"Korean", ESA, func(q *Query) { q.Subject.Value = "송장" }, always + "&subjectfilterOperator=contains&subjectfilterValue=%EC%86%A1%EC%9E%A5"},
		{"whole minutes stay", ESA, func(q *Query) {
			q.Start, q.End = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		}, "endDate=2026-03-02T00:00:00.000Z&limit=100&offset=0&searchOption=messages&" + head},
		{"rejected connections", ESA, func(q *Query) { q.RejectedConnections, q.SenderIP = true, "2001:db8::7" }, "endDate=2026-03-02T00:01:00.000Z&limit=100&offset=0&searchOption=rejected_connections&senderIp=2001:db8::7&" + head},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := base
			tt.change(&q)
			v, err := q.Values(tt.flavour)
			if err != nil {
				t.Fatal(err)
			}
			if got := encode(v); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Every filter, with the name that AsyncOS wants.
func TestFilters(t *testing.T) {
	for want, change := range map[string]func(*Query){
		"subjectfilterOperator=begins_with&subjectfilterValue=a":            func(q *Query) { q.Subject = TextFilter{BeginsWith, "a"} },
		"envelopeSenderfilterOperator=is&envelopeSenderfilterValue=a%40b":   func(q *Query) { q.EnvelopeSender = TextFilter{Is, "a@b"} },
		"envelopeRecipientfilterOperator=is&envelopeRecipientfilterValue=a": func(q *Query) { q.EnvelopeRecipient = TextFilter{Is, "a"} },
		"attachmentNameOperator=contains&attachmentNameValue=a.pdf":         func(q *Query) { q.AttachmentName = TextFilter{Contains, "a.pdf"} },
		"domainNameOperator=contains&domainNameValue=example.net":           func(q *Query) { q.SenderDomain = TextFilter{"", "example.net"} },
		"replyToOperator=contains&replyToValue=x":                           func(q *Query) { q.ReplyTo = TextFilter{"", "x"} },
		"ciscoMid=12345": func(q *Query) { q.MID = 12345 },
		"messageIdHeader=%3C7f3a%40probe.example%3E":  func(q *Query) { q.MessageID = "<7f3a@probe.example>" },
		"senderIp=192.0.2.7":                          func(q *Query) { q.SenderIP = "192.0.2.7" },
		"fileSha256=" + strings.Repeat("ab", 32):      func(q *Query) { q.FileSHA256 = strings.Repeat("AB", 32) },
		"messageDirection=outgoing":                   func(q *Query) { q.Direction = Outgoing },
		"message_delivered=True&spamPositive=True":    func(q *Query) { q.Events.Flags = []Flag{FlagSpamPositive, FlagDelivered} },
		"safeprintExt=True":                           func(q *Query) { q.Events.Flags = []Flag{FlagSafePrinted} },
		"deliveryStatus=DROPPED":                      func(q *Query) { q.Events.DeliveryStatus = "DROPPED" },
		"quarantineStatus=OUTBREAK":                   func(q *Query) { q.Events.QuarantineStatus = "OUTBREAK" },
		"quarantinedTo=Policy,File%20Analysis":        func(q *Query) { q.Events.QuarantinedTo = []string{"Policy", "File Analysis"} },
		"urlReputation=Malicious":                     func(q *Query) { q.Events.URLReputation = "Malicious" },
		"urlCategories=Gambling":                      func(q *Query) { q.Events.URLCategories = []string{"Gambling"} },
		"dlpAction=dropped&dlpViolationsNames=PCI":    func(q *Query) { q.Events.DLPViolations, q.Events.DLPAction = []string{"PCI"}, "dropped" },
		"dlpViolationsSeverities=critical":            func(q *Query) { q.Events.DLPSeverities = []string{"critical"} },
		"dmarcAction=reject&dmarcFrom=example.com":    func(q *Query) { q.Events.DMARCAction, q.Events.DMARCFrom = "reject", "example.com" },
		"etfIocs=url&etfSources=feed":                 func(q *Query) { q.Events.ETFIOCs, q.Events.ETFSources = "url", []string{"feed"} },
		"sdrCategories=4&sdrReputation=Poor":          func(q *Query) { q.Events.SDRCategories, q.Events.SDRReputation = "4", "Poor" },
		"ipReputation=-3&sdrThreatLevels=3":           func(q *Query) { q.Events.IPReputation, q.Events.SDRThreatLevels = "-3", "3" },
		"outbreakFiltersUrlRewrittenByOf=u":           func(q *Query) { q.Events.OutbreakURLRewritten = "u" },
		"outbreakFiltersVofThreatCategory=Phish":      func(q *Query) { q.Events.OutbreakThreatCategory = "Phish" },
		"forgedEmailDetection=ceo&geoLocation=KR":     func(q *Query) { q.Events.ForgedEmail, q.Events.GeoLocation = "ceo", "KR" },
		"messageFilters=f&threatName=Eicar":           func(q *Query) { q.Events.MessageFilters, q.Events.ThreatName = "f", "Eicar" },
		"appForwarding=app_failed&smime=smime_failed": func(q *Query) { q.Events.AppForwarding, q.Events.SMIME = "app_failed", "smime_failed" },
		"advancedMalwareProtection=amp_malicious,amp_unknown&advancedMalwareProtectionMailflowDirection=incoming": func(q *Query) {
			q.Events.AMP, q.Events.AMPDirection = []string{"amp_malicious", "amp_unknown"}, Incoming
		},
		"contentFiltersAction=stopped&contentFiltersDirection=inbound&contentFiltersName=Block": func(q *Query) {
			q.Events.ContentFilter, q.Events.ContentFilterDirection, q.Events.ContentFilterAction = "Block", "inbound", "stopped"
		},
		"macroFileTypesDetected=Microsoft%20Office%20Files&macroMailflowDirection=inbound": func(q *Query) {
			q.Events.MacroFileTypes, q.Events.MacroDirection = []string{"Microsoft Office Files"}, "inbound"
		},
		"webInteractionTrackingMailflowDirection=outbound&webInteractionTrackingUrls=http://x": func(q *Query) {
			q.Events.WebInteractionURLs, q.Events.WebInteractionDirection = "http://x", "outbound"
		},
		"mailPolicyDirection=inbound&mailPolicyName=DEFAULT": func(q *Query) {
			q.Events.MailPolicy, q.Events.MailPolicyDirection = "DEFAULT", "inbound"
		},
	} {
		q := aQuery()
		change(&q)
		v, err := q.Values(ESA)
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		for _, name := range []string{"startDate", "endDate", "offset", "limit", "searchOption"} {
			if v.Get(name) == "" {
				t.Errorf("%s: %s is missing", want, name)
			}
			v.Del(name)
		}
		if got := strings.ReplaceAll(encode(v), "http:%2F%2F", "http://"); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

func TestWrongQueriesAreRefusedHere(t *testing.T) {
	for want, change := range map[string]func(*Query){
		"needs a start and an end":              func(q *Query) { q.Start = time.Time{} },
		"before it starts":                      func(q *Query) { q.Start, q.End = q.End, q.Start },
		"limit 101":                             func(q *Query) { q.Limit = 101 },
		"limit -1":                              func(q *Query) { q.Limit = -1 },
		"offset -1":                             func(q *Query) { q.Offset = -1 },
		"operator \"ends_with\"":                func(q *Query) { q.Subject = TextFilter{"ends_with", "x"} },
		"but no value":                          func(q *Query) { q.ReplyTo = TextFilter{Is, ""} },
		"MID -4":                                func(q *Query) { q.MID = -4 },
		"sender IP \"192.0.2\"":                 func(q *Query) { q.SenderIP = "192.0.2" },
		"64 hexadecimal digits":                 func(q *Query) { q.FileSHA256 = "abc" },
		"direction \"inbound\"":                 func(q *Query) { q.Direction = "inbound" },
		"status \"lost\"":                       func(q *Query) { q.Status = "lost" },
		"event \"spam\"":                        func(q *Query) { q.Events.Flags = []Flag{"spam"} },
		"deliveryStatus \"delivered\"":          func(q *Query) { q.Events.DeliveryStatus = "delivered" },
		"needs advancedMalwareProtectionMailfl": func(q *Query) { q.Events.AMP = []string{"amp_clean"} },
		"mailPolicyDirection needs":             func(q *Query) { q.Events.MailPolicyDirection = "inbound" },
		"contentFiltersName needs":              func(q *Query) { q.Events.ContentFilter = "x" },
	} {
		q := aQuery()
		change(&q)
		_, err := q.Values(ESA)
		if KindOf(err) != KindInvalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

func TestWrongQuerySendsNothing(t *testing.T) {
	d := newDevice(t, reply(noRows))
	if _, err := d.client(t).Search(t.Context(), Query{}); KindOf(err) != KindInvalid {
		t.Error(err)
	}
	if _, err := d.client(t).Details(t.Context(), Ref{MIDs: []int64{1}}); KindOf(err) != KindInvalid {
		t.Error(err)
	}
	if len(d.requests) != 0 {
		t.Errorf("%d requests", len(d.requests))
	}
}

func FuzzEncode(f *testing.F) {
	f.Add("SOC probe: 7f3a", "a+b")
	f.Add("%2B%3A +:&=", "송장\x00\xff")
	f.Fuzz(func(t *testing.T, subject, sender string) {
		q := aQuery()
		q.Subject, q.EnvelopeSender = TextFilter{Is, subject}, TextFilter{Contains, sender}
		if subject == "" || sender == "" {
			return
		}
		v, err := q.Values(SMA)
		if err != nil {
			t.Fatal(err)
		}
		s := encode(v)
		if strings.ContainsAny(s, "+ #\x00") {
			t.Errorf("%q has a raw plus, blank, hash or NUL", s)
		}
		back := parseQuery(t, s)
		if back["subjectfilterValue"] != subject || back["envelopeSenderfilterValue"] != sender {
			t.Errorf("%q came back as %q and %q", s, back["subjectfilterValue"], back["envelopeSenderfilterValue"])
		}
	})
}

// parseQuery splits a query string as a server does that takes a plus for a plus.
func parseQuery(t *testing.T, s string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for pair := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(pair, "=")
		decoded, err := url.PathUnescape(value)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		out[name] = decoded
	}
	return out
}
