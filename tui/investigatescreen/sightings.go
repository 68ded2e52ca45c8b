package investigatescreen

import (
	"cmp"
	"strconv"
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
	"ctrace/tui/theme"
)

// sightingRow is one sighting as it was when the row was made.
type sightingRow struct {
	seen     *ctr.Seen
	module   ctr.ModuleRef
	sighting *ctim.Sighting
}

func (r *sightingRow) start() time.Time { return r.sighting.ObservedTime.Start.Time }

// id names a sighting. Ids of modules hold within one module only.
func (r *sightingRow) id() string {
	return r.module.InstanceID + "\x00" + r.module.Name + "\x00" + r.sighting.ID + "\x00" + r.sighting.ObservedTime.Start.String()
}

// sightingsTab is the plot over time with the list under it, the newest first.
type sightingsTab struct {
	*tableTab[sightingRow]
	s    *Screen
	w, h int
	line timeline
	plot draw.Block
}

func newSightingsTab(s *Screen) *sightingsTab {
	th := s.o.Theme
	tab := &sightingsTab{s: s}
	tab.tableTab = newTableTab(table.Options[sightingRow]{
		Theme: th, ID: (*sightingRow).id, Text: sightingText,
		Empty: safetext.Known("No module has seen it."),
		Columns: []table.Column[sightingRow]{
			{
				Title: "Seen", Width: 16, Min: 14, Keep: 9,
				Cell:  func(r *sightingRow) safetext.Text { return safetext.Known(shortStamp(r.start(), s.now, s.o.Zone)) },
				Order: func(a, b *sightingRow) int { return a.start().Compare(b.start()) },
			},
			{
				Title: "What", Width: 42, Min: 38, Keep: 10, Grow: true,
				Cell: func(r *sightingRow) safetext.Text {
					return safetext.Line(whatWas(r.sighting, th.Marks.Arrow, s.list.selected))
				},
			},
			{
				Title: "Outcome", Width: 9, Min: 9, Keep: 7, Style: func(r *sightingRow) draw.Style { return resolutionStyle(th, r.sighting.Resolution) },
				Cell:  func(r *sightingRow) safetext.Text { return safetext.Line(r.sighting.Resolution) },
				Order: func(a, b *sightingRow) int { return cmp.Compare(a.sighting.Resolution, b.sighting.Resolution) },
			},
			{
				Title: "Severity", Width: 8, Min: 8, Keep: 5,
				Cell: func(r *sightingRow) safetext.Text { return safetext.Line(r.sighting.Severity) },
				Order: func(a, b *sightingRow) int {
					return cmp.Compare(severityRank(b.sighting.Severity), severityRank(a.sighting.Severity))
				},
			},
			{
				Title: "Times", Width: 6, Min: 5, Keep: 2, Right: true,
				Cell:  func(r *sightingRow) safetext.Text { return safetext.Known(strconv.Itoa(r.sighting.Count)) },
				Order: func(a, b *sightingRow) int { return cmp.Compare(b.sighting.Count, a.sighting.Count) },
			},
			{
				Title: "Module", Width: 18, Min: 10, Keep: 3,
				Cell:  func(r *sightingRow) safetext.Text { return safetext.Line(r.module.Name) },
				Order: func(a, b *sightingRow) int { return cmp.Compare(a.module.Name, b.module.Name) },
			},
		},
	}, sightingRows, func(r *sightingRow) picked { return pickSighting(s, r) })
	return tab
}

// sightingRows makes rows of a subject's sightings, the newest first. What shows already keeps its row.
func sightingRows(s subject, before []*sightingRow) []*sightingRow {
	list := s.sightings()
	rows := make([]*sightingRow, len(list))
	var slab []sightingRow
	at := 0 // in before, which has the same order
	for i := range rows {
		seen := list[len(list)-1-i]
		for at < len(before) && before[at].seen != seen && before[at].start().After(seen.Sighting.ObservedTime.Start.Time) {
			at++
		}
		if at < len(before) && before[at].seen == seen && before[at].sighting == seen.Sighting {
			rows[i] = before[at]
			at++
			continue
		}
		if len(slab) == 0 {
			slab = make([]sightingRow, min(len(rows)-i, 1024))
		}
		slab[0] = sightingRow{seen, seen.Module, seen.Sighting}
		rows[i], slab = &slab[0], slab[1:]
	}
	return rows
}

