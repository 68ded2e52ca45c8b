package investigatescreen

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// relationsTab is the tree of what is joined to what, with the messages before it: who sent what to whom.
type relationsTab struct {
	s       *Screen
	w, h    int
	subject subject
	root    observable.Observable // chosen by the user; zero: the subject's own
	open    map[string]bool       // by key, where it differs from what is so by itself
	groups  []*mailGroup
	number  int // of the newest tree that is made
	lines   []branch
	at      int
	scroll  draw.Scroll
	view    draw.Block
	focused bool
	touched bool // the user has chosen a line: it stays selected
}

// treeMsg is a tree that was made beside the app.
type treeMsg struct {
	number int
	lines  []branch
	find   observable.Observable // to be selected; zero: what was selected
}

func newRelationsTab(s *Screen) content { return &relationsTab{s: s, open: map[string]bool{}} }

func (t *relationsTab) SetSize(w, h int) {
	t.w, t.h = w, h
	t.layout()
}

func (t *relationsTab) SetFocus(focused bool) {
	t.focused = focused
	t.layout()
}

func (t *relationsTab) Typing() bool     { return false }
func (t *relationsTab) View() draw.Block { return t.view }

func (t *relationsTab) fill(s subject, fresh bool) reading {
	x := t.tree(s)
	if fresh {
		x.root, x.open = observable.Observable{}, nil
	}
	t.number++ // a tree that is being made is of less
	number := t.number
	return func() showing {
		x.groups = mailGroups(s)
		lines := x.make()
		return func() tea.Cmd {
			t.subject, t.groups = s, x.groups
			if !fresh && number != t.number { // something was folded meanwhile
				return t.remake(observable.Observable{})
			}
			if fresh {
				t.root, t.touched = observable.Observable{}, false
				clear(t.open)
			}
			t.show(lines)
			return nil
		}
	}
}

// remake makes the tree anew after something was folded, unfolded or made its root.
func (t *relationsTab) remake(find observable.Observable) tea.Cmd {
	t.number++
	number, x := t.number, t.tree(t.subject)
	if t.subject.small() {
		t.take(treeMsg{number, x.make(), find})
		return nil
	}
	return t.s.aside(t.subject.visit, func() tea.Msg { return treeMsg{number, x.make(), find} })
}

// take shows the tree that was asked for last.
func (t *relationsTab) take(m treeMsg) {
	if m.number != t.number {
		return
	}
	t.show(m.lines)
	if m.find == (observable.Observable{}) {
		return
	}
	if i := slices.IndexFunc(t.lines, func(b branch) bool { return b.obs == m.find && !b.part && b.heading == "" }); i >= 0 {
		t.at = i
		t.layout()
	}
}

// show shows other lines. The selection stays on its line of the screen.
func (t *relationsTab) show(lines []branch) {
	var key string
	line := t.at - t.scroll.Top()
	if b := t.selected(); b != nil {
		key = b.key
	}
	t.lines = lines
	if !t.touched {
		key = ""
	}
	t.at = max(0, slices.IndexFunc(t.lines, func(b branch) bool { return key != "" && b.key == key }))
	if t.at < len(t.lines) && t.lines[t.at].heading != "" {
		t.at = max(t.step(t.at, 1), 0)
	}
	if t.scroll = (draw.Scroll{}); t.touched {
		t.scroll = t.scroll.By(t.at-line, len(t.lines), t.h)
	}
	t.layout()
}

func (t *relationsTab) selected() *branch {
	if t.at < 0 || t.at >= len(t.lines) {
		return nil
	}
	return &t.lines[t.at]
}

// step is the next line that is no heading, -1 when there is none.
func (t *relationsTab) step(from, by int) int {
	for i := from + by; i >= 0 && i < len(t.lines); i += by {
		if t.lines[i].heading == "" {
			return i
		}
	}
	return -1
}

func (t *relationsTab) move(rows int) {
	to := max(0, min(t.at+rows, len(t.lines)-1))
	if to < len(t.lines) && t.lines[to].heading != "" {
		by := cmp.Compare(rows, 0)
		if by == 0 {
			by = 1
		}
		if next := t.step(to, by); next >= 0 {
			to = next
		} else {
			to = t.step(to, -by)
		}
	}
	t.at = max(to, 0)
}

