package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

func TestNewRefusesBadConfigurations(t *testing.T) {
	good := Config{IROHURL: "https://192.0.2.1", IntelURL: "https://192.0.2.1", ClientID: "i", ClientSecret: testSecret}
	for want, change := range map[string]func(*Config){
		"IROH address":            func(c *Config) { c.IROHURL = "visibility.amp.cisco.com" },
		"intelligence address":    func(c *Config) { c.IntelURL = "ftp://x" },
		"client id":               func(c *Config) { c.ClientID = "" },
		"must not hold credentia": func(c *Config) { c.IROHURL = "https://u:" + testSecret + "@192.0.2.1" },
	} {
		config := good
		change(&config)
		_, err := New(config)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
			continue
		}
		wantNoSecret(t, "the error", err.Error())
	}
}

func TestTokenRequest(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("GET /iroh/profile/whoami", 200, `{}`)
	client := cloud.client(t, func(c *Config) { c.ClientSecret = "a+b/c%=d:e" })
	if _, err := client.WhoAmI(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := cloud.sent("/iroh/oauth2/token")[0]
	id, secret, ok := (&http.Request{Header: sent.Header}).BasicAuth()
	if !ok || id != testID || secret != "a+b/c%=d:e" {
		t.Errorf("Basic: %q %q", id, secret)
	}
	if sent.Body != "grant_type=client_credentials" || sent.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || sent.Header.Get("Accept") != "application/json" {
		t.Errorf("got %+v", sent)
	}
	info, err := client.Token(t.Context())
	if err != nil || len(cloud.sent("/iroh/oauth2/token")) != 1 {
		t.Errorf("not cached: %v", err)
	}
	for scope, want := range map[string]bool{
		"enrich:read": true, "enrich/observables/observe:read": true, "enrich:write": false, "enrich": false,
		"casebook": true, "casebook:write": true, "integration/health:read": true, "integrations:read": false, "profile:read": false,
	} {
		if info.Has(scope) != want {
			t.Errorf("Has(%s) is %v", scope, !want)
		}
	}
}

func TestTokenIsRenewedEarly(t *testing.T) {
	for life, renew := range map[string]time.Duration{"600": 540 * time.Second, "30": 15 * time.Second, "0": 540 * time.Second, `"120"`: time.Minute} {
		clock := newClock()
		cloud := newCloud(t)
		cloud.on("GET /iroh/profile/whoami", 200, `{}`)
		cloud.token = func(w http.ResponseWriter, _ *http.Request) {
			answerJSON(w, 200, `{"access_token":"`+testJWT+`","token_type":"bearer","expires_in":`+life+`}`)
		}
		client := cloud.client(t, func(c *Config) { c.Now = clock.now })
		for i, step := range []time.Duration{0, renew - time.Second, 2 * time.Second} {
			clock.move(step)
			if _, err := client.WhoAmI(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := 1 + i/2
			if got := len(cloud.sent("/iroh/oauth2/token")); got != want {
				t.Errorf("life %s, step %d: %d tokens, want %d", life, i, got, want)
			}
		}
	}
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	cloud := newCloud(t)
	var refuse atomic.Int32
	cloud.mux.HandleFunc("GET /iroh/profile/whoami", func(w http.ResponseWriter, _ *http.Request) {
		if refuse.Add(-1) >= 0 {
			answerJSON(w, 401, `{"error":"jwt_expired"}`)
			return
		}
		answerJSON(w, 200, `{"user":{"user-id":"u"}}`)
	})
	client := cloud.client(t)
	refuse.Store(1)
	if who, err := client.WhoAmI(t.Context()); err != nil || who.User.ID != "u" {
		t.Errorf("got %v, %v", who, err)
	}
	if n := len(cloud.sent("/iroh/oauth2/token")); n != 2 {
		t.Errorf("%d tokens", n)
	}
	refuse.Store(1000)
	_, err := client.WhoAmI(t.Context())
	if !IsUnauthorized(err) || len(cloud.sent("/iroh/profile/whoami")) != 4 || len(cloud.sent("/iroh/oauth2/token")) != 3 {
		t.Errorf("%v after %d calls and %d tokens", err, len(cloud.sent("/iroh/profile/whoami")), len(cloud.sent("/iroh/oauth2/token")))
	}
}

func TestChangesAreNeverSentTwice(t *testing.T) {
	for _, status := range []int{401, 429, 500, 502} {
		cloud := newCloud(t)
		for _, route := range []string{"/iroh/iroh-response/respond/trigger/i/a", "/ctia/casebook", "/ctia/casebook/c/observables", "/ctia/casebook/c/texts"} {
			cloud.on("POST "+route, status, `{"error":"x"}`)
		}
		client := cloud.client(t)
		ctx := t.Context()
		calls := map[string]func() error{
			"/iroh/iroh-response/respond/trigger/i/a": func() error { _, err := client.Trigger(ctx, Action{InstanceID: "i", ID: "a"}); return err },
			"/ctia/casebook":               func() error { _, err := client.CreateCasebook(ctx, ctim.Casebook{}); return err },
			"/ctia/casebook/c/observables": func() error { _, err := client.AddToCasebook(ctx, "c", nil); return err },
			"/ctia/casebook/c/texts":       func() error { _, err := client.AppendText(ctx, "c", "t"); return err },
		}
		for path, do := range calls {
			client.Release()
			if err := do(); err == nil {
				t.Errorf("%d %s: no error", status, path)
			}
			if n := len(cloud.sent(path)); n != 1 {
				t.Errorf("%d: %s was sent %d times", status, path, n)
			}
		}
	}
}

func TestManyCallersShareOneTokenAndOneRefusal(t *testing.T) {
	for _, refused := range []bool{false, true} {
		cloud := newCloud(t)
		cloud.on("GET /iroh/profile/whoami", 200, `{}`)
		const callers = 20
		release := make(chan struct{})
		cloud.token = func(w http.ResponseWriter, _ *http.Request) {
			<-release
			if refused {
				answerJSON(w, 400, `{"error":"invalid_client"}`)
				return
			}
			answerJSON(w, 200, `{"access_token":"`+testJWT+`","expires_in":600}`)
		}
		client := cloud.client(t)
		var failures atomic.Int32
		var done sync.WaitGroup
		for range callers {
			done.Go(func() {
				if _, err := client.WhoAmI(t.Context()); err != nil {
					failures.Add(1)
				}
			})
		}
		for waiting("tokenCache).get(") < callers {
			time.Sleep(time.Millisecond)
		}
		close(release)
		done.Wait()
		if n := len(cloud.sent("/iroh/oauth2/token")); n != 1 {
			t.Errorf("refused %v: %d token requests", refused, n)
		}
		if want := map[bool]int32{true: callers}[refused]; failures.Load() != want {
			t.Errorf("refused %v: %d failures", refused, failures.Load())
		}
	}
}

// waiting counts the goroutines that are in a function.
func waiting(function string) int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), function)
}

