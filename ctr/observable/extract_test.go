package observable

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestExtractOptions(t *testing.T) {
	text := "10.0.0.1 8.8.8.8 fe80::1 intra.corp.example.com mail bob@example.com http://www.example.com/x evil.net bob@evil.net http://10.1.1.1/ 203.0.113.9"
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"zero value", Options{}, "8.8.8.8 intra.corp.example.com bob@example.com http://www.example.com/x evil.net bob@evil.net http://10.1.1.1/ 203.0.113.9"},
		{"private too", Options{IncludePrivate: true, Types: []Type{IP, IPv6}}, "10.0.0.1 8.8.8.8 fe80::1 203.0.113.9"},
		{"types", Options{Types: []Type{Email}}, "bob@example.com bob@evil.net"},
		{"allow-list", Options{AllowList: []string{"Example.com", "203.0.113.0/24", "8.8.8.8", "10.0.0.0/8"}}, "evil.net bob@evil.net"},
		{"allow-list is no suffix of letters", Options{Types: []Type{Domain}, AllowList: []string{"vil.net"}}, "intra.corp.example.com evil.net"},
	} {
		var got []string
		for _, m := range Extract(text, c.o) {
			got = append(got, m.Value)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, s, c.want)
		}
	}
}

func TestExtractSpansAndFlags(t *testing.T) {
	text := "x hxxps[:]//Evil[.]com/a[.]php y\nSubject: =?utf-8?q?h=C3=AD?=\nаpple.com münchen.de 10.1.2.3 domain:\"a.com\" 001b.4411.3ab7 MID 7"
	want := []struct {
		value, text string
		flags       Flags
	}{
		{"https://evil.com/a.php", "hxxps[:]//Evil[.]com/a[.]php", Defanged},
		{"hí", "=?utf-8?q?h=C3=AD?=", Header},
		{"xn--pple-43d.com", "аpple.com", IDN | Homograph},
		{"xn--mnchen-3ya.de", "münchen.de", IDN},
		{"10.1.2.3", "10.1.2.3", Private},
		{"a.com", `domain:"a.com"`, Typed},
		{"00:1b:44:11:3a:b7", "001b.4411.3ab7", 0},
		{"7", "7", Header},
	}
	ms := Extract(text, Options{IncludePrivate: true})
	checkMatches(t, text, ms)
	for i, m := range ms {
		if i < len(want) && (m.Value != want[i].value || m.Text != want[i].text || m.Flags != want[i].flags) {
			t.Errorf("match %d: %q %q %b, want %+v", i, m.Value, m.Text, m.Flags, want[i])
		}
	}
	if len(ms) != len(want) {
		t.Errorf("%d matches, want %d", len(ms), len(want))
	}
}

func TestDisplayDomain(t *testing.T) {
	for in, want := range map[string]string{"xn--mnchen-3ya.de": "münchen.de", "example.com": "example.com", "xn--\xff.com": "xn--\xff.com"} {
		if got := DisplayDomain(in); got != want {
			t.Errorf("DisplayDomain(%q) = %q, want %q", in, got, want)
		}
	}
}

// A stream gives what the whole text gives, however it is cut into reads.
func TestStreamEqualsWhole(t *testing.T) {
	text := generate(3, 400_000)
	for name, text := range map[string]string{
		"generated":       text,
		"no line breaks":  strings.NewReplacer("\r\n", " ", "\n", " ").Replace(text),
		"no white space":  strings.NewReplacer("\r", ",", "\n", ",", " ", ",", "\t", ",").Replace(text),
		"folded":          "Subject: x\n" + strings.ReplaceAll(text, "\n", "\n "),
		"long Message-ID": "References:\n" + strings.Repeat(" <a@b.example.com>\n", 20_000),
	} {
		whole := Extract(text, Options{IncludePrivate: true})
		if len(whole) == 0 {
			t.Errorf("%s: nothing found", name)
		}
		checkOrder(t, text, whole)
		for _, n := range []int{1, 17, 1000, 4096, segmentMax - 1, segmentMax, segmentMax + 1, 1 << 20} {
			if got := stream(t, text, n, Options{IncludePrivate: true}); !reflect.DeepEqual(got, whole) {
				t.Errorf("%s in reads of %d: %.2000s", name, n, cmp.Diff(whole, got))
			}
		}
	}
}

