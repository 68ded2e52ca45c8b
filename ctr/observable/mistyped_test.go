package observable

import (
	"strings"
	"testing"
)

func TestFindMistyped(t *testing.T) {
	for name, tc := range map[string]struct{ text, at, reason string }{
		"a misspelt type":    {"Seen as email_mesageid:\"<a@b.example>\", they say", `email_mesageid:"<a@b.example>"`, "did you mean email_messageid?"},
		"letters swapped":    {"(emial:\"bob@b.example\")", `emial:"bob@b.example"`, "did you mean email?"},
		"a value of no type": {"from ip:\"203.0.113.300\".", `ip:"203.0.113.300"`, `IP address "203.0.113.300"`},
		"typographic marks":  {"cisco_mid:\u201cMID\u201d", "cisco_mid:\u201cMID\u201d", "number of a message"},
		"a good one":         {`ip:"203.0.113.3" email_subject:"ip: none"`, "", ""},
		"prose":              {`He said:"hello", title:"Mr", from:"Accounts", {"ip":"x"} href:"x"`, "", ""},
		"a part of a word":   {`x-ip:"none" .ip:"203.0.113.3"`, "", ""},
		"no marks":           {"ip:none emial:bob", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			at, reason := "", ""
			for _, m := range FindMistyped(tc.text, 9) {
				at, reason = at+tc.text[m.Start:m.End], reason+m.Reason
			}
			if at != tc.at || !strings.Contains(reason, tc.reason) || tc.reason == "" && reason != "" {
				t.Errorf("found %q: %q", at, reason)
			}
		})
	}
	if got := FindMistyped(strings.Repeat(`ip:"x" `, 50), 3); len(got) != 3 {
		t.Errorf("found %d, want the limit", len(got))
	}
}

func FuzzFindMistyped(f *testing.F) {
	f.Add("email_mesageid:\"<a@b.example>\" ip:\u201cx")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, m := range FindMistyped(text, 100) {
			if m.Start < end || m.End <= m.Start || m.End > len(text) || m.Reason == "" {
				t.Fatalf("%+v behind %d in %q", m, end, text)
			}
			end = m.End
		}
	})
}
