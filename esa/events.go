package esa

import (
	"net/url"
	"slices"
	"strings"
)

// Flag is a message event that is asked for by name alone.
type Flag string

// The flags of message tracking.
const (
	FlagDelivered            Flag = "message_delivered"
	FlagHardBounced          Flag = "hardBounced"
	FlagSoftBounced          Flag = "softBounced"
	FlagSpamPositive         Flag = "spamPositive"
	FlagSuspectSpam          Flag = "suspectSpam"
	FlagQuarantinedAsSpam    Flag = "quarantinedAsSpam"
	FlagVirusPositive        Flag = "virusPositive"
	FlagGraymail             Flag = "graymail"
	FlagDANEFailure          Flag = "daneFailure"
	FlagMaliciousURLs        Flag = "containedMaliciousUrls"
	FlagNeutralURLs          Flag = "containedNeutralUrls"
	FlagInOutbreakQuarantine Flag = "inOutbreakQuarantine"
	FlagSafePrinted          Flag = "safeprintExt"
)

// Flags lists all flags.
func Flags() []Flag {
	return []Flag{
		FlagDelivered, FlagHardBounced, FlagSoftBounced, FlagSpamPositive, FlagSuspectSpam,
		FlagQuarantinedAsSpam, FlagVirusPositive, FlagGraymail, FlagDANEFailure,
		FlagMaliciousURLs, FlagNeutralURLs, FlagInOutbreakQuarantine, FlagSafePrinted,
	}
}

// Events asks for messages to which something happened. Set members are OR-ed by
// the appliance. Some are worth nothing without another; see the comments.
// Texts are sent as given; words of a fixed list are checked.
type Events struct {
	Flags []Flag

	DeliveryStatus   string   // DELIVERED, DROPPED, ABORTED, BOUNCED
	QuarantineStatus string   // POLICY, AMP, AV, UNCLASSIFIED, DLP, OUTBREAK
	QuarantinedTo    []string // names of quarantines
	URLReputation    string   // Malicious, Suspicious
	URLCategories    []string

	AMP          []string // amp_clean, amp_malicious, amp_unknown, amp_unscannable, amp_lowrisk
	AMPDirection string   // incoming, outgoing; with AMP

	ContentFilter          string // a name; with direction and action
	ContentFilterDirection string // inbound, outbound
	ContentFilterAction    string // stopped

	MacroFileTypes []string // names of groups, such as "Microsoft Office Files"
	MacroDirection string   // inbound, outbound; with MacroFileTypes

	WebInteractionURLs      string
	WebInteractionDirection string // inbound, outbound; with WebInteractionURLs

	MailPolicy          string
	MailPolicyDirection string // inbound, outbound; with MailPolicy

	DLPViolations []string // names of DLP policies
	DLPSeverities []string // critical, high, medium, low
	DLPAction     string   // delivered, encrypted, dropped

	DMARCFrom   string
	DMARCAction string // none, quarantine, reject, passed, failed

	ETFSources []string // external threat feeds
	ETFIOCs    string   // file_hash, url, domain

	SDRCategories   string // sender domain reputation
	SDRThreatLevels string
	SDRReputation   string
	IPReputation    string

	OutbreakURLRewritten   string // outbreak filters
	OutbreakThreatCategory string

	ForgedEmail    string
	GeoLocation    string
	MessageFilters string
	ThreatName     string
	AppForwarding  string // app_success, app_failed
	SMIME          string // smime_successful, smime_failed
}

// eventAttribute is one attribute of the query string that comes from Events.
type eventAttribute struct {
	name   string
	values []string
	words  []string // the fixed list, nil for free text
	with   []string // attributes that must be there too
}

