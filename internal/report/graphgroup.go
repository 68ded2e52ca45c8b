package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

const (
	groupFrom  = 24 // nodes from which on a graph is grouped
	groupSize  = 4  // like nodes that make a group
	hubDegree  = 20 // edges that make a node one of its own
	namesShown = 3  // members that a group's box names
)

// groups are the members of the nodes that stand for several observables.
type groups map[observable.Observable][]observable.Observable

// group makes one node of observables of a type that stand in the same relations to the same other
// nodes, or to others of the same types: the 85 messages of one sender, the recipients of those. What
// was asked about or is bad stays by itself. A small graph stays as it is.
func group(all ctr.Graph) (ctr.Graph, groups) {
	alone := make(map[observable.Observable]bool)
	joined := 0
	for _, n := range all.Nodes {
		alone[n.Observable] = n.Asked || n.Disposition == ctim.Malicious || n.Disposition == ctim.Suspicious || n.Degree >= hubDegree
		if n.Degree > 0 {
			joined++
		}
	}
	if joined <= groupFrom {
		return all, nil
	}
	members := likeNodes(all, alone)
	inGroup := make(map[observable.Observable]observable.Observable)
	made := make(groups)
	for _, list := range members {
		if len(list) < groupSize {
			continue
		}
		name := observable.Observable{Type: list[0].Type, Value: fmt.Sprintf("%s and %d like it", list[0].Value, len(list)-1)}
		made[name] = list
		for _, o := range list {
			inGroup[o] = name
		}
	}
	return merge(all, inGroup), made
}

// likeNodes lists the nodes with the same relations, in the order of the graph.
func likeNodes(all ctr.Graph, alone map[observable.Observable]bool) [][]observable.Observable {
	relations := make(map[observable.Observable][]string)
	note := func(o, other observable.Observable, direction, relation string) {
		text := direction + relation + " " + string(other.Type)
		if alone[other] {
			text += " " + other.Value
		}
		if !alone[o] && !slices.Contains(relations[o], text) {
			relations[o] = append(relations[o], text)
		}
	}
	for _, e := range all.Edges {
		note(e.Source, e.Related, ">", e.Relation)
		note(e.Related, e.Source, "<", e.Relation)
	}
	at := make(map[string]int)
	var lists [][]observable.Observable
	for _, n := range all.Nodes {
		if alone[n.Observable] || n.Degree == 0 {
			continue
		}
		slices.Sort(relations[n.Observable])
		key := string(n.Observable.Type) + "\n" + strings.Join(relations[n.Observable], "\n")
		i, known := at[key]
		if !known {
			i, at[key] = len(lists), len(lists)
			lists = append(lists, nil)
		}
		lists[i] = append(lists[i], n.Observable)
	}
	return lists
}

// merge puts groups in the place of their members.
func merge(all ctr.Graph, inGroup map[observable.Observable]observable.Observable) ctr.Graph {
	of := func(o observable.Observable) observable.Observable {
		if name, grouped := inGroup[o]; grouped {
			return name
		}
		return o
	}
	type key struct {
		source   observable.Observable
		relation string
		related  observable.Observable
	}
	at := make(map[key]int)
	degree := make(map[observable.Observable]int)
	var out ctr.Graph
	for _, e := range all.Edges {
		k := key{of(e.Source), e.Relation, of(e.Related)}
		if i, known := at[k]; known {
			out.Edges[i].Count += e.Count
			continue
		}
		at[k] = len(out.Edges)
		out.Edges = append(out.Edges, ctr.Edge{Source: k.source, Relation: k.relation, Related: k.related, Count: e.Count})
		degree[k.source]++
		degree[k.related]++
	}
	done := make(map[observable.Observable]bool)
	for _, n := range all.Nodes {
		if n.Observable = of(n.Observable); !done[n.Observable] {
			done[n.Observable] = true
			n.Degree = degree[n.Observable]
			out.Nodes = append(out.Nodes, n)
		}
	}
	slices.SortStableFunc(out.Nodes, func(a, b ctr.Node) int {
		return cmp.Or(compareTrue(a.Asked, b.Asked), cmp.Compare(b.Degree, a.Degree))
	})
	return out
}

// label says what a group is.
func (n *graphNode) label(members []observable.Observable) {
	var values []string
	for _, o := range members[:min(namesShown, len(members))] {
		values = append(values, Shown(o))
	}
	text := strings.Join(values, ", ")
	n.members = len(members)
	n.Class += " many"
	n.Kind = fmt.Sprintf("%d × %s", len(members), Visible(string(members[0].Type)))
	n.Value = cellsOf(text, valueCells)
	n.Full = fmt.Sprintf("%s: %s …", n.Kind, text)
}
