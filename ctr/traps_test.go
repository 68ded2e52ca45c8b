package ctr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/ctim"
)

// The tests in this file hold the traps of the wire one by one.

const observePath = "/iroh/iroh-enrich/observe/observables"

func TestTrap01DataMayBeEmptyOrMissing(t *testing.T) {
	for name, element := range map[string]string{
		"empty data":     `{"module":"M","module_instance_id":"i","data":{}}`,
		"null data":      `{"module":"M","module_instance_id":"i","data":null}`,
		"no data":        `{"module":"M","module_instance_id":"i"}`,
		"empty verdicts": `{"module":"M","module_instance_id":"i","data":{"verdicts":{"count":0,"docs":[]}}}`,
		"null verdicts":  `{"module":"M","module_instance_id":"i","data":{"verdicts":null}}`,
	} {
		t.Run(name, func(t *testing.T) {
			cloud := newCloud(t)
			cloud.on("POST "+observePath, 200, `{"data":[`+element+`]}`)
			got, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1"))
			if err != nil || len(got.Answers) != 1 || len(got.Errors) != 0 {
				t.Fatalf("got %+v, %v", got, err)
			}
			if a := got.Answers[0]; a.InstanceID != "i" || !a.Data.IsEmpty() {
				t.Errorf("got %+v", a)
			}
		})
	}
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, `{"data":[]}`)
	if got, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1")); err != nil || len(got.Answers) != 0 {
		t.Errorf("a missing module: %+v, %v", got, err)
	}
}

func TestTrap02ErrorsInsideASuccess(t *testing.T) {
	for body, want := range map[string]int{
		`{"data":[]}`:               0,
		`{"data":[],"errors":[]}`:   0,
		`{"data":[],"errors":null}`: 0,
		`{"errors":[{"type":"fatal","code":"not found"},"loose words",7]}`: 3,
	} {
		cloud := newCloud(t)
		cloud.on("POST "+observePath, 200, body)
		got, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1"))
		if err != nil || len(got.Errors) != want {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
		if want == 3 && (got.Errors[0].Code != "not found" || got.Errors[1].Message != "loose words" || got.Errors[2].Message != "7") {
			t.Errorf("what is no object must be a message: %+v", got.Errors)
		}
	}
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, `{"error":{"code":"x"},"trace_id":"t-1"}`)
	_, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1"))
	if e, ok := errors.AsType[*Error](err); !ok || e.TraceID != "t-1" || !strings.Contains(e.Code, "x") {
		t.Errorf("the other envelope inside a success: %v", err)
	}
}

func TestTrap03CountIsADouble(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, fixture(t, "observe.json"))
	got, err := cloud.client(t).Observe(t.Context(), obs("cisco_mid", "4711"))
	if err != nil {
		t.Fatal(err)
	}
	data := got.Answers[0].Data
	if data.Counts["sightings"] != 1 || data.Sightings[0].Count != 1 {
		t.Errorf("got counts %v and %d", data.Counts, data.Sightings[0].Count)
	}
}

func TestTrap04OptionalMembers(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, `{"data":[{"module":"M","data":{
		"verdicts":{"docs":[{"disposition":5},{"disposition_name":"Clean"}]},
		"sightings":{"docs":[{}]},"judgements":{"docs":[{}]},"indicators":{"docs":[{}]}}}]}`)
	got, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	data := got.Answers[0].Data
	if len(data.Sightings) != 1 || data.Sightings[0].Data != nil || len(data.Judgements) != 1 || len(data.Indicators) != 1 {
		t.Errorf("got %+v", data)
	}
	if d := data.Verdicts[0].Disposition; d != ctim.Unknown || d.String() != "Unknown" {
		t.Errorf("name of a bare number: %v", d)
	}
	if d := data.Verdicts[1].Disposition; d != ctim.Clean {
		t.Errorf("number of a bare name: %v", d)
	}
}

func TestTrap05OpenEnums(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, fixture(t, "observe.json"))
	got, err := cloud.client(t).Observe(t.Context(), obs("cisco_mid", "4711"))
	if err != nil {
		t.Fatal(err)
	}
	s := got.Answers[0].Data.Sightings[0]
	if s.Sensor != "mail.gateway.unheard-of" || s.Resolution != "quarantined-elsewhere" || s.Relations[0].Relation != "Sent_From" {
		t.Errorf("got %+v", s)
	}
	if string(s.Extra["x_unheard_of"]) != `{"kept": true}` || len(got.Answers[0].Data.Other["malwares"]) != 1 {
		t.Errorf("unknown members and kinds are not kept: %+v", got.Answers[0].Data)
	}
	if label := ctim.RelationLabel(s.Relations[1].Relation); label != "Sub-domain Of" {
		t.Errorf("label %q", label)
	}
}

