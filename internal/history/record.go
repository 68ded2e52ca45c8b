package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Investigation is one look-up of observables.
type Investigation struct {
	ID      int64           `json:"id"`
	At      time.Time       `json:"at"`
	Profile string          `json:"profile"`
	Query   string          `json:"query"`
	Summary json.RawMessage `json:"summary"`
}

// AddInvestigation enters an investigation and gives its id.
func (s *Store) AddInvestigation(ctx context.Context, i Investigation) (id int64, err error) {
	if err := checkJSON("summary", i.Summary); err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		id, err = insert(ctx, tx, "INSERT INTO investigations (at, profile, query, summary) VALUES (?, ?, ?, ?)",
			toDB(i.At), i.Profile, i.Query, string(i.Summary))
		return err
	})
	return id, err
}

// Investigations gives those that match, newest first.
func (s *Store) Investigations(ctx context.Context, f Filter) ([]Investigation, error) {
	where, args := f.conditions("at", "query || ' ' || summary")
	statement := f.statement("id, at, profile, query, summary", "investigations", "at DESC, id DESC", where)
	return query(ctx, s, statement, args, func(rows *sql.Rows) (Investigation, error) {
		var (
			i       Investigation
			at      int64
			summary string
		)
		err := rows.Scan(&i.ID, &at, &i.Profile, &i.Query, &summary)
		i.At, i.Summary = fromDB(at), json.RawMessage(summary)
		return i, err
	})
}

// Action is something that changed a state outside: a response action, a
// released message, a new casebook.
type Action struct {
	ID      int64     `json:"id"`
	At      time.Time `json:"at"`
	Profile string    `json:"profile"`
	Action  string    `json:"action"`
	Target  string    `json:"target"`  // what it was done to
	Outcome string    `json:"outcome"` // empty as long as it is not known
	Detail  string    `json:"detail"`
}

// AddAction enters an action before it is done, and gives its id.
func (s *Store) AddAction(ctx context.Context, a Action) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		id, err = insert(ctx, tx, "INSERT INTO actions (at, profile, action, target, outcome, detail) VALUES (?, ?, ?, ?, ?, ?)",
			toDB(a.At), a.Profile, a.Action, a.Target, a.Outcome, a.Detail)
		return err
	})
	return id, err
}

// SetOutcome says how an action ended.
func (s *Store) SetOutcome(ctx context.Context, id int64, outcome, detail string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE actions SET outcome = ?, detail = ? WHERE id = ?", outcome, detail, id)
		if err != nil {
			return err
		}
		return oneRow(result, fmt.Errorf("action %d: %w", id, ErrNotFound))
	})
}

// Actions gives those that match, newest first.
func (s *Store) Actions(ctx context.Context, f Filter) ([]Action, error) {
	where, args := f.conditions("at", "action || ' ' || target || ' ' || detail")
	statement := f.statement("id, at, profile, action, target, outcome, detail", "actions", "at DESC, id DESC", where)
	return query(ctx, s, statement, args, func(rows *sql.Rows) (Action, error) {
		var (
			a  Action
			at int64
		)
		err := rows.Scan(&a.ID, &at, &a.Profile, &a.Action, &a.Target, &a.Outcome, &a.Detail)
		a.At = fromDB(at)
		return a, err
	})
}

func insert(ctx context.Context, tx *sql.Tx, statement string, args ...any) (id int64, err error) {
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}
