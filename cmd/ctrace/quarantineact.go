package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/quarantine"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// notHeldError says that a quarantine does not hold a message.
type notHeldError struct {
	mid  int64
	kind string
}

func (e *notHeldError) Error() string {
	return fmt.Sprintf("the %s quarantine holds no message with MID %d; ctrace quarantine list shows what it holds", e.kind, e.mid)
}

// find looks a held message up, so that it can be shown and named.
func (o *quarantineOptions) find(ctx context.Context, keepers []quarantine.Source, mid int64) (quarantine.Source, esa.QuarantineDetails, error) {
	var found []quarantine.Source
	var details esa.QuarantineDetails
	var names []string
	for _, k := range keepers {
		d, err := k.Keeper.QuarantineDetails(ctx, quarantineKinds[o.kind], mid)
		if err != nil {
			if len(keepers) > 1 {
				err = fmt.Errorf("%w; --appliance asks another one only", err)
			}
			return k, d, failureOf(k.Name, err)
		}
		if d.MID != 0 && (d.Subject != "" || d.Body != "" || d.Headers != "" || len(d.Recipients) > 0) {
			details = d
			found, names = append(found, k), append(names, k.Name)
		}
	}
	switch len(found) {
	case 0:
		return quarantine.Source{}, details, &exitError{exitNo, &notHeldError{mid, o.kind}}
	case 1:
		return found[0], details, nil
	}
	return found[0], details, usage(fmt.Errorf("MID %d is held by %s: say which with --appliance", mid, strings.Join(names, " and ")))
}

func showQuarantined(ctx context.Context, a *app, o *quarantineOptions, t *target, _ string, mids []int64) error {
	keepers, err := o.keepers(t)
	if err != nil {
		return err
	}
	k, d, err := o.find(ctx, keepers, mids[0])
	if err != nil {
		return err
	}
	h := heldOf(k.Name, d.QuarantinedMessage)
	h.Headers, h.Body, h.Matches = d.Headers, d.Body, len(d.Matched)
	for _, x := range d.Attachments {
		h.Attachments = append(h.Attachments, x.Name)
	}
	if o.form == formJSON {
		return reports.WriteObject(a.out, "ctrace/quarantine-message/1", h)
	}
	printHeldMessage(a, t, h)
	return nil
}

func printHeldMessage(a *app, t *target, h heldMessage) {
	p := &textPrinter{app: a, paint: a.paint()}
	where := t.profile.Location()
	fmt.Fprintf(a.out, "%s\n\n", p.paint.bold(safetext.Line(h.Subject).Truncate(80).String()))
	for _, f := range []struct{ label, value string }{
		{"MID", strconv.FormatInt(h.MID, 10)},
		{"Held in", orSpam(h.Quarantines)},
		{"Reason", strings.Join(h.Reasons, ", ")},
		{"From", strings.Join(h.From, ", ")},
		{"Sender", h.Sender},
		{"To", strings.Join(h.Recipients, ", ")},
		{"Received", heldSince(h.Received, where)},
		{"Leaves", heldSince(h.Leaves, where)},
		{"Size", h.Size},
		{"Files", strings.Join(h.Attachments, ", ")},
	} {
		if f.value != "" {
			p.paragraph(f.label, f.value)
		}
	}
	for _, text := range []string{h.Headers, h.Body} {
		if strings.TrimSpace(text) == "" {
			continue
		}
		fmt.Fprintln(a.out)
		for _, l := range safetext.Block(strings.NewReplacer("<br />", "\n", "<br/>", "\n", "<br>", "\n").Replace(text)) {
			for _, w := range l.Wrap(80) {
				fmt.Fprintln(a.out, w)
			}
		}
	}
}

// actOn releases or deletes, after a question that names every message.
func actOn(ctx context.Context, a *app, o *quarantineOptions, t *target, verb string, mids []int64) error {
	keepers, err := o.keepers(t)
	if err != nil {
		return err
	}
	r := quarantine.Request{Act: quarantine.Act(verb), Profile: t.profile.Name, Type: quarantineKinds[o.kind]}
	var keeper quarantine.Source
	for i, mid := range mids {
		k, d, err := o.find(ctx, keepers, mid)
		if err != nil {
			return err
		}
		if i > 0 && k.Name != keeper.Name {
			return usage(errors.New("the messages are held by different appliances: act on those of one at a time"))
		}
		keeper = k
		m := d.QuarantinedMessage
		m.MID = mid
		r.Messages = append(r.Messages, m)
	}
	r.Appliance = keeper.Name
	if len(o.names) == 1 {
		r.Quarantine = o.names[0]
	} else {
		name, ok := quarantine.Together(r.Type, r.Messages)
		if !ok {
			return usage(errors.New("the messages are not all in one quarantine: say which with --name"))
		}
		r.Quarantine = name
	}
	if !o.yes {
		if err := agreeTo(a, r); err != nil {
			return err
		}
	}
	store := a.openHistory(ctx)
	defer closeHistory(store)
	if store == nil {
		return errors.New("nothing was sent, because the history cannot be written")
	}
	result, err := quarantine.Do(ctx, keeper.Keeper, store, r, time.Now())
	if result.Outcome == "" {
		return err
	}
	return errors.Join(o.tellOutcome(a, r, result), err)
}

// agreeTo asks; the word of the action has to be typed, so that no habit says yes.
func agreeTo(a *app, r quarantine.Request) error {
	fmt.Fprintln(a.err, safetext.Line(strings.ToUpper(string(r.Act))+" from the "+r.Name()+" of "+r.Appliance+":"))
	for _, m := range r.Messages {
		fmt.Fprintln(a.err, safetext.Line(fmt.Sprintf("  MID %d  %s", m.MID, m.Subject)).Truncate(80))
	}
	if !terminal(a.in) {
		return usage(errors.New("there is no terminal to ask at: --yes does it"))
	}
	fmt.Fprintf(a.err, "Type %s to do it, anything else to do nothing: ", r.Act)
	answer, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != string(r.Act) {
		return &exitError{exitNo, errors.New("nothing was done")}
	}
	return nil
}

func (o *quarantineOptions) tellOutcome(a *app, r quarantine.Request, result quarantine.Result) error {
	text := result.Text(r.Act)
	if o.form == formJSON {
		out := struct {
			Action  string  `json:"action"`
			Outcome string  `json:"outcome"` // done, not found, failed, unknown
			Count   int     `json:"count"`
			MIDs    []int64 `json:"mids"`
			Text    string  `json:"text"`
		}{string(r.Act), result.Outcome, result.Count, nil, text}
		for _, m := range r.Messages {
			out.MIDs = append(out.MIDs, m.MID)
		}
		if err := reports.WriteObject(a.out, "ctrace/quarantine-action/1", out); err != nil {
			return err
		}
	} else {
		indented(a.out, "", strings.ToUpper(text[:1])+text[1:]+".")
	}
	switch result.Outcome {
	case quarantine.Done:
		return nil
	case quarantine.NotFound:
		return &exitError{code: exitNo}
	}
	return &exitError{code: exitTracking}
}
