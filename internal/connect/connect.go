// Package connect makes live clients of a profile: the gateway's SMTP server,
// the appliance's API and Threat Response, each with the profile's trust, its
// secrets, and a transport that respects the proxies of the environment.
//
// It sends nothing by itself. It never weakens the verification of certificates,
// and what its trace writes holds no bodies, no headers that carry secrets, and
// no secret parameters.
package connect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/config"
	"ctrace/internal/dial"
)

// Need says which clients are wanted, so that a command that only sends does not
// ask for the secrets of the others.
type Need uint8

// The clients that a profile can give.
const (
	Gateway Need = 1 << iota
	Tracker
	ThreatResponse

	Everything = Gateway | Tracker | ThreatResponse
)

// Options are what is not the profile's business.
type Options struct {
	Need  Need             // 0 means Everything
	Trace *slog.Logger     // gets one debug record for each HTTP exchange; nil means no trace
	Now   func() time.Time // nil means time.Now
}

// Clients are what a profile was made into. What was not needed is the zero
// value or nil.
type Clients struct {
	Profile        config.Profile
	SMTP           testmail.Server
	Tracker        *esa.Client
	More           []Appliance // further trackers, by name
	ThreatResponse *ctr.Client
	Region         ctr.Region   // with the profile's own addresses where it has some
	CloudHTTP      *http.Client // with the trust of Threat Response, for pages that need no token

	closeIdle []func()
}

// Appliance is a further appliance whose message tracking is searched.
type Appliance struct {
	Name    string
	Tracker *esa.Client
}

// NotConfiguredError says that a profile lacks something that is needed.
type NotConfiguredError struct {
	Profile string
	Key     string // such as gateway.host
	Purpose string // what needs it
}

// Error implements error.
func (e *NotConfiguredError) Error() string {
	return fmt.Sprintf("profile %q has no %s, which %s needs: set it in %s", e.Profile, e.Key, e.Purpose, config.Path())
}

// Open makes the clients that are needed. Every part that cannot be made is
// reported, joined into one error; a part that is not configured is a
// *NotConfiguredError and a secret that is nowhere a *config.MissingSecretError.
// Nothing is sent, but secrets are looked up, which may run the profile's
// commands. Close the clients.
func Open(ctx context.Context, p config.Profile, secrets config.Lookup, opts Options) (*Clients, error) {
	p = p.WithDefaults()
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if opts.Need == 0 {
		opts.Need = Everything
	}
	c := &Clients{Profile: p}
	var errs []error
	for _, part := range []struct {
		need Need
		open func(context.Context, config.Lookup, Options) error
	}{{Gateway, c.openGateway}, {Tracker, c.openTracker}, {ThreatResponse, c.openThreatResponse}} {
		if opts.Need&part.need != 0 {
			errs = append(errs, part.open(ctx, secrets, opts))
		}
	}
	if err := errors.Join(errs...); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close closes connections that wait to be used again.
func (c *Clients) Close() {
	for _, closeIdle := range c.closeIdle {
		closeIdle()
	}
}

func (c *Clients) openGateway(ctx context.Context, secrets config.Lookup, _ Options) error {
	g := c.Profile.Gateway
	if g.Host == "" {
		return c.missing("gateway.host", "sending")
	}
	host := strings.Trim(g.Host, "[]")
	trust, err := g.TLSConfig(host)
	if err != nil {
		return c.inSection("gateway", err)
	}
	c.SMTP = testmail.Server{
		Host: host, Port: g.Port,
		TLS: testmail.TLSMode(g.TLS), TLSConfig: trust,
		HELO: g.HELO,
		Auth: testmail.AuthMethod(g.Auth), Username: g.Username,
		Dial: dial.With(net.Dialer{}),
	}
	if g.Auth == "none" {
		return nil
	}
	password, err := secrets(ctx, config.SMTPPassword)
	if err != nil {
		return err
	}
	c.SMTP.Password = password.Reveal()
	return nil
}

func (c *Clients) openTracker(ctx context.Context, secrets config.Lookup, opts Options) error {
	t := c.Profile.Tracker
	for _, needed := range []struct{ key, value string }{{"tracker.url", t.URL}, {"tracker.username", t.Username}} {
		if needed.value == "" {
			return c.missing(needed.key, "message tracking")
		}
	}
	own := config.Appliance{URL: t.URL, Flavour: t.Flavour, Auth: t.Auth, Username: t.Username, Trust: t.Trust}
	var err error
	c.Tracker, err = c.newTracker("tracker", own, opts, func() (config.Secret, error) { return secrets(ctx, config.Passphrase) })
	if err != nil {
		return err
	}
	for _, name := range t.Appliances() {
		tracker, err := c.newTracker("tracker.more."+name, t.More[name], opts, func() (config.Secret, error) {
			return c.Profile.AppliancePassphrase(ctx, name, secrets)
		})
		if err != nil {
			return err
		}
		c.More = append(c.More, Appliance{Name: name, Tracker: tracker})
	}
	return nil
}

// newTracker makes the client of an appliance that a section of the profile describes.
func (c *Clients) newTracker(section string, a config.Appliance, opts Options, passphrase func() (config.Secret, error)) (*esa.Client, error) {
	trust, err := a.TLSConfig("")
	if err != nil {
		return nil, c.inSection(section, err)
	}
	secret, err := passphrase()
	if err != nil {
		return nil, err
	}
	tracker, err := esa.New(esa.Config{
		BaseURL: a.URL, Flavour: esa.Flavour(a.Flavour), Auth: esa.AuthMethod(a.Auth),
		Username: a.Username, Passphrase: secret.Reveal(),
		HTTPClient: c.httpClient(trust, opts), Now: opts.Now,
	})
	return tracker, c.inSection(section, err)
}

func (c *Clients) openThreatResponse(ctx context.Context, secrets config.Lookup, opts Options) error {
	r := c.Profile.ThreatResponse
	if r.Region == "" && r.IROHURL == "" {
		return c.missing("threat_response.region", "Threat Response")
	}
	if r.ClientID == "" {
		return c.missing("threat_response.client_id", "Threat Response")
	}
	if r.Region != "" {
		region, err := ctr.RegionByName(r.Region)
		if err != nil {
			return c.inSection("threat_response", err)
		}
		c.Region = region
	}
	if r.IROHURL != "" {
		c.Region.IROH = strings.TrimRight(r.IROHURL, "/")
	}
	if r.IntelURL != "" {
		c.Region.Intel = strings.TrimRight(r.IntelURL, "/")
	}
	trust, err := r.TLSConfig("")
	if err != nil {
		return c.inSection("threat_response", err)
	}
	secret, err := secrets(ctx, config.ClientSecret)
	if err != nil {
		return err
	}
	c.CloudHTTP = c.httpClient(trust, opts)
	c.ThreatResponse, err = ctr.New(ctr.Config{
		IROHURL: c.Region.IROH, IntelURL: c.Region.Intel,
		ClientID: r.ClientID, ClientSecret: secret.Reveal(),
		HTTPClient: c.CloudHTTP, Now: opts.Now,
	})
	return c.inSection("threat_response", err)
}

func (c *Clients) missing(key, purpose string) error {
	return &NotConfiguredError{Profile: c.Profile.Name, Key: key, Purpose: purpose}
}

func (c *Clients) inSection(section string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("profile %q, %s: %w", c.Profile.Name, section, err)
}