func checkOrder(t *testing.T, text string, ms []Match) {
	t.Helper()
	last := 0
	for _, m := range ms {
		if m.Start < last || m.End <= m.Start || m.Text != text[m.Start:m.End] {
			t.Fatalf("match %+v after %d", m, last)
		}
		last = m.Start
	}
}

// A token is found wherever the border of a segment would fall in it, with
// line breaks around it, with blanks, and with quotation marks.
func TestTokensAcrossBorders(t *testing.T) {
	tokens := []string{"hxxp[:]//evil[.]example[.]com/a", "bob@evil.example.com", "203.0.113.77", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
	for _, filler := range []string{"x\n", "xx ", "xx\"", "y\n z "} {
		for _, token := range tokens {
			for shift := range len(token) + 4 {
				size := segmentMax - shift
				before := strings.Repeat(filler, size/len(filler))
				text := before + token + filler[len(filler)-1:] + strings.Repeat(filler, 40)
				ms := stream(t, text, 4096, Options{})
				if len(ms) != 1 || ms[0].Text != token || ms[0].Start != len(before) {
					t.Fatalf("filler %q, token %q, %d before the border: %v", filler, token, shift, ms)
				}
			}
		}
	}
}

func TestExtractReaderErrors(t *testing.T) {
	text := generate(4, 300_000)
	boom := errors.New("boom")
	n := 0
	err := ExtractReader(t.Context(), strings.NewReader(text), Options{}, func(Match) error {
		if n++; n == 10 {
			return boom
		}
		return nil
	})
	if !errors.Is(err, boom) || n != 10 {
		t.Errorf("error of emit: %v after %d matches", err, n)
	}
	err = ExtractReader(t.Context(), io.MultiReader(strings.NewReader(text), iotest.ErrReader(boom)), Options{}, func(Match) error { return nil })
	if !errors.Is(err, boom) {
		t.Errorf("error of the reader: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = ExtractReader(ctx, newTextGen(1), Options{}, func(Match) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Defanged in each of these ways, an indicator comes back; the text around
// does not change what it is.
func TestFormsInContext(t *testing.T) {
	for _, form := range []string{"[.]", "(.)", "{.}", "[dot]", "(dot)", "{DOT}", "[.", ".]", "\\.", "[[.]]", "[ . ]", "^.", "&#46;", "<.>", "。", "．"} {
		for _, around := range []string{"%s", "(%s)", "see %s, now", "\"%s\"", "domain=%s;", "<td>%s</td>", "[x](%s)", "%s:443", "%s/path", "— %s —", "'%s'"} {
			text := fmt.Sprintf(around, "evil"+form+"example"+form+"com")
			ms := Extract(text, Options{})
			if len(ms) != 1 || ms[0].Value != "evil.example.com" || ms[0].Flags&Defanged == 0 {
				t.Errorf("%q: %+v", text, ms)
			}
		}
	}
}

// Whatever ends a sentence or a clause behind a value is no part of it, and hides it no more than a
// blank would.
func TestValuesAreFoundBeforePunctuation(t *testing.T) {
	values := map[Type]string{
		IP: "203.0.113.7", IPv6: "2001:db8::7", Domain: "evil.example.com", URL: "https://evil.example.com/a", Email: "bob@evil.example.com",
		MD5: "d41d8cd98f00b204e9800998ecf8427e", SHA1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		SHA256:     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		MACAddress: "00-1b-44-11-3a-b7", FileName: "invoice.pdf", RegistryKey: `HKLM\Software\Run`,
	}
	for typ, value := range values {
		for _, mark := range []string{".", ",", ";", ":", "!", "?", "...", ")", "]", ">", "\"", "'"} {
			for _, after := range []string{"", "\n", " Next", "\r\nNext"} {
				text := "seen " + value + mark + after
				ms := Extract(text, Options{})
				found := slices.ContainsFunc(ms, func(m Match) bool { return m.Type == typ && m.Text == value })
				if !found {
					t.Errorf("%s is not found in %q: %v", typ, text, ms)
				}
			}
		}
	}
}
