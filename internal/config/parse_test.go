package config

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const samplePin = "sha256:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo="

const sample = `# our integrations
default = "seoul"

[profiles.seoul]
topology = "sma"
sender = "soc@example.kr"
recipient = "probe@example.kr"
deadline = "7m30s"
timezone = "Asia/Seoul"
passphrase_command = "pass show \"esa\""

[profiles.seoul.gateway]
host = "mail.example.kr"
port = 587
tls = "starttls"
auth = "plain"
username = "soc"
ca_file = "ca.pem"

[profiles.seoul.tracker]
url = "https://sma.example.kr:6443"
username = "reader"
pin_sha256 = ["sha256:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo="]

[profiles.seoul.threat_response]
region = "apjc"
client_id = "client-1234"

[profiles.lab.gateway]
host = "127.0.0.1"
`

func TestParse(t *testing.T) {
	got, err := parse("/etc/ctrace/config.toml", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Default: "seoul", Profiles: map[string]Profile{
		"seoul": {
			Name: "seoul", Topology: SMA, Sender: "soc@example.kr", Recipient: "probe@example.kr",
			Deadline: Duration(7*time.Minute + 30*time.Second), Timezone: "Asia/Seoul",
			PassphraseCommand: `pass show "esa"`,
			Gateway: Gateway{
				Host: "mail.example.kr", Port: 587, TLS: "starttls", Auth: "plain", Username: "soc",
				Trust: Trust{CAFile: "/etc/ctrace/ca.pem"},
			},
			Tracker: Tracker{
				URL: "https://sma.example.kr:6443", Flavour: "sma", Auth: "jwt", Username: "reader",
				Trust: Trust{PinSHA256: []string{samplePin}},
			},
			ThreatResponse: ThreatResponse{Region: "apjc", ClientID: "client-1234"},
		},
		"lab": {
			Name: "lab", Topology: Standalone, Deadline: Duration(5 * time.Minute),
			Gateway: Gateway{Host: "127.0.0.1", Port: 25, TLS: "starttls", Auth: "none"},
			Tracker: Tracker{Flavour: "esa", Auth: "jwt"},
		},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name, doc string
		want      []string // each a line of the error
	}{
		{
			"unknown key with a suggestion",
			"[profiles.a.gateway]\nhost = \"h\"\n  prot = 25\n",
			[]string{"f:3:3: profiles.a.gateway.prot: unknown key; did you mean port?"},
		},
		{
			"unknown key with the list",
			"[profiles.a.tracker]\nfrobnicate = true\n",
			[]string{"f:2:1: profiles.a.tracker.frobnicate: unknown key; allowed here: url, flavour, auth, username, ca_file, pin_sha256"},
		},
		{
			"unknown table",
			"[profiles.a.gatway]\nhost = \"h\"\n",
			[]string{"f:1:2: profiles.a.gatway: unknown key; did you mean gateway?"},
		},
		{
			"all of them at once",
			"colour = 1\n[profiles.a]\nspeed = 2\n",
			[]string{
				"f:1:1: colour: unknown key; allowed here: default, profiles",
				"f:3:1: profiles.a.speed: unknown key; allowed here: topology, sender, recipient, deadline, timezone, passphrase_command, " +
					"client_secret_command, smtp_password_command, gateway, tracker, threat_response",
			},
		},
		{
			"no way to skip verification",
			"[profiles.a.tracker]\ninsecure = true\n",
			[]string{"f:2:1: profiles.a.tracker.insecure: unknown key; allowed here: url, flavour, auth, username, ca_file, pin_sha256"},
		},
		{"text for a number", "[profiles.a.gateway]\nport = \"25\"\n", []string{"f:2:8: profiles.a.gateway.port: a whole number is needed, from 1 to 65535"}},
		{"number for a text", "[profiles.a.gateway]\nhost = 25\n", []string{"f:2:8: profiles.a.gateway.host: a string in double quotes is needed"}},
		{"number for a duration", "[profiles.a]\ndeadline = 5\n", []string{"f:2:1: profiles.a.deadline: 5ns is not allowed: use 1s to 24h0m0s, with the unit and in quotes"}},
		{"text for a duration", "[profiles.a]\ndeadline = \"soon\"\n", []string{`f:2:12: profiles.a.deadline: a duration in quotes is needed, such as "5m" or "90s"`}},
		{"text for a list", "[profiles.a.tracker]\npin_sha256 = \"x\"\n", []string{`f:2:14: profiles.a.tracker.pin_sha256: a list of strings is needed, such as ["sha256:…"]`}},
		{"text for a table", "[profiles.a]\ngateway = \"x\"\n", []string{"f:2:11: profiles.a.gateway: this is a table, not a value"}},
		{"not TOML", "[profiles.a\n", []string{"f:1:12: this is not valid TOML"}},
		{"the same key twice", "default = \"a\"\ndefault = \"b\"\n", []string{"f:2:1: default: it stands in the file twice"}},
		{"port out of range", "[profiles.a.gateway]\nport = 70000\n", []string{"f:2:1: profiles.a.gateway.port: 70000 is not allowed: use 1 to 65535"}},
		{"host with a port", "[profiles.a.gateway]\nhost = \"h:25\"\n", []string{`f:2:1: profiles.a.gateway.host: "h:25" is not a host name or an IP address; the port has a key of its own`}},
		{"TLS mode", "[profiles.a]\ngateway.tls = \"maybe\"\n", []string{`f:2:9: profiles.a.gateway.tls: "maybe" is not allowed: use starttls, implicit, none`}},
		{"in an inline table", "[profiles.a]\ntracker = { url = \"https://a\", auth = \"magic\" }\n", []string{`f:2:32: profiles.a.tracker.auth: "magic" is not allowed: use jwt, basic`}},
		{"authentication without a user", "[profiles.a.gateway]\nauth = \"plain\"\n", []string{`f:2:1: profiles.a.gateway.auth: "plain" needs a username`}},
		{"plain HTTP", "[profiles.a.tracker]\nurl = \"http://esa\"\n", []string{"f:2:1: profiles.a.tracker.url: only https is allowed, because the passphrase goes over it: write it like https://esa.example.com:6443"}},
		{"path in the address", "[profiles.a.tracker]\nurl = \"https://esa/esa/api\"\n", []string{"f:2:1: profiles.a.tracker.url: give only scheme, host and port: write it like https://esa.example.com:6443"}},
		{"region", "[profiles.a.threat_response]\nregion = \"mars\"\n", []string{`f:2:1: profiles.a.threat_response.region: "mars" is not allowed: use us, eu, apjc`}},
		{"address with a name", "[profiles.a]\nsender = \"SOC <soc@example.com>\"\n", []string{`f:2:1: profiles.a.sender: "SOC <soc@example.com>" is not a plain ASCII mail address, such as soc@example.com`}},
		{"address outside ASCII", "[profiles.a]\nsender = \"보안@example.com\"\n", []string{`f:2:1: profiles.a.sender: "보안@example.com" is not a plain ASCII mail address, such as soc@example.com`}},
		{"address with a line end", "[profiles.a]\nrecipient = \"a@b.c\\r\\nRCPT TO:<d@e.f>\"\n", []string{`f:2:1: profiles.a.recipient: "a@b.c\r\nRCPT TO:<d@e.f>" is not a plain ASCII mail address, such as soc@example.com`}},
		{"time zone", "[profiles.a]\ntimezone = \"Mars/Olympus\"\n", []string{`f:2:1: profiles.a.timezone: "Mars/Olympus" is not a known time zone: write it like "Asia/Seoul", "UTC" or "Local"`}},
		{"deadline too long", "[profiles.a]\ndeadline = \"25h\"\n", []string{"f:2:1: profiles.a.deadline: 25h0m0s is not allowed: use 1s to 24h0m0s, with the unit and in quotes"}},
		{"pin", "[profiles.a.tracker]\npin_sha256 = [\"abc\"]\n", []string{`f:2:1: profiles.a.tracker.pin_sha256: "abc" is not the SHA-256 of a public key: write it like sha256:BASE64 or as 64 hexadecimal digits`}},
		{"pin and CA file", "[profiles.a.tracker]\nca_file = \"x\"\npin_sha256 = [\"" + samplePin + "\"]\n", []string{"f:2:1: profiles.a.tracker.ca_file: a pinned key takes the place of a CA file: remove one of ca_file and pin_sha256"}},
		{"profile name", "[profiles.\"a b\"]\n", []string{"f:1:11: profiles.a b: a profile's name has letters, digits, _ and -, and at most 64 of them"}},
		{"default that is not there", "default = \"x\"\n[profiles.a]\n", []string{`f:1:1: default: there is no profile "x"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse("f", []byte(tt.doc))
			if err == nil {
				t.Fatal("accepted")
			}
			if d := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); d != "" {
				t.Error(d)
			}
			if _, ok := errors.AsType[*FileError](err); !ok {
				t.Errorf("%T is not a *FileError", err)
			}
		})
	}
}

// A secret in the file is refused, and no error repeats any part of it.
func TestSecretsInTheFileAreRefused(t *testing.T) {
	const secret = "hunter2xyz"
	for name, doc := range map[string]string{
		"passphrase":         "[profiles.a.tracker]\npassphrase = \"" + secret + "\"\n",
		"password":           "[profiles.a.gateway]\npassword = \"" + secret + "\"\n",
		"smtp password":      "[profiles.a]\nsmtp_password = \"" + secret + "\"\n",
		"client secret":      "[profiles.a.threat_response]\nclient_secret = \"" + secret + "\"\n",
		"token":              "[profiles.a.threat_response]\ntoken = '" + secret + "'\n",
		"with a hyphen":      "[profiles.a.threat_response]\nClient-Secret = \"" + secret + "\"\n",
		"at the top":         "passphrase = \"" + secret + "\"\n",
		"inline":             "[profiles]\na = { tracker = { passphrase = \"" + secret + "\" } }\n",
		"as a table":         "[profiles.a.passphrase]\nvalue = \"" + secret + "\"\n",
		"with another fault": "[profiles.a.tracker]\npassphrase = \"" + secret + "\"\nauth = 3\n",
		"without quotes":     "[profiles.a.tracker]\npassphrase = " + secret + "\n",
		"quotes left open":   "[profiles.a.tracker]\npassphrase = \"" + secret + "\n",
		"no equals sign":     "[profiles.a.tracker]\npassphrase " + secret + "\n",
		"in the address":     "[profiles.a.tracker]\nurl = \"https://soc:" + secret + "@esa.example.com\"\n",
		"in a bad address":   "[profiles.a.tracker]\nurl = \"https://soc:" + secret + "%zz@esa.example.com\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse("f", []byte(doc))
			if err == nil {
				t.Fatal("accepted")
			}
			for part := 0; part+4 <= len(secret); part++ {
				if strings.Contains(err.Error(), secret[part:part+4]) {
					t.Fatalf("the error repeats the secret: %v", err)
				}
			}
		})
	}
	_, err := parse("f", []byte("[profiles.a.tracker]\npassphrase = \""+secret+"\"\n"))
	want := "f:2:1: profiles.a.tracker.passphrase: secrets do not belong into this file: remove it, and run " +
		"ctrace config set-secret passphrase, or set passphrase_command in the profile, or the variable CTRACE_PASSPHRASE"
	if err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
}

func TestChoosingAProfile(t *testing.T) {
	one := Config{Profiles: map[string]Profile{"a": {}}}
	two := Config{Profiles: map[string]Profile{"a": {}, "b": {}}}
	withDefault := Config{Default: "b", Profiles: two.Profiles}
	tests := []struct {
		name      string
		config    Config
		ask, want string
		err       string
	}{
		{"by name", two, "a", "a", ""},
		{"the only one", one, "", "a", ""},
		{"the default", withDefault, "", "b", ""},
		{"name before default", withDefault, "a", "a", ""},
		{"none", Config{}, "", "", "no profile is configured: make one with: ctrace config init"},
		{"unknown", two, "c", "", `there is no profile "c": use one of a, b`},
		{"open", two, "", "", "several profiles and no default: choose with --profile or CTRACE_PROFILE, or set default in the file: a, b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := tt.config.Profile(tt.ask)
			if p.Name != tt.want {
				t.Errorf("profile %q, want %q", p.Name, tt.want)
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || err.Error() != tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if err == nil && p.Gateway.Port != 25 {
				t.Error("defaults are not filled in")
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("[profiles.a]\ngateway = { host = 'x', port = 1 }\n")
	f.Add("profiles.a.gateway.port = 0x10\n[[profiles.b]]\n")
	f.Fuzz(func(t *testing.T, doc string) {
		c, err := parse("f", []byte(doc))
		if err != nil {
			return
		}
		again, err := parse("f", []byte(c.render()))
		if err != nil {
			t.Fatalf("what we write of %q we refuse: %v\n%s", doc, err, c.render())
		}
		if len(c.Profiles) == 0 {
			c.Profiles, again.Profiles = nil, nil
		}
		if d := cmp.Diff(c, again); d != "" {
			t.Fatal(d)
		}
	})
}
