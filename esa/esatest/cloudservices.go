package esatest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// The appliance's messages.
const (
	messageCommitted = "Your changes have been committed"
	messageInitiated = "A request to register your appliance with the Cisco Threat Response portal is initiated. " +
		"Navigate back to this page after some time to check the appliance status."
	messageBadToken   = "The registration failed because of an invalid or expired token"
	messageRegistered = "The appliance is registered with the Cisco Threat Response portal."
)

// Refusals of the page Cloud Service Settings.
var (
	ErrManaged       = errors.New("this appliance is managed by a Security Management Appliance: it connects to Threat Response only through that one")
	ErrVersion       = errors.New("this AsyncOS version has no Threat Response: an Email Security Appliance needs 13.0, a Security Management Appliance 12.5")
	ErrServer        = errors.New("no such Threat Response Server")
	ErrNoChanges     = errors.New("there are no changes to commit")
	ErrNotEnabled    = errors.New("the feature Threat Response is disabled: edit the settings, enable it, submit and commit")
	ErrNotCommitted  = errors.New("the changes are not committed: no registration token is asked for before that")
	ErrClusterMode   = errors.New("the appliance is in cluster mode: only the appliance one is logged in to can be registered, in machine mode")
	ErrRegistering   = errors.New("a registration is in progress")
	ErrRegistered    = errors.New("the appliance is registered: deregister it first")
	ErrNotRegistered = errors.New("the appliance is not registered")
)

// CloudServices is the appliance's page Network > Cloud Service Settings, as an administrator uses
// it to link the appliance to Threat Response. No API of the real product does this.
type CloudServices struct {
	a *Appliance

	mu           sync.Mutex
	sse          SSE
	enabled      bool
	server       CloudServer
	submitted    *settings // not committed yet
	registration Registration
	device       string
	message      string
	cancel       context.CancelFunc // ends the registration in progress
	group        sync.WaitGroup
}

// settings are what the form Edit Settings holds.
type settings struct {
	enabled bool
	server  CloudServer
}

// newCloudServices is the page of a new appliance.
func newCloudServices(a *Appliance) *CloudServices {
	return &CloudServices{a: a, server: CloudServers()[0], registration: NotRegistered}
}

// Connect names the exchange to register with. Without one a registration never completes.
func (c *CloudServices) Connect(sse SSE) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sse = sse
}

// SetRegistered puts the page into the state after a completed set-up: enabled, committed and
// registered as a device.
func (c *CloudServices) SetRegistered(server, device string) error {
	chosen, ok := cloudServer(server)
	if !ok {
		return fmt.Errorf("%w: %q", ErrServer, server)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.enabled, c.server, c.submitted = true, chosen, nil
	c.registration, c.device, c.message = Registered, device, messageRegistered
	return nil
}

// Status is what the page shows now.
func (c *CloudServices) Status() CloudStatus {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := CloudStatus{
		Enabled: c.enabled, Server: c.server, Uncommitted: c.submitted != nil, Registration: c.registration, DeviceID: c.device,
		Message: c.message, Mode: "machine", Version: c.a.Version(), Available: c.unavailable() == nil,
	}
	if c.a.on("cloud-cluster-mode") {
		s.Mode = "cluster"
	}
	s.TokenField = s.Available && s.Mode == "machine" && c.enabled && (c.registration == NotRegistered || c.registration == RegistrationFailed)
	return s
}

// Submit takes the form Edit Settings: enabled or not, and the server by its name from CloudServers.
// Nothing takes effect before Commit.
func (c *CloudServices) Submit(enable bool, server string) error {
	chosen, ok := cloudServer(server)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.unavailable() != nil:
		return c.unavailable()
	case !ok:
		return fmt.Errorf("%w: %q", ErrServer, server)
	case c.registration == Registered:
		return ErrRegistered
	case c.registration == Registering:
		return ErrRegistering
	}
	c.submitted = &settings{enable, chosen}
	return nil
}

// Commit makes submitted changes take effect and returns the appliance's message.
func (c *CloudServices) Commit() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.submitted == nil {
		return "", ErrNoChanges
	}
	c.enabled, c.server, c.submitted = c.submitted.enabled, c.submitted.server, nil
	c.registration, c.message = NotRegistered, messageCommitted
	return messageCommitted, nil
}

