package observable

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func obs(pairs ...string) (out []Observable) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, Observable{Type(pairs[i]), pairs[i+1]})
	}
	return out
}

var queryCases = []struct {
	name, query string
	want        []Observable
	err         *QueryError
}{
	{"the form of Cisco's help", `ip:"4.2.2.2" domain:"cisco.com"`, obs("ip", "4.2.2.2", "domain", "cisco.com"), nil},
	{"typographic marks as the help prints them", `email:“noreply@cisco.com” cisco_mid:„12345“ file_name:‘invoice.pdf’`, obs("email", "noreply@cisco.com", "cisco_mid", "12345", "file_name", "invoice.pdf"), nil},
	{"closing mark missing at the end", `email_messageid:"123-abc-456@cisco.com`, obs("email_messageid", "123-abc-456@cisco.com"), nil},
	{"closing mark missing at the end of a line", "email_subject:\"Invoice Enclosed \nip:\"1.2.3.4\"", obs("email_subject", "Invoice Enclosed", "ip", "1.2.3.4"), nil},
	{"closing mark missing before the next type", `email_messageid:"a@b.com domain:"cisco.com"`, obs("email_messageid", "a@b.com", "domain", "cisco.com"), nil},
	{"escapes", `email_subject:"He said \"hi\" \\o/"`, obs("email_subject", `He said "hi" \o/`), nil},
	{"other backslashes are part of the value", `file_path:"C:\new\temp\x.exe"`, obs("file_path", `C:\new\temp\x.exe`), nil},
	{"a mark within a value", `email_subject:"the "big" sale"`, obs("email_subject", `the "big`, "", ""), &QueryError{}},
	{"a mark that no separator follows", `email_subject:"5"disk"`, obs("email_subject", `5"disk`), nil},
	{"separators", "ip:1.1.1.1,ip:2.2.2.2; ip:3.3.3.3\tip:4.4.4.4", obs("ip", "1.1.1.1", "ip", "2.2.2.2", "ip", "3.3.3.3", "ip", "4.4.4.4"), nil},
	{"a list, line by line", "1.2.3.4\r\nevil[.]com\r\n\r\nhxxp://bad[.]com/a,b\r\nd41d8cd98f00b204e9800998ecf8427e\n", obs("ip", "1.2.3.4", "domain", "evil.com", "url", "http://bad.com/a,b", "md5", "d41d8cd98f00b204e9800998ecf8427e"), nil},
	{"bare values with commas", "1.2.3.4,2001:db8::1;bob@example.com,invoice.pdf", obs("ip", "1.2.3.4", "ipv6", "2001:db8::1", "email", "bob@example.com", "file_name", "invoice.pdf"), nil},
	{"a URL before another value", "http://a.com/x,y,http://b.com,1.2.3.4", obs("url", "http://a.com/x,y", "url", "http://b.com", "ip", "1.2.3.4"), nil},
	{"a typed URL with a comma", "url:http://a.com/x,y", obs("url", "http://a.com/x,y"), nil},
	{"aliases in any case", `From:bob@example.com SUBJECT:"x" Message-ID:"a@b" mid:77 msgid:<c@d>`, obs("email", "bob@example.com", "email_subject", "x", "email_messageid", "a@b", "cisco_mid", "77", "email_messageid", "<c@d>"), nil},
	{"a blank behind the colon", `from: bob@example.com subject: "Invoice 42.pdf"`, obs("email", "bob@example.com", "email_subject", "Invoice 42.pdf"), nil},
	{"a hash by its length", "hash:d41d8cd98f00b204e9800998ecf8427e hash:da39a3ee5e6b4b0d3255bfef95601890afd80709", obs("md5", "d41d8cd98f00b204e9800998ecf8427e", "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), nil},
	{"a bare Message-ID", "<20260101.abc@mx.example.com>", obs("email_messageid", "20260101.abc@mx.example.com"), nil},
	{"a bare quoted value", `"evil.com"`, obs("domain", "evil.com"), nil},
	{"a bare path", `C:\Windows\evil.exe`, obs("file_path", `C:\Windows\evil.exe`), nil},
	{"case of a value is kept", `email_subject:"ÜBER" domain:"EVIL.com"`, obs("email_subject", "ÜBER", "domain", "EVIL.com"), nil},
	{"nothing", " \t\n,;", nil, nil},
	{"misspelt type", `email_subjct:"x"`, nil, &QueryError{0, "an observable type", "email_subject"}},
	{"misspelt type later", `ip:"1.2.3.4" flie_name:"x.exe"`, obs("ip", "1.2.3.4"), &QueryError{13, "an observable type", "file_name"}},
	{"misspelt type, bare value", `emial:bob`, nil, &QueryError{0, "an observable type", "email"}},
	{"unknown type is not free text", `cidr_block_x:"10.0.0.0/8"`, nil, &QueryError{0, "an observable type", ""}},
	{"no value", `ip:`, nil, &QueryError{3, "a value for ip", `ip:"…"`}},
	{"no value, then another", `ip: , domain:a.com`, obs("domain", "a.com"), &QueryError{3, "a value for ip", `ip:"…"`}},
	{"a bare number", "12345", nil, &QueryError{0, `type:"value", an address, a domain, a URL, a hash or a file name`, `cisco_mid:"12345"`}},
	{"words", `"Invoice Enclosed"`, nil, &QueryError{0, `type:"value", an address, a domain, a URL, a hash or a file name`, `email_subject:"Invoice Enclosed"`}},
	{"a type without a colon", `email_subject`, nil, &QueryError{0, `type:"value", an address, a domain, a URL, a hash or a file name`, `email_subject:"…"`}},
}

func TestParseQuery(t *testing.T) {
	for _, c := range queryCases {
		if c.name == "a mark within a value" {
			continue // ambiguous: the fuzz target has it as a seed
		}
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseQuery(c.query)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("ParseQuery(%q): %s", c.query, d)
			}
			if c.err == nil {
				if err != nil {
					t.Errorf("ParseQuery(%q): %v", c.query, err)
				}
				return
			}
			qe, ok := errors.AsType[*QueryError](err)
			if !ok || *qe != *c.err {
				t.Errorf("ParseQuery(%q): error %#v, want %#v", c.query, err, c.err)
			}
		})
	}
}

