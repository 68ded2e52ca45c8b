package investigatescreen

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

// many is a gateway that has seen every domain five times.
func many() ctrtest.Module {
	answer := func(_ context.Context, obs []observable.Observable) ctrtest.Answer {
		var sightings []ctrtest.Doc
		for i, o := range obs {
			for hour := range 5 {
				seen := ctrtest.Doc{"start_time": noon.Add(-time.Duration(hour*37+len(o.Value)*i) * time.Hour).Format(time.RFC3339)}
				user := []ctrtest.Doc{{"type": "email", "value": fmt.Sprintf("user%d@example.com", (i*7+hour)%500)}}
				sightings = append(sightings, ctrtest.Doc{
					"id": fmt.Sprintf("transient:%s-%d", o.Value, hour), "type": "sighting", "schema_version": "1.3.30", "count": 1, "confidence": "High",
					"observed_time": seen, "title": "Message delivered", "resolution": "allowed", "severity": "Info",
					"observables": []ctrtest.Doc{{"type": string(o.Type), "value": o.Value}},
					"targets":     []ctrtest.Doc{{"type": "email", "observables": user, "observed_time": seen}},
					"relations": []ctrtest.Doc{
						{"origin": "g", "relation": "Sent", "source": ctrtest.Doc{"type": "email", "value": "a@" + o.Value}, "related": ctrtest.Doc{"type": string(o.Type), "value": o.Value}},
						{"origin": "g", "relation": "Sent_To", "source": ctrtest.Doc{"type": string(o.Type), "value": o.Value}, "related": user[0]},
					},
				})
			}
		}
		return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"sightings": sightings}}
	}
	return ctrtest.Module{Name: "Gateway", Type: ctrtest.ModuleType{Title: "Secure Email Appliance", Capabilities: []string{"observe"}}, Backend: ctrtest.ObserveFunc(answer)}
}

// recording is what a look-up of 10,000 observables with 50,000 sightings got, update by update.
type recording struct {
	asked   []observable.Observable
	updates []ctr.Update
}

var record struct {
	sync.Once
	recording
}

func recorded(b *testing.B) recording {
	b.Helper()
	record.Do(func() {
		var known []ctrtest.Known
		for i := range 10_000 {
			o := observable.Observable{Type: observable.Domain, Value: fmt.Sprintf("d%d.example.com", i)}
			record.asked = append(record.asked, o)
			if i%10 == 0 {
				known = append(known, ctrtest.Known{
					Observable: o, Disposition: []int{ctrtest.Malicious, ctrtest.Suspicious}[i/10%2],
					Reason: "Seen in a campaign", Indicator: fmt.Sprintf("Campaign %d", i%7), Kind: "Domain Watchlist",
				})
			}
		}
		_, client := cloud(b, many(), ctrtest.Intelligence(known, clock))
		inv, err := client.Investigate(b.Context(), ctr.InvestigateRequest{Observables: record.asked}, func(u ctr.Update) {
			record.updates = append(record.updates, u)
		})
		if err != nil || len(inv.Sightings) < 50_000 {
			b.Fatalf("%d sightings, %v", len(inv.Sightings), err)
		}
	})
	return record.recording
}

// meter takes the time of every message that a screen gets. Commands run between them, as if the app had
// a processor of its own.
type meter struct {
	b    *testing.B
	s    *Screen
	took []cost
	late chan tea.Msg  // of commands that wait
	all  *visit        // the look-up of everything
	soon time.Duration // what takes longer answers late
}

// cost is what a message took.
type cost struct {
	time.Duration
	of string
}

func newMeter(b *testing.B) *meter {
	b.Helper()
	s := newScreen(b, plainTheme(), silent{}, 118, 34)
	s.o.Now = time.Now
	return &meter{b: b, s: s, late: make(chan tea.Msg, 100), soon: 20 * time.Millisecond}
}

// send gives the screen messages one after another, draws, and goes on with what the commands answer.
func (m *meter) send(msgs ...tea.Msg) {
	for len(msgs) > 0 {
		began := time.Now()
		_, cmd := m.s.Update(msgs[0])
		_ = m.s.View()
		m.s.ShortHelp()
		m.took = append(m.took, cost{time.Since(began), fmt.Sprintf("%T", msgs[0])})
		msgs = append(msgs[1:], m.answers(cmd)...)
		patience := time.Duration(0)
		if len(msgs) == 0 && m.s.visit == m.all && (m.s.visit.running || m.s.visit.readers > 0) {
			patience = time.Minute // what reads beside the app answers, sooner or later
		}
		for more := true; more; {
			select {
			case msg := <-m.late:
				msgs, patience = append(msgs, m.answers(func() tea.Msg { return msg })...), 0
			case <-time.After(patience):
				more = false
			}
		}
	}
}

