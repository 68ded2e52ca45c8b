package esatest

import (
	"fmt"
	"time"
)

// life writes the events of one message in the appliance's words.
type life struct {
	a      *Appliance
	r      *Record
	at     time.Time
	events []object
}

// newLife starts the story of a message at the time it came.
func newLife(a *Appliance, r *Record) *life { return &life{a: a, r: r, at: r.Received} }

// life is every event so far, the last one marked.
func (a *Appliance) life(r *Record) []object {
	l := newLife(a, r)
	l.connection()
	l.envelope()
	l.authentication()
	l.headers()
	l.at = l.at.Add(time.Second)
	l.policy()
	if !a.cfg.Now().Before(r.FinalAt) {
		l.engines()
		l.ending()
	}
	if len(l.events) > 0 {
		l.events[len(l.events)-1]["lastEvent"] = true
	}
	return l.events
}

// say adds an event.
func (l *life) say(format string, args ...any) {
	l.events = append(l.events, object{"timestamp": l.a.stamp(l.at), "description": fmt.Sprintf(format, args...), "lastEvent": false})
}

// plain are the events without the mark for the last one.
func (l *life) plain() []object {
	events := []object{}
	for _, e := range l.events {
		events = append(events, object{"timestamp": e["timestamp"], "description": e["description"]})
	}
	return events
}

func (l *life) connection() {
	r := l.r
	host, verified := "unknown", "no"
	if r.SenderHost != "" {
		host, verified = r.SenderHost, "yes"
	}
	l.say("Incoming connection (ICID %d) has sender_group: %s, sender_ip: %s and sbrs: %s", r.ICID, r.SenderGroup, r.SenderIP, r.SBRS)
	l.say("Protocol SMTP interface Data 1  (IP %s) on incoming connection (ICID %d) from sender IP %s. Reverse DNS  host %s verified %s.", r.HostIP, r.ICID, r.SenderIP, host, verified)
	match := "ALL SBRS " + r.SBRS
	if r.SBRS != "None" {
		match = "sbrs[-10.0:10.0] SBRS " + r.SBRS
	}
	verdict := "ACCEPT"
	if r.SenderGroup == "RELAYLIST" {
		verdict = "RELAY"
	}
	l.say("(ICID %d) %s sender group %s match %s country %s", r.ICID, verdict, r.SenderGroup, match, r.Country)
	if r.TLS != "" {
		l.say("Incoming connection (ICID %d) successfully accepted TLS protocol %s.", r.ICID, r.TLS)
	}
}

func (l *life) envelope() {
	r, mid := l.r, l.r.MIDs[0]
	if r.Direction == "incoming" {
		l.say("Message %d Sender Domain: %s", mid, orNA(r.SenderDomain))
	}
	l.say("Start message %d on incoming connection (ICID %d).", mid, r.ICID)
	l.say("Message %d enqueued on incoming connection (ICID %d) from %s.", mid, r.ICID, r.From)
	l.say("Message %d direction: %s", mid, r.Direction)
	for _, to := range r.To {
		l.say("Message %d on incoming connection (ICID %d) added recipient (%s).", mid, r.ICID, to)
	}
}

func (l *life) authentication() {
	r, v, mid := l.r, l.r.Verdicts, l.r.MIDs[0]
	if r.Direction == "outgoing" {
		return
	}
	domain := domainOf(r.HeaderFrom)
	l.say("Message %d Domains for which SDR is requested: reverse DNS host: %s, helo: %s, env-from: %s, header_from: %s, reply_to: %s",
		mid, orAbsent(r.SenderHost), orAbsent(r.Helo), orAbsent(domainOf(r.From)), orAbsent(domain), orAbsent(domainOf(r.ReplyTo)))
	l.say("Message %d Consolidated Sender Threat Level: Neutral, Threat Category: N/A, Suspected Domain(s) : N/A (other reasons for verdict). "+
		"Sender Maturity: 30 days (or greater) for domain: %s", mid, orAbsent(domain))
	if v.SPF != "None" {
		l.say("Message %d SPF: mailfrom identity %s %s", mid, r.From, v.SPF)
	}
	switch v.DKIM {
	case "Pass":
		l.say("Message %d DKIM: pass signature verified (d=%s s=mail i=@%s)", mid, domain, domain)
	case "Fail":
		l.say("Message %d DKIM: permfail body hash did not verify [final] (d=%s s=mail i=@%s)", mid, domain, domain)
	}
	if v.DMARC == "Pass" {
		l.say("Message %d: DMARC Message from domain %s, DMARC pass (SPF aligned True, DKIM aligned True),", mid, domain)
		l.say("Message %d: DMARC verification passed.", mid)
	}
	if v.DMARC == "Fail" {
		l.say("Message %d: DMARC Message from domain %s, DMARC fail (SPF aligned False, DKIM aligned False),", mid, domain)
		l.say("Message %d: DMARC verification failed.", mid)
	}
}

