package esa

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSystemTime(t *testing.T) {
	utc := time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		text, zone string
		want       time.Time
		assumed    bool
	}{
		{"Mon Nov 23 20:34:05 2026 IST", "Asia/Kolkata", utc, false},
		{"Tue Nov 24 00:04:05 2026 KST", "Asia/Seoul", utc, false},
		{"Mon Nov 23 10:04:05 2026 EST", "America/New_York", utc, false},
		{"Mon Nov 23 15:04:05 2026 GMT", "GMT", utc, false},
		{"Mon Nov 23 10:04:05 2026 -05", "Etc/GMT+5", utc, false},
		{"Mon Nov  2 15:04:05 2026 GMT", "Etc/UTC", utc.AddDate(0, 0, -21), false},
		{"Mon Nov 23 15:04:05 2026", "Europe/London", utc, false},
		{"Mon Nov 23 15:04:05 2026 IST", "Nowhere/At_All", utc, true},
		{"Mon Nov 23 15:04:05 2026 IST", "", utc, true},
		{"Mon Nov 23 15:04:05 2026 XXX", "Local", utc, true},
		{"yesterday", "GMT", time.Time{}, false},
		{"", "", time.Time{}, true},
	} {
		got := parseSystemTime(tt.text, tt.zone)
		if !got.Time.Equal(tt.want) || got.Assumed != tt.assumed || got.Text != tt.text || got.Zone != tt.zone {
			t.Errorf("%q in %q: %+v, want %v, assumed %v", tt.text, tt.zone, got, tt.want, tt.assumed)
		}
	}
}

func TestSkew(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	d := newDevice(t, reply(`{"data":{"continent":["Asia"],"time":"Mon Nov 23 20:36:05 2026 IST","timezone":"Asia/Kolkata"}}`))
	c := d.client(t, func(c *Config) { c.Flavour, c.Now = SMA, func() time.Time { return now } })
	got, err := c.SystemTime(t.Context())
	if err != nil || got.Skew() != 125*time.Second {
		t.Errorf("%+v, skew %v, %v", got, got.Skew(), err)
	}
	if (SystemTime{AskedAt: now}).Skew() != 0 {
		t.Error("an unreadable clock has a skew")
	}
	if r := d.seen()[0]; r.Path != "/sma/api/v2.0/config/system_time" || r.Query != "device_type=sma" {
		t.Errorf("asked %s?%s", r.Path, r.Query)
	}
}

