package verify

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// inquiry asks Threat Response about the message, round after round.
type inquiry struct {
	run    *run
	end    time.Time
	capped bool // end is the deadline of the whole run, not the patience

	listed  bool                      // whether it is known which modules there are
	modules []ctr.ModuleInstance      // the appliance's that are enabled; none when they cannot be listed
	types   map[string]ctr.ModuleType // theirs, by instance id

	round    int
	failing  int                     // rounds in a row in which every email module was in error
	answered bool                    // an email module answered properly in some round
	states   map[string]*moduleState // of the email modules, by instance id
	evidence *Evidence
	lastErr  error // of the last call that failed as a whole
}

// moduleState is how one module did in the newest round.
type moduleState struct {
	name   string
	errors []ctr.ModuleError // not mere warnings
}

// investigate asks until a module of the appliance returns a sighting of the message, the patience
// is over, or Threat Response says something that waiting cannot mend.
func (r *run) investigate(ctx context.Context) error {
	begin := r.now()
	patience := cmp.Or(r.plan.InvestigateFor, InvestigatePatience)
	q := &inquiry{run: r, end: r.until(begin, patience), states: map[string]*moduleState{}}
	q.capped = q.end.Before(begin.Add(patience))
	if !q.end.After(begin) {
		return stopped(Pending, deadlineProblem(r.plan.Message.Token))
	}
	bounded, cancel := context.WithTimeout(ctx, q.end.Sub(begin))
	defer cancel()
	first, longest := r.plan.repeats()
	for gap := first; ; gap = min(longest, gap*3/2) {
		err := q.ask(bounded)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case q.evidence != nil:
			r.result.Evidence = q.evidence
			return nil
		case err != nil:
			return err
		case bounded.Err() != nil, q.broken():
			return q.giveUp()
		}
		if err := q.wait(ctx, gap); err != nil {
			return err
		}
	}
}

// wait waits for the next round: as long as a rate limit says, otherwise for gap.
func (q *inquiry) wait(ctx context.Context, gap time.Duration) error {
	r := q.run
	until, reason := r.now().Add(gap), "The modules have no sighting of the message yet."
	if after, limited := retryAfter(q.lastErr); limited {
		until = r.now().Add(max(after, time.Second))
		reason = "Threat Response limits the rate of calls: the organisation's hourly budget is used up."
		if until.After(q.end) {
			return stopped(Pending, q.limitProblem(until))
		}
	} else if q.lastErr != nil {
		reason = q.problem(q.lastErr).Cause
	}
	if until.After(q.end) {
		return q.giveUp()
	}
	r.emit(Waiting{At: r.at(), Stage: StageInvestigate, Reason: reason, Until: until})
	return r.pause(ctx, until)
}

// ask does one round: every question in order, until one is answered with the proof. The error is
// for what ends the run; a failure that may pass is kept in lastErr.
func (q *inquiry) ask(ctx context.Context) error {
	q.round++
	q.lastErr = nil
	for _, s := range q.states {
		s.errors = nil
	}
	if !q.listed {
		if err := q.list(ctx); err != nil || !q.listed {
			return err
		}
	}
	for _, ask := range questions(q.run.observables, q.run.plan.Message) {
		err := q.put(ctx, ask)
		if q.evidence != nil {
			return nil
		}
		q.lastErr = cmp.Or(q.lastErr, err)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the caller looks at the context and at lastErr
		}
		if err == nil {
			continue
		}
		if q.fatal(err) {
			return stopped(Tracked, q.problem(err))
		}
		if ctr.IsRateLimited(err) {
			return nil
		}
	}
	return nil
}

// brokenRounds is after how many rounds of nothing but errors a module is called broken, long before
// the patience is over: an error that a module itself reports as fatal seldom passes.
const brokenRounds = 3

// broken counts the rounds in which the email modules only reported errors.
func (q *inquiry) broken() bool {
	inError := 0
	for _, s := range q.states {
		if len(s.errors) > 0 {
			inError++
		}
	}
	if inError == 0 || inError < len(q.states) {
		q.failing = 0
		return false
	}
	q.failing++
	return q.failing >= brokenRounds
}

// list finds out which modules there are and which of them are the appliance's.
func (q *inquiry) list(ctx context.Context) error {
	r := q.run
	instances, types, err := q.inventory(ctx)
	if ctr.IsMissingScope(err) {
		q.listed = true
		r.note(noScopeNote())
		r.emit(ModulesListed{At: r.at(), Note: noScopeNote().Cause})
		return nil
	}
	if err != nil {
		q.lastErr = err
		if q.fatal(err) && ctx.Err() == nil {
			return stopped(Tracked, q.problem(err))
		}
		return nil
	}
	q.listed = true
	return q.choose(instances, types)
}

func (q *inquiry) inventory(ctx context.Context) ([]ctr.ModuleInstance, []ctr.ModuleType, error) {
	instances, err := q.run.deps.Investigator.ModuleInstances(ctx)
	if err != nil {
		return nil, nil, err
	}
	types, err := q.run.deps.Investigator.ModuleTypes(ctx)
	return instances, types, err
}

