package esa

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// rule says what an event text means. Patterns are anchored at the beginning,
// where the appliance's own words are: what comes after may be text out of the
// mail, which must not be able to forge a fact. Where such text is in the middle,
// the pattern takes it greedily, so that the appliance's words after it count.
type rule struct {
	stage   Stage
	pattern *regexp.Regexp
	fact    func(b *builder, s Step, m []string)
}

// Where an event text names its message and connections.
var (
	midText     = regexp.MustCompile(`(?i)\b(?:message|MID) (\d+)\b`)
	fileMIDText = regexp.MustCompile(`\bMID = (\d+)\b`)
	icidText    = regexp.MustCompile(`\bICID (\d+)\b`)
	dcidText    = regexp.MustCompile(`\bDCID (\d+)\b`)
)

// numbersOf finds the numbers that the event is about, 0 for none. It looks only
// at what stands before any text out of the mail: before the first colon or quote,
// and in the lines about files after the name, which is the last "MID =".
func numbersOf(text string) (mid, icid, dcid int64) {
	if strings.HasPrefix(text, "File ") || strings.HasPrefix(text, "Response ") {
		if all := fileMIDText.FindAllStringSubmatch(text, -1); len(all) > 0 {
			return id(all[len(all)-1][1]), 0, 0
		}
		return 0, 0, 0
	}
	head, _, _ := strings.Cut(text, ": ")
	head, _, _ = strings.Cut(head, "'")
	first := func(pattern *regexp.Regexp) int64 {
		if m := pattern.FindStringSubmatch(head); m != nil {
			return id(m[1])
		}
		return 0
	}
	return first(midText), first(icidText), first(dcidText)
}

