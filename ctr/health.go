package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// HealthStatus is a module's own word on whether it works.
type HealthStatus struct {
	Module     string
	InstanceID string
	TypeID     string
	State      string // "active", "restricted" or ""
	Status     string // ok, unknown, error
	Quotas     map[string]Quota
}

// Quota is a limit that a module states for itself.
type Quota struct {
	Description  string
	Unit         string // minute, hour, day, week, month
	Limit, Used  int
	From, Until  time.Time
	LimitReached bool
}

// Health is the answer of a health check of all modules.
type Health struct {
	Modules []HealthStatus
	Errors  []ModuleError
}

// Health asks all modules whether they work. It needs the scope integration, not enrich.
func (c *Client) Health(ctx context.Context) (*Health, error) {
	return c.health(ctx, "/iroh/iroh-enrich/health")
}

// HealthOf asks one module instance. A module that reports its error in the place of a status
// gives a status of "error" and a *ModuleFailedError. A warning, such as of a password that
// expires soon, is no failure.
func (c *Client) HealthOf(ctx context.Context, instanceID string) (HealthStatus, error) {
	h, err := c.health(ctx, "/iroh/iroh-enrich/health/"+segment(instanceID))
	if err != nil {
		return HealthStatus{}, err
	}
	var status HealthStatus
	if len(h.Modules) > 0 {
		status = h.Modules[0]
	}
	failure := slices.IndexFunc(h.Errors, func(e ModuleError) bool { return !e.IsWarning() || status.Status == "" })
	if failure >= 0 {
		e := h.Errors[failure]
		if status.Status == "" {
			status = HealthStatus{Module: e.Module, InstanceID: instanceID, TypeID: e.TypeID, State: e.State, Status: "error"}
		}
		return status, &ModuleFailedError{e}
	}
	if len(h.Modules) == 0 {
		return status, errors.New("ctr: the health check of module " + instanceID + " answered nothing")
	}
	return status, nil
}

// ModuleFailedError is a module's error as a Go error.
type ModuleFailedError struct{ ModuleError }

// Error says which module failed and how.
func (f *ModuleFailedError) Error() string {
	return "module " + f.Module + ": " + f.Code + ": " + f.Message
}

// health reads both forms: a list of all modules, and one object of a single one.
func (c *Client) health(ctx context.Context, path string) (*Health, error) {
	call := c.post(path, nil)
	call.timeout = longCall
	body, err := c.answerTo(ctx, call)
	if err != nil {
		return nil, err
	}
	elements, moduleErrors, err := envelope(body)
	if err != nil {
		return nil, c.unreadable(call, body, err)
	}
	h := &Health{Errors: moduleErrors}
	for _, element := range elements {
		h.Modules = append(h.Modules, healthStatus(membersOf(element)))
	}
	return h, nil
}

func healthStatus(members map[string]json.RawMessage) HealthStatus {
	data := membersOf(members["data"])
	s := HealthStatus{
		Module:     jsonText(members["module"]),
		InstanceID: jsonText(members["module_instance_id"]),
		TypeID:     jsonText(members["module_type_id"]),
		State:      jsonText(members["module_instance_state"]),
		Status:     jsonText(data["status"]),
	}
	for name, raw := range membersOf(data["quotas"]) {
		if s.Quotas == nil {
			s.Quotas = make(map[string]Quota)
		}
		s.Quotas[name] = quota(membersOf(raw))
	}
	return s
}

func quota(members map[string]json.RawMessage) Quota {
	values := membersOf(members["values"])
	number := func(name string) int {
		var f float64
		if json.Unmarshal(values[name], &f) != nil {
			return 0
		}
		return int(f)
	}
	return Quota{
		Description:  jsonText(members["description"]),
		Unit:         jsonText(values["bucket_unit"]),
		Limit:        number("bucket_limit"),
		Used:         number("current_bucket_consumption"),
		From:         jsonTime(values["current_bucket_start_time"]),
		Until:        jsonTime(values["current_bucket_end_time"]),
		LimitReached: jsonBool(values["current_bucket_limit_reached"]),
	}
}
