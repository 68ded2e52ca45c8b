package investigatescreen

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

const (
	mostMails    = 500 // newest sightings that are read as mail
	mostGroups   = 100 // messages listed
	mostChildren = 500 // of one node of the tree
)

// branch is a line of the tree that shows.
type branch struct {
	key     string // path of what leads here; it stays the same when answers come in
	depth   int
	heading string
	label   string // the relation, or the part of a message
	part    bool   // of a message
	obs     observable.Observable
	group   *mailGroup
	count   int // sightings that say so
	inner   bool
	open    bool
	left    int // children that are left out
}

// mailGroup is the messages of one sender with one subject.
type mailGroup struct {
	mail
	n int
}

// relationsTab is the tree of what is joined to what, with the messages before it: who sent what to whom.
type relationsTab struct {
	s       *Screen
	w, h    int
	subject subject
	root    observable.Observable // chosen by the user; zero: the subject's own
	open    map[string]bool       // by key, where it differs from what is so by itself
	groups  []*mailGroup
	edges   map[observable.Observable][]ctr.Edge // neighbours that were looked up
	lines   []branch
	at      int
	scroll  draw.Scroll
	view    draw.Block
	focused bool
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

func (t *relationsTab) fill(s subject, fresh bool) tea.Cmd {
	t.subject = s
	t.edges = map[observable.Observable][]ctr.Edge{}
	if fresh {
		t.root, t.at, t.scroll = observable.Observable{}, 0, draw.Scroll{}
		clear(t.open)
	}
	t.groups = mailGroups(s)
	t.unfold(!fresh)
	t.layout()
	return nil
}

// mailGroups reads the subject's newest sightings as messages, those of one sender with one subject
// together, the newest first.
func mailGroups(s subject) []*mailGroup {
	list := s.inv.Sightings
	if s.finding != nil {
		list = s.finding.Sightings
	}
	var groups []*mailGroup
	known := map[string]*mailGroup{}
	for _, x := range slices.Backward(list[max(0, len(list)-mostMails):]) {
		m := readMail(x.Sighting)
		if !m.isMail() {
			continue
		}
		key := observable.Format(m.from) + " " + observable.Format(m.subject)
		g := known[key]
		if g == nil {
			if len(groups) == mostGroups {
				continue
			}
			g = &mailGroup{}
			known[key] = g
			groups = append(groups, g)
		}
		g.n++
		for _, part := range []struct{ into, from *[]observable.Observable }{
			{&g.from, &m.from}, {&g.to, &m.to}, {&g.subject, &m.subject}, {&g.id, &m.id}, {&g.hosts, &m.hosts}, {&g.files, &m.files}, {&g.urls, &m.urls},
		} {
			for _, o := range *part.from {
				add(part.into, o)
			}
		}
	}
	return groups
}

// unfold makes the lines that show. The selection stays on its line of the screen.
func (t *relationsTab) unfold(keep bool) {
	var key string
	line := t.at - t.scroll.Top()
	if t.at < len(t.lines) {
		key = t.lines[t.at].key
	}
	t.lines = nil
	if len(t.groups) > 0 {
		t.lines = append(t.lines, branch{heading: "Mail: who sent what to whom"})
		for i, g := range t.groups {
			t.unfoldMail(g, len(t.groups) == 1 && i == 0)
		}
	}
	roots := t.roots()
	if len(roots) > 0 {
		t.lines = append(t.lines, branch{heading: "Relations"})
	}
	for _, o := range roots {
		t.unfoldNode(branch{key: "/" + observable.Format([]observable.Observable{o}), obs: o}, len(roots) <= few, nil)
	}
	t.at = 0
	if keep {
		t.at = max(0, slices.IndexFunc(t.lines, func(b branch) bool { return b.key == key }))
	}
	if t.at < len(t.lines) && t.lines[t.at].heading != "" {
		t.at = max(t.step(t.at, 1), 0)
	}
	if keep {
		t.scroll = draw.Scroll{}.By(t.at-line, len(t.lines), t.h)
	}
}

// roots are where trees begin: what the user chose, the subject's observable, or all asked about.
func (t *relationsTab) roots() []observable.Observable {
	switch {
	case t.root != observable.Observable{}:
		return []observable.Observable{t.root}
	case t.subject.finding != nil:
		return []observable.Observable{t.subject.finding.Observable}
	}
	var out []observable.Observable
	for _, f := range t.subject.inv.Findings {
		if f.Asked && len(out) < mostChildren && len(t.neighbours(f.Observable)) > 0 {
			out = append(out, f.Observable)
		}
	}
	return out
}

func (t *relationsTab) neighbours(o observable.Observable) []ctr.Edge {
	edges, known := t.edges[o]
	if !known {
		edges = t.subject.inv.Neighbours(o)
		t.edges[o] = edges
	}
	return edges
}

func (t *relationsTab) isOpen(key string, byItself bool) bool {
	if open, chosen := t.open[key]; chosen {
		return open
	}
	return byItself
}

func (t *relationsTab) unfoldMail(g *mailGroup, byItself bool) {
	key := "mail/" + observable.Format(g.from) + observable.Format(g.subject)
	open := t.isOpen(key, byItself)
	t.lines = append(t.lines, branch{key: key, group: g, inner: true, open: open, count: g.n})
	if !open {
		return
	}
	for _, part := range []struct {
		label string
		obs   []observable.Observable
	}{{"From", g.from}, {"To", g.to}, {"Subject", g.subject}, {"File", g.files}, {"Link", g.urls}, {"Sent through", g.hosts}, {"Message", g.id}} {
		for i, o := range part.obs {
			if i == mostChildren {
				t.lines = append(t.lines, branch{key: key + part.label + "more", depth: 1, left: len(part.obs) - i})
				break
			}
			label := part.label
			if i > 0 {
				label = ""
			}
			t.lines = append(t.lines, branch{key: key + part.label + o.Value, depth: 1, label: label, part: true, obs: o})
		}
	}
}

// unfoldNode adds an observable and, when it is open, what it is joined to; above are those that lead to it.
func (t *relationsTab) unfoldNode(b branch, byItself bool, above []observable.Observable) {
	normal := b.obs.Normal()
	circle := slices.Contains(above, normal)
	edges := t.neighbours(b.obs)
	edges = slices.DeleteFunc(slices.Clone(edges), func(e ctr.Edge) bool { // back to where it came from
		return len(above) > 0 && (e.Source == above[len(above)-1] || e.Related == above[len(above)-1])
	})
	b.inner = len(edges) > 0 && !circle
	b.open = b.inner && t.isOpen(b.key, byItself)
	t.lines = append(t.lines, b)
	if !b.open {
		return
	}
	above = append(slices.Clip(above), normal)
	for i, e := range edges {
		if i == mostChildren {
			t.lines = append(t.lines, branch{key: b.key + "/more", depth: b.depth + 1, left: len(edges) - i})
			return
		}
		other, label := e.Related, ctim.RelationLabel(e.Relation)+" "+t.s.o.Theme.Marks.Arrow
		if e.Related == normal && e.Source != normal {
			other, label = e.Source, ctim.RelationLabel(e.Relation)+" "+t.s.o.Theme.Marks.Back
		}
		key := b.key + "/" + label + observable.Format([]observable.Observable{other})
		t.unfoldNode(branch{key: key, depth: b.depth + 1, label: label, obs: other, count: e.Count}, false, above)
	}
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
	if m, ok := msg.(tea.MouseMsg); ok {
		if at := t.scroll.Top() + m.Y; at >= 0 && at < len(t.lines) && t.lines[at].heading == "" {
			t.at = at
			t.layout()
		}
		return nil, true
	}
	id, ok := keys.Action(msg, keys.Tree, keys.Move, keys.Look)
	if !ok {
		return nil, false
	}
	if rows, ok := keys.Delta(id, t.h); ok {
		t.move(rows)
		t.layout()
		return nil, true
	}
	return nil, t.act(id)
}

func (t *relationsTab) act(id keys.ID) (handled bool) {
	b := t.selected()
	if b == nil {
		return false
	}
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
			return true
		}
		t.reroot(b.obs)
		return true
	default:
		return false
	}
	t.unfold(true)
	t.layout()
	return true
}

// reroot lets the tree begin at an observable; at the one where it begins already, it goes back to the
// subject's own. The observable stays selected.
func (t *relationsTab) reroot(o observable.Observable) {
	if t.root == o {
		t.root = observable.Observable{}
	} else {
		t.root = o
	}
	t.unfold(true)
	if i := slices.IndexFunc(t.lines, func(b branch) bool { return b.obs == o && !b.part && b.heading == "" }); i >= 0 {
		t.at = i
	}
	t.layout()
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
		t.at = i
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
	p := picked{title: "Relation", observable: b.obs, value: b.obs.Value, line: strings.TrimSpace(b.label + " " + b.obs.Value), json: b.obs}
	if f := t.subject.inv.Find(b.obs); f != nil {
		p.fields, p.json = findingFields(f), findingJSON(f)
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
