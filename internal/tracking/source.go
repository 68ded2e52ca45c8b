package tracking

import (
	"context"
	"time"

	"ctrace/esa"
)

// Tracker is the message tracking of one appliance; *esa.Client is one.
type Tracker interface {
	Search(ctx context.Context, q esa.Query) (esa.Page, error)
	Details(ctx context.Context, r esa.Ref) (esa.Details, error)
	AMP(ctx context.Context, r esa.Ref) (esa.AMP, error)
	URLs(ctx context.Context, r esa.Ref) (esa.URLs, error)
	DLP(ctx context.Context, r esa.Ref) (esa.DLP, error)
	Remediation(ctx context.Context, r esa.Ref) (esa.Remediation, error)
}

// Source is an appliance and what people call it.
type Source struct {
	Name    string
	Tracker Tracker
}

// Row is a message of one of the sources. A Row is never changed: what changed is a new one.
type Row struct {
	esa.Message
	Source int       // index of the source that it came from
	At     time.Time // the message's time; of a row whose time cannot be read, that of its neighbour
	Fresh  bool      // it came, or changed, while the search was being followed
}

// rowKey names a row among those of all sources. The lowest MID stays when a message is rewritten into
// further ones; a rejected connection has no MID and goes by its own key.
type rowKey struct {
	source int
	serial string
	mid    int64
	other  string
}

func keyOf(source int, m *esa.Message) rowKey {
	if len(m.MIDs) == 0 {
		return rowKey{source: source, other: m.Key()}
	}
	return rowKey{source: source, serial: m.Serial, mid: m.MIDs[0]}
}
