package trackscreen

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/table"
	"ctrace/tui/theme"
)

type row = tracking.Row

// timeWidth has room for a time and the mark of a new row, or for a time with its year.
const timeWidth = 16

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

// rowLook is statusLook of a row; a refused connection looks refused.
func rowLook(t *theme.Theme, m *esa.Message) (mark string, style draw.Style) {
	if len(m.MIDs) == 0 {
		return t.Marks.Failed, t.Bad
	}
	return statusLook(t, m.Status())
}

func recipients(m *esa.Message) string {
	if len(m.Recipients) > 1 {
		return m.Recipients[0] + " +" + strconv.Itoa(len(m.Recipients)-1)
	}
	return strings.Join(m.Recipients, "")
}

// sender is who sent a message, or which host was refused.
func sender(m *esa.Message) string { return orNone(m.Sender, m.SenderIP) }

// subject is the subject as injected, or of a refused connection why it was.
func subject(m *esa.Message) string {
	if len(m.MIDs) == 0 {
		return join(refusal(m), m.SenderGroup, prefixed("SBRS ", m.SBRS))
	}
	return m.Subject
}

// refusal is what was refused of a connection, when its status does not say the same.
func refusal(m *esa.Message) string {
	if strings.EqualFold(m.Rejected, tracking.StatusWords(m)) {
		return ""
	}
	return m.Rejected
}

func (s *Screen) newTable() *table.Table[row] {
	x := table.New(table.Options[row]{
		Theme: s.o.Theme,
		ID:    func(r *row) string { return strconv.Itoa(int(r.Source)) + "/" + r.Key() },
		Text: func(r *row) string {
			return strings.Join([]string{
				r.Subject, r.Sender, strings.Join(r.Recipients, " "), tracking.StatusWords(&r.Message), tracking.Numbers(r.MIDs), r.SenderIP, r.Serial,
			}, " ")
		},
		Empty: searchingText, Columns: s.columns(),
	})
	x.ShowColumn("Gateway", len(s.o.Sources) > 1)
	for _, title := range []string{"Header From", "Message-ID", "Serial", "ICID", "Direction", "Policy"} {
		x.ShowColumn(title, false)
	}
	return x
}

func (s *Screen) columns() []table.Column[row] {
	t := s.o.Theme
	text := func(get func(*esa.Message) string) func(*row) safetext.Text {
		return func(r *row) safetext.Text { return safetext.Line(observable.DefangLinks(get(&r.Message))) }
	}
	order := func(get func(*esa.Message) string) func(a, b *row) int {
		return func(a, b *row) int { return cmp.Compare(get(&a.Message), get(&b.Message)) }
	}
	column := func(title string, width, least, keep int, get func(*esa.Message) string) table.Column[row] {
		return table.Column[row]{Title: title, Width: width, Min: least, Keep: keep, Cell: text(get), Order: order(get)}
	}
	growing := func(c table.Column[row]) table.Column[row] { c.Grow = true; return c }
	from, subjects, gateway := 17, 23, 5
	if len(s.o.Sources) > 1 {
		from, subjects, gateway = 14, 17, 7
	}
	return []table.Column[row]{
		{
			Title: "Time", Width: timeWidth, Min: timeWidth, Keep: 9,
			Cell: func(r *row) safetext.Text {
				at := safetext.Line(s.when(&r.Message))
				if r.Fresh {
					return safetext.Concat(at.Truncate(timeWidth-1), safetext.Known(t.Marks.Key))
				}
				return at
			},
			Style: func(r *row) draw.Style {
				if r.Fresh {
					return t.Accent
				}
				return t.Text
			},
			Order: func(a, b *row) int { return a.At().Compare(b.At()) },
		},
		{
			Title: "Status", Width: 26, Min: 12, Keep: 10,
			Cell: func(r *row) safetext.Text {
				mark, _ := rowLook(t, &r.Message)
				return safetext.Line(mark + " " + tracking.StatusWords(&r.Message))
			},
			Style: func(r *row) draw.Style { _, style := rowLook(t, &r.Message); return style },
			Order: order(tracking.StatusWords),
		},
		growing(column("From", 28, from, 6, sender)),
		growing(column("To", 28, 12, 5, recipients)),
		growing(column("Subject", 40, subjects, 8, subject)),
		{
			Title: "MID", Width: 10, Min: 10, Keep: 4, Cell: func(r *row) safetext.Text { return safetext.Line(midCell(r.MIDs)) },
			Order: func(a, b *row) int { return cmp.Compare(newest(a.MIDs), newest(b.MIDs)) },
		},
		{
			Title: "Gateway", Width: 16, Min: 7, Keep: gateway, Cell: func(r *row) safetext.Text { return safetext.Line(s.gateway(r)) },
			Order: func(a, b *row) int { return cmp.Compare(s.gateway(a), s.gateway(b)) },
		},
		column("Sender IP", 15, 15, 2, func(m *esa.Message) string { return m.SenderIP }),
		growing(column("Header From", 28, 12, 1, func(m *esa.Message) string { return strings.Join(m.FriendlyFrom, ", ") })),
		column("Message-ID", 36, 16, 1, messageID),
		column("Serial", 33, 12, 3, func(m *esa.Message) string { return m.Serial }),
		column("ICID", 9, 7, 1, func(m *esa.Message) string { return strconv.FormatInt(m.ICID, 10) }),
		column("Direction", 9, 8, 1, func(m *esa.Message) string { return m.Direction }),
		column("Policy", 16, 8, 1, func(m *esa.Message) string { return strings.Join(m.MailPolicies, ", ") }),
	}
}

