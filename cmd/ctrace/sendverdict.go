package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/tracking"
)

// sendVerdict is what the appliance did with a message, out of its tracking.
type sendVerdict struct {
	Status   esa.Status    `json:"status"`
	Words    string        `json:"status_text"` // the appliance's own
	MIDs     []int64       `json:"mids,omitempty"`
	Subject  string        `json:"subject,omitempty"` // as delivered, when the gateway changed it
	Findings []sendFinding `json:"findings,omitempty"`
	Seconds  float64       `json:"seconds"` // until it was known
	Error    string        `json:"error,omitempty"`
}

// sendFinding is an engine that found something.
type sendFinding struct {
	Engine string `json:"engine"`
	Text   string `json:"text"`
}

const (
	labVerdictEvery  = 500 * time.Millisecond
	labVerdictWithin = 20 * time.Second
	verdictEvery     = 10 * time.Second // tracking lags by minutes
)

// awaitVerdicts waits until tracking knows what became of each message that was sent, and fills it in.
func awaitVerdicts(ctx context.Context, t *target, reports []sendReport) error {
	every, within := verdictEvery, t.profile.Deadline.Std()
	if t.lab != nil {
		every, within = labVerdictEvery, labVerdictWithin
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(whole, within)
	defer cancel()
	began := time.Now()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		open, err := lookForVerdicts(ctx, t, reports, began)
		switch {
		case err != nil && whole.Err() != nil:
			return whole.Err()
		case err != nil:
			return giveUp(reports, err)
		case open == 0:
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			if whole.Err() != nil {
				return whole.Err()
			}
			return giveUp(reports, errors.New("not in tracking yet"))
		}
	}
}

// lookForVerdicts looks once for every message that was sent and has no final verdict, and counts those
// that still have none. The error is one that waiting does not mend.
func lookForVerdicts(ctx context.Context, t *target, reports []sendReport, began time.Time) (open int, err error) {
	for i := range reports {
		r := &reports[i]
		if !r.Sent || r.Verdict != nil && r.Verdict.Status.Final() {
			continue
		}
		v, err := verdictOf(ctx, t, r)
		if err != nil && !tracking.Temporary(err) {
			return open, err
		}
		if v != nil {
			v.Seconds = time.Since(began).Seconds()
			r.Verdict = v
		}
		if v == nil || !v.Status.Final() {
			open++
		}
	}
	return open, nil
}

// giveUp says of every message without a verdict why it has none.
func giveUp(reports []sendReport, err error) error {
	for i := range reports {
		if r := &reports[i]; r.Sent && r.Verdict == nil {
			r.Verdict = &sendVerdict{Status: esa.StatusOther, Error: err.Error()}
		}
	}
	return err
}

// verdictOf looks for one message; nil when tracking does not have it yet.
func verdictOf(ctx context.Context, t *target, r *sendReport) (*sendVerdict, error) {
	m, err := findSent(ctx, t, r)
	if m == nil {
		return nil, err
	}
	v := &sendVerdict{Status: m.Status(), Words: m.StatusText, MIDs: m.MIDs}
	if m.FinalSubject() != r.Subject {
		v.Subject = m.FinalSubject()
	}
	if !v.Status.Final() {
		return v, nil
	}
	story, err := tracking.Read(ctx, t.clients.Tracker, *m)
	if err != nil {
		return v, nil //nolint:nilerr // the status is known, the engines' words are not
	}
	v.Findings = findings(r.Kind, story.More(ctx, t.clients.Tracker).Timeline())
	return v, nil
}

// findings are what the engines found, and whatever the one said that a kind is about.
func findings(kind testmail.Kind, life esa.Timeline) []sendFinding {
	var out []sendFinding
	add := func(engine string, words ...string) {
		words = slices.DeleteFunc(words, func(w string) bool { return strings.TrimSpace(w) == "" })
		if f := (sendFinding{Engine: engine, Text: strings.TrimSpace(strings.Join(words, ", "))}); !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	for _, x := range life.Verdicts {
		if asked := x.Engine == "Anti-Spam" && slices.Contains(advertised, kind); x.Final && (x.Bad() || asked) {
			add(x.Engine, x.Text)
		}
	}
	switch kind {
	case testmail.KindLink:
		for _, u := range life.URLs {
			rewritten := ""
			if u.Rewritten {
				rewritten = "rewritten"
			}
			add("Link", "reputation "+cmp.Or(u.Reputation, "not told"), u.Condition, rewritten)
		}
	case testmail.KindAttachment:
		for _, a := range life.Attachments {
			add("File", a.Name+" "+cmp.Or(a.Disposition, "not looked up"), a.Malware)
		}
	}
	return out
}

// advertised are the kinds that ask the anti-spam engine for a verdict, which is told whatever it is.
var advertised = []testmail.Kind{testmail.KindSpam, testmail.KindSuspect, testmail.KindMarketing}

// findSent looks by the token in the subject; where subjects are not logged, by the MID of the receipt.
func findSent(ctx context.Context, t *target, r *sendReport) (*esa.Message, error) {
	now := time.Now()
	q := esa.Query{
		Start: now.Add(-24 * time.Hour), End: now.Add(24 * time.Hour), Limit: 10,
		Subject: esa.TextFilter{Operator: esa.Contains, Value: r.Token},
	}
	page, err := t.clients.Tracker.Search(ctx, q)
	if err == nil && len(page.Messages) == 0 && r.Receipt.MID != 0 {
		q.Subject, q.MID = esa.TextFilter{}, r.Receipt.MID
		page, err = t.clients.Tracker.Search(ctx, q)
	}
	if err != nil || len(page.Messages) == 0 {
		return nil, err
	}
	return &page.Messages[0], nil
}
