package safetext

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"plain <x@y>"}` + "\n":       `{"a":"plain <x@y>"}` + "\n",
		`{"a":"견적서 Ω"}`:                    `{"a":"견적서 Ω"}`,
		"{\"a\":\"\u009b2J\u007f\"}":       `{"a":"\u009b2J\u007f"}`,
		"{\"a\":\"\u202egnp.exe\u200b\"}":  `{"a":"\u202egnp.exe\u200b"}`,
		"{\"a\":\"\U000e0041\U000f0000\"}": `{"a":"\udb40\udc41\udb80\udc00"}`,
		"{\"a\":\"\xff\u0085\"}":           "{\"a\":\"\xff\\u0085\"}",
	} {
		if got := string(JSON([]byte(in))); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add("a\u009b\u202e\U000f0000\xff\\\"")
	f.Fuzz(func(t *testing.T, s string) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		out := JSON(text)
		if json.Unmarshal(text, &before) != nil || json.Unmarshal(out, &after) != nil || before != after {
			t.Errorf("%q became %q", before, after)
		}
		for i := 0; i < len(out); {
			r, size := utf8.DecodeRune(out[i:])
			if acting(r) {
				t.Fatalf("%q has %U", out, r)
			}
			i += size
		}
	})
}
