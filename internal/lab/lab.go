package lab

import (
	"context"
	"crypto/x509"
	"time"
)

// Config says what the lab is like. The zero value is a standalone ESA that is
// fully integrated, on free ports.
type Config struct {
	// SMTPAddr, ESAAddr and CTRAddr are host:port to listen on; empty means a
	// free port on loopback. Private intelligence and Security Services
	// Exchange always get free ports next to CTRAddr's host.
	SMTPAddr, ESAAddr, CTRAddr string
	// SMA makes the tracking appliance a Security Management Appliance.
	SMA bool
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
	// CallDelay is how long every module takes to answer.
	CallDelay time.Duration
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
	// SMA says that the tracking API is the Security Management Appliance's.
	SMA bool `json:"-"`
}

// Lab is a running lab. Its methods can be called from any goroutine.
type Lab struct {
	info     Info
	roots    *x509.CertPool
	practice *Practice
}

// Start starts the lab. It is ready when Start returns; ctx only bounds the
// starting. An unknown fault name is an *UnknownFaultError.
func Start(ctx context.Context, cfg Config) (*Lab, error) { return nil, nil }

// Close stops everything, waits for all that the lab started, and removes what
// it wrote.
func (l *Lab) Close() error { return nil }

// Info returns what a client needs to talk to the lab.
func (l *Lab) Info() Info { return l.info }

// Roots returns a pool with the lab's CA certificate only.
func (l *Lab) Roots() *x509.CertPool { return l.roots }

// SetFaults replaces the faults that are on. With an unknown name nothing
// changes and the error is an *UnknownFaultError.
func (l *Lab) SetFaults(names ...string) error { return nil }

// Faults returns the names of the faults that are on, sorted.
func (l *Lab) Faults() []string { return nil }

// Received returns how many messages were accepted over SMTP since the start;
// seeded ones do not count.
func (l *Lab) Received() int { return 0 }

// Practice returns the hands of the person who sets the integration up on the
// lab's appliance and portals.
func (l *Lab) Practice() *Practice { return l.practice }
