package safetext

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// JSON writes the characters of a JSON text as escapes that would act on a terminal: C1 controls,
// bidirectional controls and others that do not show. It changes no value; encoding/json escapes the
// C0 controls only. Outside of strings JSON has none of them but the line feed at its end.
func JSON(text []byte) []byte {
	if plain(text) || !bytes.ContainsFunc(text, acting) {
		return text
	}
	out := make([]byte, 0, len(text)+16)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case !acting(r):
			out = append(out, text[i:i+size]...)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += size
	}
	return out
}

// plain tells a text of ASCII alone, which most JSON is.
func plain(text []byte) bool {
	for _, b := range text {
		if b >= 0x7f {
			return false
		}
	}
	return true
}

func acting(r rune) bool {
	return r >= 0x7f && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}
