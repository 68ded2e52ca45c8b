package report

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestCSVCell(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"evil.example":             "evil.example",
		"=HYPERLINK(\"http://x\")": "'=HYPERLINK(\"http://x\")",
		"+1":                       "'+1",
		"-1":                       "'-1",
		"@SUM(A1)":                 "'@SUM(A1)",
		"\t=1":                     "'␉=1",
		"\r=1":                     "'␍=1",
		"a\x1b[31mb":               "a␛[31mb",
		"pdf\u202efdp":             `pdf\u{202e}fdp`,
		"a\nb":                     "a␊b",
		"\x7f\u0085":               `␡\u{85}`,
		"bad \xff":                 "bad \ufffd",
		"line\u2028and\u2029end":   `line\u{2028}and\u{2029}end`,
		"청구서":                      "청구서",
	} {
		if got := CSVCell(in); got != want {
			t.Errorf("CSVCell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEncodeJSONIsSafeOnTerminalsAndLossless(t *testing.T) {
	for _, in := range []string{
		"plain <a@b.example>", "esc \x1b]0;x\x07", "c1 \u009b31m", "del \x7f", "bidi \u202e\u2066", "zero \u200b\ufeff",
		"line \u2028 \u2029", "private \ue000", "tag \U000e0041", "청구서 📎", `back \ slash "quoted"`,
	} {
		line, err := EncodeJSON(map[string]string{"v": in})
		if err != nil {
			t.Fatal(err)
		}
		if line[len(line)-1] != '\n' {
			t.Errorf("%q: no line end", line)
		}
		for i := 0; i < len(line)-1; {
			r, size := utf8.DecodeRune(line[i:])
			if hidden(r) {
				t.Errorf("%q holds %U", line, r)
			}
			i += size
		}
		var back map[string]string
		if err := json.Unmarshal(line, &back); err != nil || back["v"] != in {
			t.Errorf("%q came back as %q, %v", in, back["v"], err)
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("a\x1b[31mb\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		v := Visible(s)
		if !utf8.ValidString(v) || Visible(v) != v {
			t.Errorf("Visible(%q) = %q is not settled", s, v)
		}
		for _, r := range v {
			if hidden(r) {
				t.Errorf("Visible(%q) holds %U", s, r)
			}
		}
	})
}
