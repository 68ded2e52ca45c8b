package ctrtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// casebooks is the store of private intelligence.
type casebooks struct {
	mu   sync.Mutex
	list []*casebook // oldest first
}

// casebook is never changed; a change puts a changed copy in its place.
type casebook struct {
	short      string // casebook-<uuid>
	doc        Doc
	searchable time.Time // the index is behind unless wait_for was given
}

// indexDelay is how far the search index is behind.
const indexDelay = time.Second

func (c *Cloud) intelRoutes() http.Handler {
	mux := http.NewServeMux()
	gated := func(pattern string, h handler) { mux.Handle(pattern, c.intelGate(h)) }
	gated("POST /ctia/casebook", c.createCasebook)
	gated("GET /ctia/casebook/search", c.searchCasebooks)
	gated("GET /ctia/casebook/search/count", c.countCasebooks)
	gated("GET /ctia/casebook/external_id/{id}", c.casebooksByExternalID)
	gated("GET /ctia/casebook/{id}", c.getCasebook)
	gated("PUT /ctia/casebook/{id}", c.replaceCasebook)
	gated("PATCH /ctia/casebook/{id}", c.patchCasebook)
	gated("DELETE /ctia/casebook/{id}", c.deleteCasebook)
	gated("POST /ctia/casebook/{id}/observables", c.changeList("observables"))
	gated("POST /ctia/casebook/{id}/texts", c.changeList("texts"))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	return mux
}

// intelGate checks who asks. Its 401 has neither token nor trace id, its 403
// is CTIA's own, and reading needs less than writing.
func (c *Cloud) intelGate(next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Ctim-Version", ctimVersion)
		scopes, refusal := c.authorize(r)
		access := ":write"
		if r.Method == http.MethodGet {
			access = ":read"
		}
		switch {
		case refusal != nil:
			said := refusal.body.(object)
			reply{status: refusal.status, body: object{
				"error": said["error"], "error_description": said["error_description"], "level": "info",
			}}.write(w)
		case c.faults.has(faultRateLimited):
			tooMany(3557 * time.Second).write(w)
		case c.faults.has(fault500):
			reply{status: http.StatusInternalServerError, body: object{"type": "unknown-exception", "class": "clojure.lang.ExceptionInfo"}}.write(w)
		case !covers(scopes, "casebook"+access) && !covers(scopes, "private-intel"+access):
			reply{status: http.StatusForbidden, body: object{
				"error": "Access Control validation Client Error", "type": "Access Control Error",
				"message": "missing capability", "class": "clojure.lang.ExceptionInfo",
			}}.write(w)
		default:
			next(r).write(w)
		}
	})
}

// invalidEntity is CTIA's refusal of a document.
func invalidEntity(message string, entity any) reply {
	return reply{status: http.StatusBadRequest, body: object{
		"error": "Spec Validation Client Error", "type": "Invalid Entity Error", "message": message,
		"entity": entity, "class": "clojure.lang.ExceptionInfo",
	}}
}

// noCasebook is a bare JSON string, not an object.
func noCasebook() reply { return reply{status: http.StatusNotFound, body: "Casebook not found"} }

var casebookMembers = []string{
	"type", "id", "schema_version", "title", "short_description", "description", "observables", "texts", "bundle", "tlp",
	"timestamp", "source", "source_uri", "external_ids", "external_references", "revision", "language",
}

// casebookBody decodes and checks a casebook or a part of one.
func casebookBody(r *http.Request) (Doc, *reply) {
	var doc Doc
	if err := jsonBody(r, &doc); err != nil {
		refusal := malformed()
		return nil, &refusal
	}
	if refusal := checkCasebook(doc); refusal != nil {
		return nil, refusal
	}
	return doc, nil
}