// rules are tried in order; the first that matches decides. The texts are those
// that AsyncOS 12 to 15 write into message tracking.
var rules = []rule{
	{StageConnection, regexp.MustCompile(`^(?:Incoming connection )?\(?ICID (\d+)\)? (?:has )?sender_group: (.*?),? sender_ip: ([^\s,]+),?(?: and)? sbrs: (.*?)\.?$`), factSenderGroup},
	{StageConnection, regexp.MustCompile(`^Protocol \S+ interface (.*?) ?\(IP ([^)]+)\) on incoming connection \(ICID (\d+)\) from sender IP (\S+?)\.? Reverse DNS (?:host )?(\S+) verified (\w+)`), factReverseDNS},
	{StageConnection, regexp.MustCompile(`^\(ICID (\d+)\) ([A-Z]+) sender group (.+?) match (.*?) SBRS (.*?) country (.*?)\.?$`), factAction},
	{StageConnection, regexp.MustCompile(`^Incoming connection \(ICID (\d+)\) successfully accepted TLS protocol (\S+) cipher (\S+?)\.?(?: |$)`), factIncomingTLS},
	{StageConnection, regexp.MustCompile(`^(?:Incoming connection|Protocol |\(?ICID )`), nil},
	{StageConnection, regexp.MustCompile(`^Message \d+ has sender_group: `), nil},

	{StageEnvelope, regexp.MustCompile(`^(?:Start message \d+ on |Message \d+ (?:Sender Domain:|enqueued on |direction:|on incoming connection))`), nil},

	{StageReputation, regexp.MustCompile(`^Message (\d+) Consolidated Sender (?:Threat Level|Reputation): (.*?), Threat Category: (.*?),(?: .*?Sender Maturity: (.*?)(?: for domain: (\S+?))?\.?)?$`), factReputation},
	{StageReputation, regexp.MustCompile(`^Message \d+ (?:Domains for which SDR|Consolidated Sender|SDR)`), nil},

	{StageAuthentication, regexp.MustCompile(`^Message (\d+):? SPF: (\S+) identity (\S+) (\S+?)\.?(?: |$)`), factSPF},
	{StageAuthentication, regexp.MustCompile(`^Message (\d+):? DKIM: (\S+)(.*?)(?: ?\(d=(\S*) s=(\S*) i=(\S*)\).*)?$`), factDKIM},
	{StageAuthentication, regexp.MustCompile(`^Message (\d+):? DMARC Message from domain (\S+), DMARC (\w+) \(SPF aligned (\w+), DKIM aligned (\w+)\)`), factDMARC},
	{StageAuthentication, regexp.MustCompile(`(?i)^Message (\d+):? DMARC verification (\w+)`), factDMARCResult},
	{StageAuthentication, regexp.MustCompile(`^Message \d+:? (?:SPF|DKIM|DMARC|Domain ?Keys|DANE)`), nil},

	{StageHeaders, regexp.MustCompile(`^Message \d+ (?:contains message ID header |original subject on injection:|\(\d+ bytes\) from )`), nil},

	{StagePolicy, regexp.MustCompile(`^Message (\d+) matched (?:per-\w+ )?policy (.+) for (inbound|outbound) mail policies`), factPolicy},
	{StagePolicy, regexp.MustCompile(`^Message \d+ matched `), nil},

	{StageEngines, regexp.MustCompile(`^Message (\d+) scanned by (.+?) engine(?::? ([^.:]+))?\. (Interim|Final) verdict: (.*)$`), factVerdict},
	{StageEngines, regexp.MustCompile(`^Message (\d+) scanned by ([^.:]+)()\. ?(Interim|Final)? ?[Vv]erdict: (.*)$`), factVerdict},
	{StageEngines, regexp.MustCompile(`^Message (\d+) contains attachment ?'(.*)' \(SHA256 ([0-9A-Fa-f]{64})\)`), factAttachment},
	{StageAMP, regexp.MustCompile(`^Message (\d+) attachment ?'(.*)' scanned by .+? engine\. File Disposition: (.*?)\.?$`), factDisposition},
	{StageEngines, regexp.MustCompile(`^Message \d+ (?:scanned by |contains attachment|attachment |DLP |.* Outbreak )`), nil},

	{StageAMP, regexp.MustCompile(`^File reputation query initiating\. File Name = (.*), MID = (\d+), File Size = (\d+) bytes, File Type = (\S+)`), factFile},
	{StageAMP, regexp.MustCompile(`^Response received for file reputation query from \w+\. File Name = (.*), MID = (\d+), Disposition = ([^,]*), Malware = ([^,]*), .*?sha256 = ([0-9A-Fa-f]+), upload_action = ([^,]*)`), factFileResponse},
	{StageAMP, regexp.MustCompile(`^File (?:not )?uploaded for analysis\. MID = (\d+),? File SHA256\[([0-9A-Fa-f]{64})\] file mime\[([^\]]*)\](?: Reason: (.*?)\.?)?$`), factUpload},
	{StageAMP, regexp.MustCompile(`^(?:File |Response received for file |Retrospective )`), nil},

	{StageURL, regexp.MustCompile(`^Message (\d+) URL: (\S+?)\s*,\s*URL reputation: ([^,]*)(?:, Condition: (.*?)\.?)?$`), factURL},
	{StageURL, regexp.MustCompile(`^Message (\d+) rewritten URL u?'(.*)'\.?$`), factURLRewritten},
	{StageURL, regexp.MustCompile(`^Message \d+ (?:rewritten )?URL`), nil},

	{StageQuarantine, regexp.MustCompile(`^Message (\d+) (?:has been |was )?(quarantined|released|transferred) (?:in|to|into|from) (.*?)\.?$`), factQuarantine},
	{StageQuarantine, regexp.MustCompile(`^(?:Message \d+ (?:has been |was )?(?:enqueued for transfer|quarantined|released)|Remote procedure call connection \(RCID \d+\))`), nil},

	{StageEnd, regexp.MustCompile(`^(?:Message|MID) (\d+) rewritten to (?:new )?(?:(?:message|MID) )?(\d+)(?: by (.*?))?\.?$`), factRewritten},
	{StageEnd, regexp.MustCompile(`^(?:Message|MID) (\d+) (?:was )?split creating (?:(?:message|MID) )?(\d+)(?: (?:due to|by) (.*?))?\.?$`), factRewritten},
	{StageEnd, regexp.MustCompile(`^(?:Message|MID) (\d+) (?:was )?generated based on (?:(?:message|MID) )?(\d+)(?: by (.*?))?\.?$`), factGenerated},
	{StageEnd, regexp.MustCompile(`^Message \d+ (?:Delivery Status:|Verdict chart:|queued for delivery|dropped|aborted|done)|^Message (?:aborted|finished) `), nil},

	{StageDelivery, regexp.MustCompile(`^SMTP delivery connection \(DCID (\d+)\) opened from .*? to IP address (\S+) on port (\d+)`), factNextHost},
	{StageDelivery, regexp.MustCompile(`^Delivery connection \(DCID (\d+)\) successfully accepted TLS protocol (\S+) cipher (\S+?)\.?(?: |$)`), factDeliveryTLS},
	{StageDelivery, regexp.MustCompile(`^\(DCID (\d+)\) Delivery started for message (\d+) to (\S+?)\.?$`), factDeliveryStarted},
	{StageDelivery, regexp.MustCompile(`^Message (\d+) to (\S+) received remote SMTP response '(.*)'\.?$`), factResponse},
	{StageDelivery, regexp.MustCompile(`^(?:\(DCID \d+\) )?Message (\d+) to (\S+) bounced\b(?:.*?(?:Reason|Response): )?(.*)$`), factBounced},
	{StageDelivery, regexp.MustCompile(`^(?:\(DCID |Delivery connection|SMTP delivery connection|Message \d+ to )`), nil},
}

