package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/internal/history"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
)

func newHistoryCmd(a *app) *cobra.Command {
	var filter history.Filter
	var form, state string
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List past runs; show, export or prune them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter.State, filter.Profile = history.State(state), a.profile
			return withHistory(cmd.Context(), func(s *history.Store) error { return listRuns(cmd.Context(), a, s, filter, form) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&filter.Text, "text", "", "only runs with this text in token, profile or result")
	f.StringVar(&filter.Verdict, "verdict", "", "only runs with this verdict")
	f.StringVar(&state, "state", "", "only runs that are running (or were killed), or finished")
	f.IntVar(&filter.Limit, "limit", 0, "at most this many; 0 means 100")
	outputFlag(cmd, &form, formText, formJSON, formJSONL)
	cmd.AddCommand(newHistoryShowCmd(a), newHistoryExportCmd(a), newHistoryPruneCmd(a))
	return cmd
}

// withHistory opens the history for one command.
func withHistory(ctx context.Context, do func(*history.Store) error) error {
	s, err := history.Open(ctx, history.Path())
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func listRuns(ctx context.Context, a *app, s *history.Store, filter history.Filter, form string) error {
	runs, err := s.List(ctx, filter)
	if err != nil {
		return err
	}
	switch form {
	case formJSON:
		if runs == nil {
			runs = []history.Run{}
		}
		return reports.WriteObject(a.out, "ctrace/history/1", struct {
			Runs []history.Run `json:"runs"`
		}{runs})
	case formJSONL:
		for _, r := range runs {
			if err := writeJSON(a.out, r); err != nil {
				return err
			}
		}
		return nil
	}
	if len(runs) == 0 {
		fmt.Fprintln(a.out, "No runs yet: start one with ctrace verify.")
		return nil
	}
	fmt.Fprintf(a.out, "%-19s %-30s %-12s %s\n", "STARTED", "TOKEN", "PROFILE", "VERDICT")
	for _, r := range runs {
		verdict := r.Verdict
		if r.State == history.Running {
			verdict = "unfinished"
		}
		fmt.Fprintln(a.out, strings.TrimRight(fmt.Sprintf("%s %s %s %s", r.StartedAt.Local().Format("2006-01-02 15:04:05"),
			safetext.Line(r.Token).Pad(30), safetext.Line(r.Profile).Pad(12), safetext.Line(verdict).Truncate(16)), " "))
	}
	return nil
}

func newHistoryShowCmd(a *app) *cobra.Command {
	var form string
	cmd := &cobra.Command{
		Use:               "show TOKEN",
		Short:             "Show one run with what happened in it",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeTokens,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withHistory(cmd.Context(), func(s *history.Store) error { return showRun(cmd.Context(), a, s, args[0], form) })
		},
	}
	outputFlag(cmd, &form, formText, formJSON, formJSONL)
	return cmd
}

// runReport is what `history show -o json` prints.
type runReport struct {
	Run    history.Run       `json:"run"`
	Events []json.RawMessage `json:"events"`
}

func showRun(ctx context.Context, a *app, s *history.Store, token, form string) error {
	run, events, err := s.Get(ctx, token)
	if err != nil {
		return err
	}
	switch form {
	case formJSON:
		r := runReport{Run: run, Events: []json.RawMessage{}}
		for _, e := range events {
			r.Events = append(r.Events, e.Data)
		}
		return reports.WriteObject(a.out, "ctrace/history-run/1", r)
	case formJSONL:
		for _, e := range events {
			if _, err := fmt.Fprintln(a.out, string(e.Data)); err != nil {
				return err
			}
		}
		return nil
	}
	rec, err := readRecord(ctx, s, token)
	if err != nil {
		return err
	}
	p := &textPrinter{app: a, paint: a.paint(), live: &live{}}
	for _, e := range rec.Events {
		p.event(e)
	}
	if r := rec.Result(); r != nil {
		return p.result(report{Result: *r})
	}
	fmt.Fprintf(a.out, "\nUNFINISHED - go on without sending again: ctrace verify --resume %s\n", clean(token))
	return nil
}

func newHistoryExportCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "export [TOKEN...]",
		Short:             "Print runs with all their events, one JSON object a line",
		Long:              "export prints the named runs, or all, one JSON object a line: schema ctrace/history-run/1.",
		ValidArgsFunction: completeTokens,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return withHistory(ctx, func(s *history.Store) error {
				if len(args) == 0 {
					runs, err := s.List(ctx, history.Filter{Profile: a.profile, Limit: -1})
					if err != nil {
						return err
					}
					for _, r := range runs {
						args = append(args, r.Token)
					}
				}
				for _, token := range args {
					if err := showRun(ctx, a, s, token, formJSON); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func newHistoryPruneCmd(a *app) *cobra.Command {
	var older time.Duration
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Delete old entries",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if older <= 0 {
				return usage(errors.New("--older-than must be more than 0, such as 720h"))
			}
			return withHistory(cmd.Context(), func(s *history.Store) error {
				n, err := s.Prune(cmd.Context(), time.Now().Add(-older))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(a.out, "%d deleted\n", n)
				return err
			})
		},
	}
	cmd.Flags().DurationVar(&older, "older-than", 0, "delete what is older than this, such as 720h")
	return cmd
}

// completeTokens offers the tokens of past runs.
func completeTokens(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var tokens []string
	_ = withHistory(cmd.Context(), func(s *history.Store) error {
		runs, err := s.List(cmd.Context(), history.Filter{})
		for _, r := range runs {
			tokens = append(tokens, r.Token+"\t"+string(verify.Verdict(r.Verdict)))
		}
		return err
	})
	return tokens, cobra.ShellCompDirectiveNoFileComp
}