func checkCasebook(doc Doc) *reply {
	refuse := func(r reply) *reply { return &r }
	if fault := disallowed(doc, casebookMembers...); len(fault) > 0 {
		return refuse(invalid(fault))
	}
	if kind, there := doc["type"]; there && kind != "casebook" {
		return refuse(invalidEntity("type must be casebook", doc))
	}
	if tlp, there := doc["tlp"]; there && !slices.Contains([]any{"white", "green", "amber", "red"}, tlp) {
		return refuse(reply{status: http.StatusBadRequest, body: object{
			"type": "Invalid TLP Error", "message": fmt.Sprintf("Invalid document TLP %v, allowed TLPs are: green,amber,red", tlp),
			"class": "clojure.lang.ExceptionInfo",
		}})
	}
	for key, limit := range map[string]int{"title": 1024, "short_description": 2048, "description": 5000} {
		text, there := doc[key]
		s, isText := text.(string)
		if there && (!isText || utf8.RuneCountInString(s) > limit) {
			return refuse(invalidEntity(fmt.Sprintf("%s must be a string of at most %d characters", key, limit), doc))
		}
	}
	if list, there := doc["observables"]; there {
		if _, mirror := checkObservables(list); mirror != nil {
			return refuse(invalid(object{"observables": mirror}))
		}
	}
	if list, there := doc["texts"]; there {
		if fault := checkTexts(list); fault != "" {
			return refuse(invalidEntity(fault, doc))
		}
	}
	if at, there := doc["timestamp"]; there {
		if _, err := time.Parse(time.RFC3339, fmt.Sprint(at)); err != nil {
			return refuse(invalid(object{"timestamp": fmt.Sprintf("(not (inst? %s))", encode(at))}))
		}
	}
	return nil
}

func checkTexts(list any) string {
	texts, isList := list.([]any)
	if !isList {
		return "texts must be a list"
	}
	for _, element := range texts {
		text, isObject := element.(map[string]any)
		if !isObject {
			return "a text must be an object"
		}
		for _, key := range []string{"type", "text"} {
			if _, isText := text[key].(string); !isText {
				return "a text needs type and text"
			}
		}
	}
	return ""
}

func (c *Cloud) createCasebook(r *http.Request) reply {
	doc, refusal := casebookBody(r)
	if refusal != nil {
		return *refusal
	}
	short := "casebook-" + newUUID()
	long := c.intel.url + "/ctia/casebook/" + short
	c.complete(doc, long)
	c.cases.mu.Lock()
	c.cases.list = append(c.cases.list, &casebook{short: short, doc: doc, searchable: c.indexedAt(r)})
	c.cases.mu.Unlock()
	return reply{status: http.StatusCreated, body: doc, header: map[string]string{"Location": long}}
}

// complete adds the server's members. An old schema_version is replaced.
func (c *Cloud) complete(doc Doc, id string) {
	doc["id"], doc["type"], doc["schema_version"] = id, "casebook", ctimVersion
	doc["owner"], doc["groups"], doc["client_id"] = userID, []string{orgID}, c.cfg.ClientID
	for key, value := range map[string]any{"tlp": "green", "timestamp": formatTime(c.cfg.Now()), "created": formatTime(c.cfg.Now())} {
		if _, there := doc[key]; !there {
			doc[key] = value
		}
	}
	doc["modified"] = formatTime(c.cfg.Now())
}

func (c *Cloud) indexedAt(r *http.Request) time.Time {
	if r.URL.Query().Get("wait_for") == "true" {
		return c.cfg.Now()
	}
	return c.cfg.Now().Add(indexDelay)
}

