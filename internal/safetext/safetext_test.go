package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

// The classes of hostile input that reach a terminal through a Bubble Tea
// program when nobody cleans them, and how each is shown.
var hostileClasses = []struct {
	name, in, want string
}{
	{"SGR colour", "a\x1b[31mred\x1b[0m", "a␛[31mred␛[0m"},
	{"cursor move", "a\x1b[2;5Hb", "a␛[2;5Hb"},
	{"clear screen", "a\x1b[2Jb", "a␛[2Jb"},
	{"title", "a\x1b]0;owned\x07b", "a␛]0;owned␇b"},
	{"clipboard", "a\x1b]52;c;cm0gLXJm\x07b", "a␛]52;c;cm0gLXJm␇b"},
	{"hyperlink", "\x1b]8;;http://evil.example\x1b\\ok\x1b]8;;\x1b\\", "␛]8;;http://evil.example␛\\ok␛]8;;␛\\"},
	{"DCS query", "a\x1bP$qm\x1b\\b", "a␛P$qm␛\\b"},
	{"carriage return", "safe\revil", "safe␍evil"},
	{"backspace", "evil\b\b\b\bsafe", "evil␈␈␈␈safe"},
	{"bell", "a\ab", "a␇b"},
	{"NUL", "a\x00b", "a␀b"},
	{"DEL", "a\x7fb", "a␡b"},
	{"shift out and in", "a\x0eb\x0fc", "a␎b␏c"},
	{"C1 CSI as UTF-8", "a\u009b31mb", `a\u{9b}31mb`},
	{"C1 OSC as UTF-8", "a\u009d0;x\u009cb", `a\u{9d}0;x\u{9c}b`},
	{"C1 CSI as a raw byte", "a\x9b31mb", "a\uFFFD31mb"},
	{"unfinished OSC", "a\x1b]0;the rest", "a␛]0;the rest"},
	{"right-to-left override", "invoice\u202efdp.exe", `invoice\u{202e}fdp.exe`},
	{"bidi isolates", "a\u2066b\u2069c", `a\u{2066}b\u{2069}c`},
	{"zero width", "pay\u200bpal\u200c\u2060\ufeff", `pay\u{200b}pal\u{200c}\u{2060}\u{feff}`},
	{"tags", "a\U000E0041\U000E0042", `a\u{e0041}\u{e0042}`},
	{"line and paragraph separator", "a\u2028b\u2029c", `a\u{2028}b\u{2029}c`},
	{"next line", "a\u0085b", `a\u{85}b`},
	{"combining flood", "a" + strings.Repeat("\u0301", 200) + "b", "a\u0301\u0301\u0301" + `\u{…}b`},
	{"newline in a field", "one\ntwo", "one␊two"},
	{"soft hyphen and private use", "a\u00adb\ue000c", `a\u{ad}b\u{e000}c`},
}

