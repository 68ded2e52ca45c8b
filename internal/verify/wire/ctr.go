package wire

import (
	"time"

	"ctrace/ctr"
)

// Module is a configured module of Threat Response. Its settings are left out: they may hold secrets.
type Module struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	TypeID     string    `json:"type_id"`
	Enabled    bool      `json:"enabled"`
	Visibility string    `json:"visibility,omitempty"`
	State      string    `json:"state,omitempty"`
	CreatedAt  time.Time `json:"created_at,omitzero"`
	UpdatedAt  time.Time `json:"updated_at,omitzero"`
}

// FromModule converts a module.
func FromModule(m ctr.ModuleInstance) Module {
	return Module{
		ID: m.ID, Name: m.Name, TypeID: m.TypeID, Enabled: m.Enabled, Visibility: m.Visibility, State: m.State,
		CreatedAt: utc(m.CreatedAt), UpdatedAt: utc(m.UpdatedAt),
	}
}

// Module converts back.
func (m Module) Module() ctr.ModuleInstance {
	return ctr.ModuleInstance{
		ID: m.ID, Name: m.Name, TypeID: m.TypeID, Enabled: m.Enabled, Visibility: m.Visibility, State: m.State,
		CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt,
	}
}

// ModuleError is one module's failure or warning.
type ModuleError struct {
	Module     string `json:"module,omitempty"`
	InstanceID string `json:"module_id,omitempty"`
	TypeID     string `json:"type_id,omitempty"`
	State      string `json:"state,omitempty"`
	Type       string `json:"type"`
	Code       string `json:"code"`
	Message    string `json:"message"`
}

// FromModuleError converts an error.
func FromModuleError(e ctr.ModuleError) ModuleError {
	return ModuleError{e.Module, e.InstanceID, e.TypeID, e.State, e.Type, e.Code, e.Message}
}

// ModuleError converts back.
func (e ModuleError) ModuleError() ctr.ModuleError {
	return ctr.ModuleError{
		Module: e.Module, InstanceID: e.InstanceID, TypeID: e.TypeID, State: e.State, Type: e.Type, Code: e.Code, Message: e.Message,
	}
}
