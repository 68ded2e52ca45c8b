package esatest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// maxSeeded is the most messages that a seeded day can have.
const maxSeeded = 100_000

// seedTraffic fills the 24 hours before the start with Config.Messages messages. The same seed and
// number give the same day, up to the moment of the start.
func (a *Appliance) seedTraffic() {
	a.store.mid, a.store.icid, a.store.dcid = 1_000_000, 2_000_000, 500_000
	n := a.cfg.Messages
	if n == 0 {
		return
	}
	s := newSeeder(a)
	end := a.cfg.Now().Truncate(time.Second).Add(-time.Second)
	a.store.records = make([]*Record, 0, n+n/10)
	for _, k := range s.kinds(end.Add(-24*time.Hour), n) {
		a.store.records = append(a.store.records, s.message(k))
	}
	for _, at := range s.dayOfMail(end.Add(-24*time.Hour), n/20) {
		a.store.rejections = append(a.store.rejections, s.rejection(at))
	}
}

// seeder makes a believable day of mail.
type seeder struct {
	a          *Appliance
	rng        *rand.Rand
	people     []string // local addresses
	hosts      []host   // the world outside
	wave       []*Sender
	spammers   []*Sender
	recipients [][]string // one for each person, shared between records
}

// host is an organisation that sends and receives mail.
type host struct {
	sender    *Sender
	addresses []string
}

func newSeeder(a *Appliance) *seeder {
	s := &seeder{a: a, rng: rand.New(rand.NewPCG(a.cfg.Seed, 0x6573617465737400))} //nolint:gosec // A believable day needs no secrecy, but must come out the same again.
	for _, first := range firstNames {
		for _, last := range lastNames {
			s.people = append(s.people, strings.ToLower(first+"."+last)+"@"+a.cfg.Domain)
		}
	}
	for i := range s.people {
		s.recipients = append(s.recipients, s.people[i:i+1:i+1])
	}
	for i, name := range companies {
		domain := name + ".example"
		h := host{sender: &Sender{
			SenderIP: fmt.Sprintf("192.0.2.%d", 100+i), SenderHost: "mx1." + domain, Helo: "mx1." + domain, SenderDomain: domain,
			SenderGroup: "ACCEPTLIST", SBRS: fmt.Sprintf("%d.%d", 1+i%6, i%10), Country: countries[i%len(countries)],
			TLS: "TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384",
		}}
		for _, local := range []string{"info", "sales", "orders", "office", "support", "m.berg", "j.novak"} {
			h.addresses = append(h.addresses, local+"@"+domain)
		}
		s.hosts = append(s.hosts, h)
	}
	for _, c := range campaigns {
		group := "UNKNOWNLIST"
		if strings.HasPrefix(c.SBRS, "-") {
			group = "SUSPECTLIST"
		}
		s.wave = append(s.wave, &Sender{
			SenderIP: c.SenderIP, SenderHost: c.Host, Helo: c.Host, SenderDomain: domainOf(c.Sender),
			SenderGroup: group, SBRS: c.SBRS, Country: c.Country,
		})
	}
	for n := range 250 {
		domain := companies[n%len(companies)] + "-deals.example"
		s.spammers = append(s.spammers, &Sender{
			SenderIP: fmt.Sprintf("198.51.100.%d", n), Helo: domain, SenderDomain: domain, SenderGroup: "SUSPECTLIST",
			SBRS: fmt.Sprintf("-%d.%d", 1+n%8, n%10), Country: countries[n%len(countries)],
		})
	}
	return s
}