func TestTrap06NoneIsAWord(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, fixture(t, "observe.json"))
	got, err := cloud.client(t).Observe(t.Context(), obs("cisco_mid", "4711"))
	if err != nil || got.Answers[0].Data.Sightings[0].Severity != "None" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTrap07Year2525IsForever(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, fixture(t, "observe.json"))
	got, err := cloud.client(t).Observe(t.Context(), obs("cisco_mid", "4711"))
	if err != nil {
		t.Fatal(err)
	}
	valid := got.Answers[2].Data.Verdicts[0].ValidTime
	if !valid.Forever() || valid.End.String() != "forever" || valid.Expired(time.Now()) {
		t.Errorf("got %v", valid)
	}
}

func TestTrap08BearerWithACapital(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST "+observePath, 200, `{"data":[]}`)
	if _, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1")); err != nil {
		t.Fatal(err)
	}
	sent := cloud.sent(observePath)[0].Header
	if got := sent.Get("Authorization"); got != "Bearer "+testJWT+"1" {
		t.Errorf("Authorization: %s", got)
	}
	if sent.Get("Accept") != "application/json" || sent.Get("Content-Type") != "application/json" {
		t.Errorf("got %v", sent)
	}
}

func TestTrap09StatusesOfRefusedRights(t *testing.T) {
	for code := range map[string]bool{"invalid_client": true, "wrong_client_creds": true} {
		cloud := newCloud(t)
		cloud.token = func(w http.ResponseWriter, _ *http.Request) {
			answerJSON(w, 400, `{"error":"`+code+`","error_description":"no, `+testSecret+`","trace_id":"tr-1"}`)
		}
		_, err := cloud.client(t).WhoAmI(t.Context())
		e, ok := errors.AsType[*Error](err)
		if !ok || !IsBadCredentials(err) || e.Status != 400 || e.Code != code || e.TraceID != "tr-1" {
			t.Errorf("got %#v", err)
		}
		wantNoSecret(t, "the token error", err.Error())
	}
	cloud := newCloud(t)
	cloud.on("GET /iroh/profile/whoami", 401, `{"error":"jwt_expired","error_description":"This JWT max lifetime has expired 12s ago"}`)
	_, err := cloud.client(t).WhoAmI(t.Context())
	if !IsUnauthorized(err) || IsBadCredentials(err) {
		t.Errorf("got %v", err)
	}
	cloud = newCloud(t)
	cloud.on("GET /iroh/profile/whoami", 403, `{"missing-scopes":["profile:read"],"required-scopes":["profile:read"],"scopes":[],"trace_id":"ctx-1","error":"missing_scope","error_description":"not yours"}`)
	_, err = cloud.client(t).WhoAmI(t.Context())
	e, _ := errors.AsType[*Error](err)
	if !IsMissingScope(err) || !cmp.Equal(e.MissingScopes, []string{"profile:read"}) || !strings.Contains(err.Error(), "profile ticked") {
		t.Errorf("got %v", err)
	}
	cloud.on("GET /ctia/casebook/c", 403, `{"error":"Access Control validation Client Error","type":"Access Control Error","message":"no","class":"clojure.lang.ExceptionInfo"}`)
	_, err = cloud.client(t).Casebook(t.Context(), "c")
	if !IsMissingScope(err) || !strings.Contains(err.Error(), "casebook ticked") || !strings.Contains(err.Error(), "Access Control Error: no") {
		t.Errorf("private intelligence names no scope: %v", err)
	}
}

// otherJWT is a token that this client was never given.
const otherJWT = "eyJhbGciOiJSUzI1NiJ9.eyJvdGhlciI6InRva2VuIn0.b3RoZXI"