func (t *relationsTab) Update(msg tea.Msg) (tea.Cmd, bool) {
	if m, ok := msg.(treeMsg); ok {
		t.take(m)
		return nil, true
	}
	if m, ok := msg.(tea.MouseMsg); ok {
		if at := t.scroll.Top() + m.Y; at >= 0 && at < len(t.lines) && t.lines[at].heading == "" {
			t.at, t.touched = at, true
			t.layout()
		}
		return nil, true
	}
	id, ok := keys.Action(msg, keys.Tree, keys.Move, keys.Look)
	if !ok {
		return nil, false
	}
	if rows, ok := keys.Delta(id, t.h); ok {
		t.touched = true
		t.move(rows)
		t.layout()
		return nil, true
	}
	return t.act(id)
}

func (t *relationsTab) act(id keys.ID) (cmd tea.Cmd, handled bool) {
	b := t.selected()
	if b == nil {
		return nil, false
	}
	was := t.touched
	t.touched = true
	switch id {
	case keys.TreeUnfold:
		if b.inner {
			t.open[b.key] = !b.open
		}
	case keys.LookRight:
		t.open[b.key] = true
	case keys.LookLeft:
		if b.open {
			t.open[b.key] = false
		} else if up := t.parent(t.at); up >= 0 {
			t.at = up
		}
	case keys.TreeRoot:
		if b.obs.Value == "" {
			return nil, true
		}
		return t.reroot(b.obs), true
	default:
		t.touched = was
		return nil, false
	}
	return t.remake(observable.Observable{}), true
}

// reroot lets the tree begin at an observable; at the one where it begins already, it goes back to the
// subject's own. The observable stays selected.
func (t *relationsTab) reroot(o observable.Observable) tea.Cmd {
	if t.root == o {
		t.root = observable.Observable{}
	} else {
		t.root = o
	}
	return t.remake(o)
}

// parent is the line that a line hangs under, -1 when it hangs under none.
func (t *relationsTab) parent(at int) int {
	for i := at - 1; i >= 0; i-- {
		if t.lines[i].heading == "" && t.lines[i].depth < t.lines[at].depth {
			return i
		}
	}
	return -1
}

// takes keeps left and right for folding, as long as there is something to fold or unfold.
func (t *relationsTab) takes(msg tea.Msg) bool {
	id, _ := keys.Action(msg, keys.Look)
	b := t.selected()
	switch {
	case b == nil:
		return false
	case id == keys.LookRight:
		return b.inner && !b.open
	case id == keys.LookLeft:
		return b.open || b.depth > 0
	}
	return false
}

func (t *relationsTab) row() string {
	if b := t.selected(); b != nil {
		return b.key
	}
	return ""
}

func (t *relationsTab) selectRow(row string) {
	if i := slices.IndexFunc(t.lines, func(b branch) bool { return b.key == row }); i >= 0 {
		t.at, t.touched = i, true
		t.layout()
	}
}

func (t *relationsTab) picked() picked {
	b := t.selected()
	switch {
	case b == nil:
		return picked{title: "Relation"}
	case b.group != nil:
		return picked{title: "Mail", value: b.group.headline("->"), line: b.group.headline("->"), fields: []intent.Field{
			{Name: "From", Value: values(b.group.from)},
			{Name: "To", Value: values(b.group.to)},
			{Name: "Subject", Value: values(b.group.subject)},
			{Name: "Messages", Value: number(b.group.n)},
			{Name: "Files", Value: values(b.group.files)},
			{Name: "Links", Value: values(b.group.urls)},
		}}
	}
	p := picked{title: "Relation", observable: b.obs, value: b.obs.Value, line: strings.TrimSpace(b.label + " " + b.obs.Value), json: as(b.obs)}
	if f := t.subject.inv.Find(b.obs); f != nil {
		p.fields, p.json = t.s.findingFields(f), func() any { return findingJSON(f) }
	} else {
		p.fields = []intent.Field{{Name: "Type", Value: string(b.obs.Type)}, {Name: "Value", Value: b.obs.Value}, {Name: "Defanged", Value: observable.Defang(b.obs)}}
	}
	return p
}

// values writes the values of observables, with commas.
func values(obs []observable.Observable) string {
	texts := make([]string, len(obs))
	for i, o := range obs {
		texts[i] = o.Value
	}
	return strings.Join(texts, ", ")
}

// Hints gives the keys of the tree.
func (t *relationsTab) Hints() []keys.Hint { return keys.Hints(keys.In(keys.Tree, keys.Move), nil) }
