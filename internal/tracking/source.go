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
	Connection(ctx context.Context, r esa.Ref) (esa.Connection, error)
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
	Source int32 // index of the source that it came from
	Fresh  bool  // it came, or changed, while the search was being followed

	at int64 // in nanoseconds since 1970
}

// At is the message's time; of a row whose time cannot be read, that of its neighbour.
func (r *Row) At() time.Time { return time.Unix(0, r.at).In(r.Time.Location()) }

// rowKey names a row among those of one source. The lowest MID stays when a message is rewritten into
// further ones; a rejected connection has no MID and goes by the key of its row.
type rowKey struct {
	gateway int // the number of its serial number, or of its row's key
	mid     int64
}

// keyOf names a row. Keys are small, because there are 100,000 of them.
func (st *state) keyOf(m *esa.Message) rowKey {
	if len(m.MIDs) == 0 {
		return rowKey{numbered(st.connections, m.Key()), 0}
	}
	return rowKey{numbered(st.gateways, m.Serial), m.MIDs[0]}
}

// numbered gives the number of a name, and a new name the next one.
func numbered(known map[string]int, name string) int {
	n, ok := known[name]
	if !ok {
		n = len(known)
		known[name] = n
	}
	return n
}
