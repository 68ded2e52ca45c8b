package ctrtest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestModuleLists(t *testing.T) {
	k := start(t, Config{Modules: []Module{Intelligence(nil, nil), seer("ESA one"), Slow(0, 0)}})
	names := func(query string) []string {
		var list []string
		for _, m := range elements(t, k.iroh(http.MethodGet, "/iroh-int/module-instance"+query, nil).json(t)) {
			list = append(list, m["name"].(string))
		}
		return list
	}
	esaType := typeUUID("Email Security Appliance")
	for query, want := range map[string][]string{
		"":                                    {"Lab Threat Intelligence", "ESA one", "Slow Sandbox"},
		"?module_type_id=" + esaType:          {"ESA one"},
		"?enabled=false":                      nil,
		"?query=slow":                         {"Slow Sandbox"},
		"?sort_by=name&sort_order=desc":       {"Slow Sandbox", "Lab Threat Intelligence", "ESA one"},
		"?sort_by=name&limit=1&offset=1":      {"Lab Threat Intelligence"},
		"?enabled=true&limit=2&offset=50":     nil,
		"?limit=9223372036854775807&offset=2": {"Slow Sandbox"},
	} {
		if got := names(query); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"?enabled=perhaps", "?limit=many", "?sort_order=up"} {
		if answer := k.iroh(http.MethodGet, "/iroh-int/module-instance"+query, nil); answer.status != 400 {
			t.Errorf("%s: %d", query, answer.status)
		}
	}
	types := elements(t, k.iroh(http.MethodGet, "/iroh-int/module-type", nil).json(t))
	if len(types) != 3 || len(types[0]["logo"].(string)) < 1000 {
		t.Errorf("%d types", len(types))
	}
	for path, code := range map[string]string{"module-instance": "module_instance_not_found", "module-type": "module_type_not_found"} {
		answer := k.iroh(http.MethodGet, "/iroh-int/"+path+"/"+newUUID(), nil)
		if answer.status != 404 || answer.object(t)["error"] != code {
			t.Errorf("%s: %d %s", path, answer.status, answer.body)
		}
	}
}

func TestModulesByAPI(t *testing.T) {
	addable := relay("Addable", "Can be added.")
	addable.New = func(map[string]any) (Backend, error) { return seer("").Backend, nil }
	k := start(t, Config{Types: []ModuleType{addable}, Scopes: []string{"integration", "enrich"}})
	form := map[string]any{"name": "Mine", "module_type_id": typeUUID("Addable"), "visibility": "org", "settings": map[string]any{"custom_api_key": "k"}}
	added := k.iroh(http.MethodPost, "/iroh-int/module-instance", form)
	if added.status != 200 || added.object(t)["enabled"] != true {
		t.Fatalf("%d %s", added.status, added.body)
	}
	path := "/iroh-int/module-instance/" + added.object(t)["id"].(string)
	for name, wrong := range map[string]map[string]any{
		"no visibility":     {"name": "x", "module_type_id": typeUUID("Addable")},
		"additional member": {"name": "x", "module_type_id": typeUUID("Addable"), "visibility": "org", "state": "active"},
		"setting missing":   {"name": "x", "module_type_id": typeUUID("Addable"), "visibility": "org"},
		"visibility":        {"name": "x", "module_type_id": typeUUID("Addable"), "visibility": "me"},
	} {
		if answer := k.iroh(http.MethodPost, "/iroh-int/module-instance", wrong); answer.status != 400 {
			t.Errorf("%s: %d %s", name, answer.status, answer.body)
		}
	}
	if answer := k.iroh(http.MethodPatch, path, map[string]any{"enabled": false}); answer.status != 200 || answer.object(t)["enabled"] != false {
		t.Errorf("disable: %d %s", answer.status, answer.body)
	}
	observed := k.iroh(http.MethodPost, "/iroh-enrich/observe/observables", []any{badDomain}).object(t)
	if len(observed["data"].([]any)) != 0 {
		t.Error("a disabled module answers")
	}
	if answer := k.iroh(http.MethodDelete, path, nil); answer.status != 204 || len(answer.body) != 0 {
		t.Errorf("delete: %d %s", answer.status, answer.body)
	}
	if answer := k.iroh(http.MethodDelete, path, nil); answer.status != 404 {
		t.Errorf("delete again: %d", answer.status)
	}
}

