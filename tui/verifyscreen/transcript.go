package verifyscreen

import (
	"strings"
	"time"

	"ctrace/esa/testmail"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/say"
)

// dialogueView draws the SMTP dialogue: time, direction, whether it was encrypted, the line.
func (s *Screen) dialogueView() draw.Block {
	t := s.o.Theme
	lines := s.run.dialogue
	head := draw.Block{
		draw.Spread(s.w, draw.Join(draw.Blank(1), t.Title.Lit("SMTP transcript")), draw.Join(t.Dim.Text(say.Count(len(lines), "line")), draw.Blank(1))),
		{},
	}
	rows := max(s.h-len(head), 1)
	s.scroll = s.scroll.By(0, len(lines), rows)
	b := make(draw.Block, len(lines)) // only the lines in the window are drawn
	for i := s.scroll.Top(); i < min(len(lines), s.scroll.Top()+rows); i++ {
		b[i] = s.dialogueLine(lines[i])
	}
	return append(head, t.Scrolled(b, s.scroll, s.w, rows)...).Fit(s.w, s.h)
}

func (s *Screen) dialogueLine(l testmail.Line) draw.Line {
	t := s.o.Theme
	style, arrow := t.Text, "<-"
	switch l.Direction {
	case testmail.Sent:
		style, arrow = t.Accent, "->"
	case testmail.Note:
		style, arrow = t.Dim, "--"
	}
	tls := ""
	if l.TLS {
		tls = "TLS"
	}
	return draw.Join(
		t.Dim.Text(say.Elapsed(l.At.Truncate(time.Millisecond)).PadLeft(9)), draw.Blank(1),
		t.Dim.Text(safetext.Known(tls).Pad(3)), draw.Blank(1),
		style.Text(safetext.Known(arrow)), draw.Blank(1),
		t.Foreign(style, safetext.Line(strings.TrimRight(l.Text, "\r\n"))),
	)
}
