package main

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"ctrace/esa/testmail"
	"ctrace/internal/dial"
	"ctrace/internal/history"
	"ctrace/internal/setup"
)

// stateDir is where the program keeps what it remembers.
func stateDir() string { return filepath.Dir(history.Path()) }

// scene is what the set-up's checks look at: the target's live clients, what the person said in the
// set-up panel, and the last run that is on record.
func (t *target) scene(ctx context.Context, progress setup.Progress, store *history.Store) *setup.Scene {
	s := &setup.Scene{
		Topology: t.profile.Topology, Region: t.setupRegion(), Endpoints: t.endpoints(),
		ApplianceRegion: progress.ApplianceRegion, ApplianceBuild: progress.ApplianceBuild, Token: progress.Token,
		GatewayHost: t.gateway(),
		Resolver:    net.DefaultResolver, Dial: dial.With(net.Dialer{}), Roots: t.roots(),
		Proxy: http.ProxyFromEnvironment, HTTP: t.clients.CloudHTTP,
		Now: time.Now,
	}
	if t.clients.Tracker != nil {
		s.Tracker = t.clients.Tracker
	}
	if t.clients.ThreatResponse != nil {
		s.Cloud = t.clients.ThreatResponse
	}
	if t.clients.SMTP.Host != "" {
		s.Gateway = t.probe
	}
	if store != nil {
		s.Last = lastProof(ctx, store, t.profile.Name, t.since)
	}
	if t.lab != nil {
		s.ApplianceRegion = t.lab.Practice().View().ApplianceRegion
	}
	return s
}

// region is the profile's, whose names the set-up texts show. A profile with addresses of its own may name
// none: then the texts show those of the first one, and the region has no name. The lab plays the first.
func (t *target) region() setup.Region {
	r, err := setup.RegionByName(t.profile.ThreatResponse.Region)
	if err == nil {
		return r
	}
	r = setup.Regions()[0]
	if t.lab == nil {
		r.Name, r.Title = "", setup.Text{}
	}
	return r
}

// setupRegion is the region with the addresses that the clients really use.
func (t *target) setupRegion() setup.Region {
	r := t.region()
	if t.clients.Region.IROH != "" {
		r.IROH, r.Intel = t.clients.Region.IROH, t.clients.Region.Intel
	}
	return r
}

// endpoints are the cloud's hosts, those of the lab in a demo.
func (t *target) endpoints() []string {
	if t.lab == nil {
		if t.profile.ThreatResponse.Region == "" {
			return nil
		}
		return setup.CloudEndpoints(t.setupRegion())
	}
	info := t.lab.Info()
	var hosts []string
	for _, address := range []string{info.SSEURL, info.CTRURL, info.IntelURL} {
		if u, err := url.Parse(address); err == nil {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// roots are the authorities that the cloud's certificates are checked against; nil means the system's.
func (t *target) roots() *x509.CertPool {
	if t.lab == nil {
		return nil
	}
	return t.lab.Roots()
}

// probe talks to the gateway up to the end of TLS and AUTH, and hangs up.
func (t *target) probe(ctx context.Context) (testmail.Receipt, error) {
	m, err := t.message("", "")
	if err != nil {
		return testmail.Receipt{}, err
	}
	stop := testmail.StageEHLO
	switch {
	case t.profile.Gateway.Auth != "none":
		stop = testmail.StageAuth
	case t.profile.Gateway.TLS == string(testmail.TLSStartTLS):
		stop = testmail.StageStartTLS
	}
	return testmail.Probe(ctx, t.clients.SMTP, m, stop)
}

// lastProof is the newest finished run of a profile, nil when there is none since a time: the runs of
// another lab prove nothing about this one.
func lastProof(ctx context.Context, store *history.Store, profile string, since time.Time) *setup.Proof {
	runs, err := store.List(ctx, history.Filter{Profile: profile, Limit: 1})
	if err != nil || len(runs) == 0 || runs[0].Verdict == "" || runs[0].StartedAt.Before(since) {
		return nil
	}
	return &setup.Proof{Verdict: runs[0].Verdict, Token: runs[0].Token, At: runs[0].StartedAt}
}
