package esatest_test

import (
	"crypto/tls"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/esa/esatest"
)

func TestSeededDayIsDeterministic(t *testing.T) {
	c := newClock()
	dayOf := func(seed uint64) []*esatest.Record {
		return start(t, esatest.Config{Messages: 500, Seed: seed, Now: c.Now}).Messages()
	}
	first := dayOf(7)
	if diff := cmp.Diff(first, dayOf(7)); diff != "" {
		t.Errorf("the same seed gives another day: %s", diff)
	}
	if cmp.Equal(first, dayOf(8)) {
		t.Error("another seed gives the same day")
	}
}

// TestSeededDayIsPast starts the appliance around the clock: a wave that runs over midnight must not
// reach into the future when the lab is started at night.
func TestSeededDayIsPast(t *testing.T) {
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	var starts []time.Time
	for i := range 24 {
		starts = append(starts, midnight.Add(time.Duration(i)*time.Hour), midnight.Add(time.Duration(5*i)*time.Minute))
	}
	for _, now := range starts {
		a := start(t, esatest.Config{Messages: 5000, Now: func() time.Time { return now }})
		for _, r := range a.Messages() {
			if r.Received.After(now) || now.Sub(r.Received) > 25*time.Hour {
				t.Errorf("started at %s, a message is of %s", now.Format(time.DateTime), r.Received.Format(time.DateTime))
				break
			}
		}
	}
}

func TestSeededDayIsBelievable(t *testing.T) {
	c := newClock()
	for _, flavour := range []string{esatest.FlavourESA, esatest.FlavourSMA} {
		a := start(t, esatest.Config{Messages: 5000, Now: c.Now, Flavour: flavour})
		statuses, campaigns, serials := map[string]int{}, map[string]map[string]bool{}, map[string]bool{}
		tagged, rewritten, dlp, outgoing := 0, 0, 0, 0
		last := time.Time{}
		for _, r := range a.Messages() {
			if r.Received.Before(last) || r.Received.After(c.Now()) || c.Now().Sub(r.Received) > 25*time.Hour {
				t.Fatalf("message of %v after one of %v", r.Received, last)
			}
			last = r.Received
			statuses[r.Status]++
			serials[r.Serial] = true
			if r.Campaign != "" {
				if campaigns[r.Campaign] == nil {
					campaigns[r.Campaign] = map[string]bool{}
				}
				campaigns[r.Campaign][r.To[0]] = true
			}
			if r.FinalSubject != r.Subject && r.FinalSubject != "" {
				tagged++
			}
			if len(r.MIDs) == 2 {
				rewritten++
			}
			if r.Verdicts.DLPPolicy != "" {
				dlp++
			}
			if r.Direction == "outgoing" {
				outgoing++
			}
			if (r.Status == "Dropped By Anti-Virus") != (r.MessageID == "") {
				t.Errorf("%s with Message-ID %q", r.Status, r.MessageID)
			}
		}
		for _, status := range []string{"Delivered", "Bounced", "Aborted", "Dropped By Anti-Virus", "Dropped by DLP", "Quarantined by Anti-Spam/Graymail", "Quarantined by Content Filters", "Quarantined by Multiple Engines"} {
			if statuses[status] == 0 {
				t.Errorf("%s: nothing is %s: %v", flavour, status, statuses)
			}
		}
		if statuses["Delivered"] < 3000 || tagged == 0 || rewritten == 0 || dlp == 0 || outgoing == 0 {
			t.Errorf("%s: %v, %d tagged, %d rewritten, %d DLP, %d outgoing", flavour, statuses, tagged, rewritten, dlp, outgoing)
		}
		for _, known := range esatest.Campaigns() {
			if len(campaigns[known.Name]) < 3 {
				t.Errorf("%s: %s went to %d people", flavour, known.Name, len(campaigns[known.Name]))
			}
		}
		if want := map[string]int{esatest.FlavourESA: 1, esatest.FlavourSMA: 2}[flavour]; len(serials) != want {
			t.Errorf("%s: serial numbers %v", flavour, slices.Collect(maps.Keys(serials)))
		}
	}
}

