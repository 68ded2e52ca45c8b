package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// State says whether a run came to its end.
type State string

// The states. A run that was killed stays Running.
const (
	Running  State = "running"
	Finished State = "finished"
)

// Run is one verification.
type Run struct {
	Token     string          `json:"token"`
	Profile   string          `json:"profile"`
	Plan      json.RawMessage `json:"plan"`
	State     State           `json:"state"`
	Verdict   string          `json:"verdict,omitempty"` // of a finished run
	Result    json.RawMessage `json:"result,omitempty"`  // of a finished run
	StartedAt time.Time       `json:"started_at"`        // UTC, as all times here
	UpdatedAt time.Time       `json:"updated_at"`        // of the last event
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

// Event is one event of a run, in the order of Seq, which counts from 1.
type Event struct {
	Seq  int64           `json:"seq"`
	At   time.Time       `json:"at"`
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

// Begin enters a new run. Of r it takes Token, Profile, Plan and StartedAt. A
// token that is known is ErrExists.
func (s *Store) Begin(ctx context.Context, r Run) error {
	if err := checkJSON("plan", r.Plan); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx,
			`INSERT INTO runs (token, profile, plan, state, started_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
			 ON CONFLICT (token) DO NOTHING`,
			r.Token, r.Profile, string(r.Plan), Running, toDB(r.StartedAt), toDB(r.StartedAt))
		if err != nil {
			return err
		}
		return oneRow(result, fmt.Errorf("run %s: %w", r.Token, ErrExists))
	})
}

// Append adds an event to a run. When it returns, a kill of the process does not
// lose the event.
func (s *Store) Append(ctx context.Context, token string, at time.Time, kind string, data json.RawMessage) error {
	if err := checkJSON("event", data); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := s.touch(ctx, tx, token, at); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO events (token, seq, at, kind, data)
			 VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE token = ?1), ?2, ?3, ?4)`,
			token, toDB(at), kind, string(data))
		return err
	})
}

func (s *Store) touch(ctx context.Context, tx *sql.Tx, token string, at time.Time) error {
	result, err := tx.ExecContext(ctx, "UPDATE runs SET updated_at = max(updated_at, ?) WHERE token = ?", toDB(at), token)
	if err != nil {
		return err
	}
	return oneRow(result, fmt.Errorf("run %s: %w", token, ErrNotFound))
}

// Reopen makes a run that ended, for example at its deadline, a running one
// again. Its events stay, and new ones follow them.
func (s *Store) Reopen(ctx context.Context, token string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx,
			"UPDATE runs SET state = ?, verdict = '', result = '', ended_at = 0 WHERE token = ?", Running, token)
		if err != nil {
			return err
		}
		return oneRow(result, fmt.Errorf("run %s: %w", token, ErrNotFound))
	})
}

// Finish enters the outcome of a run.
func (s *Store) Finish(ctx context.Context, token string, at time.Time, verdict string, outcome json.RawMessage) error {
	if err := checkJSON("result", outcome); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx,
			"UPDATE runs SET state = ?, verdict = ?, result = ?, ended_at = ?, updated_at = max(updated_at, ?) WHERE token = ?",
			Finished, verdict, string(outcome), toDB(at), toDB(at), token)
		if err != nil {
			return err
		}
		return oneRow(result, fmt.Errorf("run %s: %w", token, ErrNotFound))
	})
}

const runColumns = "token, profile, plan, state, verdict, result, started_at, updated_at, ended_at"

func scanRun(rows *sql.Rows) (Run, error) {
	var (
		r                       Run
		plan, result            string
		started, updated, ended int64
	)
	err := rows.Scan(&r.Token, &r.Profile, &plan, &r.State, &r.Verdict, &result, &started, &updated, &ended)
	r.Plan = json.RawMessage(plan)
	if result != "" {
		r.Result = json.RawMessage(result)
	}
	r.StartedAt, r.UpdatedAt, r.EndedAt = fromDB(started), fromDB(updated), fromDB(ended)
	return r, err
}

// Get gives one run with its events. A token that is not known is ErrNotFound.
func (s *Store) Get(ctx context.Context, token string) (Run, []Event, error) {
	runs, err := query(ctx, s, "SELECT "+runColumns+" FROM runs WHERE token = ?", []any{token}, scanRun)
	if err != nil {
		return Run{}, nil, err
	}
	if len(runs) == 0 {
		return Run{}, nil, fmt.Errorf("run %s: %w", token, ErrNotFound)
	}
	events, err := query(ctx, s, "SELECT seq, at, kind, data FROM events WHERE token = ? ORDER BY seq", []any{token}, scanEvent)
	return runs[0], events, err
}

func scanEvent(rows *sql.Rows) (Event, error) {
	var (
		e    Event
		at   int64
		data string
	)
	err := rows.Scan(&e.Seq, &at, &e.Kind, &data)
	e.At, e.Data = fromDB(at), json.RawMessage(data)
	return e, err
}

// Filter chooses runs, investigations or actions; what is empty does not narrow.
type Filter struct {
	Profile string
	State   State     // runs only
	Verdict string    // runs only
	Text    string    // anywhere in token, profile, plan or result; in query or summary; in action, target or detail
	Since   time.Time // started at this time or later
	Before  time.Time // started earlier than this
	Limit   int       // at most so many; 0 means 100, negative means all
}

const defaultLimit = 100

// List gives the runs that match, newest first.
func (s *Store) List(ctx context.Context, f Filter) ([]Run, error) {
	where, args := f.conditions("started_at", "token || ' ' || profile || ' ' || plan || ' ' || result")
	if f.State != "" {
		where, args = append(where, "state = ?"), append(args, f.State)
	}
	if f.Verdict != "" {
		where, args = append(where, "verdict = ?"), append(args, f.Verdict)
	}
	return query(ctx, s, f.statement(runColumns, "runs", "started_at DESC, token DESC", where), args, scanRun)
}

// conditions are those that all three tables know.
func (f Filter) conditions(timeColumn, text string) (where []string, args []any) {
	if f.Profile != "" {
		where, args = append(where, "profile = ?"), append(args, f.Profile)
	}
	if f.Text != "" {
		where, args = append(where, "instr(lower("+text+"), lower(?)) > 0"), append(args, f.Text)
	}
	if !f.Since.IsZero() {
		where, args = append(where, timeColumn+" >= ?"), append(args, toDB(f.Since))
	}
	if !f.Before.IsZero() {
		where, args = append(where, timeColumn+" < ?"), append(args, toDB(f.Before))
	}
	return where, args
}

func (f Filter) statement(columns, table, order string, where []string) string {
	statement := "SELECT " + columns + " FROM " + table
	if len(where) > 0 {
		statement += " WHERE " + strings.Join(where, " AND ")
	}
	statement += " ORDER BY " + order
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	return statement + fmt.Sprintf(" LIMIT %d", limit) // negative is no limit
}

func oneRow(result sql.Result, otherwise error) error {
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

func checkJSON(what string, data json.RawMessage) error {
	if !json.Valid(data) {
		return errors.New("history: the " + what + " is not JSON")
	}
	return nil
}
