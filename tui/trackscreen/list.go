package trackscreen

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/table"
	"ctrace/tui/theme"
)

// item is one row.
type item struct {
	m     esa.Message
	key   string
	at    time.Time // in the analyst's zone; zero when the appliance's text cannot be read
	fresh bool      // it came by following
}

func newItem(m esa.Message, zone *time.Location, fresh bool) *item {
	i := &item{m: m, key: m.Key(), fresh: fresh}
	if !m.Time.IsZero() {
		i.at = m.Time.In(zone)
	}
	return i
}

// when is the row's time in the analyst's zone, or the appliance's own text.
func (i *item) when() string {
	if i.at.IsZero() {
		return i.m.TimeText
	}
	return i.at.Format("01-02 15:04:05")
}

// statusLook is how a status is shown: its mark and colour. The words are the appliance's.
func statusLook(t *theme.Theme, s esa.Status) (mark string, style draw.Style) {
	switch s {
	case esa.StatusDelivered:
		return t.Marks.Done, t.Good
	case esa.StatusDropped, esa.StatusBounced, esa.StatusAborted:
		return t.Marks.Failed, t.Bad
	case esa.StatusQuarantined:
		return t.Marks.Ticked, t.Warn
	case esa.StatusProcessing:
		return t.Marks.Running, t.Accent
	}
	return t.Marks.Waiting, t.Text
}

// statusText is the appliance's words, or what a row without a status is.
func statusText(m esa.Message) string {
	switch {
	case m.StatusText != "":
		return m.StatusText
	case m.Rejected != "":
		return "Rejected"
	}
	return "not said"
}

func recipients(m esa.Message) string {
	if len(m.Recipients) > 1 {
		return m.Recipients[0] + " +" + strconv.Itoa(len(m.Recipients)-1)
	}
	return strings.Join(m.Recipients, "")
}

func subject(m esa.Message) string {
	if m.Subject == "" && m.Rejected != "" {
		return m.Rejected
	}
	return m.Subject
}

func newTable(t *theme.Theme, zone *time.Location) *table.Table[item] {
	return table.New(table.Options[item]{
		Theme: t,
		ID:    func(i *item) string { return i.key },
		Text: func(i *item) string {
			m := i.m
			return strings.Join([]string{m.Subject, m.Sender, strings.Join(m.Recipients, " "), statusText(m), midList(m.MIDs), m.SenderIP}, " ")
		},
		Columns: []table.Column[item]{
			{
				Title: "", Width: 1, Min: 1, Keep: 2, Cell: func(i *item) safetext.Text {
					if i.fresh {
						return safetext.Known(t.Marks.Key)
					}
					return safetext.Text{}
				}, Style: func(*item) draw.Style { return t.Accent },
			},
			{
				Title: "Time", Width: 14, Min: 14, Keep: 9, Cell: func(i *item) safetext.Text { return safetext.Line(i.when()) },
				Order: func(a, b *item) int { return a.at.Compare(b.at) },
			},
			{
				Title: "Status", Width: 22, Min: 11, Keep: 10,
				Cell: func(i *item) safetext.Text {
					mark, _ := statusLook(t, i.m.Status())
					return safetext.Line(mark + " " + statusText(i.m))
				},
				Style: func(i *item) draw.Style { _, s := statusLook(t, i.m.Status()); return s },
				Order: func(a, b *item) int { return cmp.Compare(a.m.StatusText, b.m.StatusText) },
			},
			{
				Title: "From", Width: 28, Min: 14, Keep: 6, Grow: true, Cell: func(i *item) safetext.Text { return safetext.Line(i.m.Sender) },
				Order: func(a, b *item) int { return cmp.Compare(a.m.Sender, b.m.Sender) },
			},
			{
				Title: "To", Width: 28, Min: 12, Keep: 5, Grow: true, Cell: func(i *item) safetext.Text { return safetext.Line(recipients(i.m)) },
				Order: func(a, b *item) int { return cmp.Compare(recipients(a.m), recipients(b.m)) },
			},
			{
				Title: "Subject", Width: 40, Min: 18, Keep: 8, Grow: true, Cell: func(i *item) safetext.Text { return safetext.Line(subject(i.m)) },
				Order: func(a, b *item) int { return cmp.Compare(a.m.Subject, b.m.Subject) },
			},
			{
				Title: "MID", Width: 9, Min: 7, Keep: 3, Right: true, Cell: func(i *item) safetext.Text { return safetext.Line(midList(i.m.MIDs)) },
				Order: func(a, b *item) int { return cmp.Compare(newest(a.m.MIDs), newest(b.m.MIDs)) },
			},
			{Title: "Sender IP", Width: 15, Min: 15, Keep: 1, Cell: func(i *item) safetext.Text { return safetext.Line(i.m.SenderIP) }},
		},
	})
}

