package observable

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Normal returns the observable in the form in which two spellings of one
// thing are equal: addresses, names and URLs refanged, hosts in lower case
// and as A-labels, hashes in lower case, IPv6 in its RFC 5952 text, MAC
// addresses as six pairs with colons, a Message-ID without its brackets. An
// IPv6 address under type ip becomes ipv6 and the other way round. Subjects,
// file names, paths and all other values keep every byte; a value that is not
// valid for its type is only trimmed.
func (o Observable) Normal() Observable {
	v := strings.Trim(o.Value, " \t\r\n")
	switch o.Type {
	case IP, IPv6:
		return normalAddr(o, v)
	case Domain:
		o.Value = v
		if d := strings.TrimSuffix(v, "."); validNormal(Domain, normalHost(d)) {
			o.Value = normalHost(d)
		} else if d = normalHost(Refang(d)); validNormal(Domain, d) {
			o.Value = d
		}
	case Email:
		o.Value = v
		if e := normalHost(unbracket(v)); validNormal(Email, e) {
			o.Value = e
		} else if e = normalHost(unbracket(Refang(v))); validNormal(Email, e) {
			o.Value = e
		}
	case URL:
		o.Value = v
		if u := normalURL(v); validNormal(URL, u) {
			o.Value = u
		} else if u = normalURL(Refang(v)); validNormal(URL, u) {
			o.Value = u
		}
	case MD5, SHA1, SHA256:
		o.Value = lowerASCII(v)
	case MACAddress:
		o.Value = normalMAC(v)
	case EmailMessageID:
		o.Value = unbracket(v)
	case CiscoMID:
		o.Value = v
	}
	return o
}

// unbracket takes one pair of angle brackets off.
func unbracket(v string) string {
	if n := len(v); n > 2 && v[0] == '<' && v[n-1] == '>' {
		return v[1 : n-1]
	}
	return v
}

func validNormal(t Type, v string) bool { return checkValue(Observable{t, v}) == nil }

// normalAddr also puts an address under the type that it is of.
func normalAddr(o Observable, v string) Observable {
	o.Value = v
	v = strings.TrimSuffix(strings.TrimPrefix(Refang(v), "["), "]")
	addr, err := netip.ParseAddr(v)
	if err != nil {
		return o
	}
	addr = addr.WithZone("")
	o.Value, o.Type = addr.String(), IPv6
	if addr.Is4() {
		o.Type = IP
	}
	return o
}

// normalHost brings a domain, or what stands behind the @ of an address, into
// lower case and A-labels.
func normalHost(v string) string {
	i := strings.LastIndexByte(v, '@') + 1
	if a, ok := toASCII(v[i:]); ok && a != v[i:] {
		return v[:i] + a
	}
	return v
}

func normalURL(v string) string {
	sep := strings.Index(v, "://")
	if sep <= 0 {
		return v
	}
	var anyTLD *tldCache
	u, ok := anyTLD.parseURL(v, 0, sep)
	if !ok {
		return v
	}
	if v[u.end:] != "." { // the root's dot
		u.end = len(v)
	}
	return urlValue(v, u)
}

func normalMAC(v string) string {
	if isMACWith(v, ':') {
		return lowerASCII(v)
	}
	digits := make([]byte, 0, 12)
	for i := range len(v) {
		switch {
		case isHex(v[i]) && len(digits) < 12:
			digits = append(digits, lower(v[i]))
		case strings.IndexByte(":-. ", v[i]) < 0:
			return v
		}
	}
	if len(digits) != 12 || len(v) > 17 {
		return v
	}
	out := make([]byte, 0, 17)
	for i := 0; i < 12; i += 2 {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, digits[i], digits[i+1])
	}
	return string(out)
}

// unescapePath undoes the doubled backslashes of a path out of JSON or source
// code. In one that is not escaped only the first two stand together.
func unescapePath(v string) string {
	if len(v) > 2 && strings.Contains(v[2:], `\\`) {
		return strings.ReplaceAll(v, `\\`, `\`)
	}
	return v
}

// Validate says what is wrong with the value for its type, or returns nil.
// The value may be defanged or spelled otherwise: it is judged in its normal
// form. Types whose values have no form of their own need only be non-empty.
func (o Observable) Validate() error {
	info, ok := o.Type.Info()
	if !ok {
		return fmt.Errorf("observable: %q is no observable type of CTIM", string(o.Type))
	}
	if err := checkValue(o.Normal()); err != nil {
		return fmt.Errorf("observable: %s %s: %w", info.Label, strconv.QuoteToASCII(o.Value), err)
	}
	return nil
}

var errEmpty = errors.New("the value is empty")

func checkValue(o Observable) error {
	if o.Value == "" {
		return errEmpty
	}
	switch o.Type {
	case IP:
		return want(parseIPv4(o.Value), "four numbers from 0 to 255 with dots between")
	case IPv6:
		addr, err := netip.ParseAddr(o.Value)
		return want(err == nil && addr.Is6(), "an IPv6 address")
	case Domain, URL, Email:
		return checkName(o)
	case MD5:
		return want(isHexOf(o.Value, 32), "32 hexadecimal digits")
	case SHA1:
		return want(isHexOf(o.Value, 40), "40 hexadecimal digits")
	case SHA256:
		return want(isHexOf(o.Value, 64), "64 hexadecimal digits")
	case MACAddress:
		return want(isMACWith(o.Value, ':'), "six pairs of hexadecimal digits")
	case CiscoMID:
		// Answers of an SMA module may carry the appliance: MID-serial.
		head, _, _ := strings.Cut(o.Value, "-")
		return want(head != "" && allDigits(head), "the number of a message on its appliance")
	case EmailMessageID:
		return want(!strings.ContainsAny(o.Value, " \t\r\n<>"), "a Message-ID without blanks")
	}
	return nil
}

// checkName is checkValue for the types that hold a host name.
// The top-level domain need not be one that is known here.
func checkName(o Observable) error {
	var anyTLD *tldCache
	switch o.Type {
	case Domain:
		return want(anyTLD.validDomain(o.Value), "a domain: labels of letters, digits and hyphens with dots between")
	case URL:
		return want(isURL(anyTLD, o.Value), "scheme://host, the host a domain or an address")
	}
	return want(isEmail(anyTLD, o.Value), "name@domain")
}

func want(ok bool, what string) error {
	if ok {
		return nil
	}
	return errors.New("it should be " + what)
}

func isHexOf(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range n {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isURL(c *tldCache, v string) bool {
	sep := strings.Index(v, "://")
	if sep <= 0 || strings.ContainsAny(v, " \t\r\n\"<>") {
		return false
	}
	if start, ok := schemeBefore(v, sep); !ok || start != 0 {
		return false
	}
	u, ok := c.parseURL(v, 0, sep)
	return ok && (u.pathStart == len(v) || strings.IndexByte("/?#", v[u.pathStart]) >= 0)
}

func isEmail(c *tldCache, v string) bool {
	i := strings.LastIndexByte(v, '@')
	if i <= 0 || !utf8.ValidString(v) {
		return false
	}
	local, host := v[:i], v[i+1:]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		if !isAddressLiteral(host[1 : len(host)-1]) {
			return false
		}
	} else if !parseIPv4(host) && !c.validDomain(host) {
		return false
	}
	if len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' {
		return !strings.ContainsAny(local, "\r\n")
	}
	if strings.ContainsAny(local, " \t\r\n<>\"@,;:") {
		return false
	}
	return validLocal(local)
}
