package trackscreen

import (
	"strings"
	"testing"
	"time"

	"ctrace/esa"
	"ctrace/tui/keys"
	"ctrace/tui/viewtest"
)

// lines is the whole page of a message, without colours.
func lines(s *Screen) string { return viewtest.Text(s.page.lines.String()) }

func opened(t *testing.T, f *fake) *Screen {
	t.Helper()
	s := shown(t, f, 100, 30)
	drive(t, s, viewtest.Key("enter"), told(s))
	return s
}

func TestOneMessage(t *testing.T) {
	s := opened(t, appliance(3))
	got := lines(s)
	for _, want := range []string{
		"Invoice 0", "✓ Delivered", "2026-11-23 13:00:00 CET", "MID           1000  ICID 2000", "<id0@example.com>", "mx.example.com verified",
		"✓ SPF mailfrom pass", "✗ DKIM example.com fail", "✓ DMARC example.com pass", "TLS in        TLSv1.2", "Anti-Virus", "Connection", "Delivery",
		"not read      ○ file reputation: the appliance fails (HTTP 500)", "– Outbreak Filters  SKIPPED", "│ 13:00:01  DKIM: fail body hash",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Message 1000 ") {
		t.Errorf("the only MID is repeated in the events:\n%s", got)
	}
	press(s, "n")
	if s.page.row.Subject != "Invoice 1" {
		t.Errorf("n opens %s", s.page.row.Subject)
	}
	press(s, "p")
	if s.page.row.Subject != "Invoice 0" {
		t.Errorf("p opens %s", s.page.row.Subject)
	}
}

func TestAFileShowsWhatItIsKnownBy(t *testing.T) {
	f := appliance(1)
	f.details.Events = append(f.details.Events,
		esa.Event{Time: noon, Description: "File reputation query initiating. File Name = a.exe, MID = 1000, File Size = 12 bytes, File Type = application/x-dosexec"},
		esa.Event{Time: noon, Description: "Response received for file reputation query from Cloud. File Name = a.exe, MID = 1000, Disposition = MALICIOUS, Malware = W32.X, Analysis Score = 95, sha256 = " + strings.Repeat("ab", 32) + ", upload_action = none"})
	got := lines(opened(t, f))
	for _, want := range []string{"file          ✗ a.exe  12 bytes  MALICIOUS  W32.X", "application/x-dosexec", "SHA256 " + strings.Repeat("ab", 32)} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}