// choose keeps the enabled modules and names those of the appliance.
func (q *inquiry) choose(instances []ctr.ModuleInstance, types []ctr.ModuleType) error {
	r := q.run
	q.types = map[string]ctr.ModuleType{}
	event := ModulesListed{At: r.at()}
	var disabled []string
	for _, m := range instances {
		i := slices.IndexFunc(types, func(t ctr.ModuleType) bool { return t.ID == m.TypeID })
		email := i >= 0 && types[i].IsEmail()
		if !m.Enabled {
			if email {
				disabled = append(disabled, m.Name)
			}
			continue
		}
		event.Modules = append(event.Modules, m)
		if email {
			q.modules = append(q.modules, m)
			q.types[m.ID] = types[i]
			q.states[m.ID] = &moduleState{name: m.Name}
			event.Email = append(event.Email, m.ID)
		}
	}
	r.emit(event)
	switch {
	case len(q.modules) > 0:
		return nil
	case len(disabled) > 0:
		return stopped(Tracked, disabledProblem(disabled))
	}
	return stopped(Tracked, missingProblem(r.plan))
}

// put asks one question. It returns the failure of the call, if the call as a whole failed.
func (q *inquiry) put(ctx context.Context, ask []observable.Observable) error {
	r := q.run
	r.emit(Asked{At: r.at(), Round: q.round, Observables: ask})
	if len(q.modules) == 0 {
		return q.putToAll(ctx, ask)
	}
	answered, cancel := context.WithCancel(ctx)
	defer cancel()
	var failure error
	err := r.deps.Investigator.ObserveEach(answered, ask, q.modules, func(p ctr.PerModule) {
		if q.evidence != nil || errors.Is(ctx.Err(), context.Canceled) {
			return
		}
		failure = cmp.Or(failure, q.hear(p))
		if q.evidence != nil {
			cancel() // the others need not be waited for
		}
	})
	return cmp.Or(failure, err)
}

// hear takes one module's answer. It returns the failure of its call.
func (q *inquiry) hear(p ctr.PerModule) error {
	event := ModuleAnswered{
		At: q.run.at(), Round: q.round, Module: p.Module.Name, ModuleID: p.Module.ID, Email: true, Seconds: p.Elapsed.Seconds(),
	}
	if p.Err != nil {
		event.Failure = p.Err.Error()
		q.run.emit(event)
		return p.Err
	}
	for _, a := range p.Enrichment.Answers {
		event.Sightings = append(event.Sightings, a.Data.Sightings...)
		event.Verdicts = append(event.Verdicts, a.Data.Verdicts...)
	}
	event.Errors = p.Enrichment.Errors
	q.run.emit(event)
	q.answered = q.answered || len(serious(event.Errors)) == 0
	if state := q.states[p.Module.ID]; state != nil {
		state.errors = append(state.errors, serious(event.Errors)...)
	}
	q.judge(event.Sightings, p.Module.ID, p.Module.Name, cmp.Or(q.types[p.Module.ID].Title, p.Module.TypeID))
	return nil
}

// putToAll asks all modules in one call, for a client that may not list them. Which of them are the
// appliance's is not known then; but only the appliance can know our Message-ID.
func (q *inquiry) putToAll(ctx context.Context, ask []observable.Observable) error {
	r := q.run
	begin := r.now()
	answer, err := r.deps.Investigator.Observe(ctx, ask)
	if err != nil {
		return err
	}
	seconds := r.now().Sub(begin).Seconds()
	for _, a := range answer.Answers {
		r.emit(ModuleAnswered{
			At: r.at(), Round: q.round, Module: a.Module, ModuleID: a.InstanceID,
			Sightings: a.Data.Sightings, Verdicts: a.Data.Verdicts, Errors: errorsOf(answer, a.InstanceID), Seconds: seconds,
		})
		q.judge(a.Data.Sightings, a.InstanceID, a.Module, a.TypeID)
		q.answered = true
	}
	for _, e := range serious(answer.Errors) {
		state := cmp.Or(q.states[e.InstanceID], &moduleState{name: e.Module})
		state.errors = append(state.errors, e)
		q.states[e.InstanceID] = state
	}
	return nil
}

func errorsOf(e *ctr.Enrichment, instanceID string) []ctr.ModuleError {
	return slices.DeleteFunc(slices.Clone(e.Errors), func(m ctr.ModuleError) bool { return m.InstanceID != instanceID })
}

// serious leaves out warnings about partial answers.
func serious(list []ctr.ModuleError) []ctr.ModuleError {
	return slices.DeleteFunc(slices.Clone(list), func(e ctr.ModuleError) bool { return e.IsWarning() })
}

// judge looks for the sighting that proves the integration.
func (q *inquiry) judge(sightings []ctim.Sighting, id, name, kind string) {
	if q.evidence != nil {
		return
	}
	mids := make([]string, 0, len(q.run.result.MIDs))
	for _, mid := range q.run.result.MIDs {
		mids = append(mids, strconv.FormatInt(mid, 10))
	}
	var best *Evidence
	for _, s := range sightings {
		o, ok := proves(s, q.run.plan.Message, mids, q.run.sentAt)
		if ok && (best == nil || strength(o) > strength(best.Matched)) {
			best = &Evidence{Module: name, ModuleID: id, ModuleType: kind, Matched: o, Sighting: s}
		}
	}
	q.evidence = best
}

// strength orders what a sighting was recognised by.
func strength(o observable.Observable) int {
	switch o.Type {
	case observable.EmailMessageID:
		return 3
	case observable.EmailSubject:
		return 2
	}
	return 1
}
