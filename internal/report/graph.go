package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
)

// The bounds of the drawn graph: more nobody can read.
const (
	nodesDrawn   = 40
	columnDrawn  = 14
	columnsDrawn = 6
	valueCells   = 25
	labelsDrawn  = 16 // edges up to which their names stand beside them
)

// graph is the relations of observables, drawn in columns from the left to the right.
type graph struct {
	Width, Height int
	Nodes         []*graphNode
	Edges         []graphEdge
	Left          string // what is not drawn
}

type graphNode struct {
	Class, Kind, Value, Full         string
	X, Y, W, H, TextX, KindY, ValueY int

	key     observable.Observable
	column  int
	place   float64 // within the column, for sorting
	bad     bool
	asked   bool
	degree  int
	members int // observables that it stands for
}

type graphEdge struct {
	Path, Tip, Label, LabelX, LabelY, Text string

	from, to *graphNode
}

// newGraph chooses the nodes worth drawing and lays them out; nil without relations. The same
// relations give the same picture.
func newGraph(all ctr.Graph) *graph {
	grouped, members := group(all)
	nodes, edges := choose(grouped, members)
	if len(edges) == 0 {
		return nil
	}
	assignColumns(nodes, edges)
	nodes, edges = thin(nodes, edges)
	order(nodes, edges)
	g := &graph{Nodes: nodes, Edges: edges}
	g.position()
	g.route()
	left := 0
	for _, n := range all.Nodes {
		if n.Degree > 0 {
			left++
		}
	}
	for _, n := range nodes {
		left -= n.members
	}
	if left > 0 {
		g.Left = plural(left, "observable")
	}
	return g
}

// choose takes the nodes that matter most: what was asked about and is bad, then what is tied to it.
func choose(all ctr.Graph, members groups) ([]*graphNode, []graphEdge) {
	var candidates []*graphNode
	byKey := make(map[observable.Observable]*graphNode)
	for _, n := range all.Nodes {
		if n.Degree == 0 {
			continue
		}
		node := newNode(n)
		if list := members[n.Observable]; list != nil {
			node.label(list)
		}
		candidates = append(candidates, node)
		byKey[node.key] = node
	}
	slices.SortStableFunc(candidates, func(a, b *graphNode) int {
		return cmp.Or(compareTrue(a.asked, b.asked), compareTrue(a.bad, b.bad), cmp.Compare(b.degree, a.degree))
	})
	ties := make(map[*graphNode]int)
	seeds := candidates[:min(len(candidates), nodesDrawn*2/5)]
	for _, e := range all.Edges {
		s, r := byKey[e.Source.Normal()], byKey[e.Related.Normal()]
		if slices.Contains(seeds, s) {
			ties[r]++
		}
		if slices.Contains(seeds, r) {
			ties[s]++
		}
	}
	rest := slices.Clone(candidates[len(seeds):])
	slices.SortStableFunc(rest, func(a, b *graphNode) int {
		return cmp.Or(compareTrue(ties[a] > 0, ties[b] > 0), compareTrue(a.bad, b.bad), cmp.Compare(ties[b], ties[a]), cmp.Compare(b.degree, a.degree))
	})
	chosen := append(slices.Clone(seeds), rest[:min(len(rest), nodesDrawn-len(seeds))]...)
	return connected(chosen, joinEdges(all.Edges, byKey, chosen))
}

// compareTrue sorts what is true first.
func compareTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// cellsOf cuts a text to the width of a box.
func cellsOf(text string, cells int) string { return safetext.Line(text).Truncate(cells).String() }

func newNode(n ctr.Node) *graphNode {
	node := &graphNode{
		key: n.Observable.Normal(), asked: n.Asked, degree: n.Degree,
		bad:   n.Disposition == ctim.Malicious || n.Disposition == ctim.Suspicious,
		Class: dispositionClass(n.Disposition), Kind: cmp.Or(Visible(string(n.Observable.Type)), "(no type)"),
		Value: cellsOf(Shown(n.Observable), valueCells), members: 1, Full: Visible(string(n.Observable.Type)) + " " + Shown(n.Observable),
	}
	if n.Disposition != 0 {
		node.Kind += " · " + strings.ToLower(DispositionWord(n.Disposition))
	}
	if n.Asked {
		node.Class += " asked"
	}
	return node
}