func TestSeveralMIDsAreOneStory(t *testing.T) {
	f := appliance(1)
	m := &f.messages[0]
	m.MIDs = []int64{1000, 1001, 1002}
	m.Statuses = esa.ByMID[string]{{MID: 1001, Value: "Delivered"}, {MID: 1002, Value: "Dropped By Anti-Virus"}}
	m.StatusText = "Dropped By Anti-Virus"
	m.RecipientsByMID = esa.ByMID[[]string]{{MID: 1001, Value: []string{"a@example.net"}}, {MID: 1002, Value: []string{"b@example.net"}}}
	m.FinalSubjects = esa.ByMID[string]{{MID: 1001, Value: "[EXTERNAL] Invoice 0"}}
	f.details.MIDs = m.MIDs
	f.details.Events = append(f.details.Events, esa.Event{Time: noon.Add(2 * time.Second), Description: "Message 1000 rewritten as 1001 by antispam"})
	got := lines(opened(t, f))
	for _, want := range []string{"Its MIDs", "1000         – went on under another MID", "1001         ✓ Delivered  a@example.net", "1002         ✗ Dropped By Anti-Virus  b@example.net", "[EXTERNAL] Invoice 0", "came as       Invoice 0"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}

func TestOneStatusCountsForAllMIDs(t *testing.T) {
	f := appliance(1)
	m := &f.messages[0]
	m.MIDs, m.Statuses, m.StatusText = []int64{1000, 1001}, nil, "Delivered" // a plain text, as of AsyncOS 12
	got := lines(opened(t, f))
	if strings.Contains(got, "went on") || !strings.Contains(got, "1000         ✓ Delivered") || !strings.Contains(got, "1001         ✓ Delivered") {
		t.Errorf("the MIDs have no status:\n%s", got)
	}
}

func TestDetailsKnowWhatHappenedSinceTheSearch(t *testing.T) {
	f := appliance(1)
	f.messages[0].StatusText = "Processing"
	s := opened(t, f)
	if got := lines(s); !strings.Contains(got, "✓ Delivered") || strings.Contains(got, "Processing") {
		t.Errorf("the page shows the status of the search:\n%s", got)
	}
	f.details.StatusText = "DELIVERED"
	f.messages[0].Statuses = esa.ByMID[string]{{MID: 1000, Value: "Delivered"}, {MID: 1001, Value: "Dropped by DLP"}}
	f.messages[0].StatusText = "Dropped by DLP"
	if got := lines(opened(t, f)); !strings.Contains(got, "✗ Dropped by DLP") {
		t.Errorf("the status of one part replaces that of the other:\n%s", got)
	}
}

func TestAMessageWithoutHistory(t *testing.T) {
	f := appliance(1)
	f.details = esa.Details{} // the answer was {}
	s := opened(t, f)
	if got := lines(s); !strings.Contains(got, "tells no history") || !strings.Contains(got, "sender0@example.com") {
		t.Errorf("the page says\n%s", got)
	}
}

func TestTheConnectionThatTheDetailsLack(t *testing.T) {
	f := appliance(1)
	f.details.ShowAMP = false
	f.details.Events = []esa.Event{{Time: noon.Add(time.Second), Description: "Message 1000 queued for delivery."}}
	f.connection.Events = []esa.Event{
		{Time: noon, Description: "ICID 2000 sender_group: RELAYLIST sender_ip: 192.0.2.1, \n                 sbrs: not enabled"},
		{Time: noon.Add(time.Second), Description: "Incoming connection (ICID 2000) successfully accepted TLS protocol TLSv1.2 cipher AES."},
	}
	got := lines(opened(t, f))
	if !strings.Contains(got, "sender_ip: 192.0.2.1, sbrs: not enabled") || !strings.Contains(got, "TLS in        TLSv1.2") ||
		strings.Index(got, "Connection") > strings.Index(got, "queued for delivery") {
		t.Errorf("the page says\n%s", got)
	}
	f.connectionErr = &esa.Error{Kind: esa.KindAbsent}
	if got := lines(opened(t, f)); strings.Contains(got, "not read") {
		t.Errorf("what the appliance does not offer is missed:\n%s", got)
	}
	f.connectionErr = &esa.Error{Kind: esa.KindRole}
	if got := lines(opened(t, f)); !strings.Contains(got, "connection: the appliance does not let") {
		t.Errorf("what was refused is not said:\n%s", got)
	}
}

func TestOneHashInOneLine(t *testing.T) {
	f := appliance(1)
	hash := strings.Repeat("ab", 32)
	f.details.Events = append(f.details.Events, esa.Event{Time: noon, Description: "Message 1000 contains attachment'a.txt' (SHA256 " + hash + ")."})
	s := shown(t, f, 78, 18)
	drive(t, s, viewtest.Key("enter"), told(s))
	if got := lines(s); !strings.Contains(got, "SHA256 "+hash) {
		t.Errorf("the hash is broken into pieces:\n%s", got)
	}
}

func TestEventsThatTheApplianceFolded(t *testing.T) {
	f := appliance(1)
	f.details.Events = append(f.details.Events, esa.Event{Time: noon, Description: "ICID 2000 sender_group: RELAYLIST sender_ip: 192.0.2.1, \n                 sbrs: not enabled"})
	if got := lines(opened(t, f)); !strings.Contains(got, "sender_ip: 192.0.2.1, sbrs: not enabled") {
		t.Errorf("the end of a line inside of an event stands as a mark:\n%s", got)
	}
}

func TestDLPThatTellsNothing(t *testing.T) {
	f := appliance(1)
	f.details.ShowAMP, f.details.ShowDLP = false, true
	s := opened(t, f)
	if got := lines(s); strings.Contains(got, "D shows") || strings.Contains(got, "risk factor") || !strings.Contains(got, "does not tell what") {
		t.Errorf("the page says\n%s", got)
	}
	if s.pageReason(keys.MessageDLP) == "" {
		t.Error("D is offered for nothing")
	}
}

func TestDLPMatchesAreHiddenUntilAskedFor(t *testing.T) {
	f := appliance(1)
	f.details.ShowAMP, f.details.ShowDLP = false, true
	secret := "Visa 4111111111111111"
	f.dlp = dlpWith(t, `Visa\n\n4111111111111111`)
	s := opened(t, f)
	if got := lines(s); strings.Contains(got, secret) || !strings.Contains(got, "Credit Card Numbers") || !strings.Contains(got, "D shows them") {
		t.Errorf("the match shows, or nothing of it does:\n%s", got)
	}
	press(s, "D")
	if got := lines(s); !strings.Contains(got, secret) {
		t.Errorf("D does not show the match:\n%s", got)
	}
	press(s, "D")
	if strings.Contains(lines(s), secret) {
		t.Error("D does not hide it again")
	}
}

func TestRemediation(t *testing.T) {
	f := appliance(1)
	f.details.ShowAMP = false
	f.messages[0].MORStates = esa.ByMID[string]{{MID: 1000, Value: "Remediated"}}
	f.remediation = esa.Remediation{Batch: "soc-1", Action: "Delete", User: "admin", Source: "sma1", Started: noon.Add(50 * time.Hour), Mailboxes: []esa.MailboxRemediation{{MID: 1000, Recipient: "soc@example.net", Status: "Success"}, {Recipient: "x@example.net", Status: "Failed"}}}
	got := lines(opened(t, f))
	for _, want := range []string{"Mailbox remediation", "soc-1  Delete  by admin  from sma1  2026-11-25 15:00:00", "✓ soc@example.net  Success", "✗ x@example.net  Failed"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}

func TestARefusedConnection(t *testing.T) {
	f := appliance(0)
	f.messages = []esa.Message{{ICID: 77, Serial: "SN1", Time: noon, SenderIP: "198.51.100.9", SenderGroup: "BLOCKLIST", SBRS: "-5.9", Rejected: "sender group BLOCKLIST"}}
	s := opened(t, f)
	got := lines(s)
	for _, want := range []string{"Refused connection 77", "✗ Rejected", "198.51.100.9", "no history"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}

func TestAMessageThatCannotBeReadIsAskedForAgain(t *testing.T) {
	f := appliance(1)
	s := shown(t, f, 100, 30)
	f.change(func() { f.err = &esa.Error{Kind: esa.KindSession} })
	drive(t, s, viewtest.Key("enter"), func() bool { return s.page.failure != nil })
	if got := lines(s); !strings.Contains(got, "dropped the session") || !strings.Contains(got, "asked again") || !strings.Contains(got, "Invoice 0") {
		t.Errorf("the page says\n%s", got)
	}
	f.change(func() { f.err = nil })
	drive(t, s, readAgainMsg{s.request}, func() bool { return s.page.story.Details != nil && s.page.asked.IsZero() })
	if got := lines(s); strings.Contains(got, "session") || !strings.Contains(got, "Delivery") {
		t.Errorf("it did not recover:\n%s", got)
	}
}

func TestAPartThatCannotBeReadIsAskedForAgain(t *testing.T) {
	f := appliance(1)
	s := opened(t, f)
	if got := lines(s); !strings.Contains(got, "not read      ○ file reputation") || !strings.Contains(got, "asked again in 2 s") {
		t.Errorf("the page says\n%s", got)
	}
	f.change(func() {
		f.amp = &esa.AMP{Events: []esa.Event{{Time: noon, Description: "File reputation query initiating. File Name = a.exe, MID = 1000, File Size = 12 bytes, File Type = x/y"}}}
	})
	drive(t, s, readAgainMsg{s.request}, told(s))
	if got := lines(s); strings.Contains(got, "not read") || strings.Contains(got, "again") || !strings.Contains(got, "a.exe") || !strings.Contains(got, "Delivery") {
		t.Errorf("it did not recover:\n%s", got)
	}
}

func TestLeavingAMessageEndsTheReadingOfIt(t *testing.T) {
	f := appliance(2)
	s := shown(t, f, 100, 30)
	ended := make(chan error, 4)
	f.change(func() { f.silentDetails = ended })
	for n, key := range []string{"esc", "n"} {
		drive(t, s, viewtest.Key("enter"), func() bool { return f.detailsAsked() > n })
		press(s, key)
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Fatalf("%s: the message is still read", key)
		}
	}
}

func TestHostileMail(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		m := mail(0)
		m.Subject, m.Sender, m.StatusText, m.SenderIP, m.TimeText, m.Time = x, x, x, x, x, time.Time{}
		m.Recipients, m.FriendlyFrom, m.ReplyTo, m.Host, m.Serial, m.Rejected = []string{x, x}, []string{x}, x, x, x, x
		m.MIDs = []int64{1, 2}
		m.Statuses, m.FinalSubjects, m.MessageIDs = esa.ByMID[string]{{MID: 1, Value: x}}, esa.ByMID[string]{{MID: 2, Value: x}}, esa.ByMID[string]{{MID: 1, Value: x}}
		d := life()
		d.Subject, d.Sender, d.HeaderFrom, d.StatusText, d.Host, d.TimeText, d.MessageIDHeader, d.ReverseDNS, d.SDRCategory = x, x, x, x, x, x, x, x, x
		d.Time = time.Time{}
		for i := range d.Events {
			d.Events[i].Description, d.Events[i].TimeText, d.Events[i].Time = x, x, time.Time{}
		}
		d.Events = append(d.Events, esa.Event{Time: noon, Description: "Message 1 URL: " + x + " , URL reputation: -6.8, Condition: " + x + "."})
		s := shown(t, &fake{messages: []esa.Message{m}, details: d}, 78, 18)
		check := func() {
			t.Helper()
			viewtest.Shape(t, s.View(), 78, 18)
			viewtest.Safe(t, s.View())
		}
		check()
		for _, c := range s.table.Columns() {
			s.table.ShowColumn(c.Title, true)
		}
		s.SetSize(300, 18)
		viewtest.Shape(t, s.View(), 300, 18)
		viewtest.Safe(t, s.View())
		s.SetSize(78, 18)
		drive(t, s, viewtest.Key("enter"), told(s))
		check()
		viewtest.Safe(t, s.page.lines.String())
		press(s, "esc", "n", x)
		check()
		press(s, "esc", "F", x)
		check()
		press(s, "esc", "/", x)
		check()
	}
}
