package setup

import (
	"strings"

	"ctrace/ctr"
)

// Region is one of the clouds, with the names that the appliance and Security Services Exchange (SSE)
// use for it. They stand in a table and are never built from the API's names: SSE says "apj" where
// the API says "apjc".
type Region struct {
	ctr.Region
	Title           Text   // for people
	ApplianceChoice string // the entry of the appliance's Threat Response Server list
	SSEHost         string // the appliance talks to it
	SSEPortal       string // where devices are seen and registration tokens are made
}

// exchanges are the SSE names by the API's name of the region.
var exchanges = map[string]Region{
	"us": {
		Title:           Text{"North America", "북미"},
		ApplianceChoice: "AMERICAS (api-sse.cisco.com)",
		SSEHost:         "api-sse.cisco.com", SSEPortal: "admin.sse.itd.cisco.com",
	},
	"eu": {
		Title:           Text{"Europe", "유럽"},
		ApplianceChoice: "EUROPE (api.eu.sse.itd.cisco.com)",
		SSEHost:         "api.eu.sse.itd.cisco.com", SSEPortal: "admin.eu.sse.itd.cisco.com",
	},
	"apjc": { // not in Cisco's documents: the names come from third parties
		Title:           Text{"Asia Pacific, Japan and China", "아시아 태평양, 일본 및 중국"},
		ApplianceChoice: "APJC (api.apj.sse.itd.cisco.com)",
		SSEHost:         "api.apj.sse.itd.cisco.com", SSEPortal: "admin.apj.sse.itd.cisco.com",
	},
}

// Regions returns the regions, the appliance's default first.
func Regions() []Region {
	var all []Region
	for _, r := range ctr.Regions() {
		region := exchanges[r.Name]
		region.Region = r
		all = append(all, region)
	}
	return all
}

// RegionByName finds a region by the API's name or by the words that people and products use for
// it: americas, europe, apj.
func RegionByName(name string) (Region, error) {
	wanted := strings.ToLower(strings.TrimSpace(name))
	switch wanted {
	case "americas", "na":
		wanted = "us"
	case "europe":
		wanted = "eu"
	case "apj":
		wanted = "apjc"
	}
	r, err := ctr.RegionByName(wanted)
	if err != nil {
		return Region{}, err
	}
	region := exchanges[r.Name]
	region.Region = r
	return region, nil
}
