package lab

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/esa/esatest"
)

// ctimVersion is the version of the data model of the documents.
const ctimVersion = "1.3.30"

// sensor is the word for a mail gateway in the sensor vocabulary (OpenC2).
const sensor = "process.email-service"

// sighting is one tracked message as a CTIM sighting. No answer of the real
// modules is published: relations, table and sensor follow the data model.
func (m *emailModule) sighting(r *esatest.Record, matched []observable.Observable) ctrtest.Doc {
	observed := ctrtest.Doc{"start_time": stamp(r.Received)}
	mid := strconv.FormatInt(r.MIDs[len(r.MIDs)-1], 10)
	doc := ctrtest.Doc{
		"id": "transient:sighting-" + r.Serial + "-" + mid, "type": "sighting", "schema_version": ctimVersion,
		"source": m.title, "source_uri": "https://" + r.Host + "/ng-login?redirects=20&mid=" + mid,
		"title": "Message " + strings.ToLower(m.lab.status(r)), "short_description": short(r),
		"count": 1, "internal": true, "confidence": "High", "severity": severity(r), "tlp": "amber",
		"resolution": resolution(m.lab.status(r)), "sensor": sensor, "observed_time": observed,
		"external_ids": []string{r.Serial + ":" + mid},
		"observables":  docs(matched), "targets": targets(r, observed), "relations": relations(m.title, mid, r),
		"data": table(r, m.lab.status(r)),
	}
	doc["sensor_coordinates"] = ctrtest.Doc{
		"type":        sensor,
		"observables": present(pair(observable.Hostname, r.Host), pair(observable.IP, r.HostIP), pair(observable.SerialNumber, r.Serial)),
	}
	return doc
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// status is what the appliance says of a message now.
func (l *Lab) status(r *esatest.Record) string {
	if r.FinalAt.After(l.now()) || r.Status == "" {
		return "Processing"
	}
	return r.Status
}

func short(r *esatest.Record) string {
	text := "From " + r.From + " to " + strings.Join(r.To, ", ")
	if runes := []rune(text); len(runes) > 1024 {
		return string(runes[:1024])
	}
	return text
}

// resolution is what became of the message in the words of CTIM.
func resolution(status string) string {
	s := strings.ToLower(status)
	switch {
	case strings.HasPrefix(s, "delivered"):
		return "allowed"
	case strings.HasPrefix(s, "quarantined"):
		return "contained"
	case strings.Contains(s, "dropped"), strings.Contains(s, "aborted"), strings.Contains(s, "bounced"):
		return "blocked"
	}
	return "detected"
}

func severity(r *esatest.Record) string {
	v := r.Verdicts
	switch {
	case v == nil:
		return "Info"
	case v.AntiVirus == "Positive", v.AMP == "MALICIOUS", v.Outbreak == "Positive":
		return "High"
	case v.AntiSpam == "Positive":
		return "Medium"
	case v.AntiSpam == "Suspect":
		return "Low"
	}
	return "Info"
}

func pair(t observable.Type, value string) observable.Observable {
	return observable.Observable{Type: t, Value: value}
}

func docs(obs []observable.Observable) []ctrtest.Doc {
	list := make([]ctrtest.Doc, 0, len(obs))
	for _, o := range obs {
		list = append(list, ctrtest.Doc{"type": string(o.Type), "value": o.Value})
	}
	return list
}

// present drops observables without a value.
func present(obs ...observable.Observable) []ctrtest.Doc {
	return docs(slices.DeleteFunc(obs, func(o observable.Observable) bool { return o.Value == "" }))
}

// targets are the mailboxes that the message was for.
func targets(r *esatest.Record, observed ctrtest.Doc) []ctrtest.Doc {
	list := make([]ctrtest.Doc, 0, len(r.To))
	for _, to := range r.To {
		list = append(list, ctrtest.Doc{
			"type": "email", "observables": present(pair(observable.Email, to)), "observed_time": observed,
		})
	}
	return list
}

// relations says who sent what to whom, with names of CTIM's vocabulary. The
// MID is the message.
func relations(origin, mid string, r *esatest.Record) []ctrtest.Doc {
	var list []ctrtest.Doc
	add := func(source observable.Observable, relation string, related observable.Observable) {
		if source.Value != "" && related.Value != "" {
			list = append(list, ctrtest.Doc{
				"origin": origin, "relation": relation,
				"source":  ctrtest.Doc{"type": string(source.Type), "value": source.Value},
				"related": ctrtest.Doc{"type": string(related.Type), "value": related.Value},
			})
		}
	}
	message := pair(observable.CiscoMID, mid)
	add(pair(observable.Email, r.From), "Sent", message)
	add(message, "Received_From", pair(observable.IP, r.SenderIP))
	for _, to := range r.To {
		add(message, "Sent_To", pair(observable.Email, to))
	}
	add(pair(observable.EmailMessageID, bare(r.MessageID)), "Characterizes", message)
	if !r.NoSubject {
		add(pair(observable.EmailSubject, r.Subject), "Characterizes", message)
	}
	add(pair(observable.Domain, domainOf(r.From)), "Related_To", pair(observable.Email, r.From))
	for _, a := range r.Attachments {
		add(pair(observable.FileName, a.Name), "Attached_To", message)
		add(pair(observable.SHA256, a.SHA256), "Attached_To", message)
		add(pair(observable.FileName, a.Name), "File_Name_Of", pair(observable.SHA256, a.SHA256))
	}
	for _, u := range r.URLs {
		add(message, "Contains", pair(observable.URL, u.URL))
	}
	return list
}

// table is the row of message tracking behind the sighting.
func table(r *esatest.Record, status string) ctrtest.Doc {
	type column = ctrtest.Doc
	var threat, spam any
	if r.Verdicts != nil {
		threat, spam = r.Verdicts.AMP, r.Verdicts.AntiSpam
	}
	subject := any(r.Subject)
	if r.NoSubject {
		subject = nil
	}
	row := []any{
		subject, status, r.MIDs[len(r.MIDs)-1], r.ICID, bare(r.MessageID), r.From, strings.Join(r.To, ", "),
		r.SenderGroup, r.Host, r.Size, spam, threat, fmt.Sprintf("%s, %s", stamp(r.Received), r.Direction),
	}
	return ctrtest.Doc{
		"columns": []column{
			{"name": "Subject", "type": "string"},
			{"name": "Message Status", "type": "string"},
			{"name": "MID", "type": "integer"},
			{"name": "ICID", "type": "integer", "description": "Injection connection"},
			{"name": "Message-ID", "type": "string"},
			{"name": "Sender", "type": "string"},
			{"name": "Recipients", "type": "string"},
			{"name": "Sender Group", "type": "string"},
			{"name": "Host", "type": "string"},
			{"name": "Size", "type": "integer", "short_description": "Bytes"},
			{"name": "Anti-Spam", "type": "string"},
			{"name": "File Reputation", "type": "string"},
			{"name": "Received", "type": "markdown"},
		},
		"rows": [][]any{row}, "row_count": 1,
	}
}
