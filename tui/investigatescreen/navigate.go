package investigatescreen

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/askline"
	"ctrace/tui/investigatescreen/card"
)

// patience is how long reading a text or the history may take.
const patience = 15 * time.Second

// readMsg is a text as it was understood. Asked is set when it came from elsewhere in the app.
type readMsg struct {
	number  int
	reading askline.Reading
	outside bool
}

func (s *Screen) focusLine(text string) {
	s.line.SetPast(s.pastQueries())
	if s.visit != nil {
		s.line.SetSeen(s.visit.asked[:min(len(s.visit.asked), 200)])
	}
	s.line.Focus(text)
}

// lineResult does what a key in the line led to.
func (s *Screen) lineResult(r askline.Result) tea.Cmd {
	switch {
	case r.Left:
		s.line.Blur()
	case len(r.Observables) > 0:
		s.line.Blur()
		return s.lookUp(r.Observables, false)
	case r.Read != "":
		return s.readAside(r.Read, false)
	}
	return nil
}

// readAside reads a text beside the app: a pasted report may be long.
func (s *Screen) readAside(text string, outside bool) tea.Cmd {
	s.reading++
	number := s.reading
	return s.work.Cmd(s.work.Context(), patience, func(context.Context) tea.Msg {
		return readMsg{number, askline.Read(text), outside}
	})
}

// readText takes a query from another screen. What is no query is shown in the line, to be mended.
func (s *Screen) readText(query string) tea.Cmd {
	if s.o.Investigator == nil {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known("there is no profile with Threat Response: see the set-up")})
	}
	if query == "" {
		s.focusLine("")
		return nil
	}
	return s.readAside(query, true)
}

func (s *Screen) read(m readMsg) tea.Cmd {
	if m.number != s.reading {
		return nil
	}
	if m.outside {
		if len(m.reading.Query) > 0 {
			return s.lookUp(m.reading.Query, false)
		}
		s.focusLine(m.reading.Text)
	}
	cmd := s.lineResult(s.line.Found(m.reading))
	if s.line.Deciding() {
		return tea.Batch(cmd, s.inspect(m.reading.Text, m.reading.Found))
	}
	return cmd
}

// visitMsg is a visit that was made beside the app.
type visitMsg struct {
	number   int
	visit    *visit
	inDetail bool
}

// lookUp opens a new page about observables, and asks.
func (s *Screen) lookUp(obs []observable.Observable, inDetail bool) tea.Cmd {
	if s.o.Investigator == nil {
		return nil
	}
	s.reading++
	number, now := s.reading, s.o.Now()
	if len(obs) <= small {
		return s.openNumbered(visitMsg{number, newVisit(obs, now), inDetail})
	}
	return s.work.Cmd(s.work.Context(), patience, func(context.Context) tea.Msg { return visitMsg{number, newVisit(obs, now), inDetail} })
}

// openNumbered opens the visit that was wanted last.
func (s *Screen) openNumbered(m visitMsg) tea.Cmd {
	if m.number != s.reading {
		return nil
	}
	s.push()
	s.leave()
	s.visit = m.visit
	var only observable.Observable
	if len(m.visit.asked) == 1 {
		only = m.visit.asked[0]
	}
	s.enter(only, m.inDetail)
	return tea.Batch(s.start(false), s.refresh(true), s.tellSelected())
}

// enter puts the present visit on the screen, with one of its observables selected.
func (s *Screen) enter(selected observable.Observable, inDetail bool) {
	s.version++
	s.inDetail = inDetail
	s.menu = nil
	s.list.reset(s.visit.inv, selected)
	s.detail.reset()
	s.arrange()
}

// openObservable shows an observable: by selecting it when it is one of those asked about, else by
// looking it up.
func (s *Screen) openObservable(o observable.Observable) tea.Cmd {
	if f := s.visit.inv.Find(o); f != nil && f.Asked {
		if len(s.detail.pages) == 0 && s.detail.tab == tabSummary && s.list.selected == f.Observable {
			return nil // it is what shows
		}
		s.push()
		s.list.choose(f.Observable)
		s.detail.reset()
		s.inDetail = true
		s.arrange()
		return tea.Batch(s.arrangeList(), s.detail.show(s.subject()), s.tellSelected())
	}
	return s.lookUp([]observable.Observable{o}, true)
}

// open opens what is selected.
func (s *Screen) open() tea.Cmd {
	switch {
	case s.visit == nil:
		s.focusLine("")
		return nil
	case !s.inDetail:
		s.inDetail = true
		s.arrange()
		return s.tellSelected()
	}
	p := s.detail.picked()
	switch {
	case p.open != nil:
		s.openPage(p.open())
		return s.tellSelected()
	case p.observable != (observable.Observable{}):
		return s.openObservable(p.observable)
	case p.link != "":
		return s.askToBrowse(p.link)
	}
	return nil
}