func newest(mids []int64) int64 {
	if len(mids) == 0 {
		return 0
	}
	return mids[len(mids)-1]
}

func midList(mids []int64) string {
	words := make([]string, len(mids))
	for i, m := range mids {
		words[i] = strconv.FormatInt(m, 10)
	}
	return strings.Join(words, ", ")
}

// fields is everything about a row, raw, for the inspector.
func fields(m esa.Message) []intent.Field {
	var out []intent.Field
	add := func(name, value string) {
		if value != "" {
			out = append(out, intent.Field{Name: name, Value: value})
		}
	}
	add("Subject", m.Subject)
	for _, s := range m.FinalSubjects {
		if s.Value != m.Subject {
			add("Subject of "+strconv.FormatInt(s.MID, 10), s.Value)
		}
	}
	add("Status", m.StatusText)
	for _, s := range m.Statuses {
		add("Status of "+strconv.FormatInt(s.MID, 10), s.Value)
	}
	add("Time", m.TimeText)
	add("Sender", m.Sender)
	add("Header From", strings.Join(m.FriendlyFrom, ", "))
	add("Reply-To", m.ReplyTo)
	add("Recipients", strings.Join(m.Recipients, ", "))
	for _, id := range m.MessageIDs {
		add("Message-ID", id.Value)
	}
	add("MID", midList(m.MIDs))
	add("ICID", midList(m.ICIDs))
	add("DCID", midList(m.DCIDs))
	add("Direction", m.Direction)
	add("Sender IP", m.SenderIP)
	add("Sender domain", m.SenderDomain)
	add("Sender group", m.SenderGroup)
	add("SBRS", m.SBRS)
	add("Policies", strings.Join(m.MailPolicies, ", "))
	add("Gateway", m.Host)
	add("Serial", m.Serial)
	add("Rejected", m.Rejected)
	return out
}

// copyOf is what y copies of a row: the Message-ID, or the MID when the row has none.
func copyOf(m esa.Message) intent.Copy {
	if id, ok := m.MessageIDs.Highest(); ok && id.Value != "" {
		return intent.Copy{What: "Message-ID", Value: id.Value}
	}
	return intent.Copy{What: "MID", Value: midList(m.MIDs)}
}

// queryOf is what to ask Threat Response about rows: the keys that name exactly them, then who sent them.
func queryOf(rows []*item) string {
	var all esa.Observables
	for _, r := range rows {
		o := r.m.Observables()
		if r.m.Sender != "" {
			o.Addresses = []string{r.m.Sender}
		}
		o.Domains, o.Subjects = nil, nil
		all = all.Merge(o)
	}
	return format(all)
}

// queryOfDetails is what to ask Threat Response about a message whose details are known.
func queryOfDetails(d esa.Details) string { return format(d.Observables()) }

func format(o esa.Observables) string {
	var obs []observable.Observable
	for _, x := range []struct {
		t      observable.Type
		values []string
	}{
		{observable.EmailMessageID, o.MessageIDs}, {observable.CiscoMID, o.MIDs}, {observable.SHA256, o.SHA256s}, {observable.FileName, o.FileNames},
		{observable.URL, o.URLs}, {observable.Email, o.Addresses}, {observable.Domain, o.Domains}, {observable.IP, o.IPs}, {observable.EmailSubject, o.Subjects},
	} {
		for _, v := range x.values {
			obs = append(obs, observable.Observable{Type: x.t, Value: v})
		}
	}
	return observable.Format(obs)
}
