package ctrtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"ctrace/ctr/observable"
)

// ctimVersion is the version of the data model that documents carry.
const ctimVersion = "1.3.30"

// chosen returns the enabled modules that a call is for: all, or those of the
// repeated parameters mids, product_categories and flags.
func (c *Cloud) chosen(r *http.Request) []*instance {
	q := r.URL.Query()
	within := func(key string, of []string) bool {
		wanted := q[key]
		return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(of, w) })
	}
	return slices.DeleteFunc(c.modules(), func(m *instance) bool {
		return m.Disabled || !within("mids", []string{m.ID}) ||
			!within("product_categories", m.Type.Categories) || !within("flags", m.Type.Flags)
	})
}

// outcome is one module's answer.
type outcome struct {
	module *instance
	Answer
}

// ask puts a question to modules side by side; the slowest decides how long it takes.
func (c *Cloud) ask(ctx context.Context, mods []*instance, question func(context.Context, *instance) Answer) []outcome {
	answers := make([]outcome, len(mods))
	var wg sync.WaitGroup
	for i, m := range mods {
		wg.Go(func() {
			answers[i].module = m
			if pause(ctx, c.delayOf(m)) == nil {
				answers[i].Answer = c.faulty(m, question(ctx, m))
			}
		})
	}
	wg.Wait()
	return answers
}

func (c *Cloud) delayOf(m *instance) time.Duration {
	if m.email() && c.faults.has(faultModuleSlow) {
		return 5 * time.Second
	}
	return c.cfg.CallDelay
}

// faulty is what the faults make of an email module's answer.
func (c *Cloud) faulty(m *instance, a Answer) Answer {
	if !m.email() {
		return a
	}
	switch {
	case c.faults.has(faultModuleError):
		return Answer{Errors: []ModuleError{errUnreachable}}
	case c.faults.has(faultModuleRateLimited):
		return Answer{Errors: []ModuleError{{
			"fatal", "too many requests", "Too many requests to " + m.Name + ". Please try again later.",
		}}}
	case c.faults.has(faultModuleNoData):
		return Answer{}
	case c.faults.has(faultModuleAbsent):
		return Answer{Absent: true}
	case c.faults.has(faultModulePartial):
		a.Errors = append(slices.Clone(a.Errors), ModuleError{
			"warning", "too-many-messages-warning", "There are more messages than can be returned; the answer is not complete.",
		})
	}
	return a
}

// errUnreachable is the error of a module that has lost its device.
var errUnreachable = ModuleError{"fatal", "service unavailable", "The device could not be reached through Security Services Exchange."}

// envelope is the answer of deliberate and observe.
func envelope(answers []outcome) reply {
	data, errs := []object{}, []object{}
	for _, a := range answers {
		for _, e := range a.Errors {
			errs = append(errs, a.module.errorJSON(e))
		}
		if a.Absent || len(a.Errors) > 0 && len(a.Data) == 0 {
			continue
		}
		data = append(data, a.module.stamp(object{"data": entities(a.Data)}))
	}
	return ok(object{"data": data, "errors": errs})
}

func entities(byKind map[string][]Doc) object {
	o := object{}
	for kind, docs := range byKind {
		if docs == nil {
			docs = []Doc{}
		}
		o[kind] = object{"count": len(docs), "docs": docs}
	}
	return o
}

// stamp adds the members that say which module it is.
func (m *instance) stamp(o object) object {
	o["module"], o["module_instance_id"], o["module_type_id"] = m.Name, m.ID, m.Type.ID
	if m.State != "" {
		o["module_instance_state"] = m.State
	}
	return o
}

func (m *instance) errorJSON(e ModuleError) object {
	return m.stamp(object{"type": e.Type, "code": e.Code, "message": e.Message})
}

func observe(obs []observable.Observable) func(context.Context, *instance) Answer {
	return func(ctx context.Context, m *instance) Answer { return m.Backend.Observe(ctx, obs) }
}

func deliberate(obs []observable.Observable) func(context.Context, *instance) Answer {
	return func(ctx context.Context, m *instance) Answer {
		d, can := m.Backend.(Deliberator)
		if !can {
			return Answer{Absent: true}
		}
		a := d.Deliberate(ctx, obs)
		if verdicts, answered := a.Data["verdicts"]; answered {
			a.Data = map[string][]Doc{"verdicts": verdicts}
		} else {
			a.Data = nil
		}
		return a
	}
}

func (c *Cloud) observeObservables(r *http.Request) reply {
	obs, refusal := observablesBody(r)
	if refusal != nil {
		return *refusal
	}
	return envelope(c.ask(r.Context(), c.chosen(r), observe(obs)))
}

func (c *Cloud) deliberateObservables(r *http.Request) reply {
	obs, refusal := observablesBody(r)
	if refusal != nil {
		return *refusal
	}
	return envelope(c.ask(r.Context(), c.chosen(r), deliberate(obs)))
}

