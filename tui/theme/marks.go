package theme

import "ctrace/ctr/ctim"

// Marks are the characters that carry meaning, one cell each in either set.
type Marks struct {
	Done, Failed, Waiting, Running, Skipped string
	Select                                  string // before the selected row
	Ticked                                  string // a row that was marked with space
	Differs                                 string // two values that are not the same
	Half                                    string // a lamp whose part is at work
	Hostile                                 string // before text that tried tricks
	Dot, Arrow, Back, Key                   string
	Folded, Unfolded                        string // a part of a tree
	Full, Empty                             string // of a progress bar
	Spinner                                 []string
	Levels                                  []string // bars from the lowest to the highest
	Dispositions                            map[ctim.Disposition]string
	Up, Down                                string // more above, more below
}

// Box are the characters of borders and rules.
type Box struct {
	Horizontal, Vertical                       string
	TopLeft, TopRight, BottomLeft, BottomRight string
	TeeLeft, TeeRight, TeeTop, TeeBottom       string
}

var unicodeMarks = Marks{
	Done: "✓", Failed: "✗", Waiting: "○", Running: "●", Skipped: "–",
	Select: "▌", Ticked: "◆", Hostile: "!", Half: "◐", Differs: "≠", Dot: "·", Arrow: "→", Back: "←", Key: "•",
	Folded: "▸", Unfolded: "▾",
	Full: "━", Empty: "─",
	Levels:  []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	Spinner: []string{"◐", "◓", "◑", "◒"},
	Dispositions: map[ctim.Disposition]string{
		ctim.Malicious: "▲", ctim.Suspicious: "◆", ctim.Clean: "✓", ctim.Common: "●", ctim.Unknown: "?",
	},
	Up: "↑", Down: "↓",
}

var asciiMarks = Marks{
	Done: "v", Failed: "x", Waiting: "o", Running: "*", Skipped: "-",
	Select: ">", Ticked: "#", Hostile: "!", Half: "~", Differs: "~", Dot: "-", Arrow: ">", Back: "<", Key: "*",
	Folded: "+", Unfolded: "-",
	Full: "#", Empty: ".",
	Levels:  []string{".", ":", "i", "I", "#"},
	Spinner: []string{"|", "/", "-", "\\"},
	Dispositions: map[ctim.Disposition]string{
		ctim.Malicious: "!", ctim.Suspicious: "~", ctim.Clean: "v", ctim.Common: "=", ctim.Unknown: "?",
	},
	Up: "^", Down: "v",
}

var unicodeBox = Box{
	Horizontal: "─", Vertical: "│",
	TopLeft: "┌", TopRight: "┐", BottomLeft: "└", BottomRight: "┘",
	TeeLeft: "├", TeeRight: "┤", TeeTop: "┬", TeeBottom: "┴",
}

var asciiBox = Box{
	Horizontal: "-", Vertical: "|",
	TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	TeeLeft: "+", TeeRight: "+", TeeTop: "+", TeeBottom: "+",
}
