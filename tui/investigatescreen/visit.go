package investigatescreen

import (
	"context"
	"slices"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/tui/investigatescreen/card"
)

// visit is one investigation that was looked at: what was asked and everything that is known.
type visit struct {
	asked []observable.Observable
	query string // in the canonical form, shortened when it is very long

	inv  *ctr.Investigation
	next *ctr.Investigation // of a run that asks once more, until it has caught up with inv

	running bool
	stopped bool // the run was cancelled by the user
	left    bool // the run was cancelled because another page was opened
	began   time.Time
	ended   time.Time
	again   bool // it asks once more
	err     error
	cancel  context.CancelFunc

	readers int       // how much reads inv beside the app; until it has ended nothing is added
	held    *batchMsg // what came meanwhile
}

// maxQuery is how many bytes of a query are kept for showing and for the history.
const maxQuery = 2000

func newVisit(asked []observable.Observable, now time.Time) *visit {
	v := &visit{asked: asked, inv: ctr.NewInvestigation(ctr.InvestigateRequest{Observables: asked}, now)}
	for i, o := range asked {
		one := observable.Format([]observable.Observable{o})
		if i > 0 && len(v.query)+len(one) > maxQuery {
			break
		}
		if i > 0 {
			v.query += " "
		}
		v.query += one
	}
	return v
}

// apply takes an update in. A run that asks once more shows only when it knows as much as the one before.
func (v *visit) apply(u ctr.Update) {
	if v.next == nil {
		v.inv.Apply(u)
		return
	}
	v.next.Apply(u)
	if v.next.Progress.CallsDone+v.next.Progress.FromCache >= v.inv.Progress.CallsDone+v.inv.Progress.FromCache {
		v.inv, v.next = v.next, nil
	}
}

// end is called once, when the run has ended.
func (v *visit) end(err error, now time.Time) {
	v.running, v.ended = false, now
	if !v.stopped {
		v.err = err
	}
	if v.next != nil && err == nil {
		v.inv = v.next
	}
	v.next = nil
}

// place is where the user was, to go back to.
type place struct {
	visit    *visit
	selected observable.Observable
	inDetail bool
	tab      tabID
	row      string // of the tab's list
	pages    []*page
}

// page is one thing that was opened over a tab.
type page struct {
	title string
	json  any
	card  *card.Card
}

// How much the way back keeps: places, and what is known in all of them, the present one not counted. A
// place further back is forgotten.
const (
	mostPlaces = 100
	mostKnown  = 250_000 // findings and sightings
)

// push remembers the present place, before another one is opened.
func (s *Screen) push() {
	if s.visit == nil {
		return
	}
	s.back = append(s.back, place{
		visit: s.visit, selected: s.list.selected, inDetail: s.inDetail,
		tab: s.detail.tab, row: s.detail.row(), pages: s.detail.pages,
	})
	s.back = slices.Delete(s.back, 0, forgotten(s.back, mostPlaces, mostKnown))
}

// forgotten is how many of the oldest places are too many. The newest one is kept, however much is known there.
func forgotten(back []place, places, known int) int {
	counted := map[*visit]bool{}
	sum := 0
	for i := len(back) - 1; i >= 0; i-- {
		if v := back[i].visit; !counted[v] {
			counted[v] = true
			sum += len(v.inv.Findings) + len(v.inv.Sightings)
		}
		if i < len(back)-1 && (len(back)-i > places || sum > known) {
			return i + 1
		}
	}
	return 0
}
