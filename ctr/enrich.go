package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Nothing is published about the number of observables in a call. Observe makes every module
// search; the other routes are look-ups.
const (
	observeBatch    = 20
	deliberateBatch = 100
	referBatch      = 100
)

// batchSize is how many observables one call of a route takes.
func (r Route) batchSize() int {
	switch r {
	case RouteObserve:
		return observeBatch
	case RouteRefer:
		return referBatch
	}
	return deliberateBatch
}

// Observe asks modules (all when none is named) for everything that they know about
// observables. More than 20 are asked in several calls, one after another.
func (c *Client) Observe(ctx context.Context, obs []observable.Observable, moduleIDs ...string) (*Enrichment, error) {
	return c.enrich(ctx, RouteObserve, obs, moduleIDs)
}

// Deliberate asks modules (all when none is named) for verdicts. More than 100 observables are
// asked about in several calls, one after another.
func (c *Client) Deliberate(ctx context.Context, obs []observable.Observable, moduleIDs ...string) (*Enrichment, error) {
	return c.enrich(ctx, RouteDeliberate, obs, moduleIDs)
}

func (c *Client) enrich(ctx context.Context, route Route, obs []observable.Observable, moduleIDs []string) (*Enrichment, error) {
	valid, skipped := askable(obs)
	whole := &Enrichment{Skipped: skipped}
	for batch := range slices.Chunk(valid, route.batchSize()) {
		part, err := c.ask(ctx, route, batch, moduleIDs)
		if err != nil {
			return whole, err
		}
		whole.Answers = append(whole.Answers, part.Answers...)
		whole.Errors = append(whole.Errors, part.Errors...)
	}
	return whole, nil
}

// enrichCall makes one call and takes its answer apart. pay may be nil, see call.
func (c *Client) enrichCall(ctx context.Context, route Route, batch []observable.Observable, moduleIDs []string, pay func() error) ([]json.RawMessage, []ModuleError, error) {
	call := c.post("/iroh/iroh-enrich/"+string(route)+"/observables", batch)
	if len(moduleIDs) > 0 {
		call.query = url.Values{"mids": moduleIDs}
	}
	if route == RouteObserve {
		call.timeout = longCall
	}
	call.pay = pay
	body, err := c.answerTo(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	elements, stated, err := envelope(body)
	if err != nil {
		return nil, nil, c.unreadable(call, body, err)
	}
	return elements, stated, nil
}

// ask makes one call of observe or deliberate.
func (c *Client) ask(ctx context.Context, route Route, batch []observable.Observable, moduleIDs []string) (*Enrichment, error) {
	elements, stated, err := c.enrichCall(ctx, route, batch, moduleIDs, nil)
	if err != nil {
		return nil, err
	}
	e := &Enrichment{Errors: stated}
	for _, element := range elements {
		answer, problem := moduleAnswer(element)
		e.Answers = append(e.Answers, answer)
		if problem != nil {
			e.Errors = append(e.Errors, *problem)
		}
	}
	return e, nil
}

// askable sorts out the observables that would spoil a whole call: types that are not in
// CTIM's closed list (the answer to one of them is 400 for all), and empty values. Aliases are
// written as the type that they stand for; repetitions are dropped.
func askable(obs []observable.Observable) (valid []observable.Observable, skipped []Skipped) {
	seen := make(map[observable.Observable]bool, len(obs))
	for _, o := range obs {
		info, known := o.Type.Info()
		if !known {
			info, known = observable.Lookup(string(o.Type))
		}
		switch {
		case !known:
			skipped = append(skipped, Skipped{o, "Threat Response does not know the type " + string(o.Type)})
			continue
		case strings.TrimSpace(o.Value) == "":
			skipped = append(skipped, Skipped{o, "the value is empty"})
			continue
		}
		o.Type = info.Type
		if key := o.Normal(); !seen[key] {
			seen[key] = true
			valid = append(valid, o)
		}
	}
	return valid, skipped
}

// envelope takes an answer apart: data is a list (one object is taken for a list of one), and
// errors may be absent. An object with "error" in the place of both is the other envelope.
func envelope(body []byte) (elements []json.RawMessage, stated []ModuleError, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, nil, err
	}
	_, hasData := members["data"]
	_, hasErrors := members["errors"]
	if !hasData && !hasErrors && len(members) > 0 {
		return nil, nil, errors.New("neither data nor errors in the answer")
	}
	return listOf(members["data"]), moduleErrors(listOf(members["errors"])), nil
}

