package investigatescreen

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the time of everything that is drawn.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

var (
	sender  = observable.Observable{Type: observable.Email, Value: "billing@mail.example.net"}
	hash    = observable.Observable{Type: observable.SHA256, Value: "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"}
	address = observable.Observable{Type: observable.IP, Value: "203.0.113.66"}
	missing = observable.Observable{Type: observable.MD5, Value: "44d88612fea8a8f36de82e1278abb02f"}
)

// gateway is a mail module that has seen some messages of the sender.
func gateway(text func(string) string) ctrtest.Module {
	one := func(t observable.Type, v string) ctrtest.Doc { return ctrtest.Doc{"type": string(t), "value": v} }
	answer := func(_ context.Context, obs []observable.Observable) ctrtest.Answer {
		var sightings []ctrtest.Doc
		for _, o := range obs {
			if o != sender && o != hash {
				continue
			}
			for i := range 4 {
				mid := one(observable.CiscoMID, fmt.Sprint(1000+i))
				to := one(observable.Email, text(fmt.Sprintf("user%d@corp.example.com", i)))
				from := one(observable.Email, sender.Value)
				seen := ctrtest.Doc{"start_time": noon.Add(-time.Duration(30-5*i) * time.Hour).Format("2006-01-02T15:04:05.000Z")}
				sightings = append(sightings, ctrtest.Doc{
					"id": fmt.Sprintf("transient:sighting-%d", i), "type": "sighting", "schema_version": "1.3.30", "count": 1, "confidence": "High",
					"severity": "High", "resolution": []string{"blocked", "allowed"}[i%2], "sensor": "process.email-service", "internal": true,
					"title": text("Message dropped"), "short_description": text("From billing"), "description": text("first line\nsecond line"), "source": text("gateway"),
					"source_uri": "https://esa1.example.com/message?mid=1000", "observed_time": seen, "observables": []ctrtest.Doc{one(o.Type, o.Value)},
					"targets": []ctrtest.Doc{{"type": "email", "observables": []ctrtest.Doc{to}, "observed_time": seen}},
					"relations": []ctrtest.Doc{
						{"origin": "gateway", "relation": "Sent", "source": from, "related": mid},
						{"origin": "gateway", "relation": "Sent_To", "source": mid, "related": to},
						{"origin": "gateway", "relation": "Characterizes", "source": one(observable.EmailSubject, text("Overdue invoice 48213")), "related": mid},
						{"origin": "gateway", "relation": "Attached_To", "source": one(observable.SHA256, hash.Value), "related": mid},
						{"origin": "gateway", "relation": "Attached_To", "source": one(observable.FileName, text("invoice.xlsm")), "related": mid},
						{"origin": "gateway", "relation": "Received_From", "source": mid, "related": one(observable.IP, "203.0.113.45")},
					},
					"data": ctrtest.Doc{
						"columns": []ctrtest.Doc{{"name": text("Subject"), "type": "string"}, {"name": "Status", "type": "string"}},
						"rows":    [][]any{{text("Overdue invoice 48213"), "Dropped"}}, "row_count": 1,
					},
				})
			}
		}
		return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"sightings": sightings}}
	}
	return ctrtest.Module{
		ID: "b0b0b0b0-0000-4000-8000-000000000001", Name: text("Mail gateway one"), Backend: ctrtest.ObserveFunc(answer),
		Type: ctrtest.ModuleType{Title: "Secure Email Appliance", Categories: []string{"email-security"}, Capabilities: []string{"health", "observe"}},
	}
}

// intelligence knows the hash, the address and the sender.
func intelligence(text func(string) string) ctrtest.Module {
	known := []ctrtest.Known{
		{Observable: hash, Disposition: ctrtest.Malicious, Reason: text("EICAR test file"), Indicator: text("Campaign: overdue invoice"), Kind: "File Hash Watchlist"},
		{Observable: address, Disposition: ctrtest.Suspicious, Reason: text("Poor sender reputation")},
		{Observable: sender, Disposition: ctrtest.Malicious, Reason: text("Sender of a campaign"), Indicator: text("Campaign: overdue invoice"), Kind: "Malicious E-mail"},
	}
	m := ctrtest.Intelligence(known, clock)
	m.ID, m.Name = "b0b0b0b0-0000-4000-8000-000000000002", text(m.Name)
	return m
}

func same(s string) string { return s }

// cloud starts Threat Response with some modules, and a client of it.
func cloud(t testing.TB, modules ...ctrtest.Module) (*ctrtest.Cloud, *ctr.Client) {
	t.Helper()
	if len(modules) == 0 {
		modules = []ctrtest.Module{gateway(same), intelligence(same), ctrtest.RateLimited(1000), ctrtest.Broken()}
	}
	c, err := ctrtest.Start(ctrtest.Config{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, newClient(t, c)
}

// newClient makes a client that has asked nothing yet.
func newClient(t testing.TB, c *ctrtest.Cloud) *ctr.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: c.Roots()}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := ctr.New(ctr.Config{
		IROHURL: c.IROHURL(), IntelURL: c.IntelURL(), ClientID: c.ClientID(), ClientSecret: c.ClientSecret(), HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// newScreen makes a screen of a client.
func newScreen(t testing.TB, th *theme.Theme, client Investigator, w, h int) *Screen {
	t.Helper()
	region, err := ctr.RegionByName("eu")
	if err != nil {
		t.Fatal(err)
	}
	s := New(t.Context(), Options{Theme: th, Investigator: client, Region: region, Profile: "test", Now: clock, Zone: time.UTC})
	t.Cleanup(s.Close)
	s.SetSize(w, h)
	return s
}

func plainTheme() *theme.Theme { return viewtest.Theme(theme.Options{}) }

// drive gives what a command and those that follow answer to the screen, until done.
func drive(t *testing.T, s *Screen, cmd tea.Cmd, done func() bool) {
	t.Helper()
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd { _, c := s.Update(m); return c }, cmd, done)
}

// press presses keys, and runs what they start until nothing runs.
func press(t *testing.T, s *Screen, names ...string) {
	t.Helper()
	for _, n := range names {
		_, cmd := s.Update(viewtest.Key(n))
		if cmd != nil {
			drive(t, s, cmd, settled(s))
		}
	}
}

func settled(s *Screen) func() bool {
	return func() bool { return s.visit == nil || !s.visit.running }
}

// lookUp looks observables up and waits for the end; times that differ from run to run are evened out.
func lookUp(t *testing.T, s *Screen, obs ...observable.Observable) {
	t.Helper()
	drive(t, s, s.lookUp(obs, false), settled(s))
	even(s)
}

func even(s *Screen) {
	for _, m := range s.visit.inv.Modules {
		m.Slowest, m.Elapsed = 120*time.Millisecond, 240*time.Millisecond
	}
	s.version++
	s.refresh(true)
	s.budgetNow = ctr.Budget{Limit: 8000, Remaining: 7992}
	s.layout()
}

func text(s *Screen) string { return viewtest.Text(s.View()) }

func mustHold(t *testing.T, s *Screen, words ...string) {
	t.Helper()
	got := text(s)
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("the screen does not say %q:\n%s", w, got)
			return
		}
	}
}
