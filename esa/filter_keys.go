package esa

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// FilterKey describes a key of the filter language.
type FilterKey struct {
	Name    string
	Aliases []string
	Help    string
	Values  []string // what can be asked for, when that is a fixed list
	Text    bool     // takes the operators of texts
}

// FilterKeys lists the keys, the common ones first.
func FilterKeys() []FilterKey {
	out := make([]FilterKey, 0, len(filterKeys))
	for _, k := range filterKeys {
		_, text := k.target.(textTarget)
		out = append(out, FilterKey{k.name, k.aliases, k.help, k.values(), text})
	}
	return out
}

// filterKey ties a key to the part of a query that it sets.
type filterKey struct {
	name    string
	aliases []string
	help    string
	target  filterTarget
	moment  bool // a time, which the parser reads itself
}

// filterTarget is a part of a query that a term can set.
type filterTarget interface {
	set(q *Query, op byte, value string) error
}

var filterKeys = []filterKey{
	{"subject", nil, "subject", textTarget{func(q *Query) *TextFilter { return &q.Subject }}, false},
	{"from", []string{"sender"}, "envelope sender", textTarget{func(q *Query) *TextFilter { return &q.EnvelopeSender }}, false},
	{"to", []string{"recipient", "rcpt"}, "envelope recipient", textTarget{func(q *Query) *TextFilter { return &q.EnvelopeRecipient }}, false},
	{"status", nil, "what became of the message", statusTarget{}, false},
	{"since", nil, "from then on: 2d, 90m, 2026-11-01, 2026-11-01T09:00", nil, true},
	{"until", nil, "up to then; a day counts whole", nil, true},
	{"time", nil, "a range: 3d, today, 2026-11-01..2026-11-03", nil, true},
	{"mid", nil, "MID", midTarget{}, false},
	{"message-id", []string{"msgid", "id"}, "Message-ID header", freeText(func(q *Query) *string { return &q.MessageID }), false},
	{"ip", []string{"sender-ip"}, "address of the sending host", checkedTarget{func(q *Query) *string { return &q.SenderIP }, checkIP}, false},
	{"direction", []string{"dir"}, "incoming or outgoing", wordTarget{func(q *Query) *string { return &q.Direction }, []string{Incoming, Outgoing}, nil}, false},
	{"attachment", []string{"file"}, "attachment name", textTarget{func(q *Query) *TextFilter { return &q.AttachmentName }}, false},
	{"sha256", nil, "SHA-256 of an attachment", checkedTarget{func(q *Query) *string { return &q.FileSHA256 }, checkSHA256}, false},
	{"domain", nil, "sender domain", textTarget{func(q *Query) *TextFilter { return &q.SenderDomain }}, false},
	{"reply-to", []string{"replyto"}, "Reply-To header", textTarget{func(q *Query) *TextFilter { return &q.ReplyTo }}, false},
	{"host", nil, "gateway behind an SMA", freeText(func(q *Query) *string { return &q.Host }), false},
	{"is", nil, "an event; several are alternatives", flagTarget{}, false},
	{"quarantine", nil, "kind of quarantine", upper(func(q *Query) *string { return &q.Events.QuarantineStatus }, quarantineStatuses), false},
	{"quarantine-name", nil, "names of quarantines, with commas", listTarget{func(q *Query) *[]string { return &q.Events.QuarantinedTo }, nil, nil}, false},
	{"delivery", nil, "delivery event", upper(func(q *Query) *string { return &q.Events.DeliveryStatus }, deliveryStatuses), false},
	{"amp", nil, "verdicts of Advanced Malware Protection, with commas", listTarget{func(q *Query) *[]string { return &q.Events.AMP }, []string{"clean", "malicious", "unknown", "unscannable", "lowrisk"}, ampVerdicts}, false},
	{"threat", nil, "threat name", freeText(func(q *Query) *string { return &q.Events.ThreatName }), false},
	{"url-reputation", nil, "reputation of a link", wordTarget{func(q *Query) *string { return &q.Events.URLReputation }, []string{"malicious", "suspicious"}, []string{"Malicious", "Suspicious"}}, false},
	{"url-category", nil, "categories of links, with commas", listTarget{func(q *Query) *[]string { return &q.Events.URLCategories }, nil, nil}, false},
	{"clicked", nil, "link that somebody followed", freeText(func(q *Query) *string { return &q.Events.WebInteractionURLs }), false},
	{"content-filter", nil, "content filter that stopped the message", freeText(func(q *Query) *string { return &q.Events.ContentFilter }), false},
	{"message-filter", nil, "message filter", freeText(func(q *Query) *string { return &q.Events.MessageFilters }), false},
	{"policy", nil, "mail policy", freeText(func(q *Query) *string { return &q.Events.MailPolicy }), false},
	{"macro", nil, "file types with macros, with commas", listTarget{func(q *Query) *[]string { return &q.Events.MacroFileTypes }, nil, nil}, false},
	{"dmarc", nil, "DMARC action", wordTarget{func(q *Query) *string { return &q.Events.DMARCAction }, dmarcActions, nil}, false},
	{"dmarc-from", nil, "domain that DMARC checked", freeText(func(q *Query) *string { return &q.Events.DMARCFrom }), false},
	{"dlp", nil, "DLP policies, with commas", listTarget{func(q *Query) *[]string { return &q.Events.DLPViolations }, nil, nil}, false},
	{"dlp-severity", nil, "severities of DLP violations, with commas", listTarget{func(q *Query) *[]string { return &q.Events.DLPSeverities }, dlpSeverities, nil}, false},
	{"dlp-action", nil, "what DLP did", wordTarget{func(q *Query) *string { return &q.Events.DLPAction }, []string{"delivered", "encrypted", "dropped"}, nil}, false},
	{"feed", nil, "external threat feeds, with commas", listTarget{func(q *Query) *[]string { return &q.Events.ETFSources }, nil, nil}, false},
	{"feed-ioc", nil, "what the feed knew", wordTarget{func(q *Query) *string { return &q.Events.ETFIOCs }, []string{"file_hash", "url", "domain"}, nil}, false},
	{"sdr", nil, "sender domain reputation", freeText(func(q *Query) *string { return &q.Events.SDRReputation }), false},
	{"sdr-category", nil, "category of the sender domain", freeText(func(q *Query) *string { return &q.Events.SDRCategories }), false},
	{"sdr-threat", nil, "threat level of the sender domain", freeText(func(q *Query) *string { return &q.Events.SDRThreatLevels }), false},
	{"ip-reputation", nil, "reputation of the sending host", freeText(func(q *Query) *string { return &q.Events.IPReputation }), false},
	{"outbreak-url", nil, "link rewritten by outbreak filters", freeText(func(q *Query) *string { return &q.Events.OutbreakURLRewritten }), false},
	{"outbreak-category", nil, "threat category of outbreak filters", freeText(func(q *Query) *string { return &q.Events.OutbreakThreatCategory }), false},
	{"forged", nil, "forged sender", freeText(func(q *Query) *string { return &q.Events.ForgedEmail }), false},
	{"country", nil, "geolocation", freeText(func(q *Query) *string { return &q.Events.GeoLocation }), false},
	{"app", nil, "APP forwarding", wordTarget{func(q *Query) *string { return &q.Events.AppForwarding }, []string{"success", "failed"}, []string{"app_success", "app_failed"}}, false},
	{"smime", nil, "S/MIME", wordTarget{func(q *Query) *string { return &q.Events.SMIME }, []string{"successful", "failed"}, []string{"smime_successful", "smime_failed"}}, false},
}

