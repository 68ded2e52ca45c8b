package observable

import (
	"slices"
	"strings"
)

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
	scheme, _ = defangScheme(scheme)
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

// defangScheme breaks the scheme that s ends with; ok is false when it is none that has a broken form.
func defangScheme(s string) (broken string, ok bool) {
	for _, x := range [...][2]string{{"https", "hxxps"}, {"http", "hxxp"}, {"ftps", "fxps"}, {"ftp", "fxp"}} {
		for _, form := range x {
			if at := len(s) - len(form); at >= 0 && lowerASCII(s[at:]) == form {
				return s[:at] + x[1], true
			}
		}
	}
	return s, false
}

// DefangLinks breaks whatever in a text a terminal takes for a link, hosts that are no domains included,
// and leaves the rest as it is: it is for sentences of others, where DefangText would change too much.
func DefangLinks(s string) string {
	const mark = "://"
	i := strings.Index(s, mark)
	if i < 0 {
		return s
	}
	var b strings.Builder
	for ; i >= 0; i = strings.Index(s, mark) {
		broken, ok := defangScheme(s[:i])
		b.WriteString(broken)
		if ok {
			b.WriteString(mark)
		} else {
			b.WriteString("[:]//")
		}
		s = s[i+len(mark):]
	}
	b.WriteString(s)
	return b.String()
}

// DefangText defangs every address, domain, email address and URL in a text,
// also in the values of a query, and leaves the rest as it is, byte for byte.
func DefangText(s string) string {
	return defangText(s, Options{IncludePrivate: true})
}

func defangText(s string, o Options) string {
	var b strings.Builder
	last := 0
	for _, m := range Extract(s, o) {
		if m.Start < last || m.Flags&Defanged != 0 || m.Flags&Typed == 0 && !slices.Contains(linked, m.Type) {
			continue
		}
		b.WriteString(s[last:m.Start])
		b.WriteString(defangMatch(m))
		last = m.End
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// linked are the types whose values are taken for links where they stand.
var linked = []Type{IP, IPv6, Domain, Hostname, Email, URL}

// defangMatch defangs a match as it stood. Of one that is written with its
// type only the value changes; a subject or a file name is a text by itself.
func defangMatch(m Match) string {
	if m.Flags&Typed == 0 {
		return Defang(Observable{m.Type, m.Text})
	}
	colon := strings.IndexByte(m.Text, ':') + 1
	value := strings.Trim(m.Text[colon:], " \t"+quotes)
	start := colon + strings.Index(m.Text[colon:], value)
	var defanged string
	if slices.Contains(linked, m.Type) {
		defanged = Defang(Observable{m.Type, value})
	} else {
		defanged = defangText(value, Options{Types: linked, IncludePrivate: true}) // a subject with a subject in it ends here
	}
	return m.Text[:start] + defanged + m.Text[start+len(value):]
}
