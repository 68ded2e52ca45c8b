package testmail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// MX is a host that takes mail for a domain.
type MX struct {
	Host       string // without the trailing dot
	Preference int    // lowest first
}

// MXResolver looks mail exchangers up; *net.Resolver is one.
type MXResolver interface {
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// LookupMX returns the hosts that take mail for domain, best first. A domain without MX records is
// its own host (RFC 5321, 5.1); one with the null MX takes no mail and is an error of ClassDNS
// (RFC 7505). A nil resolver means net.DefaultResolver.
func LookupMX(ctx context.Context, resolver MXResolver, domain string) ([]MX, error) {
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	domain = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(domain), "."))
	if domain == "" {
		return nil, invalid("no domain to look mail exchangers up for")
	}
	records, err := resolver.LookupMX(ctx, domain)
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return []MX{{Host: domain}}, nil
	}
	if err != nil && len(records) == 0 {
		return nil, classify(StageDial, domain, fmt.Errorf("look up the mail exchangers of %s: %w", domain, err))
	}
	var hosts []MX
	for _, record := range records {
		if host := strings.TrimSuffix(record.Host, "."); host != "" {
			hosts = append(hosts, MX{Host: host, Preference: int(record.Pref)})
		}
	}
	if len(hosts) == 0 {
		return nil, &Error{Stage: StageDial, Class: ClassDNS, Host: domain, Err: fmt.Errorf("%s takes no mail (null MX)", domain)}
	}
	slices.SortStableFunc(hosts, func(a, b MX) int { return cmp.Compare(a.Preference, b.Preference) })
	return hosts, nil
}