func TestWhoAmIHasKebabKeys(t *testing.T) {
	k := start(t, Config{})
	o := k.iroh(http.MethodGet, "/profile/whoami", nil).object(t)
	user, org := o["user"].(map[string]any), o["org"].(map[string]any)
	for _, key := range []string{"user-id", "user-email", "enabled?", "idp-mappings", "org-id"} {
		if _, there := user[key]; !there {
			t.Errorf("user has no %s", key)
		}
	}
	for _, key := range []string{"id", "name", "enabled?", "allow-all-role-to-login-editable?"} {
		if _, there := org[key]; !there {
			t.Errorf("org has no %s", key)
		}
	}
}

func TestResponseActions(t *testing.T) {
	k := start(t, Config{Modules: []Module{Intelligence(KnownValues(), nil), seer("ESA")}})
	actions := elements(t, k.iroh(http.MethodPost, "/iroh-response/respond/observables", []any{badDomain}).object(t)["data"])
	if len(actions) != 2 {
		t.Fatalf("actions: %v", actions)
	}
	want := map[string]string{"lab-block": "success", "lab-sandbox": "failure"}
	for _, a := range actions {
		path := a["url"].(string)
		if !strings.HasPrefix(path, "/respond/trigger/") {
			t.Errorf("the url is not relative to iroh-response: %s", path)
		}
		answer := k.iroh(http.MethodPost, "/iroh-response"+path, nil)
		if answer.status != 200 || answer.object(t)["data"].(map[string]any)["status"] != want[a["id"].(string)] {
			t.Errorf("%s: %d %s", a["id"], answer.status, answer.body)
		}
	}
	esa := k.Modules()[1]
	answer := k.iroh(http.MethodPost, "/iroh-response/respond/trigger/"+esa.ID+"/x?observable_type=domain&observable_value=x.example", nil)
	if answer.status != 200 || answer.object(t)["errors"] == nil {
		t.Errorf("a module without actions: %d %s", answer.status, answer.body)
	}
	if answer := k.iroh(http.MethodPost, "/iroh-response/respond/trigger/"+newUUID()+"/x", nil); answer.status != 404 {
		t.Errorf("unknown module: %d", answer.status)
	}
	sighting := map[string]any{
		"schema_version": ctimVersion, "type": "sighting", "id": "transient:1", "count": 1, "confidence": "High",
		"observed_time": map[string]any{"start_time": "2026-01-01T10:00:00Z"}, "observables": []any{badDomain},
	}
	if answer := k.iroh(http.MethodPost, "/iroh-response/respond/sighting", sighting); len(answer.object(t)["data"].([]any)) != 2 {
		t.Errorf("sighting: %s", answer.body)
	}
}

