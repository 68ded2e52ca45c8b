package esatest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// Appliance is a running appliance.
type Appliance struct {
	cfg      Config
	certs    *certificates
	gateways []*Gateway
	store    store
	active   atomic.Pointer[map[string]bool]
	tokens   tokens
	cloud    *CloudServices
	done     chan struct{}

	smtp, smtps, api *listener
	web              *webServer
}

// Start starts an appliance; Close ends it.
func Start(cfg Config) (*Appliance, error) {
	cfg = cfg.normal()
	if cfg.Flavour != FlavourESA && cfg.Flavour != FlavourSMA {
		return nil, fmt.Errorf("unknown flavour %q: use esa or sma", cfg.Flavour)
	}
	if cfg.Messages < 0 || cfg.Messages > maxSeeded {
		return nil, fmt.Errorf("%d seeded messages: use 0 to %d", cfg.Messages, maxSeeded)
	}
	a := &Appliance{cfg: cfg, gateways: gatewaysOf(cfg), done: make(chan struct{})}
	a.cloud = newCloudServices(a)
	if err := a.SetFaults(cfg.Faults...); err != nil {
		return nil, err
	}
	if a.cfg.CA == nil {
		ca, err := NewCA("Lab CA")
		if err != nil {
			return nil, err
		}
		a.cfg.CA = ca
	}
	names := []string{a.gateways[0].Host, cfg.Hostname, "localhost", "127.0.0.1", "::1"}
	for _, addr := range []string{cfg.SMTPAddr, cfg.SMTPSAddr, cfg.APIAddr} {
		if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
			names = append(names, host)
		}
	}
	var err error
	if a.certs, err = newCertificates(a.cfg.CA, names...); err != nil {
		return nil, err
	}
	a.seedTraffic()
	if err := a.listen(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// listen opens the listeners and starts to serve.
func (a *Appliance) listen() error {
	var err error
	if a.smtp, err = listen(a.cfg.SMTPAddr); err != nil {
		return err
	}
	a.smtp.serve(func(conn net.Conn) { a.serveSMTP(conn, false) })
	if a.cfg.SMTPSAddr != "" {
		if a.smtps, err = listen(a.cfg.SMTPSAddr); err != nil {
			return err
		}
		a.smtps.serve(func(conn net.Conn) { a.serveSMTP(conn, true) })
	}
	if a.api, err = listen(a.cfg.APIAddr); err != nil {
		return err
	}
	a.web = newWebServer(a)
	a.api.serve(a.web.take)
	return nil
}

// Close ends the appliance: listeners, connections and goroutines. It returns when all are gone.
func (a *Appliance) Close() error {
	select {
	case <-a.done:
		return nil
	default:
	}
	close(a.done)
	for _, l := range []*listener{a.smtp, a.smtps, a.api} {
		if l != nil {
			l.close()
		}
	}
	if a.web != nil {
		a.web.close()
	}
	a.cloud.close()
	return nil
}

// pause waits, and tells whether the appliance still runs.
func (a *Appliance) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-a.done:
		return false
	}
}

// SMTPAddr is the host:port of the SMTP listener.
func (a *Appliance) SMTPAddr() string { return a.smtp.Addr().String() }

// SMTPSAddr is the host:port of the listener with implicit TLS, empty without one.
func (a *Appliance) SMTPSAddr() string {
	if a.smtps == nil {
		return ""
	}
	return a.smtps.Addr().String()
}

// APIURL is what a client puts before /esa/api/v2.0 or /sma/api/v2.0.
func (a *Appliance) APIURL() string { return "https://" + a.api.Addr().String() }

// Hostname is the name of the appliance whose API this is.
func (a *Appliance) Hostname() string { return a.cfg.Hostname }

// Serial is the serial number of the appliance whose API this is.
func (a *Appliance) Serial() string { return a.cfg.Serial }

// Domain is the domain that mail is accepted for.
func (a *Appliance) Domain() string { return a.cfg.Domain }

