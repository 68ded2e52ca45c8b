package config

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A deadline below a second is one that was written without its unit.
const (
	minDeadline = Duration(time.Second)
	maxDeadline = Duration(24 * time.Hour)
)

// Regions of Threat Response, as package ctr knows them.
var regionNames = []string{"us", "eu", "apjc"}

var (
	profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	hostName    = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?)*\.?$`)
)

// checker collects what is wrong with one profile.
type checker struct {
	prefix   string
	problems []*FileError
}

func (c *checker) refuse(key, format string, args ...any) {
	c.problems = append(c.problems, &FileError{Key: c.prefix + key, Problem: fmt.Sprintf(format, args...)})
}

func (c *checker) oneOf(key, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		c.refuse(key, "%q is not allowed: use %s", value, strings.Join(allowed, ", "))
	}
}

// validate checks every value that is set. What is not set is not wrong: a
// profile may be filled in bit by bit.
func validate(c Config) []*FileError {
	var problems []*FileError
	if c.Default != "" {
		if _, ok := c.Profiles[c.Default]; !ok {
			problems = append(problems, &FileError{Key: "default", Problem: fmt.Sprintf("there is no profile %q", c.Default)})
		}
	}
	for _, name := range c.Names() {
		check := checker{prefix: "profiles." + name + "."}
		check.profile(name, c.Profiles[name])
		problems = append(problems, check.problems...)
	}
	return problems
}

// Validate checks a profile that did not come from a file.
func (p Profile) Validate() error {
	check := checker{}
	check.profile(p.Name, p)
	if len(check.problems) == 0 {
		return nil
	}
	first := check.problems[0]
	return fmt.Errorf("profile %q: %s: %s", p.Name, first.Key, first.Problem)
}

func (c *checker) profile(name string, p Profile) {
	if !profileName.MatchString(name) {
		c.problems = append(c.problems, &FileError{
			Key:     strings.TrimSuffix(c.prefix, "."),
			Problem: "a profile's name has letters, digits, _ and -, and at most 64 of them",
		})
	}
	c.oneOf("topology", string(p.Topology), string(Standalone), string(SMA), string(Cloud))
	c.address("sender", p.Sender)
	c.address("recipient", p.Recipient)
	if p.Deadline != 0 && (p.Deadline < minDeadline || p.Deadline > maxDeadline) {
		c.refuse("deadline", "%s is not allowed: use %s to %s, with the unit and in quotes", p.Deadline, minDeadline, maxDeadline)
	}
	if _, err := time.LoadLocation(p.Timezone); err != nil {
		c.refuse("timezone", `%q is not a known time zone: write it like "Asia/Seoul", "UTC" or "Local"`, p.Timezone)
	}
	c.gateway(p.Gateway)
	c.tracker(p.Tracker)
	c.threatResponse(p.ThreatResponse)
}

func (c *checker) gateway(g Gateway) {
	c.host("gateway.host", g.Host)
	c.host("gateway.helo", g.HELO)
	if g.Port < 0 || g.Port > 65535 {
		c.refuse("gateway.port", "%d is not allowed: use 1 to 65535", g.Port)
	}
	c.oneOf("gateway.tls", g.TLS, "starttls", "implicit", "none")
	c.oneOf("gateway.auth", g.Auth, "none", "auto", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256")
	c.plain("gateway.username", g.Username)
	if g.Auth != "" && g.Auth != "none" && g.Username == "" {
		c.refuse("gateway.auth", "%q needs a username", g.Auth)
	}
	c.trust("gateway.", g.Trust)
}

func (c *checker) tracker(t Tracker) {
	c.url("tracker.url", t.URL, "https://esa.example.com:6443")
	c.oneOf("tracker.flavour", t.Flavour, "esa", "sma")
	c.oneOf("tracker.auth", t.Auth, "jwt", "basic")
	c.plain("tracker.username", t.Username)
	c.trust("tracker.", t.Trust)
	c.appliances(t)
}

func (c *checker) threatResponse(t ThreatResponse) {
	c.oneOf("threat_response.region", t.Region, regionNames...)
	c.plain("threat_response.client_id", t.ClientID)
	c.url("threat_response.iroh_url", t.IROHURL, "https://visibility.amp.cisco.com")
	c.url("threat_response.intel_url", t.IntelURL, "https://private.intel.amp.cisco.com")
	c.trust("threat_response.", t.Trust)
}

func (c *checker) trust(prefix string, t Trust) {
	for _, pin := range t.PinSHA256 {
		if _, err := ParseFingerprint(pin); err != nil {
			c.refuse(prefix+"pin_sha256", "%v", err)
		}
	}
	c.plain(prefix+"ca_file", t.CAFile)
	if t.CAFile != "" && len(t.PinSHA256) > 0 {
		c.refuse(prefix+"ca_file", "a pinned key takes the place of a CA file: remove one of ca_file and pin_sha256")
	}
}

// address takes a bare ASCII address: the appliance may not offer SMTPUTF8, and
// a display name has no place in an envelope.
func (c *checker) address(key, value string) {
	if value == "" {
		return
	}
	a, err := mail.ParseAddress(value)
	if err != nil || a.Address != value || !isASCII(value) {
		c.refuse(key, "%q is not a plain ASCII mail address, such as soc@example.com", value)
	}
}

func (c *checker) host(key, value string) {
	if value == "" {
		return
	}
	if _, err := netip.ParseAddr(strings.Trim(value, "[]")); err == nil {
		return
	}
	if len(value) > 253 || !hostName.MatchString(value) {
		c.refuse(key, "%q is not a host name or an IP address; the port has a key of its own", value)
	}
}

// url takes a base address. Credentials in it would be a secret in the file, and
// plain HTTP would send one in the clear.
func (c *checker) url(key, value, example string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		c.refuse(key, "this is not an address: write it like %s", example)
	case u.User != nil:
		c.refuse(key, "the address must not hold a user name or password: write it like %s", example)
	case u.Scheme != "https":
		c.refuse(key, "only https is allowed, because the passphrase goes over it: write it like %s", example)
	case u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		c.refuse(key, "give only scheme, host and port: write it like %s", example)
	}
}

func (c *checker) plain(key, value string) {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7F }) {
		c.refuse(key, "control characters are not allowed")
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
