package report

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// relations makes a graph as Investigation.Graph does: nodes with their degree, sorted.
func relations(asked []observable.Observable, edges ...ctr.Edge) ctr.Graph {
	degree := make(map[observable.Observable]int)
	for _, o := range asked {
		degree[o] = 0
	}
	for _, e := range edges {
		degree[e.Source]++
		degree[e.Related]++
	}
	g := ctr.Graph{Edges: edges}
	for o, n := range degree {
		g.Nodes = append(g.Nodes, ctr.Node{Observable: o, Asked: slices.Contains(asked, o), Degree: n})
	}
	slices.SortFunc(g.Nodes, func(a, b ctr.Node) int {
		return cmp.Or(compareTrue(a.Asked, b.Asked), cmp.Compare(b.Degree, a.Degree), cmp.Compare(a.Observable.Value, b.Observable.Value))
	})
	return g
}

func edge(from, relation, to string) ctr.Edge {
	return ctr.Edge{Source: of("hostname", from), Relation: relation, Related: of("hostname", to), Count: 1}
}

func columns(g *graph) map[string]int {
	out := make(map[string]int)
	for _, n := range g.Nodes {
		out[n.key.Value] = n.column
	}
	return out
}

func TestGraphRunsFromLeftToRight(t *testing.T) {
	g := newGraph(relations([]observable.Observable{of("hostname", "sender")},
		edge("sender", "Sent", "mail1"), edge("sender", "Sent", "mail2"), edge("mail1", "Sent_To", "anna"), edge("mail2", "Sent_To", "ben"),
		edge("file", "Attached_To", "mail2"), edge("anna", "Knows", "sender"), edge("alone", "Same_As", "alone"),
	))
	want := map[string]int{"sender": 0, "file": 0, "mail1": 1, "mail2": 1, "anna": 2, "ben": 2}
	if diff := gocmp.Diff(want, columns(g)); diff != "" {
		t.Error(diff)
	}
	if g.Left != "1 observable" {
		t.Errorf("left out: %q", g.Left)
	}
}

func TestGraphOfACircle(t *testing.T) {
	g := newGraph(relations(nil, edge("a", "r", "b"), edge("b", "r", "c"), edge("c", "r", "a")))
	if diff := gocmp.Diff(map[string]int{"a": 0, "b": 1, "c": 2}, columns(g)); diff != "" {
		t.Error(diff)
	}
	if newGraph(relations([]observable.Observable{of("ip", "192.0.2.1")})) != nil {
		t.Error("a graph without relations is drawn")
	}
}

func TestGraphJoinsParallelRelations(t *testing.T) {
	g := newGraph(relations(nil, edge("a", "Sent_To", "b"), edge("a", "Knows", "b")))
	if len(g.Edges) != 1 || g.Edges[0].Label != "Sent To, Knows" || strings.Count(g.Edges[0].Text, "\n") != 1 {
		t.Errorf("edges: %+v", g.Edges)
	}
}

func TestGraphGroupsWhatIsAlike(t *testing.T) {
	var edges []ctr.Edge
	for i := range 30 {
		mail := fmt.Sprint("mail", i)
		edges = append(edges, edge("sender", "Sent", mail), edge(mail, "Sent_To", fmt.Sprint("person", i%12)), edge("file", "Attached_To", mail))
	}
	edges = append(edges, edge("mail7", "Contains", "link"))
	g := newGraph(relations([]observable.Observable{of("hostname", "sender")}, edges...))
	var got []string
	for _, n := range g.Nodes {
		got = append(got, n.Kind+" "+n.Value)
	}
	slices.Sort(got)
	want := []string{
		"12 × hostname person0, person1, person2", "29 × hostname mail0, mail1, mail10", "hostname file", "hostname link", "hostname mail7", "hostname sender",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if g.Left != "" {
		t.Errorf("left out: %s", g.Left)
	}
}

func TestGraphStaysReadable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var edges []ctr.Edge
	for range 900 {
		edges = append(edges, edge(fmt.Sprint("n", random.IntN(300)), fmt.Sprint("r", random.IntN(4)), fmt.Sprint("n", random.IntN(300))))
	}
	var asked []observable.Observable
	for i := range 60 {
		asked = append(asked, of("hostname", fmt.Sprint("n", i)))
	}
	all := relations(asked, edges...)
	all.Nodes[50].Disposition = ctim.Malicious
	g := newGraph(all)
	if len(g.Nodes) > nodesDrawn || len(g.Nodes) < 20 || g.Left == "" {
		t.Errorf("%d nodes, left %q", len(g.Nodes), g.Left)
	}
	if !slices.ContainsFunc(g.Nodes, func(n *graphNode) bool { return n.bad }) {
		t.Error("the malicious one is not drawn")
	}
	for i, a := range g.Nodes {
		if a.X < 0 || a.Y < 0 || a.X+a.W > g.Width || a.Y+a.H > g.Height {
			t.Errorf("%s is outside of the picture", a.Value)
		}
		for _, b := range g.Nodes[:i] {
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s and %s overlap", a.Value, b.Value)
			}
		}
	}
	for range 3 {
		again := newGraph(all)
		if diff := gocmp.Diff(fmt.Sprintf("%+v", again.Edges[0].Path), g.Edges[0].Path); diff != "" || len(again.Edges) != len(g.Edges) {
			t.Errorf("drawn otherwise the second time: %s", diff)
		}
	}
}

func seen(module string, at time.Time, count int) *ctr.Seen {
	return &ctr.Seen{
		Module:   ctr.ModuleRef{InstanceID: module, Name: module},
		Sighting: &ctim.Sighting{Count: count, ObservedTime: ctim.ObservedTime{Start: ctim.NewTime(at)}},
	}
}

func TestTimeline(t *testing.T) {
	if newTimeline(nil) != nil || newTimeline([]*ctr.Seen{{Sighting: &ctim.Sighting{}}}) != nil {
		t.Error("a timeline without times")
	}
	one := newTimeline([]*ctr.Seen{seen("a", now, 1)})
	if len(one.Lanes) != 1 || len(one.Lanes[0].Bars) != 1 {
		t.Errorf("one sighting: %+v", one)
	}
	list := []*ctr.Seen{{Sighting: &ctim.Sighting{}}, seen("far", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 1)}
	for i := range 40 {
		list = append(list, seen(fmt.Sprint("module ", i%20), now.Add(time.Duration(i)*time.Hour), 1+i%3))
	}
	many := newTimeline(list)
	if len(many.Lanes) != lanesShown || many.Omitted == 0 || many.OmittedWords() == "" {
		t.Errorf("%d lanes, %d omitted", len(many.Lanes), many.Omitted)
	}
	if len(many.Ticks) == 0 || len(many.Ticks) > 9 {
		t.Errorf("ticks: %+v", many.Ticks)
	}
}

func TestTicksFitAnySpan(t *testing.T) {
	for _, d := range []time.Duration{time.Minute, time.Hour, 26 * time.Hour, 10 * 24 * time.Hour, 400 * 24 * time.Hour, 200 * 365 * 24 * time.Hour} {
		if n := len(ticks(now, now.Add(d))); n > 11 {
			t.Errorf("%d ticks for %s", n, d)
		}
	}
}