// when is a row's time, or the appliance's own text when it cannot be read.
func (s *Screen) when(m *esa.Message) string {
	return tracking.ListTime(s.local(m.Time), m.TimeText, s.o.Now())
}

// gateway is who handled a message: the gateway that the appliance names, or the appliance.
func (s *Screen) gateway(r *row) string {
	return shortHost(orNone(r.Host, s.o.Sources[r.Source].Name))
}

// shortHost is a host's name without its domain; an address stays.
func shortHost(host string) string {
	name, _, _ := strings.Cut(host, ".")
	if name == "" || strings.Trim(name, "0123456789[:") == "" {
		return host
	}
	return name
}

func newest(mids []int64) int64 {
	if len(mids) == 0 {
		return 0
	}
	return mids[len(mids)-1]
}

// midCell is the newest MID and how many there are besides.
func midCell(mids []int64) string {
	switch len(mids) {
	case 0:
		return ""
	case 1:
		return strconv.FormatInt(mids[0], 10)
	}
	return strconv.FormatInt(newest(mids), 10) + " +" + strconv.Itoa(len(mids)-1)
}

func midList(mids []int64) string { return strings.ReplaceAll(tracking.Numbers(mids), " ", ", ") }

func messageID(m *esa.Message) string {
	id, _ := m.MessageIDs.Highest()
	return id.Value
}

// fields is everything about a row, raw, for the inspector.
func fields(m esa.Message, source string) []intent.Field {
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
	if len(m.Statuses) > 1 {
		for _, s := range m.Statuses {
			add("Status of "+strconv.FormatInt(s.MID, 10), s.Value)
		}
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
	add("ICID", strconv.FormatInt(m.ICID, 10))
	add("DCID", midList(m.DCIDs))
	add("Direction", m.Direction)
	add("Sender IP", m.SenderIP)
	add("Sender domain", m.SenderDomain)
	add("Sender group", m.SenderGroup)
	add("SBRS", m.SBRS)
	add("Policies", strings.Join(m.MailPolicies, ", "))
	add("Gateway", m.Host)
	add("Serial", m.Serial)
	add("Asked", source)
	add("Rejected", m.Rejected)
	return out
}

// copyOf is what y copies of a row: the Message-ID, or the MID when the row has none.
func copyOf(m esa.Message) intent.Copy {
	switch id := messageID(&m); {
	case id != "":
		return intent.Copy{What: "Message-ID", Value: id}
	case len(m.MIDs) > 0:
		return intent.Copy{What: "MID", Value: midList(m.MIDs)}
	}
	return intent.Copy{What: "sender's address", Value: m.SenderIP}
}

// queryOfRows is what to ask Threat Response about rows: the keys that name exactly them.
func queryOfRows(rows []*row) string {
	var obs []observable.Observable
	add := func(t observable.Type, values ...string) {
		for _, v := range values {
			if v != "" {
				obs = append(obs, observable.Observable{Type: t, Value: v})
			}
		}
	}
	for _, r := range rows {
		o := r.Observables()
		add(observable.EmailMessageID, o.MessageIDs...)
		add(observable.CiscoMID, o.MIDs...)
		add(observable.Email, r.Sender)
		add(ipType(r.SenderIP), r.SenderIP)
	}
	return observable.Format(unique(obs))
}

func unique(obs []observable.Observable) []observable.Observable {
	seen := map[observable.Observable]bool{}
	out := obs[:0]
	for _, o := range obs {
		if !seen[o] {
			seen[o] = true
			out = append(out, o)
		}
	}
	return out
}

func ipType(ip string) observable.Type {
	if strings.Contains(ip, ":") {
		return observable.IPv6
	}
	return observable.IP
}

// clock is a time of day in the zone that is shown.
func (s *Screen) clock(at time.Time, text string) string {
	if at.IsZero() {
		return text
	}
	return s.local(at).Format(time.TimeOnly)
}
