package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ctrace/internal/config"
)

// newProfile is what `config init` asks for.
type newProfile struct {
	name, topology                 string
	gateway, tls                   string
	tracker, user                  string
	region, clientID               string
	irohURL, intelURL              string
	sender, recipient              string
	passphraseCmd, clientSecretCmd string
}

// question is one value of a new profile: its flag, what is asked, and what is taken for no answer.
type question struct {
	flag, ask, fallback string
	into                *string
}

func (n *newProfile) questions() []question {
	return []question{
		{flag: "name", ask: "Name of the profile", fallback: "default", into: &n.name},
		{flag: "topology", ask: "Topology: standalone ESA, SMA-managed or cloud (standalone, sma, cloud)", fallback: "standalone", into: &n.topology},
		{flag: "gateway", ask: "Gateway that takes mail, host or host:port", into: &n.gateway},
		{flag: "tls", ask: "Encryption of SMTP (starttls, implicit, none)", fallback: "starttls", into: &n.tls},
		{flag: "tracker", ask: "Address of the appliance's API (https://host:6443)", into: &n.tracker},
		{flag: "user", ask: "API user on the appliance", into: &n.user},
		{flag: "region", ask: "Region of Threat Response (us, eu, apjc)", into: &n.region},
		{flag: "client-id", ask: "Id of the Threat Response API client", into: &n.clientID},
		{flag: "sender", ask: "Sender of the test message", into: &n.sender},
		{flag: "recipient", ask: "Recipient of the test message", into: &n.recipient},
	}
}

func newConfigInitCmd(a *app) *cobra.Command {
	n := &newProfile{}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make a profile, by flags or by questions",
		Long: `init writes a new profile into the configuration file. What no flag gives is asked
on a terminal. Secrets are not asked for and never stand in the file: see
"ctrace config set-secret", passphrase_command, or the CTRACE_* variables.`,
		Example: `  ctrace config init
  ctrace config init --name lab --gateway 127.0.0.1:2525 --tracker https://127.0.0.1:6443 \
    --user analyst --region us --client-id client-… --sender a@lab.example --recipient b@lab.example`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return initConfig(cmd, a, n) },
	}
	for _, q := range n.questions() {
		cmd.Flags().StringVar(q.into, q.flag, "", q.ask)
	}
	f := cmd.Flags()
	f.StringVar(&n.irohURL, "iroh-url", "", "address of Threat Response instead of the region's, before /iroh")
	f.StringVar(&n.intelURL, "intel-url", "", "address of private intelligence instead of the region's, before /ctia")
	f.StringVar(&n.passphraseCmd, "passphrase-command", "", "command that prints the API user's passphrase")
	f.StringVar(&n.clientSecretCmd, "client-secret-command", "", "command that prints the API client's password")
	return cmd
}

func initConfig(cmd *cobra.Command, a *app, n *newProfile) error {
	if a.profile != "" && n.name == "" {
		n.name = a.profile
	}
	if err := n.complete(cmd.Context(), a); err != nil {
		return err
	}
	p, err := n.profile()
	if err != nil {
		return usage(err)
	}
	if err := p.Validate(); err != nil {
		return usage(err)
	}
	if err := config.Add(config.Path(), p); err != nil {
		return usage(err)
	}
	_, err = fmt.Fprintf(a.out, `Profile %s is in %s.
Next:
  ctrace config set-secret passphrase      the API user's passphrase, into the keyring
  ctrace config set-secret client-secret   the API client's password, into the keyring
  ctrace config trust                      look at certificates that are not trusted, and pin them
  ctrace verify
`, clean(p.Name), clean(config.Path()))
	return err
}

// complete asks for what no flag gave. Without a terminal everything missing is one error.
func (n *newProfile) complete(ctx context.Context, a *app) error {
	var missing []string
	ask := terminal(a.in)
	lines := bufio.NewReader(a.in)
	for _, q := range n.questions() {
		if *q.into != "" || q.flag == "region" && n.irohURL != "" {
			continue
		}
		if !ask {
			*q.into = q.fallback
			if q.fallback == "" {
				missing = append(missing, "--"+q.flag)
			}
			continue
		}
		answer, err := prompt(ctx, a, lines, q)
		if err != nil {
			return err
		}
		*q.into = answer
	}
	if len(missing) > 0 {
		return usage(fmt.Errorf("without a terminal nothing can be asked: give %s", strings.Join(missing, ", ")))
	}
	return nil
}

// prompt asks until there is an answer.
func prompt(ctx context.Context, a *app, lines *bufio.Reader, q question) (string, error) {
	for {
		text := q.ask
		if q.fallback != "" {
			text += " [" + q.fallback + "]"
		}
		fmt.Fprint(a.err, text+": ")
		line, err := readLine(ctx, lines)
		answer := strings.TrimSpace(line)
		if answer == "" {
			answer = q.fallback
		}
		if answer != "" {
			return answer, nil
		}
		if errors.Is(err, io.EOF) {
			return "", usage(fmt.Errorf("no answer for --%s", q.flag))
		}
		if err != nil {
			return "", err
		}
	}
}

func (n *newProfile) profile() (config.Profile, error) {
	host, port := n.gateway, 0
	if h, number, err := net.SplitHostPort(n.gateway); err == nil {
		if port, err = strconv.Atoi(number); err != nil || port < 1 || port > 65535 {
			return config.Profile{}, fmt.Errorf("--gateway: %q is no port", number)
		}
		host = h
	}
	p := config.Profile{
		Name: n.name, Topology: config.Topology(n.topology), Sender: n.sender, Recipient: n.recipient,
		PassphraseCommand: n.passphraseCmd, ClientSecretCommand: n.clientSecretCmd,
		Gateway:        config.Gateway{Host: host, Port: port, TLS: n.tls},
		Tracker:        config.Tracker{URL: n.tracker, Username: n.user},
		ThreatResponse: config.ThreatResponse{Region: n.region, ClientID: n.clientID, IROHURL: n.irohURL, IntelURL: n.intelURL},
	}
	return p.WithDefaults(), nil
}
