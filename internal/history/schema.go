package history

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations bring the schema from each user_version to the next. Never change
// one that was released: add another.
var migrations = []string{
	`CREATE TABLE runs (
		token      TEXT PRIMARY KEY,
		profile    TEXT NOT NULL,
		plan       TEXT NOT NULL,
		state      TEXT NOT NULL,
		verdict    TEXT NOT NULL DEFAULT '',
		result     TEXT NOT NULL DEFAULT '',
		started_at INTEGER NOT NULL,
		updated_at INTEGER NOT NULL,
		ended_at   INTEGER NOT NULL DEFAULT 0
	);
	CREATE INDEX runs_by_start ON runs (started_at);
	CREATE TABLE events (
		token TEXT NOT NULL REFERENCES runs (token) ON DELETE CASCADE,
		seq   INTEGER NOT NULL,
		at    INTEGER NOT NULL,
		kind  TEXT NOT NULL,
		data  TEXT NOT NULL,
		PRIMARY KEY (token, seq)
	) WITHOUT ROWID;
	CREATE TABLE investigations (
		id      INTEGER PRIMARY KEY AUTOINCREMENT,
		at      INTEGER NOT NULL,
		profile TEXT NOT NULL,
		query   TEXT NOT NULL,
		summary TEXT NOT NULL
	);
	CREATE INDEX investigations_by_time ON investigations (at);
	CREATE TABLE actions (
		id      INTEGER PRIMARY KEY AUTOINCREMENT,
		at      INTEGER NOT NULL,
		profile TEXT NOT NULL,
		action  TEXT NOT NULL,
		target  TEXT NOT NULL,
		outcome TEXT NOT NULL,
		detail  TEXT NOT NULL
	);
	CREATE INDEX actions_by_time ON actions (at);`,
}

// migrate brings the file's schema up to date.
func (s *Store) migrate(ctx context.Context) error {
	var version int
	err := waitForLock(ctx, func() error {
		return s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	})
	if err != nil || version == len(migrations) {
		return err
	}
	return waitForLock(ctx, func() error {
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := upgrade(ctx, tx); err != nil {
			_ = tx.Rollback()
			return err
		}
		return tx.Commit()
	})
}

// upgrade runs inside the lock, so it looks at the version again: another
// process may have been faster.
func upgrade(ctx context.Context, tx *sql.Tx) error {
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		return fmt.Errorf("the file was written by a newer ctrace (schema %d, this one knows %d): use that one", version, len(migrations))
	}
	for _, statements := range migrations[version:] {
		if _, err := tx.ExecContext(ctx, statements); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(migrations)))
	return err
}
