package ctr

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// edgeKey is what makes relations of several sightings one edge.
type edgeKey struct {
	source   observable.Observable
	relation string
	related  observable.Observable
}

// addRelations counts the relations of a sighting that was not known before, each once.
func (inv *Investigation) addRelations(module ModuleRef, s *sightingDigest) {
	m := inv.model
	counted := make(map[edgeKey]bool, len(s.relations))
	for _, r := range s.relations {
		edge := m.edges[r.edge]
		if edge == nil {
			edge = &Edge{Source: r.edge.source, Relation: r.edge.relation, Related: r.edge.related}
			m.edges[r.edge] = edge
			m.adjacent[edge.Source] = append(m.adjacent[edge.Source], edge)
			if edge.Related != edge.Source {
				m.adjacent[edge.Related] = append(m.adjacent[edge.Related], edge)
			}
		}
		if !counted[r.edge] {
			counted[r.edge] = true
			edge.Count++
		}
		if r.origin != "" {
			edge.Origins = insertUnique(edge.Origins, r.origin, strings.Compare)
		}
		edge.Modules = insertUnique(edge.Modules, module, ModuleRef.compare)
	}
}

// Neighbours gives the edges from and to an observable, sorted as in Graph.
func (inv *Investigation) Neighbours(o observable.Observable) []Edge {
	return sortedEdges(inv.model.adjacent[o.Normal()])
}

// Joined tells whether an observable has a relation that does not lead to or from besides; with a
// zero besides, whether it has any. besides is in its normal form, as the ends of an Edge are.
func (inv *Investigation) Joined(o, besides observable.Observable) bool {
	return slices.ContainsFunc(inv.model.adjacent[o.Normal()], func(e *Edge) bool {
		return e.Source != besides && e.Related != besides
	})
}

// Graph gives the relations of all sightings. It is built anew by each call, so keep it while
// nothing is applied. Observables of the request that have no relation are nodes as well.
func (inv *Investigation) Graph() Graph {
	m := inv.model
	var g Graph
	g.Edges = sortedEdges(slices.Collect(maps.Values(m.edges)))
	for o := range m.adjacent {
		g.Nodes = append(g.Nodes, inv.node(o))
	}
	for o := range m.asked {
		if _, joined := m.adjacent[o]; !joined {
			g.Nodes = append(g.Nodes, inv.node(o))
		}
	}
	slices.SortFunc(g.Nodes, func(a, b Node) int {
		return cmp.Or(-compareBool(a.Asked, b.Asked), cmp.Compare(b.Degree, a.Degree), compareObservables(a.Observable, b.Observable))
	})
	return g
}

func (inv *Investigation) node(o observable.Observable) Node {
	n := Node{Observable: o, Asked: inv.model.asked[o], Degree: len(inv.model.adjacent[o])}
	if f := inv.model.findings[o]; f != nil {
		n.Disposition = f.Disposition
	}
	return n
}

func sortedEdges(edges []*Edge) []Edge {
	list := make([]Edge, len(edges))
	for i, e := range edges {
		list[i] = *e
	}
	slices.SortFunc(list, func(a, b Edge) int {
		return cmp.Or(
			compareObservables(a.Source, b.Source), cmp.Compare(a.Relation, b.Relation), compareObservables(a.Related, b.Related),
		)
	})
	return list
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
