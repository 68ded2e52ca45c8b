package esatest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a search.
const (
	maxLimit     = 100
	defaultLimit = 20
)

// wireTime is the form of startDate and endDate; seconds and milliseconds must be zero.
const wireTime = "2006-01-02T15:04:05.000Z"

// query is a search of message tracking.
type query struct {
	start, end    time.Time
	rejected      bool
	offset, limit int
	lone          bool                 // offset without limit or the other way round: no data
	basic         []func(*Record) bool // all must hold
	events        []func(*Record) bool // one must hold, when there are any
	bySubject     bool                 // there is a subject filter
	senderIP      string
}

// matches applies the filters.
func (q *query) matches(r *Record) bool {
	for _, holds := range q.basic {
		if !holds(r) {
			return false
		}
	}
	return len(q.events) == 0 || slices.ContainsFunc(q.events, func(holds func(*Record) bool) bool { return holds(r) })
}

// parseQuery reads a search and refuses what the appliance refuses.
func (a *Appliance) parseQuery(values url.Values) (*query, *apiError) {
	q, refusal := newQuery(values, knownAttribute)
	if refusal != nil {
		return nil, refusal
	}
	switch option := values.Get("searchOption"); option {
	case "", "messages":
	case "rejected_connections":
		q.rejected, q.senderIP = true, values.Get("senderIp")
	default:
		return nil, unexpected(option)
	}
	if refusal = q.addTexts(values); refusal != nil {
		return nil, refusal
	}
	if refusal = q.addValues(values); refusal != nil {
		return nil, refusal
	}
	return q, q.addEvents(values)
}

// newQuery reads what every search has: its window and its page, and no attribute that is not known.
func newQuery(values url.Values, known func(name string) bool) (*query, *apiError) {
	if values.Get("startDate") == "" || values.Get("endDate") == "" {
		return nil, missing("startDate or endDate")
	}
	for name := range values {
		if !known(name) {
			return nil, unexpected(name)
		}
	}
	q := &query{limit: defaultLimit}
	var refusal *apiError
	if q.start, refusal = parseTime(values.Get("startDate")); refusal != nil {
		return nil, refusal
	}
	if q.end, refusal = parseTime(values.Get("endDate")); refusal != nil {
		return nil, refusal
	}
	return q, q.parsePage(values)
}

// parseTime reads a time with zero seconds.
func parseTime(text string) (time.Time, *apiError) {
	t, err := time.Parse(wireTime, text)
	if err != nil || t.Second() != 0 || t.Nanosecond() != 0 {
		return time.Time{}, unexpected(text)
	}
	return t, nil
}

// parsePage reads offset and limit.
func (q *query) parsePage(values url.Values) *apiError {
	offset, limit := values.Get("offset"), values.Get("limit")
	q.lone = (offset == "") != (limit == "")
	for _, number := range []struct {
		text string
		to   *int
		from int
		most int
	}{{offset, &q.offset, 0, 1 << 30}, {limit, &q.limit, 1, maxLimit}} {
		if number.text == "" {
			continue
		}
		n, err := strconv.Atoi(number.text)
		if err != nil || n < number.from || n > number.most {
			return unexpected(number.text)
		}
		*number.to = n
	}
	return nil
}

// textFilter is a pair of attributes: an operator and a value.
type textFilter struct {
	operator, value string
	fields          func(*Record, func(string) bool) bool // tells whether one of the texts holds
}

const subjectOperator = "subjectfilterOperator"

var textFilters = []textFilter{
	{subjectOperator, "subjectfilterValue", func(r *Record, holds func(string) bool) bool {
		return !r.NoSubject && (holds(r.Subject) || r.FinalSubject != "" && r.FinalSubject != r.Subject && holds(r.FinalSubject))
	}},
	{"envelopeSenderfilterOperator", "envelopeSenderfilterValue", func(r *Record, holds func(string) bool) bool { return holds(r.From) }},
	{"envelopeRecipientfilterOperator", "envelopeRecipientfilterValue", func(r *Record, holds func(string) bool) bool {
		return slices.ContainsFunc(r.To, holds)
	}},
	{"attachmentNameOperator", "attachmentNameValue", func(r *Record, holds func(string) bool) bool {
		return slices.ContainsFunc(r.Attachments, func(a Attachment) bool { return holds(a.Name) })
	}},
	{"domainNameOperator", "domainNameValue", func(r *Record, holds func(string) bool) bool { return holds(r.SenderDomain) }},
	{"replyToOperator", "replyToValue", func(r *Record, holds func(string) bool) bool { return holds(r.ReplyTo) }},
}

// operators compare a text with a value in lower case.
var operators = map[string]func(text, value string) bool{
	"contains":    containsFold,
	"is":          strings.EqualFold,
	"begins_with": hasPrefixFold,
}

// addTexts adds the filters that are pairs. One half alone is refused.
func (q *query) addTexts(values url.Values) *apiError {
	for _, f := range textFilters {
		operator, value := values.Get(f.operator), values.Get(f.value)
		switch {
		case operator == "" && value == "":
			continue
		case operator == "":
			return missing(f.operator)
		case value == "":
			return missing(f.value)
		}
		compare, ok := operators[operator]
		if !ok {
			return unexpected(operator)
		}
		value = strings.ToLower(value)
		holds := func(text string) bool { return compare(text, value) }
		q.basic = append(q.basic, func(r *Record) bool { return f.fields(r, holds) })
		q.bySubject = q.bySubject || f.operator == subjectOperator
	}
	return nil
}

// addValues adds the filters that are one value.
func (q *query) addValues(values url.Values) *apiError {
	add := func(holds func(*Record) bool) { q.basic = append(q.basic, holds) }
	if text := values.Get("ciscoMid"); text != "" {
		mid, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return unexpected(text)
		}
		add(func(r *Record) bool { return slices.Contains(r.MIDs, mid) })
	}
	if text := values.Get("messageIdHeader"); text != "" {
		id := strings.Trim(text, "<>")
		add(func(r *Record) bool { return r.MessageID != "" && strings.Trim(r.MessageID, "<>") == id })
	}
	if text := values.Get("senderIp"); text != "" {
		add(func(r *Record) bool { return r.SenderIP == text })
	}
	if text := values.Get("fileSha256"); text != "" {
		if len(text) != 64 {
			return unexpected(text)
		}
		add(func(r *Record) bool {
			return slices.ContainsFunc(r.Attachments, func(a Attachment) bool { return a.SHA256 == text })
		})
	}
	switch direction := values.Get("messageDirection"); direction {
	case "":
	case "incoming", "outgoing":
		add(func(r *Record) bool { return r.Direction == direction })
	default:
		return unexpected(direction)
	}
	if host := values.Get("ciscoHost"); host != "" && host != "All_Hosts" {
		add(func(r *Record) bool { return strings.EqualFold(r.Host, host) })
	}
	return nil
}
