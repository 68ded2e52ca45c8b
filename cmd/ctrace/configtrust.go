package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ctrace/internal/config"
	"ctrace/internal/setup"
)

func newTrustCmd(a *app) *cobra.Command {
	var pin string
	var yes bool
	cmd := &cobra.Command{
		Use:   "trust [gateway|tracker|threat_response|APPLIANCE]",
		Short: "Look at the servers' certificates and pin their keys",
		Long: `trust connects to the servers of the profile, shows the certificate of each with its
fingerprint, and asks whether to pin it, as SSH does. Compare the fingerprint with
what the appliance's administrator says. Further appliances of the tracker go by their
names in the profile. Without a terminal --pin names the expected
fingerprint; --yes pins what is shown, which is only right in a lab.`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			p, err := a.loadProfile()
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return trustNames(p), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.loadProfile()
			if err != nil {
				return err
			}
			sections := p.Sections()
			if len(args) == 1 {
				i := slices.Index(trustNames(p), args[0])
				if i < 0 {
					return usage(fmt.Errorf("profile %q has no %q: name one of %s", p.Name, args[0], strings.Join(trustNames(p), ", ")))
				}
				sections = sections[i : i+1]
			}
			if pin != "" {
				if pin, err = config.ParseFingerprint(pin); err != nil {
					return usage(err)
				}
				if len(args) == 0 {
					return usage(fmt.Errorf("--pin is for one server: name one of %s", strings.Join(trustNames(p), ", ")))
				}
			}
			t := &truster{app: a, profile: p, pin: pin, yes: yes, lines: bufio.NewReader(a.in)}
			var errs []error // one server that is down is no reason not to look at the others
			for _, s := range sections {
				if err := t.section(cmd.Context(), s); err != nil {
					errs = append(errs, err)
				}
				if cmd.Context().Err() != nil {
					break
				}
			}
			return errors.Join(errs...)
		},
	}
	cmd.Flags().StringVar(&pin, "pin", "", "pin without asking, if the server shows this fingerprint")
	cmd.Flags().BoolVar(&yes, "yes", false, "pin whatever is shown, without asking")
	return cmd
}

// trustNames are what the sections of a profile are called on the command line, in their order.
func trustNames(p config.Profile) []string {
	var names []string
	for _, s := range p.Sections() {
		name, further := s.Appliance()
		if !further || slices.Contains(names, name) || name == string(config.SectionThreatResponse) {
			name = string(s)
		}
		names = append(names, name)
	}
	return names
}

// truster shows certificates and pins those that a person agrees to.
type truster struct {
	app     *app
	profile config.Profile
	pin     string
	yes     bool
	lines   *bufio.Reader
}

func (t *truster) section(ctx context.Context, s config.Section) error {
	p, part := t.profile, s
	if name, further := s.Appliance(); further {
		p.Tracker.URL, part = p.Tracker.More[name].URL, config.SectionTracker
	}
	addr, starttls := setup.Address(p, part)
	if addr == "" {
		return nil
	}
	cert, err := config.FetchCertificate(ctx, addr, starttls)
	if err != nil {
		return err
	}
	t.show(s, addr, cert)
	if slices.Contains(t.profile.Trust(s).PinSHA256, cert.Fingerprint) {
		fmt.Fprintln(t.app.out, "  is pinned already")
		return nil
	}
	agreed, err := t.agreed(ctx, cert)
	if err != nil {
		return err
	}
	if !agreed {
		reason := ""
		if !terminal(t.app.in) {
			reason = ": there is no terminal to ask at; --pin names the fingerprint to expect"
		}
		_, err = fmt.Fprintln(t.app.out, "  not pinned"+reason)
		return err
	}
	if err := config.Pin(config.Path(), t.profile.Name, s, cert.Fingerprint); err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.app.out, "  pinned")
	return err
}

func (t *truster) show(s config.Section, addr string, c config.Certificate) {
	p := &textPrinter{app: t.app}
	fmt.Fprintf(t.app.out, "%s %s\n", s, clean(addr))
	p.paragraph("Key", c.Fingerprint)
	p.paragraph("Subject", c.Subject)
	p.paragraph("Issuer", c.Issuer)
	p.paragraph("Names", strings.Join(c.DNSNames, ", "))
	p.paragraph("Valid", c.NotBefore.Format("2006-01-02")+" to "+c.NotAfter.Format("2006-01-02"))
}

func (t *truster) agreed(ctx context.Context, c config.Certificate) (bool, error) {
	switch {
	case t.pin != "" && t.pin == c.Fingerprint:
		return true, nil
	case t.pin != "":
		return false, &exitError{exitNo, fmt.Errorf("the server shows %s, not the expected %s: nothing was pinned", c.Fingerprint, t.pin)}
	case t.yes:
		return true, nil
	case !terminal(t.app.in):
		return false, nil
	}
	fmt.Fprint(t.app.err, "  Pin this key? [y/N] ")
	line, err := readLine(ctx, t.lines)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.EqualFold(strings.TrimSpace(line), "y"), err
}
