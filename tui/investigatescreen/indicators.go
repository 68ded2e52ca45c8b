package investigatescreen

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ctrace/ctr"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/card"
	"ctrace/tui/table"
)

// newIndicatorsTab makes the tab of the indicators that judgements and sightings belong to.
func newIndicatorsTab(s *Screen) content {
	title := func(i *ctr.IndicatorHit) string {
		return cmp.Or(i.Indicator.Title, i.Indicator.ShortDescription, i.Indicator.ID)
	}
	return newTableTab(table.Options[ctr.IndicatorHit]{
		Theme: s.o.Theme,
		ID: func(i *ctr.IndicatorHit) string {
			return i.Module.InstanceID + i.Module.Name + "\x00" + i.Indicator.ID + i.Indicator.Title
		},
		Text: func(i *ctr.IndicatorHit) string {
			x := i.Indicator
			return strings.Join([]string{x.Title, x.Description, strings.Join(x.IndicatorType, " "), strings.Join(x.Tags, " "), x.Severity, i.Module.Name}, " ")
		},
		Empty: safetext.Known("No indicator belongs to it."),
		Columns: []table.Column[ctr.IndicatorHit]{
			{
				Title: "Indicator", Width: 30, Min: 28, Keep: 10, Grow: true, Cell: func(i *ctr.IndicatorHit) safetext.Text { return safetext.Line(title(i)) },
				Order: func(a, b *ctr.IndicatorHit) int { return cmp.Compare(title(a), title(b)) },
			},
			{Title: "Kind", Width: 20, Min: 10, Keep: 7, Cell: func(i *ctr.IndicatorHit) safetext.Text {
				return safetext.Line(strings.Join(i.Indicator.IndicatorType, ", "))
			}},
			{
				Title: "Severity", Width: 8, Min: 8, Keep: 6, Cell: func(i *ctr.IndicatorHit) safetext.Text { return safetext.Line(i.Indicator.Severity) },
				Order: func(a, b *ctr.IndicatorHit) int {
					return cmp.Compare(severityRank(b.Indicator.Severity), severityRank(a.Indicator.Severity))
				},
			},
			{Title: "Confidence", Width: 10, Min: 10, Keep: 4, Cell: func(i *ctr.IndicatorHit) safetext.Text { return safetext.Line(i.Indicator.Confidence) }},
			{
				Title: "Observables", Width: 11, Min: 11, Keep: 5, Right: true,
				Cell:  func(i *ctr.IndicatorHit) safetext.Text { return safetext.Known(strconv.Itoa(len(i.Observables))) },
				Order: func(a, b *ctr.IndicatorHit) int { return cmp.Compare(len(b.Observables), len(a.Observables)) },
			},
			{Title: "Module", Width: 22, Min: 10, Keep: 3, Cell: func(i *ctr.IndicatorHit) safetext.Text { return safetext.Line(i.Module.Name) }},
		},
	}, indicatorRows, func(i *ctr.IndicatorHit) picked {
		return picked{
			title: "Indicator", value: title(i), json: as(i.Indicator), link: i.Indicator.SourceURI,
			open: func() card.Page { return indicatorPage(s, i) },
			line: strings.Join([]string{title(i), strings.Join(i.Indicator.IndicatorType, ", "), i.Indicator.Severity, i.Indicator.Confidence, i.Module.Name}, "\t"),
			fields: []intent.Field{
				{Name: "Title", Value: i.Indicator.Title},
				{Name: "Kind", Value: strings.Join(i.Indicator.IndicatorType, ", ")},
				{Name: "Severity", Value: i.Indicator.Severity},
				{Name: "Confidence", Value: i.Indicator.Confidence},
				{Name: "Module", Value: i.Module.Name},
				{Name: "Description", Value: i.Indicator.Description},
			},
		}
	})
}

// indicatorRows copies the hits: they grow with every answer that belongs to them.
func indicatorRows(s subject, _ []*ctr.IndicatorHit) []*ctr.IndicatorHit {
	list := indicatorsOf(s.inv, s.finding)
	rows := make([]*ctr.IndicatorHit, len(list))
	for i, hit := range list {
		copied := *hit
		copied.Observables, copied.Related = slices.Clone(hit.Observables), slices.Clone(hit.Related)
		rows[i] = &copied
	}
	return rows
}
