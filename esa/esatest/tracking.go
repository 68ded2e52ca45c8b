package esatest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// noSubject is what tracking shows when the Subject header is not logged.
const noSubject = "(No Subject)"

// trackingMessages answers a search.
func (w *webServer) trackingMessages(r *http.Request) (any, *apiError) {
	values, refusal := parameters(r)
	if refusal != nil {
		return nil, refusal
	}
	q, refusal := w.a.parseQuery(values)
	if refusal != nil {
		return nil, refusal
	}
	rows := []object{}
	bad := 0
	if !q.lone {
		if q.rejected {
			rows = w.a.rejectedRows(q)
		} else {
			rows, bad = w.a.messageRows(q)
		}
	}
	if len(rows) == 0 && w.a.on("tracking-empty-object") {
		return object{}, nil
	}
	data := make([]object, len(rows))
	for i, row := range rows {
		data[i] = object{"attributes": row}
	}
	return object{"meta": object{"num_bad_records": bad, "totalCount": len(rows)}, "data": data}, nil
}

// messageRows is one page of messages, newest first. Records that could not be assembled use up
// places of the page.
func (a *Appliance) messageRows(q *query) (rows []object, bad int) {
	rows = []object{}
	records := a.store.between(q.start, q.end)
	skip, now := q.offset, a.cfg.Now()
	hideSubject := a.on("subject-not-logged")
	for i := len(records) - 1; i >= 0 && len(rows)+bad < q.limit; i-- {
		r := records[i]
		if !a.tracked(r) || hideSubject && q.bySubject || !q.matches(r) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if a.on("tracking-bad-records") && q.offset == 0 && (len(rows)+bad)%4 == 3 {
			bad++
			continue
		}
		if hideSubject {
			r = withoutSubject(r)
		}
		rows = append(rows, a.row(r, now))
	}
	return rows, bad
}

// withoutSubject is a record as it would be had the Subject header not been logged.
func withoutSubject(r *Record) *Record {
	hidden := *r
	hidden.NoSubject = true
	return &hidden
}

// row is one message as a search shows it.
func (a *Appliance) row(r *Record, now time.Time) object {
	mid := strconv.FormatInt(r.mid(), 10)
	status, final := r.Status, !now.Before(r.FinalAt)
	if !final {
		status = statusProcessing
	}
	row := object{
		"mid": r.MIDs, "icid": r.ICID, "hostName": a.rowHost(r), "serialNumber": r.Serial, "direction": r.Direction,
		"timestamp": a.stamp(r.Received), "sender": r.From, "recipient": r.To, "subject": subjectShown(r, r.Subject),
		"senderIp": r.SenderIP, "senderDomain": orNA(r.SenderDomain), "senderGroup": r.SenderGroup, "sbrs": r.SBRS,
		"replyTo": orNA(r.ReplyTo), "mailPolicy": []string{r.MailPolicy},
	}
	if a.on("tracking-12x") {
		row["messageStatus"], row["verdictChart"], row["isCompleteData"] = status, "0", true
		return row
	}
	row["allIcid"], row["recipientMap"] = []int64{r.ICID}, recipientMap(r)
	row["messageStatus"], row["verdictChart"] = object{mid: status}, object{mid: r.Verdicts.Chart}
	row["isCompleteData"], row["morDetails"] = "N/A", object{}
	row["messageID"] = object{}
	if r.HeaderFrom != "" {
		row["friendly_from"] = []string{r.HeaderFrom}
	}
	if r.MessageID != "" {
		row["messageID"] = object{strconv.FormatInt(r.MIDs[0], 10): r.MessageID}
	}
	if final && !r.dropped() {
		row["finalSubject"] = object{mid: subjectShown(r, r.FinalSubject)}
	}
	if final && len(r.Splinters) > 0 {
		row["messageStatus"], row["finalSubject"], row["verdictChart"] = splinterMaps(r)
	}
	if a.cfg.Flavour == FlavourSMA {
		row["dcid"] = dcids(r, final)
	}
	switch {
	case final && r.Retracted:
		row["morInfo"] = object{"midVsState": object{mid: statusRetracted}}
	case final && a.cfg.Flavour == FlavourESA:
		row["morInfo"] = object{"midVsState": row["messageStatus"]}
	}
	return row
}

// recipientMap names the recipients of each MID.
func recipientMap(r *Record) object {
	recipients := object{}
	for _, m := range r.MIDs {
		recipients[strconv.FormatInt(m, 10)] = r.To
	}
	for _, s := range r.Splinters {
		recipients[strconv.FormatInt(s.MID, 10)] = []string{s.To}
	}
	return recipients
}

// splinterMaps are status, subject and verdicts of a split message; the MID that was split has none.
func splinterMaps(r *Record) (statuses, subjects, charts object) {
	statuses, subjects, charts = object{}, object{}, object{}
	for _, s := range r.Splinters {
		mid := strconv.FormatInt(s.MID, 10)
		statuses[mid], subjects[mid], charts[mid] = s.Status, subjectShown(r, r.FinalSubject), r.Verdicts.Chart
	}
	return statuses, subjects, charts
}

// rowHost is the host name of a search row: only a Web Manager fills it in.
func (a *Appliance) rowHost(r *Record) string {
	if a.cfg.Flavour == FlavourSMA {
		return r.Host
	}
	return ""
}

// dcids lists the delivery connections so far.
func dcids(r *Record, final bool) []int64 {
	if r.DCID == 0 || !final {
		return []int64{}
	}
	return []int64{r.DCID}
}

// subjectShown is a subject as far as it was logged.
func subjectShown(r *Record, subject string) string {
	if r.NoSubject {
		return noSubject
	}
	return subject
}

// orNA writes nothing as "N/A".
func orNA(s string) string {
	if s == "" {
		return "N/A"
	}
	return s
}

// rejectedRows is one page of refused connections, newest first.
func (a *Appliance) rejectedRows(q *query) []object {
	a.store.mu.RLock()
	rejections := slices.Clone(a.store.rejections)
	a.store.mu.RUnlock()
	slices.SortStableFunc(rejections, func(x, y rejection) int { return y.at.Compare(x.at) })
	rows := []object{}
	skip := q.offset
	for _, r := range rejections {
		if r.at.Before(q.start) || r.at.After(q.end) || q.senderIP != "" && q.senderIP != r.senderIP || a.on("rejected-off") || a.on("tracking-disabled") {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(rows) == q.limit {
			break
		}
		host := ""
		if a.cfg.Flavour == FlavourSMA {
			host = r.host
		}
		rows = append(rows, object{
			"icid": r.icid, "senderIp": r.senderIP, "senderGroup": r.group, "sbrs": r.sbrs, "serialNumber": r.serial,
			"hostName": host, "timestamp": a.stamp(r.at), "messageStatus": r.words, "rejected": r.words,
		})
	}
	return rows
}
