package ctrtest

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrToken is the refusal of a registration token. What is wrong with the token
// is never said.
var ErrToken = errors.New("the registration failed because of an invalid or expired token")

// ErrNoRegion says that there is no portal of that region.
var ErrNoRegion = errors.New("there is no such region")

// exchange is Security Services Exchange: one portal per region, with accounts
// that know nothing of each other.
type exchange struct {
	portals map[string]*Portal
}

func (e *exchange) prepare(c *Cloud) error {
	e.portals = make(map[string]*Portal)
	for region, host := range map[string][2]string{
		"us":   {"admin.sse.itd.cisco.com", "api-sse.cisco.com"},
		"eu":   {"admin.eu.sse.itd.cisco.com", "api.eu.sse.itd.cisco.com"},
		"apjc": {"admin.apj.sse.itd.cisco.com", "api.apj.sse.itd.cisco.com"},
	} {
		e.portals[region] = &Portal{Region: region, Host: host[0], API: host[1], now: c.cfg.Now, tokens: make(map[string]*registrationToken)}
	}
	if e.portals[c.cfg.Region] == nil {
		return fmt.Errorf("ctrtest: %w: %q", ErrNoRegion, c.cfg.Region)
	}
	return nil
}

// Portal returns the Security Services Exchange portal of a region (us, eu or apjc).
func (c *Cloud) Portal(region string) (*Portal, error) {
	if p := c.sse.portals[region]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoRegion, region)
}

// Home returns the portal of the cloud's own region: the one whose devices
// Threat Response can use.
func (c *Cloud) Home() *Portal { return c.sse.portals[c.cfg.Region] }

// Portal is Security Services Exchange of one region.
type Portal struct {
	Region string // us, eu or apjc
	Host   string // where a person generates tokens
	API    string // where an appliance registers: the name of its drop-down entry

	now     func() time.Time
	mu      sync.Mutex
	tokens  map[string]*registrationToken
	devices []Device
	ctr     bool
}

type registrationToken struct {
	expires time.Time
	left    int
}

// Token is a registration token as the portal shows it once. It is a secret
// until it was used or has expired.
type Token struct {
	Value   string
	Devices int // how many devices can register with it
	Expires time.Time
}

// Device is a registered device.
type Device struct {
	ID         string
	Name       string
	Type       string // "Email Security Appliance" or "Security Management Appliance"
	Serial     string
	Version    string
	Registered time.Time
	// Unlinked says that the connection was deleted in the cloud only, or has
	// broken; the device stays in the list.
	Unlinked bool
}

// TokenExpiries are the choices of the portal for the life of a token.
func TokenExpiries() []time.Duration {
	hours := []int{1, 2, 4, 6, 8, 12, 24, 48, 72, 96, 120}
	list := make([]time.Duration, len(hours))
	for i, h := range hours {
		list[i] = time.Duration(h) * time.Hour
	}
	return list
}

// GenerateToken makes a registration token ("Add Devices and Generate Tokens")
// for 1 to 100 devices and one of TokenExpiries.
func (p *Portal) GenerateToken(devices int, expiry time.Duration) (Token, error) {
	if devices < 1 || devices > 100 {
		return Token{}, &FormError{"devices", "The number of devices must be between 1 and 100"}
	}
	if !slices.Contains(TokenExpiries(), expiry) {
		return Token{}, &FormError{"expiry", "Choose one of the token expiration times of the list"}
	}
	value := newRegistrationToken()
	p.mu.Lock()
	defer p.mu.Unlock()
	expires := p.now().Add(expiry)
	p.tokens[value] = &registrationToken{expires: expires, left: devices}
	return Token{Value: value, Devices: devices, Expires: expires}, nil
}

// newRegistrationToken makes 32 lower-case letters and digits.
func newRegistrationToken() string {
	const alphabet = "0123456789abcdefghijklmnopqrstuv"
	var b [32]byte
	_, _ = rand.Read(b[:])
	for i := range b {
		b[i] = alphabet[b[i]%32]
	}
	return string(b[:])
}

// Register registers a device with a token. A token that is unknown here, has
// expired or is used up is ErrToken. A device that registers again keeps its id.
func (p *Portal) Register(token string, d Device) (Device, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tokens[token]
	if t == nil || t.left == 0 || !p.now().Before(t.expires) {
		return Device{}, ErrToken
	}
	t.left--
	d.Registered, d.Unlinked = p.now(), false
	if i := slices.IndexFunc(p.devices, func(o Device) bool { return o.Serial == d.Serial && d.Serial != "" }); i >= 0 {
		d.ID = p.devices[i].ID
		p.devices[i] = d
		return d, nil
	}
	d.ID = cmp.Or(d.ID, newUUID())
	p.devices = append(p.devices, d)
	return d, nil
}

// ExpireToken makes a token expire now, as if its time were over; false when
// the portal does not know it.
func (p *Portal) ExpireToken(token string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tokens[token]
	if t == nil {
		return false
	}
	t.expires = p.now()
	return true
}

// Devices returns the devices of the portal, oldest first.
func (p *Portal) Devices() []Device {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.devices)
}

