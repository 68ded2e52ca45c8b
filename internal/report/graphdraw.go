package report

import "fmt"

// The measures of the drawing.
const (
	nodeWidth, nodeHeight = 186, 36
	columnGap, rowGap     = 96, 14
)

// position turns columns and places into coordinates.
func (g *graph) position() {
	lowest, highest, columns := 0.0, 0.0, 0
	for _, n := range g.Nodes {
		lowest, highest, columns = min(lowest, n.place), max(highest, n.place), max(columns, n.column+1)
	}
	g.Width = columns*nodeWidth + (columns-1)*columnGap + 4
	g.Height = int((highest-lowest)*(nodeHeight+rowGap)) + nodeHeight + 4
	if g.Width < timelineWidth { // a narrow graph is not blown up
		g.Width = timelineWidth
	}
	for _, n := range g.Nodes {
		n.X, n.Y = 2+n.column*(nodeWidth+columnGap), 2+int((n.place-lowest)*(nodeHeight+rowGap))
		n.W, n.H = nodeWidth, nodeHeight
		n.TextX, n.KindY, n.ValueY = n.X+9, n.Y+14, n.Y+28
	}
}

// route draws the edges as curves with a tip.
func (g *graph) route() {
	for i := range g.Edges {
		e := &g.Edges[i]
		y1, y2 := float64(e.from.Y+nodeHeight/2), float64(e.to.Y+nodeHeight/2)
		x1, x2 := float64(e.from.X+nodeWidth), float64(e.to.X)
		c1, c2 := x1+columnGap/2, x2-columnGap/2
		tip := -1.0 // it points to the right
		switch {
		case e.from.column == e.to.column:
			x2 = float64(e.to.X + nodeWidth)
			c1, c2, tip = x1+columnGap*.6, x2+columnGap*.6, 1
		case e.from.column > e.to.column:
			x1, x2 = float64(e.from.X), float64(e.to.X+nodeWidth)
			c1, c2, tip = x1-columnGap/2, x2+columnGap/2, 1
		}
		end := x2 + 7*tip
		e.Path = fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1, c1, y1, c2, y2, end, y2)
		e.Tip = fmt.Sprintf("%.1f,%.1f %.1f,%.1f %.1f,%.1f", x2, y2, x2+8*tip, y2-3.5, x2+8*tip, y2+3.5)
		e.place(i, [4]float64{x1, c1, c2, end}, [4]float64{y1, y1, y2, y2})
		e.Label = cellsOf(e.Label, 20)
		if len(g.Edges) > labelsDrawn {
			e.Label = ""
		}
	}
}

// place puts the i-th edge's label on its curve: in the first gap, and not at the same height as the
// labels beside it.
func (e *graphEdge) place(i int, x, y [4]float64) {
	t := 0.5
	if d := e.to.column - e.from.column; d > 1 || d < -1 {
		t = 0.2
	}
	t += float64(i%3-1) * 0.08
	at := func(p [4]float64) float64 {
		u := 1 - t
		return u*u*u*p[0] + 3*u*u*t*p[1] + 3*u*t*t*p[2] + t*t*t*p[3]
	}
	e.LabelX, e.LabelY = number(at(x)), number(at(y)-3)
}
