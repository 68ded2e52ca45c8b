package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/esa"
	"ctrace/internal/connect"
	"ctrace/internal/quarantine"
)

type quarantineOptions struct {
	lab       labOptions
	kind      string
	names     []string
	appliance string
	sender    string
	recipient string
	subject   string
	since     string
	limit     int
	yes       bool
	form      string
}

// kinds of quarantine, by the words of --type.
var quarantineKinds = map[string]esa.QuarantineType{"spam": esa.SpamQuarantine, "policy": esa.PolicyQuarantine}

func newQuarantineCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quarantine",
		Short: "Look into the quarantines; release or delete what they hold",
		Long: `quarantine shows what the spam quarantine or the policy, virus and outbreak quarantines
of the profile's appliances hold. Releasing and deleting ask first, are sent once, never
repeated, and recorded in the history.`,
		Example: `  ctrace quarantine list --type policy --since 2d
  ctrace quarantine show 4711 --type policy
  ctrace quarantine release 45 46 --type spam`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		quarantineSub(a, "list", "List what a quarantine holds, the newest first", cobra.NoArgs, listQuarantine,
			formText, formJSON, formJSONL, formCSV, formMarkdown),
		quarantineSub(a, "show MID", "Show one message of a quarantine", cobra.ExactArgs(1), showQuarantined, formText, formJSON),
		quarantineSub(a, "release MID...", "Let messages go on to their recipients; asks first", cobra.MinimumNArgs(1), actOn, formText, formJSON),
		quarantineSub(a, "delete MID...", "Delete messages for good; asks first", cobra.MinimumNArgs(1), actOn, formText, formJSON),
	)
	return cmd
}

// quarantineWork is what a subcommand does on the appliances.
type quarantineWork func(ctx context.Context, a *app, o *quarantineOptions, t *target, verb string, mids []int64) error

func quarantineSub(a *app, use, short string, args cobra.PositionalArgs, work quarantineWork, forms ...string) *cobra.Command {
	o := &quarantineOptions{}
	verb, _, _ := strings.Cut(use, " ")
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			mids, err := o.check(args)
			if err != nil {
				return usage(err)
			}
			t, err := a.open(cmd.Context(), &o.lab, "", connect.Tracker)
			if err != nil {
				return err
			}
			defer t.Close()
			ctx, cancel := a.bounded(cmd.Context())
			defer cancel()
			return work(ctx, a, o, t, verb, mids)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.kind, "type", "spam", "spam, or policy for the policy, virus and outbreak quarantines")
	f.StringSliceVar(&o.names, "name", nil, "policy quarantines, NAME[,NAME]; all when not given")
	f.StringVar(&o.appliance, "appliance", "", "only this appliance of the profile")
	switch verb {
	case "list":
		f.StringVar(&o.sender, "sender", "", "a part of the sender's address")
		f.StringVar(&o.recipient, "recipient", "", "a part of the recipient's address")
		f.StringVar(&o.subject, "subject", "", "a part of the subject")
		f.StringVar(&o.since, "since", "30d", "how far to look back: 2d, 3h, 2026-11-01..2026-11-03")
		f.IntVar(&o.limit, "limit", 100, "at most this many messages; 0 means all")
	case "release", "delete":
		f.BoolVar(&o.yes, "yes", false, "do it without a question")
	}
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions([]string{"spam", "policy"}, cobra.ShellCompDirectiveNoFileComp))
	o.lab.demoFlags(cmd)
	outputFlag(cmd, &o.form, forms...)
	return cmd
}

// check looks at flags and MIDs.
func (o *quarantineOptions) check(args []string) ([]int64, error) {
	if _, ok := quarantineKinds[o.kind]; !ok {
		return nil, fmt.Errorf("--type %q is not one of spam, policy", o.kind)
	}
	if len(o.names) > 0 && o.kind == "spam" {
		return nil, errors.New("--name is for policy quarantines: use it with --type policy")
	}
	if o.sender != "" && o.subject != "" && o.kind == "spam" {
		return nil, errors.New("the spam quarantine cannot be searched by sender and subject at once")
	}
	if o.limit < 0 {
		return nil, fmt.Errorf("--limit %d is negative", o.limit)
	}
	var mids []int64
	for _, arg := range args {
		mid, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || mid <= 0 {
			return nil, fmt.Errorf("%q is no MID", arg)
		}
		if slices.Contains(mids, mid) {
			return nil, fmt.Errorf("MID %d is named twice", mid)
		}
		mids = append(mids, mid)
	}
	return mids, nil
}

// keepers are the appliances that are meant.
func (o *quarantineOptions) keepers(t *target) ([]quarantine.Source, error) {
	all := t.quarantines()
	if o.appliance == "" {
		return all, nil
	}
	var names []string
	for _, k := range all {
		if k.Name == o.appliance {
			return []quarantine.Source{k}, nil
		}
		names = append(names, k.Name)
	}
	return nil, usage(fmt.Errorf("there is no appliance %q: the profile has %s", o.appliance, strings.Join(names, ", ")))
}

// query is the search of the flags.
func (o *quarantineOptions) query(t *target) (esa.QuarantineQuery, error) {
	now := time.Now()
	r := esa.TimeRange{Start: now.Add(-90 * 24 * time.Hour), End: now}
	if o.since != "" {
		var err error
		if r, err = esa.ParseTimeRange(o.since, now, t.profile.Location()); err != nil {
			return esa.QuarantineQuery{}, usage(fmt.Errorf("--since: %w", err))
		}
	}
	q := esa.QuarantineQuery{
		Type: quarantineKinds[o.kind], Start: r.Start, End: r.End.Add(time.Minute), Quarantines: o.names,
		Sender: esa.QuarantineFilter{Value: o.sender}, Recipient: esa.QuarantineFilter{Value: o.recipient}, Subject: esa.QuarantineFilter{Value: o.subject},
		OrderBy: "received", Descending: true, Limit: esa.MaxLimit,
	}
	if q.Type == esa.SpamQuarantine {
		q.OrderBy = "date"
	}
	return q, nil
}
