// Package history keeps what was done: verifications event by event while they
// run, investigations, and the actions that changed something outside.
//
// It is one SQLite file that only its owner can read. Every write is on disk when
// the call returns, so a run that is killed at any moment can be taken up again
// from its last event. Several processes may use the file at once.
//
// What it is given it keeps as it is: foreign text is cleaned where it is drawn.
// It takes no secrets, and holds none as long as its callers hand in events and
// results, whose types have none.
package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNotFound says that the history has no such entry.
var ErrNotFound = errors.New("not in the history")

// ErrExists says that a run with this token was begun before.
var ErrExists = errors.New("in the history already")

const (
	// lockWait is how long one statement waits for another process inside SQLite,
	// where it cannot be cancelled; lockPatience is how often that is repeated.
	lockWait     = 100 * time.Millisecond
	lockPatience = 10 * time.Second
)

// Store is an open history. Its methods may be called from several goroutines.
type Store struct {
	path string
	db   *sql.DB
}

// Path is where the history is: history.db in CTRACE_STATE_DIR when that is set,
// else in the folder ctrace of the XDG state place.
func Path() string {
	dir := os.Getenv("CTRACE_STATE_DIR")
	if dir == "" {
		dir = filepath.Join(xdg.StateHome, "ctrace")
	}
	return filepath.Join(dir, "history.db")
}

// Open opens the history, and makes the file (mode 0600) and its folder (0700)
// when they are missing. Close it.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := prepare(path); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	// WAL survives a kill at any moment and lets others read while one writes.
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds()),
			"journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)",
		},
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("history %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{path: path, db: db}
	if err := s.migrate(ctx); err != nil {
		_ = db.Close()
		return nil, s.wrap(err)
	}
	return s, nil
}

// prepare makes folder and file before SQLite does, which would make them
// readable to others, and takes the permissions away from a file that has them.
func prepare(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return os.Chmod(path, 0o600)
	}
	return nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Prune deletes every run, investigation and action from before the given time,
// and gives how many entries that were.
func (s *Store) Prune(ctx context.Context, before time.Time) (deleted int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		deleted = 0
		for _, statement := range []string{
			"DELETE FROM runs WHERE max(started_at, updated_at) < ?",
			"DELETE FROM investigations WHERE at < ?",
			"DELETE FROM actions WHERE at < ?",
		} {
			result, err := tx.ExecContext(ctx, statement, toDB(before))
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			deleted += int(n)
		}
		return nil
	})
	return deleted, err
}

// write runs one transaction, waiting for other processes.
func (s *Store) write(ctx context.Context, do func(*sql.Tx) error) error {
	return s.wrap(waitForLock(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := do(tx); err != nil {
			_ = tx.Rollback()
			return err
		}
		return tx.Commit()
	}))
}

// query gives the rows of a query, each made by scan.
func query[T any](ctx context.Context, s *Store, statement string, args []any, scan func(*sql.Rows) (T, error)) (found []T, err error) {
	err = s.wrap(waitForLock(ctx, func() error {
		found = nil
		rows, err := s.db.QueryContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			row, err := scan(rows)
			if err != nil {
				return err
			}
			found = append(found, row)
		}
		return rows.Err()
	}))
	return found, err
}

// waitForLock repeats what fails because another process holds the lock.
func waitForLock(ctx context.Context, do func() error) error {
	deadline := time.Now().Add(lockPatience)
	for {
		err := do()
		if !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xFF == sqlite3.SQLITE_BUSY
}

// wrap says which file an error is about, and what to do when it is broken.
func (s *Store) wrap(err error) error {
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrExists) {
		return err
	}
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code()&0xFF == sqlite3.SQLITE_NOTADB || e.Code()&0xFF == sqlite3.SQLITE_CORRUPT) {
		return fmt.Errorf("the history in %s is damaged: %w; move the file away to begin a new one", s.path, err)
	}
	return fmt.Errorf("history %s: %w", s.path, err)
}

// Times are kept in microseconds since 1970.

func toDB(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromDB(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