func moduleErrors(elements []json.RawMessage) []ModuleError {
	var list []ModuleError
	for _, raw := range elements {
		list = append(list, moduleError(raw))
	}
	return list
}

// moduleAnswer reads one element of data. Data that cannot be read is kept raw and told as the
// module's error: one module's broken answer spoils nothing else.
func moduleAnswer(raw json.RawMessage) (ModuleAnswer, *ModuleError) {
	members := membersOf(raw)
	a := ModuleAnswer{
		Module:     jsonText(members["module"]),
		InstanceID: jsonText(members["module_instance_id"]),
		TypeID:     jsonText(members["module_type_id"]),
		State:      jsonText(members["module_instance_state"]),
		Raw:        raw,
	}
	var err error
	switch data, ok := members["data"]; {
	case members == nil:
		err = errors.New("the answer of a module is no object")
	case ok:
		err = json.Unmarshal(data, &a.Data)
	}
	if err == nil {
		return a, nil
	}
	a.Data = ctim.Entities{}
	return a, &ModuleError{
		Module: a.Module, InstanceID: a.InstanceID, TypeID: a.TypeID, State: a.State,
		Type: "error", Code: CodeUnreadable, Message: shorten(err.Error()), Raw: raw,
	}
}

// moduleError reads one element of errors. All members are optional; one that is no object is
// a message.
func moduleError(raw json.RawMessage) ModuleError {
	members := membersOf(raw)
	if members == nil {
		return ModuleError{Type: "error", Message: jsonText(raw), Raw: raw}
	}
	return ModuleError{
		Module:     jsonText(members["module"]),
		InstanceID: jsonText(members["module_instance_id"]),
		TypeID:     jsonText(members["module_type_id"]),
		State:      jsonText(members["module_instance_state"]),
		Type:       jsonText(members["type"]),
		Code:       jsonText(members["code"]),
		Message:    jsonText(members["message"]),
		Raw:        raw,
	}
}

// IsRateLimit tells whether the product behind the module was asked too often. That is
// everyday noise of third-party modules: a badge, no failure.
func (e ModuleError) IsRateLimit() bool {
	text := strings.ToLower(strings.NewReplacer("-", " ", "_", " ").Replace(e.Code + " " + e.Message))
	return strings.Contains(text, "too many requests") || strings.Contains(text, "rate limit")
}

// IsWarning tells whether the module's answer is there, but partial.
func (e ModuleError) IsWarning() bool { return strings.EqualFold(e.Type, "warning") }

// Refer asks for links into the products. More than 100 observables are asked about in
// several calls, one after another.
func (c *Client) Refer(ctx context.Context, obs []observable.Observable) (*References, error) {
	valid, skipped := askable(obs)
	whole := &References{Skipped: skipped}
	for batch := range slices.Chunk(valid, referBatch) {
		elements, stated, err := c.enrichCall(ctx, RouteRefer, batch, nil, nil)
		if err != nil {
			return whole, err
		}
		whole.Links = append(whole.Links, references(elements)...)
		whole.Errors = append(whole.Errors, stated...)
	}
	return whole, nil
}

// references reads links; what is no object is none.
func references(elements []json.RawMessage) []Reference {
	var links []Reference
	for _, element := range elements {
		if members := membersOf(element); members != nil {
			links = append(links, reference(members))
		}
	}
	return links
}

func reference(members map[string]json.RawMessage) Reference {
	return Reference{
		ID:          jsonText(members["id"]),
		Title:       jsonText(members["title"]),
		Description: jsonText(members["description"]),
		URL:         jsonText(members["url"]),
		Categories:  jsonStrings(members["categories"]),
		Module:      jsonText(members["module"]),
		InstanceID:  jsonText(members["module_instance_id"]),
		TypeID:      jsonText(members["module_type_id"]),
	}
}
