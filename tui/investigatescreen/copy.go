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
		query := observable.Format(s.list.chosen())
		return picked{title: "Investigation", value: query, line: query}
	}
	p := picked{title: "observable", observable: f.Observable, value: f.Observable.Value, json: findingJSON(f), fields: findingFields(f)}
	p.line = string(f.Observable.Type) + "\t" + f.Observable.Value + "\t" + f.Disposition.String() + "\t" + number(len(f.Sightings))
	return p
}

// copyValue copies what is selected, as it arrived.
func (s *Screen) copyValue() tea.Cmd {
	p := s.focused()
	if p.value == "" {
		return notice(intent.Warning, "there is nothing here to copy")
	}
	return intent.Cmd(intent.Copy{What: "value", Value: p.value})
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
	offer("JSON", indented(p.json))
	offer("link", p.link)
	offer("whole query", observable.Format(s.visit.asked))
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
