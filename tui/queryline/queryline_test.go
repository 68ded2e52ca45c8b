package queryline

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

// complete offers words of a fixed list for the last word of the line.
func complete(line string, cursor int) []Completion {
	start := strings.LastIndexByte(line[:cursor], ' ') + 1
	var out []Completion
	for _, w := range []string{"status:", "subject:", "since:", "한국:"} {
		if strings.HasPrefix(w, line[start:cursor]) {
			out = append(out, Completion{start, cursor, w, "help of " + w})
		}
	}
	return out
}

func newLine() *Line { return New(Options{Theme: viewtest.Theme(theme.Options{}), Complete: complete}) }

func press(l *Line, names ...string) (o Outcome) {
	for _, n := range names {
		o = l.Update(viewtest.Key(n))
	}
	return o
}

func TestCompletion(t *testing.T) {
	l := newLine()
	press(l, "a su", "tab")
	if l.Value() != "a subject:" {
		t.Errorf("tab gives %q", l.Value())
	}
	press(l, " s", "down", "tab", "x")
	if l.Value() != "a subject: subject:x" {
		t.Errorf("the second offer gives %q", l.Value())
	}
	l.Set("")
	press(l, "한", "tab", "v")
	if l.Value() != "한국:v" {
		t.Errorf("a wide word gives %q", l.Value())
	}
	if got := viewtest.Text(newLineTyped("s").Offers(60).String()); !strings.Contains(got, "▌status:") || !strings.Contains(got, "help of since:") {
		t.Errorf("the offers are\n%s", got)
	}
}

func newLineTyped(s string) *Line {
	l := newLine()
	press(l, s)
	return l
}

func TestEarlierLines(t *testing.T) {
	l := New(Options{Theme: viewtest.Theme(theme.Options{})})
	for _, v := range []string{"one", "two", "two"} {
		l.Set(v)
		if press(l, "enter") != Submitted {
			t.Fatal("enter does not submit")
		}
	}
	l.Set("")
	press(l, "up")
	if l.Value() != "two" {
		t.Errorf("up gives %q, want the last line", l.Value())
	}
	press(l, "up", "up")
	if l.Value() != "one" {
		t.Errorf("up again gives %q, want the first line", l.Value())
	}
	press(l, "down", "down")
	if l.Value() != "" || press(l, "down") != Left {
		t.Errorf("down comes to %q, and then does not leave", l.Value())
	}
	if press(l, "esc") != Left {
		t.Error("esc does not leave")
	}
}

func TestAPasteOfManyLinesIsOneLine(t *testing.T) {
	l := newLine()
	l.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\r\nb\nc"), Paste: true})
	if l.Value() != "a  b c" {
		t.Errorf("the paste became %q", l.Value())
	}
}

func TestHostileLines(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		l := newLine()
		l.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(x), Paste: true})
		for _, focused := range []bool{true, false} {
			viewtest.Shape(t, l.Draw(30, focused).String(), 30, 1)
			viewtest.Safe(t, l.Draw(30, focused).String())
		}
		press(l, "tab", "up", "down")
	}
}
