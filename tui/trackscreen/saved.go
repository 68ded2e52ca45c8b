package trackscreen

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// savedList offers the saved searches.
type savedList struct {
	s   *Screen
	all []tracking.Saved
	at  int
}

// openSaved reads the saved searches; the file is small and on this computer.
func (s *Screen) openSaved() tea.Cmd {
	all, err := s.o.Searches.List()
	if err != nil {
		return intent.Cmd(intent.Notice{Level: intent.Error, Text: safetext.Line(err.Error())})
	}
	s.overlay = &savedList{s: s, all: all}
	return nil
}

func (s *Screen) savePrompt() overlay {
	line := s.line.Value()
	return s.newPrompt("Save this search as", "A name that is taken is given the new search.", "", func(name string) tea.Cmd {
		if err := s.o.Searches.Put(name, line); err != nil {
			return intent.Cmd(done(intent.Error, err.Error()))
		}
		return intent.Cmd(done(intent.Info, "saved as "+name+"; w lists the saved searches"))
	})
}

func (l *savedList) update(k tea.KeyMsg) (cmd tea.Cmd, closed bool) {
	switch k.String() {
	case "esc", "q", "w":
		return nil, true
	case "up", "k":
		l.at = max(0, l.at-1)
	case "down", "j":
		l.at = max(0, min(l.at+1, len(l.all)-1))
	case "enter":
		if l.at < len(l.all) {
			l.s.line.Set(l.all[l.at].Line)
			return l.s.begin(), true
		}
	case "x":
		if l.at < len(l.all) {
			return l.forget(), false
		}
	}
	return nil, false
}

func (l *savedList) forget() tea.Cmd {
	name := l.all[l.at].Name
	err := l.s.o.Searches.Delete(name)
	if err == nil {
		l.all, err = l.s.o.Searches.List()
	}
	l.at = max(0, min(l.at, len(l.all)-1))
	if err != nil {
		return intent.Cmd(done(intent.Error, err.Error()))
	}
	return intent.Cmd(done(intent.Info, "the search "+name+" is no longer saved"))
}

func (l *savedList) draw(w, h int) draw.Block {
	t := l.s.o.Theme
	cells := min(w, 90)
	rows := max(1, h-4)
	var b draw.Block
	for i, x := range l.all {
		mark, style := draw.Blank(1), t.Text
		if i == l.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Title
		}
		b = append(b, draw.Join(mark, t.Foreign(style, safetext.Line(x.Name)).Fit(22), draw.Blank(1), t.Foreign(t.Dim, safetext.Line(x.Line))).Fit(cells-4))
	}
	if len(b) == 0 {
		b = draw.Block{t.Dim.Lit("No search is saved yet: W saves the one on the screen.")}
	}
	scroll := draw.Scroll{}.Reveal(l.at, l.at+1, len(b), rows)
	return t.Card(cells, t.Focus, t.Strong.Lit("Saved searches"), scroll.Window(b, rows))
}

func (l *savedList) hints() []keys.Hint {
	if len(l.all) == 0 {
		return keys.Text("esc", "back")
	}
	return keys.Text("enter", "search", "x", "forget", "esc", "back")
}
