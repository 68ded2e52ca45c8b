package theme_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ctrace/ctr/ctim"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

var colour = regexp.MustCompile("\x1b\\[[0-9;]*(3[0-7]|9[0-7]|38|4[0-8])[0-9;]*m")

func everything(t *theme.Theme) string {
	var b strings.Builder
	for _, s := range []draw.Style{t.Text, t.Dim, t.Strong, t.Accent, t.Title, t.Border, t.Focus, t.Good, t.Warn, t.Bad, t.Busy, t.Cursor} {
		b.WriteString(s.Lit("x").String())
	}
	for _, d := range []ctim.Disposition{0, ctim.Clean, ctim.Malicious, ctim.Suspicious, ctim.Common, ctim.Unknown, 99} {
		b.WriteString(t.Disposition(d).String())
	}
	return b.String()
}

func TestNoColorKeepsOnlyAttributes(t *testing.T) {
	if s := everything(viewtest.Theme(theme.Options{NoColor: true})); colour.MatchString(s) {
		t.Errorf("colours under NO_COLOR: %q", s)
	}
	if s := everything(viewtest.Theme(theme.Options{})); !colour.MatchString(s) {
		t.Error("no colours at all")
	}
}

func TestOnlyTheSixteenColours(t *testing.T) {
	for _, m := range []theme.Mode{theme.Dark, theme.Light} {
		if s := everything(viewtest.Theme(theme.Options{Mode: m})); strings.Contains(s, "38;") || strings.Contains(s, "48;") {
			t.Errorf("%s uses more than the terminal's own colours: %q", m, s)
		}
	}
}

func TestTheBackgroundIsReadFromTheEnvironment(t *testing.T) {
	light := everything(viewtest.Theme(theme.Options{Mode: theme.Light}))
	for value, want := range map[string]bool{"0;15": true, "0;default;15": true, "15;0": false, "0;7": true, "": false, "15": false, "x;y": false} {
		got := everything(theme.New(theme.Options{}, func(name string) string {
			if name == "COLORFGBG" {
				return value
			}
			return ""
		})) == light
		if got != want {
			t.Errorf("COLORFGBG=%q is taken for light=%v", value, got)
		}
	}
}

func TestMeaningIsNeverColourAlone(t *testing.T) {
	for _, o := range []theme.Options{{NoColor: true}, {NoColor: true, ASCII: true}} {
		th := viewtest.Theme(o)
		seen := map[string]bool{}
		for _, d := range []ctim.Disposition{ctim.Clean, ctim.Malicious, ctim.Suspicious, ctim.Common, ctim.Unknown} {
			line := ansi.Strip(th.Disposition(d).String())
			if seen[line] || !strings.Contains(line, d.String()) {
				t.Errorf("%v shows as %q", d, line)
			}
			seen[line] = true
		}
		m := th.Marks
		if m.Done == m.Failed || m.Done == m.Waiting || m.Failed == m.Running || m.Running == m.Waiting || m.Select == " " {
			t.Error("two states have the same mark")
		}
	}
}

func TestASCIIIsASCII(t *testing.T) {
	th := viewtest.Theme(theme.Options{ASCII: true, NoColor: true})
	b := th.Card(20, th.Focus, th.Title.Lit("x"), draw.Block{th.Text.Lit("y")})
	all := b.String() + everything(th) + strings.Join(th.Marks.Spinner, "") + strings.Join(th.Marks.Levels, "") +
		th.Marks.Done + th.Marks.Failed + th.Marks.Select + th.Marks.Up + th.Marks.Full + th.Marks.Empty + th.Marks.Arrow + th.Marks.Differs + th.Marks.Half
	for _, r := range ansi.Strip(all) {
		if r > 126 {
			t.Errorf("%q is not ASCII", r)
		}
	}
}

func TestForeignTextThatTriesTricksIsMarked(t *testing.T) {
	th := viewtest.Theme(theme.Options{})
	if got := ansi.Strip(th.Foreign(th.Text, safetext.Line("a\x1b[31mb")).String()); !strings.HasPrefix(got, "! ") {
		t.Errorf("got %q", got)
	}
	if got := ansi.Strip(th.Foreign(th.Text, safetext.Line("honest")).String()); got != "honest" {
		t.Errorf("got %q", got)
	}
}