// flagWords are the words for flags after "is:".
var flagWords = []struct {
	word string
	flag Flag
}{
	{"spam", FlagSpamPositive},
	{"suspect-spam", FlagSuspectSpam},
	{"quarantined-as-spam", FlagQuarantinedAsSpam},
	{"virus", FlagVirusPositive},
	{"graymail", FlagGraymail},
	{"malicious-url", FlagMaliciousURLs},
	{"neutral-url", FlagNeutralURLs},
	{"outbreak", FlagInOutbreakQuarantine},
	{"delivered", FlagDelivered},
	{"hard-bounced", FlagHardBounced},
	{"soft-bounced", FlagSoftBounced},
	{"dane-failure", FlagDANEFailure},
	{"safe-printed", FlagSafePrinted},
}

// rejectedWord after "is:" searches rejected connections instead of messages.
const rejectedWord = "rejected"

func lookUpKey(name string) (filterKey, bool) {
	name = strings.ToLower(name)
	i := slices.IndexFunc(filterKeys, func(k filterKey) bool { return k.name == name || slices.Contains(k.aliases, name) })
	if i < 0 {
		return filterKey{}, false
	}
	return filterKeys[i], true
}

func keyNames() []string {
	var names []string
	for _, k := range filterKeys {
		names = append(append(names, k.name), k.aliases...)
	}
	return names
}

func (k filterKey) repeats() bool { return k.name == "is" }

func (k filterKey) values() []string {
	switch t := k.target.(type) {
	case wordTarget:
		return t.words
	case listTarget:
		return t.words
	case statusTarget:
		return statusWords()
	case flagTarget:
		return isWords()
	}
	return nil
}

// wordError is a word that is not of a fixed list.
type wordError struct {
	word  string
	words []string
}