func TestHealth(t *testing.T) {
	for _, body := range []string{
		`{"data":{"percentage_ram_utilization":21,"resource_conservation":"0","x":null}}`,
		`{"percentage_ram_utilization":21,"resource_conservation":"0","x":null}`,
	} {
		d := newDevice(t, reply(body))
		got, err := d.client(t).Health(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"percentage_ram_utilization": "21", "resource_conservation": "0", "x": ""}
		if diff := cmp.Diff(want, got.Values); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAppliances(t *testing.T) {
	want := []Appliance{{"AA-11", "esa1.example.com", "192.0.2.1", "ESA"}, {"BB-22", "esa2.example.com", "192.0.2.2", "ESA"}}
	one := `{"host_name":"esa1.example.com","ip_address":"192.0.2.1","product_type":"ESA"}`
	two := `{"host_name":"esa2.example.com","ip_address":"192.0.2.2","product_type":"ESA"`
	for name, body := range map[string]string{
		"by serial":          `{"data":{"BB-22":` + two + `},"AA-11":` + one + `}}`,
		"by serial, wrapped": `{"data":{"appliances":{"AA-11":` + one + `,"BB-22":` + two + `}}}}`,
		"list":               `{"data":[` + two + `,"serial_number":"BB-22"},{"serialNumber":"AA-11",` + one[1:] + `]}`,
	} {
		d := newDevice(t, reply(body))
		got, err := d.client(t).Appliances(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestLogSubscriptions(t *testing.T) {
	want := []LogSubscription{{"mail_logs", "IronPort Text Mail Logs", "manual"}, {"ctr", "CTR Logs", ""}}
	list := `[{"name":"mail_logs","type":"IronPort Text Mail Logs","retrieval_method":"manual"},{"name":"ctr","type":"CTR Logs"},7]`
	for _, body := range []string{`{"data":` + list + `}`, `{"data":{"subscriptions":` + list + `}}`} {
		d := newDevice(t, reply(body))
		got, err := d.client(t).LogSubscriptions(t.Context(), "manual")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if q := d.seen()[0].Query; q != "retrievalMethod=manual" {
			t.Error(q)
		}
	}
}

func TestWhatAnApplianceDoesNotOfferIsAbsent(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		refuse(w, 404, "Not found.", "404 = Nothing matches the given URI.")
	})
	c := d.client(t)
	for name, f := range map[string]func() error{
		"health":        func() error { _, err := c.Health(t.Context()); return err },
		"time":          func() error { _, err := c.SystemTime(t.Context()); return err },
		"appliances":    func() error { _, err := c.Appliances(t.Context()); return err },
		"subscriptions": func() error { _, err := c.LogSubscriptions(t.Context(), ""); return err },
		"status page":   func() error { _, err := c.XMLStatus(t.Context()); return err },
	} {
		if err := f(); KindOf(err) != KindAbsent {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestXMLStatus(t *testing.T) {
	page := string(fixture(t, "status.xml"))
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		user, pass, ok := r.BasicAuth()
		if !ok || user != testUser || pass != testPassphrase || r.Header.Get("jwtToken") != "" {
			t.Errorf("header %v", r.Header)
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, page)
	})
	got, err := d.client(t).XMLStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := XMLStatus{
		Build: "phoebe 14.2.0-620", Version: Version{14, 2, 0, 620}, HostName: "esa1.example.com", System: "online", Text: "20261123150405",
		Current:  CurrentIDs{MID: 54321, ICID: 9876, DCID: 5432},
		Features: []Feature{{"Anti-Spam", "2592000"}, {"Sophos Anti-Virus", "Perpetual"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	at, ok := got.Time(time.FixedZone("KST", 9*3600))
	if !ok || !at.Equal(time.Date(2026, 11, 23, 6, 4, 5, 0, time.UTC)) {
		t.Error(at, ok)
	}
	if r := d.seen()[0]; r.Path != "/xml/status" || d.loginCount() != 0 {
		t.Errorf("asked %s with %d logins", r.Path, d.loginCount())
	}
}

func TestXMLStatusOnAnotherPort(t *testing.T) {
	api := newDevice(t, nil)
	web := newDevice(t, reply(`<status build="x 13.0.0-392"/>`))
	got, err := api.client(t, func(c *Config) { c.StatusURL = web.URL + basePath }).XMLStatus(t.Context())
	if err != nil || !got.Version.AtLeast(Version{Major: 13}) || len(api.requests) != 0 {
		t.Errorf("%+v, %v, %d requests to the API", got, err, len(api.requests))
	}
}

func TestXMLStatusThatIsNone(t *testing.T) {
	for name, body := range map[string]string{"a page": "<html><body>log in</body></html>", "text": "no", "broken": "<status build='1.0", "nothing": ""} {
		d := newDevice(t, reply(body))
		if _, err := d.client(t).XMLStatus(t.Context()); KindOf(err) != KindAbsent {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVersions(t *testing.T) {
	for in, want := range map[string]Version{
		"phoebe 13.0.0-392": {13, 0, 0, 392}, "AsyncOS Version: 7.6.2-014, Build": {7, 6, 2, 14}, "15.5": {15, 5, 0, 0},
	} {
		got, ok := ParseVersion(in)
		if !ok || got != want {
			t.Errorf("%q: %v, %v", in, got, ok)
		}
	}
	if _, ok := ParseVersion("thirteen"); ok {
		t.Error("a word was taken for a version")
	}
	old, minimum := Version{9, 8, 1, 0}, Version{Major: 13}
	if old.AtLeast(minimum) || !minimum.AtLeast(old) || !minimum.AtLeast(minimum) {
		t.Error("versions are compared as text")
	}
	if s := (Version{13, 0, 0, 392}).String() + " " + (Version{7, 6, 2, 14}).String() + " " + minimum.String(); s != "13.0.0-392 7.6.2-014 13.0.0" {
		t.Error(s)
	}
}

func FuzzSystem(f *testing.F) {
	f.Add(fixture(f, "status.xml"))
	f.Add([]byte(`{"data":{"a":{"host_name":"h"},"b":[{"name":"n"}]}}`))
	f.Add([]byte("Thu Apr 12 23:38:05 2018 IST"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if s, ok := decodeXMLStatus(body); ok {
			s.Time(time.UTC)
		}
		_, _ = decodeAppliances(body)
		decodeSubscriptions(body)
		parseSystemTime(string(body), strings.TrimSpace(string(body)))
		parseTimestamp(string(body))
	})
}
