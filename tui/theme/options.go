package theme

// Mode says for which background the colours are chosen.
type Mode string

// The modes. Auto takes the terminal's own hint (COLORFGBG) and is Dark without one; the terminal is
// never asked.
const (
	Auto  Mode = "auto"
	Dark  Mode = "dark"
	Light Mode = "light"
)

// Options is what a theme is made from.
type Options struct {
	Mode    Mode // Auto when empty
	NoColor bool // no colour at all, as NO_COLOR asks
	ASCII   bool // borders and marks from ASCII only
}
