package tui

import (
	"io"
	"time"

	"ctrace/internal/setup"
	"ctrace/internal/tracking"
	"ctrace/tui/historyscreen"
	"ctrace/tui/theme"
	"ctrace/tui/verifyscreen"
)

// Verifier starts verifications.
type Verifier = verifyscreen.Verifier

// History is what the History screen reads; *history.Store is one.
type History = historyscreen.Store

// Options is what the app is started with. Everything is captured at the start: the app reads no
// configuration, no environment and no secret of its own.
type Options struct {
	Profile string // the profile's name, as the header shows it
	Region  string // the Threat Response region's label, such as "Europe"
	Demo    bool   // the lab is behind it: a verification starts without a question

	// What the Verify screen says before anything ran; names for people, never secrets.
	From, To       string // envelope sender and recipient of the test message
	Gateway        string // host:port of the SMTP listener
	Tracker        string // host of the message tracking API
	ThreatResponse string // host of the Threat Response API

	Verifier Verifier
	Tracking []tracking.Source  // the appliances that are searched; none: there is no Track screen
	Searches *tracking.Searches // the saved searches; nil: they cannot be saved
	Zone     *time.Location     // of times on the Track screen; the local one when nil
	History  History            // nil: there is no History screen
	ReadOnly bool               // hides everything that changes something outside, sending included

	Language    setup.Language // of the set-up texts; English when empty
	SetupRegion setup.Region   // whose host names the set-up texts show
	Products    setup.Products // whose menu words they use
	Theme       theme.Options  // colours and borders
	Plain       bool           // line prompts and plain lines instead of the full screen

	Now    func() time.Time // time.Now when nil
	Input  io.Reader        // the terminal when nil
	Output io.Writer        // the terminal when nil
}
