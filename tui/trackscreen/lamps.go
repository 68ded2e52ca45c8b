package trackscreen

import (
	"slices"

	"ctrace/internal/tracking"
	"ctrace/tui/intent"
)

// Lamps says what the newest answer told about message tracking.
func (s *Screen) Lamps() (lamps [intent.Lamps]intent.Light) {
	lamps[intent.Tracking] = s.lamp
	return lamps
}

// lampOf is a failure when one of the appliances fails.
func lampOf(sources []tracking.SourceStatus) intent.State {
	if slices.ContainsFunc(sources, func(x tracking.SourceStatus) bool { return x.Failure != nil }) {
		return intent.Failed
	}
	return intent.OK
}
