package esatest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// quarantineOperators compare texts in the policy, virus and outbreak quarantines.
var quarantineOperators = map[string]func(text, value string) bool{
	"contains":            containsFold,
	"starts_with":         hasPrefixFold,
	"ends_with":           hasSuffixFold,
	"matches_exactly":     strings.EqualFold,
	"does_not_contain":    func(text, value string) bool { return !containsFold(text, value) },
	"does_not_start_with": func(text, value string) bool { return !hasPrefixFold(text, value) },
	"does_not_end_with":   func(text, value string) bool { return !hasSuffixFold(text, value) },
	"does_not_match":      func(text, value string) bool { return !strings.EqualFold(text, value) },
}

// spamOperators compare texts in the spam quarantine.
var spamOperators = map[string]func(text, value string) bool{
	"contains": containsFold, "is": strings.EqualFold, "begins_with": hasPrefixFold, "ends_with": hasSuffixFold,
	"does_not_contain": func(text, value string) bool { return !containsFold(text, value) },
}

func hasSuffixFold(s, needle string) bool {
	return len(s) >= len(needle) && strings.EqualFold(s[len(s)-len(needle):], needle)
}

// compareWith reads an operator and a value.
func compareWith(operators map[string]func(string, string) bool, operator, value string) (func(string) bool, *apiError) {
	compare, ok := operators[operator]
	if !ok {
		return nil, unexpected(operator)
	}
	value = strings.ToLower(value)
	return func(text string) bool { return compare(text, value) }, nil
}

// addSpamFilters adds the filters of the spam quarantine.
func (q *query) addSpamFilters(values url.Values) *apiError {
	if by := values.Get("filterBy"); by != "" {
		holds, refusal := compareWith(spamOperators, values.Get("filterOperator"), values.Get("filterValue"))
		if refusal != nil {
			return refusal
		}
		switch by {
		case "from_address":
			q.basic = append(q.basic, func(r *Record) bool { return holds(r.HeaderFrom) })
		case "to_address":
			q.basic = append(q.basic, func(r *Record) bool { return slices.ContainsFunc(r.To, holds) })
		case "subject":
			q.basic = append(q.basic, func(r *Record) bool { return holds(r.Subject) })
		default:
			return unexpected(by)
		}
	}
	if operator := values.Get("envelopeRecipientFilterOperator"); operator != "" {
		holds, refusal := compareWith(spamOperators, operator, values.Get("envelopeRecipientFilterValue"))
		if refusal != nil {
			return refusal
		}
		q.basic = append(q.basic, func(r *Record) bool { return slices.ContainsFunc(r.To, holds) })
	}
	return nil
}

// addPolicyFilters adds the filters of the policy, virus and outbreak quarantines.
func (q *query) addPolicyFilters(values url.Values) *apiError {
	if values.Get("quarantines") == "" {
		return missing("quarantines")
	}
	wanted := strings.Split(values.Get("quarantines"), ",")
	for _, name := range wanted {
		if !slices.Contains(pvoQuarantines, name) {
			return unexpected(name)
		}
	}
	q.basic = append(q.basic, func(r *Record) bool { return slices.Contains(wanted, r.Quarantine) })
	if ip := values.Get("originatingEsaIp"); ip != "" {
		q.basic = append(q.basic, func(r *Record) bool { return r.HostIP == ip })
	}
	if name := values.Get("attachmentName"); name != "" {
		q.basic = append(q.basic, func(r *Record) bool {
			return slices.ContainsFunc(r.Attachments, func(a Attachment) bool { return containsFold(a.Name, strings.ToLower(name)) })
		})
	}
	for _, pair := range []struct {
		name   string
		fields func(r *Record, holds func(string) bool) bool
	}{
		{"subjectFilter", func(r *Record, holds func(string) bool) bool { return holds(r.Subject) }},
		{"envelopeSenderFilter", func(r *Record, holds func(string) bool) bool { return holds(r.From) }},
		{"envelopeRecipientFilter", func(r *Record, holds func(string) bool) bool { return slices.ContainsFunc(r.To, holds) }},
	} {
		by, value := values.Get(pair.name+"By"), values.Get(pair.name+"Value")
		if by == "" && value == "" {
			continue
		}
		holds, refusal := compareWith(quarantineOperators, by, value)
		if refusal != nil {
			return refusal
		}
		q.basic = append(q.basic, func(r *Record) bool { return pair.fields(r, holds) })
	}
	return q.addSizeFilter(values)
}

// addSizeFilter adds the filter by the size of attachments, in kilobytes.
func (q *query) addSizeFilter(values url.Values) *apiError {
	by := values.Get("attachmentSizeFilterBy")
	if by == "" {
		return nil
	}
	bound := func(name string) (int64, *apiError) {
		n, err := strconv.ParseInt(values.Get(name), 10, 64)
		if err != nil {
			return 0, missing(name)
		}
		return n * 1024, nil
	}
	var from, to int64 = 0, 1 << 40
	var refusal *apiError
	switch by {
	case "range":
		if from, refusal = bound("attachmentSizeFromValue"); refusal == nil {
			to, refusal = bound("attachmentSizeToValue")
		}
	case "less_than":
		to, refusal = bound("attachmentSizeToValue")
	case "more_than":
		from, refusal = bound("attachmentSizeFromValue")
	default:
		return unexpected(by)
	}
	q.basic = append(q.basic, func(r *Record) bool {
		return slices.ContainsFunc(r.Attachments, func(a Attachment) bool { return a.Size >= from && a.Size <= to })
	})
	return refusal
}
