package verify

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// TestEventsRoundTrip writes and reads every event of a whole run, and those that it did not have.
func TestEventsRoundTrip(t *testing.T) {
	var events []Event
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.sightings, w.hides = seesMessageID, []Key{KeySubject}
		_, tr := verifyIn(t, w, testPlan())
		events = tr.events
	})
	at := At{At: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)}
	events = append(
		events,
		Waiting{At: at, Stage: StageInvestigate, Reason: "because", Until: at.At},
		ModuleAnswered{At: at, Module: "m", Errors: []ctr.ModuleError{{Module: "m", Type: "fatal", Code: "c", Message: "x"}}},
		SMTPLine{At: at, Line: testmail.Line{At: 12 * time.Millisecond, Direction: testmail.Sent, Text: "DATA"}},
		Found{At: at, Message: esa.Message{Subject: "<&>"}, Lag: time.Second, Seconds: 1},
	)
	seen := map[string]bool{}
	for _, e := range events {
		seen[e.Kind()] = true
		line, err := MarshalEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsRune(string(line), '\n') || !json.Valid(line) {
			t.Fatalf("%s is not one line of JSON", line)
		}
		back, err := UnmarshalEvent(line)
		if err != nil {
			t.Fatalf("%v\n%s", err, line)
		}
		if diff := cmp.Diff(e, back, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(ctr.ModuleInstance{})); diff != "" {
			t.Errorf("%s (-was +is):\n%s\n%s", e.Kind(), diff, line)
		}
	}
	for kind := range readers {
		if !seen[kind] {
			t.Errorf("no event %s was tried", kind)
		}
	}
}

// TestEventJSON holds the contract: schema and kind first, snake_case members, times in RFC 3339 UTC.
func TestEventJSON(t *testing.T) {
	line, err := MarshalEvent(Polled{
		At:  At{At: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)},
		Try: 2, Keys: []Key{KeyMID}, Rows: 3, Next: time.Date(2026, 11, 23, 15, 0, 1, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"schema":"ctrace/verify-event/1","event":"poll","at":"2026-11-23T15:00:00Z","try":2,"keys":["mid"],"found":false,"rows":3,"next":"2026-11-23T15:00:01Z"}`
	if string(line) != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
}

func TestUnmarshalEventRefuses(t *testing.T) {
	for _, line := range []string{
		``, `[]`, `{}`, `{"schema":"ctrace/verify-event/2","event":"poll"}`, `{"schema":"ctrace/verify-event/1","event":"new"}`,
		`{"schema":"ctrace/verify-event/1","event":"poll","try":"x"}`,
	} {
		if e, err := UnmarshalEvent([]byte(line)); err == nil {
			t.Errorf("%s was read as %+v", line, e)
		}
	}
}

// snakeCase checks every member name of an object, at any depth outside of documents that are not ours.
func snakeCase(t *testing.T, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name != strings.ToLower(name) {
				t.Errorf("%s.%s is not snake_case", path, name)
			}
			snakeCase(t, path+"."+name, v[name])
		}
	case []any:
		for _, item := range v {
			snakeCase(t, path+"[]", item)
		}
	}
}

func TestEventsAreSnakeCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.sightings = seesMessageID
		_, tr := verifyIn(t, w, testPlan())
		for _, e := range tr.events {
			line, err := MarshalEvent(e)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatal(err)
			}
			snakeCase(t, e.Kind(), v)
		}
	})
}

func FuzzUnmarshalEvent(f *testing.F) {
	for kind := range readers {
		f.Add([]byte(`{"schema":"ctrace/verify-event/1","event":"` + kind + `","at":"2026-11-23T15:00:00Z"}`))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := UnmarshalEvent(line)
		if err != nil {
			return
		}
		if _, err := MarshalEvent(e); err != nil {
			t.Errorf("read but not written again: %v", err)
		}
	})
}
