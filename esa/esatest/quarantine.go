package esatest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pvoQuarantines are the policy, virus and outbreak quarantines.
var pvoQuarantines = []string{quarantineOutbreak, quarantineVirus, quarantineFile, "Unclassified", quarantinePolicy}

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

// held lists what a quarantine search can find, newest first.
func (a *Appliance) held(spam bool) []*Record {
	var held []*Record
	records := a.store.all()
	for i := len(records) - 1; i >= 0; i-- {
		if r := records[i]; r.Quarantine != "" && (r.Quarantine == quarantineSpam) == spam && !a.cfg.Now().Before(r.FinalAt) {
			held = append(held, r)
		}
	}
	return held
}

// quarantineAttributes are what a search takes, by kind of quarantine.
var quarantineAttributes = map[string][]string{
	"spam": {"startDate", "endDate", "quarantineType", "offset", "limit", "orderBy", "orderDir", "filterBy", "filterOperator", "filterValue",
		"envelopeRecipientFilterOperator", "envelopeRecipientFilterValue"},
	"pvo": {"startDate", "endDate", "quarantineType", "offset", "limit", "orderBy", "orderDir", "quarantines", "originatingEsaIp",
		"subjectFilterBy", "subjectFilterValue", "envelopeSenderFilterBy", "envelopeSenderFilterValue",
		"envelopeRecipientFilterBy", "envelopeRecipientFilterValue", "attachmentName", "attachmentSizeFilterBy", "attachmentSizeFromValue", "attachmentSizeToValue"},
}

// quarantineSearch answers GET quarantine/messages.
func (w *webServer) quarantineSearch(r *http.Request) (any, *apiError) {
	values, refusal := parameters(r)
	if refusal != nil {
		return nil, refusal
	}
	for i, v := range values["quarantines"] { // the one place where a plus is a blank
		values["quarantines"][i] = strings.ReplaceAll(v, "+", " ")
	}
	kind := values.Get("quarantineType")
	known, ok := quarantineAttributes[kind]
	switch {
	case kind == "":
		return nil, missing("quarantineType")
	case !ok:
		return nil, unexpected(kind)
	case values.Get("startDate") == "" || values.Get("endDate") == "":
		return nil, missing("startDate or endDate")
	}
	for name := range values {
		if !slices.Contains(known, name) {
			return nil, unexpected(name)
		}
	}
	q := &query{limit: defaultLimit}
	if q.start, refusal = parseTime(values.Get("startDate")); refusal != nil {
		return nil, refusal
	}
	if q.end, refusal = parseTime(values.Get("endDate")); refusal != nil {
		return nil, refusal
	}
	if refusal = q.parsePage(values); refusal != nil {
		return nil, refusal
	}
	if kind == "spam" {
		refusal = q.addSpamFilters(values)
	} else {
		refusal = q.addPolicyFilters(values)
	}
	if refusal != nil {
		return nil, refusal
	}
	return w.a.quarantinePage(q, kind, values)
}

// quarantinePage is one page of a quarantine; the total counts every match.
func (a *Appliance) quarantinePage(q *query, kind string, values url.Values) (any, *apiError) {
	var found []*Record
	for _, r := range a.held(kind == "spam") {
		if !r.Received.Before(q.start) && !r.Received.After(q.end) && q.matches(r) {
			found = append(found, r)
		}
	}
	if refusal := orderQuarantine(found, kind, values.Get("orderBy"), values.Get("orderDir")); refusal != nil {
		return nil, refusal
	}
	data := []object{}
	if !q.lone {
		for _, r := range found[min(q.offset, len(found)):min(q.offset+q.limit, len(found))] {
			data = append(data, object{"mid": r.mid(), "attributes": a.quarantineRow(r, kind)})
		}
	}
	return object{"meta": object{"totalCount": len(found)}, "data": data}, nil
}