func (e *wordError) Error() string {
	return fmt.Sprintf("%q is not one of %s", e.word, strings.Join(e.words, ", "))
}

// textTarget sets a text filter.
type textTarget struct{ field func(*Query) *TextFilter }

var textOperators = map[byte]Operator{':': Contains, '~': Contains, '=': Is, '^': BeginsWith}

func (t textTarget) set(q *Query, op byte, value string) error {
	*t.field(q) = TextFilter{textOperators[op], value}
	return nil
}

// wordTarget sets a text: any, or one of a fixed list, whose words may be others in the API.
type wordTarget struct {
	field func(*Query) *string
	words []string
	api   []string // nil: as words
}

// freeText is a target for any text.
func freeText(field func(*Query) *string) wordTarget { return wordTarget{field, nil, nil} }

// upper is a target for words that the API has in capitals.
func upper(field func(*Query) *string, api []string) wordTarget {
	words := make([]string, len(api))
	for i, w := range api {
		words[i] = strings.ToLower(w)
	}
	return wordTarget{field, words, api}
}

func (t wordTarget) set(q *Query, op byte, value string) error {
	if err := plainOperator(op); err != nil {
		return err
	}
	value, err := translate(value, t.words, t.api)
	*t.field(q) = value
	return err
}

// listTarget sets several texts.
type listTarget struct {
	field func(*Query) *[]string
	words []string
	api   []string
}

func (t listTarget) set(q *Query, op byte, value string) error {
	if err := plainOperator(op); err != nil {
		return err
	}
	var list []string
	for item := range strings.SplitSeq(value, ",") {
		item, err := translate(strings.TrimSpace(item), t.words, t.api)
		if err != nil {
			return err
		}
		if item == "" {
			return errors.New("there is nothing between two commas")
		}
		list = append(list, item)
	}
	*t.field(q) = list
	return nil
}

// checkedTarget sets a text of a certain form.
type checkedTarget struct {
	field func(*Query) *string
	check func(string) (string, error)
}

func (t checkedTarget) set(q *Query, op byte, value string) error {
	if err := plainOperator(op); err != nil {
		return err
	}
	value, err := t.check(value)
	*t.field(q) = value
	return err
}

func checkIP(s string) (string, error) {
	if _, err := netip.ParseAddr(s); err != nil {
		return "", fmt.Errorf("%q is not an IPv4 or IPv6 address", s)
	}
	return s, nil
}

func checkSHA256(s string) (string, error) {
	sum := strings.ToLower(s)
	if len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" {
		return "", fmt.Errorf("%q is not 64 hexadecimal digits", s)
	}
	return sum, nil
}

type midTarget struct{}

func (midTarget) set(q *Query, op byte, value string) error {
	if err := plainOperator(op); err != nil {
		return err
	}
	mid, err := strconv.ParseInt(value, 10, 64)
	if err != nil || mid < 1 {
		return fmt.Errorf("%q is no MID, which is a number from 1 on", value)
	}
	q.MID = mid
	return nil
}

type statusTarget struct{}

func statusWords() []string {
	var words []string
	for _, s := range Statuses() {
		words = append(words, string(s))
	}
	return words
}

func (statusTarget) set(q *Query, op byte, value string) error {
	if err := plainOperator(op); err != nil {
		return err
	}
	word, err := translate(value, statusWords(), nil)
	q.Status = Status(word)
	return err
}

type flagTarget struct{}

func isWords() []string {
	var words []string
	for _, f := range flagWords {
		words = append(words, f.word)
	}
	return append(words, rejectedWord)
}

func (flagTarget) set(q *Query, op byte, value string) error {
	if err := plainOperator(op); err != nil {
		return err
	}
	word, err := translate(value, isWords(), nil)
	if err != nil {
		return err
	}
	if word == rejectedWord {
		q.RejectedConnections = true
		return nil
	}
	for _, f := range flagWords {
		if f.word == word && !slices.Contains(q.Events.Flags, f.flag) {
			q.Events.Flags = append(q.Events.Flags, f.flag)
		}
	}
	return nil
}

func plainOperator(op byte) error {
	if op == ':' || op == '=' {
		return nil
	}
	return fmt.Errorf("this key takes \":\", not %q", string(op))
}

// translate turns a word into the API's, whatever its case; a free text stays.
func translate(value string, words, api []string) (string, error) {
	if words == nil {
		return value, nil
	}
	for i, w := range words {
		if strings.EqualFold(w, value) || api != nil && strings.EqualFold(api[i], value) {
			if api != nil {
				return api[i], nil
			}
			return w, nil
		}
	}
	return "", &wordError{value, words}
}