func TestTrap10SecretsInAnswers(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("GET /iroh/profile/whoami", 401,
		`{"error":"unauthenticated `+testJWT+`2","error_description":"token `+testJWT+`2 and `+testSecret+` and another one, `+otherJWT+`","token":"`+testJWT+`2","level":"warn","trace_id":"x"}`)
	_, err := cloud.client(t).WhoAmI(t.Context())
	wantNoSecret(t, "an error", err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), mustJSON(t, err))
	if strings.Contains(err.Error(), otherJWT) {
		t.Errorf("a token that is not this client's is told: %v", err)
	}

	cloud.on("GET /iroh/iroh-int/module-instance", 200, `[{"id":"i1","name":"AMP","module_type_id":"t1","enabled":true,
		"settings":{"api_key":"`+testSecret+`","nested":{"esa_device":"dev-9","timeframe":30}}}]`)
	instances, err := cloud.client(t).ModuleInstances(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantNoSecret(t, "a module", fmt.Sprint(instances), fmt.Sprintf("%+v", instances[0]), fmt.Sprintf("%#v", instances), mustJSON(t, instances))
	form := ModuleType{Settings: []SettingSpec{
		{Key: "esa_device", Type: "device"}, {Key: "timeframe", Type: "integer", Label: "Request Timeframe (days)"},
	}}
	device, ok := instances[0].Device(form)
	days, known := instances[0].LookBack(form)
	if !ok || device != "dev-9" || !known || days != 30 {
		t.Errorf("got %q %v, %d %v", device, ok, days, known)
	}
}

func TestTrap11HealthOfOneIsAnObject(t *testing.T) {
	cloud := newCloud(t)
	one := `{"module":"M","module_instance_id":"i1","module_type_id":"t","data":{"status":"ok","quotas":{"q":{"description":"d","values":{"bucket_unit":"minute","bucket_limit":600.0,"current_bucket_consumption":3,"current_bucket_start_time":"2026-11-23T15:00:00Z","current_bucket_end_time":"2026-11-23T15:01:00Z","current_bucket_limit_reached":true}}}}}`
	cloud.on("POST /iroh/iroh-enrich/health", 200, `{"data":[`+one+`],"errors":[{"module":"N","code":"health check failed","type":"fatal"}]}`)
	cloud.on("POST /iroh/iroh-enrich/health/i1", 200, `{"data":`+one+`}`)
	cloud.on("POST /iroh/iroh-enrich/health/i2", 200, `{"errors":[{"module":"N","module_instance_id":"i2","code":"health check failed","message":"down","type":"fatal"}]}`)
	const warning = `{"module":"M","module_instance_id":"i3","code":"template-api-token-expires-within-30-days","type":"warning"}`
	cloud.on("POST /iroh/iroh-enrich/health/i3", 200, `{"data":{"module":"M","module_instance_id":"i3","module_instance_state":"restricted","data":{"status":"ok"}},"errors":[`+warning+`]}`)
	cloud.on("POST /iroh/iroh-enrich/health/i4", 200, `{"errors":[`+warning+`]}`)
	client := cloud.client(t)
	all, err := client.Health(t.Context())
	if err != nil || len(all.Modules) != 1 || len(all.Errors) != 1 {
		t.Fatalf("got %+v, %v", all, err)
	}
	single, err := client.HealthOf(t.Context(), "i1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all.Modules[0], single); diff != "" {
		t.Error(diff)
	}
	if q := single.Quotas["q"]; single.Status != "ok" || q.Limit != 600 || q.Used != 3 || !q.LimitReached || q.Unit != "minute" {
		t.Errorf("got %+v", single)
	}
	sent := cloud.sent("/iroh/iroh-enrich/health/i1")[0]
	if sent.Body != "" || sent.ContentLength != 0 {
		t.Errorf("a body was sent: %+v", sent)
	}
	failed, err := client.HealthOf(t.Context(), "i2")
	if _, ok := errors.AsType[*ModuleFailedError](err); !ok || failed.Status != "error" || failed.InstanceID != "i2" {
		t.Errorf("got %+v, %v", failed, err)
	}
	if warned, err := client.HealthOf(t.Context(), "i3"); err != nil || warned.Status != "ok" || warned.State != "restricted" {
		t.Errorf("a warning beside a status: %+v, %v", warned, err)
	}
	if alone, err := client.HealthOf(t.Context(), "i4"); err == nil || alone.Status != "error" {
		t.Errorf("a warning in the place of a status: %+v, %v", alone, err)
	}
}

func TestTrap11ReputationNestsData(t *testing.T) {
	elements, _, err := envelope([]byte(`{"data":{"reputation":{},"data":[{"module":"M"}],"errors":[]}}`))
	if err != nil || len(elements) != 1 {
		t.Fatalf("got %s, %v", elements, err)
	}
	inner, _, err := envelope(elements[0])
	if err != nil || len(inner) != 1 {
		t.Fatalf("got %s, %v", inner, err)
	}
}