// Device finds a device by its id.
func (p *Portal) Device(id string) (Device, bool) {
	devices := p.Devices()
	i := slices.IndexFunc(devices, func(d Device) bool { return d.ID == id })
	if i < 0 {
		return Device{}, false
	}
	return devices[i], true
}

// Remove deletes a device; false when there is none with this id.
func (p *Portal) Remove(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.devices)
	p.devices = slices.DeleteFunc(p.devices, func(d Device) bool { return d.ID == id })
	return len(p.devices) < before
}

// EnableThreatResponse switches Cisco Threat Response in Cloud Services. Until
// it is on, Threat Response offers no device of this portal.
func (p *Portal) EnableThreatResponse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ctr = on
}

// ThreatResponseEnabled says whether Cisco Threat Response is on in Cloud Services.
func (p *Portal) ThreatResponseEnabled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ctr
}

// OfferedDevices is the list "Registered Device" of the form in which a module
// is added: the devices of the home portal while it lets Threat Response see them.
func (c *Cloud) OfferedDevices() []Device {
	home := c.Home()
	if !home.ThreatResponseEnabled() {
		return nil
	}
	return home.Devices()
}

func (c *Cloud) deviceOffered(id string) bool {
	return slices.ContainsFunc(c.OfferedDevices(), func(d Device) bool { return d.ID == id })
}

func (d Device) json() object {
	status := "registered"
	if d.Unlinked {
		status = "unregistered"
	}
	return object{
		"id": d.ID, "name": d.Name, "type": d.Type, "serialNumber": d.Serial, "version": d.Version,
		"status": status, "createdAt": formatTime(d.Registered),
	}
}

// sseDevices answers the devices through IROH. The bodies of these routes are
// not published; these are made in their likeness.
func (c *Cloud) sseDevices(*http.Request) reply {
	list := []object{}
	for _, d := range c.OfferedDevices() {
		list = append(list, d.json())
	}
	return ok(list)
}

func (c *Cloud) sseDevice(r *http.Request) reply {
	if d, found := c.Home().Device(r.PathValue("id")); found && c.Home().ThreatResponseEnabled() {
		return ok(d.json())
	}
	return notFound("device_not_found")
}

func (c *Cloud) sseDelete(r *http.Request) reply {
	if !c.Home().Remove(r.PathValue("id")) {
		return notFound("device_not_found")
	}
	return reply{status: http.StatusNoContent}
}

// portalRoutes are the pages of the portals, as JSON, without a log-in: a
// person at loopback is the administrator.
func (c *Cloud) portalRoutes() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, h func(p *Portal, r *http.Request) reply) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			p, err := c.Portal(r.PathValue("region"))
			if err != nil {
				notFound("region_not_found").write(w)
				return
			}
			h(p, r).write(w)
		})
	}
	page("GET /{region}/devices", func(p *Portal, _ *http.Request) reply {
		list := []object{}
		for _, d := range p.Devices() {
			list = append(list, d.json())
		}
		return ok(list)
	})
	page("DELETE /{region}/devices/{id}", func(p *Portal, r *http.Request) reply {
		if !p.Remove(r.PathValue("id")) {
			return notFound("device_not_found")
		}
		return reply{status: http.StatusNoContent}
	})
	page("POST /{region}/tokens", portalToken)
	page("POST /{region}/register", portalRegister)
	page("GET /{region}/cloud-services", func(p *Portal, _ *http.Request) reply {
		return ok(object{"ctr": p.ThreatResponseEnabled()})
	})
	page("PUT /{region}/cloud-services", func(p *Portal, r *http.Request) reply {
		body, refusal := objectBody(r, []string{"ctr"})
		if refusal != nil {
			return *refusal
		}
		on, isBool := body["ctr"].(bool)
		if !isBool {
			return invalid(object{"ctr": fmt.Sprintf("(not (instance? java.lang.Boolean %s))", encode(body["ctr"]))})
		}
		p.EnableThreatResponse(on)
		return ok(object{"ctr": on})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.cfg.Control != nil && strings.HasPrefix(r.URL.Path, "/lab/") {
			c.cfg.Control.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func portalToken(p *Portal, r *http.Request) reply {
	body, refusal := objectBody(r, []string{"devices", "expiry_hours"})
	if refusal != nil {
		return *refusal
	}
	devices, _ := body["devices"].(int64)
	hours, _ := body["expiry_hours"].(int64)
	token, err := p.GenerateToken(int(devices), time.Duration(hours)*time.Hour)
	if err != nil {
		return formReply(err)
	}
	return reply{status: http.StatusCreated, body: object{
		"token": token.Value, "devices": token.Devices, "expires_at": formatTime(token.Expires),
	}}
}

func portalRegister(p *Portal, r *http.Request) reply {
	body, refusal := objectBody(r, []string{"token", "name", "type", "serial"}, "version")
	if refusal != nil {
		return *refusal
	}
	text := func(key string) string { s, _ := body[key].(string); return strings.TrimSpace(s) }
	token, _ := body["token"].(string)
	d, err := p.Register(token, Device{Name: text("name"), Type: text("type"), Serial: text("serial"), Version: text("version")})
	if err != nil {
		return reply{status: http.StatusForbidden, body: object{"error": "invalid_token", "error_description": err.Error()}}
	}
	return reply{status: http.StatusCreated, body: d.json()}
}