func (e Events) attributes() []eventAttribute {
	inOut := []string{"inbound", "outbound"}
	return []eventAttribute{
		{"deliveryStatus", one(e.DeliveryStatus), deliveryStatuses, nil},
		{"quarantineStatus", one(e.QuarantineStatus), quarantineStatuses, nil},
		{"quarantinedTo", e.QuarantinedTo, nil, nil},
		{"urlReputation", one(e.URLReputation), []string{"Malicious", "Suspicious"}, nil},
		{"urlCategories", e.URLCategories, nil, nil},
		{"advancedMalwareProtection", e.AMP, ampVerdicts, []string{"advancedMalwareProtectionMailflowDirection"}},
		{"advancedMalwareProtectionMailflowDirection", one(e.AMPDirection), []string{Incoming, Outgoing}, []string{"advancedMalwareProtection"}},
		{"contentFiltersName", one(e.ContentFilter), nil, []string{"contentFiltersDirection", "contentFiltersAction"}},
		{"contentFiltersDirection", one(e.ContentFilterDirection), inOut, []string{"contentFiltersName", "contentFiltersAction"}},
		{"contentFiltersAction", one(e.ContentFilterAction), []string{"stopped"}, []string{"contentFiltersName", "contentFiltersDirection"}},
		{"macroFileTypesDetected", e.MacroFileTypes, nil, []string{"macroMailflowDirection"}},
		{"macroMailflowDirection", one(e.MacroDirection), inOut, []string{"macroFileTypesDetected"}},
		{"webInteractionTrackingUrls", one(e.WebInteractionURLs), nil, []string{"webInteractionTrackingMailflowDirection"}},
		{"webInteractionTrackingMailflowDirection", one(e.WebInteractionDirection), inOut, []string{"webInteractionTrackingUrls"}},
		{"mailPolicyName", one(e.MailPolicy), nil, []string{"mailPolicyDirection"}},
		{"mailPolicyDirection", one(e.MailPolicyDirection), inOut, []string{"mailPolicyName"}},
		{"dlpViolationsNames", e.DLPViolations, nil, nil},
		{"dlpViolationsSeverities", e.DLPSeverities, dlpSeverities, nil},
		{"dlpAction", one(e.DLPAction), []string{"delivered", "encrypted", "dropped"}, nil},
		{"dmarcFrom", one(e.DMARCFrom), nil, nil},
		{"dmarcAction", one(e.DMARCAction), dmarcActions, nil},
		{"etfSources", e.ETFSources, nil, nil},
		{"etfIocs", one(e.ETFIOCs), []string{"file_hash", "url", "domain"}, nil},
		{"sdrCategories", one(e.SDRCategories), nil, nil},
		{"sdrThreatLevels", one(e.SDRThreatLevels), nil, nil},
		{"sdrReputation", one(e.SDRReputation), nil, nil},
		{"ipReputation", one(e.IPReputation), nil, nil},
		{"outbreakFiltersUrlRewrittenByOf", one(e.OutbreakURLRewritten), nil, nil},
		{"outbreakFiltersVofThreatCategory", one(e.OutbreakThreatCategory), nil, nil},
		{"forgedEmailDetection", one(e.ForgedEmail), nil, nil},
		{"geoLocation", one(e.GeoLocation), nil, nil},
		{"messageFilters", one(e.MessageFilters), nil, nil},
		{"threatName", one(e.ThreatName), nil, nil},
		{"appForwarding", one(e.AppForwarding), []string{"app_success", "app_failed"}, nil},
		{"smime", one(e.SMIME), []string{"smime_successful", "smime_failed"}, nil},
	}
}

// The fixed lists that the filter language offers too.
var (
	deliveryStatuses   = []string{"DELIVERED", "DROPPED", "ABORTED", "BOUNCED"}
	quarantineStatuses = []string{"POLICY", "AMP", "AV", "UNCLASSIFIED", "DLP", "OUTBREAK"}
	ampVerdicts        = []string{"amp_clean", "amp_malicious", "amp_unknown", "amp_unscannable", "amp_lowrisk"}
	dlpSeverities      = []string{"critical", "high", "medium", "low"}
	dmarcActions       = []string{"none", "quarantine", "reject", "passed", "failed"}
)

func (e Events) set(v url.Values) error {
	for _, f := range e.Flags {
		if !slices.Contains(Flags(), f) {
			return invalid("event %q is not one of %v", f, Flags())
		}
		v.Set(string(f), "True") // with a capital T; there is no False
	}
	attributes := e.attributes()
	for _, a := range attributes {
		if len(a.values) == 0 {
			continue
		}
		for _, value := range a.values {
			if a.words != nil && !slices.Contains(a.words, value) {
				return invalid("%s %q is not one of %s", a.name, value, strings.Join(a.words, ", "))
			}
		}
		v.Set(a.name, strings.Join(a.values, ","))
	}
	for _, a := range attributes {
		for _, other := range a.with {
			if v.Has(a.name) && !v.Has(other) {
				return invalid("%s needs %s too", a.name, other)
			}
		}
	}
	return nil
}

// one makes a list of a single optional value.
func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
