package quarantineview

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/say"
	"ctrace/tui/table"
	"ctrace/tui/trackscreen/waiting"
)

var (
	readingText = safetext.Known("Reading the quarantine.")
	nothingText = safetext.Known("The quarantine holds nothing of the last 30 days.")
)

func (v *View) newTable() *table.Table[held] {
	text := func(get func(*held) string) func(*held) safetext.Text {
		return func(r *held) safetext.Text { return safetext.Line(observable.DefangLinks(get(r))) }
	}
	order := func(get func(*held) string) func(a, b *held) int {
		return func(a, b *held) int { return cmp.Compare(get(a), get(b)) }
	}
	where := "Quarantine"
	if v.kind == esa.SpamQuarantine {
		where = "Appliance"
	}
	x := table.New(table.Options[held]{
		Theme: v.o.Theme,
		ID:    func(r *held) string { return strconv.Itoa(r.source) + "/" + strconv.FormatInt(r.MID, 10) },
		Text: func(r *held) string {
			return strings.Join([]string{r.Subject, from(r), strings.Join(r.Recipients, " "), strings.Join(r.Quarantines, " "), strconv.FormatInt(r.MID, 10)}, " ")
		},
		Empty: readingText,
		Columns: []table.Column[held]{
			{
				Title: "Received", Width: 11, Min: 11, Keep: 9, Cell: text(v.when),
				Order: func(a, b *held) int { return a.Received.Compare(b.Received) },
			},
			{Title: "From", Width: 28, Min: 16, Keep: 7, Grow: true, Cell: text(from), Order: order(from)},
			{Title: "To", Width: 28, Min: 14, Keep: 5, Grow: true, Cell: text(func(r *held) string { return strings.Join(r.Recipients, ", ") })},
			{Title: "Subject", Width: 40, Min: 20, Keep: 8, Grow: true, Cell: text(func(r *held) string { return r.Subject }), Order: order(func(r *held) string { return r.Subject })},
			{Title: where, Width: 14, Min: 10, Keep: 6, Cell: text(func(r *held) string { return v.place(r) }), Order: order(v.place)},
			{Title: "MID", Width: 9, Min: 7, Keep: 4, Right: true, Cell: text(func(r *held) string { return strconv.FormatInt(r.MID, 10) })},
			{Title: "Size", Width: 8, Min: 7, Keep: 2, Right: true, Cell: text(func(r *held) string { return r.Size })},
			{Title: "Leaves", Width: 11, Min: 11, Keep: 3, Cell: text(v.leaves)},
		},
	})
	x.ShowColumn("Appliance", len(v.o.Sources) > 1)
	return x
}

// from is who sent the message: the envelope sender, or what its header says.
func from(r *held) string {
	if r.Sender != "" {
		return r.Sender
	}
	return strings.Join(r.From, ", ")
}

// place is the policy quarantine, or the appliance that keeps the spam.
func (v *View) place(r *held) string {
	if v.kind == esa.SpamQuarantine {
		return v.o.Sources[r.source].Name
	}
	return strings.Join(r.Quarantines, ", ")
}

// nearby is within which a day and a month tell which day is meant.
const nearby = 300 * 24 * time.Hour

func (v *View) when(r *held) string   { return v.short(r.Received, r.ReceivedText) }
func (v *View) leaves(r *held) string { return v.short(r.ScheduledExit, r.ScheduledExitText) }

// short is a time in a column, its day when that is not of these months. Quarantines leave the seconds out.
func (v *View) short(at time.Time, text string) string {
	if at.IsZero() {
		return text
	}
	at = at.In(v.o.Zone)
	if v.o.Now().Sub(at).Abs() > nearby {
		return at.Format(time.DateOnly)
	}
	return at.Format("01-02 15:04")
}

// moment is a time with its year and zone.
func (v *View) moment(at time.Time, text string) string {
	if at.IsZero() {
		return text
	}
	return at.In(v.o.Zone).Format("2006-01-02 15:04 MST")
}