// Flavour is FlavourESA or FlavourSMA.
func (a *Appliance) Flavour() string { return a.cfg.Flavour }

// Username is the API user.
func (a *Appliance) Username() string { return a.cfg.Username }

// Passphrase is the API user's passphrase.
func (a *Appliance) Passphrase() string { return a.cfg.Passphrase }

// CA is the authority that issued the appliance's certificates.
func (a *Appliance) CA() *CA { return a.cfg.CA }

// Cloud is the appliance's page Network > Cloud Service Settings.
func (a *Appliance) Cloud() *CloudServices { return a.cloud }

// now is the appliance's clock.
func (a *Appliance) now() time.Time {
	now := a.cfg.Now()
	if a.on("clock-skew") {
		now = now.Add(-clockSkew)
	}
	return now
}

// location is the appliance's time zone.
func (a *Appliance) location() *time.Location {
	if a.on("zone-seoul") {
		return seoul
	}
	return a.cfg.Location
}

// clockSkew is how far the clock is off with the fault clock-skew.
const clockSkew = 2 * time.Hour

// seoul has no summer time, so that its offset needs no time zone data.
var seoul = time.FixedZone("KST", 9*60*60)

// maxSize is the largest message that the listener takes.
func (a *Appliance) maxSize() int64 {
	if a.on("smtp-size") {
		return 200
	}
	return a.cfg.MaxSize
}

// normal fills in the defaults.
func (c Config) normal() Config {
	c.Flavour = cmp.Or(c.Flavour, FlavourESA)
	c.Domain = strings.ToLower(cmp.Or(c.Domain, "lab.example"))
	c.Hostname = cmp.Or(c.Hostname, map[string]string{FlavourSMA: "sma1." + c.Domain}[c.Flavour], "esa1."+c.Domain)
	c.Serial = cmp.Or(c.Serial, serialOf(c.Seed, c.Hostname))
	c.Build = cmp.Or(c.Build, map[string]string{FlavourSMA: "15.5.1-024"}[c.Flavour], "15.5.1-055")
	c.Location = cmp.Or(c.Location, time.UTC)
	c.Username = cmp.Or(c.Username, "analyst")
	c.Passphrase = cmp.Or(c.Passphrase, "lab-"+digest(c.Seed, "passphrase")[:16])
	c.Role = cmp.Or(c.Role, "HelpDeskUser")
	c.TokenLife = cmp.Or(c.TokenLife, 30*time.Minute)
	c.SMTPUsername = cmp.Or(c.SMTPUsername, c.Username)
	c.SMTPPassword = cmp.Or(c.SMTPPassword, c.Passphrase)
	c.MaxSize = cmp.Or(c.MaxSize, 31457280)
	c.Settle = cmp.Or(c.Settle, c.Delay/10)
	c.Slow = cmp.Or(c.Slow, 65*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// gatewaysOf lists the gateways: the appliance itself, or two behind a Web Manager.
func gatewaysOf(cfg Config) []*Gateway {
	if cfg.Flavour == FlavourESA {
		return []*Gateway{{Serial: cfg.Serial, Host: cfg.Hostname, HostIP: "192.0.2.11"}}
	}
	var gateways []*Gateway
	for i, name := range []string{"esa1.", "esa2."} {
		host := name + cfg.Domain
		gateways = append(gateways, &Gateway{Serial: serialOf(cfg.Seed, host), Host: host, HostIP: fmt.Sprintf("192.0.2.%d", 11+i)})
	}
	return gateways
}

// serialOf makes a serial number in the form of a virtual appliance's.
func serialOf(seed uint64, host string) string {
	d := strings.ToUpper(digest(seed, "serial "+host))
	return d[:20] + "-" + d[20:32]
}

// digest is a text that depends only on the seed and a name.
func digest(seed uint64, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, name))
	return hex.EncodeToString(sum[:])
}