// orderQuarantine sorts what was found.
func orderQuarantine(found []*Record, kind, by, direction string) *apiError {
	compare := map[string]func(a, b *Record) int{
		"from_address":  func(a, b *Record) int { return strings.Compare(a.HeaderFrom, b.HeaderFrom) },
		"to_address":    func(a, b *Record) int { return strings.Compare(a.To[0], b.To[0]) },
		"date":          func(a, b *Record) int { return a.Received.Compare(b.Received) },
		"subject":       func(a, b *Record) int { return strings.Compare(a.Subject, b.Subject) },
		"size":          func(a, b *Record) int { return int(a.Size - b.Size) },
		"sender":        func(a, b *Record) int { return strings.Compare(a.From, b.From) },
		"received":      func(a, b *Record) int { return a.Received.Compare(b.Received) },
		"scheduledExit": func(a, b *Record) int { return a.Received.Compare(b.Received) },
	}
	orders := map[string][]string{
		"spam": {"from_address", "to_address", "date", "subject", "size"},
		"pvo":  {"sender", "subject", "received", "scheduledExit", "size"},
	}
	if by == "" {
		return nil
	}
	if !slices.Contains(orders[kind], by) {
		return unexpected(by)
	}
	switch direction {
	case "asc", "":
		slices.SortStableFunc(found, compare[by])
	case "desc":
		slices.SortStableFunc(found, func(a, b *Record) int { return compare[by](b, a) })
	default:
		return unexpected(direction)
	}
	return nil
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

// quarantineRow is one message as a quarantine search shows it.
func (a *Appliance) quarantineRow(r *Record, kind string) object {
	if kind == "spam" {
		return object{
			"subject": r.Subject, "date": a.shortStamp(r.Received), "fromAddress": []string{r.HeaderFrom}, "toAddress": r.To,
			"envelopeRecipient": r.To, "size": sizeShort(r.Size),
		}
	}
	return object{
		"subject": r.Subject, "sender": r.From, "recipient": r.To, "fromAddress": []string{r.HeaderFrom}, "received": a.shortStamp(r.Received),
		"scheduledExit": a.shortStamp(scheduledExit(r)), "esaHostName": r.Host, "esaMid": r.mid(), "originatingEsaIp": r.HostIP,
		"inQuarantines": r.Quarantine, "quarantineForReason": []string{r.Quarantine},
		"quarantineForReasonDict": []object{{"quarantineName": r.Quarantine, "reason": []string{holdReason(r)}}}, "size": sizeShort(r.Size),
	}
}

// scheduledExit is when a quarantine lets a message go by itself.
func scheduledExit(r *Record) time.Time { return r.Received.AddDate(0, 0, 10) }

// holdReason says why a message is held.
func holdReason(r *Record) string {
	switch r.Quarantine {
	case quarantineOutbreak:
		return "Threat: " + r.Verdicts.Threat
	case quarantinePolicy:
		return "Content Filter: '" + contentFilter + "'"
	}
	return "Policy"
}

// heldByMID finds a held message.
func (a *Appliance) heldByMID(kind string, mid int64) *Record {
	for _, r := range a.held(kind == "spam") {
		if r.mid() == mid {
			return r
		}
	}
	return nil
}

// quarantineDetails answers GET quarantine/messages/details.
func (w *webServer) quarantineDetails(r *http.Request) (any, *apiError) {
	if refusal := only(r, "mid", "quarantineType"); refusal != nil {
		return nil, refusal
	}
	kind := r.URL.Query().Get("quarantineType")
	if quarantineAttributes[kind] == nil {
		return nil, missing("quarantineType")
	}
	mid, err := strconv.ParseInt(r.URL.Query().Get("mid"), 10, 64)
	if err != nil {
		return nil, missing("mid")
	}
	rec := w.a.heldByMID(kind, mid)
	if rec == nil {
		return object{"data": object{}}, nil
	}
	if kind == "spam" {
		attributes := w.a.quarantineRow(rec, kind)
		attributes["messageBody"], attributes["attachments"] = "This is the text of the message.<br />", []string{}
		return object{"data": object{"mid": mid, "attributes": attributes}}, nil
	}
	parts := []object{{"attachmentId": 1, "attachmentName": "[message body]", "attachmentSize": "43"}}
	for i, file := range rec.Attachments {
		parts = append(parts, object{"attachmentId": i + 2, "attachmentName": file.Name, "attachmentSize": sizeShort(file.Size)})
	}
	return object{"data": object{"mid": mid, "attributes": object{
		"headers":     "From: " + rec.HeaderFrom + "<br />To: " + strings.Join(rec.To, ", ") + "<br />Subject: " + rec.Subject + "<br />Message-ID: " + rec.MessageID + "<br />",
		"messageBody": "This is the text of the message.<br />", "matchedContents": []string{},
		"messageDetails": w.a.quarantineRow(rec, kind), "messagePartDetails": parts,
		"quarantineDetails": []object{{
			"quarantineName": rec.Quarantine, "reason": []string{holdReason(rec)}, "received": w.a.shortStamp(rec.Received),
			"scheduledExit": w.a.shortStamp(scheduledExit(rec)), "esaHostName": rec.Host, "originatingEsaIp": rec.HostIP,
		}},
	}}}, nil
}

// order is the body of a POST or DELETE: it has no data object around it.
type order struct {
	Action         string  `json:"action"`
	QuarantineType string  `json:"quarantineType"`
	QuarantineName string  `json:"quarantineName"`
	Destination    string  `json:"destinationQuarantineName"`
	MIDs           []int64 `json:"mids"`
}

// readOrder reads the body of a POST or DELETE.
func readOrder(r *http.Request) (order, *apiError) {
	var o order
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&o); err != nil || o.MIDs == nil {
		return o, &apiError{http.StatusBadRequest, "Bad Request."}
	}
	switch {
	case o.QuarantineType == "pvo" && o.QuarantineName == "":
		return o, missing("quarantineName")
	case o.QuarantineType != "spam" && o.QuarantineType != "pvo":
		return o, unexpected(o.QuarantineType)
	}
	return o, nil
}

