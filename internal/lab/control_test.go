package lab

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestControlOverHTTP does what another process would do to a running lab.
func TestControlOverHTTP(t *testing.T) {
	k := start(t, Config{})
	call := func(method, path string, body any) (int, map[string]any) {
		return k.call(method, k.Info().SSEURL+path, body, func(*http.Request) {})
	}
	status, o := call(http.MethodPut, "/lab/faults", map[string]any{"on": []string{"not-committed"}})
	if status != 200 || len(o["known"].([]any)) != len(Faults()) || !slices.Equal(k.Faults(), []string{"not-committed"}) {
		t.Fatalf("%d, on are %v", status, k.Faults())
	}
	if status, o := call(http.MethodPut, "/lab/faults", map[string]any{"on": []string{"not-commited"}}); status != 409 || !strings.Contains(o["error"].(string), "not-committed") {
		t.Errorf("unknown fault: %d %v", status, o)
	}
	if _, o := call(http.MethodGet, "/lab/practice", nil); !slices.Contains(o["facts"].([]any), any("pending_changes")) {
		t.Errorf("facts: %v", o["facts"])
	}
	if status, o := call(http.MethodPost, "/lab/practice/add-module", nil); status != 409 || !strings.Contains(o["error"].(string), "the list is empty") {
		t.Errorf("too early: %d %v", status, o)
	}
	if status, o := call(http.MethodPost, "/lab/practice/commit", nil); status != 200 || o["message"] != "Your changes have been committed" {
		t.Errorf("commit: %d %v", status, o)
	}
	_, o = call(http.MethodPost, "/lab/practice/generate-token", map[string]string{"expiry": "2 hours"})
	if status, o := call(http.MethodPost, "/lab/practice/register", map[string]string{"token": o["token"].(string)}); status != 200 {
		t.Errorf("register: %d %v", status, o)
	}
	k.waitRegistered()
	if status, o := call(http.MethodGet, "/lab/practice/8", nil); status != 200 || len(o["list"].([]any)) != 1 {
		t.Errorf("moves of step 8: %d %v", status, o)
	}
	if status, o := call(http.MethodPost, "/lab/practice/add-module", nil); status != 200 {
		t.Errorf("add: %d %v", status, o)
	}
	if status, _ := call(http.MethodGet, "/lab/practice/nine", nil); status != 404 {
		t.Errorf("no such step: %d", status)
	}
	if status, _ := call(http.MethodPut, "/lab/faults", map[string]any{"off": 1}); status != 400 {
		t.Errorf("another member: %d", status)
	}
	if !k.proved("by-control") {
		t.Error("not proved")
	}
}