// shortID takes the last segment of a long id.
func shortID(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

func (s *casebooks) find(id string) *casebook {
	i := slices.IndexFunc(s.list, func(b *casebook) bool { return b.short == shortID(id) })
	if i < 0 {
		return nil
	}
	return s.list[i]
}

func (c *Cloud) getCasebook(r *http.Request) reply {
	c.cases.mu.Lock()
	defer c.cases.mu.Unlock()
	if b := c.cases.find(r.PathValue("id")); b != nil {
		return ok(b.doc)
	}
	return noCasebook()
}

// update replaces a casebook's document by a changed copy.
func (c *Cloud) update(r *http.Request, change func(Doc) (Doc, *reply)) reply {
	c.cases.mu.Lock()
	defer c.cases.mu.Unlock()
	old := c.cases.find(r.PathValue("id"))
	if old == nil {
		return noCasebook()
	}
	doc, refusal := change(maps.Clone(old.doc))
	if refusal != nil {
		return *refusal
	}
	c.complete(doc, old.doc["id"].(string))
	c.cases.list[slices.Index(c.cases.list, old)] = &casebook{short: old.short, doc: doc, searchable: c.indexedAt(r)}
	return ok(doc)
}

func (c *Cloud) replaceCasebook(r *http.Request) reply {
	doc, refusal := casebookBody(r)
	if refusal != nil {
		return *refusal
	}
	return c.update(r, func(old Doc) (Doc, *reply) {
		doc["created"] = old["created"]
		return doc, nil
	})
}

func (c *Cloud) patchCasebook(r *http.Request) reply {
	part, refusal := casebookBody(r)
	if refusal != nil {
		return *refusal
	}
	return c.update(r, func(doc Doc) (Doc, *reply) {
		maps.Copy(doc, part)
		return doc, nil
	})
}

func (c *Cloud) deleteCasebook(r *http.Request) reply {
	c.cases.mu.Lock()
	defer c.cases.mu.Unlock()
	b := c.cases.find(r.PathValue("id"))
	if b == nil {
		return noCasebook()
	}
	c.cases.list = slices.DeleteFunc(slices.Clone(c.cases.list), func(o *casebook) bool { return o == b })
	return reply{status: http.StatusNoContent}
}

// changeList makes the handler that adds to, removes from or replaces one of
// the lists of a casebook.
func (c *Cloud) changeList(key string) handler {
	return func(r *http.Request) reply {
		body, refusal := objectBody(r, []string{"operation", key})
		if refusal != nil {
			return *refusal
		}
		if refusal := checkCasebook(Doc{key: body[key]}); refusal != nil {
			return *refusal
		}
		given := body[key].([]any)
		operation := body["operation"]
		if !slices.Contains([]any{"add", "remove", "replace"}, operation) {
			return invalid(object{"operation": fmt.Sprintf("(not (#{:add :remove :replace} %s))", encode(operation))})
		}
		return c.update(r, func(doc Doc) (Doc, *reply) {
			old, _ := doc[key].([]any)
			doc[key] = combined(old, given, operation.(string))
			return doc, nil
		})
	}
}

// combined applies an operation; equal elements are kept once.
func combined(old, given []any, operation string) []any {
	same := func(a any) func(any) bool {
		return func(b any) bool { return string(encode(a)) == string(encode(b)) }
	}
	result := []any{}
	if operation != "replace" {
		result = slices.Clone(old)
	}
	for _, element := range given {
		switch {
		case operation == "remove":
			result = slices.DeleteFunc(result, same(element))
		case !slices.ContainsFunc(result, same(element)):
			result = append(result, element)
		}
	}
	return result
}

func (c *Cloud) casebooksByExternalID(r *http.Request) reply {
	found := []Doc{}
	for _, b := range c.indexed() {
		if ids, _ := b.doc["external_ids"].([]any); slices.Contains(ids, any(r.PathValue("id"))) {
			found = append(found, b.doc)
		}
	}
	return ok(found)
}

// indexed returns the casebooks that the search index has by now.
func (c *Cloud) indexed() []*casebook {
	now := c.cfg.Now()
	c.cases.mu.Lock()
	defer c.cases.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.cases.list), func(b *casebook) bool { return b.searchable.After(now) })
}

// Casebooks returns the stored casebooks as JSON, oldest first.
func (c *Cloud) Casebooks() []json.RawMessage {
	c.cases.mu.Lock()
	defer c.cases.mu.Unlock()
	var list []json.RawMessage
	for _, b := range c.cases.list {
		list = append(list, encode(b.doc))
	}
	return list
}

func compareDocs(a, b Doc, key string) int {
	return cmp.Compare(fmt.Sprint(a[key]), fmt.Sprint(b[key]))
}
