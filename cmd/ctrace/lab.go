package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"ctrace/internal/lab"
)

func newLabCmd(a *app) *cobra.Command {
	o := &labOptions{}
	var addresses lab.Config
	var list bool
	cmd := &cobra.Command{
		Use:   "lab",
		Short: "Serve the lab in the foreground",
		Long: `lab serves an appliance and Threat Response on loopback addresses until it is
interrupted. Its one line on standard output is a JSON object with everything that
a client needs. Whoever can reach its addresses can use it: leave them on loopback.

Its faults can be switched while it runs, with a PUT of {"on":["NAME"]} to the path
/lab/faults of sse_url; a GET says which are on and which there are.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return listFaults(a)
			}
			cfg, err := o.config()
			if err != nil {
				return err
			}
			cfg.SMTPAddr, cfg.ESAAddr, cfg.CTRAddr = addresses.SMTPAddr, addresses.ESAAddr, addresses.CTRAddr
			return serveLab(cmd.Context(), a, cfg)
		},
	}
	f := cmd.Flags()
	f.StringVar(&addresses.SMTPAddr, "smtp", "", "address of the SMTP listener (default: a free port of 127.0.0.1)")
	f.StringVar(&addresses.ESAAddr, "esa", "", "address of the appliance's API")
	f.StringVar(&addresses.CTRAddr, "ctr", "", "address of Threat Response")
	f.BoolVar(&list, "list-faults", false, "print every fault and end")
	o.flags(cmd)
	return cmd
}

// listFaults prints the faults, one a line: name, two blanks, what it does.
func listFaults(a *app) error {
	for _, f := range lab.Faults() {
		if _, err := fmt.Fprintf(a.out, "%s  %s\n", f.Name, f.Description); err != nil {
			return err
		}
	}
	return nil
}

func serveLab(ctx context.Context, a *app, cfg lab.Config) error {
	if err := lab.CheckFaults(cfg.Faults...); err != nil {
		return usage(err)
	}
	l, err := lab.Start(ctx, cfg)
	if err != nil {
		return err
	}
	if err := writeJSON(a.out, l.Info()); err != nil {
		return errors.Join(err, l.Close())
	}
	<-ctx.Done()
	if err := l.Close(); err != nil {
		return err
	}
	return &exitError{code: exitInterrupted}
}
