package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// investigateRun follows an investigation: it tells how far it is, writes lines as answers come, and
// keeps the state from which it can go on.
type investigateRun struct {
	app  *app
	o    *investigateOptions
	inv  *ctr.Investigation // for what is told on the way; nil when nothing is
	live io.Writer          // nil when there is no terminal

	raw    map[*byte]bool // answers that have their line
	drawn  time.Time
	saved  time.Time
	begin  time.Time
	failed error // the first failure to write
}

func newInvestigateRun(a *app, o *investigateOptions, request ctr.InvestigateRequest) *investigateRun {
	r := &investigateRun{app: a, o: o, raw: make(map[*byte]bool), begin: time.Now(), saved: time.Now()}
	if terminal(a.err) && !a.verbose {
		r.live = a.err
	}
	if o.form == formJSONL || o.resume != "" {
		r.inv = ctr.NewInvestigation(request, r.begin)
	}
	if o.form == formJSONL {
		r.line("started", struct {
			Observables int `json:"observables"`
			Done        int `json:"done,omitempty"` // by an earlier run
		}{r.inv.Progress.Observables, r.inv.Progress.ObservablesDone})
	}
	return r
}

// take is called with each answer.
func (r *investigateRun) take(u ctr.Update) {
	if r.inv != nil {
		r.inv.Apply(u)
	}
	if r.o.form == formJSONL {
		r.tell(u)
	}
	if r.o.resume != "" && time.Since(r.saved) > 2*time.Second {
		r.failed = errors.Join(r.failed, r.saveState(r.inv))
		r.saved = time.Now()
	}
	if r.live != nil && time.Since(r.begin) > 200*time.Millisecond && time.Since(r.drawn) > 100*time.Millisecond {
		r.drawn = time.Now()
		r.draw(u.Progress)
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

func (r *investigateRun) close() {
	if r.live != nil && !r.drawn.IsZero() {
		fmt.Fprint(r.live, "\r\x1b[K")
	}
}

// tell writes the lines of an update: the answers as they came, as long as they are kept; the state of
// the modules; and the observables that every module has answered about.
func (r *investigateRun) tell(u ctr.Update) {
	for _, answer := range r.inv.Raw {
		if len(answer.JSON) > 0 && !r.raw[&answer.JSON[0]] {
			r.raw[&answer.JSON[0]] = true
			r.line("answer", reports.NewRaw(answer))
		}
	}
	for i := range u.Modules {
		r.line("module", reports.NewModule(&u.Modules[i]))
	}
	for _, o := range u.Finished {
		if f := r.inv.Find(o); f != nil {
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
	if len(r.inv.Raw) == 0 {
		for _, s := range f.Sightings {
			line.Seen = append(line.Seen, reports.NewSeen(s))
		}
	}
	return line
}

// line writes one event.
func (r *investigateRun) line(event string, v any) {
	body, err := reports.EncodeJSON(v)
	if err == nil {
		_, err = fmt.Fprintf(r.app.out, `{"schema":"ctrace/investigate-event/1","event":%q,%s`, event, body[1:])
	}
	r.failed = errors.Join(r.failed, err)
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
	if r.o.resume != "" {
		text += "; the same command goes on with the rest"
	}
	return &exitError{exitCode(err), errors.New(text)}
}

// stateSchema names the format of the file that --resume keeps.
const stateSchema = "ctrace/investigate-state/1"

type stateFile struct {
	Schema string                  `json:"schema"`
	Done   []observable.Observable `json:"done"`
}

// readState reads the file of --resume; one that is not there is a new beginning.
func readState(path string) (*ctr.State, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--resume: %w", err)
	}
	var f stateFile
	if err := json.Unmarshal(text, &f); err != nil || f.Schema != stateSchema {
		return nil, fmt.Errorf("--resume: %s is no state of an investigation; name a new file", path)
	}
	return &ctr.State{Done: f.Done}, nil
}

// saveState writes the file of --resume; the old one stays until the new one is whole.
func (r *investigateRun) saveState(inv *ctr.Investigation) error {
	if r.o.resume == "" {
		return nil
	}
	text, err := json.Marshal(stateFile{stateSchema, inv.State().Done})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(r.o.resume), ".ctrace-state-*")
	if err != nil {
		return fmt.Errorf("--resume: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), r.o.resume)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("--resume: %w", err)
	}
	return nil
}
