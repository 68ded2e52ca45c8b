package verify

import "strings"

// Sentence says what a verdict means, "" for one that is not known here.
func (v Verdict) Sentence() string {
	switch v {
	case Verified:
		return "The integration works: Threat Response has seen the test email."
	case Tracked:
		return "The appliance has the message, Threat Response has not."
	case Accepted:
		return "The gateway took the message, message tracking does not show it."
	case Refused:
		return "The message was not delivered to the gateway."
	case Unknown:
		return "The line was lost after the message: it may have been delivered, and is not sent again."
	case Pending:
		return "There is no answer yet. Looking again later sends nothing."
	}
	return ""
}

// Title is how people call a stage.
func (s Stage) Title() string {
	switch s {
	case StageSend:
		return "Send"
	case StageTrack:
		return "Track"
	case StageDetails:
		return "Details"
	case StageInvestigate:
		return "Investigate"
	}
	return string(s)
}

// Title is how people call a key.
func (k Key) Title() string {
	switch k {
	case KeyMessageID:
		return "Message-ID"
	case KeyMID:
		return "MID"
	case KeySubject:
		return "subject"
	}
	return string(k)
}

// KeyTitles joins the titles of keys with commas.
func KeyTitles(keys []Key) string {
	titles := make([]string, len(keys))
	for i, k := range keys {
		titles[i] = k.Title()
	}
	return strings.Join(titles, ", ")
}
