package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ctrace/ctr"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// investigateRun follows an investigation: it tells how far it is, writes lines as answers come, and
// keeps the answers from which it can go on.
type investigateRun struct {
	app  *app
	o    *investigateOptions
	inv  *ctr.Investigation // for what is told on the way; nil when nothing is
	live io.Writer          // nil when there is no terminal

	journal *journal // nil without --resume
	resumed bool     // the journal had answers
	spool   spool    // the raw answers that the investigation does not hold, for JSON

	enc    reports.Encoder
	drawn  time.Time
	begin  time.Time
	failed error // the first failure to print
	unkept error // the first failure to keep answers
}

// newInvestigateRun opens what the request is resumed from, and adds it to the request.
func newInvestigateRun(a *app, o *investigateOptions, profile string, request *ctr.InvestigateRequest) (*investigateRun, error) {
	r := &investigateRun{app: a, o: o, begin: time.Now()}
	if terminal(a.err) && !a.verbose {
		r.live = a.err
	}
	if o.resume != "" {
		state := new(ctr.State)
		var err error
		r.journal, err = openJournal(o.resume, profile, func(record ctr.CallRecord) {
			if kept := state.Add(record); !kept && o.form == formJSON {
				r.keep(r.spool.add(record))
			}
		})
		if err != nil {
			return nil, usage(err)
		}
		request.Resume, r.resumed = state, state.Len() > 0
	}
	if o.form == formJSONL {
		r.inv = ctr.NewInvestigation(*request, r.begin)
		r.line("started", struct {
			Observables int `json:"observables"`
			Kept        int `json:"kept_calls,omitempty"` // answered in an earlier run
		}{r.inv.Progress.Observables, request.Resume.Len()})
	}
	return r, nil
}

// take is called with each answer.
func (r *investigateRun) take(u ctr.Update) {
	records := u.Records()
	r.keep(r.journal.add(records))
	switch r.o.form {
	case formJSONL:
		r.inv.Apply(u)
		r.tell(u, records)
	case formJSON:
		for _, record := range records {
			if record.LeftOut {
				r.keep(r.spool.add(record))
			}
		}
	}
	if r.live != nil && !u.Ended && time.Since(r.begin) > 200*time.Millisecond && time.Since(r.drawn) > 100*time.Millisecond {
		r.drawn = time.Now()
		r.draw(u.Progress)
	}
}

// keep notes a failure to keep answers, and tells it at once: only the first.
func (r *investigateRun) keep(err error) {
	if r.unkept == nil && err != nil {
		r.unkept = err
		r.app.complain(err)
	}
}

// draw redraws the line on standard error.
func (r *investigateRun) draw(p ctr.Progress) {
	text := fmt.Sprintf("%d of %d observables · %d of %d calls · %s", p.ObservablesDone, p.Observables, p.CallsDone, p.Calls, p.Elapsed.Round(time.Second))
	if p.Estimate >= time.Second {
		text += fmt.Sprintf(" · about %s left", p.Estimate.Round(time.Second))
	}
	fmt.Fprint(r.live, "\r\x1b[K"+safetext.Line(text).Truncate(79).String())
}

// clear removes the line of progress.
func (r *investigateRun) clear() {
	if r.live != nil && !r.drawn.IsZero() {
		fmt.Fprint(r.live, "\r\x1b[K")
	}
}

func (r *investigateRun) close() error { return errors.Join(r.journal.close(), r.spool.close()) }

// tell writes the lines of an update: the answers as they came; the state of the modules; and the
// observables that nothing more is asked about. What an earlier run was told has its line already.
func (r *investigateRun) tell(u ctr.Update, records []ctr.CallRecord) {
	for _, record := range records {
		for _, answer := range record.Raw() {
			r.line("answer", reports.NewRaw(answer))
		}
	}
	for i := range u.Modules {
		r.line("module", reports.NewModule(&u.Modules[i]))
	}
	for _, o := range u.Finished {
		f := r.inv.Find(o)
		known := r.resumed && u.Progress.CallsDone == 0 && f.Standing() != ctr.NotAsked // by an earlier run
		if !known {
			r.line("observable", r.finding(f))
		}
	}
}

// finding is an observable's line; its sightings are in it, because no list of them follows.
func (r *investigateRun) finding(f *ctr.Finding) any {
	line := struct {
		reports.Finding
		Seen []reports.Seen `json:"seen,omitempty"`
	}{Finding: reports.NewFinding(f, nil, nil)}
	for _, s := range f.Sightings {
		line.Seen = append(line.Seen, reports.NewSeen(s))
	}
	return line
}

// line writes one event.
func (r *investigateRun) line(event string, v any) {
	body, err := r.enc.Encode(v)
	if err == nil {
		_, err = fmt.Fprintf(r.app.out, `{"schema":"ctrace/investigate-event/1","event":%q,%s`, event, body[1:])
	}
	r.failed = cmp.Or(r.failed, err)
}

// result prints what was found in the wanted form.
func (r *investigateRun) result(inv *ctr.Investigation, about reports.About, budget ctr.Budget) error {
	if r.failed != nil {
		return r.failed
	}
	switch r.o.form {
	case formJSONL:
		end := struct {
			Summary reports.Summary `json:"summary"`
			Seconds float64         `json:"seconds"`
			Error   string          `json:"error,omitempty"`
		}{reports.Summarize(inv), inv.Progress.Elapsed.Seconds(), ""}
		if about.Failure != nil {
			end.Error = about.Failure.Error()
		}
		r.line("ended", end)
		return r.failed
	case formText:
		p := &investigationPrinter{w: r.app.out, paint: r.app.paint(), verbose: r.app.verbose}
		p.print(inv, about, budget)
		return p.err
	case formJSON:
		more, err := r.spool.lines()
		if err != nil {
			return err
		}
		return reports.WriteInvestigationJSON(r.app.out, inv, about, more)
	case formCSV:
		r.tellProblems(inv)
	}
	return reports.Write(r.app.out, reports.Format(r.o.form), inv, about)
}

// tellProblems says on standard error what modules failed at, for a form that has no place for it.
func (r *investigateRun) tellProblems(inv *ctr.Investigation) {
	for _, m := range inv.Modules {
		for _, p := range m.Problems {
			r.app.complain(fmt.Errorf("module %s: %s", m.Module.Name, reports.ProblemWords(p)))
		}
	}
}

// goOn says what to do about an investigation that ended before its time.
func (r *investigateRun) goOn(ctx context.Context, err error) error {
	text := err.Error()
	if ctx.Err() != nil {
		text = "interrupted"
	}
	switch {
	case r.o.resume != "":
		text += "; the same command goes on with the rest"
	case ctr.IsRateLimited(err):
		text += "; with --resume FILE, what was answered is kept for the next run"
	}
	return &exitError{exitCode(err), errors.New(text)}
}
