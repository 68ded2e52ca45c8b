package ctim

import "fmt"

// Disposition is what an intelligence source thinks of an observable. The numbers are CTIM's
// and are no order of severity: see Worse. Zero means that nobody said anything.
type Disposition int

// The dispositions of CTIM.
const (
	Clean      Disposition = 1
	Malicious  Disposition = 2
	Suspicious Disposition = 3
	Common     Disposition = 4
	Unknown    Disposition = 5
)

var dispositionNames = map[Disposition]string{
	Clean: "Clean", Malicious: "Malicious", Suspicious: "Suspicious", Common: "Common", Unknown: "Unknown",
}

// String is CTIM's name of the disposition, "" for zero, and "disposition N" for a number
// that the model does not know.
func (d Disposition) String() string {
	if name, ok := dispositionNames[d]; ok || d == 0 {
		return name
	}
	return fmt.Sprintf("disposition %d", int(d))
}

// severity ranks dispositions for display: Malicious, Suspicious, Unknown, Common, Clean,
// then nothing. A number outside the model ranks with Unknown.
func (d Disposition) severity() int {
	switch d {
	case 0:
		return 0
	case Clean:
		return 1
	case Common:
		return 2
	case Suspicious:
		return 4
	case Malicious:
		return 5
	}
	return 3
}

// Compare orders by severity: negative when d is the worse one, so that sorting by it puts
// the worst first.
func (d Disposition) Compare(other Disposition) int { return other.severity() - d.severity() }

// Worse gives the more severe of two dispositions; of equals, the first.
func Worse(a, b Disposition) Disposition {
	if b.Compare(a) < 0 {
		return b
	}
	return a
}
