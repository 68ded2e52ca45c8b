package observable

import (
	"fmt"
	"strings"
	"testing"
)

// hostileRuns are patterns that cost other extractors quadratic or
// exponential time. In ours the cost of a byte must not grow with the length.
var hostileRuns = map[string]string{
	"dots": ".", "at": "@", "ats-dots": "a@b.", "hex": "deadbeef", "brackets": "[", "closers": "]", "bracket-dots": "[.]", "defanged": "a[.]com ", "removed": "a\u200bb ", "spaced-brackets": " [.] ",
	"hxxp": "hxxp", "hxxps": "hxxp://", "scheme-broken": "http:/", "quotes": `"`, "single-quotes": "'", "quote-at": `"@`, "labels": "a.", "long-labels": strings.Repeat("a", 62) + ".",
	"colons": ":", "hex-colons": "a:", "slashes": "/", "backslashes": `\`, "path": `a\b `, "drive": `C:\a `, "unix": "/a", "dashes": "-", "spaces": " ", "dot-words": " dot a", "at-words": " AT a", "space-dots": " . ", "gaps": "http://a .b ",
	"newlines": "\n", "folded": "\n ", "subjects": "Subject: a\n ", "ids": "Message-ID: <a@b>\n ", "mid": "MID ", "mid-digits": "MID 1 ", "percent": "%2E", "entities": "&#46;", "foreign": "가.", "foreign-dots": "。", "ua": "Mozilla/5.0 (", "parens": "(", "url-parens": "http://a.com/(", "commas": "http://a.com,", "typed": `ip:"`, "json": `"mid": [1,`,
	"equals": "=", "vers": "version 1.2.3.4 ", "registry": `HKLM\a `, "invalid": "\xff", "invalid-dot": "\xff.", "zero-width": "a\u200b", "plus": "+a", "unicode-escapes": `\u0022a.b`, "mids": "(MID 1", "plus-scheme": "tcp+", "computer": `Computer\`, "long-path": `\\?\`, "marks": "“/a", "emphasis": "_a._", "calls": "a(1).pdf", "quoted-names": `name="a.pdf`, "users": `user=a.black `, "escapes": `\na.b`, "full-width": "ａ．", "glue": "가a@b.com", "drives": "C:/a", "dash-colons": "-a:", "slices": "a[1::2]", "paths": "/a/b.pdf,", "windows-paths": `C:\a,`, "mapped": "::ffff:1.2.3.4:", "mixed": "a.b@c:d/e\\f[g]",
}

func BenchmarkHostile(b *testing.B) {
	for name, unit := range hostileRuns {
		for _, size := range []int{1 << 18, 1 << 19} {
			text := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%s/%dKB", name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				defer reportCPU(b, len(text))()
				for b.Loop() {
					x := newExtraction(&Options{}, func(*Match) error { return nil })
					for base := 0; base < len(text); {
						n := segmentEnd(text[base:], true)
						x.segment(text[base:base+n], base)
						base += n
					}
					x.release()
				}
			})
		}
	}
}
