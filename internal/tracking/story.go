package tracking

import (
	"context"
	"errors"
	"slices"

	"ctrace/esa"
)

// Story is everything that an appliance tells about one message. What
// was not asked for, because the appliance has nothing there, is nil.
type Story struct {
	Row         esa.Message
	Details     *esa.Details
	Connection  *esa.Connection // asked for when the details have nothing of it
	AMP         *esa.AMP
	URLs        *esa.URLs
	DLP         *esa.DLP
	Remediation *esa.Remediation
	Missing     []Gap // parts that the appliance has and did not give
}

// Gap is a part of a story that could not be fetched.
type Gap struct {
	Part string // "file reputation", "links", ...
	Err  error
}

// Read fetches the main part of a message's story: its details. Of a connection that was refused before
// any message there is nothing but its row: AsyncOS asks for a MID.
func Read(ctx context.Context, t Tracker, m esa.Message) (Story, error) {
	s := Story{Row: m}
	if len(m.MIDs) == 0 {
		return s, nil
	}
	d, err := t.Details(ctx, m.Ref())
	if err != nil {
		return s, err
	}
	s.Details = &d
	return s, nil
}

// More fetches the other parts that the details say to be there and that are not there yet. A part that
// fails becomes a Gap.
func (s Story) More(ctx context.Context, t Tracker) Story {
	if s.Details == nil {
		return s
	}
	ref := s.Row.Ref()
	s.Missing = nil
	if s.lacksConnection() && s.Connection == nil {
		s.Connection = part(&s, "connection", func() (esa.Connection, error) { return connection(ctx, t, ref) })
	}
	if s.Details.ShowAMP && s.AMP == nil {
		s.AMP = part(&s, "file reputation", func() (esa.AMP, error) { return t.AMP(ctx, ref) })
	}
	if s.Details.ShowURL && s.URLs == nil {
		s.URLs = part(&s, "links", func() (esa.URLs, error) { return t.URLs(ctx, ref) })
	}
	if s.Details.ShowDLP && s.DLP == nil {
		s.DLP = part(&s, "data-loss prevention", func() (esa.DLP, error) { return t.DLP(ctx, ref) })
	}
	if s.Row.Remediated() && s.Remediation == nil {
		s.Remediation = part(&s, "remediation", func() (esa.Remediation, error) { return t.Remediation(ctx, ref) })
	}
	return s
}

// HasMore tells that More has something to ask for.
func (s Story) HasMore() bool {
	return s.Details != nil && (s.lacksConnection() || s.Details.ShowAMP || s.Details.ShowURL || s.Details.ShowDLP || s.Row.Remediated())
}

// lacksConnection tells that the details have no event of the connection that brought the message.
func (s Story) lacksConnection() bool {
	return s.Row.ICID != 0 && !slices.ContainsFunc(s.Details.Timeline().Steps, func(st esa.Step) bool { return st.Stage == esa.StageConnection })
}

// connection asks about the connection of a message. That an appliance does not offer it is no gap: the
// details have it as a rule.
func connection(ctx context.Context, t Tracker, ref esa.Ref) (esa.Connection, error) {
	c, err := t.Connection(ctx, ref)
	if kind := esa.KindOf(err); kind == esa.KindAbsent || kind == esa.KindQuery {
		return esa.Connection{}, nil
	}
	return c, err
}

func part[T any](s *Story, name string, get func() (T, error)) *T {
	v, err := get()
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			s.Missing = append(s.Missing, Gap{name, err})
		}
		return nil
	}
	return &v
}

// Timeline is the message's life out of all parts.
func (s Story) Timeline() esa.Timeline {
	if s.Details == nil {
		return esa.Timeline{}
	}
	var more [][]esa.Event
	if s.AMP != nil {
		more = append(more, s.AMP.Events)
	}
	if s.URLs != nil {
		more = append(more, s.URLs.Events)
	}
	d := *s.Details
	if s.Connection != nil {
		d.Events = slices.Concat(s.Connection.Events, d.Events)
	}
	return d.Timeline(more...)
}

// Observables is what the message gives to look up elsewhere.
func (s Story) Observables() esa.Observables {
	o := s.Row.Observables()
	if s.Details != nil {
		o = o.Merge(s.Details.Observables())
	}
	if s.AMP != nil {
		o = o.Merge(s.AMP.Observables())
	}
	if s.URLs != nil {
		o = o.Merge(s.URLs.Observables())
	}
	return o
}
