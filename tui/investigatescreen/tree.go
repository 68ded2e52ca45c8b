package investigatescreen

import (
	"maps"
	"slices"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
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

// mailGroups reads the subject's newest sightings as messages, those of one sender with one subject
// together, the newest first.
func mailGroups(s subject) []*mailGroup {
	list := s.sightings()
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

// tree makes the lines of the tree out of what is known. It may do so beside the app.
type tree struct {
	subject subject
	root    observable.Observable
	open    map[string]bool
	groups  []*mailGroup
	out     string // mark of a relation that leads away
	back    string // of one that leads here
	lines   []branch
}

// tree gives what makes the tree of a subject with what is chosen now.
func (t *relationsTab) tree(s subject) *tree {
	marks := t.s.o.Theme.Marks
	return &tree{subject: s, root: t.root, open: maps.Clone(t.open), groups: t.groups, out: marks.Arrow, back: marks.Back}
}

// make makes the lines that show.
func (t *tree) make() []branch {
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
	return t.lines
}

// roots are where trees begin: what the user chose, the subject's observable, or all asked about.
func (t *tree) roots() []observable.Observable {
	switch {
	case t.root != observable.Observable{}:
		return []observable.Observable{t.root}
	case t.subject.finding != nil:
		return []observable.Observable{t.subject.finding.Observable}
	}
	var out []observable.Observable
	for _, f := range t.subject.inv.Findings {
		if f.Asked && len(out) < mostChildren && t.subject.inv.Joined(f.Observable, observable.Observable{}) {
			out = append(out, f.Observable)
		}
	}
	return out
}

func (t *tree) isOpen(key string, byItself bool) bool {
	if open, chosen := t.open[key]; chosen {
		return open
	}
	return byItself
}

func (t *tree) unfoldMail(g *mailGroup, byItself bool) {
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
func (t *tree) unfoldNode(b branch, byItself bool, above []observable.Observable) {
	normal := b.obs.Normal()
	circle := slices.Contains(above, normal)
	var from observable.Observable
	if len(above) > 0 {
		from = above[len(above)-1]
	}
	b.inner = !circle && t.subject.inv.Joined(normal, from)
	b.open = b.inner && t.isOpen(b.key, byItself)
	t.lines = append(t.lines, b)
	if !b.open {
		return
	}
	above = append(slices.Clip(above), normal)
	edges := slices.DeleteFunc(t.subject.inv.Neighbours(normal), func(e ctr.Edge) bool { // back to where it came from
		return from != observable.Observable{} && (e.Source == from || e.Related == from)
	})
	for i, e := range edges {
		if i == mostChildren {
			t.lines = append(t.lines, branch{key: b.key + "/more", depth: b.depth + 1, left: len(edges) - i})
			return
		}
		other, label := e.Related, ctim.RelationLabel(e.Relation)+" "+t.out
		if e.Related == normal && e.Source != normal {
			other, label = e.Source, ctim.RelationLabel(e.Relation)+" "+t.back
		}
		key := b.key + "/" + label + observable.Format([]observable.Observable{other})
		t.unfoldNode(branch{key: key, depth: b.depth + 1, label: label, obs: other, count: e.Count}, false, above)
	}
}
