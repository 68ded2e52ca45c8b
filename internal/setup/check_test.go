package setup

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/config"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// appliance is a Tracker whose answers a test sets.
type appliance struct {
	flavour    esa.Flavour
	host       string
	privileges []string
	rows       []esa.Message
	clock      esa.SystemTime
	build      string
	logs       []esa.LogSubscription
	err        error
}

func (a *appliance) Host() string         { return a.host }
func (a *appliance) Flavour() esa.Flavour { return a.flavour }
func (a *appliance) Privileges(context.Context) ([]string, error) {
	return a.privileges, a.err
}

func (a *appliance) Search(_ context.Context, q esa.Query) (esa.Page, error) {
	rows := slices.DeleteFunc(slices.Clone(a.rows), func(m esa.Message) bool { return m.Time.Before(q.Start) || m.Time.After(q.End) })
	return esa.Page{Messages: rows, Rows: len(rows), Last: true}, a.err
}
func (a *appliance) SystemTime(context.Context) (esa.SystemTime, error) { return a.clock, a.err }
func (a *appliance) XMLStatus(context.Context) (esa.XMLStatus, error) {
	return esa.XMLStatus{Build: a.build}, a.err
}

func (a *appliance) LogSubscriptions(context.Context, string) ([]esa.LogSubscription, error) {
	return a.logs, a.err
}

// cloud is a Cloud whose answers a test sets.
type cloud struct {
	scopes    []string
	instances []ctr.ModuleInstance
	types     []ctr.ModuleType
	health    string
	state     string
	err       error
}

func (c *cloud) Token(context.Context) (ctr.TokenInfo, error) {
	return ctr.TokenInfo{Scopes: c.scopes}, c.err
}

func (c *cloud) ModuleInstances(context.Context) ([]ctr.ModuleInstance, error) {
	return c.instances, c.err
}
func (c *cloud) ModuleTypes(context.Context) ([]ctr.ModuleType, error) { return c.types, c.err }
func (c *cloud) HealthOf(context.Context, string) (ctr.HealthStatus, error) {
	return ctr.HealthStatus{Status: c.health, State: c.state}, c.err
}

// resolver knows every name but those that end in .missing.
type resolver struct{}

func (resolver) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if strings.HasSuffix(host, ".missing") {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
}

// healthy is a scene in which every check passes, against a TLS server on loopback.
func healthy(t *testing.T) *Scene {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", noon.Format(http.TimeFormat))
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the checks hang up on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	address := strings.TrimPrefix(server.URL, "https://")
	region, err := RegionByName("us")
	if err != nil {
		t.Fatal(err)
	}
	region.IROH = server.URL
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return &Scene{
		Topology: config.Standalone, Region: region, Endpoints: []string{address},
		Tracker: &appliance{
			flavour: esa.ESA, host: "esa1.example.com:6443",
			privileges: []string{"e_message_tracking_messages", "e_message_tracking_detail"},
			rows:       []esa.Message{{Subject: "hello", Time: noon.Add(-time.Minute)}},
			clock:      esa.SystemTime{Time: noon, AskedAt: noon, Zone: "UTC"},
			build:      "phoebe 15.0.0-104",
			logs:       []esa.LogSubscription{{Name: "ctr_logs", Type: "CTR Logs"}},
		},
		Cloud: &cloud{
			scopes:    []string{"enrich:read", "inspect:read", "integration:read"},
			types:     []ctr.ModuleType{{ID: "email", Title: "Email Security Appliance", Categories: []string{"email-security"}}},
			instances: []ctr.ModuleInstance{{ID: "1", Name: "ESA", TypeID: "email", Enabled: true}},
			health:    "ok",
		},
		Gateway: func(context.Context) (testmail.Receipt, error) {
			return testmail.Receipt{TLS: &testmail.TLSInfo{Version: "TLS 1.3"}}, nil
		},
		GatewayHost:     "esa1.example.com",
		ApplianceRegion: "us",
		Token:           &TokenTimer{IssuedAt: noon.Add(-time.Hour), Life: 4 * time.Hour, Portal: "us"},
		TokenPasted:     true,
		Observables:     []observable.Observable{{Type: observable.CiscoMID, Value: "12345"}},
		Last:            &Proof{Verdict: "verified", Token: "t", At: noon.Add(-time.Minute)},
		Resolver:        resolver{},
		Dial:            (&net.Dialer{}).DialContext,
		Roots:           roots,
		Proxy:           func(*http.Request) (*url.URL, error) { return nil, nil },
		HTTP:            server.Client(),
		Now:             func() time.Time { return noon },
	}
}

