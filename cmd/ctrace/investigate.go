package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/internal/connect"
	reports "ctrace/internal/report"
)

type investigateOptions struct {
	lab      labOptions
	input    inputOptions
	modules  []string
	refresh  bool
	inspect  bool
	failOn   string
	resume   string
	casebook string
	maxCalls int
	form     string
}

// The forms of reports.
const (
	formMarkdown = "md"
	formHTML     = "html"
)

func newInvestigateCmd(a *app) *cobra.Command {
	o := &investigateOptions{}
	cmd := &cobra.Command{
		Use:   "investigate [QUERY | TEXT | -]",
		Short: "Look observables up in Threat Response",
		Long: `investigate asks every module of Threat Response about observables and joins their
answers: dispositions with their reasons, sightings, targets, indicators, and what
each module failed at.

The text is a query as in the console (type:"value", or bare values) or any text,
which observables are found in. Arguments, standard input and files work as with
ctrace observables; so do --types, --allow-list and --no-private.

Many observables are asked about within the hour's budget of calls. With --resume
FILE every answer is kept in the file as it comes: after an interruption or a spent
budget the same command asks the rest, and what modules failed at, and reports all of
it. -o jsonl writes a line for each module's answer as it comes and for each observable
that is done; of a resumed run only the new ones.

An observable that no module has answered about has no verdict: it is reported as not
answered or not asked, with the reason, and never as unknown.

Exit codes: 0 done; 1 --fail-on met; 2 usage or configuration, also when the text
has no observable; 5 Threat Response failed, or no module has answered about any
observable, or with --fail-on about one of them; 130 interrupted.`,
		Example: `  ctrace investigate 'email_messageid:"<4711@mx.example.com>" cisco_mid:123'
  ctrace investigate --eml phish.eml --allow-list example.com -o html >report.html
  ctrace investigate --file iocs.txt --resume iocs.state -o jsonl >>answers.jsonl
  ctrace investigate 203.0.113.66 --fail-on malicious
  ctrace investigate --demo 'invoice-portal[.]example 203.0.113.66'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(o.lab.check(cmd), o.check()); err != nil {
				return usage(err)
			}
			return runInvestigate(cmd.Context(), a, o, args)
		},
	}
	o.input.flags(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&o.modules, "modules", nil, "ask only these modules, by name or instance id")
	f.BoolVar(&o.refresh, "refresh", false, "ask anew what was answered some minutes ago")
	f.BoolVar(&o.inspect, "inspect", false, "also let Threat Response find observables in the text, and mark what only one of the two found")
	f.StringVar(&o.failOn, "fail-on", "", "exit with 1 when an observable is malicious, or at least suspicious")
	f.StringVar(&o.resume, "resume", "", "keep the answers in this file, and go on from it")
	f.StringVar(&o.casebook, "save-casebook", "", "keep observables and a summary as a casebook with this title")
	f.IntVar(&o.maxCalls, "max-calls", 0, "at most this many calls to Threat Response; 0 is what the hour's budget leaves")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"malicious", "suspicious"}, cobra.ShellCompDirectiveNoFileComp))
	o.lab.demoFlags(cmd)
	outputFlag(cmd, &o.form, formText, formJSON, formJSONL, formCSV, formMarkdown, formHTML)
	return cmd
}

func (o *investigateOptions) check() error {
	if o.failOn != "" && o.failOn != "malicious" && o.failOn != "suspicious" {
		return fmt.Errorf("--fail-on is malicious or suspicious, not %q", o.failOn)
	}
	if o.maxCalls < 0 {
		return fmt.Errorf("--max-calls %d is negative", o.maxCalls)
	}
	return nil
}

func runInvestigate(ctx context.Context, a *app, o *investigateOptions, args []string) error {
	bounded, cancel := a.bounded(ctx)
	defer cancel()
	asked, err := a.inquire(bounded, o, args)
	if err != nil {
		return err
	}
	t, err := a.open(bounded, &o.lab, "", connect.ThreatResponse)
	if err != nil {
		return err
	}
	defer t.Close()
	request, err := o.request(bounded, t, asked)
	if err != nil {
		return err
	}
	run, err := newInvestigateRun(a, o, t.profile.Name, &request)
	if err != nil {
		return err
	}
	inv, err := t.clients.ThreatResponse.Investigate(bounded, request, run.take)
	run.clear()
	defer func() {
		if err := run.close(); err != nil {
			a.complain(err)
		}
	}()
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		err = &exitError{exitThreatResponse, a.late(hostOf(t.clients.Region.IROH), inv)}
	}
	about := reports.About{
		Profile: t.profile.Name, Service: hostOf(t.clients.Region.IROH), Written: time.Now(), Query: asked.query,
		Program: "ctrace " + readBuildInfo().Version, Failure: err, Finders: asked.finders,
	}
	inVain := err != nil && nothing(inv)
	if !inVain {
		a.keepInvestigation(context.WithoutCancel(ctx), inv, about)
	}
	if !inVain || o.form == formJSONL { // lines that have begun come to their end
		if failed := run.result(inv, about, t.clients.ThreatResponse.Budget()); failed != nil {
			return errors.Join(err, failed)
		}
	}
	if err != nil {
		return run.goOn(ctx, err)
	}
	if run.unkept != nil {
		return &exitError{code: exitNo} // it was said when it happened
	}
	if o.casebook != "" {
		if err := a.saveCasebook(bounded, t, reports.Casebook(o.casebook, inv, about)); err != nil {
			return err
		}
	}
	if o.met(inv) {
		return &exitError{code: exitNo}
	}
	return o.unanswered(inv)
}

// unanswered is the error of an investigation that cannot say what it was asked for: no module has
// answered about any observable, or, when the exit code is to tell, about one of them.
func (o *investigateOptions) unanswered(inv *ctr.Investigation) error {
	asked, open := 0, 0
	for _, f := range inv.Findings {
		if f.Asked {
			asked++
		}
		if s := f.Standing(); s == ctr.Failed || s == ctr.NotAsked {
			open++
		}
	}
	switch {
	case open == 0 || open < asked && o.failOn == "":
		return nil
	case open == asked:
		return &exitError{exitThreatResponse, fmt.Errorf("no module has answered about %s: see the modules above, and ctrace check", plural(asked, "observable"))}
	}
	return &exitError{exitThreatResponse, fmt.Errorf("no module has answered about %s of %d: --fail-on cannot tell", plural(open, "observable"), asked)}
}

// request says what to ask Threat Response, after everything that could stand in the way was looked at.
func (o *investigateOptions) request(ctx context.Context, t *target, asked *inquiry) (ctr.InvestigateRequest, error) {
	client := t.clients.ThreatResponse
	r := ctr.InvestigateRequest{Refresh: o.refresh, MaxCalls: o.maxCalls}
	if o.casebook != "" && t.clients.Region.Intel == "" {
		return r, usage(fmt.Errorf("profile %q has no address of private intelligence, which keeps casebooks", t.profile.Name))
	}
	if o.inspect {
		if err := asked.inspect(ctx, client); err != nil {
			return r, fmt.Errorf("inspect: %w", err)
		}
	}
	if r.Observables = asked.observables; len(r.Observables) == 0 {
		return r, usage(errors.New("nothing to look up: the text has no observable (of the wanted types)"))
	}
	var err error
	r.Modules, err = chooseModules(ctx, client, o.modules)
	return r, err
}

// late is the error of an investigation that --timeout ended.
func (a *app) late(host string, inv *ctr.Investigation) error {
	if nothing(inv) {
		return fmt.Errorf("no answer of Threat Response (%s) within --timeout %s: ctrace check tells whether it can be reached", host, a.timeout)
	}
	return fmt.Errorf("not everything was answered by Threat Response (%s) within --timeout %s", host, a.timeout)
}

// nothing tells whether an investigation found out nothing at all.
func nothing(inv *ctr.Investigation) bool {
	return !slices.ContainsFunc(inv.Findings, func(f *ctr.Finding) bool {
		s := f.Standing()
		return s == ctr.Answered || s == ctr.Partly || len(f.Opinions)+len(f.Sightings)+len(f.Judgements) > 0
	})
}

// met tells whether --fail-on is: an observable that was asked about is as bad, or worse.
func (o *investigateOptions) met(inv *ctr.Investigation) bool {
	return slices.ContainsFunc(inv.Findings, func(f *ctr.Finding) bool {
		return f.Asked && (o.failOn != "" && f.Disposition == ctim.Malicious || o.failOn == "suspicious" && f.Disposition == ctim.Suspicious)
	})
}

// chooseModules finds the instance ids of modules that are given by name or id.
func chooseModules(ctx context.Context, client *ctr.Client, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	list, err := client.ModuleInstances(ctx)
	if ctr.IsMissingScope(err) {
		return names, nil // they can only be ids
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, name := range names {
		var found []ctr.ModuleInstance
		for _, m := range list {
			if m.ID == name {
				found = []ctr.ModuleInstance{m}
				break
			}
			if strings.EqualFold(m.Name, name) {
				found = append(found, m)
			}
		}
		switch len(found) {
		case 1:
			ids = append(ids, found[0].ID)
		case 0:
			return nil, usage(fmt.Errorf("--modules: there is no module %q; there are %s", name, moduleList(list)))
		default:
			return nil, usage(fmt.Errorf("--modules: several modules are called %q; give one of the ids %s", name, moduleList(found)))
		}
	}
	return ids, nil
}

func moduleList(list []ctr.ModuleInstance) string {
	var parts []string
	for _, m := range list {
		parts = append(parts, fmt.Sprintf("%q (%s)", m.Name, m.ID))
	}
	return strings.Join(parts, ", ")
}
