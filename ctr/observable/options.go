package observable

import (
	"net/netip"
	"strings"
)

// Flags mark what an analyst should know about a match.
type Flags uint8

// The flags of a match.
const (
	Defanged  Flags = 1 << iota // written so that it would not work as a link
	IDN                         // the domain has labels outside ASCII (or in their xn-- form)
	Homograph                   // the domain mixes scripts, or looks like an ASCII name
	Private                     // an address that means nothing outside one network
	Header                      // taken from a mail header or log field that names it
	Typed                       // written with a type prefix, as in a query
)

// Options narrow an extraction. The zero value takes every type, leaves
// private addresses out, and has no allow-list.
type Options struct {
	// Types to report; empty means all.
	Types []Type
	// IncludePrivate also reports addresses of private, loopback, link-local
	// and multicast ranges.
	IncludePrivate bool
	// AllowList holds what is one's own and left out: domains (with all
	// under them, also as host of a URL or an email address), addresses, and
	// prefixes such as 192.0.2.0/24.
	AllowList []string
}

// Match is an observable found in a text.
type Match struct {
	Observable        // in normal form
	Start, End int    // byte offsets in the input
	Text       string // what stood there
	Flags      Flags
}

// wanted is Options made ready for one look at each match.
type wanted struct {
	types    map[Type]bool
	private  bool
	domains  map[string]bool
	prefixes []netip.Prefix
}

func newWanted(o *Options) wanted {
	w := wanted{private: o.IncludePrivate}
	if len(o.Types) > 0 {
		w.types = make(map[Type]bool, len(o.Types))
		for _, t := range o.Types {
			w.types[t] = true
		}
	}
	for _, a := range o.AllowList {
		a = strings.TrimSpace(a)
		if p, err := netip.ParsePrefix(a); err == nil {
			w.prefixes = append(w.prefixes, p.Masked())
		} else if ip, err := netip.ParseAddr(a); err == nil {
			w.prefixes = append(w.prefixes, netip.PrefixFrom(ip, ip.BitLen()))
		} else if a = strings.Trim(normalHost(Refang(a)), ".*@ "); a != "" {
			if w.domains == nil {
				w.domains = map[string]bool{}
			}
			w.domains[a] = true
		}
	}
	return w
}

// takes tells whether a match is wanted, and flags private addresses.
func (w *wanted) takes(m *Match, k kind) bool {
	if w.types != nil && !w.types[m.Type] {
		return false
	}
	if k == kIP || k == kIPv6 || k == kTyped && (m.Type == IP || m.Type == IPv6) {
		return w.takesAddress(m)
	}
	if w.domains == nil && w.prefixes == nil {
		return true
	}
	return !w.allowed(hostOf(m.Observable))
}

func (w *wanted) takesAddress(m *Match) bool {
	if m.Type == IP && w.prefixes == nil && isPublicIPv4(m.Value) {
		return true
	}
	addr, err := netip.ParseAddr(m.Value)
	if err != nil {
		return true
	}
	if isPrivate(addr) {
		if !w.private {
			return false
		}
		m.Flags |= Private
	}
	return !w.allowedAddr(addr)
}

func (w *wanted) allowedAddr(addr netip.Addr) bool {
	for _, p := range w.prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// allowed looks a host and all domains above it up in the allow-list.
func (w *wanted) allowed(host string) bool {
	if host == "" {
		return false
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return w.allowedAddr(addr)
	}
	for {
		if w.domains[host] {
			return true
		}
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			return false
		}
		host = rest
	}
}

// hostOf gives the host that an observable in normal form names, or "".
func hostOf(o Observable) string {
	switch o.Type {
	case Domain, Hostname:
		return o.Value
	case Email:
		return o.Value[strings.LastIndexByte(o.Value, '@')+1:]
	case URL:
		_, rest, ok := strings.Cut(o.Value, "://")
		if !ok {
			return ""
		}
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			rest = rest[:i]
		}
		rest = rest[strings.LastIndexByte(rest, '@')+1:]
		if strings.HasPrefix(rest, "[") {
			host, _, _ := strings.Cut(rest, "]")
			return host + "]"
		}
		host, _, _ := strings.Cut(rest, ":")
		return host
	}
	return ""
}
