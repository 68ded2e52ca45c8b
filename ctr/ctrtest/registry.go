package ctrtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// registry holds the module types and the configured modules.
type registry struct {
	mu    sync.Mutex
	types []ModuleType
	mods  []*instance
}

// instance is a configured module with what the server adds to it. It is never
// changed; a change puts a changed copy in its place.
type instance struct {
	Module
	created, updated time.Time
	visibility       string
}

func (m *instance) email() bool { return slices.Contains(m.Type.Categories, emailCategory) }

// emailCategory is the product category of ESA and SMA modules.
const emailCategory = "email-security"

func (g *registry) prepare(cfg Config) error {
	for _, t := range cfg.Types {
		g.addType(t)
	}
	for _, m := range cfg.Modules {
		if m.Backend == nil {
			return fmt.Errorf("ctrtest: the module %q has no backend", m.Name)
		}
		m.Type = g.addType(m.Type)
		g.put(m, cfg.Now())
	}
	return nil
}

// addType adds a type, completed, unless its id is known already.
func (g *registry) addType(t ModuleType) ModuleType {
	t.Title = cmp.Or(t.Title, "Relay module")
	t.DefaultName = cmp.Or(t.DefaultName, t.Title)
	t.ID = cmp.Or(t.ID, typeUUID(t.Title))
	t.Record = cmp.Or(t.Record, "relay-module.module/RelayModule")
	if t.Capabilities == nil {
		t.Capabilities = []string{"health", "observe"}
	}
	if !slices.ContainsFunc(g.types, func(o ModuleType) bool { return o.ID == t.ID }) {
		g.types = append(g.types, t)
	}
	return t
}

func (g *registry) put(m Module, now time.Time) *instance {
	m.ID = cmp.Or(m.ID, newUUID())
	m.Name = cmp.Or(m.Name, m.Type.DefaultName)
	added := &instance{Module: m, created: now, updated: now, visibility: "org"}
	g.mods = append(g.mods, added)
	return added
}

// all returns the modules as the faults let them be seen.
func (c *Cloud) modules() []*instance {
	c.mods.mu.Lock()
	list := slices.Clone(c.mods.mods)
	c.mods.mu.Unlock()
	if c.faults.has(faultModuleMissing) {
		list = slices.DeleteFunc(list, (*instance).email)
	}
	for i, m := range list {
		if !m.email() {
			continue
		}
		changed := *m
		changed.Disabled = changed.Disabled || c.faults.has(faultModuleDisabled)
		if c.faults.has(faultModuleRestricted) {
			changed.State = "restricted"
		}
		list[i] = &changed
	}
	return list
}

func (c *Cloud) moduleTypes() []ModuleType {
	c.mods.mu.Lock()
	defer c.mods.mu.Unlock()
	return slices.Clone(c.mods.types)
}

// NewModule is a filled-in form "Add New Module".
type NewModule struct {
	Name       string
	TypeID     string
	Visibility string // global, org or user; empty is org
	Disabled   bool
	Settings   map[string]any
}

// FormError says which field of a form is wrong.
type FormError struct {
	Field   string // the key of the field
	Message string
}

// Error implements error.
func (e *FormError) Error() string { return e.Field + ": " + e.Message }

// AddModule adds a module as a person does in the console. A form that does
// not fit the type is a *FormError.
func (c *Cloud) AddModule(form NewModule) (Module, error) {
	added, err := c.addModule(form)
	if err != nil {
		return Module{}, err
	}
	return added.Module, nil
}

func (c *Cloud) addModule(form NewModule) (*instance, error) {
	types := c.moduleTypes()
	i := slices.IndexFunc(types, func(t ModuleType) bool { return t.ID == form.TypeID })
	if i < 0 {
		return nil, &FormError{"module_type_id", "there is no module type with this id"}
	}
	settings, err := c.checkSettings(types[i], form.Settings)
	if err != nil {
		return nil, err
	}
	if types[i].New == nil {
		return nil, &FormError{"module_type_id", "modules of this type cannot be added"}
	}
	backend, err := types[i].New(settings)
	if err != nil {
		return nil, err
	}
	c.mods.mu.Lock()
	defer c.mods.mu.Unlock()
	added := c.mods.put(Module{
		Name: form.Name, Type: types[i], Disabled: form.Disabled, Settings: settings, Backend: backend,
	}, c.cfg.Now())
	added.visibility = cmp.Or(form.Visibility, "org")
	return added, nil
}

// checkSettings completes the values of a form by its defaults and checks them
// against the fields of the type; a device must be one that Threat Response
// sees in Security Services Exchange.
func (c *Cloud) checkSettings(t ModuleType, given map[string]any) (map[string]any, error) {
	settings := maps.Clone(given)
	if settings == nil {
		settings = make(map[string]any)
	}
	for _, f := range t.Configuration {
		value, there := settings[f.Key]
		if !there && f.Default != nil {
			settings[f.Key] = f.Default
			continue
		}
		if !there {
			if f.Required {
				return nil, &FormError{f.Key, f.Label + " is required"}
			}
			continue
		}
		if f.Type == "device" && !c.deviceOffered(fmt.Sprint(value)) {
			return nil, &FormError{f.Key, "this device is not registered, or Cisco Threat Response is not enabled in Cloud Services"}
		}
	}
	return settings, nil
}

// ModuleChange is a partial change of a module; nil fields stay.
type ModuleChange struct {
	Name     *string
	Enabled  *bool
	Settings map[string]any
}

// ChangeModule changes a module as a person does in the console.
func (c *Cloud) ChangeModule(id string, change ModuleChange) (Module, error) {
	changed, err := c.changeModule(id, change)
	if err != nil {
		return Module{}, err
	}
	return changed.Module, nil
}

func (c *Cloud) changeModule(id string, change ModuleChange) (*instance, error) {
	c.mods.mu.Lock()
	defer c.mods.mu.Unlock()
	i := slices.IndexFunc(c.mods.mods, func(m *instance) bool { return m.ID == id })
	if i < 0 {
		return nil, &FormError{"id", "there is no module with this id"}
	}
	changed := *c.mods.mods[i]
	if change.Name != nil {
		changed.Name = *change.Name
	}
	if change.Enabled != nil {
		changed.Disabled = !*change.Enabled
	}
	if change.Settings != nil && changed.Type.New != nil {
		settings := maps.Clone(changed.Settings)
		maps.Copy(settings, change.Settings)
		backend, err := changed.Type.New(settings)
		if err != nil {
			return nil, err
		}
		changed.Settings, changed.Backend = settings, backend
	}
	changed.updated = c.cfg.Now()
	c.mods.mods[i] = &changed
	return &changed, nil
}

// RemoveModule deletes a module; false when there is none with this id.
func (c *Cloud) RemoveModule(id string) bool {
	c.mods.mu.Lock()
	defer c.mods.mu.Unlock()
	before := len(c.mods.mods)
	c.mods.mods = slices.DeleteFunc(slices.Clone(c.mods.mods), func(m *instance) bool { return m.ID == id })
	return len(c.mods.mods) < before
}

// Modules returns the configured modules.
func (c *Cloud) Modules() []Module {
	var list []Module
	for _, m := range c.modules() {
		list = append(list, m.Module)
	}
	return list
}

// Types returns the module types that can be added or are in use.
func (c *Cloud) Types() []ModuleType { return c.moduleTypes() }
