package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"ctrace/internal/config"
	"ctrace/internal/setup"
	"ctrace/tui"
	"ctrace/tui/theme"
)

// appOptions are the flags of the app.
type appOptions struct {
	readOnly bool
	plain    bool
	theme    string
	lang     string
}

func (o *appOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.readOnly, "read-only", false, "hide everything that changes something outside, sending included")
	plain := os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb"
	f.BoolVar(&o.plain, "plain", plain, "plain lines and prompts instead of the full screen (as ACCESSIBLE in the environment, or TERM=dumb)")
	modes := []string{string(theme.Auto), string(theme.Dark), string(theme.Light)}
	o.theme = modes[0]
	f.Var(&choice{value: &o.theme, forms: modes}, "theme", "colours: "+strings.Join(modes, ", "))
	languageFlag(cmd, &o.lang)
}

func newDemoCmd(a *app) *cobra.Command {
	o, look := &labOptions{}, &appOptions{}
	unconfigured := false
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The app against a lab on this computer",
		Long: `demo starts a lab - an appliance with SMTP, message tracking and its API, and Threat
Response - on loopback addresses of this computer, and the app on it. Nothing has to
be configured and nothing leaves the machine.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.config()
			if err != nil {
				return err
			}
			cfg.Unconfigured = unconfigured
			if err := needTerminal(a); err != nil {
				return err
			}
			t, err := a.openLab(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer t.Close()
			return showApp(cmd.Context(), a, t, look)
		},
	}
	o.flags(cmd)
	look.flags(cmd)
	cmd.Flags().BoolVar(&unconfigured, "unconfigured", false, "lab: start before step 1 of the set-up, to practise it in the set-up panel")
	return cmd
}

// showApp runs the app on a target until the user leaves it.
func showApp(ctx context.Context, a *app, t *target, look *appOptions) error {
	store := a.openHistory(ctx)
	defer closeHistory(store)
	lang := language(look.lang)
	options := tui.Options{
		Profile: t.profile.Name, Region: t.clients.Region.Label, Demo: t.lab != nil,
		From: t.profile.Sender, To: t.profile.Recipient,
		Gateway: t.gateway(), Tracker: hostOf(t.profile.Tracker.URL), ThreatResponse: hostOf(t.clients.Region.IROH),
		Verifier:    &verifier{target: t, store: store, timeout: a.timeout, warn: func(err error) { a.logger.Error(err.Error()) }},
		Quarantines: t.quarantines(), Tracking: t.sources(), Searches: savedSearches(), Zone: t.profile.Location(), ReadOnly: look.readOnly, Plain: look.plain,
		Language: lang, SetupRegion: t.region(), Products: products(t.profile),
		Theme: theme.Options{Mode: theme.Mode(look.theme), NoColor: a.noColor || os.Getenv("NO_COLOR") != ""},
		Input: a.in, Output: a.out,
	}
	if store != nil {
		options.History = store
	}
	t.investigator(store, &options)
	if err := t.panels(store, &options); err != nil {
		return err
	}
	err := tui.Run(ctx, options)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// products is whose menu words the set-up texts use.
func products(p config.Profile) setup.Products {
	if p.Topology == config.Standalone {
		return setup.CurrentProducts
	}
	return setup.ManagedProducts
}
