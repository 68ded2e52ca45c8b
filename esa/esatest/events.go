package esatest

import (
	"net/url"
	"slices"
	"strings"
)

// attributes that are not in a table of filters.
var plainAttributes = []string{
	"startDate", "endDate", "searchOption", "offset", "limit", "ciscoHost", "ciscoMid", "messageIdHeader", "senderIp", "fileSha256", "messageDirection",
}

// flags are the events that take only True.
var flags = map[string]func(*Record) bool{
	"message_delivered":      func(r *Record) bool { return r.Status == statusDelivered },
	"hardBounced":            func(r *Record) bool { return r.Status == statusBounced },
	"softBounced":            never,
	"spamPositive":           func(r *Record) bool { return r.Verdicts.AntiSpam == "Positive" },
	"quarantinedAsSpam":      func(r *Record) bool { return r.Quarantine == quarantineSpam },
	"suspectSpam":            func(r *Record) bool { return r.Verdicts.AntiSpam == "Suspect" },
	"virusPositive":          func(r *Record) bool { return r.Verdicts.AntiVirus == "Positive" },
	"graymail":               func(r *Record) bool { return r.Verdicts.AntiSpam == "Marketing" },
	"daneFailure":            never,
	"containedMaliciousUrls": func(r *Record) bool { return hasURL(r, -10, maliciousURL) },
	"containedNeutralUrls":   func(r *Record) bool { return hasURL(r, maliciousURL+0.1, 5.9) },
	"inOutbreakQuarantine":   func(r *Record) bool { return r.Quarantine == quarantineOutbreak },
	"safeprintExt":           never,
}

// choices are the events that take one or more of a list of values, separated by commas.
var choices = map[string]map[string]func(*Record) bool{
	"deliveryStatus": {
		"DELIVERED": func(r *Record) bool { return r.Status == statusDelivered },
		"DROPPED":   func(r *Record) bool { return strings.HasPrefix(r.Status, "Dropped") },
		"ABORTED":   func(r *Record) bool { return r.Status == statusAborted },
		"BOUNCED":   func(r *Record) bool { return r.Status == statusBounced },
	},
	"quarantineStatus": {
		"POLICY":       inQuarantine(quarantinePolicy),
		"AMP":          inQuarantine(quarantineFile),
		"AV":           inQuarantine(quarantineVirus),
		"UNCLASSIFIED": never,
		"DLP":          never,
		"OUTBREAK":     inQuarantine(quarantineOutbreak),
	},
	"urlReputation": {
		"Malicious":  func(r *Record) bool { return hasURL(r, -10, maliciousURL) },
		"Suspicious": func(r *Record) bool { return hasURL(r, maliciousURL+0.1, -3) },
	},
	"advancedMalwareProtection": {
		"amp_clean":       func(r *Record) bool { return r.Verdicts.AMP == "CLEAN" },
		"amp_malicious":   func(r *Record) bool { return r.Verdicts.AMP == "MALICIOUS" },
		"amp_unknown":     func(r *Record) bool { return r.Verdicts.AMP == "UNKNOWN" },
		"amp_unscannable": never,
		"amp_lowrisk":     never,
	},
	"dlpViolationsSeverities": {
		"critical": dlpSeverity("CRITICAL"), "high": dlpSeverity("HIGH"), "medium": dlpSeverity("MEDIUM"), "low": dlpSeverity("LOW"),
	},
	"dlpAction": {
		"delivered": func(r *Record) bool { return r.Verdicts.DLPPolicy != "" && r.Status == statusDelivered },
		"encrypted": never,
		"dropped":   func(r *Record) bool { return r.Status == statusDLP },
	},
	"dmarcAction": {
		"none": dmarc("None"), "quarantine": never, "reject": never, "passed": dmarc("Pass"), "failed": dmarc("Fail"),
	},
	"etfIocs":       {"file_hash": never, "url": never, "domain": never},
	"appForwarding": {"app_success": never, "app_failed": never},
	"smime":         {"smime_successful": never, "smime_failed": never},
}

// freeTexts are the events that take any text; several are separated by commas.
var freeTexts = map[string]func(r *Record, value string) bool{
	"quarantinedTo": func(r *Record, value string) bool { return strings.EqualFold(r.Quarantine, value) },
	"urlCategories": func(r *Record, value string) bool {
		return slices.ContainsFunc(r.URLs, func(u URL) bool { return strings.EqualFold(u.Category, value) })
	},
	"mailPolicyName": func(r *Record, value string) bool { return strings.EqualFold(r.MailPolicy, value) },
	"contentFiltersName": func(r *Record, value string) bool {
		return r.Status == statusContent && strings.EqualFold(value, contentFilter)
	},
	"dlpViolationsNames": func(r *Record, value string) bool { return r.Verdicts.DLPPolicy == value },
	"dmarcFrom":          func(r *Record, value string) bool { return domainOf(r.HeaderFrom) == strings.ToLower(value) },
	"threatName": func(r *Record, value string) bool {
		return r.Verdicts.Threat != "" && strings.EqualFold(r.Verdicts.Threat, value)
	},
	"geoLocation":                      func(r *Record, value string) bool { return strings.EqualFold(r.Country, value) },
	"webInteractionTrackingUrls":       noText,
	"macroFileTypesDetected":           noText,
	"etfSources":                       noText,
	"sdrCategories":                    noText,
	"sdrThreatLevels":                  noText,
	"sdrReputation":                    noText,
	"ipReputation":                     func(r *Record, value string) bool { return r.SBRS == value },
	"outbreakFiltersUrlRewrittenByOf":  noText,
	"outbreakFiltersVofThreatCategory": noText,
	"forgedEmailDetection":             noText,
	"messageFilters":                   noText,
}

