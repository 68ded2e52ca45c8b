package investigatescreen

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/card"
	"ctrace/tui/table"
)

// verdictRow is a module's opinion of an observable, or a judgement behind it.
type verdictRow struct {
	about       observable.Observable
	module      ctr.ModuleRef
	disposition ctim.Disposition
	reason      string
	valid       ctim.ValidTime
	judgement   *ctim.Judgement // nil for an opinion
	derived     bool
	id          string
}

func (r *verdictRow) name() string {
	kind := "opinion"
	if r.judgement != nil {
		kind = r.judgement.ID + r.judgement.Reason
	}
	return string(r.about.Type) + ":" + r.about.Value + "\x00" + r.module.InstanceID + r.module.Name + "\x00" + kind + r.disposition.String()
}

// what says what kind of statement it is.
func (r *verdictRow) what() string {
	switch {
	case r.judgement != nil:
		return "judgement"
	case r.derived:
		return "derived"
	}
	return "verdict"
}

// verdictsTab is what the modules think, and why. Of one observable it has no column for its value.
type verdictsTab struct {
	*tableTab[verdictRow] // the one that shows
	one, all              *tableTab[verdictRow]
}

func newVerdictsTab(s *Screen) content {
	columns := verdictColumns(s)
	t := &verdictsTab{all: newVerdictsTable(s, columns)}
	t.one = newVerdictsTable(s, slices.DeleteFunc(slices.Clone(columns), func(c table.Column[verdictRow]) bool { return c.Title == observableTitle }))
	t.tableTab = t.one
	return t
}

func (t *verdictsTab) SetSize(w, h int) {
	t.one.SetSize(w, h)
	t.all.SetSize(w, h)
}

func (t *verdictsTab) SetFocus(on bool) {
	t.one.SetFocus(on)
	t.all.SetFocus(on)
}

func (t *verdictsTab) fill(s subject, fresh bool) reading {
	tab := t.one
	if s.finding == nil {
		tab = t.all
	}
	read := tab.fill(s, fresh)
	return func() showing {
		show := read()
		return func() tea.Cmd {
			t.tableTab = tab
			return show()
		}
	}
}

const observableTitle = "Observable"

func newVerdictsTable(s *Screen, columns []table.Column[verdictRow]) *tableTab[verdictRow] {
	return newTableTab(table.Options[verdictRow]{
		Theme: s.o.Theme, ID: func(r *verdictRow) string { return r.id },
		Text: func(r *verdictRow) string {
			return strings.Join([]string{r.disposition.String(), r.module.Name, r.reason, r.what(), r.about.Value}, " ")
		},
		Empty:   safetext.Known("No module has an opinion."),
		Columns: columns,
	}, verdictRows, func(r *verdictRow) picked { return pickVerdict(s, r) })
}

func verdictColumns(s *Screen) []table.Column[verdictRow] {
	th := s.o.Theme
	return []table.Column[verdictRow]{
		{
			Title: "Disposition", Width: 12, Min: 12, Keep: 10,
			Cell: func(r *verdictRow) safetext.Text {
				return safetext.Known(th.DispositionMark(r.disposition) + " " + r.disposition.String())
			},
			Style: func(r *verdictRow) draw.Style { return th.DispositionStyle(r.disposition) },
			Order: func(a, b *verdictRow) int { return a.disposition.Compare(b.disposition) },
		},
		{
			Title: observableTitle, Width: 24, Min: 14, Keep: 6, Cell: func(r *verdictRow) safetext.Text { return safetext.Line(observable.Defang(r.about)) },
			Order: func(a, b *verdictRow) int { return cmp.Compare(a.about.Value, b.about.Value) },
		},
		{
			Title: "Module", Width: 24, Min: 12, Keep: 9, Cell: func(r *verdictRow) safetext.Text { return safetext.Line(r.module.Name) },
			Order: func(a, b *verdictRow) int { return cmp.Compare(a.module.Name, b.module.Name) },
		},
		{Title: "Reason", Width: 30, Min: 24, Keep: 8, Grow: true, Cell: func(r *verdictRow) safetext.Text { return safetext.Line(r.reason) }},
		{Title: "Statement", Width: 9, Min: 9, Keep: 3, Cell: func(r *verdictRow) safetext.Text { return safetext.Known(r.what()) }},
		{
			Title: "Until", Width: 10, Min: 10, Keep: 4, Cell: func(r *verdictRow) safetext.Text { return safetext.Known(until(r.valid, s.o.Zone)) },
			Style: func(r *verdictRow) draw.Style {
				if r.valid.Expired(s.now) {
					return th.Warn
				}
				return th.Dim
			},
		},
	}
}

// verdictRows makes rows of a subject's opinions, the worst first, each with its judgements.
func verdictRows(s subject, _ []*verdictRow) []*verdictRow {
	findings := s.inv.Findings
	if s.finding != nil {
		findings = []*ctr.Finding{s.finding}
	}
	var rows []*verdictRow
	add := func(r verdictRow) {
		r.id = r.name()
		rows = append(rows, &r)
	}
	for _, f := range findings {
		for _, o := range f.Opinions {
			add(verdictRow{about: f.Observable, module: o.Module, disposition: o.Disposition, reason: strings.Join(o.Reasons, "; "), valid: o.ValidTime, derived: o.Derived})
		}
		for _, j := range f.Judgements {
			add(verdictRow{about: f.Observable, module: j.Module, disposition: j.Judgement.Disposition, reason: j.Judgement.Reason, valid: j.Judgement.ValidTime, judgement: j.Judgement})
		}
	}
	return rows
}

// until is the day on which a statement ends.
func until(v ctim.ValidTime, zone *time.Location) string {
	switch {
	case v.IsZero():
		return ""
	case v.Forever():
		return "forever"
	}
	return v.End.In(zone).Format(time.DateOnly)
}

func pickVerdict(s *Screen, r *verdictRow) picked {
	p := picked{
		title: "Verdict", observable: r.about, value: r.reason,
		fields: []intent.Field{
			{Name: "Observable", Value: r.about.Value},
			{Name: "Disposition", Value: r.disposition.String()},
			{Name: "Module", Value: r.module.Name},
			{Name: "Reason", Value: r.reason},
			{Name: "Statement", Value: r.what()},
			{Name: "Until", Value: until(r.valid, s.o.Zone)},
		},
	}
	var whole any = struct {
		Observable  observable.Observable `json:"observable"`
		Disposition int                   `json:"disposition"`
		Name        string                `json:"disposition_name"`
		Module      string                `json:"module"`
		Reason      string                `json:"reason,omitempty"`
	}{r.about, int(r.disposition), r.disposition.String(), r.module.Name, r.reason}
	if r.judgement != nil {
		whole = r.judgement
	}
	p.json = as(whole)
	p.line = strings.Join([]string{r.disposition.String(), r.about.Value, r.module.Name, r.reason, r.what(), until(r.valid, s.o.Zone)}, "\t")
	p.open = func() card.Page { return verdictPage(s, r, whole) }
	return p
}
