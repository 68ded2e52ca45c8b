package ctrtest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Config says what the cloud is like. The zero value is a cloud of the region
// "us" on free ports with a certificate of its own and without modules.
type Config struct {
	// Addr, IntelAddr and SSEAddr are the host:port that IROH, private
	// intelligence and Security Services Exchange listen on; empty is a free
	// port on loopback.
	Addr, IntelAddr, SSEAddr string
	// TLS has the certificate to show; nil makes one, see Cloud.CertPEM.
	TLS *tls.Config
	// Region is us, eu or apjc; empty is us.
	Region string
	// ClientID and ClientSecret are the API client; made when empty.
	ClientID, ClientSecret string
	// Scopes are those that the client was created with; nil is all that a
	// client of Ctrace is told to have.
	Scopes []string
	// Modules are the configured modules, Types further types that can be
	// added. The types of Modules need not be repeated.
	Modules []Module
	Types   []ModuleType
	// OrgLimit is the number of requests per rolling hour; zero is 8000.
	OrgLimit int
	// CallDelay is how long every module takes at least.
	CallDelay time.Duration
	// TokenLife is how long an access token works; zero is 10 minutes.
	TokenLife time.Duration
	// Faults are those that are on from the start.
	Faults []string
	// Control answers what is asked below /lab/ on the host of Security Services
	// Exchange; nil is 404. It is for those who build a lab around the cloud.
	Control http.Handler
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Cloud is a running Threat Response. Its methods can be called from any
// goroutine.
type Cloud struct {
	cfg    Config
	faults faultSet
	certs  certificates
	tokens tokenStore
	budget budget
	log    requestLog
	mods   registry
	cases  casebooks
	sse    exchange
	once   onceFaults

	iroh, intel, portal *host

	stop    context.CancelFunc
	mu      sync.Mutex // guards closing and the start of work
	closing bool
	work    sync.WaitGroup
}

// host is one listener with its server.
type host struct {
	name   string
	url    string
	server *http.Server
}

// Start starts the cloud; it serves when Start returns.
func Start(cfg Config) (*Cloud, error) {
	cfg = cfg.withDefaults()
	c := &Cloud{cfg: cfg}
	if err := c.faults.set(cfg.Faults); err != nil {
		return nil, err
	}
	if err := c.certs.prepare(cfg.TLS); err != nil {
		return nil, err
	}
	if err := c.sse.prepare(c); err != nil {
		return nil, err
	}
	if err := c.mods.prepare(cfg); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.stop = cancel
	for _, h := range []struct {
		into   **host
		name   string
		addr   string
		routes func() http.Handler
	}{
		{&c.iroh, "iroh", cfg.Addr, c.irohRoutes},
		{&c.intel, "intel", cfg.IntelAddr, c.intelRoutes},
		{&c.portal, "sse", cfg.SSEAddr, c.portalRoutes},
	} {
		ln, err := new(net.ListenConfig).Listen(ctx, "tcp", h.addr)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("ctrtest: listening for %s on %s: %w", h.name, h.addr, err), c.Close())
		}
		*h.into = &host{name: h.name, url: "https://" + ln.Addr().String()}
		c.serve(ctx, *h.into, ln, h.routes())
	}
	return c, nil
}

func (cfg Config) withDefaults() Config {
	for _, addr := range []*string{&cfg.Addr, &cfg.IntelAddr, &cfg.SSEAddr} {
		if *addr == "" {
			*addr = "127.0.0.1:0"
		}
	}
	if cfg.Region == "" {
		cfg.Region = "us"
	}
	if cfg.ClientID == "" {
		cfg.ClientID = "client-" + newUUID()
	}
	if cfg.ClientSecret == "" {
		cfg.ClientSecret = newSecret()
	}
	if cfg.Scopes == nil {
		cfg.Scopes = defaultScopes()
	}
	if cfg.OrgLimit == 0 {
		cfg.OrgLimit = 8000
	}
	if cfg.TokenLife == 0 {
		cfg.TokenLife = 10 * time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return cfg
}

func (c *Cloud) serve(ctx context.Context, h *host, ln net.Listener, routes http.Handler) {
	h.server = &http.Server{
		Handler:           c.outermost(h.name, routes),
		TLSConfig:         c.certs.config(&c.faults),
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // failed handshakes are the client's to report
	}
	c.work.Go(func() { _ = h.server.ServeTLS(ln, "", "") })
}

// Close stops the cloud and waits for every call that is being answered.
func (c *Cloud) Close() error {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	c.stop()
	var errs []error
	for _, h := range []*host{c.iroh, c.intel, c.portal} {
		if h != nil {
			errs = append(errs, h.server.Close())
		}
	}
	c.work.Wait()
	return errors.Join(errs...)
}

// begin counts a call in; false when the cloud is closing.
func (c *Cloud) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return false
	}
	c.work.Add(1)
	return true
}

// IROHURL is what goes before /iroh.
func (c *Cloud) IROHURL() string { return c.iroh.url }

// IntelURL is what goes before /ctia.
func (c *Cloud) IntelURL() string { return c.intel.url }

// SSEURL is where Security Services Exchange listens.
func (c *Cloud) SSEURL() string { return c.portal.url }

// ClientID is the API client's id.
func (c *Cloud) ClientID() string { return c.cfg.ClientID }

// ClientSecret is the API client's password.
func (c *Cloud) ClientSecret() string { return c.cfg.ClientSecret }

// SetFaults replaces the faults that are on. With an unknown name nothing changes.
func (c *Cloud) SetFaults(names ...string) error {
	if err := c.faults.set(names); err != nil {
		return err
	}
	c.once.reset()
	return nil
}

// Requests returns the calls so far, oldest first, at most the latest 10,000.
func (c *Cloud) Requests() []Request { return c.log.all() }