func TestCancelReturnsAtOnce(t *testing.T) {
	stages := map[string]func(c *cloud, block http.HandlerFunc){
		"token": func(c *cloud, block http.HandlerFunc) { c.token = block },
		"call":  func(c *cloud, block http.HandlerFunc) { c.mux.HandleFunc("POST "+observePath, block) },
	}
	for name, stall := range stages {
		t.Run(name, func(t *testing.T) {
			cloud := newCloud(t)
			reached := make(chan struct{}, 100)
			stall(cloud, func(_ http.ResponseWriter, r *http.Request) {
				reached <- struct{}{}
				<-r.Context().Done()
			})
			client := cloud.client(t)
			modules := []ModuleInstance{{ID: "1"}, {ID: "2"}}
			for what, do := range map[string]func(context.Context) error{
				"one": func(ctx context.Context) error { _, err := client.Observe(ctx, obs("ip", "192.0.2.1")); return err },
				"each": func(ctx context.Context) error {
					return client.ObserveEach(ctx, obs("ip", "192.0.2.1"), modules, func(PerModule) {})
				},
			} {
				ctx, cancel := context.WithCancel(t.Context())
				var at time.Time
				go func() {
					<-reached
					at = time.Now()
					cancel()
				}()
				err := do(ctx)
				if took := time.Since(at); !errors.Is(err, context.Canceled) || took > 5*time.Second {
					t.Errorf("%s: %v after %v", what, err, took)
				}
			}
		})
	}
}

