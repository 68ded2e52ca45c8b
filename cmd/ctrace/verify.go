package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/internal/connect"
	reports "ctrace/internal/report"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
)

type verifyOptions struct {
	lab      labOptions
	resume   string
	from, to string
	patience time.Duration
	lang     string
	form     string
}

func newVerifyCmd(a *app) *cobra.Command {
	o := &verifyOptions{}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Send a test message and prove that Threat Response sees it",
		Long: `verify sends one test message through the gateway, watches message tracking until
it shows, reads its details, and asks Threat Response until a module of the
appliance returns a sighting of that very message.

Exit codes: 0 verified; 1 the module answers but has no sighting; 2 usage or
configuration; 3 sending failed; 4 message tracking failed; 5 Threat Response
failed; 6 still pending at the deadline; 130 interrupted.

--timeout bounds the run; a call under way may take two seconds more, and the checks
that name the causes of a failure five.

A run that was interrupted, or is pending, goes on with --resume TOKEN: nothing is
sent a second time.`,
		Example: `  ctrace verify
  ctrace verify --demo -o json
  ctrace verify --demo --fault module-disabled
  ctrace verify --resume 20261123T150000Z-9f3c2a1b04de`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.lab.check(cmd); err != nil {
				return err
			}
			if o.resume == "" && cmd.Flags().Changed("resume") { // a script's empty variable must not send a mail
				return usage(errors.New("--resume needs the token of a run: ctrace history lists them"))
			}
			for _, other := range []string{"demo", "from", "to"} {
				if o.resume != "" && cmd.Flags().Changed(other) {
					return usage(fmt.Errorf("--resume goes on with a run as it was started: leave --%s out", other))
				}
			}
			return runVerify(cmd.Context(), a, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.resume, "resume", "", "go on with the run of this token")
	f.StringVar(&o.from, "from", "", "envelope sender instead of the profile's")
	f.StringVar(&o.to, "to", "", "recipient instead of the profile's")
	f.DurationVar(&o.patience, "patience", 0, "how long Threat Response is asked once tracking shows the message (default 5m)")
	o.lab.demoFlags(cmd)
	languageFlag(cmd, &o.lang)
	outputFlag(cmd, &o.form, formText, formJSON, formJSONL, formCSV, formMarkdown, formHTML)
	return cmd
}

func runVerify(ctx context.Context, a *app, o *verifyOptions) error {
	store := a.openHistory(ctx)
	defer closeHistory(store)
	v := &verifier{store: store, from: o.from, to: o.to, timeout: a.timeout, patience: o.patience, warn: a.complain}
	profile := ""
	if o.resume != "" {
		if store == nil {
			return usage(errors.New("without the history no run can be resumed"))
		}
		run, _, err := store.Get(ctx, o.resume)
		if err != nil {
			return usage(err)
		}
		if run.Profile == demoProfile && a.profileName() == "" {
			return usage(fmt.Errorf("run %s was against a lab that is gone with its process: start a new one", o.resume))
		}
		profile = run.Profile
	}
	var err error
	if v.target, err = a.open(ctx, &o.lab, profile, connect.Everything); err != nil {
		return err
	}
	defer v.target.Close()

	lang := language(o.lang)
	show := a.eventPrinter(o.form, lang)
	result, err := v.Run(ctx, o.resume, show.event)
	show.close()
	if ctx.Err() != nil {
		return interrupted(result.Token, o.lab.demo)
	}
	if err != nil {
		return err
	}
	if err := show.result(report{Result: result, Causes: causes(v.target.diagnose(ctx, result, store), lang)}); err != nil {
		return err
	}
	if code := verdictCode(result); code != exitDone {
		return &exitError{code: code}
	}
	return nil
}

// interrupted says how to go on with a run that was ended by a signal.
func interrupted(token string, demo bool) error {
	text := "interrupted"
	if token != "" && !demo {
		text += "; to go on without sending again: ctrace verify --resume " + token
	}
	return &exitError{exitInterrupted, errors.New(text)}
}

// eventPrinter shows a run in one of the forms of output. The language is that of what went wrong, for
// people; what programs read is English.
func (a *app) eventPrinter(form string, lang setup.Language) printer {
	switch form {
	case formJSON:
		return &jsonPrinter{app: a, live: newLive(a)}
	case formJSONL:
		return &jsonlPrinter{app: a}
	case formCSV, formMarkdown, formHTML:
		return &documentPrinter{app: a, live: newLive(a), format: reports.Format(form)}
	}
	return &textPrinter{app: a, lang: lang, paint: a.paint(), live: newLive(a)}
}

// printer shows the events of a run as they happen, and its result.
type printer interface {
	event(verify.Event)
	close() // no event follows
	result(report) error
}

// jsonPrinter prints the result as one object.
type jsonPrinter struct {
	app  *app
	live *live
}

func (p *jsonPrinter) event(e verify.Event) { p.live.event(e) }
func (p *jsonPrinter) close()               { p.live.close() }

func (p *jsonPrinter) result(r report) error {
	return reports.WriteObject(p.app.out, "ctrace/verify/1", r)
}

// jsonlPrinter prints every event as it happens, one a line.
type jsonlPrinter struct {
	app *app
	err error
}

func (p *jsonlPrinter) event(e verify.Event) {
	line, err := verify.MarshalEvent(e)
	if err == nil {
		_, err = p.app.out.Write(append(line, '\n'))
	}
	p.err = errors.Join(p.err, err)
}

func (p *jsonlPrinter) close() {}

func (p *jsonlPrinter) result(report) error { return p.err }

// report is a result with its probable causes.
type report struct {
	verify.Result
	Causes []cause `json:"causes,omitempty"`
}

// words joins what foreign text may be in, for one line of a terminal.
func words(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, clean(part))
		}
	}
	return strings.Join(kept, " ")
}
