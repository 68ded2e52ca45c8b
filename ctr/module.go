package ctr

import "time"

// ModuleInstance is one configured product of the organisation.
type ModuleInstance struct {
	ID         string
	Name       string // text of an administrator; not unique
	TypeID     string
	Enabled    bool
	Visibility string // global, org, user
	CreatedAt  time.Time
	UpdatedAt  time.Time
	State      string // "active", "restricted" or ""

	settings map[string]any // may hold other products' secrets: only look-ups by key leave this package
}

// Capability is something that a module can do: health, observe, deliberate, refer, respond…
type Capability struct{ ID, Description string }

// SettingSpec describes one field of a module's form.
type SettingSpec struct {
	Key      string
	Type     string // string, password, api_key, boolean, integer, options, device, remote, file
	Label    string
	Tooltip  string
	Required bool
	Default  string
}

// ModuleType is a product that can be configured.
type ModuleType struct {
	ID           string
	Title        string
	FormerTitle  string // modules were renamed: "SMA Email" is now "Secure Email and Web Manager"
	DefaultName  string
	Description  string
	Record       string // the implementation
	Enabled      bool
	Capabilities []Capability
	Categories   []string // ids of product categories, e.g. email-security
	Settings     []SettingSpec
}