func TestNetworkFailuresAreTyped(t *testing.T) {
	cloud := newCloud(t)
	client := cloud.client(t)
	if _, err := client.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	cloud.Close()
	_, err := client.WhoAmI(t.Context())
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != 0 || e.Err == nil || !strings.Contains(err.Error(), "GET /iroh/profile/whoami") {
		t.Errorf("got %v", err)
	}
}

func TestInspectInPieces(t *testing.T) {
	cloud := newCloud(t)
	var pieces atomic.Int32
	cloud.mux.HandleFunc("POST /iroh/iroh-inspect/inspect", func(w http.ResponseWriter, _ *http.Request) {
		n := pieces.Add(1)
		answerJSON(w, 200, fmt.Sprintf(`[{"value":"both.example","type":"domain"},{"value":"only%d.example","type":"domain"}]`, n))
	})
	text := strings.Repeat("häßlich.example\n", 400) + "\n  \n"
	got, err := cloud.client(t).Inspect(t.Context(), text)
	if err != nil || len(got) != int(pieces.Load())+1 || pieces.Load() != 4 {
		t.Errorf("%d pieces gave %v, %v", pieces.Load(), got, err)
	}
	if _, err := cloud.client(t).Inspect(t.Context(), strings.Repeat("ä", 2001)); err != nil || pieces.Load() != 6 {
		t.Errorf("one character too many: %d pieces, %v", pieces.Load(), err)
	}
	for _, sent := range cloud.sent("/iroh/iroh-inspect/inspect") {
		var body struct{ Content string }
		if err := json.Unmarshal([]byte(sent.Body), &body); err != nil {
			t.Fatal(err)
		}
		if n := utf8.RuneCountInString(body.Content); n > 2000 || strings.Contains(body.Content, "exampleh") {
			t.Errorf("piece of %d: %.80s", n, body.Content)
		}
	}
	before := cloud.count()
	if _, err := cloud.client(t).Inspect(t.Context(), strings.Repeat("x ", 1000*8001)); !IsRateLimited(err) || !strings.Contains(err.Error(), "8001 calls, and 8000 are left") || cloud.count() != before {
		t.Errorf("more than an hour's calls: %v, %d were sent", err, cloud.count()-before)
	}
	if got, err := cloud.client(t).Inspect(t.Context(), " \n "); err != nil || got != nil {
		t.Errorf("nothing to ask: %v, %v", got, err)
	}
}

