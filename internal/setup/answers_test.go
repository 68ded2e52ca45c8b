package setup

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ctrace/internal/config"
)

func TestAnswersMakeAProfileAndBack(t *testing.T) {
	a := Answers{
		"topology": "sma", "region": "apjc", "gateway": "esa.example.com:2525", "tls": "implicit", "tracker": "https://sma.example.com:6443", "user": "analyst",
		"passphrase": "secret-1", "client-id": "client-1", "client-secret": "secret-2", "sender": "a@example.com", "recipient": "b@example.com", "name": "site",
		"keep": KeepCommand, "passphrase-command": "pass show esa", "client-secret-command": "pass show ctr",
		PinKey(config.SectionTracker): "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	}
	p, err := a.Profile(config.Profile{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
	if p.Tracker.Flavour != "sma" || p.Gateway.Port != 2525 || len(p.Tracker.PinSHA256) != 1 {
		t.Errorf("the profile is %+v", p)
	}
	want := Answers(a.Draft())
	if diff := cmp.Diff(want, AnswersOf(p)); diff != "" {
		t.Errorf("the answers of the profile differ (-want +got):\n%s", diff)
	}
	if want["passphrase"] != "" || want["client-secret"] != "" {
		t.Error("secrets are in the draft")
	}
	if got := a.Secrets(); got[config.Passphrase] != "secret-1" || got[config.ClientSecret] != "secret-2" {
		t.Errorf("the secrets are %v", got)
	}
}

// What is not asked about stays, but no key of another server is trusted.
func TestAChangedProfileKeepsTheRest(t *testing.T) {
	base := config.Profile{
		Name: "site", Topology: config.Standalone, Timezone: "Asia/Seoul", Sender: "a@example.com", Recipient: "b@example.com",
		Gateway: config.Gateway{Host: "esa.example.com", Port: 25, TLS: "starttls", HELO: "soc.example.com", Trust: config.Trust{CAFile: "/etc/ca.pem"}},
		Tracker: config.Tracker{URL: "https://esa.example.com:6443", Username: "u", Auth: "basic", Trust: config.Trust{CAFile: "/etc/ca.pem"}},
	}.WithDefaults()
	a := AnswersOf(base)
	same, err := a.Profile(base)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(base, same, cmpopts.IgnoreFields(config.Trust{}, "Roots")); diff != "" {
		t.Errorf("without a change it differs:\n%s", diff)
	}
	a["gateway"] = "other.example.com:25"
	moved, err := a.Profile(base)
	if err != nil {
		t.Fatal(err)
	}
	if moved.Gateway.CAFile != "" || moved.Tracker.CAFile == "" || moved.Gateway.HELO == "" || moved.Timezone == "" {
		t.Errorf("after the gateway moved it is %+v", moved)
	}
}

func TestAnswersAreChecked(t *testing.T) {
	for _, c := range []struct {
		key, value string
		ok         bool
	}{
		{"topology", "cloud", true},
		{"topology", "cluster", false},
		{"region", "apjc", true},
		{"region", "apj", false},
		{"gateway", "esa.example.com", true},
		{"gateway", "10.1.2.3:2525", true},
		{"gateway", "[::1]:25", true},
		{"gateway", "esa example", false},
		{"gateway", "esa:99999", false},
		{"gateway", "", false},
		{"tracker", "https://esa.example.com:6443", true},
		{"tracker", "http://esa.example.com", false},
		{"tracker", "esa.example.com", false},
		{"tracker", "https://u:p@esa.example.com", false},
		{"sender", "soc@example.com", true},
		{"sender", "SOC <soc@example.com>", false},
		{"recipient", "보안@example.com", false},
		{"name", "site-1", true},
		{"name", "a b", false},
		{"keep", "keyring", true},
		{"keep", "file", false},
		{"passphrase", "", true},
		{"user", "an\x1banalyst", false},
	} {
		wrong, ok := Answers{c.key: c.value}.Check(c.key)
		if ok != c.ok {
			t.Errorf("%s=%q: ok is %t, want %t", c.key, c.value, ok, c.ok)
		}
		if !ok && (wrong.EN == "" || wrong.KO == "") {
			t.Errorf("%s=%q: it is not said in both languages what is wrong", c.key, c.value)
		}
	}
}

func TestEveryQuestionIsInBothLanguages(t *testing.T) {
	for _, c := range Chapters() {
		if c.Title.KO == "" || c.Text.KO == "" || c.Title.EN == "" {
			t.Errorf("chapter %s lacks words", c.ID)
		}
		for _, q := range c.Questions {
			if q.Ask.EN == "" || q.Ask.KO == "" || (q.Hint.EN == "") != (q.Hint.KO == "") {
				t.Errorf("question %s lacks words", q.Key)
			}
			for _, o := range q.Options {
				if o.Label.KO == "" || (o.Note.EN == "") != (o.Note.KO == "") {
					t.Errorf("option %s of %s lacks words", o.Value, q.Key)
				}
			}
		}
	}
}
