package investigatescreen

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/tui/intent"
)

// focused is what is selected, on whichever side has the focus.
func (s *Screen) focused() picked {
	if s.inDetail {
		return s.detail.picked()
	}
	f := s.list.finding()
	if f == nil {
		return picked{title: "Investigation"}
	}
	p := picked{title: "observable", observable: f.Observable, value: f.Observable.Value, json: func() any { return findingJSON(f) }, fields: s.findingFields(f)}
	p.line = string(f.Observable.Type) + "\t" + f.Observable.Value + "\t" + f.Disposition.String() + "\t" + number(len(f.Sightings))
	return p
}

// copyValue copies what is selected, as it arrived. Of the entry of all it is the query.
func (s *Screen) copyValue() tea.Cmd {
	if p := s.focused(); p.value != "" {
		return intent.Cmd(intent.Copy{What: "value", Value: p.value})
	}
	if !s.inDetail {
		return copyQuery(s.list.chosen())
	}
	return notice(intent.Warning, "there is nothing here to copy")
}

// copyQuery copies observables as a query. There may be many of them, so it is written beside the app.
func copyQuery(obs []observable.Observable) tea.Cmd {
	return func() tea.Msg { return intent.Copy{What: "query", Value: observable.Format(obs)} }
}

// copyMenu offers the other forms of what is selected.
func (s *Screen) copyMenu() {
	p := s.focused()
	m := &menu{title: "Copy"}
	offer := func(what, value string) {
		if value != "" {
			m.choices = append(m.choices, choice{what, preview(value), func() tea.Cmd { return intent.Cmd(intent.Copy{What: what, Value: value}) }})
		}
	}
	offer("value", p.value)
	if (p.observable != observable.Observable{}) {
		if defanged := observable.Defang(p.observable); defanged != p.value {
			offer("defanged value", defanged)
		}
		offer("typed value", observable.Format([]observable.Observable{p.observable}))
	}
	offer("row", p.line)
	if p.json != nil {
		m.choices = append(m.choices, choice{"JSON", "everything that is known about it", func() tea.Cmd {
			v := p.json()
			return func() tea.Msg { return intent.Copy{What: "JSON", Value: indented(v)} }
		}})
	}
	offer("link", p.link)
	if n := len(s.list.marked); n > 0 {
		chosen := s.list.chosen()
		m.choices = append(m.choices, choice{"marked observables", number(n) + " as a query", func() tea.Cmd { return copyQuery(chosen) }})
	}
	asked := s.visit.asked
	m.choices = append(m.choices, choice{"whole query", preview(s.visit.query), func() tea.Cmd { return copyQuery(asked) }})
	s.menu = m
}

// preview is the beginning of a value on one line, for a menu.
func preview(value string) string {
	const most = 56
	line := strings.Join(strings.Fields(value[:min(len(value), 4*most)]), " ")
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}
