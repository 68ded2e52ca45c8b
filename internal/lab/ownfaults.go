package lab

import (
	"fmt"
	"strings"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
)

// ownFaultSpec is a fault of the joined lab. plant changes what was set up,
// before any fault is on; then goes on after they are. appliance and cloud are
// faults of the two halves that belong to it.
type ownFaultSpec struct {
	name, description string
	plant, then       func(*Lab) error
	appliance, cloud  []string
}

// ownFaults are the causes of the troubleshooting list that are no fault of
// one half alone: what went wrong while a person set the integration up.
var ownFaults = []ownFaultSpec{
	{name: "feature-disabled", description: "Threat Response is disabled on the appliance", plant: (*Lab).reset},
	{name: "not-committed", description: "Threat Response was enabled and submitted on the appliance, but not committed", plant: func(l *Lab) error {
		if err := l.reset(); err != nil {
			return err
		}
		return l.appliance.Cloud().Submit(true, serverOf("us").Name)
	}},
	{name: "already-registered", description: "the appliance is registered already and asks for no token; the module was not added yet", plant: (*Lab).removeModules},
	{name: "cluster-mode", description: "the appliance's page is in cluster mode, in which nothing can be registered", plant: (*Lab).reset, appliance: []string{"cloud-cluster-mode"}},
	{name: "version-too-old", description: "the appliance runs a version of AsyncOS without Threat Response", plant: (*Lab).reset, appliance: []string{"version-old"}},
	{name: "token-wrong-cloud", description: "the registration failed: the token is of another region's portal", plant: func(l *Lab) error {
		return l.failRegistration("eu", asItIs)
	}},
	{name: "token-expired", description: "the registration failed: the token had expired", plant: func(l *Lab) error {
		return l.failRegistration("us", func(p *ctrtest.Portal, token string) string {
			p.ExpireToken(token)
			l.practice.noteExpired()
			return token
		})
	}},
	{name: "token-miscopied", description: "the registration failed: the token was not copied whole", plant: func(l *Lab) error {
		return l.failRegistration("us", func(_ *ctrtest.Portal, token string) string { return token[:20] + " " + token[20:28] })
	}},
	{name: "token-used-up", description: "the registration failed: the token's number of devices was used up", plant: func(l *Lab) error {
		return l.failRegistration("us", func(p *ctrtest.Portal, token string) string {
			_, _ = p.Register(token, ctrtest.Device{Name: "esa9.lab.example", Type: productESA, Serial: "another-appliance"})
			return token
		})
	}},
	{name: "clock-skew", description: "the appliance's clock is two hours behind; its registration failed", plant: (*Lab).enable, then: func(l *Lab) error {
		return l.tryRegistration("us", asItIs)
	}},
	{name: "sse-unreachable", description: "the registration stays in progress: the appliance cannot reach Security Services Exchange", plant: (*Lab).enable, then: (*Lab).startRegistration, appliance: []string{"cloud-unreachable"}},
	{name: "old-ca-bundle", description: "the registration stays in progress: the AsyncOS version lacks the cloud's root certificate (FN72113)", plant: (*Lab).enable, then: (*Lab).startRegistration, appliance: []string{"cloud-ca-old", "fn72113"}},
	{name: "portal-other-region", description: "the appliance is registered with Europe; the portal of the Americas does not list it", plant: (*Lab).moveAway},
	{name: "deregistered-in-cloud", description: "the device was deleted in the portal, the appliance believes itself registered; there is no module", plant: func(l *Lab) error {
		l.cloud.Home().Remove(l.appliance.Cloud().Status().DeviceID)
		return l.removeModules()
	}},
	{name: "device-deregistered", description: "the device was deleted in the portal; the module is left without it", plant: func(l *Lab) error {
		l.cloud.Home().Remove(l.appliance.Cloud().Status().DeviceID)
		return nil
	}},
	{name: "ctr-not-enabled-in-sse", description: "Cisco Threat Response is not enabled in Cloud Services of the portal, so that no device can be chosen for a module", plant: func(l *Lab) error {
		l.cloud.Home().EnableThreatResponse(false)
		return l.removeModules()
	}},
	{name: "device-not-in-sse", description: "the appliance asks for the token and was never registered", plant: (*Lab).enable},
	{name: "module-missing", description: "no email module was added in Threat Response", plant: (*Lab).removeModules},
	{name: "module-disabled", description: "the email module is disabled", plant: func(l *Lab) error {
		disabled := false
		return l.changeModules(ctrtest.ModuleChange{Enabled: &disabled})
	}},
	{name: "timeframe-too-short", description: "the module's Request Timeframe is 0 days", plant: func(l *Lab) error {
		return l.changeModules(ctrtest.ModuleChange{Settings: map[string]any{keyTimeframe: 0}})
	}},
	{name: "module-wrong-type", description: "the module is of the other appliance's type", plant: func(l *Lab) error {
		if err := l.removeModules(); err != nil {
			return err
		}
		other := productSMA
		if l.product() == productSMA {
			other = productESA
		}
		return l.addModule(other, l.appliance.Cloud().Status().DeviceID)
	}},
	{name: "managed-by-sma", description: "an SMA manages the appliance: tracking is centralized there, and the module on the appliance finds nothing", appliance: []string{"tracking-centralized", "cloud-managed"}},
	{name: "subject-prefixed", description: "a policy puts a tag in front of the subject", appliance: []string{"subject-tagged"}},
	{name: "smtp-refuse-size", description: "the listener takes messages of at most 200 bytes", appliance: []string{"smtp-size"}},
	{name: "wrong-port", description: "nothing speaks the AsyncOS API on its port: connections are reset", appliance: []string{"api-disabled"}},
	{name: "wrong-region", description: "Threat Response of this region does not know the issuer of the client's tokens (401 jwt_public_key_not_found)", cloud: []string{"ctr-401-always"}},
	{name: "too-early", description: "Threat Response sees messages a minute later than message tracking"},
}