// arrived takes a page in.
func (v *View) arrived(m pageMsg) tea.Cmd {
	if m.request != v.request {
		return nil
	}
	st := &v.sources[m.source]
	st.asked = time.Time{}
	if st.failure = m.err; m.err != nil {
		if wait, again := st.retry.After(m.err); again {
			st.retryAt = v.o.Now().Add(wait)
		}
		v.table.SetEmpty(waiting.Nothing(v.standings()))
		return v.more()
	}
	if !st.begun { // what was read before the last Load
		v.rows = slices.DeleteFunc(v.rows, func(r *held) bool { return r.source == m.source })
	}
	st.begun, st.retry = true, tracking.Retry{}
	if !slices.ContainsFunc(v.sources, func(st state) bool { return !st.begun }) {
		v.table.SetEmpty(nothingText)
	}
	st.total = m.page.Total
	st.offset += esa.MaxLimit
	st.done = st.offset >= m.page.Total || len(m.page.Messages)+m.page.Bad == 0
	known := map[int64]bool{}
	for _, r := range v.rows {
		if r.source == m.source {
			known[r.MID] = true
		}
	}
	for _, x := range m.page.Messages {
		if !known[x.MID] {
			v.rows = append(v.rows, &held{x, m.source})
		}
	}
	slices.SortStableFunc(v.rows, func(a, b *held) int { return b.Received.Compare(a.Received) })
	return tea.Batch(v.table.Replace(slices.Clone(v.rows)), v.more())
}

// head says which quarantine it is, how much it holds, and what is in the way.
func (v *View) head() draw.Block {
	t := v.o.Theme
	kinds := draw.Line{}
	for _, k := range []struct {
		kind  esa.QuarantineType
		words string
	}{{esa.SpamQuarantine, "Spam"}, {esa.PolicyQuarantine, "Policy, virus, outbreak"}} {
		mark, style := draw.Blank(1), t.Dim
		if k.kind == v.kind {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Title
		}
		kinds = draw.Join(kinds, draw.Blank(2), mark, style.Text(safetext.Known(k.words)))
	}
	return draw.Block{
		draw.Spread(v.w, draw.Join(t.Title.Lit(" Quarantine"), kinds), draw.Join(v.count(), draw.Blank(1))),
		v.standing(),
		{},
	}
}

// count is how much is held; quarantines, unlike tracking, tell their total.
func (v *View) count() draw.Line {
	t := v.o.Theme
	total, asked, known := 0, false, false
	for _, st := range v.sources {
		total += st.total
		asked = asked || !st.asked.IsZero()
		known = known || st.begun
	}
	switch {
	case !known && asked:
		return t.Dim.Lit("reading")
	case !known:
		return t.Dim.Lit("not known")
	}
	line := t.Text.Text(say.Count(total, "message"))
	if n := v.table.Marks(); n > 0 {
		line = draw.Join(t.Accent.Text(safetext.Known(strconv.Itoa(n)+" marked")), draw.Blank(2), line)
	}
	return line
}

// standing is the action under way, what became of the last one, or which appliance does not answer.
func (v *View) standing() draw.Line {
	t := v.o.Theme
	done := func(style draw.Style, mark, text string) draw.Line {
		return draw.Join(draw.Blank(1), t.Mark(style, mark), draw.Blank(1), t.Foreign(style, safetext.Line(text))).Fit(v.w)
	}
	switch {
	case v.acting != "":
		return done(t.Busy, t.Marks.Running, v.acting)
	case v.last != "" && v.lastBad:
		return done(t.Bad, t.Marks.Failed, v.last)
	case v.last != "":
		return done(t.Good, t.Marks.Done, v.last)
	}
	return waiting.Line(t, v.w, v.standings(), waiting.Clock{Now: v.now, Ticks: v.ticks}, "ctrl+r", "")
}

// standings are the appliances as they stand.
func (v *View) standings() []tracking.SourceStatus {
	out := make([]tracking.SourceStatus, len(v.sources))
	for i, st := range v.sources {
		out[i] = tracking.SourceStatus{Name: v.o.Sources[i].Name, Asked: st.asked, Failure: st.failure, RetryAt: st.retryAt}
	}
	return out
}

// query is what to ask Threat Response about rows.
func query(rows []*held) string {
	var obs []observable.Observable
	add := func(t observable.Type, v string) {
		o := observable.Observable{Type: t, Value: v}
		if v != "" && !slices.Contains(obs, o) {
			obs = append(obs, o)
		}
	}
	for _, r := range rows {
		if r.GatewayMID != 0 {
			add(observable.CiscoMID, strconv.FormatInt(r.GatewayMID, 10))
		}
		add(observable.Email, r.Sender)
		for _, f := range r.From {
			add(observable.Email, f)
		}
		add(observable.EmailSubject, r.Subject)
	}
	return observable.Format(obs)
}
