package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctrace/internal/safetext"
)

// CSVCell makes a foreign value safe as a cell of a CSV file. Spreadsheets take a cell for a
// formula that begins with "=", "+", "-", "@", a tab or a carriage return, so that it gets a
// quotation mark in front, as they write text themselves. Control characters, bidirectional
// controls and other invisible characters become visible marks.
func CSVCell(s string) string {
	if s == "" {
		return s
	}
	formula := strings.ContainsRune("=+-@\t\r", rune(s[0]))
	s = Visible(s)
	if formula {
		return "'" + s
	}
	return s
}

// Visible shows every control, format and private-use character of a text as a mark: ␛ for ESC,
// \u{202e} for a bidirectional override. Badly encoded bytes become U+FFFD. Nothing is cut.
func Visible(s string) string {
	if !strings.ContainsFunc(s, hidden) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < ' ':
			b.WriteRune('␀' + r)
		case r == 0x7f:
			b.WriteRune('␡')
		case hidden(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden tells characters that do not show, or that change how others show.
func hidden(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

// EncodeJSON writes a value as one line of JSON. Characters that would act on a terminal are
// written as escapes, which changes no value; "<" and ">", which Message-IDs have, are not.
func EncodeJSON(v any) ([]byte, error) { return new(Encoder).Encode(v) }

// Encoder is EncodeJSON for many values: it uses its memory again. The zero value is ready.
type Encoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

// Encode writes a value as one line. The line is good until the next call.
func (e *Encoder) Encode(v any) ([]byte, error) {
	if e.enc == nil {
		e.enc = json.NewEncoder(&e.buf)
		e.enc.SetEscapeHTML(false)
	}
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return nil, err
	}
	return safetext.JSON(e.buf.Bytes()), nil
}
