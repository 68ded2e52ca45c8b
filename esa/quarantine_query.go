package esa

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// QuarantineOperator is how a quarantine filter compares. The two kinds of
// quarantine have different words for the same, and not each has all.
type QuarantineOperator string

// The operators.
const (
	QuarantineContains      QuarantineOperator = "contains" // the default
	QuarantineIs            QuarantineOperator = "is"
	QuarantineBeginsWith    QuarantineOperator = "begins_with"
	QuarantineEndsWith      QuarantineOperator = "ends_with"
	QuarantineContainsNot   QuarantineOperator = "does_not_contain"
	QuarantineIsNot         QuarantineOperator = "is_not"          // policy only
	QuarantineBeginsWithNot QuarantineOperator = "begins_with_not" // policy only
	QuarantineEndsWithNot   QuarantineOperator = "ends_with_not"   // policy only
)

// The API's words for the operators.
var (
	spamOperators = map[QuarantineOperator]string{
		QuarantineContains: "contains", QuarantineIs: "is", QuarantineBeginsWith: "begins_with",
		QuarantineEndsWith: "ends_with", QuarantineContainsNot: "does_not_contain",
	}
	policyOperators = map[QuarantineOperator]string{
		QuarantineContains: "contains", QuarantineIs: "matches_exactly", QuarantineBeginsWith: "starts_with",
		QuarantineEndsWith: "ends_with", QuarantineContainsNot: "does_not_contain", QuarantineIsNot: "does_not_match",
		QuarantineBeginsWithNot: "does_not_start_with", QuarantineEndsWithNot: "does_not_end_with",
	}
	spamOrders   = []string{"from_address", "to_address", "date", "subject", "size"}
	policyOrders = []string{"sender", "subject", "received", "scheduledExit", "size"}
)

// QuarantineFilter restricts one text field; the zero value restricts nothing.
type QuarantineFilter struct {
	Operator QuarantineOperator
	Value    string
}

// PolicyQuarantines are the quarantines that every appliance has, searched when
// a query names none.
func PolicyQuarantines() []string {
	return []string{"Outbreak", "Virus", "File Analysis", "Unclassified", "Policy"}
}

// QuarantineQuery is a search in a quarantine.
type QuarantineQuery struct {
	Type       QuarantineType
	Start, End time.Time // required; sent with whole minutes, as in Query

	Recipient QuarantineFilter // envelope recipient
	Sender    QuarantineFilter // spam: header From; policy: envelope sender
	Subject   QuarantineFilter // spam: not together with Sender

	// For a policy quarantine only.
	Quarantines    []string // PolicyQuarantines when empty
	OriginatingIP  string   // of the gateway
	AttachmentName string
	AttachmentMin  int64 // size, in the unit that the appliance uses; 0: no bound
	AttachmentMax  int64

	OrderBy    string // spam: from_address, to_address, date, subject, size; policy: sender, subject, received, scheduledExit, size
	Descending bool
	Offset     int
	Limit      int // at most MaxLimit; 0 is DefaultLimit
}

// Values returns the query string's attributes, or an *Error of KindInvalid that
// names the wrong field.
func (q QuarantineQuery) Values() (url.Values, error) {
	if err := q.Type.check(); err != nil {
		return nil, err
	}
	v := url.Values{"quarantineType": {string(q.Type)}}
	window := Query{Start: q.Start, End: q.End, Offset: q.Offset, Limit: q.Limit}
	if err := window.setWindow(v); err != nil {
		return nil, err
	}
	if err := window.setPage(v); err != nil {
		return nil, err
	}
	set := q.setSpam
	if q.Type == PolicyQuarantine {
		set = q.setPolicy
	}
	if err := set(v); err != nil {
		return nil, err
	}
	return v, nil
}

