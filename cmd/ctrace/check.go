package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/internal/connect"
	reports "ctrace/internal/report"
	"ctrace/internal/setup"
)

type checkOptions struct {
	lab  labOptions
	lang string
	form string
}

func newCheckCmd(a *app) *cobra.Command {
	o := &checkOptions{}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Make every check of the set-up that a program can make",
		Long: `check makes the checks A1 to A21 side by side: the cloud's hosts from this computer,
regions, the appliance's version, clock, role, tracking and logs, the Threat
Response client, the module and its health, and the gateway's listener. It mails
nothing and changes nothing.

Exit codes: 0 no check failed; 1 one failed; 2 usage or configuration.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			return runCheck(cmd.Context(), a, o)
		},
	}
	o.lab.demoFlags(cmd)
	languageFlag(cmd, &o.lang)
	outputFlag(cmd, &o.form, formText, formJSON)
	return cmd
}

// languageFlag adds --lang.
func languageFlag(cmd *cobra.Command, lang *string) {
	languages := []string{string(setup.English), string(setup.Korean)}
	cmd.Flags().Var(&choice{value: lang, forms: languages}, "lang", "`language` of set-up texts: en, ko (default: from LANG)")
	_ = cmd.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(languages, cobra.ShellCompDirectiveNoFileComp))
}

// language is the one of --lang, or of the locale.
func language(flag string) setup.Language {
	if flag != "" {
		return setup.LanguageOf(flag)
	}
	return setup.LanguageOf(locale())
}

func runCheck(ctx context.Context, a *app, o *checkOptions) error {
	ctx, cancel := a.bounded(ctx)
	defer cancel()
	t, err := a.open(ctx, &o.lab, "", connect.Everything)
	if err != nil {
		return err
	}
	defer t.Close()
	store := a.openHistory(ctx)
	defer closeHistory(store)
	progress, err := setup.LoadProgress(setup.ProgressPath(stateDir(), t.profile.Name), t.profile.Name)
	if err != nil {
		return err
	}
	results := setup.Run(ctx, t.scene(ctx, progress, store), nil)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := printChecks(a, o, t.profile.Name, results); err != nil {
		return err
	}
	for _, r := range results {
		if r.State == setup.Fail {
			return &exitError{code: exitNo}
		}
	}
	return nil
}

// checkLine is one check in JSON.
type checkLine struct {
	ID               string      `json:"id"`
	Title            string      `json:"title"`
	State            setup.State `json:"state"`
	Evidence         string      `json:"evidence"`
	FromThisComputer bool        `json:"from_this_computer"`
	At               time.Time   `json:"at"`
	Seconds          float64     `json:"seconds"`
}

func printChecks(a *app, o *checkOptions, profile string, results []setup.Result) error {
	lang := language(o.lang)
	if o.form == formText {
		printCheckText(a.out, a.paint(), lang, results)
		return nil
	}
	lines := make([]checkLine, len(results))
	failed := 0
	for i, r := range results {
		lines[i] = checkLine{
			ID: r.Check.ID, Title: r.Check.Title.In(lang), State: r.State, Evidence: r.Evidence.In(lang),
			FromThisComputer: r.Check.FromHere, At: r.At, Seconds: r.Elapsed.Seconds(),
		}
		if r.State == setup.Fail {
			failed++
		}
	}
	return reports.WriteObject(a.out, "ctrace/check/1", struct {
		Profile string      `json:"profile"`
		Failed  int         `json:"failed"`
		Checks  []checkLine `json:"checks"`
	}{profile, failed, lines})
}

// printCheckText writes two lines for each check: what and how it went, and the evidence.
func printCheckText(w io.Writer, p paint, lang setup.Language, results []setup.Result) {
	marks := map[setup.State]string{
		setup.Pass: p.green("ok  "), setup.Warn: p.yellow("warn"), setup.Fail: p.red("FAIL"), setup.Skip: "-   ",
	}
	here := setup.Text{EN: " (from this computer)", KO: " (이 컴퓨터에서)"}
	counts := map[setup.State]int{}
	for _, r := range results {
		counts[r.State]++
		title := r.Check.Title.In(lang)
		if r.Check.FromHere {
			title += here.In(lang)
		}
		fmt.Fprintf(w, "%s %-3s %s\n", marks[r.State], r.Check.ID, title)
		indented(w, strings.Repeat(" ", 9), r.Evidence.In(lang))
	}
	sum := setup.Text{EN: "%d passed, %d warned, %d failed, %d not made", KO: "통과 %d, 경고 %d, 실패 %d, 점검하지 않음 %d"}
	fmt.Fprintf(w, "\n"+sum.In(lang)+"\n", counts[setup.Pass], counts[setup.Warn], counts[setup.Fail], counts[setup.Skip])
}