func (s *Screen) openPage(x card.Page) {
	p := &page{title: x.Title, json: x.JSON, card: card.New(s.o.Theme)}
	p.card.Set(x.Items)
	s.detail.pages = append(s.detail.pages, p)
	s.arrange()
}

// goBack goes one step back: out of a page, out of the tab into the list, to what was shown before.
func (s *Screen) goBack() tea.Cmd {
	d := s.detail
	switch {
	case len(d.pages) > 0:
		d.pages = d.pages[:len(d.pages)-1]
		s.arrange()
		return tea.Batch(d.show(s.subject()), s.tellSelected())
	case s.visit.running && !s.inDetail:
		s.stop()
		return nil
	case s.inDetail && !s.arrived():
		s.inDetail = false
		s.arrange()
		return s.tellSelected()
	case len(s.back) == 0:
		return nil
	}
	to := s.back[len(s.back)-1]
	s.back = s.back[:len(s.back)-1]
	return s.restore(to)
}

// arrived tells that the right side has the focus because an observable was opened from there: going
// back then leaves this observable at once.
func (s *Screen) arrived() bool {
	return len(s.back) > 0 && s.back[len(s.back)-1].inDetail
}

// restore shows a place as it was left. A run that leaving had cancelled goes on.
func (s *Screen) restore(to place) tea.Cmd {
	again := to.visit != s.visit && to.visit.left
	if to.visit != s.visit {
		s.leave()
		s.visit = to.visit
	}
	s.enter(to.selected, to.inDetail)
	s.detail.tab, s.detail.pages = to.tab, to.pages
	s.arrange()
	cmd := s.refresh(true)
	s.detail.selectRow(to.row)
	if again {
		cmd = tea.Batch(cmd, s.start(false))
	}
	return tea.Batch(cmd, s.tellSelected())
}

// askAgain asks past the cache, after a question when Threat Response has asked for quiet.
func (s *Screen) askAgain() tea.Cmd {
	if b := s.o.Investigator.Budget(); b.RetryAfter > 0 {
		return intent.Cmd(intent.Ask{
			Title: "Ask Threat Response although it asked for quiet?",
			Lines: []safetext.Text{
				safetext.Known("It answered that too much was asked, and wants no call before"),
				safetext.Known(b.HeldUntil.In(s.o.Zone).Format("15:04:05") + ". The budget is that of the whole organisation."),
			},
			Yes: "ask all the same", Then: insistMsg{s.request},
		})
	}
	return s.start(true)
}

// insistMsg is the yes to asking in spite of a rate limit.
type insistMsg struct{ request int }

func (s *Screen) insist(m insistMsg) tea.Cmd {
	if m.request != s.request || s.visit == nil || s.visit.running {
		return nil
	}
	s.o.Investigator.Release()
	return s.start(true)
}

// subject is what the tabs are about.
func (s *Screen) subject() subject {
	v := s.visit
	return subject{visit: v, inv: v.inv, finding: s.list.finding(), version: s.version, running: v.running, err: v.err}
}

// subject is what the tabs are about: one observable's finding, or everything when that is nil.
type subject struct {
	visit   *visit
	inv     *ctr.Investigation
	finding *ctr.Finding
	version int
	running bool
	err     error // that the run ended with
}

// sightings are those of the subject, the oldest first.
func (s subject) sightings() []*ctr.Seen {
	if s.finding != nil {
		return s.finding.Sightings
	}
	return s.inv.Sightings
}

// small tells that what the tabs show of it can be made at once.
func (s subject) small() bool {
	n := len(s.sightings())
	if s.finding == nil {
		n += len(s.inv.Findings)
	}
	return n <= small
}

// focusObservable is the observable that an action would be about; zero when there is none.
func (s *Screen) focusObservable() observable.Observable {
	if s.inDetail {
		if p := s.detail.picked(); p.observable != (observable.Observable{}) {
			return p.observable
		}
	}
	if f := s.list.finding(); f != nil {
		return f.Observable
	}
	return observable.Observable{}
}

// tellSelected tells the inspector what is selected.
func (s *Screen) tellSelected() tea.Cmd {
	if s.visit == nil {
		return nil
	}
	var sel intent.Selected
	if s.inDetail {
		sel = s.detail.picked().selected()
	} else if f := s.list.finding(); f != nil {
		sel = intent.Selected{Title: "Observable", Fields: s.findingFields(f)}
	} else {
		sel = intent.Selected{Title: "Investigation", Fields: []intent.Field{
			{Name: "Query", Value: s.visit.query},
			{Name: "Observables", Value: number(len(s.visit.inv.Findings))},
			{Name: "Sightings", Value: number(len(s.visit.inv.Sightings))},
		}}
	}
	return intent.Cmd(sel)
}
