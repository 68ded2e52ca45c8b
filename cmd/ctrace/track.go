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
	"github.com/spf13/pflag"

	"ctrace/esa"
	"ctrace/internal/connect"
	"ctrace/internal/tracking"
)

type trackOptions struct {
	lab    labOptions
	terms  map[string]*string // by the keys of the filter language
	exact  bool
	reject bool
	limit  int
	follow bool
	save   string
	saved  string
	form   string
}

// filterAliases are other names of the filters' flags.
var filterAliases = map[string]string{
	"sender": "from", "recipient": "to", "sender-ip": "ip", "sender-domain": "domain", "start": "since", "end": "until",
}

func newTrackCmd(a *app) *cobra.Command {
	o := &trackOptions{terms: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "track [FILTER... | MID]",
		Short: "Search message tracking, or show one message",
		Long: `track searches the appliance's message tracking, and that of every appliance that the
profile names. What to search for stands in flags, or in one line as in the app:

  subject~invoice from:a@b.example since:2d status:quarantined

":" and "~" find a part of a text, "=" the whole, "^" its beginning; words without a
key are searched in the subject. Filters must all match. Without a time the last 24
hours are searched. Times are 90m, 2d, today, 2026-11-01, 2026-11-01T09:00, and for
--time ranges such as 2026-11-01..2026-11-03. With a MID it shows that message.`,
		Example: `  ctrace track --subject invoice --since 2h
  ctrace track from:a@b.example status:quarantined -o jsonl
  ctrace track is:rejected since:1h
  ctrace track --follow to:boss@
  ctrace track 4711`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			return runTrack(cmd.Context(), a, o, args, changed(cmd))
		},
	}
	f := cmd.Flags()
	for _, k := range esa.FilterKeys() {
		help := k.Help
		if len(k.Values) > 0 {
			help += ": " + strings.Join(k.Values, ", ")
		}
		o.terms[k.Name] = f.String(k.Name, "", help)
		if values := k.Values; len(values) > 0 {
			_ = cmd.RegisterFlagCompletionFunc(k.Name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if to, ok := filterAliases[name]; ok {
			name = to
		}
		return pflag.NormalizedName(name)
	})
	f.BoolVar(&o.exact, "exact", false, "text filters match the whole field")
	f.BoolVar(&o.reject, "rejected", false, "connections that were refused, instead of messages")
	f.IntVar(&o.limit, "limit", 100, "at most this many messages; 0 means all")
	f.BoolVarP(&o.follow, "follow", "f", false, "then go on with new messages as they come, until interrupted or --timeout")
	f.StringVar(&o.saved, "saved", "", "use the search that was saved under this name, in the app or with --save")
	f.StringVar(&o.save, "save", "", "save this search under a name")
	o.lab.demoFlags(cmd)
	outputFlag(cmd, &o.form, formText, formJSON, formJSONL, formCSV, formMarkdown)
	return cmd
}

// changed lists the flags that were given.
func changed(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().Visit(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

func runTrack(ctx context.Context, a *app, o *trackOptions, args, given []string) error {
	mid := int64(0)
	if len(args) == 1 {
		mid, _ = strconv.ParseInt(args[0], 10, 64)
	}
	line := ""
	if mid <= 0 {
		var err error
		if line, err = o.line(args, given); err != nil {
			return usage(err)
		}
		if _, err := o.query(line, time.Local); err != nil {
			return err
		}
	}
	if o.save != "" {
		if err := savedSearches().Put(o.save, line); err != nil {
			return err
		}
	}
	t, err := a.open(ctx, &o.lab, "", connect.Tracker)
	if err != nil {
		return err
	}
	defer t.Close()
	bounded, cancel := a.bounded(ctx)
	defer cancel()
	if mid > 0 {
		err = trackOne(bounded, a, o, t, mid)
	} else {
		err = trackList(bounded, a, o, t, line)
	}
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		if o.follow {
			return nil
		}
		return &exitError{exitTracking, context.Cause(bounded)}
	}
	return err
}

// line is the search of arguments and flags in the filter language.
func (o *trackOptions) line(args, given []string) (string, error) {
	if o.limit < 0 {
		return "", fmt.Errorf("--limit %d is negative", o.limit)
	}
	if o.follow && (o.form == formJSON || o.form == formMarkdown) {
		return "", fmt.Errorf("--follow has no end, and -o %s is written at the end: use text, jsonl or csv", o.form)
	}
	line := strings.Join(args, " ")
	if o.saved != "" {
		saved, ok, err := savedSearches().Get(o.saved)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", fmt.Errorf("no search is saved as %q", o.saved)
		}
		line = strings.TrimSpace(saved + " " + line)
	}
	for _, k := range esa.FilterKeys() {
		if !slices.Contains(given, k.Name) {
			continue
		}
		value := strings.TrimSpace(*o.terms[k.Name])
		switch {
		case value == "":
			return "", fmt.Errorf("--%s needs a value", k.Name)
		case k.Text && o.exact:
			value = "=" + value
		}
		line = addTerm(line, k.Name, value)
	}
	if o.reject {
		line = strings.TrimSpace(line + " is:rejected")
	}
	return line, nil
}

