package esatest

import (
	"context"
	"errors"
)

// Appliance is a running appliance.
type Appliance struct{ cfg Config }

var errNotYet = errors.New("not built yet")

// Start starts an appliance; Close ends it.
func Start(cfg Config) (*Appliance, error) { return nil, errNotYet }

// Close ends the appliance: listeners, connections and goroutines. It returns when all are gone.
func (a *Appliance) Close() error { return nil }

// SMTPAddr is the host:port of the SMTP listener.
func (a *Appliance) SMTPAddr() string { return "" }

// SMTPSAddr is the host:port of the listener with implicit TLS, empty without one.
func (a *Appliance) SMTPSAddr() string { return "" }

// APIURL is what a client puts before /esa/api/v2.0 or /sma/api/v2.0.
func (a *Appliance) APIURL() string { return "" }

// Hostname, Serial, Domain, Flavour, Username and Passphrase are the settings in effect.
func (a *Appliance) Hostname() string   { return a.cfg.Hostname }
func (a *Appliance) Serial() string     { return a.cfg.Serial }
func (a *Appliance) Domain() string     { return a.cfg.Domain }
func (a *Appliance) Flavour() string    { return a.cfg.Flavour }
func (a *Appliance) Username() string   { return a.cfg.Username }
func (a *Appliance) Passphrase() string { return a.cfg.Passphrase }

// CA is the authority that issued the appliance's certificates.
func (a *Appliance) CA() *CA { return a.cfg.CA }

// SetFaults replaces the faults that are on. An unknown name is an error and changes nothing.
func (a *Appliance) SetFaults(names ...string) error { return errNotYet }

// ActiveFaults lists the faults that are on, sorted.
func (a *Appliance) ActiveFaults() []string { return nil }

// Faults lists every fault that the appliance can have, sorted by name.
func Faults() []Fault { return nil }

// Messages returns every message that the appliance handled, oldest first, whether tracking shows
// it yet or not.
func (a *Appliance) Messages() []*Record { return nil }

// Find returns what message tracking would show now of the messages that match, newest first:
// nothing that is not visible yet, and nothing at all while tracking is off or elsewhere.
func (a *Appliance) Find(match func(*Record) bool) []*Record { return nil }

// Received counts the messages accepted over SMTP since the start.
func (a *Appliance) Received() int { return 0 }

// Cloud is the appliance's page Network > Cloud Service Settings.
func (a *Appliance) Cloud() *CloudServices { return nil }

// CloudServices is the appliance's link to Threat Response, as an administrator sets it up.
type CloudServices struct{}

// Connect names the exchange to register with and how long registering takes. Without one,
// registration never completes.
func (c *CloudServices) Connect(sse SSE) {}

// Status is what the page shows now.
func (c *CloudServices) Status() CloudStatus { return CloudStatus{} }

// Submit takes the form Edit Settings: enabled or not, and the server's name from CloudServers.
// Nothing takes effect before Commit.
func (c *CloudServices) Submit(enable bool, server string) error { return nil }

// Commit makes submitted changes take effect and returns the appliance's message.
func (c *CloudServices) Commit() (string, error) { return "", nil }

// Register starts the registration with a token and returns the appliance's message; how it ends
// is told by Status later.
func (c *CloudServices) Register(token string) (string, error) { return "", nil }

// Deregister removes the appliance from the exchange.
func (c *CloudServices) Deregister(ctx context.Context) error { return nil }
