package connect

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
	"ctrace/internal/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is an appliance and a cloud, and a profile that points at them with CA
// files and secrets in variables, as a user would configure it.
type bench struct {
	appliance *esatest.Appliance
	cloud     *ctrtest.Cloud
	profile   config.Profile
}

func newBench(t *testing.T) bench {
	t.Helper()
	appliance, err := esatest.Start(esatest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = appliance.Close() })
	cloud, err := ctrtest.Start(ctrtest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	applianceCA, cloudCA := writeFile(t, "esa.pem", appliance.CA().CertPEM()), writeFile(t, "ctr.pem", cloud.CertPEM())
	host, port, err := net.SplitHostPort(appliance.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("CTRACE_PASSPHRASE", appliance.Passphrase())
	t.Setenv("CTRACE_BENCH_CLIENT_SECRET", cloud.ClientSecret())
	return bench{appliance, cloud, config.Profile{
		Name: "bench", Sender: "soc@" + appliance.Domain(), Recipient: "probe@" + appliance.Domain(),
		Gateway: config.Gateway{Host: host, Port: number, Trust: config.Trust{CAFile: applianceCA}},
		Tracker: config.Tracker{URL: appliance.APIURL(), Username: appliance.Username(), Trust: config.Trust{CAFile: applianceCA}},
		ThreatResponse: config.ThreatResponse{
			Region: "eu", IROHURL: cloud.IROHURL(), IntelURL: cloud.IntelURL() + "/", ClientID: cloud.ClientID(),
			Trust: config.Trust{CAFile: cloudCA},
		},
	}}
}

func writeFile(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, p config.Profile, opts Options) *Clients {
	t.Helper()
	c, err := Open(t.Context(), p, p.Secret, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// use talks to all three, and gives the first error of each.
func use(t *testing.T, c *Clients) (gateway, tracker, threatResponse error) {
	t.Helper()
	m, err := testmail.New(testmail.NewToken(time.Now()), c.Profile.Sender, c.Profile.Recipient, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, gateway = testmail.Send(t.Context(), c.SMTP, m)
	_, tracker = c.Tracker.Privileges(t.Context())
	_, threatResponse = c.ThreatResponse.ModuleInstances(t.Context())
	return gateway, tracker, threatResponse
}

func TestProfileBecomesClients(t *testing.T) {
	b := newBench(t)
	c := open(t, b.profile, Options{})
	gateway, tracker, threatResponse := use(t, c)
	if gateway != nil || tracker != nil || threatResponse != nil {
		t.Errorf("gateway: %v\ntracker: %v\nThreat Response: %v", gateway, tracker, threatResponse)
	}
	if b.appliance.Received() != 1 {
		t.Errorf("the appliance received %d mails", b.appliance.Received())
	}
	if c.Region.Name != "eu" || c.Region.IROH != b.cloud.IROHURL() || c.Region.Intel != b.cloud.IntelURL() {
		t.Errorf("%+v", c.Region)
	}
	if c.Profile.Tracker.Flavour != "esa" {
		t.Error("the profile has no defaults")
	}
}

// Whoever is not trusted is named with host and fingerprint, and pinning that
// fingerprint is all that it takes.
func TestUnknownCertificatesCanBePinned(t *testing.T) {
	b := newBench(t)
	p := b.profile
	p.Gateway.Trust, p.Tracker.Trust, p.ThreatResponse.Trust = config.Trust{}, config.Trust{}, config.Trust{}
	gateway, tracker, threatResponse := use(t, open(t, p, Options{}))
	for _, section := range []struct {
		name, host string
		err        error
		trust      *config.Trust
	}{
		{"gateway", "127.0.0.1", gateway, &p.Gateway.Trust},
		{"tracker", strings.TrimPrefix(b.profile.Tracker.URL, "https://"), tracker, &p.Tracker.Trust},
		{"Threat Response", strings.TrimPrefix(b.cloud.IROHURL(), "https://"), threatResponse, &p.ThreatResponse.Trust},
	} {
		unknown, ok := config.UnknownCertificate("127.0.0.1", section.err)
		if !ok || unknown.Host != section.host || unknown.Pinned {
			t.Fatalf("%s: %T %v", section.name, section.err, section.err)
		}
		section.trust.PinSHA256 = []string{unknown.Fingerprint}
	}
	gateway, tracker, threatResponse = use(t, open(t, p, Options{}))
	if gateway != nil || tracker != nil || threatResponse != nil {
		t.Errorf("with pins\ngateway: %v\ntracker: %v\nThreat Response: %v", gateway, tracker, threatResponse)
	}

	p.Gateway.PinSHA256, p.ThreatResponse.PinSHA256 = p.ThreatResponse.PinSHA256, p.Gateway.PinSHA256
	gateway, _, threatResponse = use(t, open(t, p, Options{}))
	for _, err := range []error{gateway, threatResponse} {
		if unknown, ok := config.UnknownCertificate("h", err); !ok || !unknown.Pinned {
			t.Errorf("another key than the pinned one: %v", err)
		}
	}
}

func TestOnlyWhatIsNeeded(t *testing.T) {
	b := newBench(t)
	for need, only := range map[Need]config.Profile{
		Gateway:        {Name: "bench", Gateway: b.profile.Gateway},
		Tracker:        {Name: "bench", Tracker: b.profile.Tracker},
		ThreatResponse: {Name: "bench", ThreatResponse: b.profile.ThreatResponse},
	} {
		c := open(t, only, Options{Need: need})
		if (c.SMTP.Host != "") != (need == Gateway) || (c.Tracker != nil) != (need == Tracker) || (c.ThreatResponse != nil) != (need == ThreatResponse) {
			t.Errorf("need %d gives %+v", need, c)
		}
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Setenv("CTRACE_CONFIG_DIR", "/conf")
	_, err := Open(t.Context(), config.Profile{Name: "new"}, config.Static(nil), Options{})
	want := `profile "new" has no gateway.host, which sending needs: set it in /conf/config.toml
profile "new" has no tracker.url, which message tracking needs: set it in /conf/config.toml
profile "new" has no threat_response.region, which Threat Response needs: set it in /conf/config.toml`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	var missing *NotConfiguredError
	if !errors.As(err, &missing) || missing.Key != "gateway.host" {
		t.Errorf("%T", err)
	}

	p := config.Profile{
		Name:    "half",
		Gateway: config.Gateway{Host: "h", Username: "soc"}, Tracker: config.Tracker{URL: "https://h", Username: "u"},
		ThreatResponse: config.ThreatResponse{Region: "us"},
	}
	_, err = Open(t.Context(), p, config.Static(nil), Options{})
	want = `no smtp password was given
no passphrase was given
profile "half" has no threat_response.client_id, which Threat Response needs: set it in /conf/config.toml`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}

	p.Tracker.URL = "ftp://h"
	if _, err = Open(t.Context(), p, config.Static(nil), Options{}); err == nil || !strings.Contains(err.Error(), "only https is allowed") {
		t.Error(err)
	}
	p.Tracker.URL, p.Tracker.CAFile = "https://h", "/no/such/file"
	if _, err = Open(t.Context(), p, config.Static(nil), Options{}); err == nil || !strings.Contains(err.Error(), `profile "half", tracker: ca_file: open /no/such/file`) {
		t.Error(err)
	}
}

// The trace shows what was asked and answered, and no secret, neither one of
// ours nor one that a server gave us.
func TestTraceHoldsNoSecrets(t *testing.T) {
	b := newBench(t)
	var log bytes.Buffer
	trace := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := open(t, b.profile, Options{Trace: trace})
	if _, tracker, threatResponse := use(t, c); tracker != nil || threatResponse != nil {
		t.Fatal(tracker, threatResponse)
	}
	for _, wanted := range []string{`"status":200`, "/esa/api/v2.0/", "/iroh/oauth2/token", `"method":"POST"`} {
		if !strings.Contains(log.String(), wanted) {
			t.Errorf("the trace lacks %s:\n%s", wanted, log.String())
		}
	}
	for _, secret := range []string{b.appliance.Passphrase(), b.cloud.ClientSecret(), "Bearer", "jwtToken", "Authorization", "access_token"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the trace holds %q:\n%s", secret, log.String())
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if text := fmt.Sprintf(verb, c.Profile); strings.Contains(text, b.appliance.Passphrase()) {
			t.Errorf("the profile holds a secret: %s", text)
		}
	}

	log.Reset()
	b.profile.Tracker.URL = "https://127.0.0.1:1"
	b.profile.Gateway.Host = ""
	c = open(t, b.profile, Options{Need: Tracker, Trace: trace})
	_, err := c.Tracker.Privileges(t.Context())
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1 refused the connection") || strings.Contains(err.Error(), "dial tcp") {
		t.Errorf("the error does not say what became of which host: %v", err)
	}
	if !strings.Contains(log.String(), "127.0.0.1:1 refused the connection") || strings.Contains(log.String(), b.appliance.Passphrase()) {
		t.Error(log.String())
	}
}

func TestRedactURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://h/esa/api/v2.0/message-tracking/messages?startDate=2026-11-23T00:00:00.000Z&limit=20": "https://h/esa/api/v2.0/message-tracking/messages?startDate=2026-11-23T00:00:00.000Z&limit=20",
		"https://h/x?jwtToken=abc&a=b":        "https://h/x?a=b&jwtToken=REDACTED",
		"https://soc:hunter2@h/x":             "https://REDACTED@h/x",
		"https://h/x?client_secret=a;b&c=%zz": "https://h/x?REDACTED",
	} {
		u := mustParse(t, in)
		if got := redactURL(u); got != want {
			t.Errorf("%s\ngives %s\nwant  %s", in, got, want)
		}
	}
}

func mustParse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
