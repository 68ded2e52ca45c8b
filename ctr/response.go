package ctr

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

const responsePath = "/iroh/iroh-response"

// Action is something that a module can do about an observable.
type Action struct {
	ID          string
	Title       string // text of the module
	Description string
	Categories  []string
	Module      string
	InstanceID  string
	TypeID      string
	Path        string                // relative to /iroh/iroh-response, with the query
	Observable  observable.Observable // what it acts on
}

// Actions lists the response actions that the modules offer for observables, and the modules
// that failed. It changes nothing.
func (c *Client) Actions(ctx context.Context, obs []observable.Observable) ([]Action, []ModuleError, error) {
	valid, _ := askable(obs)
	var actions []Action
	var failures []ModuleError
	for batch := range slices.Chunk(valid, observeBatch) {
		call := c.post(responsePath+"/respond/observables", batch)
		body, err := c.answerTo(ctx, call)
		if err != nil {
			return actions, failures, err
		}
		elements, moduleErrors, err := envelope(body)
		if err != nil {
			return actions, failures, c.unreadable(call, body, err)
		}
		failures = append(failures, moduleErrors...)
		for _, element := range elements {
			if members := membersOf(element); members != nil {
				actions = append(actions, action(members))
			}
		}
	}
	return actions, failures, nil
}

func action(members map[string]json.RawMessage) Action {
	r := reference(members)
	a := Action{
		ID: r.ID, Title: r.Title, Description: r.Description, Categories: r.Categories,
		Module: r.Module, InstanceID: r.InstanceID, TypeID: r.TypeID, Path: r.URL,
	}
	if u, err := url.Parse(r.URL); err == nil {
		query := u.Query()
		a.Observable = observable.Observable{
			Type: observable.Type(query.Get("observable_type")), Value: query.Get("observable_value"),
		}
	}
	return a
}

// ActionResult is the outcome of an action. HTTP success can be a failure.
type ActionResult struct {
	Status string // success, failure, or "" when the answer did not say
	Errors []ModuleError
}

// Succeeded tells whether the module said that it did it.
func (r ActionResult) Succeeded() bool { return r.Status == "success" }

// Trigger carries an action out. It changes state in the product, cannot be tried dry and is
// never sent twice: after an error without answer, nobody knows whether it was done. Ask the
// analyst first.
func (c *Client) Trigger(ctx context.Context, a Action) (ActionResult, error) {
	path, err := triggerPath(a)
	if err != nil {
		return ActionResult{}, err
	}
	call := c.post(responsePath+path.EscapedPath(), nil)
	call.query, call.timeout, call.changes = path.Query(), longCall, true
	body, err := c.answerTo(ctx, call)
	if err != nil {
		return ActionResult{}, err
	}
	elements, moduleErrors, err := envelope(body)
	if err != nil {
		return ActionResult{}, c.unreadable(call, body, err)
	}
	result := ActionResult{Errors: moduleErrors}
	if len(elements) > 0 {
		result.Status = jsonText(membersOf(elements[0])["status"])
	}
	return result, nil
}

// triggerPath checks the address that a module gave, which must stay below the trigger route,
// or builds it from the ids when there is none.
func triggerPath(a Action) (*url.URL, error) {
	if a.Path == "" {
		query := url.Values{"observable_type": {string(a.Observable.Type)}, "observable_value": {a.Observable.Value}}
		a.Path = "/respond/trigger/" + segment(a.InstanceID) + "/" + segment(a.ID) + "?" + query.Encode()
	}
	u, err := url.Parse(a.Path)
	if err != nil {
		return nil, fmt.Errorf("ctr: action %q of module %q has an unreadable address: %w", a.Title, a.Module, err)
	}
	below := strings.HasPrefix(u.Path, "/respond/trigger/") && !slices.Contains(strings.Split(u.Path, "/"), "..")
	if u.Host != "" || u.Scheme != "" || !below {
		return nil, fmt.Errorf("ctr: action %q of module %q points outside the response API: not triggered", a.Title, a.Module)
	}
	return u, nil
}