// TestASmallDayHasEveryKind is for demos: whatever tracking can tell must be there to be looked at.
func TestASmallDayHasEveryKind(t *testing.T) {
	for _, seed := range []uint64{0, 1, 2} {
		a := start(t, esatest.Config{Messages: 200, Seed: seed, Now: newClock().Now})
		for kind, holds := range map[string]func(*esatest.Record) bool{
			"DLP violation that was delivered": func(r *esatest.Record) bool { return r.Verdicts.DLPPolicy != "" && r.Status == "Delivered" },
			"DLP violation that was dropped":   func(r *esatest.Record) bool { return r.Status == "Dropped by DLP" },
			"retracted":                        func(r *esatest.Record) bool { return r.Retracted && r.Status == "Delivered" },
			"malware":                          func(r *esatest.Record) bool { return r.Verdicts.AMP == "MALICIOUS" },
			"unknown file, held":               func(r *esatest.Record) bool { return r.Quarantine == "File Analysis" },
			"malicious link":                   func(r *esatest.Record) bool { return len(r.URLs) > 0 && r.URLs[0].Reputation <= -6 },
			"SPF, DKIM and DMARC failed": func(r *esatest.Record) bool {
				return r.Verdicts.SPF == "SoftFail" && r.Verdicts.DKIM == "Fail" && r.Verdicts.DMARC == "Fail"
			},
			"split":             func(r *esatest.Record) bool { return len(r.Splinters) > 1 },
			"rewritten":         func(r *esatest.Record) bool { return len(r.MIDs) == 2 && len(r.Splinters) == 0 },
			"dropped":           func(r *esatest.Record) bool { return r.Status == "Dropped By Anti-Virus" },
			"bounced":           func(r *esatest.Record) bool { return r.Status == "Bounced" },
			"aborted":           func(r *esatest.Record) bool { return r.Status == "Aborted" },
			"spam":              func(r *esatest.Record) bool { return r.Quarantine == "Spam" },
			"policy":            func(r *esatest.Record) bool { return r.Quarantine == "Policy" },
			"of the first wave": func(r *esatest.Record) bool { return r.Campaign == "Overdue invoice" },
			"of the last wave":  func(r *esatest.Record) bool { return r.Campaign == "All-hands invitation" },
			"hostile text":      func(r *esatest.Record) bool { return strings.ContainsAny(r.Subject, "\x1b\u202e\u200b") },
		} {
			if len(a.Find(holds)) == 0 {
				t.Errorf("seed %d: no message is %s", seed, kind)
			}
		}
		for _, r := range a.Messages() {
			if strings.HasSuffix(r.MessageID, "@>") {
				t.Errorf("seed %d: %q from %s", seed, r.MessageID, r.From)
			}
		}
	}
}

func TestTooManyMessages(t *testing.T) {
	if a, err := esatest.Start(esatest.Config{Messages: 100_001}); err == nil {
		a.Close()
		t.Error("started")
	}
}

// BenchmarkStart starts an appliance with the largest day.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		a, err := esatest.Start(esatest.Config{Messages: 100_000})
		b.StopTimer()
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB")
		runtime.KeepAlive(a)
		a.Close()
		b.StartTimer()
	}
}

// BenchmarkSearch searches 100,000 messages over HTTPS.
func BenchmarkSearch(b *testing.B) {
	a := start(b, esatest.Config{Messages: 100_000})
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.CA().Pool()}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	now := time.Now().UTC().Truncate(time.Minute)
	day := "startDate=" + now.AddDate(0, 0, -2).Format("2006-01-02T15:04:05.000Z") + "&endDate=" + now.AddDate(0, 0, 1).Format("2006-01-02T15:04:05.000Z")
	for name, query := range map[string]string{
		"newest":  "&offset=0&limit=100",
		"oldest":  "&offset=99900&limit=100",
		"nothing": "&offset=0&limit=100&subjectfilterOperator=contains&subjectfilterValue=9f3c2a1b04de",
		"file":    "&offset=0&limit=100&fileSha256=" + strings.Repeat("0", 64),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				request, err := http.NewRequest(http.MethodGet, a.APIURL()+"/esa/api/v2.0/message-tracking/messages?"+day+query, nil)
				if err != nil {
					b.Fatal(err)
				}
				request.SetBasicAuth(a.Username(), a.Passphrase())
				response, err := client.Do(request)
				if err != nil || response.StatusCode != http.StatusOK {
					b.Fatal(err, response)
				}
				if _, err := io.Copy(io.Discard, response.Body); err != nil {
					b.Fatal(err)
				}
				response.Body.Close()
			}
		})
	}
}
