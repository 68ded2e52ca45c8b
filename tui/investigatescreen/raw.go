package investigatescreen

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// rawTab is what came over the wire, indented, line by line. Only the lines that show are drawn.
type rawTab struct {
	s       *Screen
	w, h    int
	number  int // of the newest reading
	first   int // of the first reading about the subject
	leftOut int // calls whose answers were too many to keep
	answers []ctr.RawAnswer
	indents bool // they are being indented
	lines   []string
	whole   string
	missing string // why there is nothing
	scroll  draw.Scroll
	view    draw.Block
}

// mostLive is from how many lines on the text does not grow while answers come in.
const mostLive = 100_000

// rawMsg is the text of a subject's answers.
type rawMsg struct {
	number int
	lines  []string
	whole  string
}

func newRawTab(s *Screen) *rawTab { return &rawTab{s: s} }

func (t *rawTab) SetSize(w, h int) {
	t.w, t.h = w, h
	t.layout()
}

// fill gathers the answers, and has them indented beside the app: there may be megabytes of them.
func (t *rawTab) fill(s subject, fresh bool) reading {
	return func() showing {
		answers, missing := answersAbout(s), ""
		if len(answers) == 0 {
			missing = "No module has answered about it."
			if s.running {
				missing = nothingYet.String()
			}
			if s.inv.RawLeftOut > 0 {
				missing = "So many answers are not all kept: look this one up by itself to see its answers."
			}
		}
		leftOut := s.inv.RawLeftOut
		return func() tea.Cmd {
			t.leftOut = leftOut
			return t.show(answers, missing, fresh, s.running)
		}
	}
}

func (t *rawTab) show(answers []ctr.RawAnswer, missing string, fresh, running bool) tea.Cmd {
	if fresh {
		t.lines, t.whole, t.scroll = nil, "", draw.Scroll{}
	}
	t.missing = missing
	if len(answers) == 0 {
		t.lines, t.whole = nil, ""
	}
	t.layout()
	if running && len(t.lines) > mostLive {
		return nil // nobody reads along in that much: the rest comes at the end
	}
	t.number++
	t.answers = answers
	if fresh {
		t.first = t.number
	}
	if t.indents { // one at a time: what comes while it runs is done after it
		return nil
	}
	return t.indent()
}

// indent has the answers indented beside the app.
func (t *rawTab) indent() tea.Cmd {
	t.indents = true
	request, answers := t.number, t.answers
	return t.s.work.Cmd(t.s.work.Context(), asidePatience, func(context.Context) tea.Msg {
		whole := rawText(answers)
		var lines []string
		if whole != "" {
			lines = strings.Split(strings.TrimSuffix(whole, "\n"), "\n")
		}
		return rawMsg{request, lines, whole}
	})
}

// answersAbout are the answers to calls that asked about the subject.
func answersAbout(s subject) []ctr.RawAnswer {
	var out []ctr.RawAnswer
	for _, a := range s.inv.Raw {
		if s.finding == nil || slices.Contains(a.Observables, s.finding.Observable.Normal()) || slices.Contains(a.Observables, s.finding.Observable) {
			out = append(out, a)
		}
	}
	return out
}

func rawText(answers []ctr.RawAnswer) string {
	var b bytes.Buffer
	for _, a := range answers {
		b.WriteString("// " + strings.ReplaceAll(a.Module.Name, "\n", " ") + ", " + string(a.Route) + ", " + a.Fetched.UTC().Format(time.RFC3339) + "\n")
		if err := json.Indent(&b, a.JSON, "", "  "); err != nil {
			b.Write(a.JSON)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// take shows the text, and has the newer answers indented when there are any.
func (t *rawTab) take(m rawMsg) tea.Cmd {
	t.indents = false
	if m.number >= t.first {
		t.lines, t.whole = m.lines, m.whole
		t.layout()
	}
	if m.number != t.number {
		return t.indent()
	}
	return nil
}

func (t *rawTab) layout() {
	if t.w <= 0 || t.h <= 0 {
		return
	}
	th := t.s.o.Theme
	if len(t.lines) == 0 {
		t.view = append(draw.Block{draw.Line{}}, draw.Para(t.w-1, draw.Blank(2), th.Dim, safetext.Known(t.missing))...).Fit(t.w, t.h)
		return
	}
	t.scroll = t.scroll.By(0, len(t.lines), t.h)
	b := make(draw.Block, 0, t.h)
	for _, line := range t.lines[t.scroll.Top():min(len(t.lines), t.scroll.Top()+t.h)] {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		name, rest, found := strings.Cut(line[indent:], "\":")
		switch {
		case strings.HasPrefix(line, "//"):
			b = append(b, draw.Join(draw.Blank(1), th.Strong.Text(safetext.Line(line))))
		case found && strings.HasPrefix(name, "\""):
			b = append(b, draw.Join(draw.Blank(1+indent), th.Accent.Text(safetext.Line(name+"\":")), th.Text.Text(safetext.Line(rest))))
		default:
			b = append(b, draw.Join(draw.Blank(1+indent), th.Text.Text(safetext.Line(line[indent:]))))
		}
	}
	b = b.Fit(t.w, t.h)
	if t.h > 2 {
		words := " " + number(t.scroll.Top()+1) + " of " + number(len(t.lines)) + " lines"
		if t.leftOut > 0 {
			words += ", " + number(t.leftOut) + " answers are not kept"
		}
		tag := th.Dim.Text(safetext.Known(words))
		b[t.h-1] = draw.Spread(t.w, b[t.h-1], tag)
	}
	t.view = b
}

func (t *rawTab) View() draw.Block { return t.view }
func (t *rawTab) Typing() bool     { return false }
func (t *rawTab) SetFocus(bool)    {}

func (t *rawTab) Update(msg tea.Msg) (tea.Cmd, bool) {
	id, ok := keys.Action(msg, keys.Move)
	if !ok {
		return nil, false
	}
	rows, _ := keys.Delta(id, t.h)
	t.scroll = t.scroll.By(rows, len(t.lines), t.h)
	t.layout()
	return nil, true
}

func (t *rawTab) picked() picked {
	return picked{
		title: "Raw answers", value: t.whole, json: func() any { return json.RawMessage(t.whole) },
		fields: []intent.Field{{Name: "Lines", Value: number(len(t.lines))}},
	}
}

func (t *rawTab) row() string        { return "" }
func (t *rawTab) selectRow(string)   {}
func (t *rawTab) takes(tea.Msg) bool { return false }
func (t *rawTab) Hints() []keys.Hint { return keys.Hints(keys.In(keys.Move), nil) }
