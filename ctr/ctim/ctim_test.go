package ctim

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/observable"
)

func decodeOne[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestMembersOfAnotherKindAreKept(t *testing.T) {
	text := `{"id":5,"title":"T","count":"3","confidence":["High"],"targets":{"type":"email"},"observables":[{"type":"ip","value":"192.0.2.1","note":"n"},
		{"type":"cisco_mid","value":4711},"loose",null],"observed_time":"yesterday","internal":"yes","sensor_coordinates":null,"external_ids":["a",1]}`
	s := decodeOne[Sighting](t, text)
	if s.Title != "T" || s.Count != 3 || s.ID != "" || s.SensorCoordinates != nil {
		t.Errorf("got %+v", s)
	}
	want := []observable.Observable{{Type: "ip", Value: "192.0.2.1"}, {Type: "cisco_mid", Value: "4711"}}
	if diff := cmp.Diff(want, s.Observables); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a"}, s.ExternalIDs); diff != "" {
		t.Error(diff)
	}
	var back, original map[string]any
	out, err := json.Marshal(s)
	if err != nil || json.Unmarshal(out, &back) != nil || json.Unmarshal([]byte(text), &original) != nil {
		t.Fatal(err)
	}
	delete(original, "sensor_coordinates")
	original["count"] = 3.0
	if diff := cmp.Diff(original, back); diff != "" {
		t.Errorf("lost on the way: %s", diff)
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]int64{"7": 7, "7.0": 7, "1e2": 100, `"8"`: 8, "-3": -3, "9007199254740993": 9007199254740993} {
		if n, ok := decodeInt(json.RawMessage(text)); !ok || n != want {
			t.Errorf("%s: %d, %v", text, n, ok)
		}
	}
	for _, text := range []string{"1.5", "1e300", "true", `"x"`, "{}", "", `"`, "NaN"} {
		if n, ok := decodeInt(json.RawMessage(text)); ok {
			t.Errorf("%s: %d", text, n)
		}
	}
}

