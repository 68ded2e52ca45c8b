package lab

import (
	"cmp"
	"net/url"
	"slices"

	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/esa/esatest"
)

// KnownValues is what the lab's threat intelligence knows: a published list,
// and what the campaigns of the seeded traffic carry.
func KnownValues() []ctrtest.Known {
	list := ctrtest.KnownValues()
	for _, c := range esatest.Campaigns() {
		if c.Malicious {
			list = append(list, campaignValues(c)...)
		}
	}
	return list
}

// campaignValues are the values of one campaign that are worth an opinion.
func campaignValues(c esatest.Campaign) []ctrtest.Known {
	var host string
	if u, err := url.Parse(c.URL); err == nil {
		host = u.Hostname()
	}
	of := func(t observable.Type, value string, disposition int, reason, kind string) ctrtest.Known {
		return ctrtest.Known{
			Observable: pair(t, value), Disposition: disposition, Reason: reason,
			Indicator: "Campaign: " + c.Name, Kind: kind,
		}
	}
	values := []ctrtest.Known{
		of(observable.SHA256, c.SHA256, ctrtest.Malicious, "Detected as "+cmp.Or(c.Threat, "malware"), "File Hash Watchlist"),
		of(observable.URL, c.URL, ctrtest.Malicious, "Phishing page", "URL Watchlist"),
		of(observable.Domain, host, ctrtest.Malicious, "Hosts phishing pages", "Domain Watchlist"),
		of(observable.IP, c.SenderIP, ctrtest.Suspicious, "Sent messages of a campaign", "IP Watchlist"),
		of(observable.Email, c.Sender, ctrtest.Suspicious, "Envelope sender of a campaign", "Malicious E-mail"),
	}
	return slices.DeleteFunc(values, func(k ctrtest.Known) bool { return k.Observable.Value == "" })
}
