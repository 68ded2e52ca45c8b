package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ctrace/esa/testmail"
	"ctrace/internal/dial"
)

// routeOptions are the flags that say how a message travels.
type routeOptions struct {
	mx, host     string
	helo, source string
	tls          string
}

func (o *routeOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.mx, "mx", "", "go to the host that takes mail for this domain, instead of the gateway")
	f.StringVar(&o.host, "server", "", "go to this HOST[:PORT] instead of the gateway, without the profile's credentials")
	f.StringVar(&o.helo, "helo", "", "name to introduce ourselves with")
	f.StringVar(&o.source, "source", "", "address of this computer to send from")
	f.StringVar(&o.tls, "tls", "", "starttls (required), implicit or none, instead of the profile's")
	_ = cmd.RegisterFlagCompletionFunc("tls", cobra.FixedCompletions([]string{"starttls", "implicit", "none"}, cobra.ShellCompDirectiveNoFileComp))
}

// elsewhere tells that the message does not go to the profile's gateway.
func (o *routeOptions) elsewhere() bool { return o.mx != "" || o.host != "" }

// server is where the message goes. To another host than the profile's gateway nothing of the profile
// goes along: neither its credentials nor its trust.
func (o *routeOptions) server(ctx context.Context, t *target) (testmail.Server, error) {
	s := t.clients.SMTP
	if o.elsewhere() {
		host, port, err := o.address(ctx)
		if err != nil {
			return s, err
		}
		s = testmail.Server{Host: host, Port: port, HELO: s.HELO, Timeout: s.Timeout, Dial: s.Dial, TLS: testmail.TLSStartTLS}
	}
	s.HELO = cmp.Or(o.helo, s.HELO)
	if o.source != "" {
		ip := net.ParseIP(o.source)
		if ip == nil {
			return s, usage(fmt.Errorf("--source %q is no address of this computer", o.source))
		}
		s.Dial = dial.With(net.Dialer{LocalAddr: &net.TCPAddr{IP: ip}})
	}
	switch mode := testmail.TLSMode(o.tls); mode {
	case "":
	case testmail.TLSStartTLS, testmail.TLSImplicit, testmail.TLSNone:
		s.TLS = mode
	default:
		return s, usage(fmt.Errorf("--tls %q is not one of starttls, implicit, none", o.tls))
	}
	return s, nil
}

// address is the other host: the best mail exchanger of a domain, or the one given.
func (o *routeOptions) address(ctx context.Context) (host string, port int, err error) {
	if o.mx != "" {
		all, err := testmail.LookupMX(ctx, nil, o.mx)
		if err != nil {
			return "", 0, err
		}
		if len(all) == 0 {
			return "", 0, fmt.Errorf("%s takes no mail", o.mx)
		}
		return all[0].Host, 0, nil
	}
	if !strings.Contains(o.host, ":") || net.ParseIP(o.host) != nil {
		return o.host, 0, nil
	}
	host, number, err := net.SplitHostPort(o.host)
	if err != nil {
		return "", 0, usage(fmt.Errorf("--server: %w", err))
	}
	port, err = strconv.Atoi(number)
	if err != nil || port < 1 || port > 65535 || host == "" {
		return "", 0, usage(errors.Join(fmt.Errorf("--server %q is not HOST or HOST:PORT", o.host)))
	}
	return host, port, nil
}