func TestCasebookLife(t *testing.T) {
	k := start(t, Config{})
	created := k.ctia(http.MethodPost, "/casebook?wait_for=true", map[string]any{
		"type": "casebook", "title": "Phish: invoice (42)", "tlp": "amber", "schema_version": "1.0.9", "external_ids": []string{"ctrace-1"},
		"observables": []any{badDomain},
	})
	if created.status != 201 {
		t.Fatalf("%d %s", created.status, created.body)
	}
	long := created.object(t)["id"].(string)
	if created.header.Get("Location") != long || !strings.Contains(long, "/ctia/casebook/casebook-") || created.object(t)["schema_version"] != ctimVersion {
		t.Errorf("created: %s at %s", created.body, created.header.Get("Location"))
	}
	short := shortID(long)
	for _, id := range []string{short, url.PathEscape(long)} {
		if answer := k.ctia(http.MethodGet, "/casebook/"+id, nil); answer.status != 200 {
			t.Errorf("get %s: %d", id, answer.status)
		}
	}
	added := k.ctia(http.MethodPost, "/casebook/"+short+"/observables", map[string]any{"operation": "add", "observables": []any{badHash, badDomain}})
	if n := len(added.object(t)["observables"].([]any)); added.status != 200 || n != 2 {
		t.Errorf("add: %d with %d observables", added.status, n)
	}
	removed := k.ctia(http.MethodPost, "/casebook/"+short+"/observables", map[string]any{"operation": "remove", "observables": []any{badHash}})
	if n := len(removed.object(t)["observables"].([]any)); n != 1 {
		t.Errorf("remove leaves %d observables", n)
	}
	texts := k.ctia(http.MethodPost, "/casebook/"+short+"/texts", map[string]any{"operation": "replace", "texts": []any{map[string]string{"type": "note", "text": "x"}}})
	if texts.status != 200 || len(texts.object(t)["texts"].([]any)) != 1 {
		t.Errorf("texts: %d %s", texts.status, texts.body)
	}
	patched := k.ctia(http.MethodPatch, "/casebook/"+short, map[string]any{"title": "Renamed"})
	if o := patched.object(t); o["title"] != "Renamed" || o["tlp"] != "amber" || o["id"] != long {
		t.Errorf("patched: %s", patched.body)
	}
	byID := k.ctia(http.MethodGet, "/casebook/external_id/ctrace-1", nil)
	if len(byID.json(t).([]any)) != 0 {
		t.Error("a change without wait_for is in the index at once")
	}
	if answer := k.ctia(http.MethodDelete, "/casebook/"+short, nil); answer.status != 204 || len(answer.body) != 0 {
		t.Errorf("delete: %d %s", answer.status, answer.body)
	}
	gone := k.ctia(http.MethodGet, "/casebook/"+short, nil)
	if gone.status != 404 || string(gone.body) != `"Casebook not found"` {
		t.Errorf("a CTIA 404 is a bare string: %d %s", gone.status, gone.body)
	}
}

func TestCasebooksThatAreRefused(t *testing.T) {
	k := start(t, Config{})
	for name, test := range map[string]struct {
		body map[string]any
		want string
	}{
		"tlp":               {map[string]any{"tlp": "clear"}, "Invalid TLP Error"},
		"additional member": {map[string]any{"title": "x", "owner_name": ""}, "disallowed-key"},
		"type":              {map[string]any{"type": "sighting"}, "Spec Validation Client Error"},
		"long title":        {map[string]any{"title": strings.Repeat("x", 1025)}, "Spec Validation Client Error"},
		"observable":        {map[string]any{"observables": []any{map[string]any{"type": "nonsense", "value": "x"}}}, "observables"},
		"text":              {map[string]any{"texts": []any{map[string]any{"text": "x"}}}, "Spec Validation Client Error"},
		"time":              {map[string]any{"timestamp": "noon"}, "timestamp"},
	} {
		answer := k.ctia(http.MethodPost, "/casebook", test.body)
		if answer.status != 400 || !strings.Contains(string(answer.body), test.want) {
			t.Errorf("%s: %d %s", name, answer.status, answer.body)
		}
	}
}

