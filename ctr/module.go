package ctr

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ModuleInstance is one configured product of the organisation.
type ModuleInstance struct {
	ID         string
	Name       string // text of an administrator; not unique
	TypeID     string
	Enabled    bool
	Visibility string // global, org, user
	State      string // "active", "restricted" or ""
	CreatedAt  time.Time
	UpdatedAt  time.Time

	// settings may hold other products' secrets. It is behind a pointer so that no way of
	// printing a ModuleInstance reaches it; single values leave through the form's fields.
	settings *settings
}

type settings struct{ members map[string]json.RawMessage }

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
	Description  string // Markdown
	Tips         string // Markdown
	Record       string // the implementation
	Enabled      bool
	Capabilities []Capability
	Categories   []string // ids of product categories, e.g. email-security
	Settings     []SettingSpec
}

// emailCategory is the product category of Secure Email modules.
const emailCategory = "email-security"

// IsEmail tells whether the type is a Secure Email product (ESA, SMA): by its category, or by
// "Email" in its present or former title.
func (t ModuleType) IsEmail() bool {
	if slices.Contains(t.Categories, emailCategory) {
		return true
	}
	titles := strings.ToLower(t.Title + "\n" + t.FormerTitle + "\n" + t.DefaultName)
	return strings.Contains(titles, "email")
}

// Can tells whether the type has a capability, e.g. observe. A type that lists none may have
// any.
func (t ModuleType) Can(capability string) bool {
	return len(t.Capabilities) == 0 ||
		slices.ContainsFunc(t.Capabilities, func(c Capability) bool { return c.ID == capability })
}

// Device gives the id of the Security Services Exchange device that the instance is bound to:
// the value of its type's form field of type device. The key of that field is not published.
func (m ModuleInstance) Device(t ModuleType) (id string, ok bool) {
	for _, spec := range t.Settings {
		if spec.Type != "device" {
			continue
		}
		raw := m.settings.find(spec.Key)
		if object := membersOf(raw); object != nil {
			raw = object["id"]
		}
		if id = jsonText(raw); id != "" {
			return id, true
		}
	}
	return "", false
}

// LookBack gives the request timeframe of the instance in days: its setting, or the default of
// its type's form field. The field is the integer one that speaks of a timeframe, look-back or
// days; its key is not published.
func (m ModuleInstance) LookBack(t ModuleType) (days int, ok bool) {
	for _, spec := range t.Settings {
		if spec.Type != "integer" || !speaksOfTime(spec) {
			continue
		}
		text := jsonText(m.settings.find(spec.Key))
		if text == "" {
			text = spec.Default
		}
		if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 {
			return int(n), true
		}
	}
	return 0, false
}

func speaksOfTime(spec SettingSpec) bool {
	text := strings.ToLower(spec.Key + " " + spec.Label)
	return slices.ContainsFunc([]string{"timeframe", "time frame", "time_frame", "look", "days"},
		func(word string) bool { return strings.Contains(text, word) })
}

// find looks a key up in the settings, nested ones included; nil when it is not there.
func (s *settings) find(key string) json.RawMessage {
	if s == nil {
		return nil
	}
	return findMember(s.members, key)
}

func findMember(members map[string]json.RawMessage, key string) json.RawMessage {
	if raw, ok := members[key]; ok {
		return raw
	}
	for _, raw := range members {
		if nested := membersOf(raw); nested != nil {
			if found := findMember(nested, key); found != nil {
				return found
			}
		}
	}
	return nil
}

// modulePage is how many entries one call for a list asks for.
const modulePage = 100

// ModuleInstances lists the configured modules, disabled ones too. It needs the scope
// integration.
func (c *Client) ModuleInstances(ctx context.Context) ([]ModuleInstance, error) {
	objects, err := c.list(ctx, "/iroh/iroh-int/module-instance")
	if err != nil {
		return nil, err
	}
	instances := make([]ModuleInstance, 0, len(objects))
	for _, o := range objects {
		m := ModuleInstance{
			ID:         jsonText(o["id"]),
			Name:       jsonText(o["name"]),
			TypeID:     jsonText(o["module_type_id"]),
			Enabled:    jsonBool(o["enabled"]),
			Visibility: jsonText(o["visibility"]),
			State:      jsonText(o["state"]),
			CreatedAt:  jsonTime(o["created_at"]),
			UpdatedAt:  jsonTime(o["updated_at"]),
		}
		if members := membersOf(o["settings"]); members != nil {
			m.settings = &settings{members}
		}
		instances = append(instances, m)
	}
	return instances, nil
}

// ModuleTypes lists the products that can be configured. Their logos, which make most of the
// answer, are dropped.
func (c *Client) ModuleTypes(ctx context.Context) ([]ModuleType, error) {
	objects, err := c.list(ctx, "/iroh/iroh-int/module-type")
	if err != nil {
		return nil, err
	}
	types := make([]ModuleType, 0, len(objects))
	for _, o := range objects {
		t := ModuleType{
			ID:          jsonText(o["id"]),
			Title:       jsonText(o["title"]),
			FormerTitle: jsonText(o["former_title"]),
			DefaultName: jsonText(o["default_name"]),
			Description: jsonText(o["description"]),
			Tips:        jsonText(o["tips"]),
			Record:      jsonText(o["record"]),
			Enabled:     jsonBool(o["enabled"]),
		}
		for _, raw := range listOf(o["capabilities"]) {
			t.Capabilities = append(t.Capabilities, capability(raw))
		}
		for _, raw := range listOf(o["product_categories"]) {
			t.Categories = append(t.Categories, capability(raw).ID)
		}
		for _, raw := range listOf(o["configuration_spec"]) {
			t.Settings = append(t.Settings, settingSpec(membersOf(raw)))
		}
		types = append(types, t)
	}
	return types, nil
}

// capability reads {id, description}, or a bare id.
func capability(raw json.RawMessage) Capability {
	members := membersOf(raw)
	if members == nil {
		return Capability{ID: jsonText(raw)}
	}
	return Capability{ID: jsonText(members["id"]), Description: jsonText(members["description"])}
}

func settingSpec(members map[string]json.RawMessage) SettingSpec {
	return SettingSpec{
		Key:      jsonText(members["key"]),
		Type:     jsonText(members["type"]),
		Label:    jsonText(members["label"]),
		Tooltip:  jsonText(members["tooltip"]),
		Required: jsonBool(members["required"]),
		Default:  jsonText(members["default_value"]),
	}
}

// modulePages bounds a list: a server that makes up entries without end is not followed.
const modulePages = 100

// list reads a bare list page by page. It ends with a page that is not full or brings nothing
// new, as from a server that does not page.
func (c *Client) list(ctx context.Context, path string) ([]map[string]json.RawMessage, error) {
	var objects []map[string]json.RawMessage
	seen := make(map[string]bool)
	for offset := 0; ; offset += modulePage {
		call := c.get(path, url.Values{"limit": {strconv.Itoa(modulePage)}, "offset": {strconv.Itoa(offset)}})
		var page []json.RawMessage
		if err := c.decode(ctx, call, &page); err != nil {
			return nil, err
		}
		known := len(seen)
		for _, raw := range page {
			object := membersOf(raw)
			id := jsonText(object["id"])
			if object == nil || seen[id] {
				continue
			}
			seen[id] = true
			objects = append(objects, object)
		}
		if len(page) < modulePage || len(seen) == known || offset == (modulePages-1)*modulePage {
			return objects, nil
		}
	}
}
