package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"ctrace/internal/connect"
	"ctrace/internal/lab"
)

// labOptions are the flags of commands that start a lab.
type labOptions struct {
	demo       bool
	delay      time.Duration
	messages   int
	sma        bool
	awkward    bool
	faults     []string
	slow       time.Duration
	appliances int
}

// demoFlags adds --demo, and the flags of the lab that only go with it.
func (o *labOptions) demoFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.demo, "demo", false, "against a lab on this computer")
	o.flags(cmd)
}

func (o *labOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.DurationVar(&o.delay, "delay", 500*time.Millisecond, "lab: time until message tracking shows a message")
	f.IntVar(&o.messages, "messages", 200, "lab: seeded messages of the past day, up to 100000")
	f.BoolVar(&o.sma, "sma", false, "lab: message tracking is that of an SMA")
	f.IntVar(&o.appliances, "appliances", 1, "lab: how many appliances are searched side by side, up to "+strconv.Itoa(lab.MaxAppliances))
	f.BoolVar(&o.awkward, "awkward", false, "lab: also modules that limit their rate, answer in part, and answer nonsense")
	f.StringSliceVar(&o.faults, "fault", nil, "lab: faults that are on, NAME[,NAME], with esa2:NAME on a further appliance; see ctrace lab --list-faults")
	f.DurationVar(&o.slow, "slow", 65*time.Second, "lab: how slow the fault api-slow is")
	_ = cmd.RegisterFlagCompletionFunc("fault", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, f := range lab.Faults() {
			names = append(names, f.Name+"\t"+f.Description)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
}

func (o *labOptions) config() (lab.Config, error) {
	if o.messages < 0 || o.messages > 100_000 {
		return lab.Config{}, usage(fmt.Errorf("--messages %d is not between 0 and 100000", o.messages))
	}
	if o.appliances < 1 || o.appliances > lab.MaxAppliances {
		return lab.Config{}, usage(fmt.Errorf("--appliances %d is not between 1 and %d", o.appliances, lab.MaxAppliances))
	}
	if o.slow <= 0 {
		return lab.Config{}, usage(fmt.Errorf("--slow %s is not longer than nothing", o.slow))
	}
	cfg := lab.Config{SMA: o.sma, Delay: o.delay, Messages: o.messages, Faults: o.faults, Awkward: o.awkward, Appliances: o.appliances, Slow: o.slow}
	if o.delay <= 0 {
		cfg.Delay = -1
	}
	if o.messages == 0 {
		cfg.Messages = -1
	}
	return cfg, nil
}

// check refuses flags of the lab without --demo.
func (o *labOptions) check(cmd *cobra.Command) error {
	for _, name := range []string{"delay", "messages", "sma", "appliances", "awkward", "fault", "slow"} {
		if cmd.Flags().Changed(name) && !o.demo {
			return usage(fmt.Errorf("--%s is for the lab: use it with --demo", name))
		}
	}
	return nil
}

// open makes the clients of a lab in a demo, otherwise of the current profile or of the one named.
func (a *app) open(ctx context.Context, o *labOptions, profile string, need connect.Need) (*target, error) {
	if !o.demo {
		return a.openProfile(ctx, profile, need)
	}
	cfg, err := o.config()
	if err != nil {
		return nil, err
	}
	return a.openLab(ctx, cfg)
}
