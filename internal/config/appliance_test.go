package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const cluster = `
[profiles.site]
topology = "sma"
[profiles.site.tracker]
url = "https://sma.example.com:6443"
username = "soc"
ca_file = "ca.pem"
[profiles.site.tracker.more.esa2]
url = "https://esa2.example.com:6443"
[profiles.site.tracker.more.esa1]
url = "https://esa1.example.com:6443"
username = "other"
auth = "basic"
passphrase_command = "echo hidden"
ca_file = "/etc/esa1.pem"
`

func clusterProfile(t *testing.T) Profile {
	t.Helper()
	c, err := parse("/etc/ctrace/config.toml", []byte(cluster))
	if err != nil {
		t.Fatal(err)
	}
	return c.Profiles["site"]
}

func TestFurtherAppliancesAreAsTheTracker(t *testing.T) {
	p := clusterProfile(t)
	if got := strings.Join(p.Tracker.Appliances(), " "); got != "esa1 esa2" {
		t.Fatalf("the appliances are %s", got)
	}
	two, one := p.Tracker.More["esa2"], p.Tracker.More["esa1"]
	if two.Flavour != "esa" || two.Username != "soc" || two.Auth != "jwt" || two.CAFile != "/etc/ctrace/ca.pem" {
		t.Errorf("what esa2 leaves open is %+v", two)
	}
	if one.Username != "other" || one.Auth != "basic" || one.CAFile != "/etc/esa1.pem" {
		t.Errorf("esa1 is %+v", one)
	}
}

func TestPassphrasesOfFurtherAppliances(t *testing.T) {
	p := clusterProfile(t)
	shared := Static(map[Kind]string{Passphrase: "shared"})
	for name, want := range map[string]string{"esa1": "hidden", "esa2": "shared"} {
		if s, err := p.AppliancePassphrase(t.Context(), name, shared); err != nil || s.Reveal() != want {
			t.Errorf("%s: %q, %v; want %q", name, s.Reveal(), err, want)
		}
	}
	t.Setenv("CTRACE_SITE_ESA2_PASSPHRASE", "own")
	if s, err := p.AppliancePassphrase(t.Context(), "esa2", shared); err != nil || s.Reveal() != "own" {
		t.Errorf("with a variable: %q, %v", s.Reveal(), err)
	}
	q := p
	q.Tracker.More = map[string]Appliance{"esa1": {PassphraseCommand: "false"}}
	if _, err := q.AppliancePassphrase(t.Context(), "esa1", shared); err == nil || strings.Contains(err.Error(), "shared") {
		t.Errorf("a command that fails gives %v", err)
	}
}

func TestWrongAppliancesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"[profiles.a.tracker.more.x]\nflavour = \"esa\"\n":                                            "profiles.a.tracker.more.x: it needs a url",
		"[profiles.a.tracker.more.x]\nurl = \"http://x\"\n":                                           "profiles.a.tracker.more.x.url: only https",
		"[profiles.a.tracker.more.x]\nurl = \"https://x\"\nflavour = \"wsa\"\n":                       "profiles.a.tracker.more.x.flavour",
		"[profiles.a.tracker.more.x]\nurl = \"https://x\"\npassphrase = \"p\"\n":                      "passphrase",
		"[profiles.a.tracker.more.\"a b\"]\nurl = \"https://x\"\n":                                    "an appliance's name",
		"[profiles.a.tracker.more.x]\nurl = \"https://x\"\npin_sha256 = [\"nonsense\"]\n":             "more.x.pin_sha256",
		"[profiles.a.tracker.more.x]\nurl = \"https://x\"\nauth = \"ntlm\"\nusername = \"\\u0007\"\n": "more.x.auth",
	} {
		if _, err := parse("config.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %q", text, err, want)
		}
	}
}

func TestFurtherAppliancesSurviveSaving(t *testing.T) {
	p := clusterProfile(t)
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := save(path, Config{Profiles: map[string]Profile{"site": p}}); err != nil {
		t.Fatal(err)
	}
	back, err := Load(path)
	if err != nil {
		text, _ := os.ReadFile(path)
		t.Fatalf("%v\n%s", err, text)
	}
	if got := back.Profiles["site"].Tracker.More; len(got) != 2 || got["esa1"].PassphraseCommand != "echo hidden" || got["esa2"].URL != "https://esa2.example.com:6443" {
		t.Errorf("after saving: %+v", got)
	}
}
