package esatest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pvoQuarantines are the policy, virus and outbreak quarantines.
var pvoQuarantines = []string{quarantineOutbreak, quarantineVirus, quarantineFile, "Unclassified", quarantinePolicy}

// held lists what a quarantine search can find, newest first.
func (a *Appliance) held(spam bool) []*Record {
	var held []*Record
	records := a.store.all()
	for _, r := range slices.Backward(records) {
		if r.Quarantine != "" && (r.Quarantine == quarantineSpam) == spam && !a.cfg.Now().Before(r.FinalAt) {
			held = append(held, r)
		}
	}
	return held
}

// quarantineAttributes are what a search takes, by kind of quarantine.
var quarantineAttributes = map[string][]string{
	"spam": {
		"startDate", "endDate", "quarantineType", "offset", "limit", "orderBy", "orderDir", "filterBy", "filterOperator", "filterValue",
		"envelopeRecipientFilterOperator", "envelopeRecipientFilterValue",
	},
	"pvo": {
		"startDate", "endDate", "quarantineType", "offset", "limit", "orderBy", "orderDir", "quarantines", "originatingEsaIp",
		"subjectFilterBy", "subjectFilterValue", "envelopeSenderFilterBy", "envelopeSenderFilterValue",
		"envelopeRecipientFilterBy", "envelopeRecipientFilterValue", "attachmentName", "attachmentSizeFilterBy", "attachmentSizeFromValue", "attachmentSizeToValue",
	},
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
	}
	q, refusal := newQuery(values, func(name string) bool { return slices.Contains(known, name) })
	if refusal != nil {
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
			data = append(data, object{"mid": a.quarantineMID(r), "attributes": a.quarantineRow(r, kind)})
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
	case quarantineFile:
		return "Advanced Malware Protection: file analysis is pending"
	}
	return "Policy"
}

// quarantineMID is the number of a held message: a Web Manager, which keeps the quarantines of its
// gateways, gives its own.
func (a *Appliance) quarantineMID(r *Record) int64 {
	if a.cfg.Flavour == FlavourSMA {
		return r.mid() + 4_000_000
	}
	return r.mid()
}

// heldByMID finds a held message.
func (a *Appliance) heldByMID(kind string, mid int64) *Record {
	for _, r := range a.held(kind == "spam") {
		if a.quarantineMID(r) == mid {
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
