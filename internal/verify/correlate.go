package verify

import (
	"slices"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/esa/testmail"
)

// window is how far before the sending and after the present tracking is searched. It is wide,
// because clocks and time zones of appliances are often wrong, and the keys are exact anyway.
const window = 24 * time.Hour

// pageSize is enough to see our message beside others that match a key by accident.
const pageSize = 25

// query makes the search for our message by one key. brackets asks by the Message-ID in angle
// brackets: which form an appliance wants is not documented.
func (r *run) query(key Key, brackets bool) esa.Query {
	q := esa.Query{Start: r.sentAt.Add(-window), End: r.now().Add(window), Limit: pageSize}
	switch key {
	case KeyMID:
		q.MID = r.receipt.MID
	case KeyMessageID:
		q.MessageID = r.plan.Message.MessageID
		if brackets {
			q.MessageID = "<" + q.MessageID + ">"
		}
	case KeySubject:
		q.Subject = esa.TextFilter{Operator: esa.Contains, Value: r.plan.Message.Token}
	}
	return q
}

// ours tells whether a row of message tracking is our message. A MID alone does not prove it: MIDs
// are counters of one gateway each, and a tracker may speak for several. So a row by MID counts only
// when nothing in it contradicts.
func ours(row esa.Message, m testmail.Message, mid int64, sentAt time.Time) bool {
	if hasMessageID(row, m.MessageID) || hasToken(row, m.Token) {
		return true
	}
	if mid == 0 || !slices.Contains(row.MIDs, mid) || len(row.MessageIDs) > 0 {
		return false
	}
	if row.Sender != "" && !strings.EqualFold(row.Sender, m.From) {
		return false
	}
	return row.Time.IsZero() || row.Time.Sub(sentAt).Abs() <= window
}

func hasMessageID(row esa.Message, id string) bool {
	return slices.ContainsFunc(row.MessageIDs, func(v esa.MIDValue[string]) bool { return sameMessageID(v.Value, id) })
}

func hasToken(row esa.Message, token string) bool {
	return strings.Contains(row.Subject, token) || slices.ContainsFunc(row.FinalSubjects, func(v esa.MIDValue[string]) bool {
		return strings.Contains(v.Value, token)
	})
}

// sameMessageID compares Message-IDs with or without angle brackets.
func sameMessageID(a, b string) bool {
	return bareMessageID(a) != "" && strings.EqualFold(bareMessageID(a), bareMessageID(b))
}

func bareMessageID(s string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "<"), ">")
}

// noteFound records what the way in which the message was found says about the set-up.
func (r *run) noteFound(f Found) {
	if slices.Contains(f.Missed, KeySubject) && !slices.Contains(f.Keys, KeySubject) {
		p := Problem{
			Code: CodeSubjectNotLogged, Stage: StageTrack,
			Cause:  "Message tracking has the message but does not find it by its subject: the appliance does not log the Subject header.",
			Advice: "Add Subject under System Administration > Log Subscriptions > Global Settings > Headers, submit and commit.",
		}
		if !hasToken(f.Message, r.plan.Message.Token) {
			p.Detail = "subject in tracking: " + f.Message.Subject
		}
		r.note(p)
	}
	if final := f.Message.FinalSubject(); strings.Contains(final, r.plan.Message.Token) && final != r.plan.Message.Subject {
		r.note(Problem{
			Code: CodeSubjectChanged, Stage: StageTrack,
			Cause:  "The gateway changed the message's subject: a policy put a tag in front of it.",
			Advice: "Nothing is wrong; searches by subject have to use contains, not is.",
			Detail: "subject in tracking: " + final,
		})
	}
	if slices.Contains(f.Missed, KeyMessageID) && !earlyDrop(f.Message) {
		r.note(Problem{
			Code: CodeMessageIDMissed, Stage: StageTrack,
			Cause:  "Message tracking does not find the message by the Message-ID that it was sent with: a gateway on the way rewrites it, or the search by Message-ID does not work on this version.",
			Advice: "Pivot by the MID instead.",
		})
	}
	if slices.Contains(f.Missed, KeyMID) {
		r.note(Problem{
			Code: CodeMIDMissed, Stage: StageTrack,
			Cause:  "Message tracking does not find the message by the MID of the SMTP answer: another gateway answered, or the MID was rewritten.",
			Advice: "Point the profile's gateway at the appliance that the tracker reports on.",
		})
	}
	if newest := slices.Max(append(slices.Clone(f.Message.MIDs), 0)); r.receipt.MID != 0 && newest > r.receipt.MID && slices.Contains(f.Message.MIDs, r.receipt.MID) {
		r.note(Problem{
			Code: CodeMIDChanged, Stage: StageTrack,
			Cause:  "The gateway gave the message a new MID on its way (a filter, anti-spam or anti-virus rewrote it).",
			Advice: "Nothing is wrong; the newest MID is used.",
		})
	}
}

// earlyDrop tells that the appliance dropped the message before it noted its headers: such a row has no
// Message-ID, which says nothing about searches by it.
func earlyDrop(m esa.Message) bool { return m.Status() == esa.StatusDropped && len(m.MessageIDs) == 0 }