func TestTimes(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-11-23T12:00:00.000Z": noon, "2026-11-23T12:00:00Z": noon, "2026-11-23T21:00:00+09:00": noon, "2026-11-23T12:00:00.000+0000": noon,
		"2026-11-23T12:00:00": noon, "2026-11-23 12:00:00": noon, " 2026-11-23T12:00Z ": noon, "2026-11-23": noon.Truncate(24 * time.Hour),
		"2026-11-23T12:00:00.123456789Z": noon.Add(123456789),
	} {
		got, err := ParseTime(text)
		if err != nil || !got.Time.Equal(want) || got.Text != text || got.Location() != time.UTC {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if got, err := ParseTime("yesterday"); err == nil || got.String() != "yesterday" || got.IsZero() {
		t.Errorf("got %v, %v", got, err)
	}
	forever := decodeOne[ValidTime](t, `{"start_time":"2026-11-23T12:00:00Z","end_time":"2525-01-01T00:00:00.000Z"}`)
	open := decodeOne[ValidTime](t, `{"start_time":"2026-11-23T12:00:00Z"}`)
	ended := decodeOne[ValidTime](t, `{"end_time":"2026-11-23T12:00:00Z"}`)
	if !forever.Forever() || !open.Forever() || ended.Forever() || forever.Expired(noon.AddDate(400, 0, 0)) || !ended.Expired(noon) || ended.Expired(noon.Add(-1)) {
		t.Error("forever or expired is wrong")
	}
	if got := NewTime(noon.Add(5 * time.Millisecond)); got.Text != "2026-11-23T12:00:00.005Z" {
		t.Error(got.Text)
	}
	out, err := json.Marshal(ObservedTime{Start: Time{Time: noon}})
	if err != nil || string(out) != `{"start_time":"2026-11-23T12:00:00.000Z"}` {
		t.Errorf("%s, %v", out, err)
	}
}

func TestDispositions(t *testing.T) {
	order := []Disposition{Malicious, Suspicious, Unknown, Common, Clean, 0}
	for i, worse := range order {
		for _, better := range order[i:] {
			if Worse(worse, better) != worse || Worse(better, worse) != worse {
				t.Errorf("%v against %v", worse, better)
			}
		}
	}
	if Disposition(9).String() != "disposition 9" || Disposition(0).String() != "" || Worse(9, Clean) != 9 || Worse(9, Suspicious) != Suspicious {
		t.Error("numbers outside the model")
	}
}

func TestShortID(t *testing.T) {
	short := "casebook-cb5988fa-0000-4000-8000-000000000000"
	for id, want := range map[string]string{
		"https://private.intel.amp.cisco.com:443/ctia/casebook/" + short: short,
		"https://private.intel.amp.cisco.com/ctia/casebook/" + short:     short,
		"https://x/ctia/casebook/" + short + "/":                         short,
		short:                                                            short,
		"transient:sighting-1":                                           "transient:sighting-1",
		"transient:a/b":                                                  "transient:a/b",
		"https://x":                                                      "https://x",
		"":                                                               "",
		"http://%zz/a/b":                                                 "b",
	} {
		if got := ShortID(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if !IsTransient("transient:x") || IsTransient(short) {
		t.Error("IsTransient")
	}
}

func TestDataTables(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][]string
	}{
		"row by row": {
			`{"columns":[{"name":"a"},{"name":"b"}],"rows":[["x",1],[null,{"type":"ip","value":"192.0.2.1"}],[true,["p","q"]]]}`,
			[][]string{{"x", "1"}, {"", "192.0.2.1"}, {"true", "p, q"}},
		},
		"column by column": {
			`{"columns":[{"name":"a"},{"name":"b"}],"rows":[["x","y","z"],[1,2,3]]}`,
			[][]string{{"x", "1"}, {"y", "2"}, {"z", "3"}},
		},
		"square is row by row": {`{"columns":[{"name":"a"},{"name":"b"}],"rows":[["x","y"],["z","w"]]}`, [][]string{{"x", "y"}, {"z", "w"}}},
		"ragged stays":         {`{"columns":[{"name":"a"},{"name":"b"}],"rows":[["x"],["z","w","v"]]}`, [][]string{{"x"}, {"z", "w", "v"}}},
		"one column":           {`{"columns":[{"name":"a"}],"rows":[["x","y"]]}`, [][]string{{"x"}, {"y"}}},
		"empty columns":        {`{"columns":[{"name":"a"}],"rows":[[]]}`, [][]string{}},
		"no rows":              {`{"columns":[{"name":"a"}]}`, [][]string{}},
	} {
		if diff := cmp.Diff(c.want, decodeOne[DataTable](t, c.text).Cells()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEntitiesKeepWhatTheyDoNotKnow(t *testing.T) {
	text := `{"verdicts":[{"disposition":2}],"sightings":{"count":7.0,"docs":[{"id":"s"},"loose",null]},"actors":{"count":1,"docs":[{"id":"a"}]},
		"new_kind":{"total":3,"items":[1]},"indicators":null,"relationships":{"count":0,"docs":[]},"scalar":5}`
	e := decodeOne[Entities](t, text)
	if len(e.Verdicts) != 1 || len(e.Sightings) != 1 || e.Counts["sightings"] != 7 || e.IsEmpty() {
		t.Errorf("got %+v", e)
	}
	kept := map[string]string{}
	for kind, docs := range e.Other {
		for _, doc := range docs {
			kept[kind] += string(doc)
		}
	}
	want := map[string]string{"sightings": `"loose"null`, "actors": `{"id":"a"}`, "new_kind": `{"total":3,"items":[1]}`, "scalar": "5"}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
	if empty := decodeOne[Entities](t, `{"sightings":{"count":0,"docs":[]}}`); !empty.IsEmpty() {
		t.Errorf("got %+v", empty)
	}
	var none Entities
	if err := json.Unmarshal([]byte(`[1]`), &none); err == nil {
		t.Error("a list was taken")
	}
}

func TestZeroFieldsAreNotWritten(t *testing.T) {
	out, err := json.Marshal(Casebook{Entity: Entity{Title: "a<b>&c"}, Observables: []observable.Observable{}})
	if err != nil || strings.TrimSpace(string(out)) != `{"observables":[],"title":"a\u003cb\u003e\u0026c"}` {
		t.Errorf("%s, %v", out, err)
	}
}

func FuzzEntities(f *testing.F) {
	f.Add([]byte(`{"sightings":{"count":1.0,"docs":[{"id":"x","count":"1","observables":[{"type":"ip","value":1}],"data":{"columns":[{}],"rows":[[1,null]]}}]}}`))
	f.Add([]byte(`{"verdicts":[{"disposition":2,"valid_time":{"end_time":"2525-01-01T00:00:00.000Z"}}],"x":[{}]}`))
	f.Add([]byte(`{"judgements":{"docs":[{"valid_time":[],"priority":1e99}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Entities
		if json.Unmarshal(data, &e) != nil {
			return
		}
		for _, s := range e.Sightings {
			if s.Data != nil {
				s.Data.Cells()
			}
			ShortID(s.ID)
		}
		once, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		var again Entities
		if err := json.Unmarshal(once, &again); err != nil {
			t.Fatalf("cannot be read again: %v\n%s", err, once)
		}
		if documents(again) != documents(e) {
			t.Fatalf("%d documents became %d\n%s", documents(e), documents(again), once)
		}
	})
}

func documents(e Entities) int {
	n := len(e.Verdicts) + len(e.Judgements) + len(e.Sightings) + len(e.Indicators) + len(e.Relationships)
	for _, docs := range e.Other {
		n += len(docs)
	}
	return n
}

func FuzzCasebook(f *testing.F) {
	f.Add([]byte(`{"id":"https://x:443/ctia/casebook/casebook-1","observables":[{"type":"ip","value":"192.0.2.1"}],"texts":[{"type":"t","text":"n"}],"timestamp":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c Casebook
		if json.Unmarshal(data, &c) != nil {
			return
		}
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
	})
}
