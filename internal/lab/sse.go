package lab

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
)

// exchange is Security Services Exchange as the appliance sees it.
type exchange struct{ lab *Lab }

// regionOf returns the region of a Threat Response Server of the appliance.
// Mind the spelling: apj in the names of the exchange, apjc in those of the API.
func regionOf(server esatest.CloudServer) string {
	switch {
	case strings.Contains(server.Host, ".eu."):
		return "eu"
	case strings.Contains(server.Host, ".apj."):
		return "apjc"
	case server.Host == "":
		return ""
	}
	return "us"
}

// RegisterDevice implements esatest.SSE.
func (e exchange) RegisterDevice(ctx context.Context, d esatest.Device) (string, error) {
	if err := wait(ctx, e.lab.registering()); err != nil {
		return "", err
	}
	if e.lab.has("clock-skew") { // the cloud takes the request for an old one
		return "", ctrtest.ErrToken
	}
	portal, err := e.lab.cloud.Portal(regionOf(d.Server))
	if err != nil {
		return "", fmt.Errorf("registering with %s: %w", d.Server.Host, err)
	}
	device, err := portal.Register(d.Token, ctrtest.Device{Name: d.Hostname, Type: d.Product, Serial: d.Serial, Version: d.Version})
	return device.ID, err
}

// DeregisterDevice implements esatest.SSE.
func (e exchange) DeregisterDevice(_ context.Context, id string) error {
	for _, region := range regions {
		if portal, err := e.lab.cloud.Portal(region); err == nil && portal.Remove(id) {
			return nil
		}
	}
	return nil
}

// regions are those that have a portal.
var regions = []string{"us", "eu", "apjc"}

// wait waits for d or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
