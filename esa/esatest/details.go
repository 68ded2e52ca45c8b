package esatest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// detailAttributes are what the calls about one message take.
var detailAttributes = []string{"mid", "serialNumber", "icid", "dcid", "startDate", "endDate"}

// oneMessage finds the message that a call is about. A nil record means that tracking has none.
func (w *webServer) oneMessage(r *http.Request) (*Record, *apiError) {
	values, refusal := parameters(r)
	if refusal != nil {
		return nil, refusal
	}
	for name := range values {
		if !slices.Contains(detailAttributes, name) {
			return nil, unexpected(name)
		}
	}
	for _, name := range []string{"startDate", "endDate"} {
		if text := values.Get(name); text != "" {
			if _, refusal := parseTime(text); refusal != nil {
				return nil, refusal
			}
		}
	}
	serial := values.Get("serialNumber")
	switch {
	case len(values["mid"]) == 0:
		return nil, missing("mid")
	case serial == "":
		return nil, missing("serialNumber")
	}
	var mids []int64
	for _, text := range values["mid"] {
		mid, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, unexpected(text)
		}
		mids = append(mids, mid)
	}
	icid := values.Get("icid")
	records := w.a.store.all()
	for _, rec := range slices.Backward(records) {
		if rec.Serial == serial && slices.ContainsFunc(mids, func(m int64) bool { return slices.Contains(rec.MIDs, m) }) && w.a.tracked(rec) &&
			(icid == "" || icid == strconv.FormatInt(rec.ICID, 10)) {
			if w.a.on("subject-not-logged") {
				rec = withoutSubject(rec)
			}
			return rec, nil
		}
	}
	return nil, nil
}

// about wraps what is said about one message; a message that tracking does not have is empty.
func (w *webServer) about(r *http.Request, say func(*Record) object) (any, *apiError) {
	rec, refusal := w.oneMessage(r)
	if refusal != nil {
		return nil, refusal
	}
	messages := object{}
	if rec != nil {
		messages = say(rec)
	}
	return object{"data": object{"messages": messages}}, nil
}

// trackingDetails answers with the whole life of a message.
func (w *webServer) trackingDetails(r *http.Request) (any, *apiError) {
	return w.about(r, func(rec *Record) object {
		m := w.a.common(rec)
		m["sendingHostSummary"] = sendingHost(rec)
		m["mailPolicy"] = []string{rec.MailPolicy}
		m["isCompleteData"] = len(rec.MIDs) < 3
		m["showAMP"] = len(rec.Attachments) > 0
		m["showDLP"] = rec.Verdicts.DLPPolicy != ""
		m["showURL"] = len(rec.URLs) > 0
		m["showSummaryTimeBox"] = true
		m["summary"] = w.a.life(rec)
		return m
	})
}

// common is what details, AMP, DLP and URL details have in common.
func (a *Appliance) common(r *Record) object {
	status := r.Status
	if a.cfg.Now().Before(r.FinalAt) {
		status = statusProcessing
	}
	m := object{
		"mid": r.MIDs, "allIcid": []int64{r.ICID}, "midHeader": r.MessageID, "messageStatus": status, "messageSize": sizeWords(r.Size),
		"hostName": a.detailHost(r), "direction": r.Direction, "timestamp": a.stamp(r.Received), "sender": r.From, "recipient": r.To,
		"subject": subjectShown(r, r.Subject), "senderGroup": r.SenderGroup, "smtpAuthId": r.AuthUser, "ampTgCategories": []string{},
		"sendingHostSummary": object{}, "attachments": attachmentNames(r),
	}
	if r.HeaderFrom != "" {
		m["headerFrom"] = r.HeaderFrom
	}
	if r.Direction == "incoming" {
		m["sdrAge"], m["sdrCategory"], m["sdrReputation"], m["sdrThreatLevels"] = "30 days (or greater)", "N/A", "Neutral", "3"
	}
	return m
}

// detailHost is the host name in details.
func (a *Appliance) detailHost(r *Record) string {
	if a.cfg.Flavour == FlavourSMA {
		return fmt.Sprintf("%s (%s)", r.Host, r.HostIP)
	}
	return fmt.Sprintf("(Name unresolved,  SN:%s)", r.Serial)
}

// attachmentNames is a list of names, or the empty string when there are none.
func attachmentNames(r *Record) any {
	if len(r.Attachments) == 0 {
		return ""
	}
	names := make([]string, len(r.Attachments))
	for i, a := range r.Attachments {
		names[i] = a.Name
	}
	return names
}