func (q QuarantineQuery) setSpam(v url.Values) error {
	if len(q.Quarantines) > 0 || q.OriginatingIP != "" || q.AttachmentName != "" || q.AttachmentMin != 0 || q.AttachmentMax != 0 {
		return invalid("quarantine names, gateway and attachments can be searched in policy quarantines only")
	}
	if err := setQuarantineFilter(v, spamOperators, "envelopeRecipientFilterOperator", "envelopeRecipientFilterValue", q.Recipient); err != nil {
		return err
	}
	by, filter := "from_address", q.Sender
	if q.Subject.Value != "" {
		if q.Sender.Value != "" {
			return invalid("the spam quarantine can be searched by sender or by subject, not by both")
		}
		by, filter = "subject", q.Subject
	}
	if err := setQuarantineFilter(v, spamOperators, "filterOperator", "filterValue", filter); err != nil {
		return err
	}
	if v.Has("filterValue") {
		v.Set("filterBy", by)
	}
	return q.setOrder(v, spamOrders)
}

func (q QuarantineQuery) setPolicy(v url.Values) error {
	for _, f := range []struct {
		name   string
		filter QuarantineFilter
	}{
		{"envelopeRecipientFilter", q.Recipient}, {"envelopeSenderFilter", q.Sender}, {"subjectFilter", q.Subject},
	} {
		if err := setQuarantineFilter(v, policyOperators, f.name+"By", f.name+"Value", f.filter); err != nil {
			return err
		}
	}
	names := q.Quarantines
	if len(names) == 0 {
		names = PolicyQuarantines()
	}
	v.Set("quarantines", strings.Join(names, ","))
	if q.OriginatingIP != "" {
		v.Set("originatingEsaIp", q.OriginatingIP)
	}
	if q.AttachmentName != "" {
		v.Set("attachmentName", q.AttachmentName)
	}
	if err := q.setAttachmentSize(v); err != nil {
		return err
	}
	return q.setOrder(v, policyOrders)
}

func (q QuarantineQuery) setAttachmentSize(v url.Values) error {
	from, to := strconv.FormatInt(q.AttachmentMin, 10), strconv.FormatInt(q.AttachmentMax, 10)
	switch {
	case q.AttachmentMin < 0 || q.AttachmentMax < 0 || q.AttachmentMax > 0 && q.AttachmentMax < q.AttachmentMin:
		return invalid("attachment size from %s to %s is no range", from, to)
	case q.AttachmentMin > 0 && q.AttachmentMax > 0:
		v.Set("attachmentSizeFilterBy", "range")
		v.Set("attachmentSizeFromValue", from)
		v.Set("attachmentSizeToValue", to)
	case q.AttachmentMin > 0:
		v.Set("attachmentSizeFilterBy", "more_than")
		v.Set("attachmentSizeFromValue", from)
	case q.AttachmentMax > 0:
		v.Set("attachmentSizeFilterBy", "less_than")
		v.Set("attachmentSizeToValue", to)
	}
	return nil
}

func (q QuarantineQuery) setOrder(v url.Values, fields []string) error {
	if q.OrderBy == "" {
		return nil
	}
	for _, f := range fields {
		if f == q.OrderBy {
			v.Set("orderBy", f)
			v.Set("orderDir", "asc")
			if q.Descending {
				v.Set("orderDir", "desc")
			}
			return nil
		}
	}
	return invalid("the %s quarantine cannot be sorted by %q, only by %s", string(q.Type), q.OrderBy, strings.Join(fields, ", "))
}

func setQuarantineFilter(v url.Values, words map[QuarantineOperator]string, operatorName, valueName string, f QuarantineFilter) error {
	if f.Value == "" {
		if f.Operator != "" {
			return invalid("%s has the operator %s but no value", valueName, f.Operator)
		}
		return nil
	}
	op := f.Operator
	if op == "" {
		op = QuarantineContains
	}
	word, ok := words[op]
	if !ok {
		return invalid("this quarantine does not know the operator %s", op)
	}
	v.Set(operatorName, word)
	v.Set(valueName, f.Value)
	return nil
}
