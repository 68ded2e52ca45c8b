package askline

import (
	"strconv"

	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// Draw draws the line while it has the focus.
func (l *Line) Draw(cells int) draw.Line {
	if l.draft != nil {
		return l.draft.head(l).Fit(cells)
	}
	if l.field.Value() == "" {
		return draw.Join(l.t.Cursor.Lit(" "), l.t.Dim.Lit("type or paste: a value, a list, a whole report")).Fit(cells)
	}
	return paint(l.t, l.field.Value(), l.cursor(), cells)
}

// Paint draws the beginning of a query that is not edited, in its colours.
func Paint(t *theme.Theme, query string, cells int) draw.Line {
	const unseen = 300 // characters more: what a value is shows at its end
	shown := 0
	for i := range query {
		if shown++; shown > cells+unseen {
			return paint(t, query[:i], -1, cells)
		}
	}
	return paint(t, query, -1, cells)
}

// paint colours a query, scrolled so that the cursor at a byte offset shows; -1 is no cursor.
func paint(t *theme.Theme, query string, cursor, cells int) draw.Line {
	type piece struct {
		style draw.Style
		text  safetext.Text
	}
	var pieces []piece
	at, width := 0, 0
	add := func(s draw.Style, text string) {
		x := safetext.Line(text)
		pieces = append(pieces, piece{s, x})
		width += x.Width()
	}
	for _, k := range observable.Highlight(query) {
		style, text := styleOf(t, k.Kind), query[k.Start:k.End]
		if cursor < k.Start || cursor >= k.End {
			add(style, text)
			continue
		}
		add(style, text[:cursor-k.Start])
		at = width
		size := runeSize(text[cursor-k.Start:])
		add(t.Cursor, text[cursor-k.Start:cursor-k.Start+size])
		add(style, text[cursor-k.Start+size:])
	}
	if cursor >= len(query) {
		at = width
		add(t.Cursor, " ")
	}
	shift := max(0, at+2-cells)
	var parts []draw.Line
	for _, p := range pieces {
		w := p.text.Width()
		if w <= shift {
			shift -= w
			continue
		}
		parts = append(parts, p.style.Text(p.text.Cut(shift, w)))
		shift = 0
	}
	return draw.Join(parts...).Fit(cells)
}

func runeSize(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return len(s)
}

func styleOf(t *theme.Theme, k observable.TokenKind) draw.Style {
	switch k {
	case observable.TokenType:
		return t.Accent
	case observable.TokenColon, observable.TokenQuote, observable.TokenEscape:
		return t.Dim
	case observable.TokenError:
		return t.Bad
	}
	return t.Text
}

// Below draws what belongs under the line, at most rows high: proposals, what was found, or why the text
// cannot be read.
func (l *Line) Below(cells, rows int) draw.Block {
	if !l.Focused() {
		return nil
	}
	switch {
	case l.draft != nil:
		return l.draft.draw(l, cells, rows)
	case l.problem != nil || l.said != "":
		return l.refusal(cells)
	case len(l.offers) > 0:
		return l.proposals(cells, min(rows, most))
	}
	return nil
}

func (l *Line) proposals(cells, rows int) draw.Block {
	t := l.t
	var b draw.Block
	first := max(0, min(max(l.at, 0)-rows/2, len(l.offers)-rows))
	for i := first; i < min(first+rows, len(l.offers)); i++ {
		o := l.offers[i]
		mark, style := draw.Blank(1), t.Text
		if i == l.at {
			mark, style = t.Mark(t.Accent, t.Marks.Select), t.Title
		}
		help := t.Dim.Text(safetext.Line(o.help).Truncate(max(cells/3, 8)))
		label := style.Text(safetext.Line(o.label).Truncate(max(cells-help.Width()-5, 8)))
		b = append(b, draw.Spread(cells, draw.Join(mark, draw.Blank(1), label), draw.Join(help, draw.Blank(1))))
	}
	if more := len(l.offers) - first - len(b); more > 0 && len(b) > 1 {
		b[len(b)-1] = draw.Spread(cells, draw.Blank(2), t.Dim.Text(safetext.Known(strconv.Itoa(more+1)+" more ")))
	}
	return b
}

func number(n int) string { return strconv.Itoa(n) }

func label(t observable.Type) string {
	if info, ok := t.Info(); ok {
		return info.Label
	}
	return string(t)
}

// refusal says what cannot be read, and where.
func (l *Line) refusal(cells int) draw.Block {
	t := l.t
	if l.problem == nil {
		return draw.Para(cells-1, draw.Blank(2), t.Warn, safetext.Line(l.said))
	}
	text := "at character " + strconv.Itoa(len([]rune(l.field.Value()[:min(l.problem.Offset, len(l.field.Value()))]))+1) +
		" there should be " + l.problem.Expected
	b := draw.Para(cells-1, draw.Blank(2), t.Warn, safetext.Line(text))
	if l.problem.Suggestion != "" {
		b = append(b, draw.Para(cells-1, draw.Join(draw.Blank(2), t.Dim.Lit("perhaps ")), t.Text, safetext.Line(l.problem.Suggestion))...)
	}
	return b
}