func factSenderGroup(b *builder, _ Step, m []string) {
	c := b.injection(id(m[1]))
	c.SenderGroup, c.SenderIP, c.SBRS = m[2], m[3], m[4]
}

func factReverseDNS(b *builder, _ Step, m []string) {
	c := b.injection(id(m[3]))
	c.Interface, c.InterfaceIP, c.SenderIP = m[1], m[2], m[4]
	c.ReverseDNS, c.ReverseDNSVerified = m[5], m[6] == "yes"
}

func factAction(b *builder, _ Step, m []string) {
	c := b.injection(id(m[1]))
	c.Action, c.SenderGroup, c.SBRS, c.Country = m[2], m[3], m[5], m[6]
}

func factIncomingTLS(b *builder, _ Step, m []string) {
	b.TLS = append(b.TLS, TLS{ConnectionID: id(m[1]), Protocol: m[2], Cipher: m[3]})
}

func factReputation(b *builder, _ Step, m []string) {
	r := SenderReputation{MID: id(m[1]), ThreatLevel: noNA(m[2]), Category: noNA(m[3]), Maturity: noNA(m[4]), Domain: noNA(m[5])}
	if slices.Contains(b.Reputations, r) { // asked twice: before and after the headers
		return
	}
	b.Reputations = append(b.Reputations, r)
}

func factSPF(b *builder, _ Step, m []string) {
	b.SPF = append(b.SPF, SPF{MID: id(m[1]), Identity: m[2], Value: m[3], Result: strings.ToLower(m[4])})
}

func factDKIM(b *builder, _ Step, m []string) {
	d := DKIM{
		MID: id(m[1]), Result: strings.ToLower(m[2]), Text: strings.TrimSpace(m[3]),
		Domain: m[4], Selector: m[5], Identity: m[6],
	}
	if d.Result == "no" { // "no signature"
		d.Result = "none"
	}
	b.DKIM = append(b.DKIM, d)
}

func factDMARC(b *builder, s Step, m []string) {
	d := b.dmarc(id(m[1]))
	d.Domain, d.Result, d.Text = m[2], strings.ToLower(m[3]), s.Description
	d.SPFAligned, d.DKIMAligned = new(m[4] == "True"), new(m[5] == "True")
}

func factDMARCResult(b *builder, s Step, m []string) {
	d := b.dmarc(id(m[1]))
	if d.Result != "" {
		return
	}
	d.Text = s.Description
	switch d.Result = strings.ToLower(m[2]); d.Result {
	case "passed":
		d.Result = "pass"
	case "failed":
		d.Result = "fail"
	}
}

