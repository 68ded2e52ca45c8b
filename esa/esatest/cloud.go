package esatest

import "context"

// CloudServers are the choices of Threat Response Server on the appliance, in the order of the
// drop-down; the first is the default.
func CloudServers() []CloudServer {
	return []CloudServer{
		{"AMERICAS", "api-sse.cisco.com"},
		{"EUROPE", "api.eu.sse.itd.cisco.com"},
		{"APJC", "api.apj.sse.itd.cisco.com"},
	}
}

// CloudServer is one Threat Response Server.
type CloudServer struct {
	Name string
	Host string
}

// SSE is the Security Services Exchange that the appliance registers with.
type SSE interface {
	// RegisterDevice takes a registration token and the device that shows it, and returns the id of
	// the new device. Any error refuses the token.
	RegisterDevice(ctx context.Context, d Device) (id string, err error)
	// DeregisterDevice removes a device.
	DeregisterDevice(ctx context.Context, id string) error
}

// Device is what an appliance says about itself when it registers.
type Device struct {
	Token    string
	Server   CloudServer // the cloud that the appliance was told to use
	Hostname string
	Serial   string
	Product  string // "Email Security Appliance" or "Security Management Appliance"
	Version  string
}

// Registration is the state of the appliance's link to the cloud.
type Registration string

// The states of registration.
const (
	NotRegistered      Registration = "not registered"
	Registering        Registration = "registering"
	Registered         Registration = "registered"
	RegistrationFailed Registration = "failed"
)

// CloudStatus is what the page Network > Cloud Service Settings shows.
type CloudStatus struct {
	Enabled      bool        // Threat Response Status, as committed
	Server       CloudServer // as committed
	Uncommitted  bool        // changes were submitted and not committed
	TokenField   bool        // the page asks for a registration token
	Registration Registration
	DeviceID     string
	Message      string // the last success or failure message
	Mode         string // machine or cluster
	Version      string // AsyncOS version
	Available    bool   // the page has a Threat Response section at all
}
