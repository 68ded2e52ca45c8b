package observable

import (
	"strings"
	"testing"
)

// surroundings are what stands around a value in logs, reports, tables and
// code; "%" is the value.
var surroundings = []string{
	`%`, `"%"`, "`%`", `<%>`, `(%)`, `**%**`, `|%|`, `| % | x |`, `see %.`, `%, x`, `%; x`, `<td>%</td>`, "- %\nx", "x\t%\ty", `“%”`, `%!`, `→ %`, `% x`, "\r\n%\r\n",
}

// closeSurroundings are those that a file's name or path can hold itself, or
// that end it otherwise.
var closeSurroundings = []string{`'%'`, `=%`, `{%}`, `[%]`, `\n%\n`, `%에`, `%、`, `x=%&y=1`, `_%_`, `%…`, `% - x`, `%?`, `:%`}

// A value is found, alone and whole, in all of its written forms and in
// whatever stands around it.
func TestValuesInSurroundings(t *testing.T) {
	const (
		h5 = "d41d8cd98f00b204e9800998ecf8427e"
		h1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
		h2 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		ua = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
	)
	for _, c := range []struct {
		typ   Type
		value string
		texts []string // written forms; without any the value itself
		open  bool     // of a file or a path
	}{
		{typ: IP, value: "203.0.113.5", texts: []string{"203.0.113.5", "203[.]0[.]113[.]5", "203.0.113[.]5", "203(.)0(.)113(.)5", "203[dot]0[dot]113[dot]5", `203\.0\.113\.5`, "203{.}0{.}113{.}5", "203。0。113。5", "203 [.] 0 [.] 113 [.] 5", "203.0.113.5:8080", "203.0.113.5/24"}},
		{typ: IPv6, value: "2001:db8::1", texts: []string{"2001:db8::1", "2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:443", "[IPv6:2001:db8::1]", "2001:db8::1/64", "2001:db8::1%eth0"}},
		{typ: MACAddress, value: "00:1b:44:11:3a:b7", texts: []string{"00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "001b.4411.3ab7"}},
		{typ: Domain, value: "evil.example.com", texts: []string{"evil.example.com", "EVIL.example.COM", "evil[.]example[.]com", "evil(.)example.com", "evil[dot]example[dot]com", "evil{.}example{.}com", "evil[.example[.com", `evil\.example\.com`, "evil。example。com", "evil.example.com:443"}},
		{typ: URL, value: "http://evil.example.com/a.php?b=c", texts: []string{"http://evil.example.com/a.php?b=c", "HTTP://Evil.example.com/a.php?b=c", "hxxp://evil[.]example[.]com/a[.]php?b=c", "http[:]//evil.example[.]com/a.php?b=c", "h**p://evil.example.com/a.php?b=c", "hxxp[://]evil[dot]example[dot]com/a.php?b=c"}},
		{typ: Email, value: "bob.x@evil.example.com", texts: []string{"bob.x@evil.example.com", "bob.x@EVIL.example.com", "bob.x[@]evil[.]example[.]com", "bob.x(at)evil(dot)example(dot)com", "bob.x@evil[.]example[.]com", "mailto:bob.x@evil.example.com"}},
		{typ: MD5, value: h5, texts: []string{h5, strings.ToUpper(h5)}},
		{typ: SHA1, value: h1, texts: []string{h1, strings.ToUpper(h1)}},
		{typ: SHA256, value: h2, texts: []string{h2, strings.ToUpper(h2)}},
		{typ: FileName, value: "invoice.pdf", open: true},
		{typ: FileName, value: "run.ps1", open: true},
		{typ: FileName, value: "archive.tar.gz", open: true},
		{typ: FileName, value: "송장.hwp", open: true},
		{typ: FilePath, value: `C:\Windows\System32\cmd.exe`, open: true},
		{typ: FilePath, value: `C:\Users\bob\My Documents\a.docx`, open: true},
		{typ: FilePath, value: `%APPDATA%\evil.exe`, open: true},
		{typ: FilePath, value: `\\srv\share\a.exe`, open: true},
		{typ: FilePath, value: `/tmp/.x/evil`, open: true},
		{typ: FilePath, value: `~/.ssh/authorized_keys`, open: true},
		{typ: RegistryKey, value: `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run`, open: true},
		{typ: RegistryKey, value: `hkcu\software\evil`, open: true},
		{typ: UserAgent, value: ua, open: true},
	} {
		texts, around := c.texts, surroundings
		if texts == nil {
			texts = []string{c.value}
		}
		if !c.open {
			around = append(closeSurroundings, around...)
		}
		for _, text := range texts {
			for _, s := range around {
				if s == `x=%&y=1` && c.typ == URL || s == `\n%\n` && strings.Contains(text, `\`) {
					continue // belongs to the value, or cannot be told from it
				}
				in := strings.Replace(s, "%", text, 1)
				ms := Extract(in, Options{IncludePrivate: true})
				if len(ms) != 1 || ms[0].Type != c.typ || ms[0].Value != c.value {
					t.Errorf("%q: %v, want %s %s", in, ms, c.typ, c.value)
				}
			}
		}
	}
}