// answers runs a command. One that waits for long answers late.
func (m *meter) answers(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-done:
	case <-time.After(m.soon):
		go func() { m.late <- <-done }()
		return nil
	}
	switch msg := msg.(type) {
	case nil, intent.Selected:
		return nil
	case tickMsg:
		if m.s.visit != m.all {
			return nil // nobody answers there, so that the clock would never end
		}
	case tea.BatchMsg:
		var all []tea.Msg
		for _, c := range msg {
			all = append(all, m.answers(c)...)
		}
		return all
	}
	return []tea.Msg{msg}
}

// report prints what a message costs: on the average, at most in half of them, and at most in 99 of 100.
func (m *meter) report() {
	m.b.Helper()
	slices.SortFunc(m.took, func(a, b cost) int { return cmp.Compare(a.Duration, b.Duration) })
	var sum time.Duration
	for _, c := range m.took {
		sum += c.Duration
	}
	n := len(m.took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	m.b.ReportMetric(ms(sum)/float64(n), "ms/op")
	m.b.ReportMetric(ms(m.took[n/2].Duration), "p50-ms")
	m.b.ReportMetric(ms(m.took[n*99/100].Duration), "p99-ms")
	m.b.ReportMetric(ms(m.took[n-1].Duration), "max-ms")
	m.b.ReportMetric(float64(n), "messages")
	m.b.ReportMetric(0, "ns/op")
	if testing.Verbose() {
		for _, c := range m.took[max(0, n-8):] {
			m.b.Logf("%v for %s", c.Duration, c.of)
		}
	}
}

// silent is a Threat Response that never answers.
type silent struct{ Investigator }

func (silent) Investigate(ctx context.Context, _ ctr.InvestigateRequest, _ func(ctr.Update)) (*ctr.Investigation, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (silent) Budget() ctr.Budget { return ctr.Budget{Limit: 8000, Remaining: 7000} }

// replay opens a look-up of everything and gives the screen what was recorded of it, on one tab.
func (m *meter) replay(tab tabID) {
	r := recorded(m.b)
	s := m.s
	s.visit = newVisit(r.asked, noon)
	s.visit.began = noon
	m.all = s.visit
	s.request++
	s.enter(observable.Observable{}, false)
	s.detail.tab = tab
	s.arrange()
	m.send(m.answers(s.refresh(true))...)
	s.visit.running, s.visit.cancel = true, func() {}
	st := newStream()
	for _, u := range r.updates {
		st.emit(u)
	}
	st.End(nil, nil)
	m.send(st.next(s.request)())
}

// BenchmarkStream is what a message costs while 10,000 observables and 50,000 sightings stream in, on
// each tab.
func BenchmarkStream(b *testing.B) {
	recorded(b)
	for tab := range tabs {
		b.Run(tabNames[tab], func(b *testing.B) {
			for range b.N {
				m := newMeter(b)
				m.replay(tab)
				if got := len(m.s.visit.inv.Sightings); got < 50_000 {
					b.Fatalf("%d sightings", got)
				}
				m.report()
			}
		})
	}
}

// BenchmarkKeys is what each key costs when all of it is there, with what its commands answer: in the
// list, in its filter, and in every tab about all of them and about one. -benchtime 20x gives enough of
// each for the figures.
func BenchmarkKeys(b *testing.B) {
	m := newMeter(b)
	m.replay(tabSummary)
	m.soon = 200 * time.Millisecond // a sort ends before the next key
	keys := func(name string, presses ...string) {
		b.Run(name, func(b *testing.B) {
			m.b, m.took = b, nil
			for range b.N {
				for _, p := range presses {
					m.send(viewtest.Key(p))
				}
			}
			m.report()
		})
	}
	keys("list/move", "down", "down", "pgdown", "up", "end", "home")
	keys("list/filter", "/", "d", "9", "9", "enter", "down", "esc")
	keys("list/order", "v", "v")
	keys("list/mark", " ", " ", "esc")
	keys("list/copy", "home", "y", "Y", "esc", "w", "esc", "c", "esc", "e", "esc")
	m.send(viewtest.Key("home"))
	for _, about := range []string{"all", "one"} {
		if about == "one" {
			m.send(viewtest.Key("left"))
			m.send(viewtest.Key("down"))
		}
		keys(about+"/tabs", "]")
		for m.s.detail.tab != tabSummary {
			m.send(viewtest.Key("]"))
		}
		m.send(viewtest.Key("right"))
		for tab := range tabs {
			name := about + "/" + tabNames[tab]
			keys(name+"/move", "down", "down", "pgdown", "up", "end", "home")
			switch tab {
			case tabVerdicts, tabSightings, tabTargets, tabIndicators:
				keys(name+"/filter", "/", "u", "1", "enter", "esc")
				keys(name+"/sort", "o")
			case tabRelations:
				keys(name+"/fold", "end", " ", " ")
				keys(name+"/root", "end", "t", "t")
			}
			if about == "all" && tab != tabRaw {
				keys(name+"/open", "enter", "esc")
			}
			if m.s.detail.tab != tab || !m.s.inDetail {
				b.Fatalf("after %s the tab is %d, right side %v", name, m.s.detail.tab, m.s.inDetail)
			}
			m.send(viewtest.Key("]"))
		}
	}
}