func TestCasebookSearch(t *testing.T) {
	now := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	clock := now
	k := start(t, Config{Now: func() time.Time { return clock }})
	for _, title := range []string{"Invoice phish", "Parcel: phish (2)", "Quarterly report"} {
		clock = clock.Add(10 * time.Second)
		k.ctia(http.MethodPost, "/casebook", map[string]any{"title": title, "observables": []any{badDomain}})
	}
	if answer := k.ctia(http.MethodGet, "/casebook/search?query=*", nil); answer.header.Get("X-Total-Hits") != "2" {
		t.Errorf("the index must be a second behind: %s hits", answer.header.Get("X-Total-Hits"))
	}
	clock = clock.Add(time.Minute)
	for query, want := range map[string]string{
		"query=*":                           "Quarterly report,Parcel: phish (2),Invoice phish",
		"query=phish":                       "Parcel: phish (2),Invoice phish",
		"query=phish&sort_by=timestamp:asc": "Invoice phish,Parcel: phish (2)",
		"query=" + url.QueryEscape(`"parcel: ph"`):       "Parcel: phish (2)",
		"query=" + url.QueryEscape(`parcel\: \(2\)`):     "Parcel: phish (2)",
		"query=title:report":                             "Quarterly report",
		"query=phish+AND+NOT+parcel":                     "Invoice phish",
		"query=invoice-portal.example":                   "Quarterly report,Parcel: phish (2),Invoice phish",
		"simple_query=" + url.QueryEscape(`parcel: (2)`): "Parcel: phish (2)",
		"query=*&limit=1&offset=1":                       "Parcel: phish (2)",
		"query=*&limit=9223372036854775807&offset=2":     "Invoice phish",
		"query=*&from=2026-01-01T10:00:25Z":              "Quarterly report",
	} {
		var titles []string
		for _, b := range elements(t, k.ctia(http.MethodGet, "/casebook/search?"+query, nil).json(t)) {
			titles = append(titles, b["title"].(string))
		}
		if got := strings.Join(titles, ","); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	page := k.ctia(http.MethodGet, "/casebook/search?query=*&limit=1&offset=1", nil)
	if page.header.Get("X-Total-Hits") != "3" || !strings.Contains(page.header.Get("X-Next"), "offset=2") || page.header.Get("X-Previous") == "" || page.header.Get("X-Sort") == "" {
		t.Errorf("headers: %v", page.header)
	}
	for _, bad := range []string{`"open`, `(open`, `a)`, `a/b`, `title:`, `phish AND NOT`, `a:b:c`} {
		answer := k.ctia(http.MethodGet, "/casebook/search?query="+url.QueryEscape(bad), nil)
		if answer.status != 400 || answer.object(t)["type"] != "ES Invalid Request" {
			t.Errorf("%s: %d %s", bad, answer.status, answer.body)
		}
	}
}

func TestCTIAErrors(t *testing.T) {
	k := start(t, Config{Scopes: []string{"enrich:read", "casebook:read"}})
	if answer := k.ctia(http.MethodGet, "/casebook/search", nil); answer.status != 200 {
		t.Errorf("reading with casebook:read: %d", answer.status)
	}
	if answer := k.ctia(http.MethodPost, "/casebook", map[string]any{}); answer.status != 403 || answer.object(t)["type"] != "Access Control Error" {
		t.Errorf("writing: %d %s", answer.status, answer.body)
	}
	req := k.request(http.MethodGet, k.IntelURL()+"/ctia/casebook/search", nil)
	req.Header.Del("Authorization")
	o := k.do(req).object(t)
	if _, there := o["trace_id"]; there || o["level"] != "info" {
		t.Errorf("401: %v", o)
	}
}

func TestWellKnownNeedsNoToken(t *testing.T) {
	k := start(t, Config{})
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/.well-known/jwks", "/iroh/iroh-int/swagger.json", "/clouds.json"} {
		req := k.request(http.MethodGet, k.IROHURL()+path, nil)
		req.Header.Del("Authorization")
		if answer := k.do(req); answer.status != 200 || answer.header.Get("Date") == "" {
			t.Errorf("%s: %d", path, answer.status)
		}
	}
	o := k.do(k.request(http.MethodGet, k.IROHURL()+"/.well-known/oauth-authorization-server", nil)).object(t)
	if o["issuer"] != "IROH Auth" || !slices.Contains(o["grant_types_supported"].([]any), any("client_credential")) {
		t.Errorf("metadata: %v", o)
	}
}

