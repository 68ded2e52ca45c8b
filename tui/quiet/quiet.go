// Package quiet keeps Bubble Tea v1 from talking to the terminal before main.
//
// Bubble Tea v1 asks Lip Gloss in an init function whether the terminal's background is dark. Lip
// Gloss then sends a query to the terminal and waits up to five seconds for the answer, in every
// program that merely links Bubble Tea, for `version` as for `--help`, and also when nobody answers
// (serial lines, screen readers, recording tools, CI).
//
// This package answers the question itself, before it is asked: Go initialises packages that depend
// on nothing uninitialised in the order of their import paths, and "ctrace/tui/quiet" sorts before
// "github.com/charmbracelet/bubbletea". It must therefore import Lip Gloss only, never Bubble Tea,
// and the module path must go on sorting early. A test starts a program on a terminal that answers
// nothing to hold this.
//
// The app chooses dark or light by itself when it starts (package theme); what is set here decides nothing
// that is drawn.
package quiet

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
