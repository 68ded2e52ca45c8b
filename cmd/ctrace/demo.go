package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"ctrace/internal/config"
	"ctrace/internal/connect"
	"ctrace/internal/setup"
	"ctrace/tui"
	"ctrace/tui/theme"
)

func newDemoCmd(a *app) *cobra.Command {
	o := &labOptions{}
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
			if err := needTerminal(a); err != nil {
				return err
			}
			t, err := a.openLab(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer t.Close()
			return showApp(cmd.Context(), a, t)
		},
	}
	o.flags(cmd)
	return cmd
}

// runApp starts the app with the current profile.
func runApp(ctx context.Context, a *app) error {
	if _, err := config.Load(config.Path()); errors.Is(err, fs.ErrNotExist) {
		return usage(errors.New("no profile is configured yet.\n" +
			"Look around first with:   ctrace demo\n" +
			"Make a profile with:      ctrace config init"))
	}
	if err := needTerminal(a); err != nil {
		return err
	}
	t, err := a.openProfile(ctx, "", connect.Everything)
	if err != nil {
		return err
	}
	defer t.Close()
	return showApp(ctx, a, t)
}

func needTerminal(a *app) error {
	if terminal(a.in) && terminal(a.out) {
		return nil
	}
	return usage(errors.New("the app needs a terminal; without one use: ctrace verify"))
}

// showApp runs the app on a target until the user leaves it.
func showApp(ctx context.Context, a *app, t *target) error {
	store := a.openHistory(ctx)
	defer closeHistory(store)
	from, to := t.profile.Sender, t.profile.Recipient
	err := tui.Run(ctx, tui.Options{
		Profile: t.profile.Name, Region: t.clients.Region.Label, Demo: t.lab != nil,
		From: from, To: to, Gateway: t.gateway(), Tracker: hostOf(t.profile.Tracker.URL), ThreatResponse: hostOf(t.clients.Region.IROH),
		Verifier: &verifier{target: t, store: store, timeout: a.timeout, warn: func(err error) { a.logger.Error(err.Error()) }},
		Language: setup.LanguageOf(locale()), SetupRegion: setupRegion(t.profile), Products: products(t.profile),
		Theme: theme.Options{NoColor: a.noColor || os.Getenv("NO_COLOR") != ""},
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// setupRegion is the region whose names the set-up texts show; the first one when none is chosen.
func setupRegion(p config.Profile) setup.Region {
	if r, err := setup.RegionByName(p.ThreatResponse.Region); err == nil {
		return r
	}
	return setup.Regions()[0]
}

// products is whose menu words the set-up texts use.
func products(p config.Profile) setup.Products {
	if p.Topology == config.Standalone {
		return setup.CurrentProducts
	}
	return setup.ManagedProducts
}
