package esa

import "strings"

// Status is a message status reduced to what can be coloured and waited for.
// The appliance's own words are in StatusText.
type Status string

// The statuses.
const (
	StatusDelivered   Status = "delivered"
	StatusDropped     Status = "dropped"
	StatusQuarantined Status = "quarantined"
	StatusBounced     Status = "bounced"
	StatusAborted     Status = "aborted"
	StatusProcessing  Status = "processing" // not decided yet: in the work queue or queued for delivery
	StatusOther       Status = "other"      // words not known here, or none
)

// Statuses lists all statuses, in the order in which people look for them.
func Statuses() []Status {
	return []Status{
		StatusDelivered, StatusDropped, StatusQuarantined, StatusBounced,
		StatusAborted, StatusProcessing, StatusOther,
	}
}

// Final reports whether the message's way through the appliance is over.
// Unknown words are not final.
func (s Status) Final() bool {
	switch s {
	case StatusDelivered, StatusDropped, StatusQuarantined, StatusBounced, StatusAborted:
		return true
	}
	return false
}

// statusPrefixes are the beginnings of the appliance's words. Their full list is
// not published.
var statusPrefixes = []struct {
	prefix string
	status Status
}{
	{"deliver", StatusDelivered},
	{"drop", StatusDropped},
	{"quarantin", StatusQuarantined},
	{"bounc", StatusBounced},
	{"abort", StatusAborted},
	{"process", StatusProcessing},
	{"queue", StatusProcessing},
}

// ParseStatus classifies the appliance's words by their beginning, whatever their
// casing ("Dropped By Anti-Virus", "Dropped by DLP").
func ParseStatus(text string) Status {
	text = strings.TrimSpace(text)
	for _, p := range statusPrefixes {
		if len(text) >= len(p.prefix) && strings.EqualFold(text[:len(p.prefix)], p.prefix) {
			return p.status
		}
	}
	return StatusOther
}