// companions narrow another event and are no event of their own; each needs its main attribute.
var companions = map[string]struct {
	main   string
	values []string
}{
	"advancedMalwareProtectionMailflowDirection": {"advancedMalwareProtection", []string{"incoming", "outgoing"}},
	"contentFiltersDirection":                    {"contentFiltersName", []string{"inbound", "outbound"}},
	"contentFiltersAction":                       {"contentFiltersName", []string{"stopped"}},
	"macroMailflowDirection":                     {"macroFileTypesDetected", []string{"inbound", "outbound", "incoming", "outgoing"}},
	"webInteractionTrackingMailflowDirection":    {"webInteractionTrackingUrls", []string{"inbound", "outbound"}},
	"mailPolicyDirection":                        {"mailPolicyName", []string{"inbound", "outbound"}},
}

// contentFilter is the one content filter of the appliance.
const contentFilter = "Malicious_URL"

func never(*Record) bool          { return false }
func noText(*Record, string) bool { return false }
func inQuarantine(name string) func(*Record) bool {
	return func(r *Record) bool { return r.Quarantine == name }
}

func dlpSeverity(severity string) func(*Record) bool {
	return func(r *Record) bool { return r.Verdicts.DLPSeverity == severity }
}

func dmarc(result string) func(*Record) bool {
	return func(r *Record) bool { return r.Verdicts.DMARC == result }
}

// hasURL tells whether a message has a link with a reputation from worst to best.
func hasURL(r *Record, worst, best float64) bool {
	return slices.ContainsFunc(r.URLs, func(u URL) bool { return u.Reputation >= worst && u.Reputation <= best })
}

// knownAttribute tells whether message tracking knows an attribute.
func knownAttribute(name string) bool {
	_, flag := flags[name]
	_, choice := choices[name]
	_, free := freeTexts[name]
	_, companion := companions[name]
	return flag || choice || free || companion || slices.Contains(plainAttributes, name) ||
		slices.ContainsFunc(textFilters, func(f textFilter) bool { return f.operator == name || f.value == name })
}

// addEvents adds the message events, of which one must hold.
func (q *query) addEvents(values url.Values) *apiError {
	for name := range values {
		if refusal := q.addEvent(values, name); refusal != nil {
			return refusal
		}
	}
	if values.Get("contentFiltersName") != "" {
		for _, name := range []string{"contentFiltersDirection", "contentFiltersAction"} {
			if values.Get(name) == "" {
				return missing(name)
			}
		}
	}
	return nil
}

// addEvent adds what one attribute asks for, when it is about events.
func (q *query) addEvent(values url.Values, name string) *apiError {
	value := values.Get(name)
	if holds, ok := flags[name]; ok {
		if value != "True" {
			return unexpected(value)
		}
		q.events = append(q.events, holds)
	}
	if known, ok := choices[name]; ok {
		for word := range strings.SplitSeq(value, ",") {
			holds, ok := known[word]
			if !ok {
				return unexpected(word)
			}
			q.events = append(q.events, q.directed(values, name, holds))
		}
	}
	if matches, ok := freeTexts[name]; ok {
		for word := range strings.SplitSeq(value, ",") {
			q.events = append(q.events, q.directed(values, name, func(r *Record) bool { return matches(r, word) }))
		}
	}
	if c, ok := companions[name]; ok {
		if values.Get(c.main) == "" {
			return missing(c.main)
		}
		if !slices.Contains(c.values, value) {
			return unexpected(value)
		}
	}
	return nil
}

// directed narrows an event to the direction that its companion names.
func (q *query) directed(values url.Values, main string, holds func(*Record) bool) func(*Record) bool {
	for name, c := range companions {
		if c.main != main || !strings.HasSuffix(name, "Direction") {
			continue
		}
		switch values.Get(name) {
		case "incoming", "inbound":
			return func(r *Record) bool { return r.Direction == "incoming" && holds(r) }
		case "outgoing", "outbound":
			return func(r *Record) bool { return r.Direction == "outgoing" && holds(r) }
		}
	}
	return holds
}
