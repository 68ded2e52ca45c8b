package verify_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/lab"
	"ctrace/internal/verify"
)

// BenchmarkCancel measures how long a call takes to return after it was cancelled in the middle of a wait,
// over real sockets: 200 ms are promised. Each case is a fault of the lab that makes the call wait.
func BenchmarkCancel(b *testing.B) {
	for _, c := range []struct {
		name, fault string
		call        func(ctx context.Context, c *clients, waits func()) error
	}{
		{"testmail/greeting", "smtp-silent", send},
		{"testmail/handshake", "smtp-silent-handshake", send},
		{"testmail/answer", "smtp-silent-data", send},
		{"testmail/final dot", "smtp-silent-dot", send},
		{"testmail/byte by byte", "smtp-slow", send},
		{"esa/connection", "api-silent", search},
		{"esa/answer", "api-slow", search},
		{"esa/turn", "api-slow", searchBehindAnother},
		{"ctr/connection", "ctr-silent", investigate},
		{"ctr/answer", "ctr-slow", investigate},
		{"ctr/module", "module-slow", investigate},
		{"verify/send", "smtp-silent-data", run("sending")},
		{"verify/search", "api-slow", run("sent")},
		{"verify/between searches", "tracking-delayed", run("poll")},
		{"verify/details", "message-stuck", run("details")},
		{"verify/answer", "module-slow", run("asked")},
		{"verify/between questions", "module-no-data", run("waiting")},
	} {
		b.Run(c.name, func(b *testing.B) {
			clients := newClients(b, c.fault)
			measureCancel(b, func(ctx context.Context, waits func()) error { return c.call(ctx, clients, waits) })
		})
	}
}

// measureCancel cancels calls a little after they say that they wait, and reports how long they take to
// return from then on: the median and the worst.
func measureCancel(b *testing.B, call func(ctx context.Context, waits func()) error) {
	const inTheMiddle = 20 * time.Millisecond
	var took []time.Duration
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		cancelled := make(chan time.Time, 1)
		waits := sync.OnceFunc(func() {
			time.AfterFunc(inTheMiddle, func() {
				cancelled <- time.Now()
				cancel()
			})
		})
		err := call(ctx, waits)
		returned := time.Now()
		if !errors.Is(err, context.Canceled) {
			b.Fatalf("it ended with %v before it was cancelled", err)
		}
		took = append(took, returned.Sub(<-cancelled))
		cancel()
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(ms(took[len(took)/2]), "ms-to-return")
	b.ReportMetric(ms(took[len(took)-1]), "ms-to-return-worst")
	b.ReportMetric(0, "ns/op") // most of it is the time until it is cancelled
}

// clients are those of a lab.
type clients struct {
	lab  lab.Info
	smtp testmail.Server
	esa  *esa.Client
	ctr  *ctr.Client
}

func newClients(b *testing.B, fault string) *clients {
	b.Helper()
	l, err := lab.Start(b.Context(), lab.Config{Faults: []string{fault}, Messages: -1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := l.Close(); err != nil {
			b.Error(err)
		}
	})
	info := l.Info()
	host, port, err := net.SplitHostPort(info.SMTP)
	if err != nil {
		b.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		b.Fatal(err)
	}
	trust := &tls.Config{RootCAs: l.Roots()}
	newHTTP := func() *http.Client {
		transport := &http.Transport{TLSClientConfig: trust.Clone()}
		b.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport}
	}
	c := &clients{lab: info, smtp: testmail.Server{Host: host, Port: number, TLSConfig: trust}}
	c.esa, err = esa.New(esa.Config{BaseURL: info.ESAURL, Username: info.User, Passphrase: info.Passphrase, HTTPClient: newHTTP()})
	if err != nil {
		b.Fatal(err)
	}
	c.ctr, err = ctr.New(ctr.Config{
		IROHURL: info.CTRURL, IntelURL: info.IntelURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret, HTTPClient: newHTTP(),
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func (c *clients) message() (testmail.Message, error) {
	now := time.Now()
	return testmail.New(testmail.NewToken(now), c.lab.Sender, c.lab.Recipient, now)
}

func send(ctx context.Context, c *clients, waits func()) error {
	m, err := c.message()
	if err != nil {
		return err
	}
	waits()
	_, err = testmail.Send(ctx, c.smtp, m)
	return err
}

func search(ctx context.Context, c *clients, waits func()) error {
	now := time.Now()
	waits()
	_, err := c.esa.Search(ctx, esa.Query{Start: now.Add(-time.Hour), End: now})
	return err
}

// searchBehindAnother searches while another search has the appliance's only connection.
func searchBehindAnother(ctx context.Context, c *clients, waits func()) error {
	first, cancel := context.WithCancel(context.WithoutCancel(ctx))
	begun := make(chan struct{})
	var other sync.WaitGroup
	other.Go(func() { _ = search(first, c, func() { close(begun) }) })
	<-begun
	err := search(ctx, c, waits)
	cancel()
	other.Wait()
	return err
}

func investigate(ctx context.Context, c *clients, waits func()) error {
	waits()
	asked := []observable.Observable{{Type: observable.Domain, Value: "invoice-portal.example"}}
	_, err := c.ctr.Investigate(ctx, ctr.InvestigateRequest{Observables: asked, Refresh: true}, nil)
	return err
}

// run is a whole verification that waits after an event of a kind.
func run(kind string) func(context.Context, *clients, func()) error {
	return func(ctx context.Context, c *clients, waits func()) error {
		m, err := c.message()
		if err != nil {
			return err
		}
		plan := verify.Plan{Message: m, Gateway: "gateway", Tracker: "tracker", ThreatResponse: "cloud"}
		deps := verify.Deps{Sender: verify.SMTP(c.smtp), Tracker: c.esa, Investigator: c.ctr}
		_, err = verify.Run(ctx, plan, deps, func(e verify.Event) {
			if e.Kind() == kind {
				waits()
			}
		})
		return err
	}
}
