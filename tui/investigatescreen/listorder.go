package investigatescreen

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// order is what the entries of the list are made of.
type order struct {
	inv           *ctr.Investigation
	version       int // of what is known
	filter        string
	byDisposition bool
	grouped       bool
}

// arrangement is the entries that an order makes, and how many observables have which disposition.
type arrangement struct {
	entries []entry
	worst   map[ctim.Disposition]int
}

// arrangedMsg is an arrangement that was made beside the app.
type arrangedMsg struct {
	order       order
	arrangement arrangement
}

// order is what the entries should be made of now.
func (l *list) order(version int) order {
	return order{inv: l.inv, version: version, filter: strings.ToLower(l.filter), byDisposition: l.byDisposition, grouped: l.grouped()}
}

// arrangeList makes the entries of the list anew when they are not of what they should be: at once, or
// beside the app when there are many.
func (s *Screen) arrangeList() tea.Cmd {
	l := s.list
	if l.inv != s.visit.inv { // a run that asked once more has caught up
		l.inv = s.visit.inv
		l.choose(l.selected)
	}
	o := l.order(s.version)
	switch {
	case o == l.made:
		l.asked = o
		return nil
	case len(o.inv.Findings) <= small:
		l.asked = o
		l.take(o, o.arrange())
		return nil
	case o == l.asked:
		return nil
	}
	l.asked = o
	return s.aside(s.visit, func() tea.Msg { return arrangedMsg{o, o.arrange()} })
}

// arranged takes the entries that were asked for last.
func (s *Screen) arranged(m arrangedMsg) tea.Cmd {
	if m.order != s.list.asked {
		return nil
	}
	s.list.take(m.order, m.arrangement)
	return tea.Batch(s.detail.show(s.subject()), s.tellSelected())
}

// arrange makes the entries: all, then those asked about by type in the order of the query, then those
// that answers mention.
func (o order) arrange() arrangement {
	a := arrangement{worst: map[ctim.Disposition]int{}}
	if len(o.inv.Findings) > 1 {
		a.entries = append(a.entries, entry{})
	}
	type group struct {
		kind  observable.Type
		other bool
	}
	groups := map[group][]*ctr.Finding{}
	var known []group
	for _, f := range o.inv.Findings {
		a.worst[f.Disposition]++
		if o.filter != "" && !matches(f, o.filter) {
			continue
		}
		g := group{other: !f.Asked}
		if !o.byDisposition {
			g.kind = f.Observable.Type
		}
		if _, is := groups[g]; !is {
			known = append(known, g)
		}
		groups[g] = append(groups[g], f)
	}
	for _, g := range known {
		members := groups[g]
		if o.byDisposition {
			slices.SortStableFunc(members, func(a, b *ctr.Finding) int { return a.Disposition.Compare(b.Disposition) })
		}
		if o.grouped {
			a.entries = append(a.entries, entry{heading: g.kind, other: g.other, n: len(members)})
		}
		for _, f := range members {
			a.entries = append(a.entries, entry{finding: f, other: g.other})
		}
	}
	return a
}

// matches tells whether type, value or disposition of a finding hold a filter in lower case.
func matches(f *ctr.Finding, filter string) bool {
	o := f.Observable
	return strings.Contains(strings.ToLower(o.Value), filter) || strings.Contains(string(o.Type), filter) ||
		strings.Contains(strings.ToLower(typeLabel(o.Type)), filter) || strings.Contains(strings.ToLower(f.Disposition.String()), filter)
}