func TestHostileClasses(t *testing.T) {
	for _, tt := range hostileClasses {
		t.Run(tt.name, func(t *testing.T) {
			got := Line(tt.in)
			if got.String() != tt.want {
				t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if !got.Hostile() {
				t.Errorf("Line(%q) is not flagged", tt.in)
			}
			checkInvariants(t, got)
		})
	}
}

func TestHonestText(t *testing.T) {
	tests := []struct {
		name, in, want string
		width          int
	}{
		{"empty", "", "", 0},
		{"ASCII", "CTR verify 20261123T150000Z-9f3c2a", "CTR verify 20261123T150000Z-9f3c2a", 34},
		{"Korean", "시스코 이메일 보안", "시스코 이메일 보안", 18},
		{"decomposed Korean", "\u1112\u1161\u11ab\u1100\u1173\u11af", "\u1112\u1161\u11ab\u1100\u1173\u11af", 4},
		{"Japanese", "請求書、ドメイン", "請求書、ドメイン", 16},
		{"accents composed by marks", "re\u0301sume\u0301", "re\u0301sume\u0301", 6},
		{"Vietnamese with two marks", "e\u0302\u0301", "e\u0302\u0301", 1},
		{"Thai", "ที่นี่", "ที่นี่", 2},
		{"Hebrew", "שלום", "שלום", 4},
		{"tab", "a\tb", "a␉b", 3},
		{"emoji", "ok 👍🏽", "ok 👍🏽", 5},
		{"family joined", "👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦", 2},
		{"heart on fire", "❤️‍🔥", "❤️‍🔥", 2},
		{"pirate flag", "🏴‍☠️", "🏴‍☠️", 2},
		{"keycap", "1️⃣", "1️⃣", 2},
		{"flag", "🇰🇷", "🇰🇷", 2},
		{"ideographic variant", "葛\U000E0100飾", "葛\U000E0100飾", 4},
		{"text that looks like a mark", `\u{202e} ␛`, `\u{202e} ␛`, 10},
		{"Latin-1 read as UTF-8", "caf\xe9", "caf\uFFFD", 4},
		{"UTF-8 cut in the middle", "가\xed\x95", "가\uFFFD\uFFFD", 4},
		{"mark with nothing to stand on", "\u0301a", "◌\u0301a", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Line(tt.in)
			if got.String() != tt.want || got.Width() != tt.width || got.Hostile() {
				t.Errorf("Line(%q) = %q, width %d, hostile %v; want %q, width %d, not hostile",
					tt.in, got, got.Width(), got.Hostile(), tt.want, tt.width)
			}
			checkInvariants(t, got)
		})
	}
}

