package config

import (
	"encoding/json"
	"fmt"
	"strings"
)

// save writes the whole file anew, with a comment at every key, replacing what
// stood there. Use [Add] and [Pin] where a person's own comments should survive.
func save(path string, c Config) error {
	doc := []byte(c.render())
	if _, err := parse(path, doc); err != nil {
		return err
	}
	return writeFile(path, doc)
}

func (c Config) render() string {
	var b strings.Builder
	b.WriteString("# Profiles of ctrace. Secrets do not belong here: they come from the keyring (ctrace config\n" +
		"# set-secret), from the *_command keys, or from CTRACE_* variables.\n\n")
	if c.Default != "" {
		fmt.Fprintf(&b, "default = %s\n", quote(c.Default))
	}
	for _, name := range c.Names() {
		p := c.Profiles[name]
		p.Name = name
		b.WriteString("\n" + p.render())
	}
	return b.String()
}

// setting is one line of a table: shown as a comment with its example when it is
// not set.
type setting struct{ key, value, example, comment string }

func (p Profile) render() string {
	table := "profiles." + p.Name
	deadline := ""
	if p.Deadline != 0 {
		deadline = quote(p.Deadline.String())
	}
	var b strings.Builder
	writeTable(&b, table, []setting{
		text("topology", string(p.Topology), "standalone", "standalone, sma (tracking is centralised) or cloud"),
		text("sender", p.Sender, "soc@example.com", "of the test message"),
		text("recipient", p.Recipient, "soc@example.com", "a mailbox behind the gateway"),
		{"deadline", deadline, `"5m0s"`, "how long message tracking is waited for"},
		text("timezone", p.Timezone, "Asia/Seoul", "for times on the screen"),
		text("passphrase_command", p.PassphraseCommand, "pass show esa", "prints the tracker user's passphrase"),
		text("client_secret_command", p.ClientSecretCommand, "pass show ctr", "prints the API client's secret"),
		text("smtp_password_command", p.SMTPPasswordCommand, "pass show smtp", "prints the gateway user's password"),
	})
	g := p.Gateway
	port := ""
	if g.Port != 0 {
		port = fmt.Sprint(g.Port)
	}
	writeTable(&b, table+".gateway", append([]setting{
		text("host", g.Host, "mail.example.com", "the gateway's listener"),
		{"port", port, "25", ""},
		text("tls", g.TLS, "starttls", "starttls (required), implicit or none"),
		text("helo", g.HELO, "soc.example.com", "the sender's domain when not set"),
		text("auth", g.Auth, "auto", "none, auto, plain, login, cram-md5, scram-sha-1, scram-sha-256"),
		text("username", g.Username, "soc", ""),
	}, g.settings()...))
	t := p.Tracker
	writeTable(&b, table+".tracker", append([]setting{
		text("url", t.URL, "https://esa.example.com:6443", "what goes before /esa/api/v2.0"),
		text("flavour", t.Flavour, "esa", "esa or sma"),
		text("auth", t.Auth, "jwt", "jwt or basic"),
		text("username", t.Username, "soc", ""),
	}, t.settings()...))
	t.writeAppliances(&b, table+".tracker")
	r := p.ThreatResponse
	writeTable(&b, table+".threat_response", append([]setting{
		text("region", r.Region, "us", "us, eu or apjc"),
		text("client_id", r.ClientID, "client-…", "of the API client made in the console"),
		text("iroh_url", r.IROHURL, "https://127.0.0.1:8443", "instead of the region's"),
		text("intel_url", r.IntelURL, "https://127.0.0.1:8444", "instead of the region's"),
	}, r.settings()...))
	return b.String()
}

func (t Trust) settings() []setting {
	pins := ""
	if len(t.PinSHA256) > 0 {
		pins = quoteList(t.PinSHA256)
	}
	return []setting{
		text("ca_file", t.CAFile, "ca.pem", "trusted instead of the system's roots"),
		{"pin_sha256", pins, `["sha256:…"]`, "trusted keys; see ctrace config trust"},
	}
}

func text(key, value, example, comment string) setting {
	if value != "" {
		value = quote(value)
	}
	return setting{key, value, quote(example), comment}
}

func writeTable(b *strings.Builder, name string, settings []setting) {
	fmt.Fprintf(b, "[%s]\n", name)
	for _, s := range settings {
		line := s.key + " = " + s.value
		if s.value == "" {
			line = "# " + s.key + " = " + s.example
		}
		if s.comment != "" {
			line += "  # " + s.comment
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
}

func quoteList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote writes a basic string of TOML. Its escapes are those of JSON, but DEL
// has to be escaped too.
func quote(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\x7f", `\u007f`)
}