// Evidence names regions and parties as people of either language do.
func TestEvidenceIsWordedInBothLanguages(t *testing.T) {
	s := healthy(t)
	s.Tracker.(*appliance).clock.Assumed = true
	want := map[string]Text{
		"A5": {"they agree on North America (us)", "모두 일치: 북미(us)"},
		"A8": {"appliance: zone not told, cloud ", "이 컴퓨터 기준 어플라이언스: 시간대를 알려주지 않음, 클라우드 "},
	}
	for _, r := range Run(t.Context(), s, func(Result) {}) {
		if w, there := want[r.Check.ID]; there && (!strings.HasPrefix(r.Evidence.EN, w.EN) || !strings.HasPrefix(r.Evidence.KO, w.KO)) {
			t.Errorf("%s says %q and %q, want %q and %q", r.Check.ID, r.Evidence.EN, r.Evidence.KO, w.EN, w.KO)
		}
	}
	for _, r := range Regions() {
		if r.Title.EN != r.Label || r.Title.KO == "" || r.Title.KO == r.Title.EN {
			t.Errorf("%s is called %+v, and %q by the API's table", r.Name, r.Title, r.Label)
		}
	}
}

func states(results []Result) map[string]State {
	m := map[string]State{}
	for _, r := range results {
		m[r.Check.ID] = r.State
	}
	return m
}

func TestAHealthyIntegrationPassesEveryCheck(t *testing.T) {
	var emitted int
	results := Run(t.Context(), healthy(t), func(Result) { emitted++ })
	for _, r := range results {
		want := Pass
		if r.Check.ID == "A16" {
			want = Skip // the module type of this test tells no look-back
		}
		if r.State != want {
			t.Errorf("%s: %s (%s), want %s", r.Check.ID, r.State, r.Evidence.EN, want)
		}
		if r.Evidence.EN == "" || r.Evidence.KO == "" {
			t.Errorf("%s has no evidence in one language: %+v", r.Check.ID, r.Evidence)
		}
		if strings.Contains(r.Evidence.EN+r.Evidence.KO, "%!") {
			t.Errorf("%s: evidence is badly formatted: %+v", r.Check.ID, r.Evidence)
		}
	}
	if emitted != len(Checks()) {
		t.Errorf("%d results were emitted, want %d", emitted, len(Checks()))
	}
}