// addTerm puts a flag into the line. Since and until stand beside each other, a range does not.
func addTerm(line, key, value string) string {
	if key != "since" && key != "until" {
		return tracking.SetTerm(line, key, value)
	}
	other := map[string]string{"since": "until", "until": "since"}[key]
	kept := tracking.TermValue(line, other)
	line = tracking.SetTerm(line, key, value)
	if kept != "" {
		line += " " + other + ":" + kept
	}
	return line
}

func (o *trackOptions) query(line string, zone *time.Location) (esa.Query, error) {
	q, err := esa.ParseFilter(line, time.Now(), zone)
	if e, ok := errors.AsType[*esa.FilterError](err); ok {
		return q, usage(fmt.Errorf("%w\n%s\n%s%s", e, line, strings.Repeat(" ", len([]rune(line[:min(e.Offset, len(line))]))), strings.Repeat("^", max(1, e.Length))))
	}
	if err != nil {
		return q, usage(err)
	}
	return q, nil
}

// trackList prints what a search finds, and with --follow what comes afterwards.
func trackList(ctx context.Context, a *app, o *trackOptions, t *target, line string) error {
	q, err := o.query(line, t.profile.Location())
	if err != nil {
		return err
	}
	search := tracking.New(q, t.sources(), time.Now())
	if o.follow && !search.Followable() {
		return usage(errors.New("the search ends in the past: --follow has nothing to wait for"))
	}
	show := newRowPrinter(a, o.form, t, q)
	wanted := o.limit + 1 // one more tells that there are more
	if o.limit == 0 {
		wanted = 0
	}
	search.Once()
	n := 0
	stream := func(rows []*tracking.Row) {
		for _, r := range rows {
			if o.limit == 0 || n < o.limit {
				show.row(r)
			}
			n++
		}
	}
	err = tracking.Run(ctx, search, wanted, time.Now, func(c tracking.Change) {
		if !o.follow {
			stream(c.Appended)
		}
	})
	if err == nil && o.follow {
		rows := search.Rows()
		rows = slices.Clone(rows[:min(len(rows), atMost(o.limit))])
		slices.Reverse(rows) // as they came: new ones follow below
		stream(rows)
		return followList(ctx, search, show)
	}
	if err != nil {
		return err
	}
	if err := show.end(o.limit > 0 && n > o.limit); err != nil {
		return err
	}
	return unanswered(a, search)
}

func atMost(limit int) int {
	if limit == 0 {
		return 1 << 30
	}
	return limit
}

// followList prints new messages, and those whose status changed, until ctx ends.
func followList(ctx context.Context, search *tracking.Search, show rowPrinter) error {
	search.Follow(true, time.Now())
	show.flush()
	return tracking.Run(ctx, search, 1, time.Now, func(c tracking.Change) {
		fresh := slices.Clone(c.Fresh)
		slices.Reverse(fresh)
		for _, r := range fresh {
			show.row(r)
		}
		show.flush()
	})
}

// unanswered tells which appliances gave no answer while others did.
func unanswered(a *app, search *tracking.Search) error {
	failed := false
	for _, s := range search.Sources() {
		if s.Failure != nil {
			failed = true
			a.complain(fmt.Errorf("%s is missing: %w", s.Name, s.Failure))
		}
	}
	if failed {
		return &exitError{code: exitTracking}
	}
	return nil
}
