package mailfile

import (
	"slices"
	"strconv"
	"strings"
)

// maxParams bounds the parameters of one field.
const maxParams = 200

// params is a structured field: Content-Type or Content-Disposition.
type params struct {
	value  string // lower case
	values map[string]string
}

// mediaType is the value when it looks like a media type, else the fallback.
func (p params) mediaType(fallback string) string {
	kind, sub, ok := strings.Cut(p.value, "/")
	if !ok || kind == "" || sub == "" {
		return fallback
	}
	return p.value
}

// parseParams reads a value with parameters, as lenient as mail programs do:
// RFC 2231 pieces and charsets, RFC 2047 words inside quotes, quotes that are
// missing, raw bytes. The first of two parameters with the same name wins.
func parseParams(s string) params {
	value, rest, _ := strings.Cut(s, ";")
	p := params{value: strings.ToLower(strings.TrimSpace(value)), values: map[string]string{}}
	pieces := map[string][]piece{}
	for n := 0; rest != "" && n < maxParams; n++ {
		var name, text string
		name, text, rest = cutParam(rest)
		if name == "" {
			continue
		}
		base, section, extended := splitParamName(name)
		if section >= 0 || extended {
			pieces[base] = append(pieces[base], piece{max(section, 0), extended, text})
			continue
		}
		if _, taken := p.values[base]; !taken {
			p.values[base] = decodeWords(text)
		}
	}
	for name, list := range pieces {
		p.values[name] = joinPieces(list) // RFC 2231 wins over the plain form
	}
	return p
}

// cutParam takes one name=value from the front.
func cutParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;")
	equals := strings.IndexAny(s, "=;")
	if equals < 0 {
		return "", "", ""
	}
	if s[equals] == ';' {
		return "", "", s[equals+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:equals]))
	s = strings.TrimLeft(s[equals+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return name, strings.TrimSpace(value), rest
	}
	var b strings.Builder
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
		}
		b.WriteByte(s[i])
	}
	_, rest, _ = strings.Cut(s[min(i+1, len(s)):], ";")
	return name, b.String(), rest
}

// piece is a part of a parameter by RFC 2231.
type piece struct {
	section  int
	extended bool // charset and percent signs
	text     string
}

// splitParamName takes name*1* apart. The section is -1 when there is none.
func splitParamName(name string) (base string, section int, extended bool) {
	base, extended = strings.CutSuffix(name, "*")
	base, number, found := strings.Cut(base, "*")
	if !found {
		return base, -1, extended
	}
	section, err := strconv.Atoi(number)
	if err != nil || section < 0 {
		return name, -1, false
	}
	return base, section, extended
}

func joinPieces(list []piece) string {
	slices.SortStableFunc(list, func(a, b piece) int { return a.section - b.section })
	var (
		content []byte
		charset string
	)
	for i, p := range list {
		if i == 0 && p.extended {
			if name, rest, ok := strings.Cut(p.text, "'"); ok {
				if _, text, ok := strings.Cut(rest, "'"); ok {
					charset, p.text = name, text
				}
			}
		}
		if p.extended {
			content = append(content, percentDecode(p.text)...)
		} else {
			content = append(content, p.text...)
		}
	}
	if charset == "" {
		return decodeWords(guessUTF8(string(content))) // percent signs can hold any byte
	}
	return convert(content, charset)
}

func percentDecode(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

// fileName is the name of a part; only its last element, whichever way it is
// written, because a path in it is no part of the name.
func fileName(disposition, contentType params) string {
	name := disposition.values["filename"]
	if name == "" {
		name = contentType.values["name"]
	}
	if slash := strings.LastIndexAny(name, `/\`); slash >= 0 {
		name = name[slash+1:]
	}
	return strings.TrimSpace(name)
}
