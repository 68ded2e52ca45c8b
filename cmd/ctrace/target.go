package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"ctrace/esa/testmail"
	"ctrace/internal/config"
	"ctrace/internal/connect"
	"ctrace/internal/lab"
	"ctrace/internal/verify"
)

// demoProfile is the name under which runs against the lab stand in the history.
const demoProfile = "demo"

// target is what a command works on: a profile made into clients, and in a demo the lab behind it.
type target struct {
	profile config.Profile
	clients *connect.Clients
	lab     *lab.Lab  // nil outside of demos
	since   time.Time // when the lab started
}

// openProfile makes the clients of the current profile, or of the one named.
func (a *app) openProfile(ctx context.Context, name string, need connect.Need) (*target, error) {
	if name != "" && a.profileName() == "" {
		a.profile = name
	}
	p, err := a.loadProfile()
	if err != nil {
		return nil, err
	}
	return a.openTarget(ctx, p, p.Secret, need)
}

// openTarget makes the clients of a profile; what is wrong with it is the person's to mend.
func (a *app) openTarget(ctx context.Context, p config.Profile, secrets config.Lookup, need connect.Need) (*target, error) {
	clients, err := connect.Open(ctx, p, secrets, connect.Options{Need: need, Trace: a.logger})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, usage(err)
	}
	return &target{profile: clients.Profile, clients: clients}, nil
}

// openLab starts a lab and makes clients of it.
func (a *app) openLab(ctx context.Context, cfg lab.Config) (*target, error) {
	if err := lab.CheckFaults(cfg.Faults...); err != nil {
		return nil, usage(err)
	}
	since := time.Now()
	l, err := lab.Start(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("starting the lab: %w", err)
	}
	p, secrets, err := labProfile(l)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	clients, err := connect.Open(ctx, p, secrets, connect.Options{Trace: a.logger})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &target{profile: clients.Profile, clients: clients, lab: l, since: since}, nil
}

// labProfile describes a running lab as a profile would.
func labProfile(l *lab.Lab) (config.Profile, config.Lookup, error) {
	info := l.Info()
	host, port, err := net.SplitHostPort(info.SMTP)
	if err != nil {
		return config.Profile{}, nil, fmt.Errorf("the lab's SMTP address: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return config.Profile{}, nil, fmt.Errorf("the lab's SMTP port: %w", err)
	}
	trust := config.Trust{Roots: l.Roots()}
	p := config.Profile{
		Name: demoProfile, Topology: config.Standalone, Sender: info.Sender, Recipient: info.Recipient,
		Gateway:        config.Gateway{Host: host, Port: number, TLS: "starttls", Trust: trust},
		Tracker:        config.Tracker{URL: info.ESAURL, Username: info.User, Trust: trust},
		ThreatResponse: config.ThreatResponse{IROHURL: info.CTRURL, IntelURL: info.IntelURL, ClientID: info.ClientID, Trust: trust},
	}
	if info.SMA {
		p.Topology = config.SMA
	}
	for _, more := range info.More {
		if p.Tracker.More == nil {
			p.Tracker.More = make(map[string]config.Appliance)
		}
		p.Tracker.More[more.Name] = config.Appliance{URL: more.URL, Trust: trust}
	}
	secrets := config.Static(map[config.Kind]string{config.Passphrase: info.Passphrase, config.ClientSecret: info.ClientSecret})
	return p, secrets, nil
}

// Close ends connections, and the lab of a demo.
func (t *target) Close() {
	t.clients.Close()
	if t.lab != nil {
		_ = t.lab.Close()
	}
}

// How long the lab is waited for: its tracking shows a message within two minutes, its modules answer
// at once, or never.
const (
	labTracking = 150 * time.Second
	labPatience = 20 * time.Second
	labRepeat   = time.Second
)

// message makes a test message.
func (t *target) message(from, to string) (testmail.Message, error) {
	from, to = cmp.Or(from, t.profile.Sender), cmp.Or(to, t.profile.Recipient)
	for _, address := range []struct{ key, flag, value string }{{"sender", "--from", from}, {"recipient", "--to", to}} {
		if address.value == "" {
			return testmail.Message{}, usage(fmt.Errorf("profile %q has no %s: set it in %s, or use %s", t.profile.Name, address.key, config.Path(), address.flag))
		}
	}
	now := time.Now()
	return testmail.New(testmail.NewToken(now), from, to, now)
}

// plan is what every verification of the target has in common.
func (t *target) plan() verify.Plan {
	p := verify.Plan{
		Profile: t.profile.Name, SMA: t.profile.Tracker.Flavour == "sma", TrackFor: t.profile.Deadline.Std(),
		Gateway: t.gateway(), Tracker: hostOf(t.profile.Tracker.URL), ThreatResponse: hostOf(t.clients.Region.IROH),
	}
	if t.lab != nil {
		p.TrackFor, p.InvestigateFor, p.Repeat = labTracking, labPatience, labRepeat
	}
	return p
}

func (t *target) deps() verify.Deps {
	return verify.Deps{
		Sender: verify.SMTP(t.clients.SMTP), Tracker: t.clients.Tracker, Investigator: t.clients.ThreatResponse,
		Untrusted: func(err error) bool {
			_, ok := config.UnknownCertificate("", err)
			return ok
		},
	}
}

func (t *target) gateway() string {
	return net.JoinHostPort(t.profile.Gateway.Host, strconv.Itoa(t.profile.Gateway.Port))
}

// hostOf is the host and port of a URL, for people.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	return u.Host
}