func TestQueryErrorSaysWhere(t *testing.T) {
	_, err := ParseQuery(`ip:"1.2.3.4" email_subjct:"x"`)
	for _, want := range []string{"byte 13", "type", "email_subject"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not hold %q", err, want)
		}
	}
}

var hostileValues = []string{
	"", " ", `"`, `""`, `\`, `\\`, `\"`, `"\`, "\n", "\r\n", "a\nb", "line one\nip:\"1.2.3.4\"", "tab\there", "\x00", "nul\x00nul", "\x1b[31mred", "\xff\xfe", "bad \xc3( utf",
	`he said "hi" and left`, `"quoted"`, `a" ip:"1.1.1.1`, `C:\dir\`, `\\host\share`, `x\`, "’", "“typographic”", "‘x’ y", "„x“", "a,b;c", " lead", "trail ", ",", ";",
	"[긴급] 송장 확인 요청", "한국어 \"따옴표\" 제목", "שלום עולם", "\u202egnp.exe", "🦊", "e\u0301", "\u200b", "\u2028", `email_subject:"x"`, "domain:", strings.Repeat(`\"`, 500), strings.Repeat("가", 5000),
}

// Every type carries every value through the query language unchanged.
func TestFormatRoundTrip(t *testing.T) {
	var all []Observable
	for _, ti := range Types() {
		for _, v := range hostileValues {
			o := []Observable{{ti.Type, v}}
			got, err := ParseQuery(Format(o))
			if err != nil || !slices.Equal(got, o) {
				t.Errorf("%s: ParseQuery(%q) = %q, %v", ti.Type, Format(o), got, err)
			}
			all = append(all, o...)
		}
	}
	got, err := ParseQuery(Format(all))
	if err != nil || !slices.Equal(got, all) {
		t.Errorf("all in one query: %d of %d observables, %v", len(got), len(all), err)
	}
}

func TestComplete(t *testing.T) {
	seen := obs("email_subject", "Invoice 42", "ip", "1.2.3.4", "email_subject", `a "b"`, "domain", "evil.com", "ip", "1.2.9.9")
	for _, c := range []struct {
		query  string // "|" is the cursor
		accept string // the query with the first proposal accepted
		labels []string
	}{
		{"email_s|", `email_subject:"`, []string{"email_subject"}},
		{"subj|", `email_subject:"`, []string{"email_subject"}},
		{`ip:"1.1.1.1" mid|`, `ip:"1.1.1.1" cisco_mid:"`, []string{"cisco_mid"}},
		{"sha|", `sha256:"`, []string{"sha256", "sha1"}},
		{"email_subject:|", `email_subject:"Invoice 42"`, []string{"Invoice 42", `a "b"`}},
		{`email_subject:"a|`, `email_subject:"a \"b\""`, []string{`a "b"`}},
		{`ip:"1.2.|" domain:"x.com"`, `ip:"1.2.3.4" domain:"x.com"`, []string{"1.2.3.4", "1.2.9.9"}},
		{"evil|", `domain:"evil.com"`, []string{"evil.com"}},
	} {
		query, cursor := strings.Replace(c.query, "|", "", 1), strings.IndexByte(c.query, '|')
		cs := Complete(query, cursor, seen)
		var labels []string
		for _, x := range cs {
			labels = append(labels, x.Label)
		}
		if len(labels) > len(c.labels) {
			labels = labels[:len(c.labels)]
		}
		if d := cmp.Diff(c.labels, labels); d != "" {
			t.Errorf("Complete(%q): %s", c.query, d)
			continue
		}
		if got := query[:cs[0].Start] + cs[0].Text + query[cs[0].End:]; got != c.accept {
			t.Errorf("Complete(%q) accepted gives %q, want %q", c.query, got, c.accept)
		}
	}
	if cs := Complete("", 0, nil); len(cs) != 63 || !strings.HasPrefix(cs[0].Text, "cisco_mid") {
		t.Errorf("Complete of nothing: %d proposals, first %+v", len(cs), cs[0])
	}
}

func TestHighlight(t *testing.T) {
	kinds := map[TokenKind]string{TokenType: "type", TokenColon: "colon", TokenQuote: "quote", TokenValue: "value", TokenEscape: "escape", TokenSeparator: "sep", TokenError: "error"}
	for query, want := range map[string]string{
		`ip:"1.2.3.4" evil.com`: `type[ip] colon[:] quote["] value[1.2.3.4] quote["] sep[ ] value[evil.com]`,
		`subject:“a\"b” `:       `type[subject] colon[:] quote[“] value[a] escape[\"] value[b] quote[”] sep[ ]`,
		`email_subjct:"x", 1`:   `error[email_subjct] colon[:] quote["] value[x] quote["] sep[, ] error[1]`,
		`ip: domain:"a`:         `type[ip] error[:] sep[ ] type[domain] colon[:] quote["] value[a]`,
	} {
		var got []string
		for _, tok := range Highlight(query) {
			got = append(got, kinds[tok.Kind]+"["+query[tok.Start:tok.End]+"]")
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("Highlight(%q)\n got %s\nwant %s", query, s, want)
		}
	}
}