// observeTargets is observe with a time window around the sightings.
func (c *Cloud) observeTargets(r *http.Request) reply {
	body, refusal := objectBody(r, []string{"observables"}, "start_time", "end_time")
	if refusal != nil {
		return *refusal
	}
	obs, mirror := checkObservables(body["observables"])
	if mirror != nil {
		return invalid(object{"observables": mirror})
	}
	window := map[string]time.Time{}
	for _, key := range []string{"start_time", "end_time"} {
		if text, there := body[key]; there {
			at, err := time.Parse(time.RFC3339, fmt.Sprint(text))
			if err != nil {
				return invalid(object{key: fmt.Sprintf("(not (inst? %q))", text)})
			}
			window[key] = at
		}
	}
	answers := c.ask(r.Context(), c.chosen(r), observe(obs))
	for i := range answers {
		answers[i].Data = inWindow(answers[i].Data, window)
	}
	return envelope(answers)
}

func inWindow(data map[string][]Doc, window map[string]time.Time) map[string][]Doc {
	sightings, there := data["sightings"]
	if !there || len(window) == 0 {
		return data
	}
	data = maps.Clone(data)
	data["sightings"] = slices.DeleteFunc(slices.Clone(sightings), func(d Doc) bool {
		observed, _ := d["observed_time"].(Doc)
		at, err := time.Parse(time.RFC3339, fmt.Sprint(observed["start_time"]))
		if err != nil {
			return true
		}
		start, hasStart := window["start_time"]
		end, hasEnd := window["end_time"]
		return hasStart && at.Before(start) || hasEnd && at.After(end)
	})
	return data
}

// refer answers a flat list of links.
func (c *Cloud) refer(r *http.Request) reply {
	obs, refusal := observablesBody(r)
	if refusal != nil {
		return *refusal
	}
	data := []object{}
	for _, m := range c.chosen(r) {
		ref, can := m.Backend.(Referrer)
		if !can || pause(r.Context(), c.delayOf(m)) != nil {
			continue
		}
		for _, l := range ref.Refer(r.Context(), obs) {
			o := m.stamp(object{"id": l.ID, "title": l.Title, "description": l.Description, "url": l.URL})
			if l.Categories != nil {
				o["categories"] = l.Categories
			}
			data = append(data, o)
		}
	}
	return ok(object{"data": data})
}

// reputation answers the verdict that the service makes out of all verdicts.
func (c *Cloud) reputation(r *http.Request) reply {
	q, element := r.URL.Query(), map[string]any{}
	for _, key := range []string{"type", "value"} {
		if q.Has(key) {
			element[key] = q.Get(key)
		}
	}
	o, fault := checkObservable(element)
	if fault != nil {
		return invalid(fault)
	}
	obs := []observable.Observable{o}
	answers := c.ask(r.Context(), c.chosen(r), deliberate(obs))
	inner := envelope(answers).body.(object)
	inner["reputation"] = worst(answers, o, c.cfg.Now())
	return ok(object{"data": inner})
}

// worst is the gravest of the verdicts; without any the disposition is unknown.
func worst(answers []outcome, o observable.Observable, now time.Time) Doc {
	gravity := []int{2, 3, 5, 4, 1}
	found := verdict(o, Unknown, now)
	rank := len(gravity)
	for _, a := range answers {
		for _, v := range a.Data["verdicts"] {
			disposition, _ := v["disposition"].(int)
			if at := slices.Index(gravity, disposition); at >= 0 && at < rank {
				found, rank = v, at
			}
		}
	}
	return found
}

func (c *Cloud) healthOfAll(r *http.Request) reply {
	data, errs := []object{}, []object{}
	for _, m := range c.chosen(r) {
		status, e := c.health(r.Context(), m)
		data = append(data, m.stamp(object{"data": object{"status": status}}))
		if e != nil {
			errs = append(errs, m.errorJSON(*e))
		}
	}
	return ok(object{"data": data, "errors": errs})
}

// healthOfOne answers an object where healthOfAll answers an array.
func (c *Cloud) healthOfOne(r *http.Request) reply {
	m := c.findModule(r.PathValue("id"))
	if m == nil || m.Disabled {
		return notFound("module_instance_not_found")
	}
	status, e := c.health(r.Context(), m)
	answer := object{"data": m.stamp(object{"data": object{"status": status}})}
	if e != nil {
		answer["errors"] = []object{m.errorJSON(*e)}
	}
	return ok(answer)
}

func (c *Cloud) health(ctx context.Context, m *instance) (string, *ModuleError) {
	switch {
	case m.email() && c.faults.has(faultModuleError):
		return "error", &errUnreachable
	case m.email() && c.faults.has(faultHealthUnknown):
		return "unknown", nil
	}
	checker, can := m.Backend.(HealthChecker)
	if !can {
		return "ok", nil
	}
	err := checker.Health(ctx)
	if err == nil {
		return "ok", nil
	}
	var e ModuleError
	if !errors.As(err, &e) {
		e = ModuleError{"fatal", "health check failed", err.Error()}
	}
	return "error", &e
}
