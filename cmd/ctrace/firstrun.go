package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"ctrace/internal/config"
	"ctrace/internal/lab"
	"ctrace/internal/setup"
)

// runApp starts the app with the current profile. On a first run it offers the demo and the set-up.
func runApp(cmd *cobra.Command, a *app, look *appOptions) error {
	ctx := cmd.Context()
	if _, err := config.Load(config.Path()); errors.Is(err, fs.ErrNotExist) {
		return firstRun(cmd, a, look)
	}
	if err := needTerminal(a); err != nil {
		return err
	}
	return a.profileApp(ctx, look, &session{})
}

// firstRun shows the guide while there is no profile, or asks what to do by lines in plain mode.
// Without a terminal it says what there is.
func firstRun(cmd *cobra.Command, a *app, look *appOptions) error {
	if needTerminal(a) != nil {
		return usage(errors.New("no profile is configured yet.\n" +
			"Look around first with:   ctrace demo\n" +
			"Make a profile with:      ctrace config init"))
	}
	if !look.plain {
		return a.firstGuide(cmd.Context(), look)
	}
	fmt.Fprint(a.out, `No profile is configured yet.

  d  look around: the app against a lab on this computer, nothing to configure
  s  set up: make a profile for your appliance and Threat Response
  q  leave

`)
	lines := bufio.NewReader(a.in)
	for {
		fmt.Fprint(a.out, "d, s or q: ")
		line, err := readLine(cmd.Context(), lines)
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "d":
			t, err := a.openLab(cmd.Context(), lab.Config{})
			if err != nil {
				return err
			}
			defer t.Close()
			return showApp(cmd.Context(), a, t, look)
		case "s":
			return initConfig(cmd.Context(), a, setup.Answers{}, language(look.lang))
		case "q":
			return nil
		}
		if errors.Is(err, io.EOF) {
			return nil // nothing was chosen
		}
		if err != nil {
			return err
		}
	}
}

func needTerminal(a *app) error {
	if terminal(a.in) && terminal(a.out) {
		return nil
	}
	return usage(errors.New("the app needs a terminal; without one use: ctrace verify"))
}
