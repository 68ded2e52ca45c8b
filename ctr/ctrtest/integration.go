package ctrtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// timeFormat is how the services write moments: UTC with milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeFormat) }

// json is the module instance as iroh-int shows it.
func (m *instance) json() object {
	o := object{
		"id": m.ID, "name": m.Name, "module_type_id": m.Type.ID, "org_id": orgID, "user_id": userID,
		"enabled": !m.Disabled, "visibility": m.visibility,
		"created_at": formatTime(m.created), "updated_at": formatTime(m.updated),
	}
	if m.Settings != nil {
		o["settings"] = m.Settings
	}
	if m.State != "" {
		o["state"] = m.State
	}
	return o
}

// typeJSON is the module type as iroh-int shows it, with its large logo.
func typeJSON(t ModuleType) object {
	o := object{
		"id": t.ID, "title": t.Title, "default_name": t.DefaultName, "record": t.Record,
		"org_id": orgID, "user_id": userID, "client_id": "iroh-ui", "enabled": true, "visibility": "global",
		"created_at": "2020-06-16T09:30:00.000Z", "updated_at": "2026-08-19T00:00:00.000Z",
		"capabilities": described(t.Capabilities), "product_categories": described(t.Categories),
		"properties": object{"supported-apis": []string{"health", "observe/observables"}}, "logo": logo,
	}
	for key, text := range map[string]string{
		"former_title": t.FormerTitle, "short_description": t.Short, "description": t.Description, "tips": t.Tips,
	} {
		if text != "" {
			o[key] = text
		}
	}
	if t.Flags != nil {
		o["flags"] = t.Flags
	}
	if len(t.Configuration) > 0 {
		fields := make([]object, 0, len(t.Configuration))
		for _, f := range t.Configuration {
			fields = append(fields, f.json())
		}
		o["configuration_spec"] = fields
	}
	return o
}

// logo has the size of a real one, which makes the list of types heavy.
var logo = "data:image/svg+xml;base64," + strings.Repeat("PHN2Zy8+", 1500)

func described(ids []string) []object {
	list := make([]object, 0, len(ids))
	for _, id := range ids {
		list = append(list, object{"id": id, "description": strings.ReplaceAll(id, "-", " ")})
	}
	return list
}

func (f ConfigField) json() object {
	o := object{"key": f.Key, "type": f.Type, "label": f.Label}
	if f.Required {
		o["required"] = true
	}
	if f.Tooltip != "" {
		o["tooltip"] = f.Tooltip
	}
	if f.Default != nil {
		o["default_value"] = f.Default
	}
	if len(f.Options) > 0 {
		options := make([]object, 0, len(f.Options))
		for _, value := range f.Options {
			options = append(options, object{"value": value, "label": value})
		}
		o["options"] = options
	}
	return o
}

func (c *Cloud) listModules(r *http.Request) reply {
	list := make([]object, 0)
	for _, m := range c.modules() {
		if want := r.URL.Query().Get("module_type_id"); want == "" || want == m.Type.ID {
			list = append(list, m.json())
		}
	}
	return listing(r, list, "name")
}

func (c *Cloud) listModuleTypes(r *http.Request) reply {
	list := make([]object, 0)
	for _, t := range c.moduleTypes() {
		if want := r.URL.Query().Get("record"); want == "" || want == t.Record {
			list = append(list, typeJSON(t))
		}
	}
	return listing(r, list, "title")
}

// listing applies the query parameters that both lists have. The answer is a
// bare array.
func listing(r *http.Request, list []object, textKey string) reply {
	q := r.URL.Query()
	fault := object{}
	number := func(key string, otherwise int) int {
		if !q.Has(key) {
			return otherwise
		}
		n, err := strconv.Atoi(q.Get(key))
		if err != nil || n < 0 {
			fault[key] = fmt.Sprintf("(not (integer? %q))", q.Get(key))
		}
		return n
	}
	offset, limit := number("offset", 0), number("limit", len(list))
	switch q.Get("enabled") {
	case "":
	case "true", "false":
		list = slices.DeleteFunc(list, func(o object) bool { return strconv.FormatBool(o["enabled"].(bool)) != q.Get("enabled") })
	default:
		fault["enabled"] = fmt.Sprintf("(not (instance? java.lang.Boolean %q))", q.Get("enabled"))
	}
	order := q.Get("sort_order")
	if order != "" && order != "asc" && order != "desc" {
		fault["sort_order"] = fmt.Sprintf("(not (#{:asc :desc} %q))", order)
	}
	if len(fault) > 0 {
		return invalid(fault)
	}
	if text := strings.ToLower(q.Get("query")); text != "" && text != "*" {
		list = slices.DeleteFunc(list, func(o object) bool { return !strings.Contains(strings.ToLower(fmt.Sprint(o[textKey])), text) })
	}
	if key := q.Get("sort_by"); key != "" {
		slices.SortStableFunc(list, func(a, b object) int {
			n := cmp.Compare(fmt.Sprint(a[key]), fmt.Sprint(b[key]))
			if order == "desc" {
				return -n
			}
			return n
		})
	}
	list = list[min(offset, len(list)):]
	return ok(list[:min(limit, len(list))])
}

