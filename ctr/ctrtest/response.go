package ctrtest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"ctrace/ctr/observable"
)

func (c *Cloud) respondObservables(r *http.Request) reply {
	obs, refusal := observablesBody(r)
	if refusal != nil {
		return *refusal
	}
	return c.actions(r, obs)
}

// respondSighting lists the actions for the observables of a sighting.
func (c *Cloud) respondSighting(r *http.Request) reply {
	var sighting map[string]any
	if err := jsonBody(r, &sighting); err != nil {
		return malformed()
	}
	fault := object{}
	for _, key := range []string{"schema_version", "type", "id", "count", "confidence", "observed_time"} {
		if _, there := sighting[key]; !there {
			fault[key] = missingKey
		}
	}
	if len(fault) > 0 {
		return invalid(fault)
	}
	list, there := sighting["observables"]
	if !there {
		list = []any{}
	}
	obs, mirror := checkObservables(list)
	if mirror != nil {
		return invalid(object{"observables": mirror})
	}
	return c.actions(r, obs)
}

func (c *Cloud) actions(r *http.Request, obs []observable.Observable) reply {
	data := []object{}
	for _, m := range c.chosen(r) {
		responder, can := m.Backend.(Responder)
		if !can {
			continue
		}
		for _, a := range responder.Actions(r.Context(), obs) {
			data = append(data, m.actionJSON(a))
		}
	}
	return ok(object{"data": data, "errors": []object{}})
}

// actionJSON has a url that is relative to /iroh/iroh-response.
func (m *instance) actionJSON(a Action) object {
	query := url.Values{"observable_type": {string(a.Observable.Type)}, "observable_value": {a.Observable.Value}}
	o := m.stamp(object{
		"id": a.ID, "title": a.Title, "description": a.Description,
		"url": "/respond/trigger/" + m.ID + "/" + url.PathEscape(a.ID) + "?" + query.Encode(),
	})
	if a.Categories != nil {
		o["categories"] = a.Categories
	}
	return o
}

// trigger carries out an action. That it failed is a 200 as well.
func (c *Cloud) trigger(r *http.Request) reply {
	m := c.findModule(r.PathValue("module"))
	if m == nil || m.Disabled {
		return notFound("module_instance_not_found")
	}
	responder, can := m.Backend.(Responder)
	if !can {
		return ok(object{"errors": []object{m.errorJSON(ModuleError{"fatal", "invalid argument", "This module has no response actions."})}})
	}
	element := map[string]any{}
	for _, key := range []string{"type", "value"} {
		if r.URL.Query().Has("observable_" + key) {
			element[key] = r.URL.Query().Get("observable_" + key)
		}
	}
	o, fault := checkObservable(element)
	if fault != nil {
		return invalid(fault)
	}
	done, err := responder.Trigger(r.Context(), r.PathValue("action"), o)
	if err != nil {
		e, isModuleError := errors.AsType[ModuleError](err)
		if !isModuleError {
			e = ModuleError{"fatal", "unknown", fmt.Sprint(err)}
		}
		return ok(object{"data": object{"status": "failure"}, "errors": []object{m.errorJSON(e)}})
	}
	status := "success"
	if !done {
		status = "failure"
	}
	return ok(object{"data": object{"status": status}, "errors": []object{}})
}
