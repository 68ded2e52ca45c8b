package observable

import "strings"

// Defang writes an observable so that no program takes it for a link: dots
// of a host become "[.]", the @ of an address "[@]", the colons of an IPv6
// address "[:]", "http" "hxxp". Refang gives the observable back. Types that
// nothing links stay as they are.
func Defang(o Observable) string {
	switch o.Type {
	case IP, Domain, Hostname:
		return strings.ReplaceAll(o.Value, ".", "[.]")
	case IPv6:
		return strings.ReplaceAll(strings.ReplaceAll(o.Value, ".", "[.]"), ":", "[:]")
	case Email:
		i := strings.LastIndexByte(o.Value, '@')
		if i < 0 {
			return o.Value
		}
		return o.Value[:i] + "[@]" + strings.ReplaceAll(o.Value[i+1:], ".", "[.]")
	case URL:
		return defangURL(o.Value)
	}
	return o.Value
}

func defangURL(v string) string {
	scheme, rest, ok := strings.Cut(v, "://")
	if !ok {
		return v
	}
	switch lowerASCII(scheme) {
	case "http":
		scheme = "hxxp"
	case "https":
		scheme = "hxxps"
	case "ftp":
		scheme = "fxp"
	case "ftps":
		scheme = "fxps"
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	if !strings.Contains(host, "[") {
		host = strings.ReplaceAll(host, ".", "[.]")
	}
	return scheme + "://" + host + rest[end:]
}

// DefangText defangs every address, domain, email address and URL in a text
// and leaves the rest as it is, byte for byte.
func DefangText(s string) string {
	var b strings.Builder
	last := 0
	for _, m := range Extract(s, Options{Types: []Type{IP, IPv6, Domain, Email, URL}, IncludePrivate: true}) {
		if m.Start < last || m.Flags&Defanged != 0 {
			continue
		}
		b.WriteString(s[last:m.Start])
		b.WriteString(Defang(Observable{m.Type, m.Text}))
		last = m.End
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}
