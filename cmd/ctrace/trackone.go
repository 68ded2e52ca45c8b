package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctrace/esa"
	"ctrace/internal/tracking"
)

// trackOne shows one message. A MID may be one of several appliances': all of them are shown.
func trackOne(ctx context.Context, a *app, o *trackOptions, t *target, mid int64) error {
	now := time.Now()
	q := esa.Query{Start: now.Add(-30 * 24 * time.Hour), End: now.Add(24 * time.Hour), MID: mid, Host: *o.terms["host"]}
	search := tracking.New(q, t.sources(), now)
	search.Once()
	if err := tracking.Run(ctx, search, 0, time.Now, func(tracking.Change) {}); err != nil {
		return err
	}
	if len(search.Rows()) == 0 {
		where := t.clients.Tracker.Host()
		if len(t.sources()) > 1 {
			where = "every appliance"
		}
		return errors.Join(&exitError{exitNo, fmt.Errorf("message tracking of %s has no message with MID %d in the last 30 days", where, mid)}, unanswered(a, search))
	}
	for _, r := range search.Rows() {
		tracker := t.sources()[r.Source].Tracker
		story, err := tracking.Read(ctx, tracker, r.Message)
		if err != nil {
			return err
		}
		story = story.More(ctx, tracker)
		if err := printStory(a, o.form, t, story); err != nil {
			return err
		}
	}
	return unanswered(a, search)
}

func printStory(a *app, form string, t *target, story tracking.Story) error {
	where := t.profile.Location()
	switch form {
	case formText:
		printMessage(a, where, story)
		return nil
	case formJSONL:
		form = formJSON
	}
	return story.Export(a.out, tracking.Format(form), where)
}
