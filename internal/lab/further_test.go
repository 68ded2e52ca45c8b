package lab

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// serials are the serial numbers in the newest rows that an appliance finds, and the status of its answer.
func (k *kit) serials(base, flavour string) (status int, serials []string) {
	k.t.Helper()
	now := time.Now().UTC().Truncate(time.Minute)
	stamp := func(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }
	status, body := k.call(http.MethodGet, base+"/"+flavour+"/api/v2.0/message-tracking/messages?startDate="+stamp(now.AddDate(0, 0, -2))+
		"&endDate="+stamp(now.AddDate(0, 0, 1))+"&offset=0&limit=20&searchOption=messages", nil, func(r *http.Request) {
		r.SetBasicAuth(k.Info().User, k.Info().Passphrase)
	})
	rows, _ := body["data"].([]any)
	for _, row := range rows {
		attributes, _ := row.(map[string]any)["attributes"].(map[string]any)
		serial, _ := attributes["serialNumber"].(string)
		if !slices.Contains(serials, serial) {
			serials = append(serials, serial)
		}
	}
	return status, serials
}

func TestFurtherAppliances(t *testing.T) {
	for _, c := range []struct {
		cfg   Config
		names string
		first string // flavour
	}{
		{Config{Appliances: 3}, "esa2 esa3", "esa"},
		{Config{Appliances: 2, SMA: true}, "esa3", "sma"},
		{Config{}, "", "esa"},
	} {
		c.cfg.Messages = 50
		k := start(t, c.cfg)
		var names []string
		status, seen := k.serials(k.Info().ESAURL, c.first)
		if status != http.StatusOK || len(seen) == 0 {
			t.Errorf("the first of %d: %d %v", c.cfg.Appliances, status, seen)
		}
		for _, f := range k.Info().More {
			names = append(names, f.Name)
			status, serials := k.serials(f.URL, "esa")
			if status != http.StatusOK || len(serials) != 1 || slices.Contains(seen, serials[0]) {
				t.Errorf("%s: %d, serial numbers %v besides %v", f.Name, status, serials, seen)
			}
			seen = append(seen, serials...)
		}
		if got := strings.Join(names, " "); got != c.names {
			t.Errorf("%+v: appliances %q, want %q", c.cfg, got, c.names)
		}
	}
	if l, err := Start(t.Context(), Config{Appliances: MaxAppliances + 1}); err == nil {
		_ = l.Close()
		t.Error("a lab of too many appliances started")
	}
}

func TestFaultsOfOneOfTheAppliances(t *testing.T) {
	k := start(t, Config{Appliances: 3, Messages: 50, Faults: []string{"esa2:api-500"}})
	answers := func(when string, want ...int) {
		t.Helper()
		urls := []string{k.Info().ESAURL, k.Info().More[0].URL, k.Info().More[1].URL}
		for i, url := range urls {
			if status, _ := k.serials(url, "esa"); status != want[i] {
				t.Errorf("%s: appliance %d answers %d, want %d", when, i+1, status, want[i])
			}
		}
	}
	answers("from the start", 200, 500, 200)
	if err := k.SetFaults("api-500", "esa3:api-500"); err != nil {
		t.Fatal(err)
	}
	answers("switched", 500, 200, 500)
	if err := k.SetFaults("not-committed"); err != nil { // sets the lab up anew
		t.Fatal(err)
	}
	answers("mended", 200, 200, 200)
	on := k.Faults()
	for fault, want := range map[string]string{
		"esa4:api-500":       "no further appliance",
		"esa2:token-expired": "no appliance's",
		"esa2:api-sluw":      `did you mean "api-slow"`,
	} {
		if err := k.SetFaults(fault); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", fault, err, want)
		}
		answers("after "+fault, 200, 200, 200)
		if got := k.Faults(); !slices.Equal(got, on) {
			t.Errorf("after %s: %v are on, want %v", fault, got, on)
		}
	}
}
