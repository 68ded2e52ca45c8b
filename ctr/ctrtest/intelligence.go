package ctrtest

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"ctrace/ctr/observable"
)

// Known is a value that the threat-intelligence module has an opinion on.
type Known struct {
	Observable  observable.Observable
	Disposition int
	Reason      string
	// Indicator is the title of the indicator that it belongs to, empty for none.
	Indicator string
	// Kind is the indicator's type in CTIM's words, such as "Domain Watchlist".
	Kind string
}

// KnownValues is the published list of lab values. Addresses and names are from
// the ranges kept for documentation; the first hash is the EICAR test file's.
func KnownValues() []Known {
	const campaign = "Ctrace lab: invoice phishing"
	of := func(t observable.Type, value string, disposition int, reason, indicator, kind string) Known {
		return Known{observable.Observable{Type: t, Value: value}, disposition, reason, indicator, kind}
	}
	return []Known{
		of("sha256", "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f", Malicious, "EICAR test file", "EICAR test file", "File Hash Watchlist"),
		of("sha256", "5f2b7c4f0f5c1d7e9a3b86d4e1c0a9f8b7e6d5c4b3a291807f6e5d4c3b2a1900", Malicious, "Dropper seen in the lab's campaign", campaign, "Malware Artifacts"),
		of("domain", "invoice-portal.example", Malicious, "Hosts a credential phishing kit", campaign, "Domain Watchlist"),
		of("domain", "login-update.example", Malicious, "Hosts a credential phishing kit", campaign, "Domain Watchlist"),
		of("domain", "newsletter.example", Suspicious, "Newly registered, bulk sender", "", ""),
		of("domain", "example.com", Clean, "Reserved for documentation", "", ""),
		of("url", "https://invoice-portal.example/pay/", Malicious, "Credential phishing page", campaign, "URL Watchlist"),
		of("url", "https://login-update.example/session", Malicious, "Credential phishing page", campaign, "URL Watchlist"),
		of("ip", "203.0.113.66", Malicious, "Sends the lab's campaign", campaign, "IP Watchlist"),
		of("ip", "203.0.113.99", Suspicious, "Poor sender reputation", "", ""),
		of("ip", "198.51.100.25", Common, "Mail exchanger of a large provider", "", ""),
		of("ip", "192.0.2.10", Clean, "Address of the lab's own gateway", "", ""),
		of("ipv6", "2001:db8:bad::66", Malicious, "Sends the lab's campaign", campaign, "IP Watchlist"),
		of("email", "billing@invoice-portal.example", Malicious, "Sender of the lab's campaign", campaign, "Malicious E-mail"),
	}
}

// intelligence has verdicts, judgements, indicators and relationships.
type intelligence struct {
	known  func() map[observable.Observable]Known
	source string
	now    func() time.Time
}

// Intelligence is a threat-intelligence module that knows the given values.
// now may be nil.
func Intelligence(known []Known, now func() time.Time) Module {
	return IntelligenceOf(func() []Known { return known }, now)
}

// IntelligenceOf is Intelligence with a list that is made at the first question.
func IntelligenceOf(known func() []Known, now func() time.Time) Module {
	if now == nil {
		now = time.Now
	}
	b := &intelligence{source: "Lab Threat Intelligence", now: now}
	b.known = sync.OnceValue(func() map[observable.Observable]Known {
		byValue := make(map[observable.Observable]Known)
		for _, k := range known() {
			byValue[folded(k.Observable)] = k
		}
		return byValue
	})
	return Module{
		Name: "Lab Threat Intelligence",
		Type: ModuleType{
			Title: "Lab Threat Intelligence", Short: "Verdicts for the published list of lab values.",
			Record: "threatgrid.iroh.modules.Intelligence", Categories: []string{"threat-intel"},
			Flags: []string{"cisco", "threat-intel"}, Capabilities: []string{"health", "deliberate", "observe", "refer", "respond"},
		},
		Backend: b,
	}
}

// folded is the form in which values are compared.
func folded(o observable.Observable) observable.Observable {
	switch o.Type {
	case "domain", "email", "sha256", "sha1", "md5", "ipv6":
		o.Value = strings.ToLower(o.Value)
	}
	return o
}

// Deliberate implements Deliberator. A value without an opinion has no verdict.
func (b *intelligence) Deliberate(_ context.Context, obs []observable.Observable) Answer {
	verdicts := []Doc{}
	for _, o := range obs {
		if k, is := b.known()[folded(o)]; is {
			verdicts = append(verdicts, verdict(o, k.Disposition, b.now()))
		}
	}
	return Answer{Data: map[string][]Doc{"verdicts": verdicts}}
}