func sightingText(r *sightingRow) string {
	x := r.sighting
	return strings.Join([]string{whatWas(x, "", observable.Observable{}), x.Title, x.ShortDescription, x.Resolution, x.Severity, r.module.Name, x.ObservedTime.Start.String()}, " ")
}

// whatWas is a sighting in one line: a message as who sent what to whom, everything else by its words.
// Of messages of the observable that the list is about, the sender goes without saying.
func whatWas(x *ctim.Sighting, arrow string, about observable.Observable) string {
	if m := readMail(x); m.isMail() {
		line := m.headline(arrow)
		if len(m.from) == 1 && m.from[0] == about {
			line = strings.TrimPrefix(line, short(m.from)+" ")
		}
		return line
	}
	return cmp.Or(x.Title, x.ShortDescription, x.Description, x.Sensor, "(no description)")
}

// resolutionStyle colours what became of it; the word says the same.
func resolutionStyle(t *theme.Theme, resolution string) draw.Style {
	switch strings.ToLower(resolution) {
	case "blocked", "contained":
		return t.Good
	case "allowed":
		return t.Warn
	}
	return t.Dim
}

// severityRank orders the words of CTIM; others come last.
func severityRank(severity string) int {
	switch strings.ToLower(severity) {
	case "critical":
		return 5
	case "high":
		return 4
	case "medium":
		return 3
	case "low":
		return 2
	case "info":
		return 1
	}
	return 0
}

func (t *sightingsTab) SetSize(w, h int) {
	if w != t.w || h != t.h {
		t.w, t.h = w, h
		t.arrange()
	}
}

func (t *sightingsTab) fill(s subject, fresh bool) reading {
	rows := t.tableTab.fill(s, fresh)
	return func() showing {
		show, line := rows(), timelineOf(s.sightings())
		return func() tea.Cmd {
			t.line = line
			cmd := show()
			t.arrange()
			return cmd
		}
	}
}

// arrange divides the room between plot and list.
func (t *sightingsTab) arrange() {
	t.plot = nil
	if t.h >= 10 {
		t.plot = plot(t.s.o.Theme, t.line, t.w, min(max(t.h/6, 2), 6), t.s.o.Zone)
	}
	t.table.SetSize(t.w, max(t.h-len(t.plot), 1))
}

func (t *sightingsTab) View() draw.Block {
	return append(append(draw.Block{}, t.plot...), t.table.View()...)
}

func (t *sightingsTab) Update(msg tea.Msg) (tea.Cmd, bool) {
	if m, ok := msg.(tea.MouseMsg); ok {
		m.Y -= len(t.plot)
		msg = m
	}
	return t.tableTab.Update(msg)
}

func pickSighting(s *Screen, r *sightingRow) picked {
	x := r.sighting
	p := picked{
		title: "Sighting", json: as(x), value: whatWas(x, s.o.Theme.Marks.Arrow, observable.Observable{}), link: x.SourceURI,
		open: func() card.Page { return sightingPage(s, r.module, x) },
		fields: []intent.Field{
			{Name: "Seen", Value: x.ObservedTime.Start.String()},
			{Name: "Module", Value: r.module.Name},
			{Name: "What", Value: whatWas(x, s.o.Theme.Marks.Arrow, observable.Observable{})},
			{Name: "Outcome", Value: x.Resolution},
			{Name: "Severity", Value: x.Severity},
			{Name: "Confidence", Value: x.Confidence},
			{Name: "ID", Value: x.ID},
		},
	}
	p.line = strings.Join([]string{x.ObservedTime.Start.String(), p.value, x.Resolution, x.Severity, strconv.Itoa(x.Count), r.module.Name}, "\t")
	return p
}
