package observable

import (
	"slices"
	"testing"
)

// faults are those of other extractors, as their users filed them or as they
// showed on ordinary mail. Each has the observables that the text holds, all
// of them.
var faults = []struct {
	name, text string
	want       []Observable
}{
	// What breaks them on mail.
	{"an IPv6 literal in a Received line", "Received: from mx.example.net (mx.example.net [IPv6:2001:db8:1002:3159::4244])", obs("domain", "mx.example.net", "domain", "mx.example.net", "ipv6", "2001:db8:1002:3159::4244")},
	{"\"et (\" read as an at sign", "Received: from mx.example.net (mail.example.org [198.51.100.7]) budget (example.com)", obs("domain", "mx.example.net", "domain", "mail.example.org", "ip", "198.51.100.7", "domain", "example.com")},
	{"a Message-ID read as an email address and a domain", "Message-ID: <011lw3k0at9l.dj@mx.example.com>", obs("email_messageid", "011lw3k0at9l.dj@mx.example.com")},
	{"markup swallowed into a URL", "src='http://1.2.3.4/team.zip'>www.stone.net</a>", obs("url", "http://1.2.3.4/team.zip", "domain", "www.stone.net")},
	{"smtp.mailfrom= taken into the address", "Authentication-Results: mx; spf=pass smtp.mailfrom=bob@example.com", obs("email", "bob@example.com")},
	{"leading dashes taken into the address", "--bob@example.com", obs("email", "bob@example.com")},
	{"a query line read as free text", `ip:1.2.3.4 domain:"cisco.com" file_name:"invoice.pdf" email_subject:"Invoice 42.pdf" cisco_mid:"12345"`, obs("ip", "1.2.3.4", "domain", "cisco.com", "file_name", "invoice.pdf", "email_subject", "Invoice 42.pdf", "cisco_mid", "12345")},

	// File names against domains.
	{"file names taken for domains", "run abc.py, bingo.sh, video1.cab and npki.zip", obs("file_name", "abc.py", "file_name", "bingo.sh", "file_name", "video1.cab", "file_name", "npki.zip")},
	{"scripts in a path taken for domains", "./ci_scripts/make_atom.py ./ci_scripts/html_lint.sh", obs("file_path", "./ci_scripts/make_atom.py", "file_path", "./ci_scripts/html_lint.sh")},
	{"domains taken for file names", "evil.fun bad.zip/login www.evil.sh", obs("domain", "evil.fun", "domain", "bad.zip", "domain", "www.evil.sh")},
	{"first.lastname taken for a domain", "write to first.lastname please", nil},
	{"new top-level domains unknown", "evil.xyz evil.top evil.click evil.bank", obs("domain", "evil.xyz", "domain", "evil.top", "domain", "evil.click", "domain", "evil.bank")},
	{"the rest of a defanged domain taken for another", "evil[.]example.org", obs("domain", "evil.example.org")},
	{"two files found in one with two endings", "open invoice.pdf.exe now", obs("file_name", "invoice.pdf.exe")},

	// Addresses.
	{"clock times taken for IPv6", "at 08:51:06 and 2026-01-01T15:04:05.123 took 00:00:01", nil},
	{"a certificate's serial taken for IPv6 or MAC", "serial 0a:1b:2c:3d:4e:5f:60:71 and 04:00:00:00:00:01:15:4b:5a:c3:94", nil},
	{"::1 and short IPv6 addresses missed", "::1 and 2001:db8::1", obs("ipv6", "::1", "ipv6", "2001:db8::1")},
	{"comma lists and thousands separators taken for IPs", "1,2,3,4 and $20,000 and 192,168,100,200", nil},
	{"leading zeros stripped from an IP", "1.01.1.1", nil},
	{"five groups taken for an IP", "1.2.3.4.5 and 1.2.3.4.5.6.7.8", nil},
	{"five groups spoil every other IP", "9.9.9.9 1.2.3.4.5", obs("ip", "9.9.9.9")},
	{"a prefix read as a URL", "block 1.1.1.1/0 and 198.51.100.0/24", obs("ip", "1.1.1.1", "ip", "198.51.100.0")},
	{"version numbers taken for IPs", "AsyncOS 15.0.0.104, version 1.2.3.4, v10.1.2.3, Chrome/120.0.0.0", nil},

	// URLs.
	{"trailing punctuation kept in a URL", "see http://example.com/a.php, (http://example.com/b) or \"http://example.com/c\".", obs("url", "http://example.com/a.php", "url", "http://example.com/b", "url", "http://example.com/c")},
	{"the final slash dropped", "https://www.example.com/foo/", obs("url", "https://www.example.com/foo/")},
	{"a URL cut at its first comma", "http://example.com/a,b.html", obs("url", "http://example.com/a,b.html")},
	{"user and password mangled", "http://user:password@example.com:8080/x", obs("url", "http://user:password@example.com:8080/x")},
	{"other schemes rewritten to http", "sftp://example.com/x ftps://example.com/y", obs("url", "sftp://example.com/x", "url", "ftps://example.com/y")},
	{"a bare domain given a scheme", "example[.]com", obs("domain", "example.com")},
	{"[dot] dropped from a URL", "http://example[dot]com/test", obs("url", "http://example.com/test")},
	{"h__ps read as http and a label", "h__ps://example.com/x", obs("url", "https://example.com/x")},
	{"ldap URLs missed", "ldap://203.0.113.9:1389/a", obs("url", "ldap://203.0.113.9:1389/a")},

	// Prose read as defanged.
	{"the word dot within a host name", "http://accounts.dot-example.online polkadot.example.com", obs("url", "http://accounts.dot-example.online", "domain", "polkadot.example.com")},
	{"a verb before at made an address", "failed at 0day[dot]rocks", obs("domain", "0day.rocks")},
	{"AT and DOT glued into words", "EmailATtest.com fooMATbar.com", obs("domain", "emailattest.com", "domain", "foomatbar.com")},
	{"single brackets in prose", "see [1]. (e.g. this). {x}.", nil},
	{"defanged hits come back defanged", "1[.]2[.]3[.]4 bob[@]example[.]com", obs("ip", "1.2.3.4", "email", "bob@example.com")},

	// Names.
	{"IDN refused", "münchen.com пример.рф http://例え.jp/x", obs("domain", "xn--mnchen-3ya.com", "domain", "xn--e1afmkfd.xn--p1ai", "url", "http://xn--r8jz45g.jp/x")},
	{"an underscore cuts the name", "stix_import.com _dmarc.example.com", obs("domain", "stix_import.com", "domain", "_dmarc.example.com")},
	{"a name of underscores taken for a domain", "whois ________.com", nil},
	{"names kept for examples", "hxxps://evil[.]example/x bob@corp.example invoice-portal.example", obs("url", "https://evil.example/x", "email", "bob@corp.example", "domain", "invoice-portal.example")},
	{"names under no top-level domain", "example.nope host.local foo.bar.invalid", nil},

	// Hashes.
	{"a hash inside longer hexadecimal", "b4ae21eb1e337658368add0d2c177eb366123c8f961325dd1e67492acac84261be29594c1260bb3f249a3dcdf0372e381f2a23c4d026a91b4a7d66c949ddffad", nil},
	{"an import hash taken for MD5", "imphash: f34d5f2d4577ed6d9ceec516c1f5a744, MD5: d41d8cd98f00b204e9800998ecf8427e", obs("md5", "d41d8cd98f00b204e9800998ecf8427e")},
	{"an import hash taken for MD5, label on the line before", "Authentihash\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nImphash\n f34d5f2d4577ed6d9ceec516c1f5a744\nMD5\nd41d8cd98f00b204e9800998ecf8427e", obs("md5", "d41d8cd98f00b204e9800998ecf8427e")},
	{"an Authentihash taken for SHA-256", "Authentihash e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", nil},
	{"a hash in a file's name missed", "x_d41d8cd98f00b204e9800998ecf8427e.bin", obs("file_name", "x_d41d8cd98f00b204e9800998ecf8427e.bin", "md5", "d41d8cd98f00b204e9800998ecf8427e")},
	{"MAC addresses missed", "00:1b:44:11:3a:b7 00-1B-44-11-3A-B7 001b.4411.3ab7", obs("mac_address", "00:1b:44:11:3a:b7", "mac_address", "00:1b:44:11:3a:b7", "mac_address", "00:1b:44:11:3a:b7")},
	{"a certificate's fingerprint taken for MACs", "SHA1 Fingerprint=AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD", nil},
}

func TestFaultsOfPeers(t *testing.T) {
	for _, c := range faults {
		t.Run(c.name, func(t *testing.T) {
			var got []Observable
			ms := Extract(c.text, Options{IncludePrivate: true})
			for _, m := range ms {
				got = append(got, m.Observable)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Extract(%q)\n got %q\nwant %q", c.text, got, c.want)
			}
			checkMatches(t, c.text, ms)
		})
	}
}