// joinEdges makes one edge of all relations from one chosen node to another.
func joinEdges(all []ctr.Edge, byKey map[observable.Observable]*graphNode, chosen []*graphNode) []graphEdge {
	type pair struct{ from, to *graphNode }
	at := make(map[pair]int)
	var edges []graphEdge
	for _, e := range all {
		from, to := byKey[e.Source.Normal()], byKey[e.Related.Normal()]
		if from == nil || to == nil || from == to || !slices.Contains(chosen, from) || !slices.Contains(chosen, to) {
			continue
		}
		name := prose(ctim.RelationLabel(e.Relation))
		text := fmt.Sprintf("%s, %s, %s: %s", from.Full, name, to.Full, plural(e.Count, "sighting"))
		if i, known := at[pair{from, to}]; known {
			edges[i].Label += ", " + name
			edges[i].Text += "\n" + text
			continue
		}
		at[pair{from, to}] = len(edges)
		edges = append(edges, graphEdge{from: from, to: to, Label: name, Text: text})
	}
	return edges
}

// connected leaves nodes out that no edge touches.
func connected(nodes []*graphNode, edges []graphEdge) ([]*graphNode, []graphEdge) {
	return slices.DeleteFunc(nodes, func(n *graphNode) bool {
		return !slices.ContainsFunc(edges, func(e graphEdge) bool { return e.from == n || e.to == n })
	}), edges
}

// assignColumns puts every node to the right of what points to it, as far as there are no circles:
// an edge that would close one counts the other way round.
func assignColumns(nodes []*graphNode, edges []graphEdge) {
	next := make(map[*graphNode][]*graphNode)
	for _, e := range edges {
		next[e.from] = append(next[e.from], e.to)
	}
	const (
		open   = 1
		closed = 2
	)
	state := make(map[*graphNode]int)
	var sorted []*graphNode // every node behind all that it points to
	forward := make(map[*graphNode][]*graphNode)
	var visit func(n *graphNode)
	visit = func(n *graphNode) {
		state[n] = open
		for _, m := range next[n] {
			if state[m] == 0 {
				visit(m)
			}
			if state[m] == open {
				continue
			}
			forward[n] = append(forward[n], m)
		}
		state[n] = closed
		sorted = append(sorted, n)
	}
	for _, n := range nodes {
		if state[n] == 0 {
			visit(n)
		}
	}
	pointed := make(map[*graphNode]bool)
	for _, n := range slices.Backward(sorted) {
		for _, m := range forward[n] {
			pointed[m] = true
			m.column = min(columnsDrawn-1, max(m.column, n.column+1))
		}
	}
	for _, n := range sorted { // what nothing points to stands right before what it points to
		if pointed[n] || len(forward[n]) == 0 {
			continue
		}
		nearest := columnsDrawn
		for _, m := range forward[n] {
			nearest = min(nearest, m.column)
		}
		n.column = max(0, nearest-1)
	}
}

// thin leaves the least important nodes of an overfull column out.
func thin(nodes []*graphNode, edges []graphEdge) ([]*graphNode, []graphEdge) {
	count := make(map[int]int)
	var kept []*graphNode
	for _, n := range nodes { // the important ones stand first
		if count[n.column]++; count[n.column] <= columnDrawn {
			kept = append(kept, n)
		}
	}
	edges = slices.DeleteFunc(edges, func(e graphEdge) bool { return !slices.Contains(kept, e.from) || !slices.Contains(kept, e.to) })
	return connected(kept, edges)
}

// order sorts the columns so that few edges cross: each node moves to the middle of its neighbours, a
// few times over.
func order(nodes []*graphNode, edges []graphEdge) {
	columns := byColumn(nodes)
	for sweep := range 8 {
		for _, column := range columns {
			for _, n := range column {
				sum, count := 0.0, 0
				for _, e := range edges {
					switch {
					case e.to == n && sweep%2 == 0 || e.to == n && e.from.column != n.column:
						sum, count = sum+e.from.place, count+1
					case e.from == n && e.to.column != n.column:
						sum, count = sum+e.to.place, count+1
					}
				}
				if count > 0 {
					n.place = (n.place + 3*sum/float64(count)) / 4
				}
			}
			slices.SortStableFunc(column, func(a, b *graphNode) int { return cmp.Compare(a.place, b.place) })
			spread(column)
		}
	}
}

// byColumn groups the nodes and gives them their first places.
func byColumn(nodes []*graphNode) [][]*graphNode {
	var columns [][]*graphNode
	for _, n := range nodes {
		for len(columns) <= n.column {
			columns = append(columns, nil)
		}
		columns[n.column] = append(columns[n.column], n)
	}
	columns = slices.DeleteFunc(columns, func(c []*graphNode) bool { return len(c) == 0 })
	for i, column := range columns {
		for _, n := range column {
			n.column = i
		}
		spread(column)
	}
	return columns
}

// spread places a column's nodes at equal distances around the middle.
func spread(column []*graphNode) {
	for i, n := range column {
		n.place = float64(i) - float64(len(column)-1)/2
	}
}
