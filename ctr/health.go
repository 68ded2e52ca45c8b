package ctr

import "time"

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
