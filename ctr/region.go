package ctr

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// Region is one of the clouds that Threat Response runs in. Credentials hold for one region.
type Region struct {
	Name        string // us, eu, apjc
	Label       string // for people
	IROH        string // what goes before /iroh: token, inspect, enrich, modules, actions, profile
	Intel       string // what goes before /ctia: private intelligence with the casebooks
	Conure      string // the newer asynchronous incident and investigation service
	Console     string // where people sign in
	Investigate string // the page that takes ?q=
}

// regions is written out because the hosts follow no pattern: North America has no infix on
// the IROH and intelligence hosts but has one on Conure and the console.
var regions = []Region{
	{
		Name: "us", Label: "North America",
		IROH: "https://visibility.amp.cisco.com", Intel: "https://private.intel.amp.cisco.com",
		Conure: "https://conure.us.security.cisco.com", Console: "https://xdr.us.security.cisco.com",
		Investigate: "https://visibility.amp.cisco.com/investigate",
	},
	{
		Name: "eu", Label: "Europe",
		IROH: "https://visibility.eu.amp.cisco.com", Intel: "https://private.intel.eu.amp.cisco.com",
		Conure: "https://conure.eu.security.cisco.com", Console: "https://xdr.eu.security.cisco.com",
		Investigate: "https://visibility.eu.amp.cisco.com/investigate",
	},
	{
		Name: "apjc", Label: "Asia Pacific, Japan and China",
		IROH: "https://visibility.apjc.amp.cisco.com", Intel: "https://private.intel.apjc.amp.cisco.com",
		Conure: "https://conure.apjc.security.cisco.com", Console: "https://xdr.apjc.security.cisco.com",
		Investigate: "https://visibility.apjc.amp.cisco.com/investigate",
	},
}

// Regions lists the three clouds.
func Regions() []Region { return slices.Clone(regions) }

// RegionByName finds a region by its name (us, eu, apjc; nam is an alias of us) in any letter
// case.
func RegionByName(name string) (Region, error) {
	wanted := strings.ToLower(strings.TrimSpace(name))
	if wanted == "nam" {
		wanted = "us"
	}
	for _, r := range regions {
		if r.Name == wanted {
			return r, nil
		}
	}
	return Region{}, fmt.Errorf("ctr: unknown region %q: use us, eu or apjc", name)
}

// maxLink is the longest address that the console's page takes.
const maxLink = 2083

// InvestigateURL gives a link that opens the console's Investigate page with the observables,
// one a line, and how many of them it holds: as many of the first as fit into an address of
// 2,083 characters. Values that bare text cannot tell the type of are written type:"value".
func (r Region) InvestigateURL(obs []observable.Observable) (link string, included int) {
	var b strings.Builder
	b.WriteString(r.Investigate + "?q=")
	for i, o := range obs {
		text := queryToken(o)
		if i > 0 {
			text = "\n" + text
		}
		escaped := strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
		if b.Len()+len(escaped) > maxLink {
			break
		}
		b.WriteString(escaped)
		included++
	}
	if included == 0 {
		return r.Investigate, 0
	}
	return b.String(), included
}

// bareTypes are the types that the platform's parser recognises without being told.
var bareTypes = []observable.Type{
	observable.IP, observable.IPv6, observable.Domain, observable.URL, observable.Email,
	observable.SHA256, observable.SHA1, observable.MD5,
}

// queryToken writes one observable as the Investigate box reads it. A line break inside a
// value would begin another query line.
func queryToken(o observable.Observable) string {
	value := strings.NewReplacer("\r", " ", "\n", " ").Replace(o.Value)
	if slices.Contains(bareTypes, o.Type) {
		return value
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
	return string(o.Type) + `:"` + escaped + `"`
}

// CasebookURL gives a link that opens a casebook in the console, "" without a console.
func (r Region) CasebookURL(id string) string {
	if r.Investigate == "" {
		return ""
	}
	return r.Investigate + "?spid=" + url.QueryEscape(casebookUUID(id))
}

// casebookUUID is what the console's links call a casebook by: its id without the kind.
func casebookUUID(id string) string { return strings.TrimPrefix(ctim.ShortID(id), "casebook-") }