func factPolicy(b *builder, _ Step, m []string) {
	b.Policies = append(b.Policies, PolicyMatch{MID: id(m[1]), Policy: m[2], Direction: m[3]})
}

func factVerdict(b *builder, _ Step, m []string) {
	b.Verdicts = append(b.Verdicts, Verdict{
		MID: id(m[1]), Engine: m[2], Product: m[3], Final: m[4] != "Interim", Text: strings.TrimSuffix(strings.TrimSpace(m[5]), "."),
	})
}

func factAttachment(b *builder, _ Step, m []string) { b.attachment(id(m[1]), m[2], m[3]) }

func factDisposition(b *builder, _ Step, m []string) {
	b.attachment(id(m[1]), m[2], "").Disposition = m[3]
}

func factFile(b *builder, _ Step, m []string) {
	a := b.attachment(id(m[2]), m[1], "")
	a.Size, a.MIME = id(m[3]), m[4]
}

func factFileResponse(b *builder, _ Step, m []string) {
	sum := m[5]
	if len(sum) != 64 {
		sum = ""
	}
	a := b.attachment(id(m[2]), m[1], sum)
	a.Disposition, a.Upload = m[3], m[6]
	if m[4] != "None" {
		a.Malware = m[4]
	}
}

func factUpload(b *builder, _ Step, m []string) {
	a := b.attachment(id(m[1]), "", m[2])
	a.MIME = m[3]
	if m[4] != "" {
		a.Upload = m[4]
	}
}

func factURL(b *builder, _ Step, m []string) {
	u := URLVerdict{MID: id(m[1]), URL: m[2], Reputation: strings.TrimSuffix(m[3], "."), Condition: m[4]}
	for _, known := range b.URLs {
		known.Rewritten = false
		if known == u { // told twice: in the details and in those of URLs
			return
		}
	}
	b.URLs = append(b.URLs, u)
}

func factURLRewritten(b *builder, _ Step, m []string) {
	for i := range b.URLs {
		if u := &b.URLs[i]; u.URL == m[2] && u.MID == id(m[1]) {
			u.Rewritten = true
			return
		}
	}
	b.URLs = append(b.URLs, URLVerdict{MID: id(m[1]), URL: m[2], Rewritten: true})
}

func factQuarantine(b *builder, s Step, m []string) {
	b.Quarantines = append(b.Quarantines, Quarantining{MID: id(m[1]), Quarantine: m[3], Released: m[2] == "released", Time: s.Time})
}

func factRewritten(b *builder, _ Step, m []string) {
	b.Rewrites = append(b.Rewrites, Rewrite{From: id(m[1]), To: id(m[2]), By: m[3]})
}

func factGenerated(b *builder, _ Step, m []string) {
	b.Rewrites = append(b.Rewrites, Rewrite{From: id(m[2]), To: id(m[1]), By: m[3]})
}

func factNextHost(b *builder, _ Step, m []string) { b.hosts[id(m[1])] = nextHost{m[2], m[3]} }

func factDeliveryTLS(b *builder, _ Step, m []string) {
	b.TLS = append(b.TLS, TLS{ConnectionID: id(m[1]), Delivery: true, Protocol: m[2], Cipher: m[3]})
}

func factDeliveryStarted(b *builder, s Step, m []string) {
	d := b.delivery(id(m[2]), m[3])
	d.DCID, d.Started = id(m[1]), s.Time
	host := b.hosts[d.DCID]
	d.IP, d.Port = host.ip, host.port
}

func factResponse(b *builder, s Step, m []string) {
	d := b.delivery(id(m[1]), m[2])
	d.Response, d.Ended = m[3], s.Time
}

func factBounced(b *builder, s Step, m []string) {
	d := b.delivery(id(m[1]), m[2])
	d.Bounced, d.Response, d.Ended = true, strings.TrimLeft(m[3], " .:"), s.Time
}

// id reads a number of digits only; one that is too large is 0.
func id(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
