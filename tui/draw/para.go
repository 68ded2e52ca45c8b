package draw

import "ctrace/internal/safetext"

// Para wraps text to a width behind a first part: the following lines are indented under the text.
// The first part is left out of the way when it would leave no room.
func Para(cells int, first Line, s Style, text safetext.Text) Block {
	room := cells - first.width
	if room < 8 && first.width > 0 {
		return append(Block{first.Fit(min(first.width, cells))}, Para(cells, Line{}, s, text)...)
	}
	var out Block
	for i, t := range text.Wrap(room) {
		if i == 0 {
			out = append(out, Join(first, s.Text(t)))
			continue
		}
		out = append(out, Join(Blank(first.width), s.Text(t)))
	}
	return out
}

// Box draws a border with a title around b, cells wide in all.
func Box(cells int, border Style, chars [6]string, title Line, b Block) Block {
	const tl, tr, bl, br, h, v = 0, 1, 2, 3, 4, 5
	inner := max(cells-4, 0)
	top := Join(border.Repeat(chars[tl], 1), border.Repeat(chars[h], 1))
	if title.width > 0 {
		title = title.Fit(min(title.width, max(cells-6, 0)))
		top = Join(top, Blank(1), title, Blank(1))
	}
	top = Join(top, border.Repeat(chars[h], cells-1-top.width), border.Repeat(chars[tr], 1))
	out := Block{top}
	side := border.Repeat(chars[v], 1)
	for _, l := range b {
		out = append(out, Join(side, Blank(1), l.Fit(inner), Blank(1), side))
	}
	return append(out, Join(border.Repeat(chars[bl], 1), border.Repeat(chars[h], cells-2), border.Repeat(chars[br], 1)))
}
