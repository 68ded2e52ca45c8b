package tracking

import (
	"time"

	"ctrace/esa"
)

// fine is how many parts the range is counted in; fewer are made of them for drawing.
const fine = 1024

// counts is how many rows fell into each part of the range.
type counts struct {
	start, end time.Time
	all, bad   [fine]int32
}

func (c *counts) reset(start, end time.Time) { *c = counts{start: start, end: end} }

func (c *counts) add(r *Row)    { c.put(r, 1) }
func (c *counts) remove(r *Row) { c.put(r, -1) }

func (c *counts) put(r *Row, n int32) {
	i := c.part(r.At())
	c.all[i] += n
	switch r.Status() {
	case esa.StatusDropped, esa.StatusQuarantined, esa.StatusBounced, esa.StatusAborted:
		c.bad[i] += n
	}
}

// part is the part of the range that a time is in; what came after the end counts to the last one.
func (c *counts) part(at time.Time) int {
	whole := c.end.Sub(c.start)
	if whole <= 0 {
		return 0
	}
	return max(0, min(fine-1, int(float64(fine)*float64(at.Sub(c.start))/float64(whole))))
}

// Histogram gives how many of the rows so far fell into each of cells equal parts of the range, oldest
// first, all and those that were not delivered; known is the first part that was searched whole.
func (s *Search) Histogram(cells int) (all, bad []int, known int) {
	all, bad = make([]int, cells), make([]int, cells)
	if cells == 0 {
		return all, bad, 0
	}
	for i := range fine {
		all[i*cells/fine] += int(s.counts.all[i])
		bad[i*cells/fine] += int(s.counts.bad[i])
	}
	reach := s.Reach()
	if reach.IsZero() {
		return all, bad, cells
	}
	return all, bad, s.counts.part(reach) * cells / fine
}
