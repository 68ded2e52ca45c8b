package esatest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ctrace/esa/esatest"
)

// exchange is a Security Services Exchange that knows one token.
type exchange struct {
	token   string
	host    string
	devices []string
}

func (e *exchange) RegisterDevice(_ context.Context, d esatest.Device) (string, error) {
	if d.Token != e.token || d.Server.Host != e.host {
		return "", errors.New("no such token")
	}
	e.devices = append(e.devices, d.Serial)
	return "device-" + d.Serial, nil
}

func (e *exchange) DeregisterDevice(_ context.Context, id string) error {
	e.devices = slices.DeleteFunc(e.devices, func(serial string) bool { return "device-"+serial == id })
	return nil
}

// settled waits for the end of a registration.
func settled(t *testing.T, c *esatest.CloudServices) esatest.CloudStatus {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if s := c.Status(); s.Registration != esatest.Registering {
			return s
		}
	}
	t.Fatal("still registering")
	return esatest.CloudStatus{}
}

func TestCloudSetUp(t *testing.T) {
	a := start(t, esatest.Config{})
	sse := &exchange{token: "good", host: "api.eu.sse.itd.cisco.com"}
	c := a.Cloud()
	c.Connect(sse)
	if s := c.Status(); s.Enabled || s.TokenField || s.Server.Name != "AMERICAS" || !s.Available || s.Mode != "machine" || s.Registration != esatest.NotRegistered {
		t.Errorf("at first: %+v", s)
	}
	if _, err := c.Register("good"); !errors.Is(err, esatest.ErrNotEnabled) {
		t.Errorf("register before everything: %v", err)
	}
	if _, err := c.Commit(); !errors.Is(err, esatest.ErrNoChanges) {
		t.Errorf("commit nothing: %v", err)
	}
	if err := c.Submit(true, "ASIA"); !errors.Is(err, esatest.ErrServer) {
		t.Errorf("unknown server: %v", err)
	}
	if err := c.Submit(true, "EUROPE"); err != nil {
		t.Fatal(err)
	}
	if s := c.Status(); s.Enabled || !s.Uncommitted || s.TokenField {
		t.Errorf("submitted: %+v", s)
	}
	if _, err := c.Register("good"); !errors.Is(err, esatest.ErrNotCommitted) {
		t.Errorf("register before the commit: %v", err)
	}
	if message, err := c.Commit(); err != nil || message != "Your changes have been committed" {
		t.Errorf("commit: %q %v", message, err)
	}
	if s := c.Status(); !s.Enabled || s.Uncommitted || !s.TokenField || s.Server.Host != sse.host {
		t.Errorf("committed: %+v", s)
	}
	if _, err := c.Register("bad"); err != nil {
		t.Fatal(err)
	}
	if s := settled(t, c); s.Registration != esatest.RegistrationFailed || s.Message != "The registration failed because of an invalid or expired token" || !s.TokenField {
		t.Errorf("bad token: %+v", s)
	}
	if message, err := c.Register("good"); err != nil || message == "" {
		t.Errorf("register: %q %v", message, err)
	}
	if s := settled(t, c); s.Registration != esatest.Registered || s.DeviceID != "device-"+a.Serial() || s.TokenField || len(sse.devices) != 1 {
		t.Errorf("registered: %+v, devices %v", s, sse.devices)
	}
	if err := c.Submit(false, "EUROPE"); !errors.Is(err, esatest.ErrRegistered) {
		t.Errorf("disable while registered: %v", err)
	}
	if err := c.Deregister(t.Context()); err != nil || len(sse.devices) != 0 || c.Status().Registration != esatest.NotRegistered {
		t.Errorf("deregister: %v, devices %v", err, sse.devices)
	}
	if err := c.Deregister(t.Context()); !errors.Is(err, esatest.ErrNotRegistered) {
		t.Errorf("deregister again: %v", err)
	}
	if err := c.SetRegistered("AMERICAS", "device-1"); err != nil || c.Status().DeviceID != "device-1" || !c.Status().Enabled {
		t.Errorf("set registered: %v %+v", err, c.Status())
	}
}

// enabled is a page on which only the token is missing.
func enabled(t *testing.T, cfg esatest.Config) *esatest.CloudServices {
	t.Helper()
	c := start(t, cfg).Cloud()
	c.Connect(&exchange{token: "good", host: "api-sse.cisco.com"})
	if err := c.Submit(true, "AMERICAS"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Commit(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRegistrationIsAsynchronous(t *testing.T) {
	c := enabled(t, esatest.Config{RegisterDelay: time.Hour})
	if _, err := c.Register("good"); err != nil {
		t.Fatal(err)
	}
	if s := c.Status(); s.Registration != esatest.Registering || s.TokenField {
		t.Errorf("in progress: %+v", s)
	}
	if _, err := c.Register("good"); !errors.Is(err, esatest.ErrRegistering) {
		t.Errorf("register twice: %v", err)
	}
	if err := c.Deregister(t.Context()); err != nil || c.Status().Registration != esatest.NotRegistered {
		t.Errorf("give up: %v", err)
	}
}
