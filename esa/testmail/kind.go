package testmail

// Kind is what a test message asks the gateway to do.
type Kind string

// The kinds of test message.
const (
	KindPlain      Kind = "plain"      // harmless text
	KindSpam       Kind = "spam"       // header X-Advertisement: Spam
	KindSuspect    Kind = "suspect"    // header X-Advertisement: Suspect
	KindMarketing  Kind = "marketing"  // header X-Advertisement: Marketing
	KindEICAR      Kind = "eicar"      // the EICAR anti-virus test file, attached
	KindLink       Kind = "link"       // a URL in the text
	KindAttachment Kind = "attachment" // a file of the caller's own
)

// KindInfo describes a kind for people.
type KindInfo struct {
	Kind        Kind
	Description string
	Risk        string // what to confirm before sending; empty when harmless
}

// Kinds lists every kind in the order in which to offer them.
func Kinds() []KindInfo {
	return []KindInfo{
		{KindPlain, "harmless text: the gateway should deliver it", ""},
		{KindSpam, "asks the anti-spam engine for the verdict spam", ""},
		{KindSuspect, "asks the anti-spam engine for the verdict suspected spam", ""},
		{KindMarketing, "asks the anti-spam engine for the verdict marketing", ""},
		{KindEICAR, "carries the EICAR anti-virus test file", "The message may be dropped, quarantined or rewritten under a new MID, and the SOC may open a case about it."},
		{KindLink, "carries a link of your own in its text", ""},
		{KindAttachment, "carries a file of your own", ""},
	}
}