// orAbsent writes nothing as reputation lookups do.
func orAbsent(s string) string {
	if s == "" {
		return "Not Present"
	}
	return s
}

func (l *life) headers() {
	r, mid := l.r, l.r.MIDs[0]
	if r.MessageID != "" {
		l.say("Message %d contains message ID header '%s'.", mid, r.MessageID)
	}
	if !r.NoSubject {
		l.say("Message %d original subject on injection: %s", mid, r.Subject)
	}
	l.say("Message %d (%d bytes) from %s ready.", mid, r.Size, r.From)
}

func (l *life) policy() {
	direction := "inbound"
	if l.r.Direction == "outgoing" {
		direction = "outbound"
	}
	l.say("Message %d matched per-recipient policy %s for %s mail policies.", l.r.MIDs[0], l.r.MailPolicy, direction)
}

func (l *life) engines() {
	r, v, mid := l.r, l.r.Verdicts, l.r.MIDs[0]
	spam := v.AntiSpam
	if spam == "Negative" {
		l.say("Message %d scanned by Anti-Spam engine: CASE. Interim verdict: Negative", mid)
		l.say("Message %d scanned by Anti-Spam engine CASE. Interim verdict: definitely negative.", mid)
	} else {
		l.say("Message %d scanned by Anti-Spam engine: CASE. Interim verdict: %s", mid, spam)
	}
	l.say("Message %d scanned by Anti-Spam engine: CASE. Final verdict: %s", mid, spam)
	if r.Quarantine == quarantineSpam {
		return
	}
	if v.AntiVirus == "Positive" {
		l.say("Message %d scanned by Anti-Virus engine Sophos. Interim verdict: VIRAL", mid)
		l.say("Message %d scanned by Anti-Virus engine. Final verdict: Positive. Threat: %s", mid, v.Threat)
		if r.dropped() {
			return
		}
	} else {
		l.say("Message %d scanned by Anti-Virus engine Sophos. Interim verdict: CLEAN", mid)
		l.say("Message %d scanned by Anti-Virus engine. Final verdict: Negative ", mid)
	}
	l.files()
	l.links()
	l.say("Message %d scanned by Outbreak Filters. Verdict: %s", mid, v.Outbreak)
	if v.DLPPolicy != "" {
		l.say("Message %d DLP violation. Policy: %s. Severity: %s", mid, v.DLPPolicy, v.DLPSeverity)
	}
}

// files tells what was attached and what file reputation said in one word.
func (l *life) files() {
	r, mid := l.r, l.r.MIDs[0]
	if len(r.Attachments) == 0 {
		l.say("Message %d scanned by Advanced Malware Protection engine. Final verdict: SKIPPED(no attachment in message)", mid)
		return
	}
	for _, a := range r.Attachments {
		disposition := map[string]string{"CLEAN": "Clean", "MALICIOUS": "Malicious"}[a.Disposition]
		if disposition == "" {
			disposition = "Unknown"
		}
		l.say("Message %d contains attachment '%s' (SHA256 %s).", mid, a.Name, a.SHA256)
		l.say("Message %d attachment '%s' scanned by Advanced Malware Protection engine. File Disposition: %s", mid, a.Name, disposition)
	}
	l.say("Message %d scanned by Advanced Malware Protection engine. Final verdict: %s", mid, r.Verdicts.AMP)
}