// Register starts the registration with a token and returns the appliance's message. It is
// asynchronous: Status tells later how it ended.
func (c *CloudServices) Register(token string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.unavailable() != nil:
		return "", c.unavailable()
	case !c.enabled && c.submitted != nil:
		return "", ErrNotCommitted
	case !c.enabled:
		return "", ErrNotEnabled
	case c.a.on("cloud-cluster-mode"):
		return "", ErrClusterMode
	case c.registration == Registered:
		return "", ErrRegistered
	case c.registration == Registering:
		return "", ErrRegistering
	}
	ctx, cancel := context.WithCancel(context.Background())
	if c.cancel != nil {
		c.cancel() // of a registration that is over
	}
	c.cancel = cancel
	c.registration, c.message = Registering, messageInitiated
	device := Device{
		Token: token, Server: c.server, Hostname: c.a.cfg.Hostname, Serial: c.a.cfg.Serial, Version: c.a.Version(),
		Product: map[string]string{FlavourESA: "Email Security Appliance", FlavourSMA: "Security Management Appliance"}[c.a.cfg.Flavour],
	}
	c.group.Go(func() { c.register(ctx, device) })
	return messageInitiated, nil
}

// register waits as long as a registration takes and for the cloud to be reachable, then shows the
// token there.
func (c *CloudServices) register(ctx context.Context, device Device) {
	wait := c.a.cfg.RegisterDelay
	for {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		c.mu.Lock()
		sse := c.sse
		c.mu.Unlock()
		if sse != nil && !c.a.on("cloud-unreachable") && !c.a.on("cloud-ca-old") {
			id, err := sse.RegisterDevice(ctx, device)
			c.finish(ctx, id, err)
			return
		}
		wait = max(c.a.cfg.RegisterDelay/4, 50*time.Millisecond) // tries again until it is given up
	}
}

// finish notes how a registration ended. A clock that is off makes every token look wrong.
func (c *CloudServices) finish(ctx context.Context, id string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	if err != nil || c.a.on("clock-skew") {
		c.registration, c.message = RegistrationFailed, messageBadToken
		return
	}
	c.registration, c.device, c.message = Registered, id, messageRegistered
}

// Deregister removes the appliance from the exchange, or gives up a registration in progress.
func (c *CloudServices) Deregister(ctx context.Context) error {
	c.mu.Lock()
	sse, device := c.sse, c.device
	switch c.registration {
	case Registering:
		c.cancel()
		c.registration, c.message = NotRegistered, ""
		c.mu.Unlock()
		return nil
	case Registered:
		c.mu.Unlock()
	default:
		c.mu.Unlock()
		return ErrNotRegistered
	}
	if sse != nil {
		if err := sse.DeregisterDevice(ctx, device); err != nil {
			return fmt.Errorf("deregister device %s: %w", device, err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.registration, c.device, c.message = NotRegistered, "", ""
	return nil
}

// close gives up what is in progress and waits for it.
func (c *CloudServices) close() {
	c.mu.Lock()
	if c.cancel != nil {
		c.cancel()
	}
	c.mu.Unlock()
	c.group.Wait()
}

// unavailable says why the page has no Threat Response section, nil when it has one.
func (c *CloudServices) unavailable() error {
	if c.a.on("cloud-managed") && c.a.cfg.Flavour == FlavourESA {
		return ErrManaged
	}
	least := [2]int{13, 0}
	if c.a.cfg.Flavour == FlavourSMA {
		least = [2]int{12, 5}
	}
	m := buildPattern.FindStringSubmatch(c.a.Version())
	if m == nil {
		return nil // an unknown version is taken for a new one
	}
	major, _ := strconv.Atoi(m[1]) // digits
	minor, _ := strconv.Atoi(m[2])
	if major < least[0] || major == least[0] && minor < least[1] {
		return ErrVersion
	}
	return nil
}

var buildPattern = regexp.MustCompile(`^(\d{1,4})\.(\d{1,4})`)

// cloudServer finds a server by name.
func cloudServer(name string) (CloudServer, bool) {
	for _, s := range CloudServers() {
		if s.Name == name {
			return s, true
		}
	}
	return CloudServer{}, false
}
