package investigatescreen

import (
	"context"
	"io"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/history"
	"ctrace/tui/theme"
)

// Investigator is Threat Response; *ctr.Client is one.
type Investigator interface {
	Investigate(ctx context.Context, r ctr.InvestigateRequest, emit func(ctr.Update)) (*ctr.Investigation, error)
	Inspect(ctx context.Context, text string) ([]observable.Observable, error)
	Budget() ctr.Budget
	Release()

	Actions(ctx context.Context, obs []observable.Observable) ([]ctr.Action, []ctr.ModuleError, error)
	Trigger(ctx context.Context, a ctr.Action) (ctr.ActionResult, error)

	SearchCasebooks(ctx context.Context, words string, limit int) ([]ctim.Casebook, error)
	CasebookByExternalID(ctx context.Context, externalID string) ([]ctim.Casebook, error)
	CreateCasebook(ctx context.Context, book ctim.Casebook) (ctim.Casebook, error)
	AddToCasebook(ctx context.Context, id string, obs []observable.Observable) (ctim.Casebook, error)
}

// Journal is the history; *history.Store is one.
type Journal interface {
	AddInvestigation(ctx context.Context, i history.Investigation) (id int64, err error)
	Investigations(ctx context.Context, f history.Filter) ([]history.Investigation, error)
	AddAction(ctx context.Context, a history.Action) (id int64, err error)
	SetOutcome(ctx context.Context, id int64, outcome, detail string) error
}

// Exporter writes an investigation that is not running. Formats are the endings of the files that it
// can write, without the dot, the usual one first; Export writes one of them.
type Exporter interface {
	Formats() []string
	Export(ctx context.Context, w io.Writer, format, query string, inv *ctr.Investigation) error
}

// Options is what the screen needs.
type Options struct {
	Theme        *theme.Theme
	Investigator Investigator
	Journal      Journal  // nil: nothing is remembered
	Exporter     Exporter // nil: only JSON
	Region       ctr.Region
	Profile      string
	ReadOnly     bool // no response actions, no casebooks
	Now          func() time.Time
	Zone         *time.Location // of the times shown; local when nil
	Dir          string         // where exports go; the working directory when empty
	// Browse opens a link; nil is the system's own way.
	Browse func(ctx context.Context, url string) error
}
