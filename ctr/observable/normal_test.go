package observable

import (
	"strings"
	"testing"
)

func TestNormal(t *testing.T) {
	for _, c := range []struct{ in, want Observable }{
		{Observable{Domain, " EVIL[.]Example[.]COM. "}, Observable{Domain, "evil.example.com"}},
		{Observable{Domain, "München.com"}, Observable{Domain, "xn--mnchen-3ya.com"}},
		{Observable{Domain, "D1.Example"}, Observable{Domain, "d1.example"}},
		{Observable{Domain, "DC01.corp.LOCAL"}, Observable{Domain, "dc01.corp.local"}},
		{Observable{URL, "HTTP://DC01.corp.LOCAL/X"}, Observable{URL, "http://dc01.corp.local/X"}},
		{Observable{URL, "http://Evil.example."}, Observable{URL, "http://evil.example"}},
		{Observable{URL, "http://evil.example./a"}, Observable{URL, "http://evil.example./a"}},
		{Observable{Email, "Bob@Corp.INTERNAL"}, Observable{Email, "Bob@corp.internal"}},
		{Observable{Domain, "not a domain"}, Observable{Domain, "not a domain"}},
		{Observable{IP, "1.2.3[.]4"}, Observable{IP, "1.2.3.4"}},
		{Observable{IP, "2001:DB8:0:0:0:0:0:1"}, Observable{IPv6, "2001:db8::1"}},
		{Observable{IPv6, "1.2.3.4"}, Observable{IP, "1.2.3.4"}},
		{Observable{IPv6, "[fe80::1%eth0]"}, Observable{IPv6, "fe80::1"}},
		{Observable{IPv6, "::FFFF:198.51.100.7"}, Observable{IPv6, "::ffff:198.51.100.7"}},
		{Observable{URL, "hxxps://EVIL[.]com/A[.]php?B=C"}, Observable{URL, "https://evil.com/A.php?B=C"}},
		{Observable{URL, "HTTP://User:Pw@EVIL.com:80/Path"}, Observable{URL, "http://User:Pw@evil.com:80/Path"}},
		{Observable{Email, "<Bob[@]EVIL.com>"}, Observable{Email, "Bob@evil.com"}},
		{Observable{SHA256, strings.Repeat("AB", 32)}, Observable{SHA256, strings.Repeat("ab", 32)}},
		{Observable{MACAddress, "001B.4411.3AB7"}, Observable{MACAddress, "00:1b:44:11:3a:b7"}},
		{Observable{MACAddress, "00-1B-44-11-3A-B7"}, Observable{MACAddress, "00:1b:44:11:3a:b7"}},
		{Observable{MACAddress, "001b44113ab7"}, Observable{MACAddress, "00:1b:44:11:3a:b7"}},
		{Observable{EmailMessageID, "<A@B>"}, Observable{EmailMessageID, "A@B"}},
		{Observable{EmailMessageID, "A@B"}, Observable{EmailMessageID, "A@B"}},
		{Observable{CiscoMID, " 12 "}, Observable{CiscoMID, "12"}},
		{Observable{EmailSubject, " Re: [EVIL] hxxp://x "}, Observable{EmailSubject, " Re: [EVIL] hxxp://x "}},
		{Observable{FileName, "Invoice.PDF"}, Observable{FileName, "Invoice.PDF"}},
		{Observable{FilePath, `C:\Users\BOB`}, Observable{FilePath, `C:\Users\BOB`}},
	} {
		if got := c.in.Normal(); got != c.want {
			t.Errorf("%q.Normal() = %q, want %q", c.in, got, c.want)
		}
		if got := c.want.Normal(); got != c.want {
			t.Errorf("%q.Normal() = %q: not stable", c.want, got)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, o := range obs("ip", "1.2.3.4", "ip", "1[.]2[.]3[.]4", "ipv6", "2001:db8::1", "domain", "evil.com", "domain", "_dmarc.evil.co.uk", "url", "hxxp://evil[.]com/x",
		"url", "http://[2001:db8::1]:80/x", "email", "o'neil@evil.com", "email", "bob@[198.51.100.7]", "email", `"bob smith"@evil.com`, "md5", strings.Repeat("a", 32), "sha1", strings.Repeat("A", 40),
		"sha256", strings.Repeat("0", 64), "mac_address", "001b.4411.3ab7", "cisco_mid", "12345", "cisco_mid", "12345-420ABC", "email_messageid", "<a@b>", "email_subject", "x", "user", "bob", "file_name", "a b.pdf",
		"domain", "host.corp.local", "domain", "invoice-portal.example", "url", "http://host.corp.local:8080/x", "email", "bob@corp.internal") {
		if err := o.Validate(); err != nil {
			t.Errorf("%q: %v", o, err)
		}
	}
	for _, o := range obs("ip", "1.2.3", "ip", "1.2.3.256", "ip", "01.2.3.4", "ipv6", "2001:db8:::1", "domain", "evil", "domain", "evil.123", "domain", "-evil.com", "domain", "a..com", "url", "evil.com/x",
		"url", "mailto:bob@evil.com", "email", "bob", "email", "bob@evil", "email", "a..b@evil.com", "md5", "abc", "sha256", strings.Repeat("g", 64), "mac_address", "00:11:22:33:44",
		"cisco_mid", "MID 12", "email_messageid", "a b", "email_subject", "", "no_such_type", "x") {
		if err := o.Validate(); err == nil {
			t.Errorf("%q is valid", o)
		}
	}
	err := Observable{IP, "1.2.3.999"}.Validate()
	for _, want := range []string{"IP address", "1.2.3.999", "0 to 255"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

func TestDefangRoundTrip(t *testing.T) {
	for _, c := range []struct {
		o    Observable
		want string
	}{
		{Observable{Domain, "evil.example.com"}, "evil[.]example[.]com"},
		{Observable{IP, "1.2.3.4"}, "1[.]2[.]3[.]4"},
		{Observable{IPv6, "2001:db8::1"}, "2001[:]db8[:][:]1"},
		{Observable{Email, "bob.b@evil.com"}, "bob.b[@]evil[.]com"},
		{Observable{URL, "https://evil.com:8080/a.php?x=1"}, "hxxps://evil[.]com:8080/a.php?x=1"},
		{Observable{URL, "ftp://evil.com/a"}, "fxp://evil[.]com/a"},
		{Observable{URL, "http://[2001:db8::1]/x"}, "hxxp://[2001:db8::1]/x"},
		{Observable{EmailSubject, "see http://evil.com"}, "see http://evil.com"},
		{Observable{MD5, "d41d8cd98f00b204e9800998ecf8427e"}, "d41d8cd98f00b204e9800998ecf8427e"},
	} {
		got := Defang(c.o)
		if got != c.want {
			t.Errorf("Defang(%q) = %q, want %q", c.o, got, c.want)
		}
		if back := (Observable{c.o.Type, got}).Normal(); back != c.o {
			t.Errorf("Defang(%q) comes back as %q", c.o, back)
		}
	}
}

func TestDefangLinks(t *testing.T) {
	for in, want := range map[string]string{
		"Message 21 URL: http://test:8080/ , URL reputation: -6.8": "Message 21 URL: hxxp://test:8080/ , URL reputation: -6.8",
		"rewritten URL u'HTTPS://a.example/x?u=ftp://b'.":          "rewritten URL u'hxxps://a.example/x?u=fxp://b'.",
		"hxxp://a.example and xhttp://b.example":                   "hxxp://a.example and xhxxp://b.example",
		"file:///etc/passwd ssh://h ://":                           "file[:]///etc/passwd ssh[:]//h [:]//",
		"from a@b.example, 192.0.2.1: no link":                     "from a@b.example, 192.0.2.1: no link",
	} {
		if got := DefangLinks(in); got != want {
			t.Errorf("DefangLinks(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDefangText(t *testing.T) {
	in := "go to http://evil.com/a.php, 10.0.0.1 or bob@evil.com; file a.pdf\nalready evil[.]com\r\n\x00\xff 끝"
	want := "go to hxxp://evil[.]com/a.php, 10[.]0[.]0[.]1 or bob[@]evil[.]com; file a.pdf\nalready evil[.]com\r\n\x00\xff 끝"
	if got := DefangText(in); got != want {
		t.Errorf("DefangText\n got %q\nwant %q", got, want)
	}
	if got := Refang(want); got != strings.ReplaceAll(in, "[.]", ".") {
		t.Errorf("Refang(DefangText)\n got %q\nwant %q", got, strings.ReplaceAll(in, "[.]", "."))
	}
	in = `url:"https://evil.com/a" ipv6:"2001:db8::66", email_subject:“see http://evil.com now” cisco_mid:12 ip:'198.51.100.7`
	want = `url:"hxxps://evil[.]com/a" ipv6:"2001[:]db8[:][:]66", email_subject:“see hxxp://evil[.]com now” cisco_mid:12 ip:'198[.]51[.]100[.]7`
	if got := DefangText(in); got != want {
		t.Errorf("DefangText of a query\n got %q\nwant %q", got, want)
	}
	if plain := "nothing here. [1] (a) {b} C:\\x\\.git 50% & more"; Refang(plain) != plain || DefangText(plain) != plain {
		t.Errorf("plain text changed: %q, %q", Refang(plain), DefangText(plain))
	}
}