func TestInvisibleCarriers(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"joiner between letters", "pay\u200dpal", `pay\u{200d}pal`},
		{"joiner at the end", "👍\u200d", `👍\u{200d}`},
		{"joiner chain longer than any emoji", "👨" + strings.Repeat("\u200d👨", 5), "👨\u200d👨\u200d👨\u200d👨" + `\u{200d}👨` + "\u200d👨"},
		{"bytes hidden in variation selectors", "😀\ufe0f\ufe01\U000E0150", "😀\ufe0f" + `\u{fe01}\u{e0150}`},
		{"variation selector on a letter", "a\ufe0f", `a\u{fe0f}`},
		{"Hangul filler", "a\u3164b\u1160", `a\u{3164}b\u{1160}`},
		{"combining grapheme joiner", "a\u034fb", `a\u{34f}b`},
		{"noncharacter", "a\ufdd0", `a\u{fdd0}`},
		{"pile of initial consonants", strings.Repeat("\u1100", 100), "\u1100\u1100\u1100\u1100" + `\u{…}`},
		{"pile of vowels", "\u1100" + strings.Repeat("\u1161", 100), "\u1100\u1161\u1161\u1161" + `\u{…}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Line(tt.in)
			if got.String() != tt.want || !got.Hostile() {
				t.Errorf("Line(%q) = %q, hostile %v; want %q, hostile", tt.in, got, got.Hostile(), tt.want)
			}
			checkInvariants(t, got)
		})
	}
}

func TestLineIsBounded(t *testing.T) {
	for name, in := range map[string]string{
		"ASCII":       strings.Repeat("a", 5000),
		"exactly":     strings.Repeat("a", 1000) + "b",
		"Korean":      strings.Repeat("한", 5000),
		"marks":       strings.Repeat("\u202e", 5000),
		"joined":      strings.Repeat("a👨‍👩", 2000),
		"a megabyte":  strings.Repeat("x\x1b", 1<<19),
		"many floods": strings.Repeat("a\u0301\u0301\u0301\u0301", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			got := Line(in)
			if n := utf8.RuneCountInString(got.String()); n > maxRunes || n < maxRunes-12 {
				t.Errorf("%d runes", n)
			}
			if !strings.HasSuffix(got.String(), ellipsis) {
				t.Errorf("no ellipsis: …%q", got.String()[len(got.String())-20:])
			}
			checkInvariants(t, got)
		})
	}
	if s := strings.Repeat("a", 1000); Line(s).String() != s {
		t.Error("a line of exactly 1,000 runes was cut")
	}
}

func TestBlock(t *testing.T) {
	long := strings.Repeat("가", 1500)
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"one line", "a", []string{"a"}},
		{"line ends", "a\r\nb\n\nc\n", []string{"a", "b", "", "c"}},
		{"lone carriage return", "safe\revil\nb", []string{"safe␍evil", "b"}},
		{"tab", "a\tb", []string{"a    b"}},
		{"escape", "a\n\x1b[2Jb", []string{"a", "␛[2Jb"}},
		{"long line goes on", long + "\nb", []string{long[:3000], long[3000:], "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, line := range Block(tt.in) {
				checkInvariants(t, line)
				got = append(got, line.String())
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	lines := Block(strings.Repeat("x\n", 20_000))
	if len(lines) != maxLines+1 || lines[maxLines].String() != "(the rest is left out)" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

// What is counted without the library is as wide as the library says, alone and
// beside others.
func TestPlainWidths(t *testing.T) {
	for r := rune(' '); r < 0x20000; r++ {
		run := plainRun(string(r), 1)
		if run.size == 0 {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "b", "한" + string(r) + "あ"} {
			if got, want := Line(s).Width(), ansi.StringWidth(s); got != want {
				t.Fatalf("%U: %q counts %d, is %d wide", r, s, got, want)
			}
		}
	}
}

func TestSizing(t *testing.T) {
	tests := []struct {
		in                             string
		cells                          int
		truncate, pad, padLeft, cutTwo string // cutTwo: from cell 2 on, as many cells
	}{
		{"abcdef", 4, "abc…", "abc…", "abc…", "cdef"},
		{"abc", 4, "abc", "abc ", " abc", "c"},
		{"가나다", 4, "가…", "가… ", " 가…", "나다"},
		{"가나다", 6, "가나다", "가나다", "가나다", "나다"},
		{"👨‍👩‍👧 ab", 4, "👨‍👩‍👧 …", "👨‍👩‍👧 …", "👨‍👩‍👧 …", " ab"},
		{"abc", 1, "…", "…", "…", "c"},
		{"abc", 0, "", "", "", ""},
		{"abc", -3, "", "", "", ""},
	}
	for _, tt := range tests {
		text := Line(tt.in)
		for _, c := range []struct {
			op        string
			got       Text
			want      string
			fillsGaps bool
		}{
			{"Truncate", text.Truncate(tt.cells), tt.truncate, false},
			{"Pad", text.Pad(tt.cells), tt.pad, true},
			{"PadLeft", text.PadLeft(tt.cells), tt.padLeft, true},
			{"Cut", text.Cut(2, 2+tt.cells), tt.cutTwo, false},
		} {
			if c.got.String() != c.want {
				t.Errorf("%s(%q, %d) = %q, want %q", c.op, tt.in, tt.cells, c.got, c.want)
			}
			if c.got.Width() != ansi.StringWidth(c.want) {
				t.Errorf("%s(%q, %d) says width %d", c.op, tt.in, tt.cells, c.got.Width())
			}
			if c.fillsGaps && c.got.Width() != max(tt.cells, 0) {
				t.Errorf("%s(%q, %d) is %d wide", c.op, tt.in, tt.cells, c.got.Width())
			}
		}
	}
}

func TestWrap(t *testing.T) {
	var got []string
	for _, line := range Line("the appliance 메시지 추적 refused-with-a-long-word").Wrap(12) {
		if line.Width() > 12 {
			t.Errorf("%q is %d wide", line, line.Width())
		}
		got = append(got, line.String())
	}
	want := []string{"the", "appliance", "메시지 추적", "refused-with", "-a-long-word"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFlagSurvives(t *testing.T) {
	h := Line("abcdef\x1b")
	for name, text := range map[string]Text{
		"Truncate": h.Truncate(2), "Truncate to nothing": h.Truncate(0), "Pad": h.Pad(20),
		"Cut": h.Cut(0, 1), "Concat": Concat(Known("a"), h), "Wrap": h.Wrap(3)[0],
	} {
		if !text.Hostile() {
			t.Errorf("%s lost the flag", name)
		}
	}
	if k := Known("\x1b[2J"); k.Hostile() || k.String() != "␛[2J" {
		t.Errorf("Known gave %q, hostile %v", k, k.Hostile())
	}
}

// checkInvariants holds what every Text must be, whatever it was made of.
func checkInvariants(t *testing.T, text Text) {
	t.Helper()
	s := text.String()
	if !utf8.ValidString(s) {
		t.Fatalf("%q is not valid UTF-8", s)
	}
	marks := 0
	for i, r := range s {
		switch {
		case r < ' ', r >= 0x7F && r < 0xA0, r == 0xAD, r == 0x2028, r == 0x2029, r == 0xFEFF,
			r >= 0x200B && r <= 0x200F && r != zwj, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
			r >= 0xE0000 && r <= 0xE00FF, unicode.Is(unicode.Co, r):
			t.Fatalf("%q has %U at byte %d", s, r, i)
		case unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r):
			marks++
		default:
			marks = 0
		}
		if marks > maxMarks {
			t.Fatalf("%q has %d combining marks in a row", s, marks)
		}
	}
	if n := utf8.RuneCountInString(s); n > maxRunes {
		t.Fatalf("%d runes", n)
	}
	if stripped := ansi.Strip(s); stripped != s {
		t.Fatalf("ansi.Strip changes %q to %q", s, stripped)
	}
	if w := ansi.StringWidth(s); w != text.Width() {
		t.Fatalf("%q is %d wide, Width says %d", s, w, text.Width())
	}
	if again := Line(s); again.String() != s || again.Hostile() {
		t.Fatalf("not idempotent: %q gives %q, hostile %v", s, again, again.Hostile())
	}
}

func FuzzText(f *testing.F) {
	for _, tt := range hostileClasses {
		f.Add(tt.in, 10)
	}
	f.Add("👨‍👩‍👧‍👦 \u1100\u1161\u11ab 葛\U000E0100 e\u0301", 3)
	f.Add(strings.Repeat("가\u0301", 900), 20)
	f.Fuzz(func(t *testing.T, s string, cells int) {
		line := Line(s)
		checkInvariants(t, line)
		cells %= 200
		if cut := line.Truncate(cells); cut.Width() > max(cells, 0) {
			t.Fatalf("Truncate(%d) of %q is %d wide", cells, line, cut.Width())
		}
		if padded := line.Pad(cells); padded.Width() != max(cells, 0) {
			t.Fatalf("Pad(%d) of %q is %d wide", cells, line, padded.Width())
		}
		for _, wrapped := range line.Wrap(cells) {
			if cells > 1 && wrapped.Width() > cells {
				t.Fatalf("Wrap(%d) of %q has a line %d wide", cells, line, wrapped.Width())
			}
		}
		for _, line := range Block(s) {
			checkInvariants(t, line)
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for name, s := range map[string]string{
		"ascii60":  "CTR verify 20261123T150000Z-9f3c2a1b04de from soc@example.kr",
		"hostile":  "Invoice \x1b]0;owned\x07 \u202efdp.exe \x1b[31mred\x1b[0m pay\u200bpal and some text",
		"japanese": strings.Repeat("請求書", 20),
		"korean":   "견적서 2026년 11월 확인 부탁드립니다 RE: FW: 회신",
		"emoji":    "🔥 Sale ends today 👨‍👩‍👧 50 % off",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = Line(s)
			}
		})
	}
}