func TestEachFaultFailsItsCheck(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*Scene)
		want  map[string]State
	}{
		"unknown host":      {func(s *Scene) { s.Endpoints = []string{"sse.missing:443"} }, map[string]State{"A1": Fail, "A2": Fail, "A3": Fail}},
		"untrusted":         {func(s *Scene) { s.Roots = nil }, map[string]State{"A1": Pass, "A2": Pass, "A3": Fail}},
		"regions differ":    {func(s *Scene) { s.ApplianceRegion = "eu" }, map[string]State{"A5": Fail}},
		"no region":         {func(s *Scene) { s.Region = Region{} }, map[string]State{"A5": Skip}},
		"portal, no region": {func(s *Scene) { s.Region, s.Token.Portal = Region{}, "eu" }, map[string]State{"A5": Fail}},
		"token portal":      {func(s *Scene) { s.Token.Portal = "eu" }, map[string]State{"A5": Fail}},
		"old version":       {func(s *Scene) { s.Tracker.(*appliance).build = "phoebe 12.1.0-089" }, map[string]State{"A6": Fail}},
		"FN72113":           {func(s *Scene) { s.Tracker.(*appliance).build = "phoebe 13.0.0-392" }, map[string]State{"A6": Warn}},
		"cloud host":        {func(s *Scene) { s.Tracker.(*appliance).host = "dh1-esa1.iphmx.com:443" }, map[string]State{"A7": Fail}},
		"SMA topology":      {func(s *Scene) { s.Topology = config.SMA }, map[string]State{"A7": Fail}},
		"appliance clock":   {func(s *Scene) { s.Tracker.(*appliance).clock.Time = noon.Add(-10 * time.Minute) }, map[string]State{"A8": Fail}},
		"clock a bit off":   {func(s *Scene) { s.Tracker.(*appliance).clock.Time = noon.Add(2 * time.Minute) }, map[string]State{"A8": Warn}},
		"role":              {func(s *Scene) { s.Tracker.(*appliance).privileges = nil }, map[string]State{"A9": Fail}},
		"no rows":           {func(s *Scene) { s.Tracker.(*appliance).rows = nil }, map[string]State{"A10": Fail, "A11": Skip}},
		"no subjects":       {func(s *Scene) { s.Tracker.(*appliance).rows[0].Subject = "(No Subject)" }, map[string]State{"A10": Pass, "A11": Fail}},
		"no subjects by night": {func(s *Scene) {
			s.Tracker.(*appliance).rows = []esa.Message{{Subject: "(No Subject)", Time: noon.Add(-9 * time.Hour)}}
		}, map[string]State{"A10": Pass, "A11": Fail}},
		"rows of long ago":   {func(s *Scene) { s.Tracker.(*appliance).rows[0].Time = noon.Add(-25 * time.Hour) }, map[string]State{"A10": Fail, "A11": Skip}},
		"no logs":            {func(s *Scene) { s.Tracker.(*appliance).logs = nil }, map[string]State{"A12": Warn}},
		"scope":              {func(s *Scene) { s.Cloud.(*cloud).scopes = []string{"enrich:read"} }, map[string]State{"A13": Fail}},
		"no module":          {func(s *Scene) { s.Cloud.(*cloud).instances = nil }, map[string]State{"A14": Fail, "A15": Skip}},
		"module off":         {func(s *Scene) { s.Cloud.(*cloud).instances[0].Enabled = false }, map[string]State{"A14": Fail, "A15": Skip}},
		"module in error":    {func(s *Scene) { s.Cloud.(*cloud).health = "error" }, map[string]State{"A14": Pass, "A15": Fail}},
		"module restricted":  {func(s *Scene) { s.Cloud.(*cloud).state = "restricted" }, map[string]State{"A14": Pass, "A15": Warn}},
		"restricted in list": {func(s *Scene) { s.Cloud.(*cloud).instances[0].State = "restricted" }, map[string]State{"A14": Pass, "A15": Warn}},
		"health unknown":     {func(s *Scene) { s.Cloud.(*cloud).health = "unknown" }, map[string]State{"A15": Warn}},
		"token ran out":      {func(s *Scene) { s.Token.Life = time.Minute }, map[string]State{"A17": Fail}},
		"token misshapen":    {func(s *Scene) { s.TokenDoubts = TokenDoubts("abc def") }, map[string]State{"A18": Fail}},
		"bad observable":     {func(s *Scene) { s.Observables[0] = observable.Observable{Type: observable.IP, Value: "300.1.1.1"} }, map[string]State{"A19": Fail}},
		"listener refuses":   {func(s *Scene) { s.Gateway = refuse }, map[string]State{"A20": Fail}},
		"listener in clear":  {func(s *Scene) { s.Gateway = inClear }, map[string]State{"A20": Warn}},
		"last run failed":    {func(s *Scene) { s.Last.Verdict = "tracked" }, map[string]State{"A21": Fail}},
		"nothing set up": {
			func(s *Scene) { *s = Scene{Now: s.Now} },
			map[string]State{"A1": Skip, "A5": Skip, "A9": Skip, "A13": Skip, "A14": Skip, "A17": Skip, "A18": Skip, "A19": Skip, "A20": Skip, "A21": Skip},
		},
	} {
		t.Run(name, func(t *testing.T) {
			scene := healthy(t)
			c.spoil(scene)
			got := states(Run(t.Context(), scene, nil))
			for id, want := range c.want {
				if got[id] != want {
					t.Errorf("%s = %s, want %s", id, got[id], want)
				}
			}
		})
	}
}

// An unknown host is told in words, not as Go's lookup puts it.
func TestAnUnknownHostIsToldInWords(t *testing.T) {
	scene := healthy(t)
	scene.Endpoints = []string{"sse.missing:443"}
	got := Checks()[0].Make(t.Context(), scene)
	if want := "sse.missing:443: there is no host of the name sse.missing"; !strings.Contains(got.Evidence.EN, want) || !strings.Contains(got.Evidence.KO, want) {
		t.Errorf("%+v, want %q", got.Evidence, want)
	}
}

func refuse(context.Context) (testmail.Receipt, error) {
	return testmail.Receipt{}, &testmail.Error{Stage: testmail.StageBanner, Class: testmail.ClassRefused, Code: 554, Text: "no", Host: "esa1"}
}

func inClear(context.Context) (testmail.Receipt, error) { return testmail.Receipt{}, nil }

func TestChecksEndWithTheContext(t *testing.T) {
	scene := healthy(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	scene.Endpoints = []string{listener.Addr().String()}
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(errors.New("enough")) })
	started := time.Now()
	Run(ctx, scene, nil)
	if took := time.Since(started); took > CheckTimeout/2 {
		t.Errorf("the checks ended after %v", took)
	}
}

func TestSignalsHoldPassesFailuresAndFacts(t *testing.T) {
	scene := healthy(t)
	scene.Tracker.(*appliance).rows = nil
	got := Signals(Run(t.Context(), scene, nil))
	for _, want := range []Signal{Passed("A9"), Failed("A10"), Fact("tracking_empty")} {
		if !slices.Contains(got, want) {
			t.Errorf("signals lack %s: %v", want, got)
		}
	}
}
