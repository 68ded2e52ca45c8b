package investigatescreen

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/esa/esatest"
	"ctrace/internal/lab"
)

// TestACampaignOfTheLab walks from a sender to who else got its mail, as an analyst does in the demo.
func TestACampaignOfTheLab(t *testing.T) {
	l, err := lab.Start(t.Context(), lab.Config{Delay: -1, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: l.Roots()}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	info := l.Info()
	client, err := ctr.New(ctr.Config{
		IROHURL: info.CTRURL, IntelURL: info.IntelURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret, HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	campaign := esatest.Campaigns()[0]
	s := newScreen(t, plainTheme(), client, 118, 40)
	lookUp(t, s, observable.Observable{Type: observable.Email, Value: campaign.Sender})
	mustHold(t, s, "Suspicious", "Sent to", campaign.Subject)
	press(t, s, "right", "]", "]", "]")
	mustHold(t, s, "Mail: who sent what to whom")
	lookForKey(t, s, observable.Observable{Type: observable.SHA256, Value: campaign.SHA256})
	press(t, s, "enter")
	mustHold(t, s, "Malicious", "Detected as "+campaign.Threat)
	press(t, s, "]", "]", "]", "]")
	if !strings.Contains(text(s), "[@]") {
		t.Errorf("the file has no targets:\n%s", text(s))
	}
	press(t, s, "esc")
	mustHold(t, s, "Mail: who sent what to whom")
}
