package lab

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
)

// Config says what the lab is like. The zero value is a standalone ESA that is
// fully integrated, on free ports.
type Config struct {
	// SMTPAddr, ESAAddr and CTRAddr are host:port to listen on; empty means a
	// free port on loopback. Private intelligence and Security Services
	// Exchange always get free ports on CTRAddr's host.
	SMTPAddr, ESAAddr, CTRAddr string
	// SMA makes the tracking appliance a Security Management Appliance.
	SMA bool
	// Appliances is how many appliances there are whose message tracking can be
	// searched, up to MaxAppliances; zero is one.
	Appliances int
	// Slow is how long the faults take that make an appliance slow; zero is 65
	// seconds.
	Slow time.Duration
	// Delay is the time between the acceptance of a message and its
	// appearance in tracking; zero is half a second, negative is none.
	Delay time.Duration
	// Messages is the number of seeded messages of the past day, up to
	// 100,000; zero is 200, negative is none.
	Messages int
	// Seed makes another day of traffic; the same seed gives the same one.
	Seed uint64
	// Faults are the names of the faults that are on from the start.
	Faults []string
	// Unconfigured starts before step 1 of the integration document: the
	// appliance is not registered and Threat Response has no email module.
	// Practice then does the steps.
	Unconfigured bool
	// RegisterDelay is how long a registration takes that a person starts;
	// zero is 1.5 seconds, negative is none.
	RegisterDelay time.Duration
	// CallDelay is how long every module takes to answer.
	CallDelay time.Duration
	// Awkward adds modules that make more trouble than the slow one that is
	// always there: one that is rate-limited, one that answers partially and
	// one with broken data.
	Awkward bool
	// SubjectPivot lets the email module be asked about subjects, which the
	// real one is not documented to answer.
	SubjectPivot bool
	// Dir is where the CA's certificate is written; empty means a temporary
	// directory that Close removes.
	Dir string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Info is what a client needs to talk to the lab: the JSON line of
// `ctrace lab`. ESAURL, CTRURL and IntelURL are what goes before
// /esa/api/v2.0 (or /sma/api/v2.0), /iroh and /ctia.
type Info struct {
	Schema       string `json:"schema"` // "ctrace/lab/1"
	SMTP         string `json:"smtp"`   // host:port
	ESAURL       string `json:"esa_url"`
	CTRURL       string `json:"ctr_url"`
	IntelURL     string `json:"intel_url"`
	SSEURL       string `json:"sse_url"`
	User         string `json:"user"`
	Passphrase   string `json:"passphrase"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	CAFile       string `json:"ca_file"`
	Sender       string `json:"sender"`
	Recipient    string `json:"recipient"`
	// More are the appliances besides the first one.
	More []Further `json:"more,omitempty"`
	// SMA says that the tracking API is the Security Management Appliance's.
	SMA bool `json:"-"`
}

// Lab is a running lab. Its methods can be called from any goroutine.
type Lab struct {
	cfg       Config
	info      Info
	ca        *esatest.CA
	appliance *esatest.Appliance
	further   []further
	cloud     *ctrtest.Cloud
	practice  *Practice
	active    atomic.Pointer[[]string]
	setting   sync.Mutex // held while faults are set
	planting  atomic.Bool
	life      context.Context //nolint:containedctx // the life of the lab, ended by Close
	stop      context.CancelFunc
	dir       string // to remove, empty when it is the caller's
}

// Start starts the lab. It is ready when Start returns; ctx only bounds the
// starting. An unknown fault name is an *UnknownFaultError.
func Start(ctx context.Context, cfg Config) (*Lab, error) {
	if err := CheckFaults(cfg.Faults...); err != nil {
		return nil, err
	}
	if cfg.Appliances > MaxAppliances {
		return nil, fmt.Errorf("a lab has at most %d appliances, not %d", MaxAppliances, cfg.Appliances)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l := &Lab{cfg: cfg.withDefaults()}
	l.life, l.stop = context.WithCancel(context.Background())
	l.active.Store(new([]string))
	l.practice = &Practice{lab: l}
	if err := l.start(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (cfg Config) withDefaults() Config {
	if cfg.Delay == 0 {
		cfg.Delay = 500 * time.Millisecond
	}
	if cfg.Messages == 0 {
		cfg.Messages = 200
	}
	if cfg.RegisterDelay == 0 {
		cfg.RegisterDelay = 1500 * time.Millisecond // so that one sees that it is not at once
	}
	cfg.Delay, cfg.Messages = max(0, cfg.Delay), max(0, cfg.Messages)
	cfg.Appliances = max(1, cfg.Appliances)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return cfg
}

func (l *Lab) start() error {
	var err error
	if l.ca, err = esatest.NewCA("Ctrace Lab"); err != nil {
		return err
	}
	if err := l.writeCA(); err != nil {
		return err
	}
	if err := l.startAppliance(); err != nil {
		return err
	}
	if err := l.startFurther(); err != nil {
		return err
	}
	if err := l.checkFurther(l.cfg.Faults); err != nil {
		return err
	}
	if err := l.startCloud(); err != nil {
		return err
	}
	l.appliance.Cloud().Connect(exchange{l})
	if err := l.plant(l.cfg.Faults); err != nil {
		return err
	}
	l.info = l.makeInfo()
	return nil
}

func (l *Lab) startAppliance() error {
	cfg := esatest.Config{
		SMTPAddr: l.cfg.SMTPAddr, APIAddr: l.cfg.ESAAddr, Delay: l.cfg.Delay, Slow: l.cfg.Slow, Messages: l.cfg.Messages,
		Seed: l.cfg.Seed, CA: l.ca, Now: l.cfg.Now,
	}
	if l.cfg.SMA {
		cfg.Flavour = esatest.FlavourSMA
	}
	var err error
	if l.appliance, err = esatest.Start(cfg); err != nil {
		return fmt.Errorf("starting the lab's appliance: %w", err)
	}
	return nil
}

func (l *Lab) startCloud() error {
	host, _, _ := net.SplitHostPort(l.cfg.CTRAddr)
	names := []string{"127.0.0.1", "::1", "localhost"}
	if host != "" {
		names = append(names, host)
	}
	leaf, err := l.ca.Leaf(time.Time{}, names...)
	if err != nil {
		return err
	}
	cfg := ctrtest.Config{
		Addr: l.cfg.CTRAddr, TLS: &tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12},
		Types:     []ctrtest.ModuleType{l.emailType(productESA), l.emailType(productSMA)},
		Modules:   []ctrtest.Module{ctrtest.IntelligenceOf(KnownValues, l.cfg.Now), ctrtest.Slow(2*time.Second, 5)},
		CallDelay: l.cfg.CallDelay, Now: l.cfg.Now, Control: l.control(),
	}
	if l.cfg.Awkward {
		cfg.Modules = append(cfg.Modules, ctrtest.RateLimited(3), ctrtest.Partial(l.cfg.Now), ctrtest.Broken())
	}
	if host != "" {
		cfg.IntelAddr, cfg.SSEAddr = net.JoinHostPort(host, "0"), net.JoinHostPort(host, "0")
	}
	if l.cloud, err = ctrtest.Start(cfg); err != nil {
		return fmt.Errorf("starting the lab's Threat Response: %w", err)
	}
	return nil
}

// plant sets the lab up and then makes what the faults say wrong.
func (l *Lab) plant(names []string) error {
	l.planting.Store(true)
	defer l.planting.Store(false)
	l.practice.forget()
	base := l.configure
	if l.cfg.Unconfigured {
		base = l.reset
	}
	if err := base(); err != nil {
		return err
	}
	for _, name := range names {
		if own, _ := ownFault(name); own.plant != nil {
			if err := own.plant(l); err != nil {
				return fmt.Errorf("planting %s: %w", name, err)
			}
		}
	}
	if err := l.activate(names); err != nil {
		return err
	}
	for _, name := range names {
		if own, _ := ownFault(name); own.then != nil {
			if err := own.then(l); err != nil {
				return fmt.Errorf("planting %s: %w", name, err)
			}
		}
	}
	return nil
}

// registering is how long registering takes: no time while the lab is set up.
func (l *Lab) registering() time.Duration {
	if l.planting.Load() {
		return 0
	}
	return l.cfg.RegisterDelay
}

func (l *Lab) now() time.Time { return l.cfg.Now() }

// product is the device type of the lab's appliance.
func (l *Lab) product() string {
	if l.cfg.SMA {
		return productSMA
	}
	return productESA
}

func (l *Lab) typeID(product string) string { return l.types()[product] }

// types returns the ids of the email module types by product.
func (l *Lab) types() map[string]string {
	ids := make(map[string]string)
	for _, t := range l.cloud.Types() {
		switch t.Record {
		case l.emailType(productESA).Record:
			ids[productESA] = t.ID
		case l.emailType(productSMA).Record:
			ids[productSMA] = t.ID
		}
	}
	return ids
}

func (l *Lab) writeCA() error {
	dir := l.cfg.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "ctrace-lab-"); err != nil {
			return fmt.Errorf("making a place for the lab's CA certificate: %w", err)
		}
		l.dir = dir
	}
	l.info.CAFile = filepath.Join(dir, "lab-ca.pem")
	if err := os.WriteFile(l.info.CAFile, l.ca.CertPEM(), 0o600); err != nil {
		return fmt.Errorf("writing the lab's CA certificate: %w", err)
	}
	return nil
}

func (l *Lab) makeInfo() Info {
	domain := cmp.Or(l.appliance.Domain(), "lab.example")
	var more []Further
	for _, f := range l.further {
		more = append(more, Further{f.name, f.appliance.APIURL()})
	}
	return Info{
		More:   more,
		Schema: "ctrace/lab/1", SMTP: l.appliance.SMTPAddr(), ESAURL: l.appliance.APIURL(),
		CTRURL: l.cloud.IROHURL(), IntelURL: l.cloud.IntelURL(), SSEURL: l.cloud.SSEURL(),
		User: l.appliance.Username(), Passphrase: l.appliance.Passphrase(),
		ClientID: l.cloud.ClientID(), ClientSecret: l.cloud.ClientSecret(), CAFile: l.info.CAFile,
		Sender: "ctrace@sender.example", Recipient: "postmaster@" + domain, SMA: l.cfg.SMA,
	}
}

// Close stops everything, waits for all that the lab started, and removes what
// it wrote.
func (l *Lab) Close() error {
	l.stop()
	var errs []error
	if l.appliance != nil {
		errs = append(errs, l.appliance.Close())
	}
	for _, f := range l.further {
		errs = append(errs, f.appliance.Close())
	}
	if l.cloud != nil {
		errs = append(errs, l.cloud.Close())
	}
	if l.dir != "" {
		errs = append(errs, os.RemoveAll(l.dir))
	}
	return errors.Join(errs...)
}

// Info returns what a client needs to talk to the lab.
func (l *Lab) Info() Info { return l.info }

// Roots returns a pool with the lab's CA certificate only.
func (l *Lab) Roots() *x509.CertPool { return l.ca.Pool() }

// Received returns how many messages were accepted over SMTP since the start;
// seeded ones do not count.
func (l *Lab) Received() int { return l.appliance.Received() }

// Practice returns the hands of the person who sets the integration up on the
// lab's appliance and portals.
func (l *Lab) Practice() *Practice { return l.practice }