// sendingHost describes the host that handed the message in.
func sendingHost(r *Record) object {
	name := "unknown (unverified)"
	if r.SenderHost != "" {
		name = r.SenderHost + " (verified)"
	}
	return object{"reverseDnsHostname": name, "ipAddress": r.SenderIP, "sbrsScore": scoreShown(r)}
}

// scoreShown is the sender's reputation as details write it.
func scoreShown(r *Record) string {
	if r.SBRS == "None" {
		return "not enabled"
	}
	return r.SBRS
}

// trackingConnection answers with what happened on the connection, without the data object.
func (w *webServer) trackingConnection(r *http.Request) (any, *apiError) {
	rec, refusal := w.oneMessage(r)
	if refusal != nil {
		return nil, refusal
	}
	if rec == nil {
		return object{}, nil
	}
	l := newLife(w.a, rec)
	l.connection()
	body := object{"senderGroup": rec.SenderGroup, "sbrs": scoreShown(rec), "messages": object{"summary": l.events}}
	if w.a.on("api-wrapped-connection") {
		return object{"data": body}, nil
	}
	return body, nil
}

// trackingAMP answers with what file reputation said.
func (w *webServer) trackingAMP(r *http.Request) (any, *apiError) {
	return w.about(r, func(rec *Record) object {
		m := w.a.common(rec)
		l := newLife(w.a, rec)
		l.fileReputation()
		events := l.plain()
		if len(events) > 0 {
			events[len(events)-1]["lastEvent"] = true
		}
		m["ampDetails"], m["showAMPDetails"] = events, len(events) > 0
		return m
	})
}

// trackingURL answers with the links that were logged.
func (w *webServer) trackingURL(r *http.Request) (any, *apiError) {
	return w.about(r, func(rec *Record) object {
		m := w.a.common(rec)
		l := newLife(w.a, rec)
		l.at = l.at.Add(time.Second) // while the engines scan
		l.links()
		m["urlDetails"], m["showURLDetails"] = l.plain(), len(rec.URLs) > 0
		return m
	})
}

// trackingDLP answers with the data loss prevention violation. The matched text is a published test
// number.
func (w *webServer) trackingDLP(r *http.Request) (any, *apiError) {
	return w.about(r, func(rec *Record) object {
		m := w.a.common(rec)
		m["showDLPDetails"], m["dlpDetails"] = false, object{}
		if rec.Verdicts.DLPPolicy == "" {
			return m
		}
		risk := map[string]int{"LOW": 15, "MEDIUM": 41, "HIGH": 72, "CRITICAL": 95}[rec.Verdicts.DLPSeverity]
		m["showDLPDetails"] = true
		m["dlpDetails"] = object{
			"dlpPolicy": rec.Verdicts.DLPPolicy, "violationSeverity": rec.Verdicts.DLPSeverity, "riskFactor": risk, "mid": rec.mid(),
			"dlpMatchedContent": dlpMatched(rec.Verdicts.DLPSeverity),
		}
		return m
	})
}

// dlpMatched is the text that a violation of a severity was found in: published test numbers.
func dlpMatched(severity string) []object {
	part := func(name, classifier string, matches ...string) object {
		return object{"messagePart": name, "messagePartMatch": []object{{"classifier": classifier, "classifierMatch": matches}}}
	}
	body := part("Message", "Credit Card Numbers", "Visa\n\n4111111111111111 (2 matches)")
	if severity == "LOW" || severity == "MEDIUM" {
		return []object{body}
	}
	return []object{body, part("customers.xlsx", "Credit Card Numbers", "card 5555555555554444 expires 09/28", "card 378282246310005 expires 01/29")}
}

// trackingRemediation answers with what mailbox remediation did, without the data object.
func (w *webServer) trackingRemediation(r *http.Request) (any, *apiError) {
	rec, refusal := w.oneMessage(r)
	if refusal != nil {
		return nil, refusal
	}
	if rec == nil || !rec.Retracted {
		return object{"batch_details": object{}, "message_details": []object{}}, nil
	}
	var mailboxes []object
	for i, to := range rec.To {
		state, read := "Success", "0"
		if (rec.mid()+int64(i))%5 == 0 {
			state, read = "Failed", "N/A"
		}
		mailboxes = append(mailboxes, object{
			"mid": strconv.FormatInt(rec.mid(), 10), "from_email": rec.HeaderFrom, "recipient_email": to,
			"delivered_at": rec.Received.Unix(), "mor_status": state, "msg_read": read,
		})
	}
	return object{
		"batch_details": object{
			"batch_name": "Retract shared document", "batch_desc": "N/A", "b_init_username": w.a.cfg.Username,
			"b_init_time": rec.Received.Unix() + 3600, "b_init_source": w.a.cfg.Hostname, "mor_action": "Delete",
		},
		"message_details": mailboxes,
	}, nil
}
