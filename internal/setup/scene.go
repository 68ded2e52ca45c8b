package setup

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/config"
)

// Tracker is what the checks ask of an appliance; *esa.Client has it.
type Tracker interface {
	Host() string
	Flavour() esa.Flavour
	Privileges(ctx context.Context) ([]string, error)
	Search(ctx context.Context, q esa.Query) (esa.Page, error)
	SystemTime(ctx context.Context) (esa.SystemTime, error)
	XMLStatus(ctx context.Context) (esa.XMLStatus, error)
	LogSubscriptions(ctx context.Context, retrieval string) ([]esa.LogSubscription, error)
}

// Cloud is what the checks ask of Threat Response; *ctr.Client has it.
type Cloud interface {
	Token(ctx context.Context) (ctr.TokenInfo, error)
	ModuleInstances(ctx context.Context) ([]ctr.ModuleInstance, error)
	ModuleTypes(ctx context.Context) ([]ctr.ModuleType, error)
	HealthOf(ctx context.Context, instanceID string) (ctr.HealthStatus, error)
}

// Resolver looks host names up; *net.Resolver does.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Proof is the last verification that is on record, for A21.
type Proof struct {
	Verdict string // such as "verified"
	Token   string
	At      time.Time
}

// Scene is what the checks look at: live clients, and what the person said where no program can
// look. What is nil or empty is skipped, with that as the evidence.
type Scene struct {
	Topology  config.Topology
	Region    Region   // of the profile
	Endpoints []string // host:port of the cloud's hosts; CloudEndpoints gives those of a region
	Tracker   Tracker
	Cloud     Cloud
	// Gateway probes the SMTP listener up to the end of STARTTLS and AUTH, without mailing.
	Gateway     func(ctx context.Context) (testmail.Receipt, error)
	GatewayHost string

	ApplianceRegion string // the region id that the person chose on the appliance; empty when not said
	ApplianceBuild  string // the AsyncOS version that the person typed; the appliance's own word wins
	Token           *TokenTimer
	TokenDoubts     []Text // of the token that was pasted last
	TokenPasted     bool
	Observables     []observable.Observable // those of the last query
	Last            *Proof
	MessageAge      time.Duration // how far the module must look back; a fresh test message needs none

	Resolver Resolver
	Dial     func(ctx context.Context, network, addr string) (net.Conn, error)
	Roots    *x509.CertPool // nil means the system's
	Proxy    func(*http.Request) (*url.URL, error)
	HTTP     *http.Client // for the cloud's clock
	Now      func() time.Time
}

// CloudEndpoints returns the hosts that the appliance and this program talk to in a region.
func CloudEndpoints(r Region) []string {
	hosts := []string{r.SSEHost, r.SSEPortal}
	for _, address := range []string{r.IROH, r.Intel} {
		if u, err := url.Parse(address); err == nil {
			hosts = append(hosts, u.Hostname())
		}
	}
	for i, h := range hosts {
		hosts[i] = net.JoinHostPort(h, "443")
	}
	return hosts
}

// sma tells whether the integrated appliance is an SMA, which also serves cloud gateways.
func (s *Scene) sma() bool { return s.Topology == config.SMA || s.Topology == config.Cloud }