// serverOf returns the Threat Response Server of a region.
func serverOf(region string) esatest.CloudServer {
	for _, s := range esatest.CloudServers() {
		if regionOf(s) == region {
			return s
		}
	}
	return esatest.CloudServers()[0]
}

// reset brings the lab before step 1.
func (l *Lab) reset() error {
	if err := l.removeModules(); err != nil {
		return err
	}
	services := l.appliance.Cloud()
	switch services.Status().Registration {
	case esatest.Registered, esatest.Registering:
		if err := services.Deregister(l.life); err != nil {
			return fmt.Errorf("deregistering the appliance: %w", err)
		}
	}
	for _, region := range regions {
		portal, err := l.cloud.Portal(region)
		if err != nil {
			return err
		}
		for _, d := range portal.Devices() {
			portal.Remove(d.ID)
		}
		portal.EnableThreatResponse(true)
	}
	return l.commit(false, serverOf("us").Name)
}

func (l *Lab) commit(enable bool, server string) error {
	services := l.appliance.Cloud()
	status := services.Status()
	if status.Enabled == enable && status.Server.Name == server && !status.Uncommitted && status.Registration == esatest.NotRegistered {
		return nil
	}
	if err := services.Submit(enable, server); err != nil {
		return fmt.Errorf("submitting the Cloud Service Settings: %w", err)
	}
	if _, err := services.Commit(); err != nil {
		return fmt.Errorf("committing the Cloud Service Settings: %w", err)
	}
	return nil
}

// enable brings the lab before step 5: the appliance asks for the token.
func (l *Lab) enable() error {
	if err := l.reset(); err != nil {
		return err
	}
	return l.commit(true, serverOf("us").Name)
}

// configure brings the lab behind step 8.
func (l *Lab) configure() error {
	if err := l.registered("us"); err != nil {
		return err
	}
	return l.addModule(l.product(), l.appliance.Cloud().Status().DeviceID)
}

// registered brings the lab behind step 6, in a region.
func (l *Lab) registered(region string) error {
	if err := l.reset(); err != nil {
		return err
	}
	portal, token, err := l.newToken(region)
	if err != nil {
		return err
	}
	services := l.appliance.Cloud()
	device, err := portal.Register(token.Value, ctrtest.Device{
		Name: l.appliance.Hostname(), Type: l.product(), Serial: l.appliance.Serial(), Version: services.Status().Version,
	})
	if err != nil {
		return fmt.Errorf("registering the appliance: %w", err)
	}
	return services.SetRegistered(serverOf(region).Name, device.ID)
}

// moveAway registers the appliance with another region.
func (l *Lab) moveAway() error { return l.registered("eu") }

func (l *Lab) newToken(region string) (*ctrtest.Portal, ctrtest.Token, error) {
	portal, err := l.cloud.Portal(region)
	if err != nil {
		return nil, ctrtest.Token{}, err
	}
	token, err := portal.GenerateToken(1, tokenLife)
	if err != nil {
		return nil, ctrtest.Token{}, err
	}
	l.practice.noteToken(token, region)
	return portal, token, nil
}

// failRegistration registers with a token that spoil has made useless.
func (l *Lab) failRegistration(region string, spoil func(*ctrtest.Portal, string) string) error {
	if err := l.enable(); err != nil {
		return err
	}
	return l.tryRegistration(region, spoil)
}

// tryRegistration registers and waits for the end, whatever it is.
func (l *Lab) tryRegistration(region string, spoil func(*ctrtest.Portal, string) string) error {
	if err := l.register(region, spoil); err != nil {
		return err
	}
	for l.appliance.Cloud().Status().Registration == esatest.Registering {
		if err := wait(l.life, time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// startRegistration registers and does not wait.
func (l *Lab) startRegistration() error { return l.register("us", asItIs) }

func asItIs(_ *ctrtest.Portal, token string) string { return token }

// register generates a token in a region's portal and pastes what spoil makes of it.
func (l *Lab) register(region string, spoil func(*ctrtest.Portal, string) string) error {
	portal, token, err := l.newToken(region)
	if err != nil {
		return err
	}
	pasted := spoil(portal, token.Value)
	l.practice.notePasted(pasted)
	if _, err := l.appliance.Cloud().Register(pasted); err != nil {
		return fmt.Errorf("registering the appliance: %w", err)
	}
	return nil
}

// emailModules returns the modules of email appliances.
func (l *Lab) emailModules() []ctrtest.Module {
	var list []ctrtest.Module
	for _, m := range l.cloud.Modules() {
		if strings.HasPrefix(m.Type.Record, emailRecord) {
			list = append(list, m)
		}
	}
	return list
}

func (l *Lab) removeModules() error {
	for _, m := range l.emailModules() {
		l.cloud.RemoveModule(m.ID)
	}
	return nil
}

func (l *Lab) changeModules(change ctrtest.ModuleChange) error {
	for _, m := range l.emailModules() {
		if _, err := l.cloud.ChangeModule(m.ID, change); err != nil {
			return fmt.Errorf("changing the module %s: %w", m.Name, err)
		}
	}
	return nil
}

func (l *Lab) addModule(product, device string) error {
	_, err := l.cloud.AddModule(ctrtest.NewModule{
		TypeID: l.typeID(product), Settings: map[string]any{keyDevice: device},
	})
	if err != nil {
		return fmt.Errorf("adding the module: %w", err)
	}
	return nil
}
