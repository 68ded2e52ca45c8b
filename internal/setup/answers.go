package setup

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ctrace/internal/config"
)

// Answers are what a person answered to the questions of a profile, by Question.Key. Besides these
// there are the keys of fingerprints, see PinKey, and "iroh-url" and "intel-url" for a cloud that is in
// no table. Secrets are answers too; Draft leaves them out.
type Answers map[string]string

// PinKey is the key of the fingerprint that a person agreed to for a section.
func PinKey(s config.Section) string { return string(s) + "-pin" }

// Draft is what may be kept of unfinished answers: everything but secrets.
func (a Answers) Draft() map[string]string {
	draft := maps.Clone(a)
	for _, q := range Questions() {
		if q.Secret != "" {
			delete(draft, q.Key)
		}
	}
	return draft
}

// Secrets are the secrets among the answers.
func (a Answers) Secrets() map[config.Kind]string {
	secrets := map[config.Kind]string{}
	for _, q := range Questions() {
		if q.Secret != "" && a[q.Key] != "" {
			secrets[q.Secret] = a[q.Key]
		}
	}
	return secrets
}

// AnswersOf are the answers that a profile would come from.
func AnswersOf(p config.Profile) Answers {
	a := Answers{
		"name": p.Name, "topology": string(p.Topology), "tls": p.Gateway.TLS, "tracker": p.Tracker.URL, "user": p.Tracker.Username,
		"region": p.ThreatResponse.Region, "client-id": p.ThreatResponse.ClientID, "iroh-url": p.ThreatResponse.IROHURL, "intel-url": p.ThreatResponse.IntelURL,
		"sender": p.Sender, "recipient": p.Recipient,
		"passphrase-command": p.PassphraseCommand, "client-secret-command": p.ClientSecretCommand,
	}
	if p.Gateway.Host != "" {
		a["gateway"] = net.JoinHostPort(p.Gateway.Host, strconv.Itoa(p.Gateway.Port))
	}
	if p.PassphraseCommand != "" || p.ClientSecretCommand != "" {
		a["keep"] = KeepCommand
	}
	for section, trust := range map[config.Section]config.Trust{
		config.SectionGateway: p.Gateway.Trust, config.SectionTracker: p.Tracker.Trust, config.SectionThreatResponse: p.ThreatResponse.Trust,
	} {
		if len(trust.PinSHA256) > 0 {
			a[PinKey(section)] = trust.PinSHA256[0]
		}
	}
	maps.DeleteFunc(a, func(_, v string) bool { return v == "" })
	return a
}

// Profile puts the answers into a profile. What the questions do not ask about stays as it is in base,
// except the trust of a server whose address changed.
func (a Answers) Profile(base config.Profile) (config.Profile, error) {
	p := base
	p.Name, p.Topology, p.Sender, p.Recipient = a["name"], config.Topology(a["topology"]), a["sender"], a["recipient"]
	p.PassphraseCommand, p.ClientSecretCommand = a["passphrase-command"], a["client-secret-command"]
	host, port, err := hostAndPort(a["gateway"])
	if err != nil {
		return p, err
	}
	g := &p.Gateway
	g.Trust = a.trust(config.SectionGateway, g.Trust, g.Host == host)
	g.Host, g.Port, g.TLS = host, port, a["tls"]
	t := &p.Tracker
	t.Trust = a.trust(config.SectionTracker, t.Trust, t.URL == a["tracker"])
	if base.Topology != p.Topology {
		t.Flavour, p.Deadline = "", 0
	}
	t.URL, t.Username = strings.TrimRight(a["tracker"], "/"), a["user"]
	r := &p.ThreatResponse
	r.Trust = a.trust(config.SectionThreatResponse, r.Trust, r.Region == a["region"] && r.IROHURL == a["iroh-url"])
	r.Region, r.ClientID, r.IROHURL, r.IntelURL = a["region"], a["client-id"], a["iroh-url"], a["intel-url"]
	return p.WithDefaults(), nil
}

// trust is that of a server: the agreed key, else what was there for the same address.
func (a Answers) trust(s config.Section, was config.Trust, same bool) config.Trust {
	if pin := a[PinKey(s)]; pin != "" {
		if slices.Contains(was.PinSHA256, pin) {
			return was
		}
		return config.Trust{PinSHA256: []string{pin}}
	}
	if same {
		return was
	}
	return config.Trust{}
}

// Check tells whether the answer to a question has the right form; what is wrong says what is.
func (a Answers) Check(key string) (wrong Text, ok bool) {
	i := slices.IndexFunc(Questions(), func(q Question) bool { return q.Key == key })
	if i < 0 {
		return Text{}, true
	}
	q, value := Questions()[i], a[key]
	switch {
	case value == "" && q.Optional(a):
		return Text{}, true
	case value == "":
		return Text{"an answer is needed here", "값을 입력해야 합니다"}, false
	case len(q.Options) > 0 && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == value }):
		return q.Wrong, false
	case q.Secret != "":
		return Text{}, true
	}
	alone := Answers{"name": "new", key: value}
	p, err := alone.Profile(config.Profile{})
	if err == nil {
		err = p.Validate()
	}
	return q.Wrong, err == nil
}

// hostAndPort takes "host" or "host:port"; without a port it is 0.
func hostAndPort(address string) (host string, port int, err error) {
	host, number, found := cutPort(address)
	if !found {
		return address, 0, nil
	}
	port, err = strconv.Atoi(number)
	if err != nil || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("%q is no port: use 1 to 65535", number)
	}
	return host, port, nil
}

// cutPort splits "host:port" and "[address]:port".
func cutPort(address string) (host, port string, found bool) {
	host, port, err := net.SplitHostPort(address)
	return host, port, err == nil
}

// Address is where the server of a section is, as host:port; empty when the profile names none, or
// when SMTP is never encrypted.
func Address(p config.Profile, s config.Section) (addr string, starttls bool) {
	switch s {
	case config.SectionGateway:
		if g := p.Gateway; g.Host != "" && g.TLS != "none" {
			return net.JoinHostPort(g.Host, strconv.Itoa(g.Port)), g.TLS == "starttls"
		}
		return "", false
	case config.SectionTracker:
		return hostPort(p.Tracker.URL), false
	}
	if p.ThreatResponse.IROHURL != "" {
		return hostPort(p.ThreatResponse.IROHURL), false
	}
	r, err := RegionByName(p.ThreatResponse.Region)
	if err != nil {
		return "", false
	}
	return hostPort(r.IROH), false
}

func hostPort(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}
