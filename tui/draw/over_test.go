package draw

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ctrace/internal/safetext"
)

func TestOverCutsWideCharactersInTwo(t *testing.T) {
	var plain Style
	under := Block{plain.Text(safetext.Known("全全全全全全")), plain.Text(safetext.Known("abcdefghijkl"))}
	for x := range 10 {
		for w := range 13 - x {
			top := Block{plain.Repeat("#", w), plain.Repeat("#", w)}
			for _, l := range under.Over(top, x, 0) {
				if got := ansi.StringWidth(l.String()); got != 12 || l.Width() != 12 {
					t.Fatalf("%d cells at %d: %q is %d cells wide and says %d, want 12", w, x, l.String(), got, l.Width())
				}
			}
		}
	}
}