// fileReputation tells the whole of what file reputation did: it is asked while the engines scan.
func (l *life) fileReputation() {
	mid := l.r.MIDs[0]
	l.at = l.at.Add(time.Second)
	for _, a := range l.r.Attachments {
		malware, score := "None", 0
		if a.Threat != "" {
			malware, score = a.Threat, 95
		}
		l.say("File reputation query initiating. File Name = %s, MID = %d, File Size = %d bytes, File Type = %s", a.Name, mid, a.Size, a.ContentType)
		l.at = l.at.Add(time.Second)
		l.say("Response received for file reputation query from Cloud. File Name = %s, MID = %d, Disposition = %s, Malware = %s, Analysis Score = %d, "+
			"sha256 = %s, upload_action = Recommended to send the file for analysis, verdict_source = AMP", a.Name, mid, a.Disposition, malware, score, a.SHA256)
		if a.Disposition != "MALICIOUS" {
			l.say("File not uploaded for analysis. MID = %d File SHA256[%s] file mime[%s] Reason: The file type is not configured for analysis", mid, a.SHA256, a.ContentType)
		}
	}
}

// links tells the links that the URL rule logged. Only a Web Manager writes a blank before the comma.
func (l *life) links() {
	separator := ","
	if l.a.cfg.Flavour == FlavourSMA {
		separator = " ,"
	}
	for _, u := range l.r.URLs {
		l.say("Message %d URL: %s%s URL reputation: %.1f, Condition: URL Reputation Rule.", l.r.MIDs[0], u.URL, separator, u.Reputation)
	}
}

// ending tells what became of the message.
func (l *life) ending() {
	r, mid := l.r, l.r.MIDs[0]
	if len(r.Splinters) > 0 {
		l.splinters(mid)
		return
	}
	for _, next := range r.MIDs[1:] {
		l.say("Message %d rewritten to %d by antispam", mid, next)
		mid = next
	}
	switch {
	case r.Quarantine != "":
		l.say("Message %d quarantined to %q.", mid, r.Quarantine)
	case r.dropped() || r.Status == statusDLP:
		l.say("Message %d Delivery Status: DROPPED", mid)
		l.say("Message %d Verdict chart: %s", mid, r.Verdicts.Chart)
	case r.Status == statusAborted:
		l.say("Message %d aborted: Dropped by filter 'drop_test'", mid)
	default:
		l.delivery(mid, r.To)
	}
}

// splinters tells what became of each part of a split message.
func (l *life) splinters(mid int64) {
	for _, s := range l.r.Splinters {
		l.say("Message %d split creating message %d due to per-recipient policy.", mid, s.MID)
	}
	for _, s := range l.r.Splinters {
		if s.Status == statusDelivered {
			l.delivery(s.MID, []string{s.To})
		} else {
			l.say("Message %d quarantined to %q.", s.MID, quarantinePolicy)
		}
	}
}

func (l *life) delivery(mid int64, recipients []string) {
	r := l.r
	l.say("Message %d queued for delivery.", mid)
	l.say("SMTP delivery connection (DCID %d) opened from Cisco IronPort interface %s to IP address 192.0.2.250 on port 25.", r.DCID, r.HostIP)
	l.say("Delivery connection (DCID %d) successfully accepted TLS protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 None.", r.DCID)
	l.at = l.at.Add(time.Second)
	for _, to := range recipients {
		l.say("(DCID %d) Delivery started for message %d to %s.", r.DCID, mid, to)
		if r.Status == statusBounced {
			l.say("(DCID %d) Message %d to %s bounced by destination server. Reason: 5.1.0 - Unknown address error ('550', ['5.1.1 User unknown'])", r.DCID, mid, to)
			continue
		}
		l.say("(DCID %d) Delivery details: Message %d sent to %s [('from', '%s'), ('to', '%s')]", r.DCID, mid, to, r.HeaderFrom, to)
		l.say("Message %d to %s received remote SMTP response '2.6.0 %s [InternalId=%d] Queued mail for delivery'.", mid, to, r.MessageID, 1_500_000+mid)
	}
}