// dayOfMail spreads n moments over the day after start, most of them in working hours, in order.
func (s *seeder) dayOfMail(start time.Time, n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		second := s.rng.IntN(24 * 60 * 60)
		if s.rng.IntN(4) > 0 { // three of four between 7 and 18 UTC
			second = 7*60*60 + s.rng.IntN(11*60*60)
		}
		times[i] = inDay(start, second)
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// inDay is the moment in the 24 hours after start at which the clock in UTC is so many seconds after
// midnight. Past 24 hours the clock begins anew.
func inDay(start time.Time, second int) time.Time {
	at := start.Truncate(24 * time.Hour).Add(time.Duration(second%(24*60*60)) * time.Second)
	if at.Before(start) {
		at = at.Add(24 * time.Hour)
	}
	return at
}

// kind is of which kind a message is, from 0 to 999, and when it comes.
type kind struct {
	at time.Time
	p  int
}

// kinds spreads n messages over the day after start, in order. Every kind has its share of them, also
// when they are few, and each wave its hours.
func (s *seeder) kinds(start time.Time, n int) []kind {
	kinds := make([]kind, n)
	times := s.dayOfMail(start, n)
	for i, k := range s.rng.Perm(n) {
		kinds[i] = kind{times[i], k * 1000 / n}
		if wave, ok := waveOf(kinds[i].p); ok {
			hours := (24 + len(campaigns) - 1 - wave) / len(campaigns)
			hour := wave + len(campaigns)*s.rng.IntN(hours)
			kinds[i].at = inDay(start, hour*60*60+s.rng.IntN(90*60))
		}
	}
	slices.SortStableFunc(kinds, func(a, b kind) int { return a.at.Compare(b.at) })
	return kinds
}

// The kinds that are messages of waves, each wave with the same share.
const firstOfWaves, afterWaves = 10, 120

func waveOf(p int) (campaign int, ok bool) {
	return (p - firstOfWaves) * len(campaigns) / (afterWaves - firstOfWaves), p >= firstOfWaves && p < afterWaves
}

// message makes one message of the day.
func (s *seeder) message(k kind) *Record {
	at, p := k.at, k.p
	st := &s.a.store
	st.mid++
	st.icid++
	r := &Record{
		MIDs: []int64{st.mid}, ICID: st.icid, Gateway: s.a.gateways[s.rng.IntN(len(s.a.gateways))],
		Received: at, VisibleAt: at, FinalAt: at, Direction: "incoming", MailPolicy: "DEFAULT",
		Size: int64(2_000 + s.rng.IntN(60_000)), Status: statusDelivered,
	}
	wave, ofWave := waveOf(p)
	switch {
	case ofWave:
		s.campaign(r, wave)
	case p < firstOfWaves:
		s.retracted(r)
	case p < 250:
		s.spam(r)
	case p < 430:
		s.outgoing(r, p)
	default:
		s.incoming(r, p)
	}
	if r.Verdicts == nil {
		r.Verdicts = verdictsFor(r.Status)
	}
	if r.dropped() {
		r.MessageID, r.FinalSubject = "", ""
	} else if r.FinalSubject == "" {
		r.FinalSubject = r.Subject
	}
	switch { // of the plain mail that comes in
	case p >= 975: // rewritten by a filter
		st.mid++
		r.MIDs = append(r.MIDs, st.mid)
	case p >= 945:
		s.moreRecipients(r, p >= 960)
	}
	if r.delivered() {
		st.dcid++
		r.DCID = st.dcid
	}
	return r
}

// moreRecipients sends a message to several people. It can split, because one of them has a policy of
// their own that quarantines it.
func (s *seeder) moreRecipients(r *Record, split bool) {
	n, first := 2+s.rng.IntN(3), s.rng.IntN(len(s.people)-4)
	r.To = s.people[first : first+n : first+n]
	if !split {
		return
	}
	for i, to := range r.To {
		s.a.store.mid++
		r.MIDs = append(r.MIDs, s.a.store.mid)
		status := statusDelivered
		if i == 0 {
			status = statusContent
		}
		r.Splinters = append(r.Splinters, Splinter{MID: s.a.store.mid, To: to, Status: status})
	}
}

// person is one mailbox of the domain, in the form of a recipient list.
func (s *seeder) person() []string { return s.recipients[s.rng.IntN(len(s.recipients))] }

// campaign makes a message of a wave.
func (s *seeder) campaign(r *Record, i int) {
	c := &campaigns[i]
	r.Sender, r.Campaign, r.Status = s.wave[i], c.Name, c.Status
	r.From, r.HeaderFrom, r.Subject, r.To = c.Sender, c.From, c.Subject, s.person()
	r.MessageID = fmt.Sprintf("<%08x.%d@%s>", s.rng.Uint32(), r.MIDs[0], cmp.Or(c.Host, domainOf(c.Sender)))
	r.Attachments, r.URLs = campaignFiles[i], campaignLinks[i]
	r.Quarantine = quarantineFor(c.Status)
	r.Verdicts = campaignVerdicts[i]
	if r.Verdicts.AntiSpam == "Marketing" {
		r.FinalSubject = "[MARKETING] " + r.Subject
	}
}

// retracted makes a message of the wave whose link was not known yet: it was delivered, and taken out
// of the mailboxes when the link was known.
func (s *seeder) retracted(r *Record) {
	s.campaign(r, slices.IndexFunc(campaigns, func(c Campaign) bool { return c.Name == retractedWave }))
	r.Status, r.Quarantine, r.Verdicts, r.Retracted = statusDelivered, "", retractedVerdicts, true
	r.URLs = unknownLinks
}

// spam makes unsolicited mail, most of it recognised.
func (s *seeder) spam(r *Record) {
	r.Sender, r.To = s.spammers[s.rng.IntN(len(s.spammers))], s.person()
	r.From = "promo@" + r.SenderDomain
	r.HeaderFrom, r.Subject = r.From, spamSubjects[s.rng.IntN(len(spamSubjects))]
	r.MessageID = fmt.Sprintf("<%x@%s>", s.rng.Uint64(), r.SenderDomain)
	r.Status, r.Quarantine = statusSpam, quarantineSpam
	if s.rng.IntN(6) == 0 {
		r.Status, r.Quarantine, r.Verdicts = statusDelivered, "", suspectVerdicts
		r.FinalSubject = "[SUSPECTED SPAM] " + r.Subject
	}
}

// incoming makes ordinary mail from another organisation.
func (s *seeder) incoming(r *Record, p int) {
	h := s.hosts[s.rng.IntN(len(s.hosts))]
	r.Sender, r.To = h.sender, s.person()
	r.From = h.addresses[s.rng.IntN(len(h.addresses))]
	r.HeaderFrom = r.From
	r.Subject = s.subject()
	r.MessageID = fmt.Sprintf("<%x@%s>", s.rng.Uint64(), h.sender.SenderDomain)
	r.Verdicts = authenticatedVerdicts
	switch {
	case p < 440:
		r.Status = statusBounced
	case p < 445:
		r.Status = statusAborted
	case p < 455:
		r.Attachments = officeFiles[unknownFile : unknownFile+1]
		r.Status, r.Quarantine, r.Verdicts = statusFile, quarantineFile, unknownFileVerdicts
	case p < 520:
		i := s.rng.IntN(len(officeFiles))
		r.Attachments, r.Verdicts = officeFiles[i:i+1], attachmentVerdicts
		if i == unknownFile {
			r.Verdicts = unknownFileVerdicts
		}
	case p < 560:
		r.URLs = officeLinks[p%len(officeLinks) : p%len(officeLinks)+1]
	case p < 565:
		r.Subject, r.Attachments, r.Verdicts = hostileSubjects[p%len(hostileSubjects)], hostileFiles, attachmentVerdicts
	case p < 575:
		r.Verdicts = brokenVerdicts
	}
}

// outgoing makes mail of the domain's own people; a little of it is caught by DLP.
func (s *seeder) outgoing(r *Record, p int) {
	h := s.hosts[s.rng.IntN(len(s.hosts))]
	r.Direction, r.Sender, r.MailPolicy = "outgoing", relaySender, "OUTBOUND"
	r.From = s.people[s.rng.IntN(len(s.people))]
	r.HeaderFrom = r.From
	i := s.rng.IntN(len(h.addresses))
	r.To = h.addresses[i : i+1 : i+1]
	r.Subject = s.subject()
	r.MessageID = fmt.Sprintf("<%x@exchange.%s>", s.rng.Uint64(), s.a.cfg.Domain)
	switch {
	case p < 270:
		r.Verdicts = dlpVerdicts[(p/5)%len(dlpVerdicts)]
		if r.Verdicts.DLPSeverity == "CRITICAL" {
			r.Status = statusDLP
		}
	case p < 278:
		r.Status = statusBounced
	}
}

// subject is the subject of ordinary mail.
func (s *seeder) subject() string {
	subject := subjectTopics[s.rng.IntN(len(subjectTopics))]
	switch s.rng.IntN(5) {
	case 0:
		return "Re: " + subject
	case 1:
		return "Fwd: " + subject
	case 2:
		return fmt.Sprintf("%s %d", subject, 1000+s.rng.IntN(9000))
	}
	return subject
}

// rejection makes a refused connection.
func (s *seeder) rejection(at time.Time) rejection {
	s.a.store.icid++
	g := s.a.gateways[s.rng.IntN(len(s.a.gateways))]
	return rejection{
		icid: s.a.store.icid, senderIP: fmt.Sprintf("203.0.113.%d", s.rng.IntN(254)+1), group: "BLOCKED_LIST",
		sbrs: fmt.Sprintf("-%d.%d", 5+s.rng.IntN(5), s.rng.IntN(10)), serial: g.Serial, host: g.Host, at: at, words: "Rejected",
	}
}
