package mailfile

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	mailcharset "github.com/emersion/go-message/charset"
	htmlcharset "golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/korean"
)

// decodeTransfer undoes the Content-Transfer-Encoding. What is broken is decoded
// as far as it goes, and noted.
func (p *parser) decodeTransfer(encoding string, body section, path string) section {
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	switch encoding {
	case "", "7bit", "8bit", "binary":
		return body
	}
	var h message.Header
	h.Set("Content-Transfer-Encoding", encoding)
	h.Set("Content-Type", "application/octet-stream") // charsets are not converted here
	entity, err := message.New(h, bytes.NewReader(body.data))
	if message.IsUnknownEncoding(err) {
		p.problem(path, "the transfer encoding %q is not known; the part is taken as it is", encoding)
		return body
	}
	content, err := io.ReadAll(entity.Body)
	if err != nil {
		p.problem(path, "the %s encoding is broken", encoding)
		if encoding == "base64" {
			content = lenientBase64(body.data)
		} else {
			content = lenientQuotedPrintable(body.data)
		}
	}
	return section{content, -1}
}

// lenientBase64 decodes whatever letters of base64 there are, and stops at
// nothing but the end: stray characters, missing padding, padding in the middle.
func lenientBase64(data []byte) []byte {
	out := make([]byte, 0, base64.StdEncoding.DecodedLen(len(data)))
	var bits, count uint32
	for _, c := range data {
		var v uint32
		switch {
		case c >= 'A' && c <= 'Z':
			v = uint32(c - 'A')
		case c >= 'a' && c <= 'z':
			v = uint32(c-'a') + 26
		case c >= '0' && c <= '9':
			v = uint32(c-'0') + 52
		case c == '+' || c == '-':
			v = 62
		case c == '/' || c == '_':
			v = 63
		case c == '=':
			bits, count = 0, 0
			continue
		default:
			continue
		}
		bits = bits<<6 | v
		if count += 6; count >= 8 {
			count -= 8
			out = append(out, byte(bits>>count))
		}
	}
	return out
}

// lenientQuotedPrintable leaves what is no escape as it is.
func lenientQuotedPrintable(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if data[i] != '=' {
			out = append(out, data[i])
			continue
		}
		if i+2 < len(data) && unhex(data[i+1]) >= 0 && unhex(data[i+2]) >= 0 {
			out = append(out, byte(unhex(data[i+1])<<4|unhex(data[i+2])))
			i += 2
			continue
		}
		end := i + 1
		for end < len(data) && (data[end] == ' ' || data[end] == '\t' || data[end] == '\r') {
			end++
		}
		if end == len(data) || data[end] == '\n' { // soft line break
			i = end
			continue
		}
		out = append(out, '=')
	}
	return out
}

// toUTF8 converts the text of a part. moved tells that positions in the text are
// not those in the content.
func (p *parser) toUTF8(content section, charset string, html bool, path string) (text string, moved bool) {
	data := bytes.TrimPrefix(content.data, []byte("\xef\xbb\xbf"))
	moved = len(data) != len(content.data)
	stateful := strings.HasPrefix(charset, "iso-2022-") || strings.HasPrefix(charset, "utf-16") || charset == "utf-7" || charset == "hz-gb-2312"
	if !stateful && utf8.Valid(data) {
		// Right whatever the declared charset is: all but UTF-8 of other
		// charsets are most improbable to be valid UTF-8 by chance.
		return string(data), moved
	}
	if charset != "" && charset != "utf-8" && charset != "us-ascii" {
		text, ok := tryConvert(data, charset)
		if ok {
			return text, true
		}
		p.problem(path, "the charset %q is not known; it was guessed", charset)
	}
	if html {
		if encoding, name, certain := htmlcharset.DetermineEncoding(data, "text/html"); certain && name != "utf-8" {
			if decoded, err := encoding.NewDecoder().Bytes(data); err == nil {
				return string(decoded), true
			}
		}
	}
	return guessUTF8(string(data)), true
}

// convert brings bytes of a charset to UTF-8, whatever it takes.
func convert(data []byte, charset string) string {
	switch strings.ToLower(charset) {
	case "", "utf-8", "us-ascii", "utf8", "unknown-8bit":
		return guessUTF8(string(data))
	}
	if text, ok := tryConvert(data, charset); ok {
		return text
	}
	return guessUTF8(string(data))
}

func tryConvert(data []byte, charset string) (text string, ok bool) {
	charset = strings.ToLower(strings.Trim(charset, `"' `))
	switch charset {
	case "iso-2022-kr":
		return fromISO2022KR(data), true
	case "euc-kr", "euckr", "euc_kr", "ks_c_5601-1987", "ks_c_5601-1989", "ks_c_5601", "ksc5601", "ksc_5601",
		"cp949", "ms949", "windows-949", "x-windows-949", "uhc", "korean", "iso-ir-149", "5601":
		return fromEUCKR(data), true
	}
	reader, err := mailcharset.Reader(charset, bytes.NewReader(data))
	if err != nil {
		return "", false
	}
	decoded, err := io.ReadAll(reader)
	return strings.ToValidUTF8(string(decoded), "\uFFFD"), err == nil
}

// guessUTF8 gives the text itself when it is UTF-8; what else it may be is EUC-KR
// when it can be that, and Windows-1252 when not.
func guessUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	if text := fromEUCKR([]byte(s)); !strings.ContainsRune(text, utf8.RuneError) {
		return text
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return decoded
}

func fromEUCKR(data []byte) string {
	decoded, err := korean.EUCKR.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(decoded)
}

// fromISO2022KR decodes the seven-bit form of Korean mail (RFC 1557): shift-out
// begins two-byte characters of KS X 1001, shift-in ends them. No Go library has
// it, because browsers refuse it.
func fromISO2022KR(data []byte) string {
	data = bytes.ReplaceAll(data, []byte("\x1b$)C"), nil)
	eucKR := make([]byte, 0, len(data))
	shifted := false
	for _, c := range data {
		switch {
		case c == 0x0E:
			shifted = true
		case c == 0x0F:
			shifted = false
		case c == '\n': // a line begins unshifted
			shifted = false
			eucKR = append(eucKR, c)
		case shifted && c > ' ' && c < 0x7F:
			eucKR = append(eucKR, c|0x80)
		default:
			eucKR = append(eucKR, c)
		}
	}
	return fromEUCKR(eucKR)
}
