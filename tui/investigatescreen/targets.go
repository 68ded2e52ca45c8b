package investigatescreen

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/card"
	"ctrace/tui/table"
)

// targetRow is a target as it was when the row was made: it changes with every sighting of it.
type targetRow struct {
	ctr.Target
	of *ctr.Target
	id string
}

// newTargetsTab makes the tab of what of one's own was hit.
func newTargetsTab(s *Screen) content {
	th := s.o.Theme
	return newTableTab(table.Options[targetRow]{
		Theme: th, ID: func(t *targetRow) string { return t.id }, Text: func(t *targetRow) string { return t.Type + " " + joined(t.Observables) },
		Empty: safetext.Known("No sighting names a target."),
		Columns: []table.Column[targetRow]{
			{
				Title: "Target", Width: 30, Min: 30, Keep: 10, Grow: true, Cell: func(t *targetRow) safetext.Text { return safetext.Line(joined(t.Observables)) },
				Order: func(a, b *targetRow) int { return cmp.Compare(joined(a.Observables), joined(b.Observables)) },
			},
			{
				Title: "Kind", Width: 10, Min: 6, Keep: 5, Cell: func(t *targetRow) safetext.Text { return safetext.Line(t.Type) },
				Order: func(a, b *targetRow) int { return cmp.Compare(a.Type, b.Type) },
			},
			{
				Title: "Sightings", Width: 9, Min: 9, Keep: 8, Right: true, Cell: func(t *targetRow) safetext.Text { return safetext.Known(strconv.Itoa(t.Sightings)) },
				Order: func(a, b *targetRow) int { return cmp.Compare(b.Sightings, a.Sightings) },
			},
			{
				Title: "First", Width: 16, Min: 14, Keep: 3, Cell: func(t *targetRow) safetext.Text { return safetext.Known(shortStamp(t.First, s.now, s.o.Zone)) },
				Order: func(a, b *targetRow) int { return a.First.Compare(b.First) },
			},
			{
				Title: "Last", Width: 16, Min: 14, Keep: 7, Cell: func(t *targetRow) safetext.Text { return safetext.Known(shortStamp(t.Last, s.now, s.o.Zone)) },
				Order: func(a, b *targetRow) int { return b.Last.Compare(a.Last) },
			},
		},
	}, targetRows, func(t *targetRow) picked { return pickTarget(s, &t.Target) })
}

// targetRows makes rows of a subject's targets. One that is as it was keeps its row.
func targetRows(s subject, before []*targetRow) []*targetRow {
	list := s.inv.Targets
	if s.finding != nil {
		list = s.finding.Targets
	}
	known := make(map[*ctr.Target]*targetRow, len(before))
	for _, r := range before {
		known[r.of] = r
	}
	rows := make([]*targetRow, len(list))
	for i, t := range list {
		r := known[t]
		if r == nil || r.Sightings != t.Sightings || len(r.Modules) != len(t.Modules) {
			r = &targetRow{Target: *t, of: t, id: t.Type + "\x00" + t.OS + "\x00" + observable.Format(t.Observables)}
			r.Modules = slices.Clone(t.Modules)
		}
		rows[i] = r
	}
	return rows
}

// joined writes observables defanged, with commas.
func joined(obs []observable.Observable) string {
	texts := make([]string, len(obs))
	for i, o := range obs {
		texts[i] = observable.Defang(o)
	}
	return strings.Join(texts, ", ")
}

// moduleNames writes the names of modules, with commas.
func moduleNames(modules []ctr.ModuleRef) string {
	names := make([]string, len(modules))
	for i, m := range modules {
		names[i] = m.Name
	}
	return strings.Join(names, ", ")
}

func pickTarget(s *Screen, t *ctr.Target) picked {
	p := picked{
		title: "Target", value: joined(t.Observables), json: as(t),
		fields: []intent.Field{
			{Name: "Kind", Value: t.Type},
			{Name: "System", Value: t.OS},
			{Name: "Sightings", Value: strconv.Itoa(t.Sightings)},
			{Name: "First", Value: stamp(t.First, s.o.Zone)},
			{Name: "Last", Value: stamp(t.Last, s.o.Zone)},
			{Name: "Modules", Value: moduleNames(t.Modules)},
		},
	}
	for _, o := range t.Observables {
		p.fields = append(p.fields, intent.Field{Name: typeLabel(o.Type), Value: o.Value})
	}
	if len(t.Observables) == 1 {
		p.observable, p.value = t.Observables[0], t.Observables[0].Value
	} else {
		p.open = func() card.Page { return targetPage(s, t) }
	}
	p.line = strings.Join([]string{p.value, t.Type, strconv.Itoa(t.Sightings), t.First.UTC().Format(time.RFC3339), t.Last.UTC().Format(time.RFC3339)}, "\t")
	return p
}