func TestPortal(t *testing.T) {
	now := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	clock := now
	k := start(t, Config{Now: func() time.Time { return clock }, TokenLife: 100 * time.Hour})
	us := k.Home()
	eu, err := k.Portal("eu")
	if err != nil || us.Host != "admin.sse.itd.cisco.com" || eu.Host != "admin.eu.sse.itd.cisco.com" {
		t.Fatal(err, us.Host, eu.Host)
	}
	if _, err := k.Portal("apj"); !errors.Is(err, ErrNoRegion) {
		t.Errorf("the region is called apjc, not apj: %v", err)
	}
	for _, test := range []struct {
		devices int
		expiry  time.Duration
	}{{0, time.Hour}, {101, time.Hour}, {1, 3 * time.Hour}} {
		if _, err := us.GenerateToken(test.devices, test.expiry); err == nil {
			t.Errorf("%+v was accepted", test)
		}
	}
	token, err := us.GenerateToken(1, 2*time.Hour)
	if err != nil || len(token.Value) != 32 {
		t.Fatal(err, token)
	}
	esa := Device{Name: "esa1", Type: "Email Security Appliance", Serial: "S1"}
	if _, err := eu.Register(token.Value, esa); !errors.Is(err, ErrToken) {
		t.Errorf("a token of another cloud: %v", err)
	}
	if _, err := us.Register(token.Value[:20], esa); !errors.Is(err, ErrToken) {
		t.Errorf("a cut token: %v", err)
	}
	registered, err := us.Register(token.Value, esa)
	if err != nil || len(us.Devices()) != 1 {
		t.Fatal(err)
	}
	if _, err := us.Register(token.Value, Device{Name: "esa2", Serial: "S2"}); !errors.Is(err, ErrToken) {
		t.Errorf("a used-up token: %v", err)
	}
	late, err := us.GenerateToken(1, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	clock = now.Add(time.Hour)
	if _, err := us.Register(late.Value, esa); !errors.Is(err, ErrToken) {
		t.Errorf("an expired token: %v", err)
	}
	if len(k.OfferedDevices()) != 0 {
		t.Error("a device is offered although Threat Response is not enabled")
	}
	us.EnableThreatResponse(true)
	if len(k.OfferedDevices()) != 1 || k.OfferedDevices()[0].ID != registered.ID {
		t.Error("the device is not offered")
	}
	if list := elements(t, k.iroh(http.MethodGet, "/iroh-sse/device", nil).json(t)); len(list) != 1 || list[0]["name"] != "esa1" {
		t.Errorf("iroh-sse: %v", list)
	}
	if answer := k.iroh(http.MethodGet, "/iroh-sse/device/"+registered.ID, nil); answer.status != 200 {
		t.Errorf("iroh-sse device: %d", answer.status)
	}
	if answer := k.iroh(http.MethodDelete, "/iroh-sse/device/"+registered.ID, nil); answer.status != 204 || len(us.Devices()) != 0 {
		t.Errorf("iroh-sse delete: %d", answer.status)
	}
}

func TestPortalOverHTTP(t *testing.T) {
	k := start(t, Config{})
	call := func(method, path string, body any) result { return k.do(k.request(method, k.SSEURL()+path, body)) }
	token := call(http.MethodPost, "/us/tokens", map[string]any{"devices": 1, "expiry_hours": 1}).object(t)["token"]
	if answer := call(http.MethodPost, "/eu/register", map[string]any{"token": token, "name": "e", "type": "ESA", "serial": "S"}); answer.status != 403 {
		t.Errorf("the wrong cloud: %d %s", answer.status, answer.body)
	}
	registered := call(http.MethodPost, "/us/register", map[string]any{"token": token, "name": "e", "type": "ESA", "serial": "S"})
	if registered.status != 201 {
		t.Fatalf("%d %s", registered.status, registered.body)
	}
	if list := elements(t, call(http.MethodGet, "/us/devices", nil).json(t)); len(list) != 1 {
		t.Errorf("devices: %v", list)
	}
	if answer := call(http.MethodPut, "/us/cloud-services", map[string]any{"ctr": true}); answer.status != 200 || !k.Home().ThreatResponseEnabled() {
		t.Errorf("cloud services: %d %s", answer.status, answer.body)
	}
	if answer := call(http.MethodDelete, "/us/devices/"+registered.object(t)["id"].(string), nil); answer.status != 204 {
		t.Errorf("delete: %d", answer.status)
	}
	if answer := call(http.MethodGet, "/mars/devices", nil); answer.status != 404 {
		t.Errorf("unknown region: %d", answer.status)
	}
}
