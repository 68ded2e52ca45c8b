package esatest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// trackingDelay is what the fault tracking-delayed adds.
const trackingDelay = 90 * time.Second

// accept takes a message from a session: numbers it, has the engines look at it, and keeps it.
func (a *Appliance) accept(s *session, raw []byte) *Record {
	c := readContent(raw)
	now := a.now()
	visible := a.cfg.Now().Add(a.cfg.Delay)
	if a.on("tracking-delayed") {
		visible = visible.Add(trackingDelay)
	}
	sender := &Sender{
		SenderIP: s.peer.String(), SenderHost: "localhost", Helo: s.hello, SenderDomain: cmp.Or(domainOf(s.from), domainOf(c.from)),
		SenderGroup: "UNKNOWNLIST", SBRS: "None", Country: "not enabled", TLS: s.tls,
	}
	r := &Record{
		ICID: s.icid, Gateway: a.gateways[0], Sender: sender,
		Received: now, VisibleAt: visible, FinalAt: visible.Add(a.cfg.Settle), Live: true, Direction: "incoming",
		From: s.from, To: slices.Clone(s.to), HeaderFrom: c.from, ReplyTo: c.replyTo,
		Subject: c.subject, MessageID: c.messageID, Size: int64(len(raw)),
		MailPolicy: "DEFAULT", AuthUser: s.user, Attachments: c.attachments,
		Untracked: a.on("tracking-disabled"), NoSubject: a.on("subject-not-logged"),
	}
	if s.user != "" {
		r.Direction, sender.SenderGroup = "outgoing", "RELAYLIST"
	}
	for _, u := range c.urls {
		r.URLs = append(r.URLs, rateURL(u))
	}
	a.judge(r, c.advertised)
	mids := 1
	if a.on("mid-rewritten") {
		mids = 2
	}
	return a.store.take(mids, func(numbers []int64, dcid int64) *Record {
		r.MIDs = numbers
		if r.delivered() {
			r.DCID = dcid
		}
		if r.MessageID == "" && r.delivered() {
			r.MessageID = "<" + serialToID(r.Serial, numbers[0]) + "@" + r.Host + ">"
		}
		return r
	})
}

// judge lets the engines look at a message and decides what becomes of it.
func (a *Appliance) judge(r *Record, advertised string) {
	v := cleanVerdicts
	if len(r.Attachments) > 0 {
		v.AMP = "UNKNOWN"
	}
	r.Status, r.FinalSubject = statusDelivered, r.Subject
	switch strings.ToLower(advertised) {
	case "spam":
		v.AntiSpam = "Positive"
		r.Status, r.Quarantine = statusSpam, quarantineSpam
	case "suspect":
		v.AntiSpam = "Suspect"
		r.FinalSubject = "[SUSPECTED SPAM] " + r.Subject
	case "marketing":
		v.AntiSpam = "Marketing"
		r.FinalSubject = "[MARKETING] " + r.Subject
	}
	if slices.ContainsFunc(r.URLs, func(u URL) bool { return u.Reputation <= maliciousURL }) {
		r.Status, r.Quarantine = statusContent, quarantinePolicy
	}
	r.Attachments = slices.Clone(r.Attachments)
	for i := range r.Attachments {
		threat := threatOf(r.Attachments[i].SHA256)
		r.Attachments[i].Disposition, r.Attachments[i].Threat = "FILE UNKNOWN", threat
		if threat != "" {
			r.Attachments[i].Disposition = "MALICIOUS"
			v.AntiVirus, v.AMP, v.Threat = "Positive", "MALICIOUS", threat
			r.Status, r.Quarantine = statusVirus, ""
		}
	}
	a.misjudge(r, &v)
	if r.dropped() {
		r.MessageID, r.FinalSubject = "", ""
	}
	v.Chart = chartOf(v)
	r.Verdicts = &v
}

// misjudge applies the faults that decide over messages.
func (a *Appliance) misjudge(r *Record, v *Verdicts) {
	switch {
	case a.on("message-dropped"):
		r.Status, r.Quarantine = statusVirus, ""
		v.AntiVirus, v.Threat = "Positive", "EICAR-AV-Test"
	case a.on("message-quarantined"):
		r.Status, r.Quarantine = statusContent, quarantinePolicy
	case a.on("message-bounced"):
		r.Status = statusBounced
	case a.on("message-aborted"):
		r.Status = statusAborted
	}
	if a.on("subject-tagged") {
		r.FinalSubject = "[SUSPICIOUS MESSAGE] " + r.Subject
	}
	if a.on("message-stuck") {
		r.FinalAt = r.FinalAt.AddDate(100, 0, 0)
	}
}

// rejected notes a connection that was refused, when the appliance saves that.
func (a *Appliance) rejected(s *session) {
	if a.on("rejected-off") || a.on("tracking-disabled") {
		return
	}
	a.store.reject(rejection{
		icid: s.icid, senderIP: s.peer.String(), group: "BLOCKED_LIST", sbrs: "-9.1",
		serial: a.gateways[0].Serial, host: a.gateways[0].Host, at: a.now(), words: "Rejected",
	})
}

// Received counts the messages accepted over SMTP since the start.
func (a *Appliance) Received() int {
	a.store.mu.RLock()
	defer a.store.mu.RUnlock()
	return a.store.received
}

// Messages returns every message that the appliance handled, oldest first, whether tracking shows
// it yet or not.
func (a *Appliance) Messages() []*Record { return a.store.all() }

// Find returns what message tracking would show now of the messages that match, newest first:
// nothing that is not visible yet, and nothing at all while tracking is off or elsewhere. A nil
// match means every message.
func (a *Appliance) Find(match func(*Record) bool) []*Record {
	records := a.store.all()
	var found []*Record
	for _, r := range slices.Backward(records) {
		if a.tracked(r) && (match == nil || match(r)) {
			found = append(found, r)
		}
	}
	return found
}

// tracked tells whether message tracking shows a message now.
func (a *Appliance) tracked(r *Record) bool {
	if a.on("tracking-disabled") || a.on("tracking-centralized") && a.cfg.Flavour == FlavourESA {
		return false
	}
	return !r.Untracked && !a.cfg.Now().Before(r.VisibleAt)
}