func TestTextPieces(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"short":       {"a b", []string{"a b"}},
		"at a blank":  {"aaaa bbbb cccc", []string{"aaaa bbbb", "cccc"}},
		"exact":       {"aaaa bbbbb cc", []string{"aaaa bbbbb", "cc"}},
		"long word":   {"aaaaaaaaaaaabb c", []string{"aaaaaaaaaa", "aabb c"}},
		"runes":       {"ääääääääää öö", []string{"ääääääääää", "öö"}},
		"only blanks": {strings.Repeat(" ", 25), nil},
		"bad UTF-8":   {"a\xffb", []string{"a\uFFFDb"}},
	} {
		if diff := cmp.Diff(c.want, textPieces(c.text, 10)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestBatchesAndSkippedTypes(t *testing.T) {
	cloud := newCloud(t)
	for _, route := range []string{"observe", "deliberate", "refer"} {
		cloud.on("POST /iroh/iroh-enrich/"+route+"/observables", 200, `{"data":[{"module":"M","id":"r","data":{}}],"errors":[]}`)
	}
	client := cloud.client(t)
	var many []observable.Observable
	for i := range 150 {
		many = append(many, obs("domain", fmt.Sprintf("d%d.example", i))...)
	}
	many = append(many, obs("domain", "d7.example", "cidr_block", "192.0.2.0/24", "ip", " ", "sha2", strings.Repeat("ab", 32))...)
	observed, err := client.Observe(t.Context(), many, "m1", "m2")
	if err != nil || len(observed.Skipped) != 2 || len(observed.Answers) != 8 {
		t.Fatalf("got %d answers, skipped %v, %v", len(observed.Answers), observed.Skipped, err)
	}
	if _, err := client.Deliberate(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	links, err := client.Refer(t.Context(), many)
	if err != nil || len(links.Links) != 2 || len(links.Skipped) != 2 {
		t.Fatalf("got %+v, %v", links, err)
	}
	for path, want := range map[string]int{observePath: 8, "/iroh/iroh-enrich/deliberate/observables": 2, "/iroh/iroh-enrich/refer/observables": 2} {
		sent := cloud.sent(path)
		asked := 0
		for _, r := range sent {
			asked += strings.Count(r.Body, `"type"`)
			if strings.Contains(r.Body, "cidr_block") || strings.Contains(r.Body, `"sha2"`) {
				t.Errorf("%s: %s", path, r.Body)
			}
		}
		if len(sent) != want || asked != 151 {
			t.Errorf("%s: %d calls for %d observables", path, len(sent), asked)
		}
	}
	if q := cloud.sent(observePath)[0].Query; q != "mids=m1&mids=m2" {
		t.Errorf("query %s", q)
	}
}

func TestEachModuleStreamsAndSpoilsNothing(t *testing.T) {
	cloud := newCloud(t)
	slow := make(chan struct{})
	cloud.mux.HandleFunc("POST "+observePath, func(w http.ResponseWriter, r *http.Request) {
		switch id := r.URL.Query().Get("mids"); id {
		case "slow":
			<-slow
			answerJSON(w, 200, `{"data":[]}`)
		case "broken":
			answerJSON(w, 500, `{"error":"unknown server error"}`)
		default:
			answerJSON(w, 200, `{"data":[{"module_instance_id":"`+id+`","data":{}}]}`)
		}
	})
	var order []string
	emitting := atomic.Bool{}
	modules := []ModuleInstance{{ID: "slow"}, {ID: "broken"}, {ID: "a"}, {ID: "b"}}
	asked := append(obs("cidr_block", "x"), obs("ip", "192.0.2.1")...)
	err := cloud.client(t).ObserveEach(t.Context(), asked, modules, func(p PerModule) {
		if emitting.Swap(true) {
			t.Error("emit is called concurrently")
		}
		defer emitting.Store(false)
		order = append(order, p.Module.ID)
		if len(order) == 3 {
			close(slow)
		}
		switch {
		case p.Module.ID == "broken" && (p.Err == nil || p.Enrichment != nil),
			p.Module.ID != "broken" && (p.Err != nil || len(p.Enrichment.Skipped) != 1),
			len(p.Observables) != 1, p.Elapsed <= 0:
			t.Errorf("got %+v", p)
		}
	})
	if err != nil || len(order) != 4 || order[3] != "slow" {
		t.Errorf("order %v, %v", order, err)
	}
}

func TestEachStopsAtWhatMeetsAll(t *testing.T) {
	cloud := newCloud(t)
	cloud.mux.HandleFunc("POST "+observePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3000")
		answerJSON(w, 429, `{"error": "Too Many Requests"}`)
	})
	var modules []ModuleInstance
	for i := range 100 {
		modules = append(modules, ModuleInstance{ID: fmt.Sprint(i)})
	}
	err := cloud.client(t).ObserveEach(t.Context(), obs("ip", "192.0.2.1"), modules, func(p PerModule) { t.Errorf("got %+v", p) })
	if !IsRateLimited(err) || len(cloud.sent(observePath)) > callsAtOnce {
		t.Errorf("%v after %d calls", err, len(cloud.sent(observePath)))
	}
}

func TestModuleListsArePagedAndShrunk(t *testing.T) {
	cloud := newCloud(t)
	cloud.mux.HandleFunc("GET /iroh/iroh-int/module-instance", func(w http.ResponseWriter, r *http.Request) {
		var offset, limit int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
		_, _ = fmt.Sscan(r.URL.Query().Get("limit"), &limit)
		var page []string
		for i := offset; i < min(250, offset+limit); i++ {
			page = append(page, fmt.Sprintf(`{"id":"%d","name":"n","enabled":true}`, i))
		}
		answerJSON(w, 200, "["+strings.Join(page, ",")+"]")
	})
	var all []string
	for i := range 120 {
		all = append(all, fmt.Sprintf(`{"id":"t%d","title":"Secure Email and Web Manager","former_title":"SMA Email","logo":"data:image/png;base64,%s",
			"capabilities":[{"id":"observe","description":"d"}],"product_categories":[{"id":"email-security"}],
			"configuration_spec":[{"key":"k","type":"device","label":"Registered Device","required":true,"default_value":3}]}`, i, strings.Repeat("A", 100)))
	}
	cloud.on("GET /iroh/iroh-int/module-type", 200, "["+strings.Join(all, ",")+"]") // does not page
	client := cloud.client(t)
	instances, err := client.ModuleInstances(t.Context())
	if err != nil || len(instances) != 250 || !instances[249].Enabled {
		t.Errorf("%d instances, %v", len(instances), err)
	}
	types, err := client.ModuleTypes(t.Context())
	if err != nil || len(types) != 120 {
		t.Fatalf("%d types, %v", len(types), err)
	}
	got := types[0]
	if !got.IsEmail() || !got.Can("observe") || got.Can("respond") || got.Settings[0].Default != "3" || strings.Contains(fmt.Sprintf("%+v", got), "AAAA") {
		t.Errorf("got %+v", got)
	}
	if (ModuleType{Title: "Umbrella"}).IsEmail() || !(ModuleType{FormerTitle: "ESA Email"}).IsEmail() || !(ModuleType{}).Can("observe") {
		t.Error("IsEmail or Can is wrong")
	}
}

func TestEndlessListsEnd(t *testing.T) {
	cloud := newCloud(t)
	cloud.mux.HandleFunc("GET /iroh/iroh-int/module-instance", func(w http.ResponseWriter, r *http.Request) {
		var page []string
		for i := range modulePage {
			page = append(page, fmt.Sprintf(`{"id":"%s-%d"}`, r.URL.Query().Get("offset"), i))
		}
		answerJSON(w, 200, "["+strings.Join(page, ",")+"]")
	})
	if list, err := cloud.client(t).ModuleInstances(t.Context()); err != nil || len(list) != modulePages*modulePage {
		t.Errorf("%d modules, %v", len(list), err)
	}
}

func TestActions(t *testing.T) {
	cloud := newCloud(t)
	cloud.on("POST /iroh/iroh-response/respond/observables", 200, `{"data":[{"id":"block","title":"Block this domain","module":"Umbrella","module_instance_id":"i1",
		"url":"/respond/trigger/i1/block?observable_type=domain&observable_value=a%20b.example&list=x"}],"errors":[{"module":"N","type":"error"}]}`)
	cloud.on("POST /iroh/iroh-response/respond/trigger/i1/block", 200, `{"data":{"status":"failure"},"errors":[{"code":"oops"}]}`)
	client := cloud.client(t)
	actions, failures, err := client.Actions(t.Context(), obs("domain", "a b.example"))
	if err != nil || len(actions) != 1 || len(failures) != 1 || actions[0].Observable.Value != "a b.example" {
		t.Fatalf("got %+v, %+v, %v", actions, failures, err)
	}
	result, err := client.Trigger(t.Context(), actions[0])
	if err != nil || result.Succeeded() || result.Status != "failure" || len(result.Errors) != 1 {
		t.Errorf("got %+v, %v", result, err)
	}
	sent := cloud.sent("/iroh/iroh-response/respond/trigger/i1/block")[0]
	if sent.Query != "list=x&observable_type=domain&observable_value=a+b.example" || sent.ContentLength != 0 {
		t.Errorf("got %+v", sent)
	}
	for _, path := range []string{
		"https://evil.example/respond/trigger/i/a", "//evil.example/respond/trigger/i/a", "/respond/trigger/../../iroh-int/module-instance",
		"/respond/trigger/%2e%2e/x", "/iroh-int/module-instance", "respond/trigger/i/a", "/respond/trigger/\x7f",
	} {
		before := cloud.count()
		if _, err := client.Trigger(t.Context(), Action{Title: "t", Path: path}); err == nil || cloud.count() != before {
			t.Errorf("%s was sent: %v", path, err)
		}
	}
}

func TestCasebookLimits(t *testing.T) {
	cloud := newCloud(t)
	var sent ctim.Casebook
	cloud.mux.HandleFunc("POST /ctia/casebook", func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		if err := sent.UnmarshalJSON(body); err != nil {
			t.Error(err)
		}
		answerJSON(w, 201, `{}`)
	})
	note := strings.Repeat(strings.Repeat("ä", 99)+"\n", 120)
	_, err := cloud.client(t).CreateCasebook(t.Context(), ctim.Casebook{
		Entity: ctim.Entity{Title: strings.Repeat("😀", 600), ShortDescription: strings.Repeat("s", 3000), Description: strings.Repeat("ü", 6000), SchemaVersion: "1.0.9", TLP: "red"},
		Texts:  []ctim.Text{{Type: "text", Text: note}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("😀", 511) + "…"; sent.Title != want || utf8.RuneCountInString(sent.Description) != 5000 || sent.SchemaVersion != "" || sent.TLP != "red" {
		t.Errorf("title of %d, description of %d", utf8.RuneCountInString(sent.Title), utf8.RuneCountInString(sent.Description))
	}
	if want := strings.Repeat("s", 2047) + "…"; sent.ShortDescription != want {
		t.Errorf("short description of %d", utf8.RuneCountInString(sent.ShortDescription))
	}
	joined := ""
	for _, text := range sent.Texts {
		if utf8.RuneCountInString(text.Text) > 5000 || !strings.HasSuffix(text.Text, "\n") {
			t.Errorf("a piece of %d", utf8.RuneCountInString(text.Text))
		}
		joined += text.Text
	}
	if joined != note || len(sent.Texts) != 3 {
		t.Errorf("%d pieces", len(sent.Texts))
	}
	noIntel := cloud.client(t, func(c *Config) { c.IntelURL = "" })
	if _, err := noIntel.Casebook(t.Context(), "x"); err == nil {
		t.Error("no error without an intelligence address")
	}
}

func TestRegions(t *testing.T) {
	if _, err := RegionByName("mars"); err == nil {
		t.Error("no error")
	}
	nam, err := RegionByName(" NAM ")
	if err != nil || nam.IROH != "https://visibility.amp.cisco.com" || nam.Conure != "https://conure.us.security.cisco.com" {
		t.Errorf("got %+v, %v", nam, err)
	}
	Regions()[0].IROH = "changed"
	if Regions()[0].IROH == "changed" {
		t.Error("the table can be changed")
	}
	var many []observable.Observable
	for i := range 200 {
		many = append(many, obs("domain", fmt.Sprintf("a-longer-name-%03d.example", i))...)
	}
	link, n := nam.InvestigateURL(many)
	if len(link) > 2083 || n < 50 || !strings.HasSuffix(link, fmt.Sprintf("%%0Aa-longer-name-%03d.example", n-1)) {
		t.Errorf("%d in %d characters", n, len(link))
	}
	if link, n := nam.InvestigateURL(obs("url", "http://"+strings.Repeat("x", 3000))); n != 0 || link != nam.Investigate {
		t.Errorf("%d %s", n, link)
	}
	room := 2083 - len(nam.Investigate+"?q=")
	for length, want := range map[int]int{room: 1, room + 1: 0} {
		if link, n := nam.InvestigateURL(obs("domain", strings.Repeat("x", length))); n != want {
			t.Errorf("%d observables in an address of %d characters, want %d", n, len(link), want)
		}
	}
}
