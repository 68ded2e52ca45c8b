// Package viewtest checks what screens and panels draw. Only tests import it.
package viewtest

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"ctrace/tui/theme"
)

// Size is a terminal's size in cells.
type Size struct {
	Name string
	W, H int
}

// Sizes are those that screens are looked at.
func Sizes() []Size {
	return []Size{{"80x24", 80, 24}, {"120x40", 120, 40}, {"200x60", 200, 60}}
}

// Theme makes a theme that depends on no environment.
func Theme(o theme.Options) *theme.Theme {
	if o.Mode == "" {
		o.Mode = theme.Dark
	}
	return theme.New(o, func(string) string { return "" })
}

// Looks are the themes that goldens exist for.
func Looks() map[string]*theme.Theme {
	return map[string]*theme.Theme{
		"colour": Theme(theme.Options{}),
		"plain":  Theme(theme.Options{NoColor: true}),
	}
}

// Golden compares a view with its file; -update writes the file. The view's shape and safety are checked too.
func Golden(t *testing.T, view string, w, h int) {
	t.Helper()
	Shape(t, view, w, h)
	Safe(t, view)
	golden.RequireEqual(t, []byte(view))
}

// Shape checks that a view is exactly h lines of w cells.
func Shape(t *testing.T, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Errorf("the view has %d lines, want %d", len(lines), h)
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got != w {
			t.Errorf("line %d is %d cells wide, want %d: %q", i, got, w, l)
		}
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Safe checks that a view holds nothing but text, line feeds and the app's own colours.
func Safe(t *testing.T, view string) {
	t.Helper()
	for _, r := range sgr.ReplaceAllString(view, "") {
		switch {
		case r == '\n':
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != 0x200D, unicode.Is(unicode.Co, r), r == 0x2028, r == 0x2029:
			t.Errorf("the view holds %U", r)
			return
		}
	}
}

// Text is a view without colours and without blanks at the ends of lines.
func Text(view string) string {
	lines := strings.Split(sgr.ReplaceAllString(view, ""), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// Hostile are strings that try to play tricks on a terminal, and honest ones that are hard to measure.
func Hostile() []string {
	return []string{
		"\x1b[31mred\x1b[0m", "\x1b[2J\x1b[H", "\x1b]0;title\a", "\x1b]52;c;ZXZpbA==\a", "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
		"\x1bP$q q\x1b\\", "DROPPED by policy\rDELIVERED", "back\b\b\b\bspace", "bell\a", "nul\x00", "del\x7f", "shift\x0e\x0f",
		"c1 \u009b31m and \u009d0;x\u009c", "raw \x9b31m", "unfinished \x1b]52;c;", "bidi \u202etxt.exe\u202c", "isolate \u2066x\u2069",
		"zero\u200bwidth\u200c\u2060\ufeff", "tags \U000e0041\U000e0042", "lines\u2028and\u2029", "nel\u0085", "soft\u00adhyphen",
		"z" + strings.Repeat("\u0301", 200), "new\nline\r\nhere", "tab\there", "private \ue000\U000f0000",
		"메시지 추적에서 테스트 이메일을 찾습니다", "件名：テスト", "👩‍👩‍👧‍👦 family 🏳️‍🌈", strings.Repeat("long ", 400), strings.Repeat("全", 300),
		"<script>alert(1)</script>", "%s%n%x", "=cmd|'/c calc'!A0", "",
	}
}
