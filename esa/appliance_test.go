package esa_test

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"ctrace/esa"
	"ctrace/esa/esatest"
)

// startAppliance starts a strict appliance with a day of traffic and a client of it.
func startAppliance(t *testing.T, config esatest.Config) (*esatest.Appliance, *esa.Client) {
	t.Helper()
	a, err := esatest.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := esa.New(esa.Config{
		BaseURL: a.APIURL(), Flavour: esa.Flavour(a.Flavour()), Username: a.Username(), Passphrase: a.Passphrase(),
		HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.CA().Pool()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.CloseIdleConnections()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a, c
}

func lastDay() esa.Query {
	now := time.Now()
	return esa.Query{Start: now.Add(-26 * time.Hour), End: now.Add(time.Hour)}
}

// The strict appliance understands every call, and what it tells is what it knows.
func TestAgainstAnAppliance(t *testing.T) {
	for _, flavour := range []esa.Flavour{esa.ESA, esa.SMA} {
		t.Run(string(flavour), func(t *testing.T) {
			a, c := startAppliance(t, esatest.Config{Flavour: string(flavour), Messages: 230, Seed: 7})
			ctx := t.Context()
			if _, err := c.Login(ctx); err != nil {
				t.Fatal(err)
			}
			records := map[int64]*esatest.Record{}
			for _, r := range a.Messages() {
				records[slices.Max(r.MIDs)] = r
			}
			seen := 0
			var stages []esa.Stage
			for m, err := range c.Messages(ctx, lastDay()) {
				if err != nil {
					t.Fatal(err)
				}
				seen++
				r := records[slices.Max(m.MIDs)]
				if r == nil {
					t.Errorf("the appliance knows no %v", m.MIDs)
					continue
				}
				if m.Sender != r.From || m.Subject != r.Subject || m.Serial == "" || m.Time.IsZero() {
					t.Errorf("%+v\nis not what the appliance knows: %+v", m, r)
				}
				d, err := c.Details(ctx, m.Ref())
				if err != nil {
					t.Fatal(err)
				}
				if d.Status() != m.Status() || d.Subject != m.Subject {
					t.Errorf("details %q %q of the row %q %q", d.StatusText, d.Subject, m.StatusText, m.Subject)
				}
				for _, s := range d.Timeline().Steps {
					if s.Stage == esa.StageOther {
						t.Errorf("unknown event %q", s.Description)
					}
					stages = append(stages, s.Stage)
				}
				if seen%20 == 1 {
					askEverything(t, c, m, d)
				}
			}
			if seen != len(records) {
				t.Errorf("%d messages of %d were found", seen, len(records))
			}
			for _, s := range []esa.Stage{esa.StageConnection, esa.StageEnvelope, esa.StageAuthentication, esa.StageEngines, esa.StageDelivery} {
				if !slices.Contains(stages, s) {
					t.Errorf("no event of the stage %s", s)
				}
			}
		})
	}
}

// askEverything reads what the details say is worth reading.
func askEverything(t *testing.T, c *esa.Client, m esa.Message, d esa.Details) {
	t.Helper()
	ctx := t.Context()
	if connection, err := c.Connection(ctx, m.Ref()); err != nil || len(connection.Events) == 0 {
		t.Errorf("connection of %v: %+v, %v", m.MIDs, connection, err)
	}
	if d.ShowAMP {
		if amp, err := c.AMP(ctx, m.Ref()); err != nil || len(amp.Observables().SHA256s) == 0 {
			t.Errorf("AMP of %v: %+v, %v", m.MIDs, amp.Events, err)
		}
	}
	if d.ShowURL {
		if urls, err := c.URLs(ctx, m.Ref()); err != nil || len(urls.Observables().URLs) == 0 {
			t.Errorf("URLs of %v: %+v, %v", m.MIDs, urls.Events, err)
		}
	}
	if d.ShowDLP {
		if dlp, err := c.DLP(ctx, m.Ref()); err != nil || dlp.Policy == "" {
			t.Errorf("DLP of %v: %+v, %v", m.MIDs, dlp, err)
		}
	}
}

func TestFiltersAgainstAnAppliance(t *testing.T) {
	a, c := startAppliance(t, esatest.Config{Messages: 200, Seed: 11})
	some := a.Messages()[17]
	mid := slices.Max(some.MIDs)
	for _, line := range []string{
		"subject=\"" + some.Subject + "\"", "from=" + some.From, "to=" + some.To[0], "mid:" + strconv.FormatInt(mid, 10),
		"id:" + some.MessageID, "ip:" + some.SenderIP, "dir:" + some.Direction, "from^" + some.From[:3],
	} {
		q, err := esa.ParseFilter(line+" since:2d", time.Now(), time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		found, others := false, 0
		for m, err := range c.Messages(t.Context(), q) {
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if slices.Contains(m.MIDs, mid) {
				found = true
			} else {
				others++
			}
		}
		if !found || others > 190 {
			t.Errorf("%s: found %v, with %d others", line, found, others)
		}
	}
	for _, key := range esa.FilterKeys() {
		for _, value := range key.Values {
			q, err := esa.ParseFilter(key.Name+":"+value+" since:2d", time.Now(), time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Search(t.Context(), q); err != nil {
				t.Errorf("%s:%s: %v", key.Name, value, err)
			}
		}
	}
}

func TestSystemOfAnAppliance(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	a, c := startAppliance(t, esatest.Config{Location: seoul, Messages: 3})
	ctx := t.Context()
	clock, err := c.SystemTime(ctx)
	if err != nil || clock.Zone != "Asia/Seoul" || clock.Assumed || clock.Skew().Abs() > time.Minute {
		t.Errorf("%+v, skew %v, %v", clock, clock.Skew(), err)
	}
	status, err := c.XMLStatus(ctx)
	if err != nil || !status.Version.AtLeast(esa.Version{Major: 13}) || status.Current.MID == 0 {
		t.Errorf("%+v, %v", status, err)
	}
	if at, ok := status.Time(clock.Time.Location()); !ok || time.Since(at).Abs() > time.Minute {
		t.Errorf("status page at %v", at)
	}
	if h, err := c.Health(ctx); err != nil || len(h.Values) == 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if list, err := c.Appliances(ctx); err != nil || len(list) == 0 || list[0].Serial != a.Serial() {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := c.LogSubscriptions(ctx, ""); err != nil || len(list) == 0 {
		t.Errorf("%+v, %v", list, err)
	}
	privileges, err := c.Privileges(ctx)
	if err != nil || !slices.Contains(privileges, "e_message_tracking_messages") {
		t.Errorf("%v, %v", privileges, err)
	}
}

func TestQuarantinesOfAnAppliance(t *testing.T) {
	a, c := startAppliance(t, esatest.Config{Messages: 2000, Seed: 3})
	ctx := t.Context()
	for _, kind := range []esa.QuarantineType{esa.SpamQuarantine, esa.PolicyQuarantine} {
		window := lastDay()
		query := esa.QuarantineQuery{Type: kind, Start: window.Start, End: window.End}
		page, err := c.SearchQuarantine(ctx, query)
		if err != nil || len(page.Messages) == 0 || page.Bad != 0 {
			t.Fatalf("%s: %+v, %v", kind, page, err)
		}
		all := 0
		for _, err := range c.QuarantineMessages(ctx, query) {
			if err != nil {
				t.Fatal(err)
			}
			all++
		}
		if all != page.Total {
			t.Errorf("%s: %d messages, but the total is %d", kind, all, page.Total)
		}
		first := page.Messages[0]
		if first.Received.IsZero() || first.Subject == "" || len(first.Recipients) == 0 {
			t.Errorf("%s: %+v", kind, first)
		}
		details, err := c.QuarantineDetails(ctx, kind, first.MID)
		if err != nil || details.MID != first.MID || details.Body == "" {
			t.Errorf("%s: %+v, %v", kind, details, err)
		}
		selection := esa.QuarantineSelection{Type: kind, MIDs: []int64{first.MID}}
		if kind == esa.PolicyQuarantine {
			selection.Name = first.Quarantines[0]
		}
		if outcome, err := c.ReleaseQuarantined(ctx, selection); err != nil || outcome.Count != 1 {
			t.Errorf("%s: release: %+v, %v", kind, outcome, err)
		}
		if outcome, err := c.DeleteQuarantined(ctx, selection); err != nil || !outcome.NotFound() {
			t.Errorf("%s: delete what is no longer there: %+v, %v", kind, outcome, err)
		}
	}
	if a.Received() != 0 {
		t.Error("mail was sent")
	}
}
