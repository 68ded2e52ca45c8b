package setup

import (
	"fmt"
	"slices"
	"strings"
)

// Region is one of the clouds. Its names differ from product to product, so they stand in a table
// and are never built from each other: Security Services Exchange says "apj" where the API says "apjc".
type Region struct {
	ID              string // as the Threat Response API has it: us, eu, apjc
	Label           string
	ApplianceChoice string // the entry of the appliance's Threat Response Server list
	SSEHost         string // Security Services Exchange: the appliance talks to it
	SSEPortal       string // where devices are seen and registration tokens are made
	Console         string // the Threat Response portal
	APIHost         string // the Threat Response API: this program talks to it
	IntelHost       string // private intelligence: casebooks
	Unverified      bool   // the SSE names come from third parties
}

var regions = []Region{
	{
		ID: "us", Label: "Americas", ApplianceChoice: "AMERICAS (api-sse.cisco.com)",
		SSEHost: "api-sse.cisco.com", SSEPortal: "admin.sse.itd.cisco.com",
		Console: "visibility.amp.cisco.com", APIHost: "visibility.amp.cisco.com", IntelHost: "private.intel.amp.cisco.com",
	},
	{
		ID: "eu", Label: "Europe", ApplianceChoice: "EUROPE (api.eu.sse.itd.cisco.com)",
		SSEHost: "api.eu.sse.itd.cisco.com", SSEPortal: "admin.eu.sse.itd.cisco.com",
		Console: "visibility.eu.amp.cisco.com", APIHost: "visibility.eu.amp.cisco.com", IntelHost: "private.intel.eu.amp.cisco.com",
	},
	{
		ID: "apjc", Label: "Asia Pacific, Japan, China", ApplianceChoice: "APJC (api.apj.sse.itd.cisco.com)",
		SSEHost: "api.apj.sse.itd.cisco.com", SSEPortal: "admin.apj.sse.itd.cisco.com",
		Console: "visibility.apjc.amp.cisco.com", APIHost: "visibility.apjc.amp.cisco.com", IntelHost: "private.intel.apjc.amp.cisco.com",
		Unverified: true,
	},
}

// Regions returns the regions, the appliance's default first.
func Regions() []Region { return slices.Clone(regions) }

// RegionByID finds a region by its id. It accepts the names that people use for it: "nam" and
// "americas" for us, "europe" for eu, "apj" for apjc.
func RegionByID(id string) (Region, error) {
	name := strings.ToLower(strings.TrimSpace(id))
	switch name {
	case "nam", "na", "americas":
		name = "us"
	case "europe":
		name = "eu"
	case "apj":
		name = "apjc"
	}
	for _, r := range regions {
		if r.ID == name {
			return r, nil
		}
	}
	return Region{}, fmt.Errorf("region %q is not known: use us, eu or apjc", id)
}

// RegionOfPortal finds the region that a Security Services Exchange portal belongs to, by its host or URL.
func RegionOfPortal(portal string) (Region, bool) {
	for _, r := range regions {
		if strings.Contains(strings.ToLower(portal), r.SSEPortal) {
			return r, true
		}
	}
	return Region{}, false
}
