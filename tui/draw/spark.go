package draw

import "strings"

// Spark draws counts as bars of one cell each, from the lowest to the highest.
func (s Style) Spark(counts []int, levels []string) Line {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	if most == 0 || len(levels) == 0 {
		return Line{}
	}
	var b strings.Builder
	for _, n := range counts {
		if n == 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(levels[min(len(levels)-1, n*len(levels)/(most+1))])
	}
	return s.line(b.String(), len(counts))
}
