package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"ctrace/internal/config"
	reports "ctrace/internal/report"
)

func newConfigCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Profiles, secrets and trust",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "path", Short: "Print where the configuration file is", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				_, err := fmt.Fprintln(a.out, config.Path())
				return err
			},
		},
		&cobra.Command{
			Use: "edit", Short: "Open the configuration file in $VISUAL or $EDITOR, then check it", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return editConfig(cmd.Context(), a) },
		},
		newConfigInitCmd(a), newConfigShowCmd(a), newSetSecretCmd(a), newTrustCmd(a),
	)
	return cmd
}

// profileReport is what `config show -o json` prints. It has no place for secrets, nor for the
// commands that print them.
type profileReport struct {
	Name           string            `json:"name"`
	File           string            `json:"file"`
	Topology       string            `json:"topology"`
	Sender         string            `json:"sender"`
	Recipient      string            `json:"recipient"`
	Deadline       float64           `json:"deadline"` // seconds
	Gateway        sectionReport     `json:"gateway"`
	Tracker        sectionReport     `json:"tracker"`
	ThreatResponse sectionReport     `json:"threat_response"`
	Secrets        map[string]string `json:"secrets"` // where each comes from
}

type sectionReport struct {
	Address  string   `json:"address"`
	Region   string   `json:"region,omitempty"`
	TLS      string   `json:"tls,omitempty"`
	Flavour  string   `json:"flavour,omitempty"`
	Auth     string   `json:"auth,omitempty"`
	User     string   `json:"user,omitempty"`
	ClientID string   `json:"client_id,omitempty"`
	CAFile   string   `json:"ca_file,omitempty"`
	Pins     []string `json:"pin_sha256,omitempty"`
}

func newConfigShowCmd(a *app) *cobra.Command {
	var form string
	cmd := &cobra.Command{
		Use: "show", Short: "Show a profile, without its secrets", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, err := a.loadProfile()
			if err != nil {
				return err
			}
			r := describe(p)
			if form == formJSON {
				return reports.WriteObject(a.out, "ctrace/config/1", r)
			}
			r.print(a)
			return nil
		},
	}
	outputFlag(cmd, &form, formText, formJSON)
	return cmd
}

func describe(p config.Profile) profileReport {
	r := profileReport{
		Name: p.Name, File: config.Path(), Topology: string(p.Topology), Sender: p.Sender, Recipient: p.Recipient,
		Deadline: p.Deadline.Std().Seconds(), Secrets: map[string]string{},
		Gateway: sectionReport{
			Address: fmt.Sprintf("%s:%d", p.Gateway.Host, p.Gateway.Port), TLS: p.Gateway.TLS, Auth: p.Gateway.Auth,
			User: p.Gateway.Username, CAFile: p.Gateway.CAFile, Pins: p.Gateway.PinSHA256,
		},
		Tracker: sectionReport{
			Address: p.Tracker.URL, Flavour: p.Tracker.Flavour, Auth: p.Tracker.Auth, User: p.Tracker.Username,
			CAFile: p.Tracker.CAFile, Pins: p.Tracker.PinSHA256,
		},
		ThreatResponse: sectionReport{
			Address: p.ThreatResponse.IROHURL, Region: p.ThreatResponse.Region, ClientID: p.ThreatResponse.ClientID,
			CAFile: p.ThreatResponse.CAFile, Pins: p.ThreatResponse.PinSHA256,
		},
	}
	for kind, command := range map[config.Kind]string{
		config.Passphrase: p.PassphraseCommand, config.ClientSecret: p.ClientSecretCommand, config.SMTPPassword: p.SMTPPasswordCommand,
	} {
		if kind == config.SMTPPassword && p.Gateway.Auth == "none" {
			continue
		}
		r.Secrets[string(kind)] = "environment or keyring"
		if command != "" {
			r.Secrets[string(kind)] = "environment or command"
		}
	}
	return r
}

func (r profileReport) print(a *app) {
	p := &textPrinter{app: a, paint: a.paint()}
	fmt.Fprintf(a.out, "Profile %s in %s\n\n", clean(r.Name), clean(r.File))
	p.paragraph("Topology", r.Topology)
	p.paragraph("From, to", r.Sender+", "+r.Recipient)
	for _, s := range []struct {
		name string
		sectionReport
	}{{"Gateway", r.Gateway}, {"Tracker", r.Tracker}, {"Cloud", r.ThreatResponse}} {
		var parts []string
		for _, part := range []string{s.Region, s.Address, s.TLS, s.Flavour, s.Auth, s.User, s.ClientID} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		p.paragraph(s.name, strings.Join(parts, "  "))
		switch {
		case len(s.Pins) > 0:
			p.paragraph("", "trusts the pinned key "+strings.Join(s.Pins, ", "))
		case s.CAFile != "":
			p.paragraph("", "trusts the CA file "+s.CAFile)
		default:
			p.paragraph("", "trusts the system's roots")
		}
	}
	for _, kind := range config.Kinds() {
		if from, ok := r.Secrets[string(kind)]; ok {
			p.paragraph("Secret", string(kind)+": "+from)
		}
	}
}

func newSetSecretCmd(a *app) *cobra.Command {
	kinds := make([]string, 0, len(config.Kinds()))
	for _, k := range config.Kinds() {
		kinds = append(kinds, string(k))
	}
	return &cobra.Command{
		Use:       "set-secret " + strings.Join(kinds, "|"),
		Short:     "Put a secret of the profile into the system's keyring",
		Long:      "set-secret reads one line from standard input, without showing it on a terminal, and stores it in the system's keyring.",
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: kinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.loadProfile()
			if err != nil {
				return err
			}
			value, err := readSecret(cmd.Context(), a, strings.ReplaceAll(args[0], "-", " "))
			if err != nil {
				return err
			}
			if err := config.SetSecret(cmd.Context(), p.Name, config.Kind(args[0]), value); err != nil {
				return usage(err)
			}
			_, err = fmt.Fprintf(a.out, "The %s of profile %s is in the keyring.\n", args[0], clean(p.Name))
			return err
		},
	}
}

// readSecret reads one line: from a terminal without echo, else from standard input.
func readSecret(ctx context.Context, a *app, what string) (string, error) {
	if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		line, err := readHidden(ctx, f, func() { fmt.Fprintf(a.err, "%s: ", what) })
		fmt.Fprintln(a.err)
		return line, err
	}
	text, err := io.ReadAll(io.LimitReader(a.in, 64<<10))
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", usage(errors.New("no secret on standard input"))
	}
	return line, nil
}

// editConfig opens the file in an editor and reports what is wrong with it afterwards.
func editConfig(ctx context.Context, a *app) error {
	editor := os.Getenv("VISUAL")
	if editor == "" {
		editor = os.Getenv("EDITOR")
	}
	if editor == "" {
		return usage(fmt.Errorf("set VISUAL or EDITOR, or open %s yourself", config.Path()))
	}
	if _, err := os.Stat(config.Path()); err != nil {
		return usage(errors.New("there is no configuration yet: make one with: ctrace config init"))
	}
	args := append(strings.Fields(editor), config.Path())
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the user's own editor
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.in, a.out, a.err
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the editor %s: %w", args[0], err)
	}
	c, err := config.Load(config.Path())
	if err != nil {
		return usage(err)
	}
	names := slices.Clone(c.Names())
	_, err = fmt.Fprintf(a.out, "The file is right: %d profile(s): %s\n", len(names), clean(strings.Join(names, ", ")))
	return err
}
