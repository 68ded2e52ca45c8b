package draw

// Scroll is where a window stands over more lines than it can show. The zero value stands at the top.
type Scroll struct{ top int }

// Top is the first line shown.
func (s Scroll) Top() int { return s.top }

// By moves the window by a number of lines, within total lines of which rows are shown.
func (s Scroll) By(delta, total, rows int) Scroll {
	return Scroll{top: min(max(0, s.top+delta), max(0, total-rows))}
}

// Reveal moves the window as little as possible so that the lines from first up to, but not
// including, end are shown; the first one wins when not all of them fit.
func (s Scroll) Reveal(first, end, total, rows int) Scroll {
	if end > s.top+rows {
		s.top = end - rows
	}
	if first < s.top {
		s.top = first
	}
	return s.By(0, total, rows)
}

// Window cuts what is shown out of b.
func (s Scroll) Window(b Block, rows int) Block {
	s = s.By(0, len(b), rows)
	return b[s.top:min(len(b), s.top+rows)]
}

// Above and Below tell how many lines are hidden on either side.
func (s Scroll) Above() int { return s.top }

// Below tells how many lines are hidden under the window.
func (s Scroll) Below(total, rows int) int { return max(0, total-rows-s.top) }
