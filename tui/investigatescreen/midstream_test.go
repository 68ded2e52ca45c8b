package investigatescreen

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/tui/viewtest"
)

// hundreds are so many observables that what shows of them is made beside the app.
func hundreds() []observable.Observable {
	obs := make([]observable.Observable, small+100)
	for i := range obs {
		obs[i] = observable.Observable{Type: observable.Domain, Value: fmt.Sprintf("d%d.example.com", i)}
	}
	return obs
}

// updatesOf runs a look-up and keeps its updates.
func updatesOf(t *testing.T, client *ctr.Client, obs []observable.Observable) []ctr.Update {
	t.Helper()
	var updates []ctr.Update
	if _, err := client.Investigate(t.Context(), ctr.InvestigateRequest{Observables: obs}, func(u ctr.Update) { updates = append(updates, u) }); err != nil {
		t.Fatal(err)
	}
	return updates
}

// running opens a look-up that somebody else answers.
func running(t *testing.T, s *Screen, obs []observable.Observable) {
	t.Helper()
	drive(t, s, s.lookUp(obs, false), func() bool { return s.visit != nil && len(s.visit.asked) == len(obs) && s.visit.readers == 0 })
	if s.visit == nil || !s.visit.running || len(s.visit.asked) != len(obs) {
		t.Fatal("no look-up runs")
	}
}

// TestAnotherLookUpInTheMiddleMixesNothingUp has what is under way of one look-up arrive in the next.
func TestAnotherLookUpInTheMiddleMixesNothingUp(t *testing.T) {
	_, client := cloud(t, many())
	updates := updatesOf(t, client, hundreds())
	s := newScreen(t, plainTheme(), silent{}, 118, 34)
	running(t, s, hundreds())
	first := s.request
	s.Update(batchMsg{request: first, from: newStream(), updates: updates[:1]})
	left, lists := s.visit, s.refresh(true) // the lists of the first come late
	running(t, s, []observable.Observable{hash, address})
	second := s.visit
	drive(t, s, lists, func() bool { return left.readers == 0 })
	for _, late := range []tea.Msg{
		batchMsg{request: first, from: newStream(), updates: updates[1:]},
		batchMsg{request: first, from: newStream(), ended: true, err: context.Canceled},
		tickMsg{first},
		redrawMsg{first},
	} {
		s.Update(late)
	}
	if s.visit != second || !second.running || second.err != nil {
		t.Fatal("what came late ended the look-up that runs")
	}
	if p := second.inv.Progress; p.CallsDone != 0 || p.Observables != 2 || len(second.inv.Sightings) != 0 {
		t.Errorf("what came late was added: %+v, %d sightings", p, len(second.inv.Sightings))
	}
	if n := len(s.list.entries); n != 5 { // all, two headings, two observables
		t.Errorf("the list has %d entries", n)
	}
	mustHold(t, s, "All 2 observables", "2 asked")
}

// TestNothingIsAddedWhileItIsRead holds an answer back until what reads the model has read it.
func TestNothingIsAddedWhileItIsRead(t *testing.T) {
	_, client := cloud(t, many())
	updates := updatesOf(t, client, hundreds())
	s := newScreen(t, plainTheme(), silent{}, 118, 34)
	running(t, s, hundreds())
	release := make(chan struct{})
	reads := s.aside(s.visit, func() tea.Msg { <-release; return nil })
	_, cmd := s.Update(batchMsg{request: s.request, from: newStream(), updates: updates, ended: true})
	if cmd != nil || s.visit.inv.Progress.CallsDone != 0 {
		t.Fatal("an answer is added while the model is read")
	}
	close(release)
	_, cmd = s.Update(reads())
	drive(t, s, cmd, settled(s))
	if len(s.visit.inv.Sightings) != 5*len(hundreds()) {
		t.Errorf("%d sightings came in the end", len(s.visit.inv.Sightings))
	}
}

// TestWhatStreamedInShowsAsIfItHadBeenThere compares every tab at the end of a run, looked at while the
// answers came in any order, with the same tab of a run that was over before.
func TestWhatStreamedInShowsAsIfItHadBeenThere(t *testing.T) {
	_, client := cloud(t, many())
	updates := updatesOf(t, client, hundreds())
	backwards := slices.Clone(updates[:len(updates)-1])
	slices.Reverse(backwards)
	backwards = append(backwards, updates[len(updates)-1])
	at := noon
	show := func(tab tabID, updates []ctr.Update, atOnce bool) string {
		s := newScreen(t, plainTheme(), silent{}, 118, 34)
		s.o.Now = func() time.Time { at = at.Add(time.Second); return at }
		running(t, s, hundreds())
		s.detail.tab = tab
		s.arrange()
		st := newStream()
		if atOnce {
			for _, u := range updates[:len(updates)-1] {
				s.visit.inv.Apply(u)
			}
			updates = updates[len(updates)-1:]
		}
		for _, u := range updates {
			st.emit(u)
		}
		st.End(nil, nil)
		drive(t, s, st.next(s.request), func() bool {
			return !s.visit.running && s.visit.readers == 0 && (tab != tabRaw || !s.detail.raw.indents)
		})
		s.visit.ended = s.visit.began
		s.layout()
		return text(s)
	}
	for tab := range tabs {
		want := show(tab, updates, true)
		for name, order := range map[string][]ctr.Update{"as it was": updates, "backwards": backwards} {
			if got := show(tab, order, false); got != want {
				t.Errorf("%s, %s:\n%s\nwant:\n%s", tabNames[tab], name, got, want)
			}
		}
	}
}

// TestKeysBeforeTheListsAreThereAreAboutNothing presses keys while what they would be about is made.
func TestKeysBeforeTheListsAreThereAreAboutNothing(t *testing.T) {
	_, client := cloud(t, many())
	s := newScreen(t, plainTheme(), client, 118, 34)
	drive(t, s, s.lookUp(hundreds(), false), func() bool { return s.visit != nil && !s.visit.running && s.visit.readers == 0 })
	s.Update(viewtest.Key("right"))
	_, cmd := s.Update(viewtest.Key("]")) // the verdicts are made now
	if !s.detail.waits() || s.detail.picked().value != "" {
		t.Fatalf("%v: something is selected that is not there", s.detail.picked())
	}
	mustHold(t, s, "being put together")
	drive(t, s, cmd, func() bool { return !s.detail.waits() })
	mustHold(t, s, "No module has an opinion.")
}
