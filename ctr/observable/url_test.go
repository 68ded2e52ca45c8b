package observable

import "testing"

// URLs that end where their text ends, in prose, brackets and quotation marks.
func TestWholeURLs(t *testing.T) {
	urls := []string{
		"http://example.com/a_b", "http://example.com/a_b/", "http://example.com/a_(b)", "http://example.com/a_(b)_(c)#d-1", "http://example.com/(x)?after=brackets",
		"https://www.example.com/?p=364&q=a%20b&c", "http://user:pw@example.com:8080", "http://user@example.com/", "http://142.42.1.1:8080/", "http://☺.example.com/", "http://➡.ws/䨹",
		"http://example.com/(✪)_x", "http://1337.net", "http://a.b-c.de", "https://a_b.example.com/", "http://a.b--c.de/", "https://example.com/~bob/x!y*z", "http://example.com/a;b=c,d",
		"https://example.com/?u=http://other.example.net/x", "http://example.com?x=1", "http://example.com#x", "http://[2001:db8::1]:80/x", "ldap://203.0.113.9:1389/a", "http://localhost/a.php",
		"https://example.com/%E2%9C%93/x.php?a[]=1&b={2}",
	}
	for _, u := range urls {
		for _, around := range [][2]string{{"", ""}, {"see ", " now"}, {"(", ")"}, {"<", ">"}, {"\"", "\""}, {"“", "”"}, {"[x](", ")"}, {"", "."}, {"", ", and"}, {"'", "'"}, {"url=", ""}, {"", "\r\n"}, {"주소 ", " 입니다"}} {
			text := around[0] + u + around[1]
			ms := Extract(text, Options{IncludePrivate: true, Types: []Type{URL}})
			if len(ms) != 1 || ms[0].Text != u {
				t.Errorf("Extract(%q) = %+v", text, ms)
			}
		}
	}
}

func TestNoURLs(t *testing.T) {
	for _, text := range []string{"http://", "http://.", "http://..", "http://?", "http://#", "http:// /x", "//", "http://-", "http://nope", "http://a.b.invalid", "://example", "foo://example.com", "cpe:/a:b:c", "urn:x:y", "http://[::g]/", "http://1.2.3", "http://256.1.1.1/"} {
		if ms := Extract(text, Options{IncludePrivate: true, Types: []Type{URL}}); len(ms) != 0 {
			t.Errorf("Extract(%q) = %+v", text, ms)
		}
	}
}