func TestTrap12KebabKeysWithQuestionMarks(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("GET /iroh/profile/whoami", 200, `{"user":{"role":"admin","scopes":["a","b"],"user-id":"u","user-email":"kim@example.org","user-name":"Kim","user-nick":"k",
		"org-id":"o","enabled?":true,"last-logged-at":"2026-11-01T00:00:00Z","idp-mappings":[{"idp":"sso","enabled?":true}]},
		"org":{"id":"o","name":"Example","enabled?":true,"activation-status":"activated","additional-scopes":["x"],"allow-all-role-to-login-editable?":false}}`)
	got, err := cloud.client(t).WhoAmI(t.Context())
	want := Identity{
		User: User{
			ID: "u", Email: "kim@example.org", Name: "Kim", Nick: "k", Role: "admin", OrgID: "o", Scopes: []string{"a", "b"},
			Enabled: true, LastLogin: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Identities: []string{"sso"},
		},
		Org: Org{ID: "o", Name: "Example", ActivationStatus: "activated", Enabled: true, Scopes: []string{"x"}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestTrap13CreatedIs201AndLongIDsHaveAPort(t *testing.T) {
	cloud := newCloud(t)
	long := "https://private.intel.amp.cisco.com:443/ctia/casebook/casebook-12345678-0000-4000-8000-000000000000"
	cloud.on("POST /ctia/casebook", 201, `{"id":"`+long+`","type":"casebook","title":"T","owner":"kim","groups":["g"],"schema_version":"1.3.30"}`)
	cloud.on("GET /ctia/casebook/casebook-12345678-0000-4000-8000-000000000000", 200, `{"id":"`+long+`","title":"T"}`)
	client := cloud.client(t)
	made, err := client.CreateCasebook(t.Context(), ctim.Casebook{Entity: ctim.Entity{Title: "T"}})
	if err != nil || made.ID != long || made.Owner != "kim" {
		t.Fatalf("got %+v, %v", made, err)
	}
	read, err := client.Casebook(t.Context(), made.ID)
	if err != nil || read.Title != "T" {
		t.Errorf("got %+v, %v", read, err)
	}
	region, _ := RegionByName("EU")
	if link := region.CasebookURL(long); link != "https://visibility.eu.amp.cisco.com/investigate?spid=12345678-0000-4000-8000-000000000000" {
		t.Error(link)
	}
	if link := (Region{}).CasebookURL(long); link != "" {
		t.Errorf("a link without a console: %s", link)
	}
}

func TestTrap14RetryAfterIsReturnedAndHeld(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"3557": 3557 * time.Second, "3172s": 3172 * time.Second, " 53 m": 53 * time.Minute, "0.5": 500 * time.Millisecond,
		"Mon, 23 Nov 2026 15:10:00 GMT": 10 * time.Minute, "": time.Minute, "soon": time.Minute, "-5": time.Minute,
	} {
		t.Run(header, func(t *testing.T) {
			clock := newClock()
			cloud := newCloud(t)
			limited := true
			cloud.mux.HandleFunc("POST "+observePath, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Ratelimit-Org-Limit", "7000")
				if limited {
					w.Header().Set("Retry-After", header)
					answerJSON(w, 429, `{"error": "Too Many Requests"}`)
					return
				}
				answerJSON(w, 200, `{"data":[]}`)
			})
			client := cloud.client(t, func(c *Config) { c.Now = clock.now })
			ask := func() error {
				_, err := client.Observe(t.Context(), obs("ip", "192.0.2.1"))
				return err
			}
			err := ask()
			e, _ := errors.AsType[*Error](err)
			if !IsRateLimited(err) || e.RetryAfter != want || e.Held {
				t.Fatalf("got %v", err)
			}
			clock.move(want / 2)
			err = ask()
			e, _ = errors.AsType[*Error](err)
			if !IsRateLimited(err) || !e.Held || e.RetryAfter != want-want/2 || len(cloud.sent(observePath)) != 1 {
				t.Fatalf("held: %v after %d calls", err, len(cloud.sent(observePath)))
			}
			if b := client.Budget(); b.Limit != 7000 || b.Used != 1 || b.Remaining != 0 || b.RetryAfter != e.RetryAfter {
				t.Errorf("got %+v", b)
			}
			limited = false
			client.Release()
			if err := ask(); err != nil {
				t.Errorf("released: %v", err)
			}
			if b := client.Budget(); b.Used != 2 || b.Remaining != 6998 {
				t.Errorf("got %+v", b)
			}
			clock.move(time.Hour)
			if b := client.Budget(); b.Used != 0 || b.Remaining != 7000 {
				t.Errorf("an hour later: %+v", b)
			}
		})
	}
}

func TestTrap15NoUnexpectedMembersInRequests(t *testing.T) {
	cloud := newCloud(t)
	for _, route := range []string{"/iroh/iroh-enrich/observe/observables", "/iroh/iroh-enrich/deliberate/observables", "/iroh/iroh-enrich/refer/observables", "/iroh/iroh-response/respond/observables"} {
		cloud.on("POST "+route, 200, `{"data":[]}`)
	}
	cloud.on("POST /iroh/iroh-inspect/inspect", 200, `[]`)
	cloud.on("POST /ctia/casebook", 201, `{}`)
	cloud.on("POST /ctia/casebook/casebook-1/observables", 200, `{}`)
	cloud.on("POST /ctia/casebook/casebook-1/texts", 200, `{}`)
	clock := newClock()
	client := cloud.client(t, func(c *Config) { c.Now = clock.now })
	one := obs("url", "https://example.net/?a=1&b=<2>")
	list := `[{"type":"url","value":"https://example.net/?a=1&b=<2>"}]`
	ctx := t.Context()
	_, err1 := client.Observe(ctx, one)
	_, err2 := client.Deliberate(ctx, one)
	_, err3 := client.Refer(ctx, one)
	_, _, err4 := client.Actions(ctx, one)
	_, err5 := client.Inspect(ctx, "x <y>")
	_, err6 := client.CreateCasebook(ctx, ctim.Casebook{Entity: ctim.Entity{Title: "T", ExternalIDs: []string{"e"}}, Observables: one})
	_, err7 := client.AddToCasebook(ctx, "casebook-1", one)
	_, err8 := client.AppendText(ctx, "casebook-1", "note")
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/iroh/iroh-enrich/observe/observables":    list,
		"/iroh/iroh-enrich/deliberate/observables": list,
		"/iroh/iroh-enrich/refer/observables":      list,
		"/iroh/iroh-response/respond/observables":  list,
		"/iroh/iroh-inspect/inspect":               `{"content":"x <y>"}`,
		"/ctia/casebook":                           `{"external_ids":["e"],"observables":` + list + `,"timestamp":"2026-11-23T15:00:00.000Z","title":"T","tlp":"amber","type":"casebook"}`,
		"/ctia/casebook/casebook-1/observables":    `{"operation":"add","observables":` + list + `}`,
		"/ctia/casebook/casebook-1/texts":          `{"operation":"add","texts":[{"text":"note","type":"text"}]}`,
	} {
		if got := cloud.sent(path); len(got) != 1 || got[0].Body != want {
			t.Errorf("%s: got %+v\nwant %s", path, got, want)
		}
	}
	if q := cloud.sent("/ctia/casebook")[0].Query; q != "wait_for=true" {
		t.Errorf("query %q", q)
	}
}

