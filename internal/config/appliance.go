package config

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Appliance is one more appliance whose message tracking is searched. What it
// leaves open is as with the tracker: the members of a cluster share user, rights
// and often the authority that signed their certificates.
type Appliance struct {
	URL               string `toml:"url"`     // https://host:port
	Flavour           string `toml:"flavour"` // esa, sma; esa when not set
	Auth              string `toml:"auth"`
	Username          string `toml:"username"`
	PassphraseCommand string `toml:"passphrase_command"`
	Trust
}

// Appliances lists the names of the further appliances in alphabetical order.
func (t Tracker) Appliances() []string { return slices.Sorted(maps.Keys(t.More)) }

// moreWithDefaults fills in what the further appliances leave open.
func (t Tracker) moreWithDefaults() map[string]Appliance {
	if len(t.More) == 0 {
		return nil
	}
	more := make(map[string]Appliance, len(t.More))
	for name, a := range t.More {
		a.Flavour = cmp.Or(a.Flavour, "esa")
		a.Auth = cmp.Or(a.Auth, t.Auth)
		a.Username = cmp.Or(a.Username, t.Username)
		if a.CAFile == "" && len(a.PinSHA256) == 0 {
			a.Trust = t.Trust
		}
		more[name] = a
	}
	return more
}

// AppliancePassphrase finds the passphrase of a further appliance's user: in the
// environment (CTRACE_<PROFILE>_<APPLIANCE>_PASSPHRASE), then from its command,
// then as the tracker's own, which secrets gives.
func (p Profile) AppliancePassphrase(ctx context.Context, name string, secrets Lookup) (Secret, error) {
	own := Profile{Name: p.Name + "_" + name}.variable(Passphrase)
	if value := os.Getenv(own); value != "" {
		return NewSecret(value), nil
	}
	if command := p.Tracker.More[name].PassphraseCommand; command != "" {
		value, err := runSecretCommand(ctx, command)
		if err != nil {
			return Secret{}, fmt.Errorf("profile %q: passphrase_command of %s %w; run it by hand to see what it says", p.Name, name, err)
		}
		return NewSecret(value), nil
	}
	return secrets(ctx, Passphrase)
}

func (c *checker) appliances(t Tracker) {
	for _, name := range t.Appliances() {
		a, key := t.More[name], "tracker.more."+name
		if !profileName.MatchString(name) {
			c.refuse(key, "an appliance's name has letters, digits, _ and -, and at most 64 of them")
		}
		if a.URL == "" {
			c.refuse(key, "it needs a url, such as https://esa2.example.com:6443")
		}
		c.url(key+".url", a.URL, "https://esa2.example.com:6443")
		c.oneOf(key+".flavour", a.Flavour, "esa", "sma")
		c.oneOf(key+".auth", a.Auth, "jwt", "basic")
		c.plain(key+".username", a.Username)
		c.trust(key+".", a.Trust)
	}
}

// writeAppliances writes the further appliances, or how one would be written.
func (t Tracker) writeAppliances(b *strings.Builder, table string) {
	if len(t.More) == 0 {
		fmt.Fprintf(b, "# [%s.more.esa2]  # one more appliance to search; what it leaves open is as above\n# url = \"https://esa2.example.com:6443\"\n\n", table)
	}
	for _, name := range t.Appliances() {
		a := t.More[name]
		writeTable(b, table+".more."+name, append([]setting{
			text("url", a.URL, "https://esa2.example.com:6443", ""),
			text("flavour", a.Flavour, "esa", "esa or sma"),
			text("auth", a.Auth, "jwt", "jwt or basic"),
			text("username", a.Username, "soc", ""),
			text("passphrase_command", a.PassphraseCommand, "pass show esa2", "when its passphrase is another one"),
		}, a.settings()...))
	}
}
