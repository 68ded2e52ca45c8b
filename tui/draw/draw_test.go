package draw_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

var style = viewtest.Theme(theme.Options{}).Strong

func text(l draw.Line) string { return ansi.Strip(l.String()) }

func TestFitIsExact(t *testing.T) {
	for _, s := range append(viewtest.Hostile(), "한국어 문장", "plain") {
		l := draw.Join(style.Text(safetext.Line(s)), draw.Blank(1), style.Text(safetext.Line(s)))
		for cells := range 60 {
			got := l.Fit(cells)
			if got.Width() != cells || ansi.StringWidth(got.String()) != cells {
				t.Fatalf("%q in %d cells: says %d, is %d", s, cells, got.Width(), ansi.StringWidth(got.String()))
			}
		}
	}
}

func TestSpreadGivesWayAtTheLeft(t *testing.T) {
	l := draw.Spread(12, style.Lit("a long left side"), style.Lit("right"))
	if text(l) != "a lon… right" {
		t.Errorf("got %q", text(l))
	}
	if l := draw.Spread(4, style.Lit("left"), style.Lit("right")); l.Width() != 4 {
		t.Errorf("a narrow line is %d cells wide, want 4", l.Width())
	}
}

func TestParaIndentsWhatFollows(t *testing.T) {
	b := draw.Para(20, style.Lit(" 1 "), style, safetext.Known("one two three four five six"))
	want := " 1 one two three|   four five six"
	var got []string
	for _, l := range b {
		got = append(got, strings.TrimRight(text(l), " "))
	}
	if strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "|"), want)
	}
	for _, cells := range []int{1, 2, 5, 9} {
		for _, l := range draw.Para(cells, style.Lit(" 1 "), style, safetext.Known("한국어 words")) {
			if l.Width() > max(cells, 2) { // a wide character needs two
				t.Errorf("in %d cells a line is %d wide: %q", cells, l.Width(), text(l))
			}
		}
	}
}

func TestOverKeepsWhatIsAround(t *testing.T) {
	b := draw.Block{style.Lit("0123456789"), style.Lit("0123456789"), style.Lit("0123456789")}
	got := b.Over(draw.Block{style.Lit("ab"), style.Lit("cd")}, 3, 1)
	for i, want := range []string{"0123456789", "012ab56789", "012cd56789"} {
		if text(got[i]) != want {
			t.Errorf("line %d is %q, want %q", i, text(got[i]), want)
		}
	}
	if text(b[1]) != "0123456789" {
		t.Error("Over changed what is below")
	}
	if got := b.Over(draw.Block{style.Lit("x"), style.Lit("y")}, 0, 2); len(got) != 3 || text(got[2]) != "x123456789" {
		t.Errorf("what hangs out at the end gave %d lines", len(got))
	}
}

func TestScroll(t *testing.T) {
	var s draw.Scroll
	if s = s.By(5, 100, 10); s.Top() != 5 {
		t.Errorf("top %d, want 5", s.Top())
	}
	if s = s.By(1000, 100, 10); s.Top() != 90 || s.Below(100, 10) != 0 {
		t.Errorf("top %d and %d below, want 90 and none", s.Top(), s.Below(100, 10))
	}
	if s = s.Reveal(3, 4, 100, 10); s.Top() != 3 {
		t.Errorf("after revealing line 3 the top is %d", s.Top())
	}
	if s = s.Reveal(5, 50, 100, 10); s.Top() != 5 {
		t.Errorf("of a span that does not fit the first line shows: top %d, want 5", s.Top())
	}
	if s = s.By(0, 3, 10); s.Top() != 0 {
		t.Errorf("fewer lines than rows: top %d", s.Top())
	}
}

func TestSpark(t *testing.T) {
	levels := []string{"1", "2", "3", "4"}
	if got := text(style.Spark([]int{0, 1, 4, 8}, levels)); got != " 124" {
		t.Errorf("got %q", got)
	}
	if style.Spark([]int{0, 0}, levels).Width() != 0 {
		t.Error("nothing has bars")
	}
}
