package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/internal/history"
)

// saveCasebook creates a casebook, unless the same one is there already. It is sent once: when the
// answer is lost, the same command finds out by the external id whether it was made.
func (a *app) saveCasebook(ctx context.Context, t *target, book ctim.Casebook) error {
	client := t.clients.ThreatResponse
	twins, err := client.CasebookByExternalID(ctx, book.ExternalIDs[0])
	if err != nil {
		return fmt.Errorf("looking for the casebook: %w", err)
	}
	if len(twins) > 0 {
		a.tellCasebook("is there already", t.clients.Region, twins[0])
		return nil
	}
	store := a.openHistory(ctx)
	defer closeHistory(store)
	done := a.beginAction(ctx, store, history.Action{
		At: time.Now(), Profile: t.profile.Name, Action: "create casebook", Target: book.Title, Detail: book.ExternalIDs[0],
	})
	made, err := client.CreateCasebook(ctx, book)
	if err != nil {
		outcome := "refused"
		if e, ok := errors.AsType[*ctr.Error](err); !ok || e.Status == 0 {
			outcome = "unknown"
			err = fmt.Errorf("%w; nobody knows whether it was made: the same command looks for it first", err)
		}
		done(outcome, err.Error())
		return fmt.Errorf("creating the casebook: %w", err)
	}
	done("done", made.ID)
	a.tellCasebook("is saved", t.clients.Region, made)
	return nil
}

// beginAction enters an action into the history before it is done. The function that it gives enters
// the outcome.
func (a *app) beginAction(ctx context.Context, store *history.Store, action history.Action) (done func(outcome, detail string)) {
	if store == nil {
		return func(string, string) {}
	}
	id, err := store.AddAction(ctx, action)
	if err != nil {
		a.complain(fmt.Errorf("the action is not in the history: %w", err))
		return func(string, string) {}
	}
	return func(outcome, detail string) {
		if err := store.SetOutcome(context.WithoutCancel(ctx), id, outcome, detail); err != nil {
			a.complain(fmt.Errorf("the outcome is not in the history: %w", err))
		}
	}
}

// tellCasebook says on standard error where the casebook is; standard output is the investigation's.
func (a *app) tellCasebook(what string, region ctr.Region, book ctim.Casebook) {
	fmt.Fprintf(a.err, "Casebook %s %s: %s\n", clean(ctim.ShortID(book.ID)), what, clean(book.Title))
	if link := region.CasebookURL(book.ID); link != "" {
		fmt.Fprintln(a.err, clean(link))
	}
}