func (c *Cloud) findModule(id string) *instance {
	mods := c.modules()
	if i := slices.IndexFunc(mods, func(m *instance) bool { return m.ID == id }); i >= 0 {
		return mods[i]
	}
	return nil
}

func (c *Cloud) getModule(r *http.Request) reply {
	if m := c.findModule(r.PathValue("id")); m != nil {
		return ok(m.json())
	}
	return notFound("module_instance_not_found")
}

func (c *Cloud) getModuleType(r *http.Request) reply {
	types := c.moduleTypes()
	if i := slices.IndexFunc(types, func(t ModuleType) bool { return t.ID == r.PathValue("id") }); i >= 0 {
		return ok(typeJSON(types[i]))
	}
	return notFound("module_type_not_found")
}

func (c *Cloud) postModule(r *http.Request) reply {
	body, refusal := objectBody(r, []string{"name", "module_type_id", "visibility"}, "parent_id", "settings", "external_references", "enabled")
	if refusal != nil {
		return *refusal
	}
	form := NewModule{}
	form.Name, _ = body["name"].(string)
	form.TypeID, _ = body["module_type_id"].(string)
	form.Visibility, _ = body["visibility"].(string)
	form.Settings, _ = body["settings"].(map[string]any)
	if enabled, given := body["enabled"].(bool); given {
		form.Disabled = !enabled
	}
	if !slices.Contains([]string{"global", "org", "user"}, form.Visibility) {
		return invalid(object{"visibility": fmt.Sprintf("(not (#{\"global\" \"org\" \"user\"} %q))", form.Visibility)})
	}
	added, err := c.addModule(form)
	if err != nil {
		return formReply(err)
	}
	return ok(added.json())
}

func (c *Cloud) patchModule(r *http.Request) reply {
	body, refusal := objectBody(r, nil, "name", "module_type_id", "parent_id", "external_references", "enabled", "settings")
	if refusal != nil {
		return *refusal
	}
	var change ModuleChange
	if name, given := body["name"].(string); given {
		change.Name = &name
	}
	if enabled, given := body["enabled"].(bool); given {
		change.Enabled = &enabled
	}
	change.Settings, _ = body["settings"].(map[string]any)
	if c.findModule(r.PathValue("id")) == nil {
		return notFound("module_instance_not_found")
	}
	changed, err := c.changeModule(r.PathValue("id"), change)
	if err != nil {
		return formReply(err)
	}
	return ok(changed.json())
}

func (c *Cloud) deleteModule(r *http.Request) reply {
	if !c.RemoveModule(r.PathValue("id")) {
		return notFound("module_instance_not_found")
	}
	return reply{status: http.StatusNoContent}
}

func formReply(err error) reply {
	if form, isForm := errors.AsType[*FormError](err); isForm {
		if form.Field == "module_type_id" {
			return notFound("module_type_not_found")
		}
		return invalid(object{"settings": object{form.Field: form.Message}})
	}
	return invalid(object{"settings": err.Error()})
}

// objectBody decodes a JSON object whose members are the required and the
// optional ones, and no others.
func objectBody(r *http.Request, required []string, optional ...string) (map[string]any, *reply) {
	var body map[string]any
	if err := jsonBody(r, &body); err != nil {
		refusal := malformed()
		return nil, &refusal
	}
	fault := disallowed(body, append(slices.Clone(required), optional...)...)
	for _, key := range required {
		if _, there := body[key]; !there {
			fault[key] = missingKey
		}
	}
	if len(fault) > 0 {
		refusal := invalid(fault)
		return nil, &refusal
	}
	return plainNumbers(body), nil
}

// plainNumbers turns the numbers of a decoded object into int64 or float64.
func plainNumbers(m map[string]any) map[string]any {
	for key, value := range m {
		switch v := value.(type) {
		case json.Number:
			if n, err := v.Int64(); err == nil {
				m[key] = n
			} else if f, err := v.Float64(); err == nil {
				m[key] = f
			}
		case map[string]any:
			m[key] = plainNumbers(v)
		}
	}
	return m
}