// quarantineAct answers POST quarantine/messages: release and, between policy quarantines, move.
func (w *webServer) quarantineAct(r *http.Request) (any, *apiError) {
	o, refusal := readOrder(r)
	if refusal != nil {
		return nil, refusal
	}
	switch {
	case o.Action == "release":
		return w.a.actOn(o, "release", func(changed *Record) {
			changed.Quarantine, changed.Status = "", statusDelivered
		}), nil
	case o.Action == "move" && o.QuarantineType == "pvo" && slices.Contains(pvoQuarantines, o.Destination):
		return w.a.actOn(o, "move", func(changed *Record) { changed.Quarantine = o.Destination }), nil
	default:
		return nil, unexpected(o.Action)
	}
}

// quarantineDelete answers DELETE quarantine/messages, which has a body.
func (w *webServer) quarantineDelete(r *http.Request) (any, *apiError) {
	o, refusal := readOrder(r)
	if refusal != nil {
		return nil, refusal
	}
	return w.a.actOn(o, "delete", func(changed *Record) {
		changed.Quarantine, changed.Status = "", "Dropped by Quarantine"
	}), nil
}

// actOn changes the messages that an order names and counts those that it found.
func (a *Appliance) actOn(o order, action string, change func(*Record)) object {
	count := 0
	for _, mid := range o.MIDs {
		r := a.heldByMID(o.QuarantineType, mid)
		if r == nil || o.QuarantineType == "pvo" && r.Quarantine != o.QuarantineName {
			continue
		}
		changed := *r
		change(&changed)
		if changed.Status == statusDelivered && changed.DCID == 0 {
			changed.DCID = a.store.nextDCID()
		}
		a.store.replace(r, &changed)
		count++
	}
	return object{"data": object{"action": action, "totalCount": count}}
}