const hostile = "Re: \x1b[31m\u202eevil\u200b \"q\" a/b:c (d) 100% ü&x=1#f"

func TestTrap16HostileSubjectsAreKeptAndEscaped(t *testing.T) {
	cloud := newCloud(t)
	quoted, _ := json.Marshal(hostile)
	cloud.on("POST "+observePath, 200, `{"data":[{"module":"M","data":{"verdicts":{"docs":[{"disposition":1,"observable":{"type":"email_subject","value":`+string(quoted)+`}}]}}}]}`)
	cloud.on("GET /ctia/casebook/search", 200, `[]`)
	var external string
	cloud.mux.HandleFunc("GET /ctia/casebook/external_id/{id}", func(w http.ResponseWriter, r *http.Request) {
		external = r.PathValue("id")
		answerJSON(w, 404, `"Casebook not found"`)
	})
	client := cloud.client(t)
	got, err := client.Observe(t.Context(), obs("email_subject", hostile))
	if err != nil || got.Answers[0].Data.Verdicts[0].Observable.Value != hostile {
		t.Errorf("got %+v, %v", got, err)
	}
	var sent []map[string]string
	if err := json.Unmarshal([]byte(cloud.sent(observePath)[0].Body), &sent); err != nil || sent[0]["value"] != hostile {
		t.Errorf("sent %v, %v", sent, err)
	}
	if _, err := client.SearchCasebooks(t.Context(), hostile, 5); err != nil {
		t.Fatal(err)
	}
	query := cloud.sent("/ctia/casebook/search")[0].Query
	if !strings.Contains(query, "simple_query=Re%3A+%1B%5B31m") || !strings.Contains(query, "limit=5") || !strings.Contains(query, "sort_by=timestamp%3Adesc") {
		t.Errorf("query %s", query)
	}
	books, err := client.CasebookByExternalID(t.Context(), hostile)
	if err != nil || books != nil || external != hostile {
		t.Errorf("got %v, %v, asked for %q", books, err, external)
	}
	region, _ := RegionByName("us")
	link, n := region.InvestigateURL(obs("email_subject", hostile, "ip", "192.0.2.1"))
	if n != 2 || !strings.HasPrefix(link, "https://visibility.amp.cisco.com/investigate?q=email_subject%3A%22Re%3A%20%1B") || !strings.Contains(link, "%0A192.0.2.1") {
		t.Errorf("%d %s", n, link)
	}
}

