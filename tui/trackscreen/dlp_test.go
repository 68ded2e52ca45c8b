package trackscreen

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"ctrace/esa"
)

// dlpWith is a finding whose one match is a text. Only the client can make one.
func dlpWith(t *testing.T, text string) esa.DLP {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data": {"messages": {"showDLPDetails": true, "dlpDetails": {"dlpPolicy": "PCI", "violationSeverity": "HIGH", "riskFactor": 72, "mid": 1000,
			"dlpMatchedContent": [{"messagePart": "body", "messagePartMatch": [{"classifier": "Credit Card Numbers", "classifierMatch": ["` + text + `"]}]}]}}}}`))
	}))
	defer server.Close()
	c, err := esa.New(esa.Config{BaseURL: server.URL, Auth: esa.AuthBasic, Username: "u", Passphrase: "p", HTTPClient: server.Client()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	d, err := c.DLP(t.Context(), esa.Ref{MIDs: []int64{1000}, Serial: "SN1", Time: noon})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
