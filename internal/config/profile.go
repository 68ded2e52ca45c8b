package config

import (
	"cmp"
	"time"
)

// Config is the content of the configuration file.
type Config struct {
	Default  string             `toml:"default"`
	Profiles map[string]Profile `toml:"profiles"`
}

// Topology says what kind of installation a profile is about. It decides which
// API is asked and which module of Threat Response answers.
type Topology string

// The topologies.
const (
	Standalone Topology = "standalone" // an ESA that tracks its own messages
	SMA        Topology = "sma"        // tracking is centralised on an SMA
	Cloud      Topology = "cloud"      // Cloud Email Security
)

// Profile is one integration. Profiles out of [Load] and [Config.Profile] have
// every default filled in; an address that is empty was not configured.
type Profile struct {
	Name     string   `toml:"-"`
	Topology Topology `toml:"topology"`

	Sender    string   `toml:"sender"`    // of the test message
	Recipient string   `toml:"recipient"` // of the test message
	Deadline  Duration `toml:"deadline"`  // how long message tracking is waited for
	Timezone  string   `toml:"timezone"`  // for times on the screen; empty or "Local" is this machine's

	PassphraseCommand   string `toml:"passphrase_command"`
	ClientSecretCommand string `toml:"client_secret_command"`
	SMTPPasswordCommand string `toml:"smtp_password_command"`

	Gateway        Gateway        `toml:"gateway"`
	Tracker        Tracker        `toml:"tracker"`
	ThreatResponse ThreatResponse `toml:"threat_response"`
}

// Gateway is where the test message is handed in over SMTP.
type Gateway struct {
	Host     string `toml:"host"`
	Port     int    `toml:"port"`
	TLS      string `toml:"tls"`  // starttls, implicit, none
	HELO     string `toml:"helo"` // empty means the sender's domain
	Auth     string `toml:"auth"` // none, auto, plain, login, cram-md5, scram-sha-1, scram-sha-256
	Username string `toml:"username"`
	Trust
}

// Tracker is the appliance whose message tracking is asked.
type Tracker struct {
	URL      string `toml:"url"`     // https://host:port, what goes before /esa/api/v2.0
	Flavour  string `toml:"flavour"` // esa, sma
	Auth     string `toml:"auth"`    // jwt, basic
	Username string `toml:"username"`
	Trust
	// More are further appliances whose message tracking is searched side by side
	// with it, by the names that people call them.
	More map[string]Appliance `toml:"more"`
}

// ThreatResponse is the region and the API client.
type ThreatResponse struct {
	Region   string `toml:"region"` // us, eu, apjc
	ClientID string `toml:"client_id"`
	IROHURL  string `toml:"iroh_url"`  // instead of the region's, what goes before /iroh
	IntelURL string `toml:"intel_url"` // instead of the region's, what goes before /ctia
	Trust
}

// How long message tracking is waited for when a profile does not say: an
// appliance shows a message within a minute or two, an SMA collects from its
// appliances every few minutes.
const (
	applianceDeadline = Duration(5 * time.Minute)
	collectorDeadline = Duration(15 * time.Minute)
)

// WithDefaults fills in what the profile leaves open. It never invents an
// address.
func (p Profile) WithDefaults() Profile {
	p.Topology = cmp.Or(p.Topology, Standalone)
	flavour, deadline := "esa", applianceDeadline
	if p.Topology == SMA || p.Topology == Cloud { // cloud gateways are tracked by their SMA
		flavour, deadline = "sma", collectorDeadline
	}
	p.Deadline = cmp.Or(p.Deadline, deadline)
	g := &p.Gateway
	g.TLS = cmp.Or(g.TLS, "starttls")
	g.Port = cmp.Or(g.Port, defaultPort(g.TLS))
	g.Auth = cmp.Or(g.Auth, defaultAuth(g.Username))
	p.Tracker.Flavour = cmp.Or(p.Tracker.Flavour, flavour)
	p.Tracker.Auth = cmp.Or(p.Tracker.Auth, "jwt")
	p.Tracker.More = p.Tracker.moreWithDefaults()
	return p
}

func defaultPort(tlsMode string) int {
	if tlsMode == "implicit" {
		return 465
	}
	return 25
}

func defaultAuth(username string) string {
	if username == "" {
		return "none"
	}
	return "auto"
}

// Location is the time zone for times on the screen.
func (p Profile) Location() *time.Location {
	if p.Timezone == "" {
		return time.Local
	}
	if loc, err := time.LoadLocation(p.Timezone); err == nil {
		return loc
	}
	return time.Local
}

// Duration is a length of time, written like "90s" or "15m" in the file.
type Duration time.Duration

// Std is the duration as package time knows it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String writes the duration as the file has it.
func (d Duration) String() string { return time.Duration(d).String() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return err
	}
	*d = Duration(v)
	return nil
}