func TestTrap17ModuleNamesAreKeptAndNoKeys(t *testing.T) {
	cloud := newCloud(t)
	name, _ := json.Marshal(hostile)
	cloud.on("POST "+observePath, 200, `{"data":[{"module":`+string(name)+`,"module_instance_id":"1","data":{}},{"module":`+string(name)+`,"module_instance_id":"2","data":{}}]}`)
	got, err := cloud.client(t).Observe(t.Context(), obs("ip", "192.0.2.1"))
	if err != nil || got.Answers[0].Module != hostile || got.Answers[1].InstanceID != "2" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnswersThatAreNoJSON(t *testing.T) {
	for name, c := range map[string]struct {
		status       int
		kind, body   string
		code, detail string
	}{
		"proxy page":      {502, "text/html", "<html><title>Bad &amp; broken</title></html>", CodeHTML, "Bad & broken"},
		"page as success": {200, "text/html", "<html>sign in</html>", CodeHTML, ""},
		"empty":           {404, "", "", "", ""},
		"bare string":     {404, "application/json", `"Casebook not found"`, "", "Casebook not found"},
		"plain":           {500, "text/plain", "boom", "", "boom"},
		"cut":             {200, "application/json", `{"user":`, CodeUnreadable, "unexpected end"},
		"empty success":   {200, "application/json", ``, CodeUnreadable, ""},
		"conure":          {403, "application/json", `{"message":{"any":["type"]}}`, "", `{"any":["type"]}`},
		"ctia":            {400, "application/json", `{"error":"Spec Validation Client Error","type":"Invalid Entity Error","message":"m","entity":{},"class":"c"}`, "Spec Validation Client Error", "Invalid Entity Error: m"},
		"ctia type":       {400, "application/json", `{"type":"ES Invalid Request","message":"bad query","class":"c"}`, "ES Invalid Request", "bad query"},
		"redirect":        {302, "text/plain", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			cloud := newCloud(t)
			cloud.mux.HandleFunc("GET /iroh/profile/whoami", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := cloud.client(t).WhoAmI(t.Context())
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Status != c.status || e.Code != c.code || !strings.Contains(e.Description, c.detail) || e.Host == "" {
				t.Errorf("got %#v", err)
			}
			if len(cloud.sent("/elsewhere")) != 0 {
				t.Error("followed a redirect")
			}
		})
	}
}

func TestRefusedInputIsToldByParameter(t *testing.T) {
	for body, want := range map[string]map[string]string{
		`{"content":"missing-required-key"}`:                   {"content": "missing-required-key"},
		`{"errors":{"invalid_key":"disallowed-key"}}`:          {"invalid_key": "disallowed-key"},
		`{"a":{"b":"not-a-string"},"token":"` + testJWT + `"}`: {"a": `{"b":"not-a-string"}`},
	} {
		cloud := newCloud(t)
		cloud.on("GET /iroh/profile/whoami", 400, body)
		_, err := cloud.client(t).WhoAmI(t.Context())
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Status != 400 {
			t.Fatalf("got %v", err)
		}
		if diff := cmp.Diff(want, e.Fields); diff != "" {
			t.Error(diff)
		}
		wantNoSecret(t, "refused input", err.Error())
	}
}