// Observe implements Backend. Judgements belong to indicators by relationships
// that hold inside this answer only.
func (b *intelligence) Observe(_ context.Context, obs []observable.Observable) Answer {
	a := Answer{Data: map[string][]Doc{}}
	for _, o := range obs {
		k, is := b.known()[folded(o)]
		if !is {
			continue
		}
		judgement := b.judgement(o, k)
		v := verdict(o, k.Disposition, b.now())
		v["judgement_id"] = judgement["id"]
		a.Data["verdicts"] = append(a.Data["verdicts"], v)
		a.Data["judgements"] = append(a.Data["judgements"], judgement)
		if k.Indicator == "" {
			continue
		}
		indicator := b.indicator(k)
		if !slices.ContainsFunc(a.Data["indicators"], func(d Doc) bool { return d["id"] == indicator["id"] }) {
			a.Data["indicators"] = append(a.Data["indicators"], indicator)
		}
		a.Data["relationships"] = append(a.Data["relationships"], Doc{
			"id": transient("relationship", o.Value+k.Indicator), "type": "relationship", "schema_version": ctimVersion,
			"source_ref": judgement["id"], "target_ref": indicator["id"], "relationship_type": "element-of", "source": b.source,
		})
	}
	return a
}

func (b *intelligence) judgement(o observable.Observable, k Known) Doc {
	severity := map[int]string{Malicious: "High", Suspicious: "Medium"}[k.Disposition]
	if severity == "" {
		severity = "None"
	}
	return Doc{
		"id": transient("judgement", string(o.Type)+o.Value), "type": "judgement", "schema_version": ctimVersion,
		"source": b.source, "observable": observableDoc(o), "disposition": k.Disposition,
		"disposition_name": dispositionNames[k.Disposition], "reason": k.Reason, "priority": 90,
		"severity": severity, "confidence": "High", "tlp": "green",
		"valid_time": Doc{"start_time": "2024-01-15T00:00:00.000Z", "end_time": forever},
		"source_uri": searchLink(o),
	}
}

func (b *intelligence) indicator(k Known) Doc {
	return Doc{
		"id": transient("indicator", k.Indicator), "type": "indicator", "schema_version": ctimVersion,
		"producer": b.source, "title": k.Indicator, "short_description": k.Indicator, "indicator_type": []string{k.Kind},
		"severity": "High", "confidence": "High", "tlp": "green", "tags": []string{"lab", "phishing"},
		"valid_time": Doc{"start_time": "2024-01-15T00:00:00.000Z", "end_time": forever},
	}
}

// searchLink is a page that does not exist, on a name kept for examples.
func searchLink(o observable.Observable) string {
	return "https://intelligence.example/search?" + url.Values{"type": {string(o.Type)}, "q": {o.Value}}.Encode()
}

// Refer implements Referrer for every observable, known or not.
func (b *intelligence) Refer(_ context.Context, obs []observable.Observable) []Link {
	var links []Link
	for _, o := range obs {
		info, _ := o.Type.Info()
		links = append(links, Link{
			ID: "ref-lab-intelligence-search-" + string(o.Type) + "-" + o.Value, Title: "Search for this " + info.Label,
			Description: "Look this " + info.Label + " up in the lab's threat intelligence",
			URL:         searchLink(o), Categories: []string{b.source, "Search"},
		})
	}
	return links
}

// Actions implements Responder: values of some kinds can be blocked, and the
// second action always fails.
func (b *intelligence) Actions(_ context.Context, obs []observable.Observable) []Action {
	var actions []Action
	for _, o := range obs {
		info, _ := o.Type.Info()
		switch o.Type {
		case "domain", "url", "ip", "sha256", "email":
			actions = append(actions,
				Action{"lab-block", "Block this " + info.Label, "Add this " + info.Label + " to the lab's block list", []string{b.source}, o},
				Action{"lab-sandbox", "Send this " + info.Label + " to the sandbox", "The lab's sandbox is always busy", []string{b.source}, o})
		}
	}
	return actions
}

// Trigger implements Responder.
func (b *intelligence) Trigger(_ context.Context, action string, _ observable.Observable) (bool, error) {
	switch action {
	case "lab-block":
		return true, nil
	case "lab-sandbox":
		return false, nil
	}
	return false, ModuleError{"fatal", "invalid argument", "There is no action " + action + "."}
}
